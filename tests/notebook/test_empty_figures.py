"""With any one table empty, everything that the chapters show of such an edition can still be made, and shows no row of nothing."""

from __future__ import annotations

import contextlib
import json
import re

import pytest

from brief.analysis import claims
from brief.editions import edition
from brief.notebook import figures
from brief.notebook.chapter import Chapter
from brief.notebook.lookup import PlainTable
from brief.tables import database
from brief.words import InputError
from tests.conftest import figure_bundles

NEEDED = ("sources", "parameters")  # rows cite the one, every view reads the other
# What a chart writes where a row has no value.
NO_VALUE = re.compile(r">(?:null|undefined|NaN)<|\bNaN\b")


def tables_that_may_be_empty(opened) -> list[str]:
    schema = database.table_columns(opened.connection)
    return [name for name in schema if name not in NEEDED]


@contextlib.contextmanager
def emptied(opened, name: str):
    """The edition with no row in one table; after the block its database is as before."""
    connection = opened.connection
    connection.execute("savepoint emptied")
    try:
        connection.execute(f'delete from "{name}"')
        connection.execute(f"delete from {database.LINK_TABLE} where table_name = ?", (name,))
        empty = database.Table(name, opened.tables[name].columns, [], [], f"{name}.csv")
        yield edition.Edition(
            opened.tables | {name: empty}, connection, opened.published_ledger, opened.tables
        )
    finally:
        connection.execute("rollback to emptied")
        connection.execute("release emptied")


def figure_views(connection) -> list[str]:
    return [view for view in database.view_names(connection) if view.startswith("fig_")]


def always_filled(connection, view: str) -> set[str]:
    """The columns of years that are filled in every published row of a view."""
    rows = database.rows(connection, view)
    years = [column for column in rows[0] if "year" in column]
    return {column for column in years if all(row[column] is not None for row in rows)}


def test_no_row_of_a_figure_stands_in_no_year(opened):
    """A span of years from the first to the last has no year at all where there is neither."""
    connection = opened.connection
    filled = {view: always_filled(connection, view) for view in figure_views(connection)}
    assert sum(map(len, filled.values())) > 20, "hardly a figure has years: look at the test"
    rows_of_nothing = []
    for name in tables_that_may_be_empty(opened):
        with emptied(opened, name):
            for view, columns in filled.items():
                rows = database.rows(connection, view)
                lacking = {column for column in columns for row in rows if row[column] is None}
                rows_of_nothing += [f"{name}.csv empty: {view}.{column}" for column in lacking]
    assert not rows_of_nothing, rows_of_nothing


def test_every_table_option_and_change_can_be_shown(opened):
    actors = {entry["actor"] for entry in opened.wordings["options"].values()}
    for name in tables_that_may_be_empty(opened):
        with emptied(opened, name) as found:
            chapter = Chapter(found)
            for key, entry in found.wordings["tables"].items():
                shown = chapter.table(key)
                assert f":name: {key}\n" in shown.markdown()
                assert len(shown.rows) == len(database.rows(found.connection, entry["view"]))
            for actor in actors:
                assert chapter.options(actor).markdown().strip()
            changes = chapter.changes()
            assert f"{name}.csv" in changes.overview().plain
            assert isinstance(changes.coverage(), PlainTable), f"{name}: its rows went in silence"
            changes.sentences(), changes.numbers(), changes.cells()
            assert chapter.catalogue().markdown()


@pytest.fixture(scope="module")
def published_figures(published_book) -> dict[str, dict]:
    return figure_bundles(published_book)


def test_every_figure_can_be_drawn_and_writes_no_missing_value(opened, published_figures):
    """Refilled as the page refills it; those of which a view has lost its rows are drawn as well."""
    full = {
        view: len(database.rows(opened.connection, view))
        for view in figure_views(opened.connection)
    }
    drawn, faults = set(), []
    for name in tables_that_may_be_empty(opened):
        with emptied(opened, name) as found:
            for key, bundle in published_figures.items():
                words = claims.figure_words(key, found.wordings, found.claims, found.numbers)
                refilled = figures.complete(bundle["spec"], found.connection, words, found.mark)
                assert figures.credit_line(found.connection, refilled, "A note.")
                datasets = refilled["datasets"]
                has_lost = any(len(rows) < full.get(view, 0) for view, rows in datasets.items())
                content = json.dumps([key, datasets])
                if not has_lost or content in drawn:
                    continue
                drawn.add(content)
                written = NO_VALUE.search(figures.picture(refilled, figures.NARROW))
                faults += [f"{name}.csv empty: {key} writes {written[0]}"] if written else []
    assert len(drawn) >= len(published_figures) // 2, "hardly a figure lost a row: look at the test"
    assert not faults, faults


@pytest.mark.parametrize("name", NEEDED)
def test_a_table_that_all_others_need_is_refused_once_and_by_its_own_name(opened, tmp_path, name):
    columns = opened.tables[name].columns
    (tmp_path / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        edition.open_edition(tmp_path)
    (problem,) = refusal.value.problems
    assert problem.file == f"{name}.csv" and problem.found == "no row"
    assert "Leave the file out" in problem.help


def test_what_is_wrong_in_the_rows_of_the_sources_is_told_rather_than_that_none_is_left(tmp_path):
    """A row that cannot be read is no row in the table, and the reason is what helps."""
    (tmp_path / "sources.csv").write_text(
        "source_id,kind,publisher,title,url,read_at,date,what_it_says\na,b\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as refusal:
        edition.open_edition(tmp_path)
    assert refusal.value.problems[0].row == 2
    assert "no row" not in {problem.found for problem in refusal.value.problems}

"""The least and the most that the schema takes: no such row may break a figure, and no part is larger than its whole."""

from __future__ import annotations

import contextlib
import json
import re

import apsw
import pytest

from brief.notebook import figures
from brief.tables import database
from tests.conftest import figure_bundles

# A table with women and men in it, and the column that counts both together.
WHOLES = {
    "arrivals_korea_yearly": "persons",
    "arrivals_korea_early": "persons",
    "arrivals_korea_quarterly": "persons",
    "arrivals_korea_checkpoints": "persons",
    "profile_korea": "value",
}


@contextlib.contextmanager
def put_back(connection):
    """After the block the database is as before."""
    connection.execute("savepoint extremes")
    try:
        yield
    finally:
        connection.execute("rollback to extremes")
        connection.execute("release extremes")


def takes(connection, statement: str) -> int:
    """How many rows the schema lets a statement change; 0 where it refuses one of them."""
    before = connection.total_changes()
    try:
        connection.execute(statement)
    except (apsw.ConstraintError, apsw.MismatchError):
        return 0
    return connection.total_changes() - before


def test_every_table_of_women_and_men_is_known_here(opened):
    schema = database.table_columns(opened.connection)
    with_both = {
        table
        for table, columns in schema.items()
        if {"male", "female"} <= {c.name for c in columns}
    }
    assert with_both == set(WHOLES)


@pytest.mark.parametrize("table", WHOLES)
@pytest.mark.parametrize("part, other", [("female", "male"), ("male", "female")])
def test_a_part_is_not_above_its_whole_where_the_other_part_is_a_hole(opened, table, part, other):
    """A share of more than 100 percent would be printed, and a chart from 0 to 100 drawn as high as that share."""
    whole, connection = WHOLES[table], opened.connection
    of_persons = "unit = 'persons'" if table == "profile_korea" else "true"
    a_row = (
        f"rowid in (select rowid from {table} where {of_persons} and {whole} is not null limit 1)"
    )
    with put_back(connection):
        assert not takes(
            connection,
            f"update {table} set {other} = null, {part} = {whole} + 1 where {a_row}",
        )


@pytest.fixture(scope="module")
def figures_on_log_scales(published_book) -> dict[str, dict]:
    bundles = figure_bundles(published_book)
    return {
        key: bundle["spec"]
        for key, bundle in bundles.items()
        if re.search(r'"type": "log"', json.dumps(bundle["spec"]))
    }


def test_the_least_that_the_schema_takes_has_a_place_on_a_log_scale(opened, figures_on_log_scales):
    """Zero has none: it would be drawn at NaN."""
    assert figures_on_log_scales, "no figure has such a scale: this test can go"
    connection, tried, faults = opened.connection, 0, []
    schema = database.table_columns(connection)
    for key, spec in figures_on_log_scales.items():
        views = figures.named_views(spec)
        tables = {table for view in views for table in database.tables_read(connection, view)}
        numbers = [
            (table, column.name)
            for table in sorted(tables - {"parameters", "sources"})
            for column in schema[table]
            if column.kind != "TEXT" and not column.yes_or_no
        ]
        for table, column in numbers:
            with put_back(connection):
                last = f"rowid = (select max(rowid) from {table})"
                for least in (0, 1):
                    changed = takes(connection, f"update {table} set {column} = {least}") or takes(
                        connection, f"update {table} set {column} = {least} where {last}"
                    )
                    if changed:
                        break
                words = {"subtitle": "A line.", "alt": "A chart."}
                svg = figures.picture(figures.complete(spec, connection, words, ""), figures.WIDE)
                tried += 1
                if "NaN" in svg:
                    faults.append(f"{key}: {table}.{column} = {least}")
    assert tried >= 2 and not faults, faults

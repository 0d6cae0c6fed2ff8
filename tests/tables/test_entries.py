"""A claim is one entry: checked, with messages that name file, entry and key, and turned into the SQL that asks it."""

from __future__ import annotations

import re

import apsw
import pytest

from brief.tables import database, entries, schema

CLAIM = {
    "question": "Did meals rise?",
    "origin": "brief",
    "over": "meals",
    "value": "later",
    "bound": "1.0 * before",
    "true_when": "value > bound and later < {most_meals}",
    "holds": "Yes.",
    "fails": "No.",
    "unknown": "Nobody knows.",
}
WRONG = {
    "no key 'question'": {"question": None},
    "no key 'over'": {"over": None},
    "no key 'unknown'": {"unknown": None},
    "the unknown key 'hold'": {"hold": "Yes."},
    "true_when: found 1; allowed: text": {"true_when": 1},
    "evidence: found 'all'; allowed: keys with values": {"evidence": "all"},
    "lever: found the keys low, sql": {"lever": {"sql": "x", "low": 0}},
    "over: a claim that is not testable has none": {"not_testable": "Nobody counts them."},
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_told_by_file_claim_and_key(tmp_path, words):
    entry = {k: v for k, v in (CLAIM | WRONG[words]).items() if v is not None}
    import yaml

    path = tmp_path / "70_meals.yml"
    path.write_text(yaml.safe_dump({"claims": {"meals.rose": entry}}), encoding="utf-8")
    with pytest.raises(entries.WordingError) as refused:
        entries.parsed([path])
    assert str(refused.value).startswith(f"70_meals.yml, meals.rose: {words}")


def test_alterations_and_figures_are_checked_as_well(tmp_path):
    path = tmp_path / "70_meals.yml"
    for text, words in (
        ("alterations: {fewer: {what: Fewer., sql: [x], flips: {}}}", "fewer: no key 'keeps'"),
        ("figures: {fig-meals: {title: Meals}}", "fig-meals: no key 'alt'"),
        ("claims: {meals.rose: {}, }\nfigures: {}", "meals.rose: no key 'question'"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(entries.WordingError, match=f"70_meals.yml, {words}"):
            entries.parsed([path])


@pytest.mark.parametrize(
    "before, later, holds", [(1, 2, 1), (2, 1, 0), (1, 200, 0), (None, 2, None), (2, None, None)]
)
def test_a_claim_is_asked_as_its_entry_says(before, later, holds):
    connection = apsw.Connection(":memory:")
    connection.execute("create table meals (before integer, later integer)")
    connection.execute("insert into meals values (?, ?)", (before, later))
    connection.execute("create table parameters (name text, value real)")
    connection.execute("insert into parameters values ('most_meals', 100)")
    claims = {"meals.rose": {**CLAIM, "chapter": "70_meals"}}
    connection.execute(entries.claim_views(claims))
    found = connection.execute("select * from claims_70_meals").fetchall()
    assert found == [("meals.rose", later, None if before is None else float(before), holds)]


def test_alterations_are_no_part_of_an_edition():
    text = "claims: {}\nglossary: {}\n"
    assert entries.that_readers_see(text + "alterations:\n  a: {}\n") == text


# What every sourced table has


def test_a_table_is_completed_and_its_rows_rest_on_their_sources():
    own = """\
create table sources (source_id text not null primary key) strict;
create table row_sources (table_name text, row_key text, source_id text references sources) strict;
create table meals (
  place text not null,
  year integer not null,
  meals integer not null constraint meals_not_negative check (meals >= 0),
  constraint one_rule check (meals < 1000),
  primary key (place, year)
) strict;
"""
    connection = apsw.Connection(":memory:")
    connection.execute("pragma foreign_keys = on")
    connection.execute(schema.completed(own))
    connection.execute("insert into sources values ('one'), ('two')")
    row = "insert into meals values ('a|b', 2018, 7, 'one;two', 'two_sources', null)"
    connection.execute(row)
    assert connection.execute("select row_key, source_id from row_sources").fetchall() == [
        (r"a\|b|2018", "one"),
        (r"a\|b|2018", "two"),
    ]
    with pytest.raises(apsw.ConstraintError, match="two_sources_are_named"):
        connection.execute(row.replace("2018", "2019").replace("one;two", "one"))


@pytest.mark.parametrize(
    "body, words",
    [
        ("  year integer\n", "no line"),
        ("  year integer,\n  primary key (yaer)\n", "no column yaer"),
    ],
)
def test_a_table_that_cannot_be_completed_is_named(body, words):
    with pytest.raises(
        schema.SchemaError, match=f"the table meals in analysis/schema.sql: {words}"
    ):
        schema.completed(f"create table meals (\n{body}) strict;\n")


# Steps are read top to bottom: a column is named where it is computed


def named_by_position(script: str) -> list[str]:
    """Views whose columns are named in a list apart from what computes them; constant lists have no other place for names."""
    views = re.findall(r"(?ms)^create view (\w+) \([^)]*\) as\s+(\w+)", script)
    return [view for view, first in views if first != "values"]


def test_no_view_names_its_columns_by_position():
    written = [path.read_text(encoding="utf-8") for path in database.sql_files()]
    assert named_by_position("\n".join(written)) == []
    assert named_by_position("create view a (b) as\nselect 1;\n") == ["a"]
    assert named_by_position("create view a (b) as\nvalues (1);\n") == []


def test_no_view_has_more_than_a_dozen_columns(opened):
    width = lambda view: len(list(opened.connection.execute(f'pragma table_info("{view}")')))
    wide = {view: width(view) for view in database.view_names(opened.connection)}
    assert {view: columns for view, columns in wide.items() if columns > 12} == {}
    assert max(wide.values()) > 8, "or the widths were not seen"


def test_what_is_no_yaml_is_told_with_its_file_and_line(tmp_path):
    path = tmp_path / "10_one.yml"
    path.write_text("claims:\n  a: [1\n  b: 2\n", encoding="utf-8")
    with pytest.raises(entries.WordingError, match=r"analysis/10_one.yml, line 3: no YAML"):
        entries.parsed([path])


def test_a_key_that_stands_twice_is_refused(tmp_path):
    """Seen: of two wordings of one title the last won, without a word."""
    path = tmp_path / "70_meals.yml"
    path.write_text("figures:\n  fig-meals:\n    title: One\n    alt: Two\n    title: Three\n")
    words = r"analysis/70_meals.yml, line 5: no YAML \(the key 'title' stands twice\)"
    with pytest.raises(entries.WordingError, match=words):
        entries.parsed([path])

"""The loader refuses what is wrong, says where, and reads what is right."""

from __future__ import annotations

import re
import shutil
import sqlite3

import apsw
import pytest

from brief import paths
from brief.tables import database
from brief.tables.database import Column, InputError, parse_table

SCHEMA = """
create table sources (source_id text primary key not null) strict;
create table row_sources (table_name text not null, row_key text not null, source_id text not null references sources) strict;
create table arrivals (
  year integer primary key not null,
  persons integer not null constraint persons_not_negative check (persons >= 0),
  share real,
  source_id text not null
) strict;
create trigger arrivals_sources after insert on arrivals begin
  insert into row_sources select 'arrivals', new.year, value from json_each('["' || replace(new.source_id, ';', '","') || '"]');
end;
"""


@pytest.fixture
def columns() -> list[Column]:
    return database.table_columns(database.empty_database(SCHEMA))["arrivals"]


def read(columns, text: str | bytes):
    return parse_table(
        "arrivals", text if isinstance(text, bytes) else text.encode(), columns, "arrivals.csv"
    )


def problems(columns, text) -> list[database.Problem]:
    with pytest.raises(InputError) as refused:
        table = read(columns, text)
        sources = database.Table("sources", ["source_id"], [("ministry",)], [2], "sources.csv")
        database.load({"sources": sources, "arrivals": table}, SCHEMA)
    return refused.value.problems


GOOD = "year,persons,share,source_id\n2018,1137,0.5,ministry\n2019,1047,,ministry\n"


def test_good_table_is_read_as_typed_values(columns):
    assert read(columns, GOOD).rows == [
        (2018, 1137, 0.5, "ministry"),
        (2019, 1047, None, "ministry"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "﻿" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD + "\n,,,\n",
        "persons,year,source_id,share\n1137,2018,ministry,0.5\n1047,2019,ministry,\n",
    ],
    ids=["byte_order_mark", "crlf", "blank_rows", "reordered_columns"],
)
def test_spreadsheet_forms_read_the_same(columns, text):
    assert read(columns, text).rows == read(columns, GOOD).rows


@pytest.mark.parametrize(
    "text, row, column, words",
    [
        ("year,person,share,source_id\n2018,1,,ministry\n", 1, "person", "persons"),
        ("persons,share,source_id\n1,,ministry\n", 1, "year", "tells the rows apart"),
        ("year,persons,share,source_id\n2018,many,,ministry\n", 2, "persons", "whole number"),
        ("year,persons,share,source_id\n2018,1.5,,ministry\n", 2, "persons", "whole number"),
        ("year,persons,share,source_id\n2018,1,1e999,ministry\n", 2, "share", "decimal point"),
        ("year,persons,share,source_id\n2018,1,nan,ministry\n", 2, "share", "decimal point"),
        ("year,persons,share,source_id\n2018,-1,,ministry\n", 2, "persons", "0 or more"),
        ("year,persons,share,source_id\n2018,,,ministry\n", 2, "persons", "may not be empty"),
        ("year,persons,share,source_id\n2018,1,,ministry\n2018,2,,ministry\n", 3, "year", "once"),
        ("year,persons,share,source_id\n2018,1,,ministry;hearsay\n", 2, "source_id", "sources.csv"),
        ("year,persons,share,source_id\n2018,1,,ministry,x\n", 2, "", "as in the header"),
    ],
    ids=[
        "misspelled_column",
        "missing_column",
        "text_for_number",
        "fraction_for_count",
        "overflow",
        "not_a_number",
        "negative",
        "empty_cell",
        "row_twice",
        "unknown_source",
        "too_many_cells",
    ],
)
def test_bad_table_is_refused_with_row_column_and_rule(columns, text, row, column, words):
    first = problems(columns, text)[0]
    assert (first.file, first.row, first.column) == ("arrivals.csv", row, column)
    assert words in f"{first.allowed} {first.help}"


def test_all_problems_of_a_file_are_told_at_once(columns):
    assert (
        len(
            problems(
                columns,
                "year,persons,share,source_id\nx,1,,ministry\n2019,y,,ministry\n2020,1,z,ministry\n",
            )
        )
        == 3
    )


def test_bytes_that_are_not_utf8_are_refused(columns):
    assert "UTF-8" in str(
        problems(columns, b"year,persons,share,source_id\n2018,1,,minist\x81re\n")[0]
    )


def test_views_name_the_tables_that_they_read():
    connection = database.empty_database(
        SCHEMA
        + "create view total as select sum(persons) as persons from arrivals; create view shown as select persons from total;"
    )
    assert database.tables_read(connection, "shown") == ["arrivals"]


def test_engine_is_the_pinned_version():
    import json

    from brief import paths

    pinned = json.loads((paths.WEB / "package.json").read_text())["dependencies"]["sql.js"]
    assert (pinned, apsw.sqlite_lib_version()) == ("1.16.0", "3.54.1"), (
        "sql.js 1.16.0 holds SQLite 3.54.1: move both pins together (requirements.in, web/package.json)"
    )


@pytest.mark.skipif(
    sqlite3.sqlite_version_info < (3, 38), reason="this Python's SQLite is older than promised"
)
def test_the_database_opens_in_an_older_sqlite(opened, tmp_path):
    """As an analyst's own does, who downloads it: every view answers with as many rows."""
    (tmp_path / "brief.sqlite").write_bytes(database.image_of(opened.connection))
    older = sqlite3.connect(tmp_path / "brief.sqlite")
    for view in database.view_names(opened.connection):
        count = f'select count(*) from "{view}"'
        assert older.execute(count).fetchone() == opened.connection.execute(count).fetchone(), view
    older.close()


def test_no_sql_needs_a_newer_sqlite_than_promised():
    """Order within an aggregate came with 3.44; more than 100 arguments of a function with 3.48."""
    script = database.sql_text()
    ordered = re.findall(r"group_concat\([^()]*order by[^()]*\)", script, re.I)
    assert not ordered
    connection = apsw.Connection(":memory:")
    connection.limit(apsw.SQLITE_LIMIT_FUNCTION_ARG, 100)
    connection.execute(script)
    for view in database.view_names(connection):
        connection.execute(f'select * from "{view}"').fetchall()


def test_an_empty_key_is_refused_and_no_number_invented(opened):
    """A primary key of one whole number is the engine's own row number: left empty, it became the last year and one more."""
    schema, image = database.table_columns(opened.connection), database.image_of(opened.connection)
    tried = 0
    for name, columns in schema.items():
        keys = [i for i, column in enumerate(columns) if column.key]
        if len(keys) != 1 or not opened.tables[name].rows:
            continue
        row = list(opened.tables[name].rows[-1])
        row[keys[0]] = None
        table = database.Table(name, [c.name for c in columns], [tuple(row)], [2], f"{name}.csv")
        connection = database.from_image(image)  # its sources are there
        before = database.rows(connection, name)
        problems = database.insert(connection, table, columns)
        assert [(p.row, p.column, p.found) for p in problems] == [
            (2, columns[keys[0]].name, "an empty cell")
        ], name
        assert database.rows(connection, name) == before, name
        tried += 1
    assert tried > 8


def test_a_mistake_in_the_sql_is_told_with_its_file_and_line(tmp_path, monkeypatch):
    folder = tmp_path / "analysis"
    shutil.copytree(paths.ANALYSIS, folder)
    monkeypatch.setattr(paths, "ANALYSIS", folder)
    chapter = folder / "30_china.sql"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace("select", "selct", 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        database.empty_database()
    (problem,) = refused.value.problems
    assert problem.file == "analysis/30_china.sql" and "selct" in problem.found
    assert "selct" in chapter.read_text(encoding="utf-8").split("\n")[problem.row - 1]

"""JSON and SQLite as programs write them: each value is read as it is, or refused with its row and column."""

from __future__ import annotations

import json
import sqlite3

import pytest

from brief.tables import database, packed
from brief.tables.readers import read_source
from brief.words import InputError
from tests.tables.test_readers import HEADER, ROWS, SCHEMA, VALUES

RECORDS = [dict(zip(HEADER, row)) for row in ROWS]
NAME = "talks"
NAMES = ", ".join(HEADER)


@pytest.fixture(scope="module")
def schema():
    return database.table_columns(database.empty_database(SCHEMA))


def told(path, schema) -> str:
    _, problems = read_source(path, schema)
    assert problems
    return "\n".join(map(str, problems))


def sqlite_file(path, *statements: str, keep_open=False):
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    if not keep_open:
        connection.close()
    return connection


LINES = "\n".join(map(json.dumps, RECORDS)) + "\n"
JSON_READ = {
    "one row a line": (LINES.encode(), "one row a line"),
    "one row a line, with line ends of Windows": (LINES.replace("\n", "\r\n").encode(), "a line"),
    "a list": (json.dumps(RECORDS).encode(), ""),
    "columns and data": (json.dumps({"columns": HEADER, "index": [0], "data": ROWS}).encode(), ""),
    "schema and data": (json.dumps({"schema": {}, "data": RECORDS}).encode(), ""),
    "UTF-16": (json.dumps({"talks": RECORDS}, ensure_ascii=False).encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (json.dumps({"talks": RECORDS}).encode("utf-16-le"), "UTF-16"),
    "UTF-32": (json.dumps({"talks": RECORDS}).encode("utf-32-be"), "UTF-32"),
    "UTF-8 with a mark": (json.dumps({"Talks": RECORDS}).encode("utf-8-sig"), ""),
}


@pytest.mark.parametrize("how", JSON_READ)
def test_json_is_read(schema, tmp_path, how):
    raw, words = JSON_READ[how]
    (tmp_path / "talks.json").write_bytes(raw)
    tables, problems = read_source(tmp_path, schema)
    assert not problems and tables["talks"].rows == VALUES
    assert words in " ".join(tables["talks"].readings)


def one(**cells) -> str:
    return json.dumps([{**dict(zip(HEADER, ["2018", 1, None, "", "ct", ""])), **cells}])


JSON_REFUSED = {
    "a list in a cell": (one(persons=[1]), "row 2, column persons: found [1]"),
    "an object in a text": (one(note={"a": 1}), 'row 2, column note: found {"a": 1}'),
    "true in a text": (one(note=True), "row 2, column note: found true"),
    "true for a number of persons": (one(persons=True), "row 2, column persons"),
    "a fraction in a text": (one(ages=1.5), "row 2, column ages: found 1.5"),
    "columns of cells": (json.dumps({"year": {"0": 2018}}), "orient="),
    "rows of cells": (json.dumps([["2018", 1]]), "orient="),
    "a broken line": (LINES + '{"date": ', "line 5"),
    "a bare number": ("1", "a JSON number"),
    "twice, in another case": (json.dumps({"talks": RECORDS, "Talks": RECORDS}), "a second time"),
    "columns times rows": (
        json.dumps([{f"c{i}": 1 for i in range(400)}] + [{}] * 100_000),
        "400 columns and 100,001 rows",
    ),
    "Infinity on a line": (LINES + '{"date": Infinity}', "is no number"),
}


@pytest.mark.parametrize("what", JSON_REFUSED)
def test_json_is_refused_with_its_place(schema, tmp_path, what):
    text, words = JSON_REFUSED[what]
    (tmp_path / "talks.json").write_text(text)
    assert words in told(tmp_path, schema)


def test_problems_of_a_whole_file_are_capped(schema, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps({f"t{i}": [] for i in range(40_000)}))
    assert len(told(tmp_path / "mine.json", schema)) < 100_000


GENERATED = (
    "create table talks (extra as (99999), date, persons, trade_usd_m, ages, source_id, note)",
    "insert into talks values ('2018', 7, 1.5, null, 'ct', null)",
)
SHUFFLED = (
    "create table Talks (note, Source_Id, ages, trade_usd_m, persons, date primary key) without rowid",
    "insert into talks values (null, 'ct', null, 1.5, 7, '2018')",
)
PLAIN = (
    f"create table talks ({NAMES})",
    "insert into talks values ('2018', 7, 1.5, null, 'ct', null)",
)


@pytest.mark.parametrize(
    "statements", [GENERATED, SHUFFLED, PLAIN, ("pragma journal_mode = wal", *PLAIN)]
)
def test_columns_are_taken_by_name(schema, tmp_path, statements):
    sqlite_file(tmp_path / "mine.sqlite", *statements)
    tables, problems = read_source(tmp_path, schema)
    assert not problems and tables["talks"].rows == [("2018", 7, 1.5, None, "ct", None)]


SQLITE_REFUSED = {
    "a BLOB": (
        "'2018', x'00ff', null, null, 'ct', null",
        "row 2, column persons: found 2 bytes (a BLOB)",
    ),
    "a BLOB in a text": ("'2018', 1, null, null, 'ct', x'41'", "row 2, column note: found 1 bytes"),
    "a fraction in a text": ("'2018', 1, null, 1.5, 'ct', null", "row 2, column ages: found 1.5"),
    "a fraction of a person": ("'2018', 1.5, null, null, 'ct', null", "row 2, column persons"),
}


@pytest.mark.parametrize("what", SQLITE_REFUSED)
def test_values_of_another_kind_are_refused(schema, tmp_path, what):
    values, words = SQLITE_REFUSED[what]
    sqlite_file(tmp_path / "mine.sqlite", PLAIN[0], f"insert into talks values ({values})")
    assert words in told(tmp_path, schema)


def test_what_is_not_in_the_database_yet_is_not_read(schema, tmp_path):
    connection = sqlite_file(
        tmp_path / "mine.sqlite", "pragma journal_mode = wal", *PLAIN, keep_open=True
    )
    assert "pragma wal_checkpoint(truncate)" in told(tmp_path, schema)
    connection.execute("pragma wal_checkpoint(truncate)")
    assert read_source(tmp_path, schema)[0]["talks"].rows[0][1] == 7
    connection.close()


def test_a_change_that_was_never_finished_is_not_read(schema, tmp_path):
    sqlite_file(tmp_path / "mine.sqlite", *PLAIN)
    (tmp_path / "mine.sqlite-journal").write_bytes(packed.HOT_JOURNAL + b"\0" * 504)
    assert "never finished" in told(tmp_path, schema)


@pytest.mark.parametrize(
    "column",
    [
        "hex(zeroblob(400000000))",
        "(with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n)",
    ],
)
def test_views_and_computed_cells_are_bounded(schema, tmp_path, column):
    sqlite_file(tmp_path / "mine.sqlite", f"create view talks as select {column} as note")
    assert "a view" in told(tmp_path, schema)


def test_many_computed_cells_are_bounded(schema, tmp_path):
    rest = ", ".join(HEADER[:-1])
    many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)"
    sqlite_file(
        tmp_path / "mine.sqlite",
        f"create table talks ({rest}, note as (hex(zeroblob(200000))))",
        f"insert into talks (date) {many} select '2018' from n",
    )
    assert "20,000,000 bytes" in told(tmp_path, schema)


def test_no_name_of_a_column_is_obeyed(schema, tmp_path):
    sqlite_file(tmp_path / "mine.sqlite", 'create table talks ("date"" from sources; --", persons)')
    with pytest.raises(InputError, match="no column"):
        database.read_folder(tmp_path, schema)


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson"])
def test_json_lines_are_read_under_their_own_suffixes(tmp_path, suffix):
    rows = [dict(zip(HEADER, values)) for values in VALUES]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    (tmp_path / f"{NAME}{suffix}").write_text(text)
    tables, problems = read_source(
        tmp_path, database.table_columns(database.empty_database(SCHEMA))
    )
    assert not problems and tables[NAME].rows == VALUES


def test_a_table_in_a_kind_of_file_that_is_not_read_is_not_passed_over(tmp_path):
    (tmp_path / f"{NAME}.rds").write_bytes(b"RDX3")
    (tmp_path / f"{NAME}.yml").write_text("title: its manifest\n")
    tables, problems = read_source(
        tmp_path, database.table_columns(database.empty_database(SCHEMA))
    )
    assert not tables and [p.file for p in problems] == [f"{NAME}.rds"]


def test_json_is_utf_8_though_its_bytes_could_be_korean(schema, tmp_path):
    """Of ó alone: a CSV of these bytes is refused, for they are 처 in the Korean code page."""
    record = dict(zip(HEADER, VALUES[0])) | {"note": "ó"}
    path = tmp_path / f"{NAME}.json"
    path.write_text(json.dumps([record], ensure_ascii=False), encoding="utf-8")
    tables, problems = read_source(tmp_path, schema)
    assert not problems and tables[NAME].rows[0][-1] == "ó"


@pytest.mark.parametrize(
    "text, words",
    [
        ("[" * 100_000, "within each other"),
        ('{"talks": [{"persons": ' + "1" * 5000 + "}]}", "digits"),
    ],
)
def test_python_does_not_speak_for_us(tmp_path, text, words):
    (tmp_path / "mine.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        packed.read_json(tmp_path / "mine.json", "mine", {})
    said = str(refused.value)
    assert words in said and "recursion" not in said and "set_int_max" not in said

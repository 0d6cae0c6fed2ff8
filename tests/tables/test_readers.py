"""What spreadsheets make of a table is read rightly, with a line that says so, or refused with its place and reason."""

from __future__ import annotations

import datetime
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from brief import paths
from brief.tables import database
from brief.words import InputError

SCHEMA = """
create table sources (source_id text primary key not null) strict;
create table row_sources (table_name text not null, row_key text not null, source_id text not null references sources) strict;
create table talks (
  date text not null primary key constraint date_is_an_iso_date check (date glob '[12][0-9][0-9][0-9]' or (length(date) = 7 and date(date || '-01') is date || '-01') or (length(date) = 10 and date(date) is date)),
  persons integer constraint persons_not_negative check (persons >= 0),
  trade_usd_m real,
  ages text,
  source_id text not null,
  note text
) strict;
"""
HEADER = ["date", "persons", "trade_usd_m", "ages", "source_id", "note"]
ROWS = [
    ["2018-11-06", 12345, 1234.5, "10-19", "ct_2025;newsis", 'said "so", twice'],
    ["2018-02-13", None, 0.25, "0-9", "ct_2025", "Zürich – naïve"],
    ["2018-11", 7, 1000.0, "", "newsis", None],
    ["2017", 0, None, "20-29", "newsis", "two\nlines"],
]
VALUES = [tuple(None if v == "" else v for v in row) for row in ROWS]


@pytest.fixture(scope="module")
def schema():
    return database.table_columns(database.empty_database(SCHEMA))


def csv_text(rows=None, delimiter=",", header=HEADER, number=str, date=str, end="\n") -> str:
    """The rows as some spreadsheet writes them."""
    lines = [delimiter.join(header)]
    for row in rows or ROWS:
        cells = [
            date(row[0]),
            *("" if v is None else number(v) for v in row[1:3]),
            *("" if v is None else str(v) for v in row[3:]),
        ]
        cells += [""] * (len(header) - len(cells))
        lines.append(
            delimiter.join(
                '"' + c.replace('"', '""') + '"' if any(x in c for x in f'{delimiter}"\n') else c
                for c in cells
            )
        )
    return end.join(lines) + end


def german(value) -> str:
    return f"{value:,}".replace(",", "_").replace(".", ",").replace("_", ".")


def day_first(date: str) -> str:
    return "/".join(str(int(p)) for p in reversed(date.split("-"))) if len(date) == 10 else date


def month_first(date: str) -> str:
    year, month, day = date.split("-") if len(date) == 10 else ("", "", "")
    return f"{int(month)}/{int(day)}/{year}" if year else date


def serial(date: str) -> str:
    return (
        str((datetime.date.fromisoformat(date) - datetime.date(1899, 12, 30)).days)
        if len(date) == 10
        else date
    )


BASE = csv_text()
READ = {  # what the file is: (its bytes, what the reading says)
    "published_form": (BASE.encode(), ""),
    "byte_order_mark": (BASE.encode("utf-8-sig"), ""),
    "crlf": (csv_text(end="\r\n").encode(), ""),
    "old_mac_line_ends": (csv_text(ROWS[:3], end="\r").encode(), ""),
    "semicolons_and_decimal_commas": (
        csv_text(delimiter=";", number=german).encode(),
        "semicolons",
    ),
    "semicolons_with_points": (csv_text(delimiter=";").encode(), "semicolons"),
    "sep_line": (("sep=;\r\n" + csv_text(delimiter=";", end="\r\n")).encode(), "semicolons"),
    "tabs": (csv_text(delimiter="\t").encode(), "tabs"),
    "thousands_commas": (csv_text(number=lambda v: f"{v:,}").encode(), "commas between thousands"),
    "thousands_spaces": (
        csv_text(number=lambda v: f"{v:,}".replace(",", "\u202f")).encode(),
        "spaces or apostrophes",
    ),
    "thousands_apostrophes": (
        csv_text(number=lambda v: f"{v:,}".replace(",", "’")).encode(),
        "spaces or apostrophes",
    ),
    "decimal_commas_in_quotes": (
        csv_text(number=lambda v: str(v).replace(".", ",")).encode(),
        "decimal commas",
    ),
    "utf16_with_tabs": (csv_text(delimiter="\t", end="\r\n").encode("utf-16"), "UTF-16"),
    "utf16_without_mark": (BASE.encode("utf-16-le"), "UTF-16"),
    "windows_1252": (BASE.encode("cp1252"), "Windows-1252"),
    "blank_rows_at_the_end": ((BASE + ",,,,,\n\n  , ,,,,\n").encode(), ""),
    "blank_columns_at_the_end": (
        "\n".join(line + ",,," for line in csv_text(ROWS[:3]).splitlines()).encode(),
        "",
    ),
    "extra_column": (
        csv_text(header=[*HEADER, "my_note"]).encode(),
        "extra column my_note left aside",
    ),
    "mark_of_an_altered_download": (csv_text(header=[*HEADER, "edition"]).encode(), ""),
    "short_rows": (BASE.replace(",newsis,\n", ",newsis\n").encode(), "fewer cells"),
    "counts_with_point_zero": (
        csv_text(number=lambda v: f"{float(v)}").encode(),
        "whole numbers written with .0",
    ),
    "dates_day_first": (csv_text(date=day_first).encode(), "dates with the day first"),
    "dates_month_first": (csv_text(date=month_first).encode(), "dates with the month first"),
    "dates_with_dots": (
        csv_text(date=lambda d: ".".join(reversed(d.split("-"))) if len(d) == 10 else d).encode(),
        "dates with the day first",
    ),
    "dates_as_day_numbers": (csv_text(date=serial).encode(), "day numbers"),
    "dates_with_time": (
        csv_text(date=lambda d: f"{d} 00:00:00" if len(d) == 10 else d).encode(),
        "time of day",
    ),
    "months_by_name": (
        csv_text(date=lambda d: "Nov-18" if len(d) == 7 else d).encode(),
        "months written by name",
    ),
    "days_with_named_month": (
        csv_text(
            date=lambda d: (
                datetime.date.fromisoformat(d).strftime("%d-%b-%y") if len(d) == 10 else d
            )
        ).encode(),
        "month's name",
    ),
    "days_with_endings": (
        csv_text(
            date=lambda d: {"2018-11-06": "6th November 2018", "2018-02-13": "13th Feb 2018"}.get(
                d, d
            )
        ).encode(),
        "month's name",
    ),
    "dates_without_marks": (
        csv_text(date=lambda d: d.replace("-", "") if len(d) == 10 else d).encode(),
        "without marks",
    ),
    "dates_at_midnight_utc": (
        csv_text(date=lambda d: f"{d}T00:00:00Z" if len(d) == 10 else d).encode(),
        "time of day",
    ),
    "years_of_two_digits_first": (
        csv_text(date=lambda d: d[2:].replace("-", ".") if len(d) == 10 else d).encode()
        + b"13.5.9,1,2,,ct,\n",
        "two digits first",
    ),
    "years_of_two_digits_last": (
        csv_text(
            date=lambda d: "/".join([str(int(d[8:])), d[5:7], d[2:4]]) if len(d) == 10 else d
        ).encode(),
        "day first",
    ),
    "reordered_rows": (csv_text(ROWS[::-1]).encode(), ""),
}


@pytest.mark.parametrize("name", READ)
def test_form_is_read_rightly_and_said(schema, name):
    raw, words = READ[name]
    table = database.parse_table("talks", raw, schema["talks"], "talks.csv")
    more = [("2013-05-09", 1, 2.0, None, "ct", None)] * ("digits_first" in name)
    wanted = (
        VALUES[:3] if name in ("old_mac_line_ends", "blank_columns_at_the_end") else VALUES + more
    )
    assert sorted(table.rows, key=str) == sorted(wanted, key=str)
    said = " ".join(table.readings)
    assert words in said and bool(said) is bool(words)


def test_korean_code_page_is_read(schema):
    raw = "date,persons,trade_usd_m,ages,source_id,note\n2018,1,,,ct,통일부 발표 자료\n".encode(
        "cp949"
    )
    table = database.parse_table("talks", raw, schema["talks"], "talks.csv")
    assert table.rows[0][-1] == "통일부 발표 자료" and "Korean" in table.readings[0]


def one(date="2018", persons="1", trade="", ages="", source="ct", note="") -> str:
    return ",".join(HEADER) + f"\n{date},{persons},{trade},{ages},{source},{note}\n"


REFUSED = {  # what the file is: (its bytes, row, column, words of the refusal)
    "ambiguous_thousands": (one(trade='"1,234"'), 2, "trade_usd_m", "no other cell"),
    "ambiguous_thousands_semicolons": (
        one(trade="1.234").replace(",", ";"),
        2,
        "trade_usd_m",
        "no other cell",
    ),
    "two_decimal_marks": (
        csv_text(number=lambda v: german(v) if v == 1234.5 else str(v)),
        2,
        "trade_usd_m",
        "Other cells",
    ),
    "thousands_with_points_beside_plain_ones": (
        csv_text([["2018", 1, 5060, "", "ct", ""], ["2019", 1, "5.060", "", "ct", ""]]),
        3,
        "trade_usd_m",
        "no other cell",
    ),
    "people_with_points_beside_plain_ones": (
        csv_text([["2018", 2914, "", "", "ct", ""], ["2019", "1.999", "", "", "ct", ""]]),
        3,
        "persons",
        "may be 1999 or no whole number",
    ),
    "no_such_day_without_marks": (one(date="20180231"), 2, "date", "no such day"),
    "fraction_of_a_person": (one(persons="1.5"), 2, "persons", "whole number"),
    "percent_sign": (one(trade="12%"), 2, "trade_usd_m", "Write 12 alone"),
    "not_a_number": (one(trade="n/a"), 2, "trade_usd_m", "empty cell"),
    "number_turned_into_a_date": (
        one(trade="12-Mar"),
        2,
        "trade_usd_m",
        "turned a number into a date",
    ),
    "text_turned_into_a_date": (one(ages="19-Oct"), 2, "ages", "in its place"),
    "error_value": (one(note="#REF!"), 2, "note", "in its place"),
    "column_too_narrow": (one(ages="######"), 2, "ages", "in its place"),
    "ambiguous_date": (one(date="6/11/2018"), 2, "date", "day or the month first"),
    "no_such_day": (one(date="31.02.2018"), 2, "date", "no such day"),
    "month_or_day": (one(date="43405"), 2, "date", "look the same"),
    "mixed_dates": (
        csv_text([["13/2/2018", 1, 1.5, "", "ct", ""], ["2/13/2018", 1, 1.5, "", "ct", ""]]),
        2,
        "date",
        "others the month",
    ),
    "column_without_name": (
        ",".join(["", *HEADER]) + "\n0,2018,1,,,ct,\n",
        1,
        "",
        "without a name",
    ),
    "column_twice": (",".join([*HEADER, "note"]) + "\n2018,1,,,ct,,\n", 1, "note", "2 times"),
    "broken_quotes": (one(note='"open'), 2, "", "is not closed"),
    "text_behind_quotes": (one(note='"said" so'), 2, "", "text behind"),
    "a_one_or_a_thousand": (one(persons="1.000", trade="2.5"), 2, "persons", "1 or 1,000"),
    "a_one_or_a_thousand_alone": (one(persons="26.000"), 2, "persons", "26 or 26,000"),
    "a_one_or_a_thousand_with_commas": (
        one(persons='"1,000"', trade='"2,5"'),
        2,
        "persons",
        "1 or 1,000",
    ),
    "no_such_day_of_the_standard": (one(date="2018-11-31"), 2, "date", "no such day"),
    "two_digits_first_and_last": (one(date="13.05.28"), 2, "date", "four digits"),
    "two_digits_with_slashes": (one(date="13/05/28"), 2, "date", "four digits"),
    "two_digits_beside_the_standard": (
        csv_text([["2018-11-06", 1, 1.5, "", "ct", ""], ["31.12.15", 1, 1.5, "", "ct", ""]]),
        3,
        "date",
        "four digits",
    ),
    "two_digits_with_another_mark": (
        csv_text([["2018/11/06", 1, 1.5, "", "ct", ""], ["01.02.03", 1, 1.5, "", "ct", ""]]),
        3,
        "date",
        "four digits",
    ),
    "two_digits_at_both_ends": (
        csv_text([["98.5.13", 1, 1.5, "", "ct", ""], ["13.5.98", 1, 1.5, "", "ct", ""]]),
        2,
        "date",
        "four digits",
    ),
    "nothing": ("", None, "", "header row"),
    "unknown_encoding": (one(note="x").encode()[:-1] + b"\x81\x8d\n", None, "", "UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_form_is_refused_with_place_and_reason(schema, name):
    raw, row, column, words = REFUSED[name]
    with pytest.raises(InputError) as refused:
        database.parse_table(
            "talks", raw if isinstance(raw, bytes) else raw.encode(), schema["talks"], "talks.csv"
        )
    first = refused.value.problems[0]
    assert (first.file, first.row, first.column) == ("talks.csv", row, column), str(first)
    assert words in str(first)


def test_of_two_decimal_marks_the_rarer_one_is_told(schema):
    rows = [[str(2000 + i), 1, 1.5 if i != 7 else "2,5", "", "ct", ""] for i in range(18)]
    with pytest.raises(InputError) as refused:
        database.parse_table("talks", csv_text(rows).encode(), schema["talks"], "talks.csv")
    assert [(p.row, p.column) for p in refused.value.problems] == [(9, "trade_usd_m")]


SHARES = """
create table sources (source_id text primary key not null) strict;
create table row_sources (table_name text not null, row_key text not null, source_id text not null references sources) strict;
create table votes (
  year integer not null primary key,
  for_pct real not null,
  adopted integer constraint adopted_is_yes_or_no check (adopted in (0, 1))
) strict;
"""


@pytest.mark.parametrize(
    "shares, is_said", [("0.4 0.55 0.9 1", True), ("0.4 0.55", False), ("0.4 0.5 0.9 48", False)]
)
def test_percentages_that_look_like_shares_of_one_are_said(shares, is_said):
    columns = database.table_columns(database.empty_database(SHARES))["votes"]
    rows = [f"{2000 + i},{share},1" for i, share in enumerate(shares.split())]
    text = "\n".join(["year,for_pct,adopted", *rows])
    table = database.parse_table("votes", text.encode(), columns, "votes.csv")
    assert ("0.4 is 0.4 percent" in " ".join(table.readings)) is is_said


@pytest.mark.parametrize(
    "cells, allowed",
    [
        ("x,50,1", "a whole number"),
        ("2018,-,1", "a number with a decimal point"),
        ("2018,50,WAHR", "1 for yes, 0 for no, or an empty cell where nothing is known"),
    ],
)
def test_what_is_allowed_is_what_the_column_takes(cells, allowed):
    columns = database.table_columns(database.empty_database(SHARES))["votes"]
    with pytest.raises(InputError) as refused:
        database.parse_table(
            "votes", f"year,for_pct,adopted\n{cells}\n".encode(), columns, "votes.csv"
        )
    assert [p.allowed for p in refused.value.problems] == [allowed]


def test_files_that_are_passed_over_are_named(schema, tmp_path):
    (tmp_path / "talks.csv").write_text(BASE, encoding="utf-8")
    for name in ("mine.json", "notes.md", "datapackage.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    for name in ("sub", ".git", "__pycache__"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "talks.csv").write_text("x", encoding="utf-8")
    said = database.read_folder(tmp_path, schema)["talks"].readings
    assert said == ["mine.json, sub/: not named like a table, passed over"]


@settings(max_examples=150, deadline=None)
@given(
    some.binary(max_size=400)
    | some.text(max_size=300).map(lambda t: t.encode("utf-8", "replace"))
    | some.lists(some.text(alphabet="0123456789.,;-/'\" %eE+nN\n\t", max_size=12), max_size=12).map(
        lambda c: (",".join(HEADER) + "\n" + ",".join(c)).encode()
    )
)
def test_any_bytes_are_read_or_refused(schema, raw):
    try:
        database.parse_table("talks", raw, schema["talks"], "talks.csv")
    except InputError as refused:
        assert all(str(p) for p in refused.problems)


@settings(max_examples=200, deadline=None)
@given(
    some.lists(
        some.tuples(
            some.integers(0, 10**9),
            some.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2)),
        ),
        min_size=1,
        max_size=8,
    ),
    some.sampled_from([str, german]),
)
def test_numbers_survive_the_way_through_a_spreadsheet(schema, pairs, number):
    """Whatever the numbers, the reader never takes a grouped number for a fraction: it reads rightly or refuses."""
    rows = [[str(1900 + i), p, t, "", "ct", ""] for i, (p, t) in enumerate(pairs)]
    text = csv_text(rows, delimiter="," if number is str else ";", number=number)
    try:
        table = database.parse_table("talks", text.encode(), schema["talks"], "talks.csv")
    except InputError as refused:
        assert number is german and all("no other cell" in str(p) for p in refused.problems)
    else:
        assert [row[1:3] for row in table.rows] == [tuple(row[1:3]) for row in rows]


# Workbooks, JSON, SQLite


def workbook(path, sheets: dict[str, list[list]], formats=None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for (title, place), form in (formats or {}).items():
        book[title][place].number_format = form
    book.save(path)
    return path


def dated(row):
    return [
        datetime.datetime.fromisoformat(row[0])
        if len(row[0]) == 10
        else datetime.datetime(2018, 11, 1)
        if len(row[0]) == 7
        else int(row[0]),
        *row[1:],
    ]


def test_workbook_is_read_with_its_dates(schema, tmp_path):
    path = workbook(
        tmp_path / "talks.xlsx",
        {"Sheet1": [HEADER, *map(dated, ROWS), [None] * 6]},
        {("Sheet1", "A2"): "d/m/yyyy", ("Sheet1", "A3"): "yyyy-mm-dd", ("Sheet1", "A4"): "mmm-yy"},
    )
    table = database.read_folder(tmp_path, schema)["talks"]
    assert table.rows == VALUES and "workbook" in table.readings[0]
    assert database.read_folder(path, schema)["talks"].rows == VALUES


def test_workbook_of_sheets_and_strangers(schema, tmp_path):
    workbook(
        tmp_path / "all.xlsx",
        {"talks": [HEADER, *ROWS], "sources": [["source_id"], ["ct"]], "Empty": []},
    )
    assert {n: len(t.rows) for n, t in database.read_folder(tmp_path, schema).items()} == {
        "talks": 4,
        "sources": 1,
    }
    workbook(tmp_path / "all.xlsx", {"talk": [HEADER, *ROWS]})
    with pytest.raises(InputError, match="Did you mean talks"):
        database.read_folder(tmp_path, schema)


def test_formula_without_a_value_and_date_for_text_are_refused(schema, tmp_path):
    rows = [HEADER, ["2018", "=1+1", None, datetime.date(2018, 10, 19), "ct", None]]
    workbook(tmp_path / "talks.xlsx", {"talks": rows})
    with pytest.raises(InputError) as refused:
        database.read_folder(tmp_path, schema)
    assert {(p.row, p.column) for p in refused.value.problems} == {
        (2, "B (persons)"),
        (2, "D (ages)"),
    }


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0 an old workbook"), "an old workbook"),
        (lambda p: packed(p, {"xl/worksheets/sheet1.xml": b"0" * 70_000_000}), "unpacks to"),
        (lambda p: packed(p, {f"xl/{i}.xml": b"" for i in range(600)}), "600 parts"),
        (
            lambda p: packed(p, {"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            "entity",
        ),
        (lambda p: packed(p, {"xl/workbook.xml": b"<x/>"}), "cannot be read"),
    ],
    ids=["old_xls", "bomb", "many_parts", "entities", "no_workbook"],
)
def test_hostile_workbook_is_refused(schema, tmp_path, make, words):
    make(tmp_path / "talks.xlsx")
    with pytest.raises(InputError, match=words):
        database.read_folder(tmp_path, schema)


def packed(path, parts: dict[str, bytes]):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def test_json_and_sqlite_in_the_published_form_are_read(schema, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"talks": [dict(zip(HEADER, row)) for row in ROWS]}))
    assert database.read_folder(path, schema)["talks"].rows == VALUES
    connection = database.empty_database(SCHEMA)
    connection.executemany("insert into talks values (?,?,?,?,?,?)", VALUES)
    (tmp_path / "mine.sqlite").write_bytes(connection.serialize("main"))
    assert database.read_folder(tmp_path / "mine.sqlite", schema)["talks"].rows == VALUES


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", "broken JSON"),
        ('{"talks": [{"date": NaN}]}', "no number"),
        ('{"talks": 1}', "list of rows"),
        ('{"talk": []}', "Did you mean talks"),
        ('{"talks": [{"date": "2018", "date": "2019"}]}', "twice"),
        ("[" * 100_000, "broken JSON"),
        ('{"talks": [{"ages": "0-9", "persons": [1]}]}', "no column"),
        (
            '{"talks": [{"date":"2018","persons":{"a":1},"trade_usd_m":1e999,"ages":"","source_id":"ct","note":""}]}',
            "a number, or nothing",
        ),
    ],
    ids=["broken", "nan", "no_list", "unknown", "twice", "deep", "missing", "nested"],
)
def test_bad_json_is_refused(schema, tmp_path, text, words):
    (tmp_path / "mine.json").write_text(text)
    with pytest.raises(InputError, match=words):
        database.read_folder(tmp_path / "mine.json", schema)


def test_other_files_are_refused_or_passed_over(schema, tmp_path):
    (tmp_path / "README.md").write_text("# mine")
    (tmp_path / "~$talks.xlsx").write_text("a lock")
    assert database.read_folder(tmp_path, schema) == {}
    (tmp_path / "talks.ods").write_text("x")
    with pytest.raises(InputError, match="OpenDocument"):
        database.read_folder(tmp_path, schema)


def test_table_handed_in_twice_is_refused(schema, tmp_path):
    (tmp_path / "talks.csv").write_text(BASE)
    (tmp_path / "ALTERED-0123456789ab-talks.csv").write_text(BASE)
    with pytest.raises(InputError, match="a second time"):
        database.read_folder(tmp_path, schema)


def test_every_published_table_is_in_the_published_form():
    schema = database.table_columns(database.empty_database())
    tables = database.read_folder(paths.DATA, schema)
    assert {n: t.readings for n, t in tables.items() if t.readings} == {} and len(tables) == len(
        schema
    )


def test_every_published_table_survives_a_workbook(tmp_path):
    """Each table written to .xlsx and read back is the same, cell by cell."""
    schema = database.table_columns(database.empty_database())
    for name, table in database.read_folder(paths.DATA, schema).items():
        if name != "votes_general_assembly_by_country":
            workbook(tmp_path / f"{name}.xlsx", {name[:31]: [table.columns, *table.rows]})
            assert (
                database.read_folder(tmp_path / f"{name}.xlsx", schema)[name].rows == table.rows
            ), name


# What else programs and people write


MONTHS = (
    SCHEMA
    + """
create table months (
  month text not null primary key constraint month_is_an_iso_date check ((length(month) = 7 and date(month || '-01') is month || '-01')),
  is_known integer constraint is_known_is_yes_or_no check (is_known in (0, 1))
) strict;
"""
)


@pytest.fixture(scope="module")
def months():
    return database.table_columns(database.empty_database(MONTHS))["months"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("month,is_known\n2018-11-01,1\n2018-12-01,0\n", "first day"),
        ("month,is_known\n2018-11-01 00:00:00,1\n2018-12-01,0\n", "first day"),
        ("month,is_known\n2018-11,TRUE\n2018-12,false\n", "TRUE and FALSE"),
        ("month,is_known\n2018년 11월,1\n2018. 12.,0\n", "Koreans"),
        ("month,is_known\nNovember 2018,1\nDec 2018,0\n", "by name"),
        ("Month,Is Known\n2018-11,1\n2018-12,0\n", "Month, Is Known"),
        ("sep=|\nMONTH|is_known\n2018-11|1\n2018-12|0\n", "MONTH"),
        ("\ufeff\ufeffmonth,is_known\n2018-11,1\n2018-12,0\n", ""),
    ],
)
def test_months_and_truths_are_read_and_said(months, text, words):
    table = database.parse_table("months", text.encode(), months, "months.csv")
    assert table.rows == [("2018-11", 1), ("2018-12", 0)]
    assert words in " ".join(table.readings) and bool(words) is bool(table.readings)


@pytest.mark.parametrize(
    "text, words",
    [
        ("month,is_known\n2018-11-01,1\n2018-12-02,0\n", "row 3"),
        ("month,is_known\n2018-11,yes\n", "is_known"),
        ("month,Month,is_known\n2018-11,2018-12,1\n", "2 times"),
        ("month,is_know\n2018-11,1\n", "Did you mean 'is_known'"),
        ("month,is_known\n2018년 13월,1\n", "row 2"),
    ],
)
def test_months_and_truths_are_refused(months, text, words):
    with pytest.raises(InputError) as refused:
        table = database.parse_table("months", text.encode(), months, "months.csv")
        connection = database.empty_database(MONTHS)
        raise InputError(database.insert(connection, table, months))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "date",
    [
        "2018년 11월 6일",
        "2018. 11. 6.",
        "2018.11.6",
        "November 6, 2018",
        "Nov 6, 2018",
        "Nov. 6, 2018",
        "Tuesday, November 6, 2018",
        "6 November 2018",
    ],
)
def test_dates_of_koreans_and_americans_are_read(schema, date):
    text = one(date=f'"{date}"')
    table = database.parse_table("talks", text.encode(), schema["talks"], "talks.csv")
    assert table.rows[0][0] == "2018-11-06" and "dates" in table.readings[0]


@pytest.mark.parametrize(
    "number",
    ["1_48", "١٤٨", "１４８", "½", "1½", "¹", "0x1F", "1e3", "9" * 5_000, "inf", "1 000 000 0"],
)
def test_what_only_looks_like_a_number_is_refused(schema, number):
    with pytest.raises(InputError, match="row 2, column persons"):
        database.parse_table("talks", one(persons=number).encode(), schema["talks"], "talks.csv")


def test_no_pattern_sees_a_long_number(schema):
    """A pattern over a hundred thousand digits takes time that grows with their square."""
    digits = "9" * 100_000
    with pytest.raises(InputError, match="row 2, column trade_usd_m"):
        database.parse_table(
            "talks", one(trade=digits + "x").encode(), schema["talks"], "talks.csv"
        )
    with pytest.raises(ValueError, match="decimal point"):
        database.cell(digits + "x", "REAL")


@settings(max_examples=300, deadline=None)
@given(some.floats(-1e15, 1e15, allow_nan=False))
def test_every_number_survives_being_written(number):
    from brief.editions.edition import cell_text

    for text in (repr(number), cell_text(number + 0.0)):
        assert database.cell(text, "REAL") == number


@pytest.mark.parametrize("letter", ["\ufffd", "\u2028", "\u202e", "\ufeff", "\x1b"])
def test_letters_that_are_lost_or_unseen_are_refused(schema, letter):
    with pytest.raises(InputError, match="U\\+") as refused:
        database.parse_table(
            "talks", one(note=f"a{letter}b").encode(), schema["talks"], "talks.csv"
        )
    assert letter not in str(refused.value)


def test_what_systems_leave_in_a_folder_is_passed_over(schema, tmp_path):
    for name in (".DS_Store", "desktop.ini", "Thumbs.db", "~$talks.xlsx", ".talks.csv"):
        (tmp_path / name).write_bytes(b"\0\1")
    assert database.read_folder(tmp_path, schema) == {}


def test_more_files_than_a_folder_of_tables_has_are_refused(schema, tmp_path, monkeypatch):
    from brief.tables import readers

    monkeypatch.setattr(readers, "MAX_FOLDER_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(InputError, match="more than 3 files"):
        database.read_folder(tmp_path, schema)


def test_a_file_swapped_for_a_link_is_not_followed(schema, tmp_path, monkeypatch):
    import os

    from brief.tables import readers

    (tmp_path / "secret").write_text("a secret")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "talks.csv").symlink_to(tmp_path / "secret")
    monkeypatch.setattr(readers, "leaves", lambda path, folder: False)  # as it was a moment ago
    monkeypatch.setattr(type(folder), "resolve", lambda self, strict=False: self)
    if not hasattr(os, "O_NOFOLLOW"):
        pytest.skip("this system cannot open a file without following it")
    with pytest.raises(InputError) as refused:
        database.read_folder(folder, schema)
    assert "cannot be opened" in str(refused.value) and "secret" not in str(refused.value)


def test_no_text_of_a_table_makes_a_line_of_the_command():
    from brief.editions import changes
    from brief.words import UNSHOWABLE, Problem

    forged = "2018\nNo sentence flips.\x1b[2J\u202e\u2028"
    change = {"row": forged, "column": "note", "was": None, "now": forged}
    tables = {"talks": {"revised": [change], "added": [forged], "removed": [forged]}}
    found = {"was": "2026.1", "tables": tables, "unlisted": [], "texts": []}
    said = changes.changed_text(found, 12)
    assert said.count("\n") == 4 and not UNSHOWABLE.search(said)
    said = str(Problem(forged, forged, forged, 1, forged, forged))
    assert "\n" not in said and not UNSHOWABLE.search(said)

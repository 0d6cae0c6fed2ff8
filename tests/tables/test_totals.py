"""A row that is a total of other rows is refused, with its place; honest tables pass."""

from __future__ import annotations

import csv
import io

import pytest

from brief import paths
from brief.tables import alterations, database, delimited, readers, totals
from brief.words import InputError
from tests.analysis.test_claims import ALTERATIONS

HEADER = "year,country,country_code,applications,recognized,other_protection,rejected,closed,decisions,source_id,confidence,note"
BESIDE = "unhcr_refugees,one_source,"


@pytest.fixture(scope="module")
def schema():
    return database.table_columns(database.empty_database())


def read(schema, name: str, text: str):
    return delimited.parse_table(name, text.encode(), schema[name], f"{name}.csv")


def published(name: str) -> str:
    return (paths.DATA / f"{name}.csv").read_text(encoding="utf-8")


def refusal(schema, name: str, text: str) -> str:
    with pytest.raises(InputError) as refused:
        read(schema, name, text)
    return str(refused.value)


def test_tables_are_looked_at_or_exempt(schema):
    assert set(totals.TABLES) | set(totals.EXEMPT) == set(schema)
    assert not set(totals.TABLES) & set(totals.EXEMPT)
    assert all(totals.EXEMPT.values())
    for name, checks in totals.TABLES.items():
        declared = {*checks.labels, checks.codes, checks.group, *checks.counts} - {""}
        assert declared <= {column.name for column in schema[name]}, name
        keys = {column.name for column in schema[name] if column.key}
        assert not checks.group or checks.group in keys, name


def test_published_tables_hold_no_total(schema):
    assert database.table_columns(database.empty_database()).keys() == schema.keys()
    for name in schema:
        assert read(schema, name, published(name)).rows, name
    _, problems = readers.read_source(paths.DATA, schema)
    assert not problems


def test_tables_of_every_alteration_hold_no_total(schema, opened):
    for name, alteration in ALTERATIONS.items():
        with alterations.altered(opened.connection, alteration["sql"]):
            altered = alterations.export_tables(opened.connection, list(totals.TABLES))
        for table in altered.values():
            table.lines = list(range(2, len(table.rows) + 2))
            found = totals.sums(table, schema[table.name], table.file)
            assert not found, (name, str(found[0]))
            rows = [
                (line, {c: "" if v is None else str(v) for c, v in zip(table.columns, row)})
                for line, row in zip(table.lines, table.rows)
            ]
            _, found = totals.set_apart(table.name, rows, schema[table.name], table.file)
            assert not found, (name, str(found[0]))


@pytest.mark.parametrize(
    "word",
    [
        *("Total", "TOTAL:", "(Total)", "Totals", "Grand total", "Grand Total (all years)"),
        *("Subtotal", "Sub-total", "sub total", "Sum", "All", "All countries", "Overall"),
        *(
            "World",
            "worldwide",
            "Global",
            "Total of the years",
            "Total 2002-2025",
            "*Total*",
            "Total(s)",
            "Tot.",
            "T O T A L",
        ),
        *(
            "합계",
            "총계",
            "계",
            "소계",
            "누계",
            "전체",
            "총합",
            "합 계",
            "계:",
            "【합계】",
            "Ｔｏｔａｌ",
        ),
    ],
)
def test_total_in_a_year_column_is_named_as_one(schema, word):
    cell = '"' + word + '"'
    text = published("arrivals_korea_yearly") + f"{cell},1,2,3,mou_cn_2020q3,one_source,\n"
    said = refusal(schema, "arrivals_korea_yearly", text)
    row = len(published("arrivals_korea_yearly").splitlines()) + 1
    assert f"arrivals_korea_yearly.csv, row {row}, column year: found a row of totals" in said
    assert "Leave totals out: the book adds up by itself" in said
    assert "whole number" not in said


@pytest.mark.parametrize(
    "country, code", [("World", "WLD"), ("World", "USA"), ("Europe", "EUR"), ("Other", "OTH")]
)
def test_aggregate_of_countries_is_refused(schema, country, code):
    text = published("asylum_decisions_unhcr") + f"2000,{country},{code},1,2,0,2,1,5,{BESIDE}\n"
    said = refusal(schema, "asylum_decisions_unhcr", text)
    column = "country" if country == "World" else "country_code"
    assert f", column {column}: found " in said and totals.HELP in said


def test_row_that_is_the_sum_of_its_group_is_refused(schema):
    rows = [
        line.split(",")
        for line in published("asylum_decisions_unhcr").splitlines()
        if line.startswith("2014,")
    ]
    counts = [str(sum(int(row[index] or 0) for row in rows)) for index in range(3, 9)]
    text = "\n".join(
        [
            HEADER,
            *(",".join(row) for row in rows),
            f"2014,Elsewhere,FJI,{','.join(counts)},{BESIDE}",
        ]
    )
    said = refusal(schema, "asylum_decisions_unhcr", text)
    assert f"found a row that is the sum of the other {len(rows)} rows of 2014" in said
    assert f"row {len(rows) + 2}, column country_code" in said
    assert said.count("the sum of") == 1


def test_sum_of_the_states_is_refused(schema):
    name = "admissions_us_by_state"
    rows = list(csv.DictReader(io.StringIO(published(name))))
    states, persons = (sum(int(row[column]) for row in rows) for column in ("states", "persons"))
    assert states <= 60
    text = published(name) + f"United States,{states},{persons},wraps_buzzfeed,one_source,\n"
    assert f"the sum of the other {len(rows)} rows of the table" in refusal(schema, name, text)


def test_small_counts_that_coincide_pass(schema):
    rows = ["Australia,AUS,5,0,0,5,0,5", "Canada,CAN,5,0,0,5,0,5", "Germany,DEU,10,0,0,10,0,10"]
    text = "\n".join([HEADER, *(f"2000,{row},{BESIDE}" for row in rows)])
    assert len(read(schema, "asylum_decisions_unhcr", text).rows) == 3


def test_word_in_a_note_is_no_total(schema):
    text = published("arrivals_korea_yearly") + "2030,1,2,3,mou_cn_2020q3,one_source,Total\n"
    assert read(schema, "arrivals_korea_yearly", text).rows[-1][-1] == "Total"

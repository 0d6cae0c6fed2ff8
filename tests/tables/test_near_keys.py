"""A key that is spelt almost as a published one is refused, at both doors; another name is another row."""

from __future__ import annotations

import dataclasses

import pytest

from brief import paths
from brief.editions import edition
from brief.tables import database, near_keys
from brief.tables.inputs import Table
from brief.words import InputError
from tests.site.test_two_doors import ask_page

COLUMNS = [
    database.Column("place", "TEXT", True, 1, ""),
    database.Column("date", "TEXT", True, 2, "ymd"),
    database.Column("note", "TEXT", False, 0, ""),
]
KNOWN = ["New York", "Kentucky", "Virginia", "Georgia", "Illinois", "Colorado", "Utah"]
KNOWN += ["age 20-29", "all", "All", "Korea Herald"]
SAME = {
    "kentucky": "Kentucky",
    "KENTUCKY": "Kentucky",
    "New\u00a0York": "New York",
    "New  York": "New York",
    "New\u200b York": "New York",
    "\u041aentucky": "Kentucky",
    "\uff36irginia": "Virginia",
    "Georg\u0131a": "Georgia",
    "Kentuck\u00fd": "Kentucky",
    "New-York": "New York",
    "lllinois": "Illinois",
    "Kentucky*": "Kentucky",
    "Kentucky\u00b2": "Kentucky",
    '"Virginia"': "Virginia",
    "Georgia.": "Georgia",
    "Co1orado": "Colorado",
    "age 20\u201329": "age 20-29",
    "Utah\u0332": "Utah",
    "Ut\u0251h": "Utah",
}
OTHER = ["Kent", "New Yorker", "West Virginia", "Virginia (state)", "age 2029", "age 20-39"]
OTHER += ["all", "All", "ALLY", "한국", "y" * 61, "Y" * 61]


def table(places: list[str], file: str = "t.csv") -> Table:
    rows = [(place, "2018-11-06", place.upper()) for place in places]
    return Table("t", [c.name for c in COLUMNS], rows, list(range(2, len(rows) + 2)), file)


def found(places: list[str]) -> list:
    return near_keys.problems(table(places), table(KNOWN), COLUMNS)


@pytest.mark.parametrize("text, meant", SAME.items())
def test_what_looks_like_a_known_key_is_refused(text, meant):
    (problem,) = found(["Kentucky", text])
    assert (problem.row, problem.column) == (3, "place")
    assert repr(meant) in problem.found and repr(meant) in problem.help


@pytest.mark.parametrize("text", OTHER)
def test_another_name_is_another_row(text):
    assert found([text]) == []


def test_codes_and_ids_are_no_names():
    """AIA and ALA are two countries."""
    code = database.Column("country_code", "TEXT", True, 1, "")
    table = Table("t", ["country_code"], [("AIA",), ("ALA",), ("aia",)], [2, 3, 4], "t.csv")
    assert near_keys.problems(table, table, [code]) == []
    named = database.Column("country", "TEXT", True, 1, "")
    assert len(near_keys.problems(table, Table("t", [], []), [named])) == 2


def test_a_name_beside_another_country_s_code(tmp_path):
    columns = [
        database.Column("country", "TEXT", True, 0, ""),
        database.Column("country_code", "TEXT", True, 1, ""),
    ]
    names = [column.name for column in columns]
    known = Table("t", names, [("Canada", "CAN"), ("Chad", "TCD")], [2, 3], "t.csv")
    rows = [("Canada", "TCD"), ("Canada", "CA"), ("Chad", "TCD"), ("Tchad", "TCD"), ("Cuba", "CUB")]
    mine = Table("t", names, rows, list(range(2, 7)), "t.csv")
    ours = near_keys.problems(mine, known, columns)
    assert [(p.row, p.column) for p in ours] == [(2, "country"), (3, "country")]
    assert ours[0].found == "'Canada' with the code 'TCD'" and "(CAN is the" in ours[0].allowed
    asked = {"rows": rows, "lines": mine.lines, "known": known.rows}
    asked["columns"] = [dataclasses.asdict(c) for c in columns]
    (page,) = ask_page(tmp_path, [asked])
    said = [(r["row"], r["column"], r["allowed"], r["help"]) for r in page["refusals"]]
    assert said == [(p.row, p.column, p.allowed, p.help) for p in ours]


def test_two_new_rows_are_compared_as_well():
    (problem,) = found(["Łódź", "ŁÓDŹ"])
    assert problem.row == 3


def test_published_tables_pass(opened):
    schema = database.table_columns(opened.connection)
    for name, own in opened.tables.items():
        assert near_keys.problems(own, own, schema[name]) == []


def test_both_doors_see_the_same(tmp_path):
    places = [*SAME, *OTHER, "Łódź", "ŁÓDŹ"]
    columns = [dataclasses.asdict(c) for c in COLUMNS]
    mine = table(places)
    asked = {"rows": mine.rows, "lines": mine.lines, "known": table(KNOWN).rows}
    asked["columns"] = columns
    (page,) = ask_page(tmp_path, [asked])
    ours = found(places)
    assert len(ours) == len(SAME) + 1
    assert len(page["refusals"]) == len(ours)
    for refusal, problem in zip(page["refusals"], ours):
        for part in ("row", "column", "allowed"):
            assert refusal[part] == getattr(problem, part)
        assert refusal["found"].partition(" by U+")[2] == problem.found.partition(" by U+")[2]


def test_check_names_file_row_and_column(tmp_path):
    text = (paths.DATA / "admissions_us_by_state.csv").read_text(encoding="utf-8")
    (tmp_path / "admissions_us_by_state.csv").write_text(
        text.replace("\nKentucky,", "\nkentucky,"), encoding="utf-8"
    )
    with pytest.raises(InputError, match="row .*, column state: found 'kentucky'.*Kentucky"):
        edition.open_edition(tmp_path)

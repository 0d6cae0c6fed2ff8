"""A file with the key and the edited columns alone is laid over the published rows, and says so; or is refused in words."""

from __future__ import annotations

import base64
import json

import openpyxl
import pytest

from brief import cli, paths
from brief.editions import changes, edition
from brief.tables import database, taking
from brief.words import InputError

STOCK, VOTES = "refugee_stock_unhcr", "votes_general_assembly_by_country"
YEARLY = "arrivals_korea_yearly"


def handed_in(folder, **texts: str) -> edition.Edition:
    """The edition of data/ with these tables' texts laid over it."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return edition.open_edition(folder)


def refusal(folder, **texts: str) -> list:
    with pytest.raises(InputError) as caught:
        handed_in(folder, **texts)
    return caught.value.problems


def rows_by_key(opened: edition.Edition, name: str = YEARLY) -> dict[tuple, dict]:
    columns = opened.tables[name].columns
    return {row[0]: dict(zip(columns, row)) for row in opened.tables[name].rows}


def differing(opened, altered, name: str = YEARLY) -> dict[tuple, tuple]:
    """{(key, column): (published, altered)} of a table with a key of one column."""
    was, now = rows_by_key(opened, name), rows_by_key(altered, name)
    assert list(was) == list(now)
    return {
        (key, column): (was[key][column], value)
        for key, row in now.items()
        for column, value in row.items()
        if was[key][column] != value
    }


def test_edited_cells_are_merged_and_everything_else_stays(opened, tmp_path):
    altered = handed_in(tmp_path, **{YEARLY: "year,female,persons\n2018,972,1140\n2019,,1050\n"})
    assert differing(opened, altered) == {
        (2018, "female"): (969, 972),
        (2018, "persons"): (1137, 1140),
        (2019, "female"): (845, None),
        (2019, "persons"): (1047, 1050),
    }
    stay = len(opened.tables[YEARLY].rows) - 2
    assert altered.readings == [
        f"{YEARLY}.csv: only year, female and persons, so merged by key: 2 rows edited, their "
        f"sources as before, cells emptied: female (1), {stay} rows as published"
    ]


def test_one_lost_column_is_named_and_keeps_what_stands_there(opened, tmp_path):
    text = (paths.DATA / f"{YEARLY}.csv").read_text(encoding="utf-8")
    lines = [line.split(",")[:5] for line in text.replace('"', "").splitlines()]
    altered = handed_in(tmp_path, **{YEARLY: "\n".join(",".join(cells) for cells in lines)})
    assert altered.is_published == opened.is_published
    (line,) = altered.readings
    assert "without confidence and note, so merged by key: 0 rows edited" in line


def test_edits_by_key_give_the_edition_of_the_whole_table(opened, tmp_path):
    """The same change, handed in whole and as two cells: one fingerprint."""
    edits, whole = tmp_path / "edits", tmp_path / "whole"
    edits.mkdir(), whole.mkdir()
    text = (paths.DATA / "weapons_tests.csv").read_text(encoding="utf-8")
    assert "1998,1,1,0,1," in text
    by_key = handed_in(edits, weapons_tests="year,missile_flights\n1998,2\n")
    at_once = handed_in(whole, weapons_tests=text.replace("1998,1,1,0,1,", "1998,2,1,0,1,"))
    assert by_key.fingerprint == at_once.fingerprint != opened.fingerprint


def test_a_parameter_needs_its_value_alone(opened, tmp_path):
    altered = handed_in(tmp_path, parameters="name,value\nborder_baseline_first_year,2003\n")
    assert differing(opened, altered, "parameters") == {
        ("border_baseline_first_year", "value"): (2002.0, 2003.0)
    }


@pytest.mark.parametrize(
    "name, text, words",
    [
        (
            YEARLY,
            "year,female,persons\n2025,199,224\n",
            f"{YEARLY}, year 2025: not over on 2025-10-01",
        ),
        (YEARLY, "year,female,persons\n2024,211,237\n", ""),
        ("admissions_us", "basis,year,persons\nfiscal_year,2025,3\n", ""),
        ("weapons_tests", "year,missile_flights\n2025,90\n", ""),
        ("weapons_tests", "year,missile_flights\n2026,90\n", "weapons_tests, year 2026"),
    ],
)
def test_a_year_that_is_not_over_is_told(name, text, words, tmp_path, monkeypatch):
    monkeypatch.setattr(taking, "today", lambda: "2025-10-01")
    lines = changes.not_over(handed_in(tmp_path, **{name: text}))
    assert len(lines) == bool(words) and words in "".join(lines)


def test_check_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(taking, "today", lambda: "2025-10-01")
    (tmp_path / f"{YEARLY}.csv").write_text("year,female,persons\n2025,199,224\n", encoding="utf-8")
    assert cli.main(["check", str(tmp_path)]) == 0
    assert "  look at this: arrivals_korea_yearly, year 2025: not over" in capsys.readouterr().out


def test_set_lies_over_a_file_of_edits(tmp_path):
    (tmp_path / "parameters.csv").write_text("name,value\nborder_baseline_first_year,2003\n")
    altered = edition.open_edition(tmp_path, {"border_baseline_last_year": "2010"})
    values = rows_by_key(altered, "parameters")
    assert values["border_baseline_first_year"]["value"] == 2003
    assert values["border_baseline_last_year"]["value"] == 2010


def test_new_rows_need_what_may_not_be_empty(tmp_path):
    (problem,) = refusal(tmp_path, **{YEARLY: "year,male,female,persons\n2040,1,2,3\n"})
    assert (problem.file, problem.row, problem.column) == (f"{YEARLY}.csv", 2, "year")
    assert "a new row (year = 2040)" in problem.found
    assert "source_id, confidence" in problem.allowed and "persons" not in problem.allowed


@pytest.mark.parametrize(
    "name, text, meant",
    [
        (STOCK, "year,country_code,refugees\n2018,can,5\n", "year = 2018, country_code = CAN"),
        (STOCK, "year,country_code,refugees\n2018,CA,5\n", "year = 2018, country_code = CAN"),
        (STOCK, "year,country_code,refugees\n2018,Germany,5\n", "country_code = DEU"),
        (STOCK, "year,country_code,refugees\n2018,GRL,9998\n", ""),
        (VOTES, "resolution,country_code,vote\n60/173,CA,no\n", "A/RES/60/173, country_code = CA"),
        (VOTES, "resolution,country_code,vote\n60/173,CAN,no\n", "country_code = CA meant"),
    ],
)
def test_a_key_that_is_almost_known_is_asked_for(name, text, meant, opened, tmp_path):
    from tests.site.test_two_doors import ask_page  # it asks the page with the cases of this module

    (problem,) = refusal(tmp_path, **{name: text})
    assert meant in problem.help and ("meant?" in problem.help) is bool(meant)
    asked = {"name": f"{name}.csv", "bytes": base64.b64encode(text.encode()).decode()}
    asked["columns"] = [vars(c) for c in database.table_columns(opened.connection)[name]]
    (page,) = ask_page(tmp_path, [asked | {"over": opened.tables[name].rows}])
    assert [refused["help"] for refused in page["refusals"]] == [problem.help]


def test_a_new_row_with_all_that_it_needs_is_added(opened, tmp_path):
    text = "year,persons,source_id,confidence\n2040,3,ct_2025,one_source\n"
    altered = handed_in(tmp_path, **{YEARLY: text})
    assert rows_by_key(altered)[2040] == {
        "year": 2040,
        "male": None,
        "female": None,
        "persons": 3,
        "source_id": "ct_2025",
        "confidence": "one_source",
        "note": None,
    }
    assert "0 rows edited, 1 row added" in altered.readings[0]


REFUSED = {  # name: (table, text, row, column, what is said)
    "a_key_twice": (YEARLY, "year,note\n2018,a\n2018,b\n", 3, "year", "a second row with year"),
    "a_key_empty": (YEARLY, "year,persons\n2018,1137\n,3\n", 3, "year", "an empty cell"),
    "a_needed_cell_emptied": (YEARLY, "year,persons\n2018,\n", 2, "persons", "an empty cell"),
    "no_row": (YEARLY, "year,persons\n", None, "", "a header and no rows"),
    "nothing_beside_the_key": (YEARLY, "year\n2018\n", 1, "", "no column beside the key"),
    "part_of_the_key": ("admissions_us", "year,persons\n2010,3\n", 1, "basis", "no column"),
    "an_unknown_name": (YEARLY, "year,persns\n2018,3\n", 1, "persns", "the unknown column"),
    "a_rule_of_the_schema": (YEARLY, "year,male\n2018,0\n", 2, "male, female, persons", "male = 0"),
    "no_number": (YEARLY, "year,persons\n2018,many\n", 2, "persons", "'many'"),
    "almost_a_known_key": (
        "admissions_us_by_state",
        "state,persons\nkentucky,30\n",
        2,
        "state",
        "which differs from 'Kentucky'",
    ),
    "a_note_below": (YEARLY, "year,note\n2018,a\nSource: ministry,\n", 3, "year", "'Source"),
    "a_row_of_totals": (YEARLY, "year,persons\nTotal,33718\n", 2, "year", "a row of totals"),
    "a_total_by_its_sum": (
        "admissions_us_by_state",
        "state,states,persons,source_id,confidence\nElsewhere,1,{sum},ct_2025,one_source\n",
        2,
        "state",
        "a row that is the sum",
    ),
    "a_name_twice": (YEARLY, "year,persons,persons\n2018,3,3\n", 1, "persons", "2 times"),
    "a_column_without_a_name": (YEARLY, "year,,persons\n2018,3,3\n", 1, "", "without a name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_edits_that_are_wrong_are_refused_at_their_place(opened, tmp_path, name):
    table, text, row, column, said = REFUSED[name]
    if "{sum}" in text:
        states = rows_by_key(opened, table).values()
        text = text.replace("{sum}", str(sum(state["persons"] for state in states)))
    (problem,) = refusal(tmp_path, **{table: text})
    assert (problem.row, problem.column) == (row, column)
    assert said in problem.found


def test_a_workbook_and_json_are_merged_as_csv_is(opened, tmp_path):
    """One rule for every kind of file."""
    book = openpyxl.Workbook()
    book.active.append(["year", "persons", "female"])
    book.active.append([2018, 1140, 972])
    book.save(tmp_path / f"{YEARLY}.xlsx")
    (tmp_path / "weapons_tests.json").write_text(
        json.dumps([{"year": 1998, "missile_flights": 2}, {"year": 1999, "missile_flights": 0}])
    )
    altered = edition.open_edition(tmp_path)
    assert set(differing(opened, altered)) == {(2018, "female"), (2018, "persons")}
    assert set(differing(opened, altered, "weapons_tests")) == {(1998, "missile_flights")}
    assert sum("merged by key" in line for line in altered.readings) == 2


def test_json_edits_of_different_columns_are_refused(tmp_path):
    """A column that one object lacks would be emptied there, though nobody said so."""
    rows = [{"year": 1998, "missile_flights": 2}, {"year": 1999, "nuclear_tests": 0}]
    (tmp_path / "weapons_tests.json").write_text(json.dumps(rows))
    with pytest.raises(InputError) as caught:
        edition.open_edition(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.row, problem.column) == (2, "nuclear_tests")
    assert "null to empty" in problem.help


def test_the_tables_of_data_have_to_be_whole(tmp_path, monkeypatch):
    """Nothing lies below them that edits could be laid over."""
    for path in paths.DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / f"{YEARLY}.csv").write_text("year,persons\n2018,1137\n")
    monkeypatch.setattr(paths, "DATA", tmp_path)
    with pytest.raises(InputError) as caught:
        edition.published_tables()
    assert "no column 'male'" in {problem.found for problem in caught.value.problems}


def test_a_frame_in_a_notebook_has_to_be_whole(opened):
    """`chapter.alter` puts it in the table's place: a column that got lost would be no edit."""
    import pandas

    from brief.notebook import altering
    from brief.tables import database

    columns = database.table_columns(opened.connection)[YEARLY]
    frame = pandas.DataFrame({"year": [2018], "persons": [1137]})
    with pytest.raises(InputError, match="no column 'male'"):
        altering.table_from(frame, YEARLY, columns)

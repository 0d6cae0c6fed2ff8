"""A header that is wrong as a whole is one problem with one thing to do; other names are told what they are here."""

from __future__ import annotations

import pytest

from brief.tables import database, delimited
from brief.words import InputError

NAMES = "year,male,female,persons,source_id,confidence,note"
ROW = "2018,168,969,1137,mou_cn_2020q3,one_source,"
YEARS = ",".join(str(year) for year in range(2002, 2020))


@pytest.fixture(scope="module")
def columns():
    return database.table_columns(database.empty_database())["arrivals_korea_yearly"]


def problems(columns, text: str) -> list:
    try:
        _, found = delimited.read_delimited(
            "arrivals_korea_yearly", text.encode(), columns, "a.csv"
        )
    except InputError as error:
        return error.problems
    return found


WHOLE = {
    "titles_above": (
        f"Arrivals\n(Unit: persons)\n{NAMES}\n{ROW}\n",
        "row 3: delete the lines above",
    ),
    "titles_above_with_commas": (f"Arrivals,,,,,,\n,,,,,,\n{NAMES}\n{ROW}\n", "stands in row 3"),
    "titles_above_semicolons": (
        f"Arrivals\n\n{NAMES}\n{ROW}\n".replace(",", ";"),
        "stands in row 3",
    ),
    "titles_above_foreign_names": (
        "Ankünfte\n연도,남,여,합계\n2018,168,969,1137\n",
        "stands in row 2",
    ),
    "years_across": (f"sex,{YEARS}\nmale{',1' * 18}\nfemale{',2' * 18}\n", "Turn the table"),
    "short_years_across": ("구분,~'98,~'01,'02,'03,'04\n남,1,2,3,4,5\n", "Turn the table"),
    "years_across_below_titles": (f"Table 1\n\nsex,{YEARS}\nmale{',1' * 18}\n", "above row 3"),
    "years_across_with_words": ("sex,2016년,2017년,2018년(잠정)\nmale,1,2,3\n", "Turn the table"),
    "on_its_side": (
        "year,2018,2019\nmale,168,202\nfemale,969,845\npersons,1137,1047\n",
        "Turn the table",
    ),
    "on_its_side_many_rows": (
        "Label,A\nyear,2018\nmale,168\nfemale,969\npersons,1137\nnote,\n",
        "Turn the table",
    ),
    "no_header": (f"{ROW}\n{ROW.replace('2018', '2019')}\n", "names in a row above it"),
    "header_in_one_cell": ("year male female persons\n2018 168 969 1137\n", "with commas between"),
    "header_of_two_rows": (
        "Year,Arrivals,,,Source ID,Confidence,Note\n,Male,Female,Persons,,,\n" + ROW + "\n",
        "in one row",
    ),
    "other_words": (
        "연도,남,여,합계,출처,신뢰도,비고\n" + ROW + "\n",
        "Rename 연도 to year, 남 to male, 여 to female, 합계 to persons",
    ),
    "other_table": ("a,b,c,d,e\n1,2,3,4,5\n", "Add the columns year, male"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_header_wrong_as_a_whole_is_one_problem(columns, name):
    text, help = WHOLE[name]
    (problem,) = problems(columns, text)
    assert help in problem.help


ALIKE = [
    ("Year of arrival", "year"),
    ("연도", "year"),
    ("people", "persons"),
    ("females", "female"),
    ("남(명)", "male"),
    ("femal", "female"),
    ("비고", "note"),
]


@pytest.mark.parametrize("heading, name", ALIKE)
def test_a_column_in_other_words_is_told_its_name(columns, heading, name):
    text = f"{NAMES.replace(name, heading, 1) if name != 'male' else NAMES.replace(',male', ',' + heading)}\n{ROW}\n"
    found = problems(columns, text)
    assert f"Did you mean {name!r}?" in [problem.help for problem in found]


def test_country_of_origin_is_not_taken_for_the_country_of_asylum():
    schema = database.table_columns(database.empty_database())
    text = "Year,Country of origin,Country of asylum,Country of asylum (ISO)\n2018,PRK,Canada,CAN\n"
    (problem,) = problems(schema["refugee_stock_unhcr"], text)
    assert "Country of asylum to country, Country of asylum (ISO) to country_code" in problem.help
    assert "origin" not in problem.help


def test_a_few_names_missing_are_told_one_by_one(columns):
    found = problems(columns, "jear,male,female,persons,source_id\n2018,168,969,1137,x\n")
    assert [problem.column for problem in found] == ["jear", "year", "confidence", "note"]


def test_with_the_key_only_the_unknown_names_are_told(columns):
    """What is missing beside it would stay as published."""
    found = problems(columns, "year,persns,source_id\n2018,1137,x\n")
    assert [problem.column for problem in found] == ["persns"]
    assert found[0].help == "Did you mean 'persons'?"

"""Help is chosen by what was found, and never loses a figure."""

from __future__ import annotations

import pytest

from brief.tables import advice, database, delimited, readers, rows
from brief.tables.dialects import Dialect
from brief.tables.inputs import Column

COLUMNS = [
    Column("year", "INTEGER", True, 1),
    Column("persons", "INTEGER", False, 0),
    Column("value", "REAL", False, 0),
    Column("value_low", "REAL", False, 0),
    Column("value_high", "REAL", False, 0),
    Column("date", "TEXT", False, 0, "YM"),
    Column("note", "TEXT", False, 0),
]
BY_NAME = {column.name: column for column in COLUMNS}

KINDS = {
    "missing": "n/a N/A NA n.a. N.A. … .. ... x X * : ? ?? null NaN nan 미상 불명 해당없음 자료없음 unknown tbd",
    "nothing": "- – — none nil 없음",
    "withheld": "D (D) S (X) withheld 비공개",
    "below": "<5 <10",
    "range": "1-4 600-650 600–650 600~650",
    "about": "~300 약626 ca.300 ≈300",
    "at_least": "300+ >300 ≥300 300이상 300여명",
    "percent": "48.5% 12% 48,5%",
    "parentheses": "(626) (1,137)",
    "footnote": "1137* 1137[1] 1137p 1137¹ 1137† 1137(p) 1137a) 1,137r 1137(잠정)",
    "unit": "123명 45persons 2,914명 1,137건 300€",
    "currency": "$5,967 €300 ₩1,000 USD300",
    "scaled": "12bn 3억 $5.2m 3만 12k 3억원",
    "formula": "=SUM(B2:B5) =1+1 +B2",
    "total": "Total 합계 계 소계 TOTAL",
    "error": "#N/A #REF!",
    "words": "six seven-hundred dozens",
    "shortened": "1.68E+02 2e2",
    "years": "2018/19 2018-2019 FY2018/19",
    "fiscal": "FY2018 FY18",
    "short_year": "'18 ’02",
}
SPACED = {
    "missing": ["no data", "not available", "자료 없음", "n. a."],
    "about": ["about 300", "약 626", "약 626명", "circa 300", "300 정도"],
    "unit": ["45 persons", "168\u00a0명", "1 137 personnes", "2,914 명"],
    "scaled": ["12 bn", "5.2 million", "3 억"],
    "footnote": ["1 137*", "168ᵃ", "1,137 a)", "1137 [1]", "1137 p", "1,137 1)"],
    "words": ["six hundred", "육백"],
    "percent": ["48.5 %", "12 percent"],
    "at_least": ["over 300", "300 or more", "more than 1,000"],
    "below": ["fewer than 5"],
    "range": ["600 to 650", "600 - 650"],
}
CASES = [(kind, text) for kind, texts in KINDS.items() for text in texts.split()]

CASES += [(kind, text) for kind, texts in SPACED.items() for text in texts]


@pytest.mark.parametrize("kind, text", CASES, ids=[f"{k}-{t}" for k, t in CASES])
def test_what_was_found_is_known_for_what_it_is(kind, text):
    assert advice.kind_of_cell(text, False)[0] == kind


def help_for(text: str, column: str = "persons", columns=COLUMNS) -> str:
    """What the reader of tables says of one bad cell."""
    cells = {c.name: "" for c in columns} | {"year": "2018", column: text}
    dialect = Dialect(columns, [cells])
    _, problems = rows.typed(cells, columns, dialect, "t.csv", 2)
    (problem,) = [p for p in problems if p.column == column]
    return problem.help


HELPS = [
    ("persons", "n/a", "n/a marks a missing value: leave the cell empty."),
    ("persons", "미상", "미상 marks a missing value: leave the cell empty."),
    ("date", "n/a", "n/a marks a missing value: leave the cell empty."),
    ("year", "n/a", "year may not be empty"),
    ("persons", "-", "write 0 where the source counted none"),
    ("value", "D", "value_low and value_high"),
    ("persons", "D", "leave the cell empty, and say so in the column note"),
    ("value", "600-650", "write 600 in value_low and 650 in value_high"),
    ("persons", "600-650", "write 600-650 in the column note"),
    ("value", "<5", "0 in value_low and the highest whole number below 5"),
    ("persons", "1,137 a)", "write 1,137, and what the footnote says in the column note"),
    ("persons", "123명", "Write 123 alone, without “명”"),
    ("persons", "$5,967", "Write 5,967 alone, without “$”"),
    ("persons", "12 bn", "“bn” is part of the number: write it out"),
    ("persons", "약 626", "write 626, and “about” in the column note"),
    ("persons", "48.5%", "Write 48.5 alone, without the percent sign"),
    ("value", "48.5%", "Write 48.5 alone, without the percent sign"),
    ("persons", "six hundred", "in figures"),
    ("persons", "=SUM(B2:B5)", "A formula stands here as text: write its result."),
    ("persons", "see the annex", "Write the number alone"),
    ("persons", "12.5", "is no whole number"),
    ("date", "spring 2018", "belongs in the column note"),
    ("date", "6/11/2018", "day or the month first"),
]


@pytest.mark.parametrize("column, text, words", HELPS, ids=[f"{c}-{t}" for c, t, _ in HELPS])
def test_help_names_what_was_found(column, text, words):
    assert words in help_for(text, column)


def test_help_names_the_unit_of_the_column():
    words = advice.for_cell("45 persons", BY_NAME["persons"], COLUMNS, "", "admissions_us")
    assert words == "Write 45 alone, without “persons” (the column's unit is persons)."


NAMES = "year,male,female,persons,source_id,confidence,note"
ROW = "2018,168,969,1137,mou_cn_2020q3,one_source,"


@pytest.fixture(scope="module")
def schema():
    return database.table_columns(database.empty_database())


def problems(schema, text: str, table: str = "arrivals_korea_yearly") -> list:
    return delimited.read_delimited(table, text.encode(), schema[table], "a.csv")[1]


NOTES = {
    "one": ("자료: 통일부\n", 3, "(row 3)"),
    "one_with_commas": ("Source: Ministry of Unification, 2020, own count\n", 3, "(row 3)"),
    "several": ("\nSource: MOU,,,,,,\n* provisional,,,,,,\n", 4, "(rows 4, 5)"),
    "a_sentence_with_commas": ("Provisional for 2020, as of September\n", 3, "(row 3)"),
    "a_star": ("* provisional, as of September\n", 3, "(row 3)"),
}


@pytest.mark.parametrize("name", NOTES)
def test_notes_below_the_table_are_one_problem(schema, name):
    text, row, rows = NOTES[name]
    (problem,) = problems(schema, f"{NAMES}\n{ROW}\n{text}")
    assert problem.row == row and f"A note below the table {rows}" in problem.help


BETWEEN = {
    "section_titles": (f"Kim\n{ROW}\nRoh,,,\n{ROW}\n", "A line between the rows (rows 2, 4)"),
    "header_again": (f"{ROW}\n{NAMES}\n{ROW}\n", "The header again (row 3)"),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_lines_between_the_rows_are_one_problem(schema, name):
    text, words = BETWEEN[name]
    (problem,) = problems(schema, f"{NAMES}\n{text}")
    assert words in problem.help


def test_yes_and_no_are_written_as_1_and_0(schema):
    names = [column.name for column in schema["arrivals_korea_checkpoints"]]
    cells = {
        "date": "2018-09-30",
        "is_provisional": "yes",
        "source_id": "x",
        "confidence": "derived",
    }
    text = ",".join(names) + "\n" + ",".join(cells.get(name, "") for name in names) + "\n"
    (problem,) = problems(schema, text, "arrivals_korea_checkpoints")
    assert problem.help == "Write 1 for yes and 0 for no."


def test_a_row_with_all_that_it_needs_is_no_note(schema):
    text = f"{NAMES}\n{ROW}\n2019,,,1047,mou_cn_2020q3,one_source,* provisional\n"
    assert problems(schema, text) == []


@pytest.mark.parametrize(
    "delimiter, words",
    [(",", "A comma"), (";", "A semicolon"), ("\t", "A tab"), ("|", "A bar")],
    ids=["comma", "semicolon", "tab", "bar"],
)
def test_too_many_cells_speak_of_the_delimiter_in_use(schema, delimiter, words):
    text = f"{NAMES}\n{ROW}one,two\n".replace(",", delimiter)
    (problem,) = problems(schema, text)
    assert problem.help.startswith(words)


@pytest.mark.parametrize(
    "name, table",
    [
        ("route", "routes"),
        ("Routes", "routes"),
        ("Notes", ""),
        ("Summary", ""),
        ("Sheet1", ""),
        ("arrivals korea yearly", "arrivals_korea_yearly"),
        ("arrivals_korea_yearly (1)", "arrivals_korea_yearly"),
        ("arrivals_korea_yearly - Copy", "arrivals_korea_yearly"),
        ("arrival_korea_yearly", "arrivals_korea_yearly"),
    ],
)
def test_a_table_is_named_only_for_a_close_match(schema, name, table):
    assert advice.table_meant(name, list(schema)) == table


OTHER_KINDS = {
    "web page": b"<div><table><tr><td>year</td></tr></table></div>",
    "PDF": b"%PDF-1.7\n1 0 obj",
    "JSON": b'[\n {"year": 2018, "persons": 1137}]',
    "SQLite": b"SQLite format 3\0 and more",
    "packed": b"\x1f\x8b\x08\0\0\0",
}


@pytest.mark.parametrize("words", OTHER_KINDS)
def test_another_kind_of_file_named_csv_is_called_by_its_kind(schema, tmp_path, words):
    path = tmp_path / "arrivals_korea_yearly.csv"
    path.write_bytes(OTHER_KINDS[words])
    _, found = readers.read_source(path, schema)
    assert len(found) == 1 and words in found[0].found and found[0].help

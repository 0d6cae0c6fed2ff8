"""What a cell shows is what is read, with a line that says so, or the cell is refused by its row and column."""

from __future__ import annotations

import datetime
import re
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from brief.tables import database, number_formats
from brief.tables.inputs import MAX_COLUMNS
from brief.words import InputError
from tests import worst_workbooks
from tests.worst_workbooks import KINDS, MAIN, package, text

SCHEMA = """
create table sources (source_id text primary key not null) strict;
create table row_sources (table_name text not null, row_key text not null, source_id text not null references sources) strict;
create table talks (
  year integer not null,
  month text constraint month_is_an_iso_date check (length(month) = 7 and date(month || '-01') is month || '-01'),
  date text constraint date_is_an_iso_date check (length(date) = 10 and date(date) is date),
  persons integer,
  trade_usd_m real,
  share_pct real,
  place text not null,
  note text,
  primary key (year, place)
) strict;
create table talks_value (year integer primary key not null, value real, unit text not null) strict;
create table marches_of_the_year (year integer primary key not null, marchers integer) strict;
"""
HEADER = ["year", "month", "date", "persons", "trade_usd_m", "share_pct", "place", "note"]
ROWS = [
    [2017, "2017-11", "2017-11-06", 148, 1234.5, 48.5, "Seoul", "first"],
    [2018, "2018-02", "2018-02-13", 7, 0.25, 52, "Beijing", None],
    [2019, None, None, 0, None, None, "Hanoi", "third"],
]
LETTER = {name: letter for name, letter in zip(HEADER, "ABCDEFGH")}


@pytest.fixture(scope="module")
def schema():
    return database.table_columns(database.empty_database(SCHEMA))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def made(folder, edit=None, name="talks.xlsx"):
    """A workbook of the rows above, edited; the path."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "talks"
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    if edit:
        edit(sheet)
    book.save(folder / name)
    return folder / name


def cell(column: str, value, form: str = "General", row: int = 2, font: Font | None = None):
    """An edit that puts a value, its format and its font into one cell."""

    def edit(sheet):
        place = sheet[f"{LETTER[column]}{row}"]
        place.value, place.number_format = value, form
        if font:
            place.font = font

    return edit


def altered(path, part: str, old: str, new: str, count: int = 0):
    """The same package with a part's XML altered: what no library of ours writes."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    name = next(n for n in content if n.endswith(part))
    changed = re.sub(old, new, content[name].decode(), count=count)
    assert changed != content[name].decode(), "the test alters nothing"
    content[name] = changed.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in content.items():
            archive.writestr(name, raw)


def read(folder, schema, name="talks"):
    """The rows of one table as dictionaries, and all that is said of it."""
    table = database.read_folder(folder, schema)[name]
    return [dict(zip(table.columns, row)) for row in table.rows], "\n".join(table.readings)


def refusal(folder, schema):
    with pytest.raises(InputError) as refused:
        database.read_folder(folder, schema)
    return refused.value.problems


# Number formats

NUMBERS = {  # what the cell is: (column, kept, format, read, words of the line or "")
    "percent": ("share_pct", 0.485, "0.0%", 48.5, "percent cells"),
    "percent_of_a_float": ("share_pct", 0.567 + 1e-16, "0.0%", 56.7, "percent cells"),
    "percent_negative": ("share_pct", -0.07, "0%", -7, "percent cells"),
    "percent_quoted": ("share_pct", 48.5, '0.0"%"', 48.5, "'%' beside"),
    "percent_escaped": ("share_pct", 48.5, "0.0\\%", 48.5, "'%' beside"),
    "float_dust": ("trade_usd_m", 0.1 + 0.2, "General", 0.3, ""),
    "thousands": ("trade_usd_m", 123900, "#,##0.0,", 123.9, "show thousands"),
    "millions": ("trade_usd_m", 1500000, "0.0,,", 1.5, "show millions"),
    "grouping_only": ("trade_usd_m", 123900, "#,##0.0", 123900, ""),
    "fewer_digits": ("trade_usd_m", 123.456, "0", 123.456, "fewer digits"),
    "enough_digits": ("trade_usd_m", 123.5, "0.00", 123.5, ""),
    "scientific": ("trade_usd_m", 1500, "0.00E+00", 1500, ""),
    "scientific_rounds": ("trade_usd_m", 1234567, "0.0E+00", 1234567, "fewer digits"),
    "fraction": ("trade_usd_m", 0.5, "# ?/?", 0.5, "show a fraction"),
    "unit": ("persons", 148, '0"명"', 148, "'명' beside"),
    "currency": ("trade_usd_m", 12.5, "[$$-409]#,##0.0", 12.5, "'$' beside"),
    "won_by_a_newer_program": ("trade_usd_m", 12.5, "[$₩-ko-KR]#,##0.0", 12.5, "'₩' beside"),
    "korean_accounting": (
        "persons",
        148,
        '_-* #,##0_-;\\-* #,##0_-;_-* "-"_-;_-@_-',
        148,
        "",
    ),
    "won": ("trade_usd_m", 12.5, "[$₩-412]#,##0.0", 12.5, "'₩' beside"),
    "red": ("persons", 148, "[Red]0", 148, ""),
    "condition": ("persons", 148, "[>100]0;0.0", 148, ""),
    "accounting": ("persons", 148, '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 148, ""),
    "accounting_zero": (
        "persons",
        0,
        '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
        0,
        "zeros that show as a dash",
    ),
    "accounting_negative": ("trade_usd_m", -5, "#,##0_);(#,##0)", -5, ""),
    "red_negative": ("trade_usd_m", -5, "0;[Red]0", -5, "in red without a minus"),
    "text_format": ("persons", 148, "@", 148, ""),
    "number_as_text": ("persons", "148", "@", 148, "kept as text"),
    "padded": ("persons", 148, "00000", 148, ""),
    "year_of_a_date": ("year", datetime.date(2016, 1, 1), "yyyy", 2016, "years that are kept"),
    "month": ("month", datetime.date(2018, 11, 1), "mmm-yy", "2018-11", ""),
    "month_in_red": ("month", datetime.date(2018, 11, 1), "[Red]mmm-yy", "2018-11", ""),
    "month_in_korean": (
        "month",
        datetime.date(2018, 11, 1),
        '[$-412]yyyy"년" m"월"',
        "2018-11",
        "",
    ),
    "month_quoted_d": ("month", datetime.date(2018, 11, 1), 'mmm "de" yyyy', "2018-11", ""),
    "month_as_day": ("month", datetime.date(2018, 11, 1), "yyyy-mm-dd", "2018-11", "read as the m"),
    "day": ("date", datetime.date(2018, 11, 6), "[$-409]d\\-mmm\\-yyyy;@", "2018-11-06", ""),
    "day_at_midnight": (
        "date",
        datetime.datetime(2018, 11, 6),
        "yyyy-mm-dd hh:mm",
        "2018-11-06",
        "",
    ),
}


@pytest.mark.parametrize("what", NUMBERS)
def test_a_number_is_read_as_its_cell_shows_it(schema, folder, what):
    column, kept, form, expected, words = NUMBERS[what]
    made(folder, cell(column, kept, form))
    rows, said = read(folder, schema)
    assert rows[0][column] == expected
    assert rows[1:] == [dict(zip(HEADER, row)) for row in ROWS[1:]]
    assert words in said and len(said.splitlines()) == (2 if words else 1), said


UNREAD = {  # what the cell is: (column, kept, format, words of the refusal)
    "percent_of_persons": ("persons", 0.5, "0%", "50%"),
    "percent_of_dollars": ("trade_usd_m", 0.5, "0%", "not percent"),
    "percent_twice": ("share_pct", 0.5, "0%%", "scales twice"),
    "thousands_with_unit": ("trade_usd_m", 1500000, '0.0,,"m"', "beside it"),
    "billions": ("trade_usd_m", 15e9, "0.0,,,", "billions"),
    "magnitude": ("trade_usd_m", 15, '0"k"', "beside it"),
    "korean_magnitude": ("persons", 15, '0"만"', "beside it"),
    "literal_zeros": ("persons", 148, '0"000"', "beside it"),
    "literal_less": ("persons", 5, '"<"0', "beside it"),
    "circa": ("persons", 50, '"ca. "0', "beside it"),
    "per_mille": ("share_pct", 485, "0‰", "beside it"),
    "literal_minus": ("persons", 148, '"-"0', "another sign"),
    "brackets": ("persons", 148, "(0)", "another sign"),
    "minus_left_out": ("trade_usd_m", -5, "0;0", "another sign"),
    "hidden": ("persons", 148, ";;;", "hides"),
    "hidden_zero": ("persons", 0, "0;-0;;@", "hides"),
    "zero_as_nothing": ("persons", 0, "#,###", "shows as an empty cell"),
    "words_instead": ("persons", 148, '"n/a"', "shown by"),
    "whole_number_rounded": ("persons", 148.6, "0", "shown as 149"),
    "elapsed": ("persons", 1.5, "[h]:mm", "without its year"),
    "time": ("date", 0.5, "h:mm", "shown as a time"),
    "day_without_year": ("date", datetime.date(2018, 11, 6), "d-mmm", "without its year"),
    "time_of_day": ("date", datetime.datetime(2018, 11, 6, 9), "yyyy-mm-dd hh:mm", "time of day"),
    "date_for_a_number": ("persons", datetime.date(2018, 3, 12), "d-mmm-yy", "turned a number"),
    "date_for_a_text": ("note", datetime.date(2018, 10, 19), "d-mmm", "put a date in its place"),
    "year_as_date": ("year", 2018, "yyyy-mm-dd", "the date 1905-07-10"),
    "quarter": ("date", datetime.date(2018, 11, 6), "qq yyyy", "shown by"),
    "words_in_a_date": ("month", datetime.date(2018, 11, 1), '"before "mmm yyyy', "beside it"),
    "footnote_in_the_format": ("persons", 148, '0"¹"', "beside it"),
    "decimals_in_text": ("place", 5.5, "0.00", "column of text"),
    "padded_text": ("place", 7, "000", "column of text"),
    "percent_in_text": ("note", 0.5, "0%", "not percent"),
    "unknown_bracket": ("persons", 148, "[DBNum1]0", "shown by"),
    "hidden_text": ("place", "Seoul", ";;;", "another text"),
    "added_text": ("place", "Seoul", '@"1"', "another text"),
    "two_ways": ("trade_usd_m", "1.234", "@", "two ways"),
    "comma": ("trade_usd_m", "1,234", "@", "two ways"),
    "decimal_comma": ("trade_usd_m", "12,5", "@", "two ways"),
    "arabic_digits": ("persons", "١٤٨", "@", "whole number"),
    "wide_digits": ("persons", "１４８", "@", "whole number"),
    "underscore": ("persons", "1_48", "@", "whole number"),
    "error": ("persons", "#N/A", "General", "the error #N/A"),
    "formula": ("persons", "=1+1", "General", "without a value"),
}


@pytest.mark.parametrize("what", UNREAD)
def test_a_cell_that_shows_something_else_is_refused(schema, folder, what):
    column, kept, form, words = UNREAD[what]
    made(folder, cell(column, kept, form))
    (problem,) = refusal(folder, schema)
    assert problem.row == 2 and column in problem.column and words in str(problem), problem


def test_a_unit_in_the_row_tells_percent(schema, folder):
    book = openpyxl.Workbook()
    for row in [["year", "value", "unit"], [2018, 0.485, "pct"]]:
        book.active.append(row)
    book.active["B2"].number_format = "0.0%"
    book.save(folder / "talks_value.xlsx")
    rows, said = read(folder, schema, "talks_value")
    assert (
        rows[0]["value"] == 48.5
        and "percent cells, read as they show, 48.5% as 48.5 (1 cell: B2)" in said
    )
    book.active["C2"] = "persons"
    book.save(folder / "talks_value.xlsx")
    assert "not percent" in str(refusal(folder, schema)[0])


@pytest.mark.parametrize(
    "code, value, number",
    [
        ("[>=1000000]0.0,,;[>=1000]0.0,;0", 2_500_000, "2.5"),
        ("[>=1000000]0.0,,;[>=1000]0.0,;0", 2_500, "2.5"),
        ("[>=1000000]0.0,,;[>=1000]0.0,;0", 250, "250"),
        ("0.0;-0.0%", -0.5, "-50"),
        ('"a;b"0', 5, ""),
        ("0,000.0", 1234.5, "1234.5"),
        ("0 %", 0.5, "50"),
        ('0"', 5, ""),
    ],
)
def test_the_part_of_a_format_that_shows_a_number(code, value, number):
    if not number:
        with pytest.raises(number_formats.Unshown):
            number_formats.shown(value, code)
    else:
        assert number_formats.plain(number_formats.shown(value, code).number) == number


def test_formats_whose_order_depends_on_the_language_are_refused(schema, folder):
    path = made(folder, cell("month", datetime.date(2018, 11, 1), "mmm-yy"))
    altered(path, "styles.xml", r'numFmtId="17"', 'numFmtId="27"')
    assert "month" in refusal(folder, schema)[0].column


def test_dates_since_1904(schema, folder):
    path = made(folder, cell("date", 42_313, "yyyy-mm-dd"))
    altered(path, "workbook.xml", "<workbookPr", '<workbookPr date1904="1"', 1)
    rows, _ = read(folder, schema)
    assert rows[0]["date"] == "2019-11-06"
    made(folder, cell("date", 42_313))
    altered(path, "workbook.xml", "<workbookPr", '<workbookPr date1904="1"', 1)
    assert read(folder, schema)[0][0]["date"] == "2019-11-06"


def test_dates_kept_as_iso_text(schema, folder):
    path = made(folder, cell("date", 148, "yyyy-mm-dd"))
    altered(
        path, "sheet1.xml", r't="n"><v>148</v></c><c r="D2"', 't="d"><v>2018-11-06</v></c><c r="D2"'
    )
    assert read(folder, schema)[0][0]["date"] == "2018-11-06"


@pytest.mark.parametrize("wrong", ["1_48", "١٤٨", "１４８", "nan", "inf", "0x10", "1 48", "1,48"])
def test_number_cells_that_hold_no_number_are_refused(schema, folder, wrong):
    path = made(folder)
    altered(path, "sheet1.xml", "<v>148</v>", f"<v>{wrong}</v>")
    (problem,) = refusal(folder, schema)
    assert problem.row == 2 and problem.column == "D (persons)" and wrong in problem.found


def test_zeros_that_a_sheet_shows_as_empty_cells_are_refused(schema, folder):
    def edit(sheet):
        sheet.sheet_view.showZeros = False

    made(folder, edit)
    (problem,) = refusal(folder, schema)
    assert (problem.row, problem.column) == (4, "D (persons)") and "zeros" in problem.found


def test_a_lone_percent_cell_among_plain_ones(schema, folder):
    made(folder, cell("share_pct", 0.52, "0%", row=3))
    rows, said = read(folder, schema)
    assert [row["share_pct"] for row in rows] == [48.5, 52, None]
    assert "percent cells, read as they show, 48.5% as 48.5 (1 cell: F3)" in said


# Rich text


def rich(*parts) -> CellRichText:
    return CellRichText(
        *(
            part if isinstance(part, str) else TextBlock(InlineFont(**part[0]), part[1])
            for part in parts
        )
    )


SUPER, SUB, STRUCK = {"vertAlign": "superscript"}, {"vertAlign": "subscript"}, {"strike": True}
MARKED = {
    "superscript": ("persons", rich("5", (SUPER, "1"))),
    "subscript": ("persons", rich("5", (SUB, "1"))),
    "struck": ("persons", rich((STRUCK, "14"), "8")),
    "superscript_in_a_decimal": ("trade_usd_m", rich("5.2", (SUPER, "3"))),
    "superscript_in_a_key": ("place", rich("Seoul", (SUPER, "1"))),
    "superscript_in_a_date": ("date", rich("2018-11-0", (SUPER, "6"))),
}


@pytest.mark.parametrize("what", MARKED)
def test_marked_characters_in_a_cell_are_refused(schema, folder, what):
    column, value = MARKED[what]
    made(folder, cell(column, value))
    (problem,) = refusal(folder, schema)
    assert problem.row == 2 and problem.column == f"{LETTER[column]} ({column})"
    assert "characters in it" in problem.found


@pytest.mark.parametrize("font", [Font(strike=True), Font(vertAlign="superscript")])
def test_a_marked_number_is_refused_whole(schema, folder, font):
    made(folder, cell("persons", 148, font=font))
    (problem,) = refusal(folder, schema)
    assert problem.column == "D (persons)" and "'148'" in problem.found


def test_marks_in_free_text_are_told_and_colors_are_nothing(schema, folder):
    def edit(sheet):
        sheet["H2"] = rich("10", (SUPER, "3"), " tons")
        sheet["H3"] = rich(({"b": True, "color": "00FF0000"}, "bold"), " and plain")
        sheet["D2"] = rich(({"b": True}, "14"), "8")

    made(folder, edit)
    rows, said = read(folder, schema)
    assert [row["note"] for row in rows] == ["103 tons", "bold and plain", "third"]
    assert rows[0]["persons"] == 148
    assert "superscript text in free text, read as plain (1 cell: H2)" in said


def test_readings_aloud_are_no_text(schema, folder):
    """Korean and Japanese files write how a word sounds into the cell."""
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'
        '<si><r><t xml:space="preserve">서 </t></r><r><t>울</t></r></si></sst>'
    )
    header = "<row>" + "".join(map(text, HEADER)) + "</row>"
    rows = "".join(
        f'<row><c><v>{2017 + i}</v></c><c/><c/><c/><c/><c/><c t="s"><v>{i}</v></c></row>'
        for i in range(2)
    )
    package(
        folder / "talks.xlsx",
        [f"<sheetData>{header}{rows}</sheetData>"],
        {"xl/sharedStrings.xml": strings},
    )
    assert [row["place"] for row in read(folder, schema)[0]] == ["東京", "서 울"]


def test_escaped_control_characters_are_what_they_stand_for(schema, folder):
    path = made(folder, cell("note", "one_x000D_\ntwo_x005F_x0041_"))
    assert path.exists()
    assert read(folder, schema)[0][0]["note"] == "one\ntwo_x0041_"
    made(folder, cell("note", "a_x0007_b"))
    assert "U+0007" in str(refusal(folder, schema)[0])


# Around the cells


@pytest.mark.parametrize(
    "merged, row", [("D2:D3", 2), ("D2:E2", 2), ("A3:H3", 3), ("G1:G3", 1), ("G4:K4", 4)]
)
def test_merged_cells_in_a_table_are_refused(schema, folder, merged, row):
    made(folder, lambda sheet: sheet.merge_cells(merged))
    problem = refusal(folder, schema)[0]
    assert f"the merged cells {merged}" in problem.found and problem.row == row


def test_rows_under_a_merged_range_are_told_once(schema, folder):
    made(folder, lambda sheet: sheet.merge_cells("G2:G4"))
    assert len(refusal(folder, schema)) == 1


def test_blanks_beside_and_below_are_nothing_and_a_remark_is_no_number(schema, folder):
    def edit(sheet):
        sheet["L2"], sheet["A9000"] = "  ", " "

    made(folder, edit)
    assert len(read(folder, schema)[0]) == 3
    made(folder, cell("year", "Source: Ministry, 2025", row=5))
    assert "two ways" not in str(refusal(folder, schema)[0])


def test_merged_cells_outside_of_a_table_are_nothing(schema, folder):
    def edit(sheet):
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Talks, by year"
        sheet.merge_cells("A1:H1")
        sheet.merge_cells("A20:H22")
        sheet["I3"], sheet["I4"] = "my_remark", "mine"
        sheet.merge_cells("I4:J6")

    made(folder, edit)
    rows, said = read(folder, schema)
    assert [list(row.values()) for row in rows] == ROWS
    assert "the header stands in row 3; row 1 above it left aside" in said


def test_hidden_rows_and_columns_are_told(schema, folder):
    def edit(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["E"].hidden = True
        sheet.column_dimensions["Q"].hidden = True

    made(folder, edit)
    rows, said = read(folder, schema)
    assert [list(row.values()) for row in rows] == ROWS
    assert "1 hidden row, read (3)" in said and "hidden column E (trade_usd_m), read" in said


def test_rows_without_height_are_hidden(schema, folder):
    altered(made(folder), "sheet1.xml", '<row r="3"', '<row ht="0" customHeight="1" r="3"')
    assert "1 hidden row, read (3)" in read(folder, schema)[1]


def test_a_hidden_sheet_is_told_and_never_taken_for_the_seen_one(schema, folder):
    def edit(sheet):
        sheet.parent.create_sheet("Cover")["A1"] = "see the other sheet"
        sheet.sheet_state = "hidden"
        sheet.parent.active = 1

    made(folder, edit)
    assert "talks: a hidden sheet, read" in read(folder, schema)[1]

    def twice(sheet):
        copy = sheet.parent.copy_worksheet(sheet)
        copy.title = "talks (2)"
        sheet.sheet_state = "veryHidden"
        sheet.parent.active = 1

    made(folder, twice)
    assert "in two sheets: talks (hidden) and talks (2)" in str(refusal(folder, schema)[0])


def test_formatted_empty_cells_do_not_count(schema, folder):
    def edit(sheet):
        sheet["A1048576"].font = Font(bold=True)
        sheet["XFD3"].font = Font(bold=True)

    made(folder, edit)
    assert [list(row.values()) for row in read(folder, schema)[0]] == ROWS


def test_a_value_far_below_or_far_right_is_named(schema, folder):
    def edit(place, value="x"):
        return lambda sheet: sheet.__setitem__(place, value)

    made(folder, edit("C9000"))
    assert "row 9000, column C (date)" in str(refusal(folder, schema)[0])
    made(folder, edit("ZZ2"))
    assert f"at most {MAX_COLUMNS} columns" in str(refusal(folder, schema)[0])
    made(folder, edit("K3"))
    (problem,) = refusal(folder, schema)
    assert (problem.row, problem.column) == (3, "K") and "beside the table" in problem.found


def test_as_many_columns_as_in_a_text_file(schema, folder):
    def edit(sheet):
        for row in sheet.iter_rows(1, 4):
            sheet.cell(row[0].row, 480, row[0].value)
            row[0].value = f"extra{row[0].row}" if row[0].row == 1 else None
        for column in range(9, 480):
            sheet.cell(1, column, f"mine_{column}")

    made(folder, edit)
    assert [row["year"] for row in read(folder, schema)[0]] == [2017, 2018, 2019]


def test_conditional_formats_that_change_numbers_are_told(schema, folder):
    from openpyxl.formatting.rule import CellIsRule, Rule
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.styles.numbers import NumberFormat

    def edit(sheet):
        sheet.conditional_formatting.add(
            "A1:A9", CellIsRule("greaterThan", ["1"], font=Font(b=True))
        )
        style = DifferentialStyle(numFmt=NumberFormat(200, "0,"))
        sheet.conditional_formatting.add(
            "D2:D9", Rule("cellIs", operator="greaterThan", formula=["1"], dxf=style)
        )

    made(folder, edit)
    said = read(folder, schema)[1]
    assert "conditional formats in D2:D9 may" in said and "A1:A9" not in said


# Sheets


@pytest.mark.parametrize(
    "title", ["TALKS", " Talks ", "talks (2)", "Sheet 1 - talks", "Tabelle 1 - Talks"]
)
def test_a_sheet_is_known_by_its_name_in_any_case(schema, folder, title):
    def edit(sheet):
        sheet.title = "another"  # the library would take its own name in another case for a double
        sheet.title = title

    made(folder, edit, "mine.xlsx")
    assert len(read(folder, schema)[0]) == 3


def test_an_export_of_numbers(schema, folder):
    book = openpyxl.Workbook()
    book.active.title = "Export Summary"
    book.active["B2"] = "This document was exported from Numbers."
    sheet = book.create_sheet("Sheet 1 - marches_of_the_ye…")
    for row in [["Marches of the year"], ["year", "marchers"], [2018, 5]]:
        sheet.append(row)
    book.save(folder / "mine.xlsx")
    rows, said = read(folder, schema, "marches_of_the_year")
    assert rows == [{"year": 2018, "marchers": 5}]
    assert "row 1 above it left aside" in said
    assert "no table in the sheet Export Summary, passed over" in said


def test_sheets_of_charts_are_passed_over(schema, folder):
    def edit(sheet):
        sheet.parent.create_chartsheet("Chart").add_chart(openpyxl.chart.BarChart())

    made(folder, edit, "mine.xlsx")
    rows, said = read(folder, schema)
    assert len(rows) == 3 and "no table in the sheet Chart, passed over" in said


def test_a_table_under_another_name_is_refused_with_its_own(schema, folder):
    def edit(sheet):
        sheet.title = "Data"

    made(folder, edit, "mine.xlsx")
    (problem,) = refusal(folder, schema)
    assert "sheet Data" in problem.file and "those of talks" in problem.help


def test_a_table_with_a_column_misspelt_is_not_passed_over(schema, folder):
    def edit(sheet):
        sheet.title = "Data"
        sheet["D1"] = "person"
        sheet.parent.create_sheet("talks_value").append(["year", "value", "unit"])
        sheet.parent["talks_value"].append([2018, 1, "persons"])

    made(folder, edit, "mine.xlsx")
    assert "Its columns are those of talks" in str(refusal(folder, schema)[0])


def test_two_versions_in_one_file_are_refused(schema, folder):
    def edit(sheet):
        sheet.parent.copy_worksheet(sheet).title = "new"
        sheet.title = "old"

    made(folder, edit)
    assert "in two sheets: old and new" in str(refusal(folder, schema)[0])


def test_a_file_named_in_capitals(schema, folder):
    def edit(sheet):
        sheet.title = "Sheet1"
        sheet.parent.create_sheet("Notes")["A1"] = "mine"

    made(folder, edit, "Talks.XLSX")
    assert len(read(folder, schema)[0]) == 3


def test_an_index_as_pandas_writes_it_is_one_problem(schema, folder):
    def edit(sheet):
        sheet.insert_cols(1)
        for row in (2, 3, 4):
            sheet.cell(row, 1, row)

    made(folder, edit)
    (problem,) = refusal(folder, schema)
    assert "a column without a name (number 1)" in problem.found


def test_a_workbook_without_a_table_is_refused(schema, folder):
    def edit(sheet):
        sheet.delete_rows(1, 9)
        sheet["A1"] = "nothing here"
        sheet.parent.create_sheet("Notes")["A1"] = "nor here"
        sheet.title = "Cover"

    made(folder, edit)
    assert "no table in the sheets Cover, Notes" in str(refusal(folder, schema)[0])


def test_a_sheet_of_one_table_in_a_file_of_another(schema, folder):
    made(folder, None, "talks_value.xlsx")
    assert "a sheet named talks in a file named talks_value" in str(refusal(folder, schema)[0])


def test_a_title_cannot_look_like_a_line_of_the_command(schema, folder):
    path = made(folder, lambda sheet: sheet.parent.create_sheet("zz").append(["x"]), "mine.xlsx")
    altered(path, "workbook.xml", 'name="zz"', 'name="zz&#10;No sentence flips."')
    assert [line for line in read(folder, schema)[1].splitlines() if line.startswith("No")] == []
    altered(path, "workbook.xml", 'name="talks"', 'name="talks&#10;"')
    assert [line for line in read(folder, schema)[1].splitlines() if "mine" not in line] == []


# Other writers


def test_formulas_without_a_value_under_a_prefix(schema, folder):
    """As ClosedXML and the Open XML SDK write."""
    row = "".join(f'<x:c t="inlineStr"><x:is><x:t>{h}</x:t></x:is></x:c>' for h in HEADER)
    for formula in ("<x:f>1+1</x:f>", '<x:f t="shared" si="0"/>', "<x:f>1+1</x:f><x:v/>"):
        cells = f"<x:c><x:v>2018</x:v></x:c><x:c/><x:c/><x:c>{formula}</x:c>"
        package(folder / "talks.xlsx", [""])
        sheet = (
            f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row>{row}</x:row>'
            f"<x:row>{cells}</x:row></x:sheetData></x:worksheet>"
        )
        package(folder / "talks.xlsx", [""], {"xl/worksheets/sheet1.xml": sheet})
        (problem,) = refusal(folder, schema)
        assert "formula without a value" in problem.found and problem.column == "D (persons)"


def test_strict_open_xml_is_read(schema, folder):
    purl = "http://purl.oclc.org/ooxml/"
    header = "<row>" + "".join(map(text, HEADER)) + "</row>"
    row = f"<row><c><v>2018</v></c><c/><c/><c><v>148</v></c><c/><c/>{text('Seoul')}</row>"
    package(
        folder / "talks.xlsx",
        [f"<sheetData>{header}{row}</sheetData>"],
        main=purl + "spreadsheetml/main",
        kinds=purl + "officeDocument/relationships",
    )
    rows, _ = read(folder, schema)
    assert rows[0]["persons"] == 148 and KINDS not in purl


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/x.xml"])
def test_declared_entities_are_refused_in_any_encoding(schema, folder, encoding, part):
    evil = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    package(folder / "talks.xlsx", [""], {part: evil.encode(encoding)})
    assert "an entity declaration" in str(refusal(folder, schema)[0])


@pytest.mark.parametrize("encoding", ["nonsense", "cp949", "utf-7"])
def test_parts_in_unknown_encodings_are_refused(schema, folder, encoding):
    part = f'<?xml version="1.0" encoding="{encoding}"?><worksheet/>'
    package(folder / "talks.xlsx", [""], {"xl/worksheets/sheet1.xml": part})
    assert "cannot be read" in str(refusal(folder, schema)[0])


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="A12"><v>1</v></c></row>',
        '<row r="12"><c r="A2"><v>1</v></c></row>',
        '<row r="3"/><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="XFE2"><v>1</v></c></row>',
        '<row r="2"><c t="s"><v>7</v></c></row>',
        '<row r="2"><c><v>20</v><v>18</v></c></row>',
        '<row r="2"><c t="inlineStr"><is><t>20</t></is><v>18</v></c></row>',
        '<row r="2"><c><is><t>2018</t></is></c></row>',
    ],
)
def test_cells_that_contradict_their_places_are_refused(schema, folder, rows):
    header = '<row r="1">' + "".join(map(text, HEADER)) + "</row>"
    package(folder / "talks.xlsx", [f"<sheetData>{header}{rows}</sheetData>"])
    assert "cannot be read" in str(refusal(folder, schema)[0])


def test_truth_values_come_out_as_words(schema, folder):
    made(folder, cell("note", True))
    assert read(folder, schema)[0][0]["note"] == "TRUE"


# What a file is


def old_workbook(path):
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def open_document(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")


def binary_workbook(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"\0")


def numbers_document(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Index/Document.iwa", b"\0")


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("talks.csv", "year\n")


def starting(raw: bytes):
    return lambda path: path.write_bytes(raw + b"\n1,2,3\n")


FILES = {  # the name: (what makes the file, words of the refusal)
    "workbook/talks.csv": (lambda path: made(path.parent, None, path.name), "a workbook (.xlsx)"),
    "workbook/talks.json": (lambda path: made(path.parent, None, path.name), "a workbook (.xlsx)"),
    "old/talks.csv": (old_workbook, "an old workbook (.xls)"),
    "old/talks.xlsx": (old_workbook, "locked by a password"),
    "ods/talks.xlsx": (open_document, "an OpenDocument workbook"),
    "xlsb/talks.xlsx": (binary_workbook, "a binary workbook"),
    "numbers/talks.xlsx": (numbers_document, "a Numbers document"),
    "zip/talks.csv": (zipped, "a packed folder (.zip)"),
    "gzip/talks.csv": (starting(b"\x1f\x8b\x08"), "a packed file (.gz)"),
    "sqlite/talks.csv": (starting(b"SQLite format 3\0"), "a SQLite database, named .csv"),
    "pdf/talks.csv": (starting(b"%PDF-1.7"), "a PDF document"),
    "parquet/talks.csv": (starting(b"PAR1"), "a Parquet file"),
    "html/talks.csv": (starting(b"\xef\xbb\xbf <!DOCTYPE HTML><table>"), "a web page"),
    "xml/talks.csv": (starting(b'<?xml version="1.0"?><Workbook/>'), "an XML file"),
    "text/talks.xlsx": (starting(b"year,month"), "a text file, named .xlsx"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_its_bytes(schema, folder, name):
    make, words = FILES[name]
    path = folder / name
    path.parent.mkdir()
    make(path)
    (problem,) = refusal(path.parent, schema)
    assert words in problem.found and problem.help


# Bounds

OUTCOMES = {  # what becomes of the worst workbooks that are quick to make: words, or the rows that are read
    "many_styles": "styles",
    "many_merged": "merged ranges",
    "deep_elements": "elements",
    "small_claim": "cannot be read",
    "great_claim": "bytes",
    "packed_otherwise": "unusual way",
    "long_prolog": 1,
}


@pytest.mark.parametrize("what", OUTCOMES)
def test_worst_workbooks_are_read_or_refused(folder, what):
    schema = database.table_columns(database.empty_database())
    worst_workbooks.WORST[what](folder / f"{worst_workbooks.NAME}.xlsx")
    if isinstance(OUTCOMES[what], int):
        tables = database.read_folder(folder, schema)
        assert len(tables[worst_workbooks.NAME].rows) == OUTCOMES[what]
    else:
        assert OUTCOMES[what] in str(refusal(folder, schema)[0])


def test_a_text_that_is_too_long_is_refused_not_dropped(schema, folder):
    strings = f'<sst xmlns="{MAIN}"><si><t>{"a" * 300_000}</t></si></sst>'
    header = "<row>" + "".join(map(text, HEADER)) + "</row>"
    row = '<row><c><v>2018</v></c><c/><c/><c/><c/><c/><c t="s"><v>0</v></c></row>'
    package(
        folder / "talks.xlsx",
        [f"<sheetData>{header}{row}</sheetData>"],
        {"xl/sharedStrings.xml": strings},
    )
    (problem,) = refusal(folder, schema)
    assert problem.column == "G (place)" and "characters" in problem.found

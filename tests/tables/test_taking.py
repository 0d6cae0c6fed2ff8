"""Official files are recognized by their header, understood as their recipe says, and refused in words where they differ from it."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml

from brief import paths
from brief.editions import edition
from brief.tables import country_names, database, raw_sheets, recipes, taking
from brief.tables.figures_in_text import Hole, Sum, Unreadable, figure, number
from brief.tables.taking import File, Taken
from brief.words import InputError

EXCERPTS = paths.ROOT / "tests" / "take"
KNOWN = recipes.load()
SAVED_ON = taking.saved_on
EXPECTED = yaml.safe_load((EXCERPTS / "expected.yml").read_text(encoding="utf-8"))


def excerpt(name: str) -> Path:
    (path,) = [path for path in EXCERPTS.glob(f"{name}.*") if path.suffix in (".csv", ".tsv")]
    return path


@pytest.fixture(autouse=True)
def a_later_day(monkeypatch):
    """The days of taking and saving: the excerpts have years that the book has not, up to 2042."""
    monkeypatch.setattr(taking, "today", lambda: "2043-06-01")
    monkeypatch.setattr(taking, "saved_on", lambda sheet: "")


@pytest.fixture(scope="module")
def image() -> bytes:
    """The book's database, as every take gets it."""
    return database.image_of(edition.published_tables()[2])


def recipe_named(name: str) -> recipes.Recipe:
    return next(recipe for recipe in KNOWN if recipe.name == name)


def take_one(path: Path, image: bytes, known=KNOWN) -> Taken:
    (sheet,) = raw_sheets.read_file(path)
    match = recipes.recognized(sheet, known)
    if isinstance(match, recipes.Near):
        raise InputError([recipes.changed_header(sheet, match)])
    return File(match, database.from_image(image)).take()


def texts(row: tuple) -> str:
    shown = [v.text() if isinstance(v, Hole) else "" if v is None else str(v) for v in row]
    return ", ".join(shown)


def shown(taken: Taken) -> dict:
    """What came out, in the form of expected.yml."""
    tables = {
        name: [", ".join(table.columns), *(texts(row) for row in table.rows)]
        for name, table in taken.tables.items()
    }
    found = {"rows_in": taken.rows_in, "rows_kept": taken.rows_kept, "tables": tables}
    found |= {"left": taken.left, "says": taken.says}
    return found | ({"dated": taken.dated} if taken.dated != taken.match.sheet.dated else {})


def refused(path: Path, image: bytes) -> str:
    """The refusal of a file, in words."""
    with pytest.raises(InputError) as error:
        take_one(path, image)
    return str(error.value)


def changed(name: str, folder: Path, was: str, now: str, count: int = 1) -> Path:
    """An excerpt with one text in it exchanged."""
    raw = excerpt(name).read_bytes()
    code = "cp949" if name == "ministry_arrivals" else "utf-8"
    text = raw.decode(code)
    assert was in text
    path = folder / "a file with any name.csv"
    path.write_bytes(text.replace(was, now, count).encode(code))
    return path


# Every recipe has its excerpt


@pytest.mark.parametrize("name", [recipe.name for recipe in KNOWN])
def test_a_recipe_takes_its_excerpt(name, image):
    assert shown(take_one(excerpt(name), image)) == EXPECTED[name]


def test_no_excerpt_is_without_a_recipe():
    assert set(EXPECTED) == {recipe.name for recipe in KNOWN}


@pytest.mark.parametrize("name", [recipe.name for recipe in KNOWN])
def test_a_file_is_known_by_its_header_and_not_by_its_name(name, image, tmp_path):
    path = tmp_path / "unhcr_population.csv"
    path.write_bytes(excerpt(name).read_bytes())
    (sheet,) = raw_sheets.read_file(path)
    assert [one.recipe.name for one in (recipes.match(r, sheet) for r in KNOWN) if one] == [name]


@pytest.mark.parametrize(
    "name", [recipe.name for recipe in KNOWN if recipe.name != "eurostat_decisions_tsv"]
)
def test_a_workbook_gives_the_same(name, image, tmp_path):
    text = (
        excerpt(name).read_bytes().decode("cp949" if name == "ministry_arrivals" else "utf-8-sig")
    )
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append(
            [int(cell) if re.fullmatch("[1-9][0-9]*", cell) else cell for cell in row]
        )
    book.save(tmp_path / "saved.xlsx")
    assert shown(take_one(tmp_path / "saved.xlsx", image)) == EXPECTED[name]


def test_the_ministry_s_table_with_years_down_is_the_same_table(image, tmp_path):
    text = excerpt("ministry_arrivals").read_bytes().decode("cp949")
    out = io.StringIO()
    csv.writer(out).writerows(zip(*csv.reader(io.StringIO(text))))
    (tmp_path / "down.csv").write_text(out.getvalue(), encoding="utf-8")
    assert shown(take_one(tmp_path / "down.csv", image)) == EXPECTED["ministry_arrivals"]


def test_the_unit_of_the_ministry_s_table_may_stand_above_it(image, tmp_path):
    text = excerpt("ministry_arrivals").read_bytes().decode("cp949").replace("(명)", "")
    for title, is_taken in (("(단위: 명)", True), ("(단위: 천명)", False), ("", False)):
        (tmp_path / "table.csv").write_text(f"{title},,\n{text}", encoding="utf-8")
        if is_taken:
            found = shown(take_one(tmp_path / "table.csv", image))
            assert found["tables"] == EXPECTED["ministry_arrivals"]["tables"]
        else:
            assert "a unit of persons" in refused(tmp_path / "table.csv", image)


def test_years_in_full_are_years_as_well(image, tmp_path):
    text = excerpt("ministry_arrivals").read_bytes().decode("cp949")
    head, _, rest = text.partition("\n")
    head = re.sub(r"'(\d\d)", lambda m: ("19" if m[1] == "98" else "20") + m[1], head)
    assert "2002,2003" in head and "~1998" in head
    (tmp_path / "table.csv").write_text(f"{head}\n{rest}", encoding="utf-8")
    found = shown(take_one(tmp_path / "table.csv", image))
    assert found["tables"] == EXPECTED["ministry_arrivals"]["tables"]


def test_the_ministry_s_table_in_chinese_is_the_same_table(image, tmp_path):
    text = excerpt("ministry_arrivals").read_bytes().decode("cp949")
    for korean, chinese in (
        ("구분", "类别"),
        ("남(명)", "男(名)"),
        ("여(명)", "女(名)"),
        ("합계(명)", "合计(名)"),
        ("합계", "合计"),
        ("'20.9월(잠정)", "’20.09 (暂定)"),
        ("여성비율", "女性比例"),
    ):
        assert korean in text
        text = text.replace(korean, chinese)
    (tmp_path / "chinese.csv").write_text(text, encoding="utf-8")
    found = shown(take_one(tmp_path / "chinese.csv", image))
    assert found["tables"] == EXPECTED["ministry_arrivals"]["tables"]


def test_the_countries_are_called_as_the_book_calls_them():
    with (paths.RECIPES / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_two = {row["iso2"]: row["name"] for row in rows}
    by_three = {row["iso3"]: row["name"] for row in rows}
    assert len(by_two) == len(by_three) == len(rows) > 200
    for table, known in (
        ("votes_general_assembly_by_country", by_two),
        ("asylum_decisions_unhcr", by_three),
        ("refugee_stock_unhcr", by_three),
    ):
        for row in edition.csv_rows(paths.DATA / f"{table}.csv"):
            assert known[row["country_code"]] == row["country"]


# What a file comes in


def test_a_packed_folder_is_read_as_it_was_downloaded(tmp_path):
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        for name in ("unhcr_population", "dhs_yearbook_table_14"):
            archive.write(excerpt(name), f"inside/{name}.csv")
        archive.writestr("__MACOSX/inside/._unhcr.csv", "nothing")
        archive.writestr("readme.txt", "words")
    sheets = raw_sheets.read_file(tmp_path / "download.zip")
    assert [sheet.file for sheet in sheets] == [
        "download.zip, inside/unhcr_population.csv",
        "download.zip, inside/dhs_yearbook_table_14.csv",
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", sheet.dated) for sheet in sheets)


def test_a_gzip_file_is_read(tmp_path, image, monkeypatch):
    path = tmp_path / "bulk.tsv.gz"
    path.write_bytes(gzip.compress(excerpt("eurostat_decisions_tsv").read_bytes()))
    assert shown(take_one(path, image)) == EXPECTED["eurostat_decisions_tsv"]
    monkeypatch.setattr(raw_sheets, "SIEVED", 100)
    monkeypatch.setattr(raw_sheets, "FIRST_BYTES", 10)
    (sheet,) = raw_sheets.read_file(path, lambda head: [",KP,"])
    assert len(sheet.rows) == 6 and sheet.lines_left == 1
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="a packed file that cannot be read"):
        raw_sheets.read_file(path)


@pytest.mark.parametrize("end", ["\n", "", "\r\n"])
@pytest.mark.parametrize("piece", [300, 1_000, 7_777, 60_000])
def test_of_a_very_long_text_the_lines_of_ours_are_parsed_alone(piece, end, tmp_path, monkeypatch):
    monkeypatch.setattr(raw_sheets, "SIEVED", piece)
    monkeypatch.setattr(raw_sheets, "FIRST_BYTES", 40)
    between = "\r\n" if end == "\r\n" else "\n"
    lines = ["Title,,", "Year,Code,Persons"]
    lines += [f"{2000 + i % 20},{'PRK' if i % 97 == 0 else 'AFG'},{i}" for i in range(4_000)]
    (tmp_path / "long.csv").write_bytes((between.join(lines) + end).encode())
    (sheet,) = raw_sheets.read_file(tmp_path / "long.csv", lambda head: ["PRK", "no such word"])
    (whole,) = raw_sheets.read_file(tmp_path / "long.csv")
    ours = [row for row in whole.rows if "PRK" in row[1]]
    assert [row for row in sheet.rows if "PRK" in row[1]] == ours and len(ours) == 42
    assert sheet.rows[:2] == whole.rows[:2] and sheet.ends_open == whole.ends_open == (end == "")
    assert sheet.lines_left + len(sheet.rows) == len(whole.rows) == 4_002


def test_a_very_long_text_that_nobody_knows_is_read_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(raw_sheets, "SIEVED", 300)
    path = tmp_path / "long.csv"
    path.write_bytes(excerpt("unhcr_population").read_bytes())
    (sheet,) = raw_sheets.read_file(path)
    assert sheet.lines_left == 0 and len(sheet.rows) == 16
    monkeypatch.setattr(raw_sheets, "MAX_BYTES", 900)
    with pytest.raises(InputError, match="more than 900 bytes.*keep the header"):
        raw_sheets.read_file(path, lambda head: [","])


@pytest.mark.parametrize("name", [recipe.name for recipe in KNOWN if recipe.get("lines")])
def test_the_lines_of_a_recipe_hold_all_that_it_keeps(name, image):
    words = [w for (w,) in database.from_image(image).execute(recipe_named(name).get("lines"))]
    lines = excerpt(name).read_text(encoding="utf-8").splitlines()
    ours = [line for line in lines if any(word in line for word in words)]
    assert len(ours) >= EXPECTED[name]["rows_kept"]
    (sheet,) = raw_sheets.read_file(excerpt(name))
    match = recipes.recognized(sheet, KNOWN)
    below = [lines[number - 1] for number, cells in match.below]
    file = File(match, database.from_image(image))
    file.add_functions()
    file.fill()
    kept = {number for (number,) in file.run("select row from raw")}
    assert {n for n, line in zip([n for n, _ in match.below], below) if line in ours} >= kept


@pytest.mark.parametrize(
    "text, delimiter",
    [
        ("Year,Name\n2015,A;B\n2016,C\n", ","),
        ("Year;Name\n2015;A, and B\n2016;C\n", ";"),
        ("a,b\\c\t2015 \t2016 \nx,y\t1 \t2 \n", "\t"),
        ('one line\n"A, B",1,2\n"C",3,4\n', ","),
    ],
)
def test_the_delimiter_is_what_most_lines_agree_on(text, delimiter):
    assert raw_sheets.delimiter_of(text) == delimiter


@pytest.mark.parametrize(
    "text, cells, is_said",
    [
        ("a;b\n291890123,5;2.003.504,25\n", ["291890123.5", "2003504.25"], True),
        ("a;b\n12,5;1,234\n", ["12.5", "1.234"], True),
        ("a;b\n1,234;33,718\n", ["1,234", "33,718"], False),
        ("a;b\n12,5;0.5\n", ["12,5", "0.5"], False),
        ("a,b\n12,5\n", ["12", "5"], False),
    ],
)
def test_decimal_commas_of_a_text_with_semicolons(text, cells, is_said):
    sheet = raw_sheets.text_sheet(text.encode(), "a.csv", "")
    assert sheet.rows[1] == (2, cells) and bool(sheet.said) is is_said


def test_comtrade_as_a_spreadsheet_with_decimal_commas_saves_it(image, tmp_path):
    text = excerpt("un_comtrade").read_text(encoding="utf-8")
    text = text.replace(".", "\0").replace(",", ";").replace("\0", ",").replace("Dem,", "Dem.")
    (tmp_path / "saved.csv").write_text(text, encoding="utf-8")
    found = shown(take_one(tmp_path / "saved.csv", image))
    assert found["tables"] == EXPECTED["un_comtrade"]["tables"]


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"\xd0\xcf\x11\xe0", "an old workbook"),
        (b"", "an empty file"),
        (b"PK\3\4 and no more", "packed"),
        (b"\x1f\x8b and no more", "a packed file that cannot be read"),
        (b'Year,"Name\n2015,x\n', "broken CSV"),
    ],
)
def test_what_is_no_table_is_refused_in_words(raw, words, tmp_path):
    (tmp_path / "file.csv").write_bytes(raw)
    with pytest.raises(InputError, match=words):
        raw_sheets.read_file(tmp_path / "file.csv")


def test_a_workbook_s_cell_that_shows_another_number_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Year", "Persons"])
    book.active.append([2015, 123900])
    book.active["B2"].number_format = "#,##0.0,"
    book.save(tmp_path / "scaled.xlsx")
    with pytest.raises(InputError, match="row 2, column B"):
        raw_sheets.read_file(tmp_path / "scaled.xlsx")


@pytest.mark.parametrize("value, shown", [(0.122, "12.2%"), (0, "0%")])
def test_a_workbook_s_cell_in_percent_is_read_as_it_shows(value, shown, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = "0.0%"
    book.save(tmp_path / "shares.xlsx")
    (sheet,) = raw_sheets.read_file(tmp_path / "shares.xlsx")
    assert sheet.rows == [(1, [shown])]


# What is refused


@pytest.mark.parametrize(
    "name, was, now, words",
    [
        ("unhcr_population", "Asylum-seekers", "Asylum-seekers (thousands)", "Asylum-seekers"),
        (
            "unhcr_decisions_by_stage",
            '"Recognized decisions"',
            "Recognised",
            "Recognized decisions",
        ),
        (
            "un_comtrade",
            "primaryValue",
            "primaryValueEUR",
            "Is 'primaryValueEUR' what was 'primaryValue'",
        ),
        ("home_office_asy_d02", ",Decisions", ",Decisions (rounded)", "no column 'Decisions'"),
        ("un_votes_voeten", '"unres"', '"resolution"', "no column 'unres'"),
        ("eurostat_decisions_csv", "TIME_PERIOD", "quarter", "no column 'TIME_PERIOD'"),
    ],
)
def test_a_column_that_is_gone_or_renamed(name, was, now, words, image, tmp_path):
    said = refused(changed(name, tmp_path, was, now), image)
    assert words in said and f"recipe {name}" in said and "publisher's notes" in said


@pytest.mark.parametrize(
    "name, was, now, words",
    [
        ("ministry_arrivals", "남(명)", "남(천명)", "no row"),
        ("dhs_yearbook_table_14", '"Korea, North"', '"Korea, Dem. Rep."', "no row Korea, North"),
        ("dhs_yearbook_table_14", "REFUGEE ARRIVALS", "ASYLEES", "a title that says"),
        ("dhs_yearbook_table_14", "FISCAL YEARS", "CALENDAR YEARS", "a title that says"),
        ("eurostat_decisions_csv", ",PER,KP", ",PC,KP", "row 2, column unit: found 'PC'"),
        ("eurostat_decisions_tsv", "A,PER,KP", "Q,PER,KP", "row 2, column freq: found 'Q'"),
        (
            "eurostat_decisions_csv",
            ",NEG,DE,2040,10",
            ",REJ,DE,2040,10",
            "column decision: found 'REJ'",
        ),
        ("unhcr_decisions_by_stage", ",FI,P,", ",FI,X,", "column Cases / Persons: found 'X'"),
        ("un_votes_library", "UNITED STATES,Y", "UNITED STATES,yes", "column ms_vote: found 'yes'"),
        ("un_votes_voeten", '9901,2,1,1,"USA"', '9901,2,1,4,"USA"', "column vote: found '4'"),
        ("un_comtrade", "C,A,20410101", "S,A,20410101", "column typeCode: found 'S'"),
        ("ministry_arrivals", "'20.9월(잠정)", "2분기", "the column 2분기"),
        ("un_comtrade", "291890123.5", "", "row 2, column primaryValue: found an empty cell"),
        (
            "un_comtrade",
            "291890123.5",
            "2.919E+08",
            "row 2, column primaryValue: found '2.919E+08'",
        ),
        ("un_comtrade", "291890123.5", "-291890123.5", "primaryValue: found '-291890123.5'"),
        ("eurostat_decisions_csv", ",2040,25", ",2040-S1,25", "TIME_PERIOD: found '2040-S1'"),
        ("unhcr_population", "AUS,19,0", "AUS,,0", "mandate: found an empty cell"),
        ("home_office_asy_d02", "Refugee Permission", "Refugee Status", "outcome Refugee Status"),
        ("home_office_asy_d02", "Refugee Permission", "Refugee permission", "Refugee permission"),
        ("home_office_asy_d02", ",Refused,", ",refused,", "Case outcome group: found 'refused'"),
        ("home_office_asy_d02", "Asylum Case", "Asylum case", "Case type: found 'Asylum case'"),
        ("home_office_asy_d02", "2041 Q3", "", "column Quarter: found an empty cell"),
        ("home_office_asy_d02", ",3\n", ",-3\n", "found '-3'"),
    ],
)
def test_a_unit_or_a_code_that_changed(name, was, now, words, image, tmp_path):
    assert words in refused(changed(name, tmp_path, was, now), image)


@pytest.mark.parametrize(
    "name, was, now, words",
    [
        ("ministry_arrivals", ",474,", ",475,", "475 men and 811 women, a total of 1285"),
        ("ministry_arrivals", '"33,718"', '"33,728"', "a total of 33728"),
        ("dhs_yearbook_table_14", '"53,691"', '"53,700"', "a total of 53700"),
        (
            "dhs_yearbook_table_14",
            'Total,"69,909"',
            'Totals,"69,909"',
            "row 8: found the row Totals",
        ),
        ("dhs_yearbook_table_14", "REGION,,", "Region,,", "found no row REGION"),
        ("dhs_yearbook_table_14", '"53,691","22,405"', '"53,691",', "a total of nothing"),
        ("unhcr_decisions_by_stage", ",0,0,42,10,52", ",0,0,42,10,152", "a total of 152"),
        ("unhcr_decisions", ",0,0,91,27,118", ",0,0,91,27,18", "a total of 18"),
        ("eurostat_decisions_csv", "TOTAL,DE,2040,25", "TOTAL,DE,2040,75", "a total of 75"),
        ("eurostat_decisions_csv", "RFG,DE,2040,10", "RFG,DE,2040,40", "POS_RFG of 40, POS of 15"),
        ("eurostat_decisions_tsv", "10 p", "40 p", "POS_RFG of 40, TOTAL of 25"),
        ("un_votes_library", "CHINA,N", "CHINA,A", "2 yes, 0 no, 2 abstentions"),
        (
            "un_votes_voeten",
            '9901,750,1,2,"IND"',
            '9901,750,1,1,"IND"',
            "3 yes, 2 no, 0 abstentions",
        ),
    ],
)
def test_parts_that_do_not_add_up(name, was, now, words, image, tmp_path):
    assert words in refused(changed(name, tmp_path, was, now), image)


@pytest.mark.parametrize(
    "name",
    [
        "unhcr_population",
        "unhcr_decisions_by_stage",
        "un_votes_library",
        "un_comtrade",
        "home_office_asy_d02",
    ],
)
def test_two_values_for_one_key(name, image, tmp_path):
    lines = excerpt(name).read_text(encoding="utf-8").splitlines()
    is_ours = re.compile("PRK|,CHN,|Korea \\(North\\)").search
    kept = next(line for line in lines[1:] if is_ours(line))
    text = "\n".join([*lines, kept]) + "\n"
    (tmp_path / "doubled.csv").write_text(text, encoding="utf-8")
    said = refused(tmp_path / "doubled.csv", image)
    assert "two rows" in said and f"{len(lines) + 1}" in said


def test_two_rows_of_one_label(image, tmp_path):
    text = excerpt("dhs_yearbook_table_14").read_text(encoding="utf-8-sig")
    line = next(line for line in text.splitlines() if "Korea, North" in line)
    (tmp_path / "doubled.csv").write_text(text.replace(line, f"{line}\n{line}"), encoding="utf-8")
    assert "2 rows Korea, North" in refused(tmp_path / "doubled.csv", image)


def test_cases_and_persons_turned_around(image, tmp_path):
    text = excerpt("unhcr_decisions_by_stage").read_text(encoding="utf-8")
    path = tmp_path / "turned.csv"
    path.write_text(re.sub(",([CP]),", lambda m: {"C": ",P,", "P": ",C,"}[m[1]], text), "utf-8")
    assert "countries and years in the other unit; allowed: cases (C)" in refused(path, image)
    path = changed("unhcr_decisions_by_stage", tmp_path, "IRL,G,FI,P", "IRL,G,FI,C")
    assert "(cases, persons) than the book says: 2018 IRL" in take_one(path, image).says[0]


def test_cases_of_resettlement_are_told_apart(image, tmp_path):
    was, now = "Asylum Case,Refused", "Resettlement Case,Refused"
    path = changed("home_office_asy_d02", tmp_path, was, now)
    assert "2041: 1 decision in cases of resettlement" in take_one(path, image).left


@pytest.mark.parametrize("cut", [1, 6, 20, 40, 80])
def test_a_file_that_breaks_off(cut, image, tmp_path):
    raw = excerpt("unhcr_decisions_by_stage").read_bytes()
    lines = raw.splitlines(keepends=True)
    whole = b"".join(
        [lines[0], *sorted(lines[1:], key=lambda line: b"PRK" in line)]
    )  # ends with ours
    (tmp_path / "cut.csv").write_bytes(whole[:-cut])
    if cut == 1:  # the last line's end alone: it says the same
        assert take_one(tmp_path / "cut.csv", image).rows_kept == 23
    else:
        assert re.search("cut off|no end of the last line", refused(tmp_path / "cut.csv", image))


def test_a_file_that_breaks_off_in_the_first_cell_of_a_line(image, tmp_path):
    raw = excerpt("eurostat_decisions_csv").read_bytes()
    (tmp_path / "cut.csv").write_bytes(raw.rpartition(b",22/05")[0])
    assert "row 9: found 1 cells" in refused(tmp_path / "cut.csv", image)


@pytest.mark.parametrize(
    "flag, note",
    [("p", "Provisional"), ("bu", "Of low reliability; Break in the series"), ("e", "Estimated")],
)
def test_eurostat_s_flags_become_notes(flag, note, image, tmp_path):
    for name, was in (
        ("eurostat_decisions_csv", "NEG,DE,2040,10,"),
        ("eurostat_decisions_tsv", "NEG,DE\t: \t10 "),
    ):
        path = changed(name, tmp_path, was, was + flag)
        (table,) = take_one(path, image).tables.values()
        assert note in [row[-1] for row in table.rows]
        assert refused(changed(name, tmp_path, was, was + "f"), image)


def test_a_file_that_breaks_off_between_two_rows(image, tmp_path):
    """It cannot be told from a whole one, unless rows that the book has are missing as well."""
    lines = excerpt("unhcr_decisions_by_stage").read_bytes().splitlines(keepends=True)
    whole = b"".join([lines[0], *sorted(lines[1:], key=lambda line: b"PRK" in line)][:12])
    (tmp_path / "cut.csv").write_bytes(whole[:-1])
    said = refused(tmp_path / "cut.csv", image)
    assert "no end of the last line, and" in said and "rows of the book" in said


def test_a_file_without_rows_of_ours(image, tmp_path):
    lines = excerpt("unhcr_population").read_text(encoding="utf-8").splitlines()
    (tmp_path / "others.csv").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    assert "no row that concerns this book" in refused(tmp_path / "others.csv", image)


def test_a_mark_that_no_recipe_knows(image, tmp_path):
    said = refused(changed("unhcr_population", tmp_path, ",AUS,19,0", ",AUS,n.a.,0"), image)
    assert "'n.a.'" in said and "row 3" in said and "'-', '*'" in said


@pytest.mark.parametrize(
    "name, was, now, words",
    [
        ("unhcr_population", "AUS,19,0", "AUS,19,n.a.", "row 3, column Asylum-seekers: found"),
        ("unhcr_population", "EGY,20,23", "EGY,x,23\n2018,A,PRK,B,GRL,x,0", "row 3, column Ref"),
        (
            "dhs_yearbook_table_14",
            '"53,691","22',
            '"53,700","22',
            "row 8, column 2017: found regions",
        ),
        ("ministry_arrivals", ",474,", ",475,", "row 4, column '03: found 475 men"),
        ("un_votes_library", "CHINA,N", "CHINA,A", "row 2: found A/RES/96/199: 2 yes"),
        ("unhcr_population", "2018,Dem", "2050,Dem", "row 3: found 2050 in the column year"),
        ("dhs_yearbook_table_14", "2013 TO", "2012 TO", "row 6: found a title of 2012"),
    ],
)
def test_a_refusal_names_the_row_and_the_column(name, was, now, words, image, tmp_path):
    assert words in refused(changed(name, tmp_path, was, now, 1), image)


def test_more_columns_than_a_database_holds(image, tmp_path):
    lines = excerpt("unhcr_population").read_text(encoding="utf-8").splitlines()
    for more, is_taken in (([f"c{i}" for i in range(2_000)], False), (["a", "a (9)", "a"], True)):
        text = "\n".join(
            [",".join([lines[0], *more]), *(line + "," * len(more) for line in lines[1:])]
        )
        (tmp_path / "wide.csv").write_text(text + "\n", encoding="utf-8")
        if is_taken:
            assert take_one(tmp_path / "wide.csv", image).rows_kept == 14
        else:
            assert "row 1: found 2,007 columns" in refused(tmp_path / "wide.csv", image)


def test_a_file_of_no_known_kind(tmp_path):
    (tmp_path / "gdp.csv").write_text("country,gdp\nA,1\n", encoding="utf-8")
    (sheet,) = raw_sheets.read_file(tmp_path / "gdp.csv")
    assert recipes.recognized(sheet, KNOWN) is None
    said = str(recipes.unknown_header(sheet, KNOWN, {}))
    assert "country, gdp" in said and "Add a recipe" in said and KNOWN[0].title in said


def test_a_table_of_the_book_s_own_goes_to_check(tmp_path):
    (tmp_path / "any.csv").write_bytes((paths.DATA / "routes.csv").read_bytes())
    (sheet,) = raw_sheets.read_file(tmp_path / "any.csv")
    columns = list(edition.csv_rows(paths.DATA / "routes.csv")[0])
    assert recipes.recognized(sheet, KNOWN) is None
    said = str(recipes.unknown_header(sheet, KNOWN, {"routes": columns}))
    assert re.search("own table routes.*run.py check", said)


def test_two_recipes_that_fit():
    (sheet,) = raw_sheets.read_file(excerpt("unhcr_population"))
    twin = recipes.Recipe("twin", {**recipe_named("unhcr_population").entry})
    with pytest.raises(InputError, match="a header that 2 recipes know: .*twin"):
        recipes.recognized(sheet, [*KNOWN, twin])


# Years, countries


MINISTRY = "구분,~'98,~'01,{},합계\n남(명),1,1,{},{}\n여(명),2,2,{},{}\n합계(명),3,3,{},{}\n"


def ministry(folder: Path, *headings: str, men: int = 10_000, share: str = "") -> Path:
    """The ministry's table with these columns after the blocks, each of so many men and twice as
    many women; two men fewer than that stand in the blocks.
    """
    count = len(headings)
    parts: list = [",".join(headings)]
    for times in (1, 2, 3):
        parts += [",".join([str(men * times)] * count), (2 + men * count) * times]
    text = MINISTRY.format(*parts)
    if share:
        text += ",".join(["여성비율", *[share] * (count + 3)]) + "\n"
    path = folder / "ministry.csv"
    path.write_bytes(text.encode("cp949"))
    return path


@pytest.mark.parametrize(
    "headings, words",
    [
        (("'02", "'03", "'04.3", "'04.6"), "the column '04.6 after '04.3"),
        (("'02", "'03.6", "'04"), "the column '04 after '03.6"),
        (("'02", "'04"), "the column '04 after '02"),
        (("'02", "'06.6월"), "the column '06.6월 after '02"),
        (("'03",), "the column '03 after ~'01"),
        (("'02", "'99"), "the column '99 after '02"),
        (("'99", "'00"), "the column '99 after ~'01"),
        (("'02", "'02"), "the column '02 after '02"),
        (("'02", "'03.13월"), "the column '03.13월"),
        (("'02", "'03.0"), "the column '03.0"),
    ],
)
def test_the_ministry_s_years_stand_in_turn_with_one_part_of_a_year(
    headings, words, image, tmp_path
):
    assert words in refused(ministry(tmp_path, *headings), image)
    fine = take_one(ministry(tmp_path, "'02", "'03", "'04.06월(잠정)"), image)
    assert [row[0] for row in fine.tables["arrivals_korea_yearly"].rows] == [2002, 2003]
    assert fine.tables["arrivals_korea_checkpoints"].rows[0][0] == "2004-06-30"


def test_a_running_total_below_an_earlier_one_of_the_book_is_refused(image, tmp_path):
    headings = [f"'{year:02d}" for year in range(2, 26)]
    said = refused(ministry(tmp_path, *headings, "'26.6", men=10), image)
    assert "756 persons to 2026-06-30, and" in said and "in the book" in said
    assert take_one(ministry(tmp_path, *headings, "'26.6"), image).rows_kept == 3


@pytest.mark.parametrize(
    "day, headings, words",
    [
        ("2004-06-29", ("'02", "'03", "'04.6"), "2004-06-30 in the column date"),
        ("2004-06-30", ("'02", "'03", "'04.6"), ""),
        ("2003-12-30", ("'02", "'03"), "2003 in the column year of arrivals_korea_yearly"),
        ("2003-12-31", ("'02", "'03"), ""),
    ],
)
def test_a_year_or_a_month_that_is_not_over(day, headings, words, image, tmp_path, monkeypatch):
    monkeypatch.setattr(taking, "today", lambda: day)
    path = ministry(tmp_path, *headings)
    if words:
        assert words in refused(path, image)
    else:
        assert take_one(path, image).rows_kept == 3


def test_a_year_after_the_file_s_own_day(image, tmp_path, monkeypatch):
    title = '"Date extracted:","19/07/2024 10:55"\n'
    head = "Year,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    head += "Refugees under UNHCR's mandate,Asylum-seekers\n"
    path = tmp_path / "stock.csv"
    for year, own, is_taken in ((2031, "", True), (2043, "", False), (2050, "", False)):
        path.write_text(f"{own}{head}{year},PRK,Canada,CAN,5,0\n", encoding="utf-8")
        if is_taken:
            assert take_one(path, image).rows_kept == 1
        else:
            assert "whole years that ended by 2043-06-01 (the day of taking)" in refused(
                path, image
            )
    path.write_text(f"{title}{head}2024,PRK,Canada,CAN,5,0\n", encoding="utf-8")
    assert "ended by 2024-07-19 (the file's own day)" in refused(path, image)
    path.write_text(f"{title}{head}2023,PRK,Canada,CAN,5,0\n", encoding="utf-8")
    assert take_one(path, image).rows_kept == 1


def stock(folder: Path, year: int, above: str = "") -> Path:
    """A file of UNHCR's with one row of this year, and lines above its header."""
    head = "Year,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    head += "Refugees under UNHCR's mandate,Asylum-seekers\n"
    path = folder / "stock.csv"
    path.write_text(f"{above}{head}{year},PRK,Canada,CAN,5,0\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("saved, year", [((2025, 7, 10), 2025), ((2026, 1, 1), None)])
def test_a_year_after_the_day_on_which_the_file_was_saved(
    saved, year, image, tmp_path, monkeypatch
):
    monkeypatch.setattr(taking, "saved_on", SAVED_ON)
    path = stock(tmp_path, 2025)
    os.utime(path, (datetime.datetime(*saved, 12).timestamp(),) * 2)
    if year:
        said = refused(path, image)
        assert "2025-07-10 (the day on which the file was saved)" in said and "anew" in said
    else:
        assert take_one(path, image).rows_kept == 1


@pytest.mark.parametrize(
    "dated, modified, day",
    [
        ("2026-02-01", "", "2026-02-01"),
        ("2026-02-01", "2025-07-10", "2025-07-10"),
        ("1980-01-01", "", ""),
        ("1970-01-01", "2025-07-10", "2025-07-10"),
    ],
)
def test_the_earliest_real_day_tells_when_a_file_was_saved(dated, modified, day):
    assert SAVED_ON(raw_sheets.RawSheet("a.xlsx", dated, [], modified=modified)) == day


@pytest.mark.parametrize("time, day", [("10:05:01", "2025-07-10"), ("00:00:00", ""), ("x", "")])
def test_a_workbook_says_when_it_was_saved(time, day):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        text = f'<dcterms:modified xsi:type="dcterms:W3CDTF">2025-07-10T{time}Z</dcterms:modified>'
        archive.writestr("docProps/core.xml", text)
    assert raw_sheets.modified_on(out.getvalue()) == day


@pytest.mark.parametrize(
    "title, words",
    [
        ("Data as of mid-2025", "2025-06-30 (the title"),
        ("Mid-year 2025", "2025-06-30 (the title"),
        ("Figures as at 30 September 2025", "2025-09-30 (the title"),
        ("As of November 30 2025", "2025-11-30 (the title"),
        ("Data as of 30.06.2025", "2025-06-30 (the title"),
        ("Up to 2025-09, provisional", "2025-09-30 (the title"),
        ("Mid-year figures", "the title 'Mid-year figures'"),
        ("First half of the year", "figures of whole years"),
        ("As of 31 December 2025", ""),
        ("Years up to 2020 were rounded", ""),
        ("Midyear trends is another publication, of mid-2030", ""),
    ],
)
def test_a_title_that_names_a_part_of_a_year(title, words, image, tmp_path):
    path = stock(tmp_path, 2025, f'"{title}"\n')
    if not words:
        assert take_one(path, image).rows_kept == 1
        return
    assert words in refused(path, image)
    if "(the title" in words:
        assert take_one(stock(tmp_path, 2024, f'"{title}"\n'), image).rows_kept == 1


@pytest.mark.parametrize(
    "text, day",
    [
        ("22/05/2026", "2026-05-22"),
        ("22.05.26 11:00:00", "2026-05-22"),
        ("05/22/2026", "2026-05-22"),
        ("2026-05-22T11:00:00+0200", "2026-05-22"),
        ("2026-5-2", "2026-05-02"),
        ("31/02/2026", "31/02/2026"),
        ("2026-13-01", "2026-13-01"),
        ("no day", "no day"),
        (None, None),
    ],
)
def test_days_as_publishers_write_them(text, day):
    assert taking.day_first(text) == day


@pytest.mark.parametrize("text", ["31/02/2025 10:55", "2025-13", "2025-13-01"])
def test_a_file_s_own_day_that_is_none(text, image, tmp_path):
    said = refused(stock(tmp_path, 2024, f'"Date extracted:","{text}"\n'), image)
    assert f"row 1: found '{text}'; allowed: the file's day as 22/05/2026" in said


def test_a_fiscal_year_is_over_in_september(image, monkeypatch):
    path = excerpt("dhs_yearbook_table_14")
    monkeypatch.setattr(taking, "today", lambda: "2022-09-30")
    assert take_one(path, image).rows_kept == 20
    monkeypatch.setattr(taking, "today", lambda: "2022-09-29")
    assert "2022 in the column year of admissions_us" in refused(path, image)


@pytest.mark.parametrize(
    "was, now, words",
    [
        ("nationality,2013,", "nationality,2012,", "2013 to 2022, a header of 10 years, 2012 to"),
        ("2021,2022", "2021,2023", "a header of 10 years, 2013 to 2023"),
        ("2013 TO 2022", "2013 TO 2021", "a title of 2013 to 2021"),
        ("FISCAL YEARS 2013 TO 2022", "FISCAL YEARS", "a title of no year"),
    ],
)
def test_the_title_s_years_are_the_header_s(was, now, words, image, tmp_path):
    assert words in refused(changed("dhs_yearbook_table_14", tmp_path, was, now), image)


@pytest.mark.parametrize(
    "was, now, words",
    [
        ("Korea,PRK,Australia", "Korea,PRK,Germany", "Germany with the code AUS"),
        ("Dem. People's Rep. of Korea,PRK", "Rep. of Korea,PRK", "KOR is the code of that name"),
        ("Dem. People's Rep. of Korea,PRK", "Afghanistan,PRK", "Afghanistan with the code PRK"),
        ("Korea,PRK,Australia", "Korea,KOR,Australia", "Rep. of Korea with the code KOR"),
    ],
)
def test_a_name_and_a_code_of_two_countries(was, now, words, image, tmp_path):
    said = refused(changed("unhcr_population", tmp_path, was, now), image)
    assert words in said and "row 3" in said


@pytest.mark.parametrize(
    "name, was, now, words",
    [
        ("un_votes_library", "CHN,CHINA", "JPN,CHINA", "row 4, column ms_code: found CHINA with"),
        ("un_votes_library", "2041-12-16", "2031-12-16", "row 2: found A/RES/96/199 of 2031-12-16"),
        ("un_votes_library", "2041-12-16", "51850", "A/RES/96/199 of 51850"),
        ("un_votes_library", "-16,96,", "-16,95,", "A/RES/96/199 of 2041-12-16, session 95"),
        ("un_votes_voeten", '"CHN","China"', '"KOR","China"', "row 4, column Country: found China"),
        ("un_votes_voeten", "2041-12-16", "2031-12-16", "row 2: found R/96/199 of 2031-12-16"),
        ("un_votes_voeten", '2041,96,1,2,2,0,"2041-12-16"', "2031,96,1,2,2,0,", "of 2031, session"),
    ],
)
def test_a_vote_that_another_state_cast_or_another_session(name, was, now, words, image, tmp_path):
    assert words in refused(changed(name, tmp_path, was, now), image)


@pytest.mark.parametrize(
    "name, was, now",
    [
        ("un_votes_library", "2041-12-16", "12/16/2041"),
        ("un_votes_voeten", '"2041-12-16"', "16/12/2041 00:00"),
        ("un_votes_voeten", '"2041-12-16"', ""),
    ],
)
def test_a_vote_s_day_may_be_written_in_another_way(name, was, now, image, tmp_path):
    found = shown(take_one(changed(name, tmp_path, was, now, -1), image))
    assert found["tables"] == EXPECTED[name]["tables"]


def test_a_spelling_that_is_not_known_is_told(image, tmp_path):
    path = changed("unhcr_population", tmp_path, "Korea,PRK,Australia", "Korea,PRK,Oz")
    assert "taken by their codes: Oz (AUS)" in "; ".join(take_one(path, image).says)


@pytest.mark.parametrize(
    "name, code",
    [
        ("Republic of Korea", "KOR"),
        ("Korea (Rep. of)", "KOR"),
        ("Democratic People\u2019s Republic of Korea", "PRK"),
        ("NORTH KOREA", "PRK"),
        ("Cote d'Ivoire", "CIV"),
        ("Turkiye", "TUR"),
        ("Netherlands", "NLD"),
        ("Bosnia and Herzegovina", "BIH"),
        ("Democratic Republic of the Congo", "COD"),
        ("Guinea", "GIN"),
        ("Korea", None),
        ("", None),
    ],
)
def test_names_of_countries_as_publishers_spell_them(name, code):
    assert country_names.country_of(name) == code


def test_no_two_countries_share_a_name():
    codes: dict = {}
    for file in ("countries.csv", "spellings.csv"):
        for row in edition.csv_rows(paths.RECIPES / file):
            words = country_names.words_of(row["name"])
            assert codes.setdefault(words, row["iso3"]) == row["iso3"], row


def test_rows_that_are_alike_are_named(image):
    (line,) = [one for one in take_one(excerpt("unhcr_decisions"), image).says if "alike" in one]
    assert re.search(r"the rows 23 and 26 are alike \(2018, SWE: 5 decisions\)", line), line


def test_a_share_that_does_not_fit_is_told(image, tmp_path):
    shares = {"66.7%": 0, "67%": 0, "66.6%": 4, "70%": 4, "-": 0, "0.667": 0, "0.67": 0, "0.7": 0}
    for share, told in (shares | {"0.70": 4, "0.666": 4}).items():
        found = take_one(ministry(tmp_path, "'02", share=share), image).compared
        differ = [one for one in found if one.what.startswith("the share of women")]
        assert len(differ) == told, share
        if told:
            in_file = {"0.70": "70%", "0.666": "66.6%"}.get(share, share)
            assert (differ[0].in_file, differ[0].in_book) == (in_file, "66.7%")
            assert "beside it" in differ[0].where


def test_a_packed_folder_that_breaks_off(tmp_path):
    with zipfile.ZipFile(tmp_path / "cut.zip", "w") as archive:
        archive.write(excerpt("unhcr_population"), "a.csv")
    raw = (tmp_path / "cut.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(InputError, match="cut off or damaged.*Download it again"):
        raw_sheets.read_file(tmp_path / "cut.zip")


# A new recipe is added without touching code


RECIPE = """\
title: Meals served, by quarter
seen: nowhere
header: [Canteen, '/Q[1-4] \\d{4}/']
source: {source_id: meals, kind: official, publisher: A, title: B, url: 'https://a.example', license: unknown}
marks: {x: [1, 4]}
takes:
  arrivals_korea_quarterly: |
    select matched(heading, '(\\d{4})$') as year, matched(heading, '^Q(\\d)') as quarter, add_up(text) as persons
    from cells group by column_no
"""


def test_a_recipe_of_one_s_own(tmp_path, image):
    (tmp_path / "meals.yml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "meals.csv").write_text(
        'Canteen,Q1 2041,Q2 2041,Q3 2041\nNorth,10,x,7\nSouth,"1,200",x,\n', encoding="utf-8"
    )
    taken = take_one(tmp_path / "meals.csv", image, recipes.load(tmp_path))
    table = taken.tables["arrivals_korea_quarterly"]
    assert table.columns == ["year", "quarter", "persons"]
    assert table.rows == [(2041, 1, 1210), (2041, 2, Hole(2, 8)), (2041, 3, Hole(7, None))]


@pytest.mark.parametrize(
    "was, now, words",
    [
        ("title: Meals", "tilte: Meals", "no key 'title'"),
        ("seen: nowhere", "seen: nowhere\nwith: [x]", "the unknown key 'with'"),
        ("header: [Canteen, '/Q[1-4] \\d{4}/']", "header: Canteen", "header: found 'Canteen'"),
        ("license: unknown}", "}", "source: no key 'license'"),
        ("marks: {x: [1, 4]}", "checks: [{must: x}]", "the keys must and sql"),
        ("marks: {x: [1, 4]}", "holds: {Canteen: [1]}", "a list of texts and /patterns/"),
        ("marks: {x: [1, 4]}", "marks: {x: [1, 4]", "no YAML"),
        ("from cells", "from nowhere", "no such table"),
        ("as quarter", "as quart", "column quart"),
        ("  arrivals_korea_quarterly", "  meals_served", "no table 'meals_served'"),
        ("as quarter", "as source_id", "column quarter"),
    ],
)
def test_a_recipe_that_is_none_is_told_by_its_name(was, now, words, tmp_path, image):
    assert was in RECIPE
    (tmp_path / "meals.yml").write_text(RECIPE.replace(was, now, 1), encoding="utf-8")
    (tmp_path / "meals.csv").write_text("Canteen,Q1 2041\nNorth,10\n", encoding="utf-8")
    with pytest.raises(recipes.RecipeError, match=re.escape(words)) as error:
        take_one(tmp_path / "meals.csv", image, recipes.load(tmp_path))
    assert "recipes/meals.yml" in str(error.value)


# Figures


@pytest.mark.parametrize(
    "text, value",
    [
        ("12", 12),
        ("1,234", 1234),
        ("1 234 567", 1234567),
        ("12.50", 12.5),
        ("\u22123", -3),
        (" 7 ", 7),
    ],
)
def test_a_number_as_official_tables_write_it(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["12%", "1,23", "1.234.567", "5*", "٣", "1e999999", "", "9" * 70, "9" * 20]
)
def test_what_is_no_number_is_never_guessed(text):
    with pytest.raises(Unreadable):
        number(text)


def test_marks_and_ranges():
    marks = {"D": Hole(1, 2), "-": 0}
    assert figure("D", marks) == Hole(1, 2) and figure("-", marks) == 0
    assert figure("3..5", marks) == Hole(3, 5) and figure("..", marks) == Hole()
    assert figure("", marks) is None and figure(None, marks) is None and figure(4, marks) == 4


@pytest.mark.parametrize(
    "parts, total",
    [
        (["1", "2,000", 3], 2004),
        (["1", "D"], "2..3"),
        (["D", "D", "D"], "3..6"),
        (["4", None], "4.."),
        (["4", "..7"], "4..11"),
        ([], 0),
    ],
)
def test_sums_keep_what_is_not_known(parts, total):
    adding = Sum({"D": Hole(1, 2)})
    for part in parts:
        adding.step(part)
    assert adding.final() == total


def test_every_key_of_a_recipe_is_explained():
    text = (paths.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Add a recipe")[2].partition("\n## ")[0]
    for key in recipes.MUST | recipes.MAY:
        assert f"`{key}" in section or re.search(rf"(?m)^ *{key}:", section), key
    for name in ("number", "low", "high", "add_up", "matched", "day_first", "country_of"):
        assert f"`{name}(" in section
    for table in ("raw", "file_rows", "cells", "above", "countries"):
        assert f"`{table}`" in section

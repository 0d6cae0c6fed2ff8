"""Official files go into a folder by key: what is outside them stays, what changes takes the new source, and nothing else is written."""

from __future__ import annotations

import csv
import json
import os
import shutil

import pytest

from brief import cli, paths
from brief.editions import edition, merging, take
from brief.tables import database, taking
from brief.tables.figures_in_text import Hole
from brief.tables.inputs import Column, Table
from brief.tables.taking import TakenTable
from brief.words import InputError
from tests.tables.test_taking import excerpt

STOCK = "refugee_stock_unhcr"
HEAD = "Year,Country of origin (ISO),Country of asylum,Country of asylum (ISO),Refugees under UNHCR's mandate,Asylum-seekers"
COLUMNS = [
    Column("place", "TEXT", True, 1),
    Column("year", "INTEGER", True, 2),
    Column("persons", "INTEGER", False, 0),
    Column("persons_low", "INTEGER", False, 0),
    Column("persons_high", "INTEGER", False, 0),
    Column("applications", "INTEGER", False, 0),
    Column("source_id", "TEXT", True, 0),
    Column("confidence", "TEXT", True, 0),
    Column("note", "TEXT", False, 0),
]
NAMES = [column.name for column in COLUMNS]
TABLE = Table(
    "meals",
    NAMES,
    [
        ("North", 2001, 10, None, None, 4, "old;older", "two_sources", "as printed"),
        ("North", 2002, 20, None, None, None, "old", "one_source", None),
        ("South", 2001, None, 1, 3, None, "old", "one_source", None),
    ],
)


@pytest.fixture(autouse=True)
def a_later_day(monkeypatch):
    """The days of taking and saving: the files have rows of 2041, which the book has not."""
    monkeypatch.setattr(taking, "today", lambda: "2043-06-01")
    monkeypatch.setattr(taking, "saved_on", lambda sheet: "")


def merged(*rows: tuple, columns=("place", "year", "persons"), table=TABLE, described=COLUMNS):
    merge = merging.Merge(table, described, "new")
    result = merge.merge(TakenTable(list(columns), list(rows)))
    return {row[:2]: dict(zip(result.columns, row)) for row in result.rows}, merge.difference


# Merging by key


def test_rows_outside_the_file_stay():
    rows, found = merged(("North", 2002, 25))
    assert len(rows) == 3
    assert (
        rows["North", 2001]["source_id"] == "old;older" and rows["South", 2001]["persons_low"] == 1
    )
    assert found.unchanged == 0 and found.new == []


def test_a_figure_that_is_the_same_leaves_its_row_as_it_is():
    rows, found = merged(("North", 2001, 10), ("North", 2002, 20))
    assert list(rows.values()) == [dict(zip(NAMES, row)) for row in TABLE.rows]
    assert found.unchanged == 2 and not found.changes


def test_a_changed_figure_takes_the_new_source_and_the_old_one_is_told():
    rows, found = merged(("North", 2002, 25))
    row = rows["North", 2002]
    assert (row["persons"], row["source_id"], row["confidence"]) == (25, "new", "one_source")
    (revision,) = found.revised
    assert revision["was"] == 20 and revision["now"] == 25 and revision["source_was"] == "old"
    assert revision["score"] == pytest.approx(5 / 45)


@pytest.mark.parametrize(
    "was, now, persons, told",
    [
        (None, "Provisional", 25, ["North|2002"]),
        (None, "Provisional", 20, []),
        (None, None, 25, []),
        ("As of May, provisional", "Provisional", 25, []),
    ],
)
def test_a_provisional_figure_in_the_place_of_a_final_one_is_told(was, now, persons, told):
    row = ("North", 2002, 20, None, None, None, "old", "one_source", was)
    columns = ("place", "year", "persons", "note")
    table = Table("meals", NAMES, [row])
    _, found = merged(("North", 2002, persons, now), columns=columns, table=table)
    assert found.provisional == told
    said = take.provisional(take.Report(tables={"meals": found}))
    assert [key for key in told if key in " ".join(said)] == told and len(said) == len(told)


def test_figures_that_the_file_does_not_give_keep_their_source():
    rows, _ = merged(("North", 2001, 11))
    row = rows["North", 2001]
    assert (row["applications"], row["source_id"]) == (4, "new;old;older")
    assert (row["confidence"], row["note"]) == ("one_source", "as printed")


def test_a_new_row_rests_on_the_file_alone():
    rows, found = merged(("South", 2002, 7))
    row = rows["South", 2002]
    assert (row["persons"], row["source_id"], row["confidence"]) == (7, "new", "one_source")
    assert found.new == ["South|2002"]
    assert list(rows) == [("North", 2001), ("North", 2002), ("South", 2001), ("South", 2002)]


def test_a_withheld_figure_is_a_hole_with_bounds():
    rows, _ = merged(("South", 2002, Hole(1, 2)))
    row = rows["South", 2002]
    assert (row["persons"], row["persons_low"], row["persons_high"]) == (None, 1, 2)
    assert row["note"] is None


def test_a_withheld_figure_without_columns_for_bounds_is_empty_with_a_note():
    narrow = [column for column in COLUMNS if "_" not in column.name or column.name == "source_id"]
    narrow = [column for column in COLUMNS if not column.name.startswith("persons_")]
    table = Table("meals", [column.name for column in narrow], [])
    rows, _ = merged(("South", 2002, Hole(1, 2)), table=table, described=narrow)
    row = rows["South", 2002]
    assert row["persons"] is None and row["note"] == "persons withheld by the publisher (1 to 2)"


@pytest.mark.parametrize(
    "key, hole, stays",
    [
        (("North", 2001), Hole(9, 11), True),
        (("North", 2001), Hole(None, None), True),
        (("North", 2001), Hole(1, 2), False),
        (("South", 2001), Hole(0, 5), True),
        (("South", 2001), Hole(2, 5), False),
    ],
)
def test_what_is_withheld_does_not_take_the_place_of_what_is_known(key, hole, stays):
    rows, found = merged((*key, hole))
    before = next(dict(zip(NAMES, row)) for row in TABLE.rows if row[:2] == key)
    assert (rows[key] == before) is stays
    assert bool(found.kept) is stays and bool(found.revised) is not stays
    if not stays:
        assert (rows[key]["persons_low"], rows[key]["persons_high"]) == (hole.low, hole.high)


def test_a_figure_ends_a_range():
    rows, _ = merged(("South", 2001, 2))
    row = rows["South", 2001]
    assert (row["persons"], row["persons_low"], row["persons_high"]) == (2, None, None)


def test_a_row_that_the_table_cannot_hold_is_listed():
    required = [
        Column(c.name, c.kind, c.required or c.name == "persons", c.key)
        for c in COLUMNS
        if not c.name.startswith("persons_")
    ]
    names = [column.name for column in required]
    table = Table("meals", names, [("North", 2002, 20, None, "old", "one_source", None)])
    hole = Hole(30, 40)
    rows, found = merged(
        ("South", 2002, hole), ("North", 2002, hole), table=table, described=required
    )
    assert list(rows) == [("North", 2002)] and rows["North", 2002]["persons"] == 20
    assert (
        len(found.unplaced) == 2
        and "withholds" in found.unplaced[0]
        and "20 stays" in found.unplaced[1]
    )


# The command


def stock_file(folder, *rows: str):
    """A file as UNHCR exports it, with these rows of people from North Korea, of 3 July 2041."""
    path = folder / "download.csv"
    lines = [HEAD, *(f"{row.split(',', 1)[0]},PRK,{row.split(',', 1)[1]}" for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.utime(path, (2256465600, 2256465600))
    return path


@pytest.fixture
def known(opened):
    """A row of the book that a file may revise."""
    table = opened.tables[STOCK]
    return dict(zip(table.columns, next(row for row in table.rows if row[3] > 20)))


def row_text(row: dict, more: int = 0) -> str:
    cells = (row["year"], row["country"], row["country_code"], row["refugees"] + more)
    return ",".join(map(str, (*cells, row["asylum_seekers"])))


def files_in(folder) -> dict:
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}


def test_a_file_goes_into_a_folder_and_check_goes_on_from_there(tmp_path, known, opened, capsys):
    path = stock_file(tmp_path, row_text(known, 7), "2041,Greenland,GRL,12,3")
    into = tmp_path / "mine"
    assert cli.main(["take", str(path), "--into", str(into)]) == 0
    said = capsys.readouterr().out
    key = f"{known['year']}|{known['country_code']}"
    was = known["refugees"]
    assert f"{key}, refugees: {was} → {was + 7}, up by 7 ({known['source_id']} before)" in said
    assert "new: 2041|GRL" in said and "unhcr_population_20410703" in said
    assert sorted(files_in(into)) == ["readings.csv", f"{STOCK}.csv", "sources.csv"]
    now = edition.open_edition(into)
    rows = {(r["year"], r["country_code"]): r for r in database.rows(now.connection, STOCK)}
    assert len(rows) == len(opened.tables[STOCK].rows) + 1
    revised = rows[known["year"], known["country_code"]]
    assert revised["source_id"] == "unhcr_population_20410703"
    assert revised["confidence"] == "one_source" and revised["refugees"] == was + 7
    (source,) = [
        row
        for row in database.rows(now.connection, "sources")
        if row["source_id"] == "unhcr_population_20410703"
    ]
    assert (source["publisher"], source["date"]) == ("UNHCR", "2041-07-03")
    assert "CC BY 4.0" in source["title"] and "download.csv" in source["what_it_says"]
    assert cli.main(["check", str(into)]) == 0
    before = files_in(into)
    assert cli.main(["take", str(path), "--into", str(into)]) == 0
    assert "Nothing changes" in capsys.readouterr().out and files_in(into) == before


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--into", "mine", "--dry-run"]])
def test_nothing_is_written_unless_a_folder_is_named(options, tmp_path, known, monkeypatch, capsys):
    path = stock_file(tmp_path, row_text(known, 7))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["take", str(path), *options]) == 0
    assert "Nothing was written" in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir()] == ["download.csv"]


def test_nothing_is_written_where_one_file_of_several_is_refused(tmp_path, known, capsys):
    good = stock_file(tmp_path, row_text(known, 7))
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    into = tmp_path / "mine"
    code = cli.main(["take", str(good), str(tmp_path / "bad.csv"), "--into", str(into)])
    assert code == 2 and not into.exists()
    assert "bad.csv" in capsys.readouterr().err


def test_what_the_schema_refuses_is_refused_before_anything_is_written(tmp_path, capsys):
    path = stock_file(tmp_path, "2041,Atlantis,ATL,12,3", "1889,Greenland,GRL,1,1")
    assert cli.main(["take", str(path), "--into", str(tmp_path / "mine")]) == 2
    said = capsys.readouterr().err
    assert f"{STOCK}, the row 2041|ATL" in said and "no country's code" in said
    assert not (tmp_path / "mine").exists()
    path = stock_file(tmp_path, "1889,Greenland,GRL,1,1")
    assert cli.main(["take", str(path), "--into", str(tmp_path / "mine")]) == 2
    assert f"{STOCK}, the row 1889|GRL" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_two_files_with_two_values_for_one_key(tmp_path, known, capsys):
    (tmp_path / "both").mkdir()
    first = stock_file(tmp_path, row_text(known, 7))
    shutil.copyfile(first, tmp_path / "both" / "a.csv")
    shutil.copyfile(stock_file(tmp_path, row_text(known, 8)), tmp_path / "both" / "b.csv")
    assert cli.main(["take", str(tmp_path / "both")]) == 2
    said = capsys.readouterr().err
    assert "b.csv" in said and "the first in a.csv" in said
    assert f"refugees {known['refugees'] + 7} and {known['refugees'] + 8}" in said


def test_a_file_beside_others_that_no_recipe_knows_is_passed_over(tmp_path, known, capsys):
    (tmp_path / "download").mkdir()
    shutil.copyfile(stock_file(tmp_path, row_text(known, 7)), tmp_path / "download" / "a.csv")
    (tmp_path / "download" / "footnotes.csv").write_text("id,text\n1,x\n", encoding="utf-8")
    assert cli.main(["take", str(tmp_path / "download")]) == 0
    assert "Passed over, like no recipe: footnotes.csv" in capsys.readouterr().out


def test_a_workbook_of_many_sheets_is_understood_by_the_one_that_a_recipe_knows(tmp_path, capsys):
    import openpyxl

    text = excerpt("home_office_asy_d02").read_text(encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Asylum datasets"])
    claims, decisions = book.create_sheet("Data_Asy_D01"), book.create_sheet("Data_Asy_D02")
    for row in list(csv.reader(text.splitlines())):
        decisions.append([int(cell) if cell.isdigit() else cell or None for cell in row])
        claims.append([cell or None for cell in row[:4] + row[7:11] + ["Claims"]])
    book.save(tmp_path / "datasets.xlsx")
    assert cli.main(["take", str(tmp_path / "datasets.xlsx")]) == 0
    said = capsys.readouterr().out
    assert "sheet Data_Asy_D02" in said and "asylum_national: 2 new" in said
    assert "datasets.xlsx, sheet Cover" in said and "sheet Data_Asy_D01 (no column" in said


def test_each_file_that_is_handed_in_has_to_be_understood(tmp_path, known, capsys):
    import openpyxl

    book = openpyxl.Workbook()
    for title in ("One", "Two"):
        book.create_sheet(title).append(["a", "b"])
    book.save(tmp_path / "other.xlsx")
    good = stock_file(tmp_path, row_text(known, 7))
    assert cli.main(["take", str(good), str(tmp_path / "other.xlsx")]) == 2
    assert "other.xlsx, sheet One" in capsys.readouterr().err


def test_rows_of_the_book_that_the_file_should_have_are_told_and_stay(tmp_path, known, opened):
    path = stock_file(tmp_path, row_text(known))
    report = take.take([path])
    found = report.tables[STOCK]
    same_year = [row for row in opened.tables[STOCK].rows if row[0] == known["year"]]
    assert len(found.gone) == len(same_year) - 1 and found.unchanged == 1
    assert "are not in the file" in take.as_text(report)


def test_a_file_that_is_older_than_what_it_revises_is_told(tmp_path, known):
    path = stock_file(tmp_path, row_text(known, 7))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert "is of 2001-09-09, older than" in take.as_text(take.take([path]))


def test_a_file_that_ends_before_the_book_is_told(tmp_path, known, opened):
    last = max(row[0] for row in opened.tables[STOCK].rows)
    path = stock_file(tmp_path, row_text(known, 7))
    assert f"download.csv ends with {known['year']}, {STOCK} with {last}" in take.as_text(
        take.take([path])
    )
    path = stock_file(tmp_path, row_text(known, 7), f"{last},Greenland,GRL,1,1")
    assert "ends with" not in take.as_text(take.take([path]))


def test_most_rows_revised_and_none_new_is_told(tmp_path, opened):
    table = opened.tables[STOCK]
    rows = [dict(zip(table.columns, row)) for row in table.rows if row[3] and row[3] > 20][:6]

    def said(changed: int, *more: str, of: int = 6) -> str:
        texts = [row_text(row, 7 if i < changed else 0) for i, row in enumerate(rows[:of])]
        return take.as_text(take.take([stock_file(tmp_path, *texts, *more)]))

    assert f"Look at this: 4 of 6 rows of {STOCK} are revised and none is new" in said(4)
    assert "are revised and none" not in said(3)
    assert "are revised and none" not in said(4, of=4)
    assert "are revised and none" not in said(6, "2041,Greenland,GRL,1,1")


def test_a_claim_that_turns_is_told(tmp_path, opened):
    lines = excerpt("dhs_yearbook_table_14").read_text(encoding="utf-8-sig").splitlines()
    text = "\n".join(lines).replace('"Korea, North",17', '"Korea, North",9017')
    text = text.replace('"69,909"', '"78,909"').replace('"48,756"', '"57,756"')
    path = tmp_path / "table.csv"
    path.write_text(text + "\n", encoding="utf-8")
    found = take.take([path]).comparison
    assert "scale.us_total" in {flip["id"] for flip in found["flips"]}
    assert len(found["flips"]) + found["stayed"] == len(opened.claims)


def test_the_report_is_json_as_well(tmp_path, known, capsys):
    path = stock_file(tmp_path, row_text(known, 7))
    assert cli.main(["take", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"][0]["recipe"] == "unhcr_population" and said["is_dry"] is True
    assert said["tables"][STOCK]["revised"][0]["now"] == known["refugees"] + 7


def test_a_table_that_lies_there_in_another_file_is_not_written_beside(tmp_path, known, capsys):
    import openpyxl

    into = tmp_path / "mine"
    into.mkdir()
    book = openpyxl.Workbook()
    with (paths.DATA / f"{STOCK}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(into / f"{STOCK}.xlsx")
    path = stock_file(tmp_path, row_text(known, 7))
    assert cli.main(["take", str(path), "--into", str(into)]) == 2
    assert f"Save it as {STOCK}.csv" in capsys.readouterr().err
    assert [p.name for p in into.iterdir()] == [f"{STOCK}.xlsx"]


@pytest.mark.parametrize("place", ["brief", "recipes", ".", "editions"])
def test_the_checkout_s_own_folders_are_no_place(place, tmp_path, known):
    path = stock_file(tmp_path, row_text(known, 7))
    with pytest.raises(InputError, match="--into"):
        take.take([path], paths.ROOT / place)


def test_whoever_alters_the_published_tables_is_told(tmp_path, known):
    path = stock_file(tmp_path, row_text(known, 7))
    report = take.take([path], paths.DATA, dry_run=True)
    assert "data holds the published tables" in take.as_text(report)
    report.written = [paths.DATA / f"{STOCK}.csv"]  # not done: they are the repository's
    said = take.as_text(report)
    assert "Look at this: the published edition's own tables, in data, are other ones now" in said
    report.folder = tmp_path
    assert "published edition's own" not in take.as_text(report)


def test_a_source_of_the_same_day_gets_a_number():
    columns = ["source_id", "publisher", "title", "url", "date", "what_it_says"]
    entry = {"source": {"source_id": "s", "kind": "official", "publisher": "A", "title": "B"}}
    entry["source"] |= {"url": "https://a.example", "license": "unknown"}

    class Match:
        recipe = type("Recipe", (), {"name": "r", "entry": entry})

    class One:
        file, dated, tables, match = "a.csv", "2041-01-02", {}, Match

    first = take.source_of(One, Table("sources", columns, []))
    assert first["source_id"] == "s_20410102"
    known = Table("sources", columns, [tuple(first.get(column) for column in columns)])
    assert take.source_of(One, known)["source_id"] == "s_20410102"
    One.file = "b.csv"
    assert take.source_of(One, known)["source_id"] == "s_20410102_2"


def test_sources_have_a_kind_and_rows_a_reading_where_the_tables_hold_them():
    """Both came after the first edition; the command takes them by the header."""
    columns = ["table_name", "row_key", "reading", "how_read", "read_on", "place", "says"]
    columns += ["source_id", "confidence", "note"]
    old = ("meals", "North|2002", 1, "whole", "2026-11-29", "p. 1", "20", "old", "one_source", None)
    merge = merging.Merge(TABLE, COLUMNS, "new")
    rows = [("North", 2002, 25), ("South", 2002, 7)]
    result = merge.merge(TakenTable(["place", "year", "persons"], rows))
    says = take.said_of(merge.difference, result, COLUMNS)
    assert says == {"South|2002": "persons 7", "North|2002": "persons 25"}

    class One:
        file = "a.csv"

    readings = Table("readings", columns, [old])
    table = take.with_readings(readings, "meals", says, One, {"source_id": "new"})
    rows = [dict(zip(columns, row)) for row in table.rows]
    assert [(r["row_key"], r["reading"], r["source_id"]) for r in rows] == [
        ("North|2002", 1, "old"),
        ("South|2002", 1, "new"),
        ("North|2002", 2, "new"),
    ]
    assert rows[2]["says"] == "persons 25" and rows[2]["place"] == "a.csv"

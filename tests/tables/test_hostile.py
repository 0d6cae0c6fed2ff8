"""Altered tables are a stranger's input: each cell is a clear refusal or a faithful text, and never anything else.

The texts are `tests/hostile/texts.json`; `hostile.variant` makes thousands of them. Each is put into a cell of a
published row, goes through the readers and the SQL, and back out as a download. How many were taken and refused, by
kind, is printed at the end of the run.
"""

from __future__ import annotations

import csv
import io
import json
import math
import random
import re
import sys
import unicodedata
import zipfile
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from brief.editions import edition, freshness
from brief.tables import database, delimited, packed, readers
from brief.tables.encodings import encode
from brief.tables.inputs import MAX_PROBLEMS
from brief.words import UNSHOWABLE, InputError
from tests import clock, hostile
from tests.conftest import REPORT

CASES = 640  # of each kind: 10,880 in all
FEWEST = {kind: (40, 40) for kind in hostile.CORPUS} | {
    "bidi": (20, 100),
    "surrogate": (20, 100),
    "nul": (20, 100),
}
COUNTS: dict[str, Counter] = {}


# One case: a text in a cell, through readers and SQL, and back


class Bench:
    """Published rows to put texts into, and databases to put the rows into."""

    def __init__(self, opened):
        self.schema = database.table_columns(opened.connection)
        self.tables = opened.tables
        self.places = [
            (name, i)
            for name, columns in self.schema.items()
            for i in range(len(columns))
            if self.tables[name].rows
        ]
        self.empty = database.empty_database()
        self.sourced = database.empty_database()
        assert not database.insert(self.sourced, self.tables["sources"], self.schema["sources"])
        self.objects = self.count_objects()

    def count_objects(self) -> list:
        return [
            list(c.execute("select type, name, sql from sqlite_schema order by rowid"))
            for c in (self.empty, self.sourced)
        ]

    def put(self, name: str, place: int, row: tuple, text: str, way: str) -> tuple | None:
        """The row as the database holds it when its cell `place` was handed in as `text`; None when that was refused in words."""
        columns = self.schema[name]
        cells = [shown(v) for v in row]
        cells[place] = text
        try:
            table, problems = read(name, columns, cells, way)
        except InputError as error:
            problems, table = error.problems, None
        if not problems and not table.rows:
            return tuple([None] * len(row))  # every cell of the row is empty: no row at all
        if not problems:
            connection = self.empty if name == "sources" else self.sourced
            connection.execute("savepoint before")
            try:
                problems = database.insert(connection, table, columns)
                held = connection.execute(
                    f'select * from "{name}"' + ("" if name != "sources" else " limit 1")
                ).fetchone()
            finally:
                connection.execute("rollback to before; release before")
        if problems:
            for problem in problems:
                said = str(problem)
                assert len(said) < 3000 and not UNSHOWABLE.search(said) and "\n" not in said, (
                    f"a refusal that a terminal cannot show: {said!r}"
                )
                assert problem.file and problem.found and problem.allowed
            return None
        assert held == table.rows[0], "the database holds something else than was read"
        return held


def shown(value) -> str:
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def as_csv(header: list[str], rows: list) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [header, *rows]
    )  # a lone \\r needs quotes
    return file.getvalue()


def read(name: str, columns, cells: list[str], way: str):
    """One row read as CSV, as the CSV of a download, or as JSON."""
    header = [c.name for c in columns]
    if way in ("csv", "download"):
        text = as_csv(header, [cells])
        raw = encode(text) if way == "download" else text.encode("utf-8", "surrogatepass")
        return delimited.read_delimited(name, raw, columns, f"{name}.csv")
    tables, problems = {}, []
    packed.take(name, header, [cells], {name: columns}, f"mine.json, {name}", tables, problems)
    return tables.get(name), problems


def faithful(text: str) -> str | None:
    """What a text cell must hold: the text itself, composed letters and line feeds apart."""
    return (
        unicodedata.normalize("NFC", text.strip().replace("\r\n", "\n").replace("\r", "\n")) or None
    )


def judge(bench: Bench, kind: str, name: str, place: int, row: tuple, text: str, way: str) -> bool:
    """Put a text in and judge what became of it; whether it was taken."""
    held = bench.put(name, place, row, text, way)
    if held is None:
        return False
    column, value = bench.schema[name][place], held[place]
    others = [v for i, v in enumerate(held) if i != place]
    if any(v is not None for v in held):
        assert others == [v for i, v in enumerate(row) if i != place], (
            f"a text in {column.name} changed its neighbors"
        )
    if column.kind == "TEXT":
        assert not UNSHOWABLE.search(text.strip().replace("\r", "")), f"{text!r} was taken"
        if not column.dates:
            assert value == faithful(text), f"{text!r} became {value!r}"
    elif value is not None:
        assert math.isfinite(value) and abs(value) <= 1e15 and str(value) != "-0.0", (
            f"{text!r} became {value!r}"
        )
        plain = text.strip()
        if column.yes_or_no and plain.lower() in ("true", "false"):
            assert value == (plain.lower() == "true"), f"{text!r} became {value!r}"
        else:
            assert re.search("[0-9]", plain), f"{text!r} became the number {value!r}"
        if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", plain) and not re.fullmatch(
            r"[+-]?[0-9]{1,3}\.[0-9]{3}", plain
        ):
            assert value == float(plain), f"{text!r} became {value!r}"
    if any(
        v is not None for v in held
    ):  # handed out as a download and handed in again it is the same row
        table, problems = read(name, bench.schema[name], [shown(v) for v in held], "download")
        assert not problems and table.rows == [held], (
            f"{text!r} does not survive a download: {problems or table.rows}"
        )
    return True


@pytest.fixture(scope="module")
def bench(opened) -> Bench:
    return Bench(opened)


@pytest.mark.parametrize("kind", hostile.CORPUS)
def test_a_cell_is_refused_in_words_or_kept_as_it_is(bench, kind):
    chance = random.Random(f"{kind} 2026")
    found = COUNTS.setdefault(kind, Counter())
    texts = [
        (name, i)
        for name, i in bench.places
        if bench.schema[name][i].name
        in ("note", "publisher", "title", "what_it_says", "fact", "what", "reason")
    ]
    for number in range(CASES):
        name, place = chance.choice(texts if number % 3 == 0 else bench.places)
        row = chance.choice(bench.tables[name].rows)
        text = (
            hostile.CORPUS[kind][number]
            if number < len(hostile.CORPUS[kind])
            else hostile.variant(kind, chance)
        )
        taken = judge(
            bench,
            kind,
            name,
            place,
            row,
            text,
            "json" if "surrogate" in kind or chance.random() < 0.3 else "csv",
        )
        found["taken" if taken else "refused"] += 1
    assert bench.count_objects() == bench.objects, "a text has changed the schema"
    least = FEWEST[kind]
    assert found["taken"] >= least[0] and found["refused"] >= least[1], (
        f"{kind}: {dict(found)}, expected at least {least[0]} taken and {least[1]} refused"
    )


@settings(max_examples=250, deadline=None)
@given(some.data())
def test_any_text_in_any_cell_is_refused_or_kept(bench, data):
    """The same judge over whatever hypothesis thinks of; a failure shrinks to the shortest text."""
    name, place = data.draw(some.sampled_from(bench.places))
    row = data.draw(some.sampled_from(bench.tables[name].rows[:20]))
    text = data.draw(
        some.text(max_size=60)
        | some.text(alphabet="0123456789.,-+eE ٣", max_size=12)
        | some.sampled_from([t for texts in hostile.CORPUS.values() for t in texts])
    )
    way = data.draw(some.sampled_from(["csv", "json"]))
    judge(
        bench,
        "any",
        name,
        place,
        row,
        text,
        "json" if any("\ud800" <= c <= "\udfff" for c in text) else way,
    )


def test_every_thousandth_goes_on_to_numbers_and_claims(opened, tmp_path):
    """Notes, titles and publishers full of hostile text leave every verdict and every number where it was."""
    chance, sources = random.Random(7), opened.tables["sources"]
    place = {c: i for i, c in enumerate(sources.columns)}
    texts = [
        t
        for kind in hostile.CORPUS
        for t in (hostile.variant(kind, chance) for _ in range(8))
        if t.strip() and len(t) < 150 and not UNSHOWABLE.search(t)
    ]
    rows = []
    for number, row in enumerate(sources.rows):
        new = list(row)
        new[place["title"]], new[place["publisher"]] = (
            texts[number % len(texts)],
            texts[(number + 5) % len(texts)],
        )
        rows.append(new)
    (tmp_path / "sources.csv").write_text(as_csv(sources.columns, rows), encoding="utf-8")
    found = edition.open_edition(tmp_path)
    assert {k: c.case for k, c in found.claims.items()} == {
        k: c.case for k, c in opened.claims.items()
    } and found.numbers == opened.numbers
    assert not found.is_published and any("formula" in line for line in found.readings)


# Whole files


def peak_bytes() -> int:
    """The most memory that this process has held so far (0 where the system does not say)."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def refused(words: str, path, schema, seconds: float, what: str) -> None:
    """The file is refused with these words, within a time and 600 MB."""
    before, start = peak_bytes(), clock()
    try:
        _, problems = readers.read_source(path, schema)
    except InputError as error:
        problems = error.problems
    spent, peak = clock() - start, peak_bytes() - before
    assert problems and re.search(words, str(problems[0])), f"{what}: {problems[:1]}"
    assert len(problems) <= MAX_PROBLEMS + 20 and sum(len(str(p)) for p in problems) < 500_000
    assert spent < seconds and peak < 600_000_000, f"{what} took {spent:.1f} s and {peak:,} bytes"
    COUNTS.setdefault("files", Counter())["refused"] += 1


def taken(path, schema, rows: int) -> None:
    tables, problems = readers.read_source(path, schema)
    assert not problems and sum(len(t.rows) for t in tables.values()) == rows
    COUNTS.setdefault("files", Counter())["taken"] += 1


@pytest.fixture(scope="module")
def schema(bench):
    return bench.schema


HEAD = "year,persons,source_id,confidence,note\n"
NAME = "arrivals_korea_1999_2001"
LARGE = {  # what the file is: (its name and its content, made when asked for; words of the refusal)
    "a cell of four megabytes": (
        f"{NAME}.csv",
        lambda: HEAD + '1999,1,ct,one_source,"' + "x" * 4_000_000 + '"\n',
        "more than 131,072 characters",
    ),
    "a cell of four megabytes in JSON": (
        f"{NAME}.json",
        lambda: json.dumps(
            [
                {
                    "year": 1999,
                    "persons": 1,
                    "source_id": "x",
                    "confidence": "x",
                    "note": "x" * 4_000_000,
                }
            ]
        ),
        "5,000 characters",
    ),
    "a number of a hundred thousand digits": (
        f"{NAME}.csv",
        lambda: HEAD + "1999," + "9" * 100_000 + ",ct,one_source,\n",
        "whole number",
    ),
    "more bytes than a table has": (
        f"{NAME}.csv",
        lambda: HEAD + "1999,1,ct,one_source,x\n" * 1_000_000,
        "5,000,000 bytes",
    ),
    "too many rows": (
        f"{NAME}.csv",
        lambda: HEAD + "1,2,3,4,5\n" * 400_000,
        "more than 50,000 rows",
    ),
    "a thousand columns": (
        f"{NAME}.csv",
        lambda: HEAD.strip() + "".join(f",c{i}" for i in range(1000)) + "\n1999\n",
        "1,005 columns",
    ),
    "a hundred thousand columns of one name": (
        f"{NAME}.csv",
        lambda: HEAD.strip() + ",c" * 100_000 + "\n1999\n",
        "columns",
    ),
    "wrong in every cell": (
        f"{NAME}.csv",
        lambda: HEAD + "x,x,ct,one_source,\n" * 50_000,
        "whole number",
    ),
    "too many cells in every row": (
        f"{NAME}.csv",
        lambda: HEAD + "1,2,ct,one_source,,6\n" * 50_000,
        "as in the header",
    ),
    "quotes within quotes": (
        f"{NAME}.csv",
        lambda: HEAD + "1999,1,ct,one_source," + '"' * 100_001 + "\n",
        "broken CSV",
    ),
    "as many names as rows in JSON": (
        f"{NAME}.json",
        lambda: json.dumps([{f"c{i}": 1} for i in range(20_000)]),
        "more than 500 columns",
    ),
    "nested JSON": (f"{NAME}.json", lambda: '[{"year":' * 20_000, "broken JSON"),
    "a column of a long name": (
        f"{NAME}.csv",
        lambda: "y" * 100_000 + "," + HEAD.replace("note", "notes"),
        "yyy",
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_large_files_are_refused_in_bounded_time_and_memory(schema, tmp_path, what):
    name, content, words = LARGE[what]
    (tmp_path / name).write_text(content(), encoding="utf-8")
    refused(words, tmp_path, schema, 25, what)  # measured: 3 s at most on an idle core


def test_large_tables_within_the_limits_are_read(schema, tmp_path):
    (tmp_path / f"{NAME}.csv").write_text(
        HEAD.strip()
        + "".join(f",c{i}" for i in range(300))
        + "\n"
        + "1999,1,ct,one_source,x\n" * 20_000,
        encoding="utf-8",
    )
    taken(tmp_path, schema, 20_000)


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(path, sheets: list[str], extra: dict[str, bytes] | None = None) -> None:
    """A workbook of these sheets' rows, written by hand so that it may say anything."""
    numbers = range(1, len(sheets) + 1)
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{main}.worksheet+xml"/>'
            for i in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{KINDS}"><sheets>'
        + "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="r{i}"/>' for i in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{i}" Type="{KINDS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in numbers
        )
        + "</Relationships>",
        **{f"xl/worksheets/sheet{i}.xml": SHEET.format(rows) for i, rows in zip(numbers, sheets)},
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def row_of(*cells: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in cells) + "</row>"


TABLE = row_of(*HEAD.strip().split(",")) + row_of("1999", "148", "ct_2025", "one_source", "=1+1")
BOMBS = {  # what the workbook is: (its sheets, further parts, words of the refusal)
    "sixty megabytes of nothing": ([TABLE], {"xl/media/x.bin": b"\0" * 61_000_000}, "unpacks to"),
    "a part packed a thousand to one": (
        [TABLE],
        {"xl/media/x.bin": b"\0" * 5_000_000},
        "packed at most",
    ),
    "six hundred parts": ([TABLE], {f"xl/media/{i}": b"" for i in range(600)}, "parts"),
    "an entity": (
        [TABLE],
        {"xl/theme/theme1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'},
        "entity",
    ),
    "fifty thousand empty rows in a few bytes": (
        [TABLE + '<row r="49999"><c r="A49999"><v>1</v></c></row>'],
        {},
        "empty rows",
    ),
    "fifty sheets of empty rows": (
        ['<row r="199999"><c r="A199999"><v>1</v></c></row>'] * 50,
        {},
        "no table",
    ),
    "a hundred sheets": ([TABLE] * 100, {}, "at most 60 sheets"),
    "a formula that was never computed": (
        [row_of(*HEAD.strip().split(",")) + "<row><c><f>WEBSERVICE(1)</f></c></row>"],
        {},
        "formula",
    ),
    "a sheet that is no XML": (["<row>"], {}, "cannot be read"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_packed_workbooks_are_refused_before_they_unfold(schema, tmp_path, what):
    sheets, extra, words = BOMBS[what]
    workbook(tmp_path / f"{NAME}.xlsx", sheets, extra)
    refused(words, tmp_path, schema, 25, what)


def test_a_plain_workbook_written_by_hand_is_read(schema, tmp_path):
    workbook(tmp_path / f"{NAME}.xlsx", [TABLE])
    taken(tmp_path, schema, 1)


def sqlite_file(path, *statements: str) -> None:
    import apsw

    connection = apsw.Connection(":memory:")
    for statement in statements:
        connection.execute(statement)
    path.write_bytes(connection.serialize("main"))


DATABASES = {  # what the database does: (its statements, words of the refusal)
    "computes a gigabyte a cell": (
        (
            f"create table {NAME} (year, persons, source_id, confidence)",
            f"insert into {NAME} values (1999, 1, 'x', 'x')",
            f"alter table {NAME} add column note as (hex(zeroblob(400000000)))",
        ),
        "can be read",
    ),
    "is a view of another table": (
        (f"create view {NAME} as select 1 as year",),
        "a view, which computes its rows",
    ),
    "has a table of another name": (
        ('create table "x""; drop table sources; --" (a)',),
        "does not have",
    ),
    "holds bytes that are no text": (
        (
            f"create table {NAME} (year, persons, source_id, confidence, note)",
            f"insert into {NAME} values (1999, 1, 'x', 'x', cast(x'ff00fe' as text))",
        ),
        "can be read",
    ),
}


@pytest.mark.parametrize("what", DATABASES)
def test_hostile_databases_are_refused(schema, tmp_path, what):
    statements, words = DATABASES[what]
    sqlite_file(tmp_path / "mine.sqlite", *statements)
    refused(words, tmp_path, schema, 25, what)


# Folders


def test_links_that_leave_the_folder_are_refused(schema, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "plan.csv").write_text("a secret,that no message may repeat\n")
    folder = tmp_path / "mine"
    folder.mkdir()
    try:
        (folder / f"{NAME}.csv").symlink_to(tmp_path / "secret" / "plan.csv")
    except OSError:
        pytest.skip("this system lets nobody make a symbolic link")
    with pytest.raises(InputError) as said:
        database.read_folder(folder, schema)
    assert "leaves the folder" in str(said.value) and "secret" not in str(said.value)
    (folder / f"{NAME}.csv").unlink()
    (folder / "real.txt").write_text(HEAD + "1999,148,ct_2025,one_source,\n")
    (folder / f"{NAME}.csv").symlink_to(folder / "real.txt")
    taken(folder, schema, 1)


@pytest.mark.parametrize(
    "name",
    [
        "../parameters.csv",
        "..%2fparameters.csv",
        "con.csv",
        "a\x1b[2Jb.csv",
        "<script>.csv",
        "routes.csv.exe",
        "пример.csv",
        "\u202evsc.csv",
    ],
)
def test_names_of_files_are_never_followed_nor_obeyed(schema, tmp_path, name):
    folder = tmp_path / "mine"
    folder.mkdir()
    try:
        (folder / name.replace("/", "-")).write_text("x\n")
    except OSError:
        pytest.skip("this file system refuses such a name itself")
    try:
        tables, problems = readers.read_source(folder, schema)
    except InputError as error:
        tables, problems = {}, error.problems
    assert not tables and not any(UNSHOWABLE.search(str(p)) for p in problems)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine"]


def test_devices_and_pipes_named_like_tables_are_refused(schema, tmp_path):
    import os

    (tmp_path / f"{NAME}.csv").mkdir()
    pipes = [f"routes{suffix}" for suffix in (".csv", ".xlsx", ".sqlite", ".json", ".jsonl")]
    for name in pipes if hasattr(os, "mkfifo") else []:
        os.mkfifo(tmp_path / name)
    if os.path.exists("/dev/zero"):
        (tmp_path / "sources.csv").symlink_to("/dev/zero")
    tables, problems = readers.read_source(tmp_path, schema)
    found = {p.file: p.found for p in problems}
    assert not tables
    assert {found.pop(name, "a device or a pipe") for name in pipes} == {"a device or a pipe"}
    assert found in ({}, {"sources.csv": "a link that leaves the folder"})
    assert freshness.made_from(tmp_path) == freshness.made_from(tmp_path)


def test_a_folder_that_changes_while_it_is_read(schema, tmp_path, monkeypatch):
    """A file that vanishes is named; one that is written to between two readings stops the build (book.build compares)."""
    (tmp_path / f"{NAME}.csv").write_text(HEAD + "1999,148,ct_2025,one_source,\n")
    before = freshness.made_from(tmp_path)
    (tmp_path / f"{NAME}.csv").write_text(HEAD + "1999,149,ct_2025,one_source,\n")
    assert freshness.made_from(tmp_path) != before

    def vanish(path):
        path.unlink()
        raise FileNotFoundError(path)

    monkeypatch.setattr(readers, "bytes_of", vanish)
    _, problems = readers.read_source(tmp_path, schema)
    assert "went away while it was read" in str(problems[0])


def test_a_build_never_looks_below_the_folder_nor_at_great_files(tmp_path, monkeypatch):
    """Asked to build a home folder by mistake, it reads the tables that lie on top and nothing else."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "letter.txt").write_text("one")
    before = freshness.made_from(tmp_path)
    (tmp_path / "private" / "letter.txt").write_text("two")
    assert freshness.made_from(tmp_path) == before
    with (tmp_path / "film.mkv").open("wb") as file:
        file.truncate(50_000_000_000)
    start = clock()
    freshness.made_from(tmp_path)
    assert clock() - start < 10


def test_counts_are_printed_and_enough():
    """The last of the loader's tests: what the others counted."""
    if not set(hostile.CORPUS) <= set(COUNTS):
        pytest.skip("counts all kinds, so it needs the whole file to run")
    total = sum(sum(c.values()) for c in COUNTS.values())
    taken_total = sum(c["taken"] for c in COUNTS.values())
    REPORT.append(
        f"hostile data: {total:,} cases at the loader and the SQL, {taken_total:,} kept faithfully, {total - taken_total:,} refused in words"
    )
    REPORT.append(
        "  kept/refused: "
        + ", ".join(f"{k} {c['taken']}/{c['refused']}" for k, c in COUNTS.items())
    )
    assert total >= 10_000

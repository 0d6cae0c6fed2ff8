"""Official files as their publishers hand them out, to sheets of raw text: CSV in any code page,
workbooks, packed folders, folders.

Nothing is understood here: a cell's text is what the file shows, whatever it means. What a sheet
is, its header tells (`brief/tables/recipes.py`), never the file's name.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from brief.plain_files import MAX_FILE_BYTES, open_plain
from brief.tables import cell_texts, dialects, number_formats, sheet_cells
from brief.tables.encodings import decode
from brief.tables.file_kinds import DAMAGED, HEAD, STARTS, WORKBOOK, packed_kind
from brief.tables.inputs import MAX_FOLDER_FILES
from brief.tables.readers import files_of, leaves
from brief.tables.sheet_cells import letters
from brief.words import InputError, Problem, printable

MAX_BYTES = 80_000_000  # UNHCR's decisions of all countries and years have 20 MB
SIEVED = 20_000_000  # bytes: of longer texts, only the lines that concern this book are parsed
HEAD_SIEVED = 200_000  # bytes in which their header stands
FIRST_BYTES = 4_000  # and of which every line is kept
MAX_LINES = 20_000_000  # of the longest, some 1.5 million
MAX_MEMBERS = 200  # files of a packed folder
DELIMITERS = ("\t", ";", "|", ",")  # in this order: a comma stands inside many cells
LINES_LOOKED_AT = 200
WITH_COMMA = re.compile(r"[+-]?(?:[0-9]+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?)")
CORE_BYTES = 100_000  # of a workbook's own properties
PASSED_OVER = (".md", ".txt", ".pdf", ".yml", ".yaml", ".json", ".html", ".docx")
ALLOWED = "an official file as published: CSV, TSV, .xlsx, a .zip of such files, or a folder"


@dataclass
class RawSheet:
    """One table of raw text: rows as (the number that a spreadsheet shows, the cells' texts)."""

    file: str  # as a person finds it: the file, the packed folder's member, the sheet
    dated: str  # the file's own day, as its system or its packed folder tells
    rows: list[tuple[int, list[str]]]
    is_text: bool = True  # each row holds as many cells as its line; a workbook's ends early
    said: list[str] = field(
        default_factory=list
    )  # how it was read, where that is no matter of course
    given: str = ""  # what was handed in: the file itself, or the folder that it lies in
    ends_open: bool = False  # a text whose last line has no end: it may be cut off
    modified: str = ""  # the day on which a workbook says that it was last saved
    lines_left: int = 0  # of a very long text, those that say nothing of this book: never parsed


# Told the head of a very long text, it gives the words of which a line of ours has one.
Sieve = Callable[[RawSheet], list[str]]


def keep_nothing(head: RawSheet) -> list[str]:
    """The sieve that knows no file."""
    return []


def read_all(paths: list[Path], sieve: Sieve = keep_nothing) -> list[RawSheet]:
    """Every sheet of these files and folders. Raises InputError with the problems of all."""
    sheets: list[RawSheet] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found = read_folder(path, sieve) if path.is_dir() else read_file(path, sieve)
        except InputError as error:
            problems += error.problems
        except FileNotFoundError:
            problems.append(Problem(str(path), "no such file or folder", ALLOWED))
        else:
            sheets += [replace(sheet, given=str(path)) for sheet in found]
    if problems:
        raise InputError(problems)
    return sheets


def read_folder(folder: Path, sieve: Sieve = keep_nothing) -> list[RawSheet]:
    """The sheets of a folder's files; those within it are not looked into."""
    files = files_of(folder)
    if len(files) > MAX_FOLDER_FILES:
        found = f"more than {MAX_FOLDER_FILES:,} files"
        raise InputError([Problem(str(folder), found, "a folder with the downloaded files alone")])
    sheets: list[RawSheet] = []
    for path in files:
        if leaves(path, folder):
            found = "a link that leaves the folder"
            raise InputError([Problem(path.name, found, "the file itself")])
        if path.suffix.lower() not in PASSED_OVER:
            sheets += read_file(path, sieve)
    if not sheets:
        raise InputError([Problem(str(folder), "no file to read", ALLOWED)])
    return sheets


def read_file(path: Path, sieve: Sieve = keep_nothing) -> list[RawSheet]:
    """The sheets of one file, told by its bytes."""
    moment = datetime.datetime.fromtimestamp(path.stat().st_mtime)
    dated = f"{moment:%Y-%m-%d}"
    try:
        with open_plain(path) as file, plain_stream(file) as stream:
            raw = stream.read(SIEVED)
            if len(raw) == SIEVED:
                sheet = sieved(raw, stream, path.name, dated, sieve)
                if sheet:
                    return [sheet]
                stream.seek(SIEVED)
                raw += stream.read(MAX_BYTES + 1 - SIEVED)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        found = f"a packed file that cannot be read ({error})"
        raise InputError([Problem(path.name, found, ALLOWED, help="Download it again.")]) from None
    return sheets_of(raw, path.name, dated)


def plain_stream(file: BinaryIO) -> BinaryIO:
    """A file's content, unpacked where it is packed by gzip, as Eurostat's bulk download is."""
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if is_packed else file


def sieved(raw: bytes, file: BinaryIO, name: str, dated: str, sieve: Sieve) -> RawSheet | None:
    """The lines of a very long text that say something of this book, and its head; None where
    nobody knows which they are. Every line has to be a row: none of these exports breaks one.
    """
    head = raw[:HEAD_SIEVED].rpartition(b"\n")[0] + b"\n"
    if raw.startswith(b"PK") or len(head) < 2:
        return None
    try:
        words = sieve(text_sheet(head, name, dated))
    except InputError:
        return None
    if not words:
        return None
    needles = [word.encode() for word in words]
    kept: dict[int, bytes] = {}  # by the numbers of their lines
    count, rest = 0, b""
    while raw:
        whole, end, rest = (rest + raw).rpartition(b"\n")
        raw = file.read(SIEVED)
        if not raw:
            whole, end, rest = whole + end + rest, b"", b""
        if not count:
            first = whole[:FIRST_BYTES].split(b"\n")[:-1] or [whole.split(b"\n")[0]]
            kept |= dict(enumerate(first, 1))
        kept |= {count + place: line for place, line in lines_with(needles, whole).items()}
        count += whole.count(b"\n") + len(end)
        if sum(map(len, kept.values())) > MAX_BYTES or count > MAX_LINES:
            return None
    is_open = not whole.endswith(b"\n")
    numbers = sorted(kept)
    sheet = text_sheet(b"".join(kept[n] + b"\n" for n in numbers), name, dated)
    sheet.rows = [(numbers[row - 1], cells) for row, cells in sheet.rows]
    sheet.lines_left, sheet.ends_open = count + is_open - len(kept), is_open
    return sheet


def lines_with(needles: list[bytes], text: bytes) -> dict[int, bytes]:
    """The lines of a text in which one of the needles stands, by their places, from 1. Asked of
    the whole text and not of each line: a million of them would take a minute.
    """
    starts: dict[int, int] = {}  # where such a line begins, and ends
    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            start, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
            starts[start] = end if end >= 0 else len(text)
            at = text.find(needle, starts[start])
    found, place, counted = {}, 1, 0
    for start, end in sorted(starts.items()):
        place += text.count(b"\n", counted, start)
        counted = start
        found[place] = text[start:end]
    return found


def sheets_of(raw: bytes, file: str, dated: str, is_packed: bool = False) -> list[RawSheet]:
    """The sheets that these bytes hold."""
    if len(raw) > MAX_BYTES:
        found = f"more than {MAX_BYTES:,} bytes"
        help = (
            "Choose North Korea at the publisher's page, or keep the header and the rows that "
            "concern it (of roll calls, those of its resolutions)."
        )
        raise InputError([Problem(file, found, f"at most {MAX_BYTES:,} bytes", help=help)])
    if raw.startswith((b"PK\3\4", b"PK\5\6")):
        kind = packed_kind(raw)
        if kind is WORKBOOK:
            return workbook_sheets(raw, file, dated)
        if kind.words.startswith("a packed folder") and not is_packed:
            return packed_sheets(raw, file)
        if kind.words == DAMAGED:
            found = "a packed file that is cut off or damaged"
            raise InputError([Problem(file, found, ALLOWED, help="Download it again.")])
        raise InputError([Problem(file, kind.words, ALLOWED, help=kind.help)])
    for start, kind in STARTS.items():
        if raw[:HEAD].startswith(start):
            raise InputError([Problem(file, kind.words, ALLOWED, help=kind.help)])
    return [text_sheet(raw, file, dated)]


def packed_sheets(raw: bytes, file: str) -> list[RawSheet]:
    """The sheets of all files in a packed folder, as it was downloaded."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        members = [entry for entry in archive.infolist() if is_table(entry)]
        size = sum(entry.file_size for entry in members)
        if len(members) > MAX_MEMBERS or size > MAX_BYTES:
            found = f"{len(members)} files of {size:,} bytes"
            allowed = f"at most {MAX_MEMBERS} files of {MAX_BYTES:,} bytes"
            raise InputError([Problem(file, found, allowed)])
        sheets: list[RawSheet] = []
        for entry in members:
            with archive.open(entry) as member:
                content = member.read(MAX_BYTES + 1)
            dated = "{:04}-{:02}-{:02}".format(*entry.date_time[:3])
            name = f"{file}, {printable(entry.filename, 100)}"
            sheets += sheets_of(content, name, dated, is_packed=True)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError) as error:
        found = f"a packed folder that cannot be read ({error})"
        raise InputError([Problem(file, found, ALLOWED, help="Download it again.")]) from None
    if not sheets:
        raise InputError([Problem(file, "a packed folder without a table", ALLOWED)])
    return sheets


def is_table(entry: zipfile.ZipInfo) -> bool:
    """Whether a packed file may hold a table: no folder, nothing that systems leave, no text."""
    parts = entry.filename.split("/")
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not entry.is_dir() and not is_hidden and not parts[-1].lower().endswith(PASSED_OVER)


# Text


def text_sheet(raw: bytes, file: str, dated: str) -> RawSheet:
    """A delimited text as rows, in the delimiter that most of its lines agree on."""
    text, encoding = decode(raw, file)
    first, _, rest = text.partition("\n")
    skipped, named = 0, re.fullmatch(r'"?sep=(.)"?', first.strip(), re.I)
    if named:
        text, skipped = rest, 1
    if not text.strip():
        raise InputError([Problem(file, "an empty file", ALLOWED)])
    text = text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")
    delimiter = named[1] if named else delimiter_of(text)
    rows: list[tuple[int, list[str]]] = []
    number = skipped
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter),
            1 + skipped,
        ):
            cells = [cell.strip() for cell in record]
            if any(cells):
                rows.append((number, cells))
    except csv.Error as error:
        found = f"broken CSV ({error})"
        help = "The file seems cut off or was edited: download it again."
        allowed = "comma-separated values, quotes closed"
        raise InputError([Problem(file, found, allowed, number + 1, help=help)]) from None
    said = [encoding] if encoding else []
    if delimiter == ";" and has_decimal_commas(rows):
        rows = [(number, [with_point(cell) for cell in cells]) for number, cells in rows]
        said.append("decimal commas, read as decimal points")
    return RawSheet(file, dated, rows, said=said, ends_open=not text.endswith("\n"))


def has_decimal_commas(rows: list[tuple[int, list[str]]]) -> bool:
    """Whether a text with semicolons was saved where a comma is the decimal mark: a number shows
    it by itself, and none shows a point.
    """
    marks = {dialects.mark_of(cell) for _, cells in rows for cell in cells if cell[-1:].isdigit()}
    return marks - {""} == {"comma"}


def with_point(cell: str) -> str:
    """A number that has a decimal comma, with a decimal point; any other text as it is."""
    return cell.replace(".", "").replace(",", ".") if WITH_COMMA.fullmatch(cell) else cell


def delimiter_of(text: str) -> str:
    """The first of the delimiters that cuts half of the lines or more into as many cells each."""
    lines = [line for line in text[:400_000].split("\n")[:LINES_LOOKED_AT] if line.strip()]
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        widths = Counter(len(record) for record in csv.reader(lines, delimiter=delimiter) if record)
        width, count = widths.most_common(1)[0]
        if width > 1 and 2 * count >= len(lines):
            return delimiter
    return ","


# Workbooks


def workbook_sheets(raw: bytes, file: str, dated: str) -> list[RawSheet]:
    """Every sheet of a workbook, its cells as they show."""
    if len(raw) > MAX_FILE_BYTES:
        found, allowed = "a workbook of more than 5 MB", "a workbook of at most 5 MB"
        help = "Save the sheet with the table as CSV UTF-8."
        raise InputError([Problem(file, found, allowed, help=help)])
    book = sheet_cells.open_book(raw, file)
    modified = modified_on(raw)
    filled = [sheet for sheet in book.sheets if sheet.cells]
    sheets: list[RawSheet] = []
    for sheet in filled:
        name = file if len(filled) == 1 else f"{file}, sheet {printable(sheet.title, 60)}"
        rows = []
        for number in sorted(sheet.cells):
            cells = sheet.cells[number]
            texts = [""] * max(cells)
            for place, cell in cells.items():
                texts[place - 1] = shown_text(book, cell, name, number, place)
            if any(texts):
                rows.append((number, texts))
        hidden = len(sheet.hidden_rows & set(sheet.cells))
        said = [f"{hidden} hidden row{'s' if hidden > 1 else ''}, read"] if hidden else []
        sheets.append(RawSheet(name, dated, rows, False, said, modified=modified))
    if not sheets:
        raise InputError([Problem(file, "a workbook with nothing in it", ALLOWED)])
    return sheets


def modified_on(raw: bytes) -> str:
    """The day on which a workbook says that it was last saved; '' where it says none. Midnight to
    the second is what programs write that keep no day.
    """
    with contextlib.suppress(KeyError, OSError, ValueError, zipfile.BadZipFile, RuntimeError):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            with archive.open("docProps/core.xml") as member:
                text = member.read(CORE_BYTES).decode("utf-8", "replace")
        found = re.search(r"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)", text)
        return found[1] if found and found[2] != "00:00:00" else ""
    return ""


def shown_text(book, cell, file: str, row: int, place: int) -> str:
    """A cell's text as the workbook shows it. Raises InputError where it shows another thing than
    it keeps.
    """
    if cell.value is None:
        raise refused_cell(file, row, place, "a formula without a value")
    if cell.kind == "e":
        raise refused_cell(file, row, place, f"the error {cell.value[:20]}")
    mark = book.mark_of(cell)
    text = cell.value.strip()
    if mark and re.fullmatch(r"[\d.,\s]+", text):
        raise refused_cell(file, row, place, f"{text[:40]!r} with {mark} characters in it")
    if cell.kind in ("text", "b"):
        return text
    code = book.format_of(cell)
    value = cell_texts.CellTexts.serial(cell)
    if cell.kind == "d" or number_formats.is_date(code):
        return f"{number_formats.day_of(value, book.is_1904 and cell.kind != 'd'):%Y-%m-%d}"
    try:
        shown = number_formats.shown(value, code)
    except number_formats.Unshown as error:
        raise refused_cell(file, row, place, error.args[0]) from None
    changes = [note for note in shown.notes if note != number_formats.AS_PERCENT]
    if changes:
        raise refused_cell(file, row, place, f"a number format that changes it ({changes[0]})")
    return number_formats.plain(shown.number) + ("%" if shown.is_percent else "")


def refused_cell(file: str, row: int, place: int, found: str) -> InputError:
    """The refusal of one cell of a workbook."""
    help = "Download the file again, or save the sheet as CSV UTF-8."
    allowed = "a cell as the publisher wrote it"
    return InputError([Problem(file, found, allowed, row, letters(place), help)])

"""What a file is by its bytes: its name may say something else."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from brief.plain_files import MAX_FILE_BYTES, open_plain
from brief.words import InputError, Problem

READ = "CSV, .xlsx, .json or .sqlite"
SAVE = "Open it in a spreadsheet and save it as .xlsx or as CSV UTF-8."
HEAD = 4_096


@dataclass(frozen=True)
class Kind:
    """A kind of file: in words, the suffixes that it goes by, and what helps who hands it in as
    another.
    """

    words: str
    suffixes: tuple[str, ...] = ()
    help: str = SAVE


DAMAGED = "a packed file"  # one that begins so, and of which no more can be read
WORKBOOK = Kind("a workbook (.xlsx)", (".xlsx", ".xlsm"), "Name it .xlsx.")
BINARY_WORKBOOK = Kind("a binary workbook (.xlsb)")
OPEN_DOCUMENT = Kind("an OpenDocument workbook (.ods)")
NUMBERS = Kind("a Numbers document", help="In Numbers choose Export to, Excel or CSV.")
ZIP = Kind("a packed folder (.zip)", help="Unpack it.")
STARTS = {  # how files of a kind begin
    b"\xd0\xcf\x11\xe0": Kind("an old workbook (.xls), or one locked by a password"),
    b"SQLite format 3\0": Kind(
        "a SQLite database", (".sqlite", ".sqlite3", ".db"), "Name it .sqlite."
    ),
    b"%PDF-": Kind("a PDF document", help="Type its table into a spreadsheet, or export it there."),
    b"PAR1": Kind("a Parquet file", help="Write it as CSV UTF-8."),
    b"ARROW1": Kind("an Arrow file", help="Write it as CSV UTF-8."),
    b"\x1f\x8b": Kind("a packed file (.gz)", help="Unpack it."),
    b"7z\xbc\xaf\x27\x1c": Kind("a packed folder (.7z)", help="Unpack it."),
    b"Rar!": Kind("a packed folder (.rar)", help="Unpack it."),
    b"{\\rtf": Kind("a text document (.rtf)"),
    b"\x89PNG": Kind("a picture", help="Type its table into a spreadsheet."),
    b"\xff\xd8\xff": Kind("a picture", help="Type its table into a spreadsheet."),
}
PAGE = Kind("a web page", help="Open it in a spreadsheet and save it as .xlsx or as CSV UTF-8.")
XML = Kind("an XML file")
JSON = Kind("a JSON file", (".json", ".jsonl", ".ndjson", ".txt"), "Name it .json.")
JSON_START = re.compile(rb'\[\s*[\[{]|\{\s*"')
TEXT = Kind("a text file", (".csv", ".tsv", ".tab", ".txt", ".json"), "Name it .csv.")


def kind_of(path: Path) -> Kind | None:
    """A file's kind by its bytes; None for an empty file, and for bytes that are of no known kind.
    Raises InputError as `open_plain` does.
    """
    with open_plain(path) as file:
        head = file.read(HEAD)
        if head.startswith(b"PK\3\4") or head.startswith(b"PK\5\6"):
            return packed_kind(head + file.read(MAX_FILE_BYTES))
    for start, kind in STARTS.items():
        if head.startswith(start):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<?xml"):
        return XML
    if text.startswith(b"<"):
        return PAGE
    if JSON_START.match(text):
        return JSON
    return TEXT if text and b"\0" not in head else None


def packed_kind(raw: bytes) -> Kind:
    """What a packed file holds, by the names in it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # Damaged or too large: what begins so and is named like a workbook is most often one.
        return Kind(DAMAGED, WORKBOOK.suffixes)
    names = archive.namelist()
    if "xl/workbook.bin" in names:
        return BINARY_WORKBOOK
    if any(name.lower().startswith("xl/") for name in names) or "[Content_Types].xml" in names:
        is_document = any(name.startswith(("word/", "ppt/", "visio/")) for name in names)
        return Kind("a document of another program") if is_document else WORKBOOK
    if "content.xml" in names:
        return OPEN_DOCUMENT
    return NUMBERS if any(name.startswith("Index/") for name in names) else ZIP


def check_name(path: Path, suffix: str) -> None:
    """Refuse a file that is of another kind than its name says: named like text, it would be read
    as nonsense.
    """
    kind = kind_of(path)
    if kind and suffix not in kind.suffixes:
        raise InputError(
            [Problem(path.name, f"{kind.words}, named {suffix}", READ, help=kind.help)]
        )

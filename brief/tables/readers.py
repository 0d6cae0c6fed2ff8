"""Reading the tables that people hand in: CSV of any spreadsheet, workbooks, JSON, SQLite.

Whatever the file, its cells become text, row by row, and go one way: `table_of` turns them into the
types that the schema declares. What is not in the published form is either read rightly, with a
line that says so, or refused.
"""

from __future__ import annotations

import re
from pathlib import Path

from brief.plain_files import bytes_of
from brief.tables.advice import unknown_table
from brief.tables.delimited import read_delimited
from brief.tables.file_kinds import check_name
from brief.tables.inputs import (
    MAX_FOLDER_FILES,
    MAX_PROBLEMS,
    Column,
    Table,
)
from brief.words import InputError, Problem, printable

LEFT_BY_SYSTEMS = ("desktop.ini", "thumbs.db")
MARKED = re.compile(r"ALTERED-[0-9a-f]{12}-")  # how an altered edition's downloads begin
NO_SPREADSHEET = {
    ".xls": "an old workbook",
    ".ods": "an OpenDocument workbook",
    ".numbers": "a Numbers document",
    ".xlsb": "a binary workbook",
    ".parquet": "a Parquet file",
    ".zip": "a packed folder",
}
JSON_LINES = (".jsonl", ".ndjson")
# What lies beside tables and holds none; any other file that is not read is named.
HOLD_NO_TABLES = (".md", ".yml", ".yaml", ".py", ".ipynb", ".png", ".jpg", ".svg", ".css", ".js")
DELIMITED = (".csv", ".tsv", ".tab")
BOOKS_AND_DATABASES = (".xlsx", ".xlsm", ".sqlite", ".sqlite3", ".db")
READ_KINDS = (*DELIMITED, *BOOKS_AND_DATABASES)
OURS = ("datapackage.json", "published-hashes.txt")  # lie beside tables that we wrote


# Text to rows


# Rows to a table


# Folders and files


def read_source(
    source: Path, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """Every table of a folder, or of one file, with the problems of all of them together."""
    try:
        str(source).encode()
    except UnicodeEncodeError:
        return {}, [Problem(str(source), "a name that is not UTF-8", "a folder of another name")]
    if source.is_dir():
        try:
            files = files_of(source)
        except OSError as error:
            return {}, [Problem(str(source), error.strerror or "no folder", "a folder to read")]
        if len(files) > MAX_FOLDER_FILES:
            found = f"more than {MAX_FOLDER_FILES:,} files"
            return {}, [Problem(str(source), found, "a folder with the tables alone")]
    elif source.exists():
        files = [source]
    else:
        return {}, [
            Problem(
                str(source),
                "no such folder",
                (
                    "a folder with CSV files named like those in data/, or one workbook, JSON "
                    "or SQLite file"
                ),
                help="`python3 run.py new DIR` makes one.",
            )
        ]
    tables, problems, left = {}, [], []
    for path in files:
        if len(problems) >= MAX_PROBLEMS:
            problems.append(Problem(path.name, "many problems up to here", "it was not read"))
            break
        try:
            if source.is_dir() and leaves(path, source):
                raise InputError(
                    [
                        Problem(
                            path.name,
                            "a link that leaves the folder",
                            "the file itself",
                            help="Copy what it leads to into the folder.",
                        )
                    ]
                )
            found, wrong = read_file(path, schema, alone=not source.is_dir())
        except InputError as error:
            found, wrong = {}, error.problems
        except FileNotFoundError:
            found, wrong = (
                {},
                [
                    Problem(
                        path.name,
                        "a file that went away while it was read",
                        "a folder that stays as it is meanwhile",
                        help="Run this again.",
                    )
                ],
            )
        problems += wrong
        if not (found or wrong or path.name in OURS) and path.suffix.lower() not in HOLD_NO_TABLES:
            left.append(path.name)
        for name, table in found.items():
            if name in tables:
                problems.append(
                    Problem(
                        path.name,
                        f"the table {name} a second time",
                        f"it once; {tables[name].file} holds it too",
                    )
                )
            tables.setdefault(name, table)
    if source.is_dir():
        left += folders_in(source)
    if tables and left:
        named = printable(", ".join(left[:5])) + (" and more" if len(left) > 5 else "")
        [*tables.values()][-1].readings.append(f"{named}: not named like a table, passed over")
    return tables, problems


def folders_in(folder: Path) -> list[str]:
    """The folders within a folder, which are not looked into, without those of programs."""
    return [f"{p.name}/" for p in sorted(folder.iterdir()) if p.is_dir() and p.name[0] not in "._"]


def files_of(folder: Path) -> list[Path]:
    """What lies in a folder, without what systems and programs leave there; one more than are
    allowed at most.
    """
    files = []
    for path in folder.iterdir():
        if (
            path.name.startswith((".", "~$"))
            or path.name.lower() in LEFT_BY_SYSTEMS
            or path.is_dir()
        ):
            continue
        files.append(path)
        if len(files) > MAX_FOLDER_FILES:
            break
    return sorted(files)


def leaves(path: Path, folder: Path) -> bool:
    """Whether a file of the folder is a link to somewhere else: a stranger's folder would show what
    lies on this machine.
    """
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def read_file(
    path: Path, schema: dict[str, list[Column]], alone: bool
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of one file. In a folder, files of kinds that hold no tables (README.md,
    manifests) are passed over.
    """
    kind, stem = path.suffix.lower(), MARKED.sub("", path.stem)
    kind = ".json" if kind in JSON_LINES else kind
    is_named = kind in (".txt", ".json") and stem in schema
    if kind in READ_KINDS or is_named or (kind == ".json" and alone):
        check_name(path, kind)
    if kind in DELIMITED or (kind == ".txt" and stem in schema):
        name = stem if stem in schema else stem.lower()
        if name not in schema:
            raise InputError([unknown_table(path.name, stem, schema, path.suffix)])
        table, problems = read_delimited(name, bytes_of(path), schema[name], path.name)
        return {name: table}, problems
    if kind in (".xlsx", ".xlsm"):
        from brief.tables.workbooks import read_workbook

        return read_workbook(path, stem, schema)
    if kind in (".sqlite", ".sqlite3", ".db") or (kind == ".json" and (alone or stem in schema)):
        from brief.tables import packed

        return (packed.read_json if kind == ".json" else packed.read_sqlite)(path, stem, schema)
    if kind in NO_SPREADSHEET or alone:
        raise InputError(
            [
                Problem(
                    path.name,
                    NO_SPREADSHEET.get(kind, f"a file of the kind {kind or 'without a name'}"),
                    "CSV, .xlsx, .json or .sqlite",
                    help="Save it as .xlsx or as CSV UTF-8.",
                )
            ]
        )
    if stem in schema and kind not in (".yml", ".md"):
        found = f"a file of the kind {kind or 'without an ending'}, named like a table"
        raise InputError([Problem(path.name, found, "CSV, .xlsx, .json or .sqlite")])
    return {}, []


def read_folder(folder: Path, schema: dict[str, list[Column]]) -> dict[str, Table]:
    """Every table that lies in a folder (it may hold only some). Raises InputError with the
    problems of all files together.
    """
    tables, problems = read_source(folder, schema)
    if problems:
        raise InputError(problems)
    return tables

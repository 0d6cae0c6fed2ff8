"""Reading the tables that people hand in: CSV of any spreadsheet, workbooks, JSON, SQLite.

Whatever the file, its cells become text, row by row, and go one way: `table_of` turns them into the types that the
schema declares. What is not in the published form is either read rightly, with a line that says so, or refused.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import Counter
from pathlib import Path

from brief import advice, header_advice, totals
from brief.dialects import (
    DECIMAL,
    ISO_DAY,
    ISO_TIME,
    OR_EMPTY,
    WHOLE,
    YES_OR_NO,
    Dialect,
    text_cell,
)
from brief.encodings import decode
from brief.file_kinds import check_name, open_plain
from brief.inputs import (
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_FOLDER_FILES,
    MAX_NUMBER,
    MAX_PROBLEMS,
    MAX_ROWS,
    Column,
    InputError,
    Problem,
    Table,
    printable,
)

DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
INSIDE = {
    ",": "A comma (in a text, or in 1,137)",
    ";": "A semicolon",
    "\t": "A tab",
    "|": "A bar",
}
MANY_NAMES = 6  # columns missing or unknown: more are told as one problem
LEFT_BY_SYSTEMS = ("desktop.ini", "thumbs.db")
MARKED = re.compile(r"ALTERED-[0-9a-f]{12}-")  # how an altered edition's downloads begin
MARK_COLUMN = "edition"  # the column that bears the mark in them
FORMULA = re.compile(
    r"[=@]|[+-](?![0-9.,]+$)"
)  # how a cell begins that a spreadsheet would compute
NO_SPREADSHEET = {
    ".xls": "an old workbook",
    ".ods": "an OpenDocument workbook",
    ".numbers": "a Numbers document",
    ".xlsb": "a binary workbook",
    ".parquet": "a Parquet file",
    ".zip": "a packed folder",
}
JSON_LINES = (".jsonl", ".ndjson")
COULD_HOLD_TABLES = (*JSON_LINES, ".json", ".txt", ".html", ".htm", ".xml", ".docx", ".pdf", "")
READ_KINDS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".sqlite", ".sqlite3", ".db")


# Text to rows


def split(text: str, wanted: list[str], file: str) -> tuple[list[tuple[int, list[str]]], str]:
    """The rows of a delimited text with their numbers, and the delimiter that its header shows."""
    first, delimiter, skipped = text[:100_000].split("\n", 1)[0].rstrip("\r"), ",", 0
    if match := re.fullmatch(r'"?sep=(.)"?', first, re.I):
        delimiter, text, skipped = match[1], text.split("\n", 1)[1] if "\n" in text else "", 1
    else:
        names = [
            {h.strip().strip('"').lower().replace(" ", "_") for h in first.split(d)}
            for d in (",", *DELIMITERS)
        ]
        delimiter = max(
            (",", *DELIMITERS),
            key=dict(zip((",", *DELIMITERS), (len(n & set(wanted)) for n in names))).get,
        )
    if not text.strip():
        raise InputError([Problem(file, "an empty file", f"a header row with {', '.join(wanted)}")])
    plain = text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")
    records = []
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(plain, newline=""), strict=True, delimiter=delimiter),
            1 + skipped,
        ):
            if not any(record):
                continue
            if not records:
                check_width(record, wanted, file, number)
            elif len(records) > MAX_ROWS:
                raise InputError(
                    [Problem(file, f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,} rows")]
                )
            records.append((number, record))
    except csv.Error as error:
        why = str(error)
        if "field limit" in why:
            why = f"a cell of more than {csv.field_size_limit():,} characters, or a quote that is not closed"
        raise InputError(
            [Problem(file, f"broken CSV ({why})", "comma-separated values, quotes closed")]
        ) from None
    return records, delimiter


def check_width(header: list[str], wanted: list[str], file: str, row: int) -> None:
    """Refuse a header of too many columns before any row below it is read."""
    width = max(index for index, name in enumerate(header, 1) if name)
    if width > MAX_COLUMNS:
        raise InputError(
            [
                Problem(
                    file,
                    f"{width:,} columns",
                    f"at most {MAX_COLUMNS:,} columns: {', '.join(wanted)}",
                    row,
                )
            ]
        )


def parse_table(name: str, raw: bytes, columns: list[Column], file: str) -> Table:
    """Parse one delimited text file against the schema's columns; raises InputError with every problem of the file."""
    table, problems = read_delimited(name, raw, columns, file)
    if problems:
        raise InputError(problems)
    return table


def read_delimited(
    name: str, raw: bytes, columns: list[Column], file: str
) -> tuple[Table, list[Problem]]:
    """One delimited text file as a table of its good rows, and the problems of the others."""
    if len(raw) > MAX_FILE_BYTES:
        raise InputError([too_large(file)])
    text, encoding = decode(raw, file)
    records, delimiter = split(text, [c.name for c in columns], file)
    said = ([encoding] if encoding else []) + (
        [DELIMITERS.get(delimiter, repr(delimiter))] if delimiter != "," else []
    )
    table, problems = table_of(name, records, columns, file, delimiter)
    if said:
        table.readings = [f"{file}: {', '.join(said)}", *table.readings]
    return table, problems


# Rows to a table


def table_of(
    name: str,
    records: list[tuple[int, list[str]]],
    columns: list[Column],
    file: str,
    delimiter: str = ",",
) -> tuple[Table, list[Problem]]:
    """Rows of text, the header first, as typed rows. Raises InputError when the header is wrong; returns the other problems."""
    records = [
        (number, record) for number, record in records if any(field.strip() for field in record)
    ]
    if not records:
        raise InputError(
            [
                Problem(
                    file, "an empty file", f"a header row with {', '.join(c.name for c in columns)}"
                )
            ]
        )
    header, renamed = folded(records[0][1], columns)
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise InputError(
            [
                Problem(
                    file,
                    f"{len(header):,} columns",
                    f"at most {MAX_COLUMNS:,} columns: {', '.join(c.name for c in columns)}",
                    records[0][0],
                )
            ]
        )
    problems, said = header_problems(header, columns, file, records[0][0], records[1:])
    if problems:
        raise InputError(problems)
    if len(records) - 1 > MAX_ROWS:
        raise InputError(
            [Problem(file, f"{len(records) - 1:,} rows", f"at most {MAX_ROWS:,} rows")]
        )
    if renamed:
        said.append(f"{file}: the columns {printable(', '.join(renamed))} read in small letters")
    records, notes = advice.without_notes(records, header, columns, file)
    rows, problems, short = named_cells(records[1:], header, columns, file, delimiter)
    problems += notes
    if short:
        said.append(
            f"{file}: fewer cells than the header in row {', '.join(map(str, short[:5]))}{' and more' if len(short) > 5 else ''}; taken as empty at the end"
        )
    known = {MARK_COLUMN, *(c.name for c in columns)}
    left_aside = [heading for heading in header if heading and heading not in known]
    rows, named_totals = totals.set_apart(name, rows, columns, file)
    problems += named_totals
    dialect = Dialect(columns, [cells for _, cells in rows], delimiter)
    table = Table(name, [c.name for c in columns], [], [], file, left_aside=left_aside)
    for number, cells in rows:
        values, wrong = typed(cells, columns, dialect, file, number, name)
        problems += wrong
        if not wrong:
            table.rows.append(values)
            table.lines.append(number)
        elif len(problems) >= MAX_PROBLEMS:
            problems.append(
                Problem(
                    file,
                    f"{MAX_PROBLEMS} problems up to here",
                    "the rows below were not read",
                    number + 1,
                )
            )
            break
    problems += totals.sums(table, columns, file)
    said += [f"{file}: {words}" for words in small_percentages(table)]
    formulas = sum(isinstance(v, str) and bool(FORMULA.match(v)) for row in table.rows for v in row)
    if formulas:
        # They stay as they are, here and in the downloads: a quote put before them would be another text, and the tables
        # could not be handed in again. Who opens them in a spreadsheet is told by this line.
        said.append(
            f"{file}: {formulas} cell{'s' if formulas > 1 else ''} that a spreadsheet would take for a formula, kept as text"
        )
    forms = [
        f"{words} ({count} cell{'s' if count > 1 else ''})" for words, count in dialect.said.items()
    ]
    table.readings = said + ([f"{file}: {', '.join(forms)}"] if forms else [])
    return table, sorted(problems, key=lambda p: p.row or 0)


def small_percentages(table: Table, fewest: int = 3) -> list[str]:
    """In words, the columns of percent that look like shares of one: all numbers are between 0 and 1, and some within."""
    said = []
    for place, name in enumerate(table.columns):
        if not name.endswith("_pct"):
            continue
        filled = [row[place] for row in table.rows if row[place] is not None]
        within = [value for value in filled if 0 < value < 1]
        if len(within) >= fewest and all(0 <= value <= 1 for value in filled):
            example = f"{within[0]:.15g}"
            said.append(
                f"every number of {name} lies between 0 and 1 and is read as percent: {example} is {example} percent"
            )
    return said


def folded(header: list[str], columns: list[Column]) -> tuple[list[str], list[str]]:
    """The header with the schema's names where only case and spaces differ ("Source ID"), and the names that did."""
    wanted, names, renamed = {c.name for c in columns}, [], []
    for text in header:
        name = text.strip().strip("\ufeff").strip()
        small = re.sub(r"[ \u00a0-]", "_", name[:100].lower())
        if name not in wanted and small in wanted:
            renamed.append(name)
            name = small
        names.append(name)
    return names, renamed


def named_cells(
    records, header: list[str], columns: list[Column], file: str, delimiter: str = ","
) -> tuple[list[tuple[int, dict]], list[Problem], list[int]]:
    """Each row as {column: text}; the rows with too many cells as problems; the numbers of those with too few."""
    place = {c.name: header.index(c.name) for c in columns}
    rows, problems, short = [], [], []
    for number, record in records:
        if any(field.strip() for field in record[len(header) :]):
            problems.append(
                Problem(
                    file,
                    f"{len(record)} cells",
                    f"{len(header)} cells, as in the header",
                    number,
                    help=f"{INSIDE.get(delimiter, repr(delimiter))} inside a cell needs quotes around the cell.",
                )
            )
            if len(problems) >= MAX_PROBLEMS:
                break
            continue
        if len(record) < len(header):
            short.append(number)
            record = record + [""] * (len(header) - len(record))
        rows.append((number, {name: record[index] for name, index in place.items()}))
    return rows, problems, short


def typed(
    cells: dict[str, str],
    columns: list[Column],
    dialect: Dialect,
    file: str,
    number: int,
    table: str = "",
) -> tuple[tuple, list[Problem]]:
    """One row's cells as values of the columns' types, and what is wrong with them, each with what helps."""
    values, problems = [], []
    for column in columns:
        text = cells[column.name]
        try:
            values.append(value_of(text, column, dialect))
        except ValueError as error:
            values.append(None)
            allowed, told = (*error.args, "")[:2]
            allowed = allowed_in(column, allowed)
            help = advice.for_cell(text, column, columns, told, table)
            problems.append(
                Problem(file, repr(text.strip()[:60]), allowed, number, column.name, help)
            )
    return tuple(values), problems


def allowed_in(column: Column, allowed: str) -> str:
    """What a column allows, where the words for its kind say too much."""
    if column.yes_or_no and allowed == WHOLE:
        allowed = YES_OR_NO + OR_EMPTY
    return allowed.removesuffix(OR_EMPTY) if column.required else allowed


def value_of(text: str, column: Column, dialect: Dialect):
    text = text.strip()
    if text == "":
        return None
    if column.kind != "TEXT":
        if len(text) > MAX_NUMBER:
            raise ValueError(WHOLE if column.kind == "INTEGER" else DECIMAL)
        if column.yes_or_no and text.lower() in ("true", "false"):
            dialect.note("TRUE and FALSE as 1 and 0")
            return int(text.lower() == "true")
        return cell(dialect.number(text, column.kind), column.kind)
    if not column.dates:
        return text_cell(text)
    if column.name in dialect.months_as_days and (match := ISO_DAY.match(text)):
        rest = text[10:]
        if not rest or ISO_TIME.fullmatch(text):
            dialect.note("months written as their first day")
            return match[0][:7]
    return dialect.date(text, column.dates)


def cell(text: str, kind: str):
    """A cell's text in the published form as a value of the column's type; raises ValueError with what is allowed."""
    text = text.strip()
    if text == "":
        return None
    if kind != "TEXT" and len(text) > MAX_NUMBER:
        raise ValueError(WHOLE if kind == "INTEGER" else DECIMAL)
    if kind == "INTEGER":
        if not re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            raise ValueError(WHOLE)
        return int(text)
    if kind == "REAL":
        if (
            not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", text)
            or abs(float(text)) > 1e15
        ):
            raise ValueError(DECIMAL)
        return float(text) + 0.0  # -0.0 becomes 0.0
    return text_cell(text)


def header_problems(
    header: list[str], columns: list[Column], file: str, row: int = 1, records=()
) -> tuple[list[Problem], list[str]]:
    """What is wrong with a header row (missing, doubled, nameless columns, each named), and the extra columns that are left aside."""
    wanted = [c.name for c in columns]
    missing = [name for name in wanted if name not in header]
    extra = [name for name in header if name and name not in wanted]
    problems = [
        Problem(file, f"the column {name!r} {count} times", "each column once", row, name)
        for name, count in sorted(Counter(h for h in header if h).items())
        if count > 1
    ]
    for index, name in enumerate(header):
        if not name and any(len(record) > index and record[index].strip() for _, record in records):
            problems.append(
                Problem(
                    file,
                    f"a column without a name (number {index + 1})",
                    ", ".join(wanted),
                    row,
                    help="Name it, or delete it.",
                )
            )
    if missing:
        problems = header_fault(header, wanted, file, row, list(records)) or [
            *problems,
            *unnamed(wanted, missing, extra, file, row),
        ]
    left = [name for name in extra if name != MARK_COLUMN]
    named = printable(", ".join(left))
    return problems, [
        f"{file}: the extra column{'s' if len(left) > 1 else ''} {named} left aside"
    ] if left and not problems else []


def header_fault(
    header: list[str], wanted: list[str], file: str, row: int, records: list
) -> list[Problem]:
    """The one problem of a header that is wrong as a whole, if it is."""
    fault = header_advice.fault_of(header, wanted, row, records)
    allowed = f"a header row with {', '.join(wanted)}"
    return [Problem(file, fault.found, allowed, fault.row, help=fault.help)] if fault else []


def unnamed(
    wanted: list[str], missing: list[str], extra: list[str], file: str, row: int
) -> list[Problem]:
    """The columns that a header lacks and those that the table has not, each a problem; as one where they are many."""
    allowed, taken = ", ".join(wanted), {}
    for heading in extra:
        free = [name for name in missing if name not in taken.values()]
        name = header_advice.meant(heading, free)
        if name:
            taken[heading] = name
    if len(missing) + len(extra) > MANY_NAMES:
        renamed = ", ".join(f"{heading} to {name}" for heading, name in taken.items())
        left = [name for name in missing if name not in taken.values()]
        help = f"Rename {printable(renamed, 400)}. " if renamed else ""
        help += f"Add the columns {', '.join(left)}." if left else ""
        found = f"a header of other columns: {printable(', '.join(extra), 200)}"
        return [Problem(file, found, f"a header row with {allowed}", row, help=help.strip())]
    problems = []
    for heading in extra:
        near = difflib.get_close_matches(heading, wanted, 1)
        help = f"Did you mean {near[0]!r}?" if near else ""
        if heading in taken:
            help = f"Did you mean {taken[heading]!r}?"
        problems.append(
            Problem(file, f"the unknown column {heading!r}", allowed, row, heading, help)
        )
    return problems + [Problem(file, f"no column {name!r}", allowed, row, name) for name in missing]


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
                "a folder with CSV files named like those in data/, or one workbook, JSON or SQLite file",
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
        is_ours = path.name == "datapackage.json"
        if not (found or wrong or is_ours) and path.suffix.lower() in COULD_HOLD_TABLES:
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
    if tables and left:
        named = printable(", ".join(left[:5])) + (" and more" if len(left) > 5 else "")
        [*tables.values()][-1].readings.append(f"{named}: not named like a table, passed over")
    return tables, problems


def files_of(folder: Path) -> list[Path]:
    """What lies in a folder, without what systems and programs leave there; one more than are allowed at most."""
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
    """Whether a file of the folder is a link to somewhere else: a stranger's folder would show what lies on this machine."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def bytes_of(path: Path, most: int = MAX_FILE_BYTES) -> bytes:
    """A file's bytes, one more than are allowed at most (the size that it had a moment ago proves nothing)."""
    with open_plain(path) as file:
        return file.read(most + 1)


def read_file(
    path: Path, schema: dict[str, list[Column]], alone: bool
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of one file. In a folder, files of kinds that hold no tables (README.md, manifests) are passed over."""
    kind, stem = path.suffix.lower(), MARKED.sub("", path.stem)
    kind = ".json" if kind in JSON_LINES else kind
    is_named = kind in (".txt", ".json") and stem in schema
    if kind in READ_KINDS or is_named or (kind == ".json" and alone):
        check_name(path, kind)
    if kind in (".csv", ".tsv", ".tab") or (kind == ".txt" and stem in schema):
        name = stem if stem in schema else stem.lower()
        if name not in schema:
            raise InputError([unknown_table(path.name, stem, schema, path.suffix)])
        table, problems = read_delimited(name, bytes_of(path), schema[name], path.name)
        return {name: table}, problems
    if kind in (".xlsx", ".xlsm"):
        from brief.workbooks import read_workbook

        return read_workbook(path, stem, schema)
    if kind in (".sqlite", ".sqlite3", ".db") or (kind == ".json" and (alone or stem in schema)):
        from brief import packed

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


def too_large(file: str, most: int = MAX_FILE_BYTES) -> Problem:
    return Problem(file, f"more than {most:,} bytes", f"at most {most:,} bytes")


def unknown_table(file: str, stem: str, schema, suffix: str = "") -> Problem:
    near = advice.table_meant(stem, list(schema))
    return Problem(
        file,
        "a table that the brief does not have",
        ", ".join(f"{n}{suffix}" for n in schema),
        help=f"Did you mean {near}{suffix}?" if near else "",
    )


def read_folder(folder: Path, schema: dict[str, list[Column]]) -> dict[str, Table]:
    """Every table that lies in a folder (it may hold only some). Raises InputError with the problems of all files together."""
    tables, problems = read_source(folder, schema)
    if problems:
        raise InputError(problems)
    return tables

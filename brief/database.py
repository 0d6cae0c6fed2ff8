"""The brief's database: CSV tables in, one checked SQLite database out.

`analysis/schema.sql` is the only place that says what is valid; this module reads tables as text, turns each
cell into the type its column declares, inserts row by row, and puts every refusal of the engine into words.
Nothing here knows what a table means.
"""
from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from brief import paths

LINK_TABLE = "row_sources"          # filled by the schema's triggers, never from a file
FIRST_TABLES = ("sources",)         # must stand before the rows that cite them
MAX_FILE_BYTES = 20_000_000
MAX_ROWS = 200_000


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input, located the way a person looks for it."""
    file: str
    found: str
    allowed: str
    row: int | None = None          # line number in the file, the header being line 1
    column: str = ""
    help: str = ""

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "") + (f", column {self.column}" if self.column else "")
        return f"{place}: found {self.found}; allowed: {self.allowed}." + (f" {self.help}" if self.help else "")


class InputError(Exception):
    """Input that the brief refuses. Carries every `Problem` found, so that all are told at once."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


@dataclass
class Table:
    """One parsed table. `rows` hold typed values (int, float, str or None), `lines` their line numbers."""
    name: str
    columns: list[str]
    rows: list[tuple]
    lines: list[int] = field(default_factory=list)
    file: str = ""


@dataclass(frozen=True)
class Column:
    """One column as the schema declares it: `kind` is INTEGER, REAL or TEXT; `key` is its place in the primary key, or 0."""
    name: str
    kind: str
    required: bool
    key: int


def sql_files() -> list[Path]:
    """The analysis in the order in which it is run: schema, chapters, claims last."""
    chapters = sorted(p for p in paths.ANALYSIS.glob("[0-9]*.sql"))
    return [paths.ANALYSIS / "schema.sql", *chapters, paths.ANALYSIS / "claims.sql"]


def sql_text() -> str:
    """All SQL of the brief as one script; the same text runs in the page."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sql_files())


def empty_database(script: str | None = None) -> apsw.Connection:
    """A database in memory with every table and view, and no rows."""
    connection = apsw.Connection(":memory:")
    connection.execute("pragma foreign_keys = on")
    connection.execute(script if script is not None else sql_text())
    return connection


def table_columns(connection: apsw.Connection) -> dict[str, list[Column]]:
    """Every data table of the schema with its columns, in the schema's order."""
    names = [n for (n,) in connection.execute("select name from sqlite_schema where type = 'table' order by rowid")
             if n != LINK_TABLE and not n.startswith("sqlite_")]
    return {name: [Column(c, kind, bool(required), key) for _, c, kind, required, _, key
                   in connection.execute(f'pragma table_info("{name}")')] for name in names}


def view_names(connection: apsw.Connection) -> list[str]:
    """Every view of the analysis, in the order of definition."""
    return [n for (n,) in connection.execute("select name from sqlite_schema where type = 'view' order by rowid")]


# Reading

def cell(text: str, kind: str):
    """A cell's text as a value of the column's type; raises ValueError with what is allowed."""
    text = text.strip()
    if text == "":
        return None
    if kind == "INTEGER":
        if not re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            raise ValueError("a whole number, or an empty cell where nothing is known")
        return int(text)
    if kind == "REAL":
        if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", text) or abs(float(text)) > 1e15:
            raise ValueError("a number with a decimal point, or an empty cell where nothing is known")
        return float(text) + 0.0      # -0.0 becomes 0.0
    if "\x00" in text:
        raise ValueError("text without NUL characters")
    return text


def decode(raw: bytes, file: str) -> str:
    """UTF-8 text of a CSV file, with or without a byte-order mark."""
    if len(raw) > MAX_FILE_BYTES:
        raise InputError([Problem(file, f"{len(raw):,} bytes", f"at most {MAX_FILE_BYTES:,} bytes")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([Problem(file, f"bytes that are not UTF-8 (byte {error.start})", "a CSV file saved as UTF-8",
                                  help="In a spreadsheet choose 'CSV UTF-8' when saving.")]) from None


def parse_table(name: str, raw: bytes, columns: list[Column], file: str) -> Table:
    """Parse one CSV file against the schema's columns; raises InputError with every problem of the file."""
    try:
        records = [(reader.line_num, record) for reader in [csv.reader(io.StringIO(decode(raw, file), newline=""), strict=True)]
                   for record in reader]
    except csv.Error as error:
        raise InputError([Problem(file, f"broken CSV ({error})", "comma-separated values, quotes closed")]) from None
    if not records:
        raise InputError([Problem(file, "an empty file", f"a header row with {', '.join(c.name for c in columns)}")])
    header = [h.strip() for h in records[0][1]]
    problems = header_problems(header, columns, file)
    if problems:
        raise InputError(problems)
    place = [header.index(c.name) for c in columns]
    table = Table(name, [c.name for c in columns], [], [], file)
    for line, record in records[1:]:
        if not any(field.strip() for field in record):
            continue
        if len(record) != len(header):
            problems.append(Problem(file, f"{len(record)} cells", f"{len(header)} cells, as in the header", line,
                                    help="A comma inside a text needs quotes around the cell."))
            continue
        values = []
        for column, index in zip(columns, place):
            try:
                values.append(cell(record[index], column.kind))
            except ValueError as error:
                problems.append(Problem(file, repr(record[index][:60]), str(error), line, column.name))
                values.append(None)
        table.rows.append(tuple(values))
        table.lines.append(line)
    if len(table.rows) > MAX_ROWS:
        problems.append(Problem(file, f"{len(table.rows):,} rows", f"at most {MAX_ROWS:,} rows"))
    if problems:
        raise InputError(problems)
    return table


def header_problems(header: list[str], columns: list[Column], file: str) -> list[Problem]:
    """What is wrong with a header row: missing, unknown or doubled columns, each named."""
    import difflib
    wanted = [c.name for c in columns]
    problems = []
    for name in sorted({h for h in header if header.count(h) > 1}):
        problems.append(Problem(file, f"the column {name!r} {header.count(name)} times", "each column once", 1, name))
    for name in header:
        if name not in wanted:
            near = difflib.get_close_matches(name, wanted, 1)
            problems.append(Problem(file, f"the unknown column {name!r}", ", ".join(wanted), 1, name,
                                    f"Did you mean {near[0]!r}?" if near else ""))
    for name in wanted:
        if name not in header:
            problems.append(Problem(file, f"no column {name!r}", ", ".join(wanted), 1, name))
    return problems


def read_folder(folder: Path, schema: dict[str, list[Column]]) -> dict[str, Table]:
    """Parse every table that lies in a folder. Unknown CSV files are refused; tables may be missing.

    Raises InputError with the problems of all files together.
    """
    import difflib
    if not folder.is_dir():
        raise InputError([Problem(str(folder), "no such folder", "a folder with CSV files named like those in data/",
                                  help="`python3 run.py new DIR` makes one.")])
    tables, problems = {}, []
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in schema:
            near = difflib.get_close_matches(path.stem, schema, 1)
            problems.append(Problem(path.name, "a table that the brief does not have", ", ".join(f"{n}.csv" for n in schema),
                                    help=f"Did you mean {near[0]}.csv?" if near else ""))
            continue
        try:
            tables[path.stem] = parse_table(path.stem, path.read_bytes(), schema[path.stem], path.name)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tables


# Loading

def load(tables: dict[str, Table], script: str | None = None) -> apsw.Connection:
    """A database with these tables in it. Raises InputError naming every row that the schema refuses."""
    connection = empty_database(script)
    schema = table_columns(connection)
    problems = [Problem(f"{name}.csv", "no such file", "every table of the schema", help="Restore it from data/.")
                for name in schema if name not in tables]
    if problems:
        raise InputError(problems)
    order = [*FIRST_TABLES, *(n for n in schema if n not in FIRST_TABLES)]
    with connection:
        for name in order:
            problems.extend(insert(connection, tables[name], schema[name]))
    if problems:
        raise InputError(problems)
    return connection


def insert(connection: apsw.Connection, table: Table, columns: list[Column], most: int = 50) -> list[Problem]:
    """Insert a table's rows; returns the refusals, at most `most` of them."""
    marks = ",".join("?" * len(columns))
    statement = f'insert into "{table.name}" ({",".join(c.name for c in columns)}) values ({marks})'
    cursor, problems = connection.cursor(), []
    for line, row in zip(table.lines or range(2, len(table.rows) + 2), table.rows):
        try:
            cursor.execute(statement, row)
        except (apsw.ConstraintError, apsw.MismatchError, apsw.SQLError, apsw.TooBigError) as error:
            problems.append(refusal(connection, table, columns, row, line, str(error)))
            if len(problems) == most:
                break
    return problems


def refusal(connection, table: Table, columns: list[Column], row: tuple, line: int, message: str) -> Problem:
    """The engine's refusal of one row, put into words: which column, what was found, what the schema allows."""
    values = dict(zip([c.name for c in columns], row))
    file = table.file or f"{table.name}.csv"
    if message.startswith("CHECK constraint failed: "):
        return check_refusal(connection, table, values, line, message.split(": ", 1)[1], file)
    if message.startswith("NOT NULL constraint failed: "):
        column = message.rsplit(".", 1)[1]
        return Problem(file, "an empty cell", "a value: this column may not be empty", line, column)
    if message.startswith("UNIQUE constraint failed: "):
        key = [c.split(".")[1] for c in message.split(": ", 1)[1].split(", ")]
        found = ", ".join(f"{k} = {values[k]}" for k in key)
        return Problem(file, f"a second row with {found}", "each of these once", line, ", ".join(key))
    if message.startswith("FOREIGN KEY constraint failed"):
        known = {s for (s,) in connection.execute("select source_id from sources")}
        unknown = [s for s in str(values.get("source_id") or "").split(";") if s.strip() not in known]
        return Problem(file, f"the unknown source {', '.join(map(repr, unknown))}", "ids that stand in sources.csv, separated by ;",
                       line, "source_id", "Add a row for it to sources.csv.")
    return Problem(file, message, "what analysis/schema.sql declares", line)


def check_refusal(connection, table: Table, values: dict, line: int, name: str, file: str) -> Problem:
    """A failed CHECK in words: the rule's own text, and the cells that it reads."""
    (text,) = connection.execute("select sql from sqlite_schema where name = ?", (table.name,)).fetchone()
    rule = rule_text(text, name)
    read = [c for c in values if re.search(rf"\b{re.escape(c)}\b", rule or name)] or [c for c in values if c in name]
    found = ", ".join(f"{c} = {values[c]!r}" for c in read) or "this row"
    return Problem(file, found[:300], f"{name.replace('_', ' ')}" + (f" ({rule})" if rule and rule != name else ""), line, ", ".join(read))


def rule_text(create: str, name: str) -> str:
    """The expression of `constraint NAME check (…)` inside a CREATE TABLE text, on one line; '' where there is none."""
    start = re.search(rf"constraint\s+{re.escape(name)}\s+check\s*\(", create, re.I)
    if not start:
        return ""
    depth, quoted, end = 1, False, start.end()
    while depth and end < len(create):
        character = create[end]
        quoted ^= character == "'"
        depth += 0 if quoted else (character == "(") - (character == ")")
        end += 1
    return " ".join(create[start.end():end - 1].split())


# Asking

def rows(connection: apsw.Connection, view: str) -> list[dict]:
    """All rows of a view or table as dictionaries, in the view's own order."""
    cursor = connection.execute(f'select * from "{view}"')
    try:
        names = [d[0] for d in cursor.get_description()]
    except apsw.ExecutionCompleteError:      # apsw knows no column names once an empty result is done
        return []
    return [dict(zip(names, row)) for row in cursor]


def frame(connection: apsw.Connection, view: str):
    """The view as a pandas DataFrame (columns as the view names them)."""
    import pandas
    columns = [c for _, c, *_ in connection.execute(f'pragma table_info("{view}")')]
    return pandas.DataFrame(rows(connection, view), columns=columns)


def tables_read(connection: apsw.Connection, view: str) -> list[str]:
    """The data tables that a view reads, directly or through other views, in the schema's order."""
    seen = set()

    def note(operation, first, second, database, trigger):
        if operation == apsw.SQLITE_READ:
            seen.add(first)
        return apsw.SQLITE_OK

    # A statement that is already in the cache is not authorized again, hence the comment that makes it new.
    connection.authorizer = note
    try:
        connection.execute(f'select * from "{view}" limit 0 -- tables read', can_cache=False)
    finally:
        connection.authorizer = None
    return [name for name in table_columns(connection) if name in seen]


def row_key(columns: list[Column], row: tuple) -> str:
    """A row's key as `row_sources` writes it: the primary key's parts joined by |."""
    keyed = sorted((c.key, i) for i, c in enumerate(columns) if c.key)
    return "|".join("" if row[i] is None else str(row[i]) for _, i in keyed)

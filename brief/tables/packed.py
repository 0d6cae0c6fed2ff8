"""One file that holds many tables: the JSON and the SQLite database that an edition offers for
download.

JSON: {"arrivals_korea_yearly": [{"year": 2018, "persons": 1137, …}, …], …}. SQLite: tables
named as in the schema. Either may hold only some of the tables.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from brief.plain_files import MAX_FILE_BYTES, bytes_of, too_large
from brief.tables.advice import unknown_table
from brief.tables.dialects import Unread
from brief.tables.encodings import decode
from brief.tables.inputs import (
    MAX_COLUMNS,
    MAX_DATABASE_BYTES,
    MAX_PROBLEMS,
    MAX_ROWS,
    Column,
    Table,
)
from brief.tables.rows import table_of
from brief.words import InputError, Problem, json_fault

MAX_STEPS = 20_000  # thousands of the engine's steps: a generated column can compute for ever
MAX_CELL = 1_000_000  # bytes: it can compute a gigabyte, too
OTHER_TABLES = ("row_sources", "edition")  # in every edition's database, filled by the build
FORM = 'an object of tables, each a list of rows: {"trade_china": [{"year": 2000, …}]}'
RECORDS = 'pandas: frame.to_json(path, orient="records")'
HOT_JOURNAL = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
BESIDE = {  # what may lie beside a database: (what it holds, what helps)
    "-wal": (
        "changes that are not in the database itself yet",
        "Close the program that writes it, or run in it: pragma wal_checkpoint(truncate).",
    ),
    "-journal": (
        "a change that was never finished",
        "Open the database once with the program that wrote it: it undoes the change.",
    ),
}


# JSON


def read_json(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a JSON file; a file named like a table may hold its rows alone, in a list or
    one a line.
    """
    raw = bytes_of(path)
    if len(raw) > MAX_FILE_BYTES:
        raise InputError([too_large(path.name)])
    text, encoding = decode(raw, path.name, is_json=True)
    content, how = parse_json(text, path.name)
    if stem in schema:
        content = alone(content, stem)
    if not isinstance(content, dict):
        raise InputError(
            [Problem(path.name, f"a JSON {kind_of(content)}", FORM, help=f"{RECORDS} writes rows.")]
        )
    tables, problems = {}, []
    for name, rows in content.items():
        if len(problems) >= MAX_PROBLEMS:
            break
        if name in OTHER_TABLES:
            continue
        file = f"{path.name}, {name}"
        if name.lower() not in schema:
            problems.append(unknown_table(file, name, schema))
            continue
        try:
            header, records = rows_of(rows, file, [c.name for c in schema[name.lower()]])
        except InputError as error:
            problems += error.problems
            continue
        take(name.lower(), header, records, schema, file, tables, problems)
    said = [words for words in (encoding, how) if words]
    if said and tables:
        first = next(iter(tables.values()))
        first.readings = [f"{path.name}: {', '.join(said)}", *first.readings]
    return tables, problems


def parse_json(text: str, file: str) -> tuple[object, str]:
    """What a JSON text says, and in words how it was written where that is one object a line."""
    text = text.removeprefix("\ufeff")
    try:
        return loads(text), ""
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.split("\n") if line.strip()]
        is_lines = len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines[:2])
        if not is_lines or not lines[0].rstrip().endswith("}"):
            raise broken(file, error) from None
    if len(lines) > MAX_ROWS:
        raise InputError([Problem(file, f"{len(lines):,} rows", f"at most {MAX_ROWS:,} rows")])
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(loads(line))
        except (ValueError, RecursionError) as error:
            raise broken(file, error, number) from None
    return rows, "JSON with one row a line"


def loads(text: str):
    return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)


def broken(file: str, error: Exception, line: int | None = None) -> InputError:
    place = f", line {line}" if line else ""
    if isinstance(error, RecursionError):
        why = "lists or objects within each other, too many"
    elif "integer string conversion" in str(error):
        why = "a number of thousands of digits"
    else:
        why = json_fault(error)
    return InputError([Problem(file, f"broken JSON{place} ({why})", FORM)])


def once(pairs: list[tuple]) -> dict:
    """An object of JSON; raises ValueError where a key stands twice, of which Python would take the
    last.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def no_constant(name: str):
    raise ValueError(f"{name} is no number")


def kind_of(value) -> str:
    kinds = {dict: "object", list: "list", str: "text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "number")


def alone(content, stem: str):
    """The content of a file that is named like a table, as an object of tables."""
    is_split = isinstance(content, dict) and {"columns", "data"} <= set(content)
    is_table = isinstance(content, dict) and {"schema", "data"} <= set(content)
    if is_table:
        return {stem: content["data"]}
    # the cells of columns, or of rows, by number: refused in words further down
    is_cells = isinstance(content, dict) and all(isinstance(v, dict) for v in content.values())
    return {stem: content} if isinstance(content, list) or is_split or is_cells else content


def rows_of(rows, file: str, wanted: list[str]) -> tuple[list[str], list[list]]:
    """A table's header and rows. Raises InputError for what is neither a list of objects nor
    pandas' columns and data.
    """
    if isinstance(rows, dict) and {"columns", "data"} <= set(rows):
        header, records = rows["columns"], rows["data"]
        is_split = (
            isinstance(header, list)
            and all(isinstance(name, str) for name in header)
            and isinstance(records, list)
            and all(isinstance(r, list) and len(r) == len(header) for r in records)
        )
        if is_split:
            check_size(len(header), len(records), file)
            return header, records
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        found = f"a JSON {kind_of(rows)}" + (" of other things" if isinstance(rows, list) else "")
        raise InputError(
            [
                Problem(
                    file,
                    found,
                    "a list of rows, each an object of columns",
                    help=f"{RECORDS} writes rows.",
                )
            ]
        )
    header: dict[str, None] = {}
    for row in rows:
        header.update(dict.fromkeys(row))
        if len(header) > MAX_COLUMNS:
            break
    check_size(len(header), len(rows), file)
    names = list(header) or wanted
    check_same_columns(rows, names, wanted, file)
    return names, [[row.get(name) for name in names] for row in rows]


def check_same_columns(rows: list[dict], names: list[str], wanted: list[str], file: str) -> None:
    """Refuse edits whose rows hold different columns: whether one that a row has not is emptied or
    stays, nobody can say. A whole table's row without a column has it empty.
    """
    if not set(wanted) - {name.strip().lower() for name in names}:
        return
    for number, row in enumerate(rows, 2):
        lacking = [name for name in names if name not in row]
        if lacking:
            allowed = "the same columns in each row of edits"
            help = "Write null to empty a cell, or its published value to keep it."
            found = f"a row without {lacking[0]!r}"
            raise InputError([Problem(file, found, allowed, number, lacking[0], help)])


def check_size(columns: int, rows: int, file: str) -> None:
    """Refuse what would fill the memory before it is laid out: few bytes can name many columns for
    many rows.
    """
    if columns > MAX_COLUMNS or rows > MAX_ROWS or columns * rows > MAX_FILE_BYTES:
        raise InputError(
            [
                Problem(
                    file,
                    f"more than {MAX_COLUMNS:,} columns"
                    if columns > MAX_COLUMNS
                    else f"{columns:,} columns and {rows:,} rows",
                    (
                        f"at most {MAX_COLUMNS:,} columns, {MAX_ROWS:,} rows and "
                        f"{MAX_FILE_BYTES:,} cells"
                    ),
                )
            ]
        )


# SQLite


def read_sqlite(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a SQLite file; its views, triggers and other tables are not looked at."""
    import apsw

    refuse_unfinished(path)
    raw = bytes_of(path, MAX_DATABASE_BYTES)
    if len(raw) > MAX_DATABASE_BYTES:
        raise InputError([too_large(path.name, MAX_DATABASE_BYTES)])
    if raw[18:20] == b"\x02\x02":  # in WAL mode; nothing lies beside it, so the file is whole
        raw = raw[:18] + b"\x01\x01" + raw[20:]
    tables, problems = {}, []
    try:
        connection = apsw.Connection(":memory:")
        connection.execute("pragma trusted_schema = off")
        connection.set_progress_handler(Clock(), 1000)
        connection.deserialize("main", raw)
        connection.limit(apsw.SQLITE_LIMIT_LENGTH, MAX_CELL)
        if connection.execute("pragma quick_check(1)").fetchone()[0] != "ok":
            raise InputError(
                [Problem(path.name, "a damaged database", "a SQLite file as an edition offers it")]
            )
        # The engine says what is a plain table; the text of a schema may say anything.
        listed = connection.execute(
            "select name, type from pragma_table_list where schema = 'main'"
        )
        for name, kind in list(listed):
            if name in OTHER_TABLES or name.startswith("sqlite_") or len(problems) >= MAX_PROBLEMS:
                continue
            file = f"{path.name}, {name}"
            if kind == "table" and name.lower() not in schema:
                problems.append(unknown_table(file, name, schema))
            elif kind == "table":
                header, records = rows_in(connection, name, schema[name.lower()], file)
                take(name.lower(), header, records, schema, file, tables, problems)
            elif name.lower() in schema:
                problems.append(
                    Problem(file, f"a {kind}, which computes its rows", "a plain table")
                )
    except (apsw.Error, UnicodeDecodeError, MemoryError) as error:
        raise InputError(
            [
                Problem(
                    path.name,
                    f"no SQLite database that can be read ({error})",
                    "a SQLite file as an edition offers it",
                )
            ]
        ) from None
    if not tables and not problems:
        problems.append(Problem(path.name, "no table of the brief", ", ".join(schema)))
    return tables, problems


def refuse_unfinished(path: Path) -> None:
    """Refuse a database beside which a log holds what it does not, or holds too much."""
    for ending, (what, help) in BESIDE.items():
        log = path.with_name(path.name + ending)
        if not log.is_file():
            continue
        start = bytes_of(log, 8)
        if start[:8] == HOT_JOURNAL or (ending == "-wal" and start):
            raise InputError(
                [
                    Problem(
                        path.name,
                        f"{log.name} beside it: {what}",
                        "a database by itself",
                        help=help,
                    )
                ]
            )


def rows_in(connection, name: str, columns: list[Column], file: str) -> tuple[list[str], list]:
    """A table's own header, and its rows with the cells of the columns that we know; never more
    than fits the memory.
    """
    known = {c.name for c in columns}
    quoted = '"' + name.replace('"', '""') + '"'
    header = [column for _, column, *_ in connection.execute(f"pragma table_xinfo({quoted})")]
    check_size(len(header), 0, file)
    cells = ", ".join(
        '"' + c.replace('"', '""') + '"' if c.strip().lower() in known else "null" for c in header
    )
    records, size = [], 0
    for record in connection.execute(f"select {cells} from {quoted} limit {MAX_ROWS + 1}"):
        size += sum(len(v) for v in record if isinstance(v, (str, bytes))) + 8 * len(record)
        if size > 4 * MAX_FILE_BYTES:
            raise InputError([too_large(file, 4 * MAX_FILE_BYTES)])
        records.append(record)
    return header, records


class Clock:
    """Stops a statement that takes more than `MAX_STEPS` thousand steps."""

    def __init__(self):
        self.left = MAX_STEPS

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


# Values to text


def take(
    name: str, header: list[str], records, schema, file: str, tables: dict, problems: list
) -> None:
    """Put one table's rows, as text, the way of all tables; a value of another kind is refused,
    never turned into text.
    """
    kinds = {c.name: c for c in schema[name]}
    order = [kinds.get(column.strip().lower()) for column in header]
    rows, wrong = [(1, header)], []
    for number, record in enumerate(records, 2):
        cells = []
        for value, column in zip(record, order):
            try:
                cells.append(text_of(value, column))
            except Unread as error:
                wrong.append(Problem(file, error.found, error.args[0], number, column.name))
        if len(cells) == len(order):
            rows.append((number, cells))
        elif len(wrong) >= MAX_PROBLEMS:
            break
    try:
        table, refused = table_of(name, rows, schema[name], file)
    except InputError as error:
        problems += error.problems
        return
    if name in tables:
        problems.append(Problem(file, f"the table {name} a second time", "it once"))
    tables.setdefault(name, table)
    problems += wrong + refused


def text_of(value, column: Column | None) -> str:
    """A value as the text of its cell. Raises Unread for what no cell of a table can hold."""
    if value is None or column is None:
        return ""
    if isinstance(value, bool) and column.kind != "TEXT":
        return "true" if value else "false"
    if isinstance(value, float) and column.kind != "TEXT":
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    found = f"{len(value):,} bytes (a BLOB)" if isinstance(value, bytes) else json.dumps(value)
    refusal = Unread("a text" if column.kind == "TEXT" else "a number, or nothing")
    refusal.found = re.sub(r"\s+", " ", found)[:60]
    raise refusal

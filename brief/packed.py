"""One file that holds many tables: the JSON and the SQLite database that an edition offers for download.

JSON: {"arrivals_korea_yearly": [{"year": 2018, "persons": 1137, …}, …], …}. SQLite: tables named as in the schema.
Either may hold only some of the tables.
"""

from __future__ import annotations

import json
from pathlib import Path

from brief.inputs import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, Column, InputError, Problem, Table
from brief.readers import table_of, unknown_table

MAX_DATABASE_BYTES = 60_000_000
MAX_STEPS = 20_000  # thousands of the engine's steps: a generated column can compute for ever, or a gigabyte
OTHER_TABLES = ("row_sources", "edition")  # in every edition's database, filled by the build
FORM = 'an object of tables, each a list of rows: {"trade_china": [{"year": 2000, …}]}'


def read_json(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a JSON file; a file named like a table may hold its list of rows alone."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InputError(
            [
                Problem(
                    path.name, f"{path.stat().st_size:,} bytes", f"at most {MAX_FILE_BYTES:,} bytes"
                )
            ]
        )
    try:
        content = json.loads(
            path.read_bytes().decode("utf-8-sig"),
            object_pairs_hook=once,
            parse_constant=no_constant,
        )
    except (ValueError, RecursionError) as error:
        raise InputError([Problem(path.name, f"broken JSON ({str(error)[:120]})", FORM)]) from None
    if isinstance(content, list) and stem in schema:
        content = {stem: content}
    if not isinstance(content, dict):
        raise InputError([Problem(path.name, f"a JSON {type(content).__name__}", FORM)])
    tables, problems = {}, []
    for name, rows in content.items():
        file = f"{path.name}, {name}"
        if name in OTHER_TABLES:
            continue
        if name not in schema:
            problems.append(unknown_table(file, name, schema))
        elif not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            problems.append(
                Problem(
                    file,
                    f"a JSON {type(rows).__name__}",
                    "a list of rows, each an object of columns",
                )
            )
        else:
            header = list(dict.fromkeys([k for row in rows for k in row])) or [
                c.name for c in schema[name]
            ]
            if (
                len(header) > MAX_COLUMNS or len(rows) > MAX_ROWS
            ):  # as many names as rows would fill the memory
                problems.append(
                    Problem(
                        file,
                        f"{len(header):,} columns and {len(rows):,} rows",
                        f"at most {MAX_COLUMNS:,} and {MAX_ROWS:,}",
                    )
                )
                continue
            records = [[row.get(c) for c in header] for row in rows]
            take(name, header, records, schema, file, tables, problems)
    return tables, problems


def once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def no_constant(name: str):
    raise ValueError(f"{name} is no number")


def read_sqlite(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a SQLite file; its views, triggers and other tables are not looked at."""
    import apsw

    if path.stat().st_size > MAX_DATABASE_BYTES:
        raise InputError(
            [
                Problem(
                    path.name,
                    f"{path.stat().st_size:,} bytes",
                    f"at most {MAX_DATABASE_BYTES:,} bytes",
                )
            ]
        )
    tables, problems = {}, []
    try:
        connection = apsw.Connection(":memory:")
        connection.execute("pragma trusted_schema = off")
        connection.limit(apsw.SQLITE_LIMIT_LENGTH, MAX_DATABASE_BYTES)
        connection.set_progress_handler(Clock(), 1000)
        connection.deserialize("main", path.read_bytes())
        if connection.execute("pragma quick_check(1)").fetchone()[0] != "ok":
            raise InputError(
                [Problem(path.name, "a damaged database", "a SQLite file as an edition offers it")]
            )
        # The engine says what is a plain table; the text of a schema may say anything.
        for name in [
            n
            for n, kind in connection.execute(
                "select name, type from pragma_table_list where schema = 'main'"
            )
            if kind == "table" and n not in OTHER_TABLES and not n.startswith("sqlite_")
        ]:
            if name not in schema:
                problems.append(unknown_table(f"{path.name}, {name}", name, schema))
            else:
                header = [c for _, c, *_ in connection.execute(f'pragma table_info("{name}")')]
                records = list(connection.execute(f'select * from "{name}" limit {MAX_ROWS + 1}'))
                take(name, header, records, schema, f"{path.name}, {name}", tables, problems)
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


class Clock:
    """Stops a statement that takes more than `MAX_STEPS` thousand steps."""

    def __init__(self):
        self.left = MAX_STEPS

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def take(
    name: str, header: list[str], records, schema, file: str, tables: dict, problems: list
) -> None:
    """Put one table's rows, as text, the way of all tables."""
    try:
        rows = [
            (1, header),
            *((number, [text_of(v) for v in record]) for number, record in enumerate(records, 2)),
        ]
        table, refused = table_of(name, rows, schema[name], file)
    except InputError as error:
        problems += error.problems
        return
    tables[name] = table
    problems += refused


def text_of(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
    return str(value) if isinstance(value, (int, str)) else f"a {type(value).__name__}"

"""The brief's database: CSV tables in, one checked SQLite database out.

`analysis/schema.sql` is the only place that says what is valid; `brief/tables/readers.py` reads
tables, this module inserts them row by row and puts every refusal of the engine into words. Nothing
here knows what a table means.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from brief import paths
from brief.tables import advice, entries, schema
from brief.tables.delimited import parse_table
from brief.tables.inputs import Column, Table, date_precisions, is_yes_or_no
from brief.tables.readers import read_folder, read_source
from brief.tables.rows import cell
from brief.tables.rule_words import rule_words
from brief.words import InputError, Problem

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Column",
    "InputError",
    "Problem",
    "Table",
    "cell",
    "parse_table",
    "read_folder",
    "read_source",
]

LINK_TABLE = "row_sources"  # filled by the schema's triggers, never from a file
FIRST_TABLES = ("sources",)  # must stand before the rows that cite them


def sql_files() -> list[Path]:
    """The analysis in the order in which it is run: schema, chapters, the whole book last."""
    chapters = sorted(p for p in paths.ANALYSIS.glob("[0-9]*.sql"))
    return [paths.ANALYSIS / "schema.sql", *chapters, paths.ANALYSIS / "book.sql"]


def sql_text() -> str:
    """All SQL of the brief as one script, with the views that are generated from entries; the same
    text runs in the page.
    """
    first, *others = [path.read_text(encoding="utf-8") for path in sql_files()]
    claims = entries.claim_views(entries.load()["claims"])
    return "\n".join([schema.completed(first), *others, claims])


def in_memory() -> apsw.Connection:
    """An empty database that keeps to memory: what a large view sorts would go to a temporary file
    otherwise, for which a machine may have no room.
    """
    connection = apsw.Connection(":memory:")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma temp_store = memory")
    return connection


def empty_database(script: str | None = None) -> apsw.Connection:
    """A database in memory with every table and view, and no rows."""
    connection = in_memory()
    try:
        connection.execute(script if script is not None else sql_text())
    except apsw.SQLError as error:
        if script is None or script == sql_text():
            raise InputError([where_sql_fails(error)]) from None
        raise
    return connection


def where_sql_fails(error: apsw.SQLError) -> Problem:
    """The file that SQLite cannot read, and the line of the word that it names."""
    connection = apsw.Connection(":memory:")
    for path in sql_files():
        text = path.read_text(encoding="utf-8")
        try:
            connection.execute(schema.completed(text) if path.stem == "schema" else text)
        except apsw.SQLError as own:
            word = re.search(r'near "([^"]+)"', str(own))
            before = text.partition(word[1])[0] if word and word[1] in text else None
            row = before.count("\n") + 1 if before is not None else None
            return Problem(f"analysis/{path.name}", str(own), "SQL as SQLite reads it", row)
    return Problem("analysis/*.yml", str(error), "claims that SQLite can ask")


def table_columns(connection: apsw.Connection) -> dict[str, list[Column]]:
    """Every data table of the schema with its columns, in the schema's order."""
    created = {
        n: sql
        for n, sql in connection.execute(
            "select name, sql from sqlite_schema where type = 'table' order by rowid"
        )
        if n != LINK_TABLE and not n.startswith("sqlite_")
    }
    key = tuple(created.values())
    if key not in _columns:
        _columns[key] = {
            name: [
                Column(
                    c,
                    kind,
                    bool(required),
                    place,
                    date_precisions(sql, c) if kind == "TEXT" else "",
                    is_yes_or_no(sql, c),
                )
                for _, c, kind, required, _, place in connection.execute(
                    f'pragma table_info("{name}")'
                )
            ]
            for name, sql in created.items()
        }
    return dict(_columns[key])


_columns: dict[
    tuple, dict[str, list[Column]]
] = {}  # by the text of the schema: asking for it takes as long as reading a table


def image_of(connection: apsw.Connection) -> bytes:
    """The whole database, to be sent to another process."""
    return connection.serialize("main")


def from_image(image: bytes) -> apsw.Connection:
    """The database again, in memory, its foreign keys in force. (One that is read in place could
    not be written to.)
    """
    sent, connection = apsw.Connection(":memory:"), in_memory()
    sent.deserialize("main", image)
    with connection.backup("main", sent, "main") as copy:
        copy.step()
    return connection


def view_names(connection: apsw.Connection) -> list[str]:
    """Every view of the analysis, in the order of definition."""
    return [
        n
        for (n,) in connection.execute(
            "select name from sqlite_schema where type = 'view' order by rowid"
        )
    ]


# Loading


def load(tables: dict[str, Table], script: str | None = None) -> apsw.Connection:
    """A database with these tables in it. Raises InputError naming every row that the schema
    refuses.
    """
    connection, problems = try_load(tables, script)
    if problems:
        raise InputError(problems)
    return connection


def try_load(
    tables: dict[str, Table], script: str | None = None
) -> tuple[apsw.Connection, list[Problem]]:
    """A database with the rows that the schema accepts, and its refusals of the others."""
    connection = empty_database(script)
    schema = table_columns(connection)
    missing = [
        Problem(
            f"{name}.csv",
            "no such file",
            "every table of the schema",
            help="Restore it from data/.",
        )
        for name in schema
        if name not in tables
    ]
    if missing:
        return connection, missing
    problems = []
    with connection:
        for name in [*FIRST_TABLES, *(n for n in schema if n not in FIRST_TABLES)]:
            problems += insert(connection, tables[name], schema[name])
    return connection, problems


def replace_tables(connection: apsw.Connection, tables: dict[str, Table]) -> list[Problem]:
    """Put these tables in the place of those that a loaded database holds; returns the schema's
    refusals. Not for sources.
    """
    schema, problems = table_columns(connection), []
    with connection:
        for name, table in tables.items():
            connection.execute(f"delete from {LINK_TABLE} where table_name = ?", (name,))
            connection.execute(f'delete from "{name}"')
            problems += insert(connection, table, schema[name])
    return problems


# our own word for it; the engine has none for a key of one number
EMPTY = "an empty cell that may not be empty"


def insert(
    connection: apsw.Connection, table: Table, columns: list[Column], most: int = 50
) -> list[Problem]:
    """Insert a table's rows; returns the refusals, at most `most` of them."""
    marks = ",".join("?" * len(columns))
    statement = f'insert into "{table.name}" ({",".join(c.name for c in columns)}) values ({marks})'
    cursor, problems = connection.cursor(), []
    for line, row in zip(table.lines or range(2, len(table.rows) + 2), table.rows):
        try:
            # The engine invents a number where a key of one whole number is empty: a year that
            # nobody wrote.
            if any(value is None for value, column in zip(row, columns) if column.required):
                raise apsw.ConstraintError(EMPTY)
            cursor.execute(statement, row)
        except (apsw.ConstraintError, apsw.MismatchError, apsw.SQLError, apsw.TooBigError) as error:
            problems.append(refusal(connection, table, columns, row, line, str(error)))
            if len(problems) == most:
                break
    return advice.gathered(sorted(problems, key=lambda problem: problem.row or 0))


def refusal(
    connection, table: Table, columns: list[Column], row: tuple, line: int, message: str
) -> Problem:
    """The engine's refusal of one row, put into words: which column, what was found, what the
    schema allows.
    """
    values = dict(zip([c.name for c in columns], row))
    file = table.file or f"{table.name}.csv"
    empty = [c.name for c in columns if c.required and values[c.name] is None]
    if message.startswith("NOT NULL constraint failed: "):
        empty = [message.rsplit(".", 1)[1]]
    if empty:
        allowed = "a value: this column may not be empty"
        help = "Write it, or take the row out."
        return Problem(file, "an empty cell", allowed, line, empty[0], help)
    if message.startswith("CHECK constraint failed: "):
        return check_refusal(connection, table, values, line, message.split(": ", 1)[1], file)
    if message.startswith(f"UNIQUE constraint failed: {LINK_TABLE}."):
        return Problem(
            file,
            f"a source named twice in {values.get('source_id')!r}",
            "each source of a row once",
            line,
            "source_id",
            "Delete the second.",
        )
    if message.startswith("UNIQUE constraint failed: "):
        key = [c.split(".")[1] for c in message.split(": ", 1)[1].split(", ")]
        found = ", ".join(f"{k} = {values[k]}" for k in key)
        return Problem(
            file,
            f"a second row with {found}",
            "each of these once",
            line,
            ", ".join(key),
            advice.for_second_row(
                *first_with(table, key, values), (line, values), table.left_aside
            ),
        )
    if message.startswith("FOREIGN KEY constraint failed"):
        known = {s for (s,) in connection.execute("select source_id from sources")}
        unknown = [
            s for s in str(values.get("source_id") or "").split(";") if s.strip() not in known
        ]
        return Problem(
            file,
            f"the unknown source {', '.join(map(repr, unknown))}",
            "ids that stand in sources.csv, separated by ;",
            line,
            "source_id",
            "Add a row for it to sources.csv.",
        )
    return Problem(file, message, "what analysis/schema.sql declares", line)


def first_with(table: Table, key: list[str], values: dict) -> tuple[int, dict]:
    """The first row of a table that has these values in its key, as (row number, {column:
    value}).
    """
    wanted = [values[name] for name in key]
    for number, row in zip(table.lines or range(2, len(table.rows) + 2), table.rows):
        found = dict(zip(values, row))
        if [found[name] for name in key] == wanted:
            return number, found
    return 0, values


def check_refusal(
    connection, table: Table, values: dict, line: int, name: str, file: str
) -> Problem:
    """A failed CHECK in words: what the rule allows, the cells that it reads, and what they come
    to.
    """
    (text,) = connection.execute(
        "select sql from sqlite_schema where name = ?", (table.name,)
    ).fetchone()
    rule = rule_text(text, name)
    read = [c for c in values if re.search(rf"\b{re.escape(c)}\b", rule or name)] or [
        c for c in values if c in name
    ]
    found = ", ".join(f"{c} = {shown(values[c])}" for c in read) or "this row"
    allowed = name.replace("_", " ")
    words = rule_words(rule, read)
    allowed += f" ({words})" if words else ""
    return Problem(
        file,
        found[:300],
        allowed,
        line,
        ", ".join(read),
        advice.for_rule(table.name, rule, {c: values[c] for c in read}),
    )


def shown(value) -> str:
    """A cell's value in a refusal."""
    return "nothing" if value is None else repr(value)


def rule_text(create: str, name: str) -> str:
    """The expression of `constraint NAME check (…)` inside a CREATE TABLE text, on one line; ''
    where there is none.
    """
    start = re.search(rf"constraint\s+{re.escape(name)}\s+check\s*\(", create, re.I)
    if not start:
        return ""
    depth, quoted, end = 1, False, start.end()
    while depth and end < len(create):
        character = create[end]
        quoted ^= character == "'"
        depth += 0 if quoted else (character == "(") - (character == ")")
        end += 1
    return " ".join(create[start.end() : end - 1].split())


# Asking


def rows(connection: apsw.Connection, view: str) -> list[dict]:
    """All rows of a view or table as dictionaries, in the view's own order."""
    cursor = connection.execute(f'select * from "{view}"')
    try:
        names = [d[0] for d in cursor.get_description()]
    except apsw.ExecutionCompleteError:  # apsw knows no column names once an empty result is done
        return []
    return [dict(zip(names, row)) for row in cursor]


def frame(connection: apsw.Connection, view: str) -> pandas.DataFrame:
    """The view as a pandas DataFrame (columns as the view names them). A number column of a table
    is one in pandas as well where it holds nothing or nothing known.
    """
    import pandas

    kinds = {c: kind for _, c, kind, *_ in connection.execute(f'pragma table_info("{view}")')}
    rows = connection.execute(f'select * from "{view}"').fetchall()
    frame = pandas.DataFrame(rows, columns=list(kinds))
    for name, kind in kinds.items():
        if kind in ("INTEGER", "REAL") and frame[name].dtype == object:
            frame[name] = frame[name].astype(float)
    return frame


def gathered(connection: apsw.Connection, kind: str) -> list[dict]:
    """All rows of the chapters' views of one kind, `numbers` or `claims`, one view after the other:
    a union of all of them would be nested too deep for SQLite.
    """
    return [row for view in views_of(connection, kind) for row in rows(connection, view)]


def views_of(connection: apsw.Connection, kind: str) -> list[str]:
    """The chapters' views of one kind, in the order of definition."""
    return [view for view in view_names(connection) if view.startswith(f"{kind}_")]


def columns_read(connection: apsw.Connection, view: str) -> dict[str, set[str]]:
    """The data tables that a view reads, directly or through other views, in the schema's order,
    each with the columns that are read (none where rows are only counted).
    """
    seen: dict[str, set[str]] = {}

    def note(operation, table, column, database, trigger):
        if operation == apsw.SQLITE_READ:
            seen.setdefault(table, set()).update({column} - {""})
        return apsw.SQLITE_OK

    # A statement that is already in the cache is not authorized again, hence the comment that makes
    # it new.
    connection.authorizer = note
    try:
        connection.execute(f'select * from "{view}" limit 0 -- columns read', can_cache=False)
    finally:
        connection.authorizer = None
    return {name: seen[name] for name in table_columns(connection) if name in seen}


def tables_read(connection: apsw.Connection, view: str) -> list[str]:
    """The data tables that a view reads, directly or through other views, in the schema's order."""
    return list(columns_read(connection, view))


def row_key(columns: list[Column], row: tuple) -> str:
    """A row's key as `row_sources` writes it: the primary key's parts joined by |.

    Where there are several parts, a backslash stands before each | and each backslash in them, so
    that no two rows have the same key. The schema's triggers, `key_expression` and the page's
    `keyOf` write the same.
    """
    keyed = sorted((c.key, i) for i, c in enumerate(columns) if c.key)
    parts = ["" if row[i] is None else str(row[i]) for _, i in keyed]
    if len(parts) == 1:
        return parts[0]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def key_expression(columns: list[Column]) -> str:
    """`row_key` as an expression in SQL over the table's own columns."""
    keyed = sorted((c for c in columns if c.key), key=lambda c: c.key)
    if len(keyed) == 1:
        return f"ifnull({keyed[0].name}, '')"
    return " || '|' || ".join(
        rf"replace(replace(ifnull({c.name}, ''), '\', '\\'), '|', '\|')" for c in keyed
    )

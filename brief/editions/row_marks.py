"""The cells of a released edition, each as a short mark: enough to tell later which rows are new
and which cells were revised, without a second copy of the data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from brief import paths
from brief.editions.edition import digest
from brief.editions.ledgers import json_of
from brief.tables import database

DIGITS = 6  # of a cell's hash
# What is known of sources, errors and choices is not itself a figure.
NOT_MARKED = ("sources", "readings", "parameters", "corrections", "disagreements")


class TableMarks(TypedDict):
    """One table: its columns, and {row key: the cells' marks one after the other}."""

    columns: list[str]
    rows: dict[str, str]


class Revised(TypedDict):
    """What became of one table since."""

    new: list[str]  # row keys
    revised: dict[str, list[str]]  # row key: columns
    gone: list[str]


def mark(value) -> str:
    return digest(json.dumps(value, ensure_ascii=False))[:DIGITS]


def of_tables(tables: dict[str, database.Table], schema: dict) -> dict[str, TableMarks]:
    """Every table of figures, by its name."""
    return {
        name: {
            "columns": list(table.columns),
            "rows": {
                database.row_key(schema[name], row): "".join(map(mark, row)) for row in table.rows
            },
        }
        for name, table in tables.items()
        if name not in NOT_MARKED
    }


def path_of(number: str) -> Path:
    """Where the marks of the edition `number` lie."""
    return paths.EDITIONS / f"{number}.rows.json"


def as_text(found: dict[str, TableMarks]) -> str:
    """For the file: one line a table."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(table, ensure_ascii=False, sort_keys=True)}"
        for name, table in found.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def since(number: str, now: dict[str, TableMarks]) -> dict[str, Revised]:
    """What became of each table since the edition `number`, whose marks lie under editions/."""
    before = json_of(path_of(number))
    empty: TableMarks = {"columns": [], "rows": {}}
    names = [*now, *(name for name in before if name not in now)]
    return {name: became(before.get(name, empty), now.get(name, empty)) for name in names}


def became(before: TableMarks, now: TableMarks) -> Revised:
    revised = {
        key: columns
        for key in now["rows"].keys() & before["rows"].keys()
        if (columns := revised_columns(before, now, key))
    }
    return {
        "new": [key for key in now["rows"] if key not in before["rows"]],
        "revised": dict(sorted(revised.items())),
        "gone": [key for key in before["rows"] if key not in now["rows"]],
    }


def revised_columns(before: TableMarks, now: TableMarks, key: str) -> list[str]:
    """The columns of a row whose cells have another mark; one that was not there was empty."""
    was, is_now = cells(before, key), cells(now, key)
    nothing = mark(None)
    return [
        name
        for name in dict.fromkeys([*was, *is_now])
        if was.get(name, nothing) != is_now.get(name, nothing)
    ]


def cells(table: TableMarks, key: str) -> dict[str, str]:
    marks = table["rows"][key]
    return {name: marks[DIGITS * n : DIGITS * (n + 1)] for n, name in enumerate(table["columns"])}

"""Cells that `take` revised in data/, until an edition with them is released: data/revised.yml.

`publish` asks for the reason of each, and a release puts them on the page of revisions.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from brief import paths
from brief.editions.merging import Difference
from brief.tables import database
from brief.tables.inputs import Table
from brief.words import InputError, Problem

FILE = "revised.yml"
FEWEST = 10  # letters of a reason
HEAD = (
    "# Cells that `take` revised: `publish` asks for the reason of each, and a release puts them "
    "on the page of revisions.\n"
)


class RevisedCell(TypedDict):
    """One revised cell, and why it is another one now."""

    table: str
    row: str
    column: str
    was: int | float | str | None
    now: int | float | str | None
    source_was: str
    source: str
    reason: str


def path() -> Path:
    """Where the record lies, if there is one."""
    return paths.DATA / FILE


def read() -> list[RevisedCell]:
    """The cells on record; none where there is no file. Raises InputError."""
    if not path().exists():
        return []
    import yaml

    try:
        found = yaml.safe_load(path().read_text(encoding="utf-8")) or []
    except (ValueError, yaml.YAMLError) as error:
        raise InputError([refusal(f"broken YAML ({error})", "what `take` wrote")]) from None
    keys = set(RevisedCell.__annotations__)
    if not isinstance(found, list) or any(
        not isinstance(cell, dict) or set(cell) != keys or not isinstance(cell["reason"], str)
        for cell in found
    ):
        raise InputError([refusal("another form", f"a list of cells with {', '.join(keys)}")])
    return found


def refusal(found: str, allowed: str, help: str = "") -> Problem:
    return Problem(f"data/{FILE}", found, allowed, help=help)


def with_cells(tables: dict[str, Difference]) -> str:
    """The file's text with these revisions in it; a cell that was on record keeps what it was
    before the first of them.
    """
    import yaml

    cells = {(c["table"], c["row"], c["column"]): c for c in read()}
    for table, difference in tables.items():
        for one in difference.revised:
            key = (table, one["row"], one["column"])
            before = cells.get(key)
            cells[key] = {
                "table": table,
                "row": one["row"],
                "column": one["column"],
                "was": before["was"] if before else one["was"],
                "now": one["now"],
                "source_was": before["source_was"] if before else one["source_was"],
                "source": one["source"],
                "reason": "",
            }
    kept = [cell for cell in cells.values() if cell["was"] != cell["now"]]
    return HEAD + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def refuse_unexplained(tables: dict[str, Table], schema: dict) -> list[RevisedCell]:
    """The cells on record. Raises InputError for each without a reason, and for each that holds
    another value by now.
    """
    cells, problems = read(), []
    for cell in cells:
        name = f"{cell['table']} {cell['row']}, {cell['column']}"
        value = value_of(cell, tables, schema)
        if value != cell["now"]:
            found = f"{name}: {cell['now']}, where the table holds {value}"
            help = "Take the entry out if the cell was set back, or write its value."
            problems.append(refusal(found, "what stands in data/", help))
        elif len(cell["reason"].strip()) < FEWEST:
            found = f"no reason for {name}: {cell['was']} → {cell['now']}"
            allowed = f"why it was revised, as a reader understands it, {FEWEST} letters at least"
            problems.append(refusal(found, allowed, "Write it behind `reason:`."))
    if problems:
        raise InputError(problems)
    return cells


def value_of(cell: RevisedCell, tables: dict[str, Table], schema: dict):
    """What the table holds in a cell now; None where it has no such row or column."""
    columns = schema.get(cell["table"], [])
    names = [column.name for column in columns]
    if cell["column"] not in names:
        return None
    for row in tables[cell["table"]].rows:
        if database.row_key(columns, row) == cell["row"]:
            return row[names.index(cell["column"])]
    return None

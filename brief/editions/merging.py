"""Rows of an official file put into a table of the book, by key: what is new, what was revised and
by how much, what stays.

A row of the book that the file has not stays as it is, and so does a figure that the file only
withholds, as long as it lies within what the file says of it. A revised row takes the new source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from brief.editions.compare import score
from brief.tables import database
from brief.tables.figures_in_text import Hole
from brief.tables.inputs import Column, Table
from brief.tables.taking import PROVENANCE, TakenTable

ONE_SOURCE = "one_source"
MOST_NOTE = 1000  # characters, as the schema has it


class Revision(TypedDict):
    """A cell that a file gives another value; `score` from 0 (not at all) to 1 (came, or went)."""

    row: str
    column: str
    was: int | float | str | None
    now: int | float | str | None
    score: float
    source_was: str
    source: str


@dataclass
class Difference:
    """What a file changes in one table, by the keys of its rows."""

    new: list[str] = field(default_factory=list)
    revised: list[Revision] = field(default_factory=list)
    unchanged: int = 0  # rows of the file that say what the book says
    gone: list[str] = field(default_factory=list)  # rows of the book that the file should have
    kept: list[str] = field(default_factory=list)  # figures that the file withholds, in words
    unplaced: list[str] = field(default_factory=list)  # rows that the table cannot hold, in words
    provisional: list[str] = field(default_factory=list)  # keys of final figures that give way

    @property
    def changes(self) -> bool:
        return bool(self.new or self.revised)

    @property
    def changed_rows(self) -> list[str]:
        """Keys of the rows that rest on the file now, each once."""
        return list(dict.fromkeys([*self.new, *(one["row"] for one in self.revised)]))


class Merge:
    """One file's rows on their way into one table."""

    def __init__(self, table: Table, columns: list[Column], source_id: str):
        self.table, self.columns, self.source_id = table, columns, source_id
        self.names = [column.name for column in columns]
        self.by_key = {database.row_key(columns, row): row for row in table.rows}
        self.difference = Difference()

    def merge(self, taken: TakenTable) -> Table:
        """The table with these rows in it; `difference` says what that changed."""
        rows = dict(self.by_key)
        for values in taken.rows:
            given = dict(zip(taken.columns, values))
            key = database.row_key(self.columns, self.in_order(given))
            before = self.by_key.get(key)
            row = self.new_row(key, given) if before is None else self.revised(key, before, given)
            if row is not None:
                rows[key] = row
        self.difference.gone = taken.gone
        merged = list(rows.values())
        if self.is_sorted(self.table.rows):
            merged.sort(key=self.sorting_key)
        return Table(self.table.name, self.names, merged)

    def in_order(self, given: dict) -> tuple:
        return tuple(given.get(name) for name in self.names)

    def sorting_key(self, row: tuple) -> tuple:
        keyed = sorted((c.key, i) for i, c in enumerate(self.columns) if c.key)
        return tuple(str(row[i]) if isinstance(row[i], str) else row[i] for _, i in keyed)

    def is_sorted(self, rows: list[tuple]) -> bool:
        keys = [self.sorting_key(row) for row in rows]
        return all(one <= other for one, other in zip(keys, keys[1:]))

    # One row

    def new_row(self, key: str, given: dict) -> tuple | None:
        """A row that the book has not; None where the table cannot hold it."""
        row, notes = self.cells(given)
        required = [c.name for c in self.columns if c.required and c.name not in PROVENANCE]
        empty = [name for name in required if row.get(name) is None]
        if empty:
            why = "the file withholds it" if isinstance(given.get(empty[0]), Hole) else "no value"
            self.difference.unplaced.append(f"{key}: {empty[0]}, {why}, and the table needs one")
            return None
        self.difference.new.append(key)
        row |= {"source_id": self.source_id, "confidence": ONE_SOURCE, "note": joined(notes)}
        return self.in_order(row)

    def revised(self, key: str, before: tuple, given: dict) -> tuple | None:
        """A row that the book has, with the file's figures; None where it stays as it is."""
        was = dict(zip(self.names, before))
        given = {name: value for name, value in given.items() if not self.is_key(name)}
        for name, value in list(given.items()):
            if isinstance(value, Hole) and self.stays(key, name, was, value):
                for one in (name, f"{name}_low", f"{name}_high"):
                    given.pop(one, None)
        now, notes = self.cells(given)
        changed = [name for name in now if now[name] != was[name]]
        required = {column.name for column in self.columns if column.required}
        empty = [name for name in changed if now[name] is None and name in required]
        if empty:
            self.difference.unplaced.append(
                f"{key}: {empty[0]}, withheld in the file, and the table needs a value; "
                f"{was[empty[0]]} stays"
            )
            return None
        if not changed:
            self.difference.unchanged += 1
            return None
        if is_provisional(given) and not is_provisional(was):
            self.difference.provisional.append(key)
        for name in changed:
            self.difference.revised.append(
                {
                    "row": key,
                    "column": name,
                    "was": was[name],
                    "now": now[name],
                    "score": score_of(was[name], now[name]),
                    "source_was": was["source_id"],
                    "source": self.source_id,
                }
            )
        others = [
            name
            for name in self.names
            if name not in now and name not in PROVENANCE and not self.is_key(name)
        ]
        sources = [self.source_id]
        if any(was[name] is not None for name in others):
            sources += was["source_id"].split(";")  # figures that the file does not give rest there
        note = joined([*([was["note"]] if was["note"] else []), *notes])
        return self.in_order(
            was
            | now
            | {
                "source_id": ";".join(dict.fromkeys(sources)),
                "confidence": ONE_SOURCE,
                "note": note,
            }
        )

    def is_key(self, name: str) -> bool:
        return any(column.name == name and column.key for column in self.columns)

    def stays(self, key: str, name: str, was: dict, hole: Hole) -> bool:
        """Whether what the book has is told more exactly than what the file withholds."""
        low, high = was.get(f"{name}_low"), was.get(f"{name}_high")
        value = was[name]
        known = [one for one in (value, low, high) if one is not None]
        if not known or not all(hole.holds(one) for one in known):
            return False
        shown = value if value is not None else Hole(low, high).words()
        said = f"{key}, {name}: {hole.words()} in the file, {shown} stays"
        self.difference.kept.append(said)
        return True

    def cells(self, given: dict) -> tuple[dict, list[str]]:
        """The file's figures as cells of the table, and notes on those that it withholds."""
        row: dict = {}
        notes = [str(given["note"])] if given.get("note") else []
        for name, value in given.items():
            if name in PROVENANCE:
                continue
            low, high = f"{name}_low", f"{name}_high"
            if not isinstance(value, Hole):
                row[name] = value
                if low in self.names and high in self.names and low not in given:
                    row |= {low: None, high: None} if value is not None else {}
                continue
            row[name] = None
            if low in self.names and high in self.names and (value.low, value.high) != (None, None):
                row |= {low: value.low, high: value.high}
            else:
                notes.append(f"{name} withheld by the publisher ({value.words()})")
        return row, notes


def is_provisional(row: dict) -> bool:
    """Whether a row calls its figures provisional, in a column of its own or in its note."""
    return row.get("is_provisional") == 1 or "provisional" in str(row.get("note") or "").lower()


def joined(notes: list[str]) -> str | None:
    """Notes as one, each once, as long as they fit."""
    text = ""
    for note in dict.fromkeys(notes):
        longer = f"{text}; {note}" if text else note
        if note not in text and len(longer) <= MOST_NOTE:
            text = longer
    return text or None


def score_of(was, now) -> float:
    """How far a cell moved, as `compare` scores numbers; 1 for texts."""
    if isinstance(was, str) or isinstance(now, str):
        return 1.0
    return score(was, now)

"""What a sweep tries: every draw is a small alteration of the data, known by its number, the same
on every machine.

Four kinds. *parameter*: one parameter moved within its range, the nearest values first (or a grid
of several). *source*: one source left out, with the rows that rest on it alone. *row*: one row left
out. *range*: all uncertain cells at once, drawn within what the data say of themselves.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from dataclasses import dataclass

import apsw

from brief.tables import database

KINDS = ("parameter", "source", "row", "range")
# How far a cell may be off that states no range of its own, by what bears it out. Our choice: two
# reports of one year's arrivals differ by up to a tenth where the table `disagreements` lists both;
# a derived value inherits less; two sources agree.
SPREAD = {"one_source": 0.10, "derived": 0.05, "two_sources": 0.0}
NOT_SWEPT = (
    "sources",
    "corrections",
    "readings",
    "disagreements",
)  # what is known of sources and errors is not itself a measurement
POINTS = 9


@dataclass(frozen=True)
class Draw:
    """One alteration: its kind, what it is in words, the tables it touches, (SQL, list of
    bindings) to run, and which rows or parameters it alters: (table, condition, binding) for the
    rows that go, names for parameters.
    """

    kind: str
    label: str
    tables: tuple[str, ...]
    changes: tuple[tuple[str, list[tuple]], ...]
    goes: tuple[tuple[str, str, object], ...] = ()
    parameters: tuple[str, ...] = ()


class Plan:
    """All draws of a sweep, by number. Made anew in each process from the same data and
    settings.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        kinds=KINDS,
        ranges: int = 1000,
        seed: int = 1,
        grid: dict[str, list[float]] | None = None,
    ):
        self.connection, self.seed, self.ranges = (
            connection,
            seed,
            ranges if "range" in kinds else 0,
        )
        self.schema = database.table_columns(connection)
        self.read = columns_of_claims(connection, list(self.schema))
        parts = {
            "parameter": self._grid(grid) if grid else self._parameters,
            "source": self._sources,
            "row": self._rows,
        }
        self.single = [
            draw
            for kind in KINDS[:3]
            if kind in kinds
            for draw in (parts[kind] if kind == "parameter" and grid else parts[kind]())
        ]
        self.cells = uncertain_cells(connection, self.read, self.schema) if self.ranges else {}

    def __len__(self) -> int:
        return len(self.single) + self.ranges

    def __getitem__(self, number: int) -> Draw:
        return (
            self.single[number]
            if number < len(self.single)
            else self._range(number - len(self.single))
        )

    def _parameters(self) -> list[Draw]:
        """Each parameter on its own, at evenly spaced values of its range, those nearest to the
        published value first.
        """
        ranked = []
        for name, value, kind, low, high in self.connection.execute(
            "select name, value, kind, min, max from parameters order by name"
        ):
            values = {low + (high - low) * i / (POINTS - 1) for i in range(POINTS)}
            values = (
                {float(round(v)) for v in values} | {value - 1, value + 1}
                if kind == "integer"
                else values
            )
            tried = sorted(
                (v for v in values if v != value and low <= v <= high),
                key=lambda v: (abs(v - value), v),
            )
            ranked += [(i, name, v) for i, v in enumerate(tried)]
        return [set_parameters({name: v}) for _, name, v in sorted(ranked)]

    def _grid(self, grid: dict[str, list[float]]) -> list[Draw]:
        return [
            set_parameters(dict(zip(grid, values))) for values in itertools.product(*grid.values())
        ]

    def _sources(self) -> list[Draw]:
        """Every source on which some row that the claims read rests alone."""
        tables = [t for t in self.read if t != "parameters"]
        alone: dict[str, list[str]] = {}
        for table in tables:
            for (source,) in self.connection.execute(
                f"select distinct source_id from \"{table}\" where instr(source_id, ';') = 0"
            ):
                alone.setdefault(source, []).append(table)
        return [
            without(
                "source",
                f"without {source}",
                tuple((table, "source_id = ?", source) for table in found),
            )
            for source, found in sorted(alone.items())
        ]

    def _rows(self) -> list[Draw]:
        """Every row of every table that the claims read."""
        found = []
        for table in self.read:
            if table != "parameters":
                key = database.key_expression(self.schema[table])
                found += [
                    without("row", f"without {table} {name}", ((table, "rowid = ?", row),))
                    for row, name in self.connection.execute(
                        f'select rowid, {key} from "{table}" order by rowid'
                    )
                ]
        return found

    def _range(self, number: int) -> Draw:
        """Every uncertain cell drawn anew; the same number and seed always give the same draw."""
        chance = random.Random(f"{self.seed}:{number}")
        changes = tuple(
            (statement, [(json.dumps([drawn(chance, cells, sums) for cells, sums in rows]),)])
            for statement, rows in self.cells.values()
        )
        return Draw("range", f"draw {number} of seed {self.seed}", tuple(self.cells), changes)


def columns_of_claims(connection, tables: list[str]) -> dict[str, set[str]]:
    """{table: columns that some claim reads}, in the schema's order."""
    read: dict[str, set[str]] = {}
    for view in database.views_of(connection, "claims"):
        for table, columns in database.columns_read(connection, view).items():
            read.setdefault(table, set()).update(columns)
    return {name: read[name] for name in tables if name in read and name not in NOT_SWEPT}


def without(kind: str, label: str, goes: tuple[tuple[str, str, object], ...]) -> Draw:
    """The rows that `goes` names, (table, condition, binding), are left out."""
    changes = tuple(
        (f'delete from "{table}" where {condition}', [(bound,)]) for table, condition, bound in goes
    )
    return Draw(kind, label, tuple(table for table, _, _ in goes), changes, goes=goes)


def set_parameters(values: dict[str, float]) -> Draw:
    label = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    return Draw(
        "parameter",
        label,
        ("parameters",),
        (("update parameters set value = ? where name = ?", [(v, n) for n, v in values.items()]),),
        parameters=tuple(values),
    )


def drawn(chance: random.Random, cells: list, sums: list) -> tuple:
    """New values for one row: `cells` are (low, high, is whole, how many columns share it), a fixed
    value, or None to be summed.
    """
    values: list = []
    for cell in cells:
        if isinstance(cell, tuple):
            low, high, whole, times = cell
            value = chance.uniform(low, high)
            values += [round(value) if whole else value] * times
        else:
            values.append(cell)
    for total, first, second in sums:
        values[total] = values[first] + values[second]
    return tuple(values)


def uncertain_cells(connection, read: dict[str, set[str]], schema) -> dict[str, tuple[str, list]]:
    """For each table the update statement and, row by row, what is drawn: {table: (statement,
    [(cells, sums)])}.
    """
    found = {}
    for table, columns in read.items():
        (create,) = connection.execute(
            "select sql from sqlite_schema where name = ?", (table,)
        ).fetchone()
        kinds = {c.name: c.kind for c in schema[table] if c.kind != "TEXT" and not c.key}
        spans = [
            [n for n in (f"{stem}_low", f"{stem}_mid", f"{stem}_high") if n in kinds]
            for stem in (n[:-4] for n in kinds if n.endswith("_low"))
            if f"{stem}_high" in kinds
        ]
        spans = [s for s in spans if columns & set(s)]
        taken = {n for s in spans for n in s}
        amounts = [
            n
            for n in kinds
            if n not in taken and (f"constraint {n}_not_negative" in create or n.endswith("_pct"))
        ]
        sums = [
            (c, a, b)
            for a, b, c in re.findall(r"(\w+) \+ (\w+) = (\w+)", create)
            if {a, b, c} <= set(amounts)
        ]
        amounts = [
            n for n in amounts if n in columns or any(n in s and set(s) & columns for s in sums)
        ]
        sums = [s for s in sums if set(s) <= set(amounts)]
        names = [n for s in spans for n in s] + amounts
        if table == "parameters" or not names:
            continue
        query = f'select rowid, confidence, {", ".join(names)} from "{table}" order by rowid'
        rows = [
            row
            for record in connection.execute(query)
            if (row := row_cells(record, spans, amounts, sums, kinds))
        ]
        if rows:
            # One statement a table, its rows as JSON: a thousand small ones would push the claims
            # out of the statement cache.
            # `or ignore` leaves a row as it is where the schema refuses what was drawn.
            places = ", ".join(f'"{n}" = drawn.value ->> {i}' for i, n in enumerate(names))
            statement = (
                f'update or ignore "{table}" set {places} from json_each(?) as drawn where '
                f'"{table}".rowid = drawn.value ->> {len(names)}'
            )
            found[table] = (statement, rows)
    return found


def row_cells(record: tuple, spans, amounts, sums, kinds) -> tuple[list, list] | None:
    """What is drawn in one row, or None when all of it is certain."""
    rowid, confidence, *values = record
    spread, cells, place, uncertain = SPREAD.get(confidence, 0.0), [], 0, False
    for span in spans:
        low, high = values[place], values[place + len(span) - 1]
        if low is not None and high is not None and low < high:
            cells.append((low, high, kinds[span[0]] == "INTEGER", len(span)))
            uncertain = True
        else:
            cells += values[place : place + len(span)]
        place += len(span)
    start = place
    for name in amounts:
        value = values[place]
        place += 1
        if value and spread:
            top = (
                min(100.0, value * (1 + spread)) if name.endswith("_pct") else value * (1 + spread)
            )
            cells.append((value * (1 - spread), top, kinds[name] == "INTEGER", 1))
            uncertain = True
        else:
            cells.append(value)
    index = {name: start + i for i, name in enumerate(amounts)}
    added = [
        tuple(index[n] for n in s) for s in sums if all(values[index[n]] is not None for n in s)
    ]
    return (cells + [rowid], added) if uncertain else None

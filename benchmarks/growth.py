"""How time and memory grow with the rows: `check` and a whole build of 1, 10 and 100 times the tables.

    python benchmarks/growth.py [FACTOR …]

Rows are repeated under keys of their own, as far as the schema takes them; sources and parameters stay. What the figures
then say is nonsense; what they cost is not. Prints one line a factor.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import apsw

from brief import paths
from brief.editions import edition
from brief.tables import database

sys.path.insert(0, str(paths.ROOT))
from benchmarks.bench import Checkout

STAY = ("sources", "parameters")


def repeated(opened: edition.Edition, factor: int) -> dict[str, database.Table]:
    """Every table that can grow, its rows repeated under other keys."""
    found = {}
    for name, columns in database.table_columns(opened.connection).items():
        table = opened.tables[name]
        keyed = [i for i, c in enumerate(columns) if c.key]
        if name in STAY or not table.rows:
            continue
        for index in reversed(keyed):  # the last key column that the schema lets us vary
            rows = [
                *table.rows,
                *(
                    varied(row, index, columns[index], copy)
                    for copy in range(1, factor)
                    for row in table.rows
                ),
            ]
            rows = first_of_each(rows, keyed)
            grown = database.Table(name, table.columns, rows, [], f"{name}.csv")
            if len(rows) > len(table.rows) and accepts(opened, grown):
                found[name] = grown
                break
    return found


def varied(row: tuple, index: int, column: database.Column, copy: int) -> tuple:
    value = f"{row[index]}-{copy}" if column.kind == "TEXT" else row[index] + copy
    return tuple(value if i == index else v for i, v in enumerate(row))


def first_of_each(rows: list[tuple], keyed: list[int]) -> list[tuple]:
    return list({tuple(row[i] for i in keyed): row for row in reversed(rows)}.values())[::-1]


def accepts(opened: edition.Edition, table: database.Table) -> bool:
    opened.connection.execute("savepoint growth")
    try:
        return not database.replace_tables(opened.connection, {table.name: table})
    except apsw.Error:
        return False
    finally:
        opened.connection.execute("rollback to growth")
        opened.connection.execute("release growth")


def measure(factors: list[int]) -> None:
    opened = edition.open_edition()
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder) / "checkout")
        for factor in factors:
            data = Path(folder) / f"times-{factor}"
            tables = (
                repeated(opened, factor)
                if factor > 1
                else {n: t for n, t in opened.tables.items() if n not in STAY}
            )
            edition.write_tables(edition.Edition(tables, None, None), data)
            rows = sum(len(tables.get(n, t).rows) for n, t in opened.tables.items())
            line = [f"{factor}×: {rows:,} rows"]
            for words, command in (
                ("check", ("check", str(data))),
                ("build", ("build", str(data), "--out", str(Path(folder) / "out"), "--force")),
            ):
                wall, cpu, memory = checkout.run(sys.executable, "-m", "brief", *command)
                line.append(f"{words} {wall:.2f} s, {cpu:.2f} CPU s, {memory:.0f} MB")
            print("; ".join(line), flush=True)


if __name__ == "__main__":
    measure([int(a) for a in sys.argv[1:]] or [1, 10, 100])

"""Random alterations of every table and parameter, seeded: some that the schema takes, some that it must refuse.

Each is a scenario as the live page keeps it (see `brief.site.live.altered_tables`).
"""

from __future__ import annotations

import random

from brief.tables import database

PER_TABLE, PER_PARAMETER = 10, 3


def generate(tables: dict[str, database.Table], schema: dict, seed: int = 20261122) -> list[dict]:
    """At least `PER_TABLE` scenarios for every table and `PER_PARAMETER` for every parameter."""
    dice = random.Random(seed)
    found = []
    for name, columns in schema.items():
        if name != "parameters":
            kinds = [
                change_numbers,
                change_numbers,
                change_some_cell,
                move_rows,
                add_a_like_row,
                remove_rows,
                empty_a_cell,
                misspell_a_number,
                double_a_row,
                cite_at_random,
            ]
            for kind in (kinds * PER_TABLE)[:PER_TABLE]:
                change = kind(dice, tables[name], columns)
                found.append({"p": {}, "t": {name: normal(change, tables[name], columns)}})
    place = {c: i for i, c in enumerate(tables["parameters"].columns)}
    for row in tables["parameters"].rows:
        low, high = row[place["min"]], row[place["max"]]
        whole = row[place["kind"]] == "integer"
        inside = float(dice.randint(int(low), int(high))) if whole else dice.uniform(low, high)
        for value in (inside, high, dice.choice([high + 1, low - 0.5, inside + 0.25]))[
            :PER_PARAMETER
        ]:
            found.append({"p": {row[place["name"]]: value}, "t": {}})
    both = [s for s in found if s["t"]]
    for _ in range(20):  # several tables and a parameter at once
        scenario = {"p": dict(dice.choice(found[-30:])["p"]), "t": {}}
        for part in dice.sample(both, 3):
            scenario["t"] |= part["t"]
        found.append(scenario)
    return found


def normal(change: dict, table, columns) -> dict:
    """The change with rows that got another key taken away and added, which is how a scenario says it."""
    keyed = {database.row_key(columns, row): row for row in table.rows}
    kept, cut, add = [], list(change.get("cut", [])), list(change.get("add", []))
    keys = {c.name for c in columns if c.key}
    for key, cells in change.get("set", []):
        if keys & set(cells):
            cut.append(key)
            add.append([cells.get(c, v) for c, v in zip(table.columns, keyed[key])])
        else:
            kept.append([key, cells])
    return {"set": kept, "cut": cut, "add": add}


def some(dice, table, columns, most: int = 4) -> list[tuple[str, tuple]]:
    """A few rows with their keys."""
    rows = dice.sample(table.rows, min(len(table.rows), dice.randint(1, most)))
    return [(database.row_key(columns, row), row) for row in rows]


def numeric(columns) -> list[int]:
    return [i for i, c in enumerate(columns) if c.kind != "TEXT" and not c.key]


def change_numbers(dice, table, columns):
    changed = []
    for key, row in some(dice, table, columns, 6):
        cells = {}
        for i in numeric(columns):
            if row[i] is not None and dice.random() < 0.5:
                value = row[i] * dice.choice([0, 0.1, 0.5, 0.9, 1.1, 2, 10]) + dice.choice(
                    [0, 0, 1]
                )
                cells[columns[i].name] = int(value) if columns[i].kind == "INTEGER" else value
        changed.append([key, cells])
    return {"set": [c for c in changed if c[1]]}


def change_some_cell(dice, table, columns):
    """A cell takes what another row has in the same column."""
    index = dice.randrange(len(columns))
    return {
        "set": [
            [key, {columns[index].name: dice.choice(table.rows)[index]}]
            for key, _ in some(dice, table, columns)
        ]
    }


def move_rows(dice, table, columns):
    """A key changes: another year, another place."""
    index = dice.choice([i for i, c in enumerate(columns) if c.key])
    ((key, row),) = some(dice, table, columns, 1)
    value = (
        row[index] + dice.choice([-1, 1, 30])
        if columns[index].kind == "INTEGER"
        else f"{row[index]}x"
    )
    return {"set": [[key, {columns[index].name: value}]]}


def add_a_like_row(dice, table, columns):
    change = move_rows(dice, table, columns)
    ((key, cells),) = change["set"]
    row = next(r for r in table.rows if database.row_key(columns, r) == key)
    return {"add": [[cells.get(c.name, v) for c, v in zip(columns, row)]]}


def remove_rows(dice, table, columns):
    return {"cut": [key for key, _ in some(dice, table, columns, 12)]}


def empty_a_cell(dice, table, columns):
    name = dice.choice(columns).name
    return {"set": [[key, {name: None}] for key, _ in some(dice, table, columns)]}


def misspell_a_number(dice, table, columns):
    candidates = numeric(columns) or range(len(columns))
    index = dice.choice(list(candidates))
    return {
        "set": [
            [
                key,
                {columns[index].name: dice.choice(["many", "12,5", -5, -0.5, 10**12, "<b>7</b>"])},
            ]
            for key, _ in some(dice, table, columns, 1)
        ]
    }


def double_a_row(dice, table, columns):
    return {"add": [list(dice.choice(table.rows))]}


def cite_at_random(dice, table, columns):
    names = [c.name for c in columns]
    column = "source_id" if "source_id" in names else names[0]
    others = [r[names.index(column)] for r in dice.sample(table.rows, min(2, len(table.rows)))]
    value = dice.choice(
        ["no_such_source", ";".join(others), others[0], f"{others[0]};{others[0]}", "", "UPPER"]
    )
    return {"set": [[key, {column: value}] for key, _ in some(dice, table, columns, 2)]}

"""Which alterations of a sweep touch what a claim reads: its evidence and its parameters.

A claim that no draw can reach is not firm for it. So the share of draws in which it stays is taken
over those alone that alter a row of its evidence or a parameter of its calculation.
"""

from __future__ import annotations

from brief.analysis import dependencies
from brief.sweep.draws import Plan
from brief.tables import entries

Row = tuple[str, int]  # table, rowid


class Touched:
    """For one plan: which claims a draw touches."""

    def __init__(self, plan: Plan, claims: dict[str, dict]):
        """`claims`: {id: entry of the analysis' .yml}."""
        connection = plan.connection
        self.plan = plan
        self.rows = {key: rows_read(connection, entry) for key, entry in claims.items()}
        self.parameters = {key: parameters_read(connection, entry) for key, entry in claims.items()}
        uncertain = {
            (table, cells[-1]) for table, (_, rows) in plan.cells.items() for cells, _ in rows
        }
        self.uncertain = {key for key, rows in self.rows.items() if rows & uncertain}

    def by(self, number: int) -> set[str]:
        """The claims that draw `number` touches."""
        if number >= len(self.plan.single):
            return self.uncertain
        draw = self.plan.single[number]
        gone = {
            (table, row)
            for table, condition, bound in draw.goes
            for (row,) in self.plan.connection.execute(
                f'select rowid from "{table}" where {condition}', (bound,)
            )
        }
        altered = set(draw.parameters)
        return {key for key in self.rows if self.rows[key] & gone or self.parameters[key] & altered}


def rows_read(connection, entry: dict) -> set[Row]:
    """The rows of a claim's evidence."""
    return {
        (table, row)
        for table, condition in (entry.get("evidence") or {}).items()
        for (row,) in connection.execute(f'select rowid from "{table}" where {condition}')
    }


def parameters_read(connection, entry: dict) -> set[str]:
    """The parameters that a claim's calculation reads, by itself or through the views it is over;
    none for a claim that cannot be tested.
    """
    if "over" not in entry:
        return set()
    tables, parameters = dependencies.names(connection)
    views = dependencies.words_of_views(connection)
    own = dependencies.words_of(entries.arm("claim", entry) + " " + entry["over"])
    read = {name for view in own & views.keys() for name in dependencies.closure(view, views)}
    found = dependencies.of_words((tables, parameters), [own, *(views[name] for name in read)])
    if "parameters" in found:
        return parameters
    named = (name for name in found if name.startswith("parameters."))
    return {name.removeprefix("parameters.") for name in named}

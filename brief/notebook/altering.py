"""DataFrames that an analyst altered, as tables of an edition: what may stand in them is what may
stand in a file, and is refused in the same words.
"""

from __future__ import annotations

import pandas as pd

from brief.tables.inputs import Column, Table
from brief.tables.rows import table_of
from brief.words import InputError, Problem


def table_from(frame: pd.DataFrame, name: str, columns: list[Column]) -> Table:
    """A DataFrame as the table `name`. Raises InputError, with the rows that are wrong; row 2 is
    the frame's first.
    """
    file = f"the DataFrame for {name}"
    header = [str(column) for column in frame.columns]
    kinds = {column.name: column.kind for column in columns}
    records = [(1, header)]
    for number, row in enumerate(frame.itertuples(index=False), 2):
        cells = [text_of(value, kinds.get(name, "")) for name, value in zip(header, row)]
        records.append((number, cells))
    table, problems = table_of(name, records, columns, file)
    if problems:
        raise InputError(problems)
    return table


def text_of(value, kind: str) -> str:
    """A value of a DataFrame as a CSV file writes it. `kind` is that of its column."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        if kind == "INTEGER" and value == int(value):
            return str(int(value))
        text = repr(float(value))
        whole, _, fraction = text.partition(".")
        return f"{text}0" if len(fraction) == 3 else text  # 5.060 might be five thousand
    return str(value)


def changed_frame(frame: pd.DataFrame, name: str, where: str, values: dict) -> pd.DataFrame:
    """The rows of `frame` that `where` picks (a condition as `DataFrame.query` takes it), with
    these values set. Raises InputError where it picks none, or for a column that is not there.
    """
    unknown = [column for column in values if column not in frame.columns]
    if unknown:
        found = f"the column {unknown[0]!r}"
        raise InputError([Problem(name, found, f"one of {', '.join(frame.columns)}")])
    try:
        picked = frame.query(where).index
    except Exception as error:
        found = f"where={where!r}, which pandas cannot read ({error})"
        allowed = "a condition on its columns, as `year == 2023`"
        raise InputError([Problem(name, found, allowed)]) from None
    if not len(picked):
        found = f"where={where!r}, which picks 0 of {len(frame)} rows"
        raise InputError([Problem(name, found, "a condition that picks at least one row")])
    altered = frame.copy()
    for column, value in values.items():
        altered[column] = altered[column].astype(object)
        altered.loc[picked, column] = value
    return altered

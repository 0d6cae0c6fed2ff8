"""DataFrames that an analyst altered, as tables of an edition: what may stand in them is what may
stand in a file, and is refused in the same words.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from brief.tables import edits
from brief.tables.inputs import Column, Table
from brief.tables.rows import table_of
from brief.words import InputError, Problem

PLAIN = "a DataFrame, as `chapter.view` gives one"


def table_from(frame: pd.DataFrame, name: str, columns: list[Column]) -> Table:
    """A DataFrame as the table `name`. Raises InputError, with the rows that are wrong; row 2 is
    the frame's first.
    """
    file = f"the DataFrame for {name}"
    if not isinstance(frame, pd.DataFrame):
        raise InputError([Problem(file, f"a {type(frame).__name__}", PLAIN)])
    frame = with_keys_as_columns(frame, columns)
    header = [str(column) for column in frame.columns]
    known = {column.name: column for column in columns}
    records, problems = [(1, header)], []
    for number, row in enumerate(frame.itertuples(index=False), 2):
        cells = []
        for heading, value in zip(header, row):
            if not pd.api.types.is_scalar(value):
                found = f"a {type(value).__name__}"
                problems.append(Problem(file, found, "a number or a text", number, heading))
                value = None
            cells.append(text_of(value, known.get(heading)))
        records.append((number, cells))
    if problems:
        raise InputError(problems)
    table, problems = table_of(name, records, columns, file)
    problems += edits.not_whole(table, columns)
    if problems:
        raise InputError(problems)
    return table


def with_keys_as_columns(frame: pd.DataFrame, columns: list[Column]) -> pd.DataFrame:
    """The frame with its index back among the columns, where that holds columns of the table."""
    names = {column.name for column in columns}
    is_key = frame.index.names != [None] and names.difference(frame.columns).issuperset(
        frame.index.names
    )
    return frame.reset_index() if is_key else frame


def text_of(value, column: Column | None) -> str:
    """A value of a DataFrame as a CSV file writes it. A truth value is 1 or 0 in a column of yes or
    no, and a word elsewhere.
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return str(int(value)) if column and column.yes_or_no else str(value)
    if isinstance(value, float) and math.isfinite(value):
        # pandas makes 210.0 of 210 where a column has a hole, in columns of texts as well
        if value.is_integer() and (column is None or column.kind != "REAL"):
            return str(int(value))
        text = repr(float(value))
        fraction = text.partition(".")[2]
        return f"{text}0" if len(fraction) == 3 else text  # 5.060 might be five thousand
    return str(value)


CONDITION = "a condition on its columns that is true or false for each row, as `year == 2023`"


def changed_frame(frame: pd.DataFrame, name: str, where, values: dict, scope: dict) -> pd.DataFrame:
    """The rows of `frame` that `where` picks (a condition as `DataFrame.query` takes it, with @ for
    names of `scope`, or a mask), with these values set. Raises InputError where it picks none, for
    a column that is not there, and for what is no single value.
    """
    if not isinstance(values, dict) or not values:
        found = f"set={values!r}"[:100]
        raise InputError([Problem(name, found, "a dictionary of columns and values")])
    unknown = [column for column in values if column not in frame.columns]
    if unknown:
        found = f"the column {unknown[0]!r}"
        raise InputError([Problem(name, found, f"one of {', '.join(frame.columns)}")])
    for column, value in values.items():
        if not pd.api.types.is_scalar(value):
            found = f"a {type(value).__name__} for the column {column}"
            help = "For a value a row, take the DataFrame and `chapter.alter`."
            raise InputError([Problem(name, found, "one value for all these rows", help=help)])
    mask = mask_of(frame, name, where, scope)
    if not mask.any():
        found = f"where={where!r}, which picks 0 of {len(frame)} rows"
        raise InputError([Problem(name, found[:200], "a condition that picks at least one row")])
    altered = frame.copy()
    for column, value in values.items():
        altered[column] = altered[column].astype(object)
        altered.loc[mask, column] = value
    return altered


def mask_of(frame: pd.DataFrame, name: str, where, scope: dict) -> pd.Series:
    """Which rows `where` picks: True or False for each. Raises InputError for anything else: a
    number or a label would pick rows by their places.
    """
    found = where
    if isinstance(where, str):
        try:
            found = frame.eval(where, local_dict=scope, global_dict={})
        except Exception as error:
            said = f"where={where!r}, which pandas cannot read ({error})"
            raise InputError([Problem(name, said, CONDITION)]) from None
    is_mask = isinstance(found, pd.Series) and pd.api.types.is_bool_dtype(found)
    if not is_mask or not found.index.equals(frame.index):
        said = f"where={where!r}" if isinstance(where, str) else f"a {type(where).__name__}"
        raise InputError([Problem(name, f"{said}, which is no condition", CONDITION)])
    return found.fillna(False).astype(bool)

"""Two roads to one number: the SQL that the book prints, and pandas over the tables.

A chapter computes a number again with pandas, from the tables, and says so beside it. On published
data a disagreement fails the build. An altered edition is built all the same: the number is marked
wherever it stands, and the command ends with exit code 1.
"""

from __future__ import annotations

import decimal
import json
import math
import numbers
from pathlib import Path

import numpy as np

from brief.notebook import forms
from brief.words import BriefError

# Two ways to add up the same doubles differ in their last digits only; no row of ours has more
# than seven.
TOLERANCE = 1e-9
MARK = "two roads disagree"
FILE = "two_roads.json"  # in an edition of which some do


MISSING = object()  # a value that was not given


class NoNumber(BriefError):
    """What should be compared is no number. The message says what is wanted."""


class Disagreement(BriefError):
    """On published data SQL and pandas give two values. The message names both."""


class Agreement:
    """One number by both roads. `sql` and `pandas` are floats, or None for unknown; `agrees` is
    None where the SQL says unknown, which nothing is compared with.
    """

    def __init__(self, key: str, sql: float | None, pandas: float | None):
        self.key, self.sql, self.pandas = key, sql, pandas
        self.agrees = None if sql is None else are_equal(sql, pandas)

    @property
    def sentence(self) -> str:
        if self.agrees is None:
            return f"{self.key}: unknown to the SQL; not compared"
        if self.agrees:
            return f"{self.key}: {plain(self.sql)} by SQL and by pandas"
        return f"{self.key}: {plain(self.sql)} by SQL, {plain(self.pandas)} by pandas; {MARK}"

    def __repr__(self) -> str:
        return self.sentence

    @property
    def content(self) -> dict:
        """What a notebook's output carries to the book."""
        return {
            "key": self.key,
            "sql": self.sql,
            "pandas": self.pandas,
            "agrees": self.agrees,
            "sentence": self.sentence,
        }

    def _repr_mimebundle_(self, **_):
        return {forms.AGREEMENT: [self.content], "text/plain": self.sentence}


class Agreements(list):
    """Several numbers by both roads, in the order in which they were given."""

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))

    def _repr_mimebundle_(self, **_):
        return {forms.AGREEMENT: [one.content for one in self], "text/plain": repr(self)}


def are_equal(sql: float, pandas: float | None) -> bool:
    """Whether two values are one, up to TOLERANCE of the larger."""
    return pandas is not None and math.isclose(sql, pandas, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def as_number(value) -> float | None:
    """What pandas made, as a float; None for a hole (NaN, NA, None). A Series or DataFrame of one
    cell is that cell, an empty one a hole. Raises TypeError for anything else: a text, a truth
    value (of `a == b`, say) or a span of time is no number.
    """
    if hasattr(value, "to_numpy"):
        cells = value.to_numpy().ravel()
        if len(cells) > 1:
            raise TypeError(f"{len(cells)} cells stand where one number is wanted")
        value = cells[0] if len(cells) else None
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    is_truth = isinstance(value, bool | np.bool_)
    if is_truth or not isinstance(value, numbers.Real | np.number | decimal.Decimal):
        raise TypeError(f"{value!r} is no number"[:80])
    if isinstance(value, np.timedelta64 | np.complexfloating):
        raise TypeError(f"{value!r} is no number"[:80])
    value = float(value)
    return None if math.isnan(value) else value


def number_for(key: str, value) -> float | None:
    """The same, raising NoNumber with the key for what is none."""
    wanted = f"{key}: a number is wanted, or a Series of one cell (NaN or an empty one for unknown)"
    if value is MISSING:
        raise NoNumber(f"{wanted}; there is none")
    try:
        return as_number(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise NoNumber(f"{wanted}; found a {type(value).__name__} ({error})"[:300]) from None


def plain(value: float | None) -> str:
    """A value in words: unknown, or its digits."""
    return "unknown" if value is None else f"{value:.10g}"


def read_disagreements(folder: Path) -> list[dict]:
    """Those of a built edition, or of a stage; none where its file is not there."""
    path = folder / FILE
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def in_file(path: Path) -> list[dict]:
    """Those of an executed notebook's file."""
    return disagreements(json.loads(path.read_text(encoding="utf-8")))


def disagreements(notebook: dict) -> list[dict]:
    """Those of an executed notebook, as JSON: {key, sql, pandas, agrees, sentence} each."""
    return [
        one
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for one in output.get("data", {}).get(forms.AGREEMENT, [])
        if one["agrees"] is False
    ]

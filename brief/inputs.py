"""What an input is made of: tables, columns, and the problems that a refusal names.

Everything that reads or checks tables speaks in these four.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_FILE_BYTES = 20_000_000
MAX_ROWS = 200_000


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input, located the way a person looks for it."""
    file: str
    found: str
    allowed: str
    row: int | None = None          # the row that a spreadsheet shows, the header being row 1
    column: str = ""
    help: str = ""

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "") + (f", column {self.column}" if self.column else "")
        return f"{place}: found {self.found}; allowed: {self.allowed}." + (f" {self.help}" if self.help else "")


class BriefError(Exception):
    """A failure that its message tells in words; the command line prints it without a traceback, exit code 1."""


class InputError(BriefError):
    """Input that the brief refuses. Carries every `Problem` found, so that all are told at once."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


@dataclass
class Table:
    """One parsed table. `rows` hold typed values (int, float, str or None), `lines` their row numbers.

    `readings` say in words what was not in the published form and how it was understood.
    """
    name: str
    columns: list[str]
    rows: list[tuple]
    lines: list[int] = field(default_factory=list)
    file: str = ""
    readings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Column:
    """One column as the schema declares it: `kind` is INTEGER, REAL or TEXT; `key` is its place in the primary key, or 0.

    `dates` holds the precisions that a date column allows: Y for 2018, M for 2018-11, D for 2018-11-06; empty for others.
    """
    name: str
    kind: str
    required: bool
    key: int
    dates: str = ""


def date_precisions(create: str, column: str) -> str:
    """Which forms of a date the column's own check in a CREATE TABLE text allows; '' for a column that holds no dates."""
    if f"date({column})" not in create and f"date({column} ||" not in create:
        return ""
    name = re.escape(column)
    forms = {"Y": rf"\b{name} glob '\[12\]\[0-9\]\[0-9\]\[0-9\]'", "M": rf"length\({name}\) = 7", "D": rf"length\({name}\) = 10"}
    return "".join(letter for letter, pattern in forms.items() if re.search(pattern, create))

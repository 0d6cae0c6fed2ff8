"""What an input is made of: tables, columns, and the problems that a refusal names.

Everything that reads or checks tables speaks in these four.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_DATABASE_BYTES = 20_000_000  # an edition's has 1.8 MB, with what it says of itself
MAX_FOLDER_FILES = 2_000  # a folder of tables, not a home folder
MAX_ROWS = 50_000  # the longest table of ours has 1,635
MAX_COLUMNS = 500  # the widest table of ours has fifteen
MAX_NUMBER = 60  # characters of a number, its spaces with it: looked at before any pattern is
MAX_TEXT = 5_000  # characters in a cell; the schema allows a note 1,000
MARK_COLUMN = "edition"  # the column that bears the mark in an altered edition's tables
MAX_PROBLEMS = 200  # told of one table: a file that is wrong throughout is not told cell by cell


@dataclass
class Table:
    """One parsed table. `rows` hold typed values (int, float, str or None), `lines` their row
    numbers.

    `readings` say in words what was not in the published form and how it was understood.
    """

    name: str
    columns: list[str]
    rows: list[tuple]
    lines: list[int | None] = field(default_factory=list)
    file: str = ""
    readings: list[str] = field(default_factory=list)
    left_aside: list[str] = field(
        default_factory=list
    )  # columns of the file that the table has not
    left_out: list[str] = field(default_factory=list)  # columns that a file of edits has not


@dataclass(frozen=True)
class Column:
    """One column as the schema declares it: `kind` is INTEGER, REAL or TEXT; `key` is its place in
    the primary key, or 0.

    `dates` holds the precisions that a date column allows: Y for 2018, M for 2018-11, D for
    2018-11-06; empty for others. `yes_or_no`: the column's own check allows 0 and 1 alone.
    """

    name: str
    kind: str
    required: bool
    key: int
    dates: str = ""
    yes_or_no: bool = False


# Plain words are looked for, not patterns: one for each column took a tenth of `check`'s time.


def is_yes_or_no(create: str, column: str) -> bool:
    """Whether the column's own check in a CREATE TABLE text allows 0 and 1 alone."""
    return f" check ({column} in (0, 1))" in create


def date_precisions(create: str, column: str) -> str:
    """Which forms of a date the column's own check in a CREATE TABLE text allows; '' for a column
    that holds no dates.
    """
    if f"date({column})" not in create and f"date({column} ||" not in create:
        return ""
    year = f"{column} glob '[12][0-9][0-9][0-9]'"
    forms = {
        "Y": (f" {year}", f"({year}"),
        "M": (f"length({column}) = 7",),
        "D": (f"length({column}) = 10",),
    }
    return "".join(
        letter for letter, texts in forms.items() if any(text in create for text in texts)
    )

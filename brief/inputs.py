"""What an input is made of: tables, columns, and the problems that a refusal names.

Everything that reads or checks tables speaks in these four.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_FILE_BYTES = (
    5_000_000  # of text; the largest table of ours has 138 kB, all of them together 0.5 MB
)
MAX_DATABASE_BYTES = 20_000_000  # an edition's has 1.8 MB, with what it says of itself
MAX_FOLDER_FILES = 2_000  # a folder of tables, not a home folder
MAX_ROWS = 50_000  # the longest table of ours has 1,635
MAX_COLUMNS = 500  # the widest table of ours has fifteen
MAX_NUMBER = 60  # characters of a number, its spaces with it: looked at before any pattern is
MAX_TEXT = 5_000  # characters in a cell; the schema allows a note 1,000
MAX_PROBLEMS = 200  # told of one table: a file that is wrong throughout is not told cell by cell

# What no honest cell holds: controls, line ends that no spreadsheet shows, U+FFFD (a letter that is lost), halves of a surrogate pair, code points that are no characters (none of them can
# be written into XML), and the marks that turn the direction of the text behind them, so that a reader sees another one.
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u2028\u2029\ufdd0-\ufdef\ufeff\ufffd-\uffff]"
)


def printable(text: str, most: int = 300) -> str:
    """A stranger's text for one line of a terminal: whatever would steer it is spelt out, and it has an end."""
    text = text if len(text) <= most else text[: most - 1] + "…"
    return UNSHOWABLE.sub(
        lambda m: f"\\u{ord(m[0]):04x}",
        text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"),
    )


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input, located the way a person looks for it."""

    file: str
    found: str
    allowed: str
    row: int | None = None  # the row that a spreadsheet shows, the header being row 1
    column: str = ""
    help: str = ""

    def __str__(self) -> str:
        place = (
            printable(self.file)
            + (f", row {self.row}" if self.row else "")
            + (f", column {printable(self.column)}" if self.column else "")
        )
        return (
            f"{place}: found {printable(self.found)}; allowed: {printable(self.allowed, 4000)}."
            + (f" {printable(self.help, 1000)}" if self.help else "")
        )


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
    left_aside: list[str] = field(
        default_factory=list
    )  # columns of the file that the table has not


@dataclass(frozen=True)
class Column:
    """One column as the schema declares it: `kind` is INTEGER, REAL or TEXT; `key` is its place in the primary key, or 0.

    `dates` holds the precisions that a date column allows: Y for 2018, M for 2018-11, D for 2018-11-06; empty for others.
    `yes_or_no`: the column's own check allows 0 and 1 alone.
    """

    name: str
    kind: str
    required: bool
    key: int
    dates: str = ""
    yes_or_no: bool = False


def is_yes_or_no(create: str, column: str) -> bool:
    """Whether the column's own check in a CREATE TABLE text allows 0 and 1 alone."""
    return re.search(rf"\bcheck \({re.escape(column)} in \(0, 1\)\)", create) is not None


def date_precisions(create: str, column: str) -> str:
    """Which forms of a date the column's own check in a CREATE TABLE text allows; '' for a column that holds no dates."""
    if f"date({column})" not in create and f"date({column} ||" not in create:
        return ""
    name = re.escape(column)
    forms = {
        "Y": rf"\b{name} glob '\[12\]\[0-9\]\[0-9\]\[0-9\]'",
        "M": rf"length\({name}\) = 7",
        "D": rf"length\({name}\) = 10",
    }
    return "".join(letter for letter, pattern in forms.items() if re.search(pattern, create))

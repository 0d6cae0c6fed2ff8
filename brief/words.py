"""What went wrong, in words: the problems of an input as one finds them, and a stranger's text made
fit for a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

# What no honest cell holds: controls, line ends that no spreadsheet shows, U+FFFD (a letter that is
# lost), halves of a surrogate pair, code points that are no characters (none of them can
# be written into XML), and the marks that turn the direction of the text behind them, so that a
# reader sees another one.
UNSHOWABLE = re.compile(
    (
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u2028"
        "\u2029\ufdd0-\ufdef\ufeff\ufffd-\uffff]"
    )
)


def printable(text: str, most: int = 300) -> str:
    """A stranger's text for one line of a terminal: whatever would steer it is spelt out, and it
    has an end.
    """
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


def json_fault(error: ValueError) -> str:
    """Where a JSON text can't be read, as a reader of the file counts it."""
    if isinstance(error, json.JSONDecodeError):
        return f"it breaks at line {error.lineno}, character {error.colno}"
    return str(error)[:120]


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The known name nearest to a given one, as a question; empty where none is near."""
    import difflib

    near = difflib.get_close_matches(str(given), known, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


class BriefError(Exception):
    """A failure that its message tells in words; the command line prints it without a traceback,
    exit code 1, and so does a notebook.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a traceback's place."""
        return [f"{type(self).__name__}: {self}"]


class InputError(BriefError):
    """Input that the brief refuses. Carries every `Problem` found, so that all are told at once."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))

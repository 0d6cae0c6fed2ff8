"""A figure as an official table writes it: a number, a mark for one that is withheld, a range.

In a recipe's SQL a range is text as well, `low..high`, an open side left empty, so that sums of
parts of which some are withheld stay exact about what is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[, \u00a0\u202f'’][0-9]{3})+(?:\.[0-9]+)?")
PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)?\.\.([0-9]+(?:\.[0-9]+)?)?")
MOST = 60  # characters of a number
LARGEST = 10**15


class Unreadable(ValueError):
    """A text that is neither a number nor a mark that the recipe knows. `args` is the text."""


@dataclass(frozen=True)
class Hole:
    """A figure that the publisher has and does not tell, with what is known of it."""

    low: float | int | None = None
    high: float | int | None = None

    def text(self) -> str:
        return f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"

    def holds(self, value: float | int) -> bool:
        """Whether a figure lies within what is known."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def words(self) -> str:
        if self.low is None and self.high is None:
            return "withheld"
        if self.low is None or self.high is None:
            return f"at least {self.low}" if self.high is None else f"at most {self.high}"
        return f"{self.low} to {self.high}"


def number(text: str) -> int | float:
    """A number's value. Raises Unreadable."""
    plain = text.strip().replace("\u2212", "-")
    if len(plain) <= MOST and GROUPED.fullmatch(plain):
        plain = re.sub(r"[, \u00a0\u202f'’]", "", plain)
    if len(plain) > MOST or not PLAIN.fullmatch(plain):
        raise Unreadable(text)
    value = int(plain) if re.fullmatch(r"[+-]?[0-9]+", plain) else float(plain)
    if abs(value) > LARGEST:
        raise Unreadable(text)
    return value


def marks_of(entry: dict) -> dict[str, int | float | Hole]:
    """A recipe's marks: what each stands for, a number or a hole with bounds, [low, high]."""
    found: dict[str, int | float | Hole] = {}
    for mark, meaning in entry.items():
        if isinstance(meaning, list):
            found[str(mark)] = Hole(*meaning)
        else:
            found[str(mark)] = Hole() if meaning is None else meaning
    return found


def figure(value, marks: dict[str, int | float | Hole]) -> int | float | Hole | None:
    """What a cell says: a number, a hole, or nothing (None). Raises Unreadable."""
    if value is None or isinstance(value, (int, float)):
        return value
    text = value.strip()
    if text == "":
        return None
    if text in marks:
        return marks[text]
    if bounds := RANGE.fullmatch(text):
        low, high = (number(part) if part else None for part in bounds.groups())
        return Hole(low, high)
    return number(text)


class Sum:
    """Adds up figures of which some may be holes: a number, or a range as text."""

    def __init__(self, marks: dict[str, int | float | Hole]):
        self.marks = marks
        self.low: float | int | None = 0
        self.high: float | int | None = 0
        self.is_exact = True

    def step(self, value) -> None:
        part = figure(value, self.marks)
        if isinstance(part, (int, float)):
            if part < 0:  # a part of a count: it would hide in the sum
                raise Unreadable(str(value))
            part = Hole(part, part)
        else:
            self.is_exact = False
            part = part or Hole()
        self.low = (self.low or 0) + (part.low or 0)
        self.high = None if part.high is None or self.high is None else self.high + part.high

    def final(self) -> int | float | str:
        return self.low if self.is_exact else Hole(self.low, self.high).text()

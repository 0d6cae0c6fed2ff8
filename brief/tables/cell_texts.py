"""A workbook's cells as the texts that the published tables would hold: as shown, with a note, or
refused.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from brief.tables import number_formats, sheet_cells
from brief.tables.inputs import MAX_TEXT, Column
from brief.tables.number_formats import Unshown
from brief.tables.sheet_cells import Book, Cell, Sheet, letters

MAX_NOTES = 20  # kinds of cells that are told of one sheet
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
# 1.234 is a thousand and more, or a little above one.
TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
GROUPED = re.compile(r"[+-]?[0-9][0-9.' \u00a0\u2019\u202f]*,[0-9., ]*")
BOTH_MARKS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
PERCENT_UNITS = ("pct", "percent", "percentage points")
EMPTY = "a value, or an empty cell where nothing is known"
AS_SHOWN = "a number in the column's unit, in a cell that shows it"


class Refused(ValueError):
    """A cell that is not read. `args` are (what was found, what is allowed, what helps)."""


@dataclass
class CellTexts:
    """Reads the cells of one sheet, and keeps in mind what was done to them."""

    book: Book
    sheet: Sheet
    notes: dict[str, list[str]] = field(default_factory=dict)  # what was done, and the first cells
    counts: Counter = field(default_factory=Counter)  # in how many cells

    def note(self, words: str, row: int, column: int) -> None:
        self.counts[words] += 1
        if self.counts[words] <= 3:
            self.notes.setdefault(words, []).append(f"{letters(column)}{row}")

    def told(self, file: str) -> list[str]:
        """The notes on cells, a line for each kind."""
        lines = []
        for words, places in list(self.notes.items())[:MAX_NOTES]:
            count = self.counts[words]
            first = ", ".join(places) + (" and more" if count > len(places) else "")
            plural = "s" if count > 1 else ""
            lines.append(f"{file}: {words} ({count} cell{plural}: {first})")
        if len(self.notes) > MAX_NOTES:
            lines.append(f"{file}: {len(self.notes) - MAX_NOTES} more kinds of such cells")
        return lines

    def text_of(self, cell: Cell, column: Column, row: int, place: int, units: list) -> str:
        """A cell's text; raises Refused. `units` are what the row's column `unit` holds, if there
        is one.
        """
        try:
            return self._text_of(cell, column, row, place, units)
        except Unshown as error:
            found, help = error.args
            raise Refused(found, AS_SHOWN, help) from None

    def _text_of(self, cell: Cell, column: Column, row: int, place: int, units: list) -> str:
        if cell.value is None:
            raise Refused(
                "a formula without a value",
                "values, or formulas that the spreadsheet has computed",
                "Open the file in a spreadsheet and save it, or paste values.",
            )
        if cell.kind == "e":
            raise Refused(
                f"the error {cell.value[:20]}", EMPTY, "Mend the formula, or leave the cell empty."
            )
        if len(cell.value) > MAX_TEXT:
            raise Refused(
                f"{len(cell.value):,} characters", f"at most {MAX_TEXT:,} characters in a cell"
            )
        self.check_mark(cell, column, row, place)
        if cell.kind == "b":
            return "TRUE" if cell.value.lower() in sheet_cells.TRUE else "FALSE"
        if cell.kind == "text":
            return self.typed_text(cell, column, row, place)
        return self.number_text(cell, column, row, place, units)

    def check_mark(self, cell: Cell, column: Column, row: int, place: int) -> None:
        """A superscript in a number is a footnote, a struck-through one is taken back: neither is a
        number's digit.
        """
        mark = self.book.mark_of(cell)
        if not mark:
            return
        if column.kind == "TEXT" and not column.dates and not column.key and not column.required:
            self.note(f"{mark} text in free text, read as plain", row, place)
            return
        raise Refused(
            f"{cell.value[:40]!r} with {mark} characters in it",
            "plain characters",
            "Move a footnote to the column note; delete what is struck through."
            if mark != "subscript"
            else "Write it in plain characters.",
        )

    def typed_text(self, cell: Cell, column: Column, row: int, place: int) -> str:
        """A text, as it stands; in a column of numbers only where it is a number in one way."""
        text = cell.value
        shown = number_formats.sections(self.book.format_of(cell))
        last = shown[3] if len(shown) > 3 else None
        last = next((part for part in shown if part.kind == "text"), last)
        if last is not None and (last.kind != "text" or last.words):
            raise Refused(
                f"{text[:40]!r}, which its number format shows as another text",
                "a text that shows as it is kept",
                "Set the cell's format to Text.",
            )
        if column.kind == "TEXT" or not text.strip():
            return text
        plain = text.strip().replace("\u2212", "-")
        is_grouped = re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+", plain)
        if GROUPED.fullmatch(plain) or TWO_WAYS.fullmatch(plain):
            if not BOTH_MARKS.fullmatch(plain) and not (is_grouped and column.kind == "INTEGER"):
                # Other cells of the sheet hold real numbers; they do not tell how this one was
                # typed.
                raise Refused(
                    f"{text[:40]!r}, a number kept as text",
                    "a number",
                    "It can be read in two ways: type the number into the cell anew.",
                )
        if NUMBER.fullmatch(plain):
            self.note("numbers kept as text, read as numbers", row, place)
        return text

    def number_text(self, cell: Cell, column: Column, row: int, place: int, units: list) -> str:
        """A number or a date as its cell shows it."""
        value = self.serial(cell)
        code = self.book.format_of(cell)
        if number_formats.is_date(code) or cell.kind == "d":
            return self.date_text(value, code, cell, column, row, place)
        shown = number_formats.shown(value, code)
        if value == 0 and self.sheet.hides_zeros:
            raise Refused(
                "0 in a sheet that shows zeros as empty cells",
                EMPTY,
                "Let the sheet show its zeros (Options, Advanced), and look which are meant.",
            )
        if shown.is_percent and not self.counts_percent(column, units):
            raise Refused(
                f"{number_formats.plain(shown.number)}%",
                "a number in the column's unit, which is not percent",
                "Set the cell's format to General, and check the number.",
            )
        text = number_formats.plain(shown.number)
        if column.dates and self.book.is_1904 and re.fullmatch("[0-9]{5}", text):
            text = f"{number_formats.day_of(value, True):%Y-%m-%d}"
        if column.kind == "TEXT" and not column.dates:
            return self.number_in_text(text, shown, code)
        if column.kind == "INTEGER" and shown.rounded and "." in text:
            raise Refused(
                f"{text}, shown as {shown.rounded}",
                "a whole number, or an empty cell where nothing is known",
                "Type the whole number that is meant.",
            )
        for words in shown.notes:
            self.note(words, row, place)
        if shown.rounded:
            self.note("cells that show fewer digits than they keep, read with all", row, place)
        return text

    @staticmethod
    def serial(cell: Cell) -> float:
        """A cell's number; a date that is kept as ISO text as the day's number."""
        if cell.kind == "d":
            try:
                moment = datetime.datetime.fromisoformat(cell.value.rstrip("Z"))
            except ValueError:
                raise Refused(f"{cell.value[:40]!r} in a cell for dates", EMPTY) from None
            return (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
        if not NUMBER.fullmatch(cell.value):
            raise Refused(
                f"{cell.value[:40]!r} in a cell for numbers", EMPTY, "Type the number anew."
            )
        return float(cell.value)

    def counts_percent(self, column: Column, units: list) -> bool:
        return column.name.endswith("_pct") or (
            column.kind == "REAL" and bool(units) and units[0] in PERCENT_UNITS
        )

    @staticmethod
    def number_in_text(text: str, shown: number_formats.Shown, code: str) -> str:
        """A number in a column of text; refused where its cell shows more than the number."""
        part = number_formats.section_of(code, Decimal(0))[0]
        whole, _, fraction = text.partition(".")
        is_changed = shown.notes or shown.rounded or shown.is_percent or "," in code
        if is_changed or len(whole) < part.pads or len(fraction) < part.decimals:
            raise Refused(
                f"{text}, shown by the number format {code!r} in a column of text",
                "the text as it is meant",
                "Set the cell's format to Text, and type it as it shall be read.",
            )
        return text

    def date_text(
        self, value: float, code: str, cell: Cell, column: Column, row: int, place: int
    ) -> str:
        is_1904 = self.book.is_1904 and cell.kind != "d"
        code = code if number_formats.is_date(code) else "yyyy-mm-dd"
        if column.kind == "TEXT" and not column.dates:
            # A spreadsheet made a date of a number or a text such as 10-19.
            raise Refused(
                f"the date {number_formats.day_of(value, is_1904):%Y-%m-%d}",
                "the text as published",
                (
                    "A spreadsheet has put a date in its place: set the column's format to "
                    "Text before typing."
                ),
            )
        text, words = number_formats.date_shown(value, code, is_1904, column.dates)
        if column.kind != "TEXT":
            if len(text) > 4 or column.kind != "INTEGER":
                raise Refused(
                    f"the date {text}",
                    "a number, or an empty cell where nothing is known",
                    (
                        "A spreadsheet has turned a number into a date: set the column's "
                        "format to Number."
                    ),
                )
            words = "years that are kept as dates, read as they show"
        if words:
            self.note(words, row, place)
        return text

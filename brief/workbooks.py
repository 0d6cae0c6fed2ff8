"""Workbooks (.xlsx): what a cell shows is what is read, in words where that is not what the file keeps, or refused.

Formulas are not computed here: their last values are taken as the spreadsheet stored them, and one that has none is refused.
"""

from __future__ import annotations

import bisect
import datetime
import difflib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from brief import number_formats, sheet_cells
from brief.inputs import (
    MAX_COLUMNS,
    MAX_PROBLEMS,
    MAX_ROWS,
    MAX_TEXT,
    Column,
    InputError,
    Problem,
    Table,
    printable,
)
from brief.number_formats import Unshown
from brief.readers import bytes_of, table_of, unknown_table
from brief.sheet_cells import Book, Cell, Sheet, letters

MAX_GAP = 5_000  # empty rows between two filled ones: what stands so far below belongs to no table
HEADER_WITHIN = 20  # filled rows in which a header is looked for, titles standing above it
MAX_NOTES = 20  # kinds of cells that are told of one sheet
ENOUGH = 0.6  # of a table's columns in a sheet's header: it is that table, or meant to be
SHEET_NAME = 31  # no sheet's name may be longer
COPY = re.compile(r" \([0-9]+\)$")  # how a spreadsheet names the copy of a sheet
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
TWO_WAYS = re.compile(
    r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}"
)  # 1.234 is a thousand or a little above one
GROUPED = re.compile(r"[+-]?[0-9][0-9.' \u00a0\u2019\u202f]*,[0-9., ]*")
BOTH_MARKS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
PERCENT_UNITS = ("pct", "percent", "percentage points")
EMPTY = "a value, or an empty cell where nothing is known"
AS_SHOWN = "a number in the column's unit, in a cell that shows it"


class Refused(ValueError):
    """A cell that is not read. `args` are (what was found, what is allowed, what helps)."""


def read_workbook(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a workbook: one named by the file, or one a sheet, named by the sheets."""
    stem = stem if stem in schema else stem.lower()
    book = sheet_cells.open_book(bytes_of(path), path.name)
    filled = [sheet for sheet in book.sheets if sheet.cells]
    if not filled:
        return {}, [
            Problem(
                path.name, "a workbook with nothing in it", "at least one sheet named like a table"
            )
        ]
    chosen, others, problems = match_sheets(path.name, stem, filled, schema)
    tables: dict[str, Table] = {}
    for name, sheet in chosen.items():
        is_alone = len(chosen) == 1 and name == stem and len(filled) == 1
        # A title may hold a line feed, and a line of its own would look like the command's.
        file = printable(path.name)
        file = file if is_alone else f"{file}, sheet {printable(sheet.title, 60)}"
        try:
            table, wrong = SheetTable(book, sheet, name, schema[name], file).read()
        except InputError as error:
            problems += error.problems
            continue
        tables[name] = table
        problems += wrong
    passed = [printable(title, 40) for title in [*(s.title for s in others), *book.passed_over]]
    if tables and passed:
        first = next(iter(tables.values()))
        first.readings.append(
            f"{printable(path.name)}: no table in the sheet{'s' if len(passed) > 1 else ''} "
            f"{', '.join(passed)}, passed over"
        )
    if not chosen and not problems and stem in schema:
        titles = printable(", ".join(sheet.title for sheet in filled), 100)
        problems.append(
            Problem(
                path.name,
                f"no table in the sheets {titles}",
                f"a sheet with a header of {', '.join(c.name for c in schema[stem])}",
            )
        )
    elif not chosen and not problems:
        problems.append(
            unknown_table(f"{path.name}, sheet {filled[0].title}", filled[0].title, schema)
        )
    return tables, problems


# Which sheet is which table


def match_sheets(
    file: str, stem: str, filled: list[Sheet], schema: dict[str, list[Column]]
) -> tuple[dict[str, Sheet], list[Sheet], list[Problem]]:
    """The sheets that are tables, by the tables' names; those that hold none; and what cannot be told."""
    chosen: dict[str, list[Sheet]] = {}
    unnamed, problems = [], []
    for sheet in filled:
        name = table_named(sheet.title, schema)
        if name:
            chosen.setdefault(name, []).append(sheet)
        else:
            unnamed.append(sheet)
    others = []
    if stem in schema and len(filled) == 1 and (not chosen or stem in chosen):
        return {stem: filled[0]}, [], []
    for sheet in unnamed:
        near = difflib.get_close_matches(sheet.title.casefold(), schema, 1, 0.85)
        known = {name: share_known(sheet, columns) for name, columns in schema.items()}
        best = stem if known.get(stem, 0) >= ENOUGH else max(known, key=known.get)
        if best == stem and known[best] >= ENOUGH:
            chosen.setdefault(stem, []).append(sheet)
        elif near or known[best] >= ENOUGH:
            problem = unknown_table(f"{file}, sheet {sheet.title}", sheet.title, schema)
            help = f"Did you mean {near[0]}?" if near else f"Name the sheet {best}."
            if known[best] >= ENOUGH:
                help += f" Its columns are those of {best}."
            problems.append(replace(problem, help=help))
        else:
            others.append(sheet)
    for name, sheets in chosen.items():
        if len(sheets) > 1:
            titles = " and ".join(f"{s.title}{' (hidden)' if s.is_hidden else ''}" for s in sheets)
            problems.append(
                Problem(
                    file,
                    f"the table {name} in two sheets: {titles}",
                    "each table once",
                    help="Delete the sheet that is not meant, or give it a name of another kind.",
                )
            )
    if stem in schema and chosen and stem not in chosen and len(filled) == 1:
        problems.append(
            Problem(
                file,
                f"a sheet named {filled[0].title} in a file named {stem}",
                "one table's name",
                help="Name the sheet like the file, or the file like the sheet.",
            )
        )
        return {}, others, problems
    return (
        {name: sheets[0] for name, sheets in chosen.items() if len(sheets) == 1},
        others,
        problems,
    )


def table_named(title: str, schema: dict[str, list[Column]]) -> str:
    """The table that a sheet's name means, or ''. Case does not matter, nor does what Numbers or a copy adds."""
    name = COPY.sub("", title.strip()).strip().casefold()
    short = {table[:SHEET_NAME].casefold(): table for table in schema}
    if name in short:
        return short[name]
    # Numbers names a sheet for its own sheet and the table in it, cut off at the end: "Sheet 1 - arrivals_korea_year".
    _, dash, cut = name.partition(" - ")
    cut = cut.rstrip("….").strip()
    if cut in short:
        return short[cut]
    beginning = [table for table in schema if len(cut) >= 6 and table.startswith(cut)]
    return beginning[0] if dash and len(beginning) == 1 else ""


def header_row(sheet: Sheet, columns: list[Column]) -> int:
    """The row that names most of the columns, the first of them if none does."""
    wanted = {column.name for column in columns}
    first = sorted(sheet.cells)[:HEADER_WITHIN]
    known = {row: len(wanted & names_in(sheet, row)) for row in first}
    best = max(first, key=known.get)
    return best if known[best] > 1 else first[0]


def names_in(sheet: Sheet, row: int) -> set[str]:
    return {(cell.value or "").strip() for cell in sheet.cells[row].values()}


def share_known(sheet: Sheet, columns: list[Column]) -> float:
    """How many of a table's columns a sheet's header names, 0 to 1."""
    wanted = {column.name for column in columns}
    rows = sorted(sheet.cells)[:HEADER_WITHIN]
    return max(len(wanted & names_in(sheet, row)) for row in rows) / len(wanted)


# From a sheet to a table


@dataclass
class SheetTable:
    """One sheet, read as one table."""

    book: Book
    sheet: Sheet
    name: str
    columns: list[Column]
    file: str
    notes: dict[str, list[str]] = field(default_factory=dict)  # what was done, and the first cells
    counts: Counter = field(default_factory=Counter)  # in how many cells
    merged_rows: set[int] = field(default_factory=set)

    def read(self) -> tuple[Table, list[Problem]]:
        """The table and what is wrong with its cells; raises InputError when the header is wrong."""
        cells = self.sheet.cells
        self.header_row = header_row(self.sheet, self.columns)
        header = cells[self.header_row]
        self.width = max(header)
        titles = {column: self.header_text(cell) for column, cell in header.items()}
        wanted = {column.name: column for column in self.columns}
        self.by_place = {place: wanted[name] for place, name in titles.items() if name in wanted}
        problems = [*self.far_away(), *self.merged_cells()]
        names = [titles.get(place, "") for place in range(1, self.width + 1)]
        records, computed = [(self.header_row, names)], 0
        for row in sorted(row for row in cells if row > self.header_row):
            if row in self.merged_rows:
                continue  # told as merged: its empty cells are no further problem
            texts, wrong = self.row_of(row, titles)
            computed += sum(c.is_formula and c.value is not None for c in cells[row].values())
            problems += wrong
            if not wrong:
                records.append((row, texts))
            elif len(problems) >= MAX_PROBLEMS:
                break
        table, refused = table_of(self.name, records, self.columns, self.file)
        formulas = f", {computed} computed by formulas" if computed else ""
        said = [f"{self.file}: a workbook's values{formulas}", *self.hidden(), *self.beside()]
        table.readings = [*said, *self.told(), *table.readings]
        return table, sorted(problems + refused, key=lambda problem: problem.row or 0)

    def header_text(self, cell: Cell) -> str:
        return (cell.value or "").strip()

    def place(self, row: int, column: int) -> str:
        return f"{letters(column)}{row}"

    def problem(self, row: int, column: int, found: str, allowed: str, help: str = "") -> Problem:
        """A problem of one cell, by the letter of its column and the name that stands above it."""
        named = self.by_place.get(column)
        above = f" ({named.name})" if named else ""
        return Problem(self.file, found, allowed, row, letters(column) + above, help)

    def note(self, words: str, row: int, column: int) -> None:
        self.counts[words] += 1
        if self.counts[words] <= 3:
            self.notes.setdefault(words, []).append(self.place(row, column))

    def row_of(self, row: int, titles: dict[int, str]) -> tuple[list[str], list[Problem]]:
        """One row's texts, and its cells that are refused."""
        texts, problems = [""] * self.width, []
        cells = self.sheet.cells[row]
        units = [c.value for p, c in cells.items() if titles.get(p) == "unit"]
        for place, cell in cells.items():
            column = self.by_place.get(place)
            if column is None and place <= self.width:
                # A column of the analyst's own, or one that nothing names: the header is judged with all rows.
                texts[place - 1] = (cell.value or "")[:MAX_TEXT]
                continue
            try:
                if column is None:
                    raise Refused(
                        f"{(cell.value or '')[:40]!r} beside the table",
                        f"cells under the header, columns A to {letters(self.width)}",
                        "Move what is no part of the table to another sheet, or name the column.",
                    )
                texts[place - 1] = self.text_of(cell, column, row, place, units)
            except Refused as error:
                problems.append(self.problem(row, place, *error.args))
            except Unshown as error:
                found, help = error.args
                problems.append(self.problem(row, place, found, AS_SHOWN, help))
        return texts, problems

    # One cell

    def text_of(self, cell: Cell, column: Column, row: int, place: int, units: list) -> str:
        """A cell as the text that the published tables would hold."""
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
        """A superscript in a number is a footnote, a struck-through one is taken back: neither is a number's digit."""
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
                # Other cells of the sheet hold real numbers; they do not tell how this one was typed.
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
                "A spreadsheet has put a date in its place: set the column's format to Text before typing.",
            )
        text, words = number_formats.date_shown(value, code, is_1904, column.dates)
        if column.kind != "TEXT":
            if len(text) > 4 or column.kind != "INTEGER":
                raise Refused(
                    f"the date {text}",
                    "a number, or an empty cell where nothing is known",
                    "A spreadsheet has turned a number into a date: set the column's format to Number.",
                )
            words = "years that are kept as dates, read as they show"
        if words:
            self.note(words, row, place)
        return text

    # What is around the cells

    def far_away(self) -> list[Problem]:
        """Filled cells beyond the last row or column that is read, and gaps: what stands behind them was never meant."""
        problems, last = [], 0
        for row in sorted(self.sheet.cells):
            first = min(self.sheet.cells[row])
            if row > MAX_ROWS:
                raise InputError(
                    [
                        self.problem(
                            row, first, f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,} rows"
                        )
                    ]
                )
            if row - last > MAX_GAP:
                raise InputError(
                    [
                        self.problem(
                            row,
                            first,
                            f"a filled cell below more than {MAX_GAP:,} empty rows",
                            "the table without a gap",
                            "Delete it, or move it to another sheet.",
                        )
                    ]
                )
            last = row
            beyond = max(self.sheet.cells[row])
            if beyond > MAX_COLUMNS and len(problems) < MAX_PROBLEMS:
                problems.append(
                    self.problem(
                        row,
                        beyond,
                        f"a filled cell in column {beyond:,}",
                        f"at most {MAX_COLUMNS} columns",
                        "Delete it, or move it to another sheet.",
                    )
                )
        if problems:
            raise InputError(problems)
        return problems

    def merged_cells(self) -> list[Problem]:
        """Merged ranges over cells of the table: one value stands there for several cells, and the others are empty."""
        problems: list[Problem] = []
        rows = sorted(self.sheet.cells)
        for top, bottom, left, right in self.sheet.merged:
            places = [place for place in self.by_place if left <= place <= right]
            is_below = bottom > self.header_row and top <= rows[-1]
            if not places or not is_below or (top, left) == (bottom, right):
                continue
            covered = rows[bisect.bisect_left(rows, top) : bisect.bisect_right(rows, bottom)]
            if not any(left <= place <= right for r in covered for place in self.sheet.cells[r]):
                continue
            if len(problems) < MAX_PROBLEMS:
                self.merged_rows.update(covered)
                problems.append(
                    self.problem(
                        max(top, self.header_row),
                        places[0],
                        f"the merged cells {letters(left)}{top}:{letters(right)}{bottom}",
                        "each value in a cell of its own",
                        "Unmerge them, and write into every cell what it holds.",
                    )
                )
        return problems

    def hidden(self) -> list[str]:
        """In words, what of the table a person did not see and that is read all the same."""
        said = []
        rows = sorted(row for row in self.sheet.hidden_rows if row > self.header_row)
        if self.sheet.is_hidden:
            said.append(f"{self.file}: a hidden sheet, read")
        if rows:
            named = ", ".join(map(str, rows[:5])) + (" and more" if len(rows) > 5 else "")
            plural = "s" if len(rows) > 1 else ""
            said.append(f"{self.file}: {len(rows)} hidden row{plural}, read ({named})")
        columns = [
            f"{letters(place)} ({column.name})"
            for place, column in sorted(self.by_place.items())
            if any(first <= place <= last for first, last in self.sheet.hidden_columns)
        ]
        if columns:
            plural = "s" if len(columns) > 1 else ""
            said.append(f"{self.file}: hidden column{plural} {', '.join(columns)}, read")
        return said

    def beside(self) -> list[str]:
        """In words, what stands above the table or changes how it looks, and is not read."""
        above = sorted(row for row in self.sheet.cells if row < self.header_row)
        said = []
        if above:
            rows = f"row {above[0]}" if len(above) == 1 else f"rows {above[0]} to {above[-1]}"
            said.append(
                f"{self.file}: the header stands in row {self.header_row}; {rows} above it left aside"
            )
        if self.sheet.conditional:
            ranges = printable(", ".join(self.sheet.conditional), 60)
            said.append(
                f"{self.file}: conditional formats in {ranges} may show other numbers; read without them"
            )
        return said

    def told(self) -> list[str]:
        """The notes on cells, a line for each kind."""
        lines = []
        for words, places in list(self.notes.items())[:MAX_NOTES]:
            count = self.counts[words]
            first = ", ".join(places) + (" and more" if count > len(places) else "")
            plural = "s" if count > 1 else ""
            lines.append(f"{self.file}: {words} ({count} cell{plural}: {first})")
        if len(self.notes) > MAX_NOTES:
            lines.append(f"{self.file}: {len(self.notes) - MAX_NOTES} more kinds of such cells")
        return lines

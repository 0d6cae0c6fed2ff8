"""From a workbook's sheet to a table: its header, its rows, and what is around them."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

from brief.tables.cell_texts import CellTexts, Refused
from brief.tables.inputs import MAX_COLUMNS, MAX_PROBLEMS, MAX_ROWS, MAX_TEXT, Column, Table
from brief.tables.rows import table_of
from brief.tables.sheet_cells import Book, Sheet, letters
from brief.words import InputError, Problem, printable

MAX_GAP = 5_000  # empty rows between two filled ones: what stands so far below belongs to no table
HEADER_WITHIN = 20  # filled rows in which a header is looked for, titles standing above it


def header_row(sheet: Sheet, columns: list[Column]) -> int:
    """The row that names most of the columns, the first of them if none does."""
    wanted = {column.name for column in columns}
    first = sorted(sheet.cells)[:HEADER_WITHIN]
    known = {row: len(wanted & names_in(sheet, row)) for row in first}
    best = max(first, key=known.get)
    return best if known[best] > 1 else first[0]


def names_in(sheet: Sheet, row: int) -> set[str]:
    """The texts of a row, among which the names of columns are looked for."""
    return {(cell.value or "").strip() for cell in sheet.cells[row].values()}


@dataclass
class SheetTable:
    """One sheet, read as one table."""

    book: Book
    sheet: Sheet
    name: str
    columns: list[Column]
    file: str
    merged_rows: set[int] = field(default_factory=set)

    def read(self) -> tuple[Table, list[Problem]]:
        """The table and what is wrong with its cells; raises InputError when the header is
        wrong.
        """
        cells = self.sheet.cells
        self.texts = CellTexts(self.book, self.sheet)
        self.header_row = header_row(self.sheet, self.columns)
        header = cells[self.header_row]
        self.width = max(header)
        titles = {column: (cell.value or "").strip() for column, cell in header.items()}
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
        table.readings = [*said, *self.texts.told(self.file), *table.readings]
        return table, sorted(problems + refused, key=lambda problem: problem.row or 0)

    def problem(self, row: int, column: int, found: str, allowed: str, help: str = "") -> Problem:
        """A problem of one cell, by the letter of its column and the name that stands above it."""
        named = self.by_place.get(column)
        above = f" ({named.name})" if named else ""
        return Problem(self.file, found, allowed, row, letters(column) + above, help)

    def row_of(self, row: int, titles: dict[int, str]) -> tuple[list[str], list[Problem]]:
        """One row's texts, and its cells that are refused."""
        texts, problems = [""] * self.width, []
        cells = self.sheet.cells[row]
        units = [c.value for p, c in cells.items() if titles.get(p) == "unit"]
        for place, cell in cells.items():
            column = self.by_place.get(place)
            if column is None and place <= self.width:
                # A column of the analyst's own, or one that nothing names: the header is judged
                # with all rows.
                texts[place - 1] = (cell.value or "")[:MAX_TEXT]
                continue
            try:
                if column is None:
                    raise Refused(
                        f"{(cell.value or '')[:40]!r} beside the table",
                        f"cells under the header, columns A to {letters(self.width)}",
                        "Move what is no part of the table to another sheet, or name the column.",
                    )
                texts[place - 1] = self.texts.text_of(cell, column, row, place, units)
            except Refused as error:
                problems.append(self.problem(row, place, *error.args))
        return texts, problems

    # What is around the cells

    def far_away(self) -> list[Problem]:
        """Filled cells beyond the last row or column that is read, and gaps: what stands behind
        them was never meant.
        """
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
        """Merged ranges over cells of the table: one value stands there for several cells, and the
        others are empty.
        """
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
                (
                    f"{self.file}: the header stands in row {self.header_row}; {rows} above it "
                    "left aside"
                )
            )
        if self.sheet.conditional:
            ranges = printable(", ".join(self.sheet.conditional), 60)
            said.append(
                (
                    f"{self.file}: conditional formats in {ranges} may show other numbers; "
                    "read without them"
                )
            )
        return said

"""What a workbook's parts say: its sheets, its formats, and of each sheet the cells that hold
something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from brief.tables.number_formats import BUILT_IN, LOCAL_DATES
from brief.tables.packages import Package

MAX_SHEETS = 60  # the brief has forty tables
MAX_CELLS = 500_000
MAX_STYLES = 65_490  # a spreadsheet allows no more
MAX_MERGED = 5_000
MAX_STRING = 32_767  # signs in a cell, as a spreadsheet allows
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
TRUE = ("1", "true", "on")


@dataclass(slots=True)
class Cell:
    """One cell that holds something. `kind` is n (number), text, b, e (an error value) or d (an ISO
    date).
    """

    kind: str
    value: str | None  # as the file keeps it; None for a formula without a value
    style: int = 0
    is_formula: bool = False
    mark: str = ""  # superscript, subscript or struck through, if any part of it is


@dataclass
class Sheet:
    """One sheet: `cells` by row and column, both counted from 1."""

    title: str
    is_hidden: bool
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # rows, then columns
    hides_zeros: bool = False
    conditional: list[str] = field(
        default_factory=list
    )  # ranges with formats that depend on values


@dataclass
class Book:
    """A workbook: its sheets with cells, and what their styles mean."""

    sheets: list[Sheet] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)  # sheets of charts and the like
    is_1904: bool = False
    formats: list[str] = field(default_factory=lambda: ["General"])  # by style
    marks: list[str] = field(default_factory=lambda: [""])

    def format_of(self, cell: Cell) -> str:
        return self.formats[cell.style] if cell.style < len(self.formats) else "General"

    def mark_of(self, cell: Cell) -> str:
        return cell.mark or (self.marks[cell.style] if cell.style < len(self.marks) else "")


def letters(column: int) -> str:
    """A column's letters: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def whole(text: str | None, otherwise: int = 0) -> int:
    """A count as XML writes it; `otherwise` for what is none."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else otherwise


def is_true(text: str | None) -> bool:
    return (text or "").lower() in TRUE


def unescaped(text: str) -> str:
    """A text without the escapes that the format writes for control characters: _x000D_ is a
    carriage return.
    """
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def mark_of(name: str, attributes: dict[str, str]) -> str:
    """What an element of a font says that changes how a text is understood."""
    if name == "vertAlign":
        value = attributes.get("val", "")
        return value if value in ("superscript", "subscript") else ""
    is_struck = name == "strike" and is_true(attributes.get("val", "1"))
    return "struck-through" if is_struck else ""


def open_book(raw: bytes, file: str) -> Book:
    """Everything that a workbook's cells show. Raises InputError for what is no workbook or too
    large.
    """
    package = Package(raw, file)
    main = [part for _, kind, part in package.related("") if kind == "officeDocument"]
    if not main or not package.has(main[0]):
        raise package.damaged("it has no list of sheets")
    outline = Outline()
    package.parse(main[0], outline)
    if len(outline.sheets) > MAX_SHEETS:
        raise package.refusal(f"{len(outline.sheets)} sheets", f"at most {MAX_SHEETS} sheets")
    parts = {id: (kind, part) for id, kind, part in package.related(main[0])}
    of_kind = {kind: part for kind, part in parts.values() if package.has(part)}
    book = Book(is_1904=outline.is_1904)
    try:
        styles, strings = Styles(), Strings()
        if "styles" in of_kind:
            package.parse(of_kind["styles"], styles)
            book.formats, book.marks = styles.of_cells()
        if "sharedStrings" in of_kind:
            package.parse(of_kind["sharedStrings"], strings)
        left = [MAX_CELLS]
        for title, state, id in outline.sheets:
            kind, part = parts.get(id, ("", ""))
            if kind != "worksheet" or not package.has(part):
                book.passed_over.append(title)
                continue
            sheet = Sheet(title, state in ("hidden", "veryHidden"))
            package.parse(part, SheetReader(sheet, strings, styles, left))
            book.sheets.append(sheet)
    except Unsound as error:
        raise package.damaged(error) from None
    except TooMany as error:
        raise package.refusal(*error.args, "Save the sheet as CSV UTF-8.") from None
    return book


class Unsound(Exception):
    """A part contradicts itself."""


class TooMany(Exception):
    """More than is allowed; `args` are (found, allowed)."""


class Outline:
    """Reads the list of sheets."""

    def __init__(self):
        self.sheets: list[tuple[str, str, str]] = []
        self.is_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            id = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", ""), id))
        elif name == "workbookPr":
            self.is_1904 = is_true(attributes.get("date1904"))

    def end(self, name: str) -> None:
        pass

    def text(self, characters: str) -> None:
        pass


class Styles:
    """Reads number formats, and the fonts that mark a whole cell."""

    LISTS = ("numFmts", "fonts", "cellXfs", "cellStyleXfs", "dxfs")

    def __init__(self):
        self.codes = dict(BUILT_IN)
        self.fonts: list[str] = []
        self.cells: list[tuple[int, int]] = []
        self.conditional: list[bool] = []  # whether a conditional style changes what is read
        self.within = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self.LISTS:
            self.within = name
        elif self.within == "numFmts" and name == "numFmt":
            self.codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif self.within == "fonts" and name == "font":
            self.fonts.append("")
        elif self.within == "fonts" and self.fonts:
            self.fonts[-1] = self.fonts[-1] or mark_of(name, attributes)
        elif self.within == "cellXfs" and name == "xf":
            self.cells.append((whole(attributes.get("numFmtId")), whole(attributes.get("fontId"))))
        elif self.within == "dxfs" and name == "dxf":
            self.conditional.append(False)
        elif self.within == "dxfs" and self.conditional:
            self.conditional[-1] |= name == "numFmt" or bool(mark_of(name, attributes))
        if max(len(self.cells), len(self.fonts), len(self.codes)) > MAX_STYLES:
            raise TooMany(f"more than {MAX_STYLES:,} styles", f"at most {MAX_STYLES:,}")

    def end(self, name: str) -> None:
        if name == self.within:
            self.within = ""

    def text(self, characters: str) -> None:
        pass

    def of_cells(self) -> tuple[list[str], list[str]]:
        """The number format and the mark of each cell style."""
        formats = [
            # An empty code, as of a date whose order depends on the language, is refused when a
            # cell has it.
            self.codes.get(number, "[language]" if number in LOCAL_DATES else "General")
            for number, _ in self.cells
        ]
        marks = [self.fonts[font] if font < len(self.fonts) else "" for _, font in self.cells]
        return formats or ["General"], marks or [""]


class TextReader:
    """What shared and inline strings have in common: runs of text, with fonts, and readings aloud
    that are no text.
    """

    def __init__(self):
        self.pieces: list[str] = []
        self.size = 0
        self.mark = self.run_mark = ""
        self.takes = self.is_phonetic = False

    def begin(self) -> None:
        self.pieces, self.size, self.mark, self.run_mark = [], 0, "", ""

    def start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self.takes = not self.is_phonetic
        elif name == "rPh":
            self.is_phonetic = True
        elif name == "r":
            self.run_mark = ""
        elif name in ("vertAlign", "strike"):
            self.run_mark = self.run_mark or mark_of(name, attributes)

    def end_text(self, name: str) -> None:
        if name == "t":
            self.takes = False
        elif name == "rPh":
            self.is_phonetic = False

    def text(self, characters: str) -> None:
        if self.takes:
            # One sign more than is allowed is kept, so that a text that is too long is refused.
            self.pieces.append(characters[: max(0, MAX_STRING + 1 - self.size)])
            self.size += len(characters)
            if self.run_mark and characters.strip():
                self.mark = self.run_mark

    def content(self) -> str:
        return unescaped("".join(self.pieces))


class Strings(TextReader):
    """Reads the shared strings, and which of them are marked."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.marks: dict[int, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.begin()
        else:
            self.start_text(name, attributes)

    def end(self, name: str) -> None:
        if name == "si":
            if self.mark:
                self.marks[len(self.found)] = self.mark
            self.found.append(self.content())
        else:
            self.end_text(name)


class SheetReader(TextReader):
    """Reads one sheet. `left` counts down the cells that the whole workbook may still hold."""

    def __init__(self, sheet: Sheet, strings: Strings, styles: Styles, left: list[int]):
        super().__init__()
        self.sheet, self.strings, self.styles, self.left = sheet, strings, styles, left
        self.columns: dict[str, int] = {}
        self.row = self.column = 0
        self.row_text = ""
        self.is_row_hidden = self.rows_are_hidden = False
        self.cell: dict[str, str] | None = None
        self.has_value = self.is_formula = False
        self.range = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.start_cell(attributes)
        elif self.cell is not None:
            if name in ("v", "is"):
                self.start_value(name)
            elif name == "f":
                self.is_formula = True
            else:
                self.start_text(name, attributes)
        elif name == "row":
            self.start_row(attributes)
        elif name == "mergeCell":
            self.merge(attributes.get("ref", ""))
        elif name == "col":
            if is_true(attributes.get("hidden")) or is_nothing(attributes.get("width")):
                if len(self.sheet.hidden_columns) < LAST_COLUMN:
                    self.sheet.hidden_columns.append(
                        (whole(attributes.get("min")), whole(attributes.get("max")))
                    )
        elif name == "sheetView":
            self.sheet.hides_zeros |= attributes.get("showZeros", "1").lower() in ("0", "false")
        elif name == "sheetFormatPr":
            self.rows_are_hidden = is_true(attributes.get("zeroHeight"))
        elif name == "conditionalFormatting":
            self.range = attributes.get("sqref", "")
        elif name == "cfRule":
            style = whole(attributes.get("dxfId"), -1)
            if 0 <= style < len(self.styles.conditional) and self.styles.conditional[style]:
                if len(self.sheet.conditional) < 100:
                    self.sheet.conditional.append(self.range)

    def start_row(self, attributes: dict[str, str]) -> None:
        number = whole(attributes.get("r"), self.row + 1)
        if not self.row < number <= LAST_ROW:
            raise Unsound(f"sheet {self.sheet.title}: row {number} after row {self.row}")
        self.row, self.row_text, self.column = number, str(number), 0
        hidden = attributes.get("hidden")
        self.is_row_hidden = (
            is_true(hidden)
            or is_nothing(attributes.get("ht"))
            or (self.rows_are_hidden and hidden is None)
        )

    def start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self.column += 1
        else:
            prefix = place.rstrip("0123456789")
            column = self.columns.get(prefix)
            if column is None or place[len(prefix) :] != self.row_text:
                match = ADDRESS.fullmatch(place)
                if not match or int(match[2]) != self.row:
                    raise Unsound(f"sheet {self.sheet.title}: cell {place} in row {self.row}")
                column = self.columns[match[1]] = column_number(match[1])
            if not self.column < column <= LAST_COLUMN:
                raise Unsound(f"sheet {self.sheet.title}: cell {place} out of its order")
            self.column = column
        self.cell = attributes
        self.has_value = self.is_formula = False
        self.begin()

    def start_value(self, name: str) -> None:
        """A cell holds one value, an inline string in `is` and any other in `v`: two would be read
        as one.
        """
        is_inline = self.cell.get("t") == "inlineStr"
        if self.has_value or is_inline != (name == "is"):
            raise Unsound(f"sheet {self.sheet.title}: a cell in row {self.row} with two values")
        self.has_value, self.takes = True, name == "v"

    def end(self, name: str) -> None:
        if name == "c" and self.cell is not None:
            if self.has_value or self.is_formula:
                self.keep()
            self.cell = None
        elif name == "v":
            self.takes = False
        else:
            self.end_text(name)

    def keep(self) -> None:
        """Keep the cell that has just ended, if it holds anything."""
        kind = self.cell.get("t", "n")
        style = whole(self.cell.get("s"))
        value, mark = self.content() if kind != "n" else "".join(self.pieces).strip(), self.mark
        if kind == "s" and value:
            index = whole(value, len(self.strings.found))
            if index >= len(self.strings.found):
                raise Unsound(f"sheet {self.sheet.title}: a cell with a text that is not there")
            value, mark = self.strings.found[index], self.strings.marks.get(index, "")
        if value == "" and self.is_formula and kind != "str":
            value = None  # a formula that no program has computed
        if value is not None and not value.strip():
            return
        self.left[0] -= 1
        if self.left[0] < 0:
            raise TooMany(f"more than {MAX_CELLS:,} filled cells", f"at most {MAX_CELLS:,}")
        kind = "text" if kind in ("s", "str", "inlineStr") else kind
        cell = Cell(kind, value, style, self.is_formula, mark)
        self.sheet.cells.setdefault(self.row, {})[self.column] = cell
        if self.is_row_hidden:
            self.sheet.hidden_rows.add(self.row)

    def merge(self, text: str) -> None:
        first, _, last = text.partition(":")
        start, end = ADDRESS.fullmatch(first), ADDRESS.fullmatch(last or first)
        if not start or not end:
            raise Unsound(f"sheet {self.sheet.title}: a merged range {text[:30]!r}")
        if len(self.sheet.merged) >= MAX_MERGED:
            raise TooMany(f"more than {MAX_MERGED:,} merged ranges", f"at most {MAX_MERGED:,}")
        self.sheet.merged.append(
            (int(start[2]), int(end[2]), column_number(start[1]), column_number(end[1]))
        )


def is_nothing(text: str | None) -> bool:
    """Whether a height or width is zero."""
    return text is not None and re.fullmatch(r"0+(\.0*)?", text) is not None

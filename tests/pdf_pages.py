"""Reads what a PDF's pages show: their words, how far their text reaches, and what a page's end has parted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import hypot
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary

from tests.pdf_tags import HEADING, Element, Mark, TaggedPdf


def parted_heads(path: Path | str) -> list[str]:
    """The headings that stand at the end of a page, parted from what follows them."""
    file = TaggedPdf(path)
    read = list(file.tree.read())
    return [
        f"{head.words} on page {page + 1}"
        for (head, page), (after, then) in zip(read, read[1:])
        if HEADING.fullmatch(head.kind) and after is not head and then != page
    ]


def parted_rows(path: Path | str) -> list[str]:
    """The table rows that are parted over pages: only a row that is higher than a page may be, and the book has none."""
    file = TaggedPdf(path)
    pages = [sorted({page + 1 for _, page in row.read()}) for row in file.tree.named("/TR")]
    return [f"a row on pages {on[0]} to {on[-1]}" for on in pages if len(on) > 1]


def parted_figures(path: Path | str) -> list[str]:
    """The figures whose picture stands on another page than its head, or a page away from the words that come before
    it: as far down the next page as these stand on theirs, or further.
    """
    file, lines = TaggedPdf(path), _lines_by_mark(path)
    notes = {mark for note in file.tree.named("/Note", "/FENote") for _, mark in note.read_marks()}
    read, wrong = [one for one in file.tree.read_marks() if one[1] not in notes], []
    for figure in file.tree.named("/Div", "/Figure"):
        kinds = [part.kind for part in figure.parts if isinstance(part, Element)]
        if kinds[:2] != ["/Caption", "/Figure"]:
            continue
        inside = [mark for _, mark in figure.read_marks()]
        pages = {mark.page for mark in inside}
        if len(pages) > 1:
            wrong.append(f"a figure on pages {min(pages) + 1} to {max(pages) + 1}")
        begins = next(i for i, (_, mark) in enumerate(read) if mark == inside[0])
        before = next((m for _, m in reversed(read[:begins]) if lines.get(m)), None)
        if before is None or not lines.get(inside[0]):
            continue
        away, below = inside[0].page - before.page, max(lines[inside[0]]) < min(lines[before])
        if away > 1 or (away == 1 and below):
            wrong.append(
                f"a figure on page {inside[0].page + 1}, its words on page {before.page + 1}"
            )
    return wrong


BLOCKS = {
    "/P",
    "/LBody",
    "/Lbl",
    "/TD",
    "/TH",
    "/Caption",
    "/Note",
    "/BlockQuote",
    *(f"/H{i}" for i in range(1, 7)),
}
LINE = 6.0  # pt: what is less far apart, as a raised mark is, stands in one line


def lone_lines(path: Path | str) -> list[str]:
    """The single lines that a page has of a paragraph, an item or a note that goes on from, or to, another page."""
    file, lines, wrong = TaggedPdf(path), _lines_by_mark(path), []
    for block in file.tree.named(*BLOCKS):
        by_page: dict[int, set[float]] = {}
        for mark in block.own_marks(BLOCKS):
            by_page.setdefault(mark.page, set()).update(lines.get(mark, ()))
        by_page = {page: heights for page, heights in by_page.items() if heights}
        if len(by_page) > 1:
            wrong += [
                f"one line of a {block.kind[1:]} on page {page + 1}"
                for page, heights in sorted(by_page.items())
                if _count(heights) == 1
            ]
    return wrong


def lone_rows(path: Path | str, least: int = 3, high: float = 60.0) -> list[str]:
    """The rows that stand alone: a page has fewer than `least` of a table that goes on from, or to, another page, and
    they are less than `high` (pt) together.
    """
    file, lines, wrong = TaggedPdf(path), _lines_by_mark(path), []
    for table in file.tree.named("/Table"):
        by_page: dict[int, list[set[float]]] = {}
        for row in table.named("/TR"):
            marks = [mark for _, mark in row.read_marks()]
            heights = {height for mark in marks for height in lines.get(mark, ())}
            if heights and row.named("/TD"):
                by_page.setdefault(marks[0].page, []).append(heights)
        for page, rows in by_page.items() if len(by_page) > 1 else ():
            reach = max(map(max, rows)) - min(map(min, rows))
            if len(rows) < least and reach < high:
                wrong.append(f"{len(rows)} rows alone on page {page + 1}")
    return wrong


def _count(heights: set[float]) -> int:
    """How many lines stand at these heights."""
    places = sorted(heights)
    return 1 + sum(b - a > LINE for a, b in zip(places, places[1:])) if places else 0


def _lines_by_mark(path: Path | str) -> dict[Mark, set[float]]:
    """At which heights, in pt from below, the words of each piece of marked content stand."""
    found: dict[Mark, set[float]] = {}
    for page, runs in enumerate(_runs_by_page(path)):
        for run in runs:
            if run.mark is not None and run.text.strip(" \u00a0\u200b\u2060"):
                found.setdefault(Mark(page, run.mark), set()).add(round(run.up, 1))
    return found


def page_texts(path: Path | str) -> list[str]:
    """The words of each page in the order in which they are painted, running heads included, decoded as a viewer would."""
    maps: dict = {}
    with pikepdf.open(path) as file:
        return [
            " ".join("".join(_shown(page, page.obj["/Resources"], maps)).split())
            for page in file.pages
        ]


def _shown(stream, resources, maps: dict) -> Iterator[str]:
    """The text that a content stream and its forms show; a space where the text's position is set anew."""
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "Tf":
            letters = _letters(resources["/Font"][operands[0]], maps)
        elif name in ("Tm", "Td", "T*"):
            yield " "
        elif name == "Do" and "/Resources" in (form := resources["/XObject"][operands[0]]):
            yield from _shown(form, form["/Resources"], maps)
        elif name in ("Tj", "TJ"):
            for part in operands[0] if name == "TJ" else operands:
                if isinstance(part, pikepdf.String):
                    codes = bytes(part)
                    yield "".join(
                        letters.get(codes[i] << 8 | codes[i + 1], "?")
                        for i in range(0, len(codes) - 1, 2)
                    )


def _letters(font: Dictionary, maps: dict) -> dict[int, str]:
    """A font's ToUnicode map: two-byte code to text."""
    if font.objgen not in maps:
        source = font["/ToUnicode"].read_bytes().decode("latin-1")
        decode = lambda digits: bytes.fromhex(digits).decode("utf-16-be")
        found = {}
        for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.S):
            found |= {
                int(code, 16): decode(text)
                for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block)
            }
        for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.S):
            for low, high, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
                found |= {
                    code: chr(ord(decode(text)) + code - int(low, 16))
                    for code in range(int(low, 16), int(high, 16) + 1)
                }
        maps[font.objgen] = found
    return maps[font.objgen]


def rightmost(path: Path | str) -> list[float]:
    """How far to the right each page's text reaches, in pt; spaces, and what prints nothing, are not counted."""
    return [max((across for across, _ in page), default=0.0) for page in _ends_by_page(path)]


def lowest(path: Path | str) -> list[float]:
    """How far down each page's text reaches, in pt from the sheet's lower edge."""
    return [min((up for _, up in page), default=0.0) for page in _ends_by_page(path)]


def letter_sizes(path: Path | str) -> list[dict[float, str]]:
    """For each page the sizes of its letters in pt, to a tenth, each with a word or two that are set so; those of
    pictures as well.
    """
    found = []
    for page in _runs_by_page(path):
        sizes: dict[float, str] = {}
        for run in page:
            if run.text.strip():
                sizes[round(run.size, 1)] = (sizes.get(round(run.size, 1), "") + run.text)[:60]
        found.append(sizes)
    return found


def gaps(path: Path | str, foot: float, head: float) -> list[tuple[float, str]]:
    """For each page the highest white space between two lines of text, or below the last, in pt, and the words above
    it. Lines above `head` and below `foot` (pt from the sheet's lower edge) stand outside of the page's text.
    """
    found = []
    for page in _runs_by_page(path):
        lines = {run.up: run.text for run in page if foot < run.up < head and run.text.strip()}
        places = [*sorted(lines, reverse=True), foot]
        found.append(
            max(((a - b, lines[a]) for a, b in zip(places, places[1:])), default=(head - foot, ""))
        )
    return found


class Run(NamedTuple):
    """A portion of text: where it ends, in pt from the left and from below, its size and its letters."""

    across: float
    up: float
    size: float
    text: str
    mark: int | None = None  # the number of the marked content that it is part of


def _runs_by_page(path: Path | str) -> list[list[Run]]:
    maps: dict = {}
    with pikepdf.open(path) as file:
        return [list(_runs(page, page.obj["/Resources"], IDENTITY, maps)) for page in file.pages]


def _ends_by_page(path: Path | str) -> list[list[tuple[float, float]]]:
    return [[(run.across, run.up) for run in page] for page in _runs_by_page(path)]


IDENTITY = pikepdf.Matrix()


def _runs(stream, resources, outer: pikepdf.Matrix, maps: dict) -> Iterator[Run]:
    """Each portion of text of a content stream and its forms."""
    matrix, kept, size = outer, [], 0.0
    line, letters, widths = IDENTITY, {}, {}
    marks = [None]  # of the marked content that is open; what is for the eye alone has none
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        mark = marks[-1]
        if name in ("BDC", "BMC"):
            said = operands[1] if len(operands) > 1 else None
            if isinstance(said, Dictionary) and "/MCID" in said:
                mark = int(said["/MCID"])
            marks.append(None if operands[0] == "/Artifact" else mark)
        elif name == "EMC":
            marks.pop()
        elif name == "q":
            kept.append((matrix, size))
        elif name == "Q":
            matrix, size = kept.pop()
        elif name == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif name == "BT":
            line = IDENTITY
        elif name == "Tf":
            font, size = resources["/Font"][operands[0]], float(operands[1])
            letters, widths = _letters(font, maps), _widths(font)
        elif name == "Tm":
            line = pikepdf.Matrix(*map(float, operands))
        elif name == "Td":
            line = pikepdf.Matrix(1, 0, 0, 1, *map(float, operands)) @ line
        elif name == "Do" and "/Resources" in (form := resources["/XObject"][operands[0]]):
            own = pikepdf.Matrix(form["/Matrix"]) if "/Matrix" in form else IDENTITY
            inside = _runs(form, form["/Resources"], own @ matrix, maps)
            yield from (run._replace(mark=mark) for run in inside)
        elif name in ("Tj", "TJ"):
            across, inked, text = 0.0, 0.0, ""
            for part in operands[0] if name == "TJ" else operands:
                if not isinstance(part, pikepdf.String):
                    across -= float(part) / 1000 * size
                    continue
                codes = bytes(part)
                for i in range(0, len(codes) - 1, 2):
                    code = codes[i] << 8 | codes[i + 1]
                    across += widths.get(code, 1000.0) / 1000 * size
                    text += letters.get(code, "?")
                    if letters.get(code, "?").strip(" \u00a0\u200b"):
                        inked = across
            place = line @ matrix
            yield Run(*place.transform((inked, 0.0)), size * hypot(place.c, place.d), text, mark)


def _widths(font: Dictionary) -> dict[int, float]:
    """The width of each glyph in thousandths of an em."""
    found, parts = {}, list(font["/DescendantFonts"][0].get("/W", []))
    while parts:
        first, second = int(parts.pop(0)), parts.pop(0)
        if isinstance(second, Array):
            found |= {first + i: float(width) for i, width in enumerate(second)}
        else:
            width = float(parts.pop(0))
            found |= {code: width for code in range(first, int(second) + 1)}
    return found

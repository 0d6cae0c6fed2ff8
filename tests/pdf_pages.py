"""Reads what a PDF's pages show: their words, how far their text reaches, and what a page's end has parted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import hypot
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary

from tests.pdf_tags import HEADING, Element, TaggedPdf


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
    """The figures whose picture stands on another page than its head, or more than a page after the words that come
    before it.
    """
    file = TaggedPdf(path)
    read, wrong = list(file.tree.read()), []
    for figure in file.tree.named("/Div", "/Figure"):
        kinds = [part.kind for part in figure.parts if isinstance(part, Element)]
        if kinds[:2] != ["/Caption", "/Figure"]:
            continue
        inside = list(figure.read())
        begins = next(i for i, (one, _) in enumerate(read) if one is inside[0][0])
        pages, before = {page for _, page in inside}, read[begins - 1][1] if begins else 0
        if len(pages) > 1:
            wrong.append(f"a figure on pages {min(pages) + 1} to {max(pages) + 1}")
        if min(pages) - before > 1:
            wrong.append(f"a figure on page {min(pages) + 1}, its words on page {before + 1}")
    return wrong


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
    """For each page the sizes of its letters in pt, to a tenth, each with a word or two that are set so. Letters
    within pictures are left out.
    """
    found = []
    for page in _runs_by_page(path):
        sizes: dict[float, str] = {}
        for run in page:
            if run.text.strip() and not run.is_in_picture:
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
    is_in_picture: bool = False


def _runs_by_page(path: Path | str) -> list[list[Run]]:
    maps: dict = {}
    pictures = _content_of_pictures(path)
    with pikepdf.open(path) as file:
        return [
            [
                run._replace(is_in_picture=(number, run.mark) in pictures)
                for run in _runs(page, page.obj["/Resources"], IDENTITY, maps)
            ]
            for number, page in enumerate(file.pages)
        ]


def _content_of_pictures(path: Path | str) -> set[tuple[int, int]]:
    """The marked content that pictures hold: page's index and number. An untagged file has none."""
    with pikepdf.open(path) as file:
        indices = {page.obj.objgen: index for index, page in enumerate(file.pages)}
        root = file.Root.get("/StructTreeRoot", Dictionary())
        return set(_pictured(root.get("/K", Array()), None, False, indices))


def _pictured(kid, page, inside: bool, indices: dict) -> Iterator[tuple[int, int]]:
    if isinstance(kid, Array):
        for one in kid:
            yield from _pictured(one, page, inside, indices)
    elif isinstance(kid, int):
        if inside:
            yield page, kid
    else:
        page = indices[kid["/Pg"].objgen] if "/Pg" in kid else page
        if "/MCID" in kid:
            yield from _pictured(int(kid["/MCID"]), page, inside, indices)
        elif "/K" in kid:
            is_picture = inside or str(kid.get("/S", "")) == "/Figure"
            yield from _pictured(kid["/K"], page, is_picture, indices)


def _ends_by_page(path: Path | str) -> list[list[tuple[float, float]]]:
    return [[(run.across, run.up) for run in page] for page in _runs_by_page(path)]


IDENTITY = pikepdf.Matrix()


def _runs(stream, resources, outer: pikepdf.Matrix, maps: dict) -> Iterator[Run]:
    """Each portion of text of a content stream and its forms."""
    matrix, kept, size = outer, [], 0.0
    line, letters, widths = IDENTITY, {}, {}
    mark = None
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "BDC" and isinstance(operands[1], Dictionary) and "/MCID" in operands[1]:
            mark = int(operands[1]["/MCID"])
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

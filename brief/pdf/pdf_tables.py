"""How wide a table's columns are in the PDF: measured with the font they are set in, so that no
cell overflows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from docutils import nodes

from brief.notebook import faces

# the heads' weight: a little wider than the cells', which is the safe side
FACE = "plex-sans-kr-600.ttf"
WIDTH = 467.7  # pt: the wide measure of brief.typ
INSET = 10.0  # pt a column, both sides together
# letters and INSET in pt; the first that fits is taken, before any name is cut
SIZES = ((8.6, INSET), (8.5, 6.0))
LEADING = 1.25  # from line to line, in sizes of the letters
AIR = 6.8  # pt: above and below the words of a row, see brief.typ
TALL = 120.0  # pt: a table or a row that seems higher may break over pages, of which one has 678
SLACK = 1.03  # for kerning, and for marks that are wider than the letters that they stand for
COMFORT = 0.75  # of the room: a table no wider than this keeps its own width
SHORT, SPENT = (
    12.0,
    0.45,
)  # em: columns up to this stay whole, while together they take no more of the room
HEAD = 0.62  # of a head's length, which may break into two lines
BITS, SAMPLE = 48, 120  # portions of room to give away; rows to look at while doing so
JOINT = re.compile(
    r"(?<=\w)([_/.=&?-]+)(?=[^\W\d])"
)  # where a name may be broken; 12.5 and 1998/99 stay whole
ADDRESS = re.compile(r"\S{24,}")  # in one as long as this, at any sign
SIGN = re.compile(
    r"(?<![_/.=&?%-])([_/.=&?%-]+)(?=\w)"
)  # tried once a run of signs, at its beginning: at each of them it would take forever
ENDLESS = re.compile(r"(\w{12})(?=\w{12})")  # a hash, or a word that no line would hold

# A place where a line may break even between signs that Unicode keeps together, as !!! or words
# around a no-break space.
CUT = "\u200b"
SPACES = " \t\n\r\f\v"  # where a line breaks anyway; a no-break space is none
WORD = re.compile(f"[^{SPACES}]+")
ENDS = re.compile(rf"[{SPACES}{CUT}]+|(?<=\])(?=\[U\+)")
HYPHEN = re.compile(
    r"(?<=[^\W\d_][-–—/])(?=[^\W\d_])|(?<=\])(?=\[U\+)"
)  # after which a line may break as well
NAMED = r"\[U\+[0-9A-F]{4,6}\]"  # a sign without a glyph, see pdf_words.Glyphs
SINGLE = re.compile(f"{NAMED}|.", re.S)
STEP = 12  # signs that stay together in a run that is cut; in a cell one of twice as many is
NARROWER = (6, 3)  # the same in a table that does not fit otherwise
# signs of a run that is cut outside of tables: any line holds fewer, also of the widest letters
WHOLE = 32
WHOLE_COMMAND = 64  # of one in a listing, whose signs are narrow, and which is there to be copied


def pieces(text: str) -> list[str]:
    """The text cut where a line may break inside names, addresses and hashes.

    The pieces joined are the text: the break is a place, not a character, so that copied text stays
    whole.
    """
    cut = ADDRESS.sub(lambda address: SIGN.sub("\\1\0", address[0]), JOINT.sub("\\1\0", text))
    cut = ENDLESS.sub("\\1\0", cut)
    return [piece for piece in cut.split("\0") if piece]


def with_cuts(text: str, step: int = STEP, whole: int = WHOLE) -> str:
    """The text with a CUT after every `step` signs of a run that no line would hold.

    A run is whatever stands between two places where a line breaks anyway. One of less than `whole`
    signs is not cut, so that ordinary words, dates, numbers and commands are copied as they are.
    """
    return WORD.sub(lambda word: CUT.join(word_parts(word[0], step, whole)), text)


def word_parts(word: str, step: int, whole: int) -> list[str]:
    """A word cut into parts of at most `step` signs wherever `whole` signs or more have no hyphen
    between them.
    """
    if len(word) < whole:
        return [word]
    parts = [""]
    for run in HYPHEN.split(word):
        if len(run) < whole:
            parts[-1] += run
            continue
        first, *others = run_parts(run, step)
        parts[-1] += first
        parts += others
    return parts


def run_parts(run: str, step: int) -> list[str]:
    """A run in parts of `step` signs. A letter keeps its accents, and a sign that is named keeps
    its name whole.
    """
    parts = [""]
    for sign in SINGLE.findall(run):
        is_accent = unicodedata.category(sign[0]).startswith("M")
        if parts[-1] and len(parts[-1]) + len(sign) > step and not is_accent:
            parts.append("")
        parts[-1] += sign
    return parts


def table_rows(group: nodes.tgroup) -> tuple[list[list[nodes.entry]], list[list[nodes.entry]]]:
    """The head rows and the body rows of a table, each a list of entries."""

    def rows(kind):
        part = group.next_node(kind)
        return [list(row.children) for row in part.children] if part is not None else []

    return rows(nodes.thead), rows(nodes.tbody)


class Layout(NamedTuple):
    """How a table is set."""

    widths: list[str]  # of the columns, as Typst lengths
    size: float  # of the letters, pt
    step: int  # of `with_cuts`
    fits: bool  # whether no part of a text leaves its column
    height: float  # of all rows, pt, about: runs that are cut may take twice as much
    tallest: float  # of the highest row, pt, about
    inset: float  # of a column, pt, both sides together


class Ruler:
    """Measures text in the tables' font. All widths are in em. `shown` gives what is printed for a
    text.
    """

    def __init__(self, fonts: Path, shown: Callable[[str], str] = str):
        if not (fonts / FACE).exists():
            raise FileNotFoundError(f"no {FACE} in {fonts}: `python3 run.py build` makes it")
        self.advances = faces.advances(fonts / FACE)
        self.shown = shown

    def width(self, text: str) -> float:
        """The text on one line; a letter that the font lacks counts as a whole em."""
        return sum(self.advances.get(ord(c), 1.0) for c in self.shown(text))

    def longest_word(self, text: str, step: int = STEP) -> float:
        """The widest part of the text that cannot be broken."""
        words = [
            word
            for piece in pieces(text)
            for word in ENDS.split(with_cuts(self.shown(piece), step, 2 * step))
        ]
        return max(map(self.width, words), default=0.0)

    def layout(self, group: nodes.tgroup) -> Layout:
        """How a table is set: at the largest size at which no part that cannot be broken leaves its
        column.
        """
        texts = [
            [entry.astext() for entry in row]
            for rows in table_rows(group)
            for row in rows
            if len(row) == group["cols"]
        ]
        lines = [[self.width(text) for text in row] for row in texts]
        ways = [(*size, STEP) for size in SIZES] + [(*SIZES[-1], step) for step in NARROWER]
        least_at = {
            step: [max(self.longest_word(text, step) for text in column) for column in zip(*texts)]
            for step in (STEP, *NARROWER)
        }
        for size, inset, step in ways:
            least = [width * SLACK for width in least_at[step]]
            room = (WIDTH - inset * len(least)) / size
            if sum(least) <= room:
                widths = shares(least, lines, room)
                lengths = [f"{width * size + inset:.1f}pt" for width in widths]
                columns = [cells(column, width) for column, width in zip(zip(*lines), widths)]
                heights = [max(row) * size * LEADING for row in zip(*columns)]
                tallest = max(heights, default=0.0)
                return Layout(lengths, size, step, True, sum(heights), tallest, inset)
        size, inset = SIZES[-1]
        return Layout(["1fr"] * group["cols"], size, NARROWER[-1], False, 0.0, 0.0, inset)


def shares(least: list[float], lines: list[list[float]], room: float) -> list[float]:
    """Widths in em for columns whose cells, on one line each, are as wide as `lines` says; none is
    below `least`.

    A table that fits comfortably is as wide as its content, since numbers far apart are hard to
    follow. Otherwise the room is given away bit by bit, each time to the column that makes the
    table shortest.
    """
    natural = [max(column) * SLACK + 0.3 for column in zip(*lines[1:], least)]
    natural = [max(own, head * SLACK * HEAD) for own, head in zip(natural, lines[0])]
    if sum(natural) <= COMFORT * room:
        return natural
    widths, spent = list(least), 0.0
    for index in sorted(
        range(len(widths)), key=natural.__getitem__
    ):  # dates, numbers and names stay on one line
        spent += natural[index]
        if (
            natural[index] <= SHORT
            and spent <= SPENT * room
            and sum(widths) - widths[index] + natural[index] <= room
        ):
            widths[index] = natural[index]
    bit, columns = (room - sum(widths)) / BITS, list(zip(*lines[:SAMPLE]))
    heights = [cells(column, width) for column, width in zip(columns, widths)]
    for _ in range(BITS):
        tries = [cells(column, width + bit) for column, width in zip(columns, widths)]
        totals = [height([*heights[:i], wider, *heights[i + 1 :]]) for i, wider in enumerate(tries)]
        shortest = totals.index(min(totals))
        if totals[shortest] == height(heights):
            break  # every cell stands on one line
        widths[shortest] += bit
        heights[shortest] = tries[shortest]
    return widths


def cells(lines: tuple[float, ...], width: float) -> list[float]:
    """About how many lines each cell of a column takes at a width."""
    return [max(line * SLACK / width, 1.0) for line in lines]


def height(columns: list[list[float]]) -> float:
    """About how many lines the rows take. The small second part breaks ties, where two cells of a
    row are equally high.
    """
    return sum(map(max, zip(*columns))) + 0.05 * sum(map(sum, columns))

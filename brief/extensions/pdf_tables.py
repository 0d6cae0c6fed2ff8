"""How wide a table's columns are in the PDF: measured with the font they are set in, so that no cell overflows."""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes

from brief import faces

FACE = "plex-sans-kr-600.ttf"  # the heads' weight: a little wider than the cells', which is the safe side
WIDTH = 459.0  # pt: the wide measure of brief.typ
INSET = 10.0  # pt a column, both sides together; `cell-inset` in brief.typ is half of it
SIZES = (8.6, 8.0, 7.4, 6.8)  # pt; the largest that fits is taken
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
SIGN = re.compile(r"([_/.=&?%-]+)(?=\w)")
ENDLESS = re.compile(r"(\w{12})(?=\w{12})")  # a hash, or a word that no line would hold


def pieces(text: str) -> list[str]:
    """The text cut where a line may break inside names, addresses and hashes.

    The pieces joined are the text: the break is a place, not a character, so that copied text stays whole.
    """
    cut = ADDRESS.sub(lambda address: SIGN.sub("\\1\0", address[0]), JOINT.sub("\\1\0", text))
    cut = ENDLESS.sub("\\1\0", cut)
    return [piece for piece in cut.split("\0") if piece]


def table_rows(group: nodes.tgroup) -> tuple[list[list[nodes.entry]], list[list[nodes.entry]]]:
    """The head rows and the body rows of a table, each a list of entries."""

    def rows(kind):
        part = group.next_node(kind)
        return [list(row.children) for row in part.children] if part is not None else []

    return rows(nodes.thead), rows(nodes.tbody)


class Ruler:
    """Measures text in the tables' font. All widths are in em."""

    def __init__(self, fonts: Path):
        if not (fonts / FACE).exists():
            raise FileNotFoundError(f"no {FACE} in {fonts}: `python3 run.py build` makes it")
        self.advances = faces.advances(fonts / FACE)

    def width(self, text: str) -> float:
        """The text on one line; a letter that the font lacks counts as a whole em."""
        return sum(self.advances.get(ord(c), 1.0) for c in text)

    def longest_word(self, text: str) -> float:
        """The widest part of the text that cannot be broken."""
        return max(
            (self.width(word) for piece in pieces(text) for word in piece.split()), default=0.0
        )

    def layout(self, group: nodes.tgroup) -> tuple[list[str], float, bool]:
        """Column widths as Typst lengths, the font size in pt, and whether the table fits at that size."""
        texts = [
            [entry.astext() for entry in row]
            for rows in table_rows(group)
            for row in rows
            if len(row) == group["cols"]
        ]
        least = [max(map(self.longest_word, column)) for column in zip(*texts)]
        lines = [[self.width(text) for text in row] for row in texts]
        for size in SIZES:
            room = (WIDTH - INSET * len(least)) / size
            if sum(least) * SLACK <= room:
                return (
                    [
                        f"{width * size + INSET:.1f}pt"
                        for width in shares([w * SLACK for w in least], lines, room)
                    ],
                    size,
                    True,
                )
        return ["1fr"] * group["cols"], SIZES[-1], False


def shares(least: list[float], lines: list[list[float]], room: float) -> list[float]:
    """Widths in em for columns whose cells, on one line each, are as wide as `lines` says; none is below `least`.

    A table that fits comfortably is as wide as its content, since numbers far apart are hard to follow. Otherwise the
    room is given away bit by bit, each time to the column that makes the table shortest.
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
    """About how many lines the rows take. The small second part breaks ties, where two cells of a row are equally high."""
    return sum(map(max, zip(*columns))) + 0.05 * sum(map(sum, columns))

"""How wide a table's columns are in the PDF: measured with the font they are set in, so that no cell overflows."""
from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes

FAMILY, WEIGHT = "IBM Plex Sans KR", 600     # the heads' weight: a little wider than the cells', which is the safe side
WIDTH = 459.0                                # pt: the wide measure of brief.typ on A4, the narrower of the two papers
INSET = 10.0                                 # pt a column, both sides together; `cell-inset` in brief.typ is half of it
SIZES = (8.6, 8.0, 7.4, 6.8)                 # pt; the largest that fits is taken
SHORT = (13, 5)                              # em: a column no wider than this keeps its lines whole; the second in need
JOINT = re.compile(r"(?<=\w)([_/.=&?-]+)(?=[^\W\d])")     # where a name may be broken; 12.5 and 1998/99 stay whole
ADDRESS = re.compile(r"\S{24,}")                           # in one as long as this, at any sign
SIGN = re.compile(r"([_/.=&?%-]+)(?=\w)")
ENDLESS = re.compile(r"(\w{12})(?=\w{12})")                # a hash, or a word that no line would hold


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
        from fontTools.ttLib import TTFont
        for path in sorted(fonts.glob("*.ttf")):
            font = TTFont(path, lazy=True)
            if font["name"].getBestFamilyName() == FAMILY and font["OS/2"].usWeightClass == WEIGHT:
                self.em, self.glyphs, self.advances = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"].metrics
                return
        raise FileNotFoundError(f"no {FAMILY} {WEIGHT} in {fonts}: `python3 run.py build` makes it")

    def width(self, text: str) -> float:
        """The text on one line."""
        return sum(self.advances[self.glyphs[ord(c)]][0] if ord(c) in self.glyphs else self.em for c in text) / self.em

    def longest_word(self, text: str) -> float:
        """The widest part of the text that cannot be broken."""
        return max((self.width(word) for piece in pieces(text) for word in piece.split()), default=0.0)

    def layout(self, group: nodes.tgroup) -> tuple[list[str], float, bool]:
        """Column widths as Typst lengths, the font size in pt, and whether the table fits at that size."""
        columns = self._columns(group)
        for size in SIZES:
            room = (WIDTH - INSET * len(columns)) / size
            fitted = fit(columns, room, SHORT[0]) or fit(columns, room, SHORT[1])
            if fitted:
                return [w if w.endswith("fr") else f"{float(w) * size + INSET:.1f}pt" for w in fitted], size, True
        return ["1fr"] * len(columns), SIZES[-1], False

    def _columns(self, group: nodes.tgroup) -> list[tuple[float, float]]:
        """Each column's least and natural width in em. Heads may wrap: they count for less."""
        head, body = table_rows(group)
        least, natural = [0.0] * group["cols"], [0.0] * group["cols"]
        for rows, share in ((head, 0.62), (body, 1.0)):
            for row in rows:
                if len(row) != group["cols"]:
                    continue                             # a cell over several columns takes what they give
                for index, entry in enumerate(row):
                    text = entry.astext()
                    least[index] = max(least[index], self.longest_word(text))
                    natural[index] = max(natural[index], least[index], self.width(text) * share)
        return list(zip(least, natural))


def fit(columns: list[tuple[float, float]], room: float, keep: float) -> list[str] | None:
    """Widths for columns of (least, natural) em within `room` em: plain numbers, or shares ending in fr; None if they do not fit.

    A table that fits comfortably is as wide as its content, since numbers far apart are hard to follow. Otherwise short
    columns (up to `keep` em) have their natural width and the others share what is left, in proportion to what they still want.
    """
    if sum(natural for _, natural in columns) <= 0.72 * room:
        return [f"{natural * 1.04 + 1:.2f}" for _, natural in columns]
    short = [natural <= keep for _, natural in columns]
    if all(short):
        widest = max(range(len(columns)), key=lambda i: columns[i][1])
        short[widest] = False
    left = room - sum(natural * 1.02 for (_, natural), whole in zip(columns, short) if whole)
    spare = left - sum(least * 1.02 for (least, _), whole in zip(columns, short) if not whole)
    if spare < 0:
        return None
    wanted = sum(natural - least for (least, natural), whole in zip(columns, short) if not whole) or 1.0
    return [f"{natural * 1.02:.2f}" if whole else f"{least * 1.02 + spare * (natural - least) / wanted + 0.01:.2f}fr"
            for (least, natural), whole in zip(columns, short)]

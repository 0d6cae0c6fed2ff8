"""A smoke test of a PDF's tags: what a reader with a screen reader misses first.

Typst refuses or never writes most of what PDF/UA-1 forbids, and veraPDF judges the whole standard in the workflow. Here
stands what Typst writes all the same and what a step after Typst (the PDF is packed anew) could lose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

HEADING = re.compile(r"/H[1-6]")


class Mark(NamedTuple):
    """A piece of content: the index of its page, and its number there."""

    page: int
    number: int


@dataclass
class Element:
    """A structure element, `kind` being its type; `parts` are what it holds, as they are read: elements and pieces of
    content.
    """

    kind: str
    source: Dictionary
    parts: list[Element | Mark] = field(default_factory=list)

    @property
    def words(self) -> str:
        """A heading's words (Typst repeats them as the element's title)."""
        return flat(self.source.get("/T", ""))

    def walk(self) -> Iterator[Element]:
        """This element and all beneath, in reading order."""
        yield self
        for part in self.parts:
            if isinstance(part, Element):
                yield from part.walk()

    def read(self) -> Iterator[tuple[Element, int]]:
        """All content beneath, in reading order: the element that it stands in, and its page's index."""
        for element, mark in self.read_marks():
            yield element, mark.page

    def read_marks(self) -> Iterator[tuple[Element, Mark]]:
        """The same with the pieces of content themselves."""
        for part in self.parts:
            if isinstance(part, Element):
                yield from part.read_marks()
            else:
                yield self, part

    def own_marks(self, blocks: set[str]) -> Iterator[Mark]:
        """The content of this element that is in no element of these kinds within it."""
        for part in self.parts:
            if isinstance(part, Mark):
                yield part
            elif part.kind not in blocks:
                yield from part.own_marks(blocks)

    def named(self, *kinds: str) -> list[Element]:
        return [element for element in self.walk() if element.kind in kinds]


class TaggedPdf:
    """A PDF with its structure tree read once: `tree` is its root, without parts where there is none. To be held
    while its elements are in use: their dictionaries are the open file's.
    """

    def __init__(self, path: Path | str):
        self.pdf = pikepdf.open(path)
        self.root = self.pdf.Root
        self._indices = {page.obj.objgen: index for index, page in enumerate(self.pdf.pages)}
        source = self.root.get("/StructTreeRoot", Dictionary())
        self.tree = Element("(root)", source)
        self._fill(self.tree, source.get("/K", Array()), 0)
        self.headings = [one for one in self.tree.walk() if HEADING.fullmatch(one.kind)]

    def _fill(self, parent: Element, kid, page: int) -> None:
        """Add what a /K entry holds: elements, numbers of marked content, references to either, or a list of these."""
        if isinstance(kid, Array):
            for one in kid:
                self._fill(parent, one, page)
            return
        if not isinstance(kid, int) and "/Pg" in kid:
            page = self._indices[kid["/Pg"].objgen]
        if isinstance(kid, int) or kid.get("/Type") == Name.MCR:
            number = kid if isinstance(kid, int) else int(kid["/MCID"])
            parent.parts.append(Mark(page, number))
        elif "/S" in kid:
            element = Element(str(kid["/S"]), kid)
            parent.parts.append(element)
            self._fill(element, kid.get("/K", Array()), page)


def flat(text) -> str:
    return " ".join(str(text).split())


def marked(file: TaggedPdf):
    """The file says that it is tagged, and has a structure tree."""
    if not file.root.get("/MarkInfo", {}).get("/Marked", False):
        yield "MarkInfo/Marked is not true"
    if not file.tree.parts:
        yield "no structure tree"


def language(file: TaggedPdf):
    """The document names its language, or a voice reads it out in another."""
    if not str(file.root.get("/Lang", "")):
        yield "no Lang"


def title_shown(file: TaggedPdf):
    """Viewers show a title instead of the file's name."""
    if not file.root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "ViewerPreferences/DisplayDocTitle is not true"
    if not flat(file.pdf.open_metadata().get("dc:title", "")):
        yield "no dc:title in the metadata"


def identified(file: TaggedPdf):
    """The metadata claim PDF/UA-1."""
    if file.pdf.open_metadata().get("pdfuaid:part") != "1":
        yield "no pdfuaid:part 1 in the metadata"


def outline(file: TaggedPdf):
    """The outline lists every heading below the title, in order and in the same words."""
    with file.pdf.open_outline() as opened:
        entries = list(outline_titles(opened.root))
    words = [heading.words for heading in file.headings if heading.kind != "/H1"]
    if entries != words:
        yield f"{len(entries)} entries for {len(words)} headings: {sorted({*entries} ^ {*words})[:5]}"


def outline_titles(items) -> Iterator[str]:
    for item in items:
        yield flat(item.title)
        yield from outline_titles(item.children)


def figures(file: TaggedPdf):
    """Every picture has words that stand for it. Typst refuses a picture without, and takes blank ones."""
    for element in file.tree.named("/Figure", "/Formula"):
        if not flat(element.source.get("/Alt", "")):
            yield f"a {element.kind[1:]} without Alt on page {first_page(element)}"


def tables(file: TaggedPdf):
    """Every table has header cells. Typst takes one without."""
    for table in file.tree.named("/Table"):
        if not table.named("/TH"):
            yield f"a Table without TH on page {first_page(table)}"


def reading_order(file: TaggedPdf):
    """Read from the top, no heading goes back to an earlier page. No standard's machine sees it."""
    last = 0
    for heading in file.headings:
        page = first_page(heading)
        if page < last:
            yield f"{heading.words!r} on page {page} is read after page {last}"
        last = page


def first_page(element: Element) -> int:
    return next((page + 1 for _, page in element.read()), 0)


RULES = (marked, language, title_shown, identified, outline, figures, tables, reading_order)


def violations(path: Path | str) -> list[tuple[str, str]]:
    """What is wrong with the file, as (rule, finding); empty when nothing is."""
    file = TaggedPdf(path)
    return [(rule.__name__, finding) for rule in RULES for finding in rule(file)]

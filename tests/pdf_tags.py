"""Reads a PDF's tag tree and says which of PDF/UA-1's machine-checkable rules it breaks.

`violations(path)` returns a list of (rule, what was found); it is empty for a sound file. The rules are the keys of
RULES. Run by hand: `python tests/pdf_tags.py FILE.pdf`. A rule that cannot be checked by machine (is this alt text any
good?) is not here: people look at the pages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

# Operators that leave ink. Clipping and state are not content.
PAINTS = {
    "Tj",
    "TJ",
    "'",
    '"',
    "f",
    "F",
    "f*",
    "B",
    "B*",
    "b",
    "b*",
    "S",
    "s",
    "sh",
    "Do",
    "INLINE IMAGE",
}
HEADING = re.compile(r"/H([1-6])")
CELLS = ("/TD", "/TH")


@dataclass
class Element:
    """One structure element: its type by the role map's end, its dictionary, parent, children and content (page, mcid)."""

    kind: str
    source: Dictionary
    parent: "Element | None"
    children: list["Element"] = field(default_factory=list)
    content: list[tuple[int, int]] = field(default_factory=list)
    annotations: list[tuple[int, int]] = field(default_factory=list)
    order: list = field(default_factory=list)  # children and content, as they follow each other

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def read(self) -> Iterator[tuple["Element", int]]:
        """The pages of all content beneath, in reading order, each with the element that it stands in."""
        for part in self.order:
            if isinstance(part, Element):
                yield from part.read()
            else:
                yield self, part[0]

    def within(self, kind: str) -> bool:
        return self.above(kind) is not None

    def above(self, kind: str) -> "Element | None":
        """The nearest of this kind that it stands in."""
        above = self.parent
        while above is not None and above.kind != kind:
            above = above.parent
        return above

    def attribute(self, name: str):
        """The value of a structure attribute (/A, one dictionary or several), or None."""
        given = self.source.get("/A")
        for one in given if isinstance(given, Array) else [given]:
            if isinstance(one, Dictionary) and name in one:
                return one[name]
        return None


class TaggedPdf:
    """A PDF with its structure tree read once."""

    def __init__(self, path: Path):
        self.pdf = pikepdf.open(path)
        self.root = self.pdf.Root
        self.pages = {page.obj.objgen: index for index, page in enumerate(self.pdf.pages)}

    @cached_property
    def elements(self) -> list[Element]:
        """All elements in reading order."""
        tree = self.root.get("/StructTreeRoot")
        if tree is None or "/K" not in tree:
            return []
        top = Element("(root)", tree, None)
        self._read(tree["/K"], top, None)
        return list(top.walk())[1:]

    def _read(self, kid, parent: Element, page) -> None:
        """Add what a /K entry holds: elements, marked content numbers, references to either, or a list of these."""
        if isinstance(kid, Array):
            for one in kid:
                self._read(one, parent, page)
        elif isinstance(kid, int) or kid.get("/Type") == Name.MCR:
            here = page if isinstance(kid, int) or "/Pg" not in kid else kid["/Pg"].objgen
            mark = (self.pages.get(here, -1), kid if isinstance(kid, int) else int(kid["/MCID"]))
            parent.content.append(mark)
            parent.order.append(mark)
        elif kid.get("/Type") == Name.OBJR:
            parent.annotations.append(kid["/Obj"].objgen)
        elif "/S" in kid:
            element = Element(self._role(str(kid["/S"])), kid, parent)
            parent.children.append(element)
            parent.order.append(element)
            here = kid["/Pg"].objgen if "/Pg" in kid else page
            if "/K" in kid:
                self._read(kid["/K"], element, here)

    def _role(self, kind: str) -> str:
        roles = self.root["/StructTreeRoot"].get("/RoleMap", {})
        return self._role(str(roles[kind])) if kind in roles else kind

    def named(self, *kinds: str) -> list[Element]:
        return [e for e in self.elements if e.kind in kinds]

    @cached_property
    def headings(self) -> list[Element]:
        return [e for e in self.elements if HEADING.fullmatch(e.kind)]

    @cached_property
    def metadata(self) -> str:
        stream = self.root.get("/Metadata")
        return stream.read_bytes().decode("utf-8", "replace") if stream is not None else ""


def marked(file: TaggedPdf):
    """The file says that it is tagged, and has a structure tree."""
    if not file.root.get("/MarkInfo", {}).get("/Marked", False):
        yield "MarkInfo/Marked is not true"
    if not file.elements:
        yield "no structure tree"


def language(file: TaggedPdf):
    """The document names its language."""
    if not str(file.root.get("/Lang", "")):
        yield "no Lang"


def title_shown(file: TaggedPdf):
    """Viewers show the title instead of the file's name."""
    if not file.root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "ViewerPreferences/DisplayDocTitle is not true"


def identified(file: TaggedPdf):
    """The metadata hold a title and claim PDF/UA-1."""
    if not re.search(r"<dc:title>.*?<rdf:li[^>]*>\s*[^<\s][^<]*</rdf:li>", file.metadata, re.S):
        yield "no dc:title in the metadata"
    if not re.search(r"pdfuaid:part(>|=\")1\b", file.metadata):
        yield "no pdfuaid:part 1 in the metadata"


def outline(file: TaggedPdf):
    """The outline lists every heading below the title, in order and in the same words."""
    with file.pdf.open_outline() as read:
        entries = list(_outline_titles(read.root))
    heads = [_flat(e.source.get("/T", "")) for e in file.headings if e.kind != "/H1"]
    if not entries:
        yield "no outline"
    elif entries != heads:
        first = next(
            (i for i, (a, b) in enumerate(zip(entries, heads)) if a != b),
            min(len(entries), len(heads)),
        )
        yield f"{len(entries)} entries for {len(heads)} headings; entry {first + 1} is {(entries + [None])[first]!r}, the heading {(heads + [None])[first]!r}"


def _outline_titles(items) -> Iterator[str]:
    for item in items:
        yield _flat(item.title)
        yield from _outline_titles(item.children)


def _flat(text) -> str:
    return " ".join(str(text).split())


def figures(file: TaggedPdf):
    """Every picture has words that stand for it."""
    for element in file.named("/Figure", "/Formula"):
        if not _flat(element.source.get("/Alt", "")):
            yield f"a {element.kind[1:]} without Alt on page {_page(element)}"


def tables(file: TaggedPdf):
    """Every table has rows, and heads whose direction is said."""
    for table in file.named("/Table"):
        kinds = {e.kind for e in table.walk()}
        heads = [e for e in table.walk() if e.kind == "/TH"]
        if "/TR" not in kinds or not heads:
            yield f"a Table without {'TH' if '/TR' in kinds else 'TR'} on page {_page(table)}"
        if any(str(e.attribute("/Scope")) not in ("/Column", "/Row", "/Both") for e in heads):
            yield f"a TH without Scope on page {_page(table)}"


def headings(file: TaggedPdf):
    """Headings begin at H1 and never skip a level on the way down."""
    last = 0
    for element in file.headings:
        level = int(HEADING.fullmatch(element.kind)[1])
        if level > last + 1:
            yield f"H{level} after {f'H{last}' if last else 'nothing'}: {_flat(element.source.get('/T', ''))!r}"
        last = level
    if not last:
        yield "no heading"


def links(file: TaggedPdf):
    """Every link has words and stands inside a Link element."""
    held = {
        number for e in file.named("/Link") for inner in e.walk() for number in inner.annotations
    }
    for index, page in enumerate(file.pdf.pages, 1):
        for annotation in page.obj.get("/Annots", []):
            if annotation.get("/Subtype") != Name.Link:
                continue
            if "/StructParent" not in annotation or annotation.objgen not in held:
                yield f"a link outside the structure on page {index}"
            if not _flat(annotation.get("/Contents", "")):
                yield f"a link without words on page {index}"


def content(file: TaggedPdf):
    """All that is painted is either an artifact or belongs to an element, and elements own nothing that is not there."""
    owned: dict[int, list[int]] = {}
    for element in file.elements:
        for page, number in element.content:
            owned.setdefault(page, []).append(number)
    for index, page in enumerate(file.pdf.pages):
        found, bare = _marks(page)
        if bare:
            yield f"{bare} untagged painting operations on page {index + 1}"
        numbers = owned.get(index, [])
        if sorted(numbers) != sorted(found):
            yield f"marked content and structure disagree on page {index + 1}: {sorted(set(numbers) ^ set(found))[:5]}"


def _marks(page) -> tuple[list[int], int]:
    """The marked content numbers of a page, and how many operators paint outside of any mark."""
    stack, found, bare = [], set(), 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            properties = operands[1] if name == "BDC" else {}
            if isinstance(properties, Name):
                properties = page.obj["/Resources"]["/Properties"][properties]
            number = properties.get("/MCID")
            stack.append(operands[0] == Name.Artifact or number is not None)
            if number is not None:
                found.add(int(number))
        elif name == "EMC":
            stack.pop()
        elif name in PAINTS and not any(stack):
            bare += 1
    return list(found), bare


def reading_order(file: TaggedPdf):
    """Read from the top, text never goes back to an earlier page.

    Two things may run ahead of the text that they belong to: notes, to the foot of the next page, and pictures with
    their caption and credit, to its head. They keep their place in the order all the same. And a row that is higher than
    a page is read cell by cell: each of its cells begins anew on the row's first page.
    """
    apart = {id(inner) for group in floats(file) for inner in group.walk()}
    last, cell = 0, None
    for top in [e for e in file.elements if e.parent.kind == "(root)"]:
        for element, page in top.read():
            if id(element) in apart:
                continue
            in_cell = cell_of(element)
            row = in_cell and in_cell.above("/TR")
            begins_anew = row and in_cell is not cell and page >= min(p for _, p in row.read())
            if page < last and not begins_anew:
                yield f"a {element.kind[1:]} on page {page + 1} comes after page {last + 1}"
            last, cell = page, in_cell


def cell_of(element: Element) -> Element | None:
    """The table cell that an element is or stands in."""
    return element if element.kind in CELLS else element.above("/TD") or element.above("/TH")


def floats(file: TaggedPdf) -> Iterator[Element]:
    """The notes; and the pictures, each with the paragraph after it where that stands on the picture's page."""
    yield from file.named("/Note")
    for figure in file.named("/Figure"):
        group = figure.parent if figure.parent.kind == "/Div" else figure  # with its caption
        yield group
        beside = group.parent.children
        after = beside[beside.index(group) + 1 :][:1]
        yield from (
            e for e in after if {page for _, page in e.read()} == {page for _, page in group.read()}
        )


def fonts(file: TaggedPdf):
    """Every font is embedded and can be turned back into text."""
    seen = set()
    for page in file.pdf.pages:
        for font in _fonts(page.obj.get("/Resources", {}), seen):
            name = str(font.get("/BaseFont", "?"))
            inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
            program = inner.get("/FontDescriptor", {})
            if font.get("/Subtype") != Name.Type3 and not any(
                k in program for k in ("/FontFile", "/FontFile2", "/FontFile3")
            ):
                yield f"{name} is not embedded"
            if "/ToUnicode" not in font:
                yield f"{name} has no ToUnicode"


def _fonts(resources, seen: set) -> Iterator[Dictionary]:
    """The fonts of a page and of the forms that it draws, each once."""
    for font in (resources.get("/Font") or {}).values():
        if font.objgen not in seen:
            seen.add(font.objgen)
            yield font
    for form in (resources.get("/XObject") or {}).values():
        if form.objgen not in seen and "/Resources" in form:
            seen.add(form.objgen)
            yield from _fonts(form["/Resources"], seen)


def tab_order(file: TaggedPdf):
    """The tab key follows the structure on every page that has something to tab to."""
    for index, page in enumerate(file.pdf.pages, 1):
        if "/Annots" in page.obj and page.obj.get("/Tabs") != Name.S:
            yield f"Tabs is not S on page {index}"


def note_names(file: TaggedPdf):
    """Every note has an ID, and no two have the same."""
    names = [_flat(e.source.get("/ID", "")) for e in file.named("/Note")]
    if not all(names):
        yield "a Note without ID"
    if len(set(names)) < len(names):
        yield "two Notes with one ID"


def _page(element: Element) -> str:
    return str(next((page + 1 for inner in element.walk() for page, _ in inner.content), "?"))


RULES = {
    rule.__name__: rule
    for rule in (
        marked,
        language,
        title_shown,
        identified,
        outline,
        figures,
        tables,
        headings,
        links,
        content,
        reading_order,
        fonts,
        tab_order,
        note_names,
    )
}


def violations(path: Path | str) -> list[tuple[str, str]]:
    """What is wrong with the file, as (rule, finding); empty when nothing is."""
    file = TaggedPdf(Path(path))
    return [(name, finding) for name, rule in RULES.items() for finding in rule(file)]


def counts(path: Path | str) -> dict[str, int]:
    """How much there was to check, so that a file without any table does not pass for one with good tables."""
    file = TaggedPdf(Path(path))
    return {
        "pages": len(file.pdf.pages),
        "elements": len(file.elements),
        "figures": len(file.named("/Figure")),
        "tables": len(file.named("/Table")),
        "headings": len(file.headings),
        "links": len(file.named("/Link")),
        "notes": len(file.named("/Note")),
    }


def parted_heads(path: Path | str) -> list[str]:
    """The headings that stand at the end of a page, parted from what follows them."""
    file = TaggedPdf(Path(path))
    read = [step for top in file.elements if top.parent.kind == "(root)" for step in top.read()]
    return [
        f"{_flat(head.source.get('/T', ''))} on page {page + 1}"
        for (head, page), (after, then) in zip(read, read[1:])
        if HEADING.fullmatch(head.kind) and after is not head and then != page
    ]


def parted_rows(path: Path | str) -> list[str]:
    """The table rows that are parted over pages: only a row that is higher than a page may be, and the book has none."""
    rows = [
        sorted({page + 1 for _, page in row.read()}) for row in TaggedPdf(Path(path)).named("/TR")
    ]
    return [f"a row on pages {pages[0]} to {pages[-1]}" for pages in rows if len(pages) > 1]


def page_texts(path: Path | str) -> list[str]:
    """The words of each page in the order in which they are painted, running heads included, decoded as a viewer would."""
    file = TaggedPdf(Path(path))
    maps: dict = {}
    return [
        " ".join("".join(_shown(page, page.obj["/Resources"], maps)).split())
        for page in file.pdf.pages
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


def _ends_by_page(path: Path | str) -> list[list[tuple[float, float]]]:
    file = TaggedPdf(Path(path))
    maps: dict = {}
    return [list(_ends(page, page.obj["/Resources"], IDENTITY, maps)) for page in file.pdf.pages]


IDENTITY = pikepdf.Matrix()


def _ends(stream, resources, outer: pikepdf.Matrix, maps: dict) -> Iterator[tuple[float, float]]:
    """Where each portion of text of a content stream and its forms ends, in pt from the left and from below."""
    matrix, kept, size = outer, [], 0.0
    line, letters, widths = IDENTITY, {}, {}
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "q":
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
            yield from _ends(form, form["/Resources"], own @ matrix, maps)
        elif name in ("Tj", "TJ"):
            across = inked = 0.0
            for part in operands[0] if name == "TJ" else operands:
                if not isinstance(part, pikepdf.String):
                    across -= float(part) / 1000 * size
                    continue
                codes = bytes(part)
                for i in range(0, len(codes) - 1, 2):
                    code = codes[i] << 8 | codes[i + 1]
                    across += widths.get(code, 1000.0) / 1000 * size
                    if letters.get(code, "?").strip(" \u00a0\u200b"):
                        inked = across
            yield (line @ matrix).transform((inked, 0.0))


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


if __name__ == "__main__":
    wrong = violations(sys.argv[1])
    print(counts(sys.argv[1]))
    print("\n".join(f"{rule}: {finding}" for rule, finding in wrong) or "no rule is broken")
    sys.exit(bool(wrong))

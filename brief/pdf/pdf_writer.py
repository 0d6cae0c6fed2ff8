"""From the book's doctree to Typst source.

Two rules keep it safe. Text from prose and data becomes a string literal (`#"…"`), so that
nothing in it can act as Typst markup. A node that no method knows is a warning, hence a failed
build: nothing is left out in silence.
"""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util import logging

from brief.analysis.claims import LABELS, SIGNS
from brief.notebook.figures import PRINT_INK, within_tags
from brief.pdf.pdf_tables import AIR, STEP, TALL, WHOLE_COMMAND, Ruler, table_rows
from brief.pdf.pdf_words import Literals, WordsWriter, ancestors, readable_characters
from brief.site.bound import is_card
from brief.site.searching import LEDGER
from brief.site.verdicts import HEAD, is_said, passage_of, sign_on

log = logging.getLogger(__name__)

# Nodes that only hold others, and nodes that say nothing on paper.
TRANSPARENT = {
    "document",
    "compound",
    "compact_paragraph",
    "generated",
    "legend",
    "glossary",
    "abbreviation",
    "download_reference",
    "pending_xref",
    "definition_list_item",
    "term",
    "definition",
    "classifier",
    "list_item",
}
SILENT = {
    "comment",
    "raw",
    "index",
    "toctree",
    "substitution_definition",
    "tabular_col_spec",
    "HiddenCellNode",
    "label",
    "footnote",
    "transition",
    "meta",
}
ADMONITIONS = {
    "attention",
    "caution",
    "danger",
    "error",
    "hint",
    "important",
    "note",
    "seealso",
    "tip",
    "warning",
}
HIDDEN = re.compile(
    r'<text\b[^>]*\bopacity="0"[^>]*>[^<]*</text>'
)  # axis labels left out for want of room: copied, they would be noise
FONT_SIZE = re.compile(r'\bfont-size="([\d.]+)(?:px)?"')
LATE, LONG_PARAGRAPH = 160, 800  # signs: about two lines, and ten
MANY = 12  # definitions in a row: they are looked up, not read, and set in two columns
LETTERS = 12  # px of a chart that is 660 wide
CARD_PARTS = (
    "claim-head",
    "claim-said",
    "claim-fared",
    "claim-sentence",
    "claim-meta",
    "claim-margin",
)


class PdfError(SphinxError):
    """The PDF could not be made; the message says what to mend."""

    category = "PDF"


class BookWriter(WordsWriter):
    """Renders one assembled doctree. `write_<node class>` methods return Typst markup for
    a node.
    """

    def __init__(self, env, pictures: Path, fonts: Path):
        literals = Literals(readable_characters(fonts))
        self.shown, self.string = literals.shown, literals.string
        self.printed, self.text = literals.printed, literals.text
        self.told = literals.told
        self.env, self.pictures, self.ruler = env, pictures, Ruler(fonts, literals.shown)
        self.step = STEP  # of the table that is being written
        self.docname, self.level = env.config.root_doc, 0
        self.keys: dict[
            tuple[str, str], str
        ] = {}  # (document, id) → label of the node that bears the id
        self.labelled: set[str] = set()
        self.notes: dict[str, nodes.footnote] = {}
        self.cited: set[str] = set()
        self.figures: list[str] = []  # the chapter of each picture
        self.tables = 0  # written so far
        self.is_dense = False
        self.after_head = False

    # Plumbing

    def render(self, node: nodes.Node) -> str:
        """Typst markup for the node and all beneath it."""
        if isinstance(node, nodes.document):
            self.find_targets(node)
        if is_for_the_screen(node):
            return ""
        for kind in (k.__name__ for k in type(node).__mro__):
            if kind in SILENT:
                return ""
            if kind in TRANSPARENT:
                return self.anchor(node) + self.inside(node)
            if kind in ADMONITIONS:
                return self.callout(node, kind.title() if kind != "seealso" else "See also")
            if method := getattr(self, f"write_{kind}", None):
                return method(node)
        log.warning(
            "the PDF has no form for a %s: give it one in brief/pdf/pdf_writer.py",
            type(node).__name__,
            location=node,
        )
        return ""

    def inside(self, node: nodes.Element) -> str:
        return "".join(self.render(child) for child in node.children)

    def find_targets(self, tree: nodes.document) -> None:
        """Give each node with ids one label, and gather the notes by theirs."""
        for node in tree.findall(nodes.Element):
            docname = home(node)
            for name in node.get("ids", ()):
                self.keys.setdefault((docname, name), f"{docname}:{node['ids'][0]}")
            if isinstance(node, nodes.footnote):
                self.notes[f"{docname}:{node['ids'][0]}"] = node
            if isinstance(node, nodes.section):
                self.keys.setdefault((docname, ""), f"{docname}:{node['ids'][0]}")

    def label(self, node: nodes.Element) -> str:
        """The node's label as a Typst argument: a string, or `none`. Given out once, since labels
        must be unique.
        """
        key = self.keys.get((self.docname, node["ids"][0])) if node.get("ids") else None
        if key is None or key in self.labelled:
            return "none"
        self.labelled.add(key)
        return self.string(key)

    def anchor(self, node: nodes.Element) -> str:
        """An invisible target for a node that has no Typst element of its own."""
        label = self.label(node) if isinstance(node, nodes.Element) else "none"
        return f"#anchor({label})" if label != "none" else ""

    def number(self, node: nodes.Element, kind: str) -> str:
        """The figure's or table's number as Sphinx counts it, '2.1'; empty when it counts none."""
        found = self.env.toc_fignumbers.get(self.docname, {}).get(kind, {})
        return next((".".join(map(str, found[i])) for i in node["ids"] if i in found), "")

    def left_head(self) -> str:
        """Whether a head came right before, as a Typst argument; from here on it did not."""
        after_head, self.after_head = self.after_head, False
        return "true" if after_head else "false"

    # Structure

    def write_start_of_file(self, node) -> str:
        outer, self.docname, self.level, level = self.docname, node["docname"], 1, self.level
        try:
            return self.inside(node)
        finally:
            self.docname, self.level = outer, level

    def write_section(self, node) -> str:
        if "notes" in node["classes"]:
            return ""  # on paper the notes stand at the foot of the page
        self.level += 1
        body = self.dense(node) if "dense" in node["classes"] else self.inside(node)
        self.level -= 1
        return body

    def dense(self, node) -> str:
        """A summary that must stay on its page: the head, and all beneath in smaller letters."""
        head, *rest = node.children
        opening, self.is_dense = self.render(head), True
        body = "".join(map(self.render, rest))
        self.is_dense = False
        return f"{opening}#dense[{body}]\n\n"

    def write_title(self, node) -> str:
        if not isinstance(node.parent, nodes.section):
            return ""  # tables and callouts ask for theirs
        if self.level <= 1:
            return ""  # the book's own title stands on the cover
        section = node.parent
        numbers = self.env.toc_secnumbers.get(self.docname, {})
        opens = (
            isinstance(section.parent, nodes.Element) and section.parent.tagname == "start_of_file"
        )
        number = numbers.get("#" + section["ids"][0]) or (numbers.get("") if opens else None) or ()
        mark = self.string(".".join(map(str, number)))
        label, body, self.after_head = self.label(section), self.inside(node), True
        if opens:
            words = self.printed(node.astext())
            forms = "".join(
                f", {name}: {typst_boolean(name in section['classes'])}"
                for name in ("runs-on", "dense")
            )
            return f"#chapter({mark}, {label}, {words}{forms})[{body}]\n\n"
        following = first_shown(section.children[section.index(node) + 1 :])
        form = "section"
        if isinstance(following, nodes.figure):
            form = f"section-of-picture.with({len(self.figures) + 1})"
        return f"#{form}({min(self.level, 6)}, {mark}, {label})[{body}]\n\n"

    def write_container(self, node) -> str:
        if "claim-card" in node["classes"]:
            sign = sign_on(node)
            shown = f"{self.string(sign)}, {self.string(SIGNS[sign])}"
            return f"#claim({shown}, {self.label(node)})[{self.inside(node)}]\n\n"
        return self.anchor(node) + self.inside(node)

    def write_claims_ledger(self, node) -> str:
        """A line for each claim, by chapter. A sentence that a chapter prints is not set again: the
        line leads there.
        """
        written, chapter = "", ""
        for card in node.children:
            if card["claim"]["chapter"] != chapter:
                chapter = card["claim"]["chapter"]
                title = self.env.titles.get(f"chapters/{chapter}")
                written += f"#rubric[{self.text(title.astext() if title else chapter)}]\n\n"
            written += self.ledger_line(card)
        return written

    def ledger_line(self, card) -> str:
        claim = card["claim"]
        detail = f": {claim['detail']}" if claim["detail"] else ""
        who = "The commentary: " if claim["said"] else ""
        judged = f"{who}#claim-label[{self.text(claim['label'])}]{self.text(detail)}"
        more = [claim["firm"], claim["kinds"]]
        judged += "".join(f" · {self.text(words)}" for words in more if words)
        sentence = ""
        if is_said(self.env, claim["id"]):
            docname, anchor = passage_of(self.env, claim["id"], claim["chapter"])
            if key := self.keys.get((docname, anchor)):
                place = self.text(self.env.titles[docname].astext())
                judged += f" · #goto({self.string(key)})[{place}]"
        else:
            sentence = self.text(claim["sentence"])
        return (
            f"#ledger-line({self.string(claim['sign'])}, {self.string(SIGNS[claim['sign']])}, "
            f"{self.label(card)}, "
            f"{self.printed(claim['question'])})[{judged}][{sentence}]\n\n"
        )

    def write_fares_strip(self, node) -> str:
        """Four counts, which lead to the ledger."""
        key = self.keys.get((LEDGER, ""), "")
        items = [
            ", ".join(
                map(self.string, (sign, SIGNS[sign], str(count), key, self.say(LABELS[sign])))
            )
            for sign, count in node["counts"].items()
        ]
        head = self.printed(self.say(HEAD, sum(node["counts"].values())))
        return f"#fares-strip({head}, {', '.join(f'({item})' for item in items)})\n\n"

    # Blocks

    def write_paragraph(self, node) -> str:
        body, self.after_head = self.anchor(node) + self.inside(node), False
        part = next((c for c in CARD_PARTS if c in node["classes"]), None)
        if is_table_note(node):
            return ""  # written with its table
        if isinstance(node.parent, nodes.section) and has_late_note(node):
            return f"#block(breakable: false)[{body}]\n\n"
        return f"#{part}[{body}]\n\n" if part else f"{body}\n\n"

    def write_rubric(self, node) -> str:
        return f"#rubric[{self.inside(node)}]\n\n"

    def write_block_quote(self, node) -> str:
        origin = next((c for c in node.children if isinstance(c, nodes.attribution)), None)
        body = "".join(self.render(c) for c in node.children if c is not origin)
        attribution = f"[{self.inside(origin)}]" if origin is not None else "none"
        return f"#quotation({attribution})[{body.strip()}]\n\n"

    def write_bullet_list(self, node) -> str:
        return f"#list({self.items(node)})\n\n"

    def write_enumerated_list(self, node) -> str:
        return f"#enum(start: {node.get('start', 1)}, {self.items(node)})\n\n"

    def items(self, node) -> str:
        simple = all(len(item.children) <= 1 for item in node.children)
        return f"tight: {'true' if simple else 'false'}, " + ", ".join(
            f"[{self.render(item).strip()}]" for item in node.children
        )

    def write_definition_list(self, node) -> str:
        entries = []
        for item in node.children:
            names = ' #"·" '.join(
                self.render(c) for c in item.children if not isinstance(c, nodes.definition)
            )
            body = "".join(self.render(c) for c in item.children if isinstance(c, nodes.definition))
            entries.append(f"terms.item(term[{names}])[{body.strip()}]")
        listed = f"#definitions({', '.join(entries)})"
        return f"#in-columns[{listed}]\n\n" if len(entries) >= MANY else f"{listed}\n\n"

    def write_line_block(self, node) -> str:
        return "#linebreak()".join(self.render(c).strip() for c in node.children) + "\n\n"

    def write_line(self, node) -> str:
        return self.inside(node)

    def write_literal_block(self, node) -> str:
        return f"#listing({self.printed(node.astext(), whole=WHOLE_COMMAND)})\n\n"

    def write_admonition(self, node) -> str:
        title = node.next_node(nodes.title)
        return self.callout(node, title.astext() if title else "Note")

    def write_topic(self, node) -> str:
        return self.write_admonition(node)

    def write_sidebar(self, node) -> str:
        return self.write_admonition(node)

    def callout(self, node, title: str) -> str:
        return f"#callout({self.printed(title)})[{self.inside(node).strip()}]\n\n"

    # Figures and tables

    def write_figure(self, node) -> str:
        """A figure: the finding, the picture, who counted. Raises PdfError when the picture has no
        alt text.
        """
        after_head = self.left_head()
        caption, legend = node.next_node(nodes.caption), node.next_node(nodes.legend)
        picture = next((c for c in node.findall() if c.tagname in ("brief_chart", "image")), None)
        if picture is None:
            log.warning("a figure without a picture", location=node)
            return ""
        finding = self.inside(caption).strip() if caption is not None else ""
        credit = self.inside(legend).strip() if legend is not None else ""
        self.figures.append(self.docname)
        return (
            f"#fig({len(self.figures)}, {after_head}, "
            f"{self.string(self.number(node, 'figure'))}, {self.label(node)}, "
            f"{self.picture(picture)}, [{finding}], [{credit}])\n\n"
        )

    def write_image(self, node) -> str:
        return f"#plain-image({self.picture(node)})\n\n"

    def write_brief_chart(self, node) -> str:
        return self.write_image(node)

    def picture(self, node) -> str:
        """Write the picture's file; returns its Typst arguments: path, alt text, height over width
        (0: unknown).
        """
        name = node.get("key") or Path(node["uri"]).stem
        alt = " ".join(node.get("alt", "").split())
        if not alt:
            raise PdfError(
                (
                    f"the figure {name!r} in {self.docname} has no alt text: give it one in "
                    "analysis/*.yml"
                )
            )
        self.pictures.mkdir(parents=True, exist_ok=True)
        if node.tagname == "image":
            source = Path(self.env.srcdir, node["uri"])
            path, content = f"{name}{source.suffix}", source.read_bytes()
        else:
            drawn = enlarged(HIDDEN.sub("", node["wide"]).replace("currentColor", PRINT_INK))
            path, content = f"{name}.svg", self.shown(drawn).encode()
        path = re.sub(r"[^\w.-]", "-", path)
        (self.pictures / path).write_bytes(content)
        return (
            f"{self.string(f'{self.pictures.name}/{path}')}, {self.string(alt)}, "
            f"{aspect(content):.4f}"
        )

    def write_table(self, node) -> str:
        after_head = self.left_head()
        title, group = node.next_node(nodes.title), node.next_node(nodes.tgroup)
        head, body = table_rows(group)
        if not head:
            log.warning("a table without header cells", location=node)
        layout = self.ruler.layout(group)
        self.step = layout.step
        if not layout.fits:
            log.warning(
                "a table too wide for the page: it needs fewer columns or shorter words",
                location=node,
            )
        header = (
            f"table.header(table.hline(stroke: strong-rule), {self.cells(head, '#table-head')} "
            "table.hline(stroke: head-rule)),"
        )
        after = node.next_node(siblings=True, descend=False)
        note = f"[{self.inside(after)}]" if after is not None and is_table_note(after) else "[]"
        caption = f"[{self.inside(title)}]" if title is not None else "none"
        whole = layout.height + (len(head) + len(body)) * AIR <= TALL
        rows_whole = layout.tallest <= TALL
        self.tables += 1
        kept, tail = 0 if whole else kept_together(body), ""
        if not kept:
            cells = self.cells(body)
        else:
            before, last = body[-kept - 1], body[-kept:]
            mark = f"#tail-mark({self.tables})"
            cells = (
                self.cells(body[: -kept - 1])
                + self.cell(before[0], "", mark)
                + self.cells([before[1:], *last])
            )
            tail = (
                f"tail: (row: {len(head) + len(body) - kept - 1}, before: {len(before)}, "
                f"last: {sum(map(len, last))}), "
            )
        forms = f"inset: {layout.inset / 2}pt, "
        forms += "out: 0pt, air: 2.6pt, " if self.is_dense else ""
        return (
            f"#tbl({after_head}, {self.tables}, {self.string(self.number(node, 'table'))}, "
            f"{self.label(node)}, {caption}, {layout.size}pt, "
            f"{typst_boolean(whole)}, {typst_boolean(rows_whole)}, "
            f"{len(head) + len(body)}, ({', '.join(layout.widths)},), {note}, "
            f"{tail}{forms}{header} {cells})\n\n"
        )

    def cells(self, rows: list[list[nodes.entry]], style: str = "") -> str:
        return "".join(self.cell(entry, style) for row in rows for entry in row)

    def cell(self, entry: nodes.entry, style: str, before: str = "") -> str:
        side = next(
            (
                c.removeprefix("text-")
                for c in entry["classes"]
                if c in ("text-right", "text-center")
            ),
            "left",
        )
        spans = "".join(
            f"{name}: {entry[key] + 1}, "
            for name, key in (("colspan", "morecols"), ("rowspan", "morerows"))
            if key in entry
        )
        body = before + self.inside(entry).strip()
        return f"table.cell(align: {side}, {spans})[{f'{style}[{body}]' if style else body}], "


def kept_together(rows: list[list[nodes.entry]]) -> int:
    """How many of a table's last rows must not stand alone on a page; 0 where that is not to be
    had: too few rows, or cells that reach over several.
    """
    if any("morerows" in entry for row in rows for entry in row):
        return 0
    return 3 if len(rows) >= 7 else 2 if len(rows) >= 4 else 0


def enlarged(svg: str) -> str:
    """A chart whose letters can be read on paper: a few that are smaller than LETTERS, which is
    8.5 pt there, take that size.
    """
    at_least = lambda size: f'font-size="{max(float(size[1]), LETTERS):g}px"'
    return within_tags(svg, lambda tag: FONT_SIZE.sub(at_least, tag))


def typst_boolean(holds: bool) -> str:
    return "true" if holds else "false"


def home(node: nodes.Element) -> str:
    """The document that an assembled node came from."""
    return next(
        (
            a["docname"]
            for a in (node, *ancestors(node))
            if a.tagname in ("start_of_file", "document") and "docname" in a
        ),
        "",
    )


def has_late_note(paragraph: nodes.paragraph) -> bool:
    """Whether a note is called in the last line or two of a paragraph that is not long. Where the
    note does not go on the page, its line moves on with it, and Typst would leave that line alone
    there: such a paragraph is kept whole.
    """
    words = len(paragraph.astext())
    notes = list(paragraph.findall(nodes.footnote_reference))
    if not notes or words > LONG_PARAGRAPH:
        return False
    after = notes[-1]
    tail = 0
    while (after := after.next_node(nodes.Text, descend=False, siblings=True, ascend=True)) and (
        paragraph in ancestors(after)
    ):
        tail += len(after.astext())
    return tail < LATE


def is_for_the_screen(node: nodes.Node) -> bool:
    """Whether a part is for the page and for the notebook itself, as code is."""
    return isinstance(node, nodes.Element) and (
        bool({"only-page", "cell_input"} & {*node["classes"]})
        or node.get("nb_element") == "cell_code_source"
    )


def first_shown(parts: list[nodes.Node]) -> nodes.Node | None:
    """The first of these, or of what containers among them hold, that is printed."""
    for node in parts:
        kind = type(node).__name__
        if kind in SILENT or is_for_the_screen(node):
            continue
        if kind != "container" or is_card(node):
            return node
        if found := first_shown(node.children):
            return found
    return None


def is_table_note(node: nodes.Node) -> bool:
    """Whether a paragraph comes out of a notebook's cell right after a table: then it is the
    table's own note.
    """
    index = node.parent.index(node)
    return (
        isinstance(node, nodes.paragraph)
        and isinstance(node.parent, nodes.container)
        and index > 0
        and isinstance(node.parent[index - 1], nodes.table)
    )


def aspect(content: bytes) -> float:
    """Height over width of an SVG by its viewBox; 0 for anything else."""
    found = re.search(rb'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', content[:2000])
    return float(found[2]) / float(found[1]) if found else 0.0

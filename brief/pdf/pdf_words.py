"""Words as Typst markup: literals that cannot act as markup, and the inline nodes around them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from brief import languages
from brief.analysis.claims import IN_PROSE, SIGNS, claim_anchor
from brief.notebook import faces
from brief.pdf.pdf_tables import STEP, WHOLE, pieces, with_cuts
from brief.site.bound import spoken
from brief.site.searching import LEDGER

log = logging.getLogger(__name__)
CARD_INLINES = ("claim-label", "claim-lead", "firmness")
LINKABLE = ("http://", "https://", "mailto:")
NUMBERED = re.compile(r"(Figure|Fig\.|Table) ([\d.]+)")
# Syllables of a Korean word that stays whole in a line of text, and in the narrowest column.
LINE_WORD, CELL_WORD = 20, 4
LONG_ADDRESS = 100  # characters; of a longer one a note prints the host, the link has it whole


def readable_characters(fonts: Path) -> set[int]:
    """The code points for which at least one of the fonts in the folder has a glyph."""
    return set().union(*(faces.advances(path) for path in sorted(fonts.glob("*.ttf"))))


class Glyphs(dict):
    """What is printed for a character, by its code, for `str.translate`: one without a glyph is
    named, [U+1F600], since PDF/UA refuses blanks.
    """

    def __init__(self, readable: set[int]):
        super().__init__()
        self.readable = readable | set(map(ord, " \n\t"))

    def __missing__(self, code: int) -> int | str:
        # Controls and invisible marks (direction overrides among them) would only hide what a
        # reader sees.
        named = "" if unicodedata.category(chr(code)) in ("Cc", "Cf") else f"[U+{code:04X}]"
        return self.setdefault(code, code if code in self.readable else named)


class Literals:
    """Turns any text into Typst string literals that the book's fonts can show."""

    def __init__(self, readable: set[int]):
        self.glyphs = Glyphs(readable)

    def shown(self, text: str) -> str:
        """The text with composed letters, each of them shown or named."""
        return unicodedata.normalize("NFC", text).translate(self.glyphs)

    def string(self, text: str) -> str:
        """A Typst string that says exactly this: for labels, paths, links and what is spoken."""
        return self.quoted(self.shown(text))

    def printed(self, text: str, step: int = STEP, whole: int = WHOLE) -> str:
        """A Typst string for what is printed: no run in it is longer than a line."""
        return self.quoted(with_cuts(self.shown(text), step, whole))

    def quoted(self, shown: str) -> str:
        escaped = (
            shown.replace("\\", "\\\\")
            .replace('"', '\\"')
            .replace("\n", "\\n")
            .replace("\t", "\\t")
        )
        return f'"{escaped}"'

    def told(self, text: str) -> str:
        """A Typst expression for what is printed, in which words of another language say so."""
        return " + ".join(
            f'text(lang: "{code}", {self.printed(part)})' if code else self.printed(part)
            for code, part in languages.runs(text)
        )

    def text(self, text: str, step: int = STEP, whole: int = WHOLE) -> str:
        """Typst markup that shows the text as it stands; runs of white space become one space."""
        flat = re.sub(r"[ \t\r\n\f\v]+", " ", text)
        return "#" + self.printed(flat, step, whole) if flat else ""


def ancestors(node: nodes.Node):
    """The node's parents, nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


class WordsWriter:
    """The inline half of BookWriter, which gives `inside`, `anchor`, `text`, `string` and the
    book's labels and notes.
    """

    def write_Text(self, node) -> str:
        words = node.astext()
        following = node.next_node(siblings=True, descend=False)
        if isinstance(following, nodes.footnote_reference):
            words = words.rstrip()  # a note's mark stands at the word
        is_in_cell = any(isinstance(a, nodes.entry) for a in ancestors(node))
        page = languages.of_page(self.docname)
        form = self.in_cell if is_in_cell else self.text
        if page == "ko":
            return self.in_whole_words(node, words, form, CELL_WORD if is_in_cell else LINE_WORD)
        return "".join(
            f'#text(lang: "{code}")[{form(part)}]' if code else form(part)
            for code, part in languages.runs(words, page)
        )

    def say(self, text: str, *filled_in) -> str:
        """What the book prints by itself, in the language of the page."""
        if languages.of_page(self.docname) == "en":
            return text.format(*filled_in)
        return spoken(self.env.app, self.docname).say(text, *filled_in)

    def in_whole_words(self, node, words: str, form, longest: int) -> str:
        """A Korean text whose lines break between words alone. Typst would break them within, and
        cannot be told otherwise; a word that is longer than most, or touches what stands before or
        behind it, is left as it is.
        """
        runs = languages.runs(words, "ko")
        touches_before = bool(node.parent.index(node))
        touches_after = node.next_node(siblings=True, descend=False) is not None
        found = ""
        for place, (code, run) in enumerate(runs):
            if code:
                found += f'#text(lang: "{code}")[{form(run)}]'
                continue
            parts = re.split(r"(\s+)", run)
            first = 1 if place or touches_before else 0
            last = len(parts) - (1 if place + 1 < len(runs) or touches_after else 0)
            for index, part in enumerate(parts):
                is_whole = first <= index < last and 0 < len(part.strip()) <= longest
                found += f"#box[{self.text(part)}]" if is_whole else form(part)
        return found

    def in_cell(self, words: str) -> str:
        """A text that may break wherever a narrow column asks for it."""
        return "#joint".join(self.text(piece, self.step, 2 * self.step) for piece in pieces(words))

    def write_inline(self, node) -> str:
        part = next((c for c in CARD_INLINES if c in node["classes"]), None)
        body = self.anchor(node) + self.inside(node)
        return f"#{part}[{body}]" if part else body

    def write_brief_claim(self, node) -> str:
        """The sentence, and behind it the mark that leads to its entry in the ledger."""
        sign = node["sign"]
        words = "" if sign in ("found", "open") else self.say(IN_PROSE[sign])
        mark = ", ".join(
            (
                self.string(sign),
                self.string(SIGNS[sign]),
                self.string(f"{LEDGER}:{claim_anchor(node['key'])}"),
            )
        )
        return f"{self.write_inline(node)}#claim-mark({mark})[{self.text(words)}]"

    def write_target(self, node) -> str:
        return self.anchor(node) + self.inside(node)

    def write_emphasis(self, node) -> str:
        return f"#emph[{self.inside(node)}]"

    write_title_reference = write_literal_emphasis = write_emphasis

    def write_strong(self, node) -> str:
        return f"#strong[{self.inside(node)}]"

    write_literal_strong = write_strong

    def write_literal(self, node) -> str:
        return f"#code({', '.join(map(self.printed, pieces(node.astext())))})"

    def write_superscript(self, node) -> str:
        return f"#super[{self.inside(node)}]"

    def write_subscript(self, node) -> str:
        return f"#sub[{self.inside(node)}]"

    def write_reference(self, node) -> str:
        """A link out, or a link within the book, which on paper also names the page."""
        address = node.get("refuri", "")
        numbered = NUMBERED.fullmatch(node.astext())  # "Figure 7" stays on one line
        body = self.text("\u00a0".join(numbered.groups())) if numbered else self.inside(node)
        if address.startswith(LINKABLE):
            return f"#linked({self.string(address)})[{body}]" + self.printed_address(node)
        docname, _, name = address.lstrip("%").partition("#")
        key = self.keys.get((docname or self.docname, name or node.get("refid", "")))
        if not key:
            return body
        is_term = any(
            "std-term" in c.get("classes", ())
            for c in node.children
            if isinstance(c, nodes.Element)
        )
        inside = node.parent.index(node) and node.parent[
            node.parent.index(node) - 1
        ].astext().endswith("(")
        options = (", paged: false" if is_term else "") + (", inside: true" if inside else "")
        return f"#goto({self.string(key)}{options})[{body}]"

    write_number_reference = write_reference

    def printed_address(self, node) -> str:
        """In a note, the address in full after the linked title, for those who read on paper."""
        address = node["refuri"]
        if (
            address.startswith("mailto:")
            or node.astext() == address
            or not any(isinstance(a, nodes.footnote) for a in ancestors(node))
        ):
            return ""
        if len(address) > LONG_ADDRESS:
            address = address.split("/")[2]
        return f"#address({', '.join(map(self.printed, pieces(address)))})"

    def write_footnote_reference(self, node) -> str:
        key = f"{node.get('docname', self.docname)}:{node.get('refid')}"
        note = self.notes.get(key)
        if note is None:
            log.warning("a note's mark without the note %r", node.get("refid"), location=node)
            return ""
        index = node.parent.index(node)
        apart = (
            "#super[, ]"
            if index and isinstance(node.parent[index - 1], nodes.footnote_reference)
            else ""
        )
        if key in self.cited:
            return f"{apart}#note-again({self.string(key)})"
        self.cited.add(key)
        return f"{apart}#note({self.string(key)})[{self.inside(note).strip()}]"

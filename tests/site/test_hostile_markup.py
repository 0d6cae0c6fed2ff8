"""Hostile text that the readers let through stays text in every form that is made of it: MyST, HTML, Typst, specs, files."""

from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from brief.notebook import changed_pages, chapter, lookup
from brief.site import extras, frame, page, roles, sheets, verdicts
from brief.site.bound import brief_chart
from brief.site.outputs import claim_node, figure_node
from brief.words import UNSHOWABLE
from tests import hostile


def texts(each: int = 25) -> list[str]:
    """Every text of the corpus and as many variants of each kind, as far as the readers would keep them."""
    chance = random.Random(2018)
    found = [
        t
        for kind in hostile.CORPUS
        for t in [*hostile.CORPUS[kind], *(hostile.variant(kind, chance) for _ in range(each))]
    ]
    return [
        t
        for t in dict.fromkeys(t.strip().replace("\r\n", "\n").replace("\r", "\n") for t in found)
        if t and not UNSHOWABLE.search(t) and len(t) < 1000
    ]


TEXTS = texts()
flat = lambda text: " ".join(text.split())


# MyST


def parsed(markdown: str) -> nodes.document:
    """The document that the book's own settings make of a text. Nothing may be warned of."""
    from myst_parser.parsers.docutils_ import Parser

    return publish_doctree(
        markdown,
        parser=Parser(),
        settings_overrides={
            "myst_enable_extensions": ["colon_fence", "deflist"],
            "myst_url_schemes": ["http", "https", "mailto"],
            "file_insertion_enabled": True,
            "raw_enabled": True,
            "report_level": 1,
            "halt_level": 1,
            "warning_stream": False,
            "doctitle_xform": False,
        },
    )


def kinds(node: nodes.Node) -> set[str]:
    return {type(n).__name__ for n in node.findall()}


PLAIN = {
    "entry",
    "paragraph",
    "Text",
    "row",
    "tbody",
    "thead",
    "tgroup",
    "colspec",
    "table",
    "title",
    "document",
    "container",
}


def test_every_cell_of_a_table_is_its_text_and_nothing_else():
    rows = [[t, u] for t, u in zip(TEXTS, reversed(TEXTS))]
    found = parsed(lookup.PlainTable("tbl-x", "A caption", ["One", "Two"], rows).markdown())
    cells = [e.astext() for e in found.findall(nodes.entry)][2:]
    wrong = [(a, b) for a, b in zip([c for row in rows for c in row], cells) if flat(a) != flat(b)]
    assert len(cells) == 2 * len(rows) and not wrong, wrong[:5]
    assert kinds(found) <= PLAIN, kinds(found) - PLAIN


@pytest.mark.parametrize("part", ["caption", "note", "heading"])
def test_captions_notes_and_headings_are_their_text(part):
    chance = random.Random(part)
    for text in [
        t for t in TEXTS if t.startswith(("-", "+", "=", ":", "%", "(", "#", "1", "`", "~", "&"))
    ] + chance.sample(TEXTS, 90):
        made = lookup.PlainTable(
            "tbl-x",
            text if part == "caption" else "A caption",
            [text if part == "heading" else "One", "Two"],
            [["1", "2"]],
            text if part == "note" else "",
        )
        found = parsed(made.markdown())
        shown = {
            "caption": lambda: found.next_node(nodes.title),
            "note": lambda: list(found.findall(nodes.paragraph))[-1],
            "heading": lambda: found.next_node(nodes.entry),
        }[part]().astext()
        assert flat(shown) == flat(text) and kinds(found) <= PLAIN, (
            text,
            shown,
            kinds(found) - PLAIN,
        )


def test_a_paragraph_of_what_changed_is_its_text():
    for text in TEXTS[::3]:
        found = parsed(changed_pages.paragraph(text).markdown)
        assert flat(found.astext()) == flat(text) and kinds(found) <= PLAIN, (text, found.pformat())


def test_flipped_sentences_are_their_text():
    for text in TEXTS[::5]:
        flip = {
            "id": "a.b",
            "was": "holds",
            "now": "fails",
            "sentence_was": text,
            "sentence_now": text,
        }
        found = parsed(
            changed_pages.ChangedPages.sentences(
                SimpleNamespace(found={"flips": [flip]}, asked=lambda key: text)
            ).markdown
        )
        said = [p.astext() for p in found.findall(nodes.paragraph)]
        assert (
            len(said) == 3
            and flat(said[0]) == flat(f"{text} The finding turned (a.b)")
            and flat(said[1]) == flat(f"Published: {text}")
            and flat(said[2]) == flat(f"Here: {text}")
            and kinds(found) <= PLAIN | {"strong"}
        ), (text, said)


# HTML

DANGEROUS = {
    "script",
    "img",
    "iframe",
    "object",
    "embed",
    "form",
    "base",
    "meta",
    "link",
    "style",
    "foreignobject",
    "animate",
    "input",
    "use",
}


class Watcher(HTMLParser):
    """The elements, the attributes and the text of a piece of HTML."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.said = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attributes]

    def handle_data(self, data):
        self.said.append(data)

    @property
    def harm(self) -> list:
        return [
            a
            for a in self.attributes
            if a[1].startswith("on")
            or a[1] in ("srcdoc", "style")
            or a[1] in ("href", "src", "action", "formaction", "xlink:href", "data", "poster")
            and re.match(r"\s*(javascript|data|vbscript):", a[2] or "", re.I)
        ]


def test_the_watcher_sees_what_it_is_there_for():
    seen = Watcher("<p onclick=x><a href=' javascript:x'>a</a><script>1</script>")
    assert len(seen.harm) == 2 and DANGEROUS & set(seen.tags)


class Page:
    """As much of an HTML translator as the page's own visitors use."""

    def __init__(self, opened):
        self.body = []
        app = SimpleNamespace(
            brief_edition=opened,
            confdir="/nowhere",
            env=SimpleNamespace(doc2path=lambda name: f"{name}.ipynb"),
        )
        self.builder = SimpleNamespace(app=app, current_docname="chapters/10_x")

    def html(self) -> str:
        return "".join(self.body)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10"></svg>'


def bundle(opened, text: str) -> dict:
    """A figure whose every text, and a cell of its data, is hostile."""
    view = (
        "fig_korea_arrivals"
        if "fig_korea_arrivals" in VIEWS(opened)
        else next(v for v in VIEWS(opened) if v.startswith("fig_"))
    )
    columns = extras.columns_of(opened.connection, view)
    return {
        "id": "fig-x",
        "key": "fig-x",
        "number": "1",
        "title": text,
        "alt": text,
        "credit": text,
        "note": text,
        "subtitle": text,
        "code": text,
        "wide": SVG,
        "narrow": SVG,
        "spec": {
            "datasets": {view: [dict.fromkeys(columns, text)]},
            "data": {"name": view},
            "mark": "bar",
            "title": {"text": text},
            "description": text,
            "encoding": {c: {"field": c, "title": text} for c in columns},
        },
    }


def VIEWS(opened) -> list[str]:
    from brief.tables import database

    return database.view_names(opened.connection)


@pytest.mark.parametrize("kind", hostile.CORPUS)
def test_a_figure_on_the_page_holds_no_element_of_a_strangers(opened, kind):
    for text in [t for t in hostile.CORPUS[kind] if t.strip() and not UNSHOWABLE.search(t)]:
        content = bundle(opened, text)
        node = page.figure_frame(
            "", **{k: content[k] for k in ("key", "number", "title", "credit", "code")}
        )
        node += next(figure_node(content).findall(brief_chart))
        made = Page(opened)
        page.visit_frame(made, node)
        with pytest.raises(nodes.SkipNode):
            page.visit_chart(made, node[0])
        page.depart_frame(made, node)
        seen = Watcher(made.html())
        assert (
            not DANGEROUS & set(seen.tags) - {"script"}
            and seen.tags.count("script") == 1
            and not seen.harm
        ), text
        assert ("script", "type", "application/json") in seen.attributes
        (spec,) = re.findall(
            r'<script type="application/json" class="brief-spec">(.*?)</script>', made.html(), re.S
        )
        assert json.loads(spec) == content["spec"] and "<" not in spec
        assert ("div", "aria-label", text) in seen.attributes


@pytest.mark.parametrize("kind", hostile.CORPUS)
def test_sources_with_hostile_names_link_nowhere_else(kind):
    for text in [t for t in hostile.CORPUS[kind] if t.strip() and not UNSHOWABLE.search(t)]:
        for url in (
            f"http{text}://x",
            f"http://x/{text}",
            "javascript:alert(1)//http://",
            f'https://x/" onclick="{text}',
        ):
            row = {
                "source_id": "x",
                "publisher": text,
                "title": text,
                "url": url,
                "read_at": url,
                "date": text,
                "what_it_says": text,
            }
            found = roles.source_entry(row)
            links = [n for n in found if isinstance(n, nodes.reference)]
            assert all(n["refuri"].startswith(("http://", "https://")) for n in links)
            assert "".join(n.astext() for n in found).startswith(f"{text}, {text}")


def test_links_of_sources_are_web_addresses_alone(opened, monkeypatch):
    """`http` at the beginning is not enough: httpx://, http-javascript: and the like are another scheme."""
    rows = [
        {
            "table_name": "routes",
            "row_key": "1",
            "source_id": f"s{i}",
            "publisher": "p",
            "title": "t",
            "kind": "copy",
            "url": url,
            "read_at": url,
            "date": "2018",
            "what_it_says": "w",
        }
        for i, url in enumerate(["https://a.example/", "httpx://b.example/", "http+javascript://c"])
    ]
    monkeypatch.setattr(extras, "source_rows", lambda *_: rows)
    seen = Watcher(frame.sources_html(opened.connection, {"datasets": {}}, "Figure 1"))
    assert [value for tag, name, value in seen.attributes if name == "href"] == [
        "https://a.example/"
    ]
    monkeypatch.setattr(extras.database, "rows", lambda *_: rows)
    assert [
        row["link"]
        for row in sorted(extras.all_sources(opened.connection), key=lambda r: r["source_id"])
    ] == ["https://a.example/", "", ""]


def test_json_for_machines_in_a_page_cannot_end_its_element():
    for text in TEXTS:
        made = extras.linked_data({"name": text, "description": text})
        assert "<" not in made and json.loads(made)["name"] == text


def test_claim_cards_and_outputs_by_hand_are_escaped(opened):
    known = chapter.claim_details(opened, next(iter(opened.claims)))
    for text in TEXTS[::4]:
        details = known | {
            "label": text,
            "said": text,
            "detail": text,
            "question": text,
            "sentence": text,
            "unit": text,
            "confidence": text,
            "sources": [text] * 5,
            "margin": text,
            "kinds": text,
            "firm": text,
            "corrections": [text],
            "read_with": [{"id": "a.b", "question": text}],
        }
        ledger_words = Watcher(verdicts.related(details))
        assert set(ledger_words.tags) <= {"p", "a"}
        card = claim_node(details)
        assert {type(n).__name__ for n in card.findall()} <= {
            "container",
            "paragraph",
            "inline",
            "Text",
        }
        shown = lookup.PlainTable("x", text, [text], [[text]])._repr_mimebundle_()["text/html"]
        seen = Watcher(shown)
        assert set(seen.tags) <= {"table", "caption", "tr", "th", "td"} and not seen.attributes


# Pictures and files


def test_a_sheet_is_well_formed_and_its_words_are_words(opened):
    for text in [t for kind in hostile.CORPUS for t in hostile.CORPUS[kind] if t in set(TEXTS)]:
        figure = bundle(opened, text) | {"wide": SVG}
        root = ElementTree.fromstring(sheets.sheet(opened, figure))
        names = {e.tag.rsplit("}", 1)[-1] for e in root.iter()}
        assert names <= {
            "svg",
            "title",
            "desc",
            "metadata",
            "RDF",
            "Description",
            "creator",
            "rights",
            "source",
            "rect",
            "text",
            "path",
            "g",
        }, (text, names)
        assert root.find("{http://www.w3.org/2000/svg}desc").text == text


def test_drawn_charts_show_hostile_words_as_words():
    """vl-convert escapes; whatever it draws is checked once, with all texts as labels of one chart."""
    from brief.notebook import figures

    values = [{"a": t.replace("\n", " "), "b": 1} for t in TEXTS if len(t) < 60][:120]
    spec = {
        "data": {"values": values},
        "mark": "text",
        "encoding": {"y": {"field": "a", "type": "nominal", "axis": None}, "text": {"field": "a"}},
    }
    root = ElementTree.fromstring(figures.draw(spec))
    names = {e.tag.rsplit("}", 1)[-1] for e in root.iter()}
    assert names <= {"svg", "g", "text", "path", "rect", "defs", "clipPath", "style", "line"}, names
    drawn = {e.text for e in root.iter() if e.text and e.text.strip()}
    missing = [
        v["a"]
        for v in values
        if v["a"] and flat(v["a"]) not in {flat(d) for d in drawn} and "xml:space" not in v["a"]
    ]
    assert not missing, missing[:5]


def balanced(text: str) -> bool:
    """Braces as BibTeX counts them: a backslash before one does not matter."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def test_references_keep_every_entry_to_itself(opened, monkeypatch):
    rows = [
        {
            "source_id": f"s{i}",
            "publisher": t,
            "title": t,
            "url": f"http://x/{t}",
            "date": "2018",
            "what_it_says": t,
            "rows": 1,
        }
        for i, t in enumerate(TEXTS)
    ]
    monkeypatch.setattr(extras, "all_sources", lambda _: rows)
    entries = re.split(r"^(?=@misc\{)", extras.bibliography(opened), flags=re.M)[1:]
    assert len(entries) == len(rows) + 1, "a text has begun an entry of its own"
    for entry in entries:
        fields = re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.M)
        assert (
            balanced(entry)
            and all(balanced(value) for _, value in fields)
            and entry.count("\n") <= len(fields) + 3
        ), entry
        assert not re.search(r"\\(?!text[a-z]+\{\}|[&%$#_])", "".join(v for k, v in fields)), (
            f"a command of TeX is left: {entry}"
        )


def test_heads_of_csv_files_are_comment_lines_alone(opened):
    for text in TEXTS:
        head = extras.notes(opened, {"number": "1", "title": text, "credit": text}, text)
        assert all(
            line.startswith("# ")
            for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", head)
            if line
        )


def test_cells_of_downloads_are_the_data_and_nothing_is_put_before_them():
    """A cell that begins with = is handed out as it is, and a reading says so (rows.FORMULA): a sign put before it
    would be another text, in the file and, when it is handed in again, in the book."""
    import csv
    import io

    for text in ["=cmd|' /C calc'!A0", "@SUM(1)", "-1", "+1+1"]:
        made = extras.csv_text([{"a": text, "b": -5}], ["a", "b"])
        assert list(csv.reader(io.StringIO(made)))[1] == [text, "-5"]


# Typst


def test_hostile_text_is_the_same_text_in_the_pdf(tmp_path):
    """All texts as literals of one document, compiled; Typst gives back what it was told, to the letter."""
    import typst

    from brief.pdf.pdf_words import Literals

    readable = set(range(0x20, 0x3000)) | set(range(0xAC00, 0xD7A4))
    literals = Literals(readable)
    shown = [literals.shown(t) for t in TEXTS]
    body = "".join(
        f"#metadata({literals.string(t)}) <s>\n#block[{literals.text(t)}]\n" for t in TEXTS
    )
    (tmp_path / "x.typ").write_text(body, encoding="utf-8")
    said = json.loads(
        typst.query(str(tmp_path / "x.typ"), "<s>", field="value", root=str(tmp_path))
    )
    assert [s for s in said] == shown
    headings = json.loads(typst.query(str(tmp_path / "x.typ"), "heading", root=str(tmp_path)))
    links = json.loads(typst.query(str(tmp_path / "x.typ"), "link", root=str(tmp_path)))
    raws = json.loads(typst.query(str(tmp_path / "x.typ"), "raw", root=str(tmp_path)))
    assert headings == links == raws == []

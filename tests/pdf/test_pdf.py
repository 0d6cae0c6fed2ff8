"""The PDF: the whole book passes every rule of `pdf_tags`, each rule has been seen red, and hostile text stays text.

What Typst refuses, so that no rule has to look for it, is tried on Typst.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from docutils import nodes
from pikepdf import Name
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from brief import kept, paths
from brief.notebook import assets, faces
from brief.pdf import builder as pdf
from brief.pdf import pdf_tables, pdf_words, pdf_writer
from brief.site.bound import brief_chart, brief_number
from brief.tables import database
from tests import PATIENCE, pdf_pages, pdf_tags

SIZE_LIMIT = 2_000_000


# The built book


@pytest.fixture(scope="session")
def book(published_book):
    return published_book / paths.PDF_NAME


@pytest.fixture(params=(paths.PDF_NAME, paths.PDF_SHORT), ids=("whole", "short"))
def printed(request, published_book):
    """Either PDF: what is asked of the whole one is asked of the short one."""
    return published_book / request.param


def test_book_breaks_no_rule(printed):
    wrong = pdf_tags.violations(printed)
    assert not wrong, "\n".join(f"{rule}: {finding}" for rule, finding in wrong)


def test_book_has_what_the_rules_are_about(book):
    found = counts(book)
    assert found["figures"] >= 9 and found["tables"] >= 3 and found["notes"] >= 5, found
    assert found["headings"] >= 6, found


def counts(path) -> dict[str, int]:
    """How much there was to check, so that a file without any table does not pass for one with good tables."""
    file = pdf_tags.TaggedPdf(path)
    return {
        "figures": len(file.tree.named("/Figure")),
        "tables": len(file.tree.named("/Table")),
        "notes": len(file.tree.named("/Note")),
        "headings": len(file.headings),
    }


def languages_said(path) -> set[bytes]:
    """The languages that the pages' marked content names."""
    streams = (
        content.read_bytes() for page in pikepdf.open(path).pages for content in contents(page)
    )
    return {code for stream in streams for code in re.findall(rb"/Lang ?\((\w+)\)", stream)}


def contents(page) -> list:
    found = page.Contents
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def test_book_says_which_words_are_korean(book):
    assert {b"en", b"ko"} <= languages_said(book)


def test_both_say_their_title_and_their_author(printed):
    with pikepdf.open(printed) as file:
        said = file.open_metadata()
        assert "North Korean Defectors" in said["dc:title"] and said["dc:creator"]
        assert str(file.Root.Lang) == "en"
        is_short = printed.name == paths.PDF_SHORT
        assert said["dc:title"].endswith(": short edition") == is_short


def test_book_is_light_enough_to_mail(book):
    assert book.stat().st_size < SIZE_LIMIT


def test_book_names_its_edition_on_every_page(printed):
    cover, *rest = pdf_pages.page_texts(printed)
    assert "How to cite" in cover and "Fingerprint" in cover
    for number, text in enumerate(rest, 2):
        assert re.search(r"Edition [\w.]+ · data to .+ · fingerprint [0-9a-f]{12}", text), (
            f"no edition line on page {number}"
        )


def test_no_head_is_parted_from_what_follows_it(printed):
    assert pdf_pages.parted_heads(printed) == []


def test_a_parted_head_is_seen(tmp_path):
    moved = TINY.replace(
        "#pagebreak()\n#heading(level: 2)[Second]", "#heading(level: 2)[Second]\n#pagebreak()"
    )
    assert pdf_pages.parted_heads(typeset(moved, tmp_path)) == ["Second on page 1"]


def test_no_row_is_parted_over_pages(printed):
    assert pdf_pages.parted_rows(printed) == []


def test_a_parted_row_is_seen(tmp_path):
    path = typeset(TINY.replace("[1], [2]", "[#lorem(90)], [#lorem(90)]"), tmp_path)
    assert pdf_pages.parted_rows(path) == ["a row on pages 2 to 5"]


def test_no_row_stands_alone(printed):
    assert pdf_pages.lone_rows(printed) == []


ROWS = "#table(columns: 1, table.header[A], " + ", ".join(f"[{i}]" for i in range(7)) + ")"


def test_a_lone_row_is_seen(tmp_path):
    cut = TINY.replace("#table(columns: 2, table.header[A][B], [1], [2])", ROWS)
    assert pdf_pages.lone_rows(typeset(cut, tmp_path)) == ["1 rows alone on page 3"]
    whole = cut.replace("height: 200pt", "height: 400pt")
    assert pdf_pages.lone_rows(typeset(whole, tmp_path)) == []


def test_no_line_stands_alone(printed):
    assert pdf_pages.lone_lines(printed) == []


def test_a_lone_line_is_seen(tmp_path):
    cut = TINY.replace("Words with", "#set text(costs: (widow: 0%, orphan: 0%))\n#lorem(46) with")
    assert pdf_pages.lone_lines(typeset(cut, tmp_path)) == ["one line of a P on page 2"]
    assert pdf_pages.lone_lines(typeset(TINY, tmp_path)) == []


HASH = re.compile(r"\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{12,}\b")
MOST_HASHES = 3  # of a page: the edition's own, at its foot, and where it is cited


def hashes_by_page(path) -> list[int]:
    return [len(HASH.findall(text)) for text in pdf_pages.page_texts(path)]


def test_no_page_is_filled_with_hashes(printed):
    assert max(hashes_by_page(printed)) <= MOST_HASHES


def test_a_page_of_hashes_is_seen(tmp_path):
    filled = TINY.replace("Words with", " ".join(["1a2b3c4d5e6f"] * 5) + " with")
    assert hashes_by_page(typeset(filled, tmp_path))[0] == 5


def test_nothing_is_printed_that_only_says_that_nothing_changed(printed):
    said = "".join("".join(pdf_pages.page_texts(printed)).split())
    for words in ("No sentence flips", "No number moves", "No cell is revised", "Nothing differs"):
        assert "".join(words.split()) not in said


def test_tables_left_online_are_named_and_not_printed(book, opened):
    said = "".join("".join(pdf_pages.page_texts(book)).split())
    left = [key for one in opened.wordings["left_online"].values() for key in one["tables"]]
    assert left and said.count("rows,inthebookonline.") == len(left)


SMALLEST = 8.5  # pt
MARKS = re.compile(r"[\d,\s\u2060]*")  # of notes, raised into the line that they belong to
HEAD, FOOT_LINE = 740.0, 54.0  # pt from the sheet's lower edge: between them stands a page's text
QUARTER = 792 / 4  # pt, of a sheet


def test_no_letter_is_small(printed):
    """Neither of the text nor of a chart."""
    assert small_letters(printed) == []


def small_letters(path) -> list[str]:
    return [
        f"{size} pt on page {number}: {words!r}"
        for number, sizes in enumerate(pdf_pages.letter_sizes(path), 1)
        for size, words in sizes.items()
        if size < SMALLEST and not MARKS.fullmatch(words)
    ]


def test_small_letters_are_seen(tmp_path):
    small = TINY.replace("Words with", "#text(size: 8.4pt)[Small words] with #super[12]")
    assert small_letters(typeset(small, tmp_path)) == ["8.4 pt on page 1: 'Small words'"]
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 9"><text y="8" font-size="8">ab</text></svg>'
    (tmp_path / "small.svg").write_text(svg)
    drawn = TINY.replace("rect()", 'image("small.svg", width: 99pt)')
    found = small_letters(typeset(drawn, tmp_path))
    assert len(found) == 1 and found[0].startswith("8.0 pt on page 1")


def test_no_page_is_left_empty(book):
    """Neither within a chapter nor at its end; the cover and the last page are as they are."""
    found = pdf_pages.gaps(book, FOOT_LINE, HEAD)
    assert [
        (n, gap) for n, gap in enumerate(found, 1) if 1 < n < len(found) and gap[0] > QUARTER
    ] == []


def test_an_empty_page_end_is_seen(tmp_path):
    path = typeset(TINY.replace("height: 200pt", "height: 792pt"), tmp_path)
    (gap, above), _ = pdf_pages.gaps(path, FOOT_LINE, HEAD)
    assert gap > QUARTER and above


def test_no_figure_is_parted_from_its_head_or_its_words(printed):
    assert pdf_pages.parted_figures(printed) == []


FIGURE = '#figure(rect(), alt: "A rectangle", caption: figure.caption(position: top)[Head])'


def test_a_parted_figure_is_seen(tmp_path):
    sound = TINY.replace('#figure(rect(), alt: "A rectangle")', FIGURE)
    assert pdf_pages.parted_figures(typeset(sound, tmp_path)) == []
    away = sound.replace(FIGURE, f"#pagebreak()#v(1pt)#pagebreak(){FIGURE}")
    assert pdf_pages.parted_figures(typeset(away, tmp_path)) == [
        "a figure on page 3, its words on page 1"
    ]
    below = sound.replace(FIGURE, f"#pagebreak()#v(60pt){FIGURE}")
    assert pdf_pages.parted_figures(typeset(below, tmp_path)) == [
        "a figure on page 2, its words on page 1"
    ]


def test_large_numbers_of_the_landing_page_stand_on_the_cover():
    said = lambda *parts: nodes.list_item("", nodes.paragraph("", "", *parts))
    number = lambda text: brief_number("", text, key="a_number")
    items = [
        said(number("34,537"), nodes.Text(" people,\n in "), number("2025")),
        said(number("7"), nodes.Text(" more")),
    ]
    listed = nodes.container("", nodes.bullet_list("", *items), classes=["large-numbers"])
    landing = nodes.container("", nodes.paragraph("", "A question?"), listed)
    assert pdf.large_numbers(landing) == [("34,537", "people, in 2025"), ("7", "more")]
    assert pdf.large_numbers(nodes.container("", nodes.bullet_list("", *items))) == []


def test_sources_stand_under_chapters(book, opened):
    chapters = set(pdf.chapters_of_sources(opened).values())
    assert {"10_resettlement", "20_deterrence", "30_china", "40_engagement"} <= chapters
    squeezed = "".join("".join(pdf_pages.page_texts(book)).replace("\u2060", "").split())
    # Its first line: a paragraph may go over to the next page, and that page's head stand in it.
    _, about, appendix = squeezed.partition("".join(pdf.ABOUT_SOURCES.split())[:40])
    assert about
    heads = [
        json.loads((paths.CHAPTERS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"][0][
            "source"
        ][0]
        for name in chapters
        if name
    ]
    assert all("".join(head.removeprefix("# ").split()) in appendix for head in heads)


def test_published_edition_prints_no_empty_list_of_changes():
    part = lambda words, *more: nodes.section(
        "", nodes.title("", words), nodes.paragraph("", words), *more
    )
    listed = part("Revisions", nodes.container("", table([("1", "2")])))
    whole = nodes.section(
        "", nodes.title("", "What changed"), nodes.paragraph("", "This page compares.")
    )
    whole += [
        nodes.container("", nodes.paragraph("", "Nothing.")),
        part("Numbers that move"),
        listed,
    ]
    pdf.without_empty_changes(nodes.container("", whole))
    said = whole.astext()
    assert "Revisions" in said and "Nothing" not in said and "move" not in said


# Each rule, seen red

TINY = """
#set document(title: "Tiny")
#set page(width: 300pt, height: 200pt, numbering: "1", header: [head])
#heading(level: 1, bookmarked: false)[Tiny]
#heading(level: 2)[First]
Words with a #link("https://example.org")[link] and a note#footnote[A note.] and one more#footnote[Another note.].
#figure(rect(), alt: "A rectangle")
#pagebreak()
#heading(level: 2)[Second]
#table(columns: 2, table.header[A][B], [1], [2])
"""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return typeset(TINY, tmp_path_factory.mktemp("tiny"))


def typeset(text: str, folder: Path) -> Path:
    """A small tagged PDF."""
    import typst  # here: no process may be forked off one that has imported it

    (folder / "tiny.typ").write_text(text)
    typst.compile(
        str(folder / "tiny.typ"),
        output=str(folder / "tiny.pdf"),
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return folder / "tiny.pdf"


def first(file, kind):
    """The first structure element of a kind."""
    return file.tree.named(kind)[0].source


def lose_metadata(file, pattern):
    text = file.root.Metadata.read_bytes().decode()
    assert re.search(pattern, text)
    file.root.Metadata.write(re.sub(pattern, "", text).encode())


def rename(elements, kind):
    for element in elements:
        element.source.S = kind


def read_backwards(file):
    document = first(file, "/Document")
    document.K = pikepdf.Array(list(document.K)[::-1])


DAMAGES = [
    ("marked", "MarkInfo lost", lambda f: f.root.__delitem__("/MarkInfo")),
    ("marked", "structure lost", lambda f: f.root.__delitem__("/StructTreeRoot")),
    ("language", "Lang lost", lambda f: f.root.__delitem__("/Lang")),
    ("title_shown", "preference lost", lambda f: f.root.__delitem__("/ViewerPreferences")),
    ("title_shown", "title lost", lambda f: lose_metadata(f, "<dc:title>.*?</dc:title>")),
    ("identified", "claim lost", lambda f: lose_metadata(f, "<pdfuaid:part>1</pdfuaid:part>")),
    ("outline", "outline lost", lambda f: f.root.__delitem__("/Outlines")),
    (
        "outline",
        "entry renamed",
        lambda f: f.root.Outlines.First.__setitem__("/Title", "Other words"),
    ),
    ("figures", "alt lost", lambda f: first(f, "/Figure").__delitem__("/Alt")),
    ("figures", "alt blank", lambda f: first(f, "/Figure").__setitem__("/Alt", "  ")),
    ("tables", "heads made cells", lambda f: rename(f.tree.named("/TH"), Name.TD)),
    ("reading_order", "read from the end", read_backwards),
]


def test_sound_file_breaks_no_rule(tiny):
    assert pdf_tags.violations(tiny) == []


def test_every_rule_has_a_damage():
    assert {rule for rule, _, _ in DAMAGES} == {rule.__name__ for rule in pdf_tags.RULES}


@pytest.mark.parametrize(
    ("rule", "what", "damage"), DAMAGES, ids=[f"{rule}: {what}" for rule, what, _ in DAMAGES]
)
def test_rule_goes_red(tiny, tmp_path, rule, what, damage):
    file = pdf_tags.TaggedPdf(tiny)
    damage(file)
    file.pdf.save(tmp_path / "damaged.pdf", static_id=True)
    assert rule in {name for name, _ in pdf_tags.violations(tmp_path / "damaged.pdf")}, (
        f"{what}, and the checker did not see it"
    )


FRONT = '#set document(title: "Tiny")\n= One\n'
REFUSED = {
    "no title": ("= One", "missing document title"),
    "a level skipped": (FRONT + "=== Three", "skipped from heading level 1 to 3"),
    "first level lost": (FRONT.replace("= One", "== Two"), "first heading must be of level 1"),
    "an empty heading": (FRONT + "#heading[]", "heading title is empty"),
    "a picture without alt": (FRONT + "#figure(rect())", "missing alt text"),
    "a sign without glyph": (FRONT + "\u2fff", "could not be displayed"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_typst_refuses(tmp_path, what):
    """Why no rule looks at heads' levels and glyphs; a Typst that writes such a file must be noticed."""
    text, words = REFUSED[what]
    with pytest.raises(RuntimeError, match=words):
        typeset(text, tmp_path)


# Small books

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><text y="20" font-family="IBM Plex Sans KR" fill="currentColor">남 South</text></svg>'
HOSTILE = '#panic("no") $x$ *b* _i_ `r` @ref <lab> \\ " ] [ } { // /* = head #link("javascript:x")[y] \u202e'


def edition(mark="", connection=None):
    """Something that speaks like brief.editions.edition.Edition, published or altered."""
    return SimpleNamespace(
        mark=mark,
        is_published=not mark,
        name="altered 1a2b3c4d5e6f" if mark else "2026.1",
        fingerprint="1a2b3c4d5e6f" + "0" * 52,
        cut_off="September 30, 2026",
        connection=connection or database.empty_database(),
        published_ledger={"edition": "2026.1", "date": "2026-11-22"},
    )


def chart(alt="Columns by year"):
    figure = nodes.figure("", ids=["fig-one"], names=["fig-one"], classes=["brief-figure"])
    figure += brief_chart("", key="fig-one", alt=alt, wide=SVG, narrow=SVG, spec={})
    figure += [
        nodes.caption("", "Arrivals fell"),
        nodes.legend("", nodes.paragraph("", "Source: somebody.")),
    ]
    return figure


def table(cells, heads=("A", "B")):
    """A table node with one head row."""
    group = nodes.tgroup("", *[nodes.colspec(colwidth=1) for _ in heads], cols=len(heads))
    entry = lambda text: nodes.entry("", nodes.paragraph("", text))
    group += nodes.thead("", nodes.row("", *map(entry, heads))) if any(heads) else []
    group += nodes.tbody("", *[nodes.row("", *map(entry, row)) for row in cells])
    return nodes.table("", nodes.title("", "A table"), group)


@pytest.fixture(scope="session")
def fonts():
    """The folder of the book's fonts. A build that runs beside the tests may be about to make it anew."""
    return assets.prepare() / "fonts"


@pytest.fixture
def make(tmp_path, monkeypatch, fonts):
    """make(*nodes, edition=…, **settings) builds a book of one chapter that holds these nodes; returns the PDF's path."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []

    def build(*parts, of=None, **settings):
        folder = tmp_path / f"book{len(made)}"
        made.append(folder)
        (folder / "source").mkdir(parents=True)
        (folder / "source" / "index.rst").write_text(
            "Tiny book\n=========\n\n.. toctree::\n\n   one\n"
        )
        (folder / "source" / "one.rst").write_text("Chapter one\n===========\n\nWords.\n")
        settings = {
            "extensions": ["brief.site.roles", "brief.pdf.builder"],
            "html_title": "Tiny book",
            "numfig": True,
            "brief_pdf_fonts": str(fonts),
            **settings,
        }
        with docutils_namespace(), patch_docutils():
            app = Sphinx(
                folder / "source",
                None,
                folder / "out",
                folder / "trees",
                "briefpdf",
                settings,
                status=None,
                warning=io.StringIO(),
                warningiserror=True,
            )
            app.brief_edition, app.brief_sources = of or edition(), {}
            app.connect(
                "doctree-read",
                lambda app, tree: (
                    app.env.docname == "one" and tree.next_node(nodes.section).extend(parts)
                ),
            )
            app.build()
        return folder / "out" / paths.PDF_NAME

    return build


def text_of(path):
    return " ".join(pdf_pages.page_texts(path))


def test_small_book_breaks_no_rule(make):
    note = nodes.footnote(
        "", nodes.label("", "1"), nodes.paragraph("", "한국 source."), ids=["note-1"], docname="one"
    )
    mark = lambda: nodes.footnote_reference("", "1", refid="note-1", docname="one")
    path = make(
        chart(),
        table([("1", "2")]),
        nodes.paragraph("", "", nodes.Text("Said"), mark()),
        nodes.paragraph("", "", nodes.Text("Again"), mark()),
        nodes.section("", nodes.title("", "Notes"), note, ids=["notes"], classes=["notes"]),
    )
    assert pdf_tags.violations(path) == []
    found = counts(path)
    assert (found["figures"], found["tables"], found["notes"]) == (1, 1, 1), (
        "one note, though it is cited twice"
    )
    said = text_of(path).replace(" ", "")  # a picture's letters are set one by one
    assert "한국source." in said and "남South" in said and "Figure1Arrivalsfell" in said


def test_hostile_text_stays_text(make):
    hostile_link = nodes.reference("", "click", refuri="javascript:alert(1)")
    path = make(
        nodes.paragraph("", HOSTILE),
        nodes.paragraph("", "", nodes.literal("", HOSTILE), hostile_link),
        table([(HOSTILE, HOSTILE)]),
        nodes.literal_block("", HOSTILE),
        nodes.paragraph("", "", nodes.strong("", HOSTILE)),
    )
    squeezed = text_of(path).replace(" ", "").replace(pdf_tables.CUT, "")
    assert squeezed.count(HOSTILE.replace(" ", "").replace("\u202e", "")) == 6
    assert not any(
        "/URI" in a.get("/A", {})
        for page in pikepdf.open(path).pages
        for a in page.obj.get("/Annots", [])
    )


def test_colors_can_be_read_on_paper():
    template = pdf.TEMPLATE.read_text(encoding="utf-8")
    colors = dict(re.findall(r'#let (ink|quiet|accent|alarm) = rgb\("(#\w{6})"\)', template))
    assert len(colors) == 4 and all(contrast(color) >= 4.5 for color in colors.values()), {
        name: contrast(c) for name, c in colors.items()
    }


def contrast(color):
    """Of a color on white, as WCAG 2 measures it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_character_without_a_glyph_is_named(make):
    assert "so [U+1F600] it is" in text_of(make(nodes.paragraph("", "so \U0001f600 it is")))


def test_missing_alt_stops_the_build(make):
    with pytest.raises(SphinxError, match="fig-one.*no alt text"):
        make(chart(alt=" "))


def test_unknown_node_stops_the_build(make):
    with pytest.raises(SphinxError, match="no form for a math_block"):
        make(nodes.math_block("", "x"))


def test_table_without_heads_stops_the_build(make):
    with pytest.raises(SphinxError, match="without header cells"):
        make(table([("1", "2")], heads=("", "")))


def test_altered_edition_is_marked(make):
    mark = "Altered edition: these are not the published figures."
    cover, contents, chapter = pdf_pages.page_texts(make(of=edition(mark)))
    assert mark in cover and mark in contents and mark in chapter
    assert "Not to be cited as the published brief" in cover and "2026.1" not in cover
    assert not any(mark in text for text in pdf_pages.page_texts(make()))


def test_reference_names_the_page_and_needs_its_target(make):
    there = nodes.paragraph(
        "",
        "",
        nodes.reference("", "the contents", refuri="%one#chapter-one"),
        nodes.reference("", "a hidden place", refuri="%one#hidden"),
    )
    hidden = nodes.container(
        "", nodes.paragraph("", "For the screen"), classes=["only-page"], ids=["hidden"]
    )
    aside = nodes.paragraph(
        "",
        "",
        nodes.Text("Look ("),
        nodes.reference("", "the start", refuri="%one#chapter-one"),
        nodes.Text(")"),
    )
    path = make(
        *[nodes.paragraph("", "Filling words. " * 200) for _ in range(3)], there, aside, hidden
    )
    said = "".join(text_of(path).split())  # an underlined run is painted by itself
    assert "thecontents(p.3)" in said and "(thestart,p.3)" in said and "ahiddenplace" in said
    assert pdf_tags.violations(path) == []


def test_cover_names_the_licenses_of_the_files(make):
    said = pdf_pages.page_texts(make())[0]
    assert pdf.LICENSE in said
    assert "CC BY 4.0" in (paths.ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    assert (paths.ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_page_only_parts_are_left_out(make):
    said = text_of(
        make(
            nodes.container("", nodes.paragraph("", "For the screen"), classes=["only-page"]),
            nodes.container("", nodes.paragraph("", "For paper"), classes=["only-print"]),
            nodes.container("", nodes.literal_block("", "import code"), classes=["cell_input"]),
        )
    )
    assert "For paper" in said and "For the screen" not in said and "import" not in said


def test_note_of_a_table_stays_with_it(make):
    path = make(
        nodes.container(
            "",
            table([("1", "2")]),
            nodes.paragraph("", "Sums are rounded."),
            classes=["cell_output"],
        ),
        nodes.paragraph("", "Prose."),
    )
    source = (path.parent / "book.typ").read_text(encoding="utf-8")
    assert source.index("Sums are rounded") < source.index("table.header") < source.index("Prose")


def size_of(page) -> list[float]:
    left, bottom, right, top = map(float, page.mediabox)
    return [right - left, top - bottom]


def test_both_papers_are_made_and_both_break_no_rule(make):
    path = make(chart(), table([("1", "2")]))
    for name, size in ((paths.PDF_NAME, (595.276, 841.89)), (paths.PDF_LETTER, (612, 792))):
        with pikepdf.open(path.with_name(name)) as file:
            assert [size_of(page) for page in file.pages] == [pytest.approx(size, abs=0.01)] * len(
                file.pages
            )
        assert pdf_tags.violations(path.with_name(name)) == []


def test_both_papers_have_the_same_pages(book):
    """A quotation's page number is true of either."""
    letter = book.parent / "html" / "downloads" / paths.PDF_LETTER
    assert pdf_pages.page_texts(book) == pdf_pages.page_texts(letter)


def test_sheet_that_no_paper_holds_stops_the_build(make, monkeypatch):
    monkeypatch.setitem(pdf.PAPERS, "US Letter", (500, 792))
    with pytest.raises(SphinxError, match="does not go on US Letter"):
        make()


def write_small_book(folder: Path, body: str) -> None:
    """Typst's files of a book of one chapter, which `pdf.typeset` takes."""
    shutil.copy(pdf.TEMPLATE, folder)
    empty = ("subtitle", "author", "line", "mark", "question", "cite", "license", "address")
    facts = dict.fromkeys(empty, "") | {"title": "T", "language": "en", "facts": [["a", "b"]]}
    (folder / "meta.json").write_text(json.dumps(facts))
    (folder / "book.typ").write_text(
        '#import "brief.typ": *\n#show: brief.with(json("meta.json"))\n'
        f'#chapter("", "one", "One", "One")\n{body}\n'
    )


@pytest.mark.parametrize("above", range(550, 610, 10))
def test_head_moves_on_with_the_list_after_it(tmp_path, fonts, above):
    write_small_book(
        tmp_path,
        f"""#block(height: {above}pt)[Filled.]
#section(3, "", "two", "Two")
#definitions(terms.item(term[#strong[Term]])[What it means, in some words.], terms.item(term[Second])[The same.])
""",
    )
    pdf.typeset(tmp_path / "book.typ", tmp_path / "book.pdf", fonts, 0, [])
    assert pdf_pages.parted_heads(tmp_path / "book.pdf") == []


def test_sources_appendix_names_each_source_that_a_row_rests_on(make, opened, fonts):
    source = (
        make(of=edition(connection=opened.connection))
        .with_name("book.typ")
        .read_text(encoding="utf-8")
    )
    resting = {
        s
        for (s,) in opened.connection.execute(
            "select distinct title from sources join row_sources using (source_id)"
        )
    }
    assert len(resting) > 300 and source.count("#sources(") == 1
    told = pdf_words.Literals(pdf_words.readable_characters(fonts)).told
    assert sum(told(title) in source for title in resting) > 0.9 * len(resting)
    assert sum('text(lang: "ko", ' in told(title) for title in resting) > 50


def test_words_of_another_language_say_so(fonts):
    told = pdf_words.Literals(pdf_words.readable_characters(fonts)).told
    assert told("MOU (통일부)") == '"MOU (" + text(lang: "ko", "통일부") + ")"'
    assert told("Seoul") == '"Seoul"'


def test_same_inputs_give_the_same_bytes(make):
    assert make(chart()).read_bytes() == make(chart()).read_bytes()


# Pictures that float


def looks(*layouts):
    """A stand-in for Typst: the nth look gives the nth layout, {index: ((page, y) of the text's end, (page, y) of the picture)}."""
    calls = iter(layouts)

    def look(floating):
        return [
            {"mark": mark, "index": i, "page": at[side][0], "y": at[side][1], "bottom": 780}
            for i, at in next(calls).items()
            for side, mark in enumerate(("before-picture", "picture"))
        ]

    return look


def test_picture_that_would_leave_a_page_empty_floats():
    asked, answers = [], looks({1: ((1, 300), (2, 70))}, {1: ((1, 300), (2, 70))})
    assert (
        pdf.floating(lambda pictures: asked.append(pictures) or answers(pictures), ["one"]) == "1"
    )
    assert asked == ["", "1"], "the second look must be at the layout in which the picture floats"
    assert (
        pdf.floating(looks({1: ((1, 700), (2, 70)), 2: ((2, 300), (2, 306))}), ["one", "one"]) == ""
    )


def test_picture_never_falls_behind_its_successor():
    begun = {1: ((1, 300), (2, 70)), 2: ((2, 400), (2, 406))}
    overtaken = {1: ((1, 300), (2, 70)), 2: ((1, 400), (1, 406))}
    layouts = looks(begun, overtaken, overtaken, begun)
    assert pdf.floating(layouts, ["one", "one"]) == "2", (
        "the first must stand where the text has it"
    )


def test_successor_floats_as_well_rather_than_overtake():
    begun = {1: ((1, 300), (2, 70)), 2: ((2, 400), (2, 406))}
    overtaken = {1: ((1, 300), (2, 70)), 2: ((1, 400), (1, 406))}
    sound = {1: ((1, 300), (2, 70)), 2: ((1, 400), (2, 400))}
    assert pdf.floating(looks(begun, overtaken, sound), ["one", "one"]) == "1 2"


def test_picture_a_page_away_from_its_words_is_set_another_way():
    """The second stands a page away while the first floats; at a page's foot the first is no hindrance."""
    away = {1: ((1, 300), (2, 70)), 2: ((1, 400), (3, 70))}
    near = {1: ((1, 300), (1, 500)), 2: ((2, 70), (2, 80))}
    asked = []

    def look(floating):
        asked.append(floating)
        return looks(near if floating == "1b" else away)(floating)

    assert pdf.bettered(look, "1") == "1b"
    assert asked[-1] == "1b", "the last look must be at what is set"
    assert pdf.bettered(lambda floating: looks(near)(floating), "") == "", "nothing stands badly"


def test_rows_that_would_stand_alone_are_joined_by_more(tmp_path, fonts):
    rows = "".join(f"[{'#tail-mark(1)' if i == 26 else ''}{i}], " for i in range(30))
    write_small_book(
        tmp_path,
        "#block(height: 216pt)[Filled.]\n"
        '#tbl(false, 1, "1", none, [Head], 8.6pt, false, true, 31, (100pt,), [], '
        f"tail: (row: 27, before: 1, last: 3), table.header[A], {rows})",
    )
    pdf.typeset(tmp_path / "book.typ", tmp_path / "book.pdf", fonts, 0, [])
    assert pdf_pages.lone_rows(tmp_path / "book.pdf") == []
    (tmp_path / "fills.json").write_text("{}")
    import typst  # here: no process may be forked off one that has imported it

    typst.compile(
        str(tmp_path / "book.typ"),
        output=str(tmp_path / "book.pdf"),
        font_paths=[str(fonts)],
        pdf_standards=["ua-1"],
    )
    assert pdf_pages.lone_rows(tmp_path / "book.pdf") != [], "without that they do stand alone"


def test_letters_of_charts_grow_to_what_can_be_read():
    svg = '<svg viewBox="0 0 660 9"><text font-size="10.5px">font-size="9px"</text><text font-size="13px">b</text></svg>'
    assert pdf_writer.enlarged(svg) == svg.replace('"10.5px"', '"12px"')


# Long runs

EDGE = (210 - 22.5) * 72 / 25.4 + 2  # pt: the text's right edge, see brief.typ
FOOT = 25  # pt: nothing stands lower than the line at the foot of the page
RUNS = {
    "sign": "!" * 290,
    "letters": "abcdefghij" * 29,
    "wide letters": "W" * 290,
    "hangul": "가나다라마바사아자차" * 29,
    "no-break spaces": "word\u00a0" * 58,
    "emoji": "\U0001f600" * 290,
    "underscores": "_" * 290,
    "hyphens": "-" * 290,
    "address": "https://example.org/" + "a/b?c=%20&" * 27,
}


@pytest.mark.parametrize("kind", RUNS)
def test_no_run_leaves_its_column(make, kind):
    run = RUNS[kind]
    note = nodes.footnote(
        "", nodes.label("", "1"), nodes.paragraph("", run), ids=["note-1"], docname="one"
    )
    path = make(
        nodes.section("", nodes.title("", run), ids=["long"]),
        nodes.paragraph("", run),
        nodes.paragraph("", "", nodes.strong("", run), nodes.literal("", run)),
        nodes.literal_block("", run),
        nodes.note("", nodes.paragraph("", run)),
        table([[run] * 8], heads=["Head"] * 8),
        nodes.paragraph("", "", nodes.footnote_reference("", "1", refid="note-1", docname="one")),
        nodes.section("", nodes.title("", "Notes"), note, ids=["notes"], classes=["notes"]),
    )
    reached = pdf_pages.rightmost(path)
    assert 400 < max(reached) < EDGE, reached


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_table_higher_than_a_page_goes_on_upon_the_next(make, rows):
    path = make(
        table([["place", "가나다라마바사아자차" * (600 // rows), "place"]] * rows, heads="ABC")
    )
    assert min(pdf_pages.lowest(path)) > FOOT
    assert pdf_tags.violations(path) == []


def test_run_is_copied_without_the_cuts(make):
    said = text_of(make(nodes.paragraph("", "!" * 60), nodes.paragraph("", "extraordinarily")))
    assert re.sub(r"[\s\u200b]", "", said).count("!" * 60) == 1
    assert "extraordinarily" in said


def test_link_has_no_cuts_in_its_address(fonts):
    words = pdf_words.Literals(pdf_words.readable_characters(fonts))
    assert pdf_tables.CUT in words.printed("%" * 60)
    assert pdf_tables.CUT not in words.string("%" * 60)


@pytest.mark.parametrize(
    "text",
    [
        "counter-revolutionary/anti-state",
        "2019-04-01 to 2020-03-31",
        "North\u00a0Korea",
        "f" * 31,
        "python3 run.py build altered-data --set relations_window_days=180",
    ],
)
def test_ordinary_words_stay_whole(text):
    assert pdf_tables.with_cuts(text) == text


def test_cut_parts_no_letter_from_its_accents():
    accented = "e\u0323\u0301" * 40
    parts = pdf_tables.with_cuts(accented).split(pdf_tables.CUT)
    assert len(parts) > 5 and "".join(parts) == accented
    assert all(part.startswith("e") for part in parts)


# Columns


@pytest.mark.parametrize(
    "text",
    [
        "data/arrivals_quarterly.csv",
        "https://example.org/a?b=c&d=e",
        "f" * 64,
        "plain words, 12.5 %",
        "2019-04-01",
    ],
)
def test_pieces_join_to_the_text(text):
    assert "".join(pdf_tables.pieces(text)) == text


def test_pieces_come_to_an_end():
    """A run of signs that the pattern began anew at each of them, quadratic: a minute and more for this one."""
    run = "." * 200_000
    code = "import sys; from brief.pdf import pdf_tables; print(len(pdf_tables.pieces(sys.stdin.read())))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=run + " end",
        capture_output=True,
        text=True,
        cwd=paths.ROOT,
        timeout=PATIENCE,
    )
    assert done.stdout.strip() == "1", done.stderr


def test_numbers_and_dates_are_not_broken():
    assert [pdf_tables.pieces(text) for text in ("12.5", "2019-04-01", "1998/99")] == [
        ["12.5"],
        ["2019-04-01"],
        ["1998/99"],
    ]


def test_no_word_is_wider_than_its_column(fonts):
    ruler = pdf_tables.Ruler(fonts)
    rows = [
        (
            "arrivals_quarterly",
            "Refugees and asylum-seekers by country " * 6,
            "1,112",
            "https://example.org/a/long/address?of=a&page=1",
        ),
        ("x", "y", "34,538", ""),
    ]
    node = table(rows, heads=("Table", "What each row holds", "Rows in all", "Address")).next_node(
        nodes.tgroup
    )
    widths, size, step, fits, *_ = ruler.layout(node)
    assert step == pdf_tables.STEP
    assert fits and sum(float(w.removesuffix("pt")) for w in widths) <= pdf_tables.WIDTH + 1
    for index, width in enumerate(widths):
        words = [
            row[index]
            for row in [*rows, ("Table", "What each row holds", "Rows in all", "Address")]
        ]
        assert max(map(ruler.longest_word, words)) * size + pdf_tables.INSET <= float(
            width.removesuffix("pt")
        )


def test_names_of_a_table_are_whole_while_smaller_gaps_make_room(fonts):
    words = ["government", "Convention", "immigration"]
    heads = [f"{word} {i}" for i, word in enumerate(words * 3)][:8]
    node = table([heads], heads=heads).next_node(nodes.tgroup)
    layout = pdf_tables.Ruler(fonts).layout(node)
    assert layout.fits and layout.step == pdf_tables.STEP and layout.inset < pdf_tables.INSET


def test_only_a_fonts_own_widths_are_taken(tmp_path, fonts):
    one, other = (Path(shutil.copy(path, tmp_path)) for path in sorted(fonts.glob("*.ttf"))[:2])
    beside, invented = one.with_suffix(".widths"), {65: 9.0}

    def advances() -> dict[int, float]:
        faces.advances.cache_clear()
        return faces.advances(one)

    faces.measure(one)
    assert kept.read(beside, faces.are_widths)["widths"] == advances() == faces.read(one)
    kept.write(beside, {"of": faces.digest(one), "widths": invented})
    assert advances() == invented, "what lies beside the font is not taken"
    for spoil in (
        lambda: beside.write_bytes(beside.read_bytes()[:-1]),
        lambda: kept.write(beside, {"of": faces.digest(other), "widths": invented}),
        beside.unlink,
    ):
        spoil()
        assert advances() == faces.read(one)


def test_table_that_cannot_fit_stops_the_build(make):
    with pytest.raises(SphinxError, match="too wide for the page"):
        make(table([["extraordinarily"] * 40], heads=["A"] * 40))

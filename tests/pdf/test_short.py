"""The short edition of the PDF: its parts are those that analysis/book.yml names, it keeps its length, and it says what
the whole book says.
"""

from __future__ import annotations

import json
import re

import pikepdf
import pytest
from docutils import nodes, utils
from sphinx import addnodes

from brief import paths
from brief.analysis import claims, options
from brief.editions import imprint
from brief.pdf import short
from brief.site.bound import fares_strip
from tests import pdf_pages, pdf_tags

MOST_PAGES = 12
SUMMARY = 1  # the index of its page


@pytest.fixture(scope="session")
def brief(published_book):
    return published_book / paths.PDF_SHORT


def squeezed(text: str) -> str:
    """Text without white space and word joiners, since a picture's letters and underlined runs are painted one by one."""
    return re.sub(r"[\s\u2060]", "", text).translate(str.maketrans("’‘“”", "''\"\""))


def pages_of(path) -> list[str]:
    return [squeezed(text) for text in pdf_pages.page_texts(path)]


def test_short_edition_is_short(brief):
    assert 4 < len(pages_of(brief)) <= MOST_PAGES


def test_summary_and_every_option_stand_on_one_page(brief, opened):
    page = pages_of(brief)[SUMMARY]
    known = options.load_options(opened.wordings, opened.claims, opened.numbers)
    actions = [squeezed(claims.fill(o.entry["action"], opened.numbers)) for o in known.values()]
    assert [action for action in actions if action not in page] == []


def test_cover_counts_how_the_commentary_fares(brief, opened):
    cover = pages_of(brief)[0]
    counted = claims.tally(opened.claims)
    assert all(f"{count}{claims.SIGNS[sign]}" in cover for sign, count in counted.items()), cover


def test_every_chapter_that_is_named_has_its_head_and_its_sentences(brief, opened):
    said = "".join(pages_of(brief))
    for name, wish in opened.wordings["short_edition"].items():
        if name == short.COVER:
            continue
        cells = json.loads((paths.ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        source = "".join(cells[0]["source"])
        assert squeezed(source.splitlines()[0].removeprefix("# ")) in said, name
        if wish.get("opening"):
            keys = re.findall(r"\{claim\}`([\w.]+)`", source.split("\n## ")[0])
            assert all(squeezed(opened.claims[key].sentence) in said for key in keys), name


def test_figures_keep_the_numbers_of_the_whole_book(brief, published_book):
    figures = [
        set(re.findall(r"Figure(\d+)", "".join(pages_of(path))))
        for path in (brief, published_book / paths.PDF_NAME)
    ]
    assert figures[0] and figures[0] <= figures[1]


def test_both_papers_have_the_same_pages(brief):
    letter = brief.parent / "html" / "downloads" / paths.PDF_SHORT_LETTER
    assert pdf_pages.page_texts(brief) == pdf_pages.page_texts(letter)
    assert pdf_tags.violations(letter) == []


def test_altered_edition_is_marked_on_every_page_of_both(altered_book):
    for name in (paths.PDF_NAME, paths.PDF_SHORT):
        (path,) = altered_book.glob(f"ALTERED-*-{name}")
        assert all("Alterededition" in page for page in pages_of(path)), name
        with pikepdf.open(path) as file:
            assert "(altered edition)" in str(file.open_metadata().get("dc:title"))


def test_receipt_and_landing_page_list_it(published_book):
    listed = json.loads((published_book / "receipt.json").read_text(encoding="utf-8"))["outputs"]
    landing = (published_book / "html" / "index.html").read_text(encoding="utf-8")
    for name in (paths.PDF_SHORT, paths.PDF_SHORT_LETTER):
        assert f"html/downloads/{name}" in listed and f'href="downloads/{name}"' in landing
    assert paths.PDF_SHORT in listed


def test_it_names_the_file_of_the_whole(brief, opened):
    assert imprint.file_name(opened, paths.PDF_NAME) in pages_of(brief)[0]


# The rules, on a book made by hand


def card(key: str, *details: str) -> nodes.container:
    parts = [nodes.paragraph("", f"Sentence of {key}", classes=["claim-sentence"])]
    parts += [nodes.paragraph("", detail, classes=["claim-meta"]) for detail in details]
    return nodes.container("", *parts, classes=["claim-card"], ids=[key])


def figure(key: str) -> nodes.figure:
    return nodes.figure("", nodes.caption("", f"Title of {key}"), ids=[key])


def option(words: str, ground: str) -> nodes.definition_list_item:
    inline = nodes.inline(
        "", f"{words} stands or not", classes=["brief-ground", f"ground-{ground}"]
    )
    return nodes.definition_list_item(
        "", nodes.term("", words), nodes.definition("", nodes.paragraph("", "", inline))
    )


def option_table(*rows: tuple[str, str, str]) -> nodes.table:
    lines = [
        nodes.row("", *[nodes.entry("", nodes.paragraph("", cell)) for cell in row])
        for row in (("Who", "What", "Cost"), *rows)
    ]
    group = nodes.tgroup("", *[nodes.colspec(colwidth=1) for _ in range(3)], cols=3)
    group += [nodes.thead("", lines[0]), nodes.tbody("", *lines[1:])]
    return nodes.table("", nodes.title("", "Options"), group, names=["tbl-options"])


@pytest.fixture
def tree():
    whole = nodes.section(
        "",
        nodes.title("", "Chapter"),
        nodes.paragraph("", "Opening."),
        figure("fig-first"),
        nodes.section("", nodes.title("", "One"), card("a", "Fine print"), figure("fig-second"), ids=["one"]),
        nodes.section("", nodes.title("", "Two"), card("b"), nodes.paragraph("", "Prose."), ids=["two"]),
        option_table(("Seoul", "Firm", "much"), ("Seoul", "Loose", "little")),
        nodes.section(
            "",
            nodes.title("", "Seoul"),
            nodes.definition_list("", option("Firm", "stands"), option("Loose", "lost")),
            ids=["seoul"],
        ),
        ids=["chapter"],
    )  # fmt: skip
    document = utils.new_document("book")
    document["docname"] = "index"
    document += addnodes.start_of_file("", whole, docname="chapters/x")
    return document


def taken(tree, **wish) -> str:
    return " ".join(short.shortened(tree, {"chapters/x": wish}).astext().split())


def test_parts_are_taken_by_rule(tree):
    assert taken(tree) == "Chapter"
    assert taken(tree, opening=True) == "Chapter Opening."
    assert taken(tree, claims=1, figures=2) == (
        "Chapter Title of fig-first Sentence of a Title of fig-second"
    )
    assert taken(tree, sections=["two"]) == "Chapter Two Sentence of b Prose."
    assert taken(tree, figures=["fig-second"]) == "Chapter Title of fig-second"


def test_strip_is_taken_only_where_it_is_wished_for(tree):
    assert short.cover_strip(tree, {"cover": {"figure": "fig-first"}}) is None
    with pytest.raises(short.NotInTheBook, match="no chapter has them"):
        short.cover_strip(tree, {"cover": {"fares": True}})
    tree.next_node(nodes.section).append(fares_strip("", counts={"supported": 2}))
    assert short.cover_strip(tree, {"cover": {"fares": True}})["counts"] == {"supported": 2}


def test_option_that_lost_its_ground_says_so(tree):
    assert taken(tree, options=["Who", "What"]) == (
        "Chapter Options Who What Seoul Firm Seoul Loose Loose stands or not"
    )
    with pytest.raises(short.NotInTheBook, match="Age"):
        taken(tree, options=["Who", "Age"])


def test_whole_book_is_left_as_it_was(tree):
    before = tree.pformat()
    taken(tree, opening=True, claims=2, figures=2, sections="all", options=["Cost"])
    short.cover_figure(tree, {"cover": {"figure": "fig-second"}})
    assert tree.pformat() == before


@pytest.mark.parametrize("wish", [{"sections": ["three"]}, {"figures": ["fig-third"]}])
def test_part_that_is_not_there_stops_the_build(tree, wish):
    with pytest.raises(short.NotInTheBook, match="three|fig-third"):
        taken(tree, **wish)


def test_document_or_cover_that_is_not_there_stops_the_build(tree):
    with pytest.raises(short.NotInTheBook, match="chapters/y"):
        short.shortened(tree, {"chapters/y": {}})
    with pytest.raises(short.NotInTheBook, match="fig-third"):
        short.cover_figure(tree, {"cover": {"figure": "fig-third"}})

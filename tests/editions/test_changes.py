"""The chapter *What changed*: it shows all that the comparison found, as text whatever the data hold."""

from __future__ import annotations

import csv

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.parsers.docutils_ import Parser

from brief import paths
from brief.editions import changes, compare, edition, publish
from brief.notebook import changed_pages
from brief.site import outputs

HOSTILE = "<script>alert(1)</script> {number}`x` | ::: **bold** [a](http://b) $x$ ``` {{ y }}"


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory):
    """Editions of this module's own, with the present content published."""
    folder = tmp_path_factory.mktemp("editions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "EDITIONS", folder)
        publish.publish("2026.1", "2026-11-22", release=False)
        yield folder


@pytest.fixture(scope="module")
def altered(ledgers, tmp_path_factory) -> edition.Edition:
    """Ten times the arrivals, the last year gone, a new year added, hostile notes."""
    folder = tmp_path_factory.mktemp("altered")
    rows = list(
        csv.reader((paths.DATA / "arrivals_korea_yearly.csv").open(encoding="utf-8", newline=""))
    )
    for row in rows[1:]:
        row[1:4] = [str(10 * int(v)) if v else v for v in row[1:4]]
        row[-1] = HOSTILE
    rows[-1][0] = "2099"
    with (folder / "arrivals_korea_yearly.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return edition.open_edition(folder)


def parsed(shown) -> nodes.document:
    settings = {
        "myst_enable_extensions": ["colon_fence", "deflist"],
        "report_level": 2,
        "halt_level": 2,
        "myst_suppress_warnings": ["myst.directive_unknown"],
    }
    return publish_doctree(
        shown._repr_mimebundle_()["text/markdown"], parser=Parser(), settings_overrides=settings
    )


def test_published_edition_says_that_nothing_differs(ledgers):
    pages = changed_pages.ChangedPages(edition.open_edition())
    assert "Nothing differs" in pages.overview().plain and "2026.1" in pages.overview().plain
    assert [
        part().plain for part in (pages.sentences, pages.numbers, pages.cells, pages.coverage)
    ] == [
        "No sentence flips.",
        "No number moves.",
        "No cell is revised.",
        "No row is added or removed.",
    ]


def test_edition_before_any_published_one_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    pages = changed_pages.ChangedPages(edition.open_edition())
    assert (
        "No edition has been published" in pages.overview().plain
        and pages.sentences().plain == "No sentence flips."
    )


def test_flipped_sentences_show_both_wordings_and_mark_the_published_one(altered):
    pages = changed_pages.ChangedPages(altered)
    flips = pages.found["flips"]
    assert flips
    document = parsed(pages.sentences())
    marked = [
        node.astext()
        for node in document.findall(nodes.container)
        if "data-published" in node["classes"]
    ]
    assert marked == [f"Published: {f['sentence_was']}" for f in flips]
    for flip in flips:
        assert (
            f"Here: {flip['sentence_now']}" in document.astext()
            and flip["sentence_was"] != flip["sentence_now"]
        )
        assert altered.claims[flip["id"]].entry["question"] in document.astext()


def test_a_claim_that_is_no_longer_made_is_told(altered):
    pages = changed_pages.ChangedPages(altered)
    pages.found = {
        **pages.found,
        "flips": [{**pages.found["flips"][0], "id": "none.such", "now": "absent"}],
    }
    assert "A claim that is no longer made." in parsed(pages.sentences()).astext()


def test_cells_and_coverage_are_told_apart(altered):
    pages = changed_pages.ChangedPages(altered)
    assert ["arrivals_korea_yearly", "2099", "added"] in pages.coverage().rows and len(
        pages.coverage().rows
    ) == 2
    assert all(row[1] != "2099" for row in pages.cells().rows) and any(
        row[2] == "persons" for row in pages.cells().rows
    )


def test_data_are_shown_as_text(altered):
    document = parsed(changed_pages.ChangedPages(altered).cells())
    texts = {entry.astext() for entry in document.findall(nodes.entry)} or {document.astext()}
    assert any(changes.shown(HOSTILE) in text for text in texts)
    assert not [
        n
        for n in document.findall(
            lambda n: isinstance(n, (nodes.raw, nodes.strong, nodes.reference, nodes.math))
        )
    ]


def test_numbers_are_scored_between_nothing_and_one():
    assert (
        compare.score(5, 5) == 0
        and compare.score(None, 3) == 1
        and compare.score(-1, 1) == 1
        and 0 < compare.score(10, 11) < 0.1
    )
    assert compare.score(0, 0.0) == 0 and compare.score(0, 7) == 1


def test_revisions_are_listed_newest_first(ledgers, monkeypatch, tmp_path):
    (tmp_path / "revisions.yml").write_text(
        "- {edition: '2026.1', date: '2026-11-22', reason: The first edition., direction: none}\n"
        f"- {{edition: '2026.2', date: '2027-02-01', reason: '{HOSTILE}', direction: up}}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    table = changed_pages.ChangedPages(edition.open_edition()).revisions()
    assert [row[1] for row in table.rows] == ["2026.2", "2026.1"] and table.rows[0][3] == HOSTILE


def test_what_a_revision_turned_stands_with_its_reason(ledgers, monkeypatch, tmp_path):
    pages = changed_pages.ChangedPages(edition.open_edition())
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    assert "No published verdict" in pages.turned().plain
    (tmp_path / "revisions.yml").write_text(
        "- {edition: '2', date: '2027-02-01', reason: New figures., direction: up, turned: [{claim: a.b, "
        f"was: holds, now: absent, sentence_was: It rained., sentence_now: '', why: '{HOSTILE}'}}]}}\n",
        encoding="utf-8",
    )
    said = pages.turned()
    assert f"a.b: {HOSTILE}" in said.plain and "It rained." in said.markdown
    assert HOSTILE not in said.markdown


def section(title: str, *outputs: str):
    """A section of a chapter: its title, a sentence, and cells with these outputs."""
    made = nodes.section("", nodes.title("", title), nodes.paragraph("", "About it."), ids=[title])
    for markdown in outputs:
        shown = parsed(changed_pages.Text(markdown, "")).children
        made += nodes.container("", *shown, nb_element="cell_code")
    return made


def test_the_book_leaves_out_what_only_says_that_there_is_nothing():
    silent = changed_pages.nothing("No number moves.").markdown
    top = section("What changed", changed_pages.paragraph("Nothing differs.").markdown)
    top += [section("Numbers", silent), section("Cells", silent, "Rows came."), section("Silent")]
    document = parsed(changed_pages.Text("", ""))
    document += top
    outputs.leave_out_nothing(None, document)
    assert [title.astext() for title in document.findall(nodes.title)] == [
        "What changed",
        "Cells",
        "Silent",
    ]
    assert "No number moves" not in document.astext() and "Rows came." in document.astext()

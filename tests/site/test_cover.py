"""The overview: what its first screen holds, the lead figure that it takes from the summary, and what previews show."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from brief import paths
from brief.editions import imprint
from brief.site import page as pages_of_site
from brief.site import sheets
from tests import browser as real

FIRST_SCREEN = 640  # px: what a phone of 360 by 740 shows under its browser's own bars
LEAD = pages_of_site.LEAD[1]

# The lower edge of the title, of the lead figure's picture, and of the first line of the first finding.
LOWER_EDGES = """() => {
  const line = document.querySelector(".findings li strong").getClientRects()[0];
  const bottom = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
  return {
    title: bottom("h1"), figure: bottom(".lead-figure .brief-chart"), finding: line.bottom,
  };
}"""


def below(edges: dict[str, float]) -> list[str]:
    """What does not end on the first screen."""
    return [name for name, edge in edges.items() if edge > FIRST_SCREEN]


@pytest.fixture(scope="module")
def html(published_book) -> Path:
    return published_book / "html"


@pytest.fixture(scope="module")
def root(html):
    with real.serving(html) as address:
        yield address


@pytest.fixture
def phone(chrome, root):
    """The overview on a phone; whatever goes wrong on it fails the test at its end."""
    notes = real.Notes("index.html", 360, "light")
    page = real.new_page(chrome, notes, root)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{root}index.html", wait_until="load")
    page.evaluate("document.fonts.ready")
    yield page
    page.context.close()
    assert not notes.errors and not notes.strangers, (notes.errors, notes.strangers)


def test_title_figure_and_first_finding_stand_on_a_phones_first_screen(phone):
    edges = phone.evaluate(LOWER_EDGES)
    assert below(edges) == [], edges


def test_a_first_screen_that_holds_less_is_seen(phone):
    phone.evaluate("document.querySelector('.lead-figure').style.marginTop = '80px'")
    assert below(phone.evaluate(LOWER_EDGES)) == ["finding"]
    phone.evaluate("document.querySelector('h1').style.marginBottom = '300px'")
    assert below(phone.evaluate(LOWER_EDGES)) == ["figure", "finding"]


def test_the_data_are_changed_from_the_overview(phone):
    phone.locator(".figure-doors .live-open-button").click()
    phone.locator(".live-panel").wait_for(state="visible")
    phone.wait_for_selector("html.live-ready")
    before = phone.locator(".lead-figure figcaption").text_content()
    phone.evaluate(
        "async () => { await briefLivePanel.propose({ p: { covid_last_year: 2021 }, t: {} }, {});"
        " await briefLivePanel.drawn; }"
    )
    assert phone.locator(".lead-figure figcaption").text_content() != before


def caption(text: str) -> str:
    """The lead figure's finding, without its number and its link."""
    inside = re.search(rf'<figcaption id="{LEAD}-title">(.*?)<a class="headerlink"', text, re.S)[1]
    return re.sub(r'<span class="caption-number">.*?</span>', "", inside).strip()


def spec(text: str) -> dict:
    whole = text[text.index(f'id="{LEAD}-chart"') :]
    return json.loads(re.search(r'class="brief-spec">(.*?)</script>', whole, re.S)[1])


@pytest.mark.parametrize("book", ["published_book", "altered_book"])
def test_overview_and_summary_show_one_figure_and_the_same_findings(book, request):
    folder = request.getfixturevalue(book) / "html"
    overview, summary = (
        (folder / name).read_text(encoding="utf-8")
        for name in ("index.html", "chapters/00_summary.html")
    )
    assert caption(overview) == caption(summary) != ""
    assert spec(overview) == spec(summary)
    findings = [
        re.findall(r'<span[^>]* data-claim="([^"]+)"', text[text.index('id="five-findings"') :])[:5]
        for text in (overview, summary)
    ]
    assert findings[0] == findings[1] and len(set(findings[0])) == 5


def test_an_altered_overview_bears_its_mark(altered_book):
    text = (altered_book / "html" / "index.html").read_text(encoding="utf-8")
    lead = text[text.index('class="lead-figure') : text.index('id="five-findings"')]
    assert lead.count("Altered edition") >= 2  # in both stills
    assert spec(text)["title"]["subtitle"].startswith("Altered edition")
    assert "altered edition" in re.search(r'class="quotable">(.*?)</p>', text, re.S)[1]
    assert list((altered_book / "html" / "cards").glob("ALTERED-*-card-index.png"))


def test_five_large_numbers_lead_to_their_places(html):
    text = (html / "index.html").read_text(encoding="utf-8")
    items = re.findall(
        r"<li>(.*?)</li>", text[text.index('class="large-numbers') :].split("</ul>")[0], re.S
    )
    assert len(items) == 5
    for item in items:
        assert "data-number=" in item and (html / re.search(r'href="([^"#]+)', item)[1]).is_file()


# Previews


def published(name: str = "2026.1") -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        mark="",
        is_published=True,
        cut_off="1 May 2026",
        fingerprint="0" * 64,
        published_ledger={"date": "2026-05-01"},
    )


def metadata(address: str, tmp_path) -> dict[str, str]:
    config = SimpleNamespace(html_baseurl=address, root_doc="index")
    app = SimpleNamespace(config=config, confdir=tmp_path)
    return dict(pages_of_site.meta_of(app, published(), "chapters/00_summary", "Summary", "Lead."))


def test_a_preview_card_is_named_by_a_whole_address_or_not_at_all(html, tmp_path):
    assert "og:image" not in metadata("", tmp_path)
    known = metadata("https://example.org/brief", tmp_path)
    assert known["og:image"] == "https://example.org/brief/cards/card-00_summary.png"
    for path in html.rglob("*.html"):
        assert "og:image" not in path.read_text(encoding="utf-8"), path.name


def test_descriptions_are_plain_text(html):
    for path in html.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for said in re.findall(r'(?:name|property)="(?:og:)?description" content="([^"]*)"', text):
            assert said and not re.search(r"&lt;|&amp;lt;|<|\{", said), (path.name, said)


@pytest.fixture
def card(monkeypatch):
    """The texts of a card by their size, in place of its pixels."""

    def texts(bands, scale, said):
        return re.findall(r'font-size="([\d.]+)"[^>]*>([^<]*)</text>', bands[0])

    monkeypatch.setattr(sheets.png, "image", texts)
    return sheets.card


PICTURE = '<svg width="660" height="240" viewBox="0 0 660 240"><rect class="the-chart"/></svg>'


def test_a_card_says_the_finding_and_no_title_twice(card):
    figure = {"title": "Arrivals fell", "wide": PICTURE}
    said = [text for _, text in card(published(), imprint.TITLE, "A lead.", figure)]
    assert said.count(imprint.TITLE) == 1 and "Arrivals fell" in said and "A lead." not in said
    said = [text for _, text in card(published(), "Search", "A lead.", None)]
    assert said[:3] == [imprint.TITLE, "Search", "A lead."]


def test_a_card_holds_the_chart_and_an_altered_one_its_mark(monkeypatch):
    drawn = []
    monkeypatch.setattr(sheets.png, "image", lambda bands, *_: drawn.extend(bands))
    altered = published()
    altered.mark, altered.is_published = "Altered edition: not ours.", False
    sheets.card(altered, imprint.TITLE, "A lead.", {"title": "Arrivals fell", "wide": PICTURE})
    assert "the-chart" in drawn[0] and "ALTERED — Altered edition: not ours." in drawn[0]


@pytest.mark.parametrize(
    ("line", "found"),
    [("", ""), ("doi: 10.5281/zenodo.123\n", "10.5281/zenodo.123"), ('doi: "10.1/x"\n', "10.1/x")],
)
def test_a_doi_is_shown_where_the_citation_file_has_one(tmp_path, monkeypatch, line, found):
    (tmp_path / "CITATION.cff").write_text(f"cff-version: 1.2.0\n{line}", encoding="utf-8")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    imprint.doi.cache_clear()
    try:
        assert imprint.doi() == found
        assert (f"https://doi.org/{found}" in pages_of_site.citation_of(published())) == bool(found)
    finally:
        imprint.doi.cache_clear()

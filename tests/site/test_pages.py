"""The site in a real browser: what a reader sees, does, waits for and cannot be spared.

Every page is visited once at each width and in each theme (`visits`), and each test judges the notes of all visits.
`test_the_checks_see_what_is_broken` feeds the same code a page with every fault and sees each of them named.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from brief import korean, languages
from brief.editions import imprint
from brief.site import png
from tests import browser as real
from tests import firefox

MOST_BYTES = 250_000  # transferred by a chapter before the reader acts
MOST_SHIFT = 0.02  # while loading, when a rare face (italic, bold) replaces its stand-in; Chrome calls up to 0.1 good
MOST_LATE_SHIFT = 0.001  # once loaded, nothing moves
VISITS = {
    (1440, "light"): real.EVERY_RULE,
    (1440, "dark"): real.COLOR_RULES,
    (768, "light"): None,
    (320, "light"): real.EVERY_RULE,
}
SHOT_NAMES = {(1440, "light"): "light", (1440, "dark"): "dark", (320, "light"): "phone"}
ERROR_SIGNS = re.compile(
    r'class="[^"]*\b(traceback|stderr|system-message|problematic)\b|Traceback \(most recent call last\)|\(not known\)'
)


@pytest.fixture(scope="module")
def html(published_book) -> Path:
    return published_book / "html"


@pytest.fixture(scope="module")
def pages(html) -> list[str]:
    found = sorted(p.relative_to(html).as_posix() for p in html.rglob("*.html"))
    assert "index.html" in found and len(found) > 8, f"only {found} in {html}"
    return found


@pytest.fixture(scope="module")
def with_firefox():
    if not firefox.installed():
        pytest.skip("Firefox was not seen: there is none on this machine")


@pytest.fixture(scope="module")
def root(html):
    with real.serving(html) as address:
        yield address


@pytest.fixture(scope="module")
def visits(root, pages) -> list[real.Notes]:
    """One visit to every page at every width and theme; pictures of them in build/shots/, those of earlier runs taken away first."""
    for kind in SHOT_NAMES.values():
        shutil.rmtree(real.SHOTS / kind, ignore_errors=True)
    jobs = []
    for (width, scheme), rules in VISITS.items():
        kind = SHOT_NAMES.get((width, scheme))
        jobs += [
            (
                page,
                width,
                scheme,
                rules,
                real.SHOTS / kind / f"{page.replace('/', '-').removesuffix('.html')}.jpg"
                if kind
                else None,
            )
            for page in pages
        ]
    return real.observe_all(root, jobs)


def all_of(visits, what) -> list[str]:
    return [f"{notes.name}: {problem}" for notes in visits for problem in what(notes)]


# What every visit must be free of


def strangers(notes):
    return notes.strangers


def errors(notes):
    return notes.errors


def weight(notes):
    return (
        [
            f"{notes.bytes:,} bytes, more than {MOST_BYTES:,}: {sorted(notes.requests.items(), key=lambda r: -r[1])[:4]}"
        ]
        if notes.bytes > MOST_BYTES
        else []
    )


def movement(notes):
    problems = (
        [f"the layout shifts by {notes.shift:.4f} while it loads"]
        if notes.shift > MOST_SHIFT
        else []
    )
    return problems + (
        [f"the layout shifts by {notes.late_shift:.4f} once loaded"]
        if notes.late_shift > MOST_LATE_SHIFT
        else []
    )


def figures(notes):
    return notes.undrawn


def overflow(notes):
    return ([f"{notes.wider_by} px wider than the window"] if notes.wider_by > 0 else []) + [
        f"cut off: {text}" for text in notes.cut_off
    ]


def barriers(notes):
    return notes.axe


CHECKS = {
    "another host is asked": strangers,
    "console errors": errors,
    "too heavy": weight,
    "layout shift": movement,
    "figures not drawn": figures,
    "text cut off": overflow,
    "accessibility": barriers,
}


@pytest.mark.parametrize("what", CHECKS)
def test_every_page_at_every_width_and_theme_is_free_of(visits, what):
    found = all_of(visits, CHECKS[what])
    assert not found, f"{len(found)} times, in {len(visits)} visits:\n" + "\n".join(found[:20])


# Letters twice as large, in a window of a phone held across and in one of 1440 px at a zoom of 200 %
LARGE_LETTERS = "html { font-size: 200% !important; }"


def too_large(page) -> list[str]:
    """What letters of twice the size push out of the window or cut off."""
    page.add_style_tag(content=LARGE_LETTERS)
    seen = page.evaluate(real.LOOK)
    wider = [f"{seen['wider']} px wider than the window"] if seen["wider"] > 0 else []
    return wider + [f"cut off: {text}" for text in seen["cut"]]


def test_letters_of_twice_the_size_cut_nothing_off(visit, pages):
    found = {}
    for name in pages:
        page = visit(name, 720, bypass_csp=True)
        if problems := too_large(page):
            found[name] = problems
    assert found == {}


def test_every_visit_leaves_a_picture_that_can_be_looked_at(visits):
    pictures = [
        picture for kind in SHOT_NAMES.values() for picture in (real.SHOTS / kind).glob("*.jpg")
    ]
    assert len(pictures) == sum((notes.width, notes.scheme) in SHOT_NAMES for notes in visits)
    assert not [picture for picture in pictures if picture.stat().st_size < 10_000]


# Links, ids and errors, read from the files


class Anchors(HTMLParser):
    """The ids and the addresses in a page."""

    def __init__(self, text: str):
        super().__init__()
        self.ids, self.addresses = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if values.get("id") else []
        self.addresses += [values[name] for name in ("href", "src") if values.get(name)]
        if tag == "meta" and values.get("name", values.get("property")) in (
            "og:image",
            "citation_pdf_url",
        ):
            self.addresses.append(values["content"])


def broken_links(folder: Path, names: list[str]) -> list[str]:
    """Addresses within the site that lead nowhere, anchors that no page has, and ids used twice."""
    read = {name: Anchors((folder / name).read_text(encoding="utf-8")) for name in names}
    problems = []
    for name, anchors in read.items():
        problems += [
            f"{name}: the id {i} stands {anchors.ids.count(i)} times"
            for i in sorted({i for i in anchors.ids if anchors.ids.count(i) > 1})
        ]
        for address in dict.fromkeys(anchors.addresses):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (
                (folder / name).parent.joinpath(unquote(parts.path)).resolve()
                if parts.path
                else folder / name
            )
            if not target.is_file():
                problems.append(f"{name}: {address} leads nowhere")
            elif parts.fragment and target.suffix == ".html":
                inside = target.relative_to(folder.resolve()).as_posix() if parts.path else name
                if unquote(parts.fragment) not in read[inside].ids:
                    problems.append(f"{name}: {address}: {inside} has no such anchor")
    return problems


def test_no_link_or_anchor_within_the_site_is_broken(html, pages):
    assert not (found := broken_links(html, pages)), "\n".join(found[:20])


def test_no_page_shows_an_error_or_an_unknown_number(html, pages):
    found = [
        f"{page}: {match[0]}"
        for page in pages
        if (match := ERROR_SIGNS.search((html / page).read_text(encoding="utf-8")))
    ]
    assert not found, found


def test_the_policy_stands_on_every_page_and_lets_nothing_in(html, pages):
    for page in pages:
        text = (html / page).read_text(encoding="utf-8")
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
        assert (
            "default-src 'none'" in policy
            and "unsafe-inline" not in policy
            and not re.search(r"(?<!wasm-)unsafe-eval|https?:", policy)
        ), (page, policy)
        assert text.index("Content-Security-Policy") < text.index("<script"), (
            f"{page}: a script stands before the policy"
        )


# What a reader does


@pytest.fixture
def visit(chrome, root):
    """Opens pages; whatever goes wrong on them fails the test at its end."""
    opened = []

    def go(name: str, width: int = 1440, scheme: str = "light", **options):
        notes = real.Notes(name, width, scheme)
        page = real.new_page(chrome, notes, options.pop("root", root), **options)
        opened.append((page, notes))
        page.goto((name if "://" in name else root + name), wait_until="load")
        return page

    yield go
    for page, notes in opened:
        page.context.close()
        assert not notes.errors and not notes.strangers, (notes.name, notes.errors, notes.strangers)


def with_charts(html, pages) -> list[str]:
    return [
        page for page in pages if 'class="brief-chart"' in (html / page).read_text(encoding="utf-8")
    ]


DRAW_ALL = """async () => {
  const problems = [];
  for (const chart of document.querySelectorAll(".brief-chart")) {
    const before = chart.getBoundingClientRect();
    try { await brief.draw(chart); } catch (error) { problems.push(`${chart.id}: ${error}`); continue; }
    const after = chart.getBoundingClientRect();
    const marks = chart.querySelectorAll(".brief-live .role-mark > *").length;
    if (!marks) problems.push(`${chart.id}: nothing is drawn`);
    if (Math.abs(before.height - after.height) > 1 || Math.abs(before.width - after.width) > 1) problems.push(`${chart.id}: from ${before.width} by ${before.height} to ${after.width} by ${after.height}`);
  }
  return problems;
}"""


@pytest.mark.parametrize("width", [1440, 360])
def test_every_chart_comes_alive_without_moving_the_page(visit, html, pages, width):
    for name in with_charts(html, pages):
        page = visit(name, width)
        assert page.evaluate(DRAW_ALL) == [], name
        assert page.evaluate("window.shiftedLate") <= MOST_LATE_SHIFT, name


def test_a_chart_loads_its_library_only_when_the_reader_turns_to_it(visit, html, pages):
    name = with_charts(html, pages)[0]
    page = visit(name)
    page.wait_for_timeout(300)
    assert page.evaluate("typeof window.briefVega") == "undefined"
    chart = page.locator(".brief-chart").first
    chart.scroll_into_view_if_needed()
    chart.hover()
    page.wait_for_selector(".brief-chart.is-live")
    bar = page.locator(".brief-live .role-mark > *").nth(3)
    bar.hover(force=True)
    page.wait_for_selector(".chart-tip:not([hidden])")
    assert page.locator(".chart-tip").first.inner_text().strip()


def test_a_figure_can_be_enlarged_and_stands_where_it_stood(visit, html, pages):
    page = visit(with_charts(html, pages)[0])
    figure = page.locator(".brief-figure").first
    button, chart = figure.locator(".enlarge"), figure.locator(".brief-chart")
    before = figure.evaluate("(figure) => figure.previousElementSibling?.outerHTML")
    small = chart.bounding_box()["width"]
    button.click()
    large = figure.bounding_box()
    assert chart.bounding_box()["width"] > 1.2 * small
    assert large["y"] >= 0 and large["y"] + large["height"] <= page.viewport_size["height"]
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert chart.bounding_box()["width"] == small
    assert figure.evaluate("(figure) => figure.previousElementSibling?.outerHTML") == before
    assert button.evaluate("(button) => button === document.activeElement")


def test_the_panel_opens_at_the_table_beneath_a_figure(visit):
    page = visit("chapters/30_china.html")
    page.locator("#fig-china-votes [data-change]").click()
    page.wait_for_selector(".live-panel:not([hidden])")
    chosen = page.locator(".live-panel select[aria-label='Table']")
    real.wait_until(page, "document.activeElement.tagName === 'SELECT'")
    assert chosen.input_value() == "votes_general_assembly" and chosen.is_visible()


def test_the_keyboard_reads_a_chart_mark_by_mark(visit, html, pages):
    page = visit(with_charts(html, pages)[0])
    page.locator(".brief-chart").first.focus()
    said = []
    for key in ("ArrowRight", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
        real.wait_until(
            page,
            "(before) => { const now = document.getElementById('announce').textContent; return now && now !== before; }",
            arg=said[-1] if said else "",
        )
        said.append(page.locator("#announce").inner_text())
    assert len(set(said)) >= 3 and said[3] == said[0], said
    page.keyboard.press("Escape")
    assert page.locator(".chart-tip").first.is_hidden()


OPEN_ALL = """() => {
  const problems = [];
  for (const figure of document.querySelectorAll(".brief-figure")) {
    // The overview's figure has its tools in the summary, and leads there.
    const home = figure.querySelector(".figure-doors a")?.getAttribute("href");
    if (figure.closest(".lead-figure") && home?.endsWith(`#${figure.id}`)) continue;
    const folds = [...figure.querySelectorAll(".figure-tools > details")];
    const kinds = folds.map((fold) => fold.className).join();
    if (kinds !== "tool-table,tool-download,tool-sources,tool-cite,tool-sql") problems.push(`${figure.id}: ${kinds}`);
    for (const fold of folds) {
      fold.querySelector("summary").click();
      const panel = fold.querySelector(".tool-panel");
      const frame = figure.getBoundingClientRect(), box = panel.getBoundingClientRect();
      if (!panel.checkVisibility() || !panel.innerText.trim()) problems.push(`${figure.id}: ${fold.className} holds nothing`);
      if (box.left < frame.left - 1 || box.right > frame.right + 1) problems.push(`${figure.id}: ${fold.className} stands outside its figure`);
    }
    for (const table of figure.querySelectorAll("table.figure-data")) {
      const rows = table.tBodies[0].rows.length;
      if (!table.caption || !table.querySelector("thead th[scope=col]") || !rows || table.querySelectorAll("tbody th[scope=row]").length !== rows) problems.push(`${figure.id}: a table without caption, heads or rows`);
    }
  }
  return problems;
}"""


@pytest.mark.parametrize("width", [1440, 360])
def test_every_tool_of_every_figure_opens_and_holds_something(visit, html, pages, width):
    names = with_charts(html, pages)
    for name in [n for n in names if "figure-tools" in (html / n).read_text(encoding="utf-8")]:
        page = visit(name, width)
        assert page.evaluate(OPEN_ALL) == [], name
    page = visit(with_charts(html, pages)[0], width)
    fold = page.locator(".figure-tools > details").nth(1)
    page.locator(".figure-tools > details").first.locator("summary").click()
    fold.locator("summary").click()
    assert (
        fold.locator("a[download]").first.is_visible()
        and page.locator(".brief-figure").first.locator("details[open]").count() == 1
    ), "opening one tool closes the last"


def test_links_and_citations_are_copied(visit, html, pages):
    page = visit(with_charts(html, pages)[0], permissions=["clipboard-read", "clipboard-write"])
    figure = page.locator(".brief-figure").first
    key = figure.get_attribute("id")
    figure.locator("details.tool-cite > summary").click()
    figure.locator("[data-copy-link]").click()
    real.wait_until(page, "document.getElementById('announce').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"#{key}")
    figure.locator(".copy-button").click()
    real.wait_until(
        page,
        f"navigator.clipboard.readText().then((text) => text.includes('fingerprint') && text.endsWith('#{key}'))",
    )


def test_the_theme_is_remembered_and_set_before_the_first_paint(visit):
    page = visit("index.html", scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator(".theme-button").click()
    page.locator(".theme-button").click()
    assert (
        page.evaluate("document.documentElement.dataset.theme") == "dark"
        and page.evaluate(ground) != light
    )
    page.add_init_script(
        "document.addEventListener('readystatechange', () => { window.early ??= document.documentElement.dataset.theme; })"
    )
    page.reload()
    assert page.evaluate("window.early") == "dark", "the theme must stand before the page is parsed"
    page.locator(".theme-button").click()
    assert (
        page.evaluate("document.documentElement.dataset.theme") is None
        and page.evaluate(ground) == light
    )


def test_contents_open_and_close_on_a_phone_by_button_and_escape(visit, html, pages):
    page = visit(with_charts(html, pages)[0], 360)
    assert page.locator("nav.contents").is_hidden()
    page.locator(".contents-button").click()
    assert page.locator("nav.contents").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("nav.contents").is_hidden()
    page.locator(".contents-button").click()
    page.locator("nav.contents .sections a").first.click()
    assert page.locator("nav.contents").is_hidden() and "#" in page.url


def test_search_finds_text_claims_figures_tables_and_sources(visit):
    page = visit("search.html?q=border")
    kinds = {
        text.split(" · ")[0] for text in page.locator(".search-results .kind").all_inner_texts()
    }
    assert {"Text", "Claim", "Figure", "Source"} <= kinds, kinds
    page.locator("#search-words").fill("ministry of unification")
    real.wait_until(page, "document.querySelectorAll('.search-results li').length > 2")
    page.locator("#search-words").fill("<img src=x onerror=alert(1)> zzzz")
    real.wait_until(page, "document.querySelector('.search-count').textContent.startsWith('No')")
    page.locator("#search-words").fill("arrivals")
    page.locator(".search-results a").first.click()
    page.wait_for_load_state()
    assert "search.html" not in page.url and "#" in page.url


def bare_outputs(notebook: dict) -> list[str]:
    """What a cell shows as Python writes it, and in no form that a page gives."""
    return [
        "".join(output["data"]["text/plain"])
        for cell in notebook["cells"]
        if "remove-cell" not in cell["metadata"].get("tags", [])
        for output in cell.get("outputs", [])
        if set(output.get("data", {})) == {"text/plain"}
    ]


def test_no_cell_shows_a_value_as_python_writes_it(published_book):
    executed = published_book / "executed"
    found = {
        path.name: outputs
        for path in sorted(executed.glob("*.ipynb"))
        if (outputs := bare_outputs(json.loads(path.read_text(encoding="utf-8"))))
    }
    assert len(list(executed.glob("*.ipynb"))) > 10 and found == {}
    shown = {"metadata": {}, "outputs": [{"data": {"text/plain": ["'0.050'"]}}]}
    assert bare_outputs({"cells": [shown]}) == ["'0.050'"]


class ForeignText(HTMLParser):
    """Texts with Korean, Japanese, Chinese or Russian letters that stand in no element that says so."""

    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []
        self.page = "en"  # what the root element says

    def handle_starttag(self, tag, attrs):
        if tag == "html":
            self.page = dict(attrs).get("lang", "en")
        if tag not in ("br", "img", "input", "link", "meta", "hr", "source", "path", "use", "wbr"):
            self.open.append((tag, dict(attrs).get("lang", "")))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        foreign = re.search("[\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]", data)
        said = [lang for tag, lang in self.open if lang and tag != "html"]
        if self.page == "ko" and not re.search("[\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff]", data):
            return
        if foreign and not said and self.open[-1][0] not in ("script", "style", "title"):
            self.found.append(data.strip()[:80])


def foreign_texts(page: str) -> list[str]:
    parser = ForeignText()
    parser.feed(page)
    return parser.found


def test_text_in_another_language_says_so(html, pages):
    found = {
        name: texts
        for name in [*pages, "tables.html"]
        if (texts := foreign_texts((html / name).read_text(encoding="utf-8")))
    }
    assert found == {}
    assert (html / "tables.html").read_text(encoding="utf-8").count('lang="ko"') > 50
    assert foreign_texts("<p>통일부</p>") == ["통일부"]


LANGUAGES = {
    "plain": [("", "plain")],
    "": [("", "")],
    "통일부, '2018 통일백서' 발간": [("ko", "통일부, '2018 통일백서' 발간")],
    "MOU (통일부) said": [("", "MOU ("), ("ko", "통일부"), ("", ") said")],
    "新华社 reports": [("zh", "新华社"), ("", " reports")],
    "朝日新聞の記事": [("ja", "朝日新聞の記事")],
    "По данным МИД, Seoul": [("ru", "По данным МИД"), ("", ", Seoul")],
}


@pytest.mark.parametrize("text, parts", LANGUAGES.items())
def test_languages_are_told_by_their_letters(text, parts):
    assert languages.runs(text) == parts
    assert "".join(part for _, part in parts) == text


@pytest.mark.parametrize(
    "question, title",
    [
        ("how many reached the South in 2023", "In 2023, 196 defectors reached South Korea"),
        ("how many defectors 2023", "In 2023, 196 defectors reached South Korea"),
        ("weakest claim", "The ledger of claims"),
        ("how do I cite this?", "North Korean Defectors between Engagement and Rights"),
        ("what should Seoul do", "What could be done"),
        ("how did the commentary fare", "The ledger of claims"),
        ("Figure 2", "Figure 2. "),
        ("BibTeX", "North Korean Defectors between Engagement and Rights"),
        ("envoys vacnat", "Look it up"),
        ("reptriation from China 2023", "returns from China"),
    ],
)
def test_search_answers_a_question_first(visit, question, title):
    page = visit(f"search.html?q={question.replace(' ', '+')}")
    first = page.locator(".search-results a").first.inner_text()
    assert title in first, first
    kinds = page.locator(".search-results .kind").all_inner_texts()[:5]
    assert not kinds[0].startswith("Source")


def test_search_says_which_word_it_took_for_one_mistyped(visit):
    page = visit("search.html?q=reptriation+and+resetlement")
    assert "for “repatriation”, “resettlement”" in page.locator(".search-count").inner_text()
    page.locator("#search-words").fill("reptriation")
    assert page.locator(".search-count").inner_text().endswith("for “repatriation”")
    marked = {text.lower() for text in page.locator(".search-results mark").all_inner_texts()}
    assert {"repatriat", "return"} <= marked, "what the book calls returns is found as well"


def test_search_never_shows_the_id_of_a_figure_or_table(html):
    index = (html / "search-index.js").read_text(encoding="utf-8")
    entries = json.loads(index.partition("=")[2].rstrip("\n;"))
    raw = re.compile(r"\b(?:fig|tbl)-\w+")
    assert not [e for e in entries if raw.search(e["title"] + e["text"])]
    assert any(re.search(r"\bFigure \d", e["text"]) for e in entries if e["kind"] == "Text")


def test_search_names_the_language_of_what_it_finds(visit):
    page = visit("search.html?q=통일부")
    assert page.locator(".search-results [lang=ko]").count() > 3
    assert foreign_texts(page.locator(".search-results").inner_html()) == []


@pytest.mark.parametrize("text", LANGUAGES)
def test_scripts_tell_languages_as_the_build_does(visit, text):
    shown = visit("search.html").evaluate(
        "(text) => brief.inLanguages(text).map((part) => [part.lang || '', part.textContent ?? part])",
        text,
    )
    assert [tuple(part) for part in shown] == [part for part in languages.runs(text) if part[1]]


def test_a_note_opens_at_its_mark_and_gives_the_focus_back(visit, html, pages):
    with_notes = [
        name for name in pages if "footnote-reference" in (html / name).read_text("utf-8")
    ]
    for width in (1440, 360):
        page = visit(with_notes[1], width)
        mark = page.locator("a.footnote-reference").first
        mark.focus()
        page.keyboard.press("Enter")
        box = page.locator(".note-box")
        assert box.is_visible() and box.locator("a").last.inner_text() == "All notes"
        frame = box.bounding_box()
        assert 0 <= frame["x"] and frame["x"] + frame["width"] <= width
        page.keyboard.press("Escape")
        assert box.is_hidden()
        assert page.evaluate("document.activeElement.id") == mark.get_attribute("id")


def test_contents_keep_the_evidence_apart(visit):
    page = visit("index.html")
    heads = page.locator("nav.contents .contents-head").all_inner_texts()
    assert [head.lower() for head in heads] == ["the brief", "evidence"]
    brief, evidence = page.locator("nav.contents > ul").all()
    assert "The ledger of claims" in evidence.inner_text()
    assert "The ledger of claims" not in brief.inner_text()


def test_tables_and_sources_are_sorted_and_filtered(visit):
    page = visit("tables.html")
    page.locator("#sources summary").click()
    sources = page.locator("#sources table")
    column = lambda: [
        text for text in sources.locator("tbody tr:not([hidden]) td:last-child").all_inner_texts()
    ]
    button = sources.locator("thead button", has_text="Rows")
    button.click()
    assert [int(t.replace(",", "")) for t in column()] == sorted(
        int(t.replace(",", "")) for t in column()
    )
    button.click()
    assert sources.locator("th[aria-sort=descending]").count() == 1
    before = sources.locator("tbody tr:visible").count()
    page.locator("#sources .filter input").fill("unification")
    assert 0 < sources.locator("tbody tr:visible").count() < before


WHERE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const b = e.getBoundingClientRect(), s = getComputedStyle(e);
  const ring = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
  return { what: e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 30), seen: b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth, ring };
}"""


def lost_focus(page, most: int = 600) -> list[str]:
    """Press Tab from the top to the end of the page; every stop that cannot be seen."""
    problems, stops = [], 0
    for _ in range(most):
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        if where is None:
            break
        stops += 1
        if not where["seen"]:
            problems.append(f"stop {stops} is out of sight: {where['what']}")
        if not where["ring"]:
            problems.append(f"stop {stops} has no visible focus: {where['what']}")
    return problems if stops > 8 else [*problems, f"only {stops} stops"]


def test_the_keyboard_reaches_everything_with_visible_focus(visit, html, pages):
    for name in ("index.html", "tables.html", with_charts(html, pages)[0]):
        page = visit(name)
        assert not (problems := lost_focus(page, 250)), (name, problems[:5])
    page = visit(with_charts(html, pages)[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main", (
        "the first stop leads past the navigation"
    )


def test_nothing_moves_for_a_reader_who_asked_for_stillness(visit, html, pages):
    page = visit(with_charts(html, pages)[0], reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e); return parseFloat(s.transitionDuration) > 0 || s.animationName !== 'none'; }).length"
    )
    assert moving == 0


# Without JavaScript, from a folder, on paper

READS = """() => {
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().height > 60;
  return [...document.querySelectorAll(".brief-chart")].filter((c) => !seen(c.querySelector(".brief-wide svg"))).map((c) => c.id)
    .concat(document.querySelector("nav.contents").checkVisibility() ? [] : ["no contents"])
    .concat([...document.querySelectorAll(".script-only")].filter((e) => e.checkVisibility()).map((e) => "does nothing: " + e.textContent));
}"""


def test_the_book_reads_without_javascript(chrome, root, html, pages):
    for name in pages:
        notes = real.Notes(name, 1440, "light")
        page = real.new_page(chrome, notes, root, java_script_enabled=False)
        page.goto(root + name)
        assert page.evaluate(READS) == [] and not notes.strangers, (name, notes.strangers)
        if name in with_charts(html, pages)[:1]:
            fold = page.locator(".figure-tools > details").first
            fold.locator("summary").click()
            assert fold.locator("table").first.is_visible(), name
        page.context.close()


def test_every_page_works_from_a_folder(visit, html, pages):
    base = html.resolve().as_uri() + "/"
    for name in pages:
        page = visit(base + name, root=base)
        faces = page.evaluate(
            "document.fonts.ready.then((faces) => [...faces].filter((f) => f.status === 'loaded').length)"
        )
        assert faces >= 2, f"{name}: {faces} of our faces were loaded"
        if page.locator(".brief-chart").count():
            page.evaluate(
                "brief.draw(document.querySelector('.brief-chart')).then(() => undefined)"
            )
            assert page.locator(".brief-live svg").first.is_visible(), name
    page = visit(base + "search.html?q=arrivals", root=base)
    assert page.locator(".search-results li").count() > 3


async def firefox_pass(addresses: dict[str, str]) -> list[str]:
    """Open each page in Firefox, bring its first chart alive, take a picture; what went wrong."""
    problems = []
    async with firefox.Firefox() as browser:
        for name, address in addresses.items():
            before = len(browser.errors)
            await browser.open(address)
            if await browser.evaluate(
                "Boolean(window.brief && document.querySelector('.brief-chart'))"
            ):
                drawn = await browser.evaluate(
                    "brief.draw(document.querySelector('.brief-chart')).then(() => document.querySelectorAll('.brief-live .role-mark > *').length)"
                )
                problems += [] if drawn else [f"{name}: no chart is drawn"]
            faces = await browser.evaluate(
                "document.fonts.ready.then((faces) => [...faces].filter((f) => f.status === 'loaded').length)"
            )
            problems += [] if faces >= 2 else [f"{name}: {faces} of our faces were loaded"]
            problems += [f"{name}: {error}" for error in browser.errors[before:]]
            await browser.picture(
                real.SHOTS / "firefox" / f"{name.replace('/', '-').replace(':', '')}.png"
            )
    return problems


def in_firefox(addresses: dict[str, str]) -> list[str]:
    """The pass in a thread of its own, for Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, firefox_pass(addresses)).result()


def test_firefox_shows_every_page_and_draws_its_charts(root, html, pages, with_firefox):
    addresses = {page: root + page for page in pages}
    page = with_charts(html, pages)[0]
    addresses[f"folder/{page}"] = (html / page).resolve().as_uri()
    assert in_firefox(addresses) == []


def test_firefox_sees_what_is_broken(broken, with_firefox):
    with real.serving(broken) as address:
        assert any(
            "an error" in problem for problem in in_firefox({"broken": address + "broken.html"})
        )


def test_on_paper_the_tools_go_and_the_edition_stays(visit, html, pages):
    page = visit(with_charts(html, pages)[0])
    page.emulate_media(media="print")
    assert (
        page.locator(".edition-line").is_visible()
        and page.locator(".figure-tools").first.is_hidden()
        and page.locator("nav.contents").is_hidden()
    )
    assert page.locator(".brief-wide").first.is_visible()


# What the files say of themselves


def test_metadata_names_title_edition_license_and_pdf(html, pages, opened):
    for page in pages:
        text = (html / page).read_text(encoding="utf-8")
        for name in (
            "description",
            "og:title",
            "DC.title",
            "DC.rights",
            "DC.identifier",
            "citation_title",
            "citation_author",
            "citation_publication_date",
            "citation_pdf_url",
        ):
            assert re.search(rf'(?:name|property)="{re.escape(name)}" content="[^"]+"', text), (
                page,
                name,
            )
        data = json.loads(
            re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1]
        )
        entries = data.get("@graph", [data])
        assert entries[0]["@type"] == "Article" and entries[0]["version"] == opened.name, page
        cut_off = korean.day(opened.cut_off) if "_ko" in page else opened.cut_off
        assert cut_off in text and opened.fingerprint[:12] in text, page
    index = json.loads(
        re.search(
            r'ld\+json">(.*?)</script>', (html / "index.html").read_text(encoding="utf-8"), re.S
        )[1]
    )
    dataset = next(e for e in index["@graph"] if e["@type"] == "Dataset")
    assert all((html / d["contentUrl"]).is_file() for d in dataset["distribution"])


def png_texts(path: Path) -> dict[str, str]:
    texts = {}
    for kind, content in png.chunks_of(path.read_bytes()):
        if kind == b"tEXt":
            key, _, value = content.partition(b"\0")
            texts[key.decode()] = value.decode("latin-1")
        elif kind == b"iTXt":
            key, _, rest = content.partition(b"\0")
            texts[key.decode()] = rest[4:].decode()
    return texts


def test_every_figure_file_is_stamped_with_edition_and_license(html, opened):
    folder = html / "downloads" / "figures"
    assert len(list(folder.glob("*.svg"))) >= 9
    for path in folder.iterdir():
        if path.suffix == ".png":
            texts = png_texts(path)
            assert (
                imprint.stamp(opened) == texts["Source"]
                and imprint.LICENSE in texts["Copyright"]
                and texts["Title"]
                and texts["Description"]
            ), path.name
        else:
            text = path.read_text(encoding="utf-8")
            assert imprint.edition_name(opened) in text and imprint.LICENSE in text, path.name


def test_preview_cards_are_pictures_of_the_size_that_previews_ask_for(html, pages):
    for page in pages:
        card = html / "cards" / f"card-{Path(page).stem}.png"
        assert struct.unpack(">II", card.read_bytes()[16:24]) == (1200, 630), page


def test_the_zip_holds_the_whole_site(html):
    with zipfile.ZipFile(html / "downloads" / "site.zip") as archive:
        inside = {n.split("/", 1)[1]: archive.getinfo(n).CRC for n in archive.namelist()}
    outside = {
        p.relative_to(html).as_posix(): zlib.crc32(p.read_bytes())
        for p in html.rglob("*")
        if p.is_file() and p.name != "site.zip"
    }
    assert inside == outside


def test_references_hold_every_source_once(html, opened):
    text = (html / "downloads" / "references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@misc\{([^,]+),", text, re.M)
    assert len(keys) == len(set(keys)) and set(keys) - {"brief"} == {
        row[0] for row in opened.tables["sources"].rows
    }


# What changed


def titles_in(page: Path) -> list[str]:
    return re.findall(r"<h2>([^<]+)<a", page.read_text(encoding="utf-8"))


def test_what_changed_has_no_section_that_says_nothing(html, altered_book):
    page = "chapters/85_changes.html"
    published, altered = titles_in(html / page), titles_in(altered_book / "html" / page)
    assert published and all("evision" in title for title in published), published
    assert {"Sentences that flip", "Numbers that move"} <= {*altered}, altered
    assert "No sentence flips" not in (html / page).read_text(encoding="utf-8")


# An altered edition cannot be mistaken


def test_an_altered_edition_says_so_on_every_page_and_file(altered_book, chrome):
    folder = altered_book / "html"
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))
    for name in names:
        text = (folder / name).read_text(encoding="utf-8")
        assert (
            "<title>ALTERED — " in text
            and '<meta name="robots" content="noindex">' in text
            and "altered-banner" in text
            and "favicon-altered" in text
        ), name
    assert not (folder / "sitemap.xml").exists()
    assert all(p.name.startswith("ALTERED-") for p in (folder / "downloads" / "figures").iterdir())
    for path in (folder / "downloads" / "figures").glob("*.svg"):
        assert "ALTERED" in path.read_text(encoding="utf-8"), path.name
    for path in (folder / "downloads" / "figures").glob("*.png"):
        assert png_texts(path)["Title"].startswith("ALTERED"), path.name
    with real.serving(folder) as address:
        notes = real.observe(
            chrome,
            address,
            names[0],
            rules=real.EVERY_RULE,
            shot=real.SHOTS / "altered" / "page.jpg",
        )
        assert not notes.errors and not notes.axe, (notes.errors, notes.axe)


# The checks have been seen red

BROKEN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Broken</title>
<style>p.faint { color: #bbb; background: #fff; } #late { width: 100%; } a:focus-visible { outline: none; }</style></head>
<body><main><div id="late"></div><h1>Broken</h1><p class="faint">grey on grey</p><img src="picture.png"><a href="#nowhere">nowhere</a><a href="missing.html">missing</a>
<div class="brief-chart" id="fig-empty-chart"><svg width="600" height="300"><g class="role-mark"><path fill="none" d="M0,0h50v50h-50Z"/></g></svg></div>
<div class="brief-chart" id="fig-gone-chart"></div><p id="twice">a</p><p id="twice">b</p>
<div style="width: 3000px">too wide</div>
<section><aside>beside the text, inside it</aside></section><div tabindex="0">a stop</div>
<div><p style="font: 600 30px sans-serif">A paragraph that passes for a heading</p><p style="font-size: 16px">and the paragraph that it would head, longer by more than its half, as axe has it.</p></div>
<script>console.error("an error"); fetch("http://127.0.0.1:9/away").catch(() => 0); document.body.append(" ", Math.random().toString());
addEventListener("load", () => setTimeout(() => { document.getElementById("late").style.height = "400px"; }, 50));</script><script src="heavy.js"></script></main></body></html>"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Path:
    import random

    folder = tmp_path_factory.mktemp("broken")
    (folder / "broken.html").write_text(BROKEN, encoding="utf-8")
    (folder / "heavy.js").write_text(
        "/*"
        + "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=600_000))
        + "*/",
        encoding="utf-8",
    )
    return folder


def test_the_checks_see_what_is_broken(chrome, broken):
    with real.serving(broken) as address:
        notes = real.observe(chrome, address, "broken.html", rules=real.EVERY_RULE)
        page = real.new_page(chrome, real.Notes("broken.html", 1440, "light"), address)
        page.goto(address + "broken.html")
        lost = lost_focus(page)
        large = too_large(page)
        page.context.close()
    silent = [what for what, check in CHECKS.items() if not check(notes)]
    assert not silent, f"these checks let a broken page pass: {silent}; notes: {notes}"
    assert {
        "color-contrast",
        "image-alt",
        "landmark-complementary-is-top-level",
        "p-as-heading",
        "focus-order-semantics",
    } <= {problem.split(":")[0] for problem in notes.axe}, notes.axe
    assert [problem.split(":")[0] for problem in notes.undrawn] == [
        "fig-empty-chart",
        "fig-gone-chart",
    ], notes.undrawn
    assert any("no visible focus" in problem for problem in lost), lost
    assert any("wider than the window" in problem for problem in large), large
    found = " ".join(broken_links(broken, ["broken.html"]))
    assert (
        "no such anchor" in found
        and "missing.html leads nowhere" in found
        and "stands 2 times" in found
    ), found
    assert ERROR_SIGNS.search('<div class="cell_output traceback">') and not ERROR_SIGNS.search(
        "<p>trace</p>"
    )


# On a slow machine a page may want nothing for half a second before it is parsed, and then more.
SLOW_PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slow</title><link rel="icon" href="data:,"><script src="slow.js" defer></script></head><body>Slow</body></html>'
SLOW_SCRIPT = """const end = performance.now() + 1500; while (performance.now() < end);
const early = new XMLHttpRequest(); early.open("GET", "slow.html?early", false); early.send();
"""
LATE = 'addEventListener("load", () => setTimeout(() => fetch("slow.html?late"), 300));'


@pytest.mark.parametrize(
    "more, asked", [("", {"slow.html?early"}), (LATE, {"slow.html?early", "slow.html?late"})]
)
def test_a_visit_to_a_slow_page_sees_all_and_comes_to_its_end(
    chrome, tmp_path, monkeypatch, more, asked
):
    monkeypatch.setattr(real, "PATIENCE", 30)
    (tmp_path / "slow.html").write_text(SLOW_PAGE, encoding="utf-8")
    (tmp_path / "slow.js").write_text(SLOW_SCRIPT + more, encoding="utf-8")
    with real.serving(tmp_path) as address:
        notes = real.observe(chrome, address, "slow.html")
    assert set(notes.requests) == {"slow.html", "slow.js"} | asked


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine on which nothing is installed and nothing can be: (Playwright's stand-in, the commands tried)."""
    own, tried = tmp_path / "chromium-1" / "chrome-linux64" / "chrome", []
    monkeypatch.setattr(real.subprocess, "run", lambda command, **_: tried.append(command[0]))
    monkeypatch.setattr(real.shutil, "which", lambda name: None)
    monkeypatch.setattr(real, "PLACES", ())
    return type(
        "Playwright", (), {"chromium": type("Chromium", (), {"executable_path": str(own)})}
    ), tried


def test_a_machine_without_a_browser_is_told_what_helps(bare_machine):
    playwright, tried = bare_machine
    with pytest.raises(RuntimeError, match="playwright install chromium"):
        real.find_browser(playwright, say=lambda text: None)
    assert tried, "it tries to fetch one before it gives up"


def test_a_headless_shell_goes_before_a_whole_browser(bare_machine, monkeypatch):
    playwright, tried = bare_machine
    own = Path(playwright.chromium.executable_path)
    shell = (
        own.parents[2]
        / "chromium_headless_shell-1"
        / "chrome-headless-shell-linux64"
        / "chrome-headless-shell"
    )
    for file in (own, shell):
        file.parent.mkdir(parents=True)
        file.touch()
    assert real.find_browser(playwright) == str(shell)
    shell.unlink()
    assert real.find_browser(playwright) == str(own)
    monkeypatch.setattr(
        real.shutil,
        "which",
        lambda name: (
            f"/usr/bin/{name}" if name in ("chromium", "chromium-headless-shell") else None
        ),
    )
    assert real.find_browser(playwright) == "/usr/bin/chromium-headless-shell" and not tried

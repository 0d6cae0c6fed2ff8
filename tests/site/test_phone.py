"""Tables on a phone of 360 pixels: the answer is in view, what scrolls says so, and long lists wait until they are asked for."""

from __future__ import annotations

import pytest

from tests import browser as real

PHONE = {"width": 360, "height": 800}
MOST_SCREENS = 10  # of the tables page, until a reader asks for more

# A cell of words that begins or ends beyond the screen, with its table; columns of numbers may scroll.
OUT_OF_SIGHT = """() => [...document.querySelectorAll("main table.lookup")].flatMap((table) =>
  [...table.tBodies[0].rows].slice(0, 3).flatMap((row) => [...row.cells].filter((cell) => {
    const box = cell.getBoundingClientRect();
    return /[a-z]{3}/.test(cell.textContent) && (box.right > innerWidth + 1 || box.left < 0);
  })).map((cell) => `${table.id || table.className}: ${cell.textContent.trim().slice(0, 30)}`))"""

# A region that scrolls sideways and does not show where more of it lies.
WITHOUT_CUE = """() => [...document.querySelectorAll("main .table-scroll")].filter((box) =>
  box.checkVisibility() && box.scrollWidth > box.clientWidth + 1
  && !/local.*scroll/.test(getComputedStyle(box).backgroundAttachment)).map((box) => box.getAttribute("aria-label"))"""


@pytest.fixture(scope="module")
def html(published_book):
    return published_book / "html"


@pytest.fixture(scope="module")
def root(html):
    with real.serving(html) as address:
        yield address


@pytest.fixture
def phone(chrome, root):
    """Opens pages as a phone shows them."""
    opened = []

    def go(name: str, **options):
        page = chrome.new_page(**{"viewport": PHONE} | options)
        opened.append(page)
        page.goto(root + name, wait_until="load")
        return page

    yield go
    for page in opened:
        page.close()


def chapters(html) -> list[str]:
    return [f"chapters/{path.name}" for path in sorted((html / "chapters").glob("*.html"))]


def test_the_answer_of_a_table_is_in_view(phone, html):
    found = {name: phone(name).evaluate(OUT_OF_SIGHT) for name in chapters(html)}
    assert not {name: cells for name, cells in found.items() if cells}


def test_a_card_names_its_cells(phone):
    page = phone("chapters/30_china.html")
    cell = page.locator("#tbl-china-episodes tbody tr:first-child td:last-child")
    shown = cell.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert "Outcome" in shown
    page.set_viewport_size({"width": 1440, "height": 900})
    assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == "none"


@pytest.mark.parametrize("width", [360, 1440])
def test_what_scrolls_sideways_shows_it(phone, html, width):
    size = {"width": width, "height": 900}
    found = {name: phone(name, viewport=size).evaluate(WITHOUT_CUE) for name in chapters(html)}
    assert not {name: boxes for name, boxes in found.items() if boxes}


def test_tables_that_hide_their_answer_are_seen(phone):
    page = phone("index.html")
    words = "<td>a place with a name</td>" * 9
    page.evaluate(
        """(words) => { document.querySelector("main").innerHTML =
          `<div class="table-scroll" aria-label="cut" style="background: none"><table class="lookup" id="t"
           style="white-space: nowrap"><tbody><tr>${words}<td>returned</td></tr></tbody></table></div>`; }""",
        words,
    )
    page.evaluate("() => { document.querySelector('.table-scroll').style.background = 'none'; }")
    assert "t: returned" in page.evaluate(OUT_OF_SIGHT)
    assert page.evaluate(WITHOUT_CUE) == ["cut"]


def screens(page) -> float:
    return page.evaluate("() => document.documentElement.scrollHeight") / PHONE["height"]


def test_the_list_of_sources_waits_until_it_is_asked_for(phone):
    page = phone("tables.html")
    assert screens(page) < MOST_SCREENS
    assert not page.locator("#sources tbody tr").first.is_visible()
    page.locator("#sources summary").click()
    assert page.locator("#sources tbody tr").last.is_visible()
    assert screens(page) > MOST_SCREENS, "a list that is open is long: the measure sees it"


MOST_OF_A_CHAPTER = 20  # screens; before long tables were folded the longest had 25


def test_a_long_table_shows_its_first_rows_until_it_is_asked_for(phone, html):
    assert max(screens(phone(name)) for name in chapters(html) if name < "chapters/7") < (
        MOST_OF_A_CHAPTER
    )
    page = phone("chapters/30_china.html")
    before, rows = screens(page), page.locator("#tbl-china-episodes tbody tr")
    assert rows.nth(7).is_visible() and not rows.last.is_visible()
    page.locator("#tbl-china-episodes + .show-rows").click()
    assert rows.last.is_visible() and screens(page) > before
    assert rows.nth(8).evaluate("(row) => row === document.activeElement")


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {}])
def test_a_long_table_is_whole_without_scripts_and_where_a_link_leads_to_it(phone, options):
    page = phone(f"chapters/30_china.html{'' if options else '#tbl-china-episodes'}", **options)
    assert page.locator("#tbl-china-episodes tbody tr").last.is_visible()


def test_a_long_table_is_whole_on_paper(phone):
    page = phone("chapters/30_china.html")
    page.emulate_media(media="print")
    assert page.locator("#tbl-china-episodes tbody tr").last.is_visible()


def test_a_link_to_a_source_opens_the_list(phone):
    key = phone("tables.html").locator("#sources tbody tr").nth(40).get_attribute("id")
    row = phone(f"tables.html#{key}").locator(f"#{key}")
    assert row.is_visible()
    assert 0 <= row.bounding_box()["y"] < PHONE["height"]


def test_without_scripts_everything_can_be_reached(phone):
    page = phone("tables.html", java_script_enabled=False)
    page.locator("#sources summary").click()
    assert page.locator("#sources tbody tr").last.is_visible()
    page = phone("chapters/20_deterrence.html", java_script_enabled=False)
    fold = page.locator(".claim-know").first
    assert not fold.locator(".claim-meta").is_visible()
    fold.locator("summary").click()
    assert fold.locator(".claim-meta").is_visible()


def test_a_term_leads_to_the_list_of_terms(phone):
    page = phone("chapters/30_china.html")
    term = page.locator("a.term").first
    assert term.get_attribute("title")
    term.click()
    page.wait_for_url("**/90_methods.html#tbl-glossary")
    assert page.locator("#tbl-glossary").is_visible()

"""What a reader altered goes along to every page of the book until it is put back, and no page can be mistaken meanwhile.

Each page says so at once, before the engine has loaded and where it never does; a browser without storage breaks nothing.
"""

from __future__ import annotations

import pytest

from tests import browser as real
from tests.site.test_live import CHAPTER, Reader, link_of, set_scenario

NEXT = "chapters/20_deterrence.html"
SCENARIO = set_scenario("arrivals_korea_yearly", "2012", female=2000, persons=2404)
MARKED = "document.querySelector('.live-bar:not([hidden])')?.textContent ?? ''"
ALTERED = "document.documentElement.classList.contains('live-altered')"
# As in a browser that keeps nothing for a page.
NO_STORAGE = """Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });"""


@pytest.fixture(scope="module")
def root(published_book):
    with real.serving(published_book / "html") as address:
        yield address


@pytest.fixture
def reader(chrome, root):
    visitor = Reader(chrome, root).open()
    assert visitor.propose(SCENARIO) is None
    yield visitor
    visitor.close()


def altered_soon(reader):
    real.wait_until(reader.page, ALTERED)
    return reader


def said(reader) -> str:
    return reader.page.evaluate(MARKED)


def test_next_previous_and_back_keep_what_was_altered(reader):
    page = reader.page
    page.locator("a.turn-on").click()
    page.wait_for_url(f"**/{NEXT}")
    altered_soon(reader)
    assert "2,404" in page.locator("article").text_content()
    assert page.title().startswith("ALTERED") and "Not the published figures" in said(reader)
    assert not page.locator(".live-panel").is_visible(), "it is the page that the reader turned to"
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_url(f"**/{CHAPTER}")
    altered_soon(reader)
    page.go_forward()
    altered_soon(reader)
    page.locator("a.turn-back").click()
    page.wait_for_url(f"**/{CHAPTER}")
    altered_soon(reader)


@pytest.mark.parametrize("name", ["index.html", "chapters/00_summary.html"])
def test_the_first_pages_are_altered_as_well(reader, name):
    reader.page.goto(reader.root + name)
    altered_soon(reader)
    assert "Not the published figures" in said(reader)


@pytest.mark.parametrize("name", ["search.html", "tables.html"])
def test_a_page_that_computes_nothing_says_that_it_shows_the_published_data(reader, name):
    reader.page.goto(reader.root + name)
    assert "Nothing on this page is computed from them" in said(reader)
    assert "it shows the published figures" in said(reader)
    reader.page.locator(".live-bar button").click()
    reader.page.wait_for_load_state()
    assert said(reader) == ""
    reader.page.goto(reader.root + NEXT)
    reader.traffic.rest()
    assert said(reader) == "" and not reader.page.evaluate(ALTERED)


def test_putting_back_ends_it_on_every_page(reader):
    page = reader.page
    page.locator("a.turn-on").click()
    page.wait_for_url(f"**/{NEXT}")
    altered_soon(reader)
    page.locator(".live-bar").get_by_role("button", name="Back to the published data").click()
    real.wait_until(page, f"!{ALTERED}")
    for _ in range(2):
        page.go_back()
        reader.traffic.rest()
        page.wait_for_load_state()
        real.wait_until(page, f"!{ALTERED}")
        assert said(reader) == "" and not page.title().startswith("ALTERED")
        page.go_forward()
        reader.traffic.rest()
        real.wait_until(page, f"!{ALTERED}")


def test_a_shared_link_travels_too_and_leaves_the_address(chrome, root):
    visitor = Reader(chrome, root, f"{CHAPTER}#live={link_of({'v': 1, **SCENARIO})}").ready()
    altered_soon(visitor)
    real.wait_until(visitor.page, "!location.hash")
    visitor.page.locator("a.turn-on").click()
    visitor.page.wait_for_url(f"**/{NEXT}")
    altered_soon(visitor)
    visitor.close()


@pytest.mark.parametrize("blocked", ["live-data.js", "live.js", "live-start.js"])
def test_the_mark_is_there_before_the_engine_and_without_it(reader, blocked):
    """Whatever of the scripts does not arrive, the page bears a mark from the first paint on."""
    page = reader.page
    page.route(f"**/{blocked}*", lambda route: route.abort())
    page.goto(reader.root + NEXT)
    page.wait_for_load_state()
    if blocked == "live-start.js":
        text = page.evaluate("getComputedStyle(document.body, '::before').content")
        assert "Altered by the reader" in text
    else:
        real.wait_until(page, f"({MARKED}).includes('could not be computed')")
        assert "it shows the published figures" in said(reader)
    reader.errors.clear()  # a script that does not arrive is an error of the network


def test_until_it_is_computed_a_page_says_what_it_shows(reader):
    page, held = reader.page, []
    page.route("**/live-data.js*", lambda route: held.append(route))
    page.goto(reader.root + NEXT, wait_until="domcontentloaded")
    real.wait_until(page, f"({MARKED}).includes('is being computed')")
    assert "until then it shows the published figures" in said(reader)
    assert page.title().startswith("ALTERED")
    for route in held:
        route.continue_()
    altered_soon(reader)


def test_a_browser_without_storage_carries_it_in_the_address(chrome, root):
    visitor = Reader(chrome, root)
    visitor.context.add_init_script(NO_STORAGE)
    visitor.page.reload()
    visitor.open()
    assert visitor.propose(SCENARIO) is None
    visitor.page.locator("a.turn-on").click()
    visitor.page.wait_for_url(f"**/{NEXT}#live=*")
    altered_soon(visitor)
    visitor.page.locator(".masthead-title").click()
    visitor.page.wait_for_url("**/index.html#live=*")
    altered_soon(visitor)
    visitor.close()


def test_a_link_to_a_place_arrives_there_altered(chrome, root):
    """As the address of a browser without storage has it: the altered data, and the place."""
    visitor = Reader(chrome, root, NEXT)
    place = visitor.page.evaluate("[...document.querySelectorAll('main section[id]')].at(-1).id")
    link = link_of({"v": 1, **SCENARIO})
    visitor.page.goto("about:blank")
    visitor.page.goto(f"{root}{NEXT}#live={link}&to={place}")
    altered_soon(visitor)
    real.wait_until(visitor.page, f"location.hash === '#{place}' && scrollY > 200")
    visitor.close()


def test_from_files_it_travels_as_well(chrome, published_book):
    visitor = Reader(chrome, (published_book / "html").as_uri() + "/").open()
    assert visitor.propose(SCENARIO) is None
    visitor.page.locator("a.turn-on").click()
    visitor.page.wait_for_url(f"**/{NEXT}*")
    altered_soon(visitor)
    visitor.close()


def test_a_new_tab_has_it_and_another_reader_has_not(reader, root):
    page = reader.page
    with page.context.expect_page() as opening:
        page.locator("a.turn-on").click(modifiers=["ControlOrMeta"])
    other = opening.value
    other.wait_for_load_state()  # a tab is empty first: what is asked of it then is lost
    real.wait_until(other, ALTERED)
    other.close()
    assert page.locator("a.turn-on").get_attribute("href").endswith("20_deterrence.html")
    stranger = page.context.new_page()
    stranger.goto(root + NEXT)
    assert stranger.evaluate(MARKED) == ""
    stranger.close()


def test_a_sentence_of_another_chapter_is_arrived_at(reader):
    """From the list of what flips elsewhere: the page that follows is altered, and the sentence in view."""
    page = reader.page
    peak = set_scenario("arrivals_korea_yearly", "2023", female=3000, persons=3032)
    assert reader.propose(peak) is None
    link = page.locator(".live-elsewhere a[href*='20_deterrence']").first
    link.wait_for()
    anchor = link.get_attribute("href").rpartition("#")[2]
    link.click()
    page.wait_for_url(f"**/{NEXT}#{anchor}")
    altered_soon(reader)
    real.wait_until(
        page,
        """(anchor) => {
          const key = Object.entries(briefLivePanel.pack.wordings.claims).find(([, c]) => c.anchor === anchor)[0];
          const said = document.getElementById(anchor) ?? document.querySelector(`.brief-claim[data-claim="${key}"]`);
          const box = said.getBoundingClientRect();
          return box.top >= 0 && box.top < innerHeight;
        }""",
        anchor,
    )

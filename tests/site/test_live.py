"""The live page in a real browser: a sceptical reader edits, presets, shares, errs, downloads and goes back.

The page must say what a Python build of the same altered tables says, refuse what the schema refuses, ask nobody
else for anything, and never pass its figures off as the published ones.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from brief import paths, plain_files
from brief.analysis import claims, kinds, options, translations
from brief.notebook import figures
from brief.site import live
from brief.tables import database
from tests import PATIENCE
from tests import browser as real

CHAPTER = "chapters/10_resettlement.html"
MOST_BYTES = 1_000_000  # transferred on the click, scripts and charts together


@pytest.fixture(scope="module")
def root(published_book):
    with real.serving(published_book / "html") as address:
        yield address


@pytest.fixture(scope="module")
def schema(opened) -> dict:
    return database.table_columns(opened.connection)


@pytest.fixture(scope="module")
def presets(opened) -> dict[str, dict]:
    return {preset["id"]: preset for preset in live.presets(opened)}


class Reader:
    """One reader's page, with what it did noted."""

    def __init__(
        self,
        chrome,
        root: str,
        name: str = CHAPTER,
        width: int = 1440,
        scheme: str = "light",
        **more,
    ):
        self.root, self.asked, self.strangers, self.errors = root, [], [], []
        window = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        context = chrome.new_context(**(window | {"accept_downloads": True} | more))
        self.page = real.patient(context).new_page()
        self.context = context
        self.traffic = real.Traffic(self.page)
        self.page.on(
            "request",
            lambda r: (
                self.asked
                if r.url.startswith(root)
                else self.strangers
                if not r.url.startswith(("data:", "blob:", "about:"))
                else []
            ).append(r.url),
        )
        self.page.on(
            "console",
            lambda m: (
                self.errors.append(f"{m.type}: {m.text}")
                if m.type in ("error", "warning")
                else None
            ),
        )
        self.page.on("pageerror", lambda e: self.errors.append(f"exception: {e}"))
        self.page.goto(root + name)

    def sizes(self, folder: Path) -> dict[str, int]:
        """What was asked for, and the bytes that a server with ordinary compression sends for it."""
        names = {url.removeprefix(self.root).split("?")[0].split("#")[0] for url in self.asked}
        return {
            name: real.sent_size((folder / name).read_bytes(), name)
            for name in names
            if (folder / name).is_file()
        }

    def open(self):
        self.page.locator(".live-open-button:visible").first.click()
        return self.ready()

    def ready(self):
        """The panel stands. It may compute longer than a reader would wait: how fast it is `benchmarks/live.py` measures, on a machine that is not shared."""
        self.page.wait_for_selector("html.live-ready")
        self.page.evaluate("(seconds) => { briefLivePanel.client.seconds = seconds; }", PATIENCE)
        return self

    def propose(self, scenario: dict):
        """Hand the panel a scenario as a preset does; the refusal in words, or None."""
        return self.page.evaluate(
            "async (s) => { const r = await briefLivePanel.propose(s, {}); await briefLivePanel.drawn; return r ? `${r.found}; allowed: ${r.allowed}` : null; }",
            scenario,
        )

    def texts(self) -> dict[str, list[str]]:
        """What the page says now, without what only screen readers are told of the published values."""
        return self.page.evaluate("""() => {
          const text = (el) => { const copy = el.cloneNode(true); copy.querySelectorAll('.live-was, .unseen, .headerlink, .shape, .caption-number').forEach((e) => e.remove()); return copy.textContent.trim(); };
          const all = (selector) => [...document.querySelectorAll(selector)];
          return {
            numbers: all('.brief-number').map((e) => [e.dataset.number, e.textContent]),
            claims: all('.brief-claim').map((e) => [e.dataset.claim, e.textContent, e.dataset.case]),
            cards: all('.claim-card').map((e) => [e.id, text(e.querySelector('.claim-text')), text(e.querySelector('.claim-label')), e.querySelector('.claim-detail')?.textContent ?? '', e.querySelector('.claim-meta').textContent]),
            marks: all('.brief-claim + .live-was + .claim-mark, .brief-claim + .claim-mark').map((e) => [new URL(e.href).hash.slice(1), e.querySelector('.unseen, .mark-words').textContent]),
            tallies: Object.fromEntries(all('[data-tally]').map((e) => [e.dataset.tally, e.textContent])),
            titles: all('figure.brief-figure').map((e) => [e.id, text(e.querySelector('figcaption')), e.querySelector('.brief-chart').getAttribute('aria-label'), e.querySelector('.figure-credit').textContent]),
            tables: all('table.lookup[id]').map((e) => [e.id, [...e.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent.trim()))]),
            data: all('table.figure-data').map((e) => [e.dataset.view, e.dataset.columns.split(' '), [...e.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent))]),
            specs: Object.fromEntries(all('figure.brief-figure').map((e) => [e.id, JSON.parse(e.querySelector('.brief-spec').textContent)])),
            grounds: all('.brief-ground').map((e) => [[...e.classList].find((c) => c.startsWith('option-')).slice(7), e.textContent, [...e.classList].find((c) => c.startsWith('ground-')).slice(7)]),
            title: document.title, margins: all('.claim-margin').length,
          };
        }""")

    def grid_cell(self, key: str, column: str):
        return self.page.locator(f'.live-grid tr[data-row="key {key}"] td[data-column="{column}"]')

    def show_table(self, name: str):
        self.page.evaluate("(name) => briefLivePanel.choose(name)", name)

    def close(self):
        self.page.context.close()
        assert not self.strangers, f"asked strangers: {self.strangers}"
        assert not self.errors, self.errors


@pytest.fixture
def reader(chrome, root):
    visitor = Reader(chrome, root).open()
    yield visitor
    visitor.close()


def settles(look, wanted, seconds: float = PATIENCE):
    """What `look` finds once it is what is wanted, or at the end of patience."""
    end = time.monotonic() + seconds
    while (found := look()) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return found


def set_scenario(table: str, key: str, **cells) -> dict:
    return {"p": {}, "t": {table: {"set": [[key, cells]], "cut": [], "add": []}}}


def link_of(scenario) -> str:
    """A share link's part, made outside the page, as a stranger would."""
    text = scenario if isinstance(scenario, bytes) else json.dumps(scenario).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(packer.compress(text) + packer.flush()).decode().rstrip("=")


# Loading


SOURCE = "king_2018"


def rows_of(opened, name: str) -> list[dict]:
    table = opened.tables[name]
    return [dict(zip(table.columns, row)) for row in table.rows]


def test_what_no_view_reads_comes_when_it_is_asked_for(reader, opened):
    """The texts of sources, and the readings: neither is there before, and no placeholder is ever shown."""
    whole = "() => Boolean(briefLivePanel.pack.isWhole)"
    assert not reader.page.evaluate(whole)
    reader.page.evaluate("(key) => briefLivePanel.editor.show('sources', key)", SOURCE)
    title = next(row["title"] for row in rows_of(opened, "sources") if row["source_id"] == SOURCE)
    real.wait_until(reader.page, "briefLivePanel.pack.isWhole")
    look = lambda: reader.grid_cell(SOURCE, "title").text_content()
    assert settles(look, title) == title
    assert reader.page.locator(".live-grid td").get_by_text("…", exact=True).count() == 0
    reader.show_table("readings")
    assert reader.page.locator(".live-grid tbody tr").count() > 5


def test_an_edit_of_a_reading_is_taken(reader, opened):
    """Though its row comes to the engine later than the others."""
    row = rows_of(opened, "readings")[0]
    parts = [str(row[name]) for name in ("table_name", "row_key", "reading")]
    key = "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
    assert reader.propose(set_scenario("readings", key, says="something else")) is None
    assert reader.page.evaluate("() => briefLivePanel.scenario.t.readings.set.length") == 1


def test_nothing_is_loaded_before_the_click_and_less_than_a_megabyte_on_it(
    chrome, root, published_book
):
    visitor, folder = Reader(chrome, root), published_book / "html"
    visitor.traffic.rest()
    before = visitor.sizes(folder)
    assert not [name for name in before if "live" in name and "live-start.js" not in name] and not [
        name for name in before if "sql" in name
    ]
    visitor.open()
    visitor.page.evaluate("() => brief.loadLibrary().then(() => undefined)")
    loaded = {name: size for name, size in visitor.sizes(folder).items() if name not in before}
    assert not [name for name in loaded if "live-later" in name]
    assert any("live-data" in name for name in loaded) and any("vega" in name for name in loaded)
    assert sum(loaded.values()) < MOST_BYTES, loaded
    print("\nloaded on the click:", loaded, sum(loaded.values()))
    visitor.close()


def test_the_published_page_is_left_as_it_is(chrome, root):
    visitor = Reader(chrome, root)
    before = visitor.texts()
    visitor.open()
    assert visitor.texts() == before
    assert (
        visitor.page.locator(".live-moved").count() == 0
        and not visitor.page.locator(".live-bar").is_visible()
    )
    visitor.close()


def test_it_works_from_a_file(chrome, published_book, presets):
    visitor = Reader(chrome, (published_book / "html").as_uri() + "/")
    visitor.open()
    assert visitor.page.evaluate("!!briefLivePanel.client.worker"), (
        "from file:// the engine runs in a worker, too"
    )
    assert visitor.propose(presets["fewer_reached_the_south"]["scenario"]) is None
    assert visitor.page.locator(".live-bar").is_visible()
    visitor.close()


def test_without_a_worker_the_engine_runs_in_the_page(chrome, root):
    visitor = Reader(chrome, root)
    visitor.page.evaluate(
        "() => { window.Worker = class { constructor() { throw new Error('no workers here'); } }; }"
    )
    visitor.open()
    assert (
        visitor.propose(set_scenario("arrivals_korea_yearly", "2009", female=1252, persons=1914))
        is None
    )
    assert visitor.page.locator(".live-bar").is_visible()
    visitor.close()


# The page says what a build says

PAGES = (
    "chapters/10_resettlement.html",
    "chapters/20_deterrence.html",
    "chapters/30_china.html",
    "chapters/40_engagement.html",
    "chapters/80_claims.html",
    "chapters/60_options.html",
)
ALTERATIONS = {
    "fewer_reached_the_south": PAGES[0],
    "americans_admitted_more": PAGES[0],
    "home_office_said_less": PAGES[0],
    "britain_took_thousands": PAGES[4],
    "britain_went_on_recognizing": PAGES[0],
    "embassies_are_emptied": PAGES[5],
    "seoul_sponsors_every_year": PAGES[5],
}
SCENARIOS = {
    "a hole in the middle": (
        PAGES[0],
        {"p": {}, "t": {"arrivals_korea_yearly": {"set": [], "cut": ["2012"], "add": []}}},
    ),
    "a longer series": (
        PAGES[0],
        {
            "p": {},
            "t": {
                "arrivals_korea_yearly": {
                    "set": [],
                    "cut": [],
                    "add": [[2026, 100, 300, 400, "mou_en_stats", "one_source", None]],
                }
            },
        },
    ),
    "another tolerance": (
        PAGES[0],
        {"p": {"tolerance_pct": 0.5, "majority_share_pct": 80}, "t": {}},
    ),
    "another base period": (
        PAGES[1],
        {"p": {"border_baseline_first_year": 2005, "before_covid_year": 2018}, "t": {}},
    ),
    "another window": (PAGES[2], {"p": {"relations_window_days": 90, "least_cases": 2}, "t": {}}),
    "another break": (PAGES[3], {"p": {"fund_break_year": 2012, "few_share_pct": 30}, "t": {}}),
    "every claim at once": (
        PAGES[4],
        {
            "p": {
                "small_share_pct": 0.1,
                "few_share_pct": 1,
                "steep_cut_pct": 80,
                "chance_pct": 20,
            },
            "t": {},
        },
    ),
}


def first_source(opened) -> str:
    return opened.connection.execute(
        "select source_id from sources order by rowid limit 1"
    ).fetchone()[0]


def with_known_sources(scenario: dict, opened) -> dict:
    return json.loads(
        json.dumps(scenario).replace('"mou_en_stats"', json.dumps(first_source(opened)))
    )


def typeset(text: str) -> str:
    """As Sphinx sets a sentence (its smart quotes)."""
    from docutils.utils import smartquotes

    return smartquotes.smartyPants(text, "qDe", language="en")


def expected(opened, scenario: dict, schema: dict) -> dict:
    """What Python says on the altered tables, through the path of a build."""
    from brief.analysis.claims import claim_anchor
    from brief.site.outputs import claim_meta, detail_text

    tables = live.altered_tables(opened.tables, scenario, schema)
    connection, wordings = opened.connection, opened.wordings
    connection.execute("savepoint page")
    try:
        assert not database.replace_tables(connection, tables)
        numbers = claims.load_numbers(connection)
        found = claims.load_claims(connection, wordings, numbers)
        cards = {}
        for key, claim in found.items():
            rows = claims.evidence(connection, claim.entry)
            publishers = dict(connection.execute("select source_id, publisher from sources"))
            count: dict[str, int] = {}
            for row in rows:
                for source in row["sources"]:
                    count[publishers[source]] = count.get(publishers[source], 0) + 1
            details = {
                "value": claim.value,
                "bound": claim.bound,
                "unit": claim.entry.get("unit", ""),
                "confidence": claims.confidence_of(rows),
                "kinds": kinds.in_words(kinds.best_kinds(connection, rows)),
                "sources": sorted(count, key=lambda n: (-count[n], n)),
            }
            cards[claim_anchor(key)] = (
                claim.sentence,
                claim.label,
                detail_text(claims.detail_of(claim.entry, claim.case)),
                "".join(n.astext() for n in claim_meta(details)),
            )
        words = {
            key: claims.figure_words(key, wordings, found, numbers) for key in wordings["figures"]
        }
        grounds = {
            k: (o.sentence, o.state)
            for k, o in options.load_options(wordings, found, numbers).items()
        }
        return {
            "grounds": grounds,
            "numbers": {k: t for k, (_, t) in numbers.items()},
            "claims": {k: (c.sentence, c.case) for k, c in found.items()},
            "cards": cards,
            "marks": {
                claim_anchor(key): claims.IN_PROSE[claim.sign] for key, claim in found.items()
            },
            "tallies": {sign: str(n) for sign, n in claims.tally(found).items()},
            "figures": words,
            "rows": {
                view: database.rows(connection, view)
                for view in database.view_names(connection)
                if view.startswith(("fig_", "tbl_"))
            },
        }
    finally:
        connection.execute("rollback to page")
        connection.execute("release page")


@pytest.mark.parametrize("name", [*ALTERATIONS, *SCENARIOS])
def test_the_page_says_what_a_build_of_the_altered_tables_says(
    name, chrome, root, opened, schema, presets
):
    page, scenario = (
        (ALTERATIONS[name], presets[name]["scenario"]) if name in ALTERATIONS else SCENARIOS[name]
    )
    scenario = with_known_sources(scenario, opened)
    visitor = Reader(chrome, root, page).open()
    assert visitor.propose(scenario) is None
    said, wanted = visitor.texts(), expected(opened, scenario, schema)
    for key, text in said["numbers"]:
        assert text == wanted["numbers"][key], key
    for key, sentence, case in said["claims"]:
        assert (sentence, case) == (typeset(wanted["claims"][key][0]), wanted["claims"][key][1]), (
            key
        )
    for anchor, words in said["marks"]:
        assert words == wanted["marks"][anchor], anchor
    if said["tallies"]:
        assert said["tallies"].pop("all") == str(sum(map(int, wanted["tallies"].values())))
        assert said["tallies"] == wanted["tallies"]
    for key, sentence, state in said["grounds"]:
        assert (sentence, state) == (
            typeset(wanted["grounds"][key][0]),
            wanted["grounds"][key][1],
        ), key
    for anchor, *texts in said["cards"]:
        assert texts == [typeset(t) for t in wanted["cards"][anchor]], anchor
    for key, title, alt, _ in said["titles"]:
        assert title == typeset(wanted["figures"][key]["title"]), key
        assert alt == f"{live.MARK} {wanted['figures'][key]['alt']}", key
    for key, rows in said["tables"]:
        entry = opened.wordings["tables"].get(key)
        if entry:
            texts = [
                [
                    typeset(" ".join(str("–" if row[c] is None else row[c]).split()))
                    for c in entry["columns"]
                ]
                for row in wanted["rows"][entry["view"]]
            ]
            assert rows == texts, key
    for key, spec in said["specs"].items():
        for view in figures.named_views(spec):
            assert spec["datasets"][view] == wanted["rows"][view], f"{key}: {view}"
        if spec["title"].get("subtitle"):
            assert (
                spec["title"] == {"text": wanted["figures"][key]["subtitle"], "subtitle": live.MARK}
                and spec["description"] == wanted["figures"][key]["alt"]
            )
    from brief.site import frame

    for view, columns, rows in said["data"]:
        texts = [
            [frame.shown(row[c.split(":")[0]], c.endswith(":year")) for c in columns]
            for row in wanted["rows"][view]
        ]
        assert rows == texts, view
    visitor.close()


# Never mistaken


# What stands behind "Show the analysis": pandas has not seen what the reader altered.
BEHIND_FOLDS = (
    "getComputedStyle(document.querySelector('.analysis-fold > summary'), '::after').content"
)


def test_an_altered_page_cannot_be_mistaken(reader, presets):
    title = reader.page.title()
    reader.propose(presets["fewer_reached_the_south"]["scenario"])
    page = reader.page
    assert page.title() == f"ALTERED — {title}"
    assert "Not the published figures" in page.locator(".live-bar").inner_text()
    assert page.locator("html.live-altered").count() == 1
    assert page.evaluate(BEHIND_FOLDS) == '" (published data)"'
    moved = page.locator(".brief-claim.live-moved").first
    assert moved.get_attribute("title").startswith("Published: ")
    assert (
        page.locator(".live-was").first.inner_text().startswith(" (published: ")
        or "published: " in page.locator(".live-was").first.text_content()
    )
    assert page.locator(".live-changes li").count() > 3
    announced = page.locator("#announce").text_content()
    if "flip" not in announced:
        real.wait_until(page, "document.getElementById('announce').textContent.includes('flip')")
    page.emulate_media(media="print")
    assert page.locator(".live-bar").is_visible() and not page.locator(".live-panel").is_visible()
    page.emulate_media(media="screen")
    reader.page.get_by_role("button", name="Back to the published data").first.click()
    page.wait_for_selector("html:not(.live-altered)")
    assert page.evaluate(BEHIND_FOLDS) == "none"
    assert (
        page.title() == title
        and page.locator("article .live-moved").count() == 0
        and page.locator(".live-was").count() == 0
    )


def test_going_back_restores_every_text(reader, presets):
    before = reader.texts()
    for name in ("fewer_reached_the_south", "americans_admitted_more"):
        reader.propose(presets[name]["scenario"])
    assert reader.texts() != before
    reader.page.get_by_role("button", name="Back to the published data").first.click()
    reader.page.wait_for_selector("html:not(.live-altered)")
    assert settles(reader.texts, before) == before
    reader.page.wait_for_timeout(300)
    assert reader.texts() == before


# Editing


def test_a_cell_is_edited_with_the_keyboard_and_undone(reader):
    reader.show_table("admissions_us")
    cell = reader.grid_cell("fiscal_year|2008", "persons")
    was = cell.text_content()
    cell.click()
    reader.page.keyboard.type("137")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("html.live-altered")
    assert reader.grid_cell("fiscal_year|2008", "persons").text_content().startswith("137")
    assert f"Published: {was}" == reader.grid_cell("fiscal_year|2008", "persons").get_attribute(
        "title"
    )
    reader.page.get_by_role("button", name="Undo").click()
    reader.page.wait_for_selector("html:not(.live-altered)")
    assert reader.grid_cell("fiscal_year|2008", "persons").text_content() == was
    reader.page.get_by_role("button", name="Redo").click()
    reader.page.wait_for_selector("html.live-altered")


@pytest.mark.parametrize(
    "table, key, column, typed, rule",
    [
        ("arrivals_korea_yearly", "2009", "persons", "many", "a whole number"),
        ("arrivals_korea_yearly", "2009", "male", "-5", "male not negative"),
        ("arrivals_korea_yearly", "2009", "persons", "9", "women and men add up"),
        ("arrivals_korea_yearly", "2009", "year", "2010", "each of these once"),
        (
            "arrivals_korea_yearly",
            "2009",
            "source_id",
            "no_such_source;nor_this_one",
            "ids that stand in the table of sources",
        ),
        ("arrivals_korea_yearly", "2009", "persons", "", "may not be empty"),
        ("arrivals_korea_yearly", "2009", "note", "x" * 1001, "note not too long"),
        (
            "arrivals_korea_yearly",
            "2009",
            "note",
            "paid \u202e001",
            "marks that turn its direction",
        ),
    ],
)
def test_bad_input_is_refused_with_the_rule_at_the_cell(reader, table, key, column, typed, rule):
    before = reader.texts()
    reader.show_table(table)
    reader.grid_cell(key, column).click()
    reader.page.keyboard.press("Enter")
    reader.page.locator(".live-grid td input").fill(typed)
    reader.page.keyboard.press("Enter")
    problem = reader.page.locator(".live-editor .live-problem")
    problem.wait_for(state="visible")
    assert rule in problem.text_content(), problem.text_content()
    invalid = reader.page.locator(".live-grid td[aria-invalid=true]")
    assert column in [invalid.nth(i).get_attribute("data-column") for i in range(invalid.count())]
    assert reader.texts() == before, "the last good page stays"
    assert reader.page.locator("html.live-altered").count() == 0


def test_a_row_that_needs_two_cells_is_taken_once_both_are_right(reader):
    reader.show_table("arrivals_korea_yearly")
    for column, text in (
        ("persons", "3000"),
        ("female", str(3000 - int(reader.grid_cell("2009", "male").text_content()))),
    ):
        reader.grid_cell("2009", column).click()
        reader.page.keyboard.type(text)
        reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("html.live-altered")
    reader.page.locator(".live-editor .live-problem").wait_for(state="hidden")


def test_a_slider_and_its_box_alter_a_parameter_within_its_range(reader):
    box = reader.page.get_by_label("still count as about the same, percent")
    reader.page.locator("summary", has_text="Choices of ours").click()
    box.fill("0.5")
    box.press("Tab")
    reader.page.wait_for_selector("html.live-altered")
    box.fill("99")
    box.press("Tab")
    told = reader.page.locator("#live-p-tolerance_pct-problem")
    told.wait_for(state="visible")
    assert "value within min and max" in told.text_content()
    assert reader.page.evaluate("briefLivePanel.scenario.p.tolerance_pct") == 0.5


CSV_WITH_SCRIPT = "year,male,female,persons,source_id,confidence,note\n2009,1,2,3,SOURCE,one_source,<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\n"


def test_a_file_takes_the_place_of_a_table_and_its_text_stays_text(reader, opened, tmp_path):
    reader.show_table("arrivals_korea_yearly")
    file = tmp_path / "arrivals_korea_yearly.csv"
    file.write_text(CSV_WITH_SCRIPT.replace("SOURCE", first_source(opened)))
    reader.page.locator(".live-file").set_input_files(file)
    reader.page.wait_for_selector("html.live-altered")
    assert "<script>" in reader.grid_cell("2009", "note").text_content()
    assert (
        reader.page.evaluate("window.hacked") is None
        and reader.page.locator(".live-grid script, .live-grid img").count() == 0
    )


@pytest.mark.parametrize(
    "content, rule",
    [
        ("persons,note\n1,x\n", "no column 'year'"),
        ("year,persons\n2009,1\n", "women and men add up"),
        ("year,note\n1066,x\n", "a new row (year = 1066)"),
        (
            'year,male,female,persons,source_id,confidence,note\n2009,1,2,3,"oops\n',
            "quotes closed",
        ),
        ("", "a header row"),
        ("x" * 50_000_000, f"at most {plain_files.MAX_FILE_BYTES:,} bytes"),
    ],
)
def test_a_bad_file_is_refused(reader, tmp_path, content, rule):
    reader.show_table("arrivals_korea_yearly")
    file = tmp_path / "arrivals_korea_yearly.csv"
    file.write_text(content)
    reader.page.locator(".live-file").set_input_files(file)
    problem = reader.page.locator(".live-editor .live-problem")
    problem.wait_for(state="visible")
    assert rule in problem.text_content()
    assert reader.page.locator("html.live-altered").count() == 0


def drop(reader, *dropped: Path) -> None:
    """Drop files or a folder from the desktop onto the panel's head, with the list of tables closed."""
    session = reader.page.context.new_cdp_session(reader.page)
    box = reader.page.locator(".live-panel h2").bounding_box()
    data = {"items": [], "files": [str(path) for path in dropped], "dragOperationsMask": 1}
    at = {"x": box["x"] + 5, "y": box["y"] + 5, "data": data}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind} | at)


def told(reader, words: str) -> str:
    """What the panel says, once it says these words and one can see it."""
    found = reader.page.locator(".live-reading, .live-editor .live-problem", has_text=words)
    found.wait_for(state="visible")
    return found.text_content()


def test_a_folder_is_dropped_as_it_is(reader, tmp_path):
    """As `take` writes it: some tables, whole or with the edited columns alone, and what explains them."""
    folder = tmp_path / "mine"
    (folder / "charts").mkdir(parents=True)
    (folder / "arrivals_korea_yearly.csv").write_text("year,persons,female\n2018,1140,972\n")
    weapons = (
        (paths.DATA / "weapons_tests.csv").read_text().replace("1998,1,1,0,1,", "1998,2,1,0,1,")
    )
    (folder / "weapons_tests.csv").write_text(weapons)
    (folder / "parameters.csv").write_text("name,value\nborder_baseline_first_year,2003\n")
    (folder / "README.md").write_text("# What was taken\n")
    (folder / "differences.txt").write_text("2018: 1137, now 1140\n")
    drop(reader, folder)
    said = told(reader, "merged by key")
    assert "the folder mine: 3 tables (arrivals_korea_yearly, parameters, weapons_tests)" in said
    assert "differences.txt, charts/: not named like a table, passed over" in said
    assert "README" not in said
    scenario = reader.page.evaluate("briefLivePanel.scenario")
    assert scenario["p"] == {"border_baseline_first_year": 2003}
    assert scenario["t"]["weapons_tests"]["set"] == [["1998", {"missile_flights": 2}]]
    changed = scenario["t"]["arrivals_korea_yearly"]
    assert changed == {"set": [["2018", {"female": 972, "persons": 1140}]], "cut": [], "add": []}
    reader.page.get_by_role("button", name="Undo").click()
    reader.page.wait_for_selector("html:not(.live-altered)")


def test_of_several_files_all_are_taken_or_none(reader, tmp_path):
    good, bad = tmp_path / "arrivals_korea_yearly.csv", tmp_path / "weapons_tests.csv"
    good.write_text("year,note\n2018,seen\n")
    bad.write_text("year,missile_flights\n1998,-2\n")
    drop(reader, good, bad)
    assert "weapons_tests.csv: Not taken" in told(reader, "missile_flights = -2")
    assert reader.page.locator("html.live-altered").count() == 0
    bad.write_text("year,missile_flights\n1998,2\n")
    reader.page.locator(".live-file").set_input_files([good, bad])
    reader.page.wait_for_selector("html.live-altered")
    assert "2 files: 2 tables (arrivals_korea_yearly, weapons_tests)" in told(reader, "2 tables")


def test_a_publishers_own_file_is_told_what_takes_it(reader, tmp_path):
    reader.page.evaluate("""() => { briefLivePanel.pack.official = [{ name: "x", publisher: "UNHCR",
      what: "asylum decisions", header: ["Year", "Country of origin (ISO)"], without: [] }]; }""")
    file = tmp_path / "query data.csv"
    file.write_text("Year,Country of origin (ISO),Total decisions\n2018,PRK,5\n")
    terms = tmp_path / "terms.txt"
    terms.write_text("Terms of use\n")
    command = '`python3 run.py take "query data.csv" --into mine`'
    for dropped in ([file], [file, terms]):
        drop(reader, *dropped)
        assert "(UNHCR): asylum decisions." in told(reader, command)
        reader.page.evaluate("briefLivePanel.editor.tell()")
    assert reader.page.locator("html.live-altered").count() == 0


def test_edits_are_pasted_with_their_header(reader):
    reader.show_table("arrivals_korea_yearly")
    reader.grid_cell("2009", "note").click()
    reader.page.evaluate(PASTE, "year\tnote\n2018\tseen\n2017\t\n")
    reader.page.wait_for_selector("html.live-altered")
    assert change_of(reader, "arrivals_korea_yearly")["set"][-1] == ["2018", {"note": "seen"}]
    assert "only year and note, so merged by key" in told(reader, "merged by key")


def test_cells_are_pasted_from_a_spreadsheet(reader):
    reader.show_table("admissions_us")
    cell = reader.grid_cell("fiscal_year|2008", "persons")
    cell.click()
    reader.page.evaluate("""() => { const data = new DataTransfer(); data.setData('text/plain', '40\\n41\\n');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }""")
    reader.page.wait_for_selector("html.live-altered")
    assert reader.page.evaluate(
        "briefLivePanel.scenario.t.admissions_us.set.map(([key, cells]) => cells.persons)"
    ) == [40, 41]


PASTE = """(text) => { const data = new DataTransfer(); data.setData('text/plain', text);
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"""


def change_of(reader, table: str) -> dict:
    return reader.page.evaluate("(name) => briefLivePanel.scenario.t[name]", table)


def test_a_line_break_in_a_copied_cell_stays_in_its_cell(reader):
    reader.show_table("arrivals_korea_yearly")
    reader.grid_cell("2009", "note").click()
    reader.page.evaluate(PASTE, '"one\ntwo ""so"""\nthree\n')
    reader.page.wait_for_selector("html.live-altered")
    change = change_of(reader, "arrivals_korea_yearly")
    assert change["set"] == [["2009", {"note": 'one\ntwo "so"'}], ["2010", {"note": "three"}]]
    assert change["add"] == [] and change["cut"] == []


def test_rows_are_pasted_past_those_that_are_shown(reader, opened):
    table = next(t for t in opened.tables.values() if len(t.rows) > 50 and "note" in t.columns)
    reader.show_table(table.name)
    reader.page.locator('.live-grid td[data-column="note"]').first.click()
    reader.page.evaluate(PASTE, "\n".join(f"note {i}" for i in range(45)))
    reader.page.wait_for_selector("html.live-altered")
    change = change_of(reader, table.name)
    assert (len(change["set"]), change["add"], change["cut"]) == (45, [], [])


@pytest.mark.parametrize(
    "pasted, told",
    [
        ("1\t2\t3\t4\t5\t6\t7\t8\t9", "to the table's right edge"),
        ("7\n" * 200_000, "at most 20,000 rows in the page"),
        ("1" * 160_000 + "x", "a whole number"),
        ("1\n" * 3 + "many", "row 4 of what was pasted"),
    ],
    ids=["wider", "200,000 lines", "a number of 160,000 digits", "a wrong cell"],
)
def test_a_paste_that_does_not_fit_is_refused_in_words(reader, pasted, told):
    reader.show_table("arrivals_korea_yearly")
    reader.grid_cell("2009", "persons").click()
    reader.page.evaluate(PASTE, pasted)
    problem = reader.page.locator(".live-editor .live-problem")
    problem.wait_for(state="visible")
    assert told in problem.text_content()
    assert reader.page.locator("html.live-altered").count() == 0


def test_a_file_of_the_korean_code_page_is_read_and_said(reader, opened, tmp_path):
    file = tmp_path / "arrivals_korea_yearly.csv"
    text = CSV_WITH_SCRIPT.replace("SOURCE", first_source(opened)).split(",one_source,")[0]
    file.write_bytes(
        f"sep=;\n{text.replace(',', ';')};one_source;통일부 발표 자료\n".encode("cp949")
    )
    reader.page.locator(".live-file").set_input_files(file)
    reader.page.wait_for_selector("html.live-altered")
    assert change_of(reader, "arrivals_korea_yearly")["set"][0][1]["note"] == "통일부 발표 자료"
    wanted = "the Korean code page (CP949), semicolons"
    reading = reader.page.locator(".live-reading", has_text=wanted)
    reading.wait_for(state="attached")
    assert reading.get_attribute("hidden") is None


def test_a_workbook_is_told_which_command_reads_it(reader, tmp_path):
    file = tmp_path / "arrivals_korea_yearly.csv"
    file.write_bytes(b"PK\x03\x04 a workbook")
    reader.page.locator(".live-file").set_input_files(file)
    problem = reader.page.locator(".live-editor .live-problem", has_text="run.py check")
    problem.wait_for(state="attached")
    assert "a workbook" in problem.text_content() and problem.get_attribute("hidden") is None


def test_the_browser_knows_every_letter_of_the_korean_code_page(reader):
    """WHATWG's euc-kr is CP949, code by code; the test of the two doors has it from Python."""
    known = reader.page.evaluate("""() => {
      const decoder = new TextDecoder('euc-kr', { fatal: true }), found = [];
      for (let a = 0x80; a < 0x100; a++) for (let b = 0; b < 0x100; b++) {
        try { found.push(decoder.decode(Uint8Array.of(a, b))); } catch { found.push(null); }
      }
      return found;
    }""")
    for index, letter in enumerate(known):
        pair = bytes([0x80 + index // 256, index % 256])
        try:
            assert pair.decode("cp949") == letter, pair.hex()
        except UnicodeDecodeError:
            assert letter is None, pair.hex()


def test_rows_say_which_of_all_they_are(reader):
    reader.show_table("arrivals_korea_yearly")
    rows = reader.page.evaluate(
        "[...document.querySelectorAll('.live-grid tr')].map((r) => r.getAttribute('aria-rowindex'))"
    )
    assert rows == [str(i) for i in range(1, len(rows) + 1)] and len(rows) > 20


# What the reader means, and what waits


def type_into(reader, key: str, column: str, text: str):
    reader.grid_cell(key, column).click()
    reader.page.keyboard.type(text)
    reader.page.keyboard.press("Enter")


def yearly(opened, year: int) -> dict:
    return next(row for row in rows_of(opened, "arrivals_korea_yearly") if row["year"] == year)


def test_a_total_follows_its_parts(reader, opened):
    """The first edit that comes to mind: more women in one year."""
    was = yearly(opened, 2023)
    reader.show_table("arrivals_korea_yearly")
    type_into(reader, "2023", "female", "3000")
    reader.page.wait_for_selector("html.live-altered")
    total = 3000 + was["male"]
    assert change_of(reader, "arrivals_korea_yearly")["set"] == [
        ["2023", {"female": 3000, "persons": total}]
    ]
    assert f"all arrivals {was['persons']} → {total:,}" in told(reader, "The total follows")
    listed = reader.page.locator(".live-altered-list").text_content()
    assert f"2023, women and girls: {was['female']} → 3,000" in listed
    assert "Arrivals in South Korea by year and sex" in listed
    reader.page.get_by_role("button", name="Undo").click()
    reader.page.wait_for_selector("html:not(.live-altered)")


def test_what_would_make_a_row_fit_is_offered(reader, opened):
    was = yearly(opened, 2023)
    reader.show_table("arrivals_korea_yearly")
    type_into(reader, "2023", "persons", "3000")
    offers = reader.page.locator(".live-offers button")
    reader.page.locator(".live-offers").wait_for(state="visible")
    women = 3000 - was["male"]
    assert offers.all_text_contents() == [
        f"Set the total to {was['persons']}",
        f"Set men and boys to {3000 - was['female']:,}",
        f"Set women and girls to {women:,}",
    ]
    offers.last.click()
    reader.page.wait_for_selector("html.live-altered")
    assert change_of(reader, "arrivals_korea_yearly")["set"] == [
        ["2023", {"female": women, "persons": 3000}]
    ]
    reader.page.locator(".live-offers").wait_for(state="hidden")


def test_an_edit_that_waits_is_said_until_it_is_taken_or_given_up(reader):
    page, waiting = reader.page, reader.page.locator(".live-waiting")
    reader.show_table("arrivals_korea_yearly")
    type_into(reader, "2009", "persons", "many")
    waiting.wait_for(state="visible")
    assert "1 edit waiting" in waiting.text_content()
    assert "Nothing yet" not in page.locator(".live-panel").text_content()
    page.get_by_role("button", name="Close").click()
    button = page.locator(".live-open-button:visible").first
    assert button.text_content() == "Change the data (1 edit waiting)"
    button.click()
    assert waiting.is_visible()
    reader.show_table("admissions_us")
    assert waiting.is_visible(), "another table does not make it go away"
    page.get_by_role("button", name="Show it").click()
    assert page.evaluate("document.activeElement.dataset.column") == "persons"
    assert "many" in page.evaluate("document.activeElement.textContent")
    page.get_by_role("button", name="Undo").click()
    waiting.wait_for(state="hidden")
    assert not page.locator(".live-editor .live-problem").is_visible()
    assert page.locator(".live-open-button:visible").first.text_content() == "Change the data"
    assert "Nothing yet" in page.locator(".live-panel").text_content()


def test_rules_are_told_in_words(opened):
    from tests.tables.test_rule_words import SQL

    for name, table in live.pack(opened)["tables"].items():
        for rule, entry in table["rules"].items():
            assert not SQL.search(entry["allowed"]), f"{name}.{rule}: {entry['allowed']}"


def test_the_reason_that_a_preset_leads_to_is_true(opened):
    """Who was returned is missing there, not when the border was shut."""
    from brief.tables import alterations

    sql = opened.wordings["alterations"]["everyone_caught_is_let_go"]["sql"]
    connection = opened.connection
    with alterations.altered(connection, sql):
        (dates,) = connection.execute(
            "select closed_on is not null and opened_on is not null from china_door"
        ).fetchone()
        found = claims.load_claims(connection, opened.wordings, claims.load_numbers(connection))
    said = found["china.pyongyang_holds_door"]
    assert dates and said.case == "unknown"
    assert "every dated return" in said.sentence


@pytest.mark.parametrize("page", ["30_china", "40_engagement"])
def test_a_chapters_own_tables_come_first_under_names_that_people_read(chrome, root, page):
    own = {"30_china": "repatriation_episodes", "40_engagement": "inter_korean"}
    visitor = Reader(chrome, root, f"chapters/{page}.html").open()
    names = visitor.page.evaluate(
        "[...document.querySelectorAll('.live-panel select option')].map((o) => [o.value, o.text])"
    )
    assert names[0][0] == own[page]
    assert visitor.page.evaluate("briefLivePanel.editor.name") == own[page]
    assert not [text for _, text in names if "_" in text]
    labels = visitor.page.locator(".live-parameter label").all_text_contents()
    assert labels and not [text for text in labels if "_" in text]
    visitor.close()


def test_that_a_page_rests_on_nothing_altered_is_said_where_it_is_true(chrome, root):
    visitor = Reader(chrome, root, "chapters/30_china.html").open()
    said = visitor.page.locator(".live-changes > .live-note")
    assert visitor.propose(set_scenario("repatriation_episodes", "E01", note="x")) is None
    assert "though it rests on what was altered" in said.text_content()
    assert visitor.propose({"p": {"uk_stock_window_years": 11}, "t": {}}) is None
    assert "it does not rest on what was altered" in said.text_content()
    visitor.close()


def test_the_column_that_is_edited_lies_under_nothing(chrome, root):
    for width in (1440, 360):
        visitor = Reader(chrome, root, "chapters/40_engagement.html", width=width).open()
        visitor.show_table("budget_korea")
        cell = visitor.page.locator('.live-grid td[data-column="budget_bn_won"]').first
        cell.scroll_into_view_if_needed()
        visitor.page.locator('.live-grid td[data-column="item"]').first.focus()
        visitor.page.keyboard.press("ArrowRight")
        assert visitor.page.evaluate("""() => {
          const cell = document.activeElement, box = cell.getBoundingClientRect();
          return cell.dataset.column === 'budget_bn_won' && [0.1, 0.5, 0.9].every((part) =>
            cell === document.elementFromPoint(box.left + part * box.width, box.top + box.height / 2));
        }"""), width
        visitor.close()


# In view

PHONE = {"width": 360, "height": 740}
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
CALM = {"reduced_motion": "reduce"}
# Whether a flipped sentence of the text can be read: below the bar, above a sheet.
SEEN = """() => {
  const bar = document.querySelector('.live-bar').getBoundingClientRect().bottom;
  const sheet = document.querySelector('.live-panel').getBoundingClientRect();
  const end = sheet.left < 1 ? sheet.top : innerHeight;
  return [...document.querySelectorAll('.brief-claim.live-moved, .claim-card.live-moved')].some((el) => {
    const box = el.getBoundingClientRect();
    return box.height && box.top >= bar && box.top + Math.min(box.height, 60) <= end;
  });
}"""


@pytest.mark.parametrize("window", [CALM, TOUCH], ids=["wide", "phone"])
def test_what_an_action_changed_comes_into_view(chrome, root, presets, window):
    visitor = Reader(chrome, root, **window).open()
    page = visitor.page
    page.get_by_text("What would have to be true?", exact=True).click()
    offered = page.locator(".live-presets .live-note").all_inner_texts()
    assert offered and all(
        " hold." in said or "holds." in said or "told." in said for said in offered
    )
    page.locator(".live-presets button").filter(
        has_text=presets["americans_admitted_more"]["what"]
    ).click()
    page.wait_for_selector("html.live-altered")
    real.wait_until(page, SEEN)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".live-buttons").get_by_role("button", name="Undo").click()
    page.wait_for_selector("html:not(.live-altered)")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".live-buttons").get_by_role("button", name="Redo").click()
    real.wait_until(page, SEEN)
    visitor.close()


def test_the_focus_stays_where_the_reader_is(chrome, root):
    visitor = Reader(chrome, root, **CALM).open()
    visitor.show_table("arrivals_korea_yearly")
    type_into(visitor, "2009", "note", "seen")
    visitor.page.wait_for_selector("html.live-altered")
    assert visitor.page.evaluate("document.activeElement.closest('.live-grid') !== null")
    visitor.close()


def test_on_a_phone_the_page_answers_above_a_sheet(chrome, root):
    visitor = Reader(chrome, root, **TOUCH).open()
    sheet = visitor.page.locator(".live-panel")
    assert sheet.bounding_box()["height"] <= 0.45 * PHONE["height"] + 1
    visitor.page.get_by_role("button", name="Lower").click()
    assert sheet.bounding_box()["height"] <= 0.2 * PHONE["height"]
    assert visitor.page.locator(".live-status").is_visible()
    visitor.page.get_by_role("button", name="Raise").click()
    assert sheet.bounding_box()["height"] > 0.3 * PHONE["height"]
    visitor.close()


SMALL_TARGETS = """() => [...document.querySelectorAll('.live-open-button, .live-bar button, :is(.live-panel) :is(button, select, summary, a, label.live-button, input:not([type=file]), td[data-column])')]
  .map((el) => [el, el.getBoundingClientRect()]).filter(([, box]) => box.width && (box.height < 43.9 || box.width < 43.9))
  .map(([el, box]) => `${el.className || el.tagName} ${el.textContent.slice(0, 30)}: ${box.width} by ${box.height}`)"""


def test_targets_are_large_enough_for_a_finger(chrome, root, presets):
    visitor = Reader(chrome, root, **TOUCH).open()
    visitor.propose(presets["americans_admitted_more"]["scenario"])
    visitor.page.evaluate(
        "() => document.querySelectorAll('.live-panel details').forEach((fold) => { fold.open = true; })"
    )
    visitor.show_table("arrivals_korea_yearly")
    type_into(visitor, "2009", "persons", "3000")
    visitor.page.locator(".live-offers").wait_for(state="visible")
    assert visitor.page.evaluate(SMALL_TARGETS) == []
    visitor.close()


def test_the_panel_is_reached_with_the_second_key(chrome, root):
    visitor = Reader(chrome, root)
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Change the data"
    visitor.page.keyboard.press("Enter")
    visitor.ready()
    assert visitor.page.locator(".live-panel").is_visible()
    visitor.close()


def test_undo_takes_the_refusal_away(reader):
    reader.propose({"p": {"tolerance_pct": 1}, "t": {}})
    reader.show_table("arrivals_korea_yearly")
    reader.grid_cell("2009", "persons").click()
    reader.page.keyboard.type("many")
    reader.page.keyboard.press("Enter")
    problem = reader.page.locator(".live-editor .live-problem")
    problem.wait_for(state="visible")
    reader.page.get_by_role("button", name="Undo").click()
    problem.wait_for(state="hidden")


EMPTIED = ("sources", "parameters")  # without these nothing is an edition


@pytest.mark.parametrize("page", ["chapters/10_resettlement.html", "chapters/80_claims.html"])
def test_the_page_answers_with_any_one_table_empty(chrome, root, opened, page):
    visitor = Reader(chrome, root, page).open()
    for name in opened.tables:
        if name in EMPTIED:
            continue
        refused = visitor.page.evaluate(
            """async (name) => {
              const { tables } = briefLivePanel.pack;
              const scenario = { p: {}, t: { [name]: { set: [], add: [], cut: [...tables[name].place.keys()] } } };
              const refused = await briefLivePanel.propose(scenario, {});
              await briefLivePanel.drawn;
              return refused && refused.found;
            }""",
            name,
        )
        assert refused is None, f"{name}: {refused}"
    visitor.close()


def test_a_page_whose_tables_were_built_empty_opens(chrome, root, opened):
    """As a build writes them: a table without a body. Filled again, it has the rows of the data."""
    visitor = Reader(chrome, root)
    visitor.page.evaluate(
        "() => document.querySelectorAll('table tbody').forEach((body) => body.remove())"
    )
    visitor.open()
    assert (
        visitor.propose(set_scenario("arrivals_korea_yearly", "2009", female=1252, persons=1914))
        is None
    )
    visitor.close()


def test_a_computation_that_takes_too_long_is_ended(reader):
    reader.page.evaluate("() => { briefLivePanel.client.seconds = 0.001; }")
    refused = reader.propose(
        set_scenario("arrivals_korea_yearly", "2009", female=1252, persons=1914)
    )
    assert "seconds" in refused
    assert reader.page.locator("html.live-altered").count() == 0
    reader.page.evaluate("() => { briefLivePanel.client.seconds = 30; }")
    assert (
        reader.propose(
            set_scenario("arrivals_korea_yearly", "2009", male=0, female=1000, persons=1000)
        )
        is None
    ), "the engine starts anew"


# As a page that takes longer than any limit on an altered state: every wait of one to ten seconds is over at once.
SLOW_MACHINE = "(() => { const real = window.setTimeout; window.setTimeout = (f, ms, ...rest) => real(f, ms >= 1000 && ms <= 10000 ? 0 : ms, ...rest); })()"


def test_the_page_opens_on_a_machine_slower_than_the_limit(chrome, root):
    visitor = Reader(chrome, root)
    visitor.page.evaluate(SLOW_MACHINE)
    visitor.open()
    visitor.close()


def test_a_slow_machine_may_take_ten_times_as_long_as_for_the_published_data(reader):
    limits = reader.page.evaluate("""async () => {
      const client = briefLivePanel.client, ask = client.ask;
      client.seconds = 0.001;
      client.ask = () => new Promise((done) => setTimeout(done, 1100));
      await client.askFirst({});
      client.ask = ask;
      return client.seconds;
    }""")
    assert limits >= 11


# Links and files


def test_a_shared_link_opens_altered_and_says_so(chrome, root, presets, reader):
    reader.propose(presets["americans_admitted_more"]["scenario"])
    reader.page.get_by_role("button", name="Share").click()
    box = reader.page.locator(".live-link")
    box.wait_for()
    address, first = box.input_value(), reader.texts()
    assert "#live=" in address and len(address) < 600
    other = Reader(chrome, root, address.removeprefix(root)).ready()
    other.page.wait_for_selector("html.live-altered")
    assert settles(other.texts, first) == first
    other.page.wait_for_timeout(500)
    assert other.texts() == first
    other.close()


HOSTILE = {
    "not base64": "%%%%",
    "not packed": "AAAA",
    "not JSON": link_of(b"<script>alert(1)</script>"),
    "no object": link_of([1]),
    "another form": link_of({"v": 99, "p": {}, "t": {}}),
    "an unknown table": link_of({"v": 1, "t": {"sqlite_schema": {"add": [[1]]}}}),
    "a prototype": link_of(b'{"v":1,"t":{"__proto__":{"add":[[1]]}},"p":{"__proto__":1}}'),
    "a constructor": link_of({"v": 1, "t": {"constructor": {}}, "p": {}}),
    "SQL as a column": link_of(
        {
            "v": 1,
            "t": {
                "admissions_us": {
                    "set": [["fiscal_year|2008", {"persons = 1; drop table admissions_us; --": 1}]]
                }
            },
        }
    ),
    "an unknown row": link_of({"v": 1, "t": {"admissions_us": {"cut": ["' or 1=1 --"]}}}),
    "text for a number": link_of(
        {
            "v": 1,
            "t": {
                "admissions_us": {
                    "set": [["fiscal_year|2008", {"persons": "<img src=x onerror=alert(1)>"}]]
                }
            },
        }
    ),
    "a parameter out of range": link_of({"v": 1, "p": {"tolerance_pct": 1e9}}),
    "a bomb": link_of(b'{"v":1,"x":"' + b"0" * 30_000_000 + b'"}'),
    "an endless list": link_of(
        {"v": 1, "t": {"admissions_us": {"cut": ["fiscal_year|2008"] * 9000}}}
    ),
    "too long": "A" * 70_000,
    "a name that turns its direction": link_of({"v": 1, "p": {"paid \u202e001\u200b": 1}}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_link_from_a_stranger_is_refused_in_words(chrome, root, name):
    visitor = Reader(chrome, root, f"{CHAPTER}#live={HOSTILE[name]}").ready()
    problem = visitor.page.locator(".live-head .live-problem")
    problem.wait_for(state="visible")
    assert "Not taken" in problem.text_content()
    assert not set(problem.text_content()) & set("\u202e\u200b"), "what steers is spelt out"
    assert (
        visitor.page.locator("html.live-altered").count() == 0
        and visitor.page.locator(".live-panel img").count() == 0
    )
    visitor.close()


def test_a_link_that_changes_nothing_is_the_published_page(chrome, root, opened):
    tolerance = dict(opened.connection.execute("select name, value from parameters"))[
        "tolerance_pct"
    ]
    empty = {
        "v": 1,
        "p": {"tolerance_pct": tolerance},
        "t": {"admissions_us": {"set": [["fiscal_year|2008", {}]]}},
    }
    visitor = Reader(chrome, root, f"{CHAPTER}#live={link_of(empty)}").ready()
    assert visitor.page.locator("html.live-altered").count() == 0
    assert "changes nothing" in visitor.page.locator(".live-status").text_content()
    visitor.close()


@pytest.mark.parametrize("address", ["#%", "#%E0%A4%A", "#no-such-place"])
def test_an_address_that_leads_nowhere_is_no_error(chrome, root, address):
    visitor = Reader(chrome, root, CHAPTER + address)
    visitor.traffic.rest()
    visitor.close()


def test_a_download_says_that_it_holds_formulas(reader):
    formula = '=HYPERLINK("https://example.org","here")'
    assert reader.propose(set_scenario("arrivals_korea_yearly", "2009", note=formula)) is None
    with reader.page.expect_download():
        reader.page.get_by_role("button", name="Download").click()
    said = reader.page.locator(".live-shared").text_content()
    assert "1 cell that a spreadsheet would take for a formula" in said


def test_the_page_of_an_altered_edition_never_calls_its_data_published(
    chrome, altered_book, tmp_path
):
    """And what is downloaded there holds what that edition altered itself, not the reader's changes alone."""
    import io
    import zipfile

    visitor = Reader(chrome, (altered_book / "html").as_uri() + "/").open()
    try:
        page = visitor.page
        assert "published" not in page.locator(".live-status").text_content().lower()
        assert not page.get_by_role("button", name="Back to the published data").count()
        page.evaluate("briefLivePanel.propose({ p: { relations_window_days: 180 }, t: {} }, {})")
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Download").first.click()
        packed = zipfile.ZipFile(io.BytesIO(downloading.value.path().read_bytes()))
        names = {name.rpartition("/")[2] for name in packed.namelist()}
        assert {"arrivals_korea_yearly.csv", "parameters.csv"} <= names
    finally:
        visitor.close()


def test_a_download_becomes_an_altered_edition_by_one_command(reader, presets, tmp_path):
    scenario = presets["americans_admitted_more"]["scenario"] | {"p": {"tolerance_pct": 1}}
    assert reader.propose(scenario) is None
    said = {key: case for key, _, case in reader.texts()["claims"]}
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("button", name="Download").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    folder = tmp_path / "altered-data"
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "admissions_us.csv",
        "parameters.csv",
    ]
    run = subprocess.run(
        [sys.executable, "-m", "brief", "check", str(folder)],
        capture_output=True,
        text=True,
        cwd=paths.ROOT,
    )
    assert run.returncode in (0, 1), run.stderr
    from brief.editions import edition

    built = edition.open_edition(folder)
    assert {key: built.claims[key].case for key in said} == said
    published = edition.open_edition()
    for key, case in said.items():
        if case != published.claims[key].case:
            assert key in run.stdout, f"check names the flip of {key}:\n{run.stdout}"


def test_the_walk_of_a_sceptical_reader(reader, chrome, root, presets, tmp_path):
    """One refusal, one edit, one preset, one shared link, one download; pictures of each in build/shots/ for a person to look through."""

    def seen(name, visitor=reader):
        real.SHOTS.mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=real.SHOTS / f"walk-{name}.png")

    page = reader.page
    reader.show_table("arrivals_korea_yearly")
    reader.grid_cell("2009", "persons").click()
    page.keyboard.type("3000")
    page.keyboard.press("Enter")
    page.locator(".live-editor .live-problem").wait_for(state="visible")
    seen("1-refusal")
    reader.grid_cell("2009", "female").click()
    page.keyboard.type(str(3000 - int(reader.grid_cell("2009", "male").text_content())))
    page.keyboard.press("Enter")
    page.wait_for_selector("html.live-altered")
    assert "3,000" in page.locator("article").text_content()
    seen("2-edit")
    page.get_by_role("button", name="Back to the published data").first.click()
    page.wait_for_selector("html:not(.live-altered)")
    page.get_by_text("What would have to be true?", exact=True).click()
    page.locator(".live-presets button").filter(
        has_text=presets["americans_admitted_more"]["what"]
    ).click()
    page.wait_for_selector("html.live-altered")
    seen("3-preset")
    page.get_by_role("button", name="Share").click()
    link = page.locator(".live-link")
    link.wait_for()
    other = Reader(chrome, root, link.input_value().removeprefix(root)).ready()
    other.page.wait_for_selector("html.live-altered")
    assert other.page.title().startswith("ALTERED")
    seen("4-shared-link", other)
    other.close()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    waiting.value.save_as(tmp_path / "altered.zip")
    with zipfile.ZipFile(tmp_path / "altered.zip") as packed:
        packed.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "brief", "check", str(tmp_path / "altered-data"), "--strict"],
        capture_output=True,
        text=True,
        cwd=paths.ROOT,
    )
    assert done.returncode == 1 and any(
        key in done.stdout for key in presets["americans_admitted_more"]["flips"]
    ), done.stdout + done.stderr
    (real.SHOTS / "walk-5-check.txt").write_text(done.stdout, encoding="utf-8")


# For everyone


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (1440, "dark"), (360, "light")])
def test_the_open_panel_breaks_no_rule_of_accessibility(chrome, root, presets, width, scheme):
    visitor = Reader(chrome, root, width=width, scheme=scheme).open()
    visitor.propose(presets["fewer_reached_the_south"]["scenario"])
    visitor.page.evaluate(
        "() => document.querySelectorAll('.live-panel details').forEach((fold) => { fold.open = true; })"
    )
    visitor.page.wait_for_timeout(400)
    real.SHOTS.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=real.SHOTS / f"live-{width}-{scheme}.png")
    wider = visitor.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0, f"the page is {wider} px wider than the window"
    visitor.page.evaluate(real.AXE.read_text(encoding="utf-8"))
    assert visitor.page.evaluate(real.RUN_AXE, real.EVERY_RULE) == []
    visitor.close()


def test_the_policy_of_the_pages_stands(published_book):
    text = (published_book / "html" / CHAPTER).read_text(encoding="utf-8")
    assert (
        "script-src 'self' 'wasm-unsafe-eval'" in text
        and "'unsafe-eval'" not in text.replace("'wasm-unsafe-eval'", "")
        and "'unsafe-inline'" not in text
    )


def test_no_script_writes_markup():
    for path in sorted(live.SOURCES.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert word not in text, f"{path.name} uses {word}: whatever data say is shown as text"


def test_words_of_the_page_are_those_of_python(opened):
    assert opened.wordings and live.MARK == "Altered edition: these are not the published figures."
    altered = type(opened)(opened.tables, opened.connection, None)
    assert altered.mark == live.MARK
    for key, entry in opened.wordings["claims"].items():
        for case in ("holds", "fails", "unknown"):
            if entry.get(case):
                import re

                ours = entry[case]
                for pattern, put in live.TYPESET:
                    ours = re.sub(pattern, put.replace("$1", r"\1"), ours)
                assert " ".join(ours.split()) == " ".join(typeset(entry[case]).split()), key


def test_formats_in_sql_are_those_of_python(opened):
    """Every cell of every view, and the ties that round in two ways."""
    from brief.site import frame
    from brief.site.outputs import plain

    values = {
        v
        for view in database.view_names(opened.connection)
        for row in opened.connection.execute(f'select * from "{view}"')
        for v in row
        if isinstance(v, (int, float))
    }
    values |= {
        0.125,
        0.375,
        12.25,
        12.75,
        1.125,
        112.5,
        113.5,
        0.0625,
        1.145,
        12.125,
        1000.5,
        1001.5,
        -12.25,
        0.5,
        1e-7,
        2.5,
        123456.5,
        2e6,
        -3.0,
    }
    for value in sorted(values):
        for is_year in (True, False):
            assert opened.connection.execute(
                f"select {live.shown(is_year).replace('{c}', '?1')}", (value,)
            ).fetchone()[0] == frame.shown(value, is_year), value
        assert opened.connection.execute(f"select {live.plain('?1')}", (value,)).fetchone()[
            0
        ] == plain(value), value


def test_credits_and_small_print_are_those_of_python(opened, published_book):
    """The queries that the page asks give, on the published data, what Python wrote."""
    for key, bundle in bundles(published_book).items():
        tables = [
            t
            for view in figures.named_views(bundle["spec"])
            for t in database.tables_read(opened.connection, view)
            if t not in ("parameters", "sources")
        ]
        (text,) = opened.connection.execute(
            live.credit_query(translations.IN_ENGLISH), (json.dumps(list(dict.fromkeys(tables))),)
        ).fetchone()
        assert bundle["credit"] == text + bundle.get("note", ""), key


def bundles(folder: Path) -> dict[str, dict]:
    from tests.conftest import figure_bundles

    return figure_bundles(folder)

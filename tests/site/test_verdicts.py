"""How the commentary fares and what we find: two things, counted in a strip, listed in one ledger.

No sign denies the sentence that it stands by; the strip counts what the claims say; the ledger sorts
and filters; no finding that opens the brief is a fragile one.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from brief import paths
from brief.analysis import claims, stability
from brief.site import live, verdicts
from brief.tables import alterations, entries
from tests import browser as real
from tests.pdf_pages import page_texts
from tests.site.test_live import Reader

STRIPPED = ("index.html", "chapters/00_summary.html", "chapters/80_claims.html")
DENIALS = re.compile(r"does not hold|doesn.t hold", re.IGNORECASE)
ESSAY = {
    "question": "Did it?",
    "origin": "essay",
    "essay": "It did.",
    "over": "meals",
    "value": "n",
    "bound": "0",
    "true_when": "value > bound",
    "holds": "It did.",
    "fails": "It did not.",
    "unknown": "Nobody knows.",
    "fares": {"holds": "supported", "fails": "overstated", "unknown": "cannot be told"},
}


# The entries


def test_a_claim_of_the_commentary_fares_one_of_four_ways_in_each_case():
    assert entries.wrong_with("claims", ESSAY) == ""
    for fares in ({}, {"holds": "supported"}, ESSAY["fares"] | {"fails": "does not hold"}):
        wrong = entries.wrong_with("claims", ESSAY | {"fares": fares})
        assert "allowed: supported, overstated, not supported, cannot be told" in wrong
    unknown_case = ESSAY["fares"] | {"perhaps": "supported"}
    assert "'perhaps'" in entries.wrong_with("claims", ESSAY | {"fares": unknown_case})
    without = {key: value for key, value in ESSAY.items() if key != "essay"}
    assert "'essay'" in entries.wrong_with("claims", without)


def test_a_claim_of_our_own_judges_nobody():
    own = {key: value for key, value in ESSAY.items() if key not in ("essay", "fares")}
    own["origin"] = "brief"
    assert entries.wrong_with("claims", own) == ""
    for key in ("essay", "fares"):
        assert "only a claim of origin essay" in entries.wrong_with(
            "claims", own | {key: ESSAY[key]}
        )


def test_a_claim_is_read_with_claims_that_exist(tmp_path):
    import yaml

    file = tmp_path / "70_meals.yml"
    file.write_text(
        yaml.safe_dump({"claims": {"meals.rose": ESSAY | {"read_with": ["meals.fell"]}}})
    )
    with pytest.raises(entries.WordingError, match="there is no claim 'meals.fell'"):
        entries.parsed([file])


# The signs


def test_no_sign_denies_the_sentence_that_it_stands_by(opened):
    for key, claim in opened.claims.items():
        for case in ("holds", "fails"):
            its = replace(claim, case=case)
            if claim.entry["origin"] == "brief":
                assert (its.sign, its.label, its.verdict) == ("found", "What we find", ""), key
            elif not claim.entry.get("not_testable"):
                assert its.sign in verdicts.JUDGED, key
                assert claims.IN_PROSE[its.sign].startswith("The commentary: "), key
    assert not any(
        DENIALS.search(words) for words in (*claims.LABELS.values(), *claims.IN_PROSE.values())
    )
    assert not set(claims.SIGNS.values()) & set("×✕✗✘x")
    assert len(set(claims.SIGNS.values())) == len(claims.SIGNS)


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, #rrggbb, as WCAG counts it."""

    def light(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_sign_has_one_color_on_page_and_paper_and_can_be_read():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    css = (paths.WEB / "theme/brief/static/brief.css").read_text(encoding="utf-8")
    typst = (paths.ROOT / "brief/pdf/brief.typ").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in (
            css[css.index(":root {") : css.index("@media (prefers-color-scheme")],
            css[css.index(':root[data-theme="dark"]') : css.index("/* Ground */")],
        )
    )
    on_paper = dict(re.findall(r'"([\w-]+)": rgb\("(#[0-9a-f]{6})"\)', typst))
    for sign in claims.SIGNS:
        name = "open" if sign in ("open", "cannot-be-told") else sign
        assert on_paper[sign] == light[name], sign
        for theme in (light, dark):
            assert contrast(theme[name], theme["paper"]) >= 4.5, sign
            assert contrast(theme[name], theme["tint"]) >= 4.5, sign


def test_what_turned_is_said_of_the_commentary_or_of_our_finding():
    own = {"origin": "brief"}
    assert claims.turned(ESSAY, "holds", "fails") == "The commentary: supported → overstated"
    same = ESSAY | {"fares": ESSAY["fares"] | {"fails": "supported"}}
    assert claims.turned(same, "holds", "fails") == "The finding turned"
    assert claims.turned(own, "holds", "fails") == "The finding turned"
    assert claims.turned(own, "holds", "unknown") == "No longer to be told"
    assert claims.turned(own, "unknown", "fails") == "Can now be told"
    assert claims.turned(own, "absent", "fails") == "New"


def built_pages(book: Path) -> dict[str, str]:
    root = book / "html"
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.html"))
    }


def denied(text: str) -> list[str]:
    """Where a text says that a claim does not hold. What an edition said before a revision is
    quoted as it was.
    """
    flat = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    return DENIALS.findall(re.sub(r"Before: .*? Why: ", "", flat))


def test_nothing_that_is_built_says_does_not_hold(published_book, altered_book):
    assert denied("<b>Does not <i>hold</i></b>") and denied("It doesn&#39;t hold")
    assert not denied("Before: it does not hold. Why: nobody knows.")
    for book in (published_book, altered_book):
        found = {name: denied(text) for name, text in built_pages(book).items()}
        assert not any(found.values()), found
        for pdf in book.glob("*.pdf"):
            assert not [n for n, text in enumerate(page_texts(pdf), 1) if denied(text)], pdf.name


# The strip


def strip_of(text: str) -> dict[str, int]:
    """What the strip of a page counts, by sign."""
    return {sign: int(n) for sign, n in re.findall(r'data-tally="([\w-]+)">(\d+)<', text)}


def test_the_strip_counts_what_the_claims_say(opened, published_book):
    counted = claims.tally(opened.claims)
    of_the_commentary = [c for c in opened.claims.values() if c.entry["origin"] == "essay"]
    assert sum(counted.values()) == len(of_the_commentary) and list(counted) == list(
        verdicts.JUDGED
    )
    pages = built_pages(published_book)
    for name in STRIPPED:
        assert strip_of(pages[name]) == counted | {"all": len(of_the_commentary)}, name
    rows = re.findall(r'<tr role="row" class="claim-card [^"]*\bsign-([\w-]+)', pages[STRIPPED[2]])
    assert len(rows) == len(opened.claims)
    assert {sign: rows.count(sign) for sign in counted} == counted


def test_each_count_leads_into_the_ledger_without_scripts(published_book):
    pages = built_pages(published_book)
    for name in STRIPPED:
        for sign in verdicts.JUDGED:
            assert re.search(
                rf'href="(\.\./|chapters/)?(80_claims\.html)?#fares-{sign}"', pages[name]
            )
            assert f'id="fares-{sign}"' in pages[STRIPPED[2]]


def test_the_strip_of_an_altered_edition_counts_its_own(altered_book, altered_tables):
    from brief.editions import edition

    altered = claims.tally(edition.open_edition(altered_tables).claims)
    pages = built_pages(altered_book)
    for name in STRIPPED:
        assert strip_of(pages[name]) == altered | {"all": sum(altered.values())}, name


def turned_claims(opened, name: str) -> dict[str, claims.Claim]:
    """The claims under one of the named alterations."""
    sql = opened.wordings["alterations"][name]["sql"]
    with alterations.altered(opened.connection, sql):
        numbers = claims.load_numbers(opened.connection)
        return claims.load_claims(opened.connection, opened.wordings, numbers)


@pytest.mark.parametrize("name, sign", [("americans_admitted_more", "not-supported")])
def test_the_strip_follows_the_data(opened, name, sign):
    found = turned_claims(opened, name)
    strip = SimpleNamespace(
        env=SimpleNamespace(app=SimpleNamespace(brief_edition=SimpleNamespace(claims=found)))
    )
    (node,) = verdicts.FaresStrip.run(strip)
    assert node["counts"] == claims.tally(found) != claims.tally(opened.claims)
    assert node["counts"][sign] > claims.tally(opened.claims)[sign]


def test_the_strip_of_the_landing_page_follows_a_readers_edit(chrome, root, opened):
    name = "americans_admitted_more"
    scenario = {one["id"]: one["scenario"] for one in live.presets(opened)}[name]
    visitor = Reader(chrome, root, "index.html").open()
    assert visitor.propose(scenario) is None
    wanted = claims.tally(turned_claims(opened, name))
    said = visitor.texts()["tallies"]
    assert {sign: int(said[sign]) for sign in wanted} == wanted != claims.tally(opened.claims)
    assert visitor.page.locator(".fares-count.live-moved").count() == 2
    visitor.close()


# How firm


def fragile(swept: dict, keys: list[str]) -> list[str]:
    """Those of some claims that turn more often than they stay, or that nothing tried."""
    found = {key: stability.share(swept.get(key, {})) for key in keys}
    return [
        key for key, share in found.items() if share is None or stability.name(share) == "fragile"
    ]


def findings_on(text: str) -> list[str]:
    """The claims that a page's list of findings says."""
    listed = re.search(r":::+ ?\{container\} findings\n(.*?)\n:::", text, re.DOTALL)
    return re.findall(r"\{claim\}`([^`]+)`", listed[1]) if listed else []


def test_no_finding_that_opens_the_brief_is_fragile(opened):
    import json

    summary = json.loads((paths.CHAPTERS / "00_summary.ipynb").read_text(encoding="utf-8"))
    texts = {
        "index.md": (paths.ROOT / "index.md").read_text(encoding="utf-8"),
        "summary": "\n\n".join("".join(cell["source"]) for cell in summary["cells"]),
    }
    swept = opened.sweep.get("claims", {})
    assert swept, "the sweep is of another state. Run: python3 run.py publish --sweep"
    for name, text in texts.items():
        findings = findings_on(text)
        assert len(findings) == 5, (name, findings)
        assert not fragile(swept, findings), f"{name}: exchange what is fragile for what is not"
    broken = swept | {findings[2]: {"draws": 1000, "stays": 0.7, "stays_in": 200}}
    assert fragile(broken, findings) == [findings[2]]


def test_how_firm_a_claim_is_takes_the_lower_of_two_counts():
    hidden_by_pooling = {"draws": 1000, "stays": 0.4, "stays_in": 995}
    hidden_by_kinds = {"draws": 1000, "stays": 0.73, "stays_in": 200}
    assert stability.in_words(hidden_by_pooling) == "Fragile: stays in 40% of altered editions"
    assert stability.in_words(hidden_by_kinds) == "Fragile: stays in 20% of altered editions"
    almost = {"draws": 1000, "stays": 0.9999, "stays_in": 999}
    assert stability.in_words(almost) == "Firm: stays in 99% of altered editions"
    assert stability.in_words({}) == "" and stability.share({"draws": 0}) is None


def test_landing_and_summary_say_how_firm_each_finding_is(published_book):
    pages = built_pages(published_book)
    for name in STRIPPED[:2]:
        said = re.findall(r'class="firmness">([^<]+)<', pages[name])
        assert len(said) == 5, (name, said)
        assert all(re.match(r"(Firm|Fairly firm): stays in \d+% of altered", s) for s in said)


# The ledger, in a browser


@pytest.fixture(scope="module")
def root(published_book):
    with real.serving(published_book / "html") as address:
        yield address


@pytest.fixture
def ledger(chrome, root):
    page = real.patient(chrome.new_context(viewport={"width": 1280, "height": 900})).new_page()
    page.goto(root + STRIPPED[2])
    yield page
    page.context.close()


SHOWN = """() => [...document.querySelectorAll('table.claims tbody tr')].filter((r) => !r.hidden)
  .map((r) => [r.className, r.querySelector('.claim-firm').dataset.stays, r.dataset.chapter, r.textContent])"""


def test_a_count_on_the_landing_page_shows_its_claims(chrome, root, opened):
    page = real.patient(chrome.new_context()).new_page()
    page.goto(root + "index.html")
    page.locator(".fares-strip .sign-overstated a").click()
    page.wait_for_url("**/80_claims.html#fares-overstated")
    rows = page.evaluate(SHOWN)
    assert len(rows) == claims.tally(opened.claims)["overstated"]
    assert all("sign-overstated" in row[0] for row in rows)
    page.context.close()


def test_the_weakest_first_is_one_click(ledger):
    ledger.locator(".claims-weakest").click()
    stays = [float(row[1] or 2) for row in ledger.evaluate(SHOWN)]
    assert stays == sorted(stays) and stays[0] < stays[-1]
    ledger.locator("table.claims thead button", has_text="How firm").click()
    assert [float(row[1] or 2) for row in ledger.evaluate(SHOWN)] == stays[::-1]


def test_every_column_sorts_and_the_controls_filter(ledger, opened):
    for name, of in (("Question", 3), ("Chapter", 2)):
        ledger.locator("table.claims thead button", has_text=name).click()
        assert (
            ledger.locator('table.claims th[aria-sort="ascending"]').inner_text().startswith(name)
        )
    ledger.locator(".claims-chapter").select_option("30_china")
    rows = ledger.evaluate(SHOWN)
    wanted = [c for c in opened.claims.values() if c.entry["chapter"] == "30_china"]
    assert len(rows) == len(wanted) and {row[2] for row in rows} == {"30_china"}
    ledger.locator(".claims-words").fill("embass")
    fewer = ledger.evaluate(SHOWN)
    assert 0 < len(fewer) < len(rows) and all("embass" in row[3].lower() for row in fewer)
    assert (
        ledger.locator(".claims-tools .filter-count").inner_text().startswith(f"{len(fewer)} of ")
    )
    ledger.locator(".claims-words").fill("")
    ledger.locator(".claims-chapter").select_option("")
    ledger.locator(".claims-fares").select_option("ours")
    assert all(re.search(r"sign-(found|open)\b", row[0]) for row in ledger.evaluate(SHOWN))


def test_a_row_opens_by_the_keyboard_and_leads_on(ledger):
    row = ledger.locator("#claim-south-budget-shift")
    row.locator("summary").focus()
    ledger.keyboard.press("Enter")
    text = row.locator("details[open]").inner_text()
    assert all(words in text for words in ("The commentary:", "How it fares:", "What we find:"))
    assert row.locator("details a[href='#claim-engagement-defector-line-held']").count() == 1
    way = row.locator(".claim-where a").get_attribute("href")
    assert way == "40_engagement.html#claim-south-budget-shift"
    ledger.goto(re.sub(r"[^/]*$", way, ledger.url))
    assert ledger.locator("#claim-south-budget-shift").count() == 1


def test_a_link_to_a_claim_opens_it_whatever_was_filtered(ledger):
    ledger.locator(".claims-fares").select_option("overstated")
    ledger.evaluate("() => { location.hash = 'claim-engagement-defector-line-held'; }")
    row = ledger.locator("#claim-engagement-defector-line-held")
    row.locator("details[open]").wait_for()
    assert row.is_visible()


def test_each_claim_has_a_heading_and_the_table_its_roles(ledger, opened):
    assert ledger.locator("table.claims tbody tr > th h3").count() == len(opened.claims)
    assert ledger.get_by_role("row").count() >= len(opened.claims)
    assert ledger.get_by_role("rowheader").count() == len(opened.claims)


def test_the_ledger_is_short_on_a_phone_and_whole_without_scripts(chrome, root, opened):
    context = chrome.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = real.patient(context).new_page()
    page.goto(root + STRIPPED[2])
    assert page.locator("table.claims tbody tr").count() == len(opened.claims)
    assert page.locator(".claims-tools").is_hidden()
    row = page.locator("#claim-south-budget-shift")
    row.locator("summary").click()
    assert row.locator(".claim-text").is_visible()
    row.locator("summary").click()
    box = page.locator("main").bounding_box()
    assert box["height"] < 15 * 740, f"{box['height'] / 740:.1f} screens"
    context.close()

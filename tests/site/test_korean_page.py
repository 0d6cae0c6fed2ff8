"""The summary in Korean, as a page and as a PDF: what it says of itself, and that it follows the data as the English one
does.
"""

from __future__ import annotations

import re

import pytest

from brief import paths
from brief.analysis import options, translations
from brief.editions.imprint import file_name
from brief.site import live
from brief.tables import database
from tests import browser as real
from tests import pdf_pages, pdf_tags
from tests.site.test_live import ALTERATIONS, Reader, typeset

PAGE = "chapters/00_summary_ko.html"


@pytest.fixture(scope="module")
def page(published_book) -> str:
    return (published_book / "html" / PAGE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def root(published_book):
    with real.serving(published_book / "html") as address:
        yield address


def test_it_says_its_language_and_where_the_english_one_is(page, published_book):
    assert '<html lang="ko"' in page
    for name, content in (
        ("og:locale", "ko_KR"),
        ("DC.language", "ko"),
        ("citation_language", "ko"),
    ):
        assert re.search(rf'="{name}" content="{content}"', page), name
    assert '<link rel="alternate" hreflang="en" href="00_summary.html">' in page
    english = (published_book / "html" / "chapters" / "00_summary.html").read_text(encoding="utf-8")
    assert '<link rel="alternate" hreflang="ko" href="00_summary_ko.html">' in english
    assert '<html lang="en"' in english


def test_it_says_that_it_was_translated_by_machine_and_that_the_english_governs(page):
    note = re.search(r'<div class="[^"]*translation-note[^"]*">(.*?)</div>', page, re.S)[1]
    assert "기계" in note and "영어 원문" in note and 'href="00_summary.html"' in note


def test_every_page_leads_to_it(published_book):
    for path in (published_book / "html").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "00_summary_ko.html" in text or path.match(PAGE), path
        has_more_letters = "faces-ko.css" in text  # which no other page carries
        assert has_more_letters == path.match(PAGE), path


def test_no_sentence_on_it_is_english(page):
    """Beside names of publishers and titles, which say their language."""
    article = re.search(r"<article>(.*)</article>", page, re.S)[1]
    for part in (r"<script.*?</script>", r"<svg.*?</svg>", r'<(\w+)[^>]* lang="en".*?</\1>'):
        article = re.sub(part, " ", article, flags=re.S)
    words = re.sub(r"<[^>]+>", " ", article)
    assert not re.findall(r"[A-Za-z]{3,} [A-Za-z]{2,}", words)


def test_its_picture_has_no_english_words(page):
    pictures = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(pictures) == 2
    for picture in pictures:
        texts = re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", picture)
        assert texts and not [t for t in texts if re.search("[A-Za-z]{2,}|undefined", t)], texts


def said_in_korean(opened, scenario: dict, schema: dict) -> dict:
    """What a build of the altered tables would say: {claims, numbers, grounds, titles}."""
    from brief.analysis import claims

    tables = live.altered_tables(opened.tables, scenario, schema)
    connection, wordings = opened.connection, opened.wordings
    connection.execute("savepoint korean")
    try:
        assert not database.replace_tables(connection, tables)
        numbers = claims.load_numbers(connection)
        found = claims.load_claims(connection, wordings, numbers)
        in_korean = translations.NumbersIn(numbers, "ko")
        figures = {
            "figures": {
                key: translations.translated(entry, "ko")
                for key, entry in wordings["figures"].items()
                if "ko" in entry
            }
        }
        return {
            "claims": {
                key: (translations.sentence(claim, numbers, "ko"), claim.case)
                for key, claim in found.items()
                if "ko" in claim.entry
            },
            "grounds": {
                key: (option.sentence, option.state)
                for key, option in options.load_options(wordings, found, numbers, "ko").items()
            },
            "figures": {
                key: claims.figure_words(key, figures, found, in_korean)
                for key in figures["figures"]
            },
            "numbers": in_korean,
        }
    finally:
        connection.execute("rollback to korean")
        connection.execute("release korean")


@pytest.mark.parametrize("name", ["a_year_cut", "support_twice", *list(ALTERATIONS)[:2]])
def test_the_live_page_says_in_korean_what_a_build_would(name, chrome, root, opened):
    schema = database.table_columns(opened.connection)
    by_name = {preset["id"]: preset["scenario"] for preset in live.presets(opened)}
    scenario = {
        "a_year_cut": {
            "p": {},
            "t": {"arrivals_korea_yearly": {"set": [], "cut": ["2015"], "add": []}},
        },
        "support_twice": {"p": {"majority_share_pct": 20.0}, "t": {}},
    }.get(name) or by_name[name]
    visitor = Reader(chrome, root, PAGE).open()
    try:
        assert visitor.propose(scenario) is None
        wanted, now = said_in_korean(opened, scenario, schema), visitor.texts()
        assert now["claims"]
        for key, text, case in now["claims"]:
            sentence, its = wanted["claims"][key]
            assert (text, case) == (typeset(sentence), its), key
        for key, text, state in now["grounds"]:
            sentence, its = wanted["grounds"][key]
            assert (text, state) == (typeset(sentence), its), key
        for key, title, alt, credit in now["titles"]:
            words = wanted["figures"][key]
            assert title == typeset(words["title"]), key
            assert alt.endswith(words["alt"]) and "변경본" in alt
            assert credit.startswith("자료: ") and credit.endswith(typeset(words["note"]))
        assert visitor.page.title().startswith("ALTERED — 변경본: ")
        assert "Published" not in visitor.page.locator("article").inner_html()
        if name == "a_year_cut":  # the picture itself is another one, and bears the mark
            assert now["specs"]["fig-summary-arrivals"]["title"]["subtitle"].startswith("변경본")
        assert not visitor.strangers and not visitor.errors
    finally:
        visitor.close()


def test_the_live_page_gives_its_published_texts_back(chrome, root):
    visitor = Reader(chrome, root, PAGE)
    before = visitor.texts()
    visitor.open()
    try:
        visitor.propose({"p": {"majority_share_pct": 20.0}, "t": {}})
        visitor.page.evaluate("async () => { await briefLivePanel.back(); }")
        after = visitor.texts()
        assert after["claims"] == before["claims"] and after["numbers"] == before["numbers"]
        assert after["grounds"] == before["grounds"] and after["titles"] == before["titles"]
    finally:
        visitor.close()


# Altered, and the PDF


def test_an_altered_edition_bears_its_mark_in_korean(altered_book):
    text = (altered_book / "html" / PAGE).read_text(encoding="utf-8")
    assert "<title>ALTERED — 변경본: " in text
    assert "공표된 수치가 아닙니다" in re.search(r'class="altered-banner".*?</div>', text, re.S)[0]
    picture = re.search(r"<svg.*?</svg>", text, re.S)[0]
    assert "변경본" in picture and "not the published" not in picture


def test_the_pdf_in_korean_breaks_no_rule(published_book):
    path = published_book / "html" / "downloads" / paths.PDF_KOREAN
    wrong = pdf_tags.violations(path)
    assert not wrong, "\n".join(f"{rule}: {finding}" for rule, finding in wrong)


def test_the_pdf_in_korean_says_its_language_and_what_the_page_says(published_book, opened):
    import pikepdf

    path = published_book / "html" / "downloads" / paths.PDF_KOREAN
    with pikepdf.open(path) as file:
        assert str(file.Root.Lang).startswith("ko")
    text = "".join("".join(pdf_pages.page_texts(path)).split())
    assert "기계가옮긴글" in text
    for key in ("scale.south_dominates", "engagement.support_trails_plans"):
        said = translations.sentence(opened.claims[key], opened.numbers, "ko")
        assert "".join(typeset(said).split()) in text, key
    assert "undefined" not in text


def test_an_altered_pdf_in_korean_bears_its_mark_on_every_page(altered_book, opened):
    (path,) = (altered_book / "html" / "downloads").glob(f"*{paths.PDF_KOREAN}")
    assert path.name.startswith("ALTERED-")
    for text in pdf_pages.page_texts(path):
        assert "변경본" in text


def test_the_english_pdf_leaves_the_korean_page_out(published_book, opened):
    text = "".join(pdf_pages.page_texts(published_book / paths.PDF_NAME))
    assert "다섯 가지 발견" not in text
    assert file_name(opened, paths.PDF_KOREAN) == paths.PDF_KOREAN

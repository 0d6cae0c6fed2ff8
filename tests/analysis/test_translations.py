"""Korean wordings: bound to the same claims as the English ones, with every case and the same numbers."""

from __future__ import annotations

import json
import re

import pytest

from brief import korean, languages, paths
from brief.analysis import claims, options, stability, translations
from brief.notebook.chapter import Chapter
from brief.tables import database, entries
from brief.tables.entries import CASES, WordingError
from tests import prose

KOREAN_PAGES = [p for p in paths.CHAPTERS.glob("*.ipynb") if languages.of_page(p.stem) == "ko"]


def cells(path) -> list[str]:
    return ["".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def claims_shown() -> set[str]:
    return {k for p in KOREAN_PAGES for c in cells(p) for k in re.findall(r"\{claim\}`([^`]+)`", c)}


def test_there_is_a_page_in_korean_and_it_shows_claims():
    assert KOREAN_PAGES and len(claims_shown()) >= 5


def test_the_korean_page_shows_the_claims_of_the_english_summary():
    english = " ".join(cells(paths.CHAPTERS / "00_summary.ipynb"))
    assert set(re.findall(r"\{claim\}`([^`]+)`", english)) <= claims_shown()


def test_every_claim_on_it_has_all_three_cases(opened):
    for key in claims_shown():
        assert set(opened.claims[key].entry["ko"]) == set(CASES), key


ENTRY = {
    "question": "Q?",
    "origin": "brief",
    "over": "v",
    "value": "1",
    "bound": "0",
    "true_when": "1",
    "holds": "So it is, {a_number}.",
    "fails": "Not so, {a_number}.",
    "unknown": "Unknown.",
}
SAID = {"holds": "그렇다, {a_number}.", "fails": "아니다, {a_number}.", "unknown": "알 수 없다."}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"unknown": ""}, "unknown: found nothing"),
        ({"holds": "그렇다."}, "a_number"),
        ({"holds": "그렇다, {a_number} {another}."}, "another"),
        ({"holds": "{a_number}는 그렇다."}, "은(는)"),
        ({"holds": "{a_number:조}명이다."}, "unknown form"),
        ({"verdict": "맞다"}, "unknown key 'verdict'"),
    ],
)
def test_a_korean_wording_that_lacks_something_is_refused(change, told):
    assert entries.wrong_with("claims", ENTRY | {"ko": SAID}) == ""
    wrong = entries.wrong_with("claims", ENTRY | {"ko": SAID | change})
    assert wrong.startswith("ko: ") and told in wrong


def test_a_claim_without_korean_words_is_refused_on_a_korean_page(opened):
    claim = next(c for c in opened.claims.values() if "ko" not in c.entry)
    with pytest.raises(WordingError, match=f"{re.escape(claim.id)} has no wording in 'ko'"):
        translations.sentence(claim, opened.numbers, "ko")


def test_every_option_has_korean_words_in_all_its_states(opened):
    numbers = translations.NumbersIn(opened.numbers, "ko")
    for key, option in options.load_options(
        opened.wordings, opened.claims, opened.numbers, "ko"
    ).items():
        for part in ("action", "risk", "lost", "cost", "defeat"):
            assert re.search("[가-힣]", claims.fill(option.entry[part], numbers)), (key, part)


def test_no_english_word_is_left_in_a_filled_korean_sentence(opened):
    """Numbers that say words, as dates do, need a form."""
    numbers = translations.NumbersIn(opened.numbers, "ko")
    for kind in ("claims", "options", "figures"):
        for key, entry in opened.wordings[kind].items():
            for part in entries.TRANSLATED[kind] if "ko" in entry else ():
                for text in entries.by_case(entry["ko"].get(part)).values():
                    said = claims.fill(text, numbers)
                    assert not re.search(r"[A-Za-z]{3,}", said), (key, said)


def test_the_numbers_of_a_hole_are_said_in_korean():
    numbers = {"n": (None, claims.NO_NUMBER), "m": (1.5, "1.5")}
    said = claims.fill("{n}은(는) {m:억}억 원", translations.NumbersIn(numbers, "ko"))
    assert said == f"{korean.NO_NUMBER}은 15억 원"


def test_what_the_charts_on_the_korean_page_write_is_in_the_catalogue(opened):
    """Every text that a row gives them, by the pattern that Vega gets."""
    catalogue = translations.Catalogue(opened.wordings, "ko")
    plain = set(catalogue.in_charts)
    patterns = [
        re.compile(f"^{re.escape(key).replace(re.escape('{}'), '(.+)')}$")
        for key in plain
        if "{}" in key
    ]
    begin = ["_".join(k.split("-")[:2]) for k, e in opened.wordings["figures"].items() if "ko" in e]
    views = [v for v in database.view_names(opened.connection) if v.startswith(tuple(begin))]
    assert len(views) > 5
    for view in views:
        for row in opened.connection.execute(f'select * from "{view}"').fetchall():
            for cell in row:
                if isinstance(cell, str) and re.search("[A-Za-z]", cell):
                    assert cell in plain or any(p.match(cell) for p in patterns), (view, cell)


def test_signs_and_firmness_are_said_in_korean(opened):
    """Whichever of them the data ask for."""
    catalogue = translations.Catalogue(opened.wordings, "ko")
    swept = [{"draws": 100, "stays": n / 100, "stays_in": n} for n in (95, 70, 20)]
    firm = [stability.in_words(one, catalogue) for one in swept]
    assert len({words.partition(":")[0] for words in firm}) == 3
    assert [re.findall(r"\d+", words) for words in firm] == [["95"], ["70"], ["20"]]
    for words in (*firm, *map(catalogue.say, (*claims.LABELS.values(), *claims.IN_PROSE.values()))):
        assert re.search("[가-힣]", words) and not re.search("[A-Za-z]", words)


def test_words_that_the_catalogue_lacks_are_refused(opened):
    catalogue = translations.Catalogue(opened.wordings, "ko")
    with pytest.raises(WordingError, match=r"analysis/korean\.yml"):
        catalogue.say("A text that nobody translated")
    assert translations.IN_ENGLISH.say("A text that nobody translated")


def test_places_of_the_catalogue_are_those_of_its_keys(opened):
    for part in (translations.PAGES, translations.CHARTS):
        for key, said in opened.wordings[part].items():
            assert key.count("{") == said.count("{"), key


def test_a_chapter_in_korean_says_the_marks_and_the_options_in_korean(opened):
    chapter = Chapter(opened).in_language("ko")
    assert "누가" in chapter.options_table().markdown()
    assert "위험:" in chapter.options("Seoul").markdown()
    assert "Risk" not in chapter.options("Beijing").markdown()


def test_no_figure_is_typed_in_the_korean_prose():
    """As in English: digits stand in years, dates, links and numbered lists alone."""
    for path in KOREAN_PAGES:
        for text in cells(path):
            if text.startswith(("#", "아", "국", "한")):
                assert not prose.loose_digits(text), text

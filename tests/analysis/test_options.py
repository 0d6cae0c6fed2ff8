"""Options rest on claims: each names claims that exist, stands in the published edition, and can lose its ground."""

from __future__ import annotations

import pytest

from brief import open_chapter
from brief.analysis import claims, options
from brief.tables import alterations, entries
from tests.analysis.test_claims import ALTERATIONS

ACTORS = [
    "Seoul",
    "Washington",
    "Brussels and London",
    "The United Nations",
    "Nongovernmental organizations",
    "Beijing",
    "Bangkok",
]


def states(opened) -> dict[str, str]:
    numbers = claims.load_numbers(opened.connection)
    found = claims.load_claims(opened.connection, opened.wordings, numbers)
    return {
        key: option.state
        for key, option in options.load_options(opened.wordings, found, numbers).items()
    }


@pytest.fixture(scope="module")
def under_alterations(opened) -> dict[str, dict[str, str]]:
    """The state of every option under every named alteration."""
    found = {}
    for name, entry in ALTERATIONS.items():
        with alterations.altered(opened.connection, entry["sql"]):
            found[name] = states(opened)
    return found


def test_options_name_claims_that_exist_and_every_actor_has_one(opened):
    found = options.load_options(opened.wordings, opened.claims, opened.numbers)
    assert {option.entry["actor"] for option in found.values()} == set(ACTORS)
    for key, option in found.items():
        assert len(option.entry["defeated_by"]) == 1, f"{key}: name the one finding that defeats it"
        cases = {**option.entry["rests_on"], **option.entry["defeated_by"]}.values()
        assert set(cases) <= {"holds", "fails"}, (
            f"{key}: a claim is needed or feared as holds or fails; mend analysis/60_options.yml"
        )
        assert option.entry["lost"].startswith("A reason is gone"), (
            f"{key}: its wording `lost` must say so"
        )


def test_a_claim_that_does_not_exist_is_refused(opened):
    entry = {
        **next(iter(opened.wordings["options"].values())),
        "rests_on": {"scale.no_such_claim": "holds"},
    }
    with pytest.raises(entries.WordingError, match="scale.no_such_claim"):
        options.load_options({"options": {"stray": entry}}, opened.claims, opened.numbers)


def test_options_stand_in_the_published_edition(opened):
    assert set(states(opened).values()) == {"stands"}, (
        "an option that has no ground is no option: drop it, or say in its text why it stays"
    )


def test_every_option_can_lose_its_ground(opened, under_alterations):
    never = [
        key
        for key in states(opened)
        if not any(found[key] == "lost" for found in under_alterations.values())
    ]
    assert not never, (
        f"no alteration takes the ground from {never}: add one under alterations in analysis/NN.yml"
    )


def test_an_option_is_marked_when_a_claim_turns(opened, under_alterations):
    assert under_alterations["britain_went_on_recognizing"]["london_counts_apart"] == "lost"
    assert under_alterations["britain_went_on_recognizing"]["seoul_constant_voice"] == "stands"
    assert under_alterations["american_year_lost"]["bangkok_clock"] == "unknown"
    with alterations.altered(opened.connection, ALTERATIONS["britain_went_on_recognizing"]["sql"]):
        numbers = claims.load_numbers(opened.connection)
        found = claims.load_claims(opened.connection, opened.wordings, numbers)
        option = options.load_options(opened.wordings, found, numbers)["london_counts_apart"]
    assert option.sentence.startswith("A reason is gone")


def test_the_chapter_shows_every_option_once():
    chapter = open_chapter()
    text = "".join(chapter.options(actor).markdown() for actor in ACTORS)
    for key in chapter.edition.wordings["options"]:
        assert text.count(f"{{ground}}`{key}`") == 1


def test_the_table_gives_every_option_one_line():
    chapter = open_chapter()
    table = chapter.options_table()
    rows = [line for line in table.markdown().splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(chapter.edition.wordings["options"]) <= 14
    assert {row.count(" | ") for row in rows} == {len(table.HEADINGS) - 1}
    for row, entry in zip(rows, chapter.edition.wordings["options"].values(), strict=True):
        assert entry["action"] in row and entry["defeat"] in row
        assert entry["in_words"].keys() == entry["rests_on"].keys()
        assert all(f"[{words}](" in row for words in entry["in_words"].values())

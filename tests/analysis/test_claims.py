"""Every claim can fail: each has wordings, evidence, and at least one alteration that flips it."""

from __future__ import annotations

import pytest
import yaml

from brief import paths
from brief.analysis import claims, margins
from brief.tables import alterations, database, entries

ALTERATIONS = entries.load()["alterations"]
NOT_TESTABLE = yaml.safe_load(
    (paths.ROOT / "tests" / "not_testable.yml").read_text(encoding="utf-8")
)
ESSAY_CLAIMS = (paths.ROOT / "tests" / "essay_claims.txt").read_text(encoding="utf-8").split()


def cases(opened) -> dict[str, str]:
    numbers = claims.load_numbers(opened.connection)
    return {
        key: claim.case
        for key, claim in claims.load_claims(opened.connection, opened.wordings, numbers).items()
    }


@pytest.fixture(scope="module")
def published(opened) -> dict[str, str]:
    return cases(opened)


@pytest.mark.parametrize("name", ALTERATIONS)
def test_alteration_flips_what_it_names_and_nothing_that_must_stay(opened, published, name):
    entry = ALTERATIONS[name]
    numbers_before = claims.load_numbers(opened.connection)
    figures_before = {f: figure_rows(opened, f) for f in entry.get("figures", [])}
    with alterations.altered(opened.connection, entry["sql"]) as rows:
        after = cases(opened)
        numbers = claims.load_numbers(opened.connection)
        figures_after = {f: figure_rows(opened, f) for f in entry.get("figures", [])}
    assert rows > 0, f"{name} changes no row: mend its sql in analysis/*.yml"
    flipped = {key: case for key, case in after.items() if case != published[key]}
    assert flipped == entry["flips"], f"{name}: record the flips as found, or mend the alteration"
    for key in entry.get("keeps", []):
        assert after[key] == published[key], f"{name} must not flip {key}"
    for key in entry.get("moves", []):
        assert numbers[key] != numbers_before[key], f"{name} must move the number {key}"
    for figure in entry.get("figures", []):
        assert figures_after[figure] != figures_before[figure], f"{name} must change {figure}"
    assert cases(opened) == published, f"{name} left something behind"


def figure_rows(opened, key: str) -> list:
    """The rows beneath a figure: all views that bear its name, fig-a-b being drawn from fig_a_b and fig_a_b_…"""
    stem = key.replace("-", "_")
    views = [
        v for v in database.view_names(opened.connection) if v == stem or v.startswith(stem + "_")
    ]
    assert views, f"no view of the analysis is named like {key}"
    return [database.rows(opened.connection, view) for view in views]


def test_every_computed_claim_is_flipped_by_an_alteration(published):
    flipped = {key for entry in ALTERATIONS.values() for key in entry["flips"]}
    never = [key for key, case in published.items() if case != "untestable" and key not in flipped]
    assert not never, f"no alteration flips {never}: add one under alterations in analysis/NN.yml"


def test_untestable_claims_are_those_on_the_pinned_list(published):
    found = {key for key, case in published.items() if case == "untestable"}
    assert found == set(NOT_TESTABLE), (
        "a claim moved on or off the list: say why in tests/not_testable.yml"
    )


def test_every_claim_of_the_commentary_is_audited(opened):
    audited = {key for key, claim in opened.claims.items() if claim.entry["origin"] == "essay"}
    assert audited == set(ESSAY_CLAIMS)


def test_every_claim_has_its_wordings_and_sourced_evidence(opened):
    for key, claim in opened.claims.items():
        entry = claim.entry
        assert entry["question"].endswith("?"), f"{key}: the question"
        assert entry["origin"] in ("essay", "brief"), key
        if claim.case == "untestable":
            continue
        for case in ("holds", "fails", "unknown"):
            sentence = claims.fill(entry[case], opened.numbers)
            assert sentence[-1] in ".!?”" and len(sentence) > 20, (
                f"{key}: wording of {case}: {sentence!r}"
            )
        assert len({entry["holds"], entry["fails"], entry["unknown"]}) == 3, (
            f"{key}: two cases share one wording"
        )
        rows = claims.evidence(opened.connection, entry)
        assert rows, (
            f"{key}: its evidence names no row; mend evidence: in analysis/{entry['chapter']}.yml"
        )
        assert all(row["sources"] for row in rows), key


def test_every_wording_names_only_known_numbers(opened):
    for kind in ("figures", "tables"):
        for key, entry in opened.wordings.get(kind, {}).items():
            for wording in entry.values():
                for text in wording.values() if isinstance(wording, dict) else [wording]:
                    if isinstance(text, str):
                        claims.fill(text, opened.numbers)


def test_margins_are_where_the_claim_flips(opened):
    """At the margin the sentence is wrong; half way there it still stands."""
    checked = 0
    for key, claim in opened.claims.items():
        margin = margins.find(opened.connection, key, claim.entry["chapter"], claim.entry)
        if margin is None or margin.x is None:
            continue
        lever = claim.entry["lever"]
        view = entries.view_of(claim.entry["chapter"])
        present = margins._holds(opened.connection, view, key)
        half = lever["neutral"] + (margin.x - lever["neutral"]) / 2
        half = (
            round(half)
            if float(margin.x).is_integer() and isinstance(lever["neutral"], int)
            else half
        )
        assert margins._differs(opened.connection, view, key, present, lever, margin.x) is True, key
        if half != margin.x:
            assert margins._differs(opened.connection, view, key, present, lever, half) is False, (
                f"{key}: flips already at {half}"
            )
        checked += 1
    assert checked >= 12

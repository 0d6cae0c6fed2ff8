"""No loose numbers, no loose comparisons: in prose, captions, alt texts and wordings."""

from __future__ import annotations

import pytest

from tests import prose


def test_no_figure_is_typed_in_prose():
    found = {place: prose.loose_digits(text) for place, text in prose.notebook_prose().items()}
    assert not {p: d for p, d in found.items() if d}, (
        "put the figure into a view numbers_… and print it with {number}`key`, or list the name in tests/prose_allowed.yml with a reason"
    )


def test_no_figure_is_typed_in_a_wording(opened):
    found = {
        place: prose.loose_digits(text)
        for place, text in prose.wordings(opened.wordings).items()
        if " essay" not in place
    }
    assert not {p: d for p, d in found.items() if d}, (
        "write {number_key} in the wording, and the number in a view numbers_…"
    )


def test_no_comparison_stands_outside_a_claim():
    """Chapters 80 and later speak of the brief itself, not of its subject."""
    found = {
        place: prose.loose_comparisons(text)
        for place, text in prose.notebook_prose().items()
        if place < "8" or place == "index.md"
    }
    assert not {p: w for p, w in found.items() if w}, (
        "move the sentence into a claim's wording in analysis/*.yml, or list the phrase in tests/prose_allowed.yml with a reason"
    )


@pytest.mark.parametrize(
    "text, digits",
    [
        ("Arrivals came to 1,137 in 2018.", ["1,137"]),
        ("About 85% were women.", ["85"]),
        ("Some 12 people.", ["12"]),
        ("A share of 2018%.", ["2018"]),
        ("On 6 November 2018 it appeared.", []),
        ("From 2012–19 and in the 1990s.", []),
        ("He said “about 200 people”.", []),
        ("See {number}`us_total` in 2018.", []),
    ],
)
def test_lint_finds_typed_figures_and_lets_dates_stand(text, digits):
    assert prose.loose_digits(text) == digits


@pytest.mark.parametrize(
    "text, words",
    [
        ("Arrivals fell after 2011.", ["fell"]),
        ("Most of them were women.", ["Most"]),
        ("It was never paid.", ["never"]),
        ("They lived in third countries.", []),
        ("{claim}`deter.border_tightened`", []),
        ("He called it “the most brutal”.", []),
    ],
)
def test_lint_finds_comparisons_outside_claims(text, words):
    assert prose.loose_comparisons(text) == words

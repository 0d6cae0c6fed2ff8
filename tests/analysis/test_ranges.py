"""Each parameter walks through its whole range, and what the sentences say on the way is on record.

`sentences_over_ranges.yml` holds, for each claim and each parameter that it reads, the sentence at every value that was
tried, in the order of values; a person has read them. A change of data, SQL or wording that alters one shows as a
difference here: read it, then write the record anew with `python -m tests.analysis.test_ranges`.
"""

from __future__ import annotations

import re

import pytest
import yaml

from brief import paths
from brief.analysis import claims
from brief.editions import edition
from brief.sweep import touched
from brief.tables import alterations

RECORD = paths.ROOT / "tests" / "analysis" / "sentences_over_ranges.yml"
STEPS = 8
HEAD = (
    "# What each claim says over the range of each parameter that it reads, value by value. Written by\n"
    "# `python -m tests.analysis.test_ranges`, read by a person; the published value is marked by a star.\n"
)


def tried(value: float, kind: str, low: float, high: float) -> list[float]:
    """Both ends, even steps between them, and the neighbors of the published value."""
    spread = {low + (high - low) * n / STEPS for n in range(STEPS + 1)} | {value}
    if kind == "integer":
        spread = {float(round(x)) for x in spread} | {value - 1, value + 1}
    return sorted(x for x in spread if low <= x <= high)


def walked(opened) -> dict[str, dict[str, list[str]]]:
    """{claim: {parameter: ["value: [case] sentence"]}}; values in a row that say the same are one entry."""
    connection = opened.connection
    entries = {key: claim.entry for key, claim in opened.claims.items()}
    readers: dict[str, list[str]] = {}
    for key, entry in entries.items():
        for name in sorted(touched.parameters_read(connection, entry)):
            readers.setdefault(name, []).append(key)
    found: dict[str, dict[str, list]] = {}
    rows = list(
        connection.execute("select name, value, kind, min, max from parameters order by name")
    )
    for name, published, kind, low, high in rows:
        for value in tried(published, kind, low, high) if name in readers else []:
            change = "update parameters set value = :x where name = :name"
            with alterations.altered(connection, [change], {"x": value, "name": name}):
                numbers = claims.load_numbers(connection)
                said = claims.load_claims(connection, opened.wordings, numbers)
            star = "*" if value == published else ""
            for key in readers[name]:
                sentence = f"[{said[key].case}] {said[key].sentence}"
                runs = found.setdefault(key, {}).setdefault(name, [])
                if runs and runs[-1][1] == sentence:
                    runs[-1][0].append(f"{value:g}{star}")
                else:
                    runs.append([[f"{value:g}{star}"], sentence])
    return {
        key: {
            name: [f"{spelt(values)}: {sentence}" for values, sentence in runs]
            for name, runs in by_name.items()
        }
        for key, by_name in sorted(found.items())
    }


def spelt(values: list[str]) -> str:
    """3, or 1 to 5, or 1 to 5 with the published 2*."""
    stars = [value for value in values if value.endswith("*")]
    ends = values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"
    return ends if not stars or stars[0] in (values[0], values[-1]) else f"{ends}, with {stars[0]}"


def as_text(found: dict) -> str:
    return HEAD + yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=100_000)


@pytest.fixture(scope="module")
def over_ranges(opened):
    return walked(opened)


def test_sentences_over_the_ranges_are_those_that_were_read(over_ranges):
    known = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    new = [
        f"{key}, {name}: {line}"
        for key, by_name in over_ranges.items()
        for name, lines in by_name.items()
        for line in lines
        if line not in known.get(key, {}).get(name, [])
    ]
    assert new == [] and known == over_ranges, (
        "Read these sentences, then run: python -m tests.analysis.test_ranges"
    )


# What no sentence may say, at any value.


def wrong_with(sentence: str) -> str:
    """What is untrue or ungrammatical in a sentence whatever the data; empty where nothing is."""
    for first, second in re.findall(r"\b((?:19|20)\d\d)(?:–| to )((?:19|20)\d\d)\b", sentence):
        if first >= second:
            return f"{first} does not come before {second}"
    odd = {
        "one, and plural": r"(?<![\d,.–])\b1 (?!in\b|of\b|percent)[a-z]+s\b(?<!ss)(?<! was)(?<! is)(?<! has)",
        "a share of nothing": r"\bof 0\b",
        "a negative zero": r"−0(\.0+)?(?![\d.])",
        "an unfilled place": r"[{}]|\bNone\b|\bnan\b|\bnull\b",
        "a doubled mark": r"\.\.|,,|  ",
    }
    return next((what for what, pattern in odd.items() if re.search(pattern, sentence)), "")


def test_no_sentence_is_untrue_by_its_own_words(over_ranges):
    found = [
        f"{wrong}: {key}, {name} = {line}"
        for key, by_name in over_ranges.items()
        for name, lines in by_name.items()
        for line in lines
        if (wrong := wrong_with(line.partition("] ")[2]))
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "From 2019 to 2018 it fell.",
        "It fell in 2019–2019.",
        "Of them 1 groups went.",
        "It was 3 of 0.",
        "It moved by −0 percent.",
        "It moved by {x} percent.",
    ],
)
def test_what_is_wrong_is_seen(sentence):
    assert wrong_with(sentence)


@pytest.mark.parametrize(
    "sentence", ["In 2018 to 2019 there was 1 of 3.", "1 group was seen.", "It was 1,001 people."]
)
def test_what_is_right_is_left(sentence):
    assert not wrong_with(sentence)


if __name__ == "__main__":
    RECORD.write_text(as_text(walked(edition.open_edition())), encoding="utf-8")
    print(RECORD)

"""The brief is for a staffer with ten minutes: it is short, its sentences are, and its words are those one says aloud."""

from __future__ import annotations

import pytest

from tests import prose, readability

MOST_MINUTES = 15
MOST_WORDS_IN_THE_MIDDLE = 14  # of all sentences half are shorter
MOST_WORDS_IN_PRINT = 45  # in one sentence of what is read from end to end


def test_the_brief_reads_in_a_quarter_of_an_hour(opened):
    taken = readability.minutes(readability.read_texts(opened))
    assert taken <= MOST_MINUTES, (
        f"summary and chapters 10 to 60 take {taken:.1f} minutes: leave the claims that matter less to the ledger"
    )


def test_a_brief_that_is_too_long_is_seen(opened):
    texts = readability.read_texts(opened)
    longer = [*texts, *(claim.sentence for claim in opened.claims.values())]
    assert readability.minutes(longer) > MOST_MINUTES


def test_sentences_are_short(opened):
    texts = [*readability.wordings(opened).values(), *readability.read_texts(opened, "*.ipynb")]
    assert readability.middle_length(texts) <= MOST_WORDS_IN_THE_MIDDLE


def test_no_sentence_in_print_is_a_paragraph(opened):
    texts = readability.read_texts(opened)
    long = [t for t in texts if max(readability.sentence_lengths([t])) > MOST_WORDS_IN_PRINT]
    assert not long, f"cut these in two: {long}"


def test_long_sentences_are_seen():
    long = "It is so, " + "and so, " * 30 + "and so. Yes. It is."
    assert readability.sentence_lengths([long]) == [65, 1, 2]
    assert readability.middle_length(["One two three. Four five. Six."]) == 2


def test_no_wording_speaks_as_its_makers_do(opened):
    found = readability.phrases_in(readability.wordings(opened) | prose.notebook_prose())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("phrase", readability.PHRASES, ids=lambda phrase: phrase["sample"])
def test_each_phrase_is_seen_and_its_mending_is_not(phrase):
    assert readability.phrases_in({"a claim": phrase["sample"]})
    assert not readability.phrases_in({"a claim": phrase["instead"]})


@pytest.mark.parametrize(
    "text",
    [
        "36 to 60 months in a prison camp.",
        "The line breaks where no figure was found.",
        "Crossing the military line does not always end in being shot.",
        "It is the largest survey in the field of law.",
        "Each rule is written once: the coding rules.",
    ],
)
def test_other_senses_of_such_words_may_stand(text):
    assert not readability.phrases_in({"a claim": text})

"""How firm a claim is, in words a reader knows: in how many of a sweep's altered editions it stays
what it is.
"""

from __future__ import annotations

from brief.analysis.translations import IN_ENGLISH, Catalogue

# Shares from which a claim is called so. Half: a claim that turns more often than it stays is no
# finding to open with (tests/site/test_verdicts.py holds landing and summary to it).
FIRM, FAIRLY_FIRM = 0.9, 0.5


def share(swept: dict) -> float | None:
    """The share of altered editions in which a claim stays; None where none was tried.

    Of two counts the lower one: all editions together, of which most are random draws, and the mean
    over the kinds of alteration, of which each weighs alike. The first hides that a claim rests on
    one row, the second that chance turns it.
    """
    if not swept or not swept["draws"]:
        return None
    return min(swept["stays"], swept["stays_in"] / swept["draws"])


def name(found: float) -> str:
    """firm, fairly firm or fragile."""
    if found >= FIRM:
        return "firm"
    return "fairly firm" if found >= FAIRLY_FIRM else "fragile"


def percent_of(found: float) -> int:
    """A share in percent; only one that is whole is called 100."""
    return int(100 * found + 1e-9)


def in_words(swept: dict, catalogue: Catalogue = IN_ENGLISH) -> str:
    """Fairly firm: stays in 68% of altered editions; empty where none was tried."""
    found = share(swept)
    if found is None:
        return ""
    said = f"{name(found).capitalize()}: stays in {{}}% of altered editions"
    return catalogue.say(said, percent_of(found))

"""Which country a publisher's spelling of a name means, where anything is known of it."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache

from brief import paths

SHORT = {"rep": "republic", "dem": "democratic", "st": "saint"}
FILLING = {"the", "of", "and"}


def words_of(name: str) -> tuple[str, ...]:
    """A name's words without accents, in alphabetical order: "Korea (Rep. of)" is written
    "Republic of Korea" as well.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘`")
    words = [SHORT.get(word, word) for word in re.findall(r"\w+", plain)]
    return tuple(sorted(word for word in words if word not in FILLING))


@lru_cache(maxsize=1)
def known() -> dict[tuple[str, ...], str]:
    """Codes of three letters by the words of names: the book's, and those that publishers write."""
    found = {}
    for file in ("countries.csv", "spellings.csv"):
        with (paths.RECIPES / file).open(encoding="utf-8", newline="") as rows:
            found |= {words_of(row["name"]): row["iso3"] for row in csv.DictReader(rows)}
    return found


@lru_cache(maxsize=10_000)
def country_of(name: str | None) -> str | None:
    """The code of the country that has this name; None for a spelling that is not known."""
    return known().get(words_of(name)) if name else None

"""What the brief is called, whose it is, under which terms, and the line that every file of an
edition carries.
"""

from __future__ import annotations

import re
from functools import lru_cache

from brief import paths

TITLE = "North Korean Defectors between Engagement and Rights"
AUTHOR = "The authors of the brief"
LICENSE = "CC BY 4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"


@lru_cache(maxsize=1)
def doi() -> str:
    """The DOI that CITATION.cff has for the brief, as 10.…; '' as long as it has none."""
    path = paths.ROOT / "CITATION.cff"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = re.search(r"""^doi: *["']?(10\.[^\s"']+)""", text, re.M)
    return found[1] if found else ""


def edition_name(edition) -> str:
    """'edition 2026.1', or 'altered edition 1a2b3c4d5e6f'."""
    return (
        f"edition {edition.name}"
        if edition.is_published
        else f"altered edition {edition.fingerprint[:12]}"
    )


def file_name(edition, name: str) -> str:
    """A download's name; an altered edition's begins with ALTERED and its fingerprint."""
    return name if edition.is_published else f"ALTERED-{edition.fingerprint[:12]}-{name}"


def stamp(edition) -> str:
    """One line that every file carries."""
    mark = f" · {edition.mark}" if edition.mark else ""
    return f"{TITLE} · {edition_name(edition)} · data to {edition.cut_off} · {LICENSE}{mark}"

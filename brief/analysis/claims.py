"""Numbers and claims: what the SQL found, in the words that people wrote for each case.

A claim is an entry in `analysis/*.yml` (brief/tables/entries.py): a row of the view `claims` (id,
value, bound, holds) and one whole sentence for each case: *holds*, *fails*, *unknown*. A number is
a row of the view `numbers` (key, value, text). Wordings may name numbers in braces; nothing else is
ever filled in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypedDict

from brief import korean
from brief.tables import database
from brief.tables.entries import FARES, WordingError

CASES = {1: "holds", 0: "fails", None: "unknown"}
# A sign says one of two things, and never that the sentence beside it is false: how the commentary
# fares (squares: full, framed, empty, hatched), or whether the data settle a claim of our own (a
# disc, a ring). The case of a claim stays inside; readers see its sign.
SIGNS = {
    "supported": "■",
    "overstated": "▣",
    "not-supported": "□",
    "cannot-be-told": "▨",
    "found": "●",
    "open": "○",
}
# Beside the sign on a card, and after a sentence in prose, where nothing else says who is judged.
LABELS = {
    "supported": "Supported",
    "overstated": "Overstated",
    "not-supported": "Not supported",
    "cannot-be-told": "Cannot be told",
    "found": "What we find",
    "open": "Cannot be told",
}
IN_PROSE = {sign: f"The commentary: {LABELS[sign].lower()}" for sign in list(SIGNS)[:4]} | {
    "found": "Our finding",
    "open": "The data cannot tell",
}
NO_NUMBER = "(not known)"
# The key of a number; behind a colon stands the form that a Korean wording asks for.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Claim:
    """One claim as an edition finds it. `case` is holds, fails, unknown or untestable."""

    id: str
    case: str
    value: float | None
    bound: float | None
    sentence: str
    entry: dict = field(compare=False, repr=False)

    @property
    def sign(self) -> str:
        """How the commentary fares, or whether the data settle a claim of our own: a key of
        SIGNS.
        """
        return sign_of(self.entry, self.case)

    @property
    def label(self) -> str:
        """The sign in words, on a card."""
        return LABELS[self.sign]

    @property
    def verdict(self) -> str:
        """How the commentary fares, with the entry's own detail; empty for a claim of our own."""
        if self.entry.get("origin") != "essay":
            return ""
        detail = detail_of(self.entry, self.case)
        return self.label + (f": {detail}" if detail else "")


def load_numbers(connection) -> dict[str, tuple[float | None, str]]:
    """Every number of the edition: {key: (value, text as printed)}."""
    return {
        row["key"]: (row["value"], NO_NUMBER if row["text"] is None else str(row["text"]))
        for row in database.gathered(connection, "numbers")
    }


def fill(text: str, numbers: dict) -> str:
    """A wording with its {number} places filled, in Korean with the particles that the numbers ask
    for. Raises WordingError for a key that no SQL defines.
    """

    def replace(match: re.Match) -> str:
        if match[1] not in numbers:
            raise WordingError(
                (
                    f"the wording {text[:60]!r} names the number {match[1]!r}, which no view "
                    "`numbers_…` has"
                )
            )
        return formed(numbers[match[1]][1], match[0])

    return korean.with_particles(" ".join(PLACEHOLDER.sub(replace, text).split()))


def formed(text: str, place: str) -> str:
    """A number's text in the form that its place asks for: {key}, {key:form}."""
    form = place.strip("{}").partition(":")[2]
    return korean.FORMS[form](text) if form else text


def sign_of(entry: dict, case: str) -> str:
    """The key of SIGNS for a claim's case."""
    if entry.get("origin") != "essay":
        return "open" if case in ("unknown", "untestable") else "found"
    return entry.get("fares", {}).get(case, "cannot be told").replace(" ", "-")


def detail_of(entry: dict, case: str) -> str:
    """What else there is to say of how the commentary fares, in the entry's own words."""
    return (entry.get("verdict") or {}).get(case, "")


def tally(claims: dict[str, Claim]) -> dict[str, int]:
    """How many claims of the commentary fare how, in the order of FARES, by sign."""
    counted = {fares.replace(" ", "-"): 0 for fares in FARES}
    for claim in claims.values():
        if claim.sign in counted:
            counted[claim.sign] += 1
    return counted


def turned(entry: dict | None, was: str, now: str) -> str:
    """What became of a claim whose case is another one, in a few words; web/live/page.js says the
    same.
    """
    if "absent" in (was, now):
        return "New" if was == "absent" else "No longer made"
    if entry is None:  # of another checkout
        return "The finding turned"
    before, after = (sign_of(entry, case) for case in (was, now))
    if entry["origin"] == "essay" and before != after:
        return f"The commentary: {LABELS[before].lower()} → {LABELS[after].lower()}"
    if "unknown" in (was, now):
        return "No longer to be told" if now == "unknown" else "Can now be told"
    return "The finding turned"


def load_claims(connection, wordings: dict, numbers: dict) -> dict[str, Claim]:
    """Every claim of the edition, in the order of the view. Raises WordingError when view and
    wordings differ.
    """
    found = {row["id"]: row for row in database.gathered(connection, "claims")}
    entries = wordings.get("claims", {})
    computed = {k for k, e in entries.items() if not e.get("not_testable")}
    if set(found) != computed:
        raise WordingError(
            (
                f"claims without wording: {sorted(set(found) - computed)}; wordings without "
                f"claim: {sorted(computed - set(found))}"
            )
        )
    claims = {}
    for key in [*found, *(k for k in entries if k not in found)]:
        entry, row = entries[key], found.get(key, {})
        case = CASES[row["holds"]] if row else "untestable"
        sentence = fill(entry["not_testable"] if case == "untestable" else entry[case], numbers)
        claims[key] = Claim(key, case, row.get("value"), row.get("bound"), sentence, entry)
    return claims


def by_case(wording, claims: dict[str, Claim], numbers: dict) -> str:
    """A title or alt text: a plain string, or {claim: id, holds: …, fails: …, unknown: …},
    filled.
    """
    if isinstance(wording, dict):
        if wording["claim"] not in claims:
            raise WordingError(f"a wording follows the unknown claim {wording['claim']!r}")
        wording = wording[claims[wording["claim"]].case]
    return fill(wording, numbers)


def figure_words(
    key: str, wordings: dict, claims: dict[str, Claim], numbers: dict
) -> dict[str, str]:
    """A figure's title (its finding), subtitle (what is drawn, and the unit), alt text and note,
    filled.

    Raises WordingError when the figure has no entry, or no alt text.
    """
    entry = wordings.get("figures", {}).get(key)
    if entry is None:
        raise WordingError(f"the figure {key!r} has no wording in analysis/*.yml")
    words = {
        part: by_case(entry[part], claims, numbers) if entry.get(part) else ""
        for part in ("title", "subtitle", "alt", "note")
    }
    for part in ("title", "alt"):
        if not words[part]:
            raise WordingError(
                (
                    f"the figure {key!r} has no {part}: write one under figures: {key}: "
                    f"{part}: in analysis/*.yml"
                )
            )
    return words


class EvidenceRow(TypedDict):
    """A row that a claim rests on."""

    table: str
    row_key: str
    confidence: str  # two_sources, one_source or derived
    sources: list[str]  # ids


def evidence(connection, entry: dict) -> list[EvidenceRow]:
    """The rows beneath a claim.

    `entry['evidence']` maps a table to a condition in SQL ('true' for every row).
    """
    found = []
    schema = database.table_columns(connection)
    for table, condition in (entry.get("evidence") or {}).items():
        if table not in schema:
            raise WordingError(f"evidence names the unknown table {table!r}")
        key = database.key_expression(schema[table])
        query = f'select {key}, confidence, source_id from "{table}" where {condition}'
        found += [
            {"table": table, "row_key": str(k), "confidence": c, "sources": s.split(";")}
            for k, c, s in connection.execute(query)
        ]
    return found


def confidence_of(evidence_rows: list[EvidenceRow]) -> str:
    """The weakest confidence among a claim's rows in words, with the share that two sources bear
    out.
    """
    if not evidence_rows:
        return ""
    two = sum(r["confidence"] == "two_sources" for r in evidence_rows)
    one = sum(r["confidence"] == "one_source" for r in evidence_rows)
    derived = len(evidence_rows) - two - one
    parts = [f"{two} of {len(evidence_rows)} rows with two sources"]
    parts += [f"{one} with one"] if one else []
    parts += [f"{derived} derived"] if derived else []
    return ", ".join(parts)


def claim_anchor(key: str) -> str:
    """The anchor of a claim's card, the same in page, PDF and ledger: claim-scale-south-total."""
    return "claim-" + key.replace(".", "-").replace("_", "-")

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
from brief.tables.entries import WordingError

CASES = {1: "holds", 0: "fails", None: "unknown"}
LABELS = {
    "holds": "Holds",
    "fails": "Does not hold",
    "unknown": "Cannot be computed",
    "untestable": "Not testable",
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
    verdict: str
    entry: dict = field(compare=False, repr=False)

    @property
    def label(self) -> str:
        return LABELS[self.case]


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


def verdict_of(entry: dict, case: str) -> str:
    """The verdict on the commentary for a claim of origin `essay`: the entry's own, or the plain
    one for the case.
    """
    if entry.get("origin") != "essay":
        return ""
    plain = {
        "holds": "supported",
        "fails": "not supported",
        "unknown": "cannot be computed",
        "untestable": "not testable",
    }
    return (entry.get("verdict") or {}).get(case, plain[case])


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
        claims[key] = Claim(
            key, case, row.get("value"), row.get("bound"), sentence, verdict_of(entry, case), entry
        )
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


SHAPES = {"holds": "●", "fails": "×", "unknown": "○", "untestable": "–"}


def claim_anchor(key: str) -> str:
    """The anchor of a claim's card, the same in page, PDF and ledger: claim-scale-south-total."""
    return "claim-" + key.replace(".", "-").replace("_", "-")

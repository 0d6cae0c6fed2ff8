"""Who speaks beneath a claim: for each of its rows the best kind among the row's sources."""

from __future__ import annotations

from brief.analysis import claims

# From the best to the weakest. A record of the body itself, then of those who study or watch it,
# then of those who report; a copy is another's text where nobody answers for it.
KINDS = ("official", "NGO or academic", "agency or paper", "copy")


def best_kinds(connection, rows: list[claims.EvidenceRow]) -> dict[str, int]:
    """{kind: rows whose best source is of that kind}, from the best kind to the weakest."""
    kind_of = dict(connection.execute("select source_id, kind from sources"))
    counted = dict.fromkeys(KINDS, 0)
    for row in rows:
        counted[min((kind_of[source] for source in row["sources"]), key=KINDS.index)] += 1
    return {kind: count for kind, count in counted.items() if count}


def in_words(counted: dict[str, int]) -> str:
    """best sources: 18 official, 3 agency or paper; empty without a row."""
    parts = [f"{count:,} {kind}" for kind, count in counted.items()]
    return f"best sources: {', '.join(parts)}" if parts else ""


def by_chapter(connection, entries: dict[str, dict]) -> dict[str, dict[str, int]]:
    """{chapter: {kind: rows}} over the different rows that the chapter's claims rest on."""
    rows: dict[str, dict[tuple, claims.EvidenceRow]] = {}
    for entry in entries.values():
        for row in claims.evidence(connection, entry):
            rows.setdefault(entry["chapter"], {})[row["table"], row["row_key"]] = row
    return {
        chapter: best_kinds(connection, list(found.values())) for chapter, found in rows.items()
    }


def copies_alone(connection, entry: dict) -> list[tuple[str, str]]:
    """The rows beneath a claim, (table, key), that rest on copies and on nothing else."""
    return [
        (row["table"], row["row_key"])
        for row in claims.evidence(connection, entry)
        if best_kinds(connection, [row]) == {"copy": 1}
    ]

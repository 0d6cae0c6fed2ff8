"""Walk a claim or a number back to its sources: claim → view → table → row → source."""

from __future__ import annotations

from typing import TypedDict

from brief.analysis import claims
from brief.tables import database, entries
from brief.tables.database import InputError, Problem
from brief.words import printable


class TracedSource(TypedDict):
    id: str
    publisher: str
    title: str
    url: str | None


class TracedRow(TypedDict):
    row_key: str
    confidence: str
    sources: list[TracedSource]


class Trace(TypedDict):
    """The way back from a claim or a number to its rows and sources."""

    key: str
    kind: str  # claim or number
    text: str  # as printed
    view: str  # that computes it
    tables: dict[str, list[TracedRow]]


def trace(opened, key: str) -> Trace:
    """What a claim or a number rests on.

    A claim's rows are those that its evidence names; a number's are all rows of the tables that its
    view reads. Raises InputError for a key that is neither.
    """
    if key in opened.claims:
        claim = opened.claims[key]
        view = entries.view_of(claim.entry["chapter"])
        found = claims.evidence(opened.connection, claim.entry)
        return {
            "key": key,
            "kind": "claim",
            "text": claim.sentence,
            "view": view,
            "tables": grouped(opened, found),
        }
    if key in opened.numbers:
        view = number_view(opened, key)
        tables = [
            t
            for t in database.tables_read(opened.connection, view)
            if t not in ("parameters", "sources")
        ]
        found = claims.evidence(opened.connection, {"evidence": dict.fromkeys(tables, "true")})
        return {
            "key": key,
            "kind": "number",
            "text": opened.numbers[key][1],
            "view": view,
            "tables": grouped(opened, found),
        }
    import difflib

    near = difflib.get_close_matches(key, [*opened.claims, *opened.numbers], 3)
    raise InputError(
        [
            Problem(
                "trace",
                f"{key!r}",
                "the id of a claim or the key of a number",
                help=f"Near it: {', '.join(near)}." if near else "",
            )
        ]
    )


def number_view(opened, key: str) -> str:
    """The view `numbers_…` that holds a number."""
    for view in database.view_names(opened.connection):
        if (
            view.startswith("numbers_")
            and opened.connection.execute(
                f'select 1 from "{view}" where key = ?', (key,)
            ).fetchone()
        ):
            return view
    raise KeyError(key)


def grouped(opened, rows: list[claims.EvidenceRow]) -> dict[str, list[TracedRow]]:
    """Rows by table, each with its sources spelt out."""
    sources = {s["source_id"]: s for s in database.rows(opened.connection, "sources")}
    tables: dict[str, list[dict]] = {}
    for row in rows:
        spelt = [
            {"id": key, **{c: sources[key][c] for c in ("publisher", "title", "url")}}
            for key in row["sources"]
        ]
        tables.setdefault(row["table"], []).append(
            {"row_key": row["row_key"], "confidence": row["confidence"], "sources": spelt}
        )
    return tables


def as_text(found: dict) -> str:
    """A trace as an indented list."""
    lines = [
        f"{found['kind']} {found['key']}: {printable(found['text'], 2000)}",
        f"  view {found['view']}",
    ]
    for table, rows in found["tables"].items():
        lines.append(f"    table {table} ({len(rows)} rows)")
        for row in rows:
            lines.append(f"      row {printable(row['row_key'])} ({row['confidence']})")
            lines += [
                (
                    f"        {printable(s['publisher'])}: {printable(s['title'])} "
                    f"<{printable(s['url'] or 'no address')}>"
                )
                for s in row["sources"]
            ]
    return "\n".join(lines)

"""What an edition changes against the published one, as data and as text: the stuff of `check`,
`compare` and the chapter *What changed*.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from brief.analysis import claims
from brief.editions import as_built, compare, edition
from brief.editions.ledgers import Ledger
from brief.tables import database, entries, recipes, taking
from brief.words import InputError, Problem, printable

YEARS = ("year", "period_to", "date")
# What an edition says of itself, by its part of the ledger.
SAID = {
    "edition": "edition",
    "date": "date",
    "cut_off": "cut-off",
    "fingerprint": "fingerprint",
}


def against_published(opened: edition.Edition) -> compare.Comparison:
    """`compare.compare` of the published ledger and this edition, with `tables` (rows added and
    removed, cells revised) and `unlisted`.

    `unlisted` are tables whose content is not the published one, but whose cells cannot be told
    apart, because data/ itself has moved on since the newest edition was published. Raises
    InputError before the first edition.
    """
    ledger = opened.published_ledger
    if ledger is None:
        raise InputError(
            [
                Problem(
                    "editions/",
                    "no published edition",
                    "at least one ledger",
                    help="`python3 run.py publish` writes it.",
                )
            ]
        )
    found = compare.compare(ledger, edition.ledger(opened, opened.name, ""))
    found["tables"] = compare.compare_tables(
        opened.base, opened.tables, database.table_columns(opened.connection)
    )
    found["unlisted"] = [
        k
        for k in opened.differs_in
        if k.startswith("data/") and Path(k).stem not in found["tables"]
    ]
    return found


def not_over(opened: edition.Edition) -> list[str]:
    """Years and days in changed rows that are not over yet, in words. This year is told of tables
    that an official file of whole years fills; a later one of every table.
    """
    today, found = taking.today(), {}
    for name, table in opened.tables.items():
        rows = (
            set(table.rows) - set(opened.base[name].rows) if table is not opened.base[name] else ()
        )
        for place, column in enumerate(table.columns if rows else ()):
            values = {str(row[place]) for row in rows} if column in YEARS else ()
            found[name, column] = sorted(one for one in values if is_ahead(one, "12-31", today))
    if not any(found.values()):
        return []
    ends: dict[str, str] = {}  # the recipes are read only now: a check is quick
    for recipe in recipes.load():
        end = recipe.get("year_ends", taking.YEAR_ENDS)
        ends |= {name: min(ends.get(name, end), end) for name in recipe.entry["takes"]}
    lines = []
    for (name, column), values in found.items():
        ahead = [one for one in values if is_ahead(one, ends.get(name, "01-01"), today)]
        if ahead:
            lines.append(
                f"{name}, {column} {printable(', '.join(ahead), 100)}: not over on {today}"
            )
    return lines


def is_ahead(value: str, end: str, today: str) -> bool:
    """Whether a year that ends on this day, a month or a day is yet to come."""
    if not re.match(r"[12]\d{3}", value):
        return False
    return (f"{value}-{end}" if len(value) == 4 else value) > today


class Side:
    """One side of a comparison: a ledger, and the tables where they are at hand."""

    def __init__(self, ledger: Ledger, tables: dict | None):
        self.ledger, self.tables = ledger, tables


def side_of(path: Path) -> Side:
    """What lies at `path`: a ledger (.json), a built edition, the data folder, or altered tables.
    Raises InputError.
    """
    if path.suffix == ".json" and path.is_file():
        content = as_built.read_json(Path(os.path.realpath(path)), "a ledger, a receipt or tables")
        if isinstance(content, dict) and isinstance(content.get("ledger"), dict):
            content = content["ledger"]  # a receipt holds its ledger
        if isinstance(content, dict) and {"claims", "numbers", "hashes"} <= set(content):
            return Side(as_built.checked_ledger(content, path), None)
    if (path / "edition.json").is_file():
        ledger = side_of(path / "edition.json").ledger
        folder = path / "html" / "downloads" / "data"
        return Side(ledger, edition.open_edition(folder).tables if folder.is_dir() else None)
    opened = edition.open_edition(path)
    date = (opened.published_ledger or {}).get("date", "")
    return Side(edition.ledger(opened, opened.name, date), opened.tables)


def between(was: Side, now: Side) -> compare.Comparison:
    """Two editions compared like `against_published`; `said` is what each says of itself."""
    found = compare.compare(was.ledger, now.ledger)
    schema = database.table_columns(database.empty_database())
    found["tables"] = (
        compare.compare_tables(was.tables, now.tables, schema) if was.tables and now.tables else {}
    )
    found["said"] = [
        {"part": words, "was": was.ledger[part], "now": now.ledger[part]}
        for part, words in SAID.items()
        if was.ledger[part] != now.ledger[part]
    ]
    hashes = (was.ledger["hashes"], now.ledger["hashes"])
    found["unlisted"] = sorted(
        k
        for k in {*hashes[0], *hashes[1]}
        if k.startswith("data/")
        and hashes[0].get(k) != hashes[1].get(k)
        and Path(k).stem not in found["tables"]
    )
    return found


# As text


def as_text(found: compare.Comparison, most: int = 12) -> str:
    """The comparison for a terminal: what was changed, what flips, what moves, what stays."""
    parts = [
        said_text(found),
        changed_text(found, most),
        flips_text(found),
        moved_text(found, most),
        reworded_text(found),
    ]
    total = found["stayed"] + len(found["flips"])
    parts.append(
        f"Stays: {found['stayed']} of {total} verdicts." if total else "No claim is computed yet."
    )
    return "\n\n".join(p for p in parts if p)


def said_text(found: compare.Comparison) -> str:
    """What the two editions say of themselves and differ in; '' where only one is an edition of its
    own.
    """
    return "\n".join(
        f"Another {said['part']}: {printable(said['was'])} → {printable(said['now'])}"
        for said in found.get("said", [])
    )


def changed_text(found: compare.Comparison, most: int) -> str:
    lines = []
    for name, change in found["tables"].items():
        counts = [
            f"{len(change[kind])} {thing}{'s' if len(change[kind]) > 1 else ''} {kind}"
            for kind, thing in (("revised", "cell"), ("added", "row"), ("removed", "row"))
            if change[kind]
        ]
        lines.append(f"  {name}: {', '.join(counts)}")
        lines += [
            f"    {printable(c['row'])}, {c['column']}: {shown(c['was'])} → {shown(c['now'])}"
            for c in change["revised"][:most]
        ]
        lines += [f"    + {printable(key)}" for key in change["added"][:most]] + [
            f"    − {printable(key)}" for key in change["removed"][:most]
        ]
        rest = sum(max(0, len(change[kind]) - most) for kind in ("revised", "added", "removed"))
        lines += [f"    and {rest} more"] if rest else []
    lines += [
        f"  {printable(k)}: not the published content"
        for k in [*found["unlisted"], *found["texts"]]
    ]
    return (
        f"Changed against {printable(found['was'])}:\n" + "\n".join(lines)
        if lines
        else f"Nothing differs from {printable(found['was'])}."
    )


def turned(key: str, was: str, now: str) -> str:
    """What became of the claim `key` whose case is another one; see `claims.turned`."""
    return claims.turned(entries.load()["claims"].get(key), was, now)


def flips_text(found: compare.Comparison, verb: str = "flip") -> str:
    """The sentences whose case changed, each as it was and as it is now."""
    if not found["flips"]:
        return f"No sentence {verb}s."
    lines = [f"Sentences that {verb} ({len(found['flips'])}):"]
    for flip in found["flips"]:
        lines += [
            f"  {printable(flip['id'])}: {turned(flip['id'], flip['was'], flip['now'])}",
            f"    was: {printable(flip['sentence_was'], 2000)}",
            f"    now: {printable(flip['sentence_now'], 2000)}",
        ]
    return "\n".join(lines)


def moved_text(found: compare.Comparison, most: int) -> str:
    """The numbers that moved most, in aligned columns: score from 0 to 1, key, before, after."""
    moved = found["moved"]
    if not moved:
        return "No number moves."
    rows = [
        (f"{m['score']:.2f}", *(printable(m[part] or "–") for part in ("key", "was", "now")))
        for m in moved[:most]
    ]
    wide = [max(len(r[i]) for r in rows) for i in range(4)]
    lines = [f"  {r[0]}  {r[1]:<{wide[1]}}  {r[2]:>{wide[2]}} → {r[3]}" for r in rows]
    rest = f"\n  and {len(moved) - most} more" if len(moved) > most else ""
    return (
        f"Numbers that move ({len(moved)}; most first, score 0 to 1):\n" + "\n".join(lines) + rest
    )


def reworded_text(found: compare.Comparison) -> str:
    if not found["reworded"]:
        return ""
    names = [printable(r["id"]) for r in found["reworded"]]
    return f"Same verdict, other figures ({len(names)}): {', '.join(names[:8])}" + (
        f" and {len(names) - 8} more" if len(names) > 8 else ""
    )


def shown(value) -> str:
    """A cell as it stands in a table; a hole is said to be one."""
    text = (
        "(empty)"
        if value is None
        else f"{value:g}"
        if isinstance(value, float) and abs(value) < 1e6
        else str(value)
    )
    text = printable(text)
    return text if len(text) <= 60 else text[:57] + "…"

"""What changed between two editions: sentences that flipped, numbers that moved, cells revised,
rows come and gone.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from brief.editions.ledgers import Ledger
from brief.tables import database
from brief.tables.database import Table


class Flip(TypedDict):
    """A claim whose case changed; "absent" where one side lacks it."""

    id: str
    was: str
    now: str
    sentence_was: str
    sentence_now: str


class Rewording(TypedDict):
    """A claim of the same case whose sentence prints other figures."""

    id: str
    case: str
    sentence_was: str
    sentence_now: str


class Move(TypedDict):
    """A number that moved, as printed; `score` is from 0 (not at all) to 1 (came, or went)."""

    key: str
    was: str
    now: str
    score: float


class Revised(TypedDict):
    """A cell that is another value now, by its row's key."""

    row: str
    column: str
    was: int | float | str | None
    now: int | float | str | None


class TableChange(TypedDict):
    """What changed in a table: keys of rows, and cells of rows that both sides have."""

    added: list[str]
    removed: list[str]
    revised: list[Revised]


class Said(TypedDict):
    """What two editions say of themselves and differ in."""

    part: str
    was: str
    now: str


class Comparison(TypedDict):
    """Two editions compared."""

    was: str
    now: str
    flips: list[Flip]
    reworded: list[Rewording]
    moved: list[Move]  # the largest first
    stayed: int  # verdicts
    texts: list[str]  # files of the analysis and chapters that differ
    tables: NotRequired[dict[str, TableChange]]  # where both sides' tables are at hand
    unlisted: NotRequired[list[str]]  # tables that differ and whose cells cannot be told apart
    said: NotRequired[list[Said]]


def score(was: float | None, now: float | None) -> float:
    """How far a number moved, from 0 (not at all) to 1: |now − was| / (|now| + |was|); 1 when it
    came or went.
    """
    if was == now:
        return 0.0
    if was is None or now is None:
        return 1.0
    return abs(now - was) / (abs(now) + abs(was))


def flips(was: dict, now: dict) -> list[Flip]:
    """Claims whose case changed, from two ledgers' `claims`."""
    found = []
    for key in [*was, *(k for k in now if k not in was)]:
        before, after = (
            was.get(key, {"case": "absent", "sentence": ""}),
            now.get(key, {"case": "absent", "sentence": ""}),
        )
        if before["case"] != after["case"]:
            found.append(
                {
                    "id": key,
                    "was": before["case"],
                    "now": after["case"],
                    "sentence_was": before["sentence"],
                    "sentence_now": after["sentence"],
                }
            )
    return found


def reworded(was: dict, now: dict) -> list[Rewording]:
    """Claims with the same verdict whose sentence now prints other figures."""
    return [
        {
            "id": key,
            "case": now[key]["case"],
            "sentence_was": was[key]["sentence"],
            "sentence_now": now[key]["sentence"],
        }
        for key in was
        if key in now
        and was[key]["case"] == now[key]["case"]
        and was[key]["sentence"] != now[key]["sentence"]
    ]


def moved(was: dict, now: dict) -> list[Move]:
    """Numbers that moved, from two ledgers' `numbers`, the largest move first."""
    found = []
    for key in [*was, *(k for k in now if k not in was)]:
        before, after = (
            was.get(key, {"value": None, "text": ""}),
            now.get(key, {"value": None, "text": ""}),
        )
        if (before["value"], before["text"]) != (after["value"], after["text"]):
            found.append(
                {
                    "key": key,
                    "was": before["text"],
                    "now": after["text"],
                    "score": score_of(before, after),
                }
            )
    return sorted(found, key=lambda m: (-m["score"], m["key"]))


def score_of(before: dict, after: dict) -> float:
    if isinstance(before["value"], (int, float)) and isinstance(after["value"], (int, float)):
        return score(before["value"], after["value"])
    return 1.0


def table_changes(was: Table, now: Table, columns: list) -> TableChange:
    """Rows added and removed (coverage) and cells revised, matched by primary key."""
    before = {database.row_key(columns, row): row for row in was.rows}
    after = {database.row_key(columns, row): row for row in now.rows}
    revised = [
        {"row": key, "column": column.name, "was": before[key][i], "now": after[key][i]}
        for key in before
        if key in after and before[key] != after[key]
        for i, column in enumerate(columns)
        if before[key][i] != after[key][i]
    ]
    return {
        "added": [k for k in after if k not in before],
        "removed": [k for k in before if k not in after],
        "revised": revised,
    }


def compare(was: Ledger, now: Ledger) -> Comparison:
    """Two ledgers compared."""
    changed = flips(was["claims"], now["claims"])
    return {
        "was": was["edition"],
        "now": now["edition"],
        "flips": changed,
        "reworded": reworded(was["claims"], now["claims"]),
        "moved": moved(was["numbers"], now["numbers"]),
        "stayed": len({*was["claims"], *now["claims"]}) - len(changed),
        "texts": sorted(
            k
            for k in {*was["hashes"], *now["hashes"]}
            if not k.startswith("data/") and was["hashes"].get(k) != now["hashes"].get(k)
        ),
    }


def compare_tables(
    was: dict[str, Table], now: dict[str, Table], schema: dict
) -> dict[str, TableChange]:
    """`table_changes` of every table in which something changed."""
    found = {}
    for name, columns in schema.items():
        if was[name] is now[name]:  # an edition shares the tables that it does not override
            continue
        changes = table_changes(was[name], now[name], columns)
        if any(changes.values()):
            found[name] = changes
    return found

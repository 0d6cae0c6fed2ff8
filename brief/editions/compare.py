"""What changed between two editions: sentences that flipped, numbers that moved, cells revised, rows come and gone."""

from __future__ import annotations

from brief.tables import database
from brief.tables.database import Table


def score(was: float | None, now: float | None) -> float:
    """How far a number moved, from 0 (not at all) to 1: |now − was| / (|now| + |was|); 1 when it came or went."""
    if was == now:
        return 0.0
    if was is None or now is None:
        return 1.0
    return abs(now - was) / (abs(now) + abs(was))


def flips(was: dict, now: dict) -> list[dict]:
    """Claims whose case changed, from two ledgers' `claims`: [{id, was, now, sentence_was, sentence_now}]."""
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


def reworded(was: dict, now: dict) -> list[dict]:
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


def moved(was: dict, now: dict) -> list[dict]:
    """Numbers that moved, from two ledgers' `numbers`, the largest move first: [{key, was, now, score}]."""
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


def table_changes(was: Table, now: Table, columns: list) -> dict:
    """Rows added and removed (coverage) and cells revised, matched by primary key.

    Returns {added: [key], removed: [key], revised: [{row, column, was, now}]}.
    """
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


def compare(was: dict, now: dict) -> dict:
    """Two ledgers compared: {flips, reworded, moved, stayed, texts}; `texts` are files of the analysis that differ."""
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


def compare_tables(was: dict[str, Table], now: dict[str, Table], schema: dict) -> dict[str, dict]:
    """`table_changes` of every table in which something changed."""
    found = {}
    for name, columns in schema.items():
        if was[name] is now[name]:  # an edition shares the tables that it does not override
            continue
        changes = table_changes(was[name], now[name], columns)
        if any(changes.values()):
            found[name] = changes
    return found

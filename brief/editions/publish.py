"""Freeze the present content of data/, analysis/ and chapters/ as a published edition: its ledger
under editions/.

An edition is a draft until `--release`; a draft is written anew as often as one likes. A released
edition stays as it is: other content needs another number, or `--revise REASON`, which puts the
change on the page of revisions.
"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

from brief import ending, paths
from brief.editions import compare, edition, ledgers, revised
from brief.tables import database
from brief.words import InputError, Problem


def publish(
    number: str | None = None,
    date: str | None = None,
    release: bool = False,
    reason: str | None = None,
    check=lambda opened: None,
) -> tuple[Path, list[str]]:
    """Write the ledger editions/NUMBER.json; returns its path and what else was done, in words.

    `check(opened)` raises where the edition must not be published. Raises InputError for a
    released edition with other content, WordingError for unsound texts.
    """
    last = ledgers.newest_ledger() or {}
    number = number or last.get("edition", "2026.1")
    check_usage(number, date, reason)
    path = paths.EDITIONS / f"{number}.json"
    before = ledgers.read_ledger(path) if path.exists() else None
    fixed = before is not None and not before.get("draft", False)
    opened = edition.open_edition()
    if fixed and before["fingerprint"] == opened.fingerprint:
        return path, [f"{number} is released and says what lies here: nothing to do."]
    if fixed and not reason:
        raise InputError(
            [
                Problem(
                    f"editions/{path.name}",
                    "a released edition with other content",
                    "another --edition number, or --revise REASON",
                    help=f"Differs: {', '.join(opened.differs_in[:6])}.",
                )
            ]
        )
    date = (
        date
        or (None if fixed or number != last.get("edition") else last.get("date"))
        or datetime.date.today().isoformat()
    )
    schema = database.table_columns(opened.connection)
    cells = revised.refuse_unexplained(opened.tables, schema)
    check(opened)
    ledger = edition.ledger(opened, number, date) | {"draft": not (release or fixed)}
    compared = before if fixed else released_before(number)
    paths.EDITIONS.mkdir(exist_ok=True)
    said = [f"{number} is a draft: publish --release fixes it."] if ledger["draft"] else []
    text = json.dumps(ledger, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    with ending.undisturbed():  # a released ledger and the word of it come together
        if not ledger["draft"]:
            said += record(ledger, compared, reason, cells)
            revised.path().unlink(missing_ok=True)
        ledgers.write_whole(path, text)
    return path, said


def check_usage(number: str, date: str | None, reason: str | None) -> None:
    problems = []
    if not re.fullmatch(ledgers.NUMBER, number) or len(number) > 40:
        problems.append(
            Problem("--edition", repr(number), "numbers with points between them, as 2026.1")
        )
    if date is not None and not ledgers.is_day(date):
        problems.append(Problem("--date", repr(date), "a day as 2026-11-22, from 1980 to 2099"))
    if reason is not None and len(reason.strip()) < 10:
        problems.append(
            Problem(
                "--revise", repr(reason), "a reason that a reader understands, ten letters at least"
            )
        )
    if problems:
        raise InputError(problems)


def released_before(number: str) -> ledgers.Ledger | None:
    """The ledger of the newest released edition other than this one."""
    found = [ledgers.read_ledger(p) for p in ledgers.ledger_files() if p.stem != number]
    found = [ledger for ledger in found if not ledger.get("draft", False)]
    return found[-1] if found else None


def record(
    ledger: ledgers.Ledger,
    before: ledgers.Ledger | None,
    reason: str | None,
    cells: list[revised.RevisedCell],
) -> list[str]:
    """Put a released edition on the page of revisions, with the cells that official files revised,
    and into the change log; returns what was written.
    """
    change = revision(ledger, before, reason)
    if cells:
        change["cells"] = list(cells)
    import yaml

    entries = ledgers.revisions() + [change]
    ledgers.write_whole(
        paths.EDITIONS / ledgers.REVISIONS,
        (
            "# Every change to a published edition: written by `publish`, shown in the chapter "
            "What changed.\n"
        )
        + yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=110),
    )
    log = paths.ROOT / "CHANGELOG.md"
    text = log.read_text(encoding="utf-8") if log.exists() else "# Changes\n"
    head, mark, rest = text.partition("\n## ")
    entry = (
        f"\n## Edition {change['edition']} ({change['date']})\n\n- {change['reason']}\n- "
        f"{change['direction']}\n"
    )
    ledgers.write_whole(log, head.rstrip("\n") + "\n" + entry + (mark + rest if mark else ""))
    return [f"editions/{ledgers.REVISIONS} and CHANGELOG.md: {change['direction']}"]


def revision(
    ledger: ledgers.Ledger, before: ledgers.Ledger | None, reason: str | None
) -> ledgers.Revision:
    """One revision: what flipped, and how many numbers went up and down, against the edition
    before.
    """
    entry = {
        "edition": ledger["edition"],
        "date": ledger["date"],
        "reason": (reason or ("A new edition." if before else "The first edition.")).strip(),
    }
    if before is None:
        return entry | {
            "direction": "Nothing was published before.",
            "flips": [],
            "up": 0,
            "down": 0,
        }
    found = compare.compare(before, ledger)
    values = [
        (
            before["numbers"].get(m["key"], {}).get("value"),
            ledger["numbers"].get(m["key"], {}).get("value"),
        )
        for m in found["moved"]
    ]
    pairs = [
        (a, b) for a, b in values if isinstance(a, (int, float)) and isinstance(b, (int, float))
    ]
    up, down = sum(b > a for a, b in pairs), sum(b < a for a, b in pairs)
    return entry | {
        "direction": f"Against {before['edition']}: {up} numbers up, {down} down, "
        f"{len(values) - up - down} come, gone or reworded; "
        f"{len(found['flips'])} of {len(ledger['claims'])} verdicts changed.",
        "flips": [f["id"] for f in found["flips"]],
        "up": up,
        "down": down,
    }

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
from brief.editions import compare, edition, ledgers, row_marks
from brief.tables import database
from brief.words import InputError, Problem

FEWEST = 10  # letters of a reason
TYPO = "Take it out, or write the claim's id, the table or the row's key as it is."
PROVENANCE = ("source_id", "confidence", "note")


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
    last_released = released_before(number)
    if not fixed and last_released and date < last_released["date"]:
        found = f"{date}, before {last_released['edition']} of {last_released['date']}"
        raise InputError([Problem("--date", found, "a day not before the last edition's")])
    check(opened)
    ledger = edition.ledger(opened, number, date) | {"draft": not (release or fixed)}
    compared = before if fixed else last_released
    marks = row_marks.of_tables(opened.tables, database.table_columns(opened.connection))
    change = revision(ledger, compared, reason, marks)
    if not ledger["draft"]:
        ask_for_reasons(change.get("turned", []), change.get("revised", []), number)
    paths.EDITIONS.mkdir(exist_ok=True)
    said = [f"{number} is a draft: publish --release fixes it."] if ledger["draft"] else []
    text = json.dumps(ledger, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    with ending.undisturbed():  # a released ledger and the word of it come together
        if not ledger["draft"]:
            said += record(change)
            ledgers.write_whole(row_marks.path_of(number), row_marks.as_text(marks))
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


def turns(before: ledgers.Ledger, ledger: ledgers.Ledger, reason: str = "") -> list[ledgers.Turn]:
    """Each verdict of the edition before that turned or went, with the reason on record, else with
    that of the whole revision.
    """
    why = ledgers.reasons(ledger["edition"])["claims"]
    return [
        {
            "claim": flip["id"],
            **{name: flip[name] for name in ("was", "now", "sentence_was", "sentence_now")},
            "why": why.get(flip["id"], reason),
        }
        for flip in compare.flips(before["claims"], ledger["claims"])
        if flip["was"] != "absent"
    ]


def revised_rows(
    before: ledgers.Ledger,
    number: str,
    marks: dict[str, row_marks.TableMarks],
    reason: str = "",
) -> list[ledgers.RevisedRow]:
    """Each row of the edition before whose figures were revised or that was taken out, with the
    reason on record, else with that of the whole revision. How a row is sourced is no figure.
    """
    if not row_marks.path_of(before["edition"]).exists():
        return []
    why = ledgers.reasons(number)["rows"]
    found: list[ledgers.RevisedRow] = []
    for table, became in row_marks.since(before["edition"], marks).items():
        figures = {
            key: [name for name in columns if name not in PROVENANCE]
            for key, columns in became["revised"].items()
        }
        changed = {key: columns for key, columns in figures.items() if columns}
        found += [
            {
                "table": table,
                "row": key,
                "columns": columns,
                "why": why.get(table, {}).get(key) or why.get(table, {}).get("*") or reason,
            }
            for key, columns in (changed | dict.fromkeys(became["gone"], [])).items()
        ]
    return found


def ask_for_reasons(turned: list[ledgers.Turn], revised: list[ledgers.RevisedRow], number: str):
    """Raises InputError for each verdict that turned, and each revised row, without a reason, and
    for each reason of something that neither turned nor was revised.
    """
    file = f"editions/{number}{ledgers.REASONS}"
    problems = [
        Problem(
            file,
            f"{asked(turn['why'])} for {turn['claim']} ({turn['was']} before, {turn['now']} now)",
            f"a reason of {FEWEST} letters for each verdict that turned",
            help="Under claims:, a line with the claim's id, a colon, and why it turned.",
        )
        for turn in turned
        if len(turn["why"].strip()) < FEWEST
    ]
    problems += [
        Problem(
            file,
            f"{asked(row['why'])} for {row['table']} {row['row']} ("
            f"{', '.join(row['columns']) or 'taken out'})",
            f"a reason of {FEWEST} letters for each revised row",
            help="Under rows:, its table, a colon; below it the row's key, a colon, and why.",
        )
        for row in revised
        if len(row["why"].strip()) < FEWEST
    ]
    problems += [
        Problem(file, f"a reason for {what}", "reasons for what turned or was revised", help=TYPO)
        for what in reasons_for_nothing(turned, revised, number)
    ]
    if problems:
        raise InputError(problems)


def asked(why: str) -> str:
    """Whether a reason is missing or too short, in words."""
    return "too short a reason" if why.strip() else "no reason"


def reasons_for_nothing(
    turned: list[ledgers.Turn], revised: list[ledgers.RevisedRow], number: str
) -> list[str]:
    """What a reason is on record for, though it neither turned nor was revised."""
    reasons = ledgers.reasons(number)
    rows = {(row["table"], row["row"]) for row in revised}
    rows |= {(row["table"], "*") for row in revised}
    return [
        *(claim for claim in reasons["claims"] if claim not in {turn["claim"] for turn in turned}),
        *(
            f"{table} {key}"
            for table, of_table in reasons["rows"].items()
            for key in of_table
            if (table, key) not in rows
        ),
    ]


def record(change: ledgers.Revision) -> list[str]:
    """Put a released edition on the page of revisions and into the change log; returns what was
    written.
    """
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
    ledger: ledgers.Ledger,
    before: ledgers.Ledger | None,
    reason: str | None,
    marks: dict[str, row_marks.TableMarks],
) -> ledgers.Revision:
    """One revision: what flipped, how many numbers went up and down, and which rows were revised,
    against the edition before.
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
        "turned": turns(before, ledger, reason or ""),
        "revised": revised_rows(before, ledger["edition"], marks, reason or ""),
    }

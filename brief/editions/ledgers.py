"""What published editions leave behind under editions/: ledgers, sweeps, the list of revisions.
Judged before they are used.

Every command needs the newest ledger. One that is broken is refused by the name of its file, with
exit code 2.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from pathlib import Path
from typing import NotRequired, TypedDict

from brief import ending, paths
from brief.words import InputError, Problem, json_fault

NUMBER = r"[0-9]+(\.[0-9]+)*"
CASES = ("holds", "fails", "unknown", "untestable")
REVISIONS = "revisions.yml"
REASONS = ".reasons.yml"  # beside a ledger: why verdicts turned and figures were revised
BY_HAND = "Under claims:, a claim's id and why; under rows:, a table, its rows' keys and why."
ONLY_PUBLISH = (
    "Only `python3 run.py publish` writes these files: take it back from version control."
)


class LedgerClaim(TypedDict):
    """A claim as an edition found it."""

    case: str  # holds, fails, unknown or untestable
    value: float | None
    bound: float | None
    sentence: str


class LedgerNumber(TypedDict):
    value: float | None
    text: str  # as printed


class Ledger(TypedDict):
    """What a published edition leaves under editions/."""

    edition: str
    date: str
    cut_off: str
    fingerprint: str
    hashes: dict[str, str]  # of data/NAME.csv, analysis/FILE, chapters/FILE
    claims: dict[str, LedgerClaim]
    numbers: dict[str, LedgerNumber]


class Turn(TypedDict):
    """One verdict of the edition before that the revision turned, or took away."""

    claim: str
    was: str  # holds, fails, unknown or untestable
    now: str  # the same, or absent
    sentence_was: str
    sentence_now: str
    why: str


class RevisedRow(TypedDict):
    """One row of the edition before whose figures were revised, or that was taken out."""

    table: str
    row: str  # its key
    columns: list[str]  # revised; empty for a row that was taken out
    why: str


class Reasons(TypedDict):
    """What a person wrote into NUMBER.reasons.yml."""

    claims: dict[str, str]  # claim: why its verdict turned
    rows: dict[str, dict[str, str]]  # table: {row key, or * for others: why it was revised}


class Revision(TypedDict):
    """One change to what had been published, on the page of revisions."""

    edition: str
    date: str
    reason: str
    direction: str
    flips: list[str]
    up: int
    down: int
    turned: NotRequired[list[Turn]]
    revised: NotRequired[list[RevisedRow]]


def ledger_files() -> list[Path]:
    """The ledgers of all editions, the newest last."""
    return sorted(
        (p for p in paths.EDITIONS.glob("[0-9]*.json") if re.fullmatch(NUMBER, p.stem)),
        key=lambda p: [int(x) for x in p.stem.split(".")],
    )


def newest_ledger() -> Ledger | None:
    """The ledger of the newest published edition, or None before the first one. Raises
    InputError.
    """
    files = ledger_files()
    return read_ledger(files[-1]) if files else None


def read_ledger(path: Path) -> Ledger:
    """A ledger, as `edition.ledger` makes one. Raises InputError with what is wrong in it."""
    found = json_of(path)
    expect(path, found, dict, "the whole file", "an object")
    if found.get("edition") != path.stem:
        refuse(path, "edition", found.get("edition"), f'"{path.stem}", as the file is called')
    if not is_day(found.get("date")):
        refuse(path, "date", found.get("date"), "a day as 2026-11-22")
    if not is_hash(found.get("fingerprint")):
        refuse(path, "fingerprint", found.get("fingerprint"), "64 hexadecimal digits")
    expect(path, found.get("cut_off"), str, "cut_off", "a text")
    expect(path, found.get("draft", False), bool, "draft", "true or false")
    for name in ("hashes", "claims", "numbers"):
        expect(path, found.get(name), dict, name, "an object")
    for key, value in found["hashes"].items():
        if not is_hash(value):
            refuse(path, f"hashes, {key}", value, "64 hexadecimal digits")
    for key, claim in found["claims"].items():
        expect(path, claim, dict, f"claims, {key}", "an object")
        if claim.get("case") not in CASES:
            refuse(path, f"claims, {key}, case", claim.get("case"), ", ".join(CASES))
        expect(path, claim.get("sentence"), str, f"claims, {key}, sentence", "a text")
        for name in ("value", "bound"):
            expect(path, claim.get(name), PLAIN, f"claims, {key}, {name}", "a number, text or null")
    for key, number in found["numbers"].items():
        expect(path, number, dict, f"numbers, {key}", "an object")
        expect(path, number.get("text"), str, f"numbers, {key}, text", "a text")
        expect(path, number.get("value"), PLAIN, f"numbers, {key}, value", "a number or null")
    return found


def read_sweep(path: Path) -> dict:
    """What `publish --sweep` wrote, as `firm.small` makes it. Raises InputError."""
    found = json_of(path)
    expect(path, found, dict, "the whole file", "an object")
    expect(path, found.get("fingerprint"), str, "fingerprint", "a text")
    expect(path, found.get("draws"), int, "draws", "a whole number")
    expect(path, found.get("claims"), dict, "claims", "an object")
    for key, claim in found["claims"].items():
        expect(path, claim, dict, f"claims, {key}", "an object")
        for name in ("draws", "stays_in"):
            expect(path, claim.get(name), int, f"claims, {key}, {name}", "a whole number")
        for name in ("stays", "holds"):
            expect(path, claim.get(name), (int, float), f"claims, {key}, {name}", "a share")
        first = claim.get("first")
        expect(path, first, (dict, type(None)), f"claims, {key}, first", "an object or null")
        if first:
            expect(path, first.get("what"), str, f"claims, {key}, first, what", "a text")
    return found


def revisions() -> list[Revision]:
    """Every revision on record, the oldest first; none where there is no file. Raises
    InputError.
    """
    path = paths.EDITIONS / REVISIONS
    if not path.exists():
        return []
    found = yaml_of(path, "a list of revisions") or []
    expect(path, found, list, "the whole file", "a list")
    for place, entry in enumerate(found, 1):
        expect(path, entry, dict, f"entry {place}", "an object")
        for name in ("edition", "date", "reason", "direction"):
            expect(path, entry.get(name), str, f"entry {place}, {name}", "a text in quotes")
        for name, shape in (("turned", Turn), ("revised", RevisedRow)):
            found_here = entry.get(name, [])
            expect(path, found_here, list, f"entry {place}, {name}", "a list")
            for part in found_here:
                expect(path, part, dict, f"entry {place}, {name}", "objects")
                for field in shape.__annotations__:
                    kind = list if field == "columns" else str
                    expect(path, part.get(field), kind, f"entry {place}, {name}, {field}", "a text")
    return found


def reasons(number: str) -> Reasons:
    """Why verdicts turned and figures were revised in the edition `number`; empty where nobody
    wrote any. Raises InputError.
    """
    path = paths.EDITIONS / f"{number}{REASONS}"
    found = (yaml_of(path, "claims and rows", as_text=True) or {}) if path.exists() else {}
    expect(path, found, dict, "the whole file", "claims: and rows:")
    claims, rows = found.get("claims") or {}, found.get("rows") or {}
    expect_texts(path, claims, "claims")
    expect(path, rows, dict, "rows", "tables, each with rows and reasons")
    for table, of_table in rows.items():
        expect_texts(path, of_table, f"rows, {table}")
    return {"claims": claims, "rows": rows}


def expect_texts(path: Path, found, place: str) -> None:
    """Refuse what is not a list of names, each with a text."""
    expect(path, found, dict, place, "names, each with a reason")
    for name, text in found.items():
        expect(path, name, str, f"{place}, {name}", "a name in quotes")
        expect(path, text, str, f"{place}, {name}", "a text in quotes")


def yaml_of(path: Path, allowed: str, as_text: bool = False):
    """A file's content; `as_text`: a key such as 2012 stays the text that it is."""
    import yaml

    loader = yaml.BaseLoader if as_text else yaml.SafeLoader
    try:
        return yaml.load(path.read_text(encoding="utf-8"), loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        refuse(path, "", f"broken YAML ({error})", allowed)


PLAIN = (int, float, str, type(None))


def json_of(path: Path):
    """The content of a JSON file under editions/. Raises InputError for a broken one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        refuse(path, "", f"broken JSON ({json_fault(error)})", "what `publish` wrote")


def expect(path: Path, found, kinds, place: str, allowed: str) -> None:
    """Refuse what is of none of these types; a truth value is no number."""
    if not isinstance(found, kinds) or (isinstance(found, bool) and kinds is not bool):
        refuse(path, place, found, allowed)


def refuse(path: Path, place: str, found, allowed: str):
    help = BY_HAND if path.name.endswith(REASONS) else ONLY_PUBLISH
    said = found if place == "" else "nothing" if found is None else repr(found)[:100]
    raise InputError([Problem(f"editions/{path.name}", said, allowed, column=place, help=help)])


def is_hash(text) -> bool:
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


def is_day(text) -> bool:
    """Whether a text is a day as 2026-11-22, of a year that archives can hold (from 1980)."""
    if not isinstance(text, str) or not re.fullmatch(
        r"(19[89]|20[0-9])[0-9]-[0-9]{2}-[0-9]{2}", text
    ):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def write_whole(path: Path, text: str) -> None:
    """Write a file that is never seen half written: beside it, then in its place, whatever stops
    the command.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with ending.undisturbed():
        try:
            fresh.write_bytes(text.encode())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise

"""Margins: how far a claim's lever must move before its sentence is wrong, found by search on a
copy of the data.

A lever is an SQL statement with one place, `:x`, and the range in which it may move. The search
goes outward from the value that changes nothing, in both directions, and halves the interval in
which the claim first flips.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from pathlib import Path

import apsw

from brief import kept, paths
from brief.analysis import dependencies
from brief.tables import alterations, entries
from brief.tables.alterations import AlterationError, altered

# probes on each side before halving: dense near the neutral value, where an honest margin matters
STEPS = 24
HALVINGS = 30
KEPT = 400  # margins, of some eighty claims in several editions


@dataclass(frozen=True)
class Margin:
    """Where the claim flips. `x` is the lever's value there, or None when the whole range leaves it
    standing.
    """

    x: float | None
    words: str
    share: float | None  # of the lever's range between neutral and its end; small is fragile


def kept_margin(connection, claim_id: str, chapter: str, entry: dict) -> Margin | None:
    """The margin of one claim, found once for the same lever, arithmetic and rows that the claim's
    view and its lever need.
    """
    if not entry.get("lever"):
        return None
    view = entries.view_of(chapter)
    needs = [
        *dependencies.of_views(connection)[view],
        *dependencies.of_words(
            dependencies.names(connection), [dependencies.words_of(str(entry["lever"]["sql"]))]
        ),
    ]
    beneath = [digest(connection, connection.total_changes(), need) for need in needs]
    key = kept.key_of(arithmetic(), json.dumps([claim_id, entry["lever"], beneath]))
    return Margin(
        *kept.keep(
            "margin",
            key,
            lambda: list(astuple(found_unnoted(connection, claim_id, chapter, entry))),
            is_margin,
            most=KEPT,
        )
    )


def is_margin(found) -> bool:
    """Whether something kept holds the fields of a Margin, in their order."""
    x, words, share = found
    number = (int, float, type(None))
    return isinstance(words, str) and isinstance(x, number) and isinstance(share, number)


def found_unnoted(connection, claim_id: str, chapter: str, entry: dict) -> Margin | None:
    """`find`, without its hundreds of probes among the questions that a chapter is known to ask
    (brief/build/reads.py): the rows they depend on are.
    """
    noted, connection.exec_trace = connection.exec_trace, None
    try:
        return find(connection, claim_id, chapter, entry)
    finally:
        connection.exec_trace = noted


@cache
def arithmetic() -> str:
    """One hash over the SQL, and over what searches with it."""
    return kept.key_of(
        Path(__file__),
        Path(alterations.__file__),
        *sorted(paths.ANALYSIS.glob("*.sql")),
        apsw.sqlite_lib_version(),
    )


@lru_cache(maxsize=256)
def digest(connection, changes: int, need: str) -> str:
    """One hash over the rows of a table, or of `parameters.NAME`. `changes` is the connection's
    count of them: one more asks anew.
    """
    table, _, parameter = need.partition(".")
    rows = (
        connection.execute(f'select * from "{table}" where name = ?', (parameter,))
        if parameter
        else connection.execute(f'select * from "{table}"')
    )
    return hashlib.sha256(json.dumps([need, rows.fetchall()]).encode()).hexdigest()


def find(connection, claim_id: str, chapter: str, entry: dict) -> Margin | None:
    """The margin of one claim, or None when its entry has no lever. Leaves the database as
    it was.
    """
    lever = entry.get("lever")
    if not lever:
        return None
    view = entries.view_of(chapter)
    present = _holds(connection, view, claim_id)
    whole = (
        all(isinstance(lever[k], int) for k in ("neutral", "low", "high"))
        and ".0f" in lever["format"]
    )
    found = [
        x
        for side in (lever["high"], lever["low"])
        if side != lever["neutral"]
        for x in [_first_flip(connection, view, claim_id, present, lever, side, whole)]
        if x is not None
    ]
    if not found:
        return Margin(
            None,
            f"No value from {lever['low']:,g} to {lever['high']:,g} changes the sentence.",
            None,
        )
    nearest = min(found, key=lambda x: abs(x - lever["neutral"]))
    reach = max(abs(lever["high"] - lever["neutral"]), abs(lever["low"] - lever["neutral"]))
    return Margin(
        nearest,
        lever["words"].replace("{margin}", _print(connection, lever["format"], nearest)),
        abs(nearest - lever["neutral"]) / reach,
    )


def _print(connection, form: str, x: float) -> str:
    """The value as SQLite prints it, so that margins look like every other number."""
    value = int(x) if form.rstrip("%").endswith("d") else float(x)
    question = "select replace(printf(?, ?), '-', '−')"
    return connection.execute(question, (form, value)).fetchone()[0]


def _holds(connection, view: str, claim_id: str):
    return connection.execute(f"select holds from {view} where id = ?", (claim_id,)).fetchone()[0]


def _differs(connection, view, claim_id, present, lever, x) -> bool | None:
    """Whether the claim flips at x; None when the schema refuses the data at x."""
    statements = [lever["sql"]] if isinstance(lever["sql"], str) else lever["sql"]
    try:
        with altered(connection, statements, {"x": x}):
            return _holds(connection, view, claim_id) != present
    except AlterationError:
        return None


def _first_flip(connection, view, claim_id, present, lever, side, whole) -> float | None:
    """The value nearest to neutral, on one side, at which the claim flips."""
    neutral, last = lever["neutral"], lever["neutral"]
    for step in range(1, STEPS + 1):
        x = neutral + (side - neutral) * (step / STEPS) ** 2
        x = round(x) if whole else x
        if x == last:  # small whole steps round to the same value, which stands
            continue
        flipped = _differs(connection, view, claim_id, present, lever, x)
        if flipped is None:
            return None
        if flipped:
            return _halve(connection, view, claim_id, present, lever, last, x, whole)
        last = x
    return None


def _halve(connection, view, claim_id, present, lever, stands, flips, whole) -> float:
    """Narrow the interval between a value at which the claim stands and one at which it flips,
    until both read alike.
    """
    for _ in range(HALVINGS):
        middle = (stands + flips) // 2 if whole else (stands + flips) / 2
        if middle in (stands, flips) or _print(connection, lever["format"], stands) == _print(
            connection, lever["format"], flips
        ):
            break
        if _differs(connection, view, claim_id, present, lever, middle):
            flips = middle
        else:
            stands = middle
    return flips

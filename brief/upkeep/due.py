"""Which official series have had news: the manifest of a table says how often its publisher
publishes, `due: {every_months: 12, month: 6}`, and `updated` when it was last looked at.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from brief.words import BriefError


@dataclass(frozen=True)
class Due:
    """A table whose publisher has had news since it was last looked at."""

    table: str
    title: str
    updated: str  # the day on which it was last looked at
    published: str  # the month in which the publisher had news, as 2026-06
    every_months: int


def last_published(every_months: int, month: int, today: datetime.date) -> datetime.date:
    """The first day of the last month, up to today, in which a publisher publishes."""
    months = today.year * 12 + today.month - 1
    since = (months - (month - 1)) % every_months
    year, place = divmod(months - since, 12)
    return datetime.date(year, place + 1, 1)


def due(manifests: dict[str, dict], today: datetime.date) -> list[Due]:
    """The series that are due, the longest first. Raises BriefError for a manifest that says
    something else than a rhythm.
    """
    found = []
    for table, manifest in manifests.items():
        rhythm = manifest.get("due")
        if rhythm is None:
            continue
        if not is_rhythm(rhythm):
            raise BriefError(
                f"data/{table}.yml, due: found {rhythm!r}; allowed: every_months from 1 to 120 and "
                "month from 1 to 12"
            )
        published = last_published(rhythm["every_months"], rhythm["month"], today)
        updated = datetime.date.fromisoformat(str(manifest["updated"]))
        if updated < published:
            found.append(
                Due(
                    table,
                    manifest["title"],
                    updated.isoformat(),
                    f"{published:%Y-%m}",
                    rhythm["every_months"],
                )
            )
    return sorted(found, key=lambda one: one.published)


def is_rhythm(rhythm) -> bool:
    """Whether a manifest's `due` names a number of months and the month of one publication."""
    return (
        isinstance(rhythm, dict)
        and set(rhythm) == {"every_months", "month"}
        and all(isinstance(value, int) for value in rhythm.values())
        and 1 <= rhythm["every_months"] <= 120
        and 1 <= rhythm["month"] <= 12
    )


def as_text(found: list[Due], known: int) -> str:
    """In words: which series are due, and what takes them."""
    lines = [f"{len(found)} of {known} official series are due."]
    lines += [
        f"  {one.table}: published in {one.published}, last looked at on {one.updated} "
        f"({one.title}; every {one.every_months} months)"
        for one in found
    ]
    if found:
        lines.append("Download the file from the publisher, then: python3 run.py take FILE")
    return "\n".join(lines)


def run(today: datetime.date | None = None) -> tuple[str, int]:
    """The report on all manifests, and how many series are due."""
    from brief.notebook.catalogue import manifests

    described = manifests()
    found = due(described, today or datetime.date.today())
    known = sum("due" in manifest for manifest in described.values())
    return as_text(found, known), len(found)

"""Freeze the present content of data/, analysis/ and chapters/ as a published edition: its ledger under editions/."""
from __future__ import annotations

import datetime
import json
from pathlib import Path

from brief import edition, paths


def publish(number: str | None = None, date: str | None = None) -> Path:
    """Write the ledger editions/NUMBER.json; returns its path. Raises InputError or WordingError on unsound content."""
    last = edition.newest_ledger() or {}
    number = number or last.get("edition", "2026.1")
    date = date or last.get("date") or datetime.date.today().isoformat()
    opened = edition.open_edition()
    paths.EDITIONS.mkdir(exist_ok=True)
    path = paths.EDITIONS / f"{number}.json"
    path.write_text(json.dumps(edition.ledger(opened, number, date), indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return path

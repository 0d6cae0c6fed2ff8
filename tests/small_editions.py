"""Editions that are quick to make: a few files with a true receipt, as a build leaves them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from brief.editions import as_built, freshness

ZEROS = "0" * 64


def ledger(**parts) -> dict:
    """The ledger of a small altered edition; `parts` take the place of its own."""
    hashes = parts.pop("hashes", {"data/parameters.csv": ZEROS})
    fingerprint = as_built.fingerprint_of(hashes)
    return {
        "edition": f"altered {fingerprint[:12]}",
        "date": "2026-11-22",
        "cut_off": "22 August 2026",
        "fingerprint": fingerprint,
        "hashes": hashes,
        "claims": {"few": {"case": "holds", "value": 1, "bound": 2.5, "sentence": "Few came."}},
        "numbers": {"came": {"value": 12, "text": "12"}, "unknown": {"value": None, "text": "–"}},
    } | parts


def write(folder: Path, files: dict[str, str] | None = None, said: dict | None = None) -> Path:
    """Write an edition with these files and this ledger, its description (made from inputs "same") and its receipt, as a build does."""
    said = said or ledger()
    files = {"html/index.html": "the book"} if files is None else files
    description = json.dumps(said | {"inputs": "same"}, indent=1)
    for name, text in {**files, "edition.json": description}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    sign(folder, said)
    freshness.vouch(folder)
    return folder


def sign(folder: Path, said: dict) -> Path:
    """Write a receipt over all that lies in the folder, as whoever forges one would, too."""
    outputs = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / "receipt.json"
    }
    (folder / "receipt.json").write_text(
        json.dumps(
            {"receipt": 1, "versions": {}, "locks": {}, "ledger": said, "outputs": outputs},
            indent=1,
        ),
        encoding="utf-8",
    )
    return folder

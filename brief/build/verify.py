"""`verify`: what a receipt describes is built anew, or another is taken, and the two are compared
in words.
"""

from __future__ import annotations

import os
from pathlib import Path

from brief import paths
from brief.build import staging
from brief.editions import as_built
from brief.editions.receipts import capped, compare
from brief.words import printable

TABLES = ("html", "downloads", "data")


def folder_of(path: Path) -> Path | None:
    """The edition's folder that a receipt lies in, or None for a receipt alone."""
    if os.path.isdir(path):
        return path
    folder = Path(os.path.realpath(path)).parent
    return folder if os.path.lexists(folder / "html") else None


def beside(path: Path, receipt: dict) -> tuple[list[str], bool]:
    """What of the files beside a receipt is not as it lists them, in words, and whether all is.
    Reads them all; follows no link.
    """
    folder = folder_of(path)
    if folder is None:
        return [printable(f"{path}: a receipt alone; its files are not here to be looked at")], True
    wrong = as_built.not_as_listed(folder, receipt["outputs"])
    if not wrong and as_built.DESCRIPTION in receipt["outputs"]:
        description = as_built.read_json(folder / as_built.DESCRIPTION)
        if {**receipt["ledger"], "inputs": description.get("inputs")} != description:
            wrong = {as_built.DESCRIPTION: "says something else than the receipt"}
    if not wrong:
        return [], True
    lines = [
        f"The files in {folder} are not those that its receipt lists:",
        *capped(f"differs: {name}: {words}" for name, words in sorted(wrong.items())),
    ]
    return [*(printable(line, 1000) for line in lines), ""], False


def verify(path: Path, other: Path | None = None) -> tuple[list[str], bool]:
    """Rebuild what the receipt describes (or take another edition) and compare; the files of each
    are hashed where they lie.

    Raises InputError without a receipt, or with one that has not its shape.
    """
    was = as_built.read_receipt(path)
    now = as_built.read_receipt(other) if other else None
    lines, are_listed = beside(path, was)
    if other:
        others, other_listed = beside(other, now)
        said, agrees = compare(was, now)
        return [*lines, *others, *said], agrees and are_listed and other_listed
    said, agrees = compare(was, rebuilt(path, was))
    return [*lines, *said], agrees and are_listed


def rebuilt(path: Path, was: dict) -> dict:
    """The receipt of the edition that a receipt describes, built anew with nothing kept, in a
    folder that is gone afterwards.
    """
    from brief.build import book

    tables = tables_of(path) if was["ledger"]["edition"].startswith("altered") else None
    paths.BUILD.mkdir(parents=True, exist_ok=True)
    with staging.stage_for(paths.BUILD / "verified") as fresh:
        built = book.build(tables, out=fresh / "edition", how=book.How(afresh=True))
        return as_built.read_receipt(built)


def tables_of(path: Path) -> Path:
    """The tables of an altered edition, beside its receipt. Raises InputError where they are not,
    or behind a link.
    """
    folder = folder_of(path)
    tables = folder.joinpath(*TABLES) if folder else None
    if tables is None or not tables.is_dir():
        raise as_built.refusal(path, "an altered edition without its tables", "its whole folder")
    if os.path.realpath(tables) != os.path.join(os.path.realpath(folder), *TABLES):
        raise as_built.refusal(path, "tables behind a link", "its whole folder, as it was built")
    return tables

"""Where SQL and pandas give two values for one number: found before anything is published."""

from __future__ import annotations

from pathlib import Path

from brief import ending
from brief.build import execute
from brief.editions import edition
from brief.notebook import agreement, assets
from brief.words import InputError, Problem


def refuse_disagreements(opened: edition.Edition) -> None:
    """Run the chapters over an edition. Raises InputError with each number on which both roads
    part, and execute.ExecutionFailed for a chapter that does not run.
    """
    assets.prepare()
    with ending.temporary_folder() as folder:
        edition.write_tables(opened, folder / "data")
        edition.hold_open(folder / "data", opened)
        execute.execute_all(folder / "data", folder / "chapters")
        problems = problems_in(folder / "chapters")
    if problems:
        raise InputError(problems)


def problems_in(chapters: Path) -> list[Problem]:
    """Those of a folder of executed chapters."""
    return [
        Problem(
            f"chapters/{notebook.name}",
            one["sentence"],
            "one value by both roads",
            help="Mend the SQL or the cell, whichever is wrong.",
        )
        for notebook in sorted(chapters.glob("*.ipynb"))
        for one in agreement.in_file(notebook)
    ]

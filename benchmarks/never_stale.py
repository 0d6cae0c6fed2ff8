"""Alters every table and every parameter, one at a time, and compares what a build takes again with running all chapters.

    python benchmarks/never_stale.py [TABLE ...]

Alters all tables where none is named; `parameters` stands for each of the parameters. Prints a line for each alteration;
exit code 1 when a chapter was taken again that says something else when it is run.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from brief import paths
from brief.editions import edition
from brief.tables import database

sys.path.insert(0, str(paths.ROOT))
from tests.build.test_unchanged import against_the_truth, altered_folders


def main() -> int:
    opened, wrong = edition.open_edition(), 0
    tables = sys.argv[1:] or database.table_columns(opened.connection)
    with tempfile.TemporaryDirectory() as folder:
        paths.KEPT = Path(folder) / "kept"
        sys.stderr = open(Path(folder) / "said", "w")
        against_the_truth(
            paths.DATA, Path(folder) / "work" / "published"
        )  # so that the first alteration finds something kept
        for what, altered in altered_folders(opened, tables, Path(folder) / "alter"):
            stale, needless, again = against_the_truth(altered, Path(folder) / "work" / what)
            wrong += len(stale)
            print(
                f"{what}: {len(again)} taken again, {len(needless)} run for nothing, stale: {', '.join(stale) or 'none'}",
                flush=True,
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

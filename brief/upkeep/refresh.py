"""Generated files written anew: the manifests' hashes, the data package, the findings in the
README.
"""

from __future__ import annotations

import hashlib
import re

from brief import paths
from brief.notebook.catalogue import datapackage_text, manifests, write
from brief.tables import database


def refresh() -> list[str]:
    """Rewrite the generated files: hashes and row counts in the manifests, datapackage.json,
    README's findings. Returns those that changed.
    """
    changed = []
    for name in manifests():
        path, raw = paths.DATA / f"{name}.yml", (paths.DATA / f"{name}.csv").read_bytes()
        rows = len(
            database.parse_table(
                name, raw, database.table_columns(database.empty_database())[name], f"{name}.csv"
            ).rows
        )
        text = path.read_text(encoding="utf-8")
        fresh = re.sub(
            r"(?m)^sha256: .*$",
            f"sha256: {hashlib.sha256(raw).hexdigest()}",
            re.sub(r"(?m)^rows: .*$", f"rows: {rows}", text),
        )
        changed += write(path, fresh)
    from brief.upkeep import readme

    return (
        changed
        + write(paths.DATA / "datapackage.json", datapackage_text())
        + write(*readme.fresh())
    )

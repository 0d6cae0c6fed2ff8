"""The catalogue of tables: `data/datapackage.json` (Frictionless) and what the chapter on the data
prints.

Both are made from the manifests `data/*.yml` and the tables themselves; `python3 run.py refresh`
writes them again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from brief import kept, paths
from brief.notebook.lookup import escape
from brief.tables import database

TYPES = {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}


def manifests() -> dict[str, dict]:
    """Every manifest by table name, in the order of the schema."""
    files = {
        name: paths.DATA / f"{name}.yml"
        for name in database.table_columns(database.empty_database())
    }
    key = kept.key_of(*(part for name, path in files.items() for part in (name, path)))
    is_sound = lambda found: (
        list(found) == list(files) and all(isinstance(entry, dict) for entry in found.values())
    )
    return kept.keep("manifests", key, lambda: parsed(files), is_sound)


def parsed(files: dict[str, Path]) -> dict[str, dict]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        name: yaml.load(path.read_text(encoding="utf-8"), loader) for name, path in files.items()
    }


def datapackage() -> dict:
    """The tables as a Frictionless data package: resources with schema, keys, hashes and
    licence.
    """
    schema = database.table_columns(database.empty_database())
    resources = [resource(name, manifest, schema[name]) for name, manifest in manifests().items()]
    return {
        "name": "north-korean-defectors",
        "profile": "tabular-data-package",
        "title": "North Korean Defectors between Engagement and Rights: data",
        "description": (
            "The tables behind the brief. Every row names its sources; an empty cell is a "
            "hole, never zero."
        ),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0 (our compilation; see LICENSE-DATA)",
            }
        ],
        "resources": resources,
    }


def resource(name: str, manifest: dict, columns: list[database.Column]) -> dict:
    """One table as a Frictionless resource."""
    raw = (paths.DATA / f"{name}.csv").read_bytes()
    fields = [
        {
            "name": c.name,
            "type": TYPES[c.kind],
            "title": manifest["columns"][c.name]["meaning"],
            "unit": manifest["columns"][c.name]["unit"],
            "constraints": {"required": c.required},
        }
        for c in columns
    ]
    keys = (
        [
            {
                "fields": "source_id",
                "reference": {"resource": "sources", "fields": "source_id"},
                "separator": ";",
            }
        ]
        if name not in ("sources", "parameters")
        else []
    )
    return {
        "name": name.replace("_", "-"),
        "path": f"{name}.csv",
        "title": manifest["title"],
        "description": manifest["description"],
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        "schema": {
            "fields": fields,
            "primaryKey": [c.name for c in sorted(columns, key=lambda c: c.key) if c.key],
            "missingValues": [""],
            "sourceKeys": keys,
        },
    }


def datapackage_text() -> str:
    """`data/datapackage.json` as it should be."""
    return json.dumps(datapackage(), indent=1, ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> list[str]:
    """Write a file if its text differs; returns its name in a list if it did."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    path.write_text(text, encoding="utf-8", newline="\n")
    return [path.relative_to(paths.ROOT).as_posix()]


class Catalogue:
    """Every table with what it holds, how far it goes, what it lacks and what it does not bear, as
    MyST.
    """

    def __init__(self, tables: dict[str, database.Table]):
        self.tables = tables

    def markdown(self) -> str:
        return "\n\n".join(
            self.entry(name, manifest)
            for name, manifest in manifests().items()
            if name != "parameters"
        )

    def entry(self, name: str, manifest: dict) -> str:
        coverage = manifest.get("coverage") or {}
        covers = (
            "; ".join(str(v) for v in coverage.values())
            if isinstance(coverage, dict)
            else str(coverage)
        )
        license_of = manifest.get("license") or {}
        facts = {
            "Rows": str(len(self.tables[name].rows)),
            "Covers": covers,
            "Kind": manifest.get("class", "reference list"),
        }
        lines = [
            " ".join(
                [
                    escape(manifest["description"]),
                    *(f"{title}: {escape(text)}." for title, text in facts.items() if text),
                ]
            )
        ]
        for title, key in (("Holes", "holes"), ("Not to be concluded", "must_not_be_concluded")):
            if manifest.get(key):
                lines.append(
                    f"*{title}:* "
                    + "; ".join(escape(str(t)).rstrip(".") for t in manifest[key])
                    + "."
                )
        lines.append(
            f"*License of the source data:* {escape(license_of.get('source_data', 'unknown'))}."
        )
        return f"**{escape(manifest['title'])}** (`{name}.csv`)\n: " + "\n\n  ".join(lines)

    def _repr_mimebundle_(self, **_):
        return {
            "text/markdown": self.markdown(),
            "text/plain": f"[catalogue of {len(self.tables)} tables]",
        }

"""The coding rules of the analysis, from where they are applied: the comments of its SQL, and the
manifests of the tables that people coded by hand.

A rule of the SQL is a comment above the view that applies it:

    -- Rule (relations with China): an episode takes the sign of the latest event before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from brief import paths
from brief.tables.entries import WordingError

RULE = re.compile(r"-- Rule \(([^)]+)\): ?(.*)")


@dataclass(frozen=True)
class Rule:
    """One rule: what it is about, its words ({parameter} in braces), and the view or table that it
    codes.
    """

    subject: str
    words: str
    where: str


def of_sql(files: list[Path] | None = None) -> list[Rule]:
    """The rules above the views, in the order of the analysis. Raises WordingError for one that
    stands above no view.
    """
    found = []
    for path in files or sorted(paths.ANALYSIS.glob("*.sql")):
        subject, words = "", []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            begun = RULE.match(line)
            view = re.match(r"create view (\w+)", line)
            if begun or view:
                found += [Rule(subject, " ".join(words), "")] if words else []
                subject, words = (begun[1], [begun[2]]) if begun else ("", [])
            elif words and line.startswith("-- "):
                words.append(line[3:].strip())
            elif words:
                raise WordingError(
                    f"{path.name}, line {number}: the rule above stands over no view"
                )
            if view:
                found = [rule if rule.where else in_view(rule, view[1]) for rule in found]
        if words:
            raise WordingError(f"{path.name}: a rule stands over no view")
    return found


def in_view(rule: Rule, view: str) -> Rule:
    return Rule(rule.subject, rule.words, view)


def of_tables(manifests: dict[str, dict]) -> list[Rule]:
    """The rules by which people coded columns, `coding: {column: rule}` in a table's manifest."""
    return [
        Rule(f"{manifest['title']}: {column.replace('_', ' ')}", words, f"{name}.csv")
        for name, manifest in manifests.items()
        for column, words in (manifest.get("coding") or {}).items()
    ]

"""The lint on prose: no figure and no comparison stands loose where the data could make it wrong.

Digits are allowed in years, dates, quotations, code, addresses, and in names on the list in `prose_allowed.yml`. Words
that compare ("most", "fell", "never") stand inside a claim or a number's wording, not in free prose.
"""

from __future__ import annotations

import json
import re

import yaml

from brief import paths

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DIGITS = re.compile(r"\d[\d,.]*\d|\d")
YEAR = re.compile(
    rf"(?<![\d.,-])(?:\d{{1,2}} (?:{MONTHS}) )?(?:19[4-9]\d|20[0-3]\d)(?:[–-](?:19[4-9]\d|20[0-3]\d|\d\d))?(?:s\b)?(?![\d,]\d|%)"
)
DAY = re.compile(rf"\b\d{{1,2}} (?:{MONTHS})\b|\b(?:{MONTHS}) \d{{1,2}}\b")
LIST_MARK = re.compile(r"^\s*\d{1,2}\. ", re.M)
QUOTATION = re.compile(r"“[^”]*”")
MARKUP = re.compile(
    r"```.*?```|^:{3,}[^\n]*$|`[^`]*`|\{[a-z]+\}`[^`]*`|\]\([^)]*\)|https?://\S+|\$[^$]+\$",
    re.S | re.M,
)
COMPARISONS = [
    "most",
    "majority",
    "half",
    "third",
    "doubled",
    "tripled",
    "halved",
    "fell",
    "fallen",
    "falling",
    "rose",
    "risen",
    "grew",
    "grown",
    "shrank",
    "never",
    "only",
    "always",
    "largest",
    "smallest",
    "fewer",
    "fewest",
    "more than",
    "less than",
    "nearly all",
    "almost all",
    "increased",
    "decreased",
    "declined",
    "dropped",
    "peaked",
]
COMPARING = re.compile(r"\b(" + "|".join(COMPARISONS) + r")\b", re.I)
ALLOWED = yaml.safe_load((paths.ROOT / "tests" / "prose_allowed.yml").read_text(encoding="utf-8"))


def without_allowed(text: str, phrases: dict[str, str]) -> str:
    for phrase in sorted(phrases, key=len, reverse=True):
        text = re.sub(re.escape(phrase), " ", text, flags=re.I)
    return text


def loose_digits(text: str) -> list[str]:
    """Figures that stand typed in a text."""
    for pattern in (MARKUP, QUOTATION, LIST_MARK):
        text = pattern.sub(" ", text)
    text = without_allowed(text, ALLOWED["digits"])
    text = DAY.sub(" ", YEAR.sub(" ", DAY.sub(" ", text)))
    return DIGITS.findall(text)


def loose_comparisons(text: str) -> list[str]:
    """Comparing words that stand in free prose, outside claims."""
    for pattern in (MARKUP, QUOTATION):
        text = pattern.sub(" ", text)
    return [m[0] for m in COMPARING.finditer(without_allowed(text, ALLOWED["comparisons"]))]


def notebook_prose() -> dict[str, str]:
    """Every markdown cell: {chapter:cell: text}."""
    found = {}
    for path in sorted(paths.CHAPTERS.glob("*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if cell["cell_type"] == "markdown":
                found[f"{path.name}, cell {number}"] = "".join(cell["source"])
    index = paths.ROOT / "index.md"
    if index.exists():
        found["index.md"] = index.read_text(encoding="utf-8")
    return found


def wordings(entries: dict) -> dict[str, str]:
    """Every wording of analysis/*.yml that a reader sees: {kind key part: text}. Number places count as bound."""
    found = {}
    parts = {
        "claims": ("question", "essay", "holds", "fails", "unknown", "not_testable"),
        "figures": ("title", "subtitle", "alt", "note"),
        "tables": ("caption", "note"),
        "options": ("action", "owner", "hook", "cost", "by", "risk", "defeat", "lost"),
    }
    for kind, wanted in parts.items():
        for key, entry in entries.get(kind, {}).items():
            for part in wanted:
                value = entry.get(part)
                for case, text in value.items() if isinstance(value, dict) else [("", value)]:
                    if isinstance(text, str) and case != "claim":
                        found[f"{kind} {key} {part} {case}".strip()] = re.sub(
                            r"\{[a-z][a-z0-9_]*\}", " ", text
                        )
    return found

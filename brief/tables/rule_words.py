"""A rule of the schema in a reader's words: `persons >= 0` is "0 or more". No SQL is shown to who
hands in a table.

The commonest forms are translated. Any other rule is told by the name of its constraint alone,
which is written to be read.
"""

from __future__ import annotations

import re

from brief.tables.dialects import DATES
from brief.tables.inputs import date_precisions

NAME = r"[a-z_]+"
LITERAL = r"'[^']*'|-?[0-9.]+"
ADDED = re.compile(rf"((?:{NAME} \+ )+{NAME}) (=|<=) ({NAME}|[0-9.]+)")
SIMPLE = (  # the whole rule, and what it says of its column
    (rf"{NAME} in \(0, 1\)", "1 for yes or 0 for no"),
    (rf"{NAME} >= (-?[0-9]+)", r"\1 or more"),
    (rf"{NAME} <= (-?[0-9]+)", r"at most \1"),
    (rf"{NAME} <> (-?[0-9]+)", r"any number but \1"),
    (rf"{NAME} between ({LITERAL}) and ({LITERAL})", r"from \1 to \2"),
    (rf"length\({NAME}\) between 1 and ([0-9]+)", r"a text of at most \1 characters"),
    (rf"length\({NAME}\) <= ([0-9]+)", r"at most \1 characters"),
    (rf"({NAME}) <= ({NAME})", r"\1 no higher than \2"),
    (rf"({NAME}) between ({NAME}) and ({NAME})", r"\1 from \2 to \3"),
    (rf"({NAME}) is null or ({NAME}) is null", r"\1 or \2, not both"),
    (
        rf"({NAME}) is null or \(({NAME}) is null and ({NAME}) is null\)",
        r"either \1, or \2 and \3, not both",
    ),
    (rf"{NAME} glob 'http://\*' or {NAME} glob 'https://\*'", "an address that begins with http"),
    (rf"{NAME} not glob '\*\[\^a-z0-9_;\]\*' and {NAME} <> ''", "ids in sources.csv, joined by ;"),
    (
        rf"{NAME} not glob '\*\[\^a-z0-9_\]\*' and length\({NAME}\) between 1 and ([0-9]+)",
        r"small letters, digits and _, at most \1 of them",
    ),
    (
        rf"{NAME} <> 'two_sources' or instr\({NAME}, ';'\) > 0",
        "two sources in source_id, joined by ;, where confidence is two_sources",
    ),
    (
        rf"substr\(({NAME}), 1, 4\) <= substr\(({NAME}), 1, 4\)",
        r"\1 no later than \2",
    ),
)
PLACES = {"[A-Z]": "A", "[a-z]": "a", "[0-9]": "1", "[12]": "2"}  # a sign that fits, in a glob


def rule_words(rule: str, columns: list[str]) -> str:
    """What a rule allows, '' where its form is none of these. `columns` are those that it reads."""
    for pattern, words in SIMPLE:
        if match := re.fullmatch(pattern, rule):
            return grouped(match.expand(words).replace("'", ""))
    if choices(rule):
        return "one of " + ", ".join(choices(rule))
    precisions = date_precisions(rule, columns[0]) if len(columns) == 1 else ""
    if precisions:
        forms = [DATES[p] for p in precisions] + (["n.d."] if "'n.d.'" in rule else [])
        return f"a date as {' or '.join(forms)}"
    letters = re.fullmatch(rf"{NAME} glob '((?:\[A-Z\])+)'", rule)
    if letters:
        return f"{len(letters[1]) // 5} capital letters"
    form = re.fullmatch(rf"{NAME} glob '([^'*]+(?:\[0-9\]\*[^'*]*)*)'", rule)
    if form:
        example = form[1].replace("*", "")
        for place, sign in PLACES.items():
            example = example.replace(place, sign)
        return f"a form such as {example}"
    added = ADDED.search(simpler(rule))
    if added:
        sign = {"=": "=", "<=": "at most"}[added[2]]
        return f"{added[1]} {sign} {added[3]}"
    return ""


def grouped(words: str) -> str:
    """Words whose long numbers have commas between thousands; years stay as they are."""
    return re.sub(r"\b[0-9]{5,}\b", lambda match: f"{int(match[0]):,}", words)


def choices(rule: str) -> list[str]:
    """The texts of which a rule allows one; none where it is of another form."""
    listed = re.fullmatch(rf"{NAME} in \(('[^']*'(?:, '[^']*')*)\)", rule)
    return re.findall("'([^']*)'", listed[1]) if listed else []


def simpler(rule: str) -> str:
    """A rule without what it says of empty cells."""
    return re.sub(rf"coalesce\(({NAME}), 0\)", r"\1", rule)


def sum_of(rule: str) -> dict | None:
    """What a rule adds up, for a page that offers the total: {parts, total, at_most}; None where
    the rule is no sum of columns.
    """
    added = ADDED.search(simpler(rule))
    if not added or not re.fullmatch(NAME, added[3]):
        return None
    return {"parts": added[1].split(" + "), "total": added[3], "at_most": added[2] == "<="}


def sum_words(rule: str, values: dict) -> str:
    """What a broken sum comes to: "510 + 632 is 1142, not 1100"; '' where the rule is no sum of
    these values.
    """
    added = ADDED.search(simpler(rule))
    if not added:
        return ""
    parts = [values.get(name) for name in added[1].split(" + ")]
    whole = values.get(added[3], added[3])
    numbers = [part or 0 for part in parts]
    if any(not isinstance(n, (int, float)) for n in numbers) or whole is None:
        return ""
    total = " + ".join(f"{n:.10g}" if isinstance(n, float) else str(n) for n in numbers)
    result = round(sum(numbers), 6)
    said = "not" if added[2] == "=" else "more than"
    return f"{total} is {result}, {said} {whole}."

"""What people wrote of each claim, figure and table: `analysis/NN_chapter.yml`, checked, and the
SQL that claims come to.

A claim is one entry: its question, the step that it is measured over, value, bound and condition as
expressions of SQL, a sentence for each case, its evidence and its lever. Alterations that must flip
claims stand at the end of the same file. The views that ask claims are generated here, one a
chapter, so that an author writes no union and no list.
"""

from __future__ import annotations

import re
from pathlib import Path

from brief import kept, korean, paths
from brief.words import BriefError

CASES = ("holds", "fails", "unknown")
# How a claim of the commentary fares, for each case: one of these and no other word. What more
# there is to say of it stands in the entry's `verdict`.
FARES = ("supported", "overstated", "not supported", "cannot be told")
ARITHMETIC = ("over", "value", "bound", "true_when")
PARAMETER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
TEXT, FIELDS = (str,), (dict,)
# of an entry, by kind: (those that it must have, those that it may have), each with its type
KEYS = {
    "claims": (
        {"question": TEXT, "origin": TEXT},
        {
            **dict.fromkeys((*CASES, *ARITHMETIC, "essay", "unit", "not_testable"), TEXT),
            **dict.fromkeys(("fares", "verdict", "evidence", "lever", "ko"), FIELDS),
            "read_with": (list,),  # claims that correct or complete this one
        },
    ),
    # killers: what each flips, what it must not flip, which numbers and figures it moves
    "alterations": (
        {"what": TEXT, "sql": (list,), "flips": FIELDS, "keeps": (list,)},
        dict.fromkeys(("moves", "figures"), (list,)),
    ),
    "figures": (
        {"title": TEXT + FIELDS, "alt": TEXT + FIELDS},
        dict.fromkeys(("subtitle", "note"), TEXT + FIELDS) | {"ko": FIELDS},
    ),
}
# What the Korean wording of an entry, `ko`, has to say: each of these that the entry has.
TRANSLATED = {
    "claims": (*CASES, "not_testable"),
    "figures": ("title", "subtitle", "alt", "note"),
    "options": (
        *("actor", "action", "owner", "hook", "cost"),
        *("by", "risk", "in_words", "defeat", "lost"),
    ),
}
IN_WORDS = {str: "text", dict: "keys with values", list: "a list"}
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}")  # of a number, and its form in Korean
LEVER = {"sql", "neutral", "low", "high", "format", "words"}


class WordingError(BriefError):
    """A wording that is missing, or that names something the SQL does not have."""


def load() -> dict[str, dict]:
    """All entries of `analysis/*.yml`: {'claims': {id: entry}, 'figures': …, 'tables': …,
    'glossary': …}.

    Each entry gets `chapter`, the stem of its file. Raises WordingError, naming file, entry and
    key, for an entry that lacks a key, has an unknown one or one of another type, and where two
    files define one key.
    """
    files = sorted(paths.ANALYSIS.glob("*.yml"))
    key = kept.key_of(Path(__file__), *(part for path in files for part in (path.name, path)))
    # Parsing takes longer than all the rest of a check.
    return kept.keep("wordings", key, lambda: parsed(files), are_entries)


def are_entries(found) -> bool:
    """Whether something kept is {kind: {key: entry}}, an entry being a text or fields by name."""
    return {"claims", "figures", "tables", "glossary"} <= set(found) and all(
        isinstance(key, str) and isinstance(entry, (str, dict))
        for entries in found.values()
        for key, entry in entries.items()
    )


def parsed(files: list[Path]) -> dict[str, dict]:
    """The entries of these files; see `load`."""
    import yaml

    class EachKeyOnce(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """YAML itself lets the last of two equal keys win, without a word."""

        def construct_mapping(self, node, deep=False):
            seen = set()
            for key, _ in node.value:
                if key.value in seen:
                    found = f"the key {key.value!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, found, key.start_mark)
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    merged: dict[str, dict] = {}
    for path in files:
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), EachKeyOnce) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f", line {mark.line + 1}" if mark else ""
            why = getattr(error, "problem", None) or "it cannot be read"
            raise WordingError(f"analysis/{path.name}{place}: no YAML ({why})") from None
        for kind, entries in content.items():
            for key, entry in entries.items():
                if key in merged.setdefault(kind, {}):
                    raise WordingError(f"{path.name}: {key} is defined twice")
                wrong = wrong_with(kind, entry)
                if wrong:
                    raise WordingError(f"{path.name}, {key}: {wrong}")
                merged[kind][key] = (
                    {**entry, "chapter": path.stem} if isinstance(entry, dict) else entry
                )
    for key, entry in merged.get("claims", {}).items():
        for other in entry.get("read_with", []):
            if other not in merged["claims"]:
                raise WordingError(f"{key}, read_with: there is no claim {other!r}")
    return merged


def wrong_with(kind: str, entry) -> str:
    """What is wrong with an entry, naming the key; '' where nothing is."""
    if isinstance(entry, dict) and "ko" in entry and kind in TRANSLATED:
        wrong = wrong_in_korean(TRANSLATED[kind], entry)
        if wrong:
            return f"ko: {wrong}"
    if kind not in KEYS:
        return ""
    must, may = KEYS[kind]
    if not isinstance(entry, dict):
        return f"found {entry!r}; an entry has the keys {', '.join(must)}"
    for name in must:
        if name not in entry:
            return f"no key {name!r}"
    for name, value in entry.items():
        types = (must | may).get(name)
        if types is None:
            return f"the unknown key {name!r}; allowed: {', '.join([*must, *may])}"
        if not isinstance(value, types):
            wanted = " or ".join(IN_WORDS[t] for t in types)
            return f"{name}: found {value!r}; allowed: {wanted}"
    return wrong_with_claim(entry) if kind == "claims" else ""


def wrong_with_claim(entry: dict) -> str:
    """What of a claim's parts do not belong together."""
    if "not_testable" in entry:
        return next(
            (
                f"{k}: a claim that is not testable has none"
                for k in (*ARITHMETIC, "fares")
                if k in entry
            ),
            "",
        ) or wrong_with_verdict(entry)
    for name in (*ARITHMETIC, *CASES):
        if name not in entry:
            return f"no key {name!r}"
    lever = entry.get("lever")
    if lever is not None and set(lever) != LEVER:
        return f"lever: found the keys {', '.join(lever)}; allowed: {', '.join(sorted(LEVER))}"
    return wrong_with_verdict(entry)


def wrong_with_verdict(entry: dict) -> str:
    """What is wrong with how an entry judges the commentary: a claim of the commentary says what
    the commentary said and fares one of four ways in each case; a claim of the brief's own has
    neither.
    """
    if entry["origin"] != "essay":
        return next(
            (
                f"{k}: only a claim of origin essay has it"
                for k in ("essay", "fares", "verdict")
                if k in entry
            ),
            "",
        )
    if "essay" not in entry:
        return "no key 'essay': what the commentary said"
    if "not_testable" in entry:
        return ""
    fares = entry.get("fares", {})
    for case in CASES:
        if fares.get(case) not in FARES:
            return f"fares, {case}: found {fares.get(case)!r}; allowed: {', '.join(FARES)}"
    unknown = [k for k in (*fares, *entry.get("verdict", {})) if k not in CASES]
    return f"fares, verdict: the unknown case {unknown[0]!r}" if unknown else ""


def wrong_in_korean(parts: tuple[str, ...], entry: dict) -> str:
    """What the Korean wording of an entry lacks or has too much beside the English one: every part
    and case of it, with the same numbers.
    """
    said = entry["ko"]
    if not isinstance(said, dict):
        return f"found {said!r}; allowed: {IN_WORDS[dict]}"
    if strangers := [part for part in said if part not in parts]:
        return f"the unknown key {strangers[0]!r}; allowed: {', '.join(parts)}"
    for part in (part for part in parts if part in entry):
        english, korean_words = by_case(entry[part]), by_case(said.get(part))
        if set(english) != set(korean_words):
            return f"{part}: found {', '.join(korean_words) or 'nothing'}; allowed: " + (
                ", ".join(english)
            )
        for case, text in english.items():
            wrong = wrong_translation(text, korean_words[case])
            if wrong:
                return f"{part}{f', {case}' if case else ''}: {wrong}"
    return ""


def by_case(wording) -> dict[str, str]:
    """A wording as {case: text}, the case of a plain text being ''."""
    if isinstance(wording, dict):
        return {case: text for case, text in wording.items() if case != "claim"}
    return {"": wording} if wording else {}


def wrong_translation(english: str, said: str) -> str:
    """What is wrong with one Korean wording beside its English one."""
    numbers = [{key for key, _ in PLACE.findall(text)} for text in (english, said)]
    if numbers[0] != numbers[1]:
        apart = ", ".join(sorted(numbers[0] ^ numbers[1]))
        return f"its numbers are not those of the English wording: {apart}"
    unknown = [form for _, form in PLACE.findall(said) if form and form not in korean.FORMS]
    if unknown:
        return f"the unknown form {unknown[0]!r}; allowed: {', '.join(korean.FORMS)}"
    if bare := korean.BARE.search(said):
        return f"{bare[0]!r}: mark both forms of a particle behind a number, as 은(는) does"
    return ""


def that_readers_see(text: str) -> str:
    """The text of a chapter's file without its last part, the alterations that try the claims: they
    are no part of an edition.
    """
    return re.split(r"(?m)^alterations:", text)[0]


# The SQL that claims come to


def view_of(chapter: str) -> str:
    """The view that asks the claims of a chapter (the stem of its files)."""
    return f"claims_{chapter}"


def claim_views(claims: dict[str, dict]) -> str:
    """A view a chapter with columns id, value, bound and holds (1, 0, or null where rows are
    missing).
    """
    chapters: dict[str, dict[str, list[str]]] = {}
    for key, entry in claims.items():
        if "not_testable" not in entry:
            arms = chapters.setdefault(entry["chapter"], {})
            arms.setdefault(entry["over"], []).append(arm(key, entry))
    return "\n".join(claim_view(chapter, arms) for chapter, arms in chapters.items())


def claim_view(chapter: str, arms: dict[str, list[str]]) -> str:
    """Each step is read once, and its claims laid out as rows: a union of all of them would ask it
    as often as there are claims.
    """
    selects = [
        "select j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3\n"
        f"from {over} cross join json_each(json_array(\n  " + ",\n  ".join(rows) + ")) j"
        for over, rows in arms.items()
    ]
    head = f"create view {view_of(chapter)} (id, value, bound, holds) as\n"
    return head + "\nunion all\n".join(selects) + ";\n"


def arm(key: str, entry: dict) -> str:
    """One claim as a row: `value` and `bound` may be named in its condition, parameters stand in
    braces everywhere.
    """
    named = {name: entry[name] for name in ("value", "bound")}
    condition = re.sub(
        r"(?<![\w.{'])(value|bound)(?![\w}'(])", lambda m: f"({named[m[1]]})", entry["true_when"]
    )
    return looked_up(f"json_array('{key}', {named['value']}, {named['bound']}, {condition})")


def looked_up(expression: str) -> str:
    """An expression with each {parameter} replaced by its value's place."""
    return PARAMETER.sub(
        lambda m: f"(select value from parameters where name = '{m[1]}')", expression
    )

"""Keys that are spelt almost as a published one ("kentucky", a no-break space in "New York"):
refused.

They would be new rows beside those that they mean, and whoever reads the table sees no difference.
The page looks with the same eyes (`nearKeys` in web/live/scenario.js).
"""

from __future__ import annotations

import re
import unicodedata

from brief.tables.inputs import MAX_PROBLEMS, Column, Table
from brief.words import Problem

LONGEST = 60  # characters; a longer key is a sentence, whose wording may change
# Letters that are not seen, or no part of a name: unseen ones, accents, footnote marks.
UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2064\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\u00b2\u00b3\u00b9\u2070-\u2079\U000e0000-\U000e007f]"
)
ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
DASHES = re.compile("[\u2010-\u2015\u2212\u2043]")
MARKS = "[ .,;:*'\"`\u00b4\u2018-\u201f\u2020\u2021#()/_\u00b7\\[\\]-]"
BETWEEN_DIGITS = re.compile(f"(?<=[0-9]) *({MARKS}) *(?=[0-9])")
ELSEWHERE = re.compile(f"(?<![0-9]){MARKS}+|{MARKS}+(?![0-9])")
DIGITS_AS_LETTERS = re.compile("(?<=[a-z])[01]|[01](?=[a-z])")
ALIKE = dict(  # letters that look like Latin ones, in small letters; i, l and 1 are one, o and 0
    zip(
        "аеорсухіјѕԁһкмтвнαορνικχυτɑɡıҿᴀӏi",
        "aeopcyxljsdhkmtbhaopvlkxytagleall",
        strict=True,
    )
)
CODE = "_code"
IDS = ("_id", "_code")  # how columns end that hold no names: in codes each letter counts


def looks(text: str) -> str:
    """What of a name meets the eye: no case, width or accents, no spaces and marks but between
    digits, no unseen letters, one alphabet.
    """
    text = ACCENTS.sub("", unicodedata.normalize("NFKD", UNSEEN.sub("", text)))
    text = " ".join(DASHES.sub("-", text).lower().split())
    text = "".join(ALIKE.get(letter, letter) for letter in text)
    text = DIGITS_AS_LETTERS.sub(lambda m: "lo"[m[0] == "0"], text)
    return ELSEWHERE.sub("", BETWEEN_DIGITS.sub(r"\1", text))


def problems(table: Table, known: Table, columns: list[Column]) -> list[Problem]:
    """Each cell of a table's key that looks like a published one, or like one further up, and is
    another text.
    """
    found = []
    for place, column in enumerate(columns):
        if not column.key or column.kind != "TEXT" or column.dates or column.name.endswith(IDS):
            continue
        published = dict.fromkeys(row[place] for row in known.rows)
        spelt: dict[str, str] = {}
        for text in filter(None, published):
            spelt.setdefault(looks(text), text)
        for number, row in zip(table.lines, table.rows):
            text = row[place]
            if not text or text in published or len(text) > LONGEST:
                continue
            other = spelt.setdefault(looks(text), text)
            if other != text:
                differs = f"{text!r}, which differs from {other!r}{unlike(text, other)}"
                help = f"Write {other!r}, or a name that one can tell from it."
                allowed = "one spelling of each name"
                found.append(Problem(table.file, differs, allowed, number, column.name, help))
    return (found + other_codes(table, known, columns))[:MAX_PROBLEMS]


def other_codes(table: Table, known: Table, columns: list[Column]) -> list[Problem]:
    """Each row whose name is published with another code than its key has: it would be laid over
    the row of another country.
    """
    found = []
    names = [column.name for column in columns]
    for place, column in enumerate(columns):
        named = column.name.removesuffix(CODE)
        if not column.key or named == column.name or named not in names:
            continue
        beside = names.index(named)
        codes: dict[str, set] = {}
        for row in known.rows:
            codes.setdefault(row[beside], set()).add(row[place])
        for number, row in zip(table.lines, table.rows):
            name, code = row[beside], row[place]
            if name and code and code not in codes.get(name, {code}):
                meant = min(codes[name])
                allowed = (
                    f"a name and a code that belong together ({meant} is the code of that name)"
                )
                help = "Correct the name or the code: rows are told apart by the code."
                said = f"{name!r} with the code {code!r}"
                found.append(Problem(table.file, said, allowed, number, named, help))
    return found


def unlike(text: str, other: str) -> str:
    """The first letter beyond ASCII that makes the difference, by its number: it cannot be seen."""
    strange = next((c for c in text if not c.isascii() and c not in other), "")
    return f" by U+{ord(strange):04X}" if strange else ""

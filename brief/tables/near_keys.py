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
UNSEEN = re.compile(
    (
        "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2064\u3164"
        "\ufe00-\ufe0f\ufeff\uffa0]"
    )
)
ALIKE = dict(  # Cyrillic and Greek letters that look like Latin ones, in small letters
    zip("аеорсухіјѕԁһкмтвнαορνικχυτ", "aeopcyxijsdhkmtbhaopvikxyt", strict=True)
)


def looks(text: str) -> str:
    """What of a text meets the eye: no case, no width, no kind or number of spaces, no unseen
    letters, one alphabet.
    """
    text = UNSEEN.sub("", text)
    text = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    return "".join(ALIKE.get(letter, letter) for letter in text)


def problems(table: Table, known: Table, columns: list[Column]) -> list[Problem]:
    """Each cell of a table's key that looks like a published one, or like one further up, and is
    another text.
    """
    found = []
    for place, column in enumerate(columns):
        if not column.key or column.kind != "TEXT" or column.dates:
            continue
        published = {row[place] for row in known.rows}
        spelt = {looks(text): text for text in published if text}
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
    return found[:MAX_PROBLEMS]


def unlike(text: str, other: str) -> str:
    """The first letter beyond ASCII that makes the difference, by its number: it cannot be seen."""
    strange = next((c for c in text if not c.isascii() and c not in other), "")
    return f" by U+{ord(strange):04X}" if strange else ""

"""What a stranger may hand in: texts by kind (texts.json, made by people), and as many variants of them as one likes."""

from __future__ import annotations

import json
import random
from pathlib import Path

CORPUS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "texts.json").read_text(encoding="utf-8")
)
WORDS = ["Seoul", "통일부 발표", "Zürich", "12 persons", "a “quoted” word", "2018-11-06", "x" * 40]
SPICE = list("\"'`<>&{}[]()|\\/$#@=+-*_~^%;:,. \n\t") + [
    "\u200b",
    "\u202e",
    "\x00",
    "\ud800",
    "٣",
    "é",
    "남",
]


def variant(kind: str, chance: random.Random) -> str:
    """One text of a kind: as it stands, within words, doubled, cut, spiced, or around a text of another kind."""
    text = chance.choice(CORPUS[kind])
    way = chance.randrange(8)
    if way == 0:
        return text
    if way == 1:
        return f"{chance.choice(WORDS)} {text}"
    if way == 2:
        return f"{text} {chance.choice(WORDS)}"
    if way == 3:
        return text * chance.choice([2, 3, 17, 60])
    if way == 4:
        start = chance.randrange(len(text) + 1)
        return text[start : start + chance.randrange(1, 40)]
    if way == 5:
        at = chance.randrange(len(text) + 1)
        return text[:at] + chance.choice(SPICE) + text[at:]
    if way == 6:
        return text + chance.choice(CORPUS[chance.choice(list(CORPUS))])
    return f'"{text}"' if chance.random() < 0.5 else text.upper()

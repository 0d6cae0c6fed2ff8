"""How easily the brief reads: the length of its sentences, the minutes it takes, and phrases that
only its makers would use.
"""

from __future__ import annotations

import json
import re
from statistics import median

import yaml

from brief import languages, paths
from brief.analysis.claims import fill
from brief.analysis.options import load_options
from brief.site.page import WORDS_A_MINUTE
from tests import prose

PHRASES = yaml.safe_load((paths.ROOT / "tests" / "readability.yml").read_text(encoding="utf-8"))[
    "phrases"
]
FOR_READING = "[0-6]*.ipynb"  # summary and chapters 10 to 60
SENTENCE_END = re.compile(r"(?<=[.!?”])\s+(?=[A-Z“0-9])")
ROLE = re.compile(r"\{([a-z]+)\}`([^`]*)`")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
FENCE = re.compile(r"^(```|:{3,}).*?^(```|:{3,})\s*$", re.S | re.M)


def in_role(kind: str, key: str, opened) -> str:
    """What a role in prose prints."""
    if kind == "claim":
        return opened.claims[key].sentence
    if kind == "number":
        return opened.numbers[key][1]
    return "Figure 1" if kind == "numref" else ""


def said(markdown: str, opened) -> str:
    """The running words of a markdown cell, its roles filled: no heads, tables and boxes."""
    lines = FENCE.sub("", markdown).splitlines()
    text = "\n".join(line for line in lines if not line.startswith(("#", "|")))
    text = ROLE.sub(lambda m: in_role(m[1], m[2], opened), text)
    return LINK.sub(r"\1", text).replace("*", "").replace("`", "")


def printed(source: str, opened) -> list[str]:
    """What a code cell prints for reading: claims, the notes of tables, options."""
    found = [
        opened.claims[key].sentence for key in re.findall(r'chapter\.claim\("([^"]+)"\)', source)
    ]
    for key in re.findall(r'chapter\.table\("([^"]+)"\)', source):
        found.append(fill(opened.wordings["tables"][key].get("note", ""), opened.numbers))
    for actor in re.findall(r'chapter\.options\("([^"]+)"\)', source):
        options = load_options(opened.wordings, opened.claims, opened.numbers)
        for option in options.values():
            if option.entry["actor"] == actor:
                risk = f"Risk: {option.entry['risk']}"
                found += [option.entry["action"], option.sentence, risk]
    return found


def read_texts(opened, pattern: str = FOR_READING) -> list[str]:
    """What a reader reads of the chapters, a text each paragraph or card."""
    found = []
    pages = [p for p in paths.CHAPTERS.glob(pattern) if languages.of_page(p.stem) == "en"]
    for path in sorted(pages):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                found += re.split(r"\n\s*\n", said(source, opened))
            else:
                found += printed(source, opened)
    return [text for text in found if text.strip()]


def minutes(texts: list[str]) -> float:
    return sum(len(text.split()) for text in texts) / WORDS_A_MINUTE


def sentence_lengths(texts: list[str]) -> list[int]:
    """Words in each sentence."""
    return [
        len(sentence.split())
        for text in texts
        for sentence in SENTENCE_END.split(" ".join(text.split()))
        if sentence
    ]


def middle_length(texts: list[str]) -> float:
    return median(sentence_lengths(texts))


def wordings(opened) -> dict[str, str]:
    """Every wording, as prose.py knows them, and what small print and the live panel say."""
    found = prose.wordings(opened.wordings)
    for key, entry in opened.wordings["claims"].items():
        found[f"claims {key} unit"] = entry.get("unit", "")
        found[f"claims {key} lever"] = (entry.get("lever") or {}).get("words", "")
    for key, entry in opened.wordings["alterations"].items():  # the live panel offers them
        found[f"alterations {key}"] = entry["what"]
    return found


def phrases_in(texts: dict[str, str]) -> list[str]:
    """Phrases of readability.yml: "place: what was found; say: …"."""
    return [
        f"{place}: {found[0]!r}; say: {phrase['instead']}"
        for place, text in texts.items()
        for phrase in PHRASES
        for found in re.finditer(phrase["pattern"], text, re.I)
    ]

"""Which parts of a text are in another language than the page, told by their letters, so that a
reading voice and a hyphenation know it.
"""

from __future__ import annotations

import html
import re

HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
KANA = "\u3040-\u30ff"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
CYRILLIC = "\u0400-\u04ff"
# A run begins and ends with a letter of the script; digits and marks between two belong to it.
BETWEEN = r"[\d\s.,·・:;'’\"“”()\[\]<>《》「」%~\-–—/&+]*"


def run_of(letters: str) -> str:
    return f"[{letters}](?:{BETWEEN}[{letters}])*"


EAST_ASIAN = re.compile(f"{run_of(HANGUL + KANA + HAN)}|{run_of(CYRILLIC)}")


OF_PAGE = re.compile(r"_(ko)$")
# On a page in Korean: two words of Latin letters or more, as names of publishers and titles are.
LATIN = re.compile(r"[A-Za-z][\w.,&'’-]*(?: [\w.,&'’()-]+)* [\w'’]*[A-Za-z]")


NAMES = {"en": "English", "ko": "한국어"}


def of_page(docname: str) -> str:
    """The language of a page, which the end of its name tells: 00_summary_ko is in Korean."""
    found = OF_PAGE.search(docname)
    return found[1] if found else "en"


def original_of(docname: str) -> str:
    """The English page that a page translates; the page itself where it is in English."""
    return OF_PAGE.sub("", docname)


def language_of(run: str) -> str:
    """ko, ja, zh or ru. Chinese characters alone are read as Chinese."""
    for code, letters in (("ko", HANGUL), ("ja", KANA), ("zh", HAN)):
        if re.search(f"[{letters}]", run):
            return code
    return "ru"


def runs(text: str, page: str = "en") -> list[tuple[str, str]]:
    """A text in parts, (language, part); "" is the language of the page."""
    found, place = [], 0
    for match in (LATIN if page == "ko" else EAST_ASIAN).finditer(text):
        if match.start() > place:
            found.append(("", text[place : match.start()]))
        found.append(("en" if page == "ko" else language_of(match[0]), match[0]))
        place = match.end()
    if place < len(text) or not found:
        found.append(("", text[place:]))
    return found


def marked(text: str, page: str = "en") -> str:
    """A text as HTML, each part in another language than the page in a span that says so."""
    return "".join(
        f'<span lang="{code}">{html.escape(part)}</span>' if code else html.escape(part)
        for code, part in runs(text, page)
    )

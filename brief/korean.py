"""Korean around a number that is filled in: the particle that its reading asks for, and the units
in which Koreans count. web/live/korean.js does the same in the page.

A wording marks a particle that hangs on what stands before it with both of its forms, as printed
forms do: 은(는), 이(가), 을(를), 과(와), (으)로, (이). A place names the form that its
number takes after a colon: {engagement_support_last:억}.
"""

from __future__ import annotations

import re

NO_NUMBER = "(알 수 없음)"
# both forms as they are marked: (after a consonant, after a vowel)
PARTICLES = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)": ("이", ""),
}
MARKED = re.compile("|".join(map(re.escape, PARTICLES)))
# A particle right behind a place, which only one kind of number could bear.
BARE = re.compile(r"\}(은|는|이|가|을|를|과|와|으로|로)(?=[\s,.;:)]|$)")
CLOSING = ")]”’\"'』」》"
NUMBER = re.compile(r"(\d[\d,]*)(\.\d+)?$")
DIGITS_IN_L, DIGITS_IN_CONSONANTS = "178", "036"  # 일, 칠, 팔; 영, 삼, 육
LETTERS_IN_L, LETTERS_IN_CONSONANTS = "LR", "MN"  # 엘, 알; 엠, 엔
L, CONSONANT, VOWEL = "ㄹ", "ㅇ", ""

AMOUNT = re.compile(r"([−-]?)(\d[\d,]*)(?:\.(\d+))?")
DOLLARS = re.compile(r"(?:US)?\$(\d[\d,]*(?:\.\d+)?)(?: (million|billion))?")
MONTHS = (
    "January February March April May June July August September October November December"
).split()
COUNTED = dict(
    zip(
        "zero one two three four five six seven eight nine ten hundred thousand".split(),
        "영 한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 백 천".split(),
        strict=True,
    )
)
# As analysis/book.sql says a share aloud.
OFTEN = re.compile(
    r"(about|less than) (?:once|(\w+) times?) in (a hundred|a thousand|\w+)(?: times)?"
)
DAY = re.compile(rf"(?:(?:(\d{{1,2}}) )?({'|'.join(MONTHS)}) )?(\d{{4}})")


def final_sound(text: str) -> str:
    """How a text ends when it is read aloud: in ㄹ, in another consonant, or in a vowel."""
    text = text.rstrip(CLOSING)
    if not text:
        return VOWEL
    last = text[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return VOWEL if final == 0 else L if final == 8 else CONSONANT
    if number := NUMBER.search(text):
        return final_sound_of_number(number[1].replace(",", ""), bool(number[2]), last)
    upper = last.upper()  # % is read 퍼센트
    return L if upper in LETTERS_IN_L else CONSONANT if upper in LETTERS_IN_CONSONANTS else VOWEL


def final_sound_of_number(whole: str, has_decimals: bool, last: str) -> str:
    """Of a number: decimals are read digit by digit, whole ones end in 십, 백, 천, 만, 억
    or 조.
    """
    zeros = len(whole) - len(whole.rstrip("0"))
    if not has_decimals and 12 <= zeros < 16 and whole.strip("0"):
        return VOWEL
    return L if last in DIGITS_IN_L else CONSONANT if last in DIGITS_IN_CONSONANTS else VOWEL


def with_particles(text: str) -> str:
    """A sentence in which each marked particle has the form that its place asks for."""

    def chosen(mark: re.Match) -> str:
        sound = final_sound(text[: mark.start()])
        after_consonant, after_vowel = PARTICLES[mark[0]]
        if mark[0] == "(으)로" and sound == L:
            return after_vowel
        return after_consonant if sound else after_vowel

    return MARKED.sub(chosen, text)


def moved(text: str, places: int) -> str:
    """A number as text with its point moved to the right: 80.7 moved by one is 807."""
    found = AMOUNT.fullmatch(text)
    if not found:
        return text
    sign, whole, decimals = found[1], found[2].replace(",", ""), found[3] or ""
    decimals = decimals.ljust(places, "0")
    whole, rest = f"{int(whole + decimals[:places]):,}", decimals[places:].rstrip("0")
    return sign + whole + (f".{rest}" if rest else "")


def dollars(text: str) -> str:
    """$10 million as 1,000만."""
    found = DOLLARS.fullmatch(text)
    if not found:
        return text
    places, unit = {"million": (2, "만"), "billion": (1, "억")}.get(found[2], (0, ""))
    return moved(found[1], places) + unit


def won(text: str) -> str:
    """4 million won as 400만 원."""
    number, _, unit = text.partition(" ")
    return f"{moved(number, 2)}만 원" if unit == "million won" else text


def euros(text: str) -> str:
    """10,000 euros as 1만 유로."""
    number, _, unit = text.partition(" ")
    if unit != "euros":
        return text
    whole = number.replace(",", "")
    if whole[:-4] and whole.endswith("0000"):
        return f"{int(whole[:-4]):,}만 유로"
    return f"{number}유로"


def how_often(text: str) -> str:
    """About two times in a hundred as 백 번에 두 번쯤."""
    if text == "nearly always":
        return "거의 언제나"
    found = OFTEN.fullmatch(text)
    if not found:
        return text
    times, within = COUNTED[found[2] or "one"], COUNTED[found[3].removeprefix("a ")]
    return f"{within} 번에 {times} 번" + (" 미만" if found[1] == "less than" else "쯤")


def day(text: str) -> str:
    """4 October 2026 as 2026년 10월 4일."""
    found = DAY.fullmatch(text)
    if not found:
        return text
    month = f" {MONTHS.index(found[2]) + 1}월" if found[2] else ""
    return f"{found[3]}년{month}" + (f" {found[1]}일" if found[1] else "")


# What a place may ask of its number, by the name behind the colon.
FORMS = {
    "억": lambda text: moved(text, 1),  # from billions
    "만": lambda text: moved(text, 2),  # from millions
    "달러": dollars,
    "원": won,
    "유로": euros,
    "빈도": how_often,
    "날짜": day,
    "비율": lambda text: text.replace(" percent", "%"),
}

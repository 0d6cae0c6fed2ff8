"""What a spreadsheet's number format makes of a value: `0.0%` shows 0.485 as 48.5%, `#,##0.0,`
shows 123900 as 123.9.

Nothing is rendered: a reader needs the number that a person saw in the cell, as exact as the file
keeps it, and in words what the format did to it. What a format hides, or turns into something else,
has no number: `Unshown`.
"""

from __future__ import annotations

import datetime
import functools
import operator
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# The formats that a file names by number only (ECMA-376, 18.8.30). 27 to 36 and 50 to 58 are left
# out on purpose: they are dates and times whose order depends on the language of the program.
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);\\("$"#,##0\\)',
    6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
    7: '"$"#,##0.00_);\\("$"#,##0.00\\)',
    8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
AS_PERCENT = "percent cells, read as they show, 48.5% as 48.5"
LOCAL_DATES = {*range(27, 37), *range(50, 59)}
MAX_NUMBER = 10**15
MAX_FORMAT = 1_000  # characters; a spreadsheet allows 255

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"'
    r"|\\(?P<escaped>.)"
    r"|[_*](?P<space>.)"  # room as wide as a sign, or filled with it: shows nothing that is read
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General|Standard)"
    r"|(?P<power>E[+-])"
    r"|(?P<noon>AM/PM|A/P|오전/오후)"
    r"|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
COLORS = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+", re.I)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")
COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
# Words beside a number that leave it what it is. Any other may be part of it ("k", "만", "<"):
# such a cell is refused.
UNITS = re.compile(
    r"(?:[$€£¥₩₽₹₫฿]|us\$|usd|krw|eur|gbp|jpy|cny|rmb|won"
    r"|persons?|people|cases?|votes?|times?|years?"
    r"|[명인건원개회표년월일번위]|%)*",
    re.I,
)
DATE_WORDS = re.compile(r"(?:[년월일年月日T]|de|of)*", re.I)
DASHES = ("-", "–", "—")


class Unshown(ValueError):
    """A cell that does not show its number. `args` are (what was found, what helps)."""


@dataclass(frozen=True)
class Section:
    """One of the up to four parts of a format, for positive, negative, zero and text."""

    kind: str = "empty"  # empty, general, number, date, elapsed, text, words or unknown
    condition: tuple[str, Decimal] | None = None
    is_red: bool = False
    words: str = ""  # what it shows beside the number, without spaces
    percents: int = 0
    thousands: int = 0  # how many times the number is divided by 1,000
    decimals: int = 0
    pads: int = 0  # zeros that always show before the point
    shows_zero: bool = True
    is_scientific: bool = False
    is_fraction: bool = False
    precision: str = ""  # of a date: any of Y, M, D and T (a time of day), in this order


@dataclass(frozen=True)
class Shown:
    """The number in a cell as a person saw it, unrounded, and in words what its format did."""

    number: Decimal
    is_percent: bool = False
    notes: tuple[str, ...] = ()
    rounded: str = ""  # how the cell shows it, where that has fewer digits


def plain(number: Decimal) -> str:
    """A number as the tables write it: no exponent, no zeros at its end."""
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


@functools.lru_cache(maxsize=2_000)
def sections(code: str) -> tuple[Section, ...]:
    """The parts of a format."""
    if len(code) > MAX_FORMAT:
        return (Section("unknown"),)
    parts: list[list[re.Match]] = [[]]
    for token in TOKEN.finditer(code):
        if token["plain"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(section(tokens) for tokens in parts)


def section(tokens: list[re.Match]) -> Section:
    """One part of a format from its tokens."""
    words, digits, letters = "", "", ""
    condition, is_red, percents, kind = None, False, 0, ""
    is_scientific = is_fraction = has_noon = False
    for token in tokens:
        sign = token["plain"]
        if token["space"]:
            continue
        if token["bracket"] is not None:
            inside = token["bracket"]
            found = CONDITION.fullmatch(inside.replace(" ", ""))
            if found:
                condition = (found[1], Decimal(found[2]))
            elif inside.startswith("$"):
                words += inside[1:].partition("-")[0]
            elif re.fullmatch(r"h+|m+|s+", inside, re.I):
                kind = "elapsed"
            elif COLORS.fullmatch(inside):
                is_red = inside.lower() == "red"
            else:
                kind = "unknown"
        elif token["general"]:
            kind = kind or "general"
        elif token["power"]:
            is_scientific = True
        elif token["noon"]:
            has_noon = True
        elif token["quoted"] is not None or token["escaped"]:
            words += token["quoted"] or token["escaped"] or ""
        elif sign == "%":
            percents += 1
        elif sign == "@":
            kind = kind or "text"
        elif sign in "0#?":
            digits += sign
        elif sign in ".,":
            digits += sign
        elif sign == "/":
            is_fraction = True
        elif sign.isascii() and sign.isalpha():
            letters += sign.lower()
        elif not sign.isspace():
            words += sign
        else:
            letters += " "
    words = "".join(words.split())
    is_date = bool(set(letters) & set("ymdhs")) or has_noon
    if not kind:
        if set(letters) - set("ymdhsegba "):
            kind = "unknown"
        elif is_date:
            kind = "date"
        elif letters.strip():
            kind = "unknown"
        elif re.search("[0#?]", digits):
            kind = "number"
        else:
            kind = "words" if words or percents else "empty"
    whole, point, rest = digits.partition(".")
    tail = rest if point else ""
    return Section(
        kind=kind,
        condition=condition,
        is_red=is_red,
        words=words,
        percents=percents,
        thousands=len(whole) - len(whole.rstrip(",")) + tail.count(","),
        decimals=len(tail.replace(",", "")),
        pads=whole.count("0"),
        shows_zero="0" in digits or is_fraction or kind != "number",
        is_scientific=is_scientific,
        is_fraction=is_fraction and not is_date,
        precision=precision_of(letters) + ("T" if has_noon and "h" not in letters else ""),
    )


def precision_of(letters: str) -> str:
    """What of a date a format shows; an `m` beside hours or seconds is a minute."""
    runs = re.findall(r"([a-z])\1*", letters)
    found = set()
    for index, letter in enumerate(runs):
        before = runs[index - 1] if index else ""
        after = runs[index + 1] if index + 1 < len(runs) else ""
        if letter in "ye":
            found.add("Y")
        elif letter == "m":
            found.add("T" if before == "h" or after == "s" else "M")
        elif letter == "d":
            found.add("D")
        elif letter in "hs":
            found.add("T")
    return "".join(p for p in "YMDT" if p in found)


def section_of(code: str, value: Decimal) -> tuple[Section, bool]:
    """The part of a format that shows this value, and whether it shows negative ones without a sign
    of its own.
    """
    parts = sections(code)
    numeric = [p for p in parts[:3] if p.kind != "text" or len(parts) == 1]
    if len(parts) > 1 and not numeric:
        return parts[0], False
    if any(p.condition for p in numeric):
        for index, part in enumerate(numeric):
            sign, bound = part.condition or ("<", Decimal(0))
            is_last = index == len(numeric) - 1
            is_else = part.condition is None and (is_last or index == 0)
            if is_else or COMPARE[sign](value, bound):
                return part, False
        return Section("empty"), False
    if value < 0 and len(numeric) > 1:
        return numeric[1], True
    if value == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], False


def is_date(code: str) -> bool:
    """Whether a format shows dates or times."""
    return sections(code)[0].kind in ("date", "elapsed")


def shown(value: float, code: str) -> Shown:
    """A number as its cell shows it; raises Unshown where the cell shows none, or another one."""
    kept = Decimal(f"{value:.15g}")  # fifteen digits are what a spreadsheet itself calculates with
    if abs(kept) >= MAX_NUMBER:
        return Shown(kept)  # refused where the columns' types are known
    part, is_unsigned = section_of(code, kept)
    if part.kind == "empty":
        raise Unshown(
            f"{plain(kept)}, which the number format {code!r} hides",
            (
                "Set the cell's format to General to see it; leave the cell empty where "
                "nothing is known."
            ),
        )
    if part.kind == "words" and kept == 0 and part.words in DASHES and not part.percents:
        return Shown(kept, notes=("zeros that show as a dash, read as 0",))
    if part.kind not in ("general", "number", "text"):
        raise Unshown(
            f"{plain(kept)}, shown by the number format {code!r}",
            "Set the cell's format to General, and check that it shows the number that you mean.",
        )
    number = kept.scaleb(2 * part.percents - 3 * part.thousands)
    check_words(part, code, kept, is_unsigned)
    if not part.shows_zero and number.quantize(Decimal(1).scaleb(-part.decimals)) == 0:
        raise Unshown(
            f"{plain(kept)}, which shows as an empty cell (number format {code!r})",
            "Write 0 in the format 0, or leave the cell empty where nothing is known.",
        )
    notes = []
    if part.percents:
        notes.append(AS_PERCENT)
    if part.thousands:
        notes.append(
            (
                f"cells that show {'thousands' if part.thousands == 1 else 'millions'}, read "
                "as they show"
            )
        )
        if part.thousands > 2:
            raise Unshown(f"a number format that shows billions ({code!r})", "Set it to General.")
    unit = part.words.strip("-()+−")
    if unit:
        notes.append(f"cells that show {unit!r} beside the number, read without it")
    if is_unsigned and not set("-−(") & set(part.words):
        notes.append("negative numbers that show in red without a minus, read as negative")
    if part.is_fraction:
        notes.append("cells that show a fraction, read as a decimal number")
    return Shown(
        number, bool(part.percents) or "%" in part.words, tuple(notes), rounded(number, part)
    )


def check_words(part: Section, code: str, kept: Decimal, is_unsigned: bool) -> None:
    """Refuse what stands beside a number and makes another of it: a minus, a unit of thousands,
    digits, `<`.
    """
    signs = set("-−(") & set(part.words)
    unit = part.words.strip("-()+−")
    if part.percents > 1 or (part.percents and part.thousands):
        raise Unshown(f"a number format that scales twice ({code!r})", "Set it to General.")
    if (signs and not is_unsigned) or (is_unsigned and not signs and not part.is_red):
        raise Unshown(
            f"{plain(kept)}, which the number format {code!r} shows with another sign",
            "Set the cell's format to General, and check the number's sign.",
        )
    if not UNITS.fullmatch(unit) or (part.thousands and unit):
        raise Unshown(
            f"{plain(kept)} with {unit!r} shown beside it (number format {code!r})",
            (
                "Set the cell's format to General, and check that it shows the number in the "
                "column's unit."
            ),
        )


def rounded(number: Decimal, part: Section) -> str:
    """How a number shows, where its format cuts digits off; '' where it shows whole."""
    if part.kind != "number" or part.is_fraction or not number:
        return ""
    decimals = part.decimals - number.adjusted() if part.is_scientific else part.decimals
    short = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return "" if short == number else f"{short:f}"


# Dates


def day_of(serial: float, is_1904: bool) -> datetime.datetime:
    """The moment that a day number means; raises Unshown outside of March 1900 to 9999."""
    first = datetime.datetime(1904, 1, 1) if is_1904 else datetime.datetime(1899, 12, 30)
    # Before March 1900 a spreadsheet's calendar is a day off: it has a 29 February that never was.
    if not (0 if is_1904 else 61) <= serial < 2_957_000:
        raise Unshown(
            f"{serial:g} shown as a date",
            "A number formatted as a date: set the cell's format to General.",
        )
    return first + datetime.timedelta(seconds=round(serial * 86_400))


def date_shown(serial: float, code: str, is_1904: bool, allowed: str) -> tuple[str, str]:
    """A date by the precision that its cell shows (2018, 2018-11 or 2018-11-06), and a note on it.

    `allowed` are the precisions of the column, any of Y, M, D: the first day of a month is that
    month where only months are.
    """
    part, _ = section_of(code, Decimal(repr(serial)))
    precision = part.precision
    if part.kind != "date" or "Y" not in precision or precision.startswith("YD"):
        raise Unshown(
            (
                f"{serial:.15g}, shown as a time or as a date without its year (number format "
                f"{code!r})"
            ),
            (
                "Type a date as 2018-11-06, in a cell of the format Text; set a number's "
                "format to General."
            ),
        )
    moment = day_of(serial, is_1904)
    day = f"{moment:%Y-%m-%d}"
    beside = "".join(re.findall(r"[^\W\d_]+|[0-9<>~?]+", part.words))
    if not DATE_WORDS.fullmatch(beside):
        raise Unshown(
            f"{day} with {beside!r} shown beside it (number format {code!r})",
            "Type the date as 2018-11-06, in a cell of the format Text.",
        )
    if "T" in precision and (moment.hour or moment.minute or moment.second):
        raise Unshown(f"{moment}, a date with a time of day", "Type the date without its time.")
    if "D" in precision and "D" not in allowed and allowed:
        if "M" in allowed and moment.day == 1:
            return day[:7], "the first day of a month, read as the month"
    if "D" in precision:
        return day, ""
    return (day[:7], "") if "M" in precision else (day[:4], "")

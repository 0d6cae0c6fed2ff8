"""How a spreadsheet writes numbers and dates: told from all cells of a table together, or refused.

A table is read in one dialect. `Dialect` looks at every numeric and every date cell first, because
one cell alone ("1,234", "6/11/2018") can be read in two ways; what the whole table does not settle
is refused, never guessed.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

from brief.tables.inputs import MAX_NUMBER, MAX_TEXT, Column
from brief.words import UNSHOWABLE

SPACES = "\u00a0\u202f\u2009 "
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ '\u2019][0-9]{3})+(?:[.,][0-9]+)?")
BOTH = {
    "point": re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]*"),
    "comma": re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]*"),
}
ONE_MARK = re.compile(r"[+-]?([0-9]*)([.,])([0-9]*)([eE][+-]?[0-9]+)?")
# 0.000 and 1400.000 cannot be grouped in thousands: where they stand, 1.000 is a one.
ZEROS = re.compile(r"[+-]?(?:0|[0-9]{4,})[.,]000")
ONE_OR_THOUSAND = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,]000")
ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
TWO_SAME = re.compile(r"[+-]?[0-9]{1,3}(?:(,)[0-9]{3}(?:,[0-9]{3})+|(\.)[0-9]{3}(?:\.[0-9]{3})+)")
MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
MONTH = "|".join(m.title() for m in MONTHS)
MONTH_NAME = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    "|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
ISO = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|n\.d\.")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(:00(\.0+)?)?Z?")
COMPACT = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
SLASHED = re.compile(r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})")
NAMED = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th)?[- ]({MONTH_NAME})\.?[- ,]{{1,2}}([0-9]{{4}}|[0-9]{{2}})", re.I
)
NAMED_MONTH = re.compile(rf"({MONTH_NAME})\.?[- ]([0-9]{{4}}|[0-9]{{2}})", re.I)
AMERICAN = re.compile(
    rf"(?:{WEEKDAY}, )?({MONTH_NAME})\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})", re.I
)
KOREAN = re.compile(r"([0-9]{4}) ?년(?: ?([0-9]{1,2}) ?월(?: ?([0-9]{1,2}) ?일)?)?")
KOREAN_DOTS = re.compile(r"([0-9]{4})\. ?([0-9]{1,2})\.(?: ?([0-9]{1,2})\.?)?")
SERIAL = re.compile(r"[0-9]{5}(\.0+)?")
MANGLED = re.compile(rf"[0-9]{{1,2}}-({MONTH})|({MONTH})-[0-9]{{2}}|####+", re.I)

WHOLE = "a whole number, or an empty cell where nothing is known"
DECIMAL = "a number with a decimal point, or an empty cell where nothing is known"
OR_EMPTY = ", or an empty cell where nothing is known"  # left out where a column must be filled
YES_OR_NO = "1 for yes, 0 for no"
DATES = {"Y": "2018", "M": "2018-11", "D": "2018-11-06"}


ONE_WAY = "a number that can be read in one way"
NO_SUCH_DAY = "There is no such day."


class Unread(ValueError):
    """A cell that has no one meaning. `args` are (allowed, help)."""


def tidy_number(text: str) -> str:
    """A number's text with plain spaces and a plain minus."""
    if text.isascii() and text.isdigit():
        return text
    for space in SPACES:
        text = text.replace(space, " ")
    return text.strip().replace("\u2212", "-")


def mark_of(text: str) -> str:
    """The decimal mark that a number shows by itself, 'point' or 'comma'; '' where it shows none or
    can be read in two ways.
    """
    if any(pattern.fullmatch(text) for pattern in BOTH.values()):
        return "point" if BOTH["point"].fullmatch(text) else "comma"
    if same := TWO_SAME.fullmatch(text):
        return "point" if same[1] else "comma"
    one = ONE_MARK.fullmatch(text)
    if not one or (len(one[3]) == 3 and 1 <= len(one[1]) <= 3 and one[1] != "0" and not one[4]):
        return ""
    # A number such as 12,5 or 0,125 cannot be grouped in thousands. 652.0 is how scripts write a
    # whole number.
    return "comma" if one[2] == "," else "point"


def has_thousands_beside(texts: list[str]) -> bool:
    """Whether a column has numbers such as 5.060 beside whole ones of four digits and more: five
    thousand, perhaps.
    """
    return any("." in text for text in texts) and any(
        text.isdigit() and len(text.lstrip("0")) >= 4 for text in texts
    )


class Dialect:
    """How one table writes numbers and dates. `said` gathers, in words, every form that differs
    from the published one.
    """

    def __init__(self, columns: list[Column], records: list[dict[str, str]], delimiter: str = ","):
        self.said: dict[str, int] = {}
        numbers = {
            c.name: [tidy_number(r[c.name]) for r in records if r.get(c.name)]
            for c in columns
            if c.kind != "TEXT"
        }
        self.decimal, self.stranger = self._decimal(numbers, delimiter)
        # With commas between cells a point is a decimal point; thousands beside speak against it.
        self.is_doubtful = (
            self.decimal == "unknown"
            and delimiter == ","
            and any(map(has_thousands_beside, numbers.values()))
        )
        self.has_zeros = any(
            ZEROS.fullmatch(text) for column in numbers.values() for text in column
        )
        dates = [r[c.name].strip() for c in columns if c.dates for r in records if r.get(c.name)]
        self.year_places = self._year_places(dates)
        self.order = self._order(dates, self.year_places)
        self.months_as_days = {
            c.name for c in columns if c.dates == "M" and self._only_first_days(c.name, records)
        }

    def note(self, words: str) -> None:
        self.said[words] = self.said.get(words, 0) + 1

    @staticmethod
    def _only_first_days(name: str, records: list[dict[str, str]]) -> bool:
        """Whether every full date of a column is the first day of a month: so do programs write
        months.
        """
        dates = [r[name].strip() for r in records if r.get(name)]
        days = [text[:10] for text in dates if ISO_DAY.match(text)]
        return bool(days) and all(day.endswith("-01") for day in days)

    # Numbers

    @staticmethod
    def _decimal(numbers: dict[str, list[str]], delimiter: str) -> tuple[str, str]:
        """'point', 'comma', 'both' (the table contradicts itself) or 'unknown' (no cell settles
        it); and the rarer of 'both'.
        """
        texts = [
            text
            for column in numbers.values()
            for text in column
            if not text.isdigit() and len(text) <= MAX_NUMBER
        ]
        marks = [mark_of(text) for text in texts]
        points, commas = marks.count("point"), marks.count("comma")
        if points and commas:
            return "both", "comma" if commas <= points else "point"
        if points or commas:
            return ("point" if points else "comma"), ""
        is_known = delimiter == "," and not any("," in text for text in texts)
        if is_known and not any(map(has_thousands_beside, numbers.values())):
            return "point", ""
        return "unknown", ""

    def number(self, text: str, kind: str) -> str:
        """The number as the published tables write it; raises Unread where it has two meanings."""
        plain = tidy_number(text)
        if plain.isdigit():
            return plain
        if MANGLED.fullmatch(plain):
            raise Unread(
                WHOLE if kind == "INTEGER" else DECIMAL,
                "A spreadsheet has turned a number into a date: set the column's format to Number.",
            )
        if plain.endswith("%"):
            raise Unread(WHOLE if kind == "INTEGER" else DECIMAL)
        if GROUPED.fullmatch(plain):
            self.note("spaces or apostrophes between thousands")
            plain = re.sub(r"[ '\u2019]", "", plain)
        if kind == "INTEGER" and ONE_OR_THOUSAND.fullmatch(plain) and not self.has_zeros:
            mark = self.decimal if self.decimal != "both" else self.stranger
            if mark == ("comma" if "," in plain else "point"):  # else it groups thousands
                raise Unread(
                    ONE_WAY,
                    f"{plain} may be {plain[:-4]} or {plain[:-4]},000: write the whole number "
                    "without a mark.",
                )
        if kind == "INTEGER" and self.is_doubtful and ONE_GROUP.fullmatch(plain):
            raise Unread(
                ONE_WAY,
                f"{plain} may be {plain.replace('.', '')} or no whole number: other cells of its "
                "column have thousands without a mark. Write it so.",
            )
        if "," in plain or ("." in plain and self.decimal != "point"):
            plain = self._unmark(plain, kind)
        if kind == "INTEGER" and re.fullmatch(r"[+-]?[0-9]+\.0+", plain):
            self.note("whole numbers written with .0")
            plain = plain.split(".")[0]
        return plain

    def _unmark(self, text: str, kind: str) -> str:
        """Take out what groups thousands, make the decimal mark a point."""
        decimal = self.decimal
        if decimal == "both":
            if mark_of(text) == self.stranger:  # told of these alone: the others need no mending
                raise Unread(
                    "one decimal mark in the whole table, a point (or a comma) everywhere",
                    "Other cells of this table use the other mark.",
                )
            decimal = "point" if self.stranger == "comma" else "comma"
        if decimal == "unknown":
            if kind == "REAL":
                raise Unread(
                    ONE_WAY,
                    f"{text} may be a thousand and more or a little above one, and no other cell "
                    "of the table says which: write it without separators for thousands, "
                    "with a decimal point.",
                )
            decimal = (
                "comma" if "." in text else "point"
            )  # a whole number: the mark can only group thousands
        mark, group = (",", ".") if decimal == "comma" else (".", ",")
        if group in text:
            whole = text.split(mark)[0]
            if (
                not re.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+", whole)
                or text.count(mark) > 1
            ):
                raise Unread(WHOLE if kind == "INTEGER" else DECIMAL)
            self.note("commas between thousands" if group == "," else "points between thousands")
            text = text.replace(group, "")
        if mark == "," and "," in text:
            self.note("decimal commas")
            text = text.replace(",", ".")
        return text

    # Dates

    @staticmethod
    def _year_places(texts: list[str]) -> dict[str, str]:
        """'first' or 'last': where the year stands in 13.05.28, by the mark between; 'both' when
        the table contradicts itself. A mark by which nothing tells is left out. Dates of the
        standard (2018-11-06) tell nothing of others.
        """
        found: dict[str, set[str]] = {}
        in_full: dict[str, set[str]] = {}
        for text in texts:
            match = SLASHED.fullmatch(text.split(" ")[0])
            if not match or ISO_DAY.fullmatch(match[0]):
                continue
            first, second, last = int(match[1]), int(match[3]), int(match[4])
            if len(match[1]) > 2 or len(match[4]) > 2:
                place = "first" if len(match[1]) > 2 else "last"
                in_full.setdefault(match[2], set()).add(place)
                continue
            if len(match[1]) == 1 or last == 0 or last > 31 or second > 12:
                found.setdefault(match[2], set()).add("last")
            if len(match[4]) == 1 or first == 0 or first > 31:
                found.setdefault(match[2], set()).add("first")
        return {
            mark: "both" if len(places) == 2 else places.pop()
            for mark, places in (in_full | found).items()
        }

    @staticmethod
    def _order(texts: list[str], year_places: dict[str, str]) -> str:
        """'day' or 'month': which stands first in 6/11/2018; 'both' when the table contradicts
        itself, '' when nothing tells.
        """
        found = set()
        for text in texts:
            match = SLASHED.fullmatch(text.split(" ")[0])
            ends = (2, 4) if match and year_places.get(match[2]) == "last" else (4,)
            if match and len(match[4]) in ends and len(match[1]) <= 2:
                if match[2] == "." or int(match[1]) > 12:
                    found.add("day")
                elif int(match[3]) > 12:
                    found.add("month")
        return "both" if len(found) == 2 else (found.pop() if found else "")

    def date(self, text: str, precisions: str) -> str:
        """The date as the published tables write it: 2018, 2018-11, 2018-11-06. Raises Unread where
        it has two meanings.
        """
        text = text.strip()
        allowed = "a date as " + " or ".join(DATES[p] for p in precisions)
        if ISO.fullmatch(text):
            if ISO_DAY.fullmatch(text) and _is_no_day(text):
                raise Unread(allowed, NO_SUCH_DAY)
            return text
        if timed := ISO_TIME.fullmatch(text):
            self.note("dates with a time of day")
            return self._day(timed[1], precisions, allowed)
        if match := COMPACT.fullmatch(text):
            self.note("dates without marks between (20181106)")
            return self._make(*map(int, match.groups()), precisions, allowed)
        if match := SLASHED.fullmatch(re.sub(r" 0?0:00(:00)?$", "", text)):
            return self._slashed(match, precisions, allowed)
        if match := NAMED.fullmatch(text):
            self.note("dates written with the month's name")
            return self._make(
                _year(match[3]), MONTHS[match[2][:3].lower()], int(match[1]), precisions, allowed
            )
        if match := AMERICAN.fullmatch(text):
            self.note("dates written with the month's name")
            month = MONTHS[match[1][:3].lower()]
            return self._make(int(match[3]), month, int(match[2]), precisions, allowed)
        if match := KOREAN.fullmatch(text) or KOREAN_DOTS.fullmatch(text):
            self.note("dates as Koreans write them")
            return self._parts(match[1], match[2], match[3], precisions, allowed)
        if (match := NAMED_MONTH.fullmatch(text)) and "M" in precisions:
            self.note("months written by name")
            return f"{_year(match[2])}-{MONTHS[match[1][:3].lower()]:02d}"
        if SERIAL.fullmatch(text) and 15000 <= int(float(text)) < 75000:
            self.note("dates as a spreadsheet's day numbers")
            day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(float(text)))
            return self._day(day.isoformat(), precisions, allowed)
        raise Unread(allowed)

    def _parts(self, year: str, month, day, precisions: str, allowed: str) -> str:
        """A date of a year, or of year and month, or of all three."""
        if day:
            return self._make(int(year), int(month), int(day), precisions, allowed)
        if ("M" if month else "Y") not in precisions or (month and not 1 <= int(month) <= 12):
            raise Unread(allowed)
        return f"{year}-{int(month):02d}" if month else year

    def _slashed(self, match: re.Match, precisions: str, allowed: str) -> str:
        first, second, last = match[1], int(match[3]), match[4]
        if len(first) == 4 and len(last) <= 2:
            self.note("dates such as 2018/11/06")
            return self._make(int(first), second, int(last), precisions, allowed)
        if len(first) > 2 or len(last) not in (1, 2, 4):
            raise Unread(allowed)
        if len(last) < 4:
            place = self.year_places.get(match[2])
            if place not in ("first", "last"):
                raise Unread(
                    allowed,
                    "Its year may stand first or last, and the table does not say which: write "
                    "the year with four digits.",
                )
            if place == "first":
                self.note("dates with a year of two digits first")
                return self._make(_year(first), second, int(last), precisions, allowed)
            if len(last) == 1:
                raise Unread(allowed)
        order = self.order
        if order == "both":
            raise Unread(allowed, "Some dates of this table have the day first, others the month.")
        if not order:
            if int(first) != second:
                raise Unread(
                    allowed,
                    (
                        "It may have the day or the month first, and no other date of the "
                        "table says which."
                    ),
                )
            order = "day"
        day, month = (int(first), second) if order == "day" else (second, int(first))
        self.note(f"dates with the {order} first")
        return self._make(_year(last), month, day, precisions, allowed)

    def _make(self, year: int, month: int, day: int, precisions: str, allowed: str) -> str:
        try:
            return self._day(datetime.date(year, month, day).isoformat(), precisions, allowed)
        except ValueError as error:
            raise (error if isinstance(error, Unread) else Unread(allowed, NO_SUCH_DAY)) from None

    @staticmethod
    def _day(iso: str, precisions: str, allowed: str) -> str:
        """A full date, where the column allows one. The first of a month may have been a month:
        that is not guessed.
        """
        if "D" not in precisions:
            if iso.endswith("-01"):
                return iso[:7]
            raise Unread(allowed)
        if iso.endswith("-01") and "M" in precisions:
            raise Unread(
                allowed,
                (
                    f"A spreadsheet turns the month {iso[:7]} into {iso}, so that the two look "
                    "the same: write the date as text."
                ),
            )
        return iso


def text_cell(text: str) -> str:
    """A text as it was meant; raises Unread for what a spreadsheet made of it."""
    if len(text) > MAX_TEXT:
        raise Unread(f"at most {MAX_TEXT:,} characters in a cell")
    if text in ERRORS or MANGLED.fullmatch(text):
        raise Unread(
            "the text as published",
            (
                "A spreadsheet has put an error or a date in its place: set the column's "
                "format to Text before typing."
            ),
        )
    if unshowable := UNSHOWABLE.search(text):
        raise Unread(
            "text without control characters and without marks that turn its direction",
            f"It holds U+{ord(unshowable[0]):04X}.",
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _is_no_day(iso: str) -> bool:
    try:
        datetime.date.fromisoformat(iso)
    except ValueError:
        return True
    return False


def _year(text: str) -> int:
    """A year; two digits as spreadsheets read them, 00–29 being 2000–2029."""
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 30 else 1900)

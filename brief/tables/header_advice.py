"""What is wrong with a header as a whole: titles above it, years across, a table on its side, no
header at all.

web/live/advice.js says the same in the page, with the same words for columns (`HEADINGS`, which
come with the data).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from brief.words import printable

WITHIN = 40  # filled rows in which a header is looked for
TURN = "Turn the table (in a spreadsheet: copy it, then Paste Special, Transpose)"
YEAR = re.compile(
    r"~? ?(?:FY|CY)? ?(?:(?:19|20)[0-9]{2}|['’‘][0-9]{2})(?:[^0-9][^\n]{0,20})?", re.I
)
NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
BETWEEN = re.compile(r"[,;|\t^~]|[ :/]+")  # what may stand between names that came as one cell
UNIT = re.compile(r" ?[(\[][^)\]]*[)\]]$")

TIMES = (
    "year",
    "month",
    "quarter",
    "date",
)  # "Year of arrival" is a year; "Country of origin" is not any country

# What others call a column that the brief's tables have.
HEADINGS = {
    "year": "연도 년도 년 해 年 年度 jahr année anno año fiscalyear calendaryear",
    "fiscal_year": "회계연도 연도 년도 fy year",
    "month": "월 연월 년월 月 period",
    "quarter": "분기 q",
    "date": "날짜 일자 기준일 日期 day dateofpublication",
    "male": "남 남성 남자 男 men males man m boys",
    "female": "여 여성 여자 女 women females woman f girls",
    "persons": (
        "합계 총계 계 인원 명 입국인원 총인원 사람 合計 "
        "total totals people number count individuals arrivals headcount"
    ),
    "country": "국가 국가명 나라 countryofasylum countryname hostcountry asylumcountry",
    "country_code": "국가코드 countryofasylumiso iso iso3 isocode countrycodeiso",
    "source_id": "출처 자료출처 source sources reference quelle",
    "confidence": "신뢰도 reliability certainty",
    "note": "비고 참고 주석 备注 notes remark remarks comment comments footnote",
    "unit": "단위 units",
    "value": "값 수치 amount figure number",
    "share_pct": "비율 비중 구성비 percent percentage share pct",
    "title": "제목 name",
    "measure": "항목 구분 indicator variable",
    "indicator": "항목 지표 measure variable",
    "president": "대통령 administration",
    "applications": "신청 신청자 applicants applied",
    "recognized": "인정 recognised recognizeddecisions recogniseddecisions granted",
    "other_protection": "인도적체류 complementaryprotection subsidiaryprotection",
    "rejected": "불인정 거부 rejecteddecisions refused refusals",
    "closed": "종결 otherwiseclosed",
    "decisions": "심사결정 totaldecisions",
    "refugees": "난민 refugeesunderunhcr'smandate",
    "asylum_seekers": "난민신청자 asylumseekers",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a header as a whole: where it was found, what, and what helps."""

    row: int
    found: str
    help: str


def meant(heading: str, wanted: list[str]) -> str:
    """The column that a heading in other words or another language means, or ''."""
    text = heading.strip().lower()[:100]
    for form in (text, UNIT.sub("", text)):
        small = re.sub(r"[ \u00a0_()-]", "", form)
        for name in wanted:
            if small and (
                small == name.replace("_", "") or small in HEADINGS.get(name, "").split()
            ):
                return name
    first = re.split(r"[ \u00a0(]", text)[0]
    return first if first in TIMES and first in wanted else ""


def named(cells: list[str], wanted: list[str]) -> list[str]:
    """Which column each cell of a row names, '' for none, each column once."""
    names: list[str] = []
    for cell in cells:
        name = meant(cell, wanted)
        names.append(name if name not in names else "")
    return names


def count_named(cells: list[str], wanted: list[str]) -> int:
    """How many columns a row names. A row that came as one cell may be one with other
    delimiters.
    """
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) == 1:
        filled = BETWEEN.split(filled[0])[:200]
    return sum(bool(name) for name in named(filled, wanted))


def joined(above: list[str], below: list[str]) -> list[str]:
    """Two rows as one: the lower cell, or the upper one where that is empty."""
    upper = [*above, *[""] * (len(below) - len(above))]
    lower = [*below, *[""] * (len(above) - len(below))]
    return [low if low.strip() else up for up, low in zip(upper, lower)]


def years_in(cells: list[str]) -> list[int]:
    """The numbers of the columns (from 1) that are headed by a year, where these are most of a row,
    else none.
    """
    places = [i for i, cell in enumerate(cells, 1) if YEAR.fullmatch(cell.strip())]
    filled = sum(bool(cell.strip()) for cell in cells)
    return places if len(places) >= 3 and 2 * len(places) > filled else []


def fault_of(
    header: list[str], wanted: list[str], row: int, records: list[tuple[int, list[str]]]
) -> Fault | None:
    """What is wrong with a header that lacks columns, where it is one thing that explains the
    whole.
    """
    rows = [(row, header), *records[: WITHIN - 1]]
    known = count_named(header, wanted)
    for number, cells in rows:
        years = years_in(cells)
        if years and 2 * known < len(wanted):
            above = f", and delete the lines above row {number}" if number != row else ""
            columns = f"columns {years[0]} to {years[-1]}"
            return Fault(
                number, f"years across ({columns}), where a year is a row", f"{TURN}{above}."
            )
    below = rows[1][1] if len(rows) > 1 else []
    if count_named(joined(header, below), wanted) > max(known, count_named(below, wanted)) + 1:
        return Fault(row, "a header of two rows", "Write each column's name in one row.")
    counts = [count_named(cells, wanted) for _, cells in rows]
    best = max(range(len(rows)), key=counts.__getitem__)
    if counts[best] >= 2 and counts[best] > known + 1:
        found = f"{printable(header[0] or 'a line', 60)!r} where the header belongs"
        help = f"The header stands in row {rows[best][0]}: delete the lines above it."
        return Fault(row, found, help)
    first_column = [cells[0] if cells else "" for _, cells in rows]
    down = sum(bool(name) for name in named(first_column, wanted))
    if down >= 3 and down > known + 1:
        return Fault(row, "the columns' names down the first column", f"{TURN}.")
    filled = [cell.strip() for cell in header if cell.strip()]
    if len(filled) == 1 and known >= 2:
        help = "Save it as CSV UTF-8, with commas between the columns."
        return Fault(row, "a header in one cell", help)
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in filled)
    if not known and numbers >= 2 and 2 * len(filled) > len(wanted):
        help = f"Row {row} holds data: write the columns' names in a row above it."
        return Fault(row, "no header", help)
    return None

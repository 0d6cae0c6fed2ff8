"""What helps with a cell, a header or a row that is refused: chosen by what was found there.

The rules for cells are plain data, so that the page (web/live/advice.js) gives the same help by the
same patterns. Nothing here decides what is refused, and no help may lose a figure: what it says to
delete is never a number.
"""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import replace

from brief import paths
from brief.tables.dialects import SPACES
from brief.tables.inputs import MAX_NUMBER, Column
from brief.tables.rule_words import choices, sum_words
from brief.words import Problem, printable

NUMBER = r"[+-]?[0-9][0-9., '\u00a0\u202f\u2019]*"
SIGN = r"[$€£¥₩₽₹]|US\$|USD|KRW|EUR|GBP|JPY|CNY|RMB"
SCALE = (
    r"k|mn?|mio\.?|mln\.?|bn|bln|tn|thousands?|millions?|billions?|trillions?|hundreds?|dozens?"
    r"|[백천만억조]|십만|백만|천만|십억|백억"
)

# Which kind of cell a text is: (kind, pattern for the whole text, which case does not matter). The
# first that fits counts.
CELLS = (
    ("formula", r"=.*|[+-](?:[A-Z]+\(.*|[A-Z]{1,3}[0-9]+.*)"),
    ("error", r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)"),
    ("nothing", r"[-–—―−]+|nil|none|no|없음"),
    (
        "missing",
        r"n\.? ?/? ?a\.?|n\.? ?k\.?|n\.? ?d\.?|nan|null|none|unknown|not "
        r"(?:available|applicable|known|reported|published)"
        r"|no (?:data|figures?|information)|missing|tb[acd]|pending|k\. "
        r"?a\.|[xz:?*~]+|…|\.{2,}|/+|_+"
        r"|미상|불명|불상|미정|미집계|미확인|미발표|집계 ?중"
        r"|확인 ?불가|알 ?수 ?없음|해당 ?(?:사항 ?)?없음"
        r"|자료 ?없음|통계 ?없음|不明|無",
    ),
    ("withheld", r"\(?[DSCX]\)?|withheld|suppressed|confidential|redacted|비공개|비밀"),
    (
        "total",
        r"(?:grand |sub-?)?totals?:?|all|sum|world"
        r"|합 ?계|총 ?계|소 ?계|누 ?계|계|合計|總計",
    ),
    ("below", rf"(?:<|&lt;|under|below|fewer than|less than|미만) ?({NUMBER})|({NUMBER})미만"),
    (
        "at_most",
        r"(?:≤|<=|up to|at most|no more than|최대) ?([0-9][0-9., ]*)"
        r"|([0-9][0-9., ]*)이하",
    ),
    (
        "at_least",
        r"(?:[>≥]|>=|over|above|more than|at least|min\.|최소) ?([0-9][0-9., ]*)(?:명|건)?"
        r"|([0-9][0-9., ]*) ?(?:\+|or more|명? ?이상|명? ?초과|여 ?명?)",
    ),
    ("years", r"(?:FY|CY)? ?'?[12][0-9]{3} ?[/–—~-] ?'?(?:[12][0-9])?[0-9]{2}년?"),
    (
        "range",
        r"([0-9][0-9., ]*?) ?(?:[-–—~]|to|and|bis) ?([0-9][0-9., ]*?) ?(?:명|persons|people)?",
    ),
    (
        "about",
        r"(?:~|≈|±|약|ca?\.?|circa|approx\.?|approximately|about|around|some|est\.?|estimated"
        rf"|nearly|almost|roughly|대략) ?({NUMBER})(?:명|건)?"
        rf"|({NUMBER}) ?(?:\(?est\.?\)?|or so|정도|가량|내외|명 ?정도)",
    ),
    ("percent", r"([+-]?[0-9][0-9., ]*?) ?(?:%|％|pct|percent|per cent|퍼센트)"),
    (
        "scaled",
        rf"(?:{SIGN})? ?{NUMBER} ?({SCALE}) ?"
        rf"(?:{SIGN}|명|원|달러|won|dollars?|persons|people)?",
    ),
    ("parentheses", r"[(\[]([0-9][0-9., ]*)[)\]]"),
    (
        "footnote",
        r"([+-]?[0-9][0-9., ]*?) "
        r"?(\(?(?:[a-h]|[1-9]{1,2})\)|\([a-z]\)|[a-hpr]|\[(?:[a-z]|[0-9]{1,2})\]"
        r"|\^[a-z0-9]|[*†‡§#]+|[¹²³⁰⁴-⁹ᴬ-ᵪ]+|주[0-9]?\)?|p\.|잠정치?"
        r"|\((?:잠정치?|추정치?|prov\.?|provisional|revised)\))",
    ),
    ("fiscal", r"(?:FY|CY|fiscal year|calendar year) ?'?([0-9]{2,4})"),
    ("short_year", r"['’‘]([0-9]{2})년?"),
    ("currency", rf"({SIGN}) ?([0-9][0-9., ]*)"),
    ("unit", r"([+-]?[0-9][0-9., ]*?) ?([^\s0-9_.,;:()\[\]<>*+/=~-][^0-9]{0,30})"),
    (
        "words",
        r"(?:a |an "
        r")?(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
        r"|forty|fifty"
        r"|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?"
        r"|several|few|many)(?:[ "
        r"-][a-z]+){0,6}"
        r"|[일이삼사오육칠팔구십백천만억 ]{1,20}명?",
    ),
    ("other_digits", r"[٠-٩۰-۹०-९０-９]+"),
    ("shortened", r"[+-]?[0-9.,]+E[+-]?[0-9]{1,3}"),
    ("fraction", r"[+-]?[0-9]+[.,][0-9]+"),
)
IN_DATES = ("formula", "error", "nothing", "missing", "withheld", "total")

# {found} is the cell, {1} and {2} what the pattern picks out, {column} its name, {note} where a
# remark belongs, {unit} what the table's manifest says. `required` stands for columns that may not
# be empty, `bounds` for those that have columns _low and _high beside them.
WORDS = {
    "formula": {"plain": "A formula stands here as text: write its result."},
    "error": {
        "plain": (
            "The spreadsheet could not compute this cell: mend its formula, or leave the cell "
            "empty."
        ),
    },
    "nothing": {
        "plain": (
            "{found} marks a missing value or none: leave the cell empty; write 0 where the "
            "source counted none."
        ),
        "required": "{found} marks a missing value or none, and {column} may not be empty: write 0 "
        "where the source "
        "counted none, else leave the row out.",
    },
    "missing": {
        "plain": "{found} marks a missing value: leave the cell empty.",
        "required": (
            "{found} marks a missing value, and {column} may not be empty: write it, or leave "
            "the row out."
        ),
    },
    "withheld": {
        "plain": (
            "{found} marks a value that is withheld: leave the cell empty, and say so in {note}."
        ),
        "required": (
            "{found} marks a value that is withheld, and {column} may not be empty: leave the "
            "row out."
        ),
        "bounds": "{found} marks a value that is withheld: leave the cell empty; where the source "
        "gives bounds, write "
        "them in {column}_low and {column}_high.",
    },
    "total": {"plain": "{found} marks a total: leave this row out, the brief adds up by itself."},
    "below": {
        "plain": "{found} is no exact number: leave the cell empty, and write {found} in {note}.",
        "required": "{found} is no exact number, and {column} may not be empty: leave the row out.",
        "bounds": "{found} is no exact number: leave the cell empty, write 0 in {column}_low "
        "and the "
        "highest whole "
        "number below {1} in {column}_high.",
    },
    "at_most": {
        "plain": "{found} is no exact number: leave the cell empty, and write {found} in {note}.",
        "required": "{found} is no exact number, and {column} may not be empty: leave the row out.",
        "bounds": "{found} is no exact number: leave the cell empty, write {1} in {column}_high.",
    },
    "at_least": {
        "plain": "{found} is a lower bound: write {1}, and “at least” in {note}.",
        "bounds": "{found} is a lower bound: leave the cell empty, write {1} in {column}_low.",
    },
    "years": {"plain": "{found} spans years: write the one year that the other rows would name."},
    "range": {
        "plain": "{found} is a range: leave the cell empty, and write {found} in {note}.",
        "required": "{found} is a range, and {column} may not be empty: write the number that the "
        "source settles on, "
        "and the range in {note}.",
        "bounds": (
            "{found} is a range: leave the cell empty, write {1} in {column}_low and {2} in "
            "{column}_high."
        ),
    },
    "about": {"plain": "{found} is an approximation: write {1}, and “about” in {note}."},
    "percent": {"plain": "Write {1} alone, without the percent sign{unit}."},
    "scaled": {"plain": "“{1}” is part of the number: write it out in figures{unit}."},
    "parentheses": {
        "plain": "Write the number without parentheses, with a minus where they mean that; what "
        "else they mean "
        "belongs in {note}.",
    },
    "footnote": {
        "plain": "“{2}” marks a footnote: write {1}, and what the footnote says in {note}.",
    },
    "fiscal": {"plain": "Write the year alone, with four digits."},
    "short_year": {"plain": "Write the year with four digits."},
    "currency": {"plain": "Write {2} alone, without “{1}”{unit}."},
    "unit": {"plain": "Write {1} alone, without “{2}”{unit}."},
    "words": {"plain": "Write the number in figures{unit}."},
    "other_digits": {"plain": "Write the number with the digits 0 to 9."},
    "shortened": {"plain": "A spreadsheet has shortened this number: write all its digits."},
    "fraction": {
        "plain": "{found} is no whole number: perhaps it is a share, "
        "or counted in thousands{unit}.",
    },
    "date": {"plain": "What is not exact, or a remark, belongs in {note}."},
    "other": {
        "plain": "Write the number alone: a remark belongs in {note}, or in a column of your own.",
    },
}
PATTERNS = [(kind, re.compile(pattern, re.I)) for kind, pattern in CELLS]


# A cell


@functools.cache
def unit_of(table: str, column: str) -> str:
    """Words that say a column's unit, or where it stands, from the table's manifest; '' where there
    is none.
    """
    path = paths.DATA / f"{table}.yml"
    if not table or not path.is_file():
        return ""
    import yaml

    described = yaml.safe_load(path.read_text(encoding="utf-8"))["columns"].get(column, {})
    unit = str(described.get("unit", ""))
    if unit == "year":
        return ""
    if unit.startswith("see "):
        return f"the column {unit[4:]} says what is counted"
    return f"the column's unit is {unit}" if unit else ""


def kind_of_cell(text: str, is_date: bool) -> tuple[str, re.Match | None]:
    """What a refused cell is, by its text (see `CELLS`), and the match that says so; ('', None)
    where nothing fits.
    """
    if len(text) > MAX_NUMBER:
        return "", None
    for space in SPACES:
        text = text.replace(space, " ")
    for kind, pattern in PATTERNS:
        if is_date and kind not in IN_DATES:
            continue
        match = pattern.fullmatch(text)
        if match:
            return kind, match
    return "", None


def for_cell(
    text: str, column: Column, columns: list[Column], told: str = "", table: str = ""
) -> str:
    """The help for a cell of `column` that was refused. `told` is what the reader of numbers and
    dates said of it.
    """
    text = text.strip()
    if column.kind == "TEXT" and not column.dates:
        return told or "A remark belongs in a column of your own."
    if column.yes_or_no:
        return "Write 1 for yes and 0 for no."
    kind, match = kind_of_cell(text, bool(column.dates))
    if told and kind in ("", "fraction"):
        return told
    names = {c.name for c in columns}
    words = WORDS[kind or ("date" if column.dates else "other")]
    form = "plain"
    if "bounds" in words and {f"{column.name}_low", f"{column.name}_high"} <= names:
        form = "bounds"
    elif "required" in words and column.required:
        form = "required"
    picked = [group.strip() for group in match.groups() if group] if match else []
    note = (
        "the column note" if "note" in names and column.name != "note" else "a column of your own"
    )
    filled = words[form]
    values = {"column": column.name, "note": note}
    unit = unit_of(table, column.name) if "{unit}" in filled else ""
    values["unit"] = f" ({unit})" if unit else ""
    values |= {str(place): value for place, value in enumerate(picked, 1)}
    values["found"] = text
    for name, value in values.items():
        filled = filled.replace("{" + name + "}", value)
    return filled


# A row

NOTE = re.compile(
    (
        r"(?:sources?|notes?|n\.?b\.?|remarks?|footnotes?|data|updated|retrieved"
        r"|자료|출처|주|참고|비고|단위) ?[:：.)]|[※*†‡]|\*\)"
    ),
    re.I,
)
TOTAL = re.compile(dict(CELLS)["total"], re.I)
SAME = "The same row twice"


def for_rule(table: str, rule: str, values: dict) -> str:
    """The help for a row that breaks a rule of the schema: what a sum comes to, or the choice that
    was meant.
    """
    wrong_sum = sum_words(rule, values)
    if wrong_sum:
        return f"{wrong_sum} Correct the one that is wrong."
    if list(values) == ["source_id"] and table != "sources":
        return (
            "Write ids as sources.csv has them, joined by ;. A new source needs a row there first."
        )
    allowed = choices(rule)
    found = next(iter(values.values()), None)
    if allowed and isinstance(found, str):
        near = difflib.get_close_matches(
            re.sub(r"[ -]", "_", found.strip().lower()), allowed, 1, 0.85
        )
        if near:
            return f"Did you mean {near[0]!r}?"
    return f"data/{table}.yml says what is counted there."


def for_second_row(
    first_line: int, first: dict, second: tuple[int, dict], left_aside: list[str]
) -> str:
    """The help for two rows with one key: whether they are the same, and in what they differ."""
    line, values = second
    differ = [name for name in values if first[name] != values[name]]
    others = printable(", ".join(left_aside), 100)
    if not differ and left_aside:
        return (
            f"Row {first_line} is the same but for what the table has no column for "
            f"({others}): if that tells them "
            "apart, these are parts of one figure: add them up into one row; if not, delete one."
        )
    if not differ:
        return f"{SAME} (row {first_line}): delete one."
    told = [f"{name} is {printed(first[name])} and {printed(values[name])}" for name in differ[:4]]
    more = f" and {len(differ) - 4} columns more" if len(differ) > 4 else ""
    apart = f", told apart by {others}" if left_aside else ""
    return (
        f"Row {first_line} differs: {', '.join(told)}{more}. Keep the right one, or, if "
        "they are parts of one figure"
        f"{apart}, add them up into one row."
    )


def without_notes(
    records: list[tuple[int, list[str]]], header: list[str], columns: list[Column], file: str
) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """The records without the notes that stand below a table, and these as one problem."""
    needed = [header.index(column.name) for column in columns if column.required]
    if len(needed) < 2:
        return records, []
    end = len(records)
    while end > 1 and is_note(records[end - 1][1], needed, len(columns)):
        end -= 1
    if end == 1:
        return records, []
    first_row = [cell.strip() for cell in records[0][1]]
    lines = {number for number, record in records[1:end] if is_line(record)}
    again = {number for number, record in records[1:end] if is_header(record, first_row)}
    kept = [(number, record) for number, record in records[:end] if number not in lines | again]
    told = [
        (
            records[end:],
            "below the table",
            "A note below the table",
            "keep it elsewhere, and delete it here",
        ),
        (
            [entry for entry in records if entry[0] in lines],
            "alone in a row",
            "A line between the rows",
            "delete it, and write what it says beside the rows, in a column of your own",
        ),
        (
            [entry for entry in records if entry[0] in again],
            "in a second header",
            "The header again",
            "delete it here",
        ),
    ]
    problems = []
    for found, where, what, help in told:
        if found:
            number, record = found[0]
            text = next(cell.strip() for cell in record if cell.strip())
            problems.append(
                Problem(
                    file,
                    f"{printable(text, 60)!r} {where}",
                    "the table's rows alone",
                    number,
                    help=f"{what} ({rows_named([number for number, _ in found])}): {help}.",
                )
            )
    return kept, problems


def rows_named(numbers: list[int]) -> str:
    """Row numbers in words: "row 3", "rows 3, 5 and 9 more"."""
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"rows {', '.join(map(str, numbers[:5]))}{more}"


def is_header(record: list[str], header: list[str]) -> bool:
    """Whether a row says the names of at least three columns again, each in its place."""
    return (
        sum(bool(cell.strip()) and cell.strip() == name for cell, name in zip(record, header)) > 2
    )


def is_line(record: list[str]) -> bool:
    """Whether a row is one text and nothing else: no number, and no total."""
    filled = [cell.strip() for cell in record if cell.strip()]
    if len(filled) != 1:
        return False
    return not re.fullmatch(NUMBER, filled[0]) and not TOTAL.fullmatch(filled[0])


def is_note(record: list[str], needed: list[int], width: int) -> bool:
    """Whether a row is no row of a table but a text below it, cut at its commas or not: no cell of
    it is a number.

    `needed` are the places of the columns that no row of the table leaves empty.
    """
    filled = [cell.strip() for cell in record if cell.strip()]
    if all(place < len(record) and record[place].strip() for place in needed):
        return False
    if is_line(record):
        return True
    is_text = " " in filled[0] and not any(re.fullmatch(NUMBER, cell) for cell in filled)
    return 2 * len(filled) <= width and (is_text or bool(NOTE.match(filled[0])))


def table_meant(name: str, tables: list[str]) -> str:
    """The table that a file or sheet is likely to be named for, or ''."""
    small = re.sub(r"[ -]+", "_", name.strip().lower()[:200])
    within = [table for table in tables if small.startswith(table)]
    near = difflib.get_close_matches(small, tables, 1, 0.8)
    return max(within, key=len) if within else (near[0] if near else "")


def printed(value) -> str:
    return "empty" if value is None else printable(str(value), 40)


def gathered(problems: list[Problem], most: int = 3) -> list[Problem]:
    """The problems of one table; more than `most` rows whose key stands twice are told as one."""
    twice = [problem for problem in problems if problem.found.startswith("a second row with ")]
    if len(twice) <= most:
        return problems
    rows = ", ".join(str(problem.row) for problem in twice[:5])
    rows += " and more" if len(twice) > 5 else ""
    first = twice[0]
    if all(problem.help.startswith(SAME) for problem in twice):
        help = "Each is the same as the one above: delete it."
    else:
        help = (
            "Where they are parts of one figure (by stage, by office, by sex), add them up "
            "into one row. "
            f"The first, row {first.row}: {first.help}"
        )
    whole = replace(
        first,
        found=f"{len(twice)} rows whose {first.column} stood above already (rows {rows})",
        allowed=f"one row for each {first.column}",
        help=help,
    )
    return [whole, *(problem for problem in problems if problem not in twice)]


def unknown_table(file: str, stem: str, schema, suffix: str = "") -> Problem:
    """The refusal of a file or sheet that is named like no table, with the table that was meant."""
    near = table_meant(stem, list(schema))
    return Problem(
        file,
        "a table that the brief does not have",
        ", ".join(f"{n}{suffix}" for n in schema),
        help=f"Did you mean {near}{suffix}?" if near else "",
    )

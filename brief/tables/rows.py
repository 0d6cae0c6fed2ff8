"""Rows of text, the header first, as a typed table: whatever file they come from, they go this one
way.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter

from brief.tables import advice, edits, header_advice, totals
from brief.tables.dialects import (
    DECIMAL,
    ISO_DAY,
    ISO_TIME,
    OR_EMPTY,
    WHOLE,
    YES_OR_NO,
    Dialect,
    text_cell,
)
from brief.tables.inputs import (
    MARK_COLUMN,
    MAX_COLUMNS,
    MAX_NUMBER,
    MAX_PROBLEMS,
    MAX_ROWS,
    Column,
    Table,
)
from brief.words import InputError, Problem, printable

INSIDE = {
    ",": "A comma (in a text, or in 1,137)",
    ";": "A semicolon",
    "\t": "A tab",
    "|": "A bar",
}


MANY_NAMES = 6  # columns missing or unknown: more are told as one problem


FORMULA = re.compile(
    r"[=@]|[+-](?![0-9.,]+$)"
)  # how a cell begins that a spreadsheet would compute


def table_of(
    name: str,
    records: list[tuple[int, list[str]]],
    columns: list[Column],
    file: str,
    delimiter: str = ",",
) -> tuple[Table, list[Problem]]:
    """Rows of text, the header first, as typed rows. Raises InputError when the header is wrong;
    returns the other problems. What a file of edits leaves out (`left_out`) is empty in its rows.
    """
    records = [
        (number, record) for number, record in records if any(field.strip() for field in record)
    ]
    if not records:
        raise InputError(
            [
                Problem(
                    file, "an empty file", f"a header row with {', '.join(c.name for c in columns)}"
                )
            ]
        )
    header, renamed = folded(records[0][1], columns)
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise InputError(
            [
                Problem(
                    file,
                    f"{len(header):,} columns",
                    f"at most {MAX_COLUMNS:,} columns: {', '.join(c.name for c in columns)}",
                    records[0][0],
                )
            ]
        )
    problems, said = header_problems(header, columns, file, records[0][0], records[1:])
    if problems:
        raise InputError(problems)
    if len(records) - 1 > MAX_ROWS:
        raise InputError(
            [Problem(file, f"{len(records) - 1:,} rows", f"at most {MAX_ROWS:,} rows")]
        )
    if renamed:
        said.append(f"{file}: the columns {printable(', '.join(renamed))} read in small letters")
    left_out, notes = edits.left_out(header, columns), []
    if left_out and len(records) == 1:
        raise InputError([Problem(file, *edits.NO_ROWS)])
    if not left_out:  # of a row with a key and an empty cell nobody can say that it is a note
        records, notes = advice.without_notes(records, header, columns, file)
    rows, problems, short = named_cells(records[1:], header, columns, file, delimiter)
    problems += notes
    if short:
        said.append(
            (
                f"{file}: fewer cells than the header in row "
                f"{', '.join(map(str, short[:5]))}{' and more' if len(short) > 5 else ''}; "
                "taken as empty at the end"
            )
        )
    known = {MARK_COLUMN, *(c.name for c in columns)}
    left_aside = [heading for heading in header if heading and heading not in known]
    rows, named_totals = totals.set_apart(name, rows, columns, file)
    problems += named_totals
    dialect = Dialect(columns, [cells for _, cells in rows], delimiter)
    names = [c.name for c in columns]
    table = Table(name, names, [], [], file, left_aside=left_aside, left_out=left_out)
    for number, cells in rows:
        values, wrong = typed(cells, columns, dialect, file, number, name)
        problems += wrong
        if not wrong:
            table.rows.append(values)
            table.lines.append(number)
        elif len(problems) >= MAX_PROBLEMS:
            problems.append(
                Problem(
                    file,
                    f"{MAX_PROBLEMS} problems up to here",
                    "the rows below were not read",
                    number + 1,
                )
            )
            break
    if not left_out:
        problems += totals.sums(table, columns, file)
    said += [f"{file}: {words}" for words in small_percentages(table)]
    formulas = sum(isinstance(v, str) and bool(FORMULA.match(v)) for row in table.rows for v in row)
    if formulas:
        # They stay as they are, here and in the downloads: a quote put before them would be another
        # text, and the tables could not be handed in again. Who opens them in a spreadsheet is told
        # by this line.
        said.append(
            (
                f"{file}: {formulas} cell{'s' if formulas > 1 else ''} that a spreadsheet "
                "would take for a formula, kept as text"
            )
        )
    forms = [
        f"{words} ({count} cell{'s' if count > 1 else ''})" for words, count in dialect.said.items()
    ]
    table.readings = said + ([f"{file}: {', '.join(forms)}"] if forms else [])
    return table, sorted(problems, key=lambda p: p.row or 0)


def small_percentages(table: Table, fewest: int = 3) -> list[str]:
    """In words, the columns of percent that look like shares of one: all numbers are between 0 and
    1, and some within.
    """
    said = []
    for place, name in enumerate(table.columns):
        if not name.endswith("_pct"):
            continue
        filled = [row[place] for row in table.rows if row[place] is not None]
        within = [value for value in filled if 0 < value < 1]
        if len(within) >= fewest and all(0 <= value <= 1 for value in filled):
            example = f"{within[0]:.15g}"
            said.append(
                (
                    f"every number of {name} lies between 0 and 1 and is read as percent: "
                    f"{example} is {example} percent"
                )
            )
    return said


def folded(header: list[str], columns: list[Column]) -> tuple[list[str], list[str]]:
    """The header with the schema's names where only case and spaces differ ("Source ID"), and the
    names that did.
    """
    wanted, names, renamed = {c.name for c in columns}, [], []
    for text in header:
        name = text.strip().strip("\ufeff").strip()
        small = re.sub(r"[ \u00a0-]", "_", name[:100].lower())
        if name not in wanted and small in wanted:
            renamed.append(name)
            name = small
        names.append(name)
    return names, renamed


def named_cells(
    records, header: list[str], columns: list[Column], file: str, delimiter: str = ","
) -> tuple[list[tuple[int, dict]], list[Problem], list[int]]:
    """Each row as {column: text}; the rows with too many cells as problems; the numbers of those
    with too few.
    """
    place = {c.name: header.index(c.name) for c in columns if c.name in header}
    left_out = {c.name: "" for c in columns if c.name not in header}
    rows, problems, short = [], [], []
    for number, record in records:
        if any(field.strip() for field in record[len(header) :]):
            problems.append(
                Problem(
                    file,
                    f"{len(record)} cells",
                    f"{len(header)} cells, as in the header",
                    number,
                    help=(
                        f"{INSIDE.get(delimiter, repr(delimiter))} inside a cell needs quotes "
                        "around the cell."
                    ),
                )
            )
            if len(problems) >= MAX_PROBLEMS:
                break
            continue
        if len(record) < len(header):
            short.append(number)
            record = record + [""] * (len(header) - len(record))
        cells = {name: record[index] for name, index in place.items()}
        rows.append((number, cells | left_out))
    return rows, problems, short


def typed(
    cells: dict[str, str],
    columns: list[Column],
    dialect: Dialect,
    file: str,
    number: int,
    table: str = "",
) -> tuple[tuple, list[Problem]]:
    """One row's cells as values of the columns' types, and what is wrong with them, each with what
    helps.
    """
    values, problems = [], []
    for column in columns:
        text = cells[column.name]
        try:
            values.append(value_of(text, column, dialect))
        except ValueError as error:
            values.append(None)
            allowed, told = (*error.args, "")[:2]
            allowed = allowed_in(column, allowed)
            help = advice.for_cell(text, column, columns, told, table)
            problems.append(
                Problem(file, repr(text.strip()[:60]), allowed, number, column.name, help)
            )
    return tuple(values), problems


def allowed_in(column: Column, allowed: str) -> str:
    """What a column allows, where the words for its kind say too much."""
    if column.yes_or_no and allowed == WHOLE:
        allowed = YES_OR_NO + OR_EMPTY
    return allowed.removesuffix(OR_EMPTY) if column.required else allowed


def value_of(text: str, column: Column, dialect: Dialect):
    text = text.strip()
    if text == "":
        return None
    if column.kind != "TEXT":
        if len(text) > MAX_NUMBER:
            raise ValueError(WHOLE if column.kind == "INTEGER" else DECIMAL)
        if column.yes_or_no and text.lower() in ("true", "false"):
            dialect.note("TRUE and FALSE as 1 and 0")
            return int(text.lower() == "true")
        return cell(dialect.number(text, column.kind), column.kind)
    if not column.dates:
        return text_cell(text)
    if column.name in dialect.months_as_days and (match := ISO_DAY.match(text)):
        rest = text[10:]
        if not rest or ISO_TIME.fullmatch(text):
            dialect.note("months written as their first day")
            return match[0][:7]
    return dialect.date(text, column.dates)


def cell(text: str, kind: str):
    """A cell's text in the published form as a value of the column's type; raises ValueError with
    what is allowed.
    """
    text = text.strip()
    if text == "":
        return None
    if kind != "TEXT" and len(text) > MAX_NUMBER:
        raise ValueError(WHOLE if kind == "INTEGER" else DECIMAL)
    if kind == "INTEGER":
        if not re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            raise ValueError(WHOLE)
        return int(text)
    if kind == "REAL":
        if (
            not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", text)
            or abs(float(text)) > 1e15
        ):
            raise ValueError(DECIMAL)
        return float(text) + 0.0  # -0.0 becomes 0.0
    return text_cell(text)


def header_problems(
    header: list[str], columns: list[Column], file: str, row: int = 1, records=()
) -> tuple[list[Problem], list[str]]:
    """What is wrong with a header row (missing, doubled, nameless columns, each named), and the
    extra columns that are left aside.
    """
    wanted = [c.name for c in columns]
    missing = [name for name in wanted if name not in header]
    extra = [name for name in header if name and name not in wanted]
    problems = [
        Problem(file, f"the column {name!r} {count} times", "each column once", row, name)
        for name, count in sorted(Counter(h for h in header if h).items())
        if count > 1
    ]
    for index, name in enumerate(header):
        if not name and any(len(record) > index and record[index].strip() for _, record in records):
            problems.append(
                Problem(
                    file,
                    f"a column without a name (number {index + 1})",
                    ", ".join(wanted),
                    row,
                    help="Name it, or delete it.",
                )
            )
    if missing and not edits.left_out(header, columns):
        problems = header_fault(header, wanted, file, row, list(records)) or [
            *problems,
            *unnamed(columns, missing, extra, file, row),
        ]
    left = [name for name in extra if name != MARK_COLUMN]
    named = printable(", ".join(left))
    return problems, [
        f"{file}: the extra column{'s' if len(left) > 1 else ''} {named} left aside"
    ] if left and not problems else []


def header_fault(
    header: list[str], wanted: list[str], file: str, row: int, records: list
) -> list[Problem]:
    """The one problem of a header that is wrong as a whole, if it is."""
    fault = header_advice.fault_of(header, wanted, row, records)
    allowed = f"a header row with {', '.join(wanted)}"
    return [Problem(file, fault.found, allowed, fault.row, help=fault.help)] if fault else []


def unnamed(
    columns: list[Column], missing: list[str], extra: list[str], file: str, row: int
) -> list[Problem]:
    """The columns that a header lacks and those that the table has not, each a problem; as one
    where they are many.
    """
    wanted = [column.name for column in columns]
    if len(missing) < len(wanted) and not [name for name in extra if name != MARK_COLUMN]:
        return edits.without_key(missing, columns, file, row)
    allowed, taken = ", ".join(wanted), {}
    for heading in extra:
        free = [name for name in missing if name not in taken.values()]
        name = header_advice.meant(heading, free)
        if name:
            taken[heading] = name
    if all(column.name not in missing for column in columns if column.key):
        missing = []  # a file of edits, once its columns have the names that they mean
    if len(missing) + len(extra) > MANY_NAMES:
        renamed = ", ".join(f"{heading} to {name}" for heading, name in taken.items())
        left = [name for name in missing if name not in taken.values()]
        help = f"Rename {printable(renamed, 400)}. " if renamed else ""
        help += f"Add the columns {', '.join(left)}." if left else ""
        found = f"a header of other columns: {printable(', '.join(extra), 200)}"
        return [Problem(file, found, f"a header row with {allowed}", row, help=help.strip())]
    problems = []
    for heading in extra:
        near = difflib.get_close_matches(heading, wanted, 1)
        help = f"Did you mean {near[0]!r}?" if near else ""
        if heading in taken:
            help = f"Did you mean {taken[heading]!r}?"
        problems.append(
            Problem(file, f"the unknown column {heading!r}", allowed, row, heading, help)
        )
    return problems + [Problem(file, f"no column {name!r}", allowed, row, name) for name in missing]

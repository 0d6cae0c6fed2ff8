"""A file with the key and the columns that were edited, and no others: laid over the known rows.

Nobody has to carry `source_id` and `note` along to change a number. Rows that the file does not
name stay, columns that it does not have keep what stands there, and a line says how many of each.
The page does the same (`laidOver` in web/live/edits.js).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from brief.tables import near_keys, totals
from brief.tables.inputs import MARK_COLUMN, MAX_PROBLEMS, Column, Table
from brief.words import Problem

MEANT = 2  # known keys that a new one may mean; more are no help
FEW = 6  # rows or columns that are named one by one
NO_ROWS = ("a header and no rows", "rows with the key and what is edited")
EMPTY = "a value: this column may not be empty"


def left_out(header: list[str], columns: list[Column]) -> list[str]:
    """The columns that a file of edits has not; none for a header that is whole, or wrong.

    A header is one of edits where it holds the whole key, a column more, and no name that the table
    has not: an unknown one may be a column that was misspelt.
    """
    names = [column.name for column in columns]
    keys = {column.name for column in columns if column.key}
    given = {name for name in header if name in names}
    unknown = [name for name in header if name and name not in (*names, MARK_COLUMN)]
    is_edits = keys and keys < given and not unknown
    return [name for name in names if name not in given] if is_edits else []


def without_key(missing: list[str], columns: list[Column], file: str, row: int) -> list[Problem]:
    """The problems of a header that has columns of the table alone, and neither all of them nor the
    key and one more.
    """
    keys = [column.name for column in columns if column.key]
    help = (
        f"The key tells the rows apart: {', '.join(keys)}. Beside it stand all columns, or those "
        "alone that are edited."
    )
    allowed = ", ".join(column.name for column in columns)
    if not set(keys) & set(missing):
        return [Problem(file, "no column beside the key", allowed, row, help=help)]
    return [
        Problem(file, f"no column {name!r}", allowed, row, name, help)
        for name in keys
        if name in missing
    ]


def not_whole(table: Table, columns: list[Column]) -> list[Problem]:
    """The columns that a table lacks which has to be whole, each a problem."""
    allowed = ", ".join(column.name for column in columns)
    return [Problem(table.file, f"no column {name!r}", allowed, 1, name) for name in table.left_out]


def laid_over(
    table: Table, known: Table, columns: list[Column], rest: str = "as published"
) -> tuple[Table, list[Problem]]:
    """The rows of `known` with those of a file of edits laid over them by key, and what is wrong
    with the edits. A row that stands as it was has no row number; `rest` says what it stays like.

    A row of an unknown key is a new one, and needs every column that may not be empty. A second row
    of one key is put in as well, for the schema to refuse. A whole table is returned as it is.
    """
    if not table.left_out:
        return table, []
    place = {key_of(columns, row): index for index, row in enumerate(known.rows)}
    rows, lines = list(known.rows), [None] * len(known.rows)
    needed = [c.name for c in columns if c.required and c.name in table.left_out]
    added, problems, emptied = [], [], []
    for number, row in zip(table.lines, table.rows):
        empty = [column for column, value in zip(columns, row) if column.key and value is None]
        index = place.get(key_of(columns, row))
        if empty:
            problems.append(Problem(table.file, "an empty cell", EMPTY, number, empty[0].name))
        elif index is None and needed:
            meant = known_as(columns, row, known) if len(problems) < MAX_PROBLEMS else ""
            problems.append(new_row_problem(table, columns, row, number, needed, meant))
        elif index is None:
            added.append((number, row))
        else:
            merged, holes = edited(table, columns, known.rows[index], row)
            emptied += [(name, number) for name in holes]
            if lines[index] is None:
                rows[index], lines[index] = merged, number
            else:
                added.append((number, merged))
    whole = replace(
        table,
        columns=known.columns,
        rows=rows + [row for _, row in added],
        lines=lines + [number for number, _ in added],
        left_out=[],
    )
    if needed and problems:  # else the rows are in, and looked at with all others
        misspelt = {p.row: p for p in near_keys.problems(table, known, columns)}
        problems = [misspelt.get(problem.row, problem) for problem in problems]
    if not problems:
        problems = totals.sums(whole, columns, table.file)
    changed = sum(now is not was for now, was in zip(rows, known.rows))
    said = in_words(table, columns, changed, len(added), len(known.rows) - changed, emptied, rest)
    whole.readings = [*table.readings, f"{table.file}: {said}"]
    return whole, problems[:MAX_PROBLEMS]


def key_of(columns: list[Column], row: tuple) -> tuple:
    """A row's key as a tuple: the parts that tell it from all others."""
    return tuple(value for column, value in zip(columns, row) if column.key)


def key_in_words(columns: list[Column], row: tuple) -> str:
    """A row's key as a person reads it."""
    return ", ".join(f"{c.name} = {value}" for c, value in zip(columns, row) if c.key)


def known_as(columns: list[Column], row: tuple, known: Table) -> str:
    """The known keys that a key may mean, in words; '' where there are none, or many. A code may be
    in small letters, longer or shorter, or the name; other texts may lack what stands before a /.
    """
    names = [column.name for column in columns]

    def is_like(place: int, other: tuple) -> bool:
        column, text, value = columns[place], row[place], other[place]
        if text == value or column.kind != "TEXT" or text is None or value is None:
            return text == value
        text, value, named = text.lower(), value.lower(), column.name.removesuffix("_code")
        if named == column.name:
            return value == text or value.endswith(f"/{text}")
        name = other[names.index(named)] if named in names else None
        return value.startswith(text) or text.startswith(value) or text == str(name).lower()

    keys = [place for place, column in enumerate(columns) if column.key]
    alike = [one for one in known.rows if all(is_like(place, one) for place in keys)]
    return " or ".join(key_in_words(columns, one) for one in alike) if len(alike) <= MEANT else ""


def new_row_problem(
    table: Table, columns: list[Column], row: tuple, number: int, needed: list[str], meant: str
) -> Problem:
    """The refusal of a new row from a file that lacks the `needed` columns. `meant` are known keys
    like its own, in words.
    """
    keys = [column.name for column in columns if column.key]
    key = key_in_words(columns, row)
    allowed = f"rows that are known, or with what a new one needs: {', '.join(needed)}"
    asked = f"Is {meant} meant? " if meant else ""
    help = f"{asked}Correct the key, or add these columns for the new rows."
    return Problem(table.file, f"a new row ({key})", allowed, number, ", ".join(keys), help)


def edited(table: Table, columns: list[Column], was: tuple, now: tuple) -> tuple[tuple, list[str]]:
    """A known row with a row of edits laid over it (the same object where nothing differs), and the
    columns that this empties.
    """
    merged = tuple(
        before if column.name in table.left_out else after
        for column, before, after in zip(columns, was, now)
    )
    holes = [
        column.name
        for column, before, after in zip(columns, was, merged)
        if before is not None and after is None
    ]
    return (was if merged == was else merged), holes


def in_words(
    table: Table,
    columns: list[Column],
    changed: int,
    added: int,
    stay: int,
    emptied: list[tuple[str, int]],
    rest: str,
) -> str:
    """What became of a file of edits, in one line."""
    given = [column.name for column in columns if column.name not in table.left_out]
    has = f"only {listed(given)}" if len(given) <= len(table.left_out) else ""
    has = has or f"without {listed(table.left_out)}"
    sources = ", their sources as before" if changed and "source_id" in table.left_out else ""
    parts = [f"{counted(changed)} edited{sources}"]
    if added:
        parts.append(f"{counted(added)} added")
    if emptied:
        cells = ", ".join(
            f"{name} ({count})" for name, count in Counter(name for name, _ in emptied).items()
        )
        parts.append(f"cells emptied: {cells}")
    return f"{has}, so merged by key: {', '.join(parts)}, {counted(stay)} {rest}"


def listed(names: list[str]) -> str:
    """Names as a person lists them: "year, male and persons", "year, male and 7 more"."""
    shown = names if len(names) <= FEW else [*names[: FEW - 1], f"{len(names) - FEW + 1} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"

"""Workbooks (.xlsx): what a cell shows is what is read, in words where that is not what the file
keeps, or refused.

Formulas are not computed here: their last values are taken as the spreadsheet stored them, and one
that has none is refused.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path

from brief.plain_files import bytes_of
from brief.tables import sheet_cells
from brief.tables.advice import unknown_table
from brief.tables.inputs import Column, Table
from brief.tables.sheet_cells import Sheet
from brief.tables.sheet_tables import HEADER_WITHIN, SheetTable, names_in
from brief.words import InputError, Problem, printable

ENOUGH = 0.6  # of a table's columns in a sheet's header: it is that table, or meant to be
SHEET_NAME = 31  # no sheet's name may be longer
COPY = re.compile(r" \([0-9]+\)$")  # how a spreadsheet names the copy of a sheet


def read_workbook(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a workbook: one named by the file, or one a sheet, named by the sheets."""
    stem = stem if stem in schema else stem.lower()
    book = sheet_cells.open_book(bytes_of(path), path.name)
    filled = [sheet for sheet in book.sheets if sheet.cells]
    if not filled:
        return {}, [
            Problem(
                path.name, "a workbook with nothing in it", "at least one sheet named like a table"
            )
        ]
    chosen, others, problems = match_sheets(path.name, stem, filled, schema)
    tables: dict[str, Table] = {}
    for name, sheet in chosen.items():
        is_alone = len(chosen) == 1 and name == stem and len(filled) == 1
        # A title may hold a line feed, and a line of its own would look like the command's.
        file = printable(path.name)
        file = file if is_alone else f"{file}, sheet {printable(sheet.title, 60)}"
        try:
            table, wrong = SheetTable(book, sheet, name, schema[name], file).read()
        except InputError as error:
            problems += error.problems
            continue
        tables[name] = table
        problems += wrong
    passed = [printable(title, 40) for title in [*(s.title for s in others), *book.passed_over]]
    if tables and passed:
        first = next(iter(tables.values()))
        first.readings.append(
            f"{printable(path.name)}: no table in the sheet{'s' if len(passed) > 1 else ''} "
            f"{', '.join(passed)}, passed over"
        )
    if not chosen and not problems and stem in schema:
        titles = printable(", ".join(sheet.title for sheet in filled), 100)
        problems.append(
            Problem(
                path.name,
                f"no table in the sheets {titles}",
                f"a sheet with a header of {', '.join(c.name for c in schema[stem])}",
            )
        )
    elif not chosen and not problems:
        problems.append(
            unknown_table(f"{path.name}, sheet {filled[0].title}", filled[0].title, schema)
        )
    return tables, problems


# Which sheet is which table


def match_sheets(
    file: str, stem: str, filled: list[Sheet], schema: dict[str, list[Column]]
) -> tuple[dict[str, Sheet], list[Sheet], list[Problem]]:
    """The sheets that are tables, by the tables' names; those that hold none; and what cannot be
    told.
    """
    chosen: dict[str, list[Sheet]] = {}
    unnamed, problems = [], []
    for sheet in filled:
        name = table_named(sheet.title, schema)
        if name:
            chosen.setdefault(name, []).append(sheet)
        else:
            unnamed.append(sheet)
    others = []
    if stem in schema and len(filled) == 1 and (not chosen or stem in chosen):
        return {stem: filled[0]}, [], []
    for sheet in unnamed:
        near = difflib.get_close_matches(sheet.title.casefold(), schema, 1, 0.85)
        known = {name: share_known(sheet, columns) for name, columns in schema.items()}
        best = stem if known.get(stem, 0) >= ENOUGH else max(known, key=known.get)
        if best == stem and known[best] >= ENOUGH:
            chosen.setdefault(stem, []).append(sheet)
        elif near or known[best] >= ENOUGH:
            problem = unknown_table(f"{file}, sheet {sheet.title}", sheet.title, schema)
            help = f"Did you mean {near[0]}?" if near else f"Name the sheet {best}."
            if known[best] >= ENOUGH:
                help += f" Its columns are those of {best}."
            problems.append(replace(problem, help=help))
        else:
            others.append(sheet)
    for name, sheets in chosen.items():
        if len(sheets) > 1:
            titles = " and ".join(f"{s.title}{' (hidden)' if s.is_hidden else ''}" for s in sheets)
            problems.append(
                Problem(
                    file,
                    f"the table {name} in two sheets: {titles}",
                    "each table once",
                    help="Delete the sheet that is not meant, or give it a name of another kind.",
                )
            )
    if stem in schema and chosen and stem not in chosen and len(filled) == 1:
        problems.append(
            Problem(
                file,
                f"a sheet named {filled[0].title} in a file named {stem}",
                "one table's name",
                help="Name the sheet like the file, or the file like the sheet.",
            )
        )
        return {}, others, problems
    return (
        {name: sheets[0] for name, sheets in chosen.items() if len(sheets) == 1},
        others,
        problems,
    )


def table_named(title: str, schema: dict[str, list[Column]]) -> str:
    """The table that a sheet's name means, or ''. Case does not matter, nor does what Numbers or a
    copy adds.
    """
    name = COPY.sub("", title.strip()).strip().casefold()
    short = {table[:SHEET_NAME].casefold(): table for table in schema}
    if name in short:
        return short[name]
    # Numbers names a sheet for its own sheet and the table in it, cut off at the end: "Sheet 1 -
    # arrivals_korea_year".
    _, dash, cut = name.partition(" - ")
    cut = cut.rstrip("….").strip()
    if cut in short:
        return short[cut]
    beginning = [table for table in schema if len(cut) >= 6 and table.startswith(cut)]
    return beginning[0] if dash and len(beginning) == 1 else ""


def share_known(sheet: Sheet, columns: list[Column]) -> float:
    """How many of a table's columns a sheet's header names, 0 to 1."""
    wanted = {column.name for column in columns}
    rows = sorted(sheet.cells)[:HEADER_WITHIN]
    return max(len(wanted & names_in(sheet, row)) for row in rows) / len(wanted)

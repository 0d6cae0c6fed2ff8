"""Workbooks (.xlsx): values only, bounded in size; openpyxl loads when the first one is read.

Formulas are not computed here: their last values are taken as the spreadsheet stored them, and one that has none is refused.
"""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

from brief.inputs import MAX_ROWS, Column, InputError, Problem, Table
from brief.readers import table_of, unknown_table

MAX_UNPACKED = 60_000_000  # a table of ours unpacks to less than 1 MB
MAX_PARTS = 500
MAX_RATIO = 200  # honest sheets pack about twenty to one, a bomb a thousand
MAX_COLUMNS = 200
MAX_SHEETS = 60  # the brief has forty tables
MAX_EMPTY = (
    5_000  # empty rows in a row: a few bytes can claim a million of them, each of which takes time
)
SHEET_NAME = 31  # no sheet's name may be longer


def read_workbook(
    path: Path, stem: str, schema: dict[str, list[Column]]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables of a workbook: one named by the file, or one a sheet, named by the sheets."""
    has_formulas = check_package(path)
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        formulas = (
            openpyxl.load_workbook(path, read_only=True, keep_links=False) if has_formulas else None
        )
        sheets = {s.title: s for s in book.worksheets}
        if len(sheets) > MAX_SHEETS:
            raise InputError(
                [Problem(path.name, f"{len(sheets)} sheets", f"at most {MAX_SHEETS} sheets")]
            )
        return read_sheets(path, stem, sheets, formulas, schema)
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise InputError(
            [
                Problem(
                    path.name,
                    f"a workbook that cannot be read ({type(error).__name__})",
                    "an .xlsx file as spreadsheets save it",
                    help="Save it again, or as CSV UTF-8.",
                )
            ]
        ) from None


def check_package(path: Path) -> bool:
    """Refuse a package that is not one, or that would unpack to more than it should; tells whether it holds formulas."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            size = sum(p.file_size for p in parts)
            if (
                len(parts) > MAX_PARTS
                or size > MAX_UNPACKED
                or any(
                    p.file_size > 1_000_000 and p.file_size > MAX_RATIO * max(p.compress_size, 1)
                    for p in parts
                )
            ):
                raise InputError(
                    [
                        Problem(
                            path.name,
                            f"a workbook of {len(parts)} parts that unpacks to {size:,} bytes",
                            f"at most {MAX_PARTS} parts and {MAX_UNPACKED:,} bytes, packed at most {MAX_RATIO} to 1",
                        )
                    ]
                )
            has_formulas = False
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    text = package.read(part)
                    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                        raise InputError(
                            [
                                Problem(
                                    path.name,
                                    f"an entity declaration in {part.filename}",
                                    "a workbook as spreadsheets save it",
                                )
                            ]
                        )
                    has_formulas |= part.filename.startswith("xl/worksheets/") and (
                        b"<f>" in text or b"<f " in text
                    )
            return has_formulas
    except (
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        ValueError,
    ) as error:
        help = "It may be an old .xls or locked by a password: save it as .xlsx without one."
        raise InputError(
            [
                Problem(
                    path.name,
                    f"no .xlsx workbook ({error})",
                    "an .xlsx file as spreadsheets save it",
                    help=help,
                )
            ]
        ) from None


def read_sheets(
    path: Path, stem: str, sheets: dict, formulas, schema
) -> tuple[dict[str, Table], list[Problem]]:
    short = {name[:SHEET_NAME]: name for name in schema}
    by_name = {title: short[title.strip()] for title in sheets if title.strip() in short}
    grids = {
        title: grid(sheet, f"{path.name}, sheet {title}", formulas[title] if formulas else None)
        for title, sheet in sheets.items()
    }
    filled = [title for title, (rows, _, _) in grids.items() if rows]
    if stem in schema and len(filled) == 1:
        by_name = {filled[0]: stem}
    tables, problems = {}, []
    for title in filled:
        file = f"{path.name}, sheet {title}" if len(filled) > 1 or stem not in schema else path.name
        if title not in by_name:
            problems.append(unknown_table(file, title, schema))
            continue
        rows, wrong, computed = grids[title]
        problems += wrong
        columns = schema[by_name[title]]
        try:
            table, refused = table_of(by_name[title], as_text(rows, columns), columns, file)
        except InputError as error:
            problems += error.problems
            continue
        table.readings.insert(
            0,
            f"{file}: a workbook's values"
            + (f", {computed} computed by formulas" if computed else ""),
        )
        tables[table.name] = table
        problems += refused
    if not filled:
        problems.append(
            Problem(
                path.name, "a workbook with nothing in it", "at least one sheet named like a table"
            )
        )
    return tables, problems


def grid(sheet, file: str, formulas) -> tuple[list[tuple[int, list]], list[Problem], int]:
    """The filled rows of a sheet as (number, cells); formulas without a value as problems; how many had one."""
    rows, problems, computed = [], [], 0
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    originals = iter(formulas.iter_rows()) if formulas is not None else None
    if formulas is not None:
        formulas.reset_dimensions()
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        if empty > MAX_EMPTY:
            raise InputError(
                [
                    Problem(
                        file,
                        f"more than {MAX_EMPTY:,} empty rows above row {number:,}",
                        "the table without a gap",
                        help="Delete the empty rows, or save the sheet as CSV UTF-8.",
                    )
                ]
            )
        if number > MAX_ROWS:
            raise InputError(
                [Problem(file, f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,} rows")]
            )
        for cell, original in zip(cells, next(originals, ()) if originals else ()):
            if original.data_type == "f":
                computed += cell.value is not None
                if cell.value is None:
                    problems.append(
                        Problem(
                            file,
                            "a formula without a value",
                            "values, or formulas that the spreadsheet has computed",
                            number,
                            original.column_letter,
                            "Open the file in a spreadsheet and save it, or paste values.",
                        )
                    )
        empty += 1
        if any(c.value not in (None, "") for c in cells):
            rows.append((number, list(cells)))
            empty = 0
    return rows, problems, computed


def as_text(rows: list[tuple[int, list]], columns: list[Column]) -> list[tuple[int, list[str]]]:
    """Cells as the text that the published tables would hold; dates by the precision that the cell shows."""
    kinds = {c.name: c for c in columns}
    header = [str(c.value or "").strip() for c in rows[0][1]]
    order = [kinds.get(name) for name in header]
    return [(rows[0][0], header)] + [
        (number, [text_of(c, order[i] if i < len(order) else None) for i, c in enumerate(cells)])
        for number, cells in rows[1:]
    ]


def text_of(cell, column: Column | None) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.15g}"
    if isinstance(value, (datetime.datetime, datetime.date)):
        day = value.date() if isinstance(value, datetime.datetime) else value
        if column is None or not column.dates:
            return day.strftime(
                "%d-%b"
            )  # a spreadsheet made a date of a number or a text: refused as such
        shows_day = "d" in (cell.number_format or "").lower().replace("\\", "")
        return day.isoformat() if shows_day else day.isoformat()[:7]
    return str(value)

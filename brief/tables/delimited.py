"""Delimited text (CSV, TSV, and what spreadsheets make of them) to rows."""

from __future__ import annotations

import csv
import io
import re

from brief.plain_files import MAX_FILE_BYTES, too_large
from brief.tables.encodings import decode
from brief.tables.inputs import MAX_COLUMNS, MAX_ROWS, Column, Table
from brief.tables.rows import table_of
from brief.words import InputError, Problem

DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def split(text: str, wanted: list[str], file: str) -> tuple[list[tuple[int, list[str]]], str]:
    """The rows of a delimited text with their numbers, and the delimiter that its header shows."""
    first, delimiter, skipped = text[:100_000].split("\n", 1)[0].rstrip("\r"), ",", 0
    if match := re.fullmatch(r'"?sep=(.)"?', first, re.I):
        delimiter, text, skipped = match[1], text.split("\n", 1)[1] if "\n" in text else "", 1
    else:
        names = [
            {h.strip().strip('"').lower().replace(" ", "_") for h in first.split(d)}
            for d in (",", *DELIMITERS)
        ]
        delimiter = max(
            (",", *DELIMITERS),
            key=dict(zip((",", *DELIMITERS), (len(n & set(wanted)) for n in names))).get,
        )
    if not text.strip():
        raise InputError([Problem(file, "an empty file", f"a header row with {', '.join(wanted)}")])
    plain = text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")
    records = []
    row = 1 + skipped  # that is being read
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(plain, newline=""), strict=True, delimiter=delimiter),
            1 + skipped,
        ):
            row = number + 1
            if not any(record):
                continue
            if not records:
                check_width(record, wanted, file, number)
            elif len(records) > MAX_ROWS:
                raise InputError(
                    [Problem(file, f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,} rows")]
                )
            records.append((number, record))
    except csv.Error as error:
        why = str(error)
        if "field limit" in why:
            most = f"{csv.field_size_limit():,}"
            why = f"a cell of more than {most} characters, or a quote that is not closed"
        elif "expected after" in why:
            why = "text behind a cell's closing quotation mark"
        elif "end of data" in why:
            why = "a quotation mark that is not closed"
        allowed = "comma-separated values, quotes closed"
        raise InputError([Problem(file, f"broken CSV ({why})", allowed, row)]) from None
    return records, delimiter


def check_width(header: list[str], wanted: list[str], file: str, row: int) -> None:
    """Refuse a header of too many columns before any row below it is read."""
    width = max(index for index, name in enumerate(header, 1) if name)
    if width > MAX_COLUMNS:
        raise InputError(
            [
                Problem(
                    file,
                    f"{width:,} columns",
                    f"at most {MAX_COLUMNS:,} columns: {', '.join(wanted)}",
                    row,
                )
            ]
        )


def parse_table(name: str, raw: bytes, columns: list[Column], file: str) -> Table:
    """Parse one delimited text file against the schema's columns; raises InputError with every
    problem of the file.
    """
    table, problems = read_delimited(name, raw, columns, file)
    if problems:
        raise InputError(problems)
    return table


def read_delimited(
    name: str, raw: bytes, columns: list[Column], file: str
) -> tuple[Table, list[Problem]]:
    """One delimited text file as a table of its good rows, and the problems of the others."""
    if len(raw) > MAX_FILE_BYTES:
        raise InputError([too_large(file)])
    text, encoding = decode(raw, file)
    records, delimiter = split(text, [c.name for c in columns], file)
    said = ([encoding] if encoding else []) + (
        [DELIMITERS.get(delimiter, repr(delimiter))] if delimiter != "," else []
    )
    table, problems = table_of(name, records, columns, file, delimiter)
    if said:
        table.readings = [f"{file}: {', '.join(said)}", *table.readings]
    return table, problems

"""`new`: a folder to alter. The published tables as they are, what may be changed and how, and the
hashes that tell what was.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from brief import paths
from brief.editions import edition
from brief.tables import database
from brief.words import InputError, Problem

HASHES = "published-hashes.txt"

README = """\
# A folder to alter

These are the tables of *North Korean Defectors between Engagement and Rights*, edition {name}.
Change what you doubt, then ask what follows:

    python3 run.py check {folder}
    python3 run.py build {folder} --out {folder}-book

`check` answers in a moment: which sentences flip, which numbers move.
`build` makes the whole book, HTML and PDF, with a chapter *What changed*; every page says that it
is altered.

## What may be changed

- **Any table**, in a spreadsheet or by a script. Keep the file's name and its columns; the order
  of rows and columns is free. You may add rows and delete rows. Files that you do not change may be
  deleted from this folder.
- **The parameters**: `parameters.csv`, its column `value` alone, within `min` and `max`. Without
  touching the file: `--set name=value`.
- **The sources**: every row names its sources in `source_id`, separated by `;`. A new source
  needs a row in `sources.csv` first.
- An empty cell means that nothing is known. It never means zero.

What cannot be is refused before anything is built, all of it at once, with file, row, column, what
was found and what is allowed. `{hashes}` lists the published content of each table: `check`
compares with it, so undoing a change brings the published edition back.

## Spreadsheets

Commas, semicolons or tabs, decimal points or decimal commas, UTF-8, UTF-16 or Windows-1252, `.csv`
or `.xlsx`: all are read, and `check` says how it read them. Two things to know. A spreadsheet turns
`10-19` into the 19th of October and `2018-11` into a date: set such columns to *Text* before
typing. And a number such as `1,234` that can be read in two ways is refused, never guessed.

## Tables

| File | Rows | Columns |
| :--- | ---: | :--- |
{tables}

## Parameters

| Name | Value | From | To | Unit | Meaning |
| :--- | ---: | ---: | ---: | :--- | :--- |
{parameters}
"""


def new(folder: Path) -> Path:
    """Write the folder. Raises InputError when it exists with something in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([Problem(str(folder), "something there already", "a new or empty folder")])
    opened = edition.open_edition()
    folder.mkdir(parents=True, exist_ok=True)
    for name in opened.tables:
        shutil.copyfile(paths.DATA / f"{name}.csv", folder / f"{name}.csv")
    schema = database.table_columns(opened.connection)
    tables = "\n".join(
        f"| `{name}.csv` | {len(table.rows):,} | {', '.join(f'`{c.name}`' for c in schema[name])} |"
        for name, table in opened.tables.items()
    )
    parameters = "\n".join(
        f"| `{n}` | {v:g} | {low:g} | {high:g} | {unit} | {meaning} |"
        for n, v, low, high, unit, meaning in opened.connection.execute(
            "select name, value, min, max, unit, meaning from parameters"
        )
    )
    (folder / "README.md").write_text(
        README.format(
            name=opened.name,
            folder=folder.name,
            tables=tables,
            parameters=parameters,
            hashes=HASHES,
        ),
        encoding="utf-8",
    )
    hashes = {k: h for k, h in opened.hashes.items() if k.startswith("data/")}
    (folder / HASHES).write_text(
        json.dumps(
            {"edition": opened.name, "fingerprint": opened.fingerprint, "content": hashes}, indent=1
        )
        + "\n",
        encoding="utf-8",
    )
    return folder

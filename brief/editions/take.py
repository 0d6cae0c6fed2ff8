"""`take`: official files, as their publishers hand them out, into a folder of altered tables.

Files are read and recognized (`brief/tables`), their rows merged by key (`merging.py`), and the
edition that comes of it compared with the one before: which claims turn. Nothing is written but the
folder that was named, and that only when all is well.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict

from brief import ending, paths
from brief.editions import changes, compare, edition, ledgers, places
from brief.editions.merging import ONE_SOURCE, Difference, Merge
from brief.tables import database, raw_sheets, recipes
from brief.tables.inputs import Column, Table
from brief.tables.taking import PROVENANCE, File, Taken
from brief.words import InputError, Problem, printable

MOST_LINES = 12  # of one kind that are told of a table
MANY = 5  # rows of a table of which most are revised: a warning
TOLD = 5  # problems of one kind
PUBLISHED_ALTERED = (
    "Look at this: the published edition's own tables, in {folder}, are other ones now"
)


class TakenFile(TypedDict):
    """One file in the report."""

    file: str
    recipe: str
    title: str
    dated: str
    read: list[str]
    rows_in: int
    rows_kept: int
    rows_taken: int
    left: list[str]
    says: list[str]
    agree: int  # totals of the file that say what the book says
    differ: list[str]  # and those that do not


@dataclass
class Report:
    """What a `take` did, or would do."""

    files: list[TakenFile] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    tables: dict[str, Difference] = field(default_factory=dict)
    older: list[str] = field(default_factory=list)  # warnings: the book's source is newer
    comparison: compare.Comparison | None = None
    sources: list[str] = field(default_factory=list)  # ids that were added
    written: list[Path] = field(default_factory=list)
    folder: Path | None = None
    is_dry: bool = True


def take(files: list[Path], into: Path | None = None, dry_run: bool = False) -> Report:
    """Take official files into a folder (or, without one, only say what they would change).

    Raises InputError in words where a file is of no known kind, contradicts itself, or gives rows
    that the schema refuses; nothing has been written by then.
    """
    if into is not None:
        refuse_place(into)
    published = edition.published_tables()
    schema = database.table_columns(published[2])
    own = tables_of(into, schema)
    start = {name: own.get(name, table) for name, table in published[0].items()}
    image = database.image_of(published[2])
    report = Report(folder=into, is_dry=dry_run or into is None)
    all_taken = understood(files, schema, image, report)
    refuse_two_values(all_taken, schema)
    after = merged(all_taken, start, schema, report)
    changed = {name: table for name, table in after.items() if table is not start[name]}
    if changed:
        with named_by_key(changed, schema):
            changed = as_read(changed, schema)
            now = edition.edition_with(own | changed, published=edition.published_tables())
        before = edition.edition_with(own, published=published)
        report.comparison = compare.compare(
            edition.ledger(before, before.name, ""), edition.ledger(now, now.name, "")
        )
        if not report.is_dry:
            report.written = write(changed, own, into)
    return report


# Reading


def refuse_place(into: Path) -> None:
    """Raises InputError for a folder that is none, or is no place for an analyst's tables."""
    if into.exists() and not into.is_dir():
        raise InputError([Problem(str(into), "a file", "a folder, which is made if need be")])
    if into.resolve() == paths.DATA:
        return
    refused = places.refused(into.resolve(), None, False)
    if refused:
        raise InputError([Problem("--into", refused, places.ALLOWED)])


def tables_of(into: Path | None, schema: dict) -> dict[str, Table]:
    """The tables that lie in the folder already: what is taken goes on from them."""
    if into is None or not into.exists() or into.resolve() == paths.DATA:
        return {}
    found, problems = database.read_source(into, schema)
    if problems:
        raise InputError(problems)
    return found


@contextlib.contextmanager
def named_by_key(changed: dict[str, Table], schema: dict):
    """Refusals of merged tables name a row by its key: nobody has the file of its number."""
    try:
        yield
    except InputError as error:
        problems = []
        for problem in error.problems:
            table = changed.get(problem.file.removesuffix(".csv"))
            if table is not None and problem.row and 2 <= problem.row <= len(table.rows) + 1:
                key = database.row_key(schema[table.name], table.rows[problem.row - 2])
                problem = replace(problem, file=f"{table.name}, the row {key}", row=None)
            problems.append(problem)
        raise InputError(problems) from None


def understood(files: list[Path], schema: dict, image: bytes, report: Report) -> list[Taken]:
    """Every sheet of the files that a recipe knows, taken. Raises InputError."""
    known = recipes.load()
    columns = {name: [column.name for column in described] for name, described in schema.items()}
    taken: list[Taken] = []
    problems: list[Problem] = []

    def words_of_ours(head: raw_sheets.RawSheet) -> list[str]:
        """Of a very long text, the words of which a line of ours has one, as its recipe says."""
        for recipe in known:
            if recipe.get("lines") and recipes.match(recipe, head):
                asked = database.from_image(image).execute(recipe.get("lines"))
                return [text for (text,) in asked]
        return []

    matches: list[recipes.Match] = []
    near: list[tuple[raw_sheets.RawSheet, recipes.Near]] = []
    sheets = raw_sheets.read_all(files, words_of_ours)
    for sheet in sheets:
        try:
            found = recipes.recognized(sheet, known)
        except InputError as error:
            problems += error.problems
            continue
        if isinstance(found, recipes.Match):
            matches.append(found)
        elif found is not None:
            near.append((sheet, found))
        else:
            report.passed_over.append(sheet.file)
    named = {match.recipe.name for match in matches}
    for sheet, one in near:
        if one.recipe.name in named:  # a sister of the table that was meant
            missing = ", ".join(map(recipes.shown_heading, one.missing))
            report.passed_over.append(f"{sheet.file} (no column {missing})")
        else:
            problems.append(recipes.changed_header(sheet, one))
    told = {match.sheet.given for match in matches} | {sheet.given for sheet, _ in near}
    for given in dict.fromkeys(sheet.given for sheet in sheets):
        if given not in told and not problems:
            largest = max((s for s in sheets if s.given == given), key=lambda s: len(s.rows))
            problems.append(recipes.unknown_header(largest, known, columns))
    for match in matches:
        try:
            one = File(match, database.from_image(image)).take()
        except InputError as error:
            problems += error.problems
            continue
        taken.append(one)
        report.files.append(file_of(one))
    if problems:
        raise InputError(problems)
    return taken


def file_of(one: Taken) -> TakenFile:
    differ = [
        f"{pair.what}: {pair.in_file} in the file, {pair.in_book} {pair.where}"
        for pair in one.compared
        if None not in (pair.in_file, pair.in_book) and pair.in_file != pair.in_book
    ]
    agree = [pair for pair in one.compared if None not in (pair.in_file, pair.in_book)]
    return {
        "file": one.file,
        "recipe": one.match.recipe.name,
        "title": one.match.recipe.title,
        "dated": one.dated,
        "read": one.match.sheet.said,
        "rows_in": one.rows_in + one.match.sheet.lines_left,
        "rows_kept": one.rows_kept,
        "rows_taken": sum(len(table.rows) for table in one.tables.values()),
        "left": passed_lines(one.match.sheet) + one.left,
        "says": one.says,
        "agree": len(agree) - len(differ),
        "differ": differ,
    }


def passed_lines(sheet: raw_sheets.RawSheet) -> list[str]:
    """What was not even parsed of a very long text, in words."""
    if not sheet.lines_left:
        return []
    return [f"{sheet.lines_left:,} lines of a very long file that name nothing of this book"]


def refuse_two_values(all_taken: list[Taken], schema: dict) -> None:
    """Two rows for one key that do not say the same, in one file or in two."""
    problems, seen = [], {}
    for one in all_taken:
        for name, table in one.tables.items():
            for row in table.rows:
                given = dict(zip(table.columns, row))
                in_order = tuple(given.get(column.name) for column in schema[name])
                key = (name, database.row_key(schema[name], in_order))
                other = seen.setdefault(key, (one, given))
                clash = [
                    column
                    for column in given
                    if column != "note" and other[1].get(column, given[column]) != given[column]
                ]
                if other[0] is one and other[1] is not given or clash:
                    problems.append(two_values(one, other[0], key, clash, given, other[1]))
    if len(problems) > TOLD:
        more = f"and {len(problems) - TOLD} more keys with two values"
        problems = [*problems[:TOLD], Problem(problems[-1].file, more, "one value for each")]
    if problems:
        raise InputError(problems)


def two_values(one: Taken, other: Taken, key, clash: list[str], given: dict, before: dict):
    """The refusal of a key that has two values."""
    values = ", ".join(f"{c} {said(before.get(c))} and {said(given[c])}" for c in clash)
    beside = "" if other is one else f" (the first in {other.file})"
    return Problem(
        one.file,
        f"two rows for {key[0]} {printable(key[1])}{beside}" + (f": {values}" if values else ""),
        "one value for each",
        help="Take the newer file alone, or delete the row that is not meant.",
    )


# Merging


def merged(all_taken: list[Taken], start: dict[str, Table], schema: dict, report: Report) -> dict:
    """The tables with all files in them, and the sources that they then rest on."""
    after = dict(start)
    dates = {row[0]: row[start["sources"].columns.index("date")] for row in start["sources"].rows}
    for one in all_taken:
        source = source_of(one, after["sources"])
        is_used = False
        for name, table in one.tables.items():
            merge = Merge(after[name], schema[name], source["source_id"])
            result = merge.merge(table)
            difference = merge.difference
            add_to(report.tables.setdefault(name, Difference()), difference)
            if not difference.changes:
                continue
            is_used = True
            after[name] = result
            if "readings" in after:
                says = said_of(difference, result, schema[name])
                after["readings"] = with_readings(after["readings"], name, says, one, source)
            report.older += newer_than(one, name, difference, dates)
            report.older += ends_before(one, name, difference, start[name])
        if is_used:
            row = tuple(source.get(column) for column in after["sources"].columns)
            if row not in after["sources"].rows:
                rows = sorted([*after["sources"].rows, row])
                after["sources"] = Table("sources", after["sources"].columns, rows)
                report.sources.append(source["source_id"])
    return after


def add_to(total: Difference, part: Difference) -> None:
    """Add what one file changes in a table to what the files before it changed."""
    total.new += part.new
    total.revised += part.revised
    total.unchanged += part.unchanged
    total.gone += part.gone
    total.kept += part.kept
    total.unplaced += part.unplaced
    total.provisional += part.provisional


def source_of(one: Taken, sources: Table) -> dict:
    """The source's row, by the columns of sources.csv. An id that another source has gets a
    number.
    """
    about = one.match.recipe.entry["source"]
    tables = ", ".join(name for name, table in one.tables.items() if table.rows)
    recipe = one.match.recipe
    row = {
        "kind": about["kind"],
        "publisher": about["publisher"],
        "title": f"{about['title']} ({about['license']})"[:250],
        "url": about["url"],
        "date": one.dated,
        "what_it_says": printable(
            f"Taken from {one.file} by the recipe {recipe.name}: {tables}. "
            f"License: {about['license']}.",
            300,
        ),
    }
    stem = f"{about['source_id']}_{one.dated.replace('-', '')}"
    known = {entry[0]: dict(zip(sources.columns, entry)) for entry in sources.rows}
    for count in range(1, 100):
        row["source_id"] = stem if count == 1 else f"{stem}_{count}"
        before = known.get(row["source_id"])
        if before is None or all(before[c] == row.get(c) for c in sources.columns):
            break
    return row


def said_of(difference: Difference, table: Table, columns: list[Column]) -> dict[str, str]:
    """What the file says of each row that rests on it now, by the row's key."""
    found: dict[str, list[str]] = {key: [] for key in difference.changed_rows}
    for one in difference.revised:
        found[one["row"]].append(f"{one['column']} {said(one['now'])}")
    for row in table.rows:
        key = database.row_key(columns, row)
        if key in found and not found[key]:
            found[key] = [
                f"{column.name} {said(value)}"
                for column, value in zip(columns, row)
                if value is not None and not column.key and column.name not in PROVENANCE
            ]
    return {key: printable(", ".join(parts) or "no figure", 300) for key, parts in found.items()}


def with_readings(readings: Table, name: str, says: dict[str, str], one: Taken, source: dict):
    """The table of readings with one for each row that rests on the file now."""
    numbers = Counter(row[1] for row in readings.rows if row[0] == name)
    rows = list(readings.rows)
    for key, text in says.items():
        entry = {
            "table_name": name,
            "row_key": key,
            "reading": numbers[key] + 1,
            "how_read": "whole",
            "read_on": datetime.date.today().isoformat(),
            "place": printable(one.file, 200),
            "says": text,
            "source_id": source["source_id"],
            "confidence": ONE_SOURCE,
        }
        rows.append(tuple(entry.get(column) for column in readings.columns))
    return Table("readings", readings.columns, rows)


def newer_than(one: Taken, name: str, difference: Difference, dates: dict) -> list[str]:
    """A warning where figures give way to a file that is older than what they rested on."""
    rows = {
        revision["row"]
        for revision in difference.revised
        if max(dates.get(s, "") for s in revision["source_was"].split(";")) > one.dated
    }
    if not rows:
        return []
    return [
        f"{one.file} is of {one.dated}, older than what {len(rows)} of the revised rows of "
        f"{name} rested on"
    ]


def ends_before(one: Taken, name: str, difference: Difference, table: Table) -> list[str]:
    """A warning where a file revises figures and ends before the book does: it may be an older
    download, whatever its day says.
    """
    taken = one.tables[name]
    if not difference.revised or "year" not in taken.columns:
        return []
    last = max(row[taken.columns.index("year")] for row in taken.rows)
    known = max(row[table.columns.index("year")] for row in table.rows)
    if last >= known:
        return []
    return [
        f"{one.file} ends with {last}, {name} with {known}: an older download would bring older "
        "figures back"
    ]


# Writing


def as_read(changed: dict[str, Table], schema: dict) -> dict[str, Table]:
    """The tables as they will be read from the folder. Raises InputError for what no folder may
    hold: totals among the rows, codes of no country.
    """
    found, problems = {}, []
    for name, table in changed.items():
        try:
            raw = edition.csv_of(table)
            found[name] = database.parse_table(name, raw, schema[name], f"{name}.csv")
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def write(changed: dict[str, Table], own: dict[str, Table], into: Path) -> list[Path]:
    """Write the changed tables into the folder, all of them or none."""
    elsewhere = [name for name in changed if name in own and own[name].file != f"{name}.csv"]
    if elsewhere:
        raise InputError(
            [
                Problem(
                    own[name].file,
                    f"the table {name}, which would be written beside it",
                    f"the table in {name}.csv",
                    help=f"Save it as {name}.csv and take the other file out of the folder.",
                )
                for name in elsewhere
            ]
        )
    texts = {
        f"{name}.csv": edition.csv_of(table).decode("utf-8") for name, table in changed.items()
    }
    into.mkdir(parents=True, exist_ok=True)
    with ending.undisturbed():
        for name, text in texts.items():
            ledgers.write_whole(into / name, text)
    return [into / name for name in texts]


# In words


def said(value) -> str:
    return value.words() if hasattr(value, "words") else changes.shown(value)


def as_text(report: Report) -> str:
    """The report for a terminal."""
    parts = ["\n".join(line for one in report.files for line in lines_of(one))]
    if report.passed_over:
        named = printable(", ".join(report.passed_over[:6]))
        parts.append(f"Passed over, like no recipe: {named}")
    parts += [difference_text(name, one) for name, one in report.tables.items()]
    parts += [f"Look at this: {line}." for line in warnings_of(report)]
    if report.comparison is None:
        parts.append("Nothing changes: the files say what the tables say.")
    else:
        parts.append(changes.flips_text(report.comparison, "turn"))
        parts.append(changes.moved_text(report.comparison, 6))
        total = report.comparison["stayed"] + len(report.comparison["flips"])
        parts.append(f"Stays: {report.comparison['stayed']} of {total} verdicts.")
    parts.append(written_text(report))
    return "\n\n".join(part for part in parts if part)


def lines_of(one: TakenFile) -> list[str]:
    """What was understood of one file."""
    lines = [
        f"{printable(one['file'])}: {one['title']} (recipe {one['recipe']}, of {one['dated']})",
        f"  {one['rows_in']:,} rows in, {one['rows_kept']:,} concern this book, "
        f"{one['rows_taken']:,} rows of tables taken",
    ]
    lines += [f"  read: {line}" for line in one["read"]]
    lines += [f"  note: {printable(line)}" for line in one["says"]]
    lines += [f"  left: {printable(line)}" for line in one["left"][:MOST_LINES]]
    if len(one["left"]) > MOST_LINES:
        lines.append(f"  left: and {len(one['left']) - MOST_LINES} more")
    if one["agree"] or one["differ"]:
        lines.append(f"  totals: {one['agree']} agree with the book, {len(one['differ'])} differ")
    lines += [f"  total: {line}" for line in one["differ"]]
    return lines


def difference_text(name: str, found: Difference) -> str:
    """What a table gains and loses, the largest revisions first."""
    revised_rows = {one["row"] for one in found.revised}
    lines = [
        f"{name}: {len(found.new)} new, {len(revised_rows)} revised, {found.unchanged} unchanged, "
        f"{len(found.gone)} gone from the file (they stay)"
    ]
    for one in sorted(found.revised, key=by_size)[:MOST_LINES]:
        change = f"{said(one['was'])} → {said(one['now'])}{direction(one)}"
        lines.append(
            f"  {one['score']:.2f}  {printable(one['row'])}, {one['column']}: {change} "
            f"({one['source_was']} before)"
        )
    lines += more(len(found.revised), "revised cells")
    kinds = (("new", found.new), ("gone", found.gone))
    for word, keys in kinds:
        if keys:
            shown = ", ".join(printable(key, 80) for key in keys[:MOST_LINES])
            rest = f" and {len(keys) - MOST_LINES} more" if len(keys) > MOST_LINES else ""
            lines.append(f"  {word}: {shown}{rest}")
    lines += [f"  withheld: {printable(line)}" for line in found.kept[:MOST_LINES]]
    lines += more(len(found.kept), "withheld figures")
    lines += [f"  not placed: {printable(line)}" for line in found.unplaced[:MOST_LINES]]
    lines += more(len(found.unplaced), "rows that are not placed")
    return "\n".join(lines)


def warnings_of(report: Report) -> list[str]:
    """What a person has to look at before the tables are used."""
    return [*report.older, *gone_words(report), *mostly_revised(report), *provisional(report)]


def mostly_revised(report: Report) -> list[str]:
    """A warning where a file changes most of what it repeats and brings nothing new: columns may
    be swapped, or it counts something else.
    """
    found = []
    for name, one in report.tables.items():
        revised = len({revision["row"] for revision in one.revised})
        rows = revised + one.unchanged
        if rows >= MANY and 2 * revised > rows and not one.new:
            found.append(
                f"{revised} of {rows} rows of {name} are revised and none is new: the file may "
                "count something else, or its columns were swapped"
            )
    return found


def provisional(report: Report) -> list[str]:
    """A warning where figures that the file calls provisional take the place of final ones."""
    return [
        f"provisional figures would take the place of final ones in {name}: "
        + printable(", ".join(found.provisional[:MOST_LINES]), 300)
        for name, found in report.tables.items()
        if found.provisional
    ]


def gone_words(report: Report) -> list[str]:
    """A warning where rows of the book are not in a file that should have them."""
    return [
        f"{len(found.gone)} rows of {name} are not in the file, which has their years: it may be "
        "filtered or cut off, or the publisher has taken them back"
        for name, found in report.tables.items()
        if found.gone
    ]


def by_size(one) -> tuple:
    """What sorts revisions: the largest score first, among equals the largest number."""
    numbers = [x for x in (one["was"], one["now"]) if isinstance(x, (int, float))]
    return (-one["score"], -max(numbers, default=0))


def direction(one) -> str:
    """By how much a number went up or down."""
    was, now = one["was"], one["now"]
    if not isinstance(was, (int, float)) or not isinstance(now, (int, float)):
        return ""
    return f", {'up' if now > was else 'down'} by {changes.shown(round(abs(now - was), 6))}"


def more(count: int, what: str) -> list[str]:
    return [f"  and {count - MOST_LINES} more {what}"] if count > MOST_LINES else []


def written_text(report: Report) -> str:
    """Where it went, and what comes next."""
    if report.comparison is None:
        return ""
    if report.written:
        named = ", ".join(path.name for path in report.written)
        folder = paths.shown(report.folder)
        if report.folder.resolve() == paths.DATA:
            return (
                f"{PUBLISHED_ALTERED.format(folder=folder)}: {named}.\n"
                "git diff data shows how.\nThen: under rows: in "
                "editions/NUMBER.reasons.yml why each revised row is another one now, in "
                "disagreements.csv what the book had; python3 run.py refresh"
            )
        added = f" The new source: {', '.join(report.sources)}." if report.sources else ""
        return (
            f"Written into {folder}: {named}.{added}\n"
            f"Then: python3 run.py check {folder}   python3 run.py build {folder}"
        )
    if report.folder is not None:
        is_own = report.folder.resolve() == paths.DATA
        where = f" {paths.shown(report.folder)} holds the published tables." if is_own else ""
        return f"Nothing was written (--dry-run).{where}"
    return "Nothing was written: --into FOLDER writes the tables there."

"""One official file, taken: a recipe's SQL over the file's cells gives rows of the book's tables.

The SQL runs in a copy of the book's database, so that it can ask the book's own tables as well:
`file_rows` is the file below its header (`row`, and the file's columns by their headings), `raw`
those rows that concern this book, `cells` the same with columns as rows (row, label, column_no,
heading, text), `above` what stands over the header (row, column_no, text, and beside, the next
cell), `countries` names and codes. A cell is text; an empty one is null.
"""

from __future__ import annotations

import calendar
import csv
import datetime
import re
from dataclasses import dataclass, field

import apsw

from brief import paths
from brief.tables import country_names, database
from brief.tables.figures_in_text import Hole, Sum, Unreadable, figure, marks_of
from brief.tables.inputs import Column
from brief.tables.raw_sheets import RawSheet
from brief.tables.recipes import Match, RecipeError, fits, shown_heading, tidy
from brief.words import InputError, Problem, printable

CUT_OFF = "The file seems cut off: download it again."
ANY = "/.+/"  # how a recipe says that a cell is not empty
TOLD = 6  # rows of one kind of fault that are told
YEAR_ENDS = "12-31"  # unless the recipe says otherwise
OURS = "PRK"
PROVENANCE = ("source_id", "confidence", "note")
SAVED = "the day on which the file was saved"
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MAX_COLUMNS = 1_000  # the longest, Comtrade's, has 47
NO_DAY = "1981"  # packed folders and copies that have no day are of 1980 or 1970
MID_YEAR = re.compile(r"\bmid[- ]?(?:year,? )?((?:19|20)\d\d)\b", re.I)
HALVES = re.compile(r"\bmid[- ]?year\b|\bfirst half\b|\bhalf[- ]year", re.I)
AS_OF = re.compile(
    r"\b(?:as (?:of|at)|up to|until)(?: the)?(?: end(?: of)?)?(?: \d\d?)? "
    rf"((?:{'|'.join(MONTHS)})[a-z]*)\.?(?: \d\d?,?)? ((?:19|20)\d\d)\b",
    re.I,
)
AS_OF_DIGITS = re.compile(r"\b(?:as (?:of|at)|up to|until)(?: the)? (\d[\d/.-]+\d)", re.I)


@dataclass
class TakenTable:
    """What a file gives for one table: its columns, and rows of values; a `Hole` stands for a
    figure that the file withholds. `gone`: keys of the book's rows that the file should have.
    """

    columns: list[str]
    rows: list[tuple]
    gone: list[str] = field(default_factory=list)


@dataclass
class Comparison:
    """A figure of the file that goes to no table, beside the book's, or beside what follows from
    the file's other figures (`where` says so).
    """

    what: str
    in_file: object
    in_book: object
    where: str = "in the book"


@dataclass
class Taken:
    """A file as it was understood."""

    match: Match
    dated: str  # the file's day
    rows_in: int  # below the header
    rows_kept: int  # that concern this book
    tables: dict[str, TakenTable]
    left: list[str]  # what goes to no table, in words
    says: list[str]  # what a reader has to know
    compared: list[Comparison]

    @property
    def file(self) -> str:
        return self.match.sheet.file


class File:
    """A recognized file in a database, under its recipe."""

    def __init__(self, match: Match, connection: apsw.Connection):
        self.match, self.connection = match, connection
        self.recipe = match.recipe
        self.file = match.sheet.file
        self.marks = marks_of(self.recipe.get("marks", {}))
        self.schema = database.table_columns(connection)
        self.is_filled = False
        self.missing: list[str] = []  # columns that the recipe names and the file lacks

    def take(self) -> Taken:
        """Everything that the recipe makes of the file. Raises InputError in words, RecipeError
        where the recipe itself is at fault.
        """
        self.refuse_cut_off()
        self.refuse_missing_labels()
        self.refuse_half_years()
        self.add_functions()
        self.fill()
        kept = self.count("raw")
        if not kept:
            concerns = self.recipe.get("keeps", "any row")
            raise self.refusal("no row that concerns this book", f"rows with {concerns}")
        self.refuse_unknown_texts()
        self.refuse_doubled_rows()
        strange = self.strange_names()
        self.refuse_what_does_not_add_up()
        tables = {name: self.table(name, sql) for name, sql in self.recipe.entry["takes"].items()}
        self.refuse_what_is_not_over(tables)
        gone = sum(len(table.gone) for table in tables.values())
        if gone and self.match.sheet.ends_open:
            found = f"no end of the last line, and {gone} rows of the book that are not in the file"
            raise self.refusal(found, "a whole file", self.match.below[-1][0], help=CUT_OFF)
        if not any(table.rows for table in tables.values()):
            raise self.refusal("no figure for the book", "rows that the recipe can place")
        return Taken(
            self.match,
            self.date(),
            self.count("file_rows"),
            kept,
            tables,
            [words_of(row) for row in self.ask("left")],
            [*strange, *(str(row[0]) for row in self.ask("says") if row[0])],
            [Comparison(*row) for row in self.ask("against")],
        )

    # The file as tables

    def fill(self) -> None:
        """The file's cells as tables of text; those that the recipe does not name are not made."""
        sql = self.recipe.sql()
        names = self.column_names()
        self.missing = [one for one in self.recipe.get("may", []) if one not in names]
        columns = ", ".join(quoted(name) for name in [*names, *self.missing])
        self.run(f"create temp table file_rows (row integer, {columns})")
        width = len(names)
        marks = ", ".join("?" * (width + 1))
        listed = ", ".join(["row", *map(quoted, names)])
        self.connection.executemany(
            f"insert into file_rows ({listed}) values ({marks})",
            (
                (number, *(text or None for text in (cells + [""] * width)[:width]))
                for number, cells in self.match.below
            ),
        )
        keeps = self.recipe.get("keeps", "true")
        self.run(f"create temp table raw as select * from file_rows where {keeps}")
        self.is_filled = True
        if re.search(r"\bcells\b", sql):
            self.run("create temp table cells (row, label, column_no, heading, text)")
            self.connection.executemany(
                "insert into cells values (?, ?, ?, ?, ?)",
                (
                    (number, cells[0], place + 1, self.match.headings[place], text or None)
                    for number, cells in self.match.below
                    # a workbook's row ends with its last filled cell
                    for place, text in enumerate((cells + [""] * width)[:width])
                    if place and self.match.headings[place]
                ),
            )
        if re.search(r"\babove\b", sql):
            self.run("create temp table above (row, column_no, text, beside)")
            self.connection.executemany(
                "insert into above values (?, ?, ?, ?)",
                (
                    (number, place, text, beside or None)
                    for number, cells in self.match.above
                    for place, (text, beside) in enumerate(zip(cells, [*cells[1:], ""]), 1)
                    if text
                ),
            )
        if re.search(r"\bcountries\b", sql):
            self.run("create temp table countries (name, iso2, iso3)")
            with (paths.RECIPES / "countries.csv").open(encoding="utf-8", newline="") as file:
                rows = [tuple(row) for row in csv.reader(file)][1:]
            self.connection.executemany("insert into countries values (?, ?, ?)", rows)

    def column_names(self) -> list[str]:
        """A name for each of the file's columns: the recipe's where it has one, else the file's."""
        if len(self.match.headings) > MAX_COLUMNS:
            found = f"{len(self.match.headings):,} columns"
            help = "Leave out the columns that no heading of the publisher's names."
            raise self.refusal(found, f"at most {MAX_COLUMNS:,}", self.match.header_row, help=help)
        wanted = [*self.recipe.entry["header"], *self.recipe.get("may", [])]
        plain = [one for one in wanted if not one.startswith("/")]
        names: list[str] = []
        taken: set[str] = {"row"}
        for place, heading in enumerate(self.match.headings, 1):
            name = next((one for one in plain if tidy(one) == tidy(heading)), heading)
            if name in plain and name.casefold() in taken:
                found = f"the column {name!r} twice"
                raise self.refusal(found, "each column once", self.match.header_row)
            while not name or name.casefold() in taken:
                name = f"{name or 'column'} ({place})"
            taken.add(name.casefold())
            names.append(name)
        return names

    def add_functions(self) -> None:
        """What a recipe's SQL can call beside SQLite's own."""

        def number(value):
            found = figure(value, self.marks)
            return None if isinstance(found, Hole) else found

        def bound(side):
            def ask(value):
                found = figure(value, self.marks)
                return getattr(found, side) if isinstance(found, Hole) else found

            return ask

        def matched(text, pattern):
            found = re.search(pattern, text) if text is not None else None
            if found is None:
                return None
            return next((group for group in found.groups() if group is not None), found[0])

        def adding_up():
            return Sum(self.marks), Sum.step, Sum.final

        self.connection.create_scalar_function("number", number, 1)
        self.connection.create_scalar_function("low", bound("low"), 1)
        self.connection.create_scalar_function("high", bound("high"), 1)
        self.connection.create_scalar_function("matched", matched, 2)
        self.connection.create_scalar_function("day_first", day_first, 1)
        self.connection.create_scalar_function("country_of", country_names.country_of, 1)
        self.connection.create_aggregate_function("add_up", adding_up, 1)

    # What is refused

    def refusal(
        self, found: str, allowed: str, row: int | None = None, column: str = "", help: str = ""
    ) -> InputError:
        help = help or f"The recipe is recipes/{self.recipe.name}.yml."
        return InputError([Problem(self.file, found, allowed, row, column, help)])

    def refuse_cut_off(self) -> None:
        """A row of a text file with fewer cells than the header (or more) is no whole row. Lines of
        one or two cells are notes, unless the file breaks off in them.
        """
        sheet = self.match.sheet
        if not sheet.is_text or self.recipe.get("turned"):
            return
        headings = self.match.headings
        width = max(place for place, heading in enumerate(headings, 1) if heading)
        for number, cells in self.match.below:
            is_last = number == self.match.below[-1][0]
            notes_have = 2
            if is_last and sheet.ends_open:
                notes_have = 0 if cells[0].isdigit() else 1
            is_short = notes_have < len(cells) < width
            if is_last and sheet.ends_open and len(cells) == 1 < width:
                others = self.match.below[:-1]  # a row's first cell, and not the whole of it?
                is_short |= any(other[0].startswith(cells[0]) for _, other in others)
            if is_short or any(cells[len(headings) :]):
                help = CUT_OFF if is_short and is_last else ""
                found, allowed = f"{len(cells)} cells", f"{width} cells, as in the header"
                raise self.refusal(found, allowed, number, help=help)

    def refuse_missing_labels(self) -> None:
        """A row that the recipe needs and that is gone, renamed, or there twice."""
        for wanted in self.recipe.get("labels", []):
            rows = [number for number, cells in self.match.below if fits(wanted, cells[0])]
            labels = ", ".join(cells[0] for _, cells in self.match.below[:8] if cells[0])
            if not rows:
                raise self.refusal(
                    f"no row {wanted}, but {printable(labels, 200)}",
                    "the rows that the recipe names; a unit in them is part of the name",
                    help="A row that was renamed may count something else now, or in another unit: "
                    f"read the publisher's notes, then change recipes/{self.recipe.name}.yml.",
                )
            if len(rows) > 1:
                raise self.refusal(f"{len(rows)} rows {wanted}", "it once", rows[1])

    def refuse_unknown_texts(self) -> None:
        """Cells of a column that hold none of the texts that the recipe knows of it: they would be
        taken for another thing, or left out.
        """
        help = (
            "The file may be edited; if it is so at the publisher's, it may count something else "
            f"now: read the notes there, then change recipes/{self.recipe.name}.yml."
        )
        problems = []
        for column, known in self.recipe.get("holds", {}).items():
            patterns = [one[1:-1] if one[:1] == "/" else re.escape(one) for one in known]
            shown = ", ".join(shown_heading(one) if one else "an empty cell" for one in known)
            sql = f"select min(row), {quoted(column)} from raw group by 2 order by 1"
            for row, text in self.run(sql).fetchall():
                if column in self.missing or re.fullmatch("|".join(patterns), text or ""):
                    continue
                found = repr(printable(text, 60)) if text else "an empty cell"
                allowed = "a cell that is not empty" if known == [ANY] else shown
                problems.append(Problem(self.file, found, allowed, row, column, help))
        if problems:
            raise InputError(problems[:TOLD])

    def refuse_doubled_rows(self) -> None:
        """Two rows of the file for one key, be they alike or not."""
        once = self.recipe.get("once", [])
        if not once:
            return
        by = ", ".join(quoted(name) for name in once)
        rows = self.run(
            f"select {by}, group_concat(row, ' and ') from raw group by {by} having count(*) > 1"
        ).fetchall()
        if rows:
            raise InputError(
                [
                    Problem(
                        self.file,
                        f"two rows, {row[-1]}, for "
                        + ", ".join(f"{name} {value}" for name, value in zip(once, row)),
                        "one row for each " + ", ".join(once),
                        int(row[-1].split(" and ")[-1]),
                        help="Download the file again; if it is so there, ask the publisher which "
                        "one holds.",
                    )
                    for row in rows[:TOLD]
                ]
            )

    def strange_names(self) -> list[str]:
        """Spellings of countries that are not known, in words. Raises InputError where a name is
        another country's than its code.
        """
        problems, strange = [], {}
        for name, code in self.recipe.get("named", {}).items():
            sql = (
                f"select min(row), {quoted(name)}, {quoted(code)}, country_of({quoted(name)}) "
                f"from file_rows where {quoted(name)} is not null and {quoted(code)} is not null "
                f"and (row in (select row from raw) or country_of({quoted(name)}) = '{OURS}') "
                f"group by 2, 3 having country_of({quoted(name)}) is not {quoted(code)} order by 1"
            )
            for row, text, coded, meant in self.run(sql).fetchall():
                if meant is None:
                    strange[f"{printable(text, 60)} ({printable(coded, 10)})"] = True
                    continue
                found = f"{printable(text, 60)} with the code {printable(coded, 10)}"
                allowed = f"a name and a code of one country ({meant} is the code of that name)"
                help = "The columns were shifted or edited: download the file again."
                problems.append(Problem(self.file, found, allowed, row, code, help))
        if problems:
            raise InputError(problems[:TOLD])
        more = f" and {len(strange) - TOLD} more" if len(strange) > TOLD else ""
        named = ", ".join(list(strange)[:TOLD]) + more
        said = f"names that no list of countries has, taken by their codes: {named}"
        return [said] if strange else []

    def refuse_what_is_not_over(self, tables: dict[str, TakenTable]) -> None:
        """Years that end after the file was saved, after a day that it names, or after today."""
        days = [(today(), "the day of taking"), (saved_on(self.match.sheet), SAVED)]
        days += [(until(day), "the file's own day") for day in [self.own_date()] if day]
        days += [(day, f"the title {title!r}") for day, title in self.title_days()]
        last, whose = min(day for day in days if day[0])
        ends = self.recipe.get("year_ends", YEAR_ENDS)
        problems = []
        for name, table in tables.items():
            for column in sorted({"year", "period_to", "date"} & set(table.columns)):
                values = {row[table.columns.index(column)] for row in table.rows}
                late = sorted(
                    str(value)
                    for value in values
                    if value is not None
                    and (str(value) if column == "date" else f"{value}-{ends}") > last
                )
                if late:
                    found = f"{', '.join(late[:TOLD])} in the column {column} of {name}"
                    what = "days up to" if column == "date" else "whole years that ended by"
                    row = self.row_of_year(late[0])
                    help = "A part of a year, or a forecast, is no figure of a whole year."
                    help += " If the day is wrong, save the file anew." if whose is SAVED else ""
                    problems.append(
                        Problem(self.file, found, f"{what} {last} ({whose})", row, help=help)
                    )
        if problems:
            raise InputError(problems)

    def refuse_what_does_not_add_up(self) -> None:
        """Whatever a check of the recipe finds: its SQL gives row (null: the header), what was
        found, and the column where one is to be named.
        """
        problems = []
        for check in self.recipe.get("checks", []):
            for row, found, *column in self.run(check["sql"]).fetchall()[:TOLD]:
                help = "The file may be cut off or edited: download it again."
                row = row or self.match.header_row
                problems.append(
                    Problem(self.file, str(found), check["must"], row, *column, help=help)
                )
        if problems:
            raise InputError(problems)

    # What is taken

    def table(self, name: str, sql: str) -> TakenTable:
        """The rows for one table, typed by the schema."""
        if name not in self.schema:
            raise RecipeError(f"recipes/{self.recipe.name}.yml: no table {name!r}")
        described = {column.name: column for column in self.schema[name]}
        self.run(f"create temp table taken_{name} as {sql}")
        columns = [c for _, c, *_ in self.run(f"pragma table_info(taken_{name})")]
        unknown = [column for column in columns if column not in described]
        keys = [column.name for column in self.schema[name] if column.key]
        missing = [key for key in keys if key not in columns]
        if unknown or missing or set(columns) & {"source_id", "confidence"}:
            at_fault = (unknown + missing + ["source_id or confidence, which are set"])[0]
            raise RecipeError(f"recipes/{self.recipe.name}.yml, takes {name}: column {at_fault}")
        rows = [
            tuple(self.value(value, described[column]) for column, value in zip(columns, row))
            for row in self.run(f"select * from taken_{name}")
        ]
        gone = []
        if name in self.recipe.get("scope", {}):
            gone = self.gone(name, self.recipe.entry["scope"][name], columns, rows)
        return TakenTable(columns, rows, gone)

    def gone(self, name: str, scope: str, columns: list[str], rows: list[tuple]) -> list[str]:
        """Keys of the book's rows in the file's scope that the file has not."""
        key = database.key_expression(self.schema[name])
        places = [columns.index(c.name) if c.name in columns else -1 for c in self.schema[name]]
        found = {
            database.row_key(self.schema[name], tuple(row[p] if p >= 0 else None for p in places))
            for row in rows
        }
        book = self.run(f"select {key} from main.{name} where {scope}")
        return [str(one) for (one,) in book if str(one) not in found]

    def value(self, value, column: Column):
        """A result's value in the type of its column. Raises InputError."""
        if column.kind == "TEXT":
            return None if value is None else str(value)
        found = self.read(value, column.name)
        is_whole = not isinstance(found, float) or found == int(found)
        if column.kind == "INTEGER" and not is_whole:
            allowed = "a whole number"
            row, heading = self.place_of(value)
            raise self.refusal(f"{value!r}", allowed, row, heading or column.name)
        if column.kind == "INTEGER" and isinstance(found, float):
            return int(found)
        return float(found) if column.kind == "REAL" and isinstance(found, int) else found

    def read(self, value, column: str = ""):
        try:
            return figure(value, self.marks)
        except Unreadable as error:
            raise self.unreadable(error.args[0], column) from None

    def unreadable(self, text: str, column: str = "") -> InputError:
        known = ", ".join(map(repr, self.marks))
        allowed = "a number" + (f", or a mark that the recipe knows: {known}" if known else "")
        help = f"If it is a mark, name it under marks in recipes/{self.recipe.name}.yml."
        row, heading = self.place_of(text)
        return self.refusal(f"{text[:60]!r}", allowed, row, heading or column, help)

    def place_of(self, text) -> tuple[int | None, str]:
        """The row and the heading of the first cell that holds a text, the rows that are kept
        before the others and those above the header; (None, '') where none holds it.
        """
        kept = {row for (row,) in self.run("select row from raw")} if self.is_filled else ()
        rows = sorted(self.match.below, key=lambda one: one[0] not in kept) + self.match.above
        for number, cells in rows:
            if str(text) in cells:
                place = cells.index(str(text))
                named = number > self.match.header_row and place < len(self.match.headings)
                return number, self.match.headings[place] if named else ""
        return None, ""

    def row_of_year(self, year: str) -> int:
        """The row of a cell with a year, or with a day of it; the header where years stand across,
        in whatever form.
        """
        if year in self.match.headings:
            return self.match.header_row
        pattern = re.compile(rf"(?<!\d){year}(?!\d)")
        rows = (n for n, cells in self.match.below if any(map(pattern.search, cells)))
        return next(rows, self.match.header_row)

    def date(self) -> str:
        """The file's day: as it is written in it, where the recipe knows where; else the file's."""
        return self.own_date() or self.match.sheet.dated

    def own_date(self) -> str:
        """The day that the file names itself; '' where it names none. Raises InputError for one
        that is no day.
        """
        sql = self.recipe.entry["source"].get("date")
        found = self.run(sql).fetchone() if sql else None
        if not found or found[0] is None:
            return ""
        day = str(found[0])
        if not is_day(day):
            allowed = "the file's day as 22/05/2026 (the day first) or 2026-05-22"
            raise self.refusal(f"{printable(day, 40)!r}", allowed, *self.place_of(day))
        return day

    def title_days(self) -> list[tuple[str, str]]:
        """Days up to which a text above the header says that the figures go, each with it."""
        found = []
        for _, cells in self.match.above:
            for text in filter(None, cells):
                if half := MID_YEAR.search(text):
                    found.append((f"{half[1]}-06-30", printable(text, 60)))
                if as_of := AS_OF.search(text):
                    month = MONTHS.index(as_of[1][:3].lower()) + 1
                    found.append((until(f"{as_of[2]}-{month:02d}"), printable(text, 60)))
                in_digits = AS_OF_DIGITS.search(text)
                day = day_first(in_digits[1]) if in_digits else ""
                if is_day(day) and len(day) > 4:  # "up to 2020" is no part of a year
                    found.append((until(day), printable(text, 60)))
        return found

    def refuse_half_years(self) -> None:
        """A text above the header that calls the figures those of the middle of some year."""
        for number, cells in self.match.above:
            for text in cells:
                if HALVES.search(text) and not MID_YEAR.search(text):
                    allowed = "figures of whole years, or of their end"
                    raise self.refusal(f"the title {printable(text, 60)!r}", allowed, number)

    # Asking

    def run(self, sql: str) -> apsw.Cursor:
        try:
            return self.connection.execute(sql)
        except apsw.Error as error:
            raise RecipeError(f"recipes/{self.recipe.name}.yml: {error} in: {sql[:300]}") from None
        except Unreadable as error:
            raise self.unreadable(error.args[0]) from None

    def ask(self, key: str) -> list[tuple]:
        sql = self.recipe.get(key)
        return self.run(sql).fetchall() if sql else []

    def count(self, table: str) -> int:
        return self.run(f"select count(*) from {table}").fetchone()[0]


def today() -> str:
    """The day of taking."""
    return datetime.date.today().isoformat()


def saved_on(sheet: RawSheet) -> str:
    """The day on which a sheet's file was written: what is in it was known by then. A copy may have
    a later day, never an earlier one. '' where it has none.
    """
    return min((day for day in (sheet.dated, sheet.modified) if day > NO_DAY), default="")


def day_first(text: str | None) -> str | None:
    """A day as publishers write it: 22/05/2026, 22.05.26 or 2026-05-22, a time behind it or none;
    05/22/2026 can only be the 22nd as well. A text that is no day is given back as it is.
    """
    found = re.match(r"(\d{4})-(\d\d?)-(\d\d?)(?!\d)", text or "")
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        found = re.match(r"(\d\d?)[/.-](\d\d?)[/.-](\d{4}|\d\d)(?!\d)", text or "")
        if found is None:
            return text
        day, month, year = (int(part) for part in found.groups())
        year += 0 if year > 99 else 2000
        if month > 12 >= day:
            day, month = month, day
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return text


def is_day(text: str) -> bool:
    """Whether a text is a year, a month or a day in the ISO form."""
    return re.fullmatch(r"[12]\d{3}(-(0[1-9]|1[0-2])(-[0-3]\d)?)?", text) is not None


def until(day: str) -> str:
    """The last day of a year, of a month or of a day."""
    year, month = int(day[:4]), int(day[5:7] or 12)
    return day if len(day) > 7 else f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"


def words_of(row: tuple) -> str:
    """A line of what was left aside: how many, what, why."""
    text = " ".join(str(part) for part in row if part is not None)
    return re.sub(r"\b1 (row|decision)s\b", r"1 \1", text)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'

"""An edition: the tables, what they say, and the fingerprint that tells published from altered.

Nothing carries a flag. An edition is *published* when the canonical content of every table and the
text of the SQL, the wordings and the chapters equal what the newest ledger under `editions/` says;
anything else is *altered*.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from brief import kept, paths
from brief.analysis import claims
from brief.editions import ledgers
from brief.editions.ledgers import newest_ledger, read_sweep
from brief.tables import database, edits, entries, near_keys
from brief.tables.database import InputError, Problem, Table
from brief.words import json_fault


@dataclass(repr=False)
class Edition:
    """Tables in a checked database, with everything that the book says about them (computed when
    asked for).
    """

    tables: dict[str, Table]
    connection: object
    published_ledger: ledgers.Ledger | None
    base: dict[str, Table] = field(
        default_factory=dict
    )  # the tables of data/, which the edition overrides
    known_hashes: dict[str, str] = field(default_factory=dict)  # of tables that were hashed before

    def __repr__(self) -> str:
        return f"<Edition {self.name}: {len(self.tables)} tables>"

    def __getstate__(self) -> dict:
        """What another process gets: the same, with an image of the database."""
        return self.__dict__ | {"connection": database.image_of(self.connection)}

    def __setstate__(self, state: dict) -> None:
        self.__dict__ |= state | {"connection": database.from_image(state["connection"])}

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of every table's canonical content and of every text that the analysis consists
        of.
        """
        known = self.known_hashes
        return {
            **{
                (k := f"data/{n}.csv"): known.get(k) or table_hash(t)
                for n, t in self.tables.items()
            },
            **text_hashes(),
        }

    @cached_property
    def fingerprint(self) -> str:
        """One hash over `hashes`: 64 hexadecimal digits. The first 12 are shown."""
        return digest(json.dumps(self.hashes, sort_keys=True))

    @property
    def is_published(self) -> bool:
        return (
            bool(self.published_ledger) and self.published_ledger["fingerprint"] == self.fingerprint
        )

    @property
    def differs_in(self) -> list[str]:
        """The tables and texts whose content is not the published one."""
        then = (self.published_ledger or {}).get("hashes", {})
        return sorted(k for k in {*then, *self.hashes} if then.get(k) != self.hashes.get(k))

    @property
    def readings(self) -> list[str]:
        """What was handed in in another form than the published one, and how it was read."""
        return [line for table in self.tables.values() for line in table.readings]

    @property
    def name(self) -> str:
        """How this edition is called wherever it is named: '2026.1', or 'altered 1a2b3c4d5e6f'."""
        return (
            self.published_ledger["edition"]
            if self.is_published
            else f"altered {self.fingerprint[:12]}"
        )

    @property
    def mark(self) -> str:
        """The sentence that an altered edition bears everywhere; empty for the published one."""
        return "" if self.is_published else "Altered edition: these are not the published figures."

    @cached_property
    def wordings(self) -> dict:
        return entries.load()

    @cached_property
    def numbers(self) -> dict:
        return claims.load_numbers(self.connection)

    @cached_property
    def claims(self) -> dict:
        return claims.load_claims(self.connection, self.wordings, self.numbers)

    @cached_property
    def sweep(self) -> dict:
        """What `publish --sweep` wrote for exactly this edition: {draws, claims: {id: {stays,
        stays_in, holds, first}}}; empty where there is nothing of the kind.
        """
        path = paths.EDITIONS / f"{self.name}.sweep.json"
        found = read_sweep(path) if self.is_published and path.exists() else {}
        return found if found.get("fingerprint") == self.fingerprint else {}

    @property
    def cut_off(self) -> str:
        """The date of the newest source that a row rests on, as printed."""
        return self.numbers["data_cut_off"][1]


def digest(text: str | bytes) -> str:
    """The SHA-256 of a text (as UTF-8) or of bytes, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def table_hash(table: Table) -> str:
    """Hash of a table's parsed content: order of columns, quoting and line ends do not count.

    The order of rows does, since the bytes of every output follow it. A table that is handed in has
    been put into the order of data/ by then (`in_known_order`), so that sorting a spreadsheet makes
    no altered edition.
    """
    order = sorted(range(len(table.columns)), key=lambda i: table.columns[i])
    lines = [json.dumps([row[i] for i in order], ensure_ascii=False) for row in table.rows]
    return digest(json.dumps([table.columns[i] for i in order]) + "\n".join(lines))


def in_known_order(table: Table, known: Table, columns: list[database.Column]) -> Table:
    """The table with its rows in the order in which `known` has them by key; rows that it lacks
    come last, by their keys.

    So the same rows give the same edition to the byte, in whatever order a file has them.
    """
    place = {database.row_key(columns, row): i for i, row in enumerate(known.rows)}
    keyed = [i for _, i in sorted((c.key, i) for i, c in enumerate(columns) if c.key)]

    def rank(entry: tuple[int, tuple]) -> tuple:
        _, row = entry
        parts = [(row[i] is not None, isinstance(row[i], str), row[i] or 0) for i in keyed]
        return place.get(database.row_key(columns, row), len(place)), parts

    lines = table.lines or range(2, len(table.rows) + 2)
    ordered = sorted(zip(lines, table.rows), key=rank)
    return replace(table, rows=[row for _, row in ordered], lines=[line for line, _ in ordered])


def text_hashes() -> dict[str, str]:
    """Hashes of the SQL, the wordings and the chapters' cells (line ends and notebook metadata do
    not count).
    """
    hashes = {}
    for path in sorted(paths.ANALYSIS.glob("*.sql")):
        hashes[f"analysis/{path.name}"] = digest(path.read_text(encoding="utf-8"))
    for path in sorted(paths.ANALYSIS.glob("*.yml")):
        text = entries.that_readers_see(path.read_text(encoding="utf-8"))
        hashes[f"analysis/{path.name}"] = digest(text)
    for path in sorted(paths.CHAPTERS.glob("*.ipynb")):
        cells = cells_of(path)
        hashes[f"chapters/{path.name}"] = digest(
            json.dumps([[c["cell_type"], "".join(c["source"])] for c in cells])
        )
    return hashes


def cells_of(path: Path) -> list[dict]:
    """The cells of a notebook. Raises InputError for a file that is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        why = json_fault(error) if isinstance(error, ValueError) else "no list of cells"
        raise InputError([Problem(f"chapters/{path.name}", why, "a notebook")]) from None


# Editions of staged folders that a build has opened; forked chapters inherit them. A stage is never
# altered once it is here.
ALREADY_OPEN: dict[Path, Edition] = {}


def hold_open(folder: Path, opened: Edition | None = None) -> Edition:
    """Hold the edition of a staged folder open for all chapters and pages of one build, with what
    they all ask for already computed.

    `opened`: the edition that is, or will be, written there; else it is read.
    """
    opened = opened or open_edition(folder)
    _ = opened.fingerprint, opened.claims, opened.wordings
    _ = opened.sweep, ledgers.revisions()  # a broken one is refused before a chapter runs
    ALREADY_OPEN[folder.resolve()] = opened
    return opened


def open_edition(
    folder: Path | str | None = None, settings: dict[str, str] | None = None
) -> Edition:
    """The edition of data/, overridden by the tables of `folder` (or of one file; it may hold only
    some) and by parameter `settings`.

    Raises InputError with every problem found, in files and against the schema; nothing has been
    written by then.
    """
    if folder and not settings and Path(folder).resolve() in ALREADY_OPEN:
        return ALREADY_OPEN[Path(folder).resolve()]
    tables, hashes, connection = published_tables()
    schema = database.table_columns(connection)
    changed, problems = {}, []
    if folder and Path(folder).resolve() != paths.DATA:
        changed, problems = database.read_source(Path(folder), schema)
        if not changed and not problems and not settings:
            problems = [
                Problem(
                    str(folder),
                    "no CSV file",
                    "at least one table named like those in data/",
                    help="`python3 run.py new DIR` writes a folder to alter.",
                )
            ]
    for name, table in changed.items():
        changed[name], wrong = edits.laid_over(table, tables[name], schema[name])
        problems = problems + wrong
    if settings:
        try:
            changed["parameters"] = with_settings(
                changed.get("parameters", tables["parameters"]), settings
            )
        except InputError as error:
            problems = problems + error.problems
    return edition_with(changed, problems, published=(tables, hashes, connection))


def edition_with(
    changed: dict[str, Table], problems: Sequence[Problem] = (), published: tuple | None = None
) -> Edition:
    """The edition of data/ with these tables in the place of its own, `problems` being those found
    when they were read. `published` is what `published_tables` returned, where that is at hand.

    Raises InputError with the problems and with what the schema refuses.
    """
    tables, hashes, connection = published or published_tables()
    schema = database.table_columns(connection)
    problems = list(problems)
    bare = without_rows(changed, problems)
    if bare:
        raise InputError(problems + bare)
    for name, table in changed.items():
        problems = problems + near_keys.problems(table, tables[name], schema[name])
    changed = {n: in_known_order(t, tables[n], schema[n]) for n, t in changed.items()}
    if problems or changed:
        connection = checked(tables, changed, problems, connection)
    known = {f"data/{name}.csv": h for name, h in hashes.items() if name not in changed}
    return Edition(tables | changed, connection, newest_ledger(), tables, known)


# Tables that all others need, with what has to stand in them. Any other one may be empty.
NEEDED = {
    "sources": "a row for each source that the other tables cite",
    "parameters": "every published parameter",
}


def without_rows(changed: dict[str, Table], problems: list[Problem]) -> list[Problem]:
    """Refusals of needed tables that were handed in without a row, in place of one for each row
    that needs them.
    """
    told_of = {p.file for p in problems}  # a row that could not be read was there all the same
    return [
        Problem(
            changed[name].file,
            "no row",
            allowed,
            help=f"Leave the file out, and the published {name} stand.",
        )
        for name, allowed in NEEDED.items()
        if name in changed and not changed[name].rows and changed[name].file not in told_of
    ]


def checked(
    tables: dict[str, Table], changed: dict[str, Table], problems: list[Problem], connection
):
    """The database with the changed tables in it. Raises InputError with `problems` and every
    refusal of the schema.
    """
    if "sources" in changed:  # rows cite them: all of it is loaded anew
        connection, refused = database.try_load(tables | changed)
    else:
        refused = database.replace_tables(connection, changed)
    if "parameters" in changed:
        refused += [
            p
            for p in parameter_problems(changed["parameters"])
            if p.row is None or p.row not in {r.row for r in refused if r.file == p.file}
        ]
    if any(
        p.file.startswith("sources") for p in problems
    ):  # rows of it were not read: those that cite them are not at fault
        refused = [p for p in refused if p.column != "source_id"]
    if problems or refused:
        raise InputError(problems + refused)
    return connection


def published_tables() -> tuple[dict[str, Table], dict[str, str], object]:
    """The tables of data/, their hashes by name, and a database in memory that holds them; read and
    checked once for each content.
    """
    import apsw

    script, files = database.sql_text(), sorted(paths.DATA.glob("*.csv"))
    code = [Path(__file__), *sorted(Path(database.__file__).parent.glob("*.py"))]
    key = kept.key_of(
        script, apsw.sqlite_lib_version(), *code, *(x for path in files for x in (path.name, path))
    )
    found = kept.keep("tables", key, lambda: parsed_tables(script), are_tables)
    connection = database.from_image(found["image"])
    tables = rows_of(connection)
    for name, (lines, file) in found["read_from"].items():
        tables[name].lines, tables[name].file = lines, file
    # Hashed from the very rows that everything is computed from: what was kept has no say in what
    # is published.
    return tables, {name: table_hash(table) for name, table in tables.items()}, connection


def rows_of(connection) -> dict[str, Table]:
    """Every table of a database, in its own order."""
    tables = {}
    for name, described in database.table_columns(connection).items():
        columns = [column.name for column in described]
        rows = connection.execute(f'select {", ".join(columns)} from "{name}" order by rowid')
        tables[name] = Table(name, columns, rows.fetchall())
    return tables


def are_tables(found) -> bool:
    """Whether something kept is what `parsed_tables` returns, of the tables that lie in data/."""
    connection = database.from_image(found["image"])
    names = {path.stem for path in paths.DATA.glob("*.csv")}
    return names == set(database.table_columns(connection)) == set(found["read_from"]) and all(
        len(lines) == connection.execute(f'select count(*) from "{name}"').fetchone()[0]
        and {*map(type, lines)} <= {int}
        and isinstance(file, str)
        for name, (lines, file) in found["read_from"].items()
    )


def parsed_tables(script: str) -> dict:
    """data/ read and checked: {image, read_from: {table: (row numbers, file)}}. Raises
    InputError.
    """
    schema = database.table_columns(database.empty_database(script))
    tables, problems = database.read_source(paths.DATA, schema)
    lacking = [p for name, table in tables.items() for p in edits.not_whole(table, schema[name])]
    if lacking:
        raise InputError(problems + lacking)
    connection, refused = database.try_load(tables, script)
    problems += refused or (parameter_problems(tables["parameters"]) if not problems else [])
    if problems:
        raise InputError(problems)
    return {
        "image": database.image_of(connection),
        "read_from": {name: (table.lines, table.file) for name, table in tables.items()},
    }


def default_folder() -> Path:
    """Where a chapter's data come from when nobody says: $BRIEF_DATA, else data/."""
    return Path(os.environ.get("BRIEF_DATA") or paths.DATA)


def with_settings(parameters: Table, settings: dict[str, str]) -> Table:
    """The parameters table with `name=value` overrides. Raises InputError for unknown names and
    wrong values.
    """
    import difflib

    place = {c: i for i, c in enumerate(parameters.columns)}
    known = [row[place["name"]] for row in parameters.rows]
    problems, rows = [], list(parameters.rows)
    for name, text in settings.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            problems.append(
                Problem(
                    "--set",
                    f"the unknown parameter {name!r}",
                    ", ".join(known),
                    help=f"Did you mean {near[0]!r}?"
                    if near
                    else "data/parameters.csv lists them.",
                )
            )
            continue
        index = known.index(name)
        try:
            value = database.cell(text, "REAL")
        except ValueError:
            value = None
        row = list(rows[index])
        if value is None:
            problems.append(
                Problem(
                    "--set",
                    f"{name}={text}",
                    range_of(dict(zip(parameters.columns, row))),
                    help="data/parameters.csv says what it means.",
                )
            )
            continue
        row[place["value"]] = value
        rows[index] = tuple(row)
    if problems:
        raise InputError(problems)
    changed = Table(
        "parameters",
        parameters.columns,
        rows,
        parameters.lines,
        parameters.file,
        parameters.readings,
    )
    problems = parameter_problems(changed)
    if problems:
        raise InputError(problems)
    return changed


def range_of(entry: dict) -> str:
    """What a parameter may be, by its row: "a whole number from 30 to 1825 (days)"."""
    return (
        f"a {'whole ' if entry['kind'] == 'integer' else ''}number from {entry['min']:g} to "
        f"{entry['max']:g} ({entry['unit']})"
    )


def parameter_problems(parameters: Table) -> list[Problem]:
    """Parameters outside their own range, or with a fraction where they count whole things; unknown
    and missing ones.
    """
    problems = []
    published = {row["name"]: row for row in csv_rows(paths.DATA / "parameters.csv")}
    found = {}
    for line, row in zip(parameters.lines, parameters.rows):
        entry = dict(zip(parameters.columns, row))
        found[entry["name"]] = entry
        if None in row:
            continue  # the schema refuses an empty cell here
        is_whole = entry["kind"] != "integer" or entry["value"] == int(entry["value"])
        if not is_whole or not entry["min"] <= entry["value"] <= entry["max"]:
            problems.append(
                Problem(
                    parameters.file,
                    f"{entry['name']} = {entry['value']:g}",
                    range_of(entry),
                    line,
                    "value",
                    "Its column meaning says what it stands for.",
                )
            )
        if entry["name"] in published and any(
            float(published[entry["name"]][c]) != entry[c] for c in ("min", "max")
        ):
            problems.append(
                Problem(
                    parameters.file,
                    f"another range for {entry['name']}",
                    "the published min and max: only value may be altered",
                    line,
                    "min, max",
                )
            )
        if entry["name"] not in published:
            problems.append(
                Problem(
                    parameters.file,
                    f"the unknown parameter {entry['name']!r}",
                    ", ".join(published),
                    line,
                    "name",
                )
            )
    problems += [
        Problem(parameters.file, f"no row for {name}", "every published parameter")
        for name in published
        if name not in found
    ]
    return problems


def csv_rows(path: Path) -> list[dict]:
    """A CSV file of ours as dictionaries of text."""
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ledger(edition: Edition, number: str, date: str) -> ledgers.Ledger:
    """What a published edition leaves behind: its hashes, claims and numbers."""
    return {
        "edition": number,
        "date": date,
        "cut_off": edition.cut_off,
        "fingerprint": edition.fingerprint,
        "hashes": edition.hashes,
        "claims": {
            k: {"case": c.case, "value": c.value, "bound": c.bound, "sentence": c.sentence}
            for k, c in edition.claims.items()
        },
        "numbers": {k: {"value": v, "text": t} for k, (v, t) in edition.numbers.items()},
    }


def cell_text(value: int | float | str | None) -> str:
    """A value as the published form writes it: 628 for 628.0, and as many digits as it takes to
    read the same number again.
    """
    if value is None:
        return ""
    if isinstance(value, float):
        short = f"{value:.15g}"
        return short if float(short) == value else repr(value)
    return str(value)


def write_tables(edition: Edition, folder: Path, marked: bool = False) -> None:
    """Write every table of the edition as CSV (UTF-8, line feeds), so that the folder is a whole
    data folder.

    `marked`: an altered edition's tables say so in their file names and in a last column `edition`,
    which survives when a file is renamed or its rows are pasted elsewhere. The readers know both,
    so that the folder can be handed in again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = (
        f"{edition.name}: not the published figures" if marked and not edition.is_published else ""
    )
    for name, table in edition.tables.items():
        file = f"ALTERED-{edition.fingerprint[:12]}-{name}.csv" if mark else f"{name}.csv"
        (folder / file).write_bytes(csv_of(table, mark))


def csv_of(table: Table, mark: str = "") -> bytes:
    """A table as a file in the published form; with a mark, in a last column `edition`."""
    import csv
    import io

    from brief.tables import encodings

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    last_cell = [mark] if mark else []
    writer.writerow([*table.columns, *(["edition"] if mark else [])])
    writer.writerows([*map(cell_text, row), *last_cell] for row in table.rows)
    return encodings.encode(out.getvalue())


def settings_of(pairs: list[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs as a dictionary; raises InputError for one without `=`, or a name given
    twice.
    """
    from brief.tables.database import InputError, Problem

    settings: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or name in settings:
            raise InputError(
                [
                    Problem(
                        "--set",
                        repr(pair),
                        "NAME=VALUE, each name once",
                        help="data/parameters.csv lists the names.",
                    )
                ]
            )
        settings[name] = value
    return settings


def source_date() -> int:
    """The edition's date as seconds since 1970, so that the same inputs give the same bytes on any
    day.
    """
    date = (newest_ledger() or {}).get("date", "2026-11-22")
    return int(datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=timezone.utc).timestamp())

"""What `check` accepts, `build` makes: every cell has a bound, and no accepted table breaks what is made from it."""

from __future__ import annotations

import csv
import re

import apsw
import pytest

from brief import paths
from brief.editions import edition
from brief.site import live
from brief.tables import database

FAR = 1e15
LONG = "x" * 5001


@pytest.fixture
def scratch(opened):
    """The published database, put back after the test."""
    connection = opened.connection
    connection.execute("savepoint scratch")
    yield connection
    connection.execute("rollback to scratch")
    connection.execute("release scratch")


def refused_by(connection, table: str, column: str, value) -> str:
    """The rule that refuses a value in one cell of the table; '' where none does."""
    try:
        connection.execute(
            f'update "{table}" set {column} = ? where rowid = (select min(rowid) from "{table}")',
            (value,),
        )
    except apsw.ConstraintError as error:
        return str(error).removeprefix("CHECK constraint failed: ")
    return ""


def columns_of_rule(connection, table: str, rule: str, columns: list) -> set[str]:
    """The columns that a named rule reads."""
    (create,) = connection.execute(
        "select sql from sqlite_schema where name = ?", (table,)
    ).fetchone()
    text = re.sub(r"'[^']*'", "", database.rule_text(create, rule))
    return {c.name for c in columns if re.search(rf"\b{c.name}\b", text)}


def test_every_column_has_a_bound_of_its_own(scratch):
    """A number of sixteen digits and a text of five thousand signs are refused in every column, by a rule that reads that column alone."""
    unbounded = []
    for table, columns in database.table_columns(scratch).items():
        for column in columns:
            (known,) = scratch.execute(
                f'select {column.name} from "{table}" order by rowid limit 1'
            ).fetchone()
            far = [FAR, -FAR] if column.kind == "REAL" else [int(FAR), -int(FAR)]
            values = [LONG, f"{known or ''}{LONG}"] if column.kind == "TEXT" else far
            for value in values:
                rule = refused_by(scratch, table, column.name, value)
                if columns_of_rule(scratch, table, rule, columns) != {column.name}:
                    unbounded.append(
                        f"{table}.{column.name}: {str(value)[:20]} ({rule or 'taken'})"
                    )
    assert not unbounded, (
        f"{unbounded}. Give the column a limit in analysis/schema.sql: what becomes marks, rows or text needs an end."
    )


def test_a_count_does_not_decide_how_long_a_text_becomes(scratch):
    """The most events that the schema takes, in many rows of one year: the label stays short."""
    scratch.execute("update deterrence set events = 1000 where kind = 'press_event'")
    labels = [r["label"] for r in database.rows(scratch, "fig_deterrence_returns_events")]
    assert labels and all(len(label) < 20 for label in labels), [len(label) for label in labels]


def test_no_view_makes_more_rows_than_the_years_that_the_schema_knows(scratch):
    """Each year column at its ends: what the views fill up between them stays below a few thousand rows."""
    views = database.view_names(scratch)
    for table, columns in database.table_columns(scratch).items():
        for column in (c for c in columns if re.search("year", c.name) and c.kind == "INTEGER"):
            for end in (2100, 1800, 1945, 1990, 2005):
                refused_by(scratch, table, column.name, end)
    for view in views:
        (rows,) = scratch.execute(f'select count(*) from "{view}"').fetchone()
        assert rows < 5000, f"{view} has {rows} rows"


# Keys


def test_keys_with_bars_in_them_stay_apart(opened, scratch):
    """Two rows whose keys would join to one text are two rows: for the links, for comparing, for the page."""
    columns = database.table_columns(scratch)["opinion"]
    table = opened.tables["opinion"]
    place = {name: i for i, name in enumerate(table.columns)}

    def row(topic: str, answer: str) -> tuple:
        cells = list(table.rows[0])
        cells[place["topic"]], cells[place["answer"]] = topic, answer
        return tuple(cells)

    added = [row("a|b", "c"), row("a", "b|c"), row("a\\", "b|c"), row("a\\|b", "c")]
    keys = [database.row_key(columns, r) for r in added]
    assert len(set(keys)) == len(added)
    problems = database.insert(
        scratch,
        database.Table("opinion", table.columns, added, [], "opinion.csv"),
        columns,
    )
    assert not problems
    linked = {
        key
        for (key,) in scratch.execute(
            "select row_key from row_sources where table_name = 'opinion'"
        )
    }
    assert set(keys) <= linked, "the schema's trigger joins the key in another way"
    expression = database.key_expression(columns)
    assert set(keys) <= {key for (key,) in scratch.execute(f"select {expression} from opinion")}
    now = database.Table("opinion", table.columns, [*table.rows, *added], [], "opinion.csv")
    assert len(live.difference_of(table, now, columns)["add"]) == len(added)


def test_every_trigger_joins_keys_as_the_code_does(scratch):
    """Bars and backslashes in every free key: the schema's thirty triggers and `key_expression` agree."""
    for table, columns in database.table_columns(scratch).items():
        keys = [c for c in columns if c.key]
        if table in ("sources", "parameters") or len(keys) == 1:
            continue
        expression = database.key_expression(columns)
        names = ", ".join(c.name for c in columns)
        first = scratch.execute(f'select {names} from "{table}" limit 1').fetchone()
        for place, column in enumerate(columns):
            if column.key and column.kind == "TEXT":
                cells = list(first)
                cells[place] = "a|b\\"
                marks = ",".join("?" * len(columns))
                try:
                    scratch.execute(f'insert into "{table}" ({names}) values ({marks})', cells)
                except apsw.ConstraintError:
                    continue  # a list of known words: no bar can come in
        written = {k for (k,) in scratch.execute(f'select {expression} from "{table}"')}
        linked = {
            k
            for (k,) in scratch.execute(
                "select row_key from row_sources where table_name = ?", (table,)
            )
        }
        assert written == linked, (table, sorted(written ^ linked)[:3])


# One edition, one content


def image_of_rows(opened: edition.Edition) -> list[str]:
    """Every row of every table and view, in the order in which the database gives them."""
    names = [*database.table_columns(opened.connection), *database.view_names(opened.connection)]
    return [repr(row) for n in names for row in opened.connection.execute(f'select * from "{n}"')]


def test_order_of_rows_in_a_file_changes_nothing(opened, tmp_path):
    """data/ with every table's rows reversed, as after sorting in a spreadsheet: the same edition, row by row and byte by byte."""
    for path in paths.DATA.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        with (tmp_path / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *reversed(rows)])
    turned = edition.open_edition(tmp_path)
    assert turned.fingerprint == opened.fingerprint
    assert image_of_rows(turned) == image_of_rows(opened)
    edition.write_tables(turned, tmp_path / "out")
    edition.write_tables(opened, tmp_path / "published")
    for path in (tmp_path / "published").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name


def test_added_rows_come_last_in_one_order(opened, tmp_path):
    header, *rows = (paths.DATA / "weapons_tests.csv").read_text(encoding="utf-8").splitlines()
    added = [re.sub(r"^\d{4}", str(year), rows[0]) for year in (1990, 1985)]
    fingerprints = set()
    for i, order in enumerate([[*rows, *added], [added[1], *rows[::-1], added[0]]]):
        folder = tmp_path / str(i)
        folder.mkdir()
        (folder / "weapons_tests.csv").write_text("\n".join([header, *order]) + "\n", "utf-8")
        found = edition.open_edition(folder)
        fingerprints.add(found.fingerprint)
        assert [row[0] for row in found.tables["weapons_tests"].rows][-2:] == [1985, 1990]
    assert len(fingerprints) == 1


def test_other_order_in_data_itself_is_another_content(opened):
    """What nothing puts in order counts: two editions with one fingerprint have one order of rows."""
    table = opened.tables["weapons_tests"]
    turned = database.Table(table.name, table.columns, table.rows[::-1])
    assert edition.table_hash(turned) != edition.table_hash(table)


def test_a_refusal_names_the_row_of_the_file_whatever_its_order(tmp_path):
    header, *rows = (paths.DATA / "weapons_tests.csv").read_text(encoding="utf-8").splitlines()
    rows = rows[::-1]
    rows[2] = re.sub(r"^\d{4}", "1700", rows[2])
    (tmp_path / "weapons_tests.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    with pytest.raises(database.InputError) as refused:
        edition.open_edition(tmp_path)
    assert [p.row for p in refused.value.problems] == [4]


# What is written is what is read again

NUMBERS = [628.0000000000001, 0.1, 1 / 3, 2 / 3e5, 1e-300, 99999999.99999999, 5e-324, 0.0, 100.0]
TEXTS = [
    "NA",
    "null",
    '"quoted"',
    "a,b;c",
    "two\nlines",
    "=1+1",
    "’tis",
    "1,234",
    "0012",
    "TRUE",
    "-",
]


def test_tables_are_read_again_as_they_were(opened, tmp_path):
    """Extreme numbers and awkward texts that the schema takes: table, file, table is the identity."""
    table = opened.tables["trade_china"]
    place = {name: i for i, name in enumerate(table.columns)}
    rows = [list(row) for row in table.rows]
    for i, row in enumerate(rows):
        row[place["customs_exports_usd_m"]] = NUMBERS[i % len(NUMBERS)]
        row[place["kotra_trade_all_usd_m"]] = NUMBERS[(i + 1) % len(NUMBERS)]
        row[place["note"]] = TEXTS[i % len(TEXTS)]
    changed = database.Table(table.name, table.columns, [tuple(r) for r in rows], [], "x.csv")
    tables = opened.tables | {"trade_china": changed}
    altered = edition.Edition(tables, database.load(tables), opened.published_ledger)
    edition.write_tables(altered, tmp_path)
    again = edition.open_edition(tmp_path)
    assert again.tables["trade_china"].rows == changed.rows
    assert again.fingerprint == altered.fingerprint

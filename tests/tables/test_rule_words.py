"""A refusal by the schema is told in words: what is allowed, and what a sum comes to. No SQL is shown."""

from __future__ import annotations

import re

import pytest

from brief import paths
from brief.tables import database
from brief.tables.rule_words import rule_words, sum_of, sum_words

SQL = re.compile(
    r"\bis (?:not )?null\b|\bglob\b|\b(?:length|instr|substr|coalesce|cast|date)\(|\blike\b|\bcase \w+ when\b"
    r"|<>|>=|<=|\|\||\bnull\b",
    re.I,
)
BREAKING = {
    "INTEGER": [-1, 0, 1, 2, 7, 10**9, -(10**9), None],
    "REAL": [-1.0, 0.0, 1.5, 1e14, -1e14, None],
    "TEXT": ["", "x" * 2000, "?", "2018-13", "2018-11-06", "2018", "2018-11", "two_sources", "pct"],
}


@pytest.fixture(scope="module")
def tables():
    schema = database.table_columns(database.empty_database())
    return database.read_folder(paths.DATA, schema)


@pytest.fixture(scope="module")
def connection(tables):
    return database.load(tables)


def constraints(connection, name: str) -> list[str]:
    (text,) = connection.execute("select sql from sqlite_schema where name = ?", (name,)).fetchone()
    return re.findall(r"constraint\s+(\w+)\s+check", text, re.I)


def broken_rows(table, columns, limit: int = 12):
    """Published rows with one or two cells altered."""
    for row in table.rows[:limit]:
        for place, column in enumerate(columns):
            for value in BREAKING[column.kind]:
                yield [*row[:place], value, *row[place + 1 :]]
        if len(columns) > 3:
            for place, column in enumerate(columns[:-1]):
                for value in BREAKING[column.kind][:5]:
                    for other in BREAKING[columns[place + 1].kind][:5]:
                        yield [*row[:place], value, other, *row[place + 2 :]]


def refusals(connection, table, columns) -> dict[str, database.Problem]:
    """{constraint: its refusal} of every rule of a table that could be broken."""
    marks = ",".join("?" * len(columns))
    found = {}
    for row in broken_rows(table, columns):
        connection.execute("savepoint trial")
        try:
            connection.execute(f'insert into "{table.name}" values ({marks})', row)
        except database.apsw.Error as error:
            message = str(error)
            if message.startswith("CHECK") and message not in found:
                found[message] = database.refusal(
                    connection, table, columns, tuple(row), 2, message
                )
        finally:
            connection.execute("rollback to trial")
            connection.execute("release trial")
    return {message.split(": ", 1)[1]: problem for message, problem in found.items()}


def test_no_rule_of_the_schema_shows_its_sql(connection, tables):
    broken, every, shown = 0, 0, []
    for name, columns in database.table_columns(connection).items():
        told = refusals(connection, tables[name], columns)
        empty = {column.name: None for column in columns}
        for rule in constraints(connection, name):
            every += 1
            broken += rule in told
            problem = told.get(rule) or database.check_refusal(
                connection, tables[name], empty, 2, rule, f"{name}.csv"
            )
            words = f"{problem.allowed} {problem.help}"
            if SQL.search(words) or "= None" in problem.found or not problem.allowed:
                shown.append(f"{name}.{rule}: {words}")
    assert not shown, "\n".join(shown)
    assert every > 400 and broken > 0.8 * every, (broken, every)


FORMS = [
    ("kind in ('a', 'b c')", "one of a, b c"),
    ("is_used in (0, 1)", "1 for yes or 0 for no"),
    ("year between 2002 and 2100", "from 2002 to 2100"),
    ("persons <= 100000000", "at most 100,000,000"),
    ("persons >= 0", "0 or more"),
    ("length(note) <= 1000", "at most 1000 characters"),
    ("length(who) between 1 and 80", "a text of at most 80 characters"),
    ("a is null or b is null or c is null or a + b = c", "a + b = c"),
    ("c is null or coalesce(a, 0) + coalesce(b, 0) <= c", "a + b at most c"),
    ("(length(day) = 10 and date(day) is day)", "a date as 2018-11-06"),
    ("low <= high", "low no higher than high"),
    ("code glob '[A-Z][A-Z][A-Z]'", "3 capital letters"),
    ("event_id glob 'E[0-9][0-9]'", "a form such as E11"),
    ("a is case b when 1 then 2 end", ""),
]


@pytest.mark.parametrize("rule, words", FORMS, ids=[words or "none" for _, words in FORMS])
def test_the_commonest_rules_are_put_into_words(rule, words):
    columns = ["day"] if "day" in rule else ["a"]
    assert rule_words(rule, columns) == words


def test_a_sum_is_told_with_its_result():
    rule = "male is null or female is null or persons is null or male + female = persons"
    values = {"male": 3000, "female": 168, "persons": 196}
    assert sum_words(rule, values) == "3000 + 168 is 3168, not 196."
    assert sum_words("persons >= 0", values) == ""


def told(connection, tables, name: str, rows: list[tuple], **more) -> list[database.Problem]:
    """What is said of rows put into an emptied table."""
    columns = database.table_columns(connection)[name]
    with connection:
        connection.execute(f'delete from "{name}"')
        connection.execute(f"delete from {database.LINK_TABLE} where table_name = ?", (name,))
        table = database.Table(name, [c.name for c in columns], rows, [], f"{name}.csv", **more)
        return database.insert(connection, table, columns)


def altered(tables, name: str, **values) -> tuple:
    table = tables[name]
    return tuple(values.get(c, v) for c, v in zip(table.columns, table.rows[0]))


def test_the_same_row_twice_may_go(connection, tables):
    row = altered(tables, "arrivals_korea_yearly")
    (problem,) = told(connection, tables, "arrivals_korea_yearly", [row, row])
    assert problem.row == 3 and problem.help == "The same row twice (row 2): delete one."


def test_rows_that_differ_are_parts_of_one_figure_or_one_is_wrong(connection, tables):
    name = "arrivals_korea_yearly"
    rows = [altered(tables, name), altered(tables, name, male=None, persons=700)]
    (problem,) = told(connection, tables, name, rows)
    assert "male is 510 and empty, persons is 1142 and 700" in problem.help
    assert "add them up" in problem.help and "elete" not in problem.help


def test_rows_told_apart_by_a_column_of_the_file_alone_are_parts_of_one_figure(connection, tables):
    row = altered(tables, "arrivals_korea_yearly")
    (problem,) = told(
        connection, tables, "arrivals_korea_yearly", [row, row], left_aside=["stage", "office"]
    )
    assert "stage, office" in problem.help and "add them up" in problem.help


def test_many_parts_of_figures_are_one_problem(connection, tables):
    name = "arrivals_korea_yearly"
    rows = [altered(tables, name, male=None, persons=700 + n) for n in range(9)]
    (problem,) = told(connection, tables, name, rows)
    assert "8 rows" in problem.found and "add them up into one row" in problem.help


def test_an_empty_key_is_told_as_an_empty_cell(connection, tables):
    row = altered(tables, "arrivals_korea_yearly", year=None)
    (problem,) = told(connection, tables, "arrivals_korea_yearly", [row])
    assert problem.found == "an empty cell" and problem.column == "year"


def test_a_choice_misspelt_is_offered(connection, tables):
    row = altered(tables, "arrivals_korea_yearly", confidence="two sources")
    (problem,) = told(connection, tables, "arrivals_korea_yearly", [row])
    assert problem.help == "Did you mean 'two_sources'?"


def test_a_choice_of_another_meaning_is_not_offered(connection, tables):
    row = altered(tables, "asylum_national", measure="asylum claims")
    (problem,) = told(connection, tables, "asylum_national", [row])
    assert "Did you mean" not in problem.help


@pytest.mark.parametrize(
    "rule, found",
    [
        (
            "male is null or female is null or persons is null or male + female = persons",
            {"parts": ["male", "female"], "total": "persons", "at_most": False},
        ),
        (
            "coalesce(male, 0) + coalesce(female, 0) <= persons",
            {"parts": ["male", "female"], "total": "persons", "at_most": True},
        ),
        ("yes + no + abstain <= 193", None),
        ("persons >= 0", None),
    ],
)
def test_what_a_rule_adds_up_is_known(rule, found):
    assert sum_of(rule) == found

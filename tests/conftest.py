"""What the tests share: the published edition, the built books, and the rows of a table as people wrote them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from brief import forks, locks, paths
from brief.editions import edition, freshness
from brief.notebook import assets
from tests import PATIENCE

REPORT: list[str] = []  # what tests have counted, printed at the end of the run

# The files that take longest, so that they begin first: the suite runs on several processes, a file on one of them.
LONG = (
    "test_engines.py",
    "test_unchanged.py",
    "test_compiling.py",
    "test_pages.py",
    "test_live.py",
    "test_hostile_book.py",
    "test_never_half_done.py",
    "test_repeatable.py",
    "test_parity.py",
    "test_faults.py",
    "test_hostile.py",
    "test_sweep.py",
    "test_editions.py",
    "test_gates.py",
    "test_pdf.py",
    "test_claims.py",
)


# What a test needs, told by the fixtures that it asks for or by its file: these build or run chapters by themselves, or
# run the page's scripts over hundreds of editions.
NEEDS = {
    "book": {"published_book", "altered_book", "hostile_book"},
    "browser": {"chrome"},
}
FILES_THAT_NEED = {
    "book": {
        "test_compiling.py",
        "test_empty_tables.py",
        "test_empty_figures.py",
        "test_engines.py",
        "test_faults.py",
        "test_habits.py",
        "test_hostile_book.py",
        "test_never_half_done.py",
        "test_recipes.py",
        "test_repeatable.py",
        "test_unchanged.py",
    },
    "browser": {"test_parity.py"},
}


def pytest_collection_modifyitems(items):
    """Tests are marked by what they need. Files that fork come first, for a process that has drawn or set type would run each of their tests in one of its own; then
    long ones. Within a file, and among the others, the order stays.
    """
    for item in items:
        for mark, fixtures in NEEDS.items():
            if fixtures & set(item.fixturenames) or item.path.name in FILES_THAT_NEED[mark]:
                item.add_marker(mark)
    fork = {item.path for item in items if item.get_closest_marker("forks")}
    rank = {name: i for i, name in enumerate(LONG)}
    items.sort(key=lambda item: (item.path not in fork, rank.get(item.path.name, len(LONG))))


OWN = "BRIEF_TEST_OF_ITS_OWN"  # set in a process that runs a single test of forks


def pytest_configure(config):
    config.addinivalue_line("markers", "book: builds a book or runs its chapters")
    config.addinivalue_line("markers", "browser: needs a browser, or runs what runs in one")
    config.addinivalue_line(
        "markers",
        "forks: forks this process, and so runs in one of its own where tests before it have drawn or set type",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test of forked processes runs in a process of its own where this one may no longer be forked: tests before it have drawn or set type."""
    if (
        not pyfuncitem.get_closest_marker("forks")
        or forks.are_safe()
        or sys.platform != "linux"
        or OWN in os.environ
    ):
        return None
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", pyfuncitem.nodeid],
        cwd=pyfuncitem.config.rootpath,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")} | {OWN: "yes"},
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    return True


def pytest_sessionfinish(session):
    """Hand what this process has counted to the one that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["report"] = REPORT


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    REPORT.extend(getattr(node, "workeroutput", {}).get("report", []))


def pytest_terminal_summary(terminalreporter):
    """Print the counts, which pytest would otherwise keep with the output of tests that passed."""
    for line in REPORT:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def fonts_and_scripts() -> None:
    """What every build prepares first: in a fresh clone a test may come before any build."""
    assets.prepare()


@pytest.fixture(scope="session")
def opened() -> edition.Edition:
    """The edition of data/, loaded once. Tests that alter it do so inside `alterations.altered`."""
    return edition.open_edition()


def one_at_a_time():
    """Held while a book is built that the other test processes want as well: they wait, and find it there."""
    return locks.locked(paths.BUILD / ".tests.gate")


def is_current(folder: Path, inputs: str) -> bool:
    """Whether a built edition was made from exactly these inputs."""
    description = folder / "edition.json"
    return (
        description.exists()
        and json.loads(description.read_text(encoding="utf-8")).get("inputs") == inputs
    )


@pytest.fixture(scope="session")
def published_book(opened) -> Path:
    """The published book, built by the main command unless it stands there, made from the same inputs."""
    with one_at_a_time():
        if not is_current(paths.PUBLISHED, freshness.made_from()):
            assert opened.is_published, (
                f"not the published content, it differs in {opened.differs_in}. Run: python3 run.py publish"
            )
            subprocess.run([sys.executable, "-m", "brief", "build"], check=True, cwd=paths.ROOT)
    return paths.PUBLISHED


ALTERED_NAME = "border_never_closed"


@pytest.fixture(scope="session")
def altered_tables(opened, tmp_path_factory) -> Path:
    """A folder that holds only the tables which one named alteration changes, as an analyst would hand it in."""
    import csv

    from brief.editions import compare
    from brief.tables import alterations, database
    from tests.analysis.test_claims import ALTERATIONS

    schema = database.table_columns(opened.connection)
    with alterations.altered(opened.connection, ALTERATIONS[ALTERED_NAME]["sql"]):
        tables = alterations.export_tables(opened.connection, list(schema))
    changed = compare.compare_tables(opened.tables, tables, schema)
    folder = tmp_path_factory.mktemp("alter") / "my-figures"
    folder.mkdir()
    for name in changed:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([tables[name].columns, *tables[name].rows])
    return folder


@pytest.fixture(scope="session")
def altered_book(opened, altered_tables) -> Path:
    """That folder built into a book by the command line, beside the published one; kept while inputs stay the same."""
    target = paths.BUILD / "altered-test"
    inputs = freshness.made_from(altered_tables)
    with one_at_a_time():
        if not is_current(target, inputs):
            subprocess.run(
                [sys.executable, "-m", "brief", "build", str(altered_tables), "--out", str(target)],
                check=True,
                cwd=paths.ROOT,
            )
    return target


LONG_RUNS = {
    "one sign": "!" * 2000,
    "letters": "W" * 2000,
    "Hangul": "한" * 2000,
    "no-break spaces": "a\u00a0" * 1000,
    "emoji": "\U0001f600" * 2000,
    "underscores": "_" * 2000,
    "an address": "https://example.org/" + "a/b-c.d_e" * 200,
}


def longest(opened, table: str, column: str) -> int:
    """How many characters the schema allows in a column of text."""
    query = "select sql from sqlite_schema where name = ?"
    (text,) = opened.connection.execute(query, (table,)).fetchone()
    found = re.search(rf"length\({column}\) (?:<=|between \d+ and) (\d+)", text)
    assert found, f"{table}.{column} has no limit that can be read here"
    return int(found[1])


@pytest.fixture(scope="session")
def hostile_tables(opened, tmp_path_factory) -> Path:
    """A folder whose every note, source and free text that no view selects by is hostile."""
    import csv
    import itertools

    from brief.tables import database
    from brief.words import UNSHOWABLE
    from tests import hostile

    words = [
        t
        for kind in hostile.CORPUS
        for t in hostile.CORPUS[kind]
        if t.strip() == t and len(t) < 120 and not UNSHOWABLE.search(t) and "\r" not in t
    ]
    # Between them runs without a place to break a line, as long as their column allows: `check` takes them.
    endless = itertools.cycle(
        itertools.chain.from_iterable(zip(words, itertools.cycle(LONG_RUNS.values())))
    )
    folder = tmp_path_factory.mktemp("hostile") / "strangers-figures"
    folder.mkdir()
    free = {
        "sources": ["publisher", "title", "what_it_says"],
        "repatriation_episodes": ["place", "outcome_detail"],
        "relations_timeline": ["fact"],
        "legal_instruments": ["fact", "instrument"],
        "border_measures": ["fact"],
        "events_since_2018": ["what"],
        "policy_us": ["what"],
        "deterrence": ["what"],
        "disagreements": ["who", "reason"],
        "corrections": ["reason"],
        "broker_prices": ["detail"],
        "defectors_abroad": ["whereabouts"],
    }
    for name, columns in database.table_columns(opened.connection).items():
        changed = [
            i for i, c in enumerate(columns) if c.name in free.get(name, []) or c.name == "note"
        ]
        changed = [i for i in changed if not columns[i].key]
        table = opened.tables[name]
        if not changed or not table.rows:
            continue
        rows = [["" if v is None else v for v in row] for row in table.rows]
        for row in rows:
            for i in changed:
                text = next(endless)
                row[i] = text[: longest(opened, name, columns[i].name)]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
                [table.columns, *rows]
            )
    return folder


@pytest.fixture(scope="session")
def hostile_book(opened, hostile_tables) -> Path:
    """That folder built into a whole book, once; kept while inputs stay the same."""
    target = paths.BUILD / "hostile-test"
    inputs = freshness.made_from(hostile_tables)
    with one_at_a_time():
        if not is_current(target, inputs):
            subprocess.run(
                [sys.executable, "-m", "brief", "build", str(hostile_tables), "--out", str(target)],
                check=True,
                cwd=paths.ROOT,
            )
    return target


@pytest.fixture(scope="module")
def chrome():
    """A Chromium that a module's tests share. To the module, since Playwright's loop would stand in the way of others'."""
    from playwright.sync_api import sync_playwright

    from tests import browser

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.find_browser(playwright), args=browser.FLAGS
        )
        yield started
        started.close()


def figure_bundles(folder: Path) -> dict[str, dict]:
    """Every figure in a built edition's executed chapters, by id."""
    found = {}
    for path in sorted((folder / "executed").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                for form, content in output.get("data", {}).items():
                    if form == "application/vnd.brief.figure+json":
                        found[content["id"]] = content
    return found

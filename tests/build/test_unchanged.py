"""A chapter is taken again only where running it would give the same, and it is run wherever anything it read has changed."""

from __future__ import annotations

import contextlib
from pathlib import Path

import nbformat
import pytest

from brief import kept, paths
from brief.build import execute, reads, unchanged
from brief.editions import edition, freshness
from brief.notebook import assets
from brief.site import live
from brief.tables import database
from brief.words import InputError
from tests import random_alterations
from tests.build.test_engines import needs_fork, notebook
from tests.conftest import REPORT

OPEN = "from brief import open_chapter\nchapter = open_chapter(data)"
SAMPLE = (
    "border_measures",
    "budget_unification",
    "parameters",
)  # `benchmarks/never_stale.py` takes every table and every parameter


# Which chapters run


@pytest.fixture
def world(tmp_path, monkeypatch, opened):
    """Chapters of our own, on a copy of data/ held open, with nothing kept; `run(cells by chapter)` gives the names that were run."""
    monkeypatch.setattr(paths, "CHAPTERS", tmp_path / "chapters")
    monkeypatch.setattr(paths, "KEPT", tmp_path / "kept")
    paths.CHAPTERS.mkdir()
    edition.write_tables(opened, tmp_path / "data")
    held = edition.hold_open(tmp_path / "data")

    def run(chapters: dict[str, list[str]]) -> list[str]:
        for name, cells in chapters.items():
            chapter = notebook(*cells)
            for number, cell in enumerate(chapter.cells):
                cell["id"] = f"cell-{number}"  # nbformat draws them at random
            nbformat.write(chapter, paths.CHAPTERS / f"{name}.ipynb")
        return sorted(
            execute.execute_all(
                tmp_path / "data",
                tmp_path / "out",
                names=sorted(chapters),
                kept=unchanged.KeptChapters(held),
            )
        )

    run.connection = held.connection
    yield run
    del edition.ALREADY_OPEN[(tmp_path / "data").resolve()]


TALKS = [OPEN, 'list(chapter.connection.execute("select count(*) from trade_china"))']
PRICES = [OPEN, "chapter.view('broker_prices').shape"]


@needs_fork
def test_a_chapter_runs_when_what_it_read_has_changed_and_only_then(world):
    chapters = {"10_talks": TALKS, "20_prices": PRICES}
    assert world(chapters) == ["10_talks", "20_prices"]
    assert world(chapters) == []
    world.connection.execute("savepoint altered; delete from broker_prices where rowid = 1")
    assert world(chapters) == ["20_prices"]
    world.connection.execute("rollback to altered; release altered")
    assert world(chapters) == []  # as it was: both versions are kept
    assert world({"10_talks": [*TALKS, "1 + 1"], "20_prices": PRICES}) == ["10_talks"]


@needs_fork
@pytest.mark.parametrize(
    "cells",
    [
        ["chapter.connection.execute('delete from broker_prices where rowid = 1')"],
        ["chapter.connection.execute('savepoint here')"],
        ["chapter.connection.execute('select :n', {'n': 1}).fetchall()"],
        [
            "import contextlib\nwith contextlib.suppress(Exception):\n    chapter.connection.execute('select abs(-9223372036854775807 - 1)').fetchall()"
        ],
    ],
    ids=["writes", "savepoint", "named_bindings", "fails_as_it_runs"],
)
def test_a_chapter_that_does_what_cannot_be_asked_again_is_never_kept(world, cells):
    chapters = {"10_test": [OPEN, *cells]}
    assert world(chapters) == world(chapters) == ["10_test"]


@needs_fork
def test_a_chapter_that_fails_is_not_kept(world):
    for _ in range(2):
        with pytest.raises(execute.ExecutionFailed, match="ZeroDivisionError"):
            world({"10_test": [OPEN, "1 / 0"]})


@needs_fork
def test_a_damaged_kept_chapter_is_run_again(world):
    assert world({"10_test": TALKS}) == ["10_test"]
    (path,) = paths.KEPT.glob("chapter-10_test-*")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert world({"10_test": TALKS}) == ["10_test"]


@needs_fork
def test_with_nothing_of_before_every_chapter_runs(world, tmp_path):
    assert world({"10_test": TALKS}) == ["10_test"]
    with kept.nothing_of_before(tmp_path / "fresh"):
        assert world({"10_test": TALKS}) == ["10_test"]
    assert world({"10_test": TALKS}) == []


def test_everything_taken_from_an_edition_is_noted(opened):
    """Each claim, number and property; that all claims were looked through counts as well."""
    noted = reads.Reads()
    watched = reads.Watched(opened, noted)
    try:
        key = next(iter(opened.claims))
        (
            opened.numbers,
            noted.questions.clear(),
        )  # computed on first use; a build has them before its chapters begin
        assert (
            watched.claims[key] is opened.claims[key]
            and "no.such" not in watched.claims
            and len(watched.numbers) == len(opened.numbers)
        )
        assert watched.mark == "" and watched.wordings is opened.wordings
        watched.connection.execute("select 1").fetchall()
    finally:
        opened.connection.exec_trace = None
    assert set(noted.questions) == {
        ("claims", key, ()),
        ("claims", "no.such", ()),
        ("numbers", "", ()),
        ("property", "mark", ()),
        ("sql", "select 1", ()),
    }


def test_every_other_input_file_makes_all_chapters_run(monkeypatch, opened):
    """One byte more in any file but a table, a chapter or what only pages are made from; one more in these does not."""
    before, whole = unchanged.KeptChapters(opened).shared, freshness.made_from()
    found = unchanged.shared_files()
    assert len(found) > 120
    read = type(found[0]).read_bytes
    for path in [*found, paths.ASSETS / assets.STAMP]:
        monkeypatch.setattr(
            type(path),
            "read_bytes",
            lambda self, path=path: read(self) + (b" " if self == path else b""),
        )
        assert unchanged.KeptChapters(opened).shared != before, path
        monkeypatch.undo()
    for path in (
        paths.DATA / "budget_korea.csv",
        paths.CHAPTERS / "10_resettlement.ipynb",
        paths.WEB / "theme" / "brief" / "static" / "brief.css",
        paths.ROOT / "index.md",
    ):
        monkeypatch.setattr(
            type(path),
            "read_bytes",
            lambda self, path=path: read(self) + (b" " if self == path else b""),
        )
        assert freshness.made_from() != whole and unchanged.KeptChapters(opened).shared == before, (
            path
        )
        monkeypatch.undo()


# Against the truth: every chapter of the book, run anyway


def altered_folders(opened, names, target: Path):
    """For each named table (and each parameter, for `parameters`) a folder with one random change of it that is accepted: (what, folder)."""
    schema, done = database.table_columns(opened.connection), set()
    for number, scenario in enumerate(random_alterations.generate(opened.tables, schema)):
        changed = [*scenario["t"], *(f"parameters.{name}" for name in scenario["p"])]
        if len(changed) > 1 or changed[0] in done or changed[0].split(".")[0] not in names:
            continue
        folder = target / str(number)
        edition.write_tables(
            edition.Edition(live.altered_tables(opened.tables, scenario, schema), None, None),
            folder,
        )
        with contextlib.suppress(InputError):
            if not edition.open_edition(folder).is_published:
                done.add(changed[0])
                yield changed[0], folder


def against_the_truth(folder: Path, target: Path) -> tuple[list[str], list[str], list[str]]:
    """Build step and truth side by side: (chapters taken again that should have run, those run for nothing, those taken again).

    What the step itself ran says the truth; what it took again is run beside it.
    """
    edition.write_tables(edition.open_edition(folder), target / "data")
    held = edition.hold_open(target / "data")
    names = execute.chapter_names()
    before = {name: newest_text(held, name) for name in names}
    ran = execute.execute_all(target / "data", target / "ours", kept=unchanged.KeptChapters(held))
    again = [name for name in names if name not in ran]
    if again:
        execute.execute_all(target / "data", target / "truth", names=again)
    said = lambda side, name: (target / side / f"{name}.ipynb").read_text(encoding="utf-8")
    return (
        [n for n in again if said("ours", n) != said("truth", n)],
        [n for n in ran if before[n] == said("ours", n)],
        again,
    )


def newest_text(held, name: str) -> str | None:
    """What the chapter's newest kept version says."""
    versions = unchanged.KeptChapters(held).versions(name)
    return kept.read(versions[0], unchanged.is_chapter)["text"] if versions else None


@needs_fork
def test_no_chapter_that_is_taken_again_is_stale(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "KEPT", tmp_path / "kept")
    seen = {}
    for what, folder in altered_folders(opened, SAMPLE, tmp_path / "alter"):
        if len(seen) < 3:
            seen[what] = against_the_truth(folder, tmp_path / what)
    assert len(seen) == 3 and not any(wrong for wrong, _, _ in seen.values()), seen
    taken = [len(again) for _, _, again in seen.values()]
    assert taken[0] == 0 and min(taken[1:]) > 3, (
        seen
    )  # nothing is kept at first; then a table touches few chapters
    REPORT.append(
        f"never stale: {len(seen)} altered editions, chapters taken again {taken}, run for nothing {[len(needless) for _, needless, _ in seen.values()]}"
    )

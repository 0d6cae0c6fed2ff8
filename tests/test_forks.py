"""Work in forked processes: answers in order, every failure told, and no fork where threads may run."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

import pytest

from brief import forks, paths
from tests import PATIENCE
from tests.build.test_engines import ON_LINUX, needs_fork


@pytest.fixture(
    params=[pytest.param("forked", marks=[ON_LINUX, pytest.mark.forks]), "in this process"]
)
def way(request, monkeypatch):
    """Both ways: with processes, as a build has them, and one after the other, as where a library has threads."""
    if request.param != "forked":
        monkeypatch.setattr(forks, "are_safe", lambda: False)
    return request.param


def test_answers_come_in_the_order_of_the_works(way):
    found = forks.at_once([partial(pow, 2, n) for n in range(5)])
    assert found == [1, 2, 4, 8, 16]


def test_each_work_has_its_own_process_or_none_has(way):
    others = set(forks.at_once([os.getpid, os.getpid])) - {os.getpid()}
    assert len(others) == (2 if way == "forked" else 0)


def test_every_failure_is_told(way):
    def fail(words):
        raise ValueError(words)

    with pytest.raises(forks.WorkFailed, match="first"):
        forks.at_once([partial(fail, "first"), lambda: 1])
    if way == "forked":
        with pytest.raises(forks.WorkFailed, match="first\nsecond"):
            forks.at_once([partial(fail, "first"), partial(fail, "second")])


def test_what_the_system_refuses_names_the_file_and_the_cause(way):
    def fail():
        raise OSError(28, "No space left on device", "figures.json")

    with pytest.raises(forks.WorkFailed, match="^figures.json: No space left on device$"):
        forks.at_once([fail])


@needs_fork
@pytest.mark.parametrize("spare", [False, True])
def test_works_keep_to_a_core_each_where_none_is_to_spare(monkeypatch, spare):
    cores = sorted(os.sched_getaffinity(0))[:2]
    monkeypatch.setattr(
        forks.os,
        "sched_getaffinity",
        lambda process: {*cores, *range(1000, 1003)} if spare else set(cores),
    )
    assert forks.own_cores(3) == (
        [None] * 3 if spare else [cores[i % len(cores)] for i in range(3)]
    )
    monkeypatch.undo()
    free = os.sched_getaffinity(0)
    monkeypatch.setattr(forks, "own_cores", lambda pieces: [None if spare else cores[0]] * pieces)
    assert (
        forks.at_once([partial(os.sched_getaffinity, 0)]) == [free if spare else {cores[0]}]
        and os.sched_getaffinity(0) == free
    )


@needs_fork
def test_a_process_that_dies_is_told():
    with pytest.raises(forks.WorkFailed, match="died"):
        forks.at_once([lambda: os._exit(3)])


@needs_fork
def test_a_child_that_loses_the_signal_is_killed():
    import multiprocessing
    import signal
    import time

    ready, theirs = multiprocessing.Pipe(duplex=False)

    def deaf():
        signal.signal(signal.SIGTERM, lambda *_: None)
        theirs.send(True)
        time.sleep(2 * PATIENCE)

    child = multiprocessing.get_context("fork").Process(target=deaf)
    child.start()
    assert ready.recv()
    forks.end(child, 0.2)
    assert child.exitcode == -signal.SIGKILL


def test_items_are_dealt_out_whole_and_to_no_more_hands_than_there_are(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert (
        forks.shares([1, 2, 3, 4, 5]) == [[1, 4], [2, 5], [3]]
        and forks.shares([1]) == [[1]]
        and forks.shares([]) == []
    )


ONE_AFTER_THE_OTHER = """
import sys
from pathlib import Path
from brief import forks, paths
from brief.build import execute
from brief.notebook import figures
assert forks.are_safe() and execute.default_engine() == "forked"
{what}
assert not forks.are_safe() and execute.default_engine() == "nbclient"
try:
    execute.execute_all(paths.DATA, Path(sys.argv[1]), engine_name="forked")
except execute.ExecutionFailed as error:
    raise SystemExit(0 if "nbclient" in str(error) else 1)
"""


@ON_LINUX
@pytest.mark.parametrize(
    "what", ["figures.draw({'mark': 'point'})", "import typst"], ids=["drawn", "typst"]
)
def test_what_starts_threads_ends_forking_instead_of_hanging(what, tmp_path):
    """Seen: a chapter's drawing process, forked off one that had drawn before, waits for ever."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER.replace("{what}", what), tmp_path],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@ON_LINUX
def test_what_chapters_are_forked_off_has_one_thread():
    """A child would wait for ever for a lock that another thread held."""
    count = "from brief.build import execute; execute.import_everything(); import os; print(len(os.listdir('/proc/self/task')))"
    assert (
        subprocess.run(
            [sys.executable, "-c", count],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        == "1\n"
    )

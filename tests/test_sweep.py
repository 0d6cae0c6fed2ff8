"""The sweep: the same draws from the same seed, nothing lost or counted twice whatever dies, nothing left behind in the data."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from brief import draws, firm, paths, sweep

SETTINGS = {"kinds": ["source", "range"], "ranges": 20, "seed": 7, "grid": None}


@pytest.fixture(scope="module")
def reference(opened, tmp_path_factory):
    """The answers of one process, and the asker that gave them."""
    return sweep.sweep(opened, tmp_path_factory.mktemp("reference"), SETTINGS, workers=1)


def lines(folder) -> list[list]:
    return [
        json.loads(line)
        for line in (folder / sweep.RESULTS).read_text(encoding="utf-8").splitlines()[1:]
    ]


def assert_whole(folder, answers, reference):
    """Every draw is answered once, as one process answers it."""
    numbers = [number for number, _ in lines(folder)]
    assert sorted(numbers) == list(range(len(reference[0].plan))), "a draw is lost or counted twice"
    assert answers == reference[1]


# The draws


def test_draws_are_those_of_the_seed(reference):
    asker, _ = reference
    plan, again = asker.plan, draws.Plan(asker.connection, **SETTINGS)
    other = draws.Plan(asker.connection, **{**SETTINGS, "seed": 8})
    last = len(plan) - 1
    assert (
        plan[last] == again[last]
        and plan[last].changes != other[last].changes
        and plan[last].changes != plan[last - 1].changes
    )


def test_draws_stay_within_their_ranges_and_change_something(reference):
    """Each drawn cell lies in its row's stated range or in the spread of its confidence; totals are summed again."""
    asker, _ = reference
    connection, draw = asker.connection, asker.plan[len(asker.plan) - 1]
    before = {
        r[0]: r[1:]
        for r in connection.execute(
            "select rowid, persons_low, persons_high from repatriation_episodes"
        )
    }
    yearly = {
        r[0]: r[1:]
        for r in connection.execute(
            "select rowid, persons, confidence from admissions_us_checkpoints"
        )
    }
    connection.execute("savepoint test")
    for statement, bindings in draw.changes:
        connection.executemany(statement, bindings)
    moved = 0
    for row, low, high in connection.execute(
        "select rowid, persons_low, persons_high from repatriation_episodes"
    ).fetchall():
        was = before[row]
        if was[0] is not None and was[1] is not None and was[0] < was[1]:
            assert was[0] <= low == high <= was[1]
            moved += (low, high) != was
    for row, persons in connection.execute(
        "select rowid, persons from admissions_us_checkpoints"
    ).fetchall():
        assert abs(persons - yearly[row][0]) <= draws.SPREAD[yearly[row][1]] * yearly[row][0] + 0.5
        moved += persons != yearly[row][0]
    wrong = connection.execute(
        "select count(*) from arrivals_korea_checkpoints where male + female <> persons"
    ).fetchone()[0]
    connection.execute("rollback to test")
    connection.execute("release test")
    assert moved > 5 and wrong == 0


def test_every_kind_names_what_it_leaves_out(opened):
    plan = draws.Plan(opened.connection, ranges=3)
    kinds = [plan[n].kind for n in range(len(plan))]
    assert (
        [k for k in dict.fromkeys(kinds)] == list(draws.KINDS)
        and kinds.count("row") > 500
        and kinds.count("source") > 50
    )
    first = plan[kinds.index("source")]
    assert first.label.startswith("without ") and all(
        statement.startswith("delete") for statement, _ in first.changes
    )


def test_nothing_is_left_behind(reference):
    asker, _ = reference
    for number in (0, len(asker.plan.single), len(asker.plan) - 1):
        asker.answer(number)
    assert {view: asker.ask(view) for view in asker.views} == asker.published
    assert (
        asker.connection.execute(
            "select count(*) from parameters p where value not between min and max"
        ).fetchone()[0]
        == 0
    )


# The machinery


def test_cores_answer_as_one_process_does(opened, reference, tmp_path):
    _, answers = sweep.sweep(opened, tmp_path, SETTINGS, workers=2)
    assert_whole(tmp_path, answers, reference)


def test_killed_worker_costs_no_draw(opened, reference, tmp_path, monkeypatch):
    """One worker process dies by SIGKILL at the first answer; its draws are handed out again."""
    killed = []

    def kill_one(self, done):
        if not killed:
            killed.append(multiprocessing.active_children()[0])
            killed[0].kill()

    monkeypatch.setattr(sweep, "BATCH", 10)
    monkeypatch.setattr(sweep.Progress, "show", kill_one)
    _, answers = sweep.sweep(opened, tmp_path, SETTINGS, workers=2)
    assert killed
    assert_whole(tmp_path, answers, reference)


def test_stopped_sweep_goes_on_where_it_was(opened, reference, tmp_path, monkeypatch):
    """A run that was killed leaves half a line; what is whole before it is kept, the rest is answered anew."""
    sweep.sweep(opened, tmp_path, SETTINGS, workers=1)
    path = tmp_path / sweep.RESULTS
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    kept = path.read_bytes().count(b"\n") - 1
    asked = []
    answer = sweep.Asker.answer
    monkeypatch.setattr(
        sweep.Asker, "answer", lambda self, number: asked.append(number) or answer(self, number)
    )
    _, answers = sweep.sweep(opened, tmp_path, SETTINGS, workers=1)
    assert 0 < kept and len(asked) == len(reference[0].plan) - kept
    assert_whole(tmp_path, answers, reference)
    sweep.sweep(opened, tmp_path, {**SETTINGS, "seed": 8, "ranges": 1}, workers=1)
    assert len(lines(tmp_path)) == len(reference[0].plan) - 19, (
        "results of another seed must not be mixed in"
    )


def test_dask_cluster_answers_as_one_process_does_though_a_worker_dies(
    opened, reference, tmp_path, monkeypatch
):
    """A real cluster of three worker processes, one of them killed by SIGKILL after the first answers."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        victims = list(client.run(os.getpid).values())
        killed = []

        def kill_one(self, done):
            if not killed:
                killed.append(victims[0])
                os.kill(
                    victims[0], signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM
                )

        monkeypatch.setattr(sweep, "BATCH", 10)
        monkeypatch.setattr(sweep.Progress, "show", kill_one)
        _, answers = sweep.sweep(opened, tmp_path, SETTINGS, scheduler=cluster.scheduler_address)
    assert killed
    assert_whole(tmp_path, answers, reference)


def test_scheduler_that_does_not_answer_is_said_in_words(opened, tmp_path, monkeypatch):
    from distributed import Client

    monkeypatch.setattr("distributed.Client", lambda address, **_: Client(address, timeout=0.5))
    with pytest.raises(sweep.SweepFailed, match="no Dask scheduler answers"):
        sweep.sweep(opened, tmp_path, SETTINGS, scheduler="tcp://127.0.0.1:9")


# What it says


def test_summary_ranks_from_firm_to_fragile(reference, opened, tmp_path):
    found = firm.summarize(*reference)
    stays = [c["stays"] for c in found.values()]
    assert stays == sorted(stays, reverse=True) and [c["rank"] for c in found.values()] == list(
        range(1, len(found) + 1)
    )
    for claim in found.values():
        assert all(
            sum(k[case] for case in ("holds", "fails", "unknown")) == k["draws"]
            for k in claim["by_kind"].values()
        )
        assert (claim["first"] is None) == (claim["stays"] == 1)
    assert any(
        c["value"].get("p05") != c["value"].get("p95")
        for c in found.values()
        if "p05" in c["value"]
    )
    files = firm.write(opened, SETTINGS, found, tmp_path)
    assert (
        files[2].read_text(encoding="utf-8").startswith("<svg")
        and json.loads(files[1].read_text(encoding="utf-8"))["claims"].keys() == found.keys()
    )
    assert len(files[0].read_text(encoding="utf-8").splitlines()) == len(found) + 1
    assert all(f.name.startswith("ALTERED-") is not opened.is_published for f in files)


def test_grid_runs_by_the_command(tmp_path):
    command = [sys.executable, "-m", "brief", "sweep", "--workers", "1", "--out", str(tmp_path)]
    done = subprocess.run(
        [*command, "--grid", "relations_window_days=180,365", "--grid", "tolerance_pct=1,5"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path)) == 4
    for wrong in ("relations_window=1", "relations_window_days=1"):
        done = subprocess.run(
            [*command, "--grid", wrong], cwd=paths.ROOT, capture_output=True, text=True
        )
        assert done.returncode == 2 and "Traceback" not in done.stderr


def test_every_parameter_matters(opened):
    """Some value within its range moves at least one number or claim."""
    connection = opened.connection

    def said():
        return list(connection.execute("select key, value, text from numbers")), list(
            connection.execute("select id, value, bound, holds from claims")
        )

    before, idle = said(), []
    for name, value, kind, low, high in connection.execute(
        "select name, value, kind, min, max from parameters"
    ).fetchall():
        for tried in dict.fromkeys([low, high, (low + high) // 2, value - 1, value + 1]):
            if low <= tried <= high and tried != value:
                connection.execute("savepoint test")
                connection.execute("update parameters set value = ? where name = ?", (tried, name))
                moved = said() != before
                connection.execute("rollback to test")
                connection.execute("release test")
                if moved:
                    break
        else:
            idle.append(name)
    assert not idle, (
        f"no number and no claim follows {idle}: use them in analysis/*.sql, or take them out of data/parameters.csv"
    )

"""The sweep: the same draws from the same seed, nothing lost or counted twice whatever dies, nothing left behind in the data."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from brief import cli, cli_editions, paths
from brief.sweep import draws, firm, sweep, touched
from brief.tables import database
from brief.words import InputError

SETTINGS = {"kinds": ["source", "range"], "ranges": 20, "seed": 7, "grid": None}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a sweep that one process carried out."""
    return tmp_path_factory.mktemp("reference")


@pytest.fixture(scope="module")
def reference(opened, whole):
    """The answers of one process, and the asker that gave them."""
    return sweep.sweep(opened, whole, SETTINGS, workers=1)


def lines(folder) -> list[list]:
    return [
        json.loads(line)
        for line in (folder / sweep.RESULTS).read_text(encoding="utf-8").splitlines()[1:]
    ]


def assert_whole(folder, answers, reference):
    """Every draw is answered once, as one process answers it."""
    numbers = [number for number, *_ in lines(folder)]
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
    aside = (tmp_path / "draws.before.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(aside) == 1 + len(reference[0].plan), "they are not lost either"


def test_nothing_that_lies_there_is_overwritten(opened, tmp_path):
    """Answers of other settings are put aside beside earlier ones; a file that no sweep wrote is refused."""
    few = {**SETTINGS, "kinds": ["range"], "ranges": 1}
    for seed in (1, 2, 3):
        sweep.sweep(opened, tmp_path, {**few, "seed": seed}, workers=1)
    assert {p.name for p in tmp_path.glob("*.before*")} == {
        "draws.before.jsonl",
        "draws.before-2.jsonl",
    }
    (tmp_path / sweep.RESULTS).write_text("my thesis\n", encoding="utf-8")
    with pytest.raises(InputError, match="no sweep wrote"):
        sweep.sweep(opened, tmp_path, few, workers=1)
    assert (tmp_path / sweep.RESULTS).read_text(encoding="utf-8") == "my thesis\n"


@pytest.mark.parametrize("place", ["data", "brief", "."])
def test_results_never_lie_among_the_checkout_s_own_files(place, capsys):
    assert cli.main(["sweep", "--draws", "1", "--out", str(paths.ROOT / place)]) == 2
    assert "--out: found" in capsys.readouterr().err


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
    monkeypatch.setattr(sweep, "CONNECTING", 0.5)
    with pytest.raises(sweep.SweepFailed, match="no Dask scheduler answers"):
        sweep.sweep(opened, tmp_path, SETTINGS, scheduler="tcp://127.0.0.1:9")


def test_port_that_accepts_and_says_nothing_does_not_hold_a_sweep(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep, "CONNECTING", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(sweep.SweepFailed, match="no Dask scheduler answers"):
            sweep.sweep(opened, tmp_path, SETTINGS, scheduler=f"tcp://127.0.0.1:{port}")


def test_scheduler_without_workers_is_said_and_waited_for(
    opened, reference, tmp_path, monkeypatch, capsys
):
    """The first worker comes when that has been said."""
    from distributed import LocalCluster

    monkeypatch.setattr(sweep, "PATIENCE", 0.2)
    with LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None) as cluster:
        say = sweep.Cluster.say_why_nothing_comes

        def then_let_one_come(self):
            before = self.said
            say(self)
            if self.said and not before:
                cluster.scale(1)

        monkeypatch.setattr(sweep.Cluster, "say_why_nothing_comes", then_let_one_come)
        _, answers = sweep.sweep(opened, tmp_path, SETTINGS, scheduler=cluster.scheduler_address)
    assert capsys.readouterr().err.count("has no workers: waiting for some") == 1
    assert_whole(tmp_path, answers, reference)


@pytest.mark.parametrize("part", ["code", "python", "apsw"])
def test_worker_with_other_code_refuses_and_is_named(opened, tmp_path, monkeypatch, part):
    """The command takes itself for another version; its workers read the checkout as it is."""
    other = {**sweep.made_with(), part: "another"}
    monkeypatch.setattr(sweep, "made_with", lambda: other)
    with pytest.raises(sweep.SweepFailed, match=rf"worker on .* has {part} \S+, not another"):
        sweep.sweep(opened, tmp_path, SETTINGS, workers=2)
    assert lines(tmp_path) == []


def test_worker_that_cannot_take_the_job_is_said_in_words(opened, tmp_path, monkeypatch):
    """As one whose code is so old that it takes other arguments."""
    monkeypatch.setattr(sweep, "run_batch", divmod)
    with pytest.raises(sweep.SweepFailed, match="TypeError.*this version of the brief"):
        sweep.sweep(opened, tmp_path, SETTINGS, workers=2)


def test_code_in_another_place_or_with_other_line_ends_is_the_same_code(tmp_path, monkeypatch):
    made_with = sweep.made_with.__wrapped__
    here = made_with()
    for folder in ("brief", "analysis"):
        shutil.copytree(paths.ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "ANALYSIS", tmp_path / "analysis")
    for name in ("brief/sweep/draws.py", "brief/site/page.py", "analysis/book.sql"):
        path = tmp_path / name
        raw = path.read_bytes()
        path.write_bytes(raw.replace(b"\n", b"\r\n"))
        assert made_with() == here
        path.write_bytes(raw + b"\n")
        assert made_with()["code"] != here["code"], name
        path.write_bytes(raw)


# A state that this sweep did not write


def line_of(number, changed) -> str:
    """A line as one writes it who knows the form and not the secret."""
    return json.dumps([number, changed, "0" * 64])


FORGED = [
    "[]",
    "null",
    "[0, {}]",
    "[-1, {}]",
    "[0, [], 5]",
    '{"0": {}}',
    "[" * 100_000,
    line_of(0, {}),
    line_of("0", {}),
    line_of([0], {}),
]


@pytest.fixture
def begun(opened, reference, whole, tmp_path):
    """A whole state, from which the tests take lines or put others in; `again()` gives the answers."""
    state = tmp_path / sweep.RESULTS
    shutil.copy(whole / sweep.RESULTS, state)

    def again(changed: list[str]) -> None:
        state.write_text("\n".join(changed) + "\n", encoding="utf-8")
        _, answers = sweep.sweep(opened, tmp_path, SETTINGS, workers=1)
        assert_whole(tmp_path, answers, reference)

    return state.read_text(encoding="utf-8").splitlines(), again


@pytest.mark.parametrize("forged", FORGED, ids=lambda line: line[:20])
def test_forged_line_does_not_count_and_its_draw_is_answered_anew(begun, forged, capsys):
    whole, again = begun
    again([whole[0], forged, *whole[2:]])
    assert "1 lines are not what this sweep wrote here" in capsys.readouterr().err


def test_state_without_flips_from_elsewhere_is_not_taken(begun, capsys):
    """All verdicts kept, in lines of the right form."""
    whole, again = begun
    again([whole[0], *(line_of(number, {}) for number in range(len(whole) - 1))])
    assert f"{len(whole) - 1} lines are not" in capsys.readouterr().err


def test_line_said_twice_counts_once(begun, capsys):
    whole, again = begun
    again([*whole, whole[1]])
    assert "1 lines are not" in capsys.readouterr().err


def test_answer_that_no_claim_gives_is_not_taken_under_the_right_seal(begun, reference):
    whole, again = begun
    asker = reference[0]
    claim, key = sorted(asker.claims)[0], json.loads(whole[0])["sweep"]
    results = sweep.Results.__new__(sweep.Results)
    results.key, results.asker, results.found = key, asker, {}
    wrong = [
        (-1, {}),
        (len(asker.plan), {}),
        (True, {}),
        (0, {"no.such": [1, 1]}),
        (0, {claim: [2, 1]}),
        (0, {claim: [True, 1]}),
        (0, {claim: [1]}),
        (0, {claim: [1, []]}),
        (0, {claim: [1, float("nan")]}),
        (0, []),
    ]
    for answer in wrong:
        assert not results.take(results.line(answer).encode()), answer
    assert results.take(results.line((0, {claim: [0, 1.5]})).encode())


def test_state_that_was_cut_off_says_nothing(begun, opened, tmp_path, capsys):
    whole, again = begun
    state = tmp_path / sweep.RESULTS
    state.write_text("\n".join(whole)[:-9], encoding="utf-8")
    sweep.sweep(opened, tmp_path, SETTINGS, workers=1)
    assert "lines are not" not in capsys.readouterr().err


# What it says


def test_summary_ranks_from_firm_to_fragile(reference, opened, tmp_path):
    found = firm.summarize(*reference, opened.claims)
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
    files = firm.write(opened, SETTINGS, found, tmp_path, len(reference[0].plan))
    assert (
        files[2].read_text(encoding="utf-8").startswith("<svg")
        and json.loads(files[1].read_text(encoding="utf-8"))["claims"].keys() == found.keys()
    )
    assert len(files[0].read_text(encoding="utf-8").splitlines()) == len(found) + 1
    assert all(f.name.startswith("ALTERED-") is not opened.is_published for f in files)


def test_an_alteration_counts_for_the_claims_that_read_what_it_alters(reference, opened):
    """And no other moves an answer: a claim's evidence names every row that its calculation reads."""
    asker, answers = reference
    entries = {key: claim.entry for key, claim in opened.claims.items()}
    reach = touched.Touched(asker.plan, {key: entries[key] for key in asker.claims})
    assert {n: moved for n, found in answers.items() if (moved := found.keys() - reach.by(n))} == {}
    found = firm.summarize(*reference, opened.claims)
    beijing = found["china.beijing_constant"]
    assert 0 < beijing["draws"] < len(asker.plan) / 2
    blind = {key: {**entries[key], "evidence": {}} for key in asker.claims}
    unread = touched.Touched(asker.plan, blind)
    assert any(found.keys() - unread.by(n) for n, found in answers.items()), "nothing can fail here"


def test_an_altered_parameter_counts_where_it_is_read(opened):
    window = touched.parameters_read(opened.connection, opened.claims["us.oval_office"].entry)
    assert "commentary_reception_days" in window and "relations_window_days" not in window


def test_labels_cannot_steer_the_terminal():
    first = {"what": "without x\n80 of 80 claims keep\x1b[2K"}
    said = firm.as_text({"a.b": {"stays": 0.5, "first": first}})
    assert "\x1b" not in said and len(said.splitlines()) == 3


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


@pytest.mark.parametrize("many", ["-1", "1000001", "1e3", "9" * 30])
def test_a_sweep_has_an_end(many, capsys):
    with pytest.raises(SystemExit) as refused:
        cli.main(["sweep", "--draws", many])
    assert refused.value.code == 2 and "whole number from 0" in capsys.readouterr().err


def test_a_grid_has_an_end(monkeypatch, capsys):
    monkeypatch.setattr(cli_editions, "MOST_DRAWS", 3)
    grid = ["--grid", "tolerance_pct=1,5", "--grid", "relations_window_days=180,365"]
    assert cli.main(["sweep", *grid]) == 2
    assert "4 points" in capsys.readouterr().err


def test_every_parameter_matters(opened):
    """Some value within its range moves at least one number or claim."""
    connection = opened.connection

    def said():
        return [database.gathered(connection, kind) for kind in ("numbers", "claims")]

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

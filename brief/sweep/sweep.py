"""Many altered editions at the level of claims: alter inside a savepoint, ask the claims, roll
back.

Batches of draws go to an executor (this machine's cores, or a Dask cluster); only this process
writes, one line a draw, so that a sweep that was stopped goes on where it was, and no draw is lost
or counted twice.
"""

from __future__ import annotations

import hmac
import itertools
import json
import os
import platform
import socket
import sys
import threading
import time
import zlib
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import apsw

from brief import ending, kept, paths
from brief.editions import edition
from brief.sweep import draws
from brief.tables import alterations, database
from brief.words import BriefError, InputError, Problem, printable

BATCH = 60
TRIES = 4  # how often a broken pool is made again before we give up
RESULTS = "draws.jsonl"
PATIENCE = 10.0  # seconds without an answer after which it is asked whether a cluster has workers
CONNECTING = 15.0  # seconds that a scheduler has to answer in, the whole greeting with it


class SweepFailed(BriefError):
    """A sweep that could not be finished. The message says why; what was done stays in the
    results.
    """


# In the worker


class Asker:
    """A database in memory, its plan, and what each claim says of the unaltered data."""

    def __init__(self, packed: bytes, settings: dict):
        self.connection = database.from_image(zlib.decompress(packed))
        self.plan = draws.Plan(self.connection, **settings)
        self.views = [v for v in database.view_names(self.connection) if v.startswith("claims_")]
        self.reads = {v: set(database.tables_read(self.connection, v)) for v in self.views}
        self.published = {v: self.ask(v) for v in self.views}
        self.claims = {claim for said in self.published.values() for claim in said}

    def ask(self, view: str) -> dict[str, tuple]:
        """{claim: (holds, value)} of one chapter; a claim whose SQL fails on these data cannot be
        computed.
        """
        try:
            return {
                key: (holds, value)
                for key, holds, value in self.connection.execute(
                    f"select id, holds, value from {view}"
                )
            }
        except apsw.Error:
            return {key: (None, None) for key in self.published[view]}

    def answer(self, number: int) -> list:
        """[number, {claim: [holds, value]} where either differs from the unaltered data]."""
        draw, changed = self.plan[number], {}
        with alterations.altered(self.connection, []):
            for statement, bindings in draw.changes:
                self.connection.executemany(statement, bindings)
            for view in self.views:
                if self.reads[view].intersection(draw.tables):
                    now, was = self.ask(view), self.published[view]
                    changed |= {
                        k: list(now.get(k, (None, None))) for k in was if now.get(k) != was[k]
                    }
        return [number, changed]


_askers: dict[str, Asker] = {}


@lru_cache(maxsize=1)
def made_with() -> dict[str, str]:
    """What answers depend on besides data and settings: one hash over code and analysis, and the
    versions that run them.
    """
    files = sorted([*(paths.ROOT / "brief").rglob("*.py"), *paths.ANALYSIS.glob("*.*")])
    content = [
        [path.relative_to(paths.ROOT).as_posix(), path.read_bytes().replace(b"\r\n", b"\n").hex()]
        for path in files
    ]
    return {
        "code": edition.digest(json.dumps(content))[:16],
        "python": ".".join(platform.python_version_tuple()[:2]),
        "apsw": apsw.apsw_version(),
    }


def run_batch(wanted: dict, key: str, packed: bytes, settings: dict, numbers: list[int]):
    """Answer these draws; the database is unpacked once in each process. Runs on any machine that
    has `brief`.

    A worker that is not made with what is `wanted` would give other answers: it returns in words
    how it differs.
    """
    mine = made_with()
    if mine != wanted:
        differs = [
            f"{name} {mine[name]}, not {wanted[name]}"
            for name in wanted
            if mine.get(name) != wanted[name]
        ]
        return f"worker on {socket.gethostname()} (process {os.getpid()}) has {'; '.join(differs)}"
    if key not in _askers:
        _askers.clear()
        _askers[key] = Asker(packed, settings)
    return [_askers[key].answer(number) for number in numbers]


# In the process that asks


def next_free(path: Path) -> Path:
    """The path, or one with a number where something lies there: what is put aside takes nothing
    else away.
    """
    names = itertools.chain(
        [path], (path.with_stem(f"{path.stem}-{n}") for n in itertools.count(2))
    )
    return next(free for free in names if not os.path.lexists(free))


class Results:
    """The answers so far, in a file that is only ever appended to. Its first line says of which
    sweep.

    Each further line is [number, changed claims, seal], the seal being this checkout's
    (brief/kept.py): answers that were written elsewhere or by hand are not taken. A line that is
    not as this sweep writes it is told, and its draw is answered anew.
    """

    def __init__(self, path: Path, key: str, asker: Asker):
        self.path, self.key, self.asker, self.found = path, key, asker, {}
        head = json.dumps({"sweep": key})
        lines = path.read_bytes().split(b"\n") if path.is_file() else []
        same = len(lines) > 1 and lines[0] == head.encode()
        # What follows the last line feed was cut off when a run was killed.
        wrong = [line for line in lines[1:-1] if not self.take(line)] if same else []
        if wrong:
            print(
                f"  {printable(paths.shown(path))}: {len(wrong)} lines are not what this "
                "sweep wrote here;"
                " they do not count, and their draws are answered anew",
                file=sys.stderr,
            )
        if lines and not same:
            if not lines[0].startswith(b'{"sweep": '):
                raise InputError(
                    [
                        Problem(
                            str(path),
                            "a file that no sweep wrote",
                            "a folder of its own",
                            help="Move it elsewhere.",
                        )
                    ]
                )
            aside = next_free(path.with_suffix(".before.jsonl"))
            path.replace(aside)
            print(
                f"  the answers in {printable(paths.shown(path))} are of other data, "
                "settings or code:"
                f" begun anew, they lie in {aside.name}",
                file=sys.stderr,
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(
            "\n".join([head, *map(self.line, self.found.items())]) + "\n", encoding="utf-8"
        )
        fresh.replace(path)
        self.file = path.open("a", encoding="utf-8")

    def line(self, answer) -> str:
        return json.dumps([*answer, self.seal(answer)])

    def seal(self, answer) -> str:
        return kept.seal(self.key.encode(), json.dumps(list(answer)).encode()).hex()

    def take(self, line: bytes) -> bool:
        """Take over a line of the file; False where it is none of this sweep's, or says a draw
        again.
        """
        try:
            number, changed, seal = json.loads(line)
            good = (
                hmac.compare_digest(seal, self.seal((number, changed)))
                and type(number) is int
                and 0 <= number < len(self.asker.plan)
                and number not in self.found
                and all(
                    claim in self.asker.claims and is_answer(*said)
                    for claim, said in changed.items()
                )
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            return False
        if good:
            self.found[number] = changed
        return good

    def add(self, answers: list) -> None:
        new = [(number, changed) for number, changed in answers if number not in self.found]
        self.file.write("".join(f"{self.line(answer)}\n" for answer in new))
        self.file.flush()
        self.found.update(new)


def is_answer(holds, value) -> bool:
    """Whether a claim can have said this: 1, 0 or unknown, and a value."""
    known = holds is None or (type(holds) is int and holds in (0, 1))
    return known and type(value) in (int, float, str, type(None)) and value == value


def sweep(
    opened: edition.Edition,
    out: Path,
    settings: dict,
    workers: int | None = None,
    scheduler: str | None = None,
) -> tuple[Asker, dict]:
    """Answer every draw of the plan, going on from what `out` holds. Returns the asker and {number:
    changed claims}.

    Raises SweepFailed when workers keep dying, have other code, or the cluster cannot be reached.
    """
    packed = zlib.compress(database.image_of(opened.connection))
    key = edition.digest(json.dumps([opened.fingerprint, settings, made_with()], sort_keys=True))
    asker = Asker(packed, settings)
    results = Results(out / RESULTS, key, asker)
    waiting = [n for n in range(len(asker.plan)) if n not in results.found]
    batches = [waiting[i : i + BATCH] for i in range(0, len(waiting), BATCH)]
    try:
        if workers == 1 and not scheduler:
            progress = Progress(len(asker.plan), len(results.found))
            for batch in batches:
                results.add([asker.answer(n) for n in batch])
                progress.show(len(results.found))
        elif batches:
            job = (made_with(), key, packed, settings)
            run_all(batches, job, results, len(asker.plan), workers, scheduler)
    finally:
        results.file.close()
    return asker, dict(sorted(results.found.items()))


def run_all(
    batches: list,
    job: tuple,
    results: Results,
    total: int,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Hand the batches to an executor; when its workers die, make another and hand it what is
    missing.
    """
    progress = Progress(total, len(results.found))
    for _ in range(TRIES):
        try:
            with Cores(workers) if scheduler is None else Cluster(scheduler) as pool:
                with ending.deaf_to_the_terminal():  # its processes are started here
                    running = {pool.executor.submit(run_batch, *job, batch) for batch in batches}
                while running:
                    done, running = wait(running, PATIENCE, FIRST_COMPLETED)
                    for future in done:
                        results.add(answers_of(future))
                    if done:
                        progress.show(len(results.found))
                    else:
                        pool.say_why_nothing_comes()
            return
        except BrokenExecutor:
            batches = [
                left for batch in batches if (left := [n for n in batch if n not in results.found])
            ]
            print(
                f"  a worker died; {sum(map(len, batches))} draws are handed out again",
                file=sys.stderr,
            )
    raise SweepFailed(
        f"Workers died {TRIES} times. What was answered is kept: run the same command again."
    )


def answers_of(future) -> list:
    """What a worker answered. Raises SweepFailed where it refused, or could not take the job at
    all.
    """
    try:
        answers = future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        raise SweepFailed(
            f"a worker could not answer ({type(error).__name__}: {printable(str(error))}). "
            "Does it have this version of the brief? What was answered is kept."
        ) from error
    if isinstance(answers, str):
        raise SweepFailed(
            f"The {printable(answers, 1000)}: its answers would differ. "
            "Give every worker this checkout and its environment; what was answered is kept."
        )
    return answers


class Cores:
    """A pool of this machine's processes, ended at once when anything goes wrong."""

    def __init__(self, workers: int | None):
        self.executor = ProcessPoolExecutor(
            workers or os.cpu_count() or 1, mp_context=get_context("spawn")
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind:
            for process in list((self.executor._processes or {}).values()):
                process.kill()
        self.executor.shutdown(wait=True, cancel_futures=True)

    def say_why_nothing_comes(self) -> None:
        """Nothing to say: the processes are there, and busy."""


class Cluster:
    """The executor of a Dask cluster; it hands out again by itself what a lost worker had."""

    def __init__(self, address: str):
        self.address, self.said = printable(address), False
        self.client = connected(address)

    def __enter__(self):
        self.executor = self.client.get_executor(pure=False, retries=5)
        return self

    def __exit__(self, *_):
        self.client.close()

    def say_why_nothing_comes(self) -> None:
        """Once: that the scheduler has no workers. It goes on waiting for some."""
        if not self.said and not self.client.nthreads():
            self.said = True
            print(
                f"  the scheduler at {self.address} has no workers: waiting for some"
                f" (in this environment: dask worker {self.address}; Ctrl-C stops, what "
                "was answered is kept)",
                file=sys.stderr,
                flush=True,
            )


def connected(address: str):
    """A client of the scheduler at this address, within CONNECTING seconds. Raises SweepFailed.

    In a thread of its own: the library's limit is that of each step, and who accepts and says
    nothing holds it for longer.
    """
    try:
        from distributed import Client
    except ImportError:
        raise SweepFailed(
            (
                "--scheduler needs the package `distributed`, which requirements.txt holds: "
                "run `python3 run.py`"
            )
        ) from None
    came: list = []

    def connect():
        try:
            came.append(Client(address, timeout=CONNECTING, set_as_default=False))
        except Exception as error:  # whatever speaks another language there
            came.append(error)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(CONNECTING + 1)
    found = came[0] if came else TimeoutError(f"nothing said within {CONNECTING:g} seconds")
    if isinstance(found, Exception):
        raise SweepFailed(
            f"no Dask scheduler answers at {printable(address)} ({printable(str(found))})"
        )
    return found


class Progress:
    """A bar on a terminal, a line each tenth elsewhere."""

    def __init__(self, total: int, done: int):
        self.total, self.first, self.start, self.tenth = total, done, time.monotonic(), -1

    def show(self, done: int) -> None:
        rate = (done - self.first) / max(time.monotonic() - self.start, 1e-6)
        words = f"{done:,} of {self.total:,} editions, {rate:,.0f} a second"
        if sys.stderr.isatty():
            full = int(30 * done / self.total)
            print(
                f"\r  [{'#' * full}{'.' * (30 - full)}] {words} ",
                end="\n" if done == self.total else "",
                file=sys.stderr,
                flush=True,
            )
        elif done * 10 // self.total > self.tenth:
            self.tenth = done * 10 // self.total
            print(f"  {words}", file=sys.stderr, flush=True)

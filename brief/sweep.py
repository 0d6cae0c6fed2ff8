"""Many altered editions at the level of claims: alter inside a savepoint, ask the claims, roll back.

Batches of draws go to an executor (this machine's cores, or a Dask cluster); only this process writes, one line a draw,
so that a sweep that was stopped goes on where it was, and no draw is lost or counted twice.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

import apsw

from brief import alterations, database, draws, edition, ending
from brief.inputs import BriefError

BATCH = 60
TRIES = 4  # how often a broken pool is made again before we give up
RESULTS = "draws.jsonl"


class SweepFailed(BriefError):
    """A sweep that could not be finished. The message says why; what was done stays in the results."""


# In the worker


class Asker:
    """A database in memory, its plan, and what each claim says of the unaltered data."""

    def __init__(self, packed: bytes, settings: dict):
        self.connection = database.from_image(zlib.decompress(packed))
        self.plan = draws.Plan(self.connection, **settings)
        self.views = [v for v in database.view_names(self.connection) if v.startswith("claims_")]
        self.reads = {v: set(database.tables_read(self.connection, v)) for v in self.views}
        self.published = {v: self.ask(v) for v in self.views}

    def ask(self, view: str) -> dict[str, tuple]:
        """{claim: (holds, value)} of one chapter; a claim whose SQL fails on these data cannot be computed."""
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


def run_batch(key: str, packed: bytes, settings: dict, numbers: list[int]) -> list:
    """Answer these draws; the database is unpacked once in each process. Runs on any machine that has `brief`."""
    if key not in _askers:
        _askers.clear()
        _askers[key] = Asker(packed, settings)
    return [_askers[key].answer(number) for number in numbers]


# In the process that asks


class Results:
    """The answers so far, in a file that is only ever appended to. Its first line says of which sweep."""

    def __init__(self, path: Path, key: str):
        self.path, self.found = path, {}
        head = json.dumps({"sweep": key})
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        good = len(lines) > 1 and lines[0].decode("utf-8", "replace") == head
        for line in (
            lines[1:-1] if good else []
        ):  # what follows the last line feed was cut off when a run was killed
            try:
                number, changed = json.loads(line)
                self.found.setdefault(number, changed)
            except (ValueError, TypeError):
                continue
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [head, *(json.dumps(item) for item in self.found.items())]
        fresh = path.with_suffix(".new")
        fresh.write_text("\n".join(kept) + "\n", encoding="utf-8")
        fresh.replace(path)
        self.file = path.open("a", encoding="utf-8")

    def add(self, answers: list) -> None:
        new = [(number, changed) for number, changed in answers if number not in self.found]
        self.file.write("".join(json.dumps(item) + "\n" for item in new))
        self.file.flush()
        self.found.update(new)


def sweep(
    opened: edition.Edition,
    out: Path,
    settings: dict,
    workers: int | None = None,
    scheduler: str | None = None,
) -> tuple[Asker, dict]:
    """Answer every draw of the plan, going on from what `out` holds. Returns the asker and {number: changed claims}.

    Raises SweepFailed when workers keep dying or the cluster cannot be reached.
    """
    packed = zlib.compress(database.image_of(opened.connection))
    key = edition.digest(json.dumps([opened.fingerprint, settings], sort_keys=True))
    asker = Asker(packed, settings)
    results = Results(out / RESULTS, key)
    waiting = [n for n in range(len(asker.plan)) if n not in results.found]
    batches = [waiting[i : i + BATCH] for i in range(0, len(waiting), BATCH)]
    try:
        if workers == 1 and not scheduler:
            progress = Progress(len(asker.plan), len(results.found))
            for batch in batches:
                results.add([asker.answer(n) for n in batch])
                progress.show(len(results.found))
        elif batches:
            run_all(batches, (key, packed, settings), results, len(asker.plan), workers, scheduler)
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
    """Hand the batches to an executor; when its workers die, make another and hand it what is missing."""
    progress = Progress(total, len(results.found))
    for _ in range(TRIES):
        try:
            with Cores(workers) if scheduler is None else Cluster(scheduler) as pool:
                with ending.deaf_to_the_terminal():  # its processes are started here
                    running = {pool.submit(run_batch, *job, batch) for batch in batches}
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        results.add(future.result())
                    progress.show(len(results.found))
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


class Cores:
    """A pool of this machine's processes, ended at once when anything goes wrong."""

    def __init__(self, workers: int | None):
        self.pool = ProcessPoolExecutor(
            workers or os.cpu_count() or 1, mp_context=get_context("spawn")
        )

    def __enter__(self):
        return self.pool

    def __exit__(self, kind, error, trace):
        if kind:
            for process in list((self.pool._processes or {}).values()):
                process.kill()
        self.pool.shutdown(wait=True, cancel_futures=True)


class Cluster:
    """The executor of a Dask cluster; it hands out again by itself what a lost worker had."""

    def __init__(self, address: str):
        try:
            from distributed import Client
        except ImportError:
            raise SweepFailed(
                "--scheduler needs the package `distributed`, which requirements.txt holds: run `python3 run.py`"
            ) from None
        try:
            self.client = Client(address, timeout=15, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SweepFailed(f"no Dask scheduler answers at {address} ({error})") from None

    def __enter__(self):
        return self.client.get_executor(pure=False, retries=5)

    def __exit__(self, *_):
        self.client.close()


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

"""How many editions a second the sweep answers: one process, this machine's cores, a Dask cluster. Prints one line each.

    python benchmarks/sweep.py [DRAWS]

`a CPU second` divides by the processor time of all processes (start included), which hardly depends on what else the machine does.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from brief.editions import edition
from brief.sweep import sweep

KINDS = {
    "single changes": {"kinds": ["source", "row"], "ranges": 0},
    "everything drawn at once": {"kinds": ["range"]},
}


def measure(words: str, settings: dict, **where) -> None:
    out, opened = Path(tempfile.mkdtemp()), edition.open_edition()
    sys.stderr = open(os.devnull, "w")
    start, cpu = time.perf_counter(), spent()
    _, answers = sweep.sweep(opened, out, settings, **where)
    wall, cpu = time.perf_counter() - start, spent() - cpu
    sys.stderr = sys.__stderr__
    shutil.rmtree(out)
    print(
        f"{words}: {len(answers):,} editions, {len(answers) / wall:,.0f} a second"
        + (f", {len(answers) / cpu:,.0f} a CPU second" if "workers" in where else ""),
        flush=True,
    )


def spent() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(draws: int) -> None:
    for kind, settings in KINDS.items():
        settings = {"ranges": draws, "seed": 1, "grid": None, **settings}
        measure(f"{kind}, one process", settings, workers=1)
        measure(f"{kind}, {os.cpu_count()} processes", settings, workers=os.cpu_count())
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=None
        ) as cluster:
            measure(
                f"{kind}, Dask, {os.cpu_count()} workers",
                settings,
                scheduler=cluster.scheduler_address,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

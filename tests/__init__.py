"""What all tests share of time: how long they wait, and a clock for what must not take long."""

from __future__ import annotations

import os
import time

# How long a test waits for what must come, in seconds. It comes or the test fails: a machine that others use as well
# may be ten times slower than a minute ago (seen: 9 of 10 seconds of both cores taken), and speed is measured in `benchmarks/`.
PATIENCE = 300


def clock() -> float:
    """Seconds that this machine was given: of the wall clock, without what a host took from its cores meanwhile (Linux counts that)."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            stolen = (
                int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK") / (os.cpu_count() or 1)
            )
    except (OSError, IndexError, ValueError):
        stolen = 0.0
    return time.monotonic() - stolen

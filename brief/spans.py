"""Where a build's time goes: named spans, appended by all of its processes to the file that
$BRIEF_SPANS names.

One JSON object a line: {title, process, began (s since 1970), wall (s), cpu (s of this process and
of its children that ended meanwhile)}. Without the variable nothing is written.
`benchmarks/bench.py --steps` reads it.
"""

from __future__ import annotations

import contextlib
import json
import os
import time


@contextlib.contextmanager
def span(title: str):
    """Time what happens within the block."""
    file = os.environ.get("BRIEF_SPANS")
    if not file:
        yield
        return
    began, cpu = time.time(), spent()
    try:
        yield
    finally:
        line = {
            "title": title,
            "process": os.getpid(),
            "began": round(began, 3),
            "wall": round(time.time() - began, 3),
            "cpu": round(spent() - cpu, 3),
        }
        with open(file, "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def spent() -> float:
    """Processor seconds of this process, and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system

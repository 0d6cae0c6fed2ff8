"""Stop real builds at many moments, under load, and count what came of it.

`python benchmarks/stops.py [--stops 100] [--scratch FOLDER]` (Linux). SIGTERM and SIGINT in turn, to the command alone and to its
process group; every second stop is sent as soon as the command has forked another process, the others at random moments.
Each is obeyed (exit code 130, no process, stage or half edition left), lost (the build ran to its end), or else; exit code 1
unless all that came in time were obeyed.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOUND = 300  # seconds from the stop to the end, after which it counts as not obeyed
OVER = "over before its stop"
MOST_FORKS = 14  # children that a build starts, one after the other


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--stops", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--longest", type=float, default=25, help="latest random moment, in s")
    options.add_argument("--idle", action="store_true", help="without busy loops beside")
    options.add_argument("--scratch", type=Path, help="where the editions are built")
    arguments = options.parse_args()
    busy = [
        subprocess.Popen(["sh", "-c", "while :; do :; done"])
        for _ in range(0 if arguments.idle else os.cpu_count() or 1)
    ]
    folder = Path(tempfile.mkdtemp(prefix="stops-", dir=arguments.scratch))
    try:
        outcomes = stop_builds(
            arguments.stops, random.Random(arguments.seed), arguments.longest, folder
        )
    finally:
        for loop in busy:
            loop.kill()
            loop.wait()
        shutil.rmtree(folder, ignore_errors=True)
    for kind, count in sorted(outcomes.items()):
        print(f"{count:5}  {kind}")
    return 0 if outcomes["obeyed"] and set(outcomes) <= {"obeyed", OVER} else 1


def stop_builds(
    stops: int, chance: random.Random, longest: float, folder: Path
) -> collections.Counter:
    """Stop so many builds; the count of each outcome."""
    outcomes: collections.Counter = collections.Counter()
    for number in range(stops):
        which = (signal.SIGTERM, signal.SIGINT)[number % 2]
        to_group = number // 2 % 2 == 1
        at_fork = number // 4 % 2 == 0
        out = good_edition(folder / f"edition-{number}")
        moment = chance.randint(1, MOST_FORKS) if at_fork else chance.random() * longest
        outcome, said = stop_one(out, which, to_group, at_fork, moment)
        outcomes[outcome.split(":")[0]] += 1
        how = f"{which.name} to the {'group' if to_group else 'command'}"
        when = f"at fork {moment}" if at_fork else f"after {moment:.1f} s"
        print(f"{number + 1:4}  {how}, {when}: {outcome}", flush=True)
        if outcome != "obeyed":
            print("      " + said[-3000:].replace("\n", "\n      "), flush=True)
    return outcomes


def good_edition(out: Path) -> Path:
    """A folder with an edition of before, which a stopped build must not touch."""
    out.mkdir()
    good = b'{"good": true}'
    (out / "edition.json").write_bytes(good)
    outputs = {"edition.json": hashlib.sha256(good).hexdigest()}
    (out / "receipt.json").write_text(json.dumps({"receipt": 1, "outputs": outputs}))
    return out


def stop_one(out: Path, which: int, to_group: bool, at_fork: bool, moment) -> tuple[str, str]:
    """Start a build, stop it at its moment; (what came of it, what it said)."""
    before = contents(out)
    command = [sys.executable, str(ROOT / "run.py"), "build", "--force"]
    command += ["--set", "relations_window_days=180", "--out", str(out)]
    with tempfile.TemporaryFile() as said:
        build = subprocess.Popen(
            command, cwd=ROOT, stdout=said, stderr=said, start_new_session=True
        )
        if at_fork:
            wait_for_children(build, moment)
        else:
            time.sleep(moment)
        was_over = build.poll() is not None
        (os.killpg if to_group else os.kill)(build.pid, which) if not was_over else None
        try:
            code = build.wait(BOUND)
        except subprocess.TimeoutExpired:
            code = None
        left = processes_of(build.pid)
        for process in left:
            os.kill(process, signal.SIGKILL)
        build.wait()
        said.seek(0)
        words = said.read().decode(errors="replace")
    folders = [p.name for p in out.parent.iterdir() if p.is_dir() and p != out]
    stages = [name for name in folders if name.startswith(f".{out.name}.")]
    if code == 0:
        outcome = OVER if was_over else "lost"
    elif code is None:
        outcome = "lost: still running"
    elif code != 130:
        outcome = f"other: exit code {code}"
    elif left or stages:
        outcome = f"other: left behind {left} {stages}"
    elif contents(out) != before:
        outcome = "other: the edition of before is not untouched"
    elif "Traceback" in words or "Exception" in words:
        outcome = "other: a traceback"
    else:
        outcome = "obeyed"
    return outcome, words


def contents(folder: Path) -> dict[str, str]:
    """The hash of each file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def wait_for_children(build: subprocess.Popen, count: int) -> None:
    """Until the command has had so many children, or has ended."""
    seen: set[int] = set()
    while len(seen) < count and build.poll() is None:
        try:
            listed = Path(f"/proc/{build.pid}/task/{build.pid}/children").read_text()
        except OSError:
            return
        seen.update(map(int, listed.split()))


def processes_of(session: int) -> list[int]:
    """Living processes of a session that began with the command (a zombie has ended)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


if __name__ == "__main__":
    raise SystemExit(main())

"""Builds that are there whole or not at all: a stage of one's own beside the target, swapped in at the end.

A stage is a folder `.NAME.…` with a lock that its process holds while it lives. The lock goes with the process,
however that ends, so the next run knows which stages are leftovers of killed builds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from brief import ending

LOCK, OLD = "lock", "old"


def try_lock(path: Path):
    """An open file that holds the lock at `path`, or None when another living process holds it."""
    file = path.open("a+b")
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except OSError:
        file.close()
        return None


@contextlib.contextmanager
def locked(path: Path, wait: float = 0.05, held_by: str = "another build of this edition"):
    """Hold the lock at `path`, waiting for it as long as it takes: after two seconds with a word on stderr."""
    import time

    path.parent.mkdir(parents=True, exist_ok=True)
    waited = 0.0
    while (file := try_lock(path)) is None:
        time.sleep(wait)
        if waited < 2 <= waited + wait:
            print(f"  {held_by} is at work; waiting for it …", file=sys.stderr, flush=True)
        waited += wait
    try:
        yield
    finally:
        file.close()


def gate(target: Path) -> Path:
    """The lock of a target, which stands while its stages are made, swapped or cleaned up."""
    return target.parent / f".{target.name}.gate"


@contextlib.contextmanager
def stage_for(target: Path):
    """A fresh folder beside the target, gone at the end whatever happens; leftovers of killed builds go first."""
    with locked(gate(target)):
        clean_up(target)
        with ending.undisturbed():
            ending.say_when_stopped(ending.LAST_STAYS)
            stage = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
            ending.removed_when_stopped(stage, partial(put_back, stage, target))
        lock = try_lock(stage / LOCK)
    try:
        yield stage
    finally:
        with locked(gate(target)):
            put_back(stage, target)
            lock.close()
            ending.remove(stage)
        ending.no_longer_removed(stage)


def put_back(stage: Path, target: Path) -> None:
    """Put an edition that this stage had moved aside in its place again, if none stands there."""
    if (stage / OLD).exists() and not target.exists():
        (stage / OLD).rename(target)


def clean_up(target: Path) -> list[Path]:
    """Remove the stages of builds that no longer run, putting back an edition that one of them had moved aside."""
    removed = []
    for stage in sorted(target.parent.glob(f".{target.name}.*/")):
        if not stage.is_dir() or (lock := try_lock(stage / LOCK)) is None:
            continue
        put_back(stage, target)
        lock.close()
        shutil.rmtree(stage, ignore_errors=True)
        removed.append(stage)
    return removed


def swap(whole: Path, target: Path) -> None:
    """Put the finished folder, which lies in its stage, in the place of the last one; in one step where the system has it."""
    with locked(gate(target)), ending.undisturbed():
        if not target.exists():
            whole.rename(target)
        elif not exchange(whole, target):
            old = whole.with_name(OLD)
            target.rename(old)
            try:
                whole.rename(target)
            except OSError:
                old.rename(target)
                raise
        ending.say_when_stopped("Stopped; the new edition stands already.")


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step (Linux, macOS); False where the system or the file system cannot."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            here, swap_flag = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
            return (
                library.renameat2(here, os.fsencode(one), here, os.fsencode(other), swap_flag) == 0
            )
        if sys.platform == "darwin":
            return library.renamex_np(os.fsencode(one), os.fsencode(other), 2) == 0  # RENAME_SWAP
    except (OSError, AttributeError, TypeError):
        pass
    return False

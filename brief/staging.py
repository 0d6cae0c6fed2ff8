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
from pathlib import Path

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
def locked(path: Path, wait: float = 0.05):
    """Hold the lock at `path`, waiting for it as long as it takes. Held only for moments: a swap, a clean-up."""
    import time

    path.parent.mkdir(parents=True, exist_ok=True)
    while (file := try_lock(path)) is None:
        time.sleep(wait)
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
        stage = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        lock = try_lock(stage / LOCK)
    try:
        yield stage
    finally:
        with locked(gate(target)):
            if (stage / OLD).exists() and not target.exists():
                (stage / OLD).rename(target)
            lock.close()
            shutil.rmtree(stage, ignore_errors=True)


def clean_up(target: Path) -> list[Path]:
    """Remove the stages of builds that no longer run, putting back an edition that one of them had moved aside."""
    removed = []
    for stage in sorted(target.parent.glob(f".{target.name}.*/")):
        if not stage.is_dir() or (lock := try_lock(stage / LOCK)) is None:
            continue
        if (stage / OLD).exists() and not target.exists():
            (stage / OLD).rename(target)
        lock.close()
        shutil.rmtree(stage, ignore_errors=True)
        removed.append(stage)
    return removed


def swap(whole: Path, target: Path) -> None:
    """Put the finished folder, which lies in its stage, in the place of the last one; in one step where the system has it."""
    with locked(gate(target)):
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

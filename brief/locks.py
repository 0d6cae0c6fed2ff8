"""Locks that go with their process, however it ends; and the exchange of two folders
in one step.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path


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
    """Hold the lock at `path`, waiting for it as long as it takes: after two seconds with a word on
    stderr.
    """
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


def take_place(new: Path, target: Path, aside: Path) -> None:
    """Put a finished folder in the place of another, in one step where the system has it; elsewhere
    what was there is moved `aside` first, and back again where that fails.
    """
    if not target.exists():
        new.rename(target)
    elif not exchange(new, target):
        target.rename(aside)
        try:
            new.rename(target)
        except OSError:
            aside.rename(target)
            raise


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step (Linux, macOS); False where the system or the file system
    cannot.
    """
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

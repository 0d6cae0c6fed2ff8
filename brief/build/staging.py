"""Builds that are there whole or not at all: a stage of one's own beside the target, swapped in at
the end.

A stage is a folder `.NAME.…` that holds a mark, which says for whom it was made, and a lock that
its process holds while it lives. The lock goes with the process, however that ends, so the next run
knows which stages are leftovers of killed builds. A folder without the mark is somebody else's,
whatever its name.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from functools import partial
from pathlib import Path

from brief import ending
from brief.locks import locked, take_place, try_lock

LOCK, OLD, MARKER = "lock", "old", "stage"


def gate(target: Path) -> Path:
    """The lock of a target, which stands while its stages are made, swapped or cleaned up."""
    return target.parent / f".{target.name}.gate"


def prefix_of(target: Path) -> str:
    """How the names of a target's stages begin. Others' may as well: a name alone says nothing."""
    return f".{target.name}.stage-"


def words_of(target: Path) -> bytes:
    """What the mark of a stage says: our own words, and for which target it was made."""
    return b"A build of the brief is, or was, at work here. Its edition: " + os.fsencode(
        target.name
    )


def mark(stage: Path, target: Path) -> None:
    (stage / MARKER).write_bytes(words_of(target))


@contextlib.contextmanager
def stage_for(target: Path):
    """A fresh folder beside the target, gone at the end whatever happens; leftovers of killed
    builds go first.
    """
    with locked(gate(target)):
        clean_up(target)
        with ending.undisturbed():
            ending.say_when_stopped(ending.LAST_STAYS)
            stage = Path(tempfile.mkdtemp(prefix=prefix_of(target), dir=target.parent))
            ending.removed_when_stopped(stage, partial(put_back_and_empty, stage, target))
            mark(stage, target)
        lock = try_lock(stage / LOCK)
    try:
        yield stage
    finally:
        with locked(gate(target)):
            put_back_and_empty(stage, target)
            lock.close()
            ending.remove(stage)
        ending.no_longer_removed(stage)


def put_back(stage: Path, target: Path) -> None:
    """Put an edition that this stage had moved aside in its place again, if none stands there."""
    old = stage / OLD
    if old.is_dir() and not old.is_symlink() and not os.path.lexists(target):
        old.rename(target)


def put_back_and_empty(stage: Path, target: Path) -> None:
    """All of a stage but mark and lock goes, so that one which is killed meanwhile is still known
    by its mark.
    """
    put_back(stage, target)
    with contextlib.suppress(OSError):  # what resists is tried again by whoever removes the stage
        for path in stage.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in (MARKER, LOCK):
                path.unlink()


def clean_up(target: Path) -> list[Path]:
    """Remove the stages of builds that no longer run, putting back an edition that one of them had
    moved aside.

    Call it with the gate held: no stage is being made then. No link is followed.
    """
    removed = []
    for stage in sorted(target.parent.glob(".*")):
        if is_ours(stage, target) and (lock := try_lock(stage / LOCK)) is not None:
            put_back_and_empty(stage, target)
            lock.close()
            shutil.rmtree(stage, ignore_errors=True)
            removed.append(stage)
    return removed


def is_ours(path: Path, target: Path) -> bool:
    """Whether a path is a stage that was made for this target, by what lies in it."""
    try:
        is_folder = path.is_dir() and not path.is_symlink()
        return is_folder and (is_marked(path, target) or is_unfinished(path, target))
    except OSError:  # others' folders need not let us in
        return False


def is_marked(stage: Path, target: Path) -> bool:
    """Whether a folder bears the mark of a stage for this target; its lock, if there, must be a
    plain file as well.
    """
    if os.path.lexists(stage / LOCK) and not is_plain(stage / LOCK):
        return False
    words = words_of(target)
    return is_plain(stage / MARKER, len(words)) and (stage / MARKER).read_bytes() == words


def is_unfinished(stage: Path, target: Path) -> bool:
    """Whether a build died here before its mark was written, or after all the rest was gone: there
    is nothing to lose.
    """
    return stage.name.startswith(prefix_of(target)) and all(
        path.name in (MARKER, LOCK) and is_plain(path, 0) for path in stage.iterdir()
    )


def is_plain(path: Path, size: int | None = None) -> bool:
    """Whether a path is a regular file (no link, no device), of this size in bytes if one is
    given.
    """
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and size in (None, found.st_size)


def swap(whole: Path, target: Path) -> None:
    """Put the finished folder, which lies in its stage, in the place of the last one; in one step
    where the system has it.
    """
    with locked(gate(target)), ending.undisturbed():
        take_place(whole, target, aside=whole.with_name(OLD))
        ending.say_when_stopped("Stopped; the new edition stands already.")

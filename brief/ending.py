"""How a command ends: at once, and nothing outlives it. Forked children end with it, even when it
is killed.

A stop (SIGTERM, Ctrl-C) raises no exception: one raised in a callback (a hook of a fork, a weak
reference, `__del__`) is printed and dropped, and the command ran on. Its handler puts everything
away and ends the process by itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

STOPPED = 130
STOPPED_IN_WORDS = "Stopped."
LAST_STAYS = "Stopped; the last good edition stays."  # said by what makes editions
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_registered = False
_folders: list[Path] = []  # what a stop removes
_before_removal: dict[Path, object] = {}  # what is done before that, by folder
_deferred = 0  # how many blocks must be left before a stop is heard
_came = False
_words = STOPPED_IN_WORDS


def stop_on_signals() -> None:
    """From now on SIGTERM and Ctrl-C end this process, with its children ended, its folders
    removed, and exit code 130.
    """
    children_end_with_us()
    command = os.getpid()

    def stop(*_):
        global _came
        if os.getpid() != command:  # a child that has not put its own handlers in place yet
            os._exit(STOPPED)
        _came = True
        if not _deferred:
            end_stopped()

    for number in SIGNALS:  # SIGINT also where it came ignored, as from a shell's background job
        signal.signal(number, stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # run.py hands them over blocked


@contextlib.contextmanager
def undisturbed():
    """Within the block a stop waits: for what must be done whole, and takes moments."""
    global _deferred
    _deferred += 1
    try:
        yield
    finally:
        _deferred -= 1
        if _came and not _deferred:
            end_stopped()


def say_when_stopped(words: str) -> None:
    """What a stop says from now on."""
    global _words
    _words = words


def removed_when_stopped(folder: Path, before=None) -> None:
    """A stop removes this folder from now on, after `before()`. Call it `undisturbed`, with the
    folder's making.
    """
    _folders.append(folder)
    _before_removal[folder] = before


def no_longer_removed(folder: Path) -> None:
    """The folder is gone, or no longer ours."""
    with contextlib.suppress(ValueError):
        _folders.remove(folder)


@contextlib.contextmanager
def temporary_folder():
    """A folder of the system's temporary ones for the time of the block, which a stop
    removes too.
    """
    import tempfile

    with undisturbed():
        folder = Path(tempfile.mkdtemp())
        removed_when_stopped(folder)
    try:
        yield folder
    finally:
        with undisturbed():
            remove(folder)
            no_longer_removed(folder)


def end_stopped() -> None:
    """End this process as a stop does. May begin anew while it is under way: a second Ctrl-C does
    no harm.
    """
    end_children()
    for folder in reversed(_folders):
        if before := _before_removal.get(folder):
            with contextlib.suppress(OSError):
                before()
        remove(folder)
    with contextlib.suppress(Exception):  # it may have been writing when the stop came
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.write(2, f"{_words}\n".encode())
    os._exit(STOPPED)


def remove(folder: Path, tries: int = 100) -> None:
    """Remove a folder into which an ended child's last call may still be writing."""
    for _ in range(tries):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.02)


def children_end_with_us() -> None:
    """From now on every forked child takes SIGTERM at once, and gets SIGKILL from the kernel when
    we die (Linux).
    """
    global _registered
    if _registered or not hasattr(os, "register_at_fork"):
        return
    _registered = True
    parent = [os.getpid()]
    asked = sys.platform != "linux"

    def before():
        nonlocal asked
        import ctypes  # once, and only by a command that forks

        if not asked:
            asked = True
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER

    def in_child():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; we end them
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if sys.platform == "linux":
            import ctypes

            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
            if os.getppid() != parent[0]:  # we died between the fork and the line above
                os._exit(1)
        parent[0] = os.getpid()

    os.register_at_fork(before=before, after_in_child=in_child)


def end_children() -> None:
    """Kill every child process that still runs, known to multiprocessing or not yet, and wait until
    it has ended.

    On Linux a child's own children become ours when it ends, and are ended and waited for in their
    turn: the kernel's signal to them (below) is obeyed a moment later on a busy machine, and
    programs that they started do not get it.
    """
    while found := children():
        for child in found:
            with contextlib.suppress(OSError):
                os.kill(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        if os.name != "nt":
            for child in found:
                with contextlib.suppress(OSError):
                    os.waitpid(child, 0)
        if sys.platform != "linux":  # there they stay in the list
            return


def children() -> list[int]:
    """The ids of this process's children: all of them on Linux, elsewhere those that
    multiprocessing started.
    """
    if sys.platform != "linux":
        known = sys.modules.get("multiprocessing.process")
        return [child.pid for child in list(known._children) if child.pid] if known else []
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            fields = Path("/proc", pid, "stat").read_bytes().rpartition(b")")[2].split()
            if int(fields[1]) == os.getpid():
                found.append(int(pid))
    return found


@contextlib.contextmanager
def deaf_to_the_terminal():
    """Programs started within the block do not hear Ctrl-C, which a terminal sends to all: we end
    them. A stop waits meanwhile.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    # it would let the signals through again, were it started within
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave(code: int) -> None:
    """End this process with a code; 1 instead of 0 where what it said could not be written. Python
    would take its modules apart first, a quarter of a second after a build.
    """
    with contextlib.suppress(ValueError, OSError):  # nobody listens, and stderr is closed
        try:
            sys.stdout.flush()
        except OSError as error:
            code = code or 1
            if not isinstance(error, BrokenPipeError):  # a reader who has gone need not be told
                print(
                    f"What this command says could not be written: {error.strerror}.",
                    file=sys.stderr,
                )
        sys.stderr.flush()
    os._exit(code)

"""How a command ends: at once, and nothing outlives it. Forked children end with it, even when it is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

_registered = False


def children_end_with_us() -> None:
    """From now on every forked child takes SIGTERM at once, and gets SIGKILL from the kernel when we die (Linux)."""
    global _registered
    if _registered or not hasattr(os, "register_at_fork"):
        return
    _registered = True
    parent = [os.getpid()]

    def before():
        import ctypes  # noqa: F401      once, and only by a command that forks

    def in_child():
        signal.signal(
            signal.SIGTERM, signal.SIG_DFL
        )  # our own handler raises, which a library may swallow
        if sys.platform == "linux":
            import ctypes

            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
            if os.getppid() != parent[0]:  # we died between the fork and the line above
                os._exit(1)
        parent[0] = os.getpid()

    os.register_at_fork(before=before, after_in_child=in_child)


def end_children() -> None:
    """End every child process that still runs, so that a stopped command does not wait for it."""
    multiprocessing = sys.modules.get("multiprocessing")
    for process in multiprocessing.active_children() if multiprocessing else []:
        process.kill()


def leave(code: int) -> None:
    """End this process with a code; 1 instead of 0 where what it said could not be written. Python would take its modules apart first, a quarter of a second after a build."""
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

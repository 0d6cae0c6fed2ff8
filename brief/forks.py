"""Pieces of work in processes forked for them, side by side; and whether this process may be forked
at all.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

_threads_run = False  # of the drawing library, which tells of them itself


def note_threads() -> None:
    """The drawing library runs in this process from now on, with threads of its own."""
    global _threads_run
    _threads_run = True


def are_safe() -> bool:
    """Whether children can be forked off this process. Typst and the drawing library start threads,
    and a child would wait for these for ever.
    """
    return sys.platform == "linux" and "typst" not in sys.modules and not _threads_run


class WorkFailed(Exception):
    """One piece of work or several raised, or their processes died. The message carries what each
    said.
    """


def at_once(works: list, behind: int = 0) -> list:
    """What each `work()` returns, in their order; one after the other where forking is not safe.
    Raises WorkFailed when one fails.

    `behind` is the niceness of their processes: what other work waits for should not wait for them.
    """
    if not are_safe():
        return [answered(work) for work in works]
    found, failures = [], []
    for wait in [beside(work, core, behind) for work, core in zip(works, own_cores(len(works)))]:
        try:
            found.append(wait())
        except WorkFailed as failure:
            failures.append(str(failure))
    if failures:
        raise WorkFailed("\n".join(dict.fromkeys(failures)))
    return found


def beside(work, core: int | None = None, behind: int = 0):
    """Begin `work()` in a process of its own, on one core or any, `behind` by so much niceness.
    Forking must be safe.

    Returns a function that waits for what it returns, and raises WorkFailed when it failed.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=tell, args=(work, theirs, core, behind))
    child.start()
    theirs.close()

    def wait():
        try:
            answer, failure = ours.recv()
        except EOFError:
            answer, failure = None, f"a process of {child.name} died"
        child.join()
        if failure:
            raise WorkFailed(failure)
        return answer

    return wait


def answered(work):
    """`work()`, in this process."""
    try:
        return work()
    except Exception as error:
        raise WorkFailed(in_words(error)) from error


def in_words(error: Exception) -> str:
    """What an error says to whoever did not raise it: of the system's own, the file and
    the cause.
    """
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the system'}: {error.strerror}"
    return str(error) or type(error).__name__


def own_cores(pieces: int) -> list[int | None]:
    """A core for each of so many pieces of work, where no core is to spare; else None for each,
    which is free to use all.

    Typst works with as many threads as it sees cores. Where all cores have work, threads that wait
    for each other cost more than they gain: setting two books on two cores took 9.6 CPU seconds,
    and 5.2 with a core for each (medians of four).
    """
    cores = sorted(os.sched_getaffinity(0))
    return (
        [cores[i % len(cores)] for i in range(pieces)] if pieces >= len(cores) else [None] * pieces
    )


def tell(work, pipe, core: int | None = None, behind: int = 0) -> None:
    os.nice(behind)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        pipe.send((work(), None))
    except Exception as error:
        pipe.send((None, in_words(error)))
    finally:
        pipe.close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # nothing of the parent's may be torn down twice


def end(process, patience: float = 3) -> None:
    """Stop a child. One in which the signal got lost (an exception raised inside a callback is
    dropped) is killed after `patience` seconds.
    """
    process.terminate()
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        process.join()


def in_turn(works: list) -> None:
    """Do one after the other; what they return is dropped."""
    for work in works:
        work()


def shares(items: list) -> list[list]:
    """Items dealt out to as many hands as there are cores, none of them empty."""
    hands = os.cpu_count() or 1
    return [items[i::hands] for i in range(min(hands, len(items)))]

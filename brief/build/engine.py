"""A papermill engine that runs a chapter's cells in this very process, with IPython's own display
machinery.

Starting a kernel and importing Altair is nine tenths of a chapter's time. `execute.py` imports them
once, forks a child a chapter, and lets this engine run the cells there: a fresh namespace and
process each, no sockets. The plain engine (`nbclient`) stays the reference;
tests/build/test_engines.py compares their outputs chapter by chapter.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from functools import cache

from papermill.engines import Engine


class ForkedEngine(Engine):
    """Runs cells in process. `execute.py` registers it as `forked`; it needs a process of its own a
    chapter.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, execution_timeout=None, **_):
        sys.modules["__main__"] = prepared_shell().user_module
        for index, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            nb_man.cell_start(cell, index)
            try:
                run_cell(prepared_shell(), cell, execution_timeout)
            except BaseException:
                nb_man.cell_exception(cell, index)
                raise
            nb_man.cell_complete(cell, index)


@cache
def prepared_shell():
    """The shell that runs cells. It takes a twelfth of a second to make, so once, before the
    processes divide; its history would start a thread.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    main = sys.modules["__main__"]
    made = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    sys.modules["__main__"] = main  # in whose place the shell has put its own, where cells run
    return made


def run_cell(shell, cell, seconds: int | None) -> None:
    """Run one cell and write its outputs into it. A failing cell leaves an error output, which
    papermill raises.
    """
    from IPython.utils.capture import capture_output
    from nbformat.v4 import new_output

    # The trap is entered first: run_cell would otherwise set its own display hook over the
    # capturing one.
    with shell.display_trap, capture_output() as captured, time_limit(seconds):
        result = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = result.execution_count
    cell.outputs = [
        new_output("stream", name=name, text=text)
        for name, text in (("stdout", captured.stdout), ("stderr", captured.stderr))
        if text
    ]
    cell.outputs += [
        new_output("display_data", data=dict(output.data), metadata=dict(output.metadata or {}))
        for output in captured.outputs
    ]
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        cell.outputs.append(
            new_output(
                "error",
                ename=type(error).__name__,
                evalue=str(error),
                traceback=[f"{type(error).__name__}: {error}"],
            )
        )
        raise error


@contextlib.contextmanager
def time_limit(seconds: int | None):
    """Raise TimeoutError in a cell that runs too long (an alarm, so only where the system has
    them).
    """
    if not seconds:
        yield
        return

    def ring(*_):
        raise TimeoutError(f"the cell ran for more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

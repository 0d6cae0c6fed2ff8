"""Re-execute the chapters with papermill, on copies.

The notebooks under chapters/ are never written to: papermill overwrites its input when a cell fails in place.
What differs from run to run (times, paths, the injected parameters) is taken out of the executed copies.
"""
from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from brief import paths

CELL_SECONDS = 120          # a cell that takes longer hangs: the slowest of ours takes three
KERNEL_TRIES = 3            # a kernel that dies before its first cell lost a race for a port; it is started again


class ExecutionFailed(Exception):
    """A chapter that did not run to its end, or wrote to stderr. The message names chapter, cell and cause."""


def chapter_names() -> list[str]:
    """The chapters in reading order: the stems of chapters/NN_*.ipynb."""
    return sorted(path.stem for path in paths.CHAPTERS.glob("[0-9][0-9]_*.ipynb"))


def execute_chapter(name: str, data: str, target: str) -> float:
    """Run one chapter on the tables in `data`, write the cleaned copy to `target`; returns the seconds it took.

    Raises ExecutionFailed.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError
    start = time.monotonic()
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"        # a user's own kernel named python3 must not be taken
    source = paths.CHAPTERS / f"{name}.ipynb"
    for attempt in range(KERNEL_TRIES):
        try:
            notebook = papermill.execute_notebook(str(source), None, parameters={"data": data}, kernel_name="python3",
                                                  cwd=str(paths.CHAPTERS), progress_bar=False, execution_timeout=CELL_SECONDS)
            break
        except PapermillExecutionError as error:
            raise ExecutionFailed(f"{name}, cell {error.exec_count}: {error.ename}: {error.evalue}\n{error.source}") from None
        except (RuntimeError, TimeoutError) as error:
            if attempt == KERNEL_TRIES - 1 or isinstance(error, TimeoutError):
                raise ExecutionFailed(f"{name}: {type(error).__name__}: {error} (limit: {CELL_SECONDS} s a cell)") from None
    cleaned = clean(notebook, name)
    Path(target).write_text(nbformat.writes(cleaned), encoding="utf-8", newline="\n")
    return time.monotonic() - start


def clean(notebook, name: str):
    """Take out what is of this run alone; raises ExecutionFailed when a cell wrote to stderr or shows an error."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    notebook.cells = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{name}-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            if output.output_type == "error" or (output.output_type == "stream" and output.name == "stderr"):
                raise ExecutionFailed(f"{name}, cell {number}: output on stderr: {output.get('text', output.get('evalue', ''))[:500]}")
            keep_book_form(output)
    return notebook


def keep_book_form(output) -> None:
    """Of an output that has a form made for the book, keep that form alone (text/html serves JupyterLab)."""
    data = output.get("data", {})
    for form in ("application/vnd.brief.figure+json", "application/vnd.brief.claim+json", "text/markdown"):
        if form in data:
            output["data"] = {form: data[form]}
            return


def execute_all(data: Path, target: Path, workers: int | None = None, names: list[str] | None = None) -> dict[str, float]:
    """Run every chapter, several at a time, into the folder `target`; returns seconds by chapter.

    Raises ExecutionFailed for the first chapter that fails; those that have not begun are dropped.
    """
    target.mkdir(parents=True, exist_ok=True)
    names = names or chapter_names()
    workers = min(workers or os.cpu_count() or 1, len(names))
    seconds: dict[str, float] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = {pool.submit(execute_chapter, name, str(data), str(target / f"{name}.ipynb")): name for name in names}
        try:
            for job in as_completed(jobs):
                seconds[jobs[job]] = job.result()
                print(f"  {jobs[job]}: {seconds[jobs[job]]:.1f} s ({len(seconds)} of {len(names)})", file=sys.stderr, flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return seconds

"""Re-execute the chapters with papermill, on copies.

The notebooks under chapters/ are never written to: papermill overwrites its input when a cell fails
in place. What differs from run to run (times, paths, the injected parameters) is taken out of the
executed copies.

Two engines: `nbclient` starts a kernel for each chapter, as papermill does by itself; `forked`
(Linux) forks a child a chapter off one process that has imported everything once, see engine.py.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import time
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

from brief import ending, forks, paths
from brief.build import reads
from brief.notebook import forms
from brief.spans import span
from brief.words import BriefError

if TYPE_CHECKING:
    from brief.build.unchanged import KeptChapters

# the engine's name; papermill itself is imported where a chapter runs, and not where input is
# refused or all chapters are kept
FORKED = "forked"
# a cell, or the start of a kernel, that takes longer hangs: the slowest of ours takes three
CELL_SECONDS = 120
# A kernel that dies before its first cell lost a race for a port; a forked child that a signal
# kills was killed by the drawing library, whose engine faults about once in some hundred starts.
# Both are started again, and cost time alone.
KERNEL_TRIES = 3
# Forked chapters at a time for each core: most of them wait for their charts, and one that has none
# to draw should not wait for these.
AT_A_TIME = 3
# each forked chapter is one nicer than the one before, the first than the process that draws for
# all; more, and other work would starve them
MOST_BEHIND = 5


class ExecutionFailed(BriefError):
    """A chapter that did not run to its end, or wrote to stderr. The message names chapter, cell
    and cause.
    """


def chapter_names() -> list[str]:
    """The chapters in reading order: the stems of chapters/NN_*.ipynb."""
    return sorted(path.stem for path in paths.CHAPTERS.glob("[0-9][0-9]_*.ipynb"))


def default_engine() -> str:
    """`forked` where a forked child is safe, else papermill's own."""
    return FORKED if forks.are_safe() else "nbclient"


def execute_chapter(source: Path, data: str, target: Path, engine_name: str = "nbclient") -> None:
    """Run one chapter on the tables in `data` and write the cleaned copy to `target`. Raises
    ExecutionFailed.
    """
    import nbformat
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from brief.build import engine
    from brief.notebook.interactive import BUILDS

    papermill_engines.register(FORKED, engine.ForkedEngine)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = (
        "1"  # a user's own kernel named python3 must not be taken
    )
    os.environ[BUILDS] = "1"
    name = source.stem
    for attempt in range(KERNEL_TRIES):
        try:
            notebook = papermill.execute_notebook(
                str(source),
                None,
                parameters={"data": data},
                kernel_name="python3",
                engine_name=engine_name,
                cwd=str(source.parent),
                progress_bar=False,
                start_timeout=CELL_SECONDS,
                execution_timeout=CELL_SECONDS,
            )
            break
        except PapermillExecutionError as error:
            raise ExecutionFailed(
                f"{name}, cell {error.exec_count}: {error.ename}: {error.evalue}\n{error.source}"
            ) from None
        except TimeoutError as error:
            raise ExecutionFailed(f"{name}: {error} (limit: {CELL_SECONDS} s a cell)") from None
        except RuntimeError as error:
            if engine_name != "nbclient" or attempt == KERNEL_TRIES - 1:
                raise ExecutionFailed(f"{name}: {type(error).__name__}: {error}") from None
        except Exception as error:
            raise ExecutionFailed(f"{name}: {type(error).__name__}: {error}") from None
    text = nbformat.writes(clean(notebook, name))
    target.write_text(text + "\n", encoding="utf-8", newline="\n")


def clean(notebook, name: str):
    """Take out what is of this run alone; raises ExecutionFailed when a cell wrote to stderr or
    shows an error.
    """
    notebook.metadata.pop("papermill", None)
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.cells = [
        c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])
    ]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{name}-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell["execution_count"] = None
        for output in cell.get("outputs", []):
            if output.output_type == "error" or (
                output.output_type == "stream" and output.name == "stderr"
            ):
                raise ExecutionFailed(
                    (
                        f"{name}, cell {number}: output on stderr: "
                        f"{output.get('text', output.get('evalue', ''))[:500]}"
                    )
                )
            if (
                output.output_type == "execute_result"
            ):  # the book shows a cell's result and what it displays alike
                output["output_type"] = "display_data"
                output.pop("execution_count")
            keep_book_form(output)
    return notebook


def keep_book_form(output) -> None:
    """Of an output that has a form made for the book, keep that form alone (text/html serves
    JupyterLab).
    """
    data = output.get("data", {})
    for form in (*forms.ALL, "text/markdown"):
        if form in data:
            output["data"] = {form: data[form]}
            return


def import_everything() -> None:
    """Import and make what chapters use, so that forked children find it there. Nothing here may
    start a thread, so the linear algebra below pandas is held to the one that it has.
    """
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    import altair  # noqa: F401
    import nbformat  # noqa: F401
    import pandas  # noqa: F401
    import papermill  # noqa: F401
    from nbformat.validator import get_validator

    get_validator(
        nbformat.current_nbformat, nbformat.current_nbformat_minor
    )  # it compiles the format's schema, a tenth of a second
    from brief.build import engine  # noqa: F401
    from brief.notebook import chapter, charts  # noqa: F401

    engine.prepared_shell()


def _child(
    source: Path,
    data: str,
    target: Path,
    engine_name: str,
    drawing_pipe,
    behind: int,
    is_watched: bool,
    pipe,
) -> None:
    """One chapter in a process of its own, `behind` by so much niceness; sends the message of its
    failure or None, and what it asked of the edition or None.
    """
    import gc

    gc.disable()  # it lives for a second or two, and would spend a tenth of that looking for cycles
    if drawing_pipe is not None:
        os.nice(behind)
        from brief.build import drawing

        drawing.draw_through(drawing_pipe)
    asked = reads.watch(Path(data)) if is_watched else None
    try:
        with span(f"chapter {source.stem}"):
            execute_chapter(source, data, target, engine_name)
        pipe.send((None, list(asked.questions) if asked and asked.is_whole else None))
    except ExecutionFailed as error:
        pipe.send((str(error), None))
    except Exception as error:
        pipe.send((f"{source.stem}: {forks.in_words(error)}", None))
    finally:
        pipe.close()
        if engine_name == FORKED:
            sys.stdout.flush()
            os._exit(0)  # nothing of the parent's may be torn down twice


def execute_all(
    data: Path,
    target: Path,
    workers: int | None = None,
    names: list[str] | None = None,
    engine_name: str | None = None,
    kept: KeptChapters | None = None,
) -> dict[str, float]:
    """Run every chapter, several at a time, into the folder `target`; returns seconds by chapter.

    With `kept`, a chapter whose every question to the edition gets the answer it got before is
    taken from there, and not run. Raises ExecutionFailed for the first chapter that fails; the
    others are stopped.
    """
    target.mkdir(parents=True, exist_ok=True)
    engine_name = engine_name or default_engine()
    place = lambda name: target / f"{name}.ipynb"
    names = longest_first(names or chapter_names())
    if engine_name != FORKED:
        seconds = _run_all(
            {
                name: (
                    paths.CHAPTERS / f"{name}.ipynb",
                    str(data),
                    place(name),
                    engine_name,
                    None,
                    0,
                    False,
                )
                for name in names
            },
            "spawn",
            workers,
        )
    else:
        names = taken_again(names, place, kept) if kept else names
        seconds = run_forked(names, str(data), place, workers, kept) if names else {}
    remember(seconds)
    return seconds


def taken_again(names: list[str], place, kept: KeptChapters) -> list[str]:
    """Write those chapters that are kept; returns the others."""
    left = []
    for name in names:
        if (text := kept.text_of(name)) is None:
            left.append(name)
        else:
            place(name).write_text(text, encoding="utf-8", newline="\n")
    if len(left) < len(names):
        print(
            f"  {len(names) - len(left)} of {len(names)} chapters read nothing that changed",
            file=sys.stderr,
            flush=True,
        )
    return left


def run_forked(
    names: list[str], data: str, place, workers: int | None, kept: KeptChapters | None
) -> dict[str, float]:
    """Run chapters in processes forked off this one; keep each with what it asked."""
    from brief.build import drawing

    if not forks.are_safe():
        raise ExecutionFailed(
            (
                "Chapters cannot be forked off this process, which has drawn or set type "
                "before (or on this system): use the engine nbclient."
            )
        )

    def keep(name: str, questions: list | None) -> None:
        if kept and questions is not None:
            kept.keep(name, place(name).read_text(encoding="utf-8"), questions)

    with drawing.DrawingProcess(names) as drawn:
        with span("imports for chapters"):
            import_everything()
        jobs = {
            name: (
                paths.CHAPTERS / f"{name}.ipynb",
                data,
                place(name),
                FORKED,
                drawn.pipes[name],
                min(1 + i, MOST_BEHIND),
                kept is not None,
            )
            for i, name in enumerate(names)
        }
        return _run_all(jobs, "fork", workers or AT_A_TIME * (os.cpu_count() or 1), keep)


def _run_all(
    jobs: dict[str, tuple], method: str, workers: int | None, then=lambda name, questions: None
) -> dict[str, float]:
    """A process for each chapter, `workers` at a time; one that a signal kills is started again,
    twice at the most.

    `jobs` are the arguments of `_child` by chapter, but for its pipe; `then` is told what each
    chapter asked.
    """
    context = multiprocessing.get_context(method)
    waiting, running, seconds, total, deaths = list(jobs), {}, {}, len(jobs), dict.fromkeys(jobs, 0)
    try:
        while waiting or running:
            while waiting and len(running) < (workers or os.cpu_count() or 1):
                name = waiting.pop(0)
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_child, name=name, args=(*jobs[name], theirs))
                with (
                    ending.deaf_to_the_terminal() if method == "spawn" else contextlib.nullcontext()
                ):
                    process.start()
                theirs.close()
                running[ours] = (name, process, time.monotonic())
            for pipe in wait(list(running)):
                name, process, start = running.pop(pipe)
                failure, questions = _received(pipe, name, process)
                if failure and process.exitcode < 0 and deaths[name] < KERNEL_TRIES - 1:
                    deaths[name] += 1
                    waiting.append(name)
                    print(f"  {failure}; once more", file=sys.stderr, flush=True)
                    continue
                if failure:
                    raise ExecutionFailed(failure)
                then(name, questions)
                seconds[name] = time.monotonic() - start
                print(
                    f"  {name}: {seconds[name]:.1f} s ({len(seconds)} of {total})",
                    file=sys.stderr,
                    flush=True,
                )
    finally:
        for _, process, _ in running.values():
            forks.end(process)
    return seconds


def longest_first(names: list[str]) -> list[str]:
    """The chapters in the order of their last times, so that no long one is left for the end;
    unknown ones first, of them the one that looks for every margin.
    """
    last = remembered()
    return sorted(names, key=lambda name: -last.get(name, 2e9 if name == "80_claims" else 1e9))


def remembered() -> dict[str, float]:
    """Seconds by chapter, as of their last runs."""
    try:
        last = json.loads(paths.SECONDS.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(last, dict):
        return {}
    return {name: s for name, s in last.items() if isinstance(s, (int, float)) and 0 <= s < 1e6}


def remember(seconds: dict[str, float]) -> None:
    """Keep the chapters' times for the next run; a folder that cannot be written is no reason to
    fail.
    """
    with contextlib.suppress(OSError):
        paths.SECONDS.parent.mkdir(parents=True, exist_ok=True)
        paths.SECONDS.write_text(
            json.dumps(remembered() | {name: round(s, 2) for name, s in seconds.items()}),
            encoding="utf-8",
        )


def _received(pipe, name: str, process) -> tuple[str | None, list | None]:
    """What a child says at its end: its failure or None, and what it asked. One that died says
    nothing.
    """
    try:
        said = pipe.recv()
    except EOFError:
        process.join()
        said = f"{name}: its process died (exit code {process.exitcode})", None
    process.join()
    return said

"""Compile a staged book with jupyter-book: HTML and PDF side by side, in processes that imported Sphinx while the chapters ran.

Both load their extensions while the chapters run and work over one environment: the second reads when the first has. Where forking is not
safe (see forks.py) they run one after the other in this process.
"""
from __future__ import annotations

import contextlib
import functools
import io
import multiprocessing
import os
from pathlib import Path

from brief import forks
from brief.inputs import BriefError
from brief.spans import span

BUILDERS = {"html": [], "briefpdf": ["--builder", "custom", "--custom-builder", "briefpdf"]}


class CompileFailed(BriefError):
    """jupyter-book stopped, or warned. The message carries what it said."""


def compile_book(stage: Path, builder: str, source_date: int) -> None:
    """Run one builder on the executed copies in `stage`. Raises CompileFailed on any warning or error."""
    from jupyter_book.cli.main import build as jupyter_book
    os.environ["BRIEF_DATA"] = str(stage / "data")
    os.environ["SOURCE_DATE_EPOCH"] = str(source_date)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            jupyter_book.main([str(stage), "--quiet", "-W", "-n", "--keep-going", *BUILDERS[builder]], standalone_mode=False)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise CompileFailed(f"jupyter-book ({builder}) stopped: {error}\n{said.getvalue()[-6000:]}") from None
    finally:
        del os.environ["BRIEF_DATA"]


def import_sphinx() -> None:
    """Import what every builder call needs, once, before the processes divide."""
    import jupyter_book.cli.main  # noqa: F401
    import jupyter_book.sphinx  # noqa: F401
    import myst_nb.sphinx_ext  # noqa: F401
    import sphinx.builders.html  # noqa: F401
    import sphinx_book_theme  # noqa: F401

    from brief.extensions import frame, outputs, page, pdf, roles  # noqa: F401


class Compiler:
    """Both builders for one stage. Use as a context: what still runs at its end is stopped.

    `beforehand()` makes what the builders need beside the chapters; it runs while these do, where it can.
    """

    def __init__(self, stage: Path, source_date: int, beforehand=lambda: None):
        self.stage, self.source_date, self.beforehand = stage, source_date, beforehand
        self.process = self.pipe = None
        if forks.are_safe():
            context = multiprocessing.get_context("fork")
            self.pipe, theirs = context.Pipe()
            self.process = context.Process(target=_serve, args=(stage, source_date, beforehand, theirs), name="compiler")

    def __enter__(self) -> Compiler:
        """Begin to import, beside the chapters."""
        if self.process:
            self.process.start()
        return self

    def __exit__(self, *_) -> None:
        if self.process and self.process.is_alive():
            forks.end(self.process)

    def is_staged(self) -> None:
        """What lies in the stage before any chapter has run is there: `beforehand` may begin."""
        if self.process:
            self.pipe.send("staged")

    def compile(self, meanwhile=lambda: None) -> None:
        """Compile both; raises CompileFailed with what either builder said. `meanwhile()` is done beside it, where it can."""
        if not self.process:
            self.beforehand()
            for builder in BUILDERS:
                compile_book(self.stage, builder, self.source_date)
            meanwhile()
            return
        self.pipe.send("chapters are there")
        meanwhile()
        try:
            failure = self.pipe.recv()
        except EOFError:
            failure = "the compiling process died"
        self.process.join()
        if failure:
            raise CompileFailed(failure)


def _serve(stage: Path, source_date: int, beforehand, pipe) -> None:
    """Import, begin both builders, HTML here and the PDF in a child, and let them read when the chapters are there; sends None or a failure.

    The child goes on when the documents have been read, with the environment that Sphinx keeps for its next builder.
    """
    import gc
    import signal
    gc.disable()             # document trees are many small objects that live to the end: looking for cycles took a tenth of the time
    with span("imports of Sphinx"):
        import_sphinx()
    gc.freeze()              # an extension looks through all objects for one that Sphinx has yet to make: leave these out
    pipe.recv()
    with span("files of the live page"):
        beforehand()
    from brief.extensions import bound
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_second, args=(stage, "briefpdf", source_date, theirs))
    child.start()
    theirs.close()
    signal.signal(signal.SIGTERM, lambda *_: (child.terminate(), os._exit(1)))

    def begin(is_read: bool) -> None:
        with contextlib.suppress(OSError):       # it has ended, or died, which is told below
            ours.send(is_read)
    chapters_are_there = functools.cache(pipe.recv)
    bound.BEFORE_READING.append(chapters_are_there)
    bound.WHEN_READ.append(lambda: begin(True))
    failure = _failure(stage, "html", source_date)
    chapters_are_there()                         # a builder that failed at once is heard when it is asked
    begin(False)                                 # heard only by a child that still waits: nothing could be read
    failures = [said for said in (failure, _received(ours)) if said]
    child.join()
    pipe.send("\n".join(failures) or None)


def _failure(stage: Path, builder: str, source_date: int) -> str | None:
    try:
        with span(f"builder {builder}"):
            compile_book(stage, builder, source_date)
    except CompileFailed as error:
        return str(error)
    return None


def _second(stage: Path, builder: str, source_date: int, pipe) -> None:
    """Compile with another builder, which reads once the first has; sends None or a failure."""
    from brief.extensions import bound
    is_read = functools.cache(pipe.recv)

    def wait() -> None:
        if not is_read():
            raise CompileFailed("the first builder could not read the documents, and says why")
    bound.BEFORE_READING.append(wait)
    failure = _failure(stage, builder, source_date)
    pipe.send(failure if is_read() else None)


def _received(pipe) -> str | None:
    try:
        return pipe.recv()
    except EOFError:
        return "the process that compiles the PDF died"

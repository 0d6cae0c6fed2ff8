"""Compile a staged book with jupyter-book: HTML and PDF side by side, in processes that imported Sphinx while the chapters ran.

Where `fork` is not safe (macOS, Windows) the two builders run one after the other in this process, over one environment.
"""
from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import shutil
import sys
from pathlib import Path

from brief.inputs import BriefError

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
        if sys.platform == "linux":
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
            self.process.terminate()
            self.process.join()

    def compile(self) -> None:
        """Compile both; raises CompileFailed with what either builder said."""
        if not self.process:
            self.beforehand()
            for builder in BUILDERS:
                compile_book(self.stage, builder, self.source_date)
            return
        self.pipe.send("chapters are there")
        try:
            failure = self.pipe.recv()
        except EOFError:
            failure = "the compiling process died"
        self.process.join()
        if failure:
            raise CompileFailed(failure)


def _serve(stage: Path, source_date: int, beforehand, pipe) -> None:
    """Import, wait for the chapters, then compile the PDF in a child and HTML here; sends None or a failure."""
    import gc
    import signal
    gc.disable()             # document trees are many small objects that live to the end: looking for cycles took a tenth of the time
    import_sphinx()
    beforehand()
    pipe.recv()
    # Each builder keeps its own environment beside its stage, so the PDF gets a copy (links, where the system has them).
    twin = stage.with_name(f"{stage.name}-pdf")
    shutil.copytree(stage, twin, copy_function=_link)
    from brief import edition
    if (stage / "data").resolve() in edition.ALREADY_OPEN:
        edition.ALREADY_OPEN[(twin / "data").resolve()] = edition.ALREADY_OPEN[(stage / "data").resolve()]
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_report, args=(twin, "briefpdf", source_date, theirs))
    child.start()
    theirs.close()
    signal.signal(signal.SIGTERM, lambda *_: (child.terminate(), os._exit(1)))
    failures = [failure for failure in (_failure(stage, "html", source_date), _received(ours)) if failure]
    child.join()
    if not failures:
        shutil.copytree(twin / "_build" / "briefpdf", stage / "_build" / "briefpdf")
    pipe.send("\n".join(failures) or None)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _failure(stage: Path, builder: str, source_date: int) -> str | None:
    try:
        compile_book(stage, builder, source_date)
    except CompileFailed as error:
        return str(error)
    return None


def _report(stage: Path, builder: str, source_date: int, pipe) -> None:
    pipe.send(_failure(stage, builder, source_date))


def _received(pipe) -> str | None:
    try:
        return pipe.recv()
    except EOFError:
        return "the process that compiles the PDF died"

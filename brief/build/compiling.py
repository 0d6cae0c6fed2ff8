"""Compile a staged book with jupyter-book: HTML and PDF side by side, in processes that imported
Sphinx while the chapters ran.

Both load their extensions while the chapters run and work over one environment: the second reads
when the first has. Where forking is not safe (see forks.py) they run one after the other in this
process.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path

from brief import forks
from brief.spans import span
from brief.words import BriefError

BUILDERS = {"html": [], "briefpdf": ["--builder", "custom", "--custom-builder", "briefpdf"]}


class CompileFailed(BriefError):
    """jupyter-book stopped, or warned. The message carries what it said."""


def compile_book(stage: Path, builder: str, source_date: int) -> None:
    """Run one builder on the executed copies in `stage`. Raises CompileFailed on any warning or
    error.
    """
    from jupyter_book.cli.main import build as jupyter_book

    os.environ["BRIEF_DATA"] = str(stage / "data")
    os.environ["SOURCE_DATE_EPOCH"] = str(source_date)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            jupyter_book.main(
                [str(stage), "--quiet", "-W", "-n", "--keep-going", *BUILDERS[builder]],
                standalone_mode=False,
            )
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise CompileFailed(
            f"jupyter-book ({builder}) stopped: {error}\n{said.getvalue()[-6000:]}"
        ) from None
    finally:
        del os.environ["BRIEF_DATA"]


def import_sphinx() -> None:
    """Import what every builder call needs, once, before the processes divide."""
    import jupyter_book.cli.main  # noqa: F401
    import jupyter_book.sphinx  # noqa: F401
    import pikepdf  # noqa: F401
    from jupyter_book.config import get_default_sphinx_config
    from sphinx.application import builtin_extensions

    from brief.pdf import builder as pdf  # noqa: F401
    from brief.site import frame, glossary, option_cards, outputs, page, roles  # noqa: F401

    for name in (*builtin_extensions, *get_default_sphinx_config()["extensions"]):
        with contextlib.suppress(ImportError):  # the builder that loads it says what is missing
            import_module(name)


def nothing() -> None:
    """No work."""


@dataclass
class Job:
    """One stage to compile. All of it is pickled for another process: functions of modules, and
    `functools.partial` of them.

    `first()` sets that process up; `needed()` makes what the builders need beside the documents, at
    once; `ahead()` may do a part of their work while the documents are read, which one core does.
    Both have processes of their own, where they can.
    """

    stage: Path
    source_date: int
    first: Callable = nothing
    needed: Callable = nothing
    ahead: Callable = nothing


class Compiler:
    """Both builders, for one stage. Use as a context, from before it is known that there will be
    one: it begins to import, and what still runs at its end is stopped. Use it so again within the
    stage's own context, which it must not outlive.
    """

    def __init__(self):
        self.job = self.process = self.pipe = None
        if forks.are_safe():
            context = multiprocessing.get_context("fork")
            self.pipe, theirs = context.Pipe()
            self.process = context.Process(target=_serve, args=(theirs,), name="compiler")

    def __enter__(self) -> Compiler:
        if self.process and self.process.ident is None:
            self.process.start()
        return self

    def __exit__(self, *_) -> None:
        if self.process:
            forks.end(self.process)

    def take(self, job: Job) -> None:
        """What lies in the stage before any chapter has run is there: the builders may begin to
        load.
        """
        self.job = job
        if self.process:
            sent = job.stage.with_name(f"{job.stage.name}.job")
            sent.write_bytes(
                pickle.dumps(job)
            )  # a file, for a pipe would hold us until the other process has imported all
            self._tell(sent)

    def compile(self, meanwhile=lambda: None, when_html=lambda: None) -> None:
        """Compile both; raises CompileFailed with what either builder said. Where it can,
        `meanwhile()` is done beside it, and then `when_html()` once the HTML is there, beside the
        PDF.
        """
        if not self.process:
            self.job.needed()
            for builder in BUILDERS:
                compile_book(self.job.stage, builder, self.job.source_date)
            meanwhile()
            when_html()
            return
        self._tell("chapters are there")
        meanwhile()
        failures = [self._told()]
        if not failures[0]:
            when_html()
        failures.append(self._told())
        self.process.join()
        if any(failures):
            raise CompileFailed("\n".join(dict.fromkeys(filter(None, failures))))

    def _tell(self, what) -> None:
        with contextlib.suppress(OSError):  # it died, which is told when it is asked
            self.pipe.send(what)

    def _told(self) -> str | None:
        """The failure of the next builder that ends, or None."""
        try:
            return self.pipe.recv()
        except EOFError:
            return "the compiling process died"


def _serve(pipe) -> None:
    """Serve a compiler; what keeps it from that, as a full disk may, is told in words."""
    try:
        _import_and_compile(pipe)
    except Exception as error:
        with contextlib.suppress(OSError):
            pipe.send(forks.in_words(error))
            pipe.send(None)  # the second builder, which says no more


def _import_and_compile(pipe) -> None:
    """Import, wait for a job, begin both builders, HTML here and the PDF in a child, and let them
    read when the chapters are there; sends None or a failure of each.

    The child goes on when the documents have been read, with the environment that Sphinx keeps for
    its next builder.
    """
    import gc
    import signal

    # document trees are many small objects that live to the end: looking for cycles took a tenth of
    # the time
    gc.disable()
    with span("imports of Sphinx"):
        import_sphinx()
    # an extension looks through all objects for one that Sphinx has yet to make: leave these out
    gc.freeze()
    job = pickle.loads(pipe.recv().read_bytes())
    job.first()
    from brief.site import bound

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_second, args=(job.stage, "briefpdf", job.source_date, theirs))
    child.start()
    theirs.close()
    signal.signal(
        signal.SIGTERM,
        lambda *_: ([one.terminate() for one in multiprocessing.active_children()], os._exit(1)),
    )
    others = [forks.beside(partial(timed, "files that the builders need", job.needed), behind=5)]

    def begin(is_read: bool) -> None:
        with contextlib.suppress(OSError):  # it has ended, or died, which is told below
            ours.send(is_read)

    chapters_are_there = cache(pipe.recv)

    def beside_reading() -> None:
        chapters_are_there()
        others.append(forks.beside(partial(timed, "work done ahead", job.ahead), behind=10))

    bound.BEFORE_READING.append(beside_reading)
    bound.WHEN_READ.extend([lambda: begin(True), lambda: others[0]()])
    failure = _failure(job.stage, "html", job.source_date)
    chapters_are_there()  # a builder that failed at once is heard when it is asked
    begin(False)  # heard only by a child that still waits: nothing could be read
    pipe.send(failure)
    failure = _received(ours)
    child.join()
    pipe.send(failure)


def timed(title: str, work) -> None:
    with span(title):
        work()


def _failure(stage: Path, builder: str, source_date: int) -> str | None:
    try:
        with span(f"builder {builder}"):
            compile_book(stage, builder, source_date)
    except CompileFailed as error:
        return str(error)
    return None


def _second(stage: Path, builder: str, source_date: int, pipe) -> None:
    """Compile with another builder, which reads once the first has; sends None or a failure."""
    from brief.site import bound

    is_read = cache(pipe.recv)

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

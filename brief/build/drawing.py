"""One process that draws the charts of all chapters, while these run.

Starting the drawing library takes 0.3 seconds of processor time, a chart 0.05: with a library for
each chapter half of that time would go into starting it. The process is forked before the chapters
are, and has one pipe to each. A chapter that gets no answer draws by itself, so that a drawing
process which dies costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from multiprocessing.connection import Connection, wait

from brief import forks, paths
from brief.notebook import figures
from brief.spans import span

SMALLEST = {
    "data": {"values": [{"x": "a"}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "nominal"}},
}


class DrawingProcess:
    """Use as a context. `pipes` maps each name to the end that its chapter draws through (see
    `draw_through`).
    """

    def __init__(self, names: list[str]):
        context = multiprocessing.get_context("fork")
        both = {name: context.Pipe() for name in names}
        self.pipes: dict[str, Connection] = {name: theirs for name, (_, theirs) in both.items()}
        self._ours = [ours for ours, _ in both.values()]
        self.process = context.Process(
            target=_serve, args=(self._ours, list(self.pipes.values())), name="drawing"
        )

    def __enter__(self) -> DrawingProcess:
        self.process.start()
        for ours in self._ours:
            ours.close()  # so that a chapter notices when the process has died
        return self

    def __exit__(self, *_) -> None:
        for pipe in self.pipes.values():
            pipe.close()
        forks.end(self.process)


def _serve(pipes: list[Connection], others: list[Connection]) -> None:
    """Answer each sized spec with its SVG, or with None where the library refuses it: the chapter
    then meets the error itself.
    """
    for other in others:
        other.close()
    if not any(paths.PICTURES.glob("*.chart")):
        # All charts are to be drawn: let the library start while the chapters import.
        with span("start of the drawing library"), contextlib.suppress(Exception):
            figures.draw(SMALLEST)
    while pipes:
        for pipe in wait(pipes):
            try:
                still = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                continue
            try:
                with span("a chart"):
                    answer = figures.draw(still)
            except Exception:
                answer = None
            try:
                pipe.send(answer)
            except OSError:  # the chapter is gone
                pipes.remove(pipe)


def draw_through(pipe: Connection) -> None:
    """Let this process draw through a pipe of a DrawingProcess."""

    def through(still: dict) -> str:
        try:
            pipe.send(still)
            if (answer := pipe.recv()) is not None:
                return answer
        except (EOFError, OSError):
            figures.drawer = figures.draw  # it has died
        return figures.draw(still)

    figures.drawer = through

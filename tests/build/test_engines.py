"""Chapters run the same under papermill's own engine and under ours, and what fails is told."""

from __future__ import annotations

import errno
import json
import sys

import nbformat
import pytest

from brief import cli, paths
from brief.build import drawing, execute
from brief.notebook import figures


def notebook(*sources: str) -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_code_cell('data = ""', metadata={"tags": ["parameters"]}),
        *map(nbformat.v4.new_code_cell, sources),
    ]
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


@pytest.fixture
def chapters(tmp_path, monkeypatch):
    """A folder that stands for chapters/, and a function that runs one chapter made of the given cells."""
    monkeypatch.setattr(paths, "CHAPTERS", tmp_path / "chapters")
    paths.CHAPTERS.mkdir()

    def run(*sources: str, engine_name: str | None = None) -> dict:
        nbformat.write(notebook(*sources), paths.CHAPTERS / "10_test.ipynb")
        execute.execute_all(paths.DATA, tmp_path / "out", engine_name=engine_name)
        return json.loads((tmp_path / "out" / "10_test.ipynb").read_text(encoding="utf-8"))

    return run


ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux",
    reason="only on Linux are chapters forked; nbclient is the engine elsewhere",
)


def needs_fork(test):
    """Marks a test that forks this process; see conftest.py."""
    return ON_LINUX(pytest.mark.forks(test))


@needs_fork
def test_both_engines_give_the_same_chapters(tmp_path):
    for name in (execute.FORKED, "nbclient"):
        execute.execute_all(paths.DATA, tmp_path / name, engine_name=name)
    for path in sorted((tmp_path / "nbclient").glob("*.ipynb")):
        assert (tmp_path / execute.FORKED / path.name).read_text(
            encoding="utf-8"
        ) == path.read_text(encoding="utf-8"), path.name


@needs_fork
@pytest.mark.parametrize(
    "cell, words",
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; print('careful', file=sys.stderr)", "stderr"),
        ("def broken(:", "SyntaxError"),
        ("import os; os._exit(3)", "its process died (exit code 3)"),
    ],
    ids=["failing_cell", "stderr", "syntax_error", "process_dies"],
)
def test_failing_chapter_stops_the_build(chapters, cell, words):
    with pytest.raises(execute.ExecutionFailed, match="10_test") as failed:
        chapters(cell)
    assert words in str(failed.value)


@needs_fork
def test_a_chapter_that_the_disk_has_no_room_for_says_so(chapters, monkeypatch):
    """Seen: a traceback, and "its process died (exit code 0)"."""
    monkeypatch.setattr(execute, "clean", lambda *_: fail_to_write())
    with pytest.raises(execute.ExecutionFailed, match="10_test: full.ipynb: No space left"):
        chapters("1")


def fail_to_write():
    raise OSError(errno.ENOSPC, "No space left on device", "full.ipynb")


@pytest.mark.parametrize(
    "kept",
    ["[1]", "{", "[" * 100_000, '{"10_a": "x", "20_b": null, "30_c": [], "40_d": -1, "50_e": 2}'],
    ids=["a list", "cut off", "brackets", "other values"],
)
def test_times_of_another_shape_are_no_times(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(paths, "SECONDS", tmp_path / "seconds.json")
    paths.SECONDS.write_text(kept)
    assert execute.longest_first(["10_a", "50_e"]) == ["10_a", "50_e"]
    execute.remember({"10_a": 1.0})
    assert execute.remembered()["10_a"] == 1.0


@pytest.mark.parametrize("command", ["build", "sweep"])
@pytest.mark.parametrize("workers", ["-1", "0", "x", "1.5", "99999999999"])
def test_workers_are_a_whole_number_from_one(command, workers, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main([command, f"--workers={workers}"])
    assert left.value.code == 2 and "whole number from 1" in capsys.readouterr().err


def test_failing_cell_stops_the_build_under_papermills_own_engine(chapters):
    with pytest.raises(execute.ExecutionFailed, match="ZeroDivisionError"):
        chapters("1 / 0", engine_name="nbclient")


@needs_fork
def test_hanging_cell_is_stopped_and_the_limit_named(chapters, monkeypatch):
    monkeypatch.setattr(execute, "CELL_SECONDS", 1)
    with pytest.raises(execute.ExecutionFailed, match="more than 1 s"):
        chapters("import time; time.sleep(30)")


@needs_fork
def test_each_chapter_has_a_namespace_and_a_process_of_its_own(chapters, monkeypatch):
    import os

    monkeypatch.setenv("LEFT_BEHIND", "no")
    chapters("import os; os.environ['LEFT_BEHIND'] = 'yes'; found = 1")
    assert os.environ["LEFT_BEHIND"] == "no"
    executed = chapters("'found' in globals()")
    assert "".join(executed["cells"][-1]["outputs"][0]["data"]["text/plain"]) == "False"


def test_committed_chapters_hold_no_outputs():
    for path in sorted((paths.ROOT / "chapters").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs") and not cell.get("execution_count"), (
                f"{path.name} has outputs: jupyter nbconvert --clear-output --inplace {path.name}"
            )


def test_source_chapters_are_never_written_to(chapters):
    chapters("1 + 1")
    assert nbformat.read(paths.CHAPTERS / "10_test.ipynb", 4).cells[-1].outputs == []


@needs_fork
def test_a_chapter_whose_process_a_signal_kills_is_run_again(chapters, tmp_path, capsys):
    """The drawing library's engine faults once in some hundred starts; that may cost time and nothing else."""
    once = tmp_path / "was-here"
    executed = chapters(
        f"import faulthandler, os, pathlib, signal\nfaulthandler.disable()\nmark = pathlib.Path({str(once)!r})\nif not mark.exists():\n    mark.touch()\n    os.kill(os.getpid(), signal.SIGSEGV)\n'whole'"
    )
    assert "whole" in "".join(executed["cells"][-1]["outputs"][0]["data"]["text/plain"])
    assert "exit code -11); once more" in capsys.readouterr().err


@needs_fork
def test_a_chapter_that_signals_kill_each_time_stops_the_build(chapters, capsys):
    with pytest.raises(execute.ExecutionFailed, match="exit code -11"):
        chapters(
            "import faulthandler, os, signal; faulthandler.disable(); os.kill(os.getpid(), signal.SIGSEGV)"
        )
    assert capsys.readouterr().err.count("once more") == execute.KERNEL_TRIES - 1


SPEC = {
    "data": {"values": [{"x": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}


@needs_fork  # not to fork: it starts the library in this process
def test_the_chart_that_warms_the_library_up_can_be_drawn():
    """The drawing process suppresses what fails in it, which would cost only time, unseen."""
    assert figures.draw(drawing.SMALLEST).startswith("<svg")


@needs_fork
def test_the_drawing_process_draws_as_a_chapter_would_itself(monkeypatch):
    monkeypatch.setattr(figures, "drawer", figures.draw)
    with drawing.DrawingProcess(["a"]) as drawn:
        drawing.draw_through(drawn.pipes["a"])
        assert figures.drawer is not figures.draw and figures.drawer(SPEC) == figures.draw(SPEC)
        with pytest.raises(ValueError):  # refused there, told here
            figures.drawer({"mark": 7})


@needs_fork
def test_a_chapter_draws_by_itself_when_the_drawing_process_has_died(monkeypatch):
    monkeypatch.setattr(figures, "drawer", figures.draw)
    with drawing.DrawingProcess(["a"]) as drawn:
        drawing.draw_through(drawn.pipes["a"])
        drawn.process.kill()
        drawn.process.join()
        assert figures.drawer(SPEC) == figures.draw(SPEC)
        assert figures.drawer is figures.draw

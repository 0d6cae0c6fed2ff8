"""`lab` opens the notebooks in JupyterLab; charts draw in them; `examples/start_here.ipynb` runs."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from brief import cli, paths, setting_up
from brief.editions import edition
from brief.notebook import assets, chapter, interactive, lab, own_charts
from brief.words import BriefError
from tests import PATIENCE

# The command


@pytest.fixture
def started(monkeypatch) -> list[list[str]]:
    """The commands by which `lab` would have become JupyterLab; nothing is installed or started."""
    commands: list[list[str]] = []
    monkeypatch.setattr(setting_up, "add", lambda *_: 0)
    monkeypatch.setattr(assets, "prepare", lambda: None)
    monkeypatch.setattr(lab.os, "chdir", lambda _: None)
    monkeypatch.setattr(lab.os, "execv", lambda _, command: commands.append(command))
    monkeypatch.setattr(lab.subprocess, "call", lambda command, **_: commands.append(command) or 0)
    monkeypatch.setenv("BRIEF_DATA", "")
    return commands


@pytest.mark.parametrize(
    "rows, words",
    [(None, "no such folder"), ("year,persons\n2023,many\n", "arrivals_korea_yearly.csv")],
    ids=["a folder that is not there", "tables that are refused"],
)
def test_what_cannot_be_opened_is_said_before_jupyterlab_starts(
    tmp_path, started, capsys, rows, words
):
    folder = tmp_path / "mine"
    if rows is not None:
        folder.mkdir()
        (folder / "arrivals_korea_yearly.csv").write_text(rows, encoding="utf-8")
    assert cli.main(["lab", str(folder)]) == 2
    assert words in capsys.readouterr().err and not started


def altered_folder(tmp_path: Path) -> Path:
    """Tables in which more people arrived in 2025."""
    text = (paths.DATA / "arrivals_korea_yearly.csv").read_text(encoding="utf-8")
    (tmp_path / "arrivals_korea_yearly.csv").write_text(
        text.replace("2025,25,198,223", "2025,25,900,925"), encoding="utf-8"
    )
    return tmp_path


def test_jupyterlab_opens_the_tables_that_were_given(tmp_path, started, capsys):
    folder = altered_folder(tmp_path)
    cli.main(["lab", os.path.relpath(folder), "--no-browser", "--port", "8899"])
    (command,) = started
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert {"--ServerApp.port=8899", "--ServerApp.open_browser=False"} < set(command)
    assert edition.default_folder() == folder.resolve()
    assert chapter.open_chapter().view("arrivals_korea_yearly").persons.iloc[-1] == 925
    assert "not the published figures" in capsys.readouterr().out


def test_a_failed_set_up_ends_the_command(started, monkeypatch):
    monkeypatch.setattr(setting_up, "add", lambda *_: 1)
    assert cli.main(["lab"]) == 1 and not started


# The set-up of the extra


@pytest.fixture
def environment(tmp_path) -> tuple[Path, Path]:
    """An environment, and a lock that it does not hold yet."""
    lock = tmp_path / "requirements-lab.txt"
    lock.write_text("jupyterlab==4.6.6 \\\n    --hash=sha256:00\n", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    return tmp_path / ".venv", lock


def test_the_extra_is_installed_once_a_lock_and_by_its_hashes(environment, monkeypatch, capsys):
    venv, lock = environment
    steps = []
    monkeypatch.setattr(setting_up, "step", lambda *given: steps.append(given))
    add = lambda: setting_up.add(venv, lock, "lab.sha256", "JupyterLab", "Adding it …")
    assert [add(), add()] == [0, 0] and len(steps) == 1
    assert "--require-hashes" in steps[0][1] and str(lock) in steps[0][1]
    assert "Adding it" in capsys.readouterr().err
    lock.write_text("jupyterlab==4.6.7 \\\n    --hash=sha256:01\n", encoding="utf-8")
    assert add() == 0 and len(steps) == 2


def test_an_extra_that_could_not_be_installed_is_tried_again(environment, monkeypatch, capsys):
    venv, lock = environment

    def fails(*_):
        raise setting_up.SetUpFailed("No network.")

    monkeypatch.setattr(setting_up, "step", fails)
    assert setting_up.add(venv, lock, "lab.sha256", "JupyterLab", "Adding it …") == 1
    assert "No network." in capsys.readouterr().err and not (venv / "lab.sha256").exists()


# Charts


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    """A kernel that has sent nothing; returns what stands for the cell and the request."""
    bundle = tmp_path / "vega.js"
    bundle.write_text("the bundle", encoding="utf-8")
    asked = {"by": (None, "")}
    monkeypatch.setattr(interactive, "BUNDLE", bundle)
    monkeypatch.setattr(interactive, "_bundled", None)
    monkeypatch.setattr(interactive, "asked_by", lambda: asked["by"])
    return asked


def test_the_bundle_comes_once_and_again_when_its_cell_is_run_again(bundled):
    requests = [("a", "1"), ("a", "1"), ("b", "2"), ("a", "3"), ("b", "4"), ("a", "5")]
    sent = []
    for bundled["by"] in requests:
        sent.append("the bundle" in interactive.bundle_once())
    assert sent == [True, False, False, True, False, True]


def test_the_bundle_comes_once_where_nobody_names_the_cell(bundled):
    sent = []
    for bundled["by"] in [(None, "1"), (None, "2")]:
        sent.append("the bundle" in interactive.bundle_once())
    assert sent == [True, False]


def what_is_left(html: str) -> str:
    """HTML as JupyterLab shows it in a notebook that it does not trust."""
    return re.sub(r"(?s)<script>.*?</script>|<svg.*?</svg>", "", html)


def test_a_picture_is_left_where_scripts_and_drawings_are_taken_out(bundled):
    rows = pd.DataFrame({"year": [2024, 2025], "persons": [236, 223]})
    made = alt.Chart(rows).mark_bar().encode(x="year:O", y="persons:Q").properties(description="A")
    html = own_charts.show(made.to_dict())["text/html"]
    assert "the bundle" in html and '"persons": 223' in html
    assert re.search(r'<img alt="A" src="data:image/svg\+xml;base64,\w+', what_is_left(html))


@pytest.mark.parametrize(
    "ask, name",
    [
        (lambda chapter: chapter.view("arivals_korea_yearly"), "arrivals_korea_yearly"),
        (lambda chapter: chapter.claim("china.setting_decide"), "china.setting_decides"),
        (lambda chapter: chapter.what_if("routs", "True", {}), "routes"),
    ],
    ids=["view", "claim", "table"],
)
def test_a_misspelled_name_gets_the_nearest_one(opened, ask, name):
    with pytest.raises(BriefError, match=f"Did you mean '{name}'"):
        ask(chapter.Chapter(opened))


# The notebook to start with

START = paths.ROOT / lab.START


def test_a_kernel_beside_the_notebook_finds_the_package_as_one_beside_the_chapters_does():
    finders = [folder / "brief.py" for folder in (START.parent, paths.CHAPTERS)]
    assert finders[0].read_bytes() == finders[1].read_bytes()


@pytest.fixture(scope="module")
def shown() -> list[dict]:
    """What each code cell of the notebook shows last, by its type, run in a kernel of its own."""
    notebook = nbformat.read(START, as_version=4)
    place = {"metadata": {"path": str(START.parent)}}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("BRIEF_DATA", interactive.BUILDS, *FINDERS):
            patch.delenv(name, raising=False)
        NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3", resources=place).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.outputs[-1]["data"] for cell in code]


FINDERS = ("PYTHONPATH", "PYTHONSAFEPATH")


def test_the_notebook_is_committed_as_ten_cells_that_have_not_run():
    code = [c for c in nbformat.read(START, as_version=4).cells if c.cell_type == "code"]
    assert len(code) == 10
    assert not [cell for cell in code if cell.outputs or cell.execution_count]


def test_the_notebook_shows_tables_claims_flips_and_agreement(shown):
    assert "the commentary: supported" in shown[0]["text/plain"]
    assert "<table" in shown[1]["text/html"] and "223" in shown[1]["text/html"]
    assert "<b>What we find:</b>" in shown[2]["text/html"] and "sources" in shown[2]["text/html"]
    assert "Ministry of Unification" in shown[3]["text/html"]
    for altered in shown[4:6]:
        assert "since.arrivals_not_recovered: holds → fails" in altered["text/plain"]
    assert "by SQL and by pandas" in shown[8]["text/plain"]


def test_the_charts_of_the_notebook_draw_without_a_network(shown):
    for cell in (shown[6], shown[7], shown[9]):
        html = re.sub(r"(?s)<script>if \(!window.briefVega\).*?</script>", "", cell["text/html"])
        assert "window.briefVega" in html and "<img" in html
        assert not re.search(r"\bsrc=.https?:|\bcdn\b", html)
    assert "border never closed" in shown[7]["text/html"]


def test_the_sweep_of_the_notebook_finds_every_verdict(shown):
    verdicts = set(re.findall(r'"verdict": "(\w+)"', shown[9]["text/html"]))
    assert verdicts == {"holds", "fails", "unknown"}

"""What people type who know the tools: pip, jupyter-book and papermill by hand, in an environment where `brief` is not installed."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

from brief import paths
from brief.notebook.chapter import open_chapter
from brief.words import InputError
from tests import PATIENCE


@pytest.fixture(scope="module")
def plain_python(tmp_path_factory) -> Path:
    """The Python of an environment that holds the locked packages, as pip would leave it, and knows nothing of this checkout."""
    folder = tmp_path_factory.mktemp("plain") / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    # Of a folder that a .pth file names, the .pth files are not read: ours, which leads to the checkout, is none there.
    Path(own.stdout.strip(), "shared.pth").write_text(sysconfig.get_path("purelib"))
    return python


def run(python: Path, *arguments: str, cwd: Path, **more) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BRIEF"))}
    return subprocess.run(
        [str(python), *arguments],
        cwd=cwd,
        env=environment | more,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
    )


def test_the_plain_environment_does_not_know_the_brief(plain_python, tmp_path):
    done = run(plain_python, "-c", "import pandas, papermill; import brief", cwd=tmp_path)
    assert "No module named 'brief'" in done.stderr, done.stderr


@pytest.mark.parametrize("start", ["chapters", "."])
def test_papermill_by_hand_takes_a_folder_whose_name_is_a_number(plain_python, tmp_path, start):
    """`papermill chapters/92_rerun.ipynb out.ipynb -p data 2026`, in the checkout and in chapters/."""
    folder = paths.ROOT / start / "2026"
    assert not folder.exists()
    folder.mkdir()
    try:
        (folder / "arrivals_korea_early.csv").write_bytes(
            (paths.DATA / "arrivals_korea_early.csv").read_bytes()
        )
        notebook = str(paths.CHAPTERS / "92_rerun.ipynb")
        script = "import sys; from papermill.__main__ import papermill; sys.exit(papermill())"
        done = run(
            plain_python,
            *("-P", "-c", script, notebook, str(tmp_path / "out.ipynb")),
            *("-p", "data", "2026", "-k", "python3"),
            cwd=paths.ROOT / start,
            JUPYTER_PREFER_ENV_PATH="1",
        )
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert done.returncode == 0, done.stderr[-3000:]
    cells = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    assert any("data = 2026" in "".join(cell["source"]) for cell in cells)


def test_jupyter_book_by_hand_finds_the_brief_and_its_renderer(plain_python, tmp_path):
    """A book of one chapter with a figure, by the checkout's own settings, executed as jupyter-book does it."""
    book = tmp_path / "book"
    book.mkdir()
    for name in ("brief", "data", "analysis", "editions", "web", "tests"):
        (book / name).symlink_to(paths.ROOT / name)
    (book / "chapters").mkdir()
    (book / "chapters" / "brief.py").write_bytes((paths.CHAPTERS / "brief.py").read_bytes())
    source = json.loads((paths.CHAPTERS / "20_deterrence.ipynb").read_text(encoding="utf-8"))
    opening = [c for c in source["cells"] if c["cell_type"] == "code"][:2]
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# A chapter"]}
    figure = next(
        c for c in source["cells"] if c["cell_type"] == "code" and "figure(" in "".join(c["source"])
    )
    source["cells"] = [title, *opening, figure]
    (book / "chapters" / "one.ipynb").write_text(json.dumps(source), encoding="utf-8")
    (book / "_toc.yml").write_text("format: jb-book\nroot: chapters/one\n")
    settings = (paths.ROOT / "_config.yml").read_text(encoding="utf-8")
    (book / "_config.yml").write_text(settings, encoding="utf-8")
    script = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
    done = run(
        plain_python,
        *("-P", "-c", script, "build", "."),
        cwd=book,
        JUPYTER_PREFER_ENV_PATH="1",
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    page = (book / "_build" / "html" / "chapters" / "one.html").read_text(encoding="utf-8")
    assert "<svg" in page and "application/vnd.brief" not in page


# The parameter


@pytest.mark.parametrize("data", [2026, "2026"])
def test_a_number_stands_for_the_folder_of_that_name(data, tmp_path, monkeypatch):
    (tmp_path / "2026").mkdir()
    table = (paths.DATA / "arrivals_korea_early.csv").read_text(encoding="utf-8")
    (tmp_path / "2026" / "arrivals_korea_early.csv").write_text(
        table.replace("947", "950").replace("831", "834"), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert not open_chapter(data).edition.is_published


def test_the_folder_called_0_is_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        open_chapter(0)


@pytest.mark.parametrize("data", [True, 20.26, ["mine"]])
def test_what_names_no_folder_is_refused(data):
    with pytest.raises(InputError, match="the name of a folder.*-r"):
        open_chapter(data)

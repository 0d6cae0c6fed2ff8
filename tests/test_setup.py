"""Set-up: whole or not at all, in words, and never with somebody else's code."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys

import pytest

from brief import paths, setting_up
from tests import PATIENCE

PYTHON_IN = setting_up.Path("bin", "python")


def test_an_old_python_gets_a_sentence():
    """run.py holds nothing that Python 3.6 cannot parse before it looks at the version, nor `print` as a statement or f-strings."""
    text = (paths.ROOT / "run.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    late = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr)
    assert not [node for node in ast.walk(tree) if isinstance(node, late)]
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.returns]
    assert "from __future__" not in text


def old_environment(folder):
    venv = folder / ".venv"
    venv.mkdir()
    (venv / "works").write_text("yes", encoding="utf-8")
    return venv


def run_set_up(venv) -> int:
    return setting_up.set_up(venv, PYTHON_IN, "stamp", lambda: False, "new locks")


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (setting_up.SetUpFailed("No network."), 1, "No network."),
        (KeyboardInterrupt(), 130, "was stopped"),
        (OSError(28, "No space left on device", "x"), 1, "Make room"),
        (OSError(30, "Read-only file system", "x"), 1, "write to"),
    ],
)
def test_what_worked_stays_when_a_set_up_fails(tmp_path, monkeypatch, capsys, failure, code, words):
    venv = old_environment(tmp_path)

    def fill(new, root, python):
        new.mkdir()
        raise failure

    monkeypatch.setattr(setting_up, "fill", fill)
    monkeypatch.setattr(setting_up.signal, "signal", lambda *_: None)
    assert run_set_up(venv) == code
    said = capsys.readouterr().err
    assert words in said and "stays as it was" in said
    assert (venv / "works").exists() and not (tmp_path / setting_up.NEW).exists()


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_whole_environment_takes_the_place_and_its_scripts_know_it(
    tmp_path, monkeypatch, in_one_step
):
    venv = old_environment(tmp_path)

    def fill(new, root, python):
        scripts = new / ("Scripts" if os.name == "nt" else "bin")
        scripts.mkdir(parents=True)
        (new / "pyvenv.cfg").write_text(f"command = {new}", encoding="utf-8")
        (scripts / "jupyter-book").write_bytes(b"#!" + os.fsencode(new) + b"/bin/python\n\0")

    monkeypatch.setattr(setting_up, "fill", fill)
    monkeypatch.setattr(setting_up.signal, "signal", lambda *_: None)
    if not in_one_step:
        monkeypatch.setattr(setting_up.locks, "exchange", lambda *_: False)
    assert run_set_up(venv) == 0
    assert (venv / "stamp").read_text(encoding="utf-8") == "new locks"
    assert not (venv / "works").exists()
    assert {p.name for p in tmp_path.iterdir()} == {".venv", ".venv.lock"}
    for script in (venv / "pyvenv.cfg", *venv.glob("[bS]*/jupyter-book")):
        assert os.fsencode(venv) in script.read_bytes()
        assert setting_up.NEW.encode() not in script.read_bytes()


def test_what_a_killed_set_up_had_moved_aside_comes_back(tmp_path):
    old_environment(tmp_path).rename(tmp_path / setting_up.OLD)
    (tmp_path / setting_up.NEW).mkdir()
    setting_up.recover(tmp_path / ".venv")
    assert (tmp_path / ".venv" / "works").exists()
    assert [p.name for p in tmp_path.iterdir()] == [".venv"]


def test_pip_hears_where_packages_come_from_and_not_where_they_go(monkeypatch):
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIREMENT", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "x")
    kept = {name for name in setting_up.settings() if name.startswith("PIP_")}
    assert "PIP_INDEX_URL" in kept
    assert not kept & {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIREMENT"}


STRANGERS = (
    "argparse",
    "apsw",
    "json",
    "yaml",
    "sqlite3",
    "sitecustomize",
    "usercustomize",
    "brief/__init__",
    "brief/__main__",
    "brief/cli",
)


@pytest.mark.parametrize(
    "command",
    [("check", "."), ("sweep", ".", "--only", "parameter", "--workers", "2", "--out", "../out")],
    ids=lambda command: command[0],
)
def test_no_command_imports_from_the_folder_that_one_stands_in(tmp_path, command):
    """A data folder with modules, each of which would leave a mark: neither the command nor its spawned workers import them."""
    mark = tmp_path / "was-run"
    folder = tmp_path / "hostile"
    for name in STRANGERS:
        place = folder / f"{name}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"open({str(mark)!r}, 'a').write(__name__)\n", encoding="utf-8")
    shutil.copy(paths.DATA / "arrivals_korea_early.csv", folder)
    done = subprocess.run(
        [sys.executable, str(paths.ROOT / "run.py"), *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.fspath(tmp_path / "elsewhere")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert not mark.exists(), mark.read_text(encoding="utf-8")


def test_workers_find_the_brief_when_python_m_is_typed_in_the_checkout(tmp_path):
    command = ["sweep", "--only", "parameter", "--workers", "2", "--out", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "brief", *command],
        cwd=paths.ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-2000:]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp949"])
def test_output_survives_every_code_page(encoding, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "brief", "check", str(tmp_path / "한국☃é"), "--json"],
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode(encoding, "replace")
    assert done.returncode == 2 and done.stdout


def test_a_path_on_another_drive_is_shown_whole(monkeypatch):
    import ntpath

    monkeypatch.setattr(paths.os, "path", ntpath)
    monkeypatch.setattr(ntpath.os, "getcwd", lambda: "C:\\here")
    assert paths.shown("D:\\there\\index.html") == "D:\\there\\index.html"
    assert paths.shown("C:\\here\\html") == "html"

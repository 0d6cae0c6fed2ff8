"""Python is laid out by ruff and holds none of the mistakes that its chosen rules name; scripts are laid out by prettier, SQL by hand."""

from __future__ import annotations

import subprocess
import sys

import pytest

from brief import paths
from tests.site.test_parity import node_of_wheel

RUFF = [sys.executable, "-m", "ruff"]


def said(*arguments: str, cwd=paths.ROOT) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*RUFF, *arguments, "--no-cache"], cwd=cwd, capture_output=True, text=True
    )


def test_the_python_is_laid_out_by_the_formatter():
    done = said("format", "--check")
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nrun: .venv/bin/python -m ruff format"


def test_the_python_keeps_the_chosen_rules():
    done = said("check")
    assert done.returncode == 0, f"{done.stdout}\nrun: .venv/bin/python -m ruff check --fix"


@pytest.mark.parametrize(
    "command, text",
    [("format", "x = {  'a':1 }\n"), ("check", "import os\n")],
    ids=["a line laid out otherwise", "an import that nothing uses"],
)
def test_what_breaks_them_is_seen(tmp_path, command, text):
    (tmp_path / "pyproject.toml").write_bytes((paths.ROOT / "pyproject.toml").read_bytes())
    (tmp_path / "module.py").write_text(text, encoding="utf-8")
    more = ["--check"] if command == "format" else []
    assert said(command, *more, cwd=tmp_path).returncode == 1


WIDEST = 120  # characters of a line of SQL, which no formatter lays out


def too_wide(folder) -> list[str]:
    return [
        f"{path.name}:{number}"
        for path in sorted(folder.rglob("*.sql"))
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > WIDEST
    ]


def test_no_line_of_sql_is_too_wide(tmp_path):
    assert too_wide(paths.ANALYSIS) == []
    (tmp_path / "wide.sql").write_text("select 1;\n" + "-" * 121 + "\n", encoding="utf-8")
    assert too_wide(tmp_path) == ["wide.sql:2"]


@pytest.mark.parametrize(
    "line", ["#" + " a" * 51, "#" + " 가" * 34], ids=["letters", "wide letters"]
)
def test_a_line_of_python_that_is_too_wide_is_seen(tmp_path, line):
    """The formatter breaks no text: sentences and patterns are broken by hand."""
    (tmp_path / "pyproject.toml").write_bytes((paths.ROOT / "pyproject.toml").read_bytes())
    for folder in ("brief", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "module.py").write_text(f"x = 1\n{line}\n", encoding="utf-8")
    found = said("check", cwd=tmp_path).stdout
    assert "brief/module.py:2" in found and "tests/module.py" not in found


PRETTIER = [
    node_of_wheel() or "node",
    str(paths.NODE_MODULES / "prettier" / "bin" / "prettier.cjs"),
    "--config",
    str(paths.WEB / "package.json"),
]
SCRIPTS = ("web/live/*.js", "web/theme/brief/static/*.js", "tests/*.cjs")


def test_scripts_are_laid_out_by_the_formatter(tmp_path):
    """Mended by the same command with --write in place of --check."""
    check = lambda *files: subprocess.run(
        [*PRETTIER, "--check", *files], cwd=paths.ROOT, capture_output=True, text=True
    )
    done = check(*SCRIPTS)
    assert done.returncode == 0, f"{done.stderr}\nrun: {' '.join([*PRETTIER, '--write', *SCRIPTS])}"
    (tmp_path / "wide.js").write_text("const  x = {a:1}\n", encoding="utf-8")
    assert check(str(tmp_path / "wide.js")).returncode == 1

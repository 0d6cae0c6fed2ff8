"""What the documents say is what the code does."""

from __future__ import annotations

import re

from brief import cli, paths
from brief.notebook import catalogue
from brief.upkeep import readme

MEND = "run: python3 run.py refresh"


def test_generated_files_are_fresh():
    assert (paths.DATA / "datapackage.json").read_text(
        encoding="utf-8"
    ) == catalogue.datapackage_text(), MEND
    path, text = readme.fresh()
    assert path.read_text(encoding="utf-8") == text, MEND


def test_a_stale_generated_file_is_seen():
    path, text = readme.fresh()
    assert readme.with_findings(text.replace("\n- ", "\n- Not ", 1)) == text


def commands() -> dict:
    """Each command's parser."""
    (subparsers,) = [a for a in cli.parser()._actions if hasattr(a, "choices") and a.choices]
    return subparsers.choices


def test_every_command_in_the_documents_exists():
    for name in ("README.md", "CONTRIBUTING.md"):
        for command in re.findall(
            r"python3 run\.py ([a-z]+)", (paths.ROOT / name).read_text(encoding="utf-8")
        ):
            assert command in commands(), f"{name} names the command {command!r}"


def test_every_command_is_documented():
    text = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    assert not [c for c in commands() if f"run.py {c}" not in text and f"| `{c}" not in text]


def test_every_file_in_the_documents_exists():
    for name in ("README.md", "CONTRIBUTING.md", "LICENSE-DATA"):
        for place in re.findall(
            r"`((?:data|analysis|tests|brief|web|chapters|editions|benchmarks)/[\w./-]+)`",
            (paths.ROOT / name).read_text(encoding="utf-8"),
        ):
            if not re.search("NN_|NUMBER|subject_measure", place):
                assert (paths.ROOT / place).exists(), f"{name} names {place}"

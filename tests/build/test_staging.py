"""Stages are known by what lies in them: a neighbor's folder is never taken for one, whatever its name."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from brief import paths
from brief.build import staging
from tests import PATIENCE

# A build that dies after so many steps of making, filling and removing its stage.
DIES = """
import os, shutil, sys
from pathlib import Path
from brief.build import staging
target, left = Path(sys.argv[1]), int(sys.argv[2])

def watched(event, arguments):
    global left
    if event in ("open", "os.mkdir", "os.remove", "os.rmdir", "os.rename") and ".edition." in str(arguments[0]):
        left -= 1
        if left < 0:
            os._exit(7)

sys.addaudithook(watched)
with staging.stage_for(target) as stage:
    (stage / "whole" / "html").mkdir(parents=True)
    (stage / "whole" / "html" / "index.html").write_text("new")
    staging.swap(stage / "whole", target)
"""


def names(folder) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("held", [["init.el"], ["init.el", staging.LOCK], [staging.LOCK], []])
def test_a_neighbors_folder_with_a_stages_name_stays(tmp_path, held):
    """`--out /home/emacs` took `.emacs.d` for a leftover of its own."""
    neighbor = tmp_path / ".emacs.d"
    neighbor.mkdir()
    for name in held:
        (neighbor / name).touch()
    assert staging.clean_up(tmp_path / "emacs") == []
    assert names(neighbor) == sorted(held), "something was removed or written"


def test_an_empty_folder_of_another_name_stays(tmp_path):
    for name in (".emacs.packages", ".emacs.stage", ".emacs.12345678"):
        (tmp_path / name).mkdir()
    assert staging.clean_up(tmp_path / "emacs") == [] and len(names(tmp_path)) == 3


def test_a_neighbors_stage_for_another_target_stays(tmp_path):
    """`.emacs.d.…` is a stage of the target emacs.d, and only looks like one of emacs."""
    left = tmp_path / ".emacs.d.left"
    left.mkdir()
    staging.mark(left, tmp_path / "emacs.d")
    assert staging.clean_up(tmp_path / "emacs") == [] and left.is_dir()
    assert staging.clean_up(tmp_path / "emacs.d") == [left] and not left.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_no_link_is_followed(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    staging.mark(real, tmp_path / "edition")
    (tmp_path / ".edition.link").symlink_to(real)
    lent = tmp_path / ".edition.lent"
    lent.mkdir()
    (lent / staging.MARKER).symlink_to(real / staging.MARKER)
    moved = tmp_path / ".edition.moved"
    moved.mkdir()
    staging.mark(moved, tmp_path / "edition")
    (moved / staging.OLD).symlink_to(real)
    assert staging.clean_up(tmp_path / "edition") == [moved]
    assert names(real) == [staging.MARKER]
    assert names(tmp_path) == [".edition.lent", ".edition.link", "real"]


def test_names_with_signs_of_a_pattern_are_taken_as_they_are(tmp_path):
    left = tmp_path / ".a[b]*.left"
    left.mkdir()
    staging.mark(left, tmp_path / "a[b]*")
    assert staging.clean_up(tmp_path / "a[b]*") == [left]


@pytest.mark.parametrize("way", ["nothing before", "an edition before"])
def test_killed_at_every_step_leaves_nothing_that_the_next_run_does_not_know(tmp_path, way):
    """At each step in turn: the folder made and not yet marked, marked in part, half removed."""
    target, steps, died = tmp_path / "edition", 0, 7
    while died == 7:
        if way == "an edition before" and not target.exists():
            (target / "html").mkdir(parents=True)
            (target / "html" / "index.html").write_text("old")
        died = subprocess.run(
            [sys.executable, "-c", DIES, str(target), str(steps)],
            cwd=paths.ROOT,
            timeout=PATIENCE,
        ).returncode
        staging.clean_up(target)
        assert {*names(tmp_path)} <= {".edition.gate", "edition"}, f"left after step {steps}"
        steps += 1
    assert died == 0 and steps > 10

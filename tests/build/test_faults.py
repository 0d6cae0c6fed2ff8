"""What the machine may do to a build: no room, no right to write, no room for temporary files, a clock in 1970.

The last good edition stays, the message says what is wrong, nothing is left behind. Kills, a second build at the same
time and /dev/full are in test_never_half_done.py; kernels that die or hang in test_engines.py; no browser in test_pages.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from brief import cli, paths
from brief.editions import edition
from brief.site import extras
from brief.tables import readers
from tests import PATIENCE
from tests.conftest import REPORT

# Runs inside a namespace of its own, where it may mount: a small disk, a good edition on it, then a build that needs more.
DRIVER = """
import json, os, subprocess, sys, tempfile
from pathlib import Path
from tests import small_editions
fault, place = sys.argv[1], Path(sys.argv[2])
mount = lambda *options: subprocess.run(["mount", *options, str(place)], check=True)
mount("-t", "tmpfs", "-o", "size=600k", "tmpfs")
out = place / "out"
if fault != "temporary":
    small_editions.write(out)
environment = dict(os.environ)
if fault == "read-only":
    mount("-o", "remount,ro")
if fault == "temporary":
    (place / "filler").write_bytes(bytes(590_000))
    out, environment["TMPDIR"] = Path(sys.argv[3]) / "out", str(place)
code = '''
import sys
from brief.build import book
from brief.notebook import assets
from brief.cli import main
def make(opened, stage, *_):
    (stage / "whole").mkdir()
    (stage / "whole" / "edition.json").write_text("{}")
    (stage / "whole" / "large").write_bytes(bytes(2_000_000))
book.make, assets.prepare, book.report = make, lambda: None, lambda *_: None
raise SystemExit(main(sys.argv[1:]))
'''
done = subprocess.run([sys.executable, "-c", code, "build", "--set", "relations_window_days=180", "--out", str(out)], env=environment, capture_output=True, text=True)
print(json.dumps({"code": done.returncode, "said": done.stderr, "left": sorted(p.name for p in out.parent.iterdir() if p.is_dir()), "edition": sorted(p.name for p in out.iterdir())}))
"""


def in_a_namespace(fault: str, tmp_path) -> dict:
    """What a build does under a fault; skips where nobody may mount."""
    probe = (
        subprocess.run(["unshare", "-r", "-m", "true"], capture_output=True, text=True)
        if sys.platform == "linux"
        else None
    )
    if probe is None or probe.returncode:
        pytest.skip(
            "only Linux, where a user may have a mount namespace, lets a test make a disk full or read-only"
        )
    (tmp_path / "disk").mkdir()
    done = subprocess.run(
        [
            "unshare",
            "-r",
            "-m",
            sys.executable,
            "-c",
            DRIVER,
            fault,
            str(tmp_path / "disk"),
            str(tmp_path),
        ],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
        timeout=2 * PATIENCE,
    )
    if "mount" in done.stderr and done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()[-120:]}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "fault, words", [("full", "No space left"), ("read-only", "Read-only file system")]
)
def test_a_disk_without_room_or_rights_is_said_and_the_last_good_edition_stays(
    tmp_path, fault, words
):
    found = in_a_namespace(fault, tmp_path)
    assert (
        found["code"] == 1
        and words in found["said"]
        and "last good edition stays" in found["said"]
        and "Traceback" not in found["said"]
    ), found
    assert found["edition"] == ["edition.json", "html", "receipt.json"], found
    assert found["left"] == ["out"], found
    REPORT.append(f"fault survived: {'a full disk' if fault == 'full' else 'a read-only folder'}")


def test_no_room_for_temporary_files_does_not_matter(tmp_path):
    """A build works beside its target, so that a full /tmp cannot leave it half done."""
    found = in_a_namespace("temporary", tmp_path)
    assert found["code"] == 0 and found["edition"] == ["edition.json", "large"], found
    REPORT.append("fault survived: no room for temporary files")


@pytest.mark.parametrize(
    "error, words",
    [
        (PermissionError(13, "Permission denied", "routes.csv"), "routes.csv: Permission denied"),
        (OSError(5, "Input/output error", "routes.csv"), "Input/output error"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch, capsys, error, words):
    (tmp_path / "routes.csv").write_text("x\n")

    def fail(path):
        raise error

    monkeypatch.setattr(readers, "bytes_of", fail)
    for command, has_an_edition in (("check", False), ("build", True)):
        assert cli.main([command, str(tmp_path)]) == 1
        said = capsys.readouterr().err
        assert words in said and ("last good edition stays" in said) is has_an_edition


def test_a_build_that_cannot_make_its_target_says_so(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert cli.main(
        ["build", "--set", "relations_window_days=180", "--out", str(tmp_path / "file" / "out")]
    ) in (1, 2)
    said = capsys.readouterr().err
    assert (
        "file" in said
        and "Traceback" not in said
        and (tmp_path / "file").read_text() == "in the way"
    )


# A clock in 1970


def test_dates_come_from_the_edition_and_not_from_the_clock(monkeypatch):
    import time

    before = edition.source_date()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert edition.source_date() == before > 1_700_000_000


def test_files_of_1970_and_of_tomorrow_are_packed_alike(tmp_path):
    """A zip cannot hold a date before 1980: the site's own has one date for all files, whatever the clock said."""
    made = []
    for name, moment in (("old", 0), ("new", 4_000_000_000)):
        (tmp_path / name / "downloads").mkdir(parents=True)
        (tmp_path / name / "index.html").write_text("<p>x</p>")
        os.utime(tmp_path / name / "index.html", (moment, moment))
        made.append(extras.zip_site(tmp_path / name, "extras.zip").read_bytes())
    assert made[0] == made[1]
    REPORT.append("fault survived: a clock in 1970")


def test_a_check_in_1970_says_the_same(tmp_path):
    code = "import time, sys; time.time = lambda: 0.0; time.time_ns = lambda: 0; from brief.cli import main; raise SystemExit(main(['check']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
    )
    assert done.returncode == 0 and "verdicts" in done.stdout, done.stderr

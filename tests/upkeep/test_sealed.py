"""Sealed: what goes in is locked by hash, what is shipped is licensed, and nothing is asked of a network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import yaml

from brief import ending, paths
from brief.build import licenses
from tests import PATIENCE
from tests.conftest import REPORT

WORKFLOWS = sorted((paths.ROOT / ".github" / "workflows").glob("*.yml"))


# Locks


PYTHON_LOCKS = ("requirements.txt", "requirements-lab.txt")
LEAST = {"requirements.txt": 80, "requirements-lab.txt": 30, ".github/audit.txt": 20}


def locked(name: str) -> list[tuple[str, str, str]]:
    """What a lock holds: (package, version, its hashes and when it is wanted) each."""
    text = (paths.ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^([\w.\[\]-]+)==(\S+)((?:.*\\\n)*.*)$", text, re.M)


@pytest.mark.parametrize("name", LEAST)
def test_every_python_package_is_locked_with_hashes(name):
    text = (paths.ROOT / name).read_text(encoding="utf-8")
    blocks = locked(name)
    bare = [name for name, _, rest in blocks if "--hash=sha256:" not in rest]
    assert len(blocks) > LEAST[name] and not bare, f"no hash for {bare}: lock it anew"
    assert not re.search(r"https?://|--(extra-)?index-url|--trusted-host|--find-links", text), (
        "the lock names a host"
    )


def test_the_lock_of_jupyterlab_has_the_versions_and_hashes_of_the_books_own():
    """Else the one would undo what the other installed."""
    own = {(package, version): hashes for package, version, hashes in locked(PYTHON_LOCKS[0])}
    names = {package for package, _ in own}
    of_hash = lambda text: set(re.findall(r"sha256:\w+", text))
    common = [block for block in locked(PYTHON_LOCKS[1]) if block[0] in names]
    other = [
        (package, version)
        for package, version, hashes in common
        if of_hash(own.get((package, version), "")) != of_hash(hashes)
    ]
    assert len(common) > 30 and not other, f"{other} differ: python3 run.py lock"


def test_every_web_package_is_locked_with_its_integrity():
    packages = json.loads((paths.WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wrong = [
        name
        for name, entry in packages.items()
        if name and not entry.get("integrity", "").startswith("sha512-")
    ]
    assert len(packages) > 3 and not wrong, wrong


STOPPED_LOCK = """
import subprocess, time
from brief import cli, ending
ending.stop_on_signals()
def resolving(*_):
    print("ready", flush=True)
    time.sleep(600)
subprocess.call = resolving
cli.main(["lock"])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_a_stopped_lock_leaves_no_folder_behind(tmp_path):
    lock = paths.ROOT / "requirements.txt"
    before = lock.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED_LOCK],
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout.readline() == b"ready\n" and list(tmp_path.iterdir())
    process.terminate()
    assert process.wait(PATIENCE) == ending.STOPPED
    assert not list(tmp_path.iterdir()) and lock.read_bytes() == before


# Workflows


def steps_of(path) -> list[dict]:
    return [
        step
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        for step in job.get("steps", [])
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_actions_are_pinned_by_sha_and_the_token_only_reads(path):
    loose = [
        s["uses"]
        for s in steps_of(path)
        if "uses" in s and not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", s["uses"])
    ]
    assert not loose, (
        f"{path.name}: pin {loose} by the sha of a release, with the release in a comment"
    )
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["permissions"] == {"contents": "read"}, (
        f"{path.name}: the token of all jobs only reads; a job that must write says so itself"
    )
    for step in steps_of(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step.get("with", {}).get("persist-credentials") is False, (
                f"{path.name}: checkout must not leave the token behind"
            )
        assert "${{ github.event" not in step.get("run", ""), (
            f"{path.name}: a stranger's text in a shell"
        )


def jobs_of(path) -> dict[str, tuple[dict, bool]]:
    """Every job of a workflow by name, with whether its token may write something."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: (job, "write" in job.get("permissions", content["permissions"]).values())
        for name, job in content["jobs"].items()
    }


PACKAGES = re.compile(r"\b(python3?|pipx?|uvx?|npm|npx|node|run\.py|pytest|source|eval|bash|sh)\b")
CARRIERS = ("actions/checkout", "actions/download-artifact", "actions/deploy-pages")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_where_a_token_may_write_no_package_runs(path):
    """What packages made comes there as files; where packages run there is no token that they could take."""
    for name, (job, may_write) in jobs_of(path).items():
        whole = json.dumps(job)
        if not may_write:
            assert "github.token" not in whole and "secrets." not in whole, (
                f"{path.name}, {name}: a token where packages run"
            )
            continue
        assert not PACKAGES.search(" ".join(step.get("run", "") for step in job["steps"])), (
            f"{path.name}, {name}: a job that may write runs nothing but git and gh"
        )
        for step in job["steps"]:
            assert step.get("uses", CARRIERS[0]).split("@")[0] in CARRIERS, (path.name, name)
        assert "github.token" not in json.dumps(job.get("env", {})), (
            f"{path.name}, {name}: the token belongs to the step that needs it"
        )


def test_the_container_is_taken_by_its_digest():
    container = json.loads(
        (paths.ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    )
    assert re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", container["image"])


IMAGE = re.compile(r"\b[\w.-]+/[\w.-]+:[\w.-]+(?:@sha256:[0-9a-f]{64})?")


def loose_images(text: str) -> list[str]:
    """The images with a tag that a workflow names without their digest: a tag can be moved."""
    return [image for image in IMAGE.findall(text) if "@sha256:" not in image]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_images_are_taken_by_their_digest(path):
    assert not loose_images(path.read_text(encoding="utf-8"))


def test_an_image_without_its_digest_is_seen():
    assert loose_images("docker run --rm some/tool:v1.2 a.pdf") == ["some/tool:v1.2"]
    assert not loose_images(f"          IMAGE: some/tool:v1.2@sha256:{'0' * 64}\n")


@pytest.mark.parametrize(
    "command",
    [
        "pip_audit --require-hashes",  # known holes in what the lock names
        "cyclonedx-py environment",  # the bill of materials: Python
        "npm sbom --sbom-format cyclonedx",  # and web packages
        "--flavour ua1",  # the referee of the tagged PDFs
    ],
)
def test_a_workflow_runs(command):
    assert any(command in step.get("run", "") for path in WORKFLOWS for step in steps_of(path))


def test_binder_and_codespaces_open_the_notebook_with_what_is_locked():
    hosted = (paths.ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    assert hosted.split() == [word for name in PYTHON_LOCKS for word in ("-r", f"../{name}")]
    container = (paths.ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    (opened,) = json.loads(container)["customizations"]["codespaces"]["openFiles"]
    prepared = (paths.ROOT / "binder" / "postBuild").read_text(encoding="utf-8")
    assert (paths.ROOT / opened).is_file() and f"lab/tree/{opened}" in prepared
    assert all("assets.prepare()" in text for text in (container, prepared))


# What is shipped


def test_licenses_of_all_that_the_site_ships_are_in_one_file():
    text = licenses.notices()
    for words in (
        "SIL OPEN FONT LICENSE",
        "IBM Corp",
        "Source Serif 4 Project Authors",
        "sql.js",
        "Vega",
        "Redistribution and use in source and binary forms",
        "MIT License",
        "Creative Commons",
    ):
        assert words.lower() in text.lower(), words


def test_what_the_site_ships_of_others_is_on_the_list(published_book):
    """Scripts and fonts in assets/ are those that SHIPPED names; a new one needs its license there."""
    found = {p.name for p in (published_book / "html" / "assets").rglob("*") if p.is_file()}
    known = re.compile(
        r"faces(-ko)?\.css|(plex-sans-kr|source-serif).*\.(woff2|ttf)|vega\.js|sql-wasm\.(js|wasm)|sql[\w-]*\.js|live[\w-]*\.(js|css)|live[\w.-]*\.(json|gz|js|css)|data[\w-]*\.js"
    )
    assert not [n for n in found if not known.fullmatch(n)], (
        f"{found}: name the new file's license in brief/build/licenses.py"
    )


# No network

OFFLINE = """
import socket, sys
from pathlib import Path
try:
    socket.create_connection(("192.0.2.1", 80), 2)
    raise SystemExit("there is a network here: the test proves nothing")
except OSError:
    pass
from brief import paths
from brief.build import execute
from brief.editions import edition
out = Path(sys.argv[1])
found = edition.open_edition()
execute.execute_all(paths.DATA, out / "executed", 1, ["92_rerun"])
from tests.test_gates import tiny_book
(out / "tiny").mkdir()
tiny_book(out / "tiny", "{claim}`%s`" % next(iter(found.claims)), found)
print(len(found.claims), (out / "executed" / "92_rerun.ipynb").stat().st_size > 0)
"""


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="network namespaces are Linux's; elsewhere the browser tests alone see that no page asks a stranger",
)
def test_checking_executing_and_compiling_need_no_network(tmp_path):
    """Loads the data, executes a chapter and compiles a page where no address can be reached, not even this machine's."""
    probe = subprocess.run(["unshare", "-r", "-n", "true"], capture_output=True, text=True)
    if probe.returncode:
        pytest.skip(f"this system lets nobody make a network namespace: {probe.stderr.strip()}")
    done = subprocess.run(
        ["unshare", "-r", "-n", sys.executable, "-c", OFFLINE, str(tmp_path)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    REPORT.append(
        f"no network: data, chapter and page were made in a namespace without a route ({done.stdout.strip()})"
    )

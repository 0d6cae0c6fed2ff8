"""The same content gives the same bytes: elsewhere, in another time zone, language and order of hashing.

`second_build` is the suite's only second build of the published book. It copies what git knows of the checkout, as a
clone would hold it, and compares every file with the published edition; a file that differs is named, with the place.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from brief import cli, paths
from brief.editions import receipts
from tests import PATIENCE
from tests.conftest import REPORT, one_at_a_time

linked = pytest.mark.skipif(
    os.name == "nt",
    reason="a link to the web packages needs rights that Windows gives few; the workflow's job `again` compares two clones",
)
OTHER = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONHASHSEED": "4711",
    "COLUMNS": "40",
    "PYTHONUTF8": "1",
}
# What may differ, and why. Empty on one and the same Python; the receipt names the Python and the packages.
MAY_DIFFER = {
    "receipt.json",
    "edition.json",
}  # `inputs` holds a hash over the folder's files; compared below without it


def copy_of_checkout(target: Path) -> Path:
    """The files of the checkout that a build reads, in another folder; the web packages are linked, not copied."""
    for name in ("data", "analysis", "chapters", "editions", "recipes", "brief", "web"):
        shutil.copytree(
            paths.ROOT / name,
            target / name,
            ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
        )
    for path in paths.ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copyfile(path, target / path.name)
    os.symlink(paths.NODE_MODULES, target / "web" / "node_modules", target_is_directory=True)
    return target


@pytest.fixture(scope="session")
def second_build(published_book, tmp_path_factory) -> Path:
    folder = copy_of_checkout(tmp_path_factory.mktemp("elsewhere") / "a folder of another name")
    done = subprocess.run(
        [sys.executable, "-m", "brief", "build", "--workers", "1"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **OTHER, "PYTHONPATH": str(folder)},
        timeout=6 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "build" / "published"


def first_difference(one: bytes, other: bytes) -> str:
    """Where two files part, with what stands there in each."""
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f"byte {at:,} of {len(one):,}: {one[max(0, at - 40) : at + 60]!r} and {other[max(0, at - 40) : at + 60]!r}"


@linked
def test_a_second_build_elsewhere_gives_the_same_bytes(published_book, second_build):
    was, now = (
        {k: v for k, v in receipts.outputs(book).items() if k not in MAY_DIFFER}
        for book in (published_book, second_build)
    )
    differing = sorted(k for k in {*was, *now} if was.get(k) != now.get(k))
    said = [
        f"{k}: {first_difference((published_book / k).read_bytes(), (second_build / k).read_bytes()) if k in was and k in now else 'only one has it'}"
        for k in differing[:12]
    ]
    size = sum((published_book / k).stat().st_size for k in was)
    REPORT.append(
        f"repeatable: {len(was)} files, {size:,} bytes compared with a second build elsewhere, {len(differing)} differ"
    )
    assert not differing, f"{len(differing)} of {len(was)} files differ:\n" + "\n".join(said)


@linked
def test_the_second_build_says_the_same_of_itself(published_book, second_build):
    for name in MAY_DIFFER:
        one, other = (
            json.loads((book / name).read_text(encoding="utf-8"))
            for book in (published_book, second_build)
        )
        for content in (one, other):
            content.pop("inputs", None)
            content.get("outputs", {}).pop("edition.json", None)
        assert one == other, name


def test_an_altered_edition_is_built_again_from_its_downloads(altered_book, capsys):
    with one_at_a_time():  # it builds within build/, where other tests look what lies there
        code = cli.main(["verify", str(altered_book)])
    said = capsys.readouterr().out
    assert code == 0 and "The two agree" in said, said


@linked
def test_no_output_names_the_folder_or_the_user(second_build):
    """Paths of the machine would differ from clone to clone, and tell where somebody works."""
    import re

    wrong = []
    for path in sorted(
        p
        for p in second_build.rglob("*")
        if p.is_file()
        and p.suffix
        in (
            ".html",
            ".json",
            ".js",
            ".ipynb",
            ".svg",
            ".csv",
            ".bib",
            ".xml",
            ".txt",
            ".sqlite",
            ".pdf",
        )
    ):
        if found := re.search(
            rb"a folder of another name|a%20folder%20of|/tmp/pytest|/home/[a-z]+/",
            path.read_bytes(),
        ):
            wrong.append(f"{path.relative_to(second_build)}: {found[0]!r}")
    assert not wrong, wrong[:10]

"""`--out` takes nothing away: not the published edition, not the checkout, not a file that no build put there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from brief import cli, paths
from brief.build import book
from brief.editions import edition, places
from brief.words import InputError
from tests import small_editions

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


@pytest.fixture(scope="module")
def altered() -> edition.Edition:
    return edition.open_edition(settings={"relations_window_days": "180"})


@pytest.fixture
def build(tmp_path, monkeypatch) -> Path:
    """A build folder with a published edition, apart from ours."""
    folder = tmp_path / "checkout" / "build"
    monkeypatch.setattr(paths, "ROOT", folder.parent)
    monkeypatch.setattr(paths, "BUILD", folder)
    monkeypatch.setattr(paths, "PUBLISHED", folder / "published")
    small_editions.write(folder / "published")
    return folder


def refusal(opened, out, given=None) -> str:
    with pytest.raises(InputError) as refused:
        book.destination(opened, given, out)
    return str(refused.value)


# Folders


@pytest.mark.parametrize("where", ["published", "published/html", "published/new/deep", "."])
def test_an_altered_edition_never_lies_in_over_or_around_the_published_one(altered, build, where):
    assert "the published edition" in refusal(altered, build / where)


def test_the_published_edition_takes_its_own_place_and_lies_in_no_other(opened, build):
    assert book.destination(opened, None, None) == (build / "published").resolve()
    assert "lies in the published edition" in refusal(opened, build / "published" / "html")


@LINKS
@pytest.mark.parametrize("link", ["build", "build/published"])
@pytest.mark.parametrize("by_its_link", [True, False])
def test_links_hide_no_published_edition(altered, build, link, by_its_link):
    place = build.parent / link
    real = build.parent / "elsewhere"
    place.rename(real)
    place.symlink_to(real)
    inside = Path("build/published").relative_to(link)
    out = (place if by_its_link else real) / inside
    assert "the published edition" in refusal(altered, out)


@LINKS
def test_a_link_to_the_published_edition_is_no_way_in(altered, build):
    (build / "altered-mine").symlink_to(build / "published")
    (build.parent / "mine").mkdir()
    assert "the published edition" in refusal(altered, None, build.parent / "mine")


def tracked_folders() -> list[str]:
    """The top folders of the checkout, by its version control; a bare export has none."""
    done = subprocess.run(
        ["git", "ls-files"], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    found = {line.partition("/")[0] for line in done.stdout.splitlines() if "/" in line}
    return sorted(found or {"data", "brief"})


@pytest.mark.parametrize("name", [*tracked_folders(), ".git", ".venv"])
@pytest.mark.parametrize("inside", ["", "new"])
def test_folders_of_the_checkout_are_refused(altered, name, inside):
    assert f"own folder {name}" in refusal(altered, paths.ROOT / name / inside)


def test_the_checkout_the_home_folder_and_the_root_are_refused(altered, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    for out, words in (
        (paths.ROOT, "this checkout"),
        (paths.ROOT.parent, "this checkout"),
        (tmp_path / "home", "your home folder"),
        (tmp_path, "your home folder"),
        (Path(tmp_path.anchor), "the root"),
    ):
        assert words in refusal(altered, out)
    assert book.destination(altered, None, tmp_path / "home" / "book").name == "book"


def test_the_data_given_are_refused(altered, tmp_path):
    given = tmp_path / "mine"
    given.mkdir()
    (given / "parameters.csv").touch()
    for out in (given, given / "book", tmp_path):
        assert "the data that the edition is made from" in refusal(altered, out, given)
    assert "the data" in refusal(altered, given, given / "parameters.csv")
    assert book.destination(altered, given, tmp_path / "book")


@pytest.mark.parametrize("inside", ["html", "html/more", "new"])
def test_no_edition_is_built_inside_another(altered, build, inside):
    small_editions.write(build / "altered-a")
    assert "lies in the edition altered-a" in refusal(altered, build / "altered-a" / inside)


@pytest.mark.parametrize("made", places.MADE)
def test_what_builds_keep_for_themselves_is_no_place_for_an_edition(altered, build, made):
    assert f"build/{made}" in refusal(altered, build / made / "mine")


def test_folders_under_build_and_new_ones_stay_allowed(altered, build, tmp_path):
    for out in (build / "altered-mine", build / "sweep-books" / "a-1", tmp_path / "book"):
        assert book.destination(altered, None, out) == out.resolve()
    assert book.destination(altered, build.parent, None).parent == build, "data around build/"


# Files


def thesis(folder):
    (folder / "thesis.docx").write_text("three years")


def edited(folder):
    (folder / "html" / "index.html").write_text("with my remarks")


def no_receipt(folder):
    (folder / "receipt.json").unlink()


def receipt_of_a_shop(folder):
    (folder / "receipt.json").write_text('{"outputs": {}, "paid": 12}')


def link(folder):
    (folder / "photos").symlink_to(folder.parent)


HELD = {
    thesis: "thesis.docx (not in the receipt)",
    edited: "html/index.html (another content)",
    no_receipt: "edition.json (not of a build)",
    receipt_of_a_shop: "receipt.json (not of a build)",
    link: "photos (a link)",
}


@pytest.mark.parametrize("change", HELD, ids=[change.__name__ for change in HELD])
def test_a_folder_with_what_no_build_put_there_is_refused(altered, tmp_path, change):
    out = small_editions.write(tmp_path / "out")
    assert book.destination(altered, None, out) == out.resolve()
    change(out)
    assert HELD[change] in refusal(altered, out)


def test_any_file_called_edition_json_makes_no_edition(altered, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "edition.json").write_text("{}")
    (tmp_path / "out" / "receipt.json").write_text(json.dumps({"outputs": {"../x": "0" * 64}}))
    assert "edition.json (not of a build)" in refusal(altered, tmp_path / "out")


def test_up_to_five_files_are_named(altered, tmp_path):
    out = small_editions.write(tmp_path / "out")
    for number in range(7):
        (out / f"thesis-{number}\x1b[2J").touch()
    said = refusal(altered, out)
    assert said.count("not in the receipt") == 5 and "and 2 more" in said
    assert "\x1b" not in said


def test_what_is_missing_or_the_systems_own_is_no_loss(altered, tmp_path):
    out = small_editions.write(tmp_path / "out")
    (out / "html" / "index.html").unlink()
    (out / "html" / ".DS_Store").touch()
    assert book.destination(altered, None, out)
    shutil.rmtree(out)
    out.mkdir()
    assert book.destination(altered, None, out)


def test_a_file_is_no_place(altered, tmp_path):
    (tmp_path / "out").write_text("a thesis")
    assert "no folder" in refusal(altered, tmp_path / "out")


def test_a_file_laid_down_while_a_book_is_built_stays(altered, tmp_path, monkeypatch):
    out = small_editions.write(tmp_path / "out")

    def make(opened, stage, *_):
        (stage / "whole").mkdir()
        thesis(out)

    monkeypatch.setattr(book, "make", make)
    monkeypatch.setattr(book, "report", lambda *_: None)
    with pytest.raises(InputError, match="thesis.docx"):
        book.build(settings={"relations_window_days": "180"}, out=out)
    assert (out / "thesis.docx").read_text() == "three years"


def test_a_receipt_that_another_build_swaps_in_meanwhile_is_read_anew(tmp_path, monkeypatch):
    from brief.editions import as_built

    out = small_editions.write(tmp_path / "out")
    listed = iter([{"html/index.html": "0" * 64}])
    honest = as_built.listed_in
    monkeypatch.setattr(as_built, "listed_in", lambda folder: next(listed, None) or honest(folder))
    assert as_built.lost_with(out) == {}


def wrong_data(folder: Path) -> Path:
    folder.mkdir()
    (folder / "trade_china.csv").write_text("nothing\n", encoding="utf-8")
    return folder


def test_a_place_that_is_none_is_told_together_with_data_that_are_wrong(tmp_path, capsys):
    data = wrong_data(tmp_path / "mine")
    assert cli.main(["build", str(data), "--out", str(paths.ROOT / "brief")]) == 2
    said = capsys.readouterr().err
    assert "Refused, nothing was built (2 problems):" in said
    assert "trade_china.csv" in said and "--out" in said


@pytest.mark.parametrize("command", ["check", "trace", "compare", "verify", "sweep"])
def test_commands_that_build_nothing_do_not_speak_of_it(tmp_path, capsys, command):
    data = str(wrong_data(tmp_path / "mine"))
    more = {"trace": ["us_admissions.total", data], "compare": [data, data]}.get(command, [data])
    assert cli.main([command, *more]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Refused (") and "edition stays" not in said


def test_names_of_own_folders_are_those_of_the_checkout():
    assert {*tracked_folders()} <= {*places.OWN}

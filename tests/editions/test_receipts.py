"""Receipts and built folders are strangers' files: what lies there is hashed, and nothing is read, believed or printed unseen."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from brief import cli, paths
from brief.build import book
from brief.editions import edition, freshness
from tests import small_editions

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


def linked_copy(folder, target):
    """A copy that takes no room. No file of it may be changed in place: put another in its stead."""
    shutil.copytree(folder, target, copy_function=os.link)
    return target


def put(path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


# Nothing has changed since this edition was built


def more(folder):
    put(folder / "html" / "more.html", "an edition inside an edition")


def missing(folder):
    (folder / "html" / "index.html").unlink()


def forged(folder):
    put(folder / "html" / "index.html", "another book")


def link(folder):
    (folder / "html" / "index.html").rename(folder.parent / "index.html")
    (folder / "html" / "index.html").symlink_to(folder.parent / "index.html")


def linked_folder(folder):
    (folder / "html").rename(folder.parent / "html")
    (folder / "html").symlink_to(folder.parent / "html")


def linked_more(folder):
    (folder / "more").symlink_to(folder.parent)


CHANGES = [more, missing, forged] + [
    pytest.param(change, marks=LINKS) for change in (link, linked_folder, linked_more)
]


@pytest.mark.parametrize("change", CHANGES)
def test_an_edition_in_which_anything_is_not_as_it_was_built_does_not_stand(tmp_path, change):
    folder = small_editions.write(tmp_path / "edition")
    assert freshness.stands(folder, "same") and not freshness.stands(folder, "other")
    change(folder)
    assert not freshness.stands(folder, "same")


def test_a_page_and_the_receipt_forged_together_do_not_stand(tmp_path):
    folder = small_editions.write(tmp_path / "edition")
    assert freshness.stands(folder, "same")
    forged(folder)
    small_editions.sign(folder, small_editions.ledger())
    assert not freshness.stands(folder, "same")


def published(opened, **parts) -> dict:
    known = opened.published_ledger
    said = edition.ledger(opened, known["edition"], known["date"])
    return said | parts


def test_a_published_edition_stands_by_the_ledger_under_editions(opened, tmp_path):
    folder = small_editions.write(tmp_path / "edition", said=published(opened))
    assert freshness.stands(folder, "same")


FORGED = {
    "another number": {"edition": "2027.9"},
    "another date": {"date": "2025-01-01"},
    "another fingerprint": {"fingerprint": "f" * 64},
    "hashes of its own": {"hashes": {"data/parameters.csv": "0" * 64}},
}


@pytest.mark.parametrize("name", FORGED)
def test_an_edition_that_only_says_that_it_is_published_does_not_stand(opened, tmp_path, name):
    said = published(opened, **FORGED[name])
    folder = small_editions.write(tmp_path / "edition", said=said)
    assert not freshness.stands(folder, "same")


def test_an_altered_edition_in_the_published_folder_does_not_stand(tmp_path, monkeypatch):
    folder = small_editions.write(tmp_path / "published")
    monkeypatch.setattr(paths, "PUBLISHED", folder)
    assert not freshness.stands(folder, "same")


def test_description_and_receipt_say_the_same(tmp_path):
    folder = small_editions.write(tmp_path / "edition")
    small_editions.sign(folder, small_editions.ledger(date="2025-01-01"))
    assert not freshness.stands(folder, "same")


# verify


def run(capsys, *arguments) -> tuple[int, str]:
    """The exit code of a command and all that it says."""
    code = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.fixture
def pair(tmp_path) -> tuple[Path, Path]:
    """Two copies of one edition."""
    return small_editions.write(tmp_path / "one"), small_editions.write(tmp_path / "two")


def test_two_copies_agree(pair, capsys):
    code, said = run(capsys, "verify", *pair)
    assert code == 0 and "The two agree in every byte." in said


def described(folder: Path, **parts) -> None:
    """Another description, with the receipt that a build would have written over it."""
    description = json.loads((folder / "edition.json").read_text(encoding="utf-8")) | parts
    (folder / "edition.json").write_text(json.dumps(description), encoding="utf-8")
    small_editions.sign(folder, small_editions.ledger())


def test_one_edition_made_from_two_folders_agrees(pair, capsys):
    """An altered edition's tables come from its downloads when it is built anew, not from the analyst's folder."""
    described(pair[1], inputs="another folder with the same rows")
    code, said = run(capsys, "verify", *pair)
    assert code == 0 and "The two agree" in said


def test_a_description_that_says_more_than_its_receipt_is_told(pair, capsys):
    described(pair[1], date="2025-01-01")
    code, said = run(capsys, "verify", *pair)
    assert code == 1 and "edition.json: says something else than the receipt" in said


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("which", [0, 1])
def test_verify_hashes_what_lies_in_both_folders(pair, which, change, capsys):
    change(pair[which])
    code, said = run(capsys, "verify", *pair)
    assert code == 1 and f"The files in {pair[which]} are not those" in said
    assert "html/" in said or "more: a link" in said or "html: a link" in said


def test_a_receipt_alone_is_said_to_be_one(pair, tmp_path, capsys):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(pair[1] / "receipt.json", alone / "sent.json")
    code, said = run(capsys, "verify", pair[0], alone / "sent.json")
    assert code == 0 and "a receipt alone" in said


FORGED_PARTS = {
    "edition": {"edition": "2026.1"},
    "date": {"date": "2025-01-01"},
    "cut-off": {"cut_off": "1 January 2025"},
    "fingerprint": {"hashes": {"data/parameters.csv": "1" * 64}},
    "sentence of few": {
        "claims": {"few": {"case": "holds", "value": 1, "bound": 2.5, "sentence": "Many came."}}
    },
    "bound of few": {
        "claims": {"few": {"case": "holds", "value": 1, "bound": 9.5, "sentence": "Few came."}}
    },
    "verdict of few": {
        "claims": {"few": {"case": "fails", "value": 1, "bound": 2.5, "sentence": "Few came."}}
    },
    "number came": {"numbers": {"came": {"value": 12, "text": "120"}}},
}


@pytest.mark.parametrize("name", FORGED_PARTS)
def test_every_part_that_readers_see_is_compared(pair, name, capsys):
    forged = small_editions.ledger(**FORGED_PARTS[name])
    (pair[1] / "edition.json").unlink()
    (pair[0] / "edition.json").unlink()
    small_editions.sign(pair[0], small_editions.ledger())
    small_editions.sign(pair[1], forged)
    code, said = run(capsys, "verify", *pair)
    assert code == 1 and f"differs: the {name}" in said, said


@pytest.mark.parametrize("name", ["edition", "date", "cut-off", "fingerprint"])
def test_compare_says_what_two_editions_say_of_themselves(pair, name, capsys):
    forged = small_editions.ledger(**FORGED_PARTS[name])
    small_editions.sign(pair[1], forged)
    code, said = run(capsys, "compare", pair[0] / "receipt.json", pair[1] / "receipt.json")
    assert code == 0 and f"Another {name}: " in said


# Shapes


def shaped(tmp_path, *places_and_parts) -> Path:
    """A receipt with other parts: (path of keys, what stands there)."""
    folder = small_editions.write(tmp_path / "shaped")
    receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
    for keys, part in places_and_parts:
        place = receipt
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = part
    put(folder / "receipt.json", json.dumps(receipt))
    return folder


STEERS = "\x1b[2J\x1b]0;owned\x07"
SHAPES = {
    "versions a list": (["versions"], []),
    "a version a number": (["versions"], {"python": 3}),
    "locks a text": (["locks"], "x"),
    "outputs a list": (["outputs"], ["html/index.html"]),
    "an output null": (["outputs"], {"html/index.html": None}),
    "an output above": (["outputs"], {"../../../dev/zero": "0" * 64}),
    "an output absolute": (["outputs"], {"/dev/zero": "0" * 64}),
    "an output on a drive": (["outputs"], {"C:x": "0" * 64}),
    "an output by backslashes": (["outputs"], {"..\\x": "0" * 64}),
    "an output with an odd way": (["outputs"], {"html/./x": "0" * 64}),
    "no hash": (["outputs"], {"html/index.html": "f" * 63}),
    "a ledger null": (["ledger"], None),
    "an edition a number": (["ledger", "edition"], 2026.1),
    "a date missing": (["ledger", "date"], None),
    "hashes a list": (["ledger", "hashes"], []),
    "a hash a number": (["ledger", "hashes"], {"data/x.csv": 1}),
    "a fingerprint that does not follow": (["ledger", "fingerprint"], "f" * 64),
    "claims a list": (["ledger", "claims"], []),
    "a claim a text": (["ledger", "claims", "few"], "holds"),
    "a claim of another case": (["ledger", "claims", "few", "case"], "absent"),
    "a case a list": (["ledger", "claims", "few", "case"], []),
    "a sentence a number": (["ledger", "claims", "few", "sentence"], 1),
    "a value a text": (["ledger", "claims", "few", "value"], "1"),
    "a number null": (["ledger", "numbers", "came"], None),
    "a number without end": (["ledger", "numbers", "came", "value"], 10**4000),
    "a number infinite": (["ledger", "numbers", "came", "value"], float("inf")),
    "a number's text a list": (["ledger", "numbers", "came", "text"], ["12"]),
    "not a receipt of ours": (["receipt"], 2),
    "a sentence that steers": (["ledger", "claims", "few", "sentence"], STEERS),
    "an id that steers": (["ledger", "claims", STEERS], None),
    "a version that steers": (["versions", "python"], STEERS),
    "a forged line": (["versions", "python"], "3\nThe two agree in every byte."),
    "a direction": (["ledger", "date"], "\u202e2026"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_receipt_of_another_shape_is_refused_in_words(tmp_path, pair, name, capsys):
    folder = shaped(tmp_path, SHAPES[name])
    for arguments in ((folder, pair[0]), (pair[0], folder), (folder,)):
        code, said = run(capsys, "verify", *arguments)
        assert (code, "no receipt: " in said) == (2, True), said
        assert not {"\x1b", "\x07", "\u202e"} & {*said}
        assert "The two agree in every byte.\n" not in said
    if SHAPES[name][0][0] == "ledger" and SHAPES[name][1] is not None:
        code, said = run(capsys, "compare", folder / "receipt.json", pair[0] / "receipt.json")
        assert code == 2 and not {"\x1b", "\x07", "\u202e"} & {*said}, said


def brackets(path):
    path.write_text("[" * 100_000)


def sparse(path):
    with path.open("wb") as file:
        file.truncate(60_000_000_000)


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def folder_instead(path):
    path.mkdir()


def no_text(path):
    path.write_bytes(b"\xff\xfe\x00")


def huge_number(path):
    path.write_text('{"receipt": ' + "1" * 5000 + "}")


UNREADABLE = [brackets, folder_instead, no_text, huge_number] + [
    pytest.param(make, marks=LINKS) for make in (pipe, device, sparse)
]


@pytest.mark.parametrize("make", UNREADABLE)
@pytest.mark.parametrize("name", ["receipt.json", "sent.json"])
def test_what_is_no_file_of_sane_size_is_refused_unread(tmp_path, pair, make, name, capsys):
    folder = tmp_path / "odd"
    folder.mkdir()
    make(folder / name)
    given = folder if name == "receipt.json" else folder / name
    for arguments in ((given,), (pair[0], given)):
        code, said = run(capsys, "verify", *arguments)
        assert code == 2 and "allowed: receipt.json" in said, said


@LINKS
def test_a_sparse_output_is_refused_unread(pair, capsys):
    (pair[0] / "html" / "index.html").unlink()
    sparse(pair[0] / "html" / "index.html")
    code, said = run(capsys, "verify", *pair)
    assert code == 2 and "found 60,000,000," in said


@LINKS
def test_a_pipe_among_the_outputs_is_named(pair, capsys):
    (pair[0] / "html" / "index.html").unlink()
    os.mkfifo(pair[0] / "html" / "index.html")
    code, said = run(capsys, "verify", *pair)
    assert code == 1 and "html/index.html: no file, but a device or a pipe" in said


def test_names_that_steer_a_terminal_are_spelt_out(pair, capsys):
    if os.name != "nt":
        (pair[0] / "html" / f"a{STEERS}").touch()
        (pair[0] / "html" / "a\nThe two agree in every byte.").touch()
        code, said = run(capsys, "verify", *pair)
        assert code == 1 and not {"\x1b", "\x07"} & {*said}
        assert "\nThe two agree in every byte.\n" not in said.replace(said.splitlines()[-1], "")


def test_a_receipt_of_an_altered_edition_alone_cannot_be_rebuilt(pair, capsys):
    code, said = run(capsys, "verify", pair[0])
    assert code == 2 and "an altered edition without its tables" in said


@LINKS
def test_tables_behind_a_link_are_not_rebuilt(pair, capsys):
    (pair[0] / "html" / "downloads").mkdir()
    (pair[0] / "html" / "downloads" / "data").symlink_to(paths.DATA)
    code, said = run(capsys, "verify", pair[0])
    assert code == 2 and "tables behind a link" in said


def test_verify_builds_anew_with_nothing_kept(tmp_path, capsys, monkeypatch):
    """And what it built is gone afterwards."""
    folder = small_editions.write(tmp_path / "edition")
    tables = folder / "html" / "downloads" / "data"
    tables.mkdir(parents=True)
    put(tables / "parameters.csv", "name,value")
    small_editions.sign(folder, small_editions.ledger())
    built = []

    def build(given, out, how):
        assert given == tables and how.afresh
        built.append(out)
        return linked_copy(folder, out)

    monkeypatch.setattr(book, "build", build)
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    code, said = run(capsys, "verify", folder)
    assert code == 0 and "The two agree in every byte." in said
    assert built and not built[0].exists()

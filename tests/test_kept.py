"""What is kept is a shortcut: taken only as this checkout wrote it, of the form that is used; else made anew, with a word."""

from __future__ import annotations

import hashlib
import marshal
import os
import shutil
import sys

import pytest

from brief import kept, paths
from brief.analysis import margins
from brief.build import book, engine, unchanged
from brief.editions import edition
from brief.notebook import catalogue, faces, figures
from brief.tables import database, entries

ANY = lambda found: True


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A checkout's build/ of its own: kept things, pictures and secret."""
    monkeypatch.setattr(paths, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(paths, "PICTURES", tmp_path / "pictures")
    monkeypatch.setattr(paths, "SECRET", tmp_path / "kept.secret")
    return tmp_path


def only(pattern: str):
    (path,) = paths.KEPT.glob(pattern)
    return path


def other_rows(image: bytes) -> bytes:
    """The same database, in which nobody but this test has changed a row."""
    connection = database.from_image(image)
    connection.execute("update trade_china set kotra_china_share_pct = 1.0")
    return database.image_of(connection)


# Who wrote it


def test_an_image_with_other_rows_and_honest_hashes_is_not_taken(place, capsys):
    """As one forges it who knows the form of these files and not the secret."""
    edition.open_edition()
    path = only("tables-*")
    found = kept.read(path, ANY)
    raw = marshal.dumps(found | {"image": other_rows(found["image"])})
    for forged in (hashlib.sha256(raw).digest() + raw, bytes(32) + raw, raw):
        path.write_bytes(forged)
        opened = edition.open_edition()
        shares = {
            r[0] for r in opened.connection.execute("select kotra_china_share_pct from trade_china")
        }
        assert opened.is_published and len(shares) > 1
        assert "made anew" in capsys.readouterr().err


def test_a_build_that_has_made_its_shell_says_so_and_a_chapter_does_not(place, monkeypatch, capsys):
    shell = engine.prepared_shell()
    for main, is_said in ((sys.modules["__main__"], True), (shell.user_module, False)):
        monkeypatch.setitem(sys.modules, "__main__", main)
        paths.KEPT.mkdir(exist_ok=True)
        (paths.KEPT / "x").write_bytes(b"damaged")
        assert kept.read(paths.KEPT / "x", ANY) is None
        assert ("made anew" in capsys.readouterr().err) is is_said


@pytest.mark.skipif(os.name == "nt", reason="pipes are no files there")
def test_a_pipe_in_its_place_is_not_waited_for(place):
    edition.open_edition()
    path = only("tables-*")
    path.unlink()
    os.mkfifo(path)
    assert edition.open_edition().is_published and path.is_file()


def test_rows_that_are_not_the_published_ones_are_never_called_published(place):
    """Even in an image under this checkout's own seal."""
    assert edition.open_edition().is_published
    path = only("tables-*")
    found = kept.read(path, ANY)
    kept.write(path, found | {"image": other_rows(found["image"])})
    opened = edition.open_edition()
    assert not opened.is_published and opened.mark
    assert opened.differs_in == ["data/trade_china.csv"]


def test_a_file_from_another_checkout_or_under_another_name_is_not_taken(place, monkeypatch):
    path = kept.place("one-a")
    kept.write(path, [1])
    assert kept.read(path, ANY) == [1]
    shutil.copy(path, kept.place("one-b"))
    assert kept.read(kept.place("one-b"), ANY) is None
    monkeypatch.setattr(paths, "SECRET", place / "elsewhere.secret")
    assert kept.read(path, ANY) is None


def test_the_secret_is_drawn_once_and_for_its_owner_alone(place):
    first = kept.secret(paths.SECRET)
    kept.secret.cache_clear()
    assert kept.secret(paths.SECRET) == first and len(first) == kept.SEAL
    if os.name != "nt":
        assert paths.SECRET.stat().st_mode & 0o777 == 0o600
    paths.SECRET.write_bytes(b"short")
    kept.secret.cache_clear()
    assert len(kept.secret(paths.SECRET)) == kept.SEAL, "a damaged secret is drawn anew"


def test_pictures_are_taken_only_as_they_were_drawn(place, monkeypatch):
    still = {"data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {"x": {"field": "x"}}}
    drawn = figures.drawn(dict(still))
    (path,) = paths.PICTURES.iterdir()
    path.write_bytes(path.read_bytes().replace(b"</svg>", b"<!---->"))
    assert figures.drawn(dict(still)) == drawn


def test_a_build_by_force_opens_its_edition_with_nothing_of_before(place, monkeypatch):
    """Not even where it is opened, before there is a stage to keep things in."""
    opened_with = []

    def stop_here(*_):
        opened_with.append(paths.KEPT)
        raise database.InputError([])

    monkeypatch.setattr(edition, "open_edition", stop_here)
    for afresh in (False, True):
        with pytest.raises(database.InputError):
            book.build(how=book.How(afresh=afresh))
    assert opened_with[0] == paths.KEPT != opened_with[1] and not opened_with[1].parent.exists()


# What form it has

WRONG = [None, 5, "text", b"bytes", [], {}, [[1]], {"image": b""}, {"text": "", "answered": []}]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_wrong_form_under_the_right_seal_is_made_anew(place, wrong, opened, capsys):
    """Lists and dicts of any form: each reader looks at what it takes."""
    readers = {
        "tables": lambda: edition.open_edition().fingerprint,
        "wordings": entries.load,
        "manifests": catalogue.manifests,
    }
    for kind, make in readers.items():
        right = make()
        kept.write(only(f"{kind}-*"), wrong)
        capsys.readouterr()
        assert make() == right
        assert "made anew" in capsys.readouterr().err, kind
        assert make() == right and not capsys.readouterr().err, "it is kept again"


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_margins_chapters_and_widths_of_a_wrong_form_are_not_taken(place, wrong):
    for number, is_sound in enumerate((margins.is_margin, unchanged.is_chapter, faces.are_widths)):
        path = kept.place(f"some-{number}")
        kept.write(path, wrong)
        assert kept.read(path, is_sound) is None


def test_tables_that_lack_one_or_its_rows_are_read_anew(place, opened):
    edition.open_edition()
    path = only("tables-*")
    found = kept.read(path, ANY)
    lacking = {k: v for k, v in found["read_from"].items() if k != "trade_china"}
    for wrong in (
        {"read_from": lacking},
        {"read_from": found["read_from"] | {"trade_china": ([2, 3], "trade_china.csv")}},
        {"read_from": found["read_from"] | {"trade_china": (None, None)}},
        {"image": b"not a database"},
        {"image": database.image_of(database.empty_database("create table one (a);"))},
    ):
        kept.write(path, found | wrong)
        assert edition.open_edition().fingerprint == opened.fingerprint


# Two commands at once


def test_what_another_command_deletes_meanwhile_is_passed_over(place, monkeypatch):
    """`kept.forget` of one command, between the listing and the question how old each is."""
    for name in ("one-a", "one-b", "one-c"):
        kept.write(kept.place(name), [name])
    files = sorted(paths.KEPT.glob("one-*"))
    files[1].unlink()
    assert set(kept.newest_first(files)) == {files[0], files[2]}
    kept.forget("one-*", 1)
    assert len(list(paths.KEPT.glob("one-*"))) == 1

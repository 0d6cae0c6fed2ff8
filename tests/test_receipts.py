"""Receipts and built folders are strangers' files: what lies there is hashed, and nothing is read, believed or printed unseen."""

from __future__ import annotations

import os
import shutil

import pytest

from brief import book, edition, freshness, kept, paths
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


def test_both_readers_find_the_same_newest_ledger(tmp_path, monkeypatch):
    assert freshness.newest_ledger() == edition.newest_ledger() is not None
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    assert freshness.newest_ledger() is None
    for name in ("2026.9", "2026.10", "2026.10.sweep", "x"):
        put(tmp_path / f"{name}.json", f'{{"edition": "{name}"}}')
    assert freshness.newest_ledger() == edition.newest_ledger() == {"edition": "2026.10"}


# Nothing kept


def test_built_with_force_no_kept_thing_is_taken_for_checking_the_data_either(
    tmp_path, monkeypatch
):
    """A kept table with an honest hash and other rows gave an edition with wrong numbers, and `verify` agreed."""
    monkeypatch.setattr(paths, "KEPT", tmp_path / "kept")
    edition.open_edition()
    (image,) = paths.KEPT.glob("tables-*")
    forged = kept.read(image)
    columns, rows, *rest = forged["tables"]["arrivals_korea_yearly"]
    place = columns.index("persons")
    rows = [(*row[:place], 99_999, *row[place + 1 :]) for row in rows]
    forged["tables"]["arrivals_korea_yearly"] = (columns, rows, *rest)
    kept.write(image, forged)
    made = []

    def make(opened, stage, *_):
        made.append(opened)
        (stage / "whole").mkdir()

    monkeypatch.setattr(book, "make", make)
    monkeypatch.setattr(book, "report", lambda *_: None)
    settings = {"relations_window_days": "180"}
    book.build(settings=settings, out=tmp_path / "out", how=book.How(afresh=True))
    table = made[0].tables["arrivals_korea_yearly"]
    assert 99_999 not in [row[place] for row in table.rows]
    assert paths.KEPT == tmp_path / "kept"

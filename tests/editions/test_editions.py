"""Published and altered editions: the fingerprint tells them apart, and an altered one is marked wherever it goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pikepdf
import pytest

from brief import korean, paths
from brief.analysis import claims
from brief.build import book
from brief.editions import edition
from brief.notebook import chapter, figures
from brief.tables import database
from brief.words import InputError
from tests.analysis.test_claims import ALTERATIONS
from tests.conftest import ALTERED_NAME, figure_bundles, one_at_a_time


def brief(*arguments, **options):
    """Run the command line as a user does; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "brief", *map(str, arguments)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        **options,
    )


def pages(folder):
    found = sorted((folder / "html").rglob("*.html"))
    assert len(found) > 5
    return [
        (p.relative_to(folder / "html").as_posix(), p.read_text(encoding="utf-8")) for p in found
    ]


# The fingerprint


def test_ledger_is_that_of_the_present_content(opened):
    assert opened.is_published, (
        f"the content differs from the newest ledger in {opened.differs_in}. Run: python3 run.py publish"
    )


def test_rewriting_a_table_without_changing_it_keeps_the_fingerprint(opened, tmp_path):
    lines = (paths.DATA / "arrivals_korea_yearly.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "arrivals_korea_yearly.csv").write_bytes(
        ("﻿" + "\r\n".join([lines[0], *reversed(lines[1:])]) + "\r\n,,,,,,\r\n").encode()
    )
    assert edition.open_edition(tmp_path).fingerprint == opened.fingerprint


def test_changing_one_cell_or_one_parameter_alters_the_fingerprint(opened, altered_tables):
    altered = edition.open_edition(altered_tables)
    assert not altered.is_published and altered.fingerprint != opened.fingerprint
    assert altered.differs_in == sorted(f"data/{p.name}" for p in altered_tables.iterdir())
    name = opened.tables["parameters"].rows[0][0]
    changed = edition.open_edition(settings={"relations_window_days": "180"})
    assert changed.differs_in == ["data/parameters.csv"], name
    back = edition.open_edition(settings={"relations_window_days": "365"})
    assert back.fingerprint == opened.fingerprint and back.is_published


# The altered book


def test_altered_book_is_marked_on_every_page_and_in_the_pdf(altered_book):
    mark = edition.open_edition(altered_book / "html/downloads/data").mark
    assert mark
    for name, text in pages(altered_book):
        if "_ko" not in name:  # that page bears it in Korean (tests/site/test_korean_page.py)
            assert mark in text, f"{name} lacks the mark"
        assert 'name="robots" content="noindex' in text, f"{name} may be indexed"
    pdfs = sorted(altered_book.glob("*.pdf"))
    assert len(pdfs) == 2  # the whole one and the short one
    for pdf in pdfs:
        assert pdf.name.startswith("ALTERED-")
        with pikepdf.open(pdf) as document:
            assert "ALTERED" in str(document.docinfo.get("/Title", "")).upper(), pdf.name


def test_published_book_bears_no_mark(published_book, opened):
    for name, text in pages(published_book):
        assert "Altered edition" not in text, name
        assert "noindex" not in text or name == "search.html", (
            name
        )  # a page of search results is nothing to index
        cut_off = korean.day(opened.cut_off) if "_ko" in name else opened.cut_off
        assert cut_off in text, f"{name} lacks the data's cut-off date"
        assert f"downloads/{paths.PDF_NAME}" in text, f"{name} lacks the link to the PDF"


def test_altered_book_prints_the_flipped_sentences(altered_book, opened):
    description = json.loads((altered_book / "edition.json").read_text(encoding="utf-8"))
    whole = " ".join(text for _, text in pages(altered_book))
    for key, case in ALTERATIONS[ALTERED_NAME]["flips"].items():
        assert description["claims"][key]["case"] == case
        assert html_of(description["claims"][key]["sentence"]) in whole, (
            f"{key}: the altered sentence stands on no page"
        )
        assert html_of(opened.claims[key].sentence) not in whole.replace(
            " ", " "
        ) or key in published_side(whole, key), key


def published_side(whole: str, key: str) -> str:
    """Pages that compare editions print the published wording on purpose, marked data-published."""
    return key if "data-published" in whole else ""


def html_of(text: str) -> str:
    import html

    return html.escape(text, quote=False)


def test_refilled_published_spec_is_the_altered_builds_spec(
    published_book, altered_book, altered_tables
):
    """A figure's spec depends on its view names alone: filled from an altered database it equals what the altered build drew."""
    published, altered = figure_bundles(published_book), figure_bundles(altered_book)
    opened = edition.open_edition(altered_tables)
    assert published.keys() == altered.keys() and len(published) >= 9
    changed = 0
    for key, bundle in published.items():
        words = claims.figure_words(key, opened.wordings, opened.claims, opened.numbers)
        refilled = figures.complete(bundle["spec"], opened.connection, words, opened.mark)
        assert json.loads(json.dumps(refilled)) == altered[key]["spec"], key
        changed += refilled["datasets"] != bundle["spec"]["datasets"]
    assert changed >= 1, "the alteration changes no figure: the comparison would prove nothing"


def test_database_of_an_edition_says_which_it_is(published_book, altered_book):
    import apsw

    for folder, is_published in ((published_book, True), (altered_book, False)):
        (path,) = (folder / "html/downloads").glob("*.sqlite")
        (row,) = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY).execute(
            "select mark from edition"
        )
        assert bool(row[0]) is not is_published
        assert path.name.startswith("ALTERED-") is not is_published


# Refusals


def in_build() -> list[str]:
    """What lies in build/, but for what tests put there and no build does."""
    return sorted(
        p.name
        for p in paths.BUILD.glob("*")
        if p.name != "shots" and not p.name.startswith(".tests.")
    )


def refuse(tmp_path, edit, *arguments) -> str:
    """Hand in a folder made by `edit`, expect a refusal with exit code 2 and an untouched output folder; returns the message."""
    folder, out = tmp_path / "handed-in", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    (out / "edition.json").write_text("{}")
    edit(folder)
    with one_at_a_time():
        before = in_build()
        done = brief("build", folder, "--out", out, *arguments)
        after = in_build()
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in out.iterdir()] == ["edition.json"] and after == before
    return done.stderr


def copy_with(old: str, new: str, table: str = "arrivals_korea_yearly"):
    def edit(folder):
        text = (paths.DATA / f"{table}.csv").read_text(encoding="utf-8")
        assert old in text
        (folder / f"{table}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


REFUSALS = {
    "misspelled_column": (
        copy_with("female", "femal"),
        [],
        ["arrivals_korea_yearly.csv, row 1, column femal", "Did you mean 'female'"],
    ),
    "missing_column": (
        copy_with("year,male,", "year,"),
        [],
        ["arrivals_korea_yearly.csv", "found 7 cells; allowed: 6 cells"],
    ),
    "wrong_type": (
        copy_with("2018,", "2018x,"),
        [],
        ["column year", "'2018x'", "a whole number", "Write 2018 alone"],
    ),
    "out_of_range": (copy_with("2018,", "1918,"), [], ["column year", "1918", "from 2002 to 2100"]),
    "unknown_source": (
        copy_with("mou_status_2026", "hearsay"),
        [],
        ["column source_id", "'hearsay'", "sources.csv"],
    ),
    "unknown_table": (
        lambda f: (f / "arrival_korea_yearly.csv").write_text("x\n"),
        [],
        ["arrival_korea_yearly.csv", "Did you mean arrivals_korea_yearly.csv"],
    ),
    "empty_folder": (lambda f: None, [], ["no CSV file"]),
    "unknown_parameter": (
        copy_with("2018,", "2018,"),
        ["--set", "relation_window=3"],
        ["unknown parameter 'relation_window'", "relations_window_days"],
    ),
    "parameter_out_of_range": (
        copy_with("2018,", "2018,"),
        ["--set", "relations_window_days=99999"],
        ["from 30 to 1825"],
    ),
    "parameter_of_wrong_type": (
        copy_with("2018,", "2018,"),
        ["--set", "relations_window_days=soon"],
        [
            "relations_window_days=soon",
            "a whole number from 30 to 1825 (days)",
            "data/parameters.csv",
        ],
    ),
    "parameter_left_empty": (
        copy_with("2018,", "2018,"),
        ["--set", "relations_window_days="],
        ["a whole number from 30 to 1825 (days)"],
    ),
    "parameter_with_fraction": (
        copy_with("2018,", "2018,"),
        ["--set", "relations_window_days=36.5"],
        ["whole number"],
    ),
    "setting_without_value": (
        copy_with("2018,", "2018,"),
        ["--set", "relations_window_days"],
        ["NAME=VALUE"],
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_bad_input_is_refused_before_anything_runs(tmp_path, name):
    edit, arguments, words = REFUSALS[name]
    message = refuse(tmp_path, edit, *arguments)
    for word in words:
        assert word in message, message


def test_a_refusal_waits_for_no_import_of_what_chapters_and_pages_need(tmp_path):
    code = "import sys; from brief.cli import main; code = main(sys.argv[1:]); print(sorted({m.split('.')[0] for m in sys.modules} & {'papermill', 'pandas', 'altair', 'sphinx', 'nbformat'})); sys.exit(code)"
    done = subprocess.run(
        [sys.executable, "-c", code, "build", tmp_path / "nowhere"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout.strip()) == (2, "[]"), done.stderr


def test_missing_folder_is_refused(tmp_path):
    done = brief("build", tmp_path / "nowhere")
    assert done.returncode == 2 and "no such folder" in done.stderr


def test_missing_published_table_is_refused(tmp_path, monkeypatch):
    shutil.copytree(paths.DATA, tmp_path / "data")
    os.remove(tmp_path / "data" / "trade_china.csv")
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    with pytest.raises(database.InputError, match="trade_china.csv"):
        edition.open_edition()


def test_altered_edition_is_refused_the_published_folder(altered_tables):
    done = brief("build", altered_tables, "--out", paths.PUBLISHED)
    assert done.returncode == 2 and "the published edition" in done.stderr


# Nothing changed


def test_unchanged_edition_is_not_built_again_and_a_damaged_one_is(published_book, tmp_path):
    from brief.editions import freshness

    assert freshness.stands(published_book, freshness.made_from())
    assert not freshness.stands(
        published_book, freshness.made_from(settings={"relations_window_days": "180"})
    )
    copy = tmp_path / "copy"
    shutil.copytree(published_book, copy)
    page = copy / "html" / "index.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert not freshness.stands(copy, freshness.made_from()), (
        "a file that is not as it was built went unnoticed"
    )


def test_every_input_file_counts(monkeypatch, tmp_path):
    """One byte more in any file that a book is made from gives another hash."""
    from brief.editions import freshness

    before, found = freshness.made_from(), freshness.files()
    assert len(found) > 150
    read = type(found[0]).read_bytes
    for path in found:
        monkeypatch.setattr(
            type(path),
            "read_bytes",
            lambda self, path=path: read(self) + (b" " if self == path else b""),
        )
        assert freshness.made_from() != before, path
        monkeypatch.undo()


def test_what_editors_and_installers_leave_is_no_input(monkeypatch, tmp_path):
    from brief.editions import freshness

    for name in (
        "brief/build/book.py",
        "chapters/10_one.ipynb",
        "chapters/.ipynb_checkpoints/10_one.ipynb",
        "web/live/panel.js",
        "web/node_modules/a/a.js",
        "brief/__pycache__/book.pyc",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "brief" / ".#book.py").symlink_to("nobody@nowhere.1")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in freshness.files()] == [
        "brief/build/book.py",
        "chapters/10_one.ipynb",
        "web/live/panel.js",
    ]


@pytest.mark.parametrize("altered", [("1137", "1138"), ("persons", "people")], ids=["cell", "head"])
def test_a_staged_table_that_does_not_hold_what_was_read_is_seen(opened, tmp_path, altered):
    edition.write_tables(opened, tmp_path)
    assert all(book.is_staged_as_read(opened, name, tmp_path) for name in opened.tables)
    staged = tmp_path / "arrivals_korea_yearly.csv"
    text = staged.read_text(encoding="utf-8")
    assert altered[0] in text
    staged.write_text(text.replace(*altered, 1), encoding="utf-8")
    assert [
        name for name in opened.tables if not book.is_staged_as_read(opened, name, tmp_path)
    ] == ["arrivals_korea_yearly"]


def test_the_ledgers_order_comes_from_a_sweep_of_this_very_edition(opened):
    from brief.analysis import stability
    from brief.notebook.chapter import Chapter

    sweep = opened.sweep
    assert sweep and sweep["draws"] > 1000, (
        "the sweep is of another state of the data. Run: python3 run.py publish --sweep"
    )
    # The page orders by what stands in each row (tests/site/test_verdicts.py).
    stays = {d["id"]: d["stays"] for d in Chapter(opened).ledger().details}
    assert stays.keys() == opened.claims.keys()
    assert {key for key, share in stays.items() if share is not None} <= sweep["claims"].keys()
    assert all(stays[key] == stability.share(found) for key, found in sweep["claims"].items())
    assert len(set(stays.values())) > 10
    fragile = min(sweep["claims"], key=lambda key: sweep["claims"][key]["stays"])
    assert "changed first by" in chapter.stability_in_words(sweep, fragile)
    for key, claim in sweep[
        "claims"
    ].items():  # a share would be rounded up: 100.0 percent, and yet changed by something
        assert (
            chapter.stability_in_words(sweep, key).startswith("It stays in all ")
            == (claim["first"] is None)
            == (claim["stays_in"] == claim["draws"] > 0)
        )
    assert chapter.stability_in_words({}, fragile) == ""


def test_a_sweep_of_another_edition_is_not_shown(opened, tmp_path, monkeypatch):
    known = json.loads((paths.EDITIONS / f"{opened.name}.sweep.json").read_text(encoding="utf-8"))
    (tmp_path / f"{opened.name}.sweep.json").write_text(
        json.dumps(known | {"fingerprint": "0" * 64})
    )
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    again = edition.Edition(
        opened.tables, opened.connection, opened.published_ledger, opened.base, opened.known_hashes
    )
    assert again.is_published and again.sweep == {}


def test_what_is_no_notebook_is_told_with_its_file(tmp_path):
    path = tmp_path / "10_one.ipynb"
    for text, why in (('{"cells": [', "it breaks at line 1"), ("{}", "no list of cells")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=f"chapters/10_one.ipynb: found {why}"):
            edition.cells_of(path)

"""Two builders side by side over one environment: both end, and whatever either said is told."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import pytest

from brief.build import book, compiling
from brief.editions import edition
from brief.pdf import builder as pdf
from brief.site import page
from tests import PATIENCE

pytestmark = [
    pytest.mark.forks,
    pytest.mark.skipif(
        sys.platform != "linux",
        reason="elsewhere the builders run one after the other, which the workflows see",
    ),
]


def staged(opened, folder):
    """A staged book of a landing page and one chapter."""
    book.stage_inputs(opened, folder)
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: one\n", encoding="utf-8"
    )
    (folder / "index.md").write_text("# A book\n\nWhat does it ask?\n", encoding="utf-8")
    (folder / "one.md").write_text("# One\n\nA chapter.\n", encoding="utf-8")
    return folder


@pytest.fixture
def stage(opened, tmp_path):
    return staged(opened, tmp_path / "book")


@pytest.fixture(scope="module", autouse=True)
def sphinx_is_imported():
    """Once for all compilers of these tests, which are forked off this process."""
    with warnings.catch_warnings(
        action="ignore"
    ):  # jupyter-book's own, of the next release of Click
        compiling.import_sphinx()


def came(is_there) -> bool:
    """Whether something came to be, in the time that a slow machine may take."""
    end = time.monotonic() + PATIENCE
    while not is_there() and time.monotonic() < end:
        time.sleep(0.05)
    return is_there()


def compiled(stage, needed=compiling.nothing, ahead=compiling.nothing, **options):
    with compiling.Compiler() as compiler:
        compiler.take(compiling.Job(stage, edition.source_date(), needed=needed, ahead=ahead))
        compiler.compile(**options)


@pytest.fixture(scope="module")
def whole(opened, tmp_path_factory):
    """(the stage, what was done beside it) of one compilation whose work ahead failed."""
    stage, done = staged(opened, tmp_path_factory.mktemp("whole") / "book"), []
    compiled(
        stage,
        needed=partial(Path.write_text, stage / "extra" / "assets" / "late.js", "'late'"),
        ahead=partial(os._exit, 3),
        meanwhile=lambda: done.append("gathered"),
        when_html=lambda: done.append((stage / "_build" / "html" / "one.html").exists()),
    )
    return stage, done


def test_both_are_there_though_the_work_ahead_failed(whole):
    stage, _ = whole
    assert "A chapter." in (stage / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert (stage / "_build" / "briefpdf" / book.paths.PDF_NAME).read_bytes().startswith(b"%PDF")


def test_what_is_done_meanwhile_is_done_first_and_the_html_taken_when_it_is_there(whole):
    assert whole[1] == ["gathered", True]


def test_what_the_pages_need_is_made_beside_them_and_stands_on_the_site(whole):
    assert (whole[0] / "_build" / "html" / "assets" / "late.js").read_text(
        encoding="utf-8"
    ) == "'late'"


def write_on(folder):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "late").touch()


def refuse():
    raise OSError("no room for data")


def test_what_the_pages_need_and_do_not_get_is_told(stage):
    with pytest.raises(compiling.CompileFailed, match="no room for data"):
        compiled(stage, needed=refuse)


def test_builders_begin_before_the_chapters_and_read_when_these_are_there(stage):
    (stage / "one.md").unlink()
    with compiling.Compiler() as compiler:
        compiler.take(compiling.Job(stage, edition.source_date()))
        assert came((stage / "_build" / "html").is_dir), "no builder begins while the chapters run"
        time.sleep(4)  # in which it would have read, were it not waiting
        (stage / "one.md").write_text("# One\n\nA late chapter.\n", encoding="utf-8")
        compiler.compile()
    assert "A late chapter." in (stage / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert (stage / "_build" / "briefpdf" / book.paths.PDF_NAME).exists()


def test_a_builder_that_fails_before_the_chapters_are_there_is_told(stage):
    (stage / "_config.yml").write_text(
        "sphinx:\n  extra_extensions: [no_such_extension]\n", encoding="utf-8"
    )
    with pytest.raises(compiling.CompileFailed, match="no_such_extension"):
        compiled(stage)


def test_staged_tables_that_are_not_those_read_stop_the_build(opened, stage, tmp_path):
    book.gather(opened, stage, tmp_path / "whole")
    with (stage / "data" / "trade_china.csv").open("a", encoding="utf-8") as file:
        file.write(
            (stage / "data" / "trade_china.csv")
            .read_text(encoding="utf-8")
            .splitlines()[-1]
            .replace("20", "19", 1)
            + "\n"
        )
    with pytest.raises(book.BuildFailed, match="staged tables"):
        book.gather(opened, stage, tmp_path / "again")


def test_documents_that_cannot_be_read_stop_both(stage):
    (stage / "_toc.yml").write_text("format: jb-book\nroot: gone\n", encoding="utf-8")
    with pytest.raises(compiling.CompileFailed, match="html") as failed:
        compiled(stage)
    assert "briefpdf" not in str(failed.value)


def test_what_only_the_second_builder_refuses_is_told(stage, monkeypatch):
    def refuse(*_):
        raise pdf.PdfError("no ink")

    monkeypatch.setattr(pdf, "on_paper", refuse)
    with pytest.raises(compiling.CompileFailed, match="no ink"):
        compiled(stage)


def test_what_the_first_builder_refuses_after_reading_is_told_and_its_pages_are_not_taken(
    stage, monkeypatch
):
    def refuse(*_):
        raise OSError("no room for figures")

    monkeypatch.setattr(page, "write_figures", refuse)
    taken = []
    with pytest.raises(compiling.CompileFailed, match="no room for figures"):
        compiled(stage, when_html=lambda: taken.append("pages"))
    assert not taken


def test_no_process_outlives_the_stage(stage):
    """A chapter failed, say, while the page's files were being made: whoever still writes there would bring the folder back."""
    with compiling.Compiler() as compiler:
        with compiler:
            compiler.take(
                compiling.Job(
                    stage, edition.source_date(), needed=partial(write_on, stage / "extra")
                )
            )
            assert came((stage / "extra" / "late").exists)
        shutil.rmtree(stage)
        time.sleep(0.3)
        assert not stage.exists()


def test_a_process_that_died_before_there_was_a_stage_is_told(stage):
    with compiling.Compiler() as compiler:
        compiler.process.kill()
        compiler.process.join()
        compiler.take(compiling.Job(stage, edition.source_date()))
        with pytest.raises(compiling.CompileFailed, match="compiling process died"):
            compiler.compile()


def no_room():
    raise OSError(28, "No space left on device", "kept")


def test_what_stops_the_process_before_any_builder_is_told_in_words(stage, capfd):
    with compiling.Compiler() as compiler:
        compiler.take(compiling.Job(stage, edition.source_date(), first=no_room))
        with pytest.raises(compiling.CompileFailed, match="^kept: No space left on device$"):
            compiler.compile()
    assert "Traceback" not in capfd.readouterr().err


def test_a_builder_that_dies_is_told(stage, monkeypatch):
    monkeypatch.setattr(pdf.BriefPdf, "write", lambda *_: os._exit(7))
    with pytest.raises(compiling.CompileFailed, match="PDF died"):
        compiled(stage)

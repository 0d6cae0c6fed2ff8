"""Two builders side by side over one environment: both end, and whatever either said is told."""
from __future__ import annotations

import os
import sys
import time

import pytest

from brief import book, compiling
from brief.extensions import page, pdf

pytestmark = [pytest.mark.forks, pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the builders run one after the other, which the workflows see")]


@pytest.fixture
def stage(opened, tmp_path):
    """A staged book of a landing page and one chapter."""
    book.stage_inputs(opened, tmp_path / "book")
    (tmp_path / "book" / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: one\n", encoding="utf-8")
    (tmp_path / "book" / "index.md").write_text("# A book\n\nWhat does it ask?\n", encoding="utf-8")
    (tmp_path / "book" / "one.md").write_text("# One\n\nA chapter.\n", encoding="utf-8")
    return tmp_path / "book"


def compiled(stage, **options):
    with compiling.Compiler(stage, book.source_date()) as compiler:
        compiler.is_staged()
        compiler.compile(**options)


def test_both_are_there_and_what_is_done_meanwhile(stage):
    done = []
    compiled(stage, meanwhile=lambda: done.append("gathered"))
    assert done == ["gathered"]
    assert "A chapter." in (stage / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert (stage / "_build" / "briefpdf" / book.paths.PDF_NAME).read_bytes().startswith(b"%PDF")


def test_builders_begin_before_the_chapters_and_read_when_these_are_there(stage):
    (stage / "one.md").unlink()
    with compiling.Compiler(stage, book.source_date()) as compiler:
        compiler.is_staged()
        has_begun, end = (stage / "_build" / "html").is_dir, time.monotonic() + 60
        while not has_begun() and time.monotonic() < end:
            time.sleep(0.05)
        assert has_begun(), "no builder begins while the chapters run"
        time.sleep(4)                            # in which it would have read, were it not waiting
        (stage / "one.md").write_text("# One\n\nA late chapter.\n", encoding="utf-8")
        compiler.compile()
    assert "A late chapter." in (stage / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert (stage / "_build" / "briefpdf" / book.paths.PDF_NAME).exists()


def test_a_builder_that_fails_before_the_chapters_are_there_is_told(stage):
    (stage / "_config.yml").write_text("sphinx:\n  extra_extensions: [no_such_extension]\n", encoding="utf-8")
    with pytest.raises(compiling.CompileFailed, match="no_such_extension"):
        compiled(stage)


def test_staged_tables_that_are_not_those_read_stop_the_build(opened, stage, tmp_path):
    book.gather(opened, stage, tmp_path / "whole")
    with (stage / "data" / "trade_china.csv").open("a", encoding="utf-8") as file:
        file.write((stage / "data" / "trade_china.csv").read_text(encoding="utf-8").splitlines()[-1].replace("20", "19", 1) + "\n")
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
    monkeypatch.setattr(pdf, "finished", refuse)
    with pytest.raises(compiling.CompileFailed, match="no ink"):
        compiled(stage)


def test_what_the_first_builder_refuses_after_reading_is_told_as_well(stage, monkeypatch):
    def refuse(*_):
        raise OSError("no room for figures")
    monkeypatch.setattr(page, "write_figures", refuse)
    with pytest.raises(compiling.CompileFailed, match="no room for figures"):
        compiled(stage)


def test_a_builder_that_dies_is_told(stage, monkeypatch):
    monkeypatch.setattr(pdf.BriefPdf, "write", lambda *_: os._exit(7))
    with pytest.raises(compiling.CompileFailed, match="PDF died"):
        compiled(stage)

"""One whole book from a stranger's tables: every note, source and free text is hostile, and every page, the PDF and the
downloads show it as text. The book is built once (`hostile_book` in conftest.py)."""

from __future__ import annotations

import csv
import os
import re
import unicodedata

import pytest

from brief.build import book
from brief.editions import edition
from brief.tables.database import InputError
from tests import pdf_pages, pdf_tags
from tests.conftest import REPORT
from tests.site.test_hostile_markup import DANGEROUS, Watcher, flat


def outline(path) -> Watcher:
    return Watcher(path.read_text(encoding="utf-8"))


def scripts(page: Watcher) -> set[str]:
    """Where a page's scripts come from; what follows the ? only tells browsers an old edition from a new one."""
    return {v.split("?")[0] for t, n, v in page.attributes if t == "script" and n == "src"}


def test_hostile_tables_are_accepted(hostile_tables, opened):
    found = edition.open_edition(hostile_tables)
    assert len(found.differs_in) > 20
    flipped = [k for k, c in found.claims.items() if c.case != opened.claims[k].case]
    assert not flipped, "words decide no claim"


@pytest.mark.skipif(os.name == "nt", reason="there every name is Unicode")
def test_an_edition_is_refused_a_name_that_is_not_utf8(tmp_path, monkeypatch):
    def make(*_):
        raise AssertionError("SQLite opens no database there, which is told after all chapters")

    monkeypatch.setattr(book, "make", make)
    with pytest.raises(InputError, match=r"named-\\xff, a name that is not UTF-8"):
        book.build(out=tmp_path / "named-\udcff")
    assert list(tmp_path.iterdir()) == []


def test_no_page_has_an_element_that_the_published_book_has_not(hostile_book, published_book):
    pages = sorted(
        p.relative_to(hostile_book / "html") for p in (hostile_book / "html").rglob("*.html")
    )
    said = 0
    for page in pages:
        seen, known = outline(hostile_book / "html" / page), outline(published_book / "html" / page)
        assert not seen.harm, f"{page}: {seen.harm[:3]}"
        strange = {
            t
            for t in DANGEROUS & set(seen.tags)
            if seen.tags.count(t) > known.tags.count(t) and t != "meta"
        }
        assert not strange, f"{page}: new elements {strange}"
        assert scripts(seen) == scripts(known), page
        said += "alert(1)" in " ".join(seen.said)
    REPORT.append(
        f"hostile book: {len(pages)} pages, {said} of them with scripts as text, none with one that runs"
    )
    assert said >= 5, "hostile text reaches no page: the test proves nothing"


def test_links_of_the_pages_lead_where_the_sources_said(hostile_book, published_book):
    def outside(book):
        return {
            v
            for p in (book / "html").rglob("*.html")
            for _, n, v in outline(p).attributes
            if n in ("href", "src") and re.match("[a-z+]+:|//", v or "")
        }

    assert outside(hostile_book) <= outside(published_book), sorted(
        outside(hostile_book) - outside(published_book)
    )[:5]


def test_the_pdf_shows_hostile_text_and_is_still_sound(hostile_book):
    short, path = sorted(hostile_book.glob("*.pdf"), key=lambda pdf: "short" not in pdf.name)
    assert not pdf_tags.violations(short)
    said = " ".join(pdf_pages.page_texts(path)).replace(" ", "")
    assert "<script>alert" in said and "#panic" in said and "javascript:alert(1)" in said
    assert not pdf_tags.violations(path)


def test_downloads_hold_the_cells_as_they_were_handed_in(hostile_book, hostile_tables):
    for path in sorted(hostile_tables.glob("*.csv")):
        (made,) = (hostile_book / "html" / "downloads" / "data").glob(f"ALTERED-*-{path.name}")
        with (
            path.open(encoding="utf-8", newline="") as one,
            made.open(encoding="utf-8", newline="") as other,
        ):
            wanted, found = list(csv.reader(one)), list(csv.reader(other))
        notes = wanted[0].index("note") if "note" in wanted[0] else wanted[0].index("title")
        assert [r[notes] for r in found[1:]] == [
            unicodedata.normalize("NFC", r[notes].strip()) for r in wanted[1:]
        ], path.name


@pytest.mark.parametrize("name", ["sources.csv"])
def test_a_search_for_a_script_finds_text(hostile_book, name):
    text = (hostile_book / "html" / "search-index.js").read_text(encoding="utf-8")
    assert (
        text.startswith("window.briefSearch=[")
        and text.rstrip().endswith("];")
        and flat("alert(1)") in text
    )

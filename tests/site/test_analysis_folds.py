"""What a chapter computes in view stands behind folds of the page, light, and nowhere else."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from brief.notebook import frames
from tests.notebook import in_the_open

FOLD = re.compile(r'<details class="code-fold analysis-fold">.*?</details>', re.S)
MOST_BYTES = 15_000  # gzipped, of all folds of a page
SAID = "by SQL and by pandas"


def packed(text: str) -> int:
    return len(gzip.compress(text.encode()))


def weight(page: str) -> int:
    """What the folds of a page add to it, gzipped."""
    return packed(page) - packed(FOLD.sub("", page))


@pytest.fixture(scope="module")
def pages(published_book) -> dict[str, str]:
    folder = published_book / "html" / "chapters"
    return {p.stem: p.read_text(encoding="utf-8") for p in folder.glob("*.html")}


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_a_chapters_folds_hold_code_rows_and_both_roads(pages, name):
    folds = FOLD.findall(pages[name])
    text = "".join(folds)
    assert folds and "chapter.agrees(" in re.sub("<[^>]+>", "", text)
    assert text.count(SAID) >= 10 and text.count("<table>") >= 3
    assert "two roads disagree" not in pages[name]
    for table in re.findall("<tbody>(.*?)</tbody>", text, re.S):
        assert 1 <= table.count("<tr>") <= frames.MOST_ROWS
    assert 0 < weight(pages[name]) <= MOST_BYTES


def test_a_heavy_fold_is_seen():
    heavy = "".join(f"<td>{hash(str(n))}</td>" for n in range(3_000))
    page = f'<p>x</p><details class="code-fold analysis-fold">{heavy}</details>'
    assert weight(page) > MOST_BYTES and weight("<p>x</p>") == 0


def test_no_page_shows_it_outside_a_fold(pages):
    for name, page in pages.items():
        assert SAID not in FOLD.sub("", page), name


def test_neither_the_search_nor_the_pdf_holds_it(published_book):
    for path in (published_book / "html").rglob("*search*.js*"):
        assert SAID not in path.read_text(encoding="utf-8"), path.name
    pdfs = sorted(published_book.glob("*.pdf"))
    assert len(pdfs) == 2
    for pdf in pdfs:
        assert SAID not in pdf_text(pdf), pdf.name


def pdf_text(path: Path) -> str:
    from tests import pdf_pages

    text = " ".join(pdf_pages.page_texts(path))
    assert len(text) > 10_000
    return text

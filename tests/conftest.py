"""What the tests share: the published edition, the built books, and the rows of a table as people wrote them."""
from __future__ import annotations

import json
from pathlib import Path

import pytest

from brief import book, edition, paths


@pytest.fixture(scope="session")
def opened() -> edition.Edition:
    """The edition of data/, loaded once. Tests that alter it do so inside `alterations.altered`."""
    return edition.open_edition()


def is_current(folder: Path, inputs: str) -> bool:
    """Whether a built edition was made from exactly these inputs."""
    description = folder / "edition.json"
    return description.exists() and json.loads(description.read_text(encoding="utf-8")).get("inputs") == inputs


@pytest.fixture(scope="session")
def published_book(opened) -> Path:
    """The published book, built by the main command's own code unless it stands there, made from the same inputs."""
    if not is_current(paths.PUBLISHED, book.inputs_hash(opened)):
        assert opened.is_published, f"not the published content, it differs in {opened.differs_in}. Run: python3 run.py publish"
        book.build()
    return paths.PUBLISHED

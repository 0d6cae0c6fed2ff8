"""Executed chapters, kept by all that they came from: cells, code, wordings, tools, and the answers
they got from the data.

Which of the data a chapter reads is known when it has run (brief/build/reads.py). So a kept chapter
lies under a key of everything else, with its questions and their answers beside it; it is taken
again for an edition that answers all of them alike.
"""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path

from brief import kept, paths
from brief.build.reads import Answers
from brief.editions import freshness
from brief.notebook import assets

# executed versions of a chapter that are kept: the published one, and the last few altered ones
MOST = 4
# Inputs of the book on which no executed chapter depends, or which its questions answer for. Here *
# also stands for what lies deeper.
APART = (
    "data/*.csv",
    "chapters/*",
    "web/*",
    "index.md",
    "_toc.yml",
    "_config.yml",
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE*",
)


def shared_files() -> list[Path]:
    """The files on which every executed chapter depends: code, SQL, wordings, manifests, ledgers,
    locks.
    """
    place = lambda path: path.relative_to(paths.ROOT).as_posix()
    return [
        path
        for path in freshness.files()
        if not any(fnmatch.fnmatchcase(place(path), pattern) for pattern in APART)
    ]


class KeptChapters:
    """What is kept for the chapters of one edition, whose tables are those that the chapters would
    open.
    """

    def __init__(self, edition):
        self._answers = Answers(edition)
        shared = [part for path in shared_files() for part in (path.name, path)]
        self.shared = kept.key_of(
            *shared, assets.made_from()
        )  # of the fonts, by which text in pictures is measured

    def _path(self, name: str, answered: list | None):
        """Where one version of a chapter lies; with None, the pattern of all its versions made from
        the same texts.
        """
        key = kept.key_of(self.shared, paths.CHAPTERS / f"{name}.ipynb")[:32]
        return kept.place(
            f"chapter-{name}-{key}-{'*' if answered is None else kept.key_of(repr(answered))[:16]}"
        )

    def versions(self, name: str) -> list:
        """The kept versions of a chapter, the newest first."""
        pattern = self._path(name, None)
        return kept.newest_first(list(pattern.parent.glob(pattern.name)))

    def text_of(self, name: str) -> str | None:
        """The executed chapter as JSON text, where one is kept that this edition answers alike."""
        for path in self.versions(name):
            found = kept.read(path, is_chapter)
            if found and self._answers.all_same(found["answered"]):
                return found["text"]
        return None

    def keep(self, name: str, text: str, questions: list[tuple]) -> None:
        """Keep an executed chapter with what it asked; not one that asked what has no answer."""
        try:
            answered = [[*question, self._answers.of(question)] for question in questions]
        except Exception:  # whatever the database raised in the chapter, which went on
            return
        kept.write(self._path(name, answered), {"answered": answered, "text": text})
        kept.forget(f"chapter-{name}-*", MOST)


def is_chapter(found) -> bool:
    """Whether something kept is an executed chapter with its questions: {answered: [[kind, name,
    arguments, hash]], text}.
    """
    cells = json.loads(found["text"])["cells"]
    return isinstance(cells, list) and all(
        [type(part) for part in question] == [str, str, tuple, str]
        for question in found["answered"]
    )

"""What a chapter asked of its edition, and what it was answered: a chapter whose answers are still
the same need not run again.

While a chapter runs, every SQL statement it asks is noted, and every claim, number and property of
the edition that it looks at. In another edition the same questions are asked first (they take
milliseconds). Where each gets the same answer, and the chapter's cells, the code, the wordings and
the tools are as they were, running it again would give the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from brief.analysis import margins
from brief.editions import edition

PLAIN = re.compile(
    r"\s*(select|with|values|pragma\s+table_info)\b", re.I
)  # a statement that can be asked again and changes nothing
FIXED = (
    "wordings",
    "published_ledger",
)  # made from texts alone, which the key of a kept chapter holds


class Reads:
    """The questions, as (kind, name, arguments). `is_whole` is False once something was done that
    cannot be asked again.
    """

    def __init__(self):
        self.questions: dict[tuple, None] = {}
        self.is_whole = True

    def note(self, kind: str, name: str, arguments=()) -> None:
        self.questions[kind, name, arguments] = None

    def statement(self, cursor, text: str, bindings) -> bool:
        """apsw calls this before each statement; True lets it run."""
        if not PLAIN.match(text) or not cursor.is_readonly or isinstance(bindings, dict):
            self.is_whole = False
        else:
            self.note("sql", text, tuple(bindings or ()))
        return True


def watch(folder: Path) -> Reads:
    """Note what this process asks, from now on, of the edition that is held open for `folder`."""
    reads = Reads()
    edition.ALREADY_OPEN[folder.resolve()] = Watched(edition.ALREADY_OPEN[folder.resolve()], reads)
    # what was asked before the process divided would not be asked again
    margins.digest.cache_clear()
    return reads


class Watched:
    """An edition that notes what is taken from it."""

    def __init__(self, opened: edition.Edition, reads: Reads):
        self._edition, self._reads = opened, reads
        opened.connection.exec_trace = reads.statement

    def __getattr__(self, name: str):
        value = getattr(self._edition, name)
        if name in ("claims", "numbers"):
            return WatchedMapping(name, value, self._reads)
        if name != "connection" and name not in FIXED:
            self._reads.note("property", name)
        return value


class WatchedMapping(Mapping):
    """The claims or the numbers of an edition; each one taken is noted, and that all were looked
    through.
    """

    def __init__(self, name: str, values: dict, reads: Reads):
        self._name, self._values, self._reads = name, values, reads

    def __getitem__(self, key):
        self._reads.note(self._name, key)
        return self._values[key]

    def __iter__(self):
        self._reads.note(self._name, "")
        return iter(self._values)

    def __len__(self):
        self._reads.note(self._name, "")
        return len(self._values)


class Answers:
    """What an edition answers, each question asked once however many chapters had it."""

    def __init__(self, opened: edition.Edition):
        self.edition = opened
        self._known: dict[tuple, str] = {}

    def of(self, question: tuple) -> str:
        """A hash of the answer; raises what the edition raises."""
        if question not in self._known:
            self._known[question] = hashlib.sha256(
                repr(self._asked(*question)).encode()
            ).hexdigest()[:32]
        return self._known[question]

    def _asked(self, kind: str, name: str, arguments: tuple):
        if kind == "sql":
            return self.edition.connection.execute(name, arguments).fetchall()
        if kind == "property":
            return getattr(self.edition, name)
        values = getattr(self.edition, kind)
        return list(values) if name == "" else values.get(name)

    def all_same(self, answered: list) -> bool:
        """Whether each [kind, name, arguments, hash] gets the same answer here. A question that can
        no longer be asked does not.
        """
        try:
            return all(
                self.of((kind, name, tuple(arguments))) == known
                for kind, name, arguments, known in answered
            )
        except Exception:
            return False

"""What a view of the analysis, or a statement over it, needs: tables, and parameters one by one."""

from __future__ import annotations

import re
from functools import lru_cache

from brief.tables import database


def words_of(text: str) -> set[str]:
    """The words of an SQL text, without its comments."""
    return set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", text)))


@lru_cache(maxsize=4)
def of_views(connection) -> dict[str, list[str]]:
    """For every view, what a change of it may change: table names, or `parameters.NAME` where it
    reads only some parameters.

    A view that reads which row rests on which source depends on every table.
    """
    known, words = names(connection), words_of_views(connection)
    return {
        view: of_words(known, [words[other] for other in closure(view, words)]) for view in words
    }


def texts_of_views(connection) -> dict[str, str]:
    """The SQL of every view, in the order of definition."""
    return dict(
        connection.execute("select name, sql from sqlite_schema where type = 'view' order by rowid")
    )


@lru_cache(maxsize=4)
def words_of_views(connection) -> dict[str, set[str]]:
    """The words of every view's SQL, in the order of definition."""
    return {view: words_of(text) for view, text in texts_of_views(connection).items()}


def names(connection) -> tuple[list[str], set[str]]:
    """All tables, in the schema's order, and all parameters."""
    return list(database.table_columns(connection)), {
        name for (name,) in connection.execute("select name from parameters")
    }


def of_words(known: tuple[list[str], set[str]], statements: list[set[str]]) -> list[str]:
    """The same for statements given by their words; one that reads parameters without naming one
    reads them all.
    """
    tables, parameters = known
    named = set().union(*statements)
    found = [
        t for t in tables if t != "parameters" and (t in named or database.LINK_TABLE in named)
    ]
    if "parameters" in named:
        by_name = all(words & parameters for words in statements if "parameters" in words)
        found += (
            [f"parameters.{name}" for name in sorted(named & parameters)]
            if by_name
            else ["parameters"]
        )
    return found


def closure(view: str, words: dict[str, set[str]]) -> set[str]:
    """A view and every view that it reads, directly or through others."""
    found, waiting = set(), [view]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in words if other in words[name]]
    return found

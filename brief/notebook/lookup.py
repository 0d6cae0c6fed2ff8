"""Tables that people look a number up in: a view whose cells are ready text, shown in every format.

Written as a MyST `{table}`, so that page and PDF (and any other Sphinx builder) show it. The class
`view-…` lets the page refill it.
"""

from __future__ import annotations

import html
import re

from brief.tables import database

NUMERIC = re.compile(r"[−+-]?[\d,.]+( ?%)?|–|—|…|")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~^#@&!])")
FIRST = re.compile(
    r"^(?=[-+=:%(])|^(\d+)(?=[.)])"
)  # what opens a list, a fence, a target or a comment where a block begins


def escape(text) -> str:
    """Any text as literal MyST inside a table cell: data are shown as text, never as markup."""
    text = " ".join(str("–" if text is None else text).split())
    text = FIRST.sub(lambda m: (m[1] or "") + "\\", SPECIAL.sub(r"\\\1", text), count=1)
    return text.replace("://", "\\://").replace("www.", "www\\.") or " "


class PlainTable:
    """A table of ready texts. `key` is its name for references, `classes` what the page styles it
    by.
    """

    def __init__(
        self,
        key: str,
        caption: str,
        headings: list[str],
        rows: list[list],
        note: str = "",
        classes: str = "lookup",
    ):
        self.key, self.caption, self.headings, self.rows, self.note, self.classes = (
            key,
            caption,
            headings,
            rows,
            note,
            classes,
        )

    def alignment(self, index: int) -> str:
        """Right for a column in which every cell is a number, left for text."""
        return (
            "---:"
            if all(
                NUMERIC.fullmatch(str(r[index] if r[index] is not None else "")) for r in self.rows
            )
            else ":---"
        )

    def markdown(self) -> str:
        lines = [
            "| " + " | ".join(escape(h) for h in self.headings) + " |",
            "| " + " | ".join(self.alignment(i) for i in range(len(self.headings))) + " |",
        ]
        lines += ["| " + " | ".join(escape(v) for v in row) + " |" for row in self.rows]
        note = f"\n\n{escape(self.note)}\n" if self.note else ""
        return (
            f":::{{table}} {escape(self.caption)}\n:name: {self.key}\n:class: {self.classes}\n\n"
            + "\n".join(lines)
            + f"\n:::{note}\n"
        )

    def _repr_mimebundle_(self, **_):
        head = "".join(f"<th>{html.escape(h)}</th>" for h in self.headings)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(str('–' if v is None else v))}</td>" for v in row)
            + "</tr>"
            for row in self.rows
        )
        return {
            "text/markdown": self.markdown(),
            "text/plain": f"[table] {self.caption}",
            "text/html": (
                f"<table><caption>{html.escape(self.caption)}</caption>"
                f"<tr>{head}</tr>{body}</table>"
            ),
        }


class LookupTable(PlainTable):
    """One table of a chapter: the rows of a view, with the headings, caption and note from the
    wordings.
    """

    def __init__(self, key: str, connection, entry: dict, caption: str, note: str):
        rows = [
            [row[c] for c in entry["columns"]] for row in database.rows(connection, entry["view"])
        ]
        super().__init__(
            key,
            caption,
            list(entry["columns"].values()),
            rows,
            note,
            f"lookup view-{entry['view']}",
        )

"""Tables that people look a number up in: a view whose cells are ready text, shown in every format.

Written as a MyST `{table}`, so that page and PDF (and any other Sphinx builder) show it. The class `view-…`
lets the page refill it.
"""
from __future__ import annotations

import html
import re

from brief import database

NUMERIC = re.compile(r"[−+-]?[\d,.]+( ?%)?|–|—|…|")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~^#@])")


def escape(text) -> str:
    """Any text as literal MyST inside a table cell: data are shown as text, never as markup."""
    text = " ".join(str("–" if text is None else text).split())
    return SPECIAL.sub(r"\\\1", text).replace("://", "\\://").replace("www.", "www\\.") or " "


class LookupTable:
    """One table of a chapter: `rows` of a view, with the headings, caption and note from the wordings."""

    def __init__(self, key: str, connection, entry: dict, caption: str, note: str):
        self.key, self.view, self.caption, self.note = key, entry["view"], caption, note
        self.headings: dict[str, str] = entry["columns"]
        self.rows = [[row[c] for c in self.headings] for row in database.rows(connection, self.view)]

    def alignment(self, index: int) -> str:
        """Right for a column in which every cell is a number, left for text."""
        return "---:" if all(NUMERIC.fullmatch(str(r[index] if r[index] is not None else "")) for r in self.rows) else ":---"

    def markdown(self) -> str:
        lines = ["| " + " | ".join(escape(h) for h in self.headings.values()) + " |",
                 "| " + " | ".join(self.alignment(i) for i in range(len(self.headings))) + " |"]
        lines += ["| " + " | ".join(escape(v) for v in row) + " |" for row in self.rows]
        note = f"\n\n{escape(self.note)}\n" if self.note else ""
        return f":::{{table}} {escape(self.caption)}\n:name: {self.key}\n:class: lookup view-{self.view}\n\n" + "\n".join(lines) + f"\n:::{note}\n"

    def _repr_mimebundle_(self, **_):
        head = "".join(f"<th>{html.escape(h)}</th>" for h in self.headings.values())
        body = "".join("<tr>" + "".join(f"<td>{html.escape(str('–' if v is None else v))}</td>" for v in row) + "</tr>" for row in self.rows)
        return {"text/markdown": self.markdown(), "text/plain": f"[table] {self.caption}",
                "text/html": f"<table><caption>{html.escape(self.caption)}</caption><tr>{head}</tr>{body}</table>"}

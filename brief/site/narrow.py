"""Tables for a phone: one that is too wide for it and holds texts becomes cards there, a row each,
whose cells name themselves; one of numbers alone scrolls, with a shadow where more of it lies.

What decides is the longest word of each column, for a column cannot be narrower than that.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from brief.notebook.lookup import NUMERIC

PHONE = 325  # CSS pixels that a table has on a phone of 360
LETTER, GAP = 7.2, 16  # the mean width of a letter, and the padding of a cell, in brief.css
UNBROKEN = re.compile(r"\d{4}-\d\d(-\d\d)?|\S+")  # what stays on one line


def is_too_wide(columns: list[list[str]]) -> bool:
    """Whether a table with these cells, its heads among them, is wider than a phone."""
    longest = (
        max((len(m[0]) for text in column for m in UNBROKEN.finditer(text)), default=0)
        for column in columns
    )
    return sum(letters * LETTER + GAP for letters in longest) > PHONE


def holds_texts(columns: list[list[str]]) -> bool:
    """Whether more than the first column holds anything but numbers; the first cell is the head."""
    return any(
        not all(NUMERIC.fullmatch(text) for text in column[1:] if text) for column in columns[1:]
    )


def name_cells(doctree) -> None:
    """Let each cell of a table that becomes cards know its column's head."""
    for table in doctree.findall(nodes.table):
        rows = [
            [entry for entry in row.children if isinstance(entry, nodes.entry)]
            for row in table.findall(nodes.row)
        ]
        if len(rows) < 2 or len({len(row) for row in rows}) > 1:
            continue
        heads, *body = rows
        columns = [[" ".join(e.astext().split()) for e in c] for c in zip(*rows, strict=True)]
        if not (is_too_wide(columns) and holds_texts(columns)):
            continue
        table["classes"].append("cards")
        for row in body:
            for head, entry in list(zip(heads, row, strict=True))[1:]:
                entry["head"] = head.astext().strip()


def visit_entry(self, node) -> None:
    """A cell as docutils writes it, and the head of its column where it is to name it."""
    HTML5Translator.visit_entry(self, node)
    if node.get("head"):
        label = self.attval(node["head"])
        self.body[-1] = self.body[-1].replace(">", f' data-head="{label}">', 1)


def setup(app):
    app.add_node(nodes.entry, override=True, html=(visit_entry, HTML5Translator.depart_entry))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The chapter *What changed*: what `changes.against_published` found, shown as text and tables in
every format.

A published wording that stands here on purpose is wrapped in `data-published`, so that the page's
own scripts, and the tests that look for stale sentences, know it from the edition's own.
"""

from __future__ import annotations

import html

from brief.editions import changes, edition
from brief.editions.changes import shown, turned
from brief.notebook import forms
from brief.notebook.lookup import PlainTable, escape

NONE = "–"  # in the place of a number that was not there, or is not any more
MOST = 60  # rows of a table on the page; the downloads hold the rest


class Text:
    """Paragraphs in MyST, with the same as plain text."""

    def __init__(self, markdown: str, plain: str):
        self.markdown, self.plain = markdown, plain

    def _repr_mimebundle_(self, **_):
        return {
            "text/markdown": self.markdown,
            "text/plain": self.plain,
            "text/html": f"<p>{html.escape(self.plain)}</p>",
        }


def paragraph(text: str) -> Text:
    return Text(escape(text), text)


def nothing(text: str) -> Text:
    """What a notebook says where there is nothing to show; the book leaves it out, and its section
    where that holds nothing else (`brief.site.outputs.leave_out_nothing`).
    """
    return Text(f":::{{container}} {forms.SAYS_NOTHING}\n{escape(text)}\n:::", text)


class ChangedPages:
    """What the chapter shows, part by part."""

    def __init__(self, opened: edition.Edition):
        self.edition = opened
        self.found = changes.against_published(opened) if opened.published_ledger else None

    def overview(self) -> Text:
        """What is compared with what, and how much differs."""
        ledger = self.edition.published_ledger
        if ledger is None:
            return paragraph("No edition has been published yet.")
        if self.edition.is_published:
            return paragraph(
                (
                    f"Nothing differs: this is the published edition {ledger['edition']} of "
                    f"{ledger['date']}."
                )
            )
        found, total = self.found, len(self.edition.claims)
        tables = [f"{name}.csv" for name in found["tables"]] + found["unlisted"] + found["texts"]
        return paragraph(
            f"This edition differs from the published edition {ledger['edition']} of "
            f"{ledger['date']} in {', '.join(tables)}. "
            f"{len(found['flips'])} of {total} verdicts flip and {found['stayed']} stay; "
            f"{len(found['moved'])} of {len(self.edition.numbers)} numbers move."
        )

    def sentences(self) -> Text:
        """Every flipped claim with its published and its present wording."""
        flips = self.found["flips"] if self.found else []
        if not flips:
            return nothing("No sentence flips.")
        parts = [
            f"::::{{container}} brief-flip\n**{escape(self.asked(f['id']))}** "
            f"{turned(f['id'], f['was'], f['now'])} "
            f"({escape(f['id'])})\n\n"
            ":::{container} data-published\nPublished: "
            f"{escape(f['sentence_was'])}\n:::\n\nHere: {escape(f['sentence_now'])}\n::::"
            for f in flips
        ]
        plain = "\n".join(f"{f['id']}: {f['sentence_was']} → {f['sentence_now']}" for f in flips)
        return Text("\n\n".join(parts), plain)

    def asked(self, key: str) -> str:
        """A claim's question; of one that stands in the published ledger alone, that it is gone."""
        claim = self.edition.claims.get(key)
        return claim.entry["question"] if claim else "A claim that is no longer made."

    def numbers(self):
        """Every number that moved, the largest move first."""
        moved = self.found["moved"] if self.found else []
        if not moved:
            return nothing("No number moves.")
        rows = [[m["key"], m["was"] or NONE, m["now"] or NONE, f"{m['score']:.2f}"] for m in moved]
        return self._table(
            "numbers-moved",
            "Numbers that move, the largest move first",
            ["Number", "Published", "Here", "Score"],
            rows,
        )

    def cells(self):
        """Every cell whose value is another one."""
        rows = [
            [name, c["row"], c["column"], shown(c["was"]), shown(c["now"])]
            for name, change in self._tables()
            for c in change["revised"]
        ]
        if not rows:
            return nothing("No cell is revised.")
        return self._table(
            "cells-revised", "Cells revised", ["Table", "Row", "Column", "Published", "Here"], rows
        )

    def coverage(self):
        """Rows that came and rows that went."""
        rows = [
            [name, key, what]
            for name, change in self._tables()
            for what, keys in (("added", change["added"]), ("removed", change["removed"]))
            for key in keys
        ]
        if not rows:
            return nothing("No row is added or removed.")
        return self._table(
            "rows-changed", "Rows added and removed", ["Table", "Row", "What happened"], rows
        )

    def revisions(self):
        """The dated revisions of the published editions."""
        from brief.editions.ledgers import revisions

        rows = [
            [r["date"], r["edition"], r["direction"], r["reason"]] for r in reversed(revisions())
        ]
        if not rows:
            return nothing("Nothing has been revised.")
        return PlainTable(
            "tbl-revisions",
            "Revisions, the newest first",
            ["Date", "Edition", "Direction", "Reason"],
            rows,
        )

    def turned(self) -> Text:
        """Each verdict that a revision turned: what was said, what is said now, and why."""
        from brief.editions.ledgers import revisions

        found = [
            (revision, turn)
            for revision in reversed(revisions())
            for turn in revision.get("turned", [])
        ]
        if not found:
            return nothing("No published verdict has turned.")
        parts = [
            f"::::{{container}} brief-flip\n**{escape(self.asked(turn['claim']))}** "
            f"{turned(turn['claim'], turn['was'], turn['now'])} "
            f"(edition {escape(revision['edition'])})\n\n"
            f":::{{container}} data-published\nBefore: {escape(turn['sentence_was'])}\n:::\n\n"
            f"Why: {escape(turn['why'])}\n::::"
            for revision, turn in found
        ]
        plain = "\n".join(f"{turn['claim']}: {turn['why']}" for _, turn in found)
        return Text("\n\n".join(parts), plain)

    def revised(self):
        """The rows whose figures a revision changed or took out, each with the reason."""
        from brief.editions.ledgers import revisions

        rows = [
            [
                entry["edition"],
                f"{row['table']} {row['row']}",
                ", ".join(row["columns"]) or "taken out",
                row["why"],
            ]
            for entry in reversed(revisions())
            for row in entry.get("revised", [])
        ]
        if not rows:
            return nothing("No published figure has been revised.")
        return PlainTable(
            "tbl-rows-revised",
            "Figures that a revision changed, and why",
            ["Edition", "Row", "Column", "Why"],
            rows,
        )

    def _tables(self):
        return self.found["tables"].items() if self.found else []

    @staticmethod
    def _table(key: str, caption: str, headings: list[str], rows: list[list]) -> PlainTable:
        note = (
            f"And {len(rows) - MOST} more; `run.py compare` lists them all."
            if len(rows) > MOST
            else ""
        )
        return PlainTable(
            f"tbl-{key}", caption, headings, rows[:MOST], note, "lookup data-published"
        )

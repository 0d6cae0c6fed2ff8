"""Roles that bind prose to the analysis: {number}`key`, {claim}`topic.assertion`, {source}`id; id`.

A key that does not exist fails the build. Citations become numbered notes: at the chapter's end on
the page, at the foot of the page in the PDF.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from brief.analysis.claims import formed
from brief.analysis.translations import NumbersIn, sentence
from brief.site import extras
from brief.site.bound import (
    KnownRole,
    brief_claim,
    brief_number,
    opened,
    source_reference,
    spoken,
)

log = logging.getLogger(__name__)


class NumberRole(KnownRole):
    """{number}`key`: a number as the SQL prints it."""

    what = "number %r: the views numbers_… in analysis/*.sql define them"

    def known(self, edition):
        return NumbersIn(edition.numbers, self.language)

    def shown(self, found):
        key, _, form = self.text.partition(":")
        text = formed(found[1], f"{{{self.text}}}")
        return brief_number("", text, key=key, form=form, classes=["brief-number"])


class ClaimRole(KnownRole):
    """{claim}`topic.assertion`: the sentence that the data pick."""

    what = "claim %r: analysis/*.yml lists them"

    def known(self, edition):
        return edition.claims

    def shown(self, found):
        classes = ["brief-claim", f"brief-{found.case}"]
        said = sentence(found, opened(self.env.app).numbers, self.language)
        return brief_claim(
            "", said, key=found.id, case=found.case, sign=found.sign, classes=classes
        )


class SourceRole(SphinxRole):
    """{source}`id` or {source}`id; id`: a note naming these rows of sources.csv."""

    def run(self):
        keys = [key.strip() for key in self.text.split(";")]
        known = known_sources(self.env.app)
        for key in keys:
            if key not in known:
                log.error(
                    "there is no source %r in data/sources.csv", key, location=self.get_location()
                )
                return [nodes.problematic(self.rawtext, self.rawtext)], []
        return [source_reference("", keys=keys)], []


def known_sources(app) -> dict[str, dict]:
    """sources.csv by id."""
    if not hasattr(app, "brief_sources"):
        from brief.tables import database

        app.brief_sources = {
            row["source_id"]: row for row in database.rows(opened(app).connection, "sources")
        }
    return app.brief_sources


def source_entry(row: dict) -> list[nodes.Node]:
    """One source as text: publisher, title (a link where it has an address), date; and where a copy
    was read.
    """
    date = f", {row['date']}" if row["date"] and row["date"] != "n.d." else ""
    entry = [
        nodes.Text(f"{row['publisher']}, "),
        linked(row["title"] or row["source_id"], row["url"]),
        nodes.Text(f"{date}."),
    ]
    if row["read_at"]:
        entry += [nodes.Text(" Read as "), linked("a copy", row["read_at"]), nodes.Text(".")]
    return entry


def linked(text: str, address: str | None) -> nodes.Node:
    """A text as a link, where there is an address that may be one."""
    if extras.is_web_address(address):
        return nodes.reference("", text, refuri=address, internal=False)
    return nodes.Text(text)


def number_notes(app, doctree) -> None:
    """Turn a chapter's citations into numbered notes, in the order of first use; one note a set of
    sources.
    """
    known, numbers = known_sources(app), {}
    for reference in list(doctree.findall(source_reference)):
        keys = tuple(reference["keys"])
        first = keys not in numbers
        number = numbers.setdefault(keys, len(numbers) + 1)
        mark = nodes.footnote_reference(
            "",
            str(number),
            refid=f"note-{number}",
            ids=[f"note-{number}-mark"] if first else [],
            auto=1,
        )
        mark["docname"] = app.env.docname
        mark.resolved = 1
        close_gap(reference)
        reference.replace_self(mark)
    if not numbers:
        return
    section = nodes.section(ids=["notes"], names=["notes"], classes=["notes"])
    section += nodes.title("", spoken(app, app.env.docname).say("Notes"))
    for keys, number in numbers.items():
        note = nodes.footnote(
            "",
            nodes.label("", str(number)),
            ids=[f"note-{number}"],
            backrefs=[f"note-{number}-mark"],
            auto=1,
        )
        note["docname"] = app.env.docname
        paragraph = nodes.paragraph()
        for index, key in enumerate(keys):
            paragraph += [nodes.Text(" ")] if index else []
            paragraph += source_entry(known[key])
        note += paragraph
        section += note
    top = next(doctree.findall(nodes.section), doctree)
    top += section


def close_gap(reference) -> None:
    """A note's mark follows the word before it without a space, however the source was typed."""
    index = reference.parent.index(reference)
    before = reference.parent[index - 1] if index else None
    if isinstance(before, nodes.Text):
        reference.parent.replace(before, nodes.Text(before.rstrip()))


def visit_inline(self, node):
    attributes = {"data-number" if isinstance(node, brief_number) else "data-claim": node["key"]}
    if isinstance(node, brief_claim):
        attributes["data-case"] = node["case"]
    elif node["form"]:
        attributes["data-form"] = node["form"]
    self.body.append(self.starttag(node, "span", "", **attributes))


def depart_inline(self, node):
    self.body.append("</span>")


def pass_by(self, node):
    """Other writers: the words alone."""


def setup(app):
    app.setup_extension("brief.site.outputs")
    app.add_role("number", NumberRole())
    app.add_role("claim", ClaimRole())
    app.add_role("source", SourceRole())
    for node in (brief_number, brief_claim):
        app.add_node(
            node,
            html=(visit_inline, depart_inline),
            latex=(pass_by, pass_by),
            text=(pass_by, pass_by),
        )
    app.connect("doctree-read", number_notes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The edition that a Sphinx build speaks of, opened once; and the nodes that carry its numbers,
claims and charts.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from brief import languages
from brief.analysis.claims import PLACEHOLDER
from brief.analysis.translations import Catalogue
from brief.editions import edition
from brief.notebook import agreement
from brief.tables.entries import WordingError

log = logging.getLogger(__name__)


class KnownRole(SphinxRole):
    """A role whose text names something that the edition has; another name is an error."""

    what = ""  # "claim %r: analysis/*.yml lists them": what is missing, and where there are some

    @property
    def language(self) -> str:
        """The language of the page."""
        return languages.of_page(self.env.docname)

    def known(self, edition) -> dict:
        """All that may be named, by name."""
        raise NotImplementedError

    def shown(self, found) -> nodes.Node:
        """What stands in the text for the thing named."""
        raise NotImplementedError

    def run(self):
        key = self.text.partition(":")[0]  # behind the colon stands a form of a number in Korean
        try:
            known = self.known(opened(self.env.app))
            if key in known:
                shown = self.shown(known[key])
                return [shown, *two_roads_mark(self.env.app, key)], []
            log.error(f"there is no {self.what}", key, location=self.get_location())
        except WordingError as error:
            log.error("%s", error, location=self.get_location())
        return [nodes.problematic(self.rawtext, self.rawtext)], []


class brief_number(nodes.inline):
    """A number in prose. Attributes: key, form (as brief/korean.py names it, or '')."""


class brief_claim(nodes.inline):
    """A claim's sentence in prose. Attributes: key, case, sign."""


class fares_strip(nodes.General, nodes.Element):
    """How the commentary fares, counted. Attribute: counts ({sign: claims})."""


class claims_ledger(nodes.General, nodes.Element):
    """All claims as one table; its children are their cards."""


class brief_chart(nodes.General, nodes.Element):
    """A figure's picture. Attributes: key, alt, wide, narrow (SVG texts), spec (dict), translations
    (by language the bundle of the same in its words).
    """


class source_reference(nodes.Inline, nodes.Element):
    """A citation before it becomes a footnote. Attributes: keys."""


# Told when the settings stand and the extensions are loaded, before anything looks for documents: a
# builder may wait here (brief/build/compiling.py).
BEFORE_READING: list = []
# Told when all documents have been read and the environment lies on disk: another builder may then
# begin with it (brief/build/compiling.py).
WHEN_READ: list = []


def is_card(node) -> bool:
    """Whether a node is a claim set apart, with its question and its evidence."""
    return isinstance(node, nodes.container) and "claim-card" in node.get("classes", ())


def opened(app) -> edition.Edition:
    """The build's edition: of the folder in the `brief_data` setting, else of $BRIEF_DATA, else the
    published data.
    """
    if not hasattr(app, "brief_edition"):
        app.brief_edition = edition.open_edition(app.config.brief_data or edition.default_folder())
    return app.brief_edition


def spoken(app, docname: str) -> Catalogue:
    """The words of page and PDF in the language of a page."""
    return Catalogue(opened(app).wordings, languages.of_page(docname))


def disagreed(app) -> set[str]:
    """The keys of numbers and claims to which SQL and pandas gave two values in this edition."""
    if not hasattr(app, "brief_disagreed"):
        found = agreement.read_disagreements(Path(app.srcdir))
        app.brief_disagreed = {one["key"] for one in found}
    return app.brief_disagreed


def disputed(app) -> set[str]:
    """The keys of all that says such a number: itself, claims whose sentence names it, figures and
    tables whose words do.
    """
    if not hasattr(app, "brief_disputed"):
        apart = disagreed(app)
        found = set(apart)
        if apart:
            edition_here = opened(app)
            for key, claim in edition_here.claims.items():
                if apart & set(PLACEHOLDER.findall(claim.entry.get(claim.case) or "")):
                    found.add(key)
            for kind in ("figures", "tables"):
                for key, entry in edition_here.wordings.get(kind, {}).items():
                    if apart & set(PLACEHOLDER.findall(str(entry))):
                        found.add(key)
        app.brief_disputed = found
    return app.brief_disputed


def two_roads_mark(app, key: str) -> list[nodes.Node]:
    """What stands behind a number, a claim's sentence or a caption on which two roads part."""
    if key not in disputed(app):
        return []
    return [nodes.inline("", f" ({agreement.MARK})", classes=["two-roads-mark"])]


def mark_two_roads(app, doctree) -> None:
    """Mark the cards, figures and tables of a document; what stands in prose is marked where it is
    written.
    """
    if not disagreed(app):
        return
    for card in doctree.findall(nodes.container):
        if "claim-card" in card["classes"]:
            for paragraph in card.findall(nodes.paragraph):
                if "claim-sentence" in paragraph["classes"]:
                    paragraph += two_roads_mark(app, card["key"])
    for kind, heading in ((nodes.figure, nodes.caption), (nodes.table, nodes.title)):
        for node in doctree.findall(kind):
            for title in list(node.findall(heading))[:1]:
                for key in node["names"]:
                    title += two_roads_mark(app, key)


def setup(app):
    app.add_config_value("brief_data", "", "env")
    app.connect(
        "config-inited",
        lambda app, config: [tell() for tell in BEFORE_READING] and None,
        priority=0,
    )
    app.connect("doctree-read", mark_two_roads)
    app.connect("env-check-consistency", lambda app, env: [tell() for tell in WHEN_READ] and None)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

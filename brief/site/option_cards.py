"""Roles of the options: {ground}`option` says whether an option's ground holds, {standing}`claim`
how a claim stands.

Both are plain inline text with classes that name the key and the case, so that the page can mark
and refill them.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from brief.analysis.options import ANSWERS, load_options
from brief.site.bound import opened

log = logging.getLogger(__name__)


class GroundRole(SphinxRole):
    """{ground}`option`: the sentence that says whether the option's ground holds."""

    def run(self):
        edition = opened(self.env.app)
        options = load_options(edition.wordings, edition.claims, edition.numbers)
        if self.text not in options:
            log.error(
                "there is no option %r: analysis/*.yml lists them",
                self.text,
                location=self.get_location(),
            )
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        found = options[self.text]
        return [
            nodes.inline(
                "",
                found.sentence,
                classes=["brief-ground", f"ground-{found.state}", f"option-{found.id}"],
            )
        ], []


class StandingRole(SphinxRole):
    """{standing}`claim`: one or two words on how a claim stands."""

    def run(self):
        claims = opened(self.env.app).claims
        if self.text not in claims:
            log.error(
                "there is no claim %r: analysis/*.yml lists them",
                self.text,
                location=self.get_location(),
            )
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        case = claims[self.text].case
        return [
            nodes.inline(
                "",
                ANSWERS[case],
                classes=[
                    "brief-standing",
                    f"standing-{case}",
                    f"claim-{self.text.replace('.', '-')}",
                ],
            )
        ], []


def setup(app):
    app.setup_extension("brief.site.bound")
    app.add_role("ground", GroundRole())
    app.add_role("standing", StandingRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

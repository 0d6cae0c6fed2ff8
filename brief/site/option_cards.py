"""The role of the options: {ground}`option` says whether an option's ground holds, as plain inline
text with classes that name the key and the case, so that the page can mark and refill it.
"""

from __future__ import annotations

from docutils import nodes

from brief.analysis.options import load_options
from brief.site.bound import KnownRole


class GroundRole(KnownRole):
    """{ground}`option`: the sentence that says whether the option's ground holds."""

    what = "option %r: analysis/*.yml lists them"

    def known(self, edition):
        return load_options(edition.wordings, edition.claims, edition.numbers, self.language)

    def shown(self, found):
        classes = ["brief-ground", f"ground-{found.state}", f"option-{found.id}"]
        return nodes.inline("", found.sentence, classes=classes)


def setup(app):
    app.setup_extension("brief.site.bound")
    app.add_role("ground", GroundRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

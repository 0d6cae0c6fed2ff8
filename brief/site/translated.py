"""Figures on a page in another language: a container `translated-figure` whose second class is the
figure's key becomes the figure as its chapter drew it in that language. Data, files and code stay
with the English one.
"""

from __future__ import annotations

from docutils import nodes

from brief import languages
from brief.site.bound import brief_chart

PLACE = "translated-figure"


def places(doctree) -> list[nodes.container]:
    """Where a document wants figures, in its order."""
    return [n for n in doctree.findall(nodes.container) if PLACE in n["classes"]]


def figures_for(app, docname: str, doctree) -> list[tuple[nodes.container, str, dict]]:
    """(place, document of the English figure, the figure's bundle in the page's language) of each
    place; one whose figure the book lacks keeps what stands in it.
    """
    language = languages.of_page(docname)
    found = []
    for place in places(doctree):
        key = place["classes"][place["classes"].index(PLACE) + 1]
        home, _, _ = app.env.domaindata["std"]["labels"].get(key, ("", "", ""))
        for chart in app.env.get_doctree(home).findall(brief_chart) if home else []:
            said = chart.get("translations", {})
            if chart["key"] == key and language in said:
                found.append((place, home, said[language]))
    return found

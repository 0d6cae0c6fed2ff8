"""The Korean summary as a PDF of its own: the translated page of the book with a cover in Korean.

The page is no part of the English PDF. Words that the template prints come from the catalogue
(analysis/korean.yml); the form is the book's.
"""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes

from brief import languages
from brief.analysis.translations import KOREAN, Catalogue
from brief.editions import imprint
from brief.site import outputs, translated

NOTE = "translation-note"  # the class of what says that a text was translated by machine
# What brief.typ prints by itself.
PRINTED = ("Policy brief", "How to cite", "License", "Online")


def taken_out(app, tree: nodes.document) -> nodes.document | None:
    """The translated chapters with their figures, taken out of the assembled book, as a document of
    the same form; None where there are none.
    """
    found = [
        chapter
        for chapter in tree.findall(addnodes.start_of_file)
        if languages.of_page(chapter["docname"]) == KOREAN
    ]
    if not found:
        return None
    translation = nodes.document(tree.settings, tree.reporter)
    translation["docname"] = tree["docname"]
    for chapter in found:
        tree.remove(chapter)
        for place, _, content in translated.figures_for(app, chapter["docname"], chapter):
            place.replace_self(outputs.figure_node(content))
        translation += chapter
    return translation


def facts(english: dict, edition, catalogue: Catalogue, published: str) -> dict:
    """What the template says about the book (`english`, as the whole PDF has it), in Korean. How to
    cite it stays English: so the brief is called.
    """
    said, date = catalogue.say, catalogue.date
    name = (
        said("Edition {}", edition.name)
        if edition.is_published
        else said("Altered edition {}", edition.fingerprint[:12])
    )
    about = [
        [said("Edition"), edition.name if edition.is_published else said("altered, not published")],
        [said("Data to"), date(edition.cut_off)],
        [said("Fingerprint"), edition.fingerprint[:12]],
    ]
    about += [[said("Published on"), date(published)]] if published else []
    fingerprint = f"{said('Fingerprint')} {edition.fingerprint[:12]}"
    figure, table = (catalogue.parts(f"{kind} {{}}")[0].strip() for kind in ("Figure", "Table"))
    return english | {
        "title": said(english["title"]),
        "subtitle": said("Summary in Korean"),
        "language": KOREAN,
        "line": f"{name} · {said('data to {}', date(edition.cut_off))} · {fingerprint}",
        "mark": said(edition.mark) if edition.mark else "",
        "facts": about,
        "license": said("Text, tables and figures: {}. Code: MIT.", imprint.LICENSE),
        "words": {key: said(key) for key in PRINTED} | {"Figure": figure, "Table": table},
        "has_contents": False,
    }


def opening(translation: nodes.document) -> dict[str, str]:
    """What the cover asks and what it warns of: the first paragraph of the page, and its note."""
    notes = [p for p in translation.findall(nodes.paragraph) if NOTE in p.parent.get("classes", ())]
    first = next(
        (p for p in translation.findall(nodes.paragraph) if p not in notes and p.astext()), None
    )
    return {
        "question": " ".join(first.astext().split()) if first is not None else "",
        "notice": " ".join(" ".join(p.astext() for p in notes).split()),
    }

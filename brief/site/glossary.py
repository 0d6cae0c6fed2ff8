"""Terms explained where they are first used: the first mention in a chapter's prose bears its
meaning, which hovers, and leads to the list of all terms, for those who touch or print.

The terms stand under `glossary:` in analysis/*.yml; the chapter on methods lists them.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from brief.site.bound import brief_claim, opened

LIST = "chapters/90_methods"  # the document with the list of all terms
PASSED_OVER = (
    nodes.reference,
    nodes.literal,
    nodes.title,
    nodes.caption,
    nodes.table,
    nodes.footnote,
    nodes.literal_block,
    nodes.abbreviation,
)


def explain_terms(app, doctree) -> None:
    """Wrap the first mention of every term of the glossary in an abbreviation that holds its
    meaning.
    """
    terms = dict(opened(app).wordings.get("glossary", {}))
    if not terms or not app.env.docname.startswith("chapters/"):
        return
    for text in list(doctree.findall(nodes.Text)):
        if terms and is_prose(text):
            text.parent.replace(text, with_terms(str(text), terms))


def is_prose(text: nodes.Text) -> bool:
    """Whether a text stands in a paragraph or list that people read as prose (claims are prose;
    data tables are not).
    """
    node, in_paragraph = text.parent, False
    if isinstance(node, brief_claim):  # its words are replaced as a whole when data change
        return False
    while node is not None:
        if isinstance(node, PASSED_OVER):
            return False
        in_paragraph |= isinstance(node, nodes.paragraph)
        node = node.parent
    return in_paragraph


def with_terms(text: str, terms: dict[str, str]) -> list[nodes.Node]:
    """The text as nodes; each term found is explained and taken out of `terms`, so that it is
    explained once.
    """
    for term in sorted(terms, key=len, reverse=True):
        found = re.search(rf"\b{re.escape(term)}s?\b", text, re.I)
        if found:
            meaning = terms.pop(term)
            return [
                *with_terms(text[: found.start()], terms),
                nodes.abbreviation("", found[0], explanation=meaning),
                *with_terms(text[found.end() :], terms),
            ]
    return [nodes.Text(text)] if text else []


def visit_term(self, node) -> None:
    """A term as a link to the list of all terms, where the book has one."""
    if LIST not in self.builder.env.all_docs:
        HTML5Translator.visit_abbreviation(self, node)
        return
    address = self.builder.get_relative_uri(self.builder.current_docname, LIST)
    meaning = self.attval(node["explanation"])
    self.body.append(f'<a class="term" href="{address}#tbl-glossary" title="{meaning}">')


def depart_term(self, node) -> None:
    self.body.append("</a>" if LIST in self.builder.env.all_docs else "</abbr>")


def setup(app):
    app.setup_extension("brief.site.bound")
    app.add_node(nodes.abbreviation, override=True, html=(visit_term, depart_term))
    app.connect("doctree-read", explain_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

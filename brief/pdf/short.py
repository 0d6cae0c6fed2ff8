"""The short edition of the PDF: parts of the book's own doctree, chosen by the rules that
`short_edition` in analysis/book.yml states.

Nothing is written here: what a reader of the short edition sees stands in the whole one too, with
the same numbers of figures and tables.
"""

from __future__ import annotations

from typing import TypedDict

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import SphinxError

COVER = "cover"
SET_SO = {"runs_on": "runs-on", "dense": "dense"}  # wishes on how a document is set, as classes

DETAILS = {"claim-meta", "claim-margin"}  # of a card: they stand in the whole book


class Wishes(TypedDict, total=False):
    """What is taken of one document; see analysis/book.yml."""

    opening: bool
    sections: str | list[str]
    options: bool
    claims: int
    figures: int | list[str]
    runs_on: bool
    dense: bool


class NotInTheBook(SphinxError):
    """analysis/book.yml asks for a part that the book does not have."""

    category = "Short PDF"


def wishes_of(edition) -> dict[str, Wishes]:
    """What the edition's short PDF takes, by document; empty where none is declared."""
    return getattr(edition, "wordings", {}).get("short_edition", {})


def shortened(tree: nodes.document, wishes: dict[str, Wishes]) -> nodes.document:
    """The chosen parts of an assembled book, as a document of the same form. Raises NotInTheBook
    for a part that is not there.
    """
    chapters = {chapter["docname"]: chapter for chapter in tree.findall(addnodes.start_of_file)}
    short = nodes.document(tree.settings, tree.reporter)
    short["docname"] = tree["docname"]
    for name, wish in wishes.items():
        if name == COVER:
            continue
        if name not in chapters:
            raise NotInTheBook(f"analysis/book.yml takes parts of {name}, which is no chapter")
        short += chapter_in_brief(chapters[name], wish)
    return short


def cover_figure(tree: nodes.document, wishes: dict[str, Wishes]) -> addnodes.start_of_file | None:
    """The figure that opens the short edition, in the chapter that it comes from."""
    key = wishes.get(COVER, {}).get("figure")
    if key is None:
        return None
    for chapter in tree.findall(addnodes.start_of_file):
        if found := [figure for figure in chapter.findall(is_figure) if key in figure["ids"]]:
            return emptied(chapter, found[0].deepcopy())
    raise NotInTheBook(f"analysis/book.yml puts {key} on the cover, and no chapter has it")


def chapter_in_brief(chapter: addnodes.start_of_file, wish: Wishes) -> addnodes.start_of_file:
    """The chapter's head, and under it the parts that are wished for, in the chapter's order."""
    whole = chapter.next_node(nodes.section)
    parts: list[nodes.Node] = [whole.next_node(nodes.title).deepcopy()]
    if wish.get("opening"):
        parts += opening_of(whole)
    if wish.get("options"):
        parts.append(option_heads(whole))
    single = [*first_claims(whole, wish.get("claims", 0)), *figures_of(whole, wish)]
    parts += [in_brief(node) for node in whole.findall() if any(node is one for one in single)]
    parts += sections_of(whole, wish.get("sections", []), chapter["docname"])
    head = nodes.section("", *parts, ids=list(whole["ids"]))
    head["classes"] += [name for key, name in SET_SO.items() if wish.get(key)]
    return emptied(chapter, head)


def emptied(chapter: addnodes.start_of_file, *parts: nodes.Node) -> addnodes.start_of_file:
    """A chapter that holds these parts alone, and its notes, which are printed where they are
    cited.
    """
    notes = [one.deepcopy() for one in chapter.findall(nodes.section) if "notes" in one["classes"]]
    return addnodes.start_of_file("", *parts, *notes, docname=chapter["docname"])


def opening_of(whole: nodes.section) -> list[nodes.Node]:
    """What stands before the first section: words alone."""
    parts = []
    for node in whole.children[1:]:
        if isinstance(node, nodes.section):
            break
        if is_figure(node) or is_claim(node):
            continue
        part = node.deepcopy()
        for single in list(part.findall(lambda one: is_figure(one) or is_claim(one))):
            single.parent.remove(single)
        parts.append(part)
    return parts


def sections_of(whole: nodes.section, wanted: str | list[str], docname: str) -> list[nodes.Node]:
    """The sections with these ids, or all but the notes, without their figures."""
    found = [node for node in whole.children if isinstance(node, nodes.section)]
    if wanted == "all":
        chosen = [node for node in found if "notes" not in node["classes"]]
    else:
        known = {key: node for node in found for key in node["ids"]}
        if missing := [key for key in wanted if key not in known]:
            raise NotInTheBook(
                f"analysis/book.yml takes {', '.join(missing)} of {docname}, which has the "
                f"sections {', '.join(known)}"
            )
        chosen = [known[key] for key in wanted]
    return [node.deepcopy() for node in chosen]


def first_claims(whole: nodes.section, count: int) -> list[nodes.Node]:
    return [node for node in whole.findall(nodes.container) if is_claim(node)][:count]


def in_brief(node: nodes.Element) -> nodes.Element:
    """A figure as it is; a card without the paragraphs that only whoever checks it wants."""
    brief = node.deepcopy()
    for detail in [one for one in brief.findall(nodes.paragraph) if DETAILS & {*one["classes"]}]:
        detail.parent.remove(detail)
    return brief


def figures_of(whole: nodes.section, wish: Wishes) -> list[nodes.Node]:
    """The first figures of a chapter, or those that are named."""
    wanted, found = wish.get("figures", 0), list(whole.findall(is_figure))
    if isinstance(wanted, int):
        return found[:wanted]
    known = {key: figure for figure in found for key in figure["ids"]}
    if missing := [key for key in wanted if key not in known]:
        raise NotInTheBook(f"analysis/book.yml takes {', '.join(missing)}: not in that chapter")
    return [known[key] for key in wanted]


def option_heads(whole: nodes.section) -> nodes.container:
    """What each actor could do, in the options' own heads; one that has lost its ground, or whose
    ground is unknown, says so.
    """
    actors = []
    for section in (part for part in whole.children if isinstance(part, nodes.section)):
        items = [
            nodes.list_item("", option_head(item))
            for item in section.findall(nodes.definition_list_item)
        ]
        if items:
            actor = nodes.paragraph("", section.next_node(nodes.title).astext())
            parts = [actor, nodes.bullet_list("", *items)]
            actors.append(nodes.container("", *parts, classes=["option-heads"]))
    return nodes.container("", *actors)


def option_head(item: nodes.definition_list_item) -> nodes.paragraph:
    head = nodes.paragraph("", item.next_node(nodes.term).astext())
    for ground in item.findall(nodes.inline):
        if "brief-ground" in ground["classes"] and "ground-stands" not in ground["classes"]:
            head += [nodes.Text(" "), nodes.emphasis("", ground.astext())]
    return head


def is_figure(node: nodes.Node) -> bool:
    return isinstance(node, nodes.figure)


def is_claim(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "claim-card" in node["classes"]

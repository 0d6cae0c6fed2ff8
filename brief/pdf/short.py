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

from brief.site.bound import fares_strip, is_card

COVER = "cover"
SET_SO = {"runs_on": "runs-on", "dense": "dense"}  # wishes on how a document is set, as classes

OPTIONS = "tbl-options"
DETAILS = {"claim-meta", "claim-margin"}  # of a card: they stand in the whole book


class Wishes(TypedDict, total=False):
    """What is taken of one document; see analysis/book.yml."""

    opening: bool
    sections: str | list[str]
    options: list[str]
    claims: int
    figures: int | list[str]
    runs_on: bool
    dense: bool
    figure: str
    fares: bool


class NotInTheBook(SphinxError):
    """analysis/book.yml asks for a part that the book does not have."""

    category = "Short PDF"


def wishes_of(edition, tree: nodes.document) -> dict[str, Wishes]:
    """What the edition's short PDF takes, by document; empty where none is declared, and for a book
    that has none of these documents.
    """
    wishes = getattr(edition, "wordings", {}).get("short_edition", {})
    known = {chapter["docname"] for chapter in tree.findall(addnodes.start_of_file)}
    return wishes if known & set(wishes) else {}


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


def cover_strip(tree: nodes.document, wishes: dict[str, Wishes]) -> fares_strip | None:
    """How the commentary's claims fare, counted, where the cover is to say it."""
    if not wishes.get(COVER, {}).get("fares"):
        return None
    found = tree.next_node(fares_strip)
    if found is None:
        raise NotInTheBook("analysis/book.yml puts the verdicts on the cover: no chapter has them")
    return found.deepcopy()


def chapter_in_brief(chapter: addnodes.start_of_file, wish: Wishes) -> addnodes.start_of_file:
    """The chapter's head, and under it the parts that are wished for, in the chapter's order."""
    whole = chapter.next_node(nodes.section)
    parts: list[nodes.Node] = [whole.next_node(nodes.title).deepcopy()]
    if wish.get("opening"):
        parts += opening_of(whole)
    if wish.get("options"):
        parts.append(options_in_brief(whole, wish["options"]))
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
        if is_figure(node) or is_card(node):
            continue
        parts.append(without(node, lambda one: is_figure(one) or is_card(one)))
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
    return [without(node, is_figure) for node in chosen]


def without(node: nodes.Element, is_left_out) -> nodes.Element:
    """A copy without the parts of which this is so."""
    copied = node.deepcopy()
    for single in list(copied.findall(is_left_out)):
        single.parent.remove(single)
    return copied


def first_claims(whole: nodes.section, count: int) -> list[nodes.Node]:
    return [node for node in whole.findall(nodes.container) if is_card(node)][:count]


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


def options_in_brief(whole: nodes.section, headings: list[str]) -> nodes.table:
    """The table of options with the columns under these headings alone; an option that has lost its
    ground, or whose ground is unknown, says so.
    """
    found = [one for one in whole.findall(nodes.table) if OPTIONS in (*one["names"], *one["ids"])]
    if not found:
        raise NotInTheBook("analysis/book.yml takes the table of options, which is not there")
    brief = found[0].deepcopy()
    group = brief.next_node(nodes.tgroup)
    rows = list(group.findall(nodes.row))
    known = [entry.astext() for entry in rows[0].children]
    if missing := [heading for heading in headings if heading not in known]:
        raise NotInTheBook(
            f"analysis/book.yml takes the columns {', '.join(missing)} of the options, which have "
            f"{', '.join(known)}"
        )
    columns = [known.index(heading) for heading in headings]
    shaken = shaken_grounds(whole)
    for row in rows:
        for entry in row.children:
            if ground := shaken.get(entry.astext()):
                entry += nodes.paragraph("", "", nodes.emphasis("", ground))
        row[:] = [row.children[column] for column in columns]
    specs = list(group.findall(nodes.colspec))
    for spec in specs:
        group.remove(spec)
    group[:0] = [specs[column] for column in columns]
    group["cols"] = len(columns)
    return brief


def shaken_grounds(whole: nodes.section) -> dict[str, str]:
    """By option what its entry says of its ground, where that does not stand."""
    return {
        item.next_node(nodes.term).astext(): ground.astext()
        for item in whole.findall(nodes.definition_list_item)
        for ground in item.findall(nodes.inline)
        if "brief-ground" in ground["classes"] and "ground-stands" not in ground["classes"]
    }


def is_figure(node: nodes.Node) -> bool:
    return isinstance(node, nodes.figure)

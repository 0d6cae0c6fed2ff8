"""What a chapter computes in view, behind one fold: the code of its cells, what pandas shows, and
where two roads lead to one number; and what a claim's card rests on, behind another.

It is for who asks. The analysis is raw HTML, which the search does not read and the PDF leaves out.
"""

from __future__ import annotations

from html import escape

from docutils import nodes

from brief.notebook import forms
from brief.site import frame
from brief.site.bound import is_card

CLASS = "analysis"
REGION_NAME = "Rows of this cell"
SMALL_PRINT = {"claim-meta", "claim-margin"}
KNOW = '<details class="claim-know"><summary>How we know</summary>'


def frame_node(content: dict) -> nodes.raw:
    """A DataFrame's first rows as a table."""
    head = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>"  # labels of rows
        for name in content["columns"]
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(text)}</td>" if name else f'<th scope="row">{escape(text)}</th>'
            for name, text in zip(content["columns"], row, strict=True)
        )
        + "</tr>"
        for row in content["rows"]
    )
    more = f"<p>and {content['more']:,} more rows</p>" if content["more"] else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    region = f'<div class="table-scroll" tabindex="0" role="region" aria-label="{REGION_NAME}">'
    return nodes.raw("", f"{region}{table}</div>{more}", format="html", classes=[CLASS])


def agreement_node(content: list[dict]) -> nodes.raw:
    """What was found of some numbers by both roads."""
    shapes = {True: "agrees", False: "disagrees", None: "unknown"}
    items = "".join(
        f'<li class="two-roads-{shapes[one["agrees"]]}">{escape(one["sentence"])}</li>'
        for one in content
    )
    return nodes.raw("", f'<ul class="two-roads">{items}</ul>', format="html", classes=[CLASS])


NODES = {forms.FRAME: frame_node, forms.AGREEMENT: agreement_node}


def fold_analysis(cells: list[tuple[nodes.Element, str]]) -> None:
    """Put cells that follow one another, each with its code, behind folds: one for each run of
    cells, in the place of its first.
    """
    number = 0  # names that differ, for who hears them in a list of regions
    for run in runs_of(cells):
        blocks = []
        for cell, code in run:
            number += 1
            blocks.append(frame.code_html(code, "python", f"Code of cell {number}"))
            blocks += [
                n.astext().replace(REGION_NAME, f"Rows of cell {number}")
                for n in cell.findall(nodes.raw)
                if CLASS in n["classes"]
            ]
        first, *others = [cell for cell, _ in run]
        first.replace_self(nodes.raw("", fold_html("".join(blocks)), format="html"))
        for cell in others:
            cell.parent.remove(cell)


def runs_of(cells: list[tuple[nodes.Element, str]]) -> list[list[tuple[nodes.Element, str]]]:
    """Cells in groups of neighbors."""
    runs: list[list] = []
    for cell, code in cells:
        before = runs[-1][-1][0] if runs else None
        if before is not None and before.next_node(descend=False, siblings=True) is cell:
            runs[-1].append((cell, code))
        else:
            runs.append([(cell, code)])
    return runs


def fold_html(blocks: str) -> str:
    return (
        '<details class="code-fold analysis-fold"><summary>Show the analysis</summary>'
        f"{blocks}</details>"
    )


def fold_evidence(doctree) -> None:
    """Put what only an analyst asks of a claim's card behind a fold: what was measured, how many
    rows and sources it rests on, how far it is from turning.
    """
    for card in doctree.findall(is_card):
        small = [n for n in card.children if SMALL_PRINT & set(n.get("classes", ()))]
        if small:
            card.insert(card.index(small[-1]) + 1, nodes.raw("", "</details>", format="html"))
            card.insert(card.index(small[0]), nodes.raw("", KNOW, format="html"))

"""Cell outputs of the brief as document nodes: figures and claim cards (a plugin of MyST-NB).

MyST-NB hands over each output's data; what comes back is numbered, referable and shown by page and
PDF alike.
"""

from __future__ import annotations

import json

from docutils import nodes
from myst_nb.core.render import MimeRenderPlugin, load_mime_renders

from brief.analysis.claims import LABELS, claim_anchor
from brief.notebook import forms
from brief.site import analysis_folds
from brief.site.bound import brief_chart, claims_ledger


class OutputRenderer(MimeRenderPlugin):
    """Renders the brief's own forms of an output (figure, claim, DataFrame, agreement), before
    any other form of the same.
    """

    mime_priority_overrides = [("*", mime_type, 1) for mime_type in forms.ALL]

    @staticmethod
    def handle_mime(renderer, data, inline):
        if data.mime_type not in forms.ALL or inline:
            return None
        content = json.loads(data.content) if isinstance(data.content, str) else data.content
        if data.mime_type in analysis_folds.NODES:
            return [analysis_folds.NODES[data.mime_type](content)]
        if data.mime_type == forms.CLAIM:
            if "claims" in content:
                return [claims_ledger("", *map(claim_node, content["claims"]))]
            return [claim_node(content)]
        figure = figure_node(content)
        renderer.renderer.document.note_explicit_target(
            figure, figure
        )  # referred to by name from every page
        return [figure]


def leave_out_nothing(app, doctree) -> None:
    """Take away the outputs that only say that there is nothing, and a section that holds no other
    output.
    """
    is_cell = lambda n: isinstance(n, nodes.container) and n.get("nb_element") == "cell_code"
    for cell in list(doctree.findall(is_cell)):
        if not any(forms.SAYS_NOTHING in c["classes"] for c in cell.findall(nodes.container)):
            continue
        section = cell.parent
        section.remove(cell)
        if isinstance(section.parent, nodes.section) and not any(section.findall(is_cell)):
            section.parent.remove(section)


def setup(app):
    """Tell MyST-NB of the renderer. An entry point would do so as well, in an environment where the
    brief is installed.
    """
    app.setup_extension("brief.site.bound")
    known = load_mime_renders()  # the list that MyST-NB itself keeps
    if OutputRenderer not in known:
        known.append(OutputRenderer)
    app.connect("doctree-read", leave_out_nothing, priority=100)  # before Sphinx lists sections
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def figure_node(content: dict) -> nodes.figure:
    """A figure with its picture, its finding as the caption, and who counted."""
    key = content["id"]
    figure = nodes.figure("", ids=[key], names=[key], classes=["brief-figure"])
    figure += brief_chart(
        "",
        key=key,
        alt=content["alt"],
        wide=content["wide"],
        narrow=content["narrow"],
        spec=content["spec"],
        translations=content.get("translations", {}),
    )
    figure += nodes.caption("", content["title"])
    figure += nodes.legend("", nodes.paragraph("", content["credit"]))
    return figure


def claim_node(content: dict) -> nodes.container:
    """A claim set apart: what was asked, what the commentary said and how it fares, what we find,
    what it rests on.
    """
    card = nodes.container(
        "",
        ids=[claim_anchor(content["id"])],
        classes=["claim-card", f"case-{content['case']}", f"sign-{content['sign']}"],
        claim=content,
    )
    label = nodes.inline("", content["label"], classes=["claim-label"])
    card += part("claim-head", nodes.inline("", content["question"], classes=["claim-question"]))
    if content["said"]:
        card += part("claim-said", lead("The commentary: "), nodes.Text(content["said"]))
        detail = nodes.inline("", detail_text(content["detail"]), classes=["claim-detail"])
        card += part("claim-fared", lead("How it fares: "), label, detail)
        found = lead(f"{LABELS['found']}: ")
    else:
        found = nodes.inline("", "", label, nodes.Text(": "), classes=["claim-lead"])
    card += part(
        "claim-sentence", found, nodes.inline("", content["sentence"], classes=["claim-text"])
    )
    card += part("claim-meta", *claim_meta(content))
    if content["margin"]:
        card += part("claim-margin", nodes.Text(content["margin"]))
    card["key"] = content["id"]
    return card


def part(name: str, *children: nodes.Node) -> nodes.paragraph:
    """One line of a card."""
    return nodes.paragraph("", "", *children, classes=[name])


def lead(words: str) -> nodes.inline:
    """What a line of a card begins with: what of the claim it tells."""
    return nodes.inline("", words, classes=["claim-lead"])


def detail_text(detail: str) -> str:
    """An entry's own words behind how the commentary fares; web/live/page.js writes the same."""
    return f": {detail}" if detail else ""


def plain(value: float) -> str:
    """A measured value with three digits that count, and never an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def claim_meta(content: dict) -> list[nodes.Node]:
    """Value and what it is compared with, the unit, then the rows and publishers beneath."""
    parts = []
    if content["value"] is not None:
        parts.append(
            f"Measured {plain(content['value'])}"
            + (f", compared with {plain(content['bound'])}" if content["bound"] is not None else "")
            + (f" ({content['unit']})" if content["unit"] else "")
        )
    if content["confidence"]:
        parts.append(content["confidence"])
    if content["kinds"]:
        parts.append(content["kinds"])
    if content["sources"]:
        more = f" and {len(content['sources']) - 3} more" if len(content["sources"]) > 3 else ""
        parts.append("; ".join(content["sources"][:3]) + more)
    return [nodes.Text(" · ".join(parts) or "No row of ours bears on it.")]

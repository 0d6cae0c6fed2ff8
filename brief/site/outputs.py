"""Cell outputs of the brief as document nodes: figures and claim cards (a plugin of MyST-NB).

MyST-NB hands over each output's data; what comes back is numbered, referable and shown by page and
PDF alike.
"""

from __future__ import annotations

import json

from docutils import nodes
from myst_nb.core.render import MimeRenderPlugin, load_mime_renders

from brief.analysis.claims import claim_anchor
from brief.notebook import forms
from brief.site import analysis_folds
from brief.site.bound import brief_chart


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
            return [claim_node(claim) for claim in content.get("claims", [content])]
        figure = figure_node(content)
        renderer.renderer.document.note_explicit_target(
            figure, figure
        )  # referred to by name from every page
        return [figure]


def setup(app):
    """Tell MyST-NB of the renderer. An entry point would do so as well, in an environment where the
    brief is installed.
    """
    app.setup_extension("brief.site.bound")
    known = load_mime_renders()  # the list that MyST-NB itself keeps
    if OutputRenderer not in known:
        known.append(OutputRenderer)
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
    """A claim set apart: what was asked, what the data answer, what it rests on."""
    anchor = claim_anchor(content["id"])
    card = nodes.container("", ids=[anchor], classes=["claim-card", f"claim-{content['case']}"])
    head = nodes.paragraph("", "", classes=["claim-head"])
    head += nodes.inline("", content["label"], classes=["claim-label"])
    if content["verdict"]:
        head += [
            nodes.Text(" "),
            nodes.inline(
                "", f"The 2018 commentary: {content['verdict']}", classes=["claim-verdict"]
            ),
        ]
    head += [nodes.Text(" "), nodes.inline("", content["question"], classes=["claim-question"])]
    card += [
        head,
        nodes.paragraph(
            "",
            "",
            nodes.inline("", content["sentence"], classes=["claim-text"]),
            classes=["claim-sentence"],
        ),
    ]
    card += nodes.paragraph("", "", *claim_meta(content), classes=["claim-meta"])
    if content["margin"]:
        card += nodes.paragraph("", content["margin"], classes=["claim-margin"])
    card["key"] = content["id"]
    return card


def plain(value: float) -> str:
    """A measured value with three digits that count, and never an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def claim_meta(content: dict) -> list[nodes.Node]:
    """Value against bound with the unit, then the rows and publishers beneath."""
    parts = []
    if content["value"] is not None:
        parts.append(
            f"Measured {plain(content['value'])}"
            + (f", bound {plain(content['bound'])}" if content["bound"] is not None else "")
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

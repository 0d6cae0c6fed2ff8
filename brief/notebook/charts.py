"""What several charts share: the colors, an axis of years, room for a column of names, colors by
category, and bars or tiles of which some are outlines.
"""

from __future__ import annotations

import altair as alt

from brief.notebook import own_charts
from brief.notebook.figures import PALETTE

own_charts.draw_themselves()
BLUE, ORANGE, GREEN, PURPLE, RED, GREY = PALETTE
LOG_TICKS = [
    n * 10**p for p in range(2, 7) for n in (1, 3)
]  # few enough that a label beside a tick stays readable
# The ink that reads better upon each color, at 4.5:1 or more (tests/notebook/test_figures.py).
INK_UPON = {
    BLUE: "white",
    ORANGE: "black",
    GREEN: "white",
    PURPLE: "black",
    RED: "white",
    GREY: "black",
}
INK = "currentColor"  # of the page, in either theme


def axis_of_years(field: str = "year:O", title: str | None = None) -> alt.X:
    """A horizontal axis of years that leaves out labels rather than turning them."""
    return alt.X(
        field, title=title, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6)
    )


def category(field: str, colors: dict[str, str] | None = None, legend=True) -> alt.Color:
    """A colour for each category, in the given order; the legend sits on top, in reading order."""
    scale = alt.Scale(domain=list(colors), range=list(colors.values())) if colors else alt.Scale()
    return alt.Color(
        field, scale=scale, legend=alt.Legend(orient="top", title=None) if legend else None
    )


def beside(column: float | str, right: float = 0, **more) -> alt.Scale:
    """A horizontal scale that leaves a column of `column` px at the left (or by an expression over
    the picture's `width`), where names stand, and `right` px at the right.
    """
    left = alt.ExprRef(column) if isinstance(column, str) else column
    return alt.Scale(range=[left, alt.ExprRef(f"width - {right}")], **more)


def with_outlines(
    field: str,
    colors: dict[str, str],
    outlined: list[str],
    legend: alt.Legend | None = alt.Legend(orient="top", title=None),
) -> tuple[alt.Fill, alt.Stroke, alt.Color]:
    """Fill and stroke for bars or tiles of which the categories `outlined` are drawn as outlines,
    and the color of texts upon them.
    """
    domain = list(colors)
    fills = [color if name not in outlined else "transparent" for name, color in colors.items()]
    inks = [INK_UPON[c] if name not in outlined else INK for name, c in colors.items()]
    fill = alt.Fill(field, scale=alt.Scale(domain=domain, range=fills), legend=legend)
    strokes = alt.Scale(domain=domain, range=list(colors.values()))
    ink = alt.Color(field, scale=alt.Scale(domain=domain, range=inks), legend=None)
    return fill, alt.Stroke(field, scale=strokes, legend=legend), ink

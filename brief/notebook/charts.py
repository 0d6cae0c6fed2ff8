"""What several charts share: the colors, an axis of years, colors by category, and bars or tiles
with one category as an outline.
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
FAINT = "1f"  # the last two digits of a colour that is an eighth there


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


def with_outline(
    color: str, colors: dict[str, str], outlined: str, columns: int = 0
) -> tuple[alt.Fill, alt.Stroke, alt.Color]:
    """Fill and stroke for bars or tiles of which the category `outlined` is drawn as an outline, so
    that it differs in grey; and the color of texts upon them.
    """
    legend = alt.Legend(orient="top", title=None, **({"columns": columns} if columns else {}))
    field = color.split(":")[0]
    scale = alt.Scale(domain=list(colors), range=list(colors.values()))
    faint = alt.Scale(
        domain=list(colors),
        range=[c + FAINT if name == outlined else c for name, c in colors.items()],
    )  # not an opacity, which legends do not show
    ink = alt.condition(
        f"datum.{field} == '{outlined}'", alt.value("currentColor"), alt.value("white")
    )
    fill = alt.Fill(color, scale=faint, legend=legend)
    return fill, alt.Stroke(color, scale=scale, legend=legend), ink

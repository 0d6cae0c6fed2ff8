"""The chart desk: a few shapes, each over a named view. Views give rows, order and labels; nothing is computed here.

Every function returns an Altair chart. `x`, `y` and so on are Altair shorthands with their type ("year:O").
"""
from __future__ import annotations

import altair as alt

from brief.figures import PALETTE

alt.data_transformers.disable_max_rows()
BLUE, ORANGE, GREEN, PURPLE, RED, GREY = PALETTE


def over(view: str) -> alt.Chart:
    """An empty chart over a view of the analysis; the figure fills in its rows."""
    return alt.Chart(alt.NamedData(name=view))


def axis_of_years(field: str = "year:O", title: str | None = None, every: int = 2) -> alt.X:
    """A horizontal axis of years that leaves out labels rather than turning them."""
    return alt.X(field, title=title, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6,
                                                   labelExpr=None, values=None))


def columns(view: str, x: str = "year:O", y: str = "value:Q", y_title: str | None = None, color: str | None = None,
            colors: dict[str, str] | None = None, tooltip: list[str] | None = None, height: int = 260, stack=True) -> alt.Chart:
    """Upright bars; with `color` stacked (or, with stack=None, overlaid) by a category whose colours `colors` fixes."""
    chart = over(view).mark_bar().encode(x=axis_of_years(x), y=alt.Y(y, title=y_title, stack=stack), tooltip=tooltip or [x, y])
    if color:
        chart = chart.encode(color=category(color, colors))
    return chart.properties(height=height)


def category(field: str, colors: dict[str, str] | None = None, legend=True) -> alt.Color:
    """A colour for each category, in the given order; the legend sits on top, in reading order."""
    scale = alt.Scale(domain=list(colors), range=list(colors.values())) if colors else alt.Scale()
    return alt.Color(field, scale=scale, legend=alt.Legend(orient="top", title=None) if legend else None)


def lines(view: str, x: str = "year:Q", y: str = "value:Q", series: str = "series:N", y_title: str | None = None,
          colors: dict[str, str] | None = None, label_view: str | None = None, label: str = "label:N",
          tooltip: list[str] | None = None, height: int = 260, points: bool = True, zero: bool = True) -> alt.LayerChart:
    """Lines by series with a direct label each. `label_view` holds one row a series: x, y and the label."""
    horizontal = alt.X(x, title=None, axis=alt.Axis(format="d", tickMinStep=1)) if x.endswith(":Q") else axis_of_years(x)
    vertical = alt.Y(y, title=y_title, scale=alt.Scale(zero=zero))
    drawn = over(view).mark_line(point=points).encode(x=horizontal, y=vertical, color=category(series, colors, legend=label_view is None),
                                                      tooltip=tooltip or [x, series, y])
    if not label_view:
        return alt.layer(drawn).properties(height=height)
    named = over(label_view).mark_text(align="left", dx=8, fontWeight=600).encode(
        x=x, y=y, text=label, color=category(series, colors, legend=False))
    return alt.layer(drawn, named).properties(height=height)


def ranges(view: str, y: str = "label:N", low: str = "low:Q", high: str = "high:Q", x_title: str | None = None,
           color: str | None = None, colors: dict[str, str] | None = None, tooltip: list[str] | None = None,
           step: int = 24, log: bool = False) -> alt.LayerChart:
    """Horizontal ranges, one a row in the view's order, with a dot at each end."""
    scale = alt.Scale(type="log") if log else alt.Scale(zero=True)
    base = over(view).encode(y=alt.Y(y, title=None, sort=None))
    hue = {"color": category(color, colors)} if color else {"color": alt.value(BLUE)}
    bar = base.mark_rule(strokeWidth=5, opacity=0.5).encode(x=alt.X(low, title=x_title, scale=scale), x2=high.split(":")[0], tooltip=tooltip or [y, low, high], **hue)
    ends = [base.mark_point(size=50).encode(x=alt.X(end, title=x_title, scale=scale), tooltip=tooltip or [y, low, high], **hue) for end in (low, high)]
    return alt.layer(bar, *ends).properties(height=alt.Step(step))


def bars(view: str, y: str = "label:N", x: str = "value:Q", x_title: str | None = None, text: str | None = None,
         color: str | None = None, colors: dict[str, str] | None = None, tooltip: list[str] | None = None, step: int = 26) -> alt.LayerChart:
    """Lying bars in the view's order, each with its value written at the end (`text`, a ready string of the view)."""
    base = over(view).encode(y=alt.Y(y, title=None, sort=None))
    hue = {"color": category(color, colors)} if color else {}
    bar = base.mark_bar().encode(x=alt.X(x, title=x_title), tooltip=tooltip or [y, x], **hue)
    if not text:
        return alt.layer(bar).properties(height=alt.Step(step))
    return alt.layer(bar, base.mark_text(align="left", dx=5).encode(x=x, text=text)).properties(height=alt.Step(step))


def tiles(view: str, x: str = "year:O", y: str = "row:N", color: str = "answer:N", colors: dict[str, str] | None = None,
          text: str | None = None, tooltip: list[str] | None = None, step: int = 30) -> alt.LayerChart:
    """A grid of tiles, one a cell; `text` is a one- or two-letter mark, so that the grid reads without colour."""
    base = over(view).encode(x=axis_of_years(x), y=alt.Y(y, title=None, sort=None))
    tile = base.mark_rect(stroke="white", strokeOpacity=0.35, strokeWidth=1.5).encode(color=category(color, colors), tooltip=tooltip or [x, y, color])
    if not text:
        return alt.layer(tile).properties(height=alt.Step(step))
    return alt.layer(tile, base.mark_text(fontSize=11, fontWeight=600, color="white").encode(text=text)).properties(height=alt.Step(step))

"""The chart desk: a few shapes, each over a named view. Views give rows, order and labels; nothing
is computed here.

Every function returns an Altair chart. `x`, `y` and so on are Altair shorthands with their type
("year:O").
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


class TypedChart(alt.Chart):
    """A chart whose shorthands are what the names of their channels say.

    Altair compares the schemas of all its classes for each one that comes untyped, 5 ms at a time.
    """

    def encode(self, *channels, **named) -> TypedChart:
        return super().encode(
            *channels, **{name: typed(name, given) for name, given in named.items()}
        )


def typed(channel: str, given):
    """A shorthand, a list of them, `alt.value(…)` or `alt.datum(…)` as the class of its channel;
    anything else as it is.
    """
    name = channel[0].upper() + channel[1:]
    if isinstance(given, list):
        return [typed(channel, one) for one in given]
    if isinstance(given, str):
        return getattr(alt, name)(given)
    kind = next(iter(given)) if isinstance(given, dict) and len(given) == 1 else None
    return (
        getattr(alt, f"{name}{kind.capitalize()}")(given[kind])
        if kind in ("value", "datum")
        else given
    )


def over(view: str) -> TypedChart:
    """An empty chart over a view of the analysis; the figure fills in its rows."""
    return TypedChart(alt.NamedData(name=view))


def axis_of_years(field: str = "year:O", title: str | None = None) -> alt.X:
    """A horizontal axis of years that leaves out labels rather than turning them."""
    return alt.X(
        field, title=title, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6)
    )


def columns(
    view: str,
    x: str = "year:O",
    y: str = "value:Q",
    y_title: str | None = None,
    color: str | None = None,
    colors: dict[str, str] | None = None,
    tooltip: list[str] | None = None,
    height: int = 260,
    stack=True,
) -> alt.Chart:
    """Upright bars; with `color` stacked (or, with stack=None, overlaid) by a category whose
    colours `colors` fixes.
    """
    chart = (
        over(view)
        .mark_bar()
        .encode(
            x=axis_of_years(x), y=alt.Y(y, title=y_title, stack=stack), tooltip=tooltip or [x, y]
        )
    )
    if color:
        chart = chart.encode(color=category(color, colors))
    return chart.properties(height=height)


def category(field: str, colors: dict[str, str] | None = None, legend=True) -> alt.Color:
    """A colour for each category, in the given order; the legend sits on top, in reading order."""
    scale = alt.Scale(domain=list(colors), range=list(colors.values())) if colors else alt.Scale()
    return alt.Color(
        field, scale=scale, legend=alt.Legend(orient="top", title=None) if legend else None
    )


def lines(
    view: str,
    x: str = "year:Q",
    y: str = "value:Q",
    series: str = "series:N",
    y_title: str | None = None,
    colors: dict[str, str] | None = None,
    label_view: str | None = None,
    label: str = "label:N",
    tooltip: list[str] | None = None,
    height: int = 260,
    points: bool = True,
    zero: bool = True,
) -> alt.LayerChart:
    """Lines by series with a direct label each. `label_view` holds one row a series: x, y and the
    label.
    """
    horizontal = (
        alt.X(x, title=None, axis=alt.Axis(format="d", tickMinStep=1))
        if x.endswith(":Q")
        else axis_of_years(x)
    )
    vertical = alt.Y(y, title=y_title, scale=alt.Scale(zero=zero))
    drawn = (
        over(view)
        .mark_line(point=points)
        .encode(
            x=horizontal,
            y=vertical,
            color=category(series, colors, legend=label_view is None),
            tooltip=tooltip or [x, series, y],
        )
    )
    if not label_view:
        return alt.layer(drawn).properties(height=height)
    named = (
        over(label_view)
        .mark_text(align="left", dx=8, fontWeight=600)
        .encode(x=x, y=y, text=label, color=category(series, colors, legend=False))
    )
    return alt.layer(drawn, named).properties(height=height)


def ranges(
    view: str,
    y: str = "label:N",
    low: str = "low:Q",
    high: str = "high:Q",
    x_title: str | None = None,
    color: str | None = None,
    colors: dict[str, str] | None = None,
    tooltip: list[str] | None = None,
    step: int = 24,
    log: bool = False,
    text: str | None = None,
) -> alt.LayerChart:
    """Horizontal ranges, one a row in the view's order, with a dot at each end and, with `text`,
    what the view writes beside it.
    """
    scale = (
        alt.Scale(type="log", **({"padding": 44, "nice": False} if text else {}))
        if log
        else alt.Scale(zero=True)
    )
    base = over(view).encode(y=alt.Y(y, title=None, sort=None))
    hue = {"color": category(color, colors)} if color else {"color": alt.value(BLUE)}
    bar = base.mark_rule(strokeWidth=5, opacity=0.5).encode(
        x=alt.X(
            low, title=x_title, scale=scale, axis=alt.Axis(labelOverlap="greedy", labelSeparation=8)
        ),
        x2=high.split(":")[0],
        tooltip=tooltip or [y, low, high],
        **hue,
    )
    ends = [
        base.mark_point(size=50).encode(
            x=alt.X(end, title=x_title, scale=scale), tooltip=tooltip or [y, low, high], **hue
        )
        for end in (low, high)
    ]
    words = [base.mark_text(align="left", dx=9).encode(x=high, text=text)] if text else []
    return alt.layer(bar, *ends, *words).properties(height=alt.Step(step))


def bars(
    view: str,
    y: str = "label:N",
    x: str = "value:Q",
    x_title: str | None = None,
    text: str | None = None,
    color: str | None = None,
    colors: dict[str, str] | None = None,
    tooltip: list[str] | None = None,
    step: int = 26,
) -> alt.LayerChart:
    """Lying bars in the view's order, each with its value written at the end (`text`, a ready
    string of the view).
    """
    base = over(view).encode(y=alt.Y(y, title=None, sort=None))
    hue = {"color": category(color, colors)} if color else {}
    bar = base.mark_bar().encode(x=alt.X(x, title=x_title), tooltip=tooltip or [y, x], **hue)
    if not text:
        return alt.layer(bar).properties(height=alt.Step(step))
    return alt.layer(bar, base.mark_text(align="left", dx=5).encode(x=x, text=text)).properties(
        height=alt.Step(step)
    )


def tiles(
    view: str,
    x: str = "year:O",
    y: str = "row:N",
    color: str = "answer:N",
    colors: dict[str, str] | None = None,
    text: str | None = None,
    tooltip: list[str] | None = None,
    step: int = 30,
    legend: bool = True,
) -> alt.LayerChart:
    """A grid of tiles, one a cell; `text` is a one- or two-letter mark, so that the grid reads
    without colour.
    """
    base = over(view).encode(x=axis_of_years(x), y=alt.Y(y, title=None, sort=None))
    tile = base.mark_rect(stroke="white", strokeOpacity=0.35, strokeWidth=1.5).encode(
        color=category(color, colors, legend), tooltip=tooltip or [x, y, color]
    )
    if not text:
        return alt.layer(tile).properties(height=alt.Step(step))
    return alt.layer(
        tile, base.mark_text(fontSize=11, fontWeight=600, color="white").encode(text=text)
    ).properties(height=alt.Step(step))


def dots(
    view: str,
    x: str = "day:T",
    y: str = "row:N",
    color: str | None = None,
    colors: dict[str, str] | None = None,
    tooltip: list[str] | None = None,
    step: int = 38,
    every: int = 4,
    apart: bool = False,
) -> alt.Chart:
    """One mark an event on a line of time, in a row for each kind, in the view's order; colour and
    shape tell who. A tick `every` so many years.

    With `apart` each actor has its own height within the row, for events that would hide one
    another.
    """
    chart = (
        over(view)
        .mark_point(size=110, opacity=0.85)
        .encode(
            # A day is the same day everywhere: without `utc` a dot moves with the time zone of
            # whoever builds, or reads.
            x=alt.X(
                x,
                title=None,
                scale=alt.Scale(type="utc", padding=14, nice=False),
                axis=alt.Axis(
                    format="%Y", tickCount=alt.TimeIntervalStep(interval="year", step=every)
                ),
            ),
            y=alt.Y(
                y, title=None, sort=None, axis=alt.Axis(grid=True, bandPosition=1 if apart else 0.5)
            ),
            tooltip=tooltip or [x, y],
        )
    )
    if color:
        shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
        scale = (
            alt.Scale(domain=list(colors), range=shapes[: len(colors)]) if colors else alt.Scale()
        )
        legend = alt.Legend(orient="top", title=None, columns=2 if len(colors or {}) > 3 else 3)
        chart = chart.encode(
            color=alt.Color(
                color,
                scale=alt.Scale(domain=list(colors), range=list(colors.values()))
                if colors
                else alt.Scale(),
                legend=legend,
            ),
            shape=alt.Shape(color, scale=scale, legend=legend),
        )
        if apart:
            chart = chart.encode(
                yOffset=alt.YOffset(
                    color, scale=alt.Scale(domain=list(colors)) if colors else alt.Scale()
                )
            )
    return chart.properties(height=alt.Step(**{"step": step, "for": "position"}))


def spans(
    view: str,
    first: str = "first_year:O",
    last: str = "last_year:O",
    middle: str = "middle_year:O",
    y: str = "mean:Q",
    label: str = "label:N",
    label_y: str = "highest:Q",
    color: str = ORANGE,
) -> alt.LayerChart:
    """A level line over a span of years, such as a period's mean, with its value written at the
    height that the view gives.
    """
    base = over(view)
    line = base.mark_rule(color=color, strokeWidth=3).encode(
        x=alt.X(first, bandPosition=0), x2=alt.X2(last.split(":")[0], bandPosition=1), y=y
    )
    return alt.layer(
        line, base.mark_text(dy=-9, fontWeight=600).encode(x=middle, y=label_y, text=label)
    )


def flags(
    view: str,
    x: str = "year:O",
    y: str = "height:Q",
    label: str = "label:N",
    tooltip: list[str] | None = None,
) -> alt.LayerChart:
    """What happened at a place on the axis: words at the height that the view gives, before a thin
    pole down to it.
    """
    base = over(view).encode(x=x, tooltip=tooltip or [x, label])
    return alt.layer(
        base.mark_rule(strokeDash=[2, 3]).encode(y=y, y2=alt.datum(0)),
        base.mark_text(align="right", dx=-5, dy=5).encode(y=y, text=label),
    )


FAINT = "1f"  # the last two digits of a colour that is an eighth there


def hollow_parts(
    color: str, colors: dict[str, str], hollow: str, columns: int = 0
) -> tuple[dict, alt.Color]:
    """Channels for bars or tiles of which one category is drawn as an outline, so that it differs
    in grey; and the colour of texts upon them.
    """
    legend = alt.Legend(orient="top", title=None, **({"columns": columns} if columns else {}))
    field = color.split(":")[0]
    scale = alt.Scale(domain=list(colors), range=list(colors.values()))
    faint = alt.Scale(
        domain=list(colors),
        range=[c + FAINT if name == hollow else c for name, c in colors.items()],
    )  # not an opacity, which legends do not show
    return (
        {
            "fill": alt.Fill(color, scale=faint, legend=legend),
            "stroke": alt.Stroke(color, scale=scale, legend=legend),
        },
        alt.condition(
            f"datum.{field} == '{hollow}'", alt.value("currentColor"), alt.value("white")
        ),
    )


def with_outline(
    color: str, colors: dict[str, str], outlined: str, columns: int = 0
) -> tuple[alt.Fill, alt.Stroke, alt.Color]:
    """Fill and stroke for bars or tiles of which the category `outlined` is drawn as an outline, so
    that it differs in grey; and the color of texts upon them.
    """
    channels, ink = hollow_parts(color, colors, outlined, columns)
    return channels["fill"], channels["stroke"], ink


def segments(
    view: str,
    y: str,
    sort: str,
    start: str,
    finish: str,
    color: str,
    colors: dict[str, str],
    text: str,
    middle: str,
    hollow: str,
    x_title: str | None = None,
    tooltip: list[str] | None = None,
    step: int = 30,
) -> alt.LayerChart:
    """Lying bars cut into parts whose places the view gives (`start`, `finish`), each part's count
    written in its `middle`.
    """
    base = over(view).encode(y=alt.Y(y, title=None, sort=alt.SortField(sort)))
    hues, ink = hollow_parts(color, colors, hollow)
    part = base.mark_bar().encode(
        x=alt.X(f"{start}:Q", title=x_title, axis=alt.Axis(tickMinStep=1, format="d")),
        x2=finish,
        tooltip=tooltip or [y, color, text],
        **hues,
    )
    return alt.layer(
        part, base.mark_text(fontWeight=600).encode(x=f"{middle}:Q", text=text, color=ink)
    ).properties(height=alt.Step(step))


def strip(
    view: str,
    y: str,
    sort: str,
    x: str,
    mark: str,
    marks: dict[str, tuple[str, str]],
    band_view: str | None = None,
    tooltip: list[str] | None = None,
    step: int = 26,
) -> alt.LayerChart:
    """Dated marks in rows that name themselves; `marks` gives each kind its shape and colour.
    `band_view`: a period (start, finish, label).
    """
    kinds = {"scale": alt.Scale(domain=list(marks)), "legend": None}
    shape, hue = (
        {**kinds, "scale": alt.Scale(domain=list(marks), range=[v[i] for v in marks.values()])}
        for i in (0, 1)
    )
    dots = (
        over(view)
        .mark_point(filled=True, size=70, opacity=0.8)
        .encode(
            x=alt.X(
                x,
                title=None,
                scale=alt.Scale(zero=False, nice=False, padding=8),
                axis=alt.Axis(format="d", tickMinStep=1, labelOverlap="greedy"),
            ),
            y=alt.Y(y, title=None, sort=alt.SortField(sort), axis=alt.Axis(grid=True)),
            shape=alt.Shape(mark, **shape),
            color=alt.Color(mark, **hue),
            tooltip=tooltip or [y, x],
        )
    )
    if not band_view:
        return alt.layer(dots).properties(height=alt.Step(step))
    band = over(band_view).mark_rect(color=GREY, opacity=0.18).encode(x="start:Q", x2="finish")
    name = (
        over(band_view)
        .mark_text(align="right", baseline="bottom", dy=-3, fontSize=11)
        .encode(x="finish:Q", y=alt.value(0), text="label:N")
    )
    return alt.layer(band, dots, name).properties(height=alt.Step(step))


def labeled_ranges(
    view: str,
    sort: str,
    low: str,
    high: str,
    label: str,
    ceiling: str,
    middle: str,
    x_title: str | None = None,
    tooltip: list[str] | None = None,
    step: int = 30,
) -> alt.LayerChart:
    """Ranges on a log scale, each under its own written label, so that long names cost no width; an
    arrow is an upper limit.
    """
    base = over(view).encode(y=alt.Y(f"{sort}:O", axis=None), tooltip=tooltip or [label])
    x = alt.X(
        low,
        title=x_title,
        scale=alt.Scale(type="log", nice=False, padding=10),
        axis=alt.Axis(
            format=",d", grid=True, gridOpacity=0.15, values=LOG_TICKS, labelOverlap="greedy"
        ),
    )
    bar = base.mark_rule(strokeWidth=6, color=BLUE).encode(x=x, x2=high.split(":")[0])
    dot = base.mark_point(size=70, color=BLUE).encode(x=middle)
    arrow = base.mark_point(shape="triangle-left", size=90, color=ORANGE).encode(x=ceiling)
    name = base.mark_text(align="left", baseline="bottom", dy=-5, fontSize=11).encode(
        x=alt.value(0), text=label
    )
    return alt.layer(bar, dot, arrow, name).properties(height=alt.Step(step))


def paired_tiles(
    view: str,
    x: str,
    y: str,
    sort: str,
    above: str,
    below: str,
    color: str,
    colors: dict[str, str],
    hollow: str,
    x_title: str | None = None,
    tooltip: list[str] | None = None,
    step: int = 40,
) -> alt.LayerChart:
    """A grid of tiles with two short texts each, one above the other."""
    base = over(view).encode(
        x=alt.X(x, title=x_title, scale=alt.Scale(paddingInner=0.03), axis=alt.Axis(labelAngle=0)),
        y=alt.Y(y, title=None, sort=alt.SortField(sort), scale=alt.Scale(paddingInner=0.06)),
    )
    hues, ink = hollow_parts(color, colors, hollow, columns=2)
    tile = base.mark_rect().encode(tooltip=tooltip or [y, x, above, below, color], **hues)
    texts = [
        base.mark_text(fontSize=11, fontWeight=600, dy=dy).encode(text=field, color=ink)
        for field, dy in ((above, -7), (below, 8))
    ]
    return alt.layer(tile, *texts).properties(height=alt.Step(step))


def broken_lines(
    view: str,
    x: str,
    y: str,
    color: str,
    part: str,
    colors: dict[str, str],
    label_view: str,
    break_view: str,
    y_title: str | None = None,
    tooltip: list[str] | None = None,
    height: int = 280,
) -> alt.LayerChart:
    """Lines with direct labels whose series are cut into parts; a dashed rule (year, label) says
    where and why a series breaks.
    """
    across = alt.X(
        x,
        title=None,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, labelOverlap="greedy"),
    )
    hue = category(color, colors, legend=False)
    line = (
        over(view)
        .mark_line(invalid="break-paths-show-path-domains")
        .encode(x=across, y=alt.Y(y, title=y_title), color=hue, detail=part)
    )
    dots = (
        over(view)
        .mark_point(size=42)
        .encode(
            x=across,
            y=y,
            color=hue,
            shape=alt.Shape(color, legend=None),
            tooltip=tooltip or [x, color, y],
        )
    )
    rule = over(break_view).mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(x=x)
    why = (
        over(break_view)
        .mark_text(align="right", dx=-6, fontSize=11, lineBreak="|")
        .encode(x=x, y=alt.value(height - 34), text="label:N")
    )
    names = [
        over(label_view)
        .transform_filter(f"datum.side == '{side}'")
        .mark_text(align=align, dx=dx, fontWeight=600)
        .encode(x=x, y=y, text="label:N", color=hue)
        for side, align, dx in (("right", "left", 9), ("left", "right", -9))
    ]
    return alt.layer(rule, why, line, dots, *names).properties(height=height)


def shares(
    view: str,
    share: str = "share:Q",
    base: str = "base:Q",
    y: str = "label:N",
    words: str = "words:N",
    step: int = 46,
) -> alt.LayerChart:
    """Then and now: a dot for what is left of each measure, drawn from its former level, with the
    words above its own line.
    """
    rows = over(view).encode(y=alt.Y(y, title=None, sort=None, axis=None))
    x = alt.X(share, title=None, axis=alt.Axis(tickCount=6))
    path = rows.mark_rule(strokeWidth=3, opacity=0.45, color=GREY).encode(
        x=x, x2=base.split(":")[0]
    )
    then = rows.mark_tick(thickness=3, size=12, color=GREY).encode(x=base)
    now = rows.mark_point(size=120, color=BLUE, opacity=1).encode(x=x, tooltip=[words, share])
    return alt.layer(
        path, then, now, rows.mark_text(align="left", dy=-17).encode(x=alt.datum(0), text=words)
    ).properties(height=alt.Step(step))

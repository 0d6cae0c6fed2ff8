"""Views as pandas DataFrames, and what a chart over them is drawn from.

The page refills a chart from a named view when a reader alters the data. So a figure's chart is
kept without rows, each DataFrame being replaced by the name of its view, and only a DataFrame that
still equals its view can be replaced: pandas carries `attrs` through query, merge and groupby, so
that the name alone says nothing.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from brief.notebook import figures, forms, interactive
from brief.tables import database
from brief.words import BriefError, did_you_mean

PARTS = ("layer", "hconcat", "vconcat", "concat")  # of a chart, where each is a chart itself
MOST_ROWS = 8  # that a frame shows in the book


class NotAView(BriefError):
    """A chart of a figure is drawn from rows that are no view. The message says what helps."""


def frame_of(connection, view: str) -> pd.DataFrame:
    """A view or table of the analysis: columns as the view names them, rows in its order, NaN or
    None where nothing is known. `attrs["view"]` is its name.

    Raises NotAView where there is none of this name.
    """
    kinds = "select name from sqlite_schema where type in ('table', 'view')"
    known = [name for (name,) in connection.execute(kinds)]
    if view not in known:
        raise NotAView(
            f"there is no view or table {view!r}: analysis/*.sql define them."
            f"{did_you_mean(view, known)}"
        )
    frame = database.frame(connection, view)
    frame.attrs["view"] = view
    return frame


def over_views(chart, connection):
    """A copy of an Altair chart with the name of its view in the place of each DataFrame.

    Raises NotAView for rows that are no view as it stands.
    """
    if not isinstance(chart, alt.TopLevelMixin):
        raise NotAView(f"an Altair chart is wanted, not a {type(chart).__name__}")
    chart = chart.copy(deep=False)
    if isinstance(chart.data, pd.DataFrame):
        chart.data = alt.NamedData(name=view_of(chart.data, connection))
    elif not isinstance(chart.data, alt.NamedData | alt.utils.schemapi.UndefinedType):
        raise NotAView(
            f"the chart draws from {type(chart.data).__name__}, which the page could not refill: "
            'take the DataFrame of a view, `chapter.view("fig_...")`'
        )
    for part in PARTS:
        charts = chart._get(part, None)
        if isinstance(charts, list):
            chart[part] = [over_views(one, connection) for one in charts]
    if isinstance(chart._get("spec", None), alt.TopLevelMixin):
        chart["spec"] = over_views(chart["spec"], connection)
    return chart


def check_spec(key: str, spec: dict, connection) -> None:
    """Raise NotAView for what the figure `key` draws and no view holds: rows of a lookup, a field
    that its view has not; and where none of its views is named for it, as fig_topic for fig-topic.
    """
    sources = list(values_of("data", spec))
    if not sources:
        raise NotAView("the chart draws from nothing: give it the DataFrame of a view")
    for data in sources:
        if not isinstance(data, dict) or set(data) != {"name"}:
            raise NotAView(
                f"the chart draws from rows of its own ({str(data)[:80]}), which the page could "
                "not refill: join them in the view itself, in analysis/NN_….sql"
            )
        frame_of(connection, data["name"])
    named = str(key).replace("-", "_")
    views = [data["name"] for data in sources]
    if not any(view.startswith(named) for view in views):
        raise NotAView(f"{key} draws from {', '.join(views)}, and from no view {named}…")
    columns = {view: list(frame_of(connection, view).columns) for view in views}
    made = {
        name
        for value in values_of("as", spec)
        for name in (value if isinstance(value, list) else [value])
    }
    for one in figures.encoded_fields(spec):
        known = columns.get(one["view"], [])
        if known and one["field"] not in known and one["field"] not in made:
            raise NotAView(
                f"the {one['channel']} of {key} shows {one['field']!r}, which {one['view']} has "
                f"not: it has {', '.join(known)}.{did_you_mean(one['field'], known)}"
            )
    for order in values_of("sort", spec):
        field = order.get("field") if isinstance(order, dict) else None
        if field and field not in made.union(*columns.values()):
            raise NotAView(f"{key} is sorted by {field!r}, which none of its views has")


def values_of(key: str, part):
    """The values of a key in a spec, at whatever depth, those within other values of it left
    out.
    """
    if isinstance(part, list):
        for one in part:
            yield from values_of(key, one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == key:
                yield value
            else:
                yield from values_of(key, value)


def view_of(frame: pd.DataFrame, connection) -> str:
    """The view that a DataFrame holds, row by row and column by column. Raises NotAView."""
    view = frame.attrs.get("view")
    if view is None:
        raise NotAView(
            "the chart draws from a DataFrame that is no view of the analysis, so the page could "
            "not refill it: select these rows in a view of analysis/NN_….sql and take "
            "`chapter.view` of it, or show the chart by itself, without `chapter.figure`"
        )
    as_it_stands = frame_of(connection, view)
    if not frame.equals(as_it_stands):
        raise NotAView(
            f"the chart draws from {described(frame)} made from the view {view} "
            f"({described(as_it_stands)}), so the page could not refill it: do that step in the "
            "view itself or in the chart (a transform, an encoding), or show the chart by itself, "
            "without `chapter.figure`"
        )
    return view


def described(frame: pd.DataFrame) -> str:
    """A DataFrame's size in words."""
    return f"{len(frame):,} rows of {len(frame.columns)} columns"


def shown(frame: pd.DataFrame) -> dict:
    """The first rows of a DataFrame as texts: {columns, rows, more (rows that are left out)}. An
    index with a name, or of labels (without a heading), is the first column; mere row numbers are
    left out.
    """
    is_unnamed = frame.index.names == [None]
    is_numbered = is_unnamed and pd.api.types.is_integer_dtype(frame.index)
    if not is_numbered:
        frame = frame.reset_index(names="" if is_unnamed else None)
    head = frame.head(MOST_ROWS)
    columns = [
        " ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name)
        for name in head.columns
    ]
    rows = [[cell_text(value) for value in row] for row in head.itertuples(index=False)]
    return {"columns": columns, "rows": rows, "more": len(frame) - len(head)}


def cell_text(value) -> str:
    """A cell as a reader expects it: nothing for a hole, no .0 behind a whole number."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.6g}"
    return str(value)


def in_book(frame) -> dict:
    """What a DataFrame or a Series gives the book, beside what it gives JupyterLab unless a book
    is being made: pandas would write each a second and a third time.
    """
    if isinstance(frame, pd.Series):
        frame = frame.to_frame(frame.name if frame.name is not None else "value")
    unused = {"text/html": "", "text/plain": "[rows]"} if interactive.is_building() else {}
    return {forms.FRAME: shown(frame), **unused}


def show_in_book() -> None:
    """Let the shell that runs a chapter hand over DataFrames in the book's form as well."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.mimebundle_formatter
    formatter.for_type(pd.DataFrame, lambda frame, **_: (in_book(frame), {}))
    formatter.for_type(pd.Series, lambda series, **_: (in_book(series), {}))

"""Charts of an analyst's own: one that stands alone in a cell draws itself, in the book's look."""

from __future__ import annotations

import altair as alt
from altair.utils import schemapi

from brief.notebook import figures, interactive

# For each shorthand ("year:O") Altair sorts its 500 classes by their schemas anew, 5 ms at a time.
# They are the same each time: 7 % of a cold build's CPU seconds (nine pairs, 9 of 9).
_classes = schemapi._FromDict(alt.VegaLiteSchema._default_wrapper_classes())
schemapi._FromDict = lambda _: _classes


def draw_themselves() -> None:
    """From now on Altair's charts are shown by `show`, whatever their number of rows."""
    alt.data_transformers.disable_max_rows()
    alt.renderers.register("brief", show)
    alt.renderers.enable("brief")


def show(spec: dict, **_) -> dict:
    """What a notebook shows for a chart: HTML that draws itself, and a still picture."""
    if interactive.is_building():
        return {"text/plain": "[chart]"}
    spec = {**spec, "config": {**figures.theme(), **_without_view(spec.get("config", {}))}}
    label = spec.get("description", "chart")
    svg = figures.draw(spec)
    return {
        "text/html": figures.drawing_itself(spec, svg, label),
        "image/svg+xml": figures.alone(svg, label),
        "text/plain": "[chart]",
    }


def _without_view(config: dict) -> dict:
    """A chart's own settings, but for the sizes that Altair sets for all."""
    return {name: value for name, value in config.items() if name != "view"}

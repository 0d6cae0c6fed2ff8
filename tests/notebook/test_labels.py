"""The still pictures of figures as a browser draws them: labels touch nothing, text and marks are seen in both themes."""

from __future__ import annotations

import altair as alt
import pytest

from brief.notebook import charts, figures
from tests.conftest import figure_bundles
from tests.notebook import labels

PICTURES = {
    "a label over the edge of a bar": (
        "touches a mark",
        lambda: bars().mark_text(dy=0).encode(text="words:N"),
    ),
    "two labels in one place": (
        "touches “",
        lambda: (
            bars().mark_text(dy=-20).encode(text="words:N")
            + bars().mark_text(dy=-22).encode(text="words:N")
        ),
    ),
    "white words on orange": (
        "has 3.",
        lambda: (
            bars().mark_bar(color=charts.ORANGE, size=90)
            + bars().mark_text(dy=12, color="white").encode(text="words:N")
        ),
    ),
    "a pale bar": ("a mark has 1.", lambda: bars().mark_bar(color="#d9dde2")),
    "a bar behind glass": (
        "thinned by opacity",
        lambda: bars().mark_bar(color=charts.BLUE, fillOpacity=0.9),
    ),
    "a point as Vega-Lite draws it": (
        "thinned by opacity",
        lambda: bars().mark_point(color=charts.BLUE, opacity=0.7),
    ),
    "a word across a line": (
        "touches a mark",
        lambda: bars().mark_rule(color="black") + bars().mark_text().encode(text="words:N"),
    ),
    "a word cut short": (
        "is cut short",
        lambda: bars().mark_text(dy=-20, limit=16).encode(text="words:N"),
    ),
    "small print": (
        "px high",
        lambda: bars().mark_text(dy=-20, fontSize=10).encode(text="words:N"),
    ),
}


def bars() -> alt.Chart:
    rows = alt.Data(
        values=[{"x": "a", "y": 3, "words": "many"}, {"x": "b", "y": 5, "words": "more"}]
    )
    return alt.Chart(rows).encode(x=alt.X("x:N", axis=None), y=alt.Y("y:Q", axis=None))


def drawn(chart) -> str:
    """A chart over rows of its own, in the book's look, on a phone."""
    if isinstance(chart, alt.LayerChart):
        chart.layer = [bars().mark_bar(color=charts.BLUE, size=60), *chart.layer]
    else:
        chart = alt.layer(bars().mark_bar(color=charts.BLUE, size=60), chart)
    spec = chart.to_dict() | {"config": figures.theme(), "title": {"text": "Any"}}
    return figures.draw(figures.sized(spec, figures.NARROW))


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_wrong_with_a_picture_is_seen(chrome, name):
    fault, chart = PICTURES[name]
    found = labels.faults(chrome, {"any, narrow": drawn(chart())}, "light")
    assert any(fault in one for one in found), found


def test_a_picture_with_nothing_wrong_passes(chrome):
    words = bars().mark_text(dy=-10).encode(text="words:N")
    within = bars().mark_text(dy=14, color=charts.INK_UPON[charts.BLUE]).encode(text="words:N")
    picture = {"any, narrow": drawn(words + within)}
    assert [labels.faults(chrome, picture, theme) for theme in labels.THEMES] == [[], []]


@pytest.mark.parametrize("theme", labels.THEMES)
def test_no_label_touches_anything_and_all_is_seen(chrome, published_book, theme):
    pictures = {
        f"{key}, {width}": bundle[width]
        for key, bundle in figure_bundles(published_book).items()
        for width in ("wide", "narrow")
    }
    assert len(pictures) >= 40
    faults = labels.faults(chrome, pictures, theme)
    assert faults == [], "move the label, or take another color, in the chapter's cell"

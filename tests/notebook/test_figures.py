"""Figures: colours that are seen, words that are there, pictures that stay within their width."""

from __future__ import annotations

import copy
import html
import io
import json
import re

import altair as alt
import pytest
from altair.utils import schemapi
from altair.utils.schemapi import SchemaValidationError
from PIL import Image

from brief import paths
from brief.analysis import claims
from brief.notebook import charts, figures, forms, own_charts
from brief.site import frame, live, png, sheets
from brief.tables import entries
from tests.conftest import figure_bundles

GROUNDS = {"light": "#ffffff", "dark": "#14181d"}


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_palette_colour_stands_out_from_the_page(ground):
    faint = {
        color: round(contrast(color, GROUNDS[ground]), 2)
        for color in figures.PALETTE
        if contrast(color, GROUNDS[ground]) < 3
    }
    assert not faint, (
        f"under 3:1 on the {ground} page: choose another shade in brief/notebook/figures.py"
    )


def test_contrast_is_measured_as_wcag_does():
    assert (
        contrast("#000000", "#ffffff") == pytest.approx(21) and contrast("#777777", "#ffffff") < 4.5
    )


def test_title_lines_break_between_words():
    assert figures.lines("Newest figure, percent of 2018", 16) == [
        "Newest figure,",
        "percent of 2018",
    ]
    assert figures.lines("incomprehensibilities", 5) == ["incomprehensibilities"]


def test_every_figure_has_a_finding_and_an_alt_text(opened):
    assert len(opened.wordings["figures"]) >= 20
    for key in opened.wordings["figures"]:
        words = claims.figure_words(key, opened.wordings, opened.claims, opened.numbers)
        assert len(words["alt"]) > 40 and words["alt"] != words["title"], key


def test_figure_without_alt_text_stops_the_build(opened):
    wordings = {"figures": {"fig-x": {"title": "A finding", "subtitle": "persons"}}}
    with pytest.raises(entries.WordingError, match="alt"):
        claims.figure_words("fig-x", wordings, opened.claims, opened.numbers)


def test_every_picture_keeps_to_its_width_and_has_marks(published_book):
    for key, bundle in figure_bundles(published_book).items():
        for size, most in (("wide", figures.WIDE), ("narrow", figures.NARROW)):
            svg = bundle[size]
            width = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1])
            assert width <= most * 1.1, f"{key}, {size}: {width:.0f} px wide, {most} allowed"
            assert len(re.findall(r"<(?:path|rect|circle|line)\b", svg)) > 5, (
                f"{key}, {size}: hardly anything is drawn"
            )
            assert "NaN" not in svg and "undefined" not in svg, key


def test_ids_of_pictures_are_unique_over_the_book(published_book):
    seen: dict[str, str] = {}
    for key, bundle in figure_bundles(published_book).items():
        for size in ("wide", "narrow"):
            for name in set(re.findall(r'\bid="([^"]+)"', bundle[size])):
                assert seen.setdefault(name, f"{key} {size}") == f"{key} {size}", name


def test_pictures_name_no_address(published_book):
    for key, bundle in figure_bundles(published_book).items():
        addresses = set(
            re.findall(r'(?:href|src)="(http[^"]*)"', bundle["wide"] + bundle["narrow"])
        )
        assert not addresses, key


@pytest.mark.parametrize(
    "channels",
    [
        {"x": "year:O", "y": "value:Q", "tooltip": ["year:O", "sum(value):Q"]},
        {"x": "first:O", "x2": "last", "yOffset": "actor:N"},
        {"y": "a:N", "text": "words:N", "detail": "part:N"},
        {
            "x": alt.value(0),
            "y2": alt.datum(0),
            "color": alt.condition("datum.a == 'b'", alt.value("red"), alt.value("white")),
        },
    ],
)
def test_a_shorthand_means_what_altair_takes_it_for(channels, monkeypatch):
    def spec() -> dict:
        return view().mark_bar().encode(alt.Shape("kind:N"), **channels).to_dict()

    ours = spec()
    monkeypatch.setattr(schemapi, "_FromDict", type(own_charts._classes))
    assert ours == spec()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/arrivals.csv",
        "https://example.org/arrivals.json",
        "/etc/hostname",
        "file:///etc/hostname",
    ],
)
def test_a_chart_can_fetch_nothing(address):
    spec = {
        "data": {"url": address, "format": {"type": "csv"}},
        "mark": "point",
        "encoding": {"x": {"field": "a", "type": "nominal"}},
    }
    with pytest.raises(PermissionError, match="ACCESS_DENIED"):
        figures.draw(spec)


def test_pictures_drawn_ahead_are_those_that_their_sheets_ask_for(opened, tmp_path, monkeypatch):
    picture = figures.draw(
        {
            "data": {"values": [{"x": "a", "y": 3}]},
            "mark": "bar",
            "encoding": {
                "x": {"field": "x", "type": "nominal"},
                "y": {"field": "y", "type": "quantitative"},
            },
        }
    )
    figure = {
        "id": "fig-x",
        "title": "A title",
        "alt": "A bar",
        "credit": "Source: one",
        "wide": picture,
    }
    cell = {"cell_type": "code", "outputs": [{"data": {forms.FIGURE: figure}}]}
    (tmp_path / "10_one.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    monkeypatch.setattr(paths, "PICTURES", tmp_path / "pictures")
    sheets.draw_ahead(tmp_path)
    (band,) = (tmp_path / "pictures").glob("*.band")
    then = band.stat().st_mtime_ns
    sheets.sheet_png(opened, figure)
    assert (
        band.stat().st_mtime_ns == then
        and len(list((tmp_path / "pictures").glob("*.band"))) == 1 + 3
    ), "the title, the credit and the stamp are drawn, and not the picture"


def test_a_picture_that_leaves_the_book_names_faces_that_every_system_has(opened):
    label = 'a label that says font-family="IBM Plex Sans KR"'
    picture = figures.draw(
        {
            "data": {"values": [{"x": label, "y": 3}]},
            "mark": "bar",
            "config": {"font": figures.FONT},
            "encoding": {
                "x": {"field": "x", "type": "nominal", "axis": {"labelLimit": 0}},
                "y": {"field": "y", "type": "quantitative"},
            },
        }
    )
    for svg in (
        figures.alone(picture, "A bar"),
        sheets.sheet(
            opened,
            {
                "id": "fig-x",
                "title": "A title",
                "alt": "A bar",
                "credit": "Source: one",
                "wide": picture,
            },
        ),
    ):
        faces = set(re.findall(r'<[^<>]* font-family="([^"]*)"', svg))
        assert faces == {figures.FACES}, faces
        assert label in html.unescape(svg)


# Nothing is cut off


def edges(svg: str) -> tuple[int, int]:
    """How opaque the first and the last column of a picture's pixels are, 0 to 255."""
    drawing = png.image([svg.replace(figures.INK, figures.PRINT_INK)], 1.0, {})
    picture = Image.open(io.BytesIO(drawing)).convert("RGBA")
    columns = (0, picture.width - 1)
    return tuple(picture.crop((x, 0, x + 1, picture.height)).getextrema()[3][1] for x in columns)


FAINT = 20  # a letter's soft edge may come so near


@pytest.mark.parametrize("book", ["published_book", "altered_book"])
def test_no_picture_is_cut_off_at_its_sides(book, request):
    cut_off = [
        (key, width)
        for key, bundle in figure_bundles(request.getfixturevalue(book)).items()
        for width in ("wide", "narrow")
        if max(edges(bundle[width])) > FAINT
    ]
    assert cut_off == []


@pytest.mark.parametrize("persons", [700, 20_000, 36_000, 37_214, 41_000, 123_456])
@pytest.mark.parametrize("width", [figures.WIDE, figures.NARROW])
def test_the_longest_bar_leaves_room_for_its_label(published_book, persons, width):
    spec = copy.deepcopy(figure_bundles(published_book)["fig-resettlement-scale"]["spec"])
    (row,) = [r for r in spec["datasets"]["fig_resettlement_scale"] if r["place"] == "South Korea"]
    row |= {"persons": persons, "label": f"{persons:,} entries"}
    assert max(edges(figures.draw(figures.sized(spec, width)))) <= FAINT


def view() -> alt.Chart:
    return alt.Chart(alt.NamedData(name="fig_any"))


def some(**properties) -> alt.Chart:
    return view().mark_bar().encode(x="year:O", y="value:Q").properties(**properties)


def test_a_chart_that_is_not_vega_lites_is_refused_in_altairs_words():
    chart = some()
    chart.height = "tall"  # set so, Altair does not look at it
    with pytest.raises(SchemaValidationError, match="'tall' is an invalid value for `height`"):
        figures.to_spec(chart)


# Years


def columns_of_years(bundles: dict[str, dict], connection) -> dict[tuple[str, str], bool]:
    """{(view, column): whether its table writes it as a year} for all columns that hold nothing else than years."""
    found = {}
    for bundle in bundles.values():
        for table in frame.data_tables(connection, bundle["spec"]):
            for column, heading in table["headings"].items():
                values = [row[column] for row in table["rows"] if row[column] is not None]
                numbers = [v for v in values if isinstance(v, (int, float))]
                if values and len(numbers) == len(values) and are_years(numbers):
                    found[table["view"], column] = frame.is_of_years(column, heading)
    return found


def are_years(numbers: list[float]) -> bool:
    return all(1950 <= number <= 2100 for number in numbers)


def test_no_year_in_the_table_of_a_figure_is_written_as_an_amount(published_book, opened):
    found = columns_of_years(figure_bundles(published_book), opened.connection)
    assert len(found) >= 10
    assert all(found.values()), [name for name, is_year in found.items() if not is_year]


def test_a_column_of_years_under_another_name_is_seen(published_book, opened):
    bundle = copy.deepcopy(figure_bundles(published_book)["fig-resettlement-scale"])
    for row in bundle["spec"]["datasets"]["fig_resettlement_scale"]:
        row["persons"] = 2013.5
    found = columns_of_years({"fig-resettlement-scale": bundle}, opened.connection)
    assert found == {("fig_resettlement_scale", "persons"): False}


@pytest.mark.parametrize(
    "value, is_year, text",
    [(2013, True, "2013"), (2012.5, True, "2012.5"), (2013, False, "2,013"), (None, True, "–")],
)
def test_a_year_keeps_its_digits_on_the_page_and_when_it_is_refilled(value, is_year, text, opened):
    assert frame.shown(value, is_year) == text
    cell = live.shown(is_year).replace("{c}", "c")
    query = f"select {cell} from (select ? as c)"
    assert opened.connection.execute(query, (value,)).fetchone()[0] == text


@pytest.mark.parametrize("color, ink", charts.INK_UPON.items())
def test_ink_upon_a_color_is_read(color, ink):
    assert contrast({"white": "#ffffff", "black": "#000000"}[ink], color) >= 4.5

"""Figures: an Altair chart over named views becomes one spec, two still pictures and the words
around them.

A chart is drawn over views, which its spec names; `complete` fills in their rows, the title and the
alt text. The page fills the same spec in the same way when a reader changes the data, so nothing
else may depend on the rows.
"""

from __future__ import annotations

import copy
import hashlib
import html
import json
import re
from functools import lru_cache

from brief import forks, kept, paths
from brief.analysis.translations import IN_ENGLISH, Catalogue
from brief.notebook import assets, forms, interactive
from brief.tables import database

WIDE, NARROW = 660, 340  # total width of a picture in px: the text column, and a phone
LETTER = 7  # px that a letter of the title line takes, with some to spare
INK, PRINT_INK = "currentColor", "#1b1f24"

# Six colours that keep 3:1 or more against both page grounds (white 1.00, dark #14181d); measured
# by tests/notebook/test_figures.py. In this order neighbours also differ in lightness, so that they
# read in grey.
PALETTE = ["#1f6fae", "#d2752a", "#3d7d4f", "#8d6bb8", "#c24d55", "#78808a"]
FONT = "IBM Plex Sans KR"
FACES = f"{FONT}, Arial, sans-serif"  # where a picture may be shown without the book's fonts


def theme() -> dict:
    """The Vega-Lite config of every chart: ink follows the page's text colour, so dark mode costs
    nothing.
    """
    label = {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 500,
        "labelLimit": 260,
    }
    return {
        "font": FONT,
        "background": None,
        "range": {"category": PALETTE},
        "view": {"stroke": None},
        "title": {
            "color": INK,
            "anchor": "start",
            "fontSize": 13,
            "fontWeight": 500,
            "subtitleColor": INK,
            "subtitleFontSize": 12,
            "subtitleFontWeight": 600,
            "offset": 12,
            "frame": "bounds",
        },
        "axis": {
            **label,
            "domainColor": "#8a9099",
            "tickColor": "#8a9099",
            "gridColor": "#8a9099",
            "gridOpacity": 0.28,
        },
        "axisX": {"grid": False, "labelFlush": False},
        "axisY": {"domain": False, "ticks": False},
        "legend": {**label, "orient": "top", "title": None, "symbolStrokeWidth": 2},
        "header": {**label, "labelFontWeight": 600, "title": None},
        "text": {"color": INK, "font": FONT, "fontSize": 12},
        "bar": {"color": PALETTE[0]},
        "line": {"strokeWidth": 2.4},
        # Vega-Lite draws these at 0.7, which would take them below the contrast of their color.
        "point": {"filled": True, "size": 60, "opacity": 1},
        "tick": {"opacity": 1},
        "rule": {"color": "#8a9099"},
    }


def named_views(spec) -> list[str]:
    """The views that a spec draws from, in the order of their first use."""
    found: list[str] = []
    if isinstance(spec, dict):
        name = (spec.get("data") or {}).get("name") if isinstance(spec.get("data"), dict) else None
        found += [name] if name else []
        for value in spec.values():
            found += named_views(value)
    elif isinstance(spec, list):
        for value in spec:
            found += named_views(value)
    return list(dict.fromkeys(found))


def encoded_fields(spec, view: str = "", mark: str = "") -> list[dict]:
    """Every field that a spec encodes: [{view, mark, field, title, channel}]; a layer inherits
    view, mark and encoding.
    """
    if isinstance(spec, list):
        return [found for child in spec for found in encoded_fields(child, view, mark)]
    if not isinstance(spec, dict):
        return []
    view = (spec.get("data") or {}).get("name", view)
    drawn = spec.get("mark", mark)
    mark = drawn["type"] if isinstance(drawn, dict) else drawn
    own = [
        {
            "view": view,
            "mark": mark,
            "field": one["field"],
            "title": one.get("title") or "",
            "channel": channel,
        }
        for channel, definition in (spec.get("encoding") or {}).items()
        for one in (definition if isinstance(definition, list) else [definition])
        if isinstance(one, dict) and one.get("field")
    ]
    below = [
        found
        for key in ("layer", "hconcat", "vconcat", "concat", "spec")
        for found in encoded_fields(spec.get(key), view, mark)
    ]
    for child_view, child_mark in dict.fromkeys((found["view"], found["mark"]) for found in below):
        below += [{**found, "view": child_view, "mark": child_mark} for found in own]
    return own + below


def complete(spec: dict, connection, words: dict[str, str], mark: str) -> dict:
    """A copy of the spec with its views' rows, its title line, its description and its edition
    mark.

    Used for a published spec and an altered database alike: this is what "refilling" means.
    """
    spec = copy.deepcopy(spec)
    spec["datasets"] = {view: database.rows(connection, view) for view in named_views(spec)}
    spec["title"] = {"text": words["subtitle"], **({"subtitle": mark} if mark else {})}
    spec["description"] = words["alt"]
    return spec


def to_spec(chart) -> dict:
    """An Altair chart as a Vega-Lite spec with our config, ready for `complete`. Raises Altair's
    SchemaValidationError for one that is not Vega-Lite's.
    """
    spec = chart.to_dict()
    spec.pop("datasets", None)
    spec["config"] = {
        **theme(),
        **{k: v for k, v in (spec.get("config") or {}).items() if k not in ("view",)},
    }
    return spec


def sized(spec: dict, width: int) -> dict:
    """The spec for one total width. Facets and concatenations keep their own inner width, scaled
    from WIDE.
    """
    spec = dict(spec)
    if any(
        k in spec for k in ("facet", "vconcat", "hconcat", "repeat", "concat")
    ) or "row" in spec.get("encoding", {}):
        spec = _scaled(spec, width / WIDE)
    else:
        spec["width"] = width
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["title"] = {part: lines(text, width // LETTER) for part, text in spec["title"].items()}
    return spec


def lines(text: str, most: int) -> list[str]:
    """A title's text in lines of at most `most` characters, broken between words (Vega does not
    break them).
    """
    found = [""]
    for word in text.split(" "):
        if found[-1] and len(found[-1]) + 1 + len(word) > most:
            found.append("")
        found[-1] += (" " if found[-1] else "") + word
    return found


def _scaled(node, factor: float):
    """Scale every numeric `width` in a nested spec."""
    if isinstance(node, dict):
        return {
            k: (
                int(v * factor)
                if k == "width" and isinstance(v, (int, float))
                else v
                if k == "datasets"
                else _scaled(v, factor)
            )
            for k, v in node.items()
        }
    return [_scaled(v, factor) for v in node] if isinstance(node, list) else node


@lru_cache(maxsize=1)
def _renderer():
    """vl-convert with the book's fonts, so that text is measured as it will be shown, and with
    neither network nor files.
    """
    import logging

    import vl_convert

    forks.note_threads()
    logging.getLogger("vl_convert").setLevel(
        logging.ERROR
    )  # it warns of each axis that a fit to the width leaves as it is
    vl_convert.configure(allowed_base_urls=[], base_url=False)
    if paths.FONTS.is_dir():
        vl_convert.register_font_directory(str(paths.FONTS))
    return vl_convert


def picture(spec: dict, width: int) -> str:
    """The spec as a still SVG of one total width, drawn once and kept under build/cache by all that
    it depends on.

    An altered edition's mark is laid over the drawing, so that a chart whose data are as published
    is not drawn anew.
    """
    still = sized(spec, width)
    mark = still["title"].pop("subtitle", [])
    svg = drawn(still)
    return under_mark(svg, mark) if mark else svg


MARKED = re.compile(
    (
        r"(<svg [^>]*>)((?:<text [^>]*>[^<]*</text>)+)<g "
        r'transform="translate\(0,(\d+)\)">(.*)</g></svg>'
    ),
    re.S,
)


def under_mark(svg: str, mark: list[str]) -> str:
    """A drawing moved down, with the lines of the altered edition's mark above it."""
    room = 16 * len(mark) + 6
    head, rest = svg[: svg.index(">") + 1], svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    height = re.search(r'\bheight="([\d.]+)"', head)[1]
    taller = f"{float(height) + room:g}"
    head = head.replace(f'height="{height}"', f'height="{taller}"', 1)
    head = re.sub(r'(viewBox="\S+ \S+ \S+ )[\d.]+"', rf'\g<1>{taller}"', head)
    words = "".join(
        (
            f'<text x="5" y="{13 + 16 * i}" font-family="{FONT}" font-size="12" '
            f'font-weight="600" fill="{INK}">{html.escape(line)}</text>'
        )
        for i, line in enumerate(mark)
    )
    return f'{head}{words}<g transform="translate(0,{room})">{rest}</g></svg>'


def from_under_mark(svg: str) -> tuple[str, int, str]:
    """What `under_mark` put together: the mark's lines, the px that they take, and the drawing as
    it was (no lines and no px where there is no mark).
    """
    found = MARKED.fullmatch(svg)
    if not found:
        return "", 0, svg
    head, words, room, rest = found.groups()
    height = re.search(r'\bheight="([\d.]+)"', head)[1]
    lower = f"{float(height) - int(room):g}"
    return (
        words,
        int(room),
        re.sub(
            rf'(viewBox="\S+ \S+ \S+ ){re.escape(height)}"',
            rf'\g<1>{lower}"',
            head.replace(f'height="{height}"', f'height="{lower}"', 1),
        )
        + rest
        + "</svg>",
    )


def drawn(still: dict) -> str:
    """A sized spec as SVG, drawn or kept."""
    still["config"] = {
        **still.get("config", {}),
        "aria": False,
    }  # one label for the picture, not one per mark
    depends = json.dumps([still, assets.drawing_tools(__file__, "vl-convert-python")])
    path = paths.PICTURES / f"{hashlib.sha256(depends.encode()).hexdigest()}.chart"
    svg = kept.read(path, lambda found: found.startswith("<svg"))
    if svg is None:
        svg = drawer(still)
        kept.write(path, svg)
    return svg


def draw(still: dict) -> str:
    """Draw a sized spec. Text stays text; ids are unique; nothing is fetched."""
    svg = _renderer().vegalite_to_svg(still)
    prefix = (
        "c" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    )  # ids such as clip0 must be unique on a page
    ids = re.compile(r'(\bid="|\burl\(#|href="#)(?=[^"])')
    return within_tags(svg, lambda tag: ids.sub(rf"\1{prefix}-", tag))


def within_tags(svg: str, change) -> str:
    """The SVG with `change(tag)` in the place of each tag: a label may say id="…" as well, and
    keeps its words.
    """
    return re.sub(r"<[^<>]+>", lambda tag: change(tag[0]), svg)


def alone(svg: str, alt: str) -> str:
    """The picture as a file that stands by itself: dark ink, its own title for screen readers."""
    label = f'<svg role="img" aria-label="{html.escape(alt, quote=True)}" '
    return in_any_system(svg.replace("<svg ", label, 1).replace(INK, PRINT_INK))


def in_any_system(svg: str) -> str:
    """The picture for systems that lack the book's face: in the nearest one that they have, not in
    one with serifs.
    """
    own, any_other = f' font-family="{FONT}"', f' font-family="{FACES}"'
    return within_tags(svg, lambda tag: tag.replace(own, any_other))


drawer = (
    draw  # what `picture` draws with; chapters of a build draw through one process, see drawing.py
)


class Figure:
    """One figure of a chapter. `spec` is complete; `bundle` is what the notebook's output carries
    to the book.
    """

    def __init__(
        self,
        key: str,
        spec: dict,
        words: dict[str, str],
        credit: str,
        translations: dict[str, Figure] | None = None,
    ):
        self.key, self.spec, self.words, self.credit = key, spec, words, credit
        self.translations = translations or {}

    @property
    def bundle(self) -> dict:
        return {
            "id": self.key,
            "spec": self.spec,
            **self.words,
            "credit": self.credit,
            "wide": picture(self.spec, WIDE),
            "narrow": picture(self.spec, NARROW),
            **(
                {"translations": {k: figure.bundle for k, figure in self.translations.items()}}
                if self.translations
                else {}
            ),
        }

    def _repr_mimebundle_(self, **_):
        bundle, words = self.bundle, self.words
        title, credit = html.escape(words["title"]), html.escape(self.credit)
        if interactive.is_building():
            drawing = ""
        else:
            spec = sized(self.spec, WIDE)
            drawing = drawing_itself(spec, bundle["wide"], words["alt"])
        return {
            forms.FIGURE: bundle,
            "text/plain": f"[figure] {words['title']} {words['alt']}",
            "text/html": f"<figure><p><b>{title}</b></p>{drawing}"
            f"<figcaption>{credit}</figcaption></figure>",
        }


def drawing_itself(spec: dict, svg: str, label: str) -> str:
    """HTML for JupyterLab, which lacks the book's face: a spec that draws itself over its still
    picture.
    """
    face, any_face = json.dumps(FONT), json.dumps(FACES)
    spec = json.loads(json.dumps(spec).replace(face, any_face))
    return interactive.html_of(spec, alone(svg, label), label)


def credit_line(connection, spec: dict, note: str, catalogue: Catalogue = IN_ENGLISH) -> str:
    """Who counted: the publishers beneath a figure's rows, the two most frequent named, and the
    note.
    """
    tables = list(
        dict.fromkeys(
            t for view in named_views(spec) for t in database.tables_read(connection, view)
        )
    )
    tables = [t for t in tables if t not in ("parameters", "sources")]
    marks = ",".join("?" * len(tables))
    publishers = [
        p
        for (p,) in connection.execute(
            "select s.publisher from row_sources r join sources s using (source_id) where "
            f"r.table_name in ({marks}) "
            "group by s.publisher order by count(*) desc, s.publisher",
            tables,
        )
    ]
    named = "; ".join(publishers[:2])
    if len(publishers) > 2:
        before, between, after = catalogue.parts("{} and {} more")
        named = f"{before}{named}{between}{len(publishers) - 2}{after}"
    before, after = catalogue.parts("Source: {}. ")
    return (f"{before}{named}{after}" if publishers else "") + note

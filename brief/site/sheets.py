"""Pictures that stand by themselves: a figure with its finding, its credit and a stamp; a page's
preview card.

A sheet is made of bands, one under the other: as SVG they lie in one file, as PNG each is drawn by
itself and kept (png.py).
"""

from __future__ import annotations

import contextlib
import html
import json
import math
import re
from pathlib import Path

from brief import paths
from brief.editions.imprint import AUTHOR, LICENSE, LICENSE_URL, TITLE, edition_name, stamp
from brief.notebook import faces, figures, forms
from brief.site import png

SANS = figures.FACES
INK, SOFT, LINE, BLUE, ALARM = "#1b1f24", "#535b66", "#d8dbe0", "#12416b", "#a01220"
MARGIN = 24
SHEET = figures.WIDE + 2 * MARGIN
SCALE = 2.0  # pixels of a PNG for each of the SVG's
OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="{0}" height="{1:g}" viewBox="0 0 {0} {1:g}"{2}>'
)


# Words


def wrapped(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """Text in lines of at most `width` px."""
    file = paths.FONTS / f"plex-sans-kr-{weight}.ttf"
    measure = faces.advances(file) if file.exists() else {}
    length = lambda words: size * sum(measure.get(ord(c), 0.6) for c in words)
    lines = [""]
    for word in text.split():
        if lines[-1] and length(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def text_block(
    lines: list[str], x: float, y: float, size: float, leading: float, fill: str, weight: int = 400
) -> str:
    """Lines of text as SVG, the first one's baseline at `y`."""
    return "".join(
        (
            f'<text x="{x:g}" y="{y + i * leading:g}" font-family="{SANS}" '
            f'font-size="{size:g}" font-weight="{weight}" '
            f'fill="{fill}">{html.escape(line)}</text>'
        )
        for i, line in enumerate(lines)
    )


def size_of(svg: str) -> tuple[float, float]:
    """A picture's own width and height."""
    head = svg[: svg.index(">")]
    return tuple(float(re.search(rf'\b{side}="([\d.]+)"', head)[1]) for side in ("width", "height"))


def placed(svg: str, x: float, y: float, width: float) -> str:
    """A picture inside another one, scaled to `width`, in dark ink.

    A group, not an SVG in the SVG: that one is clipped to its frame, for which the drawing library
    needed five to ten times as long.
    """
    inner = svg[svg.index(">") + 1 : svg.rindex("</svg>")].replace(figures.INK, INK)
    return f'<g transform="translate({x:g},{y:g}) scale({width / size_of(svg)[0]:.6g})">{inner}</g>'


# A figure's sheet


def bands_of(edition, figure: dict) -> list[tuple[str, int]]:
    """The bands of a figure's sheet, each with its height: the altered edition's mark, the finding,
    the picture, who counted, the stamp.

    The mark that stands over an altered edition's picture is a band of its own: the picture below
    is most often the published one, and kept.
    """
    title, credit = (
        wrapped(figure["title"], figures.WIDE, 19, 600),
        wrapped(figure["credit"], figures.WIDE, 12),
    )
    foot = wrapped(stamp(edition), figures.WIDE, 11)
    mark = (
        f'<rect width="{SHEET}" height="34" fill="{ALARM}"/>'
        + text_block([f"ALTERED — {edition.mark}"], MARGIN, 22, 13, 16, "#ffffff", 600),
        34,
    )
    words, room, _ = figures.from_under_mark(figure["wide"])
    over = [(f'<g transform="translate({MARGIN},0)">{words}</g>', room)] if room else []
    rule = f'<path d="M{MARGIN},0.5h{figures.WIDE}" stroke="{LINE}"/>'
    return [
        *([mark] if edition.mark else []),
        (text_block(title, MARGIN, 44, 19, 25, INK, 600), 42 + 25 * len(title)),
        *over,
        picture_band(figure["wide"]),
        (text_block(credit, MARGIN, 16, 12, 17, SOFT), 12 + 17 * len(credit)),
        (
            rule + text_block(foot, MARGIN, 16, 11, 15, ALARM if edition.mark else SOFT),
            22 + 15 * len(foot),
        ),
    ]


def picture_band(wide: str) -> tuple[str, int]:
    """The band of a figure's wide picture, without the mark above it, and its height."""
    picture = figures.from_under_mark(wide)[2]
    return placed(picture, MARGIN, 0, figures.WIDE), math.ceil(size_of(picture)[1]) + 8


def sheet(edition, figure: dict) -> str:
    """The sheet as one SVG, with its title, its description and its terms for whoever cannot see
    it.
    """
    parts, y = [], 0
    for content, height in bands_of(edition, figure):
        parts.append(f'<g transform="translate(0,{y})">{content}</g>')
        y += height
    return (
        f"{OPENING.format(SHEET, y, ' role=' + chr(34) + 'img' + chr(34))}"
        f"<title>{html.escape(figure['title'])}</title><desc>{html.escape(figure['alt'])}</desc>"
        f"{svg_metadata(edition, figure['title'])}"
        '<rect width="100%" height="100%" '
        f'fill="#ffffff"/>{figures.in_any_system("".join(parts))}</svg>\n'
    )


def sheet_png(edition, figure: dict) -> bytes:
    """The sheet as PNG, two pixels for each of the SVG's."""
    return png.image(
        [as_file(*band) for band in bands_of(edition, figure)],
        SCALE,
        png_texts(edition, figure["title"], figure["alt"]),
    )


def as_file(content: str, height: int) -> str:
    """A band as an SVG by itself."""
    return (
        f'{OPENING.format(SHEET, height, "")}<rect width="100%" height="100%" '
        f'fill="#ffffff"/>{content}</svg>'
    )


def draw_ahead(chapters: Path) -> None:
    """Draw the bands of all pictures in a folder of executed chapters, so that their sheets find
    them. Not needed: what fails here fails again, and is heard, there.
    """
    with contextlib.suppress(Exception):
        for notebook in sorted(chapters.glob("*.ipynb")):
            for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
                for output in cell.get("outputs", []):
                    if (figure := output.get("data", {}).get(forms.FIGURE)) is not None:
                        png.band(as_file(*picture_band(figure["wide"])), SCALE)


def svg_metadata(edition, title: str) -> str:
    """Title, publisher's mark and license as Dublin Core inside an SVG."""
    altered = "ALTERED: " if edition.mark else ""
    return (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>'
        f"<dc:title>{altered}{html.escape(title)}</dc:title>"
        f"<dc:creator>{AUTHOR}</dc:creator><dc:rights>{LICENSE_URL}</dc:rights>"
        f"<dc:source>{html.escape(stamp(edition))}</dc:source>"
        "</rdf:Description></rdf:RDF></metadata>"
    )


def png_texts(edition, title: str, alt: str) -> dict[str, str]:
    """What a PNG says of itself, by the keywords that its standard names."""
    altered = "ALTERED: " if edition.mark else ""
    return {
        "Title": altered + title,
        "Author": AUTHOR,
        "Description": alt,
        "Copyright": f"{LICENSE}, {LICENSE_URL}",
        "Source": stamp(edition),
    }


# A page's card


def card(edition, title: str, lead: str, figure: dict | None) -> bytes:
    """A page's preview card, 1200 by 630: the finding of its first figure and the picture, or else
    what the page is called and how it begins; and the edition.
    """
    width, height, left = 1200, 630, 64
    ground = ALARM if edition.mark else BLUE
    across = width - 2 * left
    size, leading = (36, 44) if figure else (46, 56)
    head = wrapped(figure["title"] if figure else title, across, size, 600)[:4]
    below = 132 + leading * len(head)
    parts = [
        (
            f'<rect width="{width}" height="{height}" fill="#ffffff"/><rect width="{width}" '
            f'height="14" fill="{ground}"/>'
        ),
        # What stands large is not said twice.
        text_block([title if figure else TITLE], left, 76, 22, 28, ground, 600),
        text_block(head, left, 132, size, leading, INK, 600),
    ]
    if figure:
        own_width, own_height = size_of(figure["wide"])
        drawn = min(across, (height - 86 - below + 20) * own_width / own_height)
        parts.append(placed(figure["wide"], left, below - 20, drawn))
    else:
        parts.append(text_block(cut(wrapped(lead, across, 25), 8), left, below, 25, 34, SOFT))
    named = f"{TITLE} · " if figure and title != TITLE else ""
    line = (
        f"ALTERED — {edition.mark}"
        if edition.mark
        else f"{named}{edition_name(edition).capitalize()} · data to {edition.cut_off}"
    )
    parts.append(
        text_block([line], left, height - 36, 20, 28, ground, 600 if edition.mark else 400)
    )
    return png.image(
        [f"{OPENING.format(width, height, '')}{''.join(parts)}</svg>"],
        1.0,
        png_texts(edition, title, lead),
    )


def cut(lines: list[str], most: int) -> list[str]:
    """At most so many lines, the last with a sign that there are more."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1].rstrip(".,;") + " …"]

"""What the site offers beside its pages: figures as files, preview cards, references, search entries, a zip of itself.

Everything is stamped with the title, the edition and the license, and bears the altered edition's mark where there
is one. The same edition gives the same bytes.
"""
from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import os
import re
import struct
import urllib.parse
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

from brief import database, figures, paths

TITLE = "North Korean Defectors between Engagement and Rights"
AUTHOR = "The authors of the brief"
LICENSE = "CC BY 4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"
SANS = f"{figures.FONT}, Arial, sans-serif"
INK, SOFT, LINE, BLUE, ALARM = "#1b1f24", "#535b66", "#d8dbe0", "#12416b", "#a01220"
NOT_DATA = ("parameters", "sources")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def edition_name(edition) -> str:
    """'edition 2026.1', or 'altered edition 1a2b3c4d5e6f'."""
    return f"edition {edition.name}" if edition.is_published else f"altered edition {edition.fingerprint[:12]}"


def file_name(edition, name: str) -> str:
    """A download's name; an altered edition's begins with ALTERED and its fingerprint."""
    return name if edition.is_published else f"ALTERED-{edition.fingerprint[:12]}-{name}"


def stamp(edition) -> str:
    """One line that every file carries."""
    mark = f" · {edition.mark}" if edition.mark else ""
    return f"{TITLE} · {edition_name(edition)} · data to {edition.cut_off} · {LICENSE}{mark}"


# Figures as files

def tables_behind(connection, spec: dict) -> list[str]:
    """The data tables that a figure's views read."""
    return [t for t in dict.fromkeys(t for view in spec["datasets"] for t in database.tables_read(connection, view)) if t not in NOT_DATA]


def columns_of(connection, view: str) -> list[str]:
    """A view's columns in its own order, which a notebook file does not keep."""
    return [name for _, name, *_ in connection.execute(f'pragma table_info("{view}")')]


def source_rows(connection, spec: dict) -> list[dict]:
    """Which row of which table rests on which source: {table_name, row_key, source_id, publisher, title, url, date}."""
    names = tables_behind(connection, spec)
    query = ("select r.table_name, r.row_key, s.source_id, s.publisher, s.title, s.url, s.date from row_sources r join sources s using (source_id) "
             f"where r.table_name in ({','.join('?' * len(names))}) order by r.table_name, r.row_key, s.source_id")
    columns = ("table_name", "row_key", "source_id", "publisher", "title", "url", "date")
    return [dict(zip(columns, row)) for row in connection.execute(query, names)]


def figure_files(edition, key: str, spec: dict) -> list[tuple[str, str]]:
    """The files of a figure as (name, what it is), in the order in which they are offered."""
    views = list(spec["datasets"])
    data = [(f"{key}.csv" if len(views) == 1 else f"{key}.{view}.csv", "Data (CSV)" if len(views) == 1 else f"Data (CSV): {view}") for view in views]
    others = [(f"{key}.sources.csv", "Sources, row by row (CSV)"), (f"{key}.svg", "Picture to scale (SVG)"), (f"{key}.png", "Picture for a document (PNG)")]
    return [(file_name(edition, name), what) for name, what in [*data, *others]]


def write_figure(edition, figure: dict, folder: Path) -> None:
    """Write a figure's CSV, sources, SVG and PNG. `figure`: {key, number, title, credit, alt, spec, wide}."""
    names = [name for name, _ in figure_files(edition, figure["key"], figure["spec"])]
    for name, (view, rows) in zip(names, figure["spec"]["datasets"].items()):
        (folder / name).write_text(notes(edition, figure, view) + csv_text(rows, columns_of(edition.connection, view)), encoding="utf-8")
    sources = source_rows(edition.connection, figure["spec"])
    (folder / names[-3]).write_text(notes(edition, figure, "the sources of its rows") + csv_text(sources, list(sources[0]) if sources else []), encoding="utf-8")
    picture = sheet(edition, figure)
    (folder / names[-2]).write_text(picture, encoding="utf-8")
    (folder / names[-1]).write_bytes(png(picture, 2.0, png_texts(edition, figure["title"], figure["alt"])))


def notes(edition, figure: dict, what: str) -> str:
    """The head of a figure's CSV: comment lines, which readers skip with `comment="#"`."""
    lines = [f"Figure {figure['number']}: {figure['title']}", f"View: {what}", figure["credit"], stamp(edition), f"Fingerprint: {edition.fingerprint}"]
    return "".join(f"# {' '.join(line.split())}\n" for line in lines if line)


def csv_text(rows: list[dict], columns: list[str]) -> str:
    """Rows as CSV with line feeds."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if row[c] is None else row[c] for c in columns] for row in rows)
    return file.getvalue()


# Pictures

@lru_cache(maxsize=4)
def _advances(weight: int) -> dict[int, float]:
    """How wide each character of our sans is, in em."""
    from fontTools.ttLib import TTFont
    file = paths.FONTS / f"plex-sans-kr-{weight}.ttf"
    if not file.exists():
        return {}
    font = TTFont(file, lazy=True)
    units, widths = font["head"].unitsPerEm, font["hmtx"]
    return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}


def wrapped(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """Text in lines of at most `width` px."""
    measure = _advances(weight)
    length = lambda words: size * sum(measure.get(ord(c), 0.6) for c in words)
    lines = [""]
    for word in text.split():
        if lines[-1] and length(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def text_block(lines: list[str], x: float, y: float, size: float, leading: float, fill: str, weight: int = 400) -> str:
    """Lines of text as SVG, the first one's baseline at `y`."""
    return "".join(f'<text x="{x:g}" y="{y + i * leading:g}" font-family="{SANS}" font-size="{size:g}" font-weight="{weight}" fill="{fill}">{html.escape(line)}</text>'
                   for i, line in enumerate(lines))


def size_of(svg: str) -> tuple[float, float]:
    """A picture's own width and height."""
    head = svg[:svg.index(">")]
    return tuple(float(re.search(rf'\b{side}="([\d.]+)"', head)[1]) for side in ("width", "height"))


def placed(svg: str, x: float, y: float, width: float) -> str:
    """A picture inside another one, scaled to `width`, in dark ink."""
    own_width, own_height = size_of(svg)
    inner = svg[svg.index(">") + 1:svg.rindex("</svg>")].replace(figures.INK, INK)
    return f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{own_height * width / own_width:g}" viewBox="0 0 {own_width:g} {own_height:g}">{inner}</svg>'


def sheet(edition, figure: dict) -> str:
    """A figure as a sheet that stands by itself: finding, picture, who counted, edition and license."""
    margin, width = 24, figures.WIDE
    title, credit = wrapped(figure["title"], width, 19, 600), wrapped(figure["credit"], width, 12)
    foot = wrapped(stamp(edition), width, 11)
    y = margin + 6
    parts = []
    if edition.mark:
        parts.append(f'<rect width="{width + 2 * margin}" height="34" fill="{ALARM}"/>' + text_block([f"ALTERED — {edition.mark}"], margin, 22, 13, 16, "#ffffff", 600))
        y += 34
    parts.append(text_block(title, margin, y + 14, 19, 25, INK, 600))
    y += 25 * len(title) + 12
    parts.append(placed(figure["wide"], margin, y, width))
    y += size_of(figure["wide"])[1] + 24
    parts.append(text_block(credit, margin, y, 12, 17, SOFT))
    y += 17 * len(credit) + 4
    parts.append(f'<path d="M{margin},{y - 8:g}h{width}" stroke="{LINE}"/>' + text_block(foot, margin, y + 8, 11, 15, ALARM if edition.mark else SOFT))
    y += 15 * len(foot) + 14
    total = width + 2 * margin
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{total}" height="{y:g}" viewBox="0 0 {total} {y:g}" role="img">'
            f'<title>{html.escape(figure["title"])}</title><desc>{html.escape(figure["alt"])}</desc>{svg_metadata(edition, figure["title"])}'
            f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n')


def svg_metadata(edition, title: str) -> str:
    """Title, publisher's mark and license as Dublin Core inside an SVG."""
    altered = "ALTERED: " if edition.mark else ""
    return ('<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>'
            f"<dc:title>{altered}{html.escape(title)}</dc:title><dc:creator>{AUTHOR}</dc:creator><dc:rights>{LICENSE_URL}</dc:rights>"
            f"<dc:source>{html.escape(stamp(edition))}</dc:source></rdf:Description></rdf:RDF></metadata>")


def png_texts(edition, title: str, alt: str) -> dict[str, str]:
    """What a PNG says of itself, by the keywords that its standard names."""
    altered = "ALTERED: " if edition.mark else ""
    return {"Title": altered + title, "Author": AUTHOR, "Description": alt, "Copyright": f"{LICENSE}, {LICENSE_URL}", "Source": stamp(edition)}


def png(svg: str, scale: float, texts: dict[str, str]) -> bytes:
    """An SVG as PNG with texts inside: tEXt where Latin-1 can write it, iTXt otherwise."""
    said = [(b"tEXt", keyword.encode() + b"\0" + text.encode("latin-1")) if is_latin(text)
            else (b"iTXt", keyword.encode() + b"\0\0\0\0\0" + text.encode()) for keyword, text in texts.items()]
    found = list(chunks_of(pixels(svg, scale)))
    return SIGNATURE + b"".join(chunk(*c) for c in [*found[:-2], *said, *found[-2:]])


def pixels(svg: str, scale: float) -> bytes:
    """An SVG drawn as PNG, kept under build/cache by all that it depends on.

    The drawing library packs for speed; packed a second time, the same pixels take a quarter of the bytes.
    """
    depends = json.dumps([svg, scale, figures._drawing_tools(), Path(__file__).read_text(encoding="utf-8")])
    kept = paths.PICTURES / f"{hashlib.sha256(depends.encode()).hexdigest()}.png"
    if kept.exists():
        return kept.read_bytes()
    found = list(chunks_of(figures._renderer().svg_to_png(svg, scale=scale)))
    packed = zlib.compress(zlib.decompress(b"".join(content for kind, content in found if kind == b"IDAT")), 6)
    head = [(kind, content) for kind, content in found if kind not in (b"IDAT", b"IEND")]
    image = SIGNATURE + b"".join(chunk(*c) for c in [*head, (b"IDAT", packed), (b"IEND", b"")])
    paths.PICTURES.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(image)
    fresh.replace(kept)
    return image


def is_latin(text: str) -> bool:
    return all(ord(c) < 256 for c in text)


def chunks_of(image: bytes):
    """The chunks of a PNG as (kind, content)."""
    at = 8
    while at < len(image):
        (length,) = struct.unpack(">I", image[at:at + 4])
        yield image[at + 4:at + 8], image[at + 8:at + 8 + length]
        at += 12 + length


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def card(edition, title: str, lead: str, picture: str | None) -> bytes:
    """A page's preview card, 1200 by 630: what the page is called, how it begins, the edition, and its first chart."""
    width, height = 1200, 630
    ground = ALARM if edition.mark else BLUE
    text_width = 600 if picture else 1060
    head = wrapped(title, text_width, 46, 600)[:5]
    body = wrapped(lead, text_width, 25)
    room = max(0, int((height - 200 - 56 * len(head)) // 34))
    body = body if len(body) <= room else [*body[:max(room - 1, 0)], body[max(room - 1, 0)].rstrip(".,;") + " …"] if room else []
    parts = [f'<rect width="{width}" height="{height}" fill="#ffffff"/><rect width="{width}" height="14" fill="{ground}"/>',
             text_block([TITLE], 64, 82, 22, 28, ground, 600),
             text_block(head, 64, 158, 46, 56, INK, 600),
             text_block(body, 64, 158 + 56 * len(head) - 4, 25, 34, SOFT)]
    if picture:
        own_width, own_height = size_of(picture)
        drawn = min(440, 400 * own_width / own_height)
        parts.append(placed(picture, 1200 - 48 - drawn, 130, drawn))
    line = f"ALTERED — {edition.mark}" if edition.mark else f"{edition_name(edition).capitalize()} · data to {edition.cut_off}"
    parts.append(text_block([line], 64, height - 40, 22, 28, ground, 600 if edition.mark else 400))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    return png(svg, 1.0, png_texts(edition, title, lead))


# Lists

def is_web_address(url: str | None) -> bool:
    """Whether an address may be linked: `http` alone at its beginning would let httpx:// and the like through."""
    return (url or "").startswith(("http://", "https://"))


def all_sources(connection) -> list[dict]:
    """Every source with the number of rows that rest on it, by publisher."""
    count = dict(connection.execute("select source_id, count(*) from row_sources group by source_id"))
    rows = [{**row, "rows": count.get(row["source_id"], 0), "link": row["url"] if is_web_address(row["url"]) else ""} for row in database.rows(connection, "sources")]
    return sorted(rows, key=lambda row: (row["publisher"].casefold(), row["date"] or "", row["source_id"]))


def all_tables(edition) -> list[dict]:
    """Every data table with what its manifest says: {name, title, description, period, rows, sources, license}."""
    from brief import catalogue
    count = dict(edition.connection.execute("select table_name, count(distinct source_id) from row_sources group by table_name"))
    found = []
    for name, manifest in catalogue.manifests().items():
        coverage, license_of = manifest.get("coverage") or {}, manifest.get("license") or {}
        found.append({"name": name, "title": manifest["title"], "description": manifest["description"], "rows": len(edition.tables[name].rows),
                      "period": str(coverage.get("period", "–") if isinstance(coverage, dict) else coverage), "sources": count.get(name, 0),
                      "license": license_of.get("source_data", "unknown") if isinstance(license_of, dict) else str(license_of)})
    return found


def bibliography(edition) -> str:
    """Every source as BibTeX, and the brief itself first."""
    date = (edition.published_ledger or {}).get("date", "")
    entries = [("brief", {"author": "{" + AUTHOR + "}", "title": "{" + TITLE + "}", "year": date[:4], "edition": edition.name,
                          "note": f"{'ALTERED. ' if edition.mark else ''}Data to {edition.cut_off}; fingerprint {edition.fingerprint[:12]}"})]
    for row in all_sources(edition.connection):
        year = re.match(r"\d{4}", row["date"] or "")
        fields = {"author": "{" + row["publisher"] + "}", "title": "{" + row["title"] + "}", "year": year[0] if year else "n.d.", "date": row["date"], "url": row["url"], "note": row["what_it_says"]}
        entries.append((row["source_id"], {k: v for k, v in fields.items() if v}))
    whole = lambda v: "{" + for_tex(v[1:-1]) + "}" if v.startswith("{") and v.endswith("}") else for_tex(v)     # the outer braces are ours
    lines = [f"@misc{{{key},\n" + "".join(f"  {k} = {{{address_for_tex(v) if k == 'url' else whole(v) if k in ('author', 'title') else for_tex(v)}}},\n" for k, v in fields.items()) + "}\n"
             for key, fields in entries]
    return "\n".join(lines)


def for_tex(text) -> str:
    """A text as TeX prints it, without a command or a brace of its own: BibTeX counts braces even behind a backslash."""
    named = {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return re.sub(r"[\\{}~^&%$#_]", lambda m: named.get(m[0], "\\" + m[0]), " ".join(str(text).split()))


def address_for_tex(url: str) -> str:
    """An address with what would end its field, or begin a command, written as the web writes it."""
    return re.sub(r"[\s\\{}<>\"^`|]", lambda m: urllib.parse.quote(m[0]), url)


def sitemap(pages: list[str], base: str = "") -> str:
    """The pages of the site, with paths alone where no base address is set."""
    places = "".join(f"<url><loc>{html.escape(base + page)}</loc></url>" for page in sorted(pages))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>\n'


def linked_data(entries: dict) -> str:
    """JSON-LD that may stand inside a script element."""
    return json.dumps({"@context": "https://schema.org", **entries}, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


def zip_site(folder: Path, name: str, root: str = "north-korean-defectors") -> Path:
    """The whole site as one file in its own downloads/, for a USB stick; the same site gives the same bytes."""
    target = folder / "downloads" / name
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p != target)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in files:
            entry = zipfile.ZipInfo(f"{root}/{path.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return target

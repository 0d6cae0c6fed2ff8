"""What the site offers beside its pages: figures as files, references, lists of tables and sources,
a zip of itself.

Everything is stamped with the title, the edition and the license, and bears the altered edition's
mark where there is one. The same edition gives the same bytes.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import urllib.parse
import zipfile
from pathlib import Path

from brief.editions.imprint import AUTHOR, TITLE, file_name, stamp
from brief.site import sheets
from brief.tables import database

NOT_DATA = ("parameters", "sources")
PACKED = (".png", ".pdf", ".woff2")  # packing these again takes time and gains nothing


# Figures as files


def tables_behind(connection, spec: dict) -> list[str]:
    """The data tables that a figure's views read."""
    return [
        t
        for t in dict.fromkeys(
            t for view in spec["datasets"] for t in database.tables_read(connection, view)
        )
        if t not in NOT_DATA
    ]


def columns_of(connection, view: str) -> list[str]:
    """A view's columns in its own order, which a notebook file does not keep."""
    return [name for _, name, *_ in connection.execute(f'pragma table_info("{view}")')]


def source_rows(connection, spec: dict) -> list[dict]:
    """Which row of which table rests on which source: {table_name, row_key, source_id, publisher,
    title, url, date}.
    """
    names = tables_behind(connection, spec)
    query = (
        "select r.table_name, r.row_key, s.source_id, s.kind, s.publisher, s.title, s.url, "
        "s.read_at, s.date "
        "from row_sources r join sources s using (source_id) "
        f"where r.table_name in ({','.join('?' * len(names))}) order by r.table_name, "
        "r.row_key, s.source_id"
    )
    columns = (
        "table_name",
        "row_key",
        "source_id",
        "kind",
        "publisher",
        "title",
        "url",
        "read_at",
        "date",
    )
    return [dict(zip(columns, row)) for row in connection.execute(query, names)]


def figure_files(edition, key: str, spec: dict) -> list[tuple[str, str]]:
    """The files of a figure as (name, what it is), in the order in which they are offered."""
    views = list(spec["datasets"])
    data = [
        (
            f"{key}.csv" if len(views) == 1 else f"{key}.{view}.csv",
            "Data (CSV)" if len(views) == 1 else f"Data (CSV): {view}",
        )
        for view in views
    ]
    others = [
        (f"{key}.sources.csv", "Sources, row by row (CSV)"),
        (f"{key}.svg", "Picture to scale (SVG)"),
        (f"{key}.png", "Picture for a document (PNG)"),
    ]
    return [(file_name(edition, name), what) for name, what in [*data, *others]]


def write_figure(edition, figure: dict, folder: Path) -> None:
    """Write a figure's CSV, sources, SVG and PNG. `figure`: {key, number, title, credit, alt, spec,
    wide}.
    """
    names = [name for name, _ in figure_files(edition, figure["key"], figure["spec"])]
    for name, (view, rows) in zip(names, figure["spec"]["datasets"].items()):
        (folder / name).write_text(
            notes(edition, figure, view) + csv_text(rows, columns_of(edition.connection, view)),
            encoding="utf-8",
        )
    sources = source_rows(edition.connection, figure["spec"])
    (folder / names[-3]).write_text(
        notes(edition, figure, "the sources of its rows")
        + csv_text(sources, list(sources[0]) if sources else []),
        encoding="utf-8",
    )
    (folder / names[-2]).write_text(sheets.sheet(edition, figure), encoding="utf-8")
    (folder / names[-1]).write_bytes(sheets.sheet_png(edition, figure))


def notes(edition, figure: dict, what: str) -> str:
    """The head of a figure's CSV: comment lines, which readers skip with `comment="#"`."""
    lines = [
        f"Figure {figure['number']}: {figure['title']}",
        f"View: {what}",
        figure["credit"],
        stamp(edition),
        f"Fingerprint: {edition.fingerprint}",
    ]
    return "".join(f"# {' '.join(line.split())}\n" for line in lines if line)


def csv_text(rows: list[dict], columns: list[str]) -> str:
    """Rows as CSV with line feeds."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if row[c] is None else row[c] for c in columns] for row in rows)
    return file.getvalue()


# Lists


def is_web_address(url: str | None) -> bool:
    """Whether an address may be linked: `http` alone at its beginning would let httpx:// and the
    like through.
    """
    return (url or "").startswith(("http://", "https://"))


def all_sources(connection) -> list[dict]:
    """Every source with the number of rows that rest on it, by publisher."""
    count = dict(
        connection.execute("select source_id, count(*) from row_sources group by source_id")
    )
    rows = [
        {
            **row,
            "rows": count.get(row["source_id"], 0),
            "link": row["url"] if is_web_address(row["url"]) else "",
            "copied": row["read_at"] if is_web_address(row["read_at"]) else "",
        }
        for row in database.rows(connection, "sources")
    ]
    return sorted(
        rows, key=lambda row: (row["publisher"].casefold(), row["date"] or "", row["source_id"])
    )


def all_tables(edition) -> list[dict]:
    """Every data table with what its manifest says: {name, title, description, period, rows,
    sources, license}.
    """
    from brief.notebook import catalogue

    count = dict(
        edition.connection.execute(
            "select table_name, count(distinct source_id) from row_sources group by table_name"
        )
    )
    found = []
    for name, manifest in catalogue.manifests().items():
        coverage, license_of = manifest.get("coverage") or {}, manifest.get("license") or {}
        found.append(
            {
                "name": name,
                "title": manifest["title"],
                "description": manifest["description"],
                "rows": len(edition.tables[name].rows),
                "period": str(
                    coverage.get("period", "–") if isinstance(coverage, dict) else coverage
                ),
                "sources": count.get(name, 0),
                "license": license_of.get("source_data", "unknown")
                if isinstance(license_of, dict)
                else str(license_of),
            }
        )
    return found


def bibliography(edition) -> str:
    """Every source as BibTeX, and the brief itself first."""
    date = (edition.published_ledger or {}).get("date", "")
    entries = [
        (
            "brief",
            {
                "author": "{" + AUTHOR + "}",
                "title": "{" + TITLE + "}",
                "year": date[:4],
                "edition": edition.name,
                "note": (
                    f"{'ALTERED. ' if edition.mark else ''}Data to {edition.cut_off}; "
                    f"fingerprint {edition.fingerprint[:12]}"
                ),
            },
        )
    ]
    for row in all_sources(edition.connection):
        year = re.match(r"\d{4}", row["date"] or "")
        fields = {
            "author": "{" + row["publisher"] + "}",
            "title": "{" + row["title"] + "}",
            "year": year[0] if year else "n.d.",
            "date": row["date"],
            "url": row["url"],
            "note": row["what_it_says"],
        }
        entries.append((row["source_id"], {k: v for k, v in fields.items() if v}))
    whole = lambda v: (
        "{" + for_tex(v[1:-1]) + "}" if v.startswith("{") and v.endswith("}") else for_tex(v)
    )  # the outer braces are ours
    written = {"url": address_for_tex, "author": whole, "title": whole}
    lines = [
        f"@misc{{{key},\n"
        + "".join(f"  {k} = {{{written.get(k, for_tex)(v)}}},\n" for k, v in fields.items())
        + "}\n"
        for key, fields in entries
    ]
    return "\n".join(lines)


def for_tex(text) -> str:
    """A text as TeX prints it, without a command or a brace of its own: BibTeX counts braces even
    behind a backslash.
    """
    named = {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
    return re.sub(
        r"[\\{}~^&%$#_]", lambda m: named.get(m[0], "\\" + m[0]), " ".join(str(text).split())
    )


def address_for_tex(url: str) -> str:
    """An address with what would end its field, or begin a command, written as the web
    writes it.
    """
    return re.sub(r"[\s\\{}<>\"^`|]", lambda m: urllib.parse.quote(m[0]), url)


def sitemap(pages: list[str], base: str = "") -> str:
    """The pages of the site, with paths alone where no base address is set."""
    places = "".join(f"<url><loc>{html.escape(base + page)}</loc></url>" for page in sorted(pages))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset '
        f'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>\n'
    )


def linked_data(entries: dict) -> str:
    """JSON-LD that may stand inside a script element."""
    return json.dumps(
        {"@context": "https://schema.org", **entries}, ensure_ascii=False, sort_keys=True
    ).replace("<", "\\u003c")


def zip_site(folder: Path, name: str) -> Path:
    """The whole site as one file in its own downloads/, for a USB stick; the same site gives the
    same bytes.
    """
    target = folder / "downloads" / name
    return zip_also(
        folder, name, sorted(p for p in folder.rglob("*") if p.is_file() and p != target)
    )


def zip_also(
    folder: Path, name: str, files: list[Path], root: str = "north-korean-defectors"
) -> Path:
    """The same file with more of the site's files at its end."""
    target = folder / "downloads" / name
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in files:
            entry = zipfile.ZipInfo(
                f"{root}/{path.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0)
            )
            entry.external_attr = 0o644 << 16
            entry.compress_type = (
                zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
            )
            archive.writestr(entry, path.read_bytes())
    return target

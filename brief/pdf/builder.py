"""The Sphinx builder `briefpdf`: the whole book as one tagged PDF (PDF/UA-1), set by Typst.

Typst is a Python wheel, so that neither LaTeX nor a browser is needed. Text reaches it only as
string literals (see pdf_writer), the book's facts as JSON, pictures as SVG files; the look is in
brief.typ.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.nodes import inline_all_toctrees

from brief import forks, paths
from brief.analysis.translations import KOREAN, Catalogue
from brief.pdf import korean
from brief.pdf.pdf_tables import pieces
from brief.pdf.pdf_words import ancestors
from brief.pdf.pdf_writer import BookWriter, PdfError
from brief.site import extras
from brief.site.bound import opened
from brief.spans import span

log = logging.getLogger(__name__)
TEMPLATE = Path(__file__).with_name("brief.typ")
EMPTY = 170.0  # pt: a picture that leaves more than this of a page empty may float
LOOKS = 12  # layouts to look at, at the most, while deciding so (this book settles at its fourth)
PAPERS = {"A4": (210 * 72 / 25.4, 297 * 72 / 25.4), "US Letter": (612, 792)}  # pt
LICENSE = "Text, tables and figures: CC BY 4.0. Code: MIT."  # what LICENSE-DATA and LICENSE say


class BriefPdf(Builder):
    """Writes `brief_pdf_name` and the same on American paper into the output folder, beside the
    Typst source of both.
    """

    name = "briefpdf"
    format = "typst"
    epilog = "The PDF is in %(outdir)s."
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]
    allow_parallel = True

    def get_outdated_docs(self):
        return "all documents"

    def get_target_uri(self, docname, typ=None):
        return "%" + docname

    def get_relative_uri(self, from_, to, typ=None):
        return self.get_target_uri(to, typ)

    def prepare_writing(self, docnames):
        """All of it is written at once, in `write`."""

    def write(self, build_docnames, updated_docnames, method="update"):
        folder = Path(self.outdir)
        folder.mkdir(parents=True, exist_ok=True)
        fonts = Path(self.config.brief_pdf_fonts)
        writer = BookWriter(self.env, folder / "pictures", fonts)
        with span("one document for Typst"):
            tree = assembled(self)
        translation = korean.taken_out(self.app, tree)
        writer.find_targets(tree)
        body = "".join(writer.render(chapter) for chapter in tree) + sources_appendix(
            writer, opened(self.app)
        )
        meta = json.dumps(
            facts(self.config, opened(self.app)) | {"question": question(self)},
            ensure_ascii=False,
            indent=1,
        )
        (folder / "meta.json").write_text(writer.shown(meta), encoding="utf-8")
        (folder / "book.typ").write_text(
            f'#import "brief.typ": *\n#show: brief.with(json("meta.json"))\n{body}',
            encoding="utf-8",
        )
        shutil.copyfile(TEMPLATE, folder / TEMPLATE.name)
        sheets = folder / "sheets.pdf"
        names = {"A4": folder / self.config.brief_pdf_name, "US Letter": folder / paths.PDF_LETTER}
        setting = [
            partial(
                *(typeset, folder / "book.typ", sheets, fonts),
                *(timestamp(opened(self.app)), writer.figures),
            )
        ]
        packing = [partial(on_paper, sheets, name, paper) for paper, name in names.items()]
        if translation is not None:
            its_sheets = folder / KOREAN / "sheets.pdf"
            setting.append(self.translated(translation, its_sheets))
            packing.append(partial(on_paper, its_sheets, folder / paths.PDF_KOREAN, "A4"))
        try:
            for warnings in forks.at_once(setting):
                for warning in warnings:
                    log.warning("typst: %s", warning)
            forks.at_once(packing)
        except forks.WorkFailed as error:
            raise PdfError(str(error)) from None

    def translated(self, translation: nodes.document, sheets: Path) -> partial:
        """Write what Typst reads for the Korean summary beside its sheets; returns what sets it."""
        folder, edition = sheets.parent, opened(self.app)
        folder.mkdir(parents=True, exist_ok=True)
        fonts = Path(self.config.brief_pdf_fonts)
        writer = BookWriter(self.env, folder / "pictures", fonts)
        writer.find_targets(translation)
        body = "".join(writer.render(chapter) for chapter in translation)
        day = date_of(edition)
        meta = korean.facts(
            facts(self.config, edition),
            edition,
            Catalogue(edition.wordings, KOREAN),
            written(day) if day and edition.is_published else "",
        ) | korean.opening(translation)
        text = writer.shown(json.dumps(meta, ensure_ascii=False, indent=1))
        (folder / "meta.json").write_text(text, encoding="utf-8")
        (folder / "book.typ").write_text(
            f'#import "brief.typ": *\n#show: brief.with(json("meta.json"))\n{body}',
            encoding="utf-8",
        )
        shutil.copyfile(TEMPLATE, folder / TEMPLATE.name)
        return partial(
            typeset, folder / "book.typ", sheets, fonts, timestamp(edition), writer.figures
        )

    def finish(self):
        """Nothing is left to copy."""


def named(row: dict) -> tuple[str, str, str]:
    """What a source is known by."""
    return row["publisher"], row["title"], row["date"] or "n.d."


def sources_appendix(writer: BookWriter, edition) -> str:
    """Every source that a row rests on, by publisher, as the book's last part."""
    entries = [
        (
            f"(({', '.join(map(writer.printed, named(row)))}), "
            f"({''.join(writer.printed(piece) + ', ' for piece in pieces(row['link']))}))"
        )
        for row in extras.all_sources(edition.connection)
        if row["rows"]
    ]
    return "\n#sources(" + ",\n".join(entries) + ")\n" if entries else ""


def assembled(builder: BriefPdf) -> nodes.document:
    """The book as one doctree, without its landing page: chapters stand in `start_of_file` nodes,
    references are resolved.
    """
    root = builder.config.root_doc
    tree = inline_all_toctrees(
        builder, {root}, root, builder.env.get_doctree(root), lambda text: text, [root]
    )
    tree["docname"] = root
    for node in tree.findall(nodes.Element):
        for child in node.children:
            child.parent = node  # Sphinx leaves the chapters' parts pointing at their old documents
    # The landing page is for the site; the cover stands in its place.
    tree[:] = [
        c
        for c in tree.findall(addnodes.start_of_file)
        if not any(a.tagname == "start_of_file" for a in ancestors(c))
    ]
    for chapter in tree.findall(addnodes.start_of_file):
        for note in chapter.findall(nodes.footnote):
            note["docname"] = chapter["docname"]
    builder.env.resolve_references(tree, root, builder)
    return tree


def facts(config, edition) -> dict:
    """What the template says about the book: every value is text, `facts` is a list of [label,
    value].
    """
    title = config.html_title or config.project
    name = f"Edition {edition.name}" if edition.is_published else "Altered edition"
    line = f"{name} · data to {edition.cut_off} · fingerprint {edition.fingerprint[:12]}"
    published = date_of(edition)
    about = [
        ["Edition", edition.name if edition.is_published else "altered, not published"],
        ["Data to", edition.cut_off],
        ["Fingerprint", edition.fingerprint[:12]],
    ]
    about += [["Published", written(published)]] if published and edition.is_published else []
    return {
        "title": title,
        "subtitle": "A reproducible policy brief",
        "author": config.author,
        "language": config.language or "en",
        "line": line,
        "mark": edition.mark,
        "facts": about,
        "cite": citation(config, edition, title, published),
        "license": config.brief_pdf_license,
        "address": config.html_baseurl,
    }


def question(builder: BriefPdf) -> str:
    """What the cover asks: the first paragraph of the landing page."""
    first = builder.env.get_doctree(builder.config.root_doc).next_node(nodes.paragraph)
    return " ".join(first.astext().split()) if first is not None else ""


def citation(config, edition, title: str, published: datetime | None) -> str:
    """How the PDF asks to be cited. An altered edition says that it is not the published brief."""
    author = config.author.rstrip(".")
    if not edition.is_published:
        return (
            f"{author}. {title}: A reproducible policy brief. Altered edition, fingerprint "
            f"{edition.fingerprint[:12]}. Not to be cited as the published brief."
        )
    year = f" ({published.year})" if published else ""
    return (
        f"{author}{year}. {title}: A reproducible policy brief. Edition {edition.name}, data "
        f"to {edition.cut_off}, fingerprint {edition.fingerprint[:12]}."
    )


def date_of(edition) -> datetime | None:
    """The day on which the edition that this one is, or departs from, was published."""
    day = (edition.published_ledger or {}).get("date")
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=timezone.utc) if day else None


def written(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


def timestamp(edition) -> int | None:
    """Seconds since 1970 to stamp into the file, so that its bytes do not depend on the day of the
    build.
    """
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return int(os.environ["SOURCE_DATE_EPOCH"])
    day = date_of(edition)
    return int(day.timestamp()) if day else None


def typeset(
    source: Path, target: Path, fonts: Path, stamp: int | None, chapters: list[str]
) -> list[str]:
    """Compile `source` to PDF/UA-1 and return Typst's warnings. `chapters` names each picture's
    chapter, in the order of the pictures.

    One compiler looks and sets: it keeps what a look does not change, so that a second look costs a
    tenth of the first. What floats reaches it as a file, since other inputs (`sys.inputs`) would
    make it forget. Raises PdfError for whatever Typst refuses.
    """
    import typst

    if not list(fonts.glob("*.ttf")):
        raise PdfError(f"no fonts in {fonts}: `python3 run.py build` makes them")
    chosen = source.with_name("floating.txt")
    compiler = typst.Compiler(
        str(source), root=str(source.parent), font_paths=[str(fonts)], ignore_system_fonts=True
    )

    def look(pictures: str) -> list[dict]:
        chosen.write_text(pictures, encoding="utf-8")
        with span("Typst looks"):
            return json.loads(compiler.query("<look>", field="value"))

    try:
        chosen.write_text(floating(look, chapters), encoding="utf-8")
        with span("Typst sets"):
            _, warnings = compiler.compile_with_warnings(
                output=str(target), pdf_standards=["ua-1"], timestamp=stamp
            )
    except typst.TypstError as error:
        raise PdfError("\n".join([error.message, *error.hints, *map(str, error.trace)])) from None
    return ["; ".join([warning.message, *warning.hints]) for warning in warnings]


def floating(look, chapters: list[str]) -> str:
    """The pictures (their numbers from 1, apart by spaces) that may float so that no page is left
    half empty before them.

    Looks at a layout, lets the first offender of each chapter float, and looks again, since all
    after it moves. A picture that would come to stand behind its successor stays where it is.
    `look(floating)` gives the positions [{mark, index, page, y, bottom}] that brief.typ left in the
    layout in which these float.
    """
    chosen: set[int] = set()
    refused: set[int] = set()
    for _ in range(LOOKS if chapters else 0):
        seen = look(written_out(chosen))
        before, pictures = (
            {at["index"]: at for at in seen if at["mark"] == mark}
            for mark in ("before-picture", "picture")
        )
        overtaken = {
            i for i in chosen if i + 1 in pictures and place(pictures[i]) > place(pictures[i + 1])
        }
        gaps = [
            i
            for i, at in before.items()
            if at["page"] < pictures[i]["page"]
            and at["bottom"] - at["y"] > EMPTY
            and i not in chosen | refused
        ]
        firsts = {chapters[i - 1]: i for i in reversed(gaps)}
        if not firsts and not overtaken:
            break
        refused |= overtaken
        chosen = (chosen | set(firsts.values())) - refused
    return written_out(chosen)


def written_out(pictures: set[int]) -> str:
    return " ".join(map(str, sorted(pictures)))


def place(at: dict) -> tuple[int, float]:
    return at["page"], at["y"]


def on_paper(sheets: Path, target: Path, paper: str) -> None:
    """Write the book on one of PAPERS: its sheets in the middle of the pages, its objects
    compressed (a third of the size, most of it tags) and ordered for reading while it loads. Raises
    PdfError when a sheet is larger than the paper.
    """
    import pikepdf

    with span(f"packing the PDF, {paper}"), pikepdf.open(sheets) as file:
        for page in file.pages:
            _, _, width, height = (float(x) for x in page.mediabox)
            across, up = ((whole - part) / 2 for whole, part in zip(PAPERS[paper], (width, height)))
            if min(across, up) < -0.01:
                raise PdfError(f"a sheet of {width:g} × {height:g} pt does not go on {paper}")
            page.mediabox = [round(x, 3) for x in (-across, -up, width + across, height + up)]
        file.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            linearize=True,
            deterministic_id=True,
        )


def setup(app):
    app.setup_extension("brief.site.outputs")
    app.add_builder(BriefPdf)
    app.add_config_value("brief_pdf_name", paths.PDF_NAME, "")
    app.add_config_value("brief_pdf_fonts", str(paths.FONTS), "")
    app.add_config_value("brief_pdf_license", LICENSE, "")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

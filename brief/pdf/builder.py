"""The Sphinx builder `briefpdf`: the whole book as one tagged PDF (PDF/UA-1), set by Typst.

Typst is a Python wheel, so that neither LaTeX nor a browser is needed. Text reaches it only as
string literals (see pdf_writer), the book's facts as JSON, pictures as SVG files; the look is in
brief.typ.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from functools import partial
from itertools import combinations, product
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.nodes import inline_all_toctrees

from brief import forks, paths
from brief.analysis.translations import KOREAN, Catalogue
from brief.editions.imprint import file_name
from brief.pdf import korean, short
from brief.pdf.pdf_tables import table_rows
from brief.pdf.pdf_words import ancestors
from brief.pdf.pdf_writer import BookWriter, PdfError
from brief.site import extras
from brief.site.bound import brief_number, opened
from brief.spans import span
from brief.tables import database
from brief.tables.entries import view_of

log = logging.getLogger(__name__)
TEMPLATE = Path(__file__).with_name("brief.typ")
EMPTY = 170.0  # pt: a picture that leaves more than this of a page empty may float
ALLOWED = 178.0  # pt: what is more than this, which is a quarter of a page, is worth other layouts
LOOKS = 30  # layouts to look at, at the most, while deciding so
TRIES, SETTLING = 40, 6  # and to try where some still stand badly, and until no table moves another
NOTES = 22.0  # pt: from the first line of the notes of a page up to the text
PAGE = 678.0  # pt: the height of a page's text
PAPERS = {"A4": (210 * 72 / 25.4, 297 * 72 / 25.4), "US Letter": (612, 792)}  # pt
CHANGES = "chapters/85_changes"
LISTS = (nodes.table, nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)
SOURCES, ELSEWHERE = "Sources", "Read by no chapter"
ABOUT_SOURCES = (
    "Each of these bears out at least one row of the tables; which one, and each address in full, "
    "the book online and its database tell. A source stands once, under the first chapter that "
    "reads such a row."
)
LICENSE = "Text, tables and figures: CC BY 4.0. Code: MIT."  # what LICENSE-DATA and LICENSE say


class BriefPdf(Builder):
    """Writes `brief_pdf_name`, its short edition where one is declared, and both on American paper
    into the output folder, beside their Typst sources.
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
        folder, edition = Path(self.outdir), opened(self.app)
        with span("one document for Typst"):
            tree = assembled(self)
        translation = korean.taken_out(self.app, tree)
        landing = self.env.get_doctree(self.config.root_doc)
        english = facts(self.config, edition)
        meta = english | {"question": question(landing), "numbers": large_numbers(landing)}
        whole = Printed(self, folder, (self.config.brief_pdf_name, paths.PDF_LETTER))
        run_on(tree)
        whole.lay_out(tree, meta, sources_appendix(whole.writer, edition))
        printed = [whole]
        if wishes := short.wishes_of(edition, tree):
            brief = Printed(self, folder / "short", (paths.PDF_SHORT, paths.PDF_SHORT_LETTER))
            cover = {
                "first": short.cover_figure(tree, wishes),
                "strip": short.cover_strip(tree, wishes),
            }
            brief.lay_out(
                short.shortened(tree, wishes), meta | of_the_short(meta, edition), cover=cover
            )
            printed.append(brief)
        if translation is not None:
            summary = Printed(self, folder / KOREAN, (paths.PDF_KOREAN,))
            summary.lay_out(translation, of_the_korean(english, edition, translation))
            printed.append(summary)
        try:
            for warnings in forks.at_once([one.set for one in printed]):
                for warning in warnings:
                    log.warning("typst: %s", warning)
            forks.at_once([pack for one in printed for pack in one.packing(folder)])
        except forks.WorkFailed as error:
            raise PdfError(str(error)) from None

    def finish(self):
        """Nothing is left to copy."""


def run_on(tree: nodes.document) -> None:
    """Let each chapter but the first begin where the last one ends."""
    for chapter in list(tree.findall(addnodes.start_of_file))[1:]:
        chapter.next_node(nodes.section)["classes"].append("runs-on")


class Printed:
    """One PDF on its way: its folder with all that Typst reads, and its names on PAPERS."""

    def __init__(self, builder: BriefPdf, folder: Path, names: tuple[str, ...]):
        self.folder, self.names = folder, names
        self.fonts = Path(builder.config.brief_pdf_fonts)
        self.stamp = timestamp(opened(builder.app))
        folder.mkdir(parents=True, exist_ok=True)
        self.writer = BookWriter(builder.env, folder / "pictures", self.fonts)

    def lay_out(self, tree: nodes.document, meta: dict, appendix: str = "", cover=None) -> None:
        """Write what Typst reads: the chapters of `tree`, the facts for the template, what stands
        on the cover, by its place there.
        """
        writer = self.writer
        writer.find_targets(tree)
        shown = "".join(
            f", {place}: [{writer.render(part).strip()}]"
            for place, part in (cover or {}).items()
            if part is not None
        )
        body = "".join(writer.render(chapter) for chapter in tree) + appendix
        text = writer.shown(json.dumps(meta, ensure_ascii=False, indent=1))
        (self.folder / "meta.json").write_text(text, encoding="utf-8")
        (self.folder / "book.typ").write_text(
            f'#import "brief.typ": *\n#show: brief.with(json("meta.json"){shown})\n{body}',
            encoding="utf-8",
        )
        shutil.copyfile(TEMPLATE, self.folder / TEMPLATE.name)

    def set(self) -> list[str]:
        """Set it on sheets; returns Typst's warnings."""
        sheets = self.folder / "sheets.pdf"
        pictures = self.writer.figures
        return typeset(self.folder / "book.typ", sheets, self.fonts, self.stamp, pictures)

    def packing(self, target: Path) -> list:
        """What puts it on PAPERS, as far as it has names, into `target`."""
        sheets = self.folder / "sheets.pdf"
        return [
            partial(on_paper, sheets, target / name, paper)
            for name, paper in zip(self.names, PAPERS, strict=False)
        ]


def of_the_short(meta: dict, edition) -> dict:
    """The facts that are others in the short edition."""
    return {
        "subtitle": "A reproducible policy brief: short edition",
        "line": f"Short edition · {meta['line']}",
        "is_short": True,
        "whole": file_name(edition, paths.PDF_NAME),
    }


def of_the_korean(meta: dict, edition, translation: nodes.document) -> dict:
    """The facts of the Korean summary."""
    day = date_of(edition)
    published = written(day) if day and edition.is_published else ""
    catalogue = Catalogue(edition.wordings, KOREAN)
    return korean.facts(meta, edition, catalogue, published) | korean.opening(translation)


def named(row: dict) -> tuple[str, str, str]:
    """What a source is known by."""
    return row["publisher"], row["title"], row["date"] or "n.d."


def sources_appendix(writer: BookWriter, edition) -> str:
    """Every source that a row rests on, as the book's last part: under the first chapter whose
    claims, figures and tables read that row's table, by publisher.
    """
    groups = {}
    chapters = chapters_of_sources(edition)
    for row in extras.all_sources(edition.connection):
        if row["rows"]:
            groups.setdefault(chapters.get(row["source_id"], ""), []).append(row)
    if not groups:
        return ""
    titles = {name.rpartition("/")[2]: title for name, title in writer.env.titles.items()}
    written = [
        f"({writer.printed(titles[name].astext() if name in titles else ELSEWHERE)}, "
        f"({''.join(source_entry(writer, row) + ', ' for row in groups[name])}))"
        for name in sorted(groups, key=lambda name: (not name, name))
    ]
    return f"\n#sources({writer.printed(SOURCES)}, {writer.printed(ABOUT_SOURCES)}, " + (
        ",\n".join(written) + ")\n"
    )


def source_entry(writer: BookWriter, row: dict) -> str:
    """A source as the template takes it. Of its address the host is printed, the link has it whole:
    nobody types these.
    """
    words = ", ".join(map(writer.told, named(row)))
    host = row["link"].split("/")[2] if row["link"] else ""
    return f"(({words}), {writer.string(row['link'])}, {writer.printed(host.removeprefix('www.'))})"


def chapters_of_sources(edition) -> dict[str, str]:
    """The first chapter that reads a row of each source, by the source's id: what its claims, its
    figures and its tables read.
    """
    connection, wordings = edition.connection, getattr(edition, "wordings", {})
    views = {name for (name,) in connection.execute("select name from sqlite_schema")}
    asked = {
        (entry["chapter"], view_of(entry["chapter"]))
        for entry in wordings.get("claims", {}).values()
    }
    for kind in ("figures", "tables"):
        asked |= {
            (entry["chapter"], key.replace("-", "_"))
            for key, entry in wordings.get(kind, {}).items()
        }
    first: dict[str, str] = {}
    for chapter, view in sorted(asked):
        for table in database.tables_read(connection, view) if view in views else ():
            first.setdefault(table, chapter)
    found: dict[str, str] = {}
    rows = connection.execute("select distinct source_id, table_name from row_sources")
    for source, table in rows:
        if table in first:
            found[source] = min(found.get(source, first[table]), first[table])
    return found


def says_something(node: nodes.Node) -> bool:
    """Whether a part of the page on changes lists anything."""
    return any(isinstance(one, LISTS) for one in node.findall())


def without_empty_changes(chapter: addnodes.start_of_file) -> None:
    """Take from the page on changes what only says that nothing changed: a published edition
    differs in nothing from itself. Its revisions stay.
    """
    whole = chapter.next_node(nodes.section)
    for part in list(whole.children):
        is_part = isinstance(part, (nodes.section, nodes.container))
        if is_part and "notes" not in part["classes"] and not says_something(part):
            whole.remove(part)


def leave_online(tree: nodes.document, edition) -> None:
    """Put a sentence in the place of each table that analysis/book.yml leaves to the book online:
    rows that are looked up by whoever checks, and by machines.
    """
    left = getattr(edition, "wordings", {}).get("left_online", {})
    for chapter in tree.findall(addnodes.start_of_file):
        wanted = set(left.get(chapter["docname"], {}).get("tables", ()))
        for table in list(chapter.findall(nodes.table)) if wanted else ():
            if wanted & {*table["names"], *table["ids"]}:
                rows = len(table_rows(table.next_node(nodes.tgroup))[1])
                title = table.next_node(nodes.title).astext().rstrip(".")
                words = f"{title}: {rows:,} rows, in the book online."
                table.replace_self(nodes.paragraph("", words))


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
        if chapter["docname"] == CHANGES and opened(builder.app).is_published:
            without_empty_changes(chapter)
    leave_online(tree, opened(builder.app))
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
        "is_short": False,
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


def question(landing: nodes.document) -> str:
    """What the cover asks: the first paragraph of the landing page."""
    first = landing.next_node(nodes.paragraph)
    return " ".join(first.astext().split()) if first is not None else ""


def large_numbers(landing: nodes.document) -> list[tuple[str, str]]:
    """The landing page's large numbers, if it has any, and the words after each."""
    found = []
    for box in landing.findall(nodes.container):
        for item in box.findall(nodes.list_item) if "large-numbers" in box["classes"] else ():
            number = item.next_node(brief_number).astext()
            words = " ".join(item.astext().split())
            found.append((number, words.removeprefix(number).strip()))
    return found


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
    floats, fills = source.with_name("floating.txt"), source.with_name("fills.json")
    compiler = typst.Compiler(
        str(source), root=str(source.parent), font_paths=[str(fonts)], ignore_system_fonts=True
    )

    def look(pictures: str, filled: dict[str, float]) -> list[dict]:
        floats.write_text(f"look {pictures}", encoding="utf-8")
        fills.write_text(json.dumps(filled), encoding="utf-8")
        with span("Typst looks"):
            return json.loads(compiler.query("<look>", field="value"))

    try:
        floats.write_text(arrange(look, chapters), encoding="utf-8")
        with span("Typst sets"):
            _, warnings = compiler.compile_with_warnings(
                output=str(target), pdf_standards=["ua-1"], timestamp=stamp
            )
    except typst.TypstError as error:
        raise PdfError("\n".join([error.message, *error.hints, *map(str, error.trace)])) from None
    return ["; ".join([warning.message, *warning.hints]) for warning in warnings]


def arrange(look, chapters: list[str]) -> str:
    """Find out where pictures float and which rows of tables grow, so that no page is left half
    empty, no picture a page away from its words and no row or two alone; the last look is at that.

    `look(floating, fills)` gives the marks [{mark, index, page, y, bottom, …}] that brief.typ
    left in the layout in which these pictures float and these tables' rows grow.
    """
    last: tuple = (None, None)
    seen: list[dict] = []

    def look_on(pictures: str) -> list[dict]:
        """A look, in which rows grow as the layout before asks for."""
        nonlocal last, seen
        asked = pictures, fills_of(seen)
        if asked != last:
            last, seen = asked, above_notes(look(*asked))
        return seen

    pictures = bettered(look_on, floating(look_on, chapters))
    for _ in range(SETTLING):
        look_on(pictures)
    return pictures


def above_notes(seen: list[dict]) -> list[dict]:
    """The marks, whose page ends for what they mark where its notes begin."""
    first: dict[int, float] = {}
    for at in seen:
        if at["mark"] == "note":
            first[at["page"]] = min(at["y"] - NOTES, first.get(at["page"], at["bottom"]))
    return [at | {"bottom": first.get(at["page"], at["bottom"])} for at in seen]


def fills_of(seen: list[dict]) -> dict[str, float]:
    """By how many pt the row before a table's last rows must grow, by the table, where these would
    not go on its page.
    """
    rows = {at["index"]: at for at in seen if at["mark"] == "rows"}
    wanted = {}
    for at in seen:
        if at["mark"] == "tail" and at["index"] in rows:
            of = rows[at["index"]]
            room = at["bottom"] - (at["y"] - of["air"] + of["before"])
            if 1 < room < of["last"]:
                wanted[str(at["index"])] = round(room - 1, 1)
    return wanted


def floating(look, chapters: list[str]) -> str:
    """The pictures (their numbers from 1, apart by spaces) that may float so that no page is left
    half empty before them.

    Looks at a layout, lets the first offender of each chapter float, and looks again, since all
    after it moves. A successor that would come to stand before a picture floats as well; if that
    is no help, the picture stays where it is.
    """
    chosen: set[int] = set()
    refused: set[int] = set()
    for _ in range(LOOKS if chapters else 0):
        before, pictures = parted(look(written_out(dict.fromkeys(chosen, ""))))
        overtaken = {
            i for i in chosen if i + 1 in pictures and place(pictures[i]) > place(pictures[i + 1])
        }
        # Pictures that float keep their order: the successor floats too, unless that was no help.
        followers = {i + 1 for i in overtaken} - chosen - refused
        overtaken -= {i - 1 for i in followers}
        gaps = [
            i
            for i, at in before.items()
            if empty_before(at, pictures[i]) and i not in chosen | refused
        ]
        firsts = {chapters[i - 1]: i for i in reversed(gaps)}
        if not firsts and not overtaken and not followers:
            break
        refused |= overtaken
        chosen = (chosen | followers | set(firsts.values())) - refused
    return written_out(dict.fromkeys(chosen, ""))


def bettered(look, pictures: str) -> str:
    """The same, tried further where a layout still leaves much of a page empty or puts a picture a
    page away from its words: the first such picture, or one beside it, stands where the text has
    it, floats to a page's top or (`b`) to its foot.
    """
    chosen = read_back(pictures)
    seen = look(pictures)
    known = {at["index"] for at in seen if at["mark"] == "picture"}
    best, tried = faults(seen, chosen), {pictures}
    for _ in range(TRIES):
        others = (
            other for other in other_ways(chosen, best, known) if written_out(other) not in tried
        )
        if not best or (other := next(others, None)) is None:
            break
        tried.add(written_out(other))
        found = faults(look(written_out(other)), other)
        if sum(found.values()) < sum(best.values()):
            chosen, best = other, found
    look(written_out(chosen))
    return written_out(chosen)


def other_ways(
    chosen: dict[int, str], offenders: Iterable[int], known: set[int]
) -> Iterator[dict[int, str]]:
    """The same pictures with one of the offenders set another way; then with one near it, then
    with two of them. What helps most often comes first, so that one offender for which there is no
    help does not use up the tries of all.
    """
    near = [
        [i for i in (index, index - 1, index + 1, index - 2) if i in known] for index in offenders
    ]
    singles = [(those[:1], *combinations(those[1:], 1)) for those in near]
    sets = [group[0] for group in singles]
    sets += [those for group in singles for those in group[1:]]
    sets += [those for group in near for those in combinations(group, 2)]
    for those in sets:
        for ways in product((None, "", "b"), repeat=len(those)):
            changed = {i: way for i, way in chosen.items() if i not in those}
            yield changed | {i: way for i, way in zip(those, ways) if way is not None}


def faults(seen: list[dict], chosen: dict[int, str]) -> dict[int, float]:
    """The pictures of a layout that stand badly, in their order, and how badly, in pt."""
    before, pictures = parted(seen)
    found = {}
    for i, at in before.items():
        away = (pictures[i]["page"] - at["page"]) * PAGE + pictures[i]["y"] - at["y"]
        bad = PAGE + away if away >= PAGE else 0.0
        if i not in chosen:
            bad += max(0.0, empty_before(at, pictures[i]) - ALLOWED)
        if i + 1 in pictures and place(pictures[i]) > place(pictures[i + 1]):
            bad += 2 * PAGE
        if bad:
            found[i] = bad
    return found


def parted(seen: list[dict]) -> tuple[dict[int, dict], dict[int, dict]]:
    """Of a layout's marks, where the text before each picture ends, and where the picture is."""
    return tuple(
        {at["index"]: at for at in seen if at["mark"] == mark}
        for mark in ("before-picture", "picture")
    )


def empty_before(end: dict, picture: dict) -> float:
    """How much of a page is left empty since the picture after its text stands on the next; 0 where
    that is little.
    """
    empty = end["bottom"] - end["y"]
    return empty if end["page"] < picture["page"] and empty > EMPTY else 0.0


def written_out(pictures: dict[int, str]) -> str:
    return " ".join(f"{index}{way}" for index, way in sorted(pictures.items()))


def read_back(pictures: str) -> dict[int, str]:
    return {int(one.rstrip("b")): "b" * one.endswith("b") for one in pictures.split()}


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

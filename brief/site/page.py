"""The pages of the site: what our theme shows, the frame of each figure, claim marks, folded code,
downloads, search.

The theme under web/theme prints no script and no style that an extension registered; what Sphinx
and the extensions copy beside the pages is removed at the end, so that the site holds nothing that
no page asks for.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
from datetime import date
from functools import partial
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from brief import forks, languages, paths
from brief.analysis.translations import Catalogue
from brief.editions import imprint
from brief.editions.imprint import file_name
from brief.site import (
    analysis_folds,
    extras,
    frame,
    live,
    narrow,
    outputs,
    searching,
    sheets,
    translated,
    verdicts,
)
from brief.site.bound import (
    brief_chart,
    brief_claim,
    brief_number,
    fares_strip,
    is_card,
    opened,
    spoken,
)
from brief.site.searching import TABLES_PAGE
from brief.spans import span

# Nothing but the site's own files (the faces stand inside their style sheet); WebAssembly for the
# SQL engine, a worker from a Blob so that file:// has one too.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src "
    "'self' data:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'"
)
OWN_STATIC = (
    "brief.css",
    "brief.js",
    "theme.js",
    "search.js",
    "favicon.svg",
    "favicon-altered.svg",
)
DATE = re.compile(r"\d{4}-\d\d(-\d\d)?|\d{4}[–-]\d{2,4}")  # what a narrow column must not break
LONG_TABLE = 15  # rows, the heads among them: a page shows the first of more until it is asked
SHOW_ROWS = '<button type="button" class="quiet show-rows script-only">Show all rows</button>'
WORDS_A_MINUTE = (
    238  # silent reading of non-fiction in English: Brysbaert (2019), mean of 190 studies
)
LOCALES = {"en": "en_US", "ko": "ko_KR"}
REPLACED = {
    # A block of code may be wider than a phone: let the keyboard scroll it.
    '<div class="highlight"><pre>': (
        '<div class="highlight"><pre tabindex="0" role="group" aria-label="Code">'
    ),
    # The notes are part of the text, not a landmark beside it.
    '<aside class="footnote-list brackets">': '<aside class="footnote-list brackets" role="none">',
}
SMALL_PRINT = {"claim-head", "claim-said", "claim-fared", "claim-meta", "claim-margin"}
COVER_SECTIONS = [
    {"id": "change-the-data", "title": "Change the data"},
    {"id": "take-it-with-you", "title": "Take it with you"},
    {"id": "how-to-cite", "title": "Who made it, and how to cite"},
    {"id": "licence", "title": "License"},
]
LEAD = ("chapters/00_summary", "fig-summary-arrivals")  # the figure that the overview opens with
LEAD_PLACE = "lead-figure"  # the container of index.md where it stands


class figure_frame(nodes.General, nodes.Element):
    """A figure on the page: its finding, its picture, its tools. Attributes: key, title, credit,
    code, home (the document that has its tools, where this one has not); child: brief_chart.
    """


# Before the build


def adapt_to_place(app, config) -> None:
    """A plain `jupyter-book build .` has no staged folder `extra`: the fonts and scripts are copied
    at the end instead.
    """
    config.html_extra_path = [p for p in config.html_extra_path if (Path(app.confdir) / p).exists()]


def is_staged(app) -> bool:
    return (Path(app.confdir) / "extra").is_dir()


# The document: what is a figure, a claim, a table or a cell becomes what a page shows


def shape_page(app, doctree, docname) -> None:
    """The page's own form of a document. Other builders keep the plain one."""
    if app.builder.name != "html":
        return
    for node in list(doctree.findall(nodes.raw)):
        if re.search(
            "thebe|kernelName", node.astext()
        ):  # settings of sphinx-thebe, which name another host
            node.parent.remove(node)
    language = languages.of_page(docname)
    for table in doctree.findall(nodes.table) if language != "en" else []:
        table["ids"] = [key.removesuffix(f"-{language}") for key in table["ids"]]
    fold_code(doctree, opened(app).connection)
    frame_figures(app, doctree, docname)
    place_lead(app, doctree)
    place_translated(app, doctree, docname)
    verdicts.shape_claims(app, doctree, docname)
    analysis_folds.fold_evidence(doctree)
    narrow.name_cells(doctree)
    set_small_print_apart(doctree)
    part_marks(doctree)
    scroll_tables(doctree)
    name_languages(doctree, language)


def set_small_print_apart(doctree) -> None:
    """What stands beneath a claim's sentence is no paragraph: of those, the larger one above would
    pass for a heading.
    """
    for card in doctree.findall(is_card):
        for small in list(card.findall(nodes.paragraph)):
            if {"claim-meta", "claim-margin"} & set(small["classes"]):
                small.replace_self(nodes.inline("", "", *small.children, classes=small["classes"]))


def part_marks(doctree) -> None:
    """A comma before a note's mark that follows another; a style sheet does not see the words that
    may stand between two.
    """
    for mark in doctree.findall(nodes.footnote_reference):
        before = mark.parent[mark.parent.index(mark) - 1] if mark.parent.index(mark) else None
        if isinstance(before, nodes.footnote_reference):
            mark["classes"].append("after-another")


def name_languages(doctree, page: str) -> None:
    """Each part of a text that is in another language than the page says so, for voices that read
    it aloud.
    """
    for text in list(doctree.findall(nodes.Text)):
        parts = languages.runs(text.astext(), page)
        if isinstance(text.parent, nodes.raw | nodes.literal_block) or parts == [
            ("", text.astext())
        ]:
            continue
        text.parent.replace(
            text,
            [
                nodes.inline("", part, classes=[f"language-{code}"]) if code else nodes.Text(part)
                for code, part in parts
            ],
        )


def fold_code(doctree, connection) -> None:
    """Take each cell's code out of the text: into its figure's tools, behind a fold below its
    table, or with what pandas shows behind one of its own.
    """
    analysis = []
    for cell in list(
        doctree.findall(
            lambda n: isinstance(n, nodes.container) and n.get("nb_element") == "cell_code"
        )
    ):
        source = next(
            (
                c
                for c in cell.children
                if isinstance(c, nodes.container) and c.get("nb_element") == "cell_code_source"
            ),
            None,
        )
        if source is None:
            continue
        cell.remove(source)
        code = source.astext().strip()
        figures = list(cell.findall(brief_chart))
        if figures:
            for chart in figures:
                chart["code"] = code
        elif is_analysis(cell):
            analysis.append((cell, code))
        elif views := [
            c[5:]
            for table in cell.findall(nodes.table)
            for c in table["classes"]
            if c.startswith("view-")
        ]:
            cell += nodes.raw("", fold_html(views, code, connection), format="html")
    analysis_folds.fold_analysis(analysis)


def is_analysis(cell) -> bool:
    """Whether a cell shows nothing but what pandas found, or nothing at all."""
    shown = [n for output in cell.children for n in output.children]
    return all(analysis_folds.CLASS in node.get("classes", []) for node in shown)


def fold_html(views: list[str], code: str, connection) -> str:
    """What stands behind a table: the SQL of its view, and the code of its cell."""
    sql = "\n\n".join(frame.view_texts(connection, views))
    blocks = frame.code_html(sql, "sql", "SQL of this table") + frame.code_html(
        code, "python", "Code of this cell"
    )
    return f'<details class="code-fold"><summary>SQL and code</summary>{blocks}</details>'


def frame_figures(app, doctree, docname) -> None:
    """Put every figure of ours into its frame."""
    numbers = app.env.toc_fignumbers.get(docname, {}).get("figure", {})
    for figure in list(doctree.findall(nodes.figure)):
        chart = next(figure.findall(brief_chart), None)
        if chart is None:
            continue
        figure.replace_self(framed(chart, figure_content(figure, numbers)))


def framed(chart: brief_chart, whole: dict, home: str = "") -> figure_frame:
    """A chart in its frame, with what `figure_content` says of it."""
    parts = {k: whole[k] for k in ("key", "number", "title", "credit", "code")}
    return figure_frame("", chart, ids=[whole["key"]], home=home, **parts)


def place_lead(app, doctree) -> None:
    """Put the lead figure, as the summary's cell made it, into its place on the overview. A book
    without it keeps what stands in that place.
    """
    places = [n for n in doctree.findall(nodes.container) if LEAD_PLACE in n["classes"]]
    whole = lead_content(app) if places else None
    for place in places if whole else []:
        chart = brief_chart("", **{k: whole[k] for k in ("key", "alt", "spec", "wide", "narrow")})
        place.children = []
        place += framed(chart, whole, LEAD[0])


def place_translated(app, doctree, docname: str) -> None:
    """Put the figures that a page in another language wants into their places."""
    for place, home, content in translated.figures_for(app, docname, doctree):
        figure = outputs.figure_node(content)
        place.children = []
        place += framed(next(figure.findall(brief_chart)), figure_content(figure, {}), home)


def first_figure(app, name: str, doctree, wholes: list[dict]) -> dict | None:
    """The figure of a page's preview card: its first one."""
    if name == app.config.root_doc:
        return lead_content(app)
    for _, _, content in translated.figures_for(app, name, doctree):
        return figure_content(outputs.figure_node(content), {})
    return next(iter(wholes), None)


def lead_content(app) -> dict | None:
    """The lead figure as `figure_content` has it; None where the book has no such figure."""
    document, key = LEAD
    if document not in app.env.all_docs:
        return None
    numbers = app.env.toc_fignumbers.get(document, {}).get("figure", {})
    for figure in app.env.get_doctree(document).findall(nodes.figure):
        chart = next(figure.findall(brief_chart), None)
        if chart is not None and chart["key"] == key:
            return figure_content(figure, numbers)
    return None


def figure_content(figure: nodes.figure, numbers: dict) -> dict:
    """A figure node as plain values: {key, number, title, credit, alt, spec, wide, narrow,
    code}.
    """
    chart = next(figure.findall(brief_chart))
    caption, legend = (
        next(figure.findall(nodes.caption), None),
        next(figure.findall(nodes.legend), None),
    )
    number = ".".join(map(str, numbers.get(chart["key"], ()))) or "–"
    return {
        "key": chart["key"],
        "number": number,
        "title": caption.astext() if caption else "",
        "credit": legend.astext() if legend else "",
        "alt": chart["alt"],
        "spec": chart["spec"],
        "wide": chart["wide"],
        "narrow": chart["narrow"],
        "code": chart.get("code", ""),
    }


def scroll_tables(doctree) -> None:
    """Let a wide table scroll inside a region of its own that the keyboard can reach, and a long
    one show its first rows until it is asked for all.
    """
    for table in list(doctree.findall(nodes.table)):
        title = next(table.findall(nodes.title), None)
        label = html.escape(title.astext() if title else "Table", quote=True)
        for entry in table.findall(
            lambda n: (
                isinstance(n, nodes.entry)
                and isinstance(n.parent.parent, nodes.thead)
                and not n.astext().strip()
            )
        ):
            entry += nodes.raw(
                "", '<span class="unseen">Row</span>', format="html"
            )  # a head that says nothing is a barrier
        for entry in table.findall(nodes.entry):
            if DATE.fullmatch(entry.astext().strip()):
                entry["classes"].append("date")
        end = "</div>"
        if sum(1 for _ in table.findall(nodes.row)) > LONG_TABLE:
            table["classes"].append("long")
            end = f"{SHOW_ROWS}</div>"
        place = table.parent.index(table)
        table.parent.insert(place + 1, nodes.raw("", end, format="html"))
        table.parent.insert(
            place,
            nodes.raw(
                "",
                f'<div class="table-scroll" role="region" aria-label="{label}" tabindex="0">',
                format="html",
            ),
        )


# The figure


def visit_frame(self, node) -> None:
    key = node["key"]
    catalogue = spoken(self.builder.app, self.builder.current_docname)
    said = catalogue.say("Figure {}", node["number"])
    number = "" if node.get("home") else f'<span class="caption-number">{said}</span> '
    link = catalogue.say("Link to this figure")
    permanent = f'<a class="headerlink" href="#{key}" title="{link}">#</a>'
    self.body.append(
        f'<figure class="brief-figure" id="{key}" '
        f'aria-labelledby="{key}-title"><figcaption id="{key}-title">'
        f"{number}{html.escape(node['title'])}{permanent}</figcaption>"
    )


def depart_frame(self, node) -> None:
    app, docname = self.builder.app, self.builder.current_docname
    page = languages.of_page(docname)
    credit = f'<p class="figure-credit">{languages.marked(node["credit"], page)}</p>'
    if node.get("home"):
        home = self.builder.get_relative_uri(docname, node["home"])
        say = spoken(app, docname).say
        self.body.append(
            f'{credit}<p class="figure-doors"><a href="{home}#{node["key"]}">'
            f"{say('Data, sources, files')}</a>"
            '<span class="script-only"> · <button type="button" '
            f'class="quiet live-open-button in-line">{say("Change the data")}</button></span></p>'
            "</figure>\n"
        )
        return
    links = {
        "downloads": downloads_of(app, docname),
        "notebook": notebook_of(app, docname),
        "page": f"{docname}.html",
    }
    whole = {k: node[k] for k in ("key", "number", "title", "credit", "code")} | {
        "spec": next(node.findall(brief_chart))["spec"]
    }
    self.body.append(f"{credit}{frame.panels(whole, opened(app), links)}</figure>\n")


def visit_chart(self, node) -> None:
    """Both still pictures (CSS shows the one that fits) behind one label, and the spec that makes
    them live.
    """
    spec = json.dumps(node["spec"], ensure_ascii=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    stills = "".join(
        f'<div class="brief-{size}" aria-hidden="true">{node[size]}</div>'
        for size in ("wide", "narrow")
    )
    self.body.append(
        f'<div class="brief-chart" id="{html.escape(node["key"])}-chart" role="img" '
        f'aria-label="{html.escape(node["alt"], quote=True)}">'
        f'{stills}<script type="application/json" class="brief-spec">{spec}</script></div>'
    )
    raise nodes.SkipNode


def skip(self, node) -> None:
    raise nodes.SkipNode


# What the templates say


def downloads_of(app, docname: str) -> str:
    """The way from a page to downloads/."""
    return "../" * docname.count("/") + "downloads/"


def notebook_of(app, docname: str) -> str:
    """The chapter's notebook in downloads/, or '' where none is offered."""
    return (
        f"{docname}.ipynb"
        if is_staged(app) and str(app.env.doc2path(docname)).endswith(".ipynb")
        else ""
    )


def printed_date(iso: str) -> str:
    """2026-11-22 as '22 November 2026'."""
    return f"{date.fromisoformat(iso).day} {date.fromisoformat(iso):%B %Y}" if iso else ""


def describe_page(app, pagename, templatename, context, doctree) -> None:
    """`brief` (the edition) and `page` (this page) for the templates."""
    edition = opened(app)
    iso = (edition.published_ledger or {}).get("date", "")
    catalogue = spoken(app, pagename)
    pass_translations(app, pagename, context)
    context["language"], context["say"] = catalogue.language, catalogue.say
    context["book_title"] = catalogue.say(imprint.TITLE)
    context["in_languages"] = languages.marked
    if "body" in context:
        context["body"] = in_words(context["body"], catalogue)
    for docutils_writes, we_write in REPLACED.items() if "body" in context else ():
        context["body"] = context["body"].replace(docutils_writes, we_write)
    context["brief"] = {
        "name": edition.name,
        "mark": edition.mark,
        "cut_off": edition.cut_off,
        "fingerprint": edition.fingerprint[:12],
        "is_published": edition.is_published,
        "date": printed_date(iso) if edition.is_published else "",
        "has_downloads": is_staged(app),
        "pdf": file_name(edition, paths.PDF_NAME),
        "pdf_letter": file_name(edition, paths.PDF_LETTER),
        "pdf_short": file_name(edition, paths.PDF_SHORT),
        "pdf_short_letter": file_name(edition, paths.PDF_SHORT_LETTER),
        "database": file_name(edition, paths.DATABASE_NAME),
        "pdf_korean": file_name(edition, paths.PDF_KOREAN) if has_korean(app) else "",
        "site_zip": file_name(edition, paths.SITE_ZIP),
        "references": file_name(edition, "references.bib"),
    }
    is_document, is_cover = doctree is not None, pagename == app.config.root_doc
    title = (
        app.env.titles[pagename].astext()
        if is_document
        else {TABLES_PAGE: "Tables and sources", "search": "Search"}.get(pagename, pagename)
    )
    lead = lead_of(doctree) if is_document else f"{title} of the brief."
    context["page"] = {
        "policy": POLICY,
        "title": title,
        "title_mark": catalogue.say("ALTERED — ") if edition.mark else "",
        "is_tool": pagename == "search",
        "assets": assets_hash(app),
        "edition": edition_line(edition, catalogue),
        "cut_off": catalogue.date(edition.cut_off),
        "date": catalogue.date(printed_date(iso)),
        "translations": translations_of(app, pagename, context["pathto"]),
        "other_languages": other_languages(app, pagename, context["pathto"]),
        "is_translation": catalogue.language != "en",
        "licence": catalogue.say("Text, tables and figures: {}. Code: MIT.", imprint.LICENSE),
        "is_cover": is_cover,
        "citation": citation_of(edition),
        "publisher": imprint.AUTHOR,
        "doi": imprint.doi() if edition.is_published else "",
        "sections": (sections_of(doctree) if is_document else [])
        + (COVER_SECTIONS if is_cover else []),
        "contents": contents_of(app, pagename, context["pathto"]),
        "is_bound": is_document and any(is_bound(node) for node in doctree.findall(nodes.Element)),
        "home": "" if is_cover else "../" * pagename.count("/") + "index.html",
        "downloads": downloads_of(app, pagename),
        "notebook": notebook_of(app, pagename) if is_document else "",
        "is_chapter": is_document and not is_cover,
        "minutes": max(1, round(words_in(doctree) / WORDS_A_MINUTE))
        if is_document and is_for_reading(app, pagename) and catalogue.language == "en"
        else 0,
        "meta": meta_of(app, edition, pagename, title, lead),
        "linked_data": linked_data_of(app, edition, pagename, title, lead, iso),
    }


def pass_translations(app, pagename: str, context) -> None:
    """Let the ways to the page before and after pass over a page in another language: it stands
    beside its original.
    """
    for way, place in (("prev", 1), ("next", 2)):  # of (parent, page before, page after)
        first = name = app.builder.relations.get(pagename, (None, None, None))[place]
        while name and languages.of_page(name) != "en":
            name = app.builder.relations[name][place]
        if name != first:
            context[way] = name and {
                "link": context["pathto"](name),
                "title": html.escape(app.env.titles[name].astext()),
            }


def has_korean(app) -> bool:
    """Whether a page of the book is in Korean: then there is a PDF of it."""
    return any(languages.of_page(name) == "ko" for name in app.env.all_docs)


def in_words(body: str, catalogue: Catalogue) -> str:
    """A page's text with what Sphinx wrote into it in the catalogue's language."""
    if catalogue.language == "en":
        return body
    before, after = catalogue.parts("Table {}")
    body = re.sub(r'(<span class="caption-number">)Table ([\d.]+)', rf"\1{before}\2{after}", body)
    for words in ("Link to this heading", "Link to this table"):
        body = body.replace(f'title="{words}"', f'title="{catalogue.say(words)}"')
    return body


def edition_line(edition, catalogue: Catalogue) -> str:
    """Which edition a page is of."""
    if catalogue.language == "en":
        return imprint.edition_name(edition).capitalize()
    if edition.is_published:
        return catalogue.say("Edition {}", edition.name)
    return catalogue.say("Altered edition {}", edition.fingerprint[:12])


def translations_of(app, pagename: str, pathto) -> list[dict]:
    """The same page in other languages: [{language, link}]; empty for most."""
    original = languages.original_of(pagename)
    names = [name for name in app.env.all_docs if languages.original_of(name) == original]
    return [
        {"language": languages.of_page(name), "link": pathto(name)}
        for name in sorted(names)
        if len(names) > 1 and name != pagename
    ]


def other_languages(app, pagename: str, pathto) -> list[dict]:
    """Where a page leads in other languages, [{language, name, link}]: to itself, or to the first
    page that there is in one.
    """
    found = {other["language"]: other["link"] for other in translations_of(app, pagename, pathto)}
    if languages.of_page(pagename) == "en":
        for name in sorted(app.env.all_docs):
            found.setdefault(languages.of_page(name), pathto(name))
        found.pop("en", None)
    return [{"language": k, "name": languages.NAMES[k], "link": v} for k, v in found.items()]


def number_translations(app, env) -> list[str]:
    """Figures and tables of a translated page are counted by themselves, from 1: those of the book
    keep their numbers. On the page they have the anchors of the English ones.
    """
    for name in env.toc_fignumbers:
        language = languages.of_page(name)
        for numbers in env.toc_fignumbers[name].values() if language != "en" else []:
            for count, key in enumerate(list(numbers), 1):
                numbers[key] = numbers[key.removesuffix(f"-{language}")] = (count,)
    return []


def is_bound(node) -> bool:
    """Whether a node changes with the data: then its page can be made live."""
    return (
        isinstance(node, (brief_chart, brief_claim, brief_number, fares_strip))
        or is_card(node)
        or "brief-ground" in node.get("classes", ())
    )


def citation_of(edition) -> str:
    """How to cite the whole brief; the page adds its own address where it is read."""
    year = (edition.published_ledger or {}).get("date", "")[:4]
    mark = "ALTERED edition. " if edition.mark else ""
    doi = imprint.doi() if edition.is_published else ""
    return (
        f"{imprint.AUTHOR}{f' ({year})' if year else ''}, <em>{imprint.TITLE}</em>, "
        f"{imprint.edition_name(edition)}, data to {html.escape(edition.cut_off)}, "
        f"fingerprint {edition.fingerprint[:12]}. {mark}"
        f"{f'https://doi.org/{html.escape(doi)} ' if doi else ''}<span "
        'data-address="index.html">index.html</span>'
    )


def assets_hash(app) -> str:
    """Eight digits that change with the theme's files, so that no browser shows an old style with a
    new page.
    """
    if not hasattr(app, "brief_assets_hash"):
        folder = Path(app.builder.theme.get_theme_dirs()[0]) / "static"
        app.brief_assets_hash = hashlib.sha256(
            b"".join(p.read_bytes() for p in sorted(folder.iterdir()))
        ).hexdigest()[:8]
    return app.brief_assets_hash


def top_section(doctree) -> nodes.Element:
    return next(doctree.findall(nodes.section), doctree)


def sections_of(doctree) -> list[dict]:
    """The second-level headings of a page: [{id, title}]."""
    return [
        {"id": s["ids"][0], "title": next(s.findall(nodes.title)).astext()}
        for s in top_section(doctree).children
        if isinstance(s, nodes.section)
    ]


def parts_of(app) -> list[tuple[str, list[str]]]:
    """The parts of the book as _toc.yml has them: (caption, names of documents)."""
    trees = app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree)
    return [(tree["caption"] or "Contents", list(tree["includefiles"])) for tree in trees]


def contents_of(app, pagename: str, pathto) -> list[dict]:
    """The book's pages in reading order, part by part: [{caption, entries: [{title, link, current,
    language}]}].
    """
    root, parts = app.config.root_doc, parts_of(app) or [("Contents", [])]
    titles = {name: title.astext() for name, title in app.env.titles.items()}
    titles |= {root: "Overview", TABLES_PAGE: "Tables and sources"}
    parts[0] = (parts[0][0], [root, *parts[0][1]])
    parts[-1] = (parts[-1][0], [*parts[-1][1], TABLES_PAGE])
    for _, names in parts:  # a translation stands behind its original, wherever the book counts it
        places = {name: place for place, name in enumerate(names)}
        names.sort(key=lambda name: places.get(languages.original_of(name), places[name]))
    return [
        {
            "caption": caption,
            "entries": [
                {
                    "title": html.escape(titles[name]),
                    "link": pathto(name),
                    "current": name == pagename,
                    "language": languages.of_page(name),
                }
                for name in names
            ],
        }
        for caption, names in parts
    ]


def is_for_reading(app, pagename: str) -> bool:
    """Whether a page belongs to the text that is read from end to end; ledger, data and methods are
    for looking things up.
    """
    return any(pagename in names for _, names in parts_of(app)[:1])


def words_in(doctree) -> int:
    """The words that a reader reads: paragraphs, without code, tables, notes and the small print of
    figures and claims.
    """
    said = lambda p: "".join(
        t.astext() for t in p.findall(nodes.Text) if not isinstance(t.parent, nodes.raw)
    )  # raw: the marks behind claims
    return sum(
        len(said(p).split())
        for p in doctree.findall(nodes.paragraph)
        if not SMALL_PRINT & set(p["classes"])
        and not any(
            isinstance(a, (nodes.table, nodes.footnote, nodes.legend)) for a in ancestors(p)
        )
    )


def ancestors(node):
    """The nodes that a node stands in, the nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


def lead_of(doctree) -> str:
    """A page's first paragraph, shortened at a sentence: its description in previews and search
    engines.
    """
    paragraphs = (p for p in top_section(doctree).findall(nodes.paragraph) if p.astext().strip())
    text = plain_text(next(paragraphs, None))
    text = " ".join(re.sub(r"\[?\d+\]?(?=\s|$)(?<=\])", "", text).split())
    cut = text.rfind(". ", 0, 300)
    return text if len(text) <= 300 else text[: cut + 1] if cut > 60 else text[:297] + "…"


def plain_text(paragraph) -> str:
    """A paragraph's words; what is ready HTML in it stands for no words."""
    if paragraph is None:
        return ""
    return "".join(
        node.astext()
        for node in paragraph.findall(nodes.Text)
        if not isinstance(node.parent, nodes.raw)
    )


def card_name(edition, pagename: str) -> str:
    return file_name(edition, f"card-{pagename.split('/')[-1]}.png")


def pdf_of(language: str) -> str:
    return paths.PDF_KOREAN if language == "ko" else paths.PDF_NAME


def base_of(app) -> str:
    """Where the site stands, if its builder said so (`html_baseurl`); else '': then links stay
    relative, and no preview card is named, since those who show one ask for a whole address.
    """
    return app.config.html_baseurl.rstrip("/") + "/" if app.config.html_baseurl else ""


def meta_of(app, edition, pagename: str, title: str, lead: str) -> list[tuple[str, str]]:
    """Description, Open Graph, Dublin Core, and the citation tags that reference managers read."""
    base, iso = base_of(app), (edition.published_ledger or {}).get("date", "")
    full = f"ALTERED — {title}" if edition.mark else title
    language = languages.of_page(pagename)
    entries = [
        ("description", lead),
        ("author", imprint.AUTHOR),
        ("og:type", "article"),
        ("og:title", full),
        ("og:description", lead),
        ("og:site_name", imprint.TITLE),
        ("og:locale", LOCALES[language]),
        *(card_of(base, edition, pagename, title) if base else []),
        ("DC.title", full),
        ("DC.creator", imprint.AUTHOR),
        ("DC.date", iso),
        ("DC.language", language),
        ("DC.rights", imprint.LICENSE_URL),
        (
            "DC.identifier",
            f"{imprint.edition_name(edition)}, fingerprint {edition.fingerprint[:12]}",
        ),
        ("DC.type", "Text"),
        ("DC.isPartOf", imprint.TITLE),
        ("citation_title", full if pagename == app.config.root_doc else f"{full}. {imprint.TITLE}"),
        ("citation_author", imprint.AUTHOR),
        ("citation_publication_date", iso.replace("-", "/")),
        ("citation_language", language),
        ("citation_keywords", "North Korea; defectors; refugees; human rights; engagement"),
        ("citation_doi", imprint.doi() if edition.is_published else ""),
    ]
    if base:
        entries.append(("og:url", f"{base}{pagename}.html"))
    if is_staged(app):
        entries.append(
            (
                "citation_pdf_url",
                f"{base or downloads_of(app, pagename)}"
                f"{'downloads/' if base else ''}{file_name(edition, pdf_of(language))}",
            )
        )
    return [(name, content) for name, content in entries if content]


def card_of(base: str, edition, pagename: str, title: str) -> list[tuple[str, str]]:
    """What names a page's preview card."""
    return [
        ("og:image", f"{base}cards/{card_name(edition, pagename)}"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:image:alt", f"{title}. {imprint.TITLE}, {imprint.edition_name(edition)}"),
        ("twitter:card", "summary_large_image"),
    ]


def linked_data_of(app, edition, pagename: str, title: str, lead: str, iso: str) -> str:
    """JSON-LD: an article; on the overview and the tables page also the data set with its files."""
    common = {
        "creator": {"@type": "Organization", "name": imprint.AUTHOR},
        "license": imprint.LICENSE_URL,
        "inLanguage": languages.of_page(pagename),
        "version": edition.name,
        "datePublished": iso,
    }
    article = {
        "@type": "Article",
        "headline": title,
        "description": lead,
        "author": common["creator"],
        "isPartOf": {"@type": "Report", "name": imprint.TITLE, "version": edition.name},
        **(
            {"image": f"{base}cards/{card_name(edition, pagename)}"}
            if (base := base_of(app))
            else {}
        ),
        **common,
    }
    if pagename not in (app.config.root_doc, TABLES_PAGE):
        return extras.linked_data(article)
    downloads = downloads_of(app, pagename)
    files = [
        {
            "@type": "DataDownload",
            "name": t["title"],
            "encodingFormat": "text/csv",
            "contentUrl": f"{downloads}data/{file_name(edition, t['name'] + '.csv')}",
        }
        for t in extras.all_tables(edition)
    ]
    dataset = {
        "@type": "Dataset",
        "name": f"{imprint.TITLE}: data",
        "description": (
            "Tables on people who left North Korea, on China's conduct and on engagement; "
            "every row names its sources."
        ),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": "All tables, SQLite",
                "encodingFormat": "application/vnd.sqlite3",
                "contentUrl": downloads + file_name(edition, paths.DATABASE_NAME),
            },
            *files,
        ],
        "isAccessibleForFree": True,
        **common,
    }
    return extras.linked_data({"@graph": [article, dataset]})


# Pages and files beside the chapters


def own_search(app) -> None:
    """Our search page has an index of its own; Sphinx need not make one."""
    if app.builder.name == "html":
        app.builder.search = False


def collect_pages(app):
    """The search page, and the page of tables and sources, which no document makes."""
    edition = opened(app)
    yield "search", {}, "search.html"
    yield (
        TABLES_PAGE,
        {"tables": extras.all_tables(edition), "sources": extras.all_sources(edition.connection)},
        "tables.html",
    )


def finish_site(app, exception) -> None:
    """After the last page: figure files, cards, search entries, references, sitemap; then the
    leftovers go.
    """
    if exception or app.builder.name != "html":
        return
    out, edition = Path(app.outdir), opened(app)
    documents = {name: app.env.get_doctree(name) for name in sorted(app.env.all_docs)}
    if not is_staged(app) and (paths.ASSETS / "web").is_dir():
        shutil.copytree(paths.ASSETS / "web", out / "assets", dirs_exist_ok=True)
        live.write(edition, out / "assets")
    with span("files of figures, cards"):
        write_figures(app, edition, documents, out)
    (out / "downloads" / file_name(edition, "references.bib")).write_text(
        extras.bibliography(edition), encoding="utf-8"
    )
    entries = searching.entries(app, edition, documents)
    packed = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    (out / "search-index.js").write_text(f"window.briefSearch={packed};\n", encoding="utf-8")
    if not edition.mark:
        (out / "sitemap.xml").write_text(
            extras.sitemap([f"{name}.html" for name in [*documents, TABLES_PAGE]], base_of(app)),
            encoding="utf-8",
        )
    remove_leftovers(out)


def write_figures(app, edition, documents: dict, out: Path) -> None:
    """Every figure as files under downloads/figures, every page's preview card under cards/."""
    figures, cards = out / "downloads" / "figures", out / "cards"
    figures.mkdir(parents=True, exist_ok=True)
    cards.mkdir(exist_ok=True)
    card = lambda name, *content: (cards / card_name(edition, name)).write_bytes(
        sheets.card(edition, *content)
    )
    works = []
    for name, doctree in documents.items():
        numbers = app.env.toc_fignumbers.get(name, {}).get("figure", {})
        wholes = [
            figure_content(f, numbers)
            for f in doctree.findall(nodes.figure)
            if next(f.findall(brief_chart), None) is not None
        ]
        works += [partial(extras.write_figure, edition, whole, figures) for whole in wholes]
        first = first_figure(app, name, doctree, wholes)
        works.append(partial(card, name, app.env.titles[name].astext(), lead_of(doctree), first))
    works += [
        partial(card, name, title, f"{title} of the brief.", None)
        for name, title in ((TABLES_PAGE, "Tables and sources"), ("search", "Search"))
    ]
    forks.at_once(
        [partial(forks.in_turn, share) for share in forks.shares(works)], behind=5
    )  # the PDF, which is set meanwhile, is done last


def remove_leftovers(out: Path) -> None:
    """Take away what Sphinx and the extensions copied and no page of ours asks for."""
    for path in (out / "_static").iterdir():
        if path.name not in OWN_STATIC:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ("_sphinx_design_static", "_sources", "_images"):
        if name != "_images" or not any((out / name).glob("*")):
            shutil.rmtree(out / name, ignore_errors=True)
    for name in ("searchindex.js", "genindex.html", ".nojekyll"):
        (out / name).unlink(missing_ok=True)


def setup(app):
    app.setup_extension("brief.site.outputs")
    app.setup_extension("brief.site.verdicts")
    app.setup_extension("brief.site.narrow")
    app.add_node(brief_chart, html=(visit_chart, None), latex=(skip, None), text=(skip, None))
    app.add_node(figure_frame, html=(visit_frame, depart_frame))
    app.connect("config-inited", adapt_to_place)
    app.connect("env-get-updated", number_translations, priority=900)
    app.connect("builder-inited", own_search)
    app.connect("doctree-resolved", shape_page, priority=900)
    app.connect("html-page-context", describe_page)
    app.connect("html-collect-pages", collect_pages)
    app.connect("build-finished", finish_site, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

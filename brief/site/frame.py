"""The frame around a figure on the page: its data as a table, its downloads, its sources, how to
cite it, its SQL and code.

All of it is plain HTML made at build time; nothing here needs a script.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from html import escape

from brief import languages
from brief.analysis import dependencies
from brief.editions import imprint
from brief.notebook import figures
from brief.site import extras

MOST_SOURCES = 40  # listed in the page; the sources CSV has every row
MOST_KEYS = 8  # row keys named for each source
UNSEEN = ' class="unseen"'
TEXT_MARKS = ("text",)  # a view that is only written into the picture repeats what another one says
# Columns that say where in a picture a mark stands, and nothing of what it stands for.
PLACES = set(
    "sort place row height foot is_whole x y x_end y_end across down start middle middle_year "
    "finish".split()
)


def unseen(text: str) -> str:
    """Words for screen readers alone."""
    return f'<span class="unseen">{escape(text)}</span>'


# The data of a figure


def humanize(name: str) -> str:
    """A column's name as a heading: budget_bn_won becomes 'Budget (bn won)'."""
    words = name.replace("_", " ").strip()
    for unit in ("bn won", "m usd", "usd", "percent", "per 100000"):
        if words.endswith(" " + unit):
            words = f"{words[: -len(unit) - 1]} ({unit})"
    return words[:1].upper() + words[1:]


def data_tables(connection, spec: dict) -> list[dict]:
    """The data that a figure shows: [{view, headings: {column: heading}, rows}], without order keys
    and label positions.
    """
    encoded = figures.encoded_fields(spec)
    drawn = {e["view"] for e in encoded if e["mark"] not in TEXT_MARKS} or {
        e["view"] for e in encoded
    }
    tables = []
    for view, rows in spec["datasets"].items():
        if view not in drawn or not rows:
            continue
        titles: dict[str, str] = {}
        for e in encoded:
            if e["view"] == view and (
                e["channel"] == "tooltip" and e["title"] or not titles.get(e["field"])
            ):
                titles[e["field"]] = e["title"] or titles.get(e["field"], "")
        columns = [
            c for c in extras.columns_of(connection, view) if c in titles and c not in PLACES
        ]
        tables.append(
            {"view": view, "headings": {c: titles[c] or humanize(c) for c in columns}, "rows": rows}
        )
    return tables


def shown(value, is_year: bool) -> str:
    """A cell as text: years plain and unrounded, numbers with separators, a hole as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, (bool, str)):
        return str(value)
    if is_year and not float(value).is_integer():
        return f"{value:.5g}"
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value)) if is_year else f"{int(value):,}".replace("-", "−")
    return f"{value:,.4g}".replace("-", "−") if abs(value) < 1e6 else f"{value:,.0f}"


def is_of_years(column: str, heading: str) -> bool:
    """Whether a column holds years or months, which are written without separators."""
    named = re.search(r"year|month|session", f"{column} {heading}", re.I)
    return bool(named) and not re.search(r"per year|a year", heading)


def table_html(table: dict, caption: str, is_caption_seen: bool) -> str:
    """One view as an accessible table: a caption, column heads, the first column as row heads."""
    columns = list(table["headings"])
    years = {c for c in columns if is_of_years(c, table["headings"][c])}
    numeric = {
        c
        for c in columns
        if all(isinstance(r[c], (int, float)) or r[c] is None for r in table["rows"])
    }
    css = lambda c: ' class="number"' if c in numeric else ""
    head = "".join(f'<th scope="col"{css(c)}>{escape(table["headings"][c])}</th>' for c in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(shown(r[c], c in years))}</th>'
            if i == 0
            else f"<td{css(c)}>{escape(shown(r[c], c in years))}</td>"
            for i, c in enumerate(columns)
        )
        + "</tr>"
        for r in table["rows"]
    )
    return (
        '<div class="table-scroll" role="region" '
        f'aria-label="{escape(caption, quote=True)}" tabindex="0"><table '
        f'class="figure-data" data-view="{escape(table["view"])}" '
        f'data-columns="{escape(" ".join(f"{c}:year" if c in years else c for c in columns))}">'
        f"<caption{'' if is_caption_seen else UNSEEN}>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


# What stands behind it


def named_keys(keys: list[str]) -> str:
    """The keys of the rows that a source bears, the first few named."""
    shown_keys = ", ".join(k.replace("|", " ") for k in keys[:MOST_KEYS])
    return shown_keys + (f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else "")


def sources_html(connection, spec: dict, name: str) -> str:
    """The sources beneath a figure's tables, those that bear most rows first, with the rows they
    bear.
    """
    rows = extras.source_rows(connection, spec)
    if not rows:
        return "<p>This figure rests on no row of a data table.</p>"
    by_source: dict[str, list[dict]] = {}
    for row in rows:
        by_source.setdefault(row["source_id"], []).append(row)
    ranked = sorted(
        by_source.values(),
        key=lambda found: (-len(found), found[0]["publisher"], found[0]["source_id"]),
    )
    items = []
    for found in ranked[:MOST_SOURCES]:
        first, tables = found[0], {}
        for row in found:
            tables.setdefault(row["table_name"], []).append(row["row_key"])
        link = (
            f'<a href="{escape(first["url"], quote=True)}">{languages.marked(first["title"])}</a>'
            if extras.is_web_address(first["url"])
            else languages.marked(first["title"])
        )
        bears = "; ".join(f"{name}: {named_keys(keys)}" for name, keys in tables.items())
        items.append(
            (
                f"<li>{languages.marked(first['publisher'])}, {link}, "
                f"{escape(first['date'].rstrip('.'))}. <span "
                f'class="cell-note">{languages.marked(bears)}</span></li>'
            )
        )
    more = (
        (
            f"<p>And {len(ranked) - MOST_SOURCES} more, all of them in the sources file under "
            "Download.</p>"
        )
        if len(ranked) > MOST_SOURCES
        else ""
    )
    tables = ", ".join(dict.fromkeys(row["table_name"] for row in rows))
    return (
        f"<p>The sources of the tables beneath this figure ({escape(tables)}), and the "
        "rows they bear.</p>"
        f'<div class="source-box" role="region" aria-label="Sources of {escape(name)}" '
        f'tabindex="0"><ol class="figure-sources">{"".join(items)}</ol></div>{more}'
    )


def view_texts(connection, views: list[str]) -> list[str]:
    """The SQL of some views and of every view that they read, in the order of definition."""
    words = dependencies.words_of_views(connection)
    needed = set().union(*(dependencies.closure(view, words) for view in views if view in words))
    return [
        f"{text};"
        for name, text in dependencies.texts_of_views(connection).items()
        if name in needed
    ]


def colored(code: str, language: str) -> str:
    """Code as HTML; strings, keywords and comments get a class."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    return highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True))


def code_html(code: str, language: str, label: str) -> str:
    """A block of code in a region that can be reached and scrolled by keyboard."""
    return (
        '<div class="highlight"><pre tabindex="0" role="group" '
        f'aria-label="{escape(label, quote=True)}"><code>'
        f"{colored(code, language)}</code></pre></div>"
    )


# The frame


def panels(figure: dict, edition, links: dict) -> str:
    """The row of tools beneath a figure. `figure`: {key, number, title, credit, spec, code};
    `links`: {downloads, notebook, page}.
    """
    name, spec, connection = f"Figure {figure['number']}", figure["spec"], edition.connection
    tables = data_tables(connection, spec)
    topic = (
        re.sub(r"[a-z]+$", "", os.path.commonprefix([t["view"] for t in tables]))
        if len(tables) > 1
        else ""
    )
    data = "".join(
        table_html(
            t,
            f"Data of {name}{': ' + humanize(t['view'].removeprefix(topic)) if topic else ''}",
            len(tables) > 1,
        )
        for t in tables
    )
    files = "".join(
        f'<li><a href="{links["downloads"]}figures/{escape(file)}" download>{escape(what)}</a></li>'
        for file, what in extras.figure_files(edition, figure["key"], spec)
    )
    sql = "\n\n".join(view_texts(connection, list(spec["datasets"])))
    made = f'<p class="panel-head">SQL</p>{code_html(sql, "sql", f"SQL of {name}")}'
    if figure["code"]:
        made += (
            '<p class="panel-head">Code of the '
            f"cell</p>{code_html(figure['code'], 'python', f'Code of {name}')}"
        )
    if links["notebook"]:
        made += (
            f'<p><a href="{links["downloads"]}{escape(links["notebook"])}" download>The '
            "chapter’s notebook</a> runs as it is.</p>"
        )
    contents = [
        ("Table", data),
        (
            "Download",
            f"<ul>{files}</ul><p>Each file names the edition, the license and the sources.</p>",
        ),
        ("Sources", sources_html(connection, spec, name)),
        ("Cite", cite_html(figure, edition, links["page"], name)),
        ("SQL and code", made),
    ]
    group = f"{figure['key']}-tools"
    folds = "".join(
        (
            f'<details name="{group}" '
            f'class="tool-{slug(title)}"><summary>{title}{unseen(f" of {name}")}</summary><div '
            f'class="tool-panel">{content}</div></details>'
        )
        for title, content in contents
    )
    enlarge = (
        '<button type="button" class="tool-link script-only enlarge">'
        f"Enlarge{unseen(f' {name}')}</button>"
    )
    return (
        f'<div class="figure-tools">{folds}{change_button(connection, spec, name)}{enlarge}</div>'
    )


def change_button(connection, spec: dict, name: str) -> str:
    """What opens the panel at the table that bears most of a figure; '' where no table does."""
    rows = Counter(row["table_name"] for row in extras.source_rows(connection, spec))
    if not rows:
        return ""
    table = rows.most_common(1)[0][0]
    return (
        '<button type="button" class="tool-link script-only" '
        f'data-change="{escape(table)}">Change it{unseen(f": the data of {name}")}</button>'
    )


def cite_html(figure: dict, edition, page: str, name: str) -> str:
    """The citation of a figure, and its address to copy."""
    return (
        f'<p class="quotable">{citation(figure, edition, page)}</p>'
        f'<p><a href="#{figure["key"]}" data-copy-link><span>Copy link</span>'
        f"{unseen(f' to {name}')}</a></p>"
    )


def slug(title: str) -> str:
    return title.lower().split()[0]


def citation(figure: dict, edition, page: str) -> str:
    """How to cite one figure; the page adds its own address where it is read."""
    year = (edition.published_ledger or {}).get("date", "")[:4]
    mark = "" if edition.is_published else "ALTERED edition. "
    return (
        f"{escape(imprint.AUTHOR)}{f' ({year})' if year else ''}, "
        f"“{escape(figure['title'])}”, figure {figure['number']} in "
        f"<em>{escape(imprint.TITLE)}</em>, "
        f"{escape(imprint.edition_name(edition))}, data to {escape(edition.cut_off)}, "
        f"fingerprint {edition.fingerprint[:12]}. {mark}"
        f'<span data-address="#{figure["key"]}">{escape(page)}#{figure["key"]}</span>'
    )

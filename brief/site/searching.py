"""What the search page looks through: findings, text, figures, tables, yearly numbers, sources."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.addnodes import pending_xref

from brief.analysis.claims import IN_PROSE
from brief.notebook import catalogue
from brief.site import extras
from brief.site.bound import brief_chart, is_card

TABLES_PAGE, LEDGER = "tables", "chapters/80_claims"

# What readers ask for in words that the page itself does not use.
ASKED_FOR = {
    "chapters/00_summary_ko": "한국어 요약 korean summary",
    "chapters/30_china": "repatriation deported deportation refoulement returned",
    "chapters/80_claims": (
        "commentary fare weakest strongest fragile firm claim verdict scorecard right wrong"
    ),
    "chapters/90_methods": "how do we know method definitions defector meaning",
    "chapters/91_data": "download data csv tables license",
    "chapters/92_rerun": "reproduce change alter rerun notebook",
    "chapters/60_options": "recommendations policy what should seoul washington do cost",
    "index": "cite citation quote authors doi bibtex license pdf download",
}


def entries(app, edition, documents: dict) -> list[dict]:
    """[{url, kind, place, title, text}] of sections, figures, tables, claims, yearly numbers and
    sources.
    """
    found, numbered = [], numbers_of(app.env.toc_fignumbers)
    for name, doctree in documents.items():
        page = app.env.titles[name].astext()
        if name in ASKED_FOR:
            found.append(entry(f"{name}.html", "Page", "", page, ASKED_FOR[name]))
        found += sections(name, doctree, page, numbered)
        found += figures(name, doctree, page, numbered)
        found += tables(name, doctree, page, numbered)
        found += claims(name, doctree, edition, documents)
    return [*found, *yearly_numbers(edition), *sources(edition)]


def entry(url: str, kind: str, place: str, title: str, text: str) -> dict:
    return {"url": url, "kind": kind, "place": place, "title": title, "text": text}


def numbers_of(toc_fignumbers: dict) -> dict[str, str]:
    """What the book calls each figure and table, by its id: {"fig-arrivals": "Figure 3"}."""
    return {
        key: f"{kind.capitalize()} {'.'.join(map(str, number))}"
        for kinds in toc_fignumbers.values()
        for kind in ("figure", "table")
        for key, number in kinds.get(kind, {}).items()
    }


def words_of(node, numbered: dict[str, str]) -> str:
    """A node's text as a reader sees it: a reference by its number, and no marks of notes."""
    if isinstance(node, nodes.footnote_reference):
        return ""
    if isinstance(node, pending_xref) and node.get("reftarget") in numbered:
        return numbered[node["reftarget"]]
    if isinstance(node, nodes.Text):
        return node.astext()
    return "".join(words_of(child, numbered) for child in node.children)


def sections(name: str, doctree, page: str, numbered: dict[str, str]) -> list[dict]:
    """The text of each section; the ledger's stands in its claims."""
    found = []
    for section in doctree.findall(nodes.section) if name != LEDGER else []:
        own = [c for c in section.children if not isinstance(c, (nodes.section, nodes.title))]
        text = " ".join(
            words_of(n, numbered)
            for c in own
            for n in c.findall(lambda n: isinstance(n, (nodes.paragraph, nodes.term)))
            if "claim-card" not in str(n.parent.get("classes", ""))
        )
        if text and section["ids"] and "notes" not in section["classes"]:
            title = next(section.findall(nodes.title)).astext()
            url = f"{name}.html#{section['ids'][0]}"
            found.append(entry(url, "Text", page, title, " ".join(text.split())))
    return found


def named(key: str, title: str, numbered: dict[str, str]) -> str:
    """A title behind what the book calls it: Figure 3. Title."""
    return f"{numbered[key]}. {title}" if key in numbered else title


def figures(name: str, doctree, page: str, numbered: dict[str, str]) -> list[dict]:
    """Each figure by its number and title, with what its alt text says."""
    found = []
    for figure in doctree.findall(nodes.figure):
        chart = next(figure.findall(brief_chart), None)
        if chart is not None:
            title = named(chart["key"], next(figure.findall(nodes.caption)).astext(), numbered)
            url = f"{name}.html#{chart['key']}"
            found.append(entry(url, "Figure", page, title, chart["alt"]))
    return found


def tables(name: str, doctree, page: str, numbered: dict[str, str]) -> list[dict]:
    """Each table by its number and title, with its cells."""
    found = []
    for table in doctree.findall(nodes.table):
        title = next(table.findall(nodes.title), None)
        if title is not None and table["ids"]:
            text = " ".join(e.astext() for e in table.findall(nodes.entry))[:4000]
            key = table["ids"][0]
            called = named(key, title.astext(), numbered)
            found.append(entry(f"{name}.html#{key}", "Table", page, called, text))
    return found


def claims(name: str, doctree, edition, documents: dict) -> list[dict]:
    """Each claim once: in the ledger, or where the book has none in its chapter."""
    found = []
    for card in doctree.findall(is_card) if name == LEDGER or LEDGER not in documents else []:
        claim = edition.claims[card["key"]]
        url = f"{name}.html#{card['ids'][0]}"
        question = claim.entry["question"]
        found.append(entry(url, "Claim", IN_PROSE[claim.sign], question, claim.sentence))
    return found


def yearly_numbers(edition) -> list[dict]:
    """One entry for each row of the tables whose manifest says how a row answers a question:
    `answers: {text: "… {year}: {persons} …", at: page#anchor}`.
    """
    found = []
    for name, manifest in catalogue.manifests().items():
        answers = manifest.get("answers") or {}
        needed = re.findall(r"\{(\w+)\}", answers.get("text", ""))
        table = edition.tables[name]
        for row in table.rows if answers else []:
            values = dict(zip(table.columns, row))
            if all(values[name] is not None for name in needed):
                shown = {
                    k: f"{v:,}" if isinstance(v, int) and "year" not in k else v
                    for k, v in values.items()
                }
                text = answers["text"].format(**shown).replace("_", " ")
                found.append(entry(answers["at"], "Number", manifest["title"], text, ""))
    return found


def sources(edition) -> list[dict]:
    """Every source that stands in sources.csv."""
    return [
        entry(
            f"{TABLES_PAGE}.html#source-{row['source_id'].replace('_', '-')}",
            "Source",
            f"{row['publisher']}, {row['date']}",
            row["title"],
            row["what_it_says"] or "",
        )
        for row in extras.all_sources(edition.connection)
    ]

"""Claims on the page: how the commentary fares, what we find, how firm it is.

Three things that are never one: what the commentary said, how that fares, and our finding. A sign
beside a sentence judges the commentary or says whether the data settle our own claim; no sign
denies the sentence that it stands by.
"""

from __future__ import annotations

import html

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from brief.analysis import stability
from brief.analysis.claims import IN_PROSE, LABELS, SIGNS, claim_anchor, tally
from brief.site.bound import (
    brief_chart,
    brief_claim,
    claims_ledger,
    fares_strip,
    is_card,
    opened,
    spoken,
)
from brief.site.searching import LEDGER

JUDGED = [sign for sign in SIGNS if sign not in ("found", "open")]  # of the commentary
HEAD = "How the commentary’s {} claims fare"  # of the strip
HEADINGS = ("Question", "How it fares", "How firm", "Sources of its rows", "Chapter")
SAID, DRAWN = "claims_said", "claims_drawn"  # in a document's metadata: {claim: anchor}


class FaresStrip(SphinxDirective):
    """{fares}: how many claims of the commentary are supported, overstated, not supported, cannot
    be told.
    """

    def run(self):
        return [fares_strip("", counts=tally(opened(self.env.app).claims))]


# When a document has been read: where each claim is said, and how firm the findings are


def place_claims(app, doctree) -> None:
    """Note where a document says each claim, in prose or on a card, and which figure is titled by
    one, so that the ledger can lead there; the first place bears the claim's anchor.
    """
    docname, wordings = app.env.docname, opened(app).wordings
    if docname == LEDGER:
        return
    said = {card["key"]: card["ids"][0] for card in doctree.findall(is_card)}
    for claim in doctree.findall(brief_claim):
        if claim["key"] not in said:
            said[claim["key"]] = claim_anchor(claim["key"])
            claim["ids"].append(said[claim["key"]])
    drawn = {}
    for chart in doctree.findall(brief_chart):
        title = wordings.get("figures", {}).get(chart["key"], {}).get("title")
        if isinstance(title, dict):
            drawn.setdefault(title["claim"], chart["key"])
    app.env.metadata[docname] |= {SAID: said, DRAWN: drawn}


def passage_of(env, key: str, chapter: str) -> tuple[str, str]:
    """(document, anchor) of the passage that says a claim, best in its own chapter; '' where there
    is none.
    """
    own = f"chapters/{chapter}"
    for kind in (SAID, DRAWN):
        for docname in (own, *sorted(env.all_docs)):
            if key in env.metadata[docname].get(kind, {}):
                return docname, env.metadata[docname][kind][key]
    return (own, "") if own in env.all_docs else ("", "")


def is_said(env, key: str) -> bool:
    """Whether a chapter prints the claim's sentence."""
    return any(key in env.metadata[docname].get(SAID, {}) for docname in env.all_docs)


def tell_firmness(app, doctree) -> None:
    """Behind each claim of a list of findings how firm it is, by the sweep of this very edition."""
    swept, catalogue = opened(app).sweep.get("claims", {}), spoken(app, app.env.docname)
    for findings in doctree.findall(is_findings):
        for claim in list(findings.findall(brief_claim)):
            words = stability.in_words(swept.get(claim["key"], {}), catalogue)
            if words:
                place = claim.parent.index(claim) + 1
                claim.parent.insert(place, nodes.inline("", words, classes=["firmness"]))
                claim.parent.insert(place, nodes.Text(" "))


def is_findings(node) -> bool:
    """Whether a node is the list of findings of landing page or summary."""
    return isinstance(node, nodes.container) and "findings" in node.get("classes", ())


# The page's own form


def shape_claims(app, doctree, docname) -> None:
    """Marks behind sentences, signs and links on cards, and the ledger as one table."""
    mark_claims(app, doctree, docname)
    ledgers = list(doctree.findall(claims_ledger))
    for card in doctree.findall(is_card):
        add_sign(card)
        if not isinstance(card.parent, claims_ledger):
            add_link(card)
    for ledger in ledgers:
        ledger.replace_self(ledger_table(app, ledger, docname))


def shape(sign: str) -> str:
    """A sign as HTML: six shapes, so that nothing hangs on color."""
    return f'<span class="shape shape-{sign}" aria-hidden="true">{SIGNS[sign]}</span>'


def mark_claims(app, doctree, docname) -> None:
    """After a claim's sentence in prose a mark that leads to its entry in the ledger, where there
    is one. Of a claim of the commentary it says in words how that fares.
    """
    if LEDGER not in app.env.all_docs:
        return
    ledger, say = app.builder.get_relative_uri(docname, LEDGER), spoken(app, docname).say
    for claim in list(doctree.findall(brief_claim)):
        sign = claim["sign"]
        words = say(IN_PROSE[sign])
        seen = "mark-words" if sign in JUDGED else "unseen"
        # The word joiner keeps the mark on the line of the word before it.
        way = f"{ledger}#{claim_anchor(claim['key'])}"
        mark = (
            f'&#8288;<a class="claim-mark sign-{sign}" href="{way}" '
            f'title="{say("{}: see the ledger", words)}">'
            f'{shape(sign)}<span class="{seen}">{words}</span></a>'
        )
        claim.parent.insert(claim.parent.index(claim) + 1, raw(mark))


def sign_on(card) -> str:
    """The sign of a card, by its class."""
    return next(c[5:] for c in card["classes"] if c.startswith("sign-"))


def add_sign(card) -> None:
    """Give a card its sign, beside the word."""
    for label in part_of(card, nodes.inline, "claim-label"):
        label.insert(0, raw(shape(sign_on(card))))


def add_link(card) -> None:
    """Give a card its permanent link."""
    for head in part_of(card, nodes.paragraph, "claim-head") if card["ids"] else ():
        head += raw(
            f'<a class="headerlink" href="#{card["ids"][0]}" title="Link to this claim">#</a>'
        )


def part_of(card, kind: type, name: str) -> list:
    """The part of a card with this class, in a list; an empty list where it has none."""
    return [node for node in card.findall(kind) if name in node["classes"]][:1]


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def visit_strip(self, node) -> None:
    """Four counts, each a link into the ledger, which shows only those claims."""
    app, docname = self.builder.app, self.builder.current_docname
    catalogue = spoken(app, docname)
    has_ledger = LEDGER in app.env.all_docs
    ledger = app.builder.get_relative_uri(docname, LEDGER) if has_ledger else ""
    items = []
    for sign, count in node["counts"].items():
        said = (
            f'<span class="fares-count" data-tally="{sign}">{count}</span> '
            f'<span class="fares-name">{shape(sign)}{catalogue.say(LABELS[sign])}</span>'
        )
        linked = f'<a href="{ledger}#fares-{sign}">{said}</a>' if has_ledger else said
        items.append(f'<li class="sign-{sign}">{linked}</li>')
    total = sum(node["counts"].values())
    before, after = map(html.escape, catalogue.parts(HEAD))
    self.body.append(
        f'<div class="fares-strip"><p>{before}<span data-tally="all">{total}</span>{after}</p>'
        f"<ul>{''.join(items)}</ul></div>\n"
    )
    raise nodes.SkipNode


def ledger_table(app, ledger, docname: str) -> list[nodes.Node]:
    """The ledger as one table: a line for each claim, beneath it what it rests on, folded."""
    chapters = [card["claim"]["chapter"] for card in ledger.children]
    heads = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in HEADINGS)
    anchors = "".join(f'<span id="fares-{sign}"></span>' for sign in JUDGED)
    start = (
        f'<div class="claims-ledger">{anchors}{tools(app, chapters)}'
        '<table class="claims" role="table"><caption class="unseen">Every claim, how it fares and '
        'how firm it is</caption><thead role="rowgroup"><tr role="row">'
        f'{heads}<th scope="col" role="columnheader"><span class="unseen">In detail</span></th>'
        '</tr></thead><tbody role="rowgroup">'
    )
    rows = [node for card in list(ledger.children) for node in ledger_row(app, card, docname)]
    return [raw(start), *rows, raw("</tbody></table></div>")]


def tools(app, chapters: list[str]) -> str:
    """What filters and orders the ledger; without scripts the table is whole and there is none."""
    fares = "".join(
        f'<option value="{sign}">Commentary: {LABELS[sign].lower()}</option>' for sign in JUDGED
    )
    named = "".join(
        f'<option value="{chapter}">{html.escape(chapter_title(app, chapter))}</option>'
        for chapter in dict.fromkeys(chapters)
    )
    return (
        '<div class="claims-tools filter script-only">'
        '<label>Which <select class="claims-fares"><option value="">All claims</option>'
        f'<option value="judged">All of the commentary</option>{fares}'
        '<option value="ours">What this brief adds</option></select></label>'
        f'<label>Chapter <select class="claims-chapter"><option value="">All</option>{named}'
        "</select></label>"
        '<label>With the words <input type="search" class="claims-words" autocomplete="off">'
        "</label>"
        '<button type="button" class="claims-weakest">The weakest first</button>'
        '<span class="filter-count" role="status"></span></div>'
    )


def chapter_title(app, chapter: str) -> str:
    docname = f"chapters/{chapter}"
    return app.env.titles[docname].astext() if docname in app.env.titles else chapter


def ledger_row(app, card, docname: str) -> list[nodes.Node]:
    """One claim as a row whose last cell opens to its card."""
    claim = card["claim"]
    question = html.escape(claim["question"])
    classes = " ".join(card["classes"])
    who = '<span class="claim-who">The commentary: </span>' if claim["said"] else ""
    label = part_of(card, nodes.inline, "claim-label")[0].deepcopy()
    firm = claim["firm"].partition(": stays in ")
    stays = "" if claim["stays"] is None else f"{claim['stays']:.4f}"
    kinds = html.escape(claim["kinds"].removeprefix("best sources: ")) or "–"
    start = (
        f'<tr role="row" class="{classes}" id="{card["ids"][0]}" '
        f'data-chapter="{claim["chapter"]}"><th role="rowheader" scope="row">'
        f'<h3 class="claim-question">{question}</h3></th>'
        f'<td role="cell" class="claim-how">{who}'
    )
    middle = (
        f'</td><td role="cell" class="claim-firm" data-stays="{stays}">'
        f'<span class="firmness">{firm[0] or "–"}'
        f'<span class="cell-note">{firm[2].removesuffix(" of altered editions")}</span></span></td>'
        f'<td role="cell" class="claim-kinds">{kinds}</td>'
        f'<td role="cell" class="claim-where">{passage_link(app, claim, docname)}</td>'
        '<td role="cell" class="claim-more"><details><summary>'
        '<span class="in-words">What it rests on</span>'
        f'<span class="unseen">: {question}</span></summary>'
    )
    body = [
        p
        for p in card.children
        if isinstance(p, nodes.paragraph) and "claim-head" not in p["classes"]
    ]
    return [raw(start), label, raw(middle), *body, raw(f"{related(claim)}</details></td></tr>")]


def passage_link(app, claim: dict, docname: str) -> str:
    """The way from the ledger to the passage of the chapter that says a claim."""
    target, anchor = passage_of(app.env, claim["id"], claim["chapter"])
    if not target:
        return html.escape(chapter_title(app, claim["chapter"]))
    way = app.builder.get_relative_uri(docname, target) + (f"#{anchor}" if anchor else "")
    return f'<a href="{way}">{html.escape(app.env.titles[target].astext())}</a>'


def related(claim: dict) -> str:
    """What corrects or completes a claim: other claims, and misprints of its sources."""
    parts = []
    if claim["read_with"]:
        links = " ".join(
            f'<a href="#{claim_anchor(one["id"])}">{html.escape(one["question"])}</a>'
            for one in claim["read_with"]
        )
        parts.append(f'<p class="claim-meta">Read it with: {links}</p>')
    if claim["corrections"]:
        found = html.escape(" ".join(claim["corrections"]))
        parts.append(f'<p class="claim-meta">Corrected in a source: {found}</p>')
    return "".join(parts)


def skip(self, node) -> None:
    raise nodes.SkipNode


def setup(app):
    app.setup_extension("brief.site.bound")
    app.add_directive("fares", FaresStrip)
    app.add_node(fares_strip, html=(visit_strip, None), latex=(skip, None), text=(skip, None))
    app.add_node(claims_ledger, html=(skip, None), latex=(skip, None), text=(skip, None))
    app.connect("doctree-read", place_claims)
    app.connect("doctree-read", tell_firmness)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

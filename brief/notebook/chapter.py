"""What a chapter works with: one edition, and three things to show from it (a figure, a table, a
claim).
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TypedDict

from brief.analysis import claims, margins, options
from brief.editions import edition
from brief.notebook import figures, lookup
from brief.tables import database, entries
from brief.words import InputError, Problem

CLAIM_MIME = "application/vnd.brief.claim+json"


class ClaimCard:
    """One claim set apart: its sentence, its verdict, and what it rests on."""

    def __init__(self, claim: claims.Claim, details: dict):
        self.claim, self.details = claim, details

    def _repr_mimebundle_(self, **_):
        return {
            CLAIM_MIME: self.details,
            "text/plain": f"[{self.claim.label}] {self.claim.sentence}",
            "text/html": (
                f"<blockquote><b>{html.escape(self.claim.label)}</b> "
                f"{html.escape(self.claim.sentence)}</blockquote>"
            ),
        }


class Ledger:
    """Many claims, the firmest first: in what share of a sweep's editions each stays, where one was
    made, then how far its lever must move.
    """

    def __init__(self, details: list[dict]):
        least = lambda value: -(-1 if value is None else value)
        self.details = sorted(
            details, key=lambda d: (least(d["stays"]), least(d["firmness"]), d["id"])
        )

    def _repr_mimebundle_(self, **_):
        return {
            CLAIM_MIME: {"claims": self.details},
            "text/plain": "\n".join(f"[{d['label']}] {d['sentence']}" for d in self.details),
            "text/html": "<ol>"
            + "".join(
                f"<li><b>{html.escape(d['label'])}</b> {html.escape(d['sentence'])}</li>"
                for d in self.details
            )
            + "</ol>",
        }


class Chapter:
    """A chapter's view of one edition."""

    def __init__(self, opened: edition.Edition):
        self.edition, self.connection = opened, opened.connection

    def figure(self, key: str, chart) -> figures.Figure:
        """The figure `key` drawn by an Altair chart over named views. Raises WordingError without
        title or alt text.
        """
        words = claims.figure_words(
            key, self.edition.wordings, self.edition.claims, self.edition.numbers
        )
        spec = figures.complete(figures.to_spec(chart), self.connection, words, self.edition.mark)
        return figures.Figure(
            key, spec, words, figures.credit_line(self.connection, spec, words["note"])
        )

    def table(self, key: str) -> lookup.LookupTable:
        """The table `key` of the wordings, over its view."""
        entry = self.edition.wordings.get("tables", {}).get(key)
        if entry is None:
            raise entries.WordingError(f"the table {key!r} has no wording in analysis/*.yml")
        numbers = self.edition.numbers
        caption = claims.by_case(entry["caption"], self.edition.claims, numbers)
        return lookup.LookupTable(
            key, self.connection, entry, caption, claims.fill(entry.get("note", ""), numbers)
        )

    def claim(self, key: str) -> ClaimCard:
        """The claim `key` with its verdict, value, unit and sources. Raises WordingError for an
        unknown one.
        """
        if key not in self.edition.claims:
            raise entries.WordingError(f"there is no claim {key!r}: analysis/*.yml lists them")
        return ClaimCard(self.edition.claims[key], claim_details(self.edition, key))

    def ledger(self, origin: str) -> Ledger:
        """Every claim of an origin (`essay`, `brief`) that data can decide, from firm to fragile;
        `untestable` lists the rest.
        """
        return Ledger(
            [
                claim_details(self.edition, key)
                for key, claim in self.edition.claims.items()
                if (claim.case == "untestable") == (origin == "untestable")
                and origin in (claim.entry["origin"], "untestable")
            ]
        )

    def options(self, actor: str) -> options.OptionList:
        """What one actor could do, each option with its cost and whether its ground holds. Raises
        WordingError for an unknown actor.
        """
        opened = self.edition
        found = [
            o
            for o in options.load_options(opened.wordings, opened.claims, opened.numbers).values()
            if o.entry["actor"] == actor
        ]
        if not found:
            raise entries.WordingError(
                f"no option of {actor!r}: analysis/60_options.yml lists them"
            )
        return options.OptionList(found, opened.claims, opened.numbers)

    def catalogue(self):
        """Every table of the edition with its coverage, holes and limits."""
        from brief.notebook.catalogue import Catalogue

        return Catalogue(self.edition.tables)

    def walk_back(self, key: str, most: int = 6) -> lookup.PlainTable:
        """One claim or number, from its view to its rows and their sources (the first `most`
        rows).
        """
        from brief.analysis.provenance import trace

        found = trace(self.edition, key)
        rows = [
            [
                table,
                row["row_key"],
                row["confidence"].replace("_", " "),
                "; ".join(f"{s['publisher']}: {s['title']}" for s in row["sources"]),
            ]
            for table, entries in found["tables"].items()
            for row in entries
        ]
        caption = f"{found['text']} (view {found['view']})"
        note = f"And {len(rows) - most} more rows." if len(rows) > most else ""
        return lookup.PlainTable(
            f"tbl-walk-{key.replace('.', '-').replace('_', '-')}",
            caption,
            ["Table", "Row", "Borne out by", "Sources"],
            rows[:most],
            note,
        )

    def verdicts(self) -> lookup.PlainTable:
        """The commentary's claims in its own order, each with the verdict that the data pick."""
        rows = [
            [c.entry["question"], c.verdict]
            for c in self.edition.claims.values()
            if c.entry["origin"] == "essay"
        ]
        return lookup.PlainTable(
            "tbl-verdicts", "How the commentary's claims fare", ["Question", "Verdict"], rows
        )

    def glossary(self) -> lookup.PlainTable:
        """Every term that hovers in the chapters, with its meaning."""
        terms = sorted(
            self.edition.wordings.get("glossary", {}).items(), key=lambda item: item[0].casefold()
        )
        return lookup.PlainTable(
            "tbl-glossary",
            "Terms, as this brief uses them",
            ["Term", "Meaning"],
            [[term, meaning] for term, meaning in terms],
        )

    def receipt(self) -> lookup.PlainTable:
        """What this edition is made from: the hash of every table and text, as the published ledger
        has them too.
        """
        rows = [[name, digest[:16]] for name, digest in sorted(self.edition.hashes.items())]
        return lookup.PlainTable(
            "tbl-receipt-inputs",
            "Inputs and the first digits of their SHA-256",
            ["Input", "SHA-256"],
            rows,
        )

    def changes(self):
        """What this edition changes against the published one, part by part."""
        from brief.notebook.changed_pages import ChangedPages

        return ChangedPages(self.edition)

    def view(self, name: str):
        """A view or table of the analysis as a pandas DataFrame, for exploring by hand."""
        return database.frame(self.connection, name)


class ClaimDetails(TypedDict):
    """What a claim's card shows."""

    id: str
    case: str  # holds, fails, unknown or untestable
    label: str  # the case in words
    sentence: str
    question: str
    verdict: str  # on the commentary; empty for claims of our own
    origin: str  # essay or brief
    unit: str
    value: float | None
    bound: float | None
    confidence: str
    sources: list[str]  # publishers, those of most rows first
    margin: str
    firmness: float | None  # from 0 to 1; see `firmness`
    stays: float | None  # the share of a sweep's editions in which the case stays


def claim_details(opened: edition.Edition, key: str) -> ClaimDetails:
    """What a claim's card shows, of an edition as it is opened."""
    claim = opened.claims[key]
    rows = claims.evidence(opened.connection, claim.entry)
    publishers = dict(opened.connection.execute("select source_id, publisher from sources"))
    names: dict[str, int] = {}
    for row in rows:
        for source in row["sources"]:
            names[publishers[source]] = names.get(publishers[source], 0) + 1
    margin = margins.kept_margin(opened.connection, key, claim.entry["chapter"], claim.entry)
    sweep = opened.sweep
    ranked = sorted(names, key=lambda n: (-names[n], n))
    return {
        "id": key,
        "case": claim.case,
        "label": claim.label,
        "sentence": claim.sentence,
        "question": claim.entry["question"],
        "verdict": claim.verdict,
        "origin": claim.entry["origin"],
        "unit": claim.entry.get("unit", ""),
        "value": claim.value,
        "bound": claim.bound,
        "confidence": claims.confidence_of(rows),
        "sources": ranked,
        "margin": " ".join(
            filter(None, [margin.words if margin else "", stability_in_words(sweep, key)])
        ),
        "firmness": firmness(margin),
        "stays": sweep.get("claims", {}).get(key, {}).get("stays"),
    }


def firmness(margin: margins.Margin | None) -> float | None:
    """From 0 (the slightest move of the lever flips the claim) to 1 (none within its range does);
    None without a lever.
    """
    if margin is None:
        return None
    return 1.0 if margin.share is None else min(margin.share, 1.0)


def open_chapter(data: str | Path | int = "") -> Chapter:
    """Open the edition in the folder `data` (it may hold only the altered tables); empty: the
    published data.

    A folder may be called 2026: papermill makes a number of `-p data 2026`, which stands for the
    folder all the same. Raises InputError naming file, row and column when the tables are refused,
    or when `data` is no folder's name.
    """
    if isinstance(data, int) and not isinstance(data, bool):
        data = str(data)
    if data is not None and not isinstance(data, str | Path):
        found = f"{data!r}, a {type(data).__name__}"
        help = "With papermill, -r in the place of -p hands over a name as it is written."
        raise InputError([Problem("data", found, "the name of a folder", help=help)])
    return Chapter(edition.open_edition(data or edition.default_folder()))


def stability_in_words(sweep: dict, key: str) -> str:
    """In how many altered editions a claim stays, and what breaks it first, as a sentence; empty
    without a sweep.
    """
    found = sweep.get("claims", {}).get(key)
    if not found:
        return ""
    first = f" (changed first by: {found['first']['what']})" if found["first"] else ""
    count = "all" if found["stays_in"] == sweep["draws"] else f"{found['stays_in']:,} of"
    return f"It stays in {count} {sweep['draws']:,} altered editions{first}."

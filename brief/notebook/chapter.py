"""What a chapter works with: one edition, and three things to show from it (a figure, a table, a
claim).
"""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import pandas as pd

from brief.analysis import claims, kinds, margins, options, rules, stability, translations
from brief.editions import compare, edition
from brief.notebook import (
    agreement,
    altering,
    catalogue,
    figures,
    forms,
    frames,
    interactive,
    lookup,
    own_charts,
)
from brief.tables import database, entries
from brief.words import InputError, Problem, did_you_mean


class ClaimCard:
    """One claim set apart: what the commentary said and how it fares, what we find, and on what it
    rests.
    """

    def __init__(self, opened: edition.Edition, key: str):
        self.claim, self.details = opened.claims[key], claim_details(opened, key)
        self._connection, self._mark = opened.connection, opened.mark

    @property
    def evidence(self) -> pd.DataFrame:
        """The rows beneath the claim: table, row_key, confidence, sources (ids, joined by ;)."""
        rows = claims.evidence(self._connection, self.claim.entry)
        cells = [[r["table"], r["row_key"], r["confidence"], ";".join(r["sources"])] for r in rows]
        return pd.DataFrame(cells, columns=["table", "row_key", "confidence", "sources"])

    @property
    def sentence(self) -> str:
        """What the data say, in the wording that they pick."""
        return self.claim.sentence

    @property
    def case(self) -> str:
        """holds, fails, unknown or untestable."""
        return self.claim.case

    @property
    def value(self) -> float | None:
        """What the sentence turns on, in the claim's unit; None where it is unknown."""
        return self.claim.value

    @property
    def bound(self) -> float | None:
        """What `value` is held against; None where there is nothing of the kind."""
        return self.claim.bound

    def __repr__(self) -> str:
        mark = f" ({self._mark})" if self._mark else ""
        return f"{in_plain_text(self.details)}{mark}"

    def _repr_mimebundle_(self, **_):
        return {
            forms.CLAIM: self.details,
            "text/plain": repr(self),
            "text/html": "" if interactive.is_building() else self._html(),
        }

    def _html(self) -> str:
        """The card for JupyterLab."""
        paragraphs = [*in_html(self.details), html.escape(self.details["margin"])]
        rows = self.evidence.to_html(index=False, max_rows=frames.MOST_ROWS, border=0)
        paragraphs.append(f"<b>{html.escape(self._mark)}</b>" if self._mark else "")
        text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)
        return f"<blockquote>{text}{rows}</blockquote>"


class Ledger:
    """Many claims, in the order of the chapters."""

    def __init__(self, details: list[ClaimDetails]):
        self.details = sorted(details, key=lambda claim: claim["chapter"])

    def _repr_mimebundle_(self, **_):
        items = ("<br>".join(in_html(claim)) for claim in self.details)
        return {
            forms.CLAIM: {"claims": self.details},
            "text/plain": "\n".join(map(in_plain_text, self.details)),
            "text/html": "<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>",
        }


class Chapter:
    """A chapter's view of one edition."""

    def __init__(self, opened: edition.Edition, language: str = translations.ENGLISH):
        self.edition, self.connection = opened, opened.connection
        self.language = language

    def in_language(self, language: str) -> Chapter:
        """This chapter, whose options speak the language (`ko`)."""
        return Chapter(self.edition, language)

    @property
    def _catalogue(self) -> translations.Catalogue:
        return translations.Catalogue(self.edition.wordings, self.language)

    @property
    def _numbers(self) -> Mapping:
        return translations.NumbersIn(self.edition.numbers, self.language)

    def __repr__(self) -> str:
        words = self.edition.mark.rstrip(".") or f"edition {self.edition.name}"
        counted = claims.tally(self.edition.claims)
        fared = ", ".join(f"{claims.LABELS[sign].lower()} {n}" for sign, n in counted.items())
        return f"<Chapter: {words}; the commentary: {fared}>"

    def __dir__(self):
        return sorted(name for name in super().__dir__() if not name.startswith("_"))

    def figure(self, key: str, chart) -> figures.Figure:
        """The figure `key` drawn by an Altair chart over DataFrames of `view`, each as it stands.

        Raises WordingError without title or alt text, NotAView for a chart over other rows.
        """
        bare = figures.to_spec(frames.over_views(chart, self.connection))
        frames.check_spec(key, bare, self.connection)
        english = self._figure_in(translations.ENGLISH, key, bare)
        entry = self.edition.wordings["figures"][key]
        english.translations = {
            language: self._figure_in(language, key, bare)
            for language in translations.OTHERS
            if language in entry
        }
        return english

    def _figure_in(self, language: str, key: str, bare: dict) -> figures.Figure:
        """A figure in a language, by its spec without rows and words."""
        opened = self.edition
        catalogue = translations.Catalogue(opened.wordings, language)
        numbers = translations.NumbersIn(opened.numbers, language)
        said = {
            name: translations.translated(entry, language)
            for name, entry in opened.wordings.get("figures", {}).items()
            if name == key
        }
        words = claims.figure_words(key, {"figures": said}, opened.claims, numbers)
        mark = catalogue.say(opened.mark) if opened.mark else ""
        speaking = translations.chart_in(bare, catalogue)
        spec = figures.complete(speaking, self.connection, words, mark)
        credit = figures.credit_line(self.connection, spec, words["note"], catalogue)
        return figures.Figure(key, spec, words, credit)

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
        """The claim `key` with what it finds, value, unit and sources. Raises WordingError for an
        unknown one.
        """
        if not isinstance(key, str) or key not in self.edition.claims:
            raise entries.WordingError(
                f"there is no claim {key!r}: analysis/*.yml lists them."
                f"{did_you_mean(key, self.edition.claims)}"
            )
        return ClaimCard(self.edition, key)

    def ledger(self) -> Ledger:
        """Every claim of the edition, those that no data can decide included."""
        return Ledger([claim_details(self.edition, key) for key in self.edition.claims])

    def options(self, actor: str) -> options.OptionList:
        """What one actor could do, each option with its risk and whether its ground holds. Raises
        WordingError for an unknown actor.
        """
        english = self.edition.wordings.get("options", {})
        found = [o for o in self._options() if english[o.id]["actor"] == actor]
        if not found:
            raise entries.WordingError(
                f"no option of {actor!r}: analysis/60_options.yml lists them"
            )
        return options.OptionList(found, self._numbers, self._catalogue)

    def options_table(self) -> options.OptionTable:
        """Every option in one line, in order of rank within each actor."""
        found = self._options()
        return options.OptionTable(found, self.edition.claims, self._numbers, self._catalogue)

    def _options(self) -> list[options.Option]:
        opened = self.edition
        found = options.load_options(opened.wordings, opened.claims, opened.numbers, self.language)
        return list(found.values())

    def catalogue(self):
        """Every table of the edition with its coverage, holes and limits."""
        return catalogue.Catalogue(self.edition.tables)

    def kinds_of_sources(self) -> lookup.PlainTable:
        """For each chapter the rows that its claims rest on, by the best kind of their sources."""
        entries_of_claims = {key: claim.entry for key, claim in self.edition.claims.items()}
        counted = kinds.by_chapter(self.connection, entries_of_claims)
        rows = [
            [
                chapter_name(chapter),
                *(str(found.get(kind, 0)) for kind in kinds.KINDS),
                str(sum(found.values())),
            ]
            for chapter, found in counted.items()
        ]
        return lookup.PlainTable(
            "tbl-kinds-of-sources",
            "Rows beneath the claims of each chapter, by the best kind of their sources",
            ["Chapter", "Official", "NGO or academic", "Agency or paper", "Copy alone", "Rows"],
            rows,
            "A row counts once in a chapter. Copy alone: the text of another at an address that "
            "is not its own, or a site of no standing, and nothing better.",
        )

    def rules(self) -> lookup.PlainTable:
        """Every coding rule, in the words that stand where it is applied, with the parameters of
        this edition.
        """
        values = dict(self.connection.execute("select name, value from parameters"))
        found = rules.of_sql() + rules.of_tables(catalogue.manifests())
        return lookup.PlainTable(
            "tbl-coding-rules",
            "Coding rules, as they stand beside the calculation or the table",
            ["About", "Rule", "Where"],
            [[rule.subject, filled_in(rule.words, values), rule.where] for rule in found],
        )

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

    def view(self, name: str) -> pd.DataFrame:
        """A view or table of the analysis as a pandas DataFrame: columns as it names them, rows in
        its order. Raises NotAView for an unknown name.
        """
        return frames.frame_of(self.connection, str(name))

    def parameter(self, name: str) -> float:
        """The value of a parameter of data/parameters.csv. Raises NotAView for an unknown name."""
        # Asked for by itself: a chapter that asks for no parameter which was altered need not run.
        row = self.connection.execute(
            "select value from parameters where name = ?", (str(name),)
        ).fetchone()
        if row is None:
            raise frames.NotAView(f"there is no parameter {name!r}: data/parameters.csv lists them")
        return row[0]

    def agrees(
        self, key: str | dict, value=agreement.MISSING
    ) -> agreement.Agreement | agreement.Agreements:
        """The number or the claim's value `key` by SQL beside the same by pandas (`value`: a
        number, or a Series of one cell; NaN or an empty one for unknown).

        Raises Disagreement where they differ by more than agreement.TOLERANCE on published data;
        an altered edition is marked, and its build ends with exit code 1. Raises WordingError for
        an unknown key. Several at once: a dictionary of keys and values.
        """
        if isinstance(key, dict):
            return self._all_agree(key, value)
        numbers, found = self.edition.numbers, self.edition.claims
        if not isinstance(key, str) or (key not in numbers and key not in found):
            raise entries.WordingError(f"there is no number and no claim {key!r}")
        sql = numbers[key][0] if key in numbers else found[key].value
        if sql is None and key in numbers and numbers[key][1] != claims.NO_NUMBER:
            raise agreement.NoNumber(f"{key} is a text, {numbers[key][1]!r}: compare its number")
        both = agreement.Agreement(key, sql, agreement.number_for(key, value))
        if both.agrees is False and self.edition.is_published:
            raise agreement.Disagreement(both.sentence)
        return both

    def _all_agree(self, values: dict, stray) -> agreement.Agreements:
        if not values or stray is not agreement.MISSING:
            raise agreement.NoNumber("agrees takes a key and a value, or a dictionary of both")
        made, wrong = agreement.Agreements(), []
        for key, value in values.items():
            try:
                made.append(self.agrees(key, value))
            except agreement.Disagreement as error:
                wrong.append(str(error))
        if wrong:
            raise agreement.Disagreement("; ".join(wrong))
        return made

    def what_if(self, table: str, where: str | pd.Series, set: dict) -> WhatIf:
        """A second chapter in which the rows that `where` picks (a condition as `DataFrame.query`
        takes it, or a mask) hold the values of `set`; its repr says which claims flip.

        Raises InputError where nothing is picked, for an unknown column, and for what the schema
        refuses.
        """
        caller = inspect.currentframe().f_back
        scope = caller.f_globals | caller.f_locals
        frame = altering.changed_frame(self._table(table), table, where, set, scope)
        return self.alter(frame, table)

    def alter(self, frame: pd.DataFrame, table: str) -> WhatIf:
        """A second chapter with a whole DataFrame in the place of `table`. Raises InputError for
        what a file with these rows would be refused for.
        """
        self._table(table)
        columns = database.table_columns(self.connection)[table]
        changed = {
            name: rows
            for name, rows in self.edition.tables.items()
            if rows is not self.edition.base[name]
        }
        changed[table] = altering.table_from(frame, table, columns)
        return WhatIf(edition.edition_with(changed), self.edition)

    def _table(self, name: str) -> pd.DataFrame:
        """A table of data/, as its file has it. Raises InputError for an unknown one."""
        if not isinstance(name, str) or name not in self.edition.tables:
            allowed = f"one of {', '.join(self.edition.tables)}"
            help = did_you_mean(name, self.edition.tables).strip()
            raise InputError([Problem("table", repr(name), allowed, help=help)])
        table = self.edition.tables[name]
        return pd.DataFrame(table.rows, columns=table.columns)


class WhatIf(Chapter):
    """A chapter on data that were altered within a notebook, and what that does to the claims."""

    def __init__(self, opened: edition.Edition, before: edition.Edition):
        super().__init__(opened)
        was, now = (edition.ledger(one, one.name, "")["claims"] for one in (before, opened))
        self._flips = compare.flips(was, now)

    @property
    def flips(self) -> pd.DataFrame:
        """The claims whose case changed: claim, was, now, sentence."""
        columns = ["claim", "was", "now", "sentence"]
        rows = [[flip[k] for k in ("id", "was", "now", "sentence_now")] for flip in self._flips]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        lines = [f"{flip['id']}: {flip['was']} → {flip['now']}" for flip in self._flips]
        return "\n".join([self._head(), *lines, *self._read()])

    def _read(self) -> list[str]:
        """How cells were read that were not in the published form."""
        return [f"read: {line}" for line in self.edition.readings]

    def _head(self) -> str:
        count = len(self._flips)
        if not count:
            return "No claim flips."
        return "1 claim flips:" if count == 1 else f"{count} claims flip:"

    def _repr_html_(self) -> str:
        rows = self.flips.to_html(index=False, border=0) if self._flips else ""
        read = "".join(f"<p>{html.escape(line)}</p>" for line in self._read())
        return f"<p><b>{self._head()}</b> {html.escape(self.edition.mark)}</p>{rows}{read}"


class RelatedClaim(TypedDict):
    """Another claim that a card names."""

    id: str
    question: str


class ClaimDetails(TypedDict):
    """What a claim's card shows."""

    id: str
    case: str  # holds, fails, unknown or untestable; no reader sees it
    sign: str  # how the commentary fares, or whether the data settle it: a key of claims.SIGNS
    label: str  # the sign in words
    detail: str  # what else there is to say of how the commentary fares
    sentence: str  # what we find
    question: str
    said: str  # what the commentary said; empty for claims of our own
    chapter: str  # the stem of its files
    unit: str
    value: float | None
    bound: float | None
    confidence: str
    kinds: str  # of sources, the best of each row
    sources: list[str]  # publishers, those of most rows first
    margin: str
    firm: str  # how firm, in words; empty where nothing was tried
    stays: float | None  # the share of a sweep's editions in which the case stays
    corrections: list[str]  # of the rows beneath it: where a source is wrong, and why
    read_with: list[RelatedClaim]  # claims that correct or complete it


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
    swept = sweep.get("claims", {}).get(key, {})
    ranked = sorted(names, key=lambda n: (-names[n], n))
    return {
        "id": key,
        "case": claim.case,
        "sign": claim.sign,
        "label": claim.label,
        "detail": claims.detail_of(claim.entry, claim.case),
        "sentence": claim.sentence,
        "question": claim.entry["question"],
        "said": claim.entry.get("essay", ""),
        "chapter": claim.entry["chapter"],
        "unit": claim.entry.get("unit", ""),
        "value": claim.value,
        "bound": claim.bound,
        "confidence": claims.confidence_of(rows),
        "kinds": kinds.in_words(kinds.best_kinds(opened.connection, rows)),
        "sources": ranked,
        "margin": " ".join(
            filter(None, [margin.words if margin else "", stability_in_words(sweep, key)])
        ),
        "firm": stability.in_words(swept),
        "stays": stability.share(swept),
        "corrections": corrections_of(opened.connection, rows),
        "read_with": [
            {"id": other, "question": opened.claims[other].entry["question"]}
            for other in claim.entry.get("read_with", [])
        ],
    }


def corrections_of(connection, rows: list[claims.EvidenceRow]) -> list[str]:
    """Where a source of these rows is wrong, what is used in its place, and why."""
    beneath = {(row["table"], row["row_key"]) for row in rows}
    asked = (
        "select table_name, row_key, value_in_source, value_used, reason from corrections "
        "order by correction_id"
    )
    return [
        f"{table.replace('_', ' ')}, {row_key.replace('|', ', ')}: "
        f"{used} in place of {printed}. {reason}."
        for table, row_key, printed, used, reason in connection.execute(asked)
        if (table, row_key) in beneath
    ]


def in_plain_text(claim: ClaimDetails) -> str:
    """A claim for a terminal: how the commentary fares, and what we find."""
    if not claim["said"]:
        return f"[{claim['label']}] {claim['sentence']}"
    detail = f": {claim['detail']}" if claim["detail"] else ""
    return f"[The commentary: {claim['label']}{detail}] {claim['sentence']}"


def in_html(claim: ClaimDetails) -> list[str]:
    """A claim for JupyterLab: what the commentary said, how it fares, what we find."""
    escape = html.escape
    found = f"<b>{escape(claim['label'])}:</b> {escape(claim['sentence'])}"
    if not claim["said"]:
        return [found]
    detail = f": {escape(claim['detail'])}" if claim["detail"] else ""
    return [
        f"<b>The commentary:</b> {escape(claim['said'])}",
        f"<b>How it fares:</b> {escape(claim['label'])}{detail}",
        f"<b>{claims.LABELS['found']}:</b> {escape(claim['sentence'])}",
    ]


def chapter_name(chapter: str) -> str:
    """Since 2018, of 50_since_2018."""
    return chapter.partition("_")[2].replace("_", " ").capitalize()


def filled_in(words: str, values: dict[str, float]) -> str:
    """A rule with each {parameter} as its value. Raises WordingError for an unknown one."""
    unknown = [name for name in re.findall(r"\{(\w+)\}", words) if name not in values]
    if unknown:
        raise entries.WordingError(f"a rule names the unknown parameter {unknown[0]!r}")
    return re.sub(r"\{(\w+)\}", lambda match: f"{values[match[1]]:g}", words)


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
    frames.show_in_book()
    own_charts.draw_themselves()
    return Chapter(edition.open_edition(data or edition.default_folder()))


def stability_in_words(sweep: dict, key: str) -> str:
    """In how many altered editions a claim stays, and what breaks it first, as a sentence; empty
    without a sweep.
    """
    found = sweep.get("claims", {}).get(key)
    if not found:
        return ""
    if not found["draws"]:
        return "No altered edition of ours touches what it reads."
    first = f" (changed first by: {found['first']['what']})" if found["first"] else ""
    count = "all" if found["stays_in"] == found["draws"] else f"{found['stays_in']:,} of"
    alike = stability.share(found)
    weighed = (
        f"; with each kind of alteration weighing alike, in {stability.percent_of(alike)}%"
        if alike < found["stays_in"] / found["draws"]
        else ""
    )
    return (
        f"It stays in {count} {found['draws']:,} altered editions that touch what it "
        f"reads{weighed}{first}."
    )

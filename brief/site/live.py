"""What the live page carries: the tables, the SQL text, the wordings and the rules of one edition,
and the scripts.

A reader who changes the data in a page gets the answer from the book's own SQL under sql.js.
Everything that the page says comes from here as data; the scripts under `web/live` pick a case,
fill places and set text, nothing more. Nothing of it is loaded before the reader asks, except
`live-start.js`, which knows only where the rest is.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import zlib
from pathlib import Path
from typing import TypedDict

from brief import korean, paths, plain_files, words
from brief.analysis import claims, dependencies, kinds, options, translations
from brief.editions import edition, imprint
from brief.notebook import catalogue
from brief.site import official
from brief.tables import (
    advice,
    alterations,
    database,
    dialects,
    encodings,
    header_advice,
    inputs,
    near_keys,
    readers,
    rows,
    rule_words,
    totals,
)

SOURCES = paths.WEB / "live"
MODULES = (
    "cells.js",
    "dialect.js",
    "advice.js",
    "totals.js",
    "edits.js",
    "reading.js",
    "zip.js",
    "scenario.js",
    "later.js",
    "taking.js",
    "korean.js",
    "words.js",
    "altered.js",
    "client.js",
    "page.js",
    "band.js",
    "offers.js",
    "editor.js",
    "panel.js",
)  # in this order they become live.js
FORMAT = 1  # of a scenario in a link or a file
MOST_ROWS = 20_000  # of a table, in the page; a build takes more
MOST_CHANGES = 5_000  # in a link
MOST_LINK_BYTES = 60_000
SECONDS = 6  # until a computation is given up
# What an answer may take: one chart or table of so many rows is drawn in about a second, and a tab
# has a gigabyte at most.
MOST_ANSWER_ROWS = 25_000
MOST_ANSWER_SIGNS = 10_000_000
MOST_MEMORY = 256_000_000  # bytes, of the engine
MARK = "Altered edition: these are not the published figures."  # as `edition.Edition.mark` says it

# What the build's typography does to a sentence (Sphinx's smart quotes), in patterns that Python
# and JavaScript share.
TYPESET = [
    [r"(^|[\s(\[–—])\"", "$1“"],
    ['"', "”"],
    [r"(^|[\s(\[–—“])'(?=[^\s\d])", "$1‘"],
    ["'", "’"],
    ["---", "—"],
    ["--", "–"],
    [r"\.\.\.", "…"],
]
# Whole lines that only say something to who reads the source.
SQL_COMMENT = re.compile(r"^[ \t]*--.*\n", re.M)
# What no view reads comes when a reader asks for it: the texts of sources, with what stands in
# their place until then, and all readings.
LATER = {
    "sources": {"title": "…", "url": None, "read_at": None, "what_it_says": "…"},
    "readings": {},
}
SOURCE_LINKS = """json_each('["' || replace({}, ';', '","') || '"]')"""
HOLE = "–"


# Formats that Python's own formatting gives elsewhere in the book, in SQL. tests/site/test_live.py
# compares them.


def evened(x: str, digits: int) -> str:
    """SQL for a value that prints with so many digits as Python prints it: a tie goes to the even
    digit (SQLite's goes up).

    A tie is exact in binary: at k decimals, x times two to the k + 1 is whole, and x times two to
    the k is not.
    """
    cases = ""
    for k in range(digits + 1):
        floor, scale = 10 ** (digits - 1 - k), 10**k
        cases += (
            f" when abs({x}) >= {floor:g} then case when {x} * {2 ** (k + 1)} = cast({x} * "
            f"{2 ** (k + 1)} as integer) and {x} * {2**k} <> cast({x} * {2**k} as integer)"
            f" and cast({x} * {scale} as integer) % 2 = 0 then cast({x} * {scale} as "
            f"integer) / {scale:.1f} else {x} end"
        )
    return f"case when abs({x}) >= 1e15 then {x}{cases} else {x} end"


def plain(x: str) -> str:
    """SQL for a measured value as `outputs.plain` writes it."""
    return (
        f"case when abs({x}) >= 100 or {x} = cast({x} as integer) then printf('%,.0f', "
        f"case when abs({x} - cast({x} as integer)) = 0.5 and cast({x} as integer) % 2 = 0 "
        f"then cast({x} as integer) else {x} end) else printf('%.3g', {evened(x, 3)}) end"
    )


def shown(is_year: bool) -> str:
    """SQL for a cell of a figure's table as `frame.shown` writes it; {c} is the column."""
    whole = (
        "printf('%d', cast({c} as integer))"
        if is_year
        else "replace(printf('%,d', cast({c} as integer)), '-', '−')"
    )
    half = (
        f"when {{c}} <> cast({{c}} as integer) then printf('%.5g', {evened('{c}', 5)}) "
        if is_year
        else ""
    )
    return (
        f"case when {{c}} is null or {{c}} = '' then '{HOLE}' when typeof({{c}}) = 'text' "
        f"then {{c}} {half}when {{c}} = cast({{c}} as integer) and abs({{c}}) < 1e15 then "
        f"{whole} "
        f"when abs({{c}}) < 1e6 then replace(printf('%,.4g', {evened('{c}', 4)}), '-', "
        "'−') else printf('%,.0f', {c}) end"
    )


def pack(opened: edition.Edition) -> dict:
    """Everything that the page needs to answer for this edition, as plain values."""
    connection = opened.connection
    schema = database.table_columns(connection)
    manifests = catalogue.manifests()
    return {
        "format": FORMAT,
        "edition": {
            "name": opened.name,
            "fingerprint": opened.fingerprint[:12],
            "is_published": opened.is_published,
            "cut_off": opened.cut_off,
            "title": imprint.TITLE,
            "folder": "altered-data",
            "altered_tables": [name for name in schema if f"data/{name}.csv" in opened.differs_in],
        },
        "limits": {
            "rows": MOST_ROWS,
            "changes": MOST_CHANGES,
            "link_bytes": MOST_LINK_BYTES,
            "seconds": SECONDS,
            "file_bytes": plain_files.MAX_FILE_BYTES,
            "answer_rows": MOST_ANSWER_ROWS,
            "answer_signs": MOST_ANSWER_SIGNS,
            "memory": MOST_MEMORY,
        },
        "sql": SQL_COMMENT.sub("", database.sql_text()),
        "first": [*database.FIRST_TABLES],
        "links": database.LINK_TABLE,
        "tables": {
            name: described(connection, opened.tables[name], columns, manifests[name])
            for name, columns in schema.items()
        },
        "views": dependencies.of_views(connection),
        "keys": keys(connection),
        "wordings": wordings(opened),
        "shown": {"year": shown(True), "other": shown(False)},
        "refusals": REFUSALS,
        "cells": cells(),
        "official": official.signatures(),
        "presets": presets(opened),
    }


def cells() -> dict:
    """How a cell is read: the readers' own words, limits and patterns, for web/live/dialect.js and
    reading.js.
    """
    patterns = {
        name: pattern for name, pattern in vars(dialects).items() if isinstance(pattern, re.Pattern)
    }
    patterns |= {f"BOTH.{mark}": pattern for mark, pattern in dialects.BOTH.items()}
    patterns["FORMULA"] = rows.FORMULA
    patterns |= {
        f"near.{name}": pattern
        for name, pattern in vars(near_keys).items()
        if isinstance(pattern, re.Pattern)
    }
    patterns |= {name: getattr(totals, name) for name in ("TOTAL_PHRASE", "KOREAN_TOTAL")}
    patterns |= {"NOTE": advice.NOTE, "TOTAL": advice.TOTAL, "FIGURE": re.compile(advice.NUMBER)}
    patterns |= {
        name: getattr(header_advice, name) for name in ("YEAR", "NUMBER", "BETWEEN", "UNIT")
    }
    return {
        "INTEGER": dialects.WHOLE,
        "REAL": dialects.DECIMAL,
        "or_empty": dialects.OR_EMPTY,
        "yes_or_no": dialects.YES_OR_NO,
        "TEXT": "the text as published",
        "dates": dialects.DATES,
        "one_way": dialects.ONE_WAY,
        "no_such_day": dialects.NO_SUCH_DAY,
        "errors": sorted(dialects.ERRORS),
        "encodings": {
            **{
                name: [pattern.pattern, ""]
                for name, pattern in vars(encodings).items()
                if isinstance(pattern, re.Pattern)
            },
            "common": "".join(sorted(encodings.COMMON)),
            "help": encodings.UTF8_HELP,
        },
        "most": inputs.MAX_TEXT,
        "most_number": inputs.MAX_NUMBER,
        "advice": {
            "kinds": [[kind, [pattern, "i"]] for kind, pattern in advice.CELLS],
            "in_dates": advice.IN_DATES,
            "words": advice.WORDS,
            "most": inputs.MAX_NUMBER,
            "headings": header_advice.HEADINGS,
            "times": header_advice.TIMES,
            "turn": header_advice.TURN,
            "inside": rows.INSIDE,
        },
        "totals": {
            "words": sorted(totals.TOTAL_WORDS),
            "codes": sorted(totals.COUNTRY_CODES),
            "tables": {name: dataclasses.asdict(checks) for name, checks in totals.TABLES.items()},
            "no_total": {"|".join(place): beside for place, beside in totals.NO_TOTAL.items()},
            "most": totals.MAX_WORDS,
            "help": totals.HELP,
        },
        "near_keys": {
            "alike": near_keys.ALIKE,
            "longest": near_keys.LONGEST,
            "ids": near_keys.IDS,
        },
        "files": {
            "left_by_systems": readers.LEFT_BY_SYSTEMS,
            "hold_no_tables": readers.HOLD_NO_TABLES,
            "no_spreadsheet": readers.NO_SPREADSHEET,
            "delimited": readers.DELIMITED,
            "by_command": readers.BOOKS_AND_DATABASES,
            "json": [".json", *readers.JSON_LINES],
            "ours": readers.OURS,
            "marked": readers.MARKED.pattern,
            "most": inputs.MAX_FOLDER_FILES,
        },
        "patterns": {
            name: [pattern.pattern, "i" if pattern.flags & re.I else ""]
            for name, pattern in patterns.items()
            if pattern is not words.UNSHOWABLE
        },
        "unshowable": unshowable(),
    }


def unshowable() -> str:
    """`words.UNSHOWABLE` in letters that any file can hold, for a regular expression that sees
    whole characters.
    """
    return "".join(c if " " <= c <= "~" else f"\\u{ord(c):04x}" for c in words.UNSHOWABLE.pattern)


# What the schema says, table by table


def described(
    connection, table: database.Table, columns: list[database.Column], manifest: dict
) -> dict:
    """One table: its rows, its columns with unit and meaning, and its rules in words."""
    return {
        "title": manifest["title"],
        "description": manifest["description"],
        "rows": table.rows,
        "columns": [
            {
                "name": c.name,
                "kind": c.kind,
                "required": c.required,
                "key": c.key,
                "dates": c.dates,
                "yes_or_no": c.yes_or_no,
                "unit": str(manifest["columns"][c.name]["unit"]),
                "meaning": str(manifest["columns"][c.name]["meaning"]),
            }
            for c in columns
        ],
        "rules": rules(connection, table.name, columns),
    }


def rules(connection, name: str, columns: list[database.Column]) -> dict[str, dict]:
    """Every named check of a table: {constraint: {allowed, columns}}, in the words of
    `database.check_refusal`; with `sum` where it adds columns up.
    """
    (text,) = connection.execute("select sql from sqlite_schema where name = ?", (name,)).fetchone()
    found = {}
    empty = database.Table(name, [c.name for c in columns], [], [], f"{name}.csv")
    for constraint in re.findall(r"constraint\s+(\w+)\s+check", text, re.I):
        problem = database.check_refusal(
            connection, empty, {c.name: None for c in columns}, 0, constraint, empty.file
        )
        found[constraint] = {
            "allowed": problem.allowed,
            "columns": [c for c in problem.column.split(", ") if c],
        }
        if adding := rule_words.sum_of(database.rule_text(text, constraint)):
            found[constraint]["sum"] = adding
    return found


# The other refusals, as `database.refusal` words them. {column}, {found} and {key} are filled in.
REFUSALS = {
    "empty": ["an empty cell", "a value: this column may not be empty"],
    "second": ["a second row with {found}", "each of these once"],
    "source": [
        "the unknown source {found}",
        "ids that stand in the table of sources, separated by ;",
    ],
    "source_twice": ["a source named twice", "each source of a row once"],
    "source_used": ["a source that {found} rests on", "to keep it, or to change that row first"],
    "type": ["{found}", "{allowed}"],
    "other": ["{found}", "what the schema declares"],
    "slow": [
        "a computation of more than {found} seconds",
        "data that the book's own SQL answers in that time",
    ],
    "large": ["an answer of more than {found}", "data whose charts and tables a page can show"],
    "broken": ["data on which the book's SQL stops ({found})", "data that it can compute with"],
}


# Where each number and claim stands


def keys(connection) -> dict[str, dict[str, str]]:
    """Which chapter's view gives each number and each claim: {numbers: {key: view}, claims: {id:
    view}}.
    """
    found = {"numbers": {}, "claims": {}}
    for view in database.view_names(connection):
        kind = view.split("_", 1)[0]
        if kind in found and "_" in view:
            found[kind] |= {
                key: view
                for (key,) in connection.execute(
                    f'select {"key" if kind == "numbers" else "id"} from "{view}"'
                )
            }
    return found


# Words


def wordings(opened: edition.Edition) -> dict:
    """The sentences of every claim, figure and table, and the queries that answer for their small
    print.
    """
    texts = opened.wordings
    return {
        "was": "Published",
        "was_altered": "This altered edition",
        "title_mark": "ALTERED — ",
        "labels": claims.LABELS,
        "in_prose": claims.IN_PROSE,
        "signs": claims.SIGNS,
        "no_number": claims.NO_NUMBER,
        "mark": MARK,
        "place": claims.PLACEHOLDER.pattern,
        "hole": HOLE,
        "typeset": TYPESET,
        "cases": {"1": claims.CASES[1], "0": claims.CASES[0], "null": claims.CASES[None]},
        "claims": {key: claim_words(entry, key) for key, entry in texts.get("claims", {}).items()},
        "figures": {
            key: {**{p: entry[p] for p in ("title", "subtitle", "alt", "note") if entry.get(p)}}
            for key, entry in texts.get("figures", {}).items()
        },
        "tables": {
            key: {
                "view": entry["view"],
                "columns": list(entry["columns"]),
                "caption": entry["caption"],
                "note": entry.get("note", ""),
            }
            for key, entry in texts.get("tables", {}).items()
        },
        "options": {
            key: {part: entry[part] for part in ("rests_on", "defeated_by", "lost")}
            for key, entry in texts.get("options", {}).items()
        },
        "ground_stands": options.STANDS,
        "ground_unknown": options.UNKNOWN,
        "credit": credit_query(translations.IN_ENGLISH),
        "korean": korean_tables(),
        "languages": {translations.KOREAN: wordings_in_korean(texts)},
        "not_credited": ["parameters", *database.FIRST_TABLES],
    }


def wordings_in_korean(texts: dict) -> dict:
    """What of `wordings` has words in Korean; the rest is the same on a page in Korean."""
    catalogue = translations.Catalogue(texts, translations.KOREAN)

    def said(kind: str, parts: tuple[str, ...]) -> dict:
        return {
            key: {
                part: text
                for part, text in translations.translated(entry, translations.KOREAN).items()
                if part in parts and part in entry[translations.KOREAN]
            }
            for key, entry in texts.get(kind, {}).items()
            if translations.KOREAN in entry
        }

    claims_said = said("claims", ("holds", "fails", "unknown", "not_testable"))
    for one in claims_said.values():
        if "not_testable" in one:
            one["untestable"] = one.pop("not_testable")
    return {
        "was": catalogue.say("Published"),
        "was_altered": catalogue.say("This altered edition"),
        "title_mark": catalogue.say("ALTERED — "),
        "labels": {sign: catalogue.say(label) for sign, label in claims.LABELS.items()},
        "in_prose": {sign: catalogue.say(words) for sign, words in claims.IN_PROSE.items()},
        "no_number": korean.NO_NUMBER,
        "mark": catalogue.say(MARK),
        "claims": claims_said,
        "figures": said("figures", ("title", "subtitle", "alt", "note")),
        "options": said("options", ("lost",)),
        "ground_stands": catalogue.say(options.STANDS),
        "ground_unknown": catalogue.say(options.UNKNOWN),
        "credit": credit_query(catalogue),
    }


def korean_tables() -> dict:
    """The tables of brief/korean.py for web/live/korean.js."""
    return {
        "marked": korean.MARKED.pattern,
        "particles": korean.PARTICLES,
        "closing": korean.CLOSING,
        "l": korean.DIGITS_IN_L + korean.LETTERS_IN_L,
        "consonants": korean.DIGITS_IN_CONSONANTS + korean.LETTERS_IN_CONSONANTS,
        "months": korean.MONTHS,
        "counted": korean.COUNTED,
        "often": korean.OFTEN.pattern,
    }


def claim_words(entry: dict, key: str) -> dict:
    """A claim's sentence and sign for each case, and what else is said of how the commentary fares;
    its question, its anchor, and the query for its small print.
    """
    common = {
        "question": entry["question"],
        "anchor": claims.claim_anchor(key),
        "chapter": entry["chapter"],
        "origin": entry["origin"],
    }
    if entry.get("not_testable"):
        sign = claims.sign_of(entry, "untestable")
        return {**common, "untestable": entry["not_testable"], "its": {"untestable": sign}}
    cases = ("holds", "fails", "unknown")
    return {
        **common,
        **{case: entry[case] for case in cases},
        "its": {case: claims.sign_of(entry, case) for case in cases},
        "details": entry.get("verdict") or {},
        "tables": list(entry.get("evidence") or {}),
        "meta": meta_query(entry),
    }


# Who counted: the publishers beneath the rows of some tables (a JSON list), as
# `figures.credit_line` writes it.
def credit_query(catalogue: translations.Catalogue) -> str:
    """The query for a credit in the catalogue's language."""
    quoted = lambda text: "'" + text.replace("'", "''") + "'"
    before, between, after = map(quoted, catalogue.parts("{} and {} more"))
    opening, end = map(quoted, catalogue.parts("Source: {}. "))
    return f"""
with named as (
  select s.publisher, row_number() over (order by count(*) desc, s.publisher) as place,
    count(*) over () as publishers
  from {database.LINK_TABLE} r join sources s using (source_id)
    where r.table_name in (select value from json_each(?1)) group by s.publisher)
select case when count(*) > 0 then {opening}
  || case when max(publishers) > 2 then {before} else '' end
  || group_concat(publisher, '; ' order by place) filter (where place <= 2)
  || case when max(publishers) > 2 then {between} || (max(publishers) - 2) || {after} else '' end
    || {end} else '' end as text from named"""


# The place of a source's kind among all kinds, and the kind at a place; as kinds.best_kinds counts.
RANKS = " ".join(f"when '{kind}' then {rank}" for rank, kind in enumerate(kinds.KINDS))
NAMES = " ".join(f"when {rank} then '{kind}'" for rank, kind in enumerate(kinds.KINDS))


def meta_query(entry: dict) -> str:
    """What a claim's card says beneath its sentence, as `outputs.claim_meta` writes it; ?1 is the
    value, ?2 the bound.
    """
    parts = [
        f'select confidence, source_id from "{table}" where {condition}'
        for table, condition in (entry.get("evidence") or {}).items()
    ]
    rows = " union all ".join(parts) or "select null, null where 0"
    unit = (entry.get("unit") or "").replace("'", "''")
    return f"""
with found (confidence, source_id) as ({rows}),
counted as (select count(*) as n, count(*) filter (where confidence = 'two_sources') as two,
  count(*) filter (where confidence = 'one_source') as one from found),
ranked as (select (select min(case s.kind {RANKS} end)
    from {SOURCE_LINKS.format("found.source_id")} j join sources s on s.source_id = j.value) as rank
  from found),
named as (select s.publisher, row_number() over (order by count(*) desc, s.publisher) as place,
    count(*) over () as publishers
  from found, {SOURCE_LINKS.format("found.source_id")} j
    join sources s on s.source_id = j.value group by s.publisher)
select coalesce(nullif(concat_ws(' · ',
  case when ?1 is not null then 'Measured ' || {plain("?1")}
    || case when ?2 is not null then ', compared with ' || {plain("?2")}
    else '' end {f"|| ' ({unit})'" if unit else ""} end,
  (select two || ' of ' || n || ' rows with two sources'
    || case when one > 0 then ', ' || one || ' with one' else '' end
    || case when n - two - one > 0 then ', ' || (n - two - one) || ' derived' else '' end
      from counted where n > 0),
  (select 'best sources: ' || group_concat(printf('%,d ', n) || kind, ', ' order by rank)
    from (select rank, count(*) as n, case rank {NAMES} end as kind from ranked group by rank)
    having count(*) > 0),
  (select group_concat(publisher, '; ' order by place) filter (where place <= 3)
    || case when max(publishers) > 3 then ' and ' || (max(publishers) - 3) || ' more' else '' end
    from named having count(*) > 0)), ''), 'No row of ours bears on it.') as text"""


# Presets: what would have to be true for a sentence to be wrong


class TableScenario(TypedDict):
    """What a scenario changes in one table, by row key."""

    set: list[list]  # [key, {column: value}]
    cut: list[str]  # keys
    add: list[list]  # whole rows


class Scenario(TypedDict):
    """What differs from an edition's tables; the page and its links hold the same
    (web/live/scenario.js).
    """

    p: dict[str, float]  # parameters
    t: dict[str, TableScenario]


def presets(opened: edition.Edition) -> list[dict]:
    """The named alterations of `analysis/*.yml` as scenarios: [{id, what, flips, scenario}]."""
    found = []
    for name, entry in opened.wordings["alterations"].items():
        try:
            change = scenario_of(opened, entry["sql"])
        except alterations.AlterationError:
            continue  # of an altered edition whose rows no longer bear it
        if change["p"] or change["t"]:
            found.append(
                {
                    "id": name,
                    "what": entry["what"],
                    "flips": entry["flips"],
                    "scenario": change,
                }
            )
    return found


def scenario_of(opened: edition.Edition, statements: list[str]) -> Scenario:
    """What the statements change."""
    schema = database.table_columns(opened.connection)
    touched = [
        t
        for t in schema
        if any(
            re.match(rf"\s*(update|insert\s+into|delete\s+from)\s+{t}\b", s, re.I)
            for s in statements
        )
    ]
    with alterations.altered(opened.connection, statements):
        tables = alterations.export_tables(opened.connection, touched)
    change = {"p": {}, "t": {}}
    for name in touched:
        difference = difference_of(opened.tables[name], tables[name], schema[name])
        if name == "parameters":
            change["p"] = {key: cells["value"] for key, cells in difference["set"]}
        elif any(difference.values()):
            change["t"][name] = difference
    return change


def difference_of(
    was: database.Table, now: database.Table, columns: list[database.Column]
) -> TableScenario:
    """Two states of a table, matched by key."""
    before = {database.row_key(columns, row): row for row in was.rows}
    after = {database.row_key(columns, row): row for row in now.rows}
    changed = [
        [key, {c: v for c, v, old in zip(now.columns, after[key], before[key]) if v != old}]
        for key in before
        if key in after and after[key] != before[key]
    ]
    return {
        "set": changed,
        "cut": [k for k in before if k not in after],
        "add": [list(row) for key, row in after.items() if key not in before],
    }


def altered_tables(
    tables: dict[str, database.Table], scenario: Scenario, schema: dict
) -> dict[str, database.Table]:
    """The tables that a scenario changes, whole: rows of the edition in their order, rows added at
    the end.
    """
    found = {}
    changes = dict(scenario["t"])
    if scenario["p"]:
        changes["parameters"] = {
            "set": [[name, {"value": value}] for name, value in scenario["p"].items()],
            "cut": [],
            "add": [],
        }
    for name, change in changes.items():
        table, cells, cut = tables[name], dict(change["set"]), set(change["cut"])
        keyed = [(database.row_key(schema[name], row), row) for row in table.rows]
        rows = [
            tuple(cells.get(key, {}).get(c, v) for c, v in zip(table.columns, row))
            for key, row in keyed
            if key not in cut
        ]
        found[name] = database.Table(
            name, table.columns, [*rows, *map(tuple, change["add"])], [], f"{name}.csv"
        )
    return found


# Files


def write(opened: edition.Edition, folder: Path) -> None:
    """Write the live page's files into `folder` (the site's assets). Same edition, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    at_once, later = parted(pack(opened))
    for name, variable, content in (
        ("live-data.js", "briefLiveData", at_once),
        ("live-later.js", "briefLiveLater", later),
    ):
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / name).write_text(
            f"window.{variable}={json.dumps(squeezed(text.encode()))};\n", encoding="utf-8"
        )
    for name, text in scripts().items():
        (folder / name).write_text(text, encoding="utf-8")


def parted(whole: dict) -> tuple[dict, dict]:
    """What the page loads on the click, and the rows of the tables that come whole when they are
    asked for: {table: rows}.
    """
    tables = dict(whole["tables"])
    for name, instead in LATER.items():
        table = tables[name]
        names = [column["name"] for column in table["columns"]]
        light = [[instead.get(n, value) for n, value in zip(names, row)] for row in table["rows"]]
        tables[name] = table | {"rows": light if instead else []}
    rows = {name: whole["tables"][name]["rows"] for name in LATER}
    return whole | {"tables": tables, "later": list(LATER)}, rows


def scripts() -> dict[str, str]:
    """The scripts that do not depend on the data, by file name."""
    read = lambda path: path.read_text(encoding="utf-8")
    engine = paths.NODE_MODULES / "sql.js" / "dist"
    glue = read(engine / "sql-wasm.js")
    modules = "\n".join(read(SOURCES / name) for name in MODULES)
    return {
        "live-start.js": read(SOURCES / "start.js"),
        "live.css": read(SOURCES / "live.css"),
        "live.js": f'(() => {{\n"use strict";\n{modules}\n}})();\n',
        # Functions, so that their text can become a worker's: a worker from a Blob needs no file of
        # its own.
        "live-engine.js": "window.briefSqlGlue=function(){var "
        f"module={{exports:{{}}}},exports=module.exports;{glue}\nreturn "
        f"initSqlJs;}};\n{read(SOURCES / 'engine.js')}\n"
        f"window.briefSqlBytes={json.dumps(squeezed((engine / 'sql-wasm.wasm').read_bytes()))};\n",
    }


def squeezed(content: bytes) -> str:
    """Bytes as gzip in base64: script files carry them to file:// as well, and small from a server
    that compresses nothing.
    """
    packer = zlib.compressobj(
        9, zlib.DEFLATED, 31
    )  # gzip.compress writes another header since Python 3.13
    return base64.b64encode(packer.compress(content) + packer.flush()).decode()

"""Rows that are totals of other rows: refused, since the book adds up by itself and would count
people twice.

A total shows itself in three ways: by a word where a year or a place should stand, by a code that
is no country's, and by its numbers, which are the sum of the rows beside it. What is looked at in
each table is declared in `TABLES`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from brief.tables.inputs import MAX_PROBLEMS, Column, Table
from brief.words import Problem

HELP = "Leave totals out: the book adds up by itself, and would count these people twice."
MAX_WORDS = 80  # characters of a cell that may be a total's name; a longer one is a sentence

TOTAL_WORDS = frozenset(
    """
    all everything everyone world worldwide global globally overall sum sums
    total tot ttl cumulative altogether combined aggregate aggregates
    gesamt insgesamt summe gesamtsumme ensemble totaux totale totales totalt итого всего
    합계 총계 총합계 계 소계 누계 전체 총합 총수 합산 누적
    전세계 세계 总计 合计 小计 總計 合計 小計 総計 全体 总数
    σ ∑
    """.split()
)
TOTAL_PHRASE = re.compile(
    r"(the )?((grand|sub|over all|running|world|worldwide|global|annual|yearly|all) ?)?totals?( s)?"
    r"( (of|for|in|all|persons|people|countries|world|worldwide|[12][0-9]{3}\b).*)?"
    r"|(grand|sub|running) ?(sums?|totals?)"
    r"|sum (of|total)\b.*"
    r"|(the )?(whole|entire) world|in (all|total)|all together"
    r"|all (the )?(asylum |host "
    r")?(countries|states|places|regions|years|quarters|months|groups|categories|ages|kinds"
    r"|origins|destinations|nationalities|provinces|persons|people|rows)( combined| together)?"
)
KOREAN_TOTAL = re.compile(
    r"[(]?(남녀|연도별|국가별|전체|총)?"
    r"(합계|총계|소계|누계|총합)[)]?(인원|명)?"
)

# ISO 3166-1 alpha-3, all 249 officially assigned codes, and XKX, in wide use for Kosovo.
COUNTRY_CODES = frozenset(
    """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD
    BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR
    COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH
    ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL
    GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR
    JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR
    MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL
    NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY
    PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP
    SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA
    UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE XKX
    """.split()
)


@dataclass(frozen=True)
class Checks:
    """Where a table could hold a total.

    `labels`: columns beside the key in which its name would stand. `codes`: the column of ISO 3166
    alpha-3 codes. `group` and `counts`: the key column whose rows could be added up, and the
    columns that count them.
    """

    labels: tuple[str, ...] = ()
    codes: str = ""
    group: str = ""
    counts: tuple[str, ...] = ()


WORDS = Checks()  # the words alone, in every column of the key
TABLES = {
    "arrivals_korea_yearly": WORDS,
    "arrivals_korea_early": WORDS,
    "arrivals_korea_1999_2001": WORDS,
    "arrivals_korea_quarterly": WORDS,
    "arrivals_korea_checkpoints": WORDS,
    "admissions_us": WORDS,
    "admissions_us_checkpoints": WORDS,
    "admissions_us_by_state": Checks(group="state", counts=("persons",)),
    "asylum_national": Checks(group="country", counts=("persons", "persons_low", "persons_high")),
    "defectors_abroad": WORDS,
    "refugee_stock_unhcr": Checks(
        ("country",), "country_code", "country_code", ("refugees", "asylum_seekers")
    ),
    "asylum_decisions_unhcr": Checks(
        ("country",),
        "country_code",
        "country_code",
        ("applications", "recognized", "other_protection", "rejected", "closed", "decisions"),
    ),
    "profile_korea": Checks(group="category", counts=("male", "female", "value")),
    "settlement_grants": WORDS,
    "option_costs": WORDS,
    "third_country_children": WORDS,
    "trafficking_shares": WORDS,
    "returns_known_yearly": WORDS,
    "returns_known_checkpoints": WORDS,
    "routes": Checks(group="place", counts=("persons", "persons_low", "persons_high")),
    "broker_prices": WORDS,
    "relations_timeline": WORDS,
    "trade_china": WORDS,
    "agreement_un": WORDS,
    "votes_general_assembly": WORDS,
    "votes_general_assembly_by_country": Checks(labels=("country",)),
    "votes_security_council": WORDS,
    "budget_korea": WORDS,
    "arrivals_planned": WORDS,
    "inter_korean": WORDS,
    "talks_korea_totals": WORDS,
    "stance_korea": WORDS,
    "attention_us": WORDS,
    "tweets_us_monthly": WORDS,
    "crossings_military_line": WORDS,
    "opinion": WORDS,
    "north_koreans_in_russia": WORDS,
    "weapons_tests": WORDS,
    "provocations": WORDS,
    "grants_us": WORDS,
}
EXEMPT = {
    "sources": "its rows are documents; nothing in it is added up",
    "parameters": "its rows are choices; nothing in it is added up",
    "repatriation_episodes": "its key has a form of its own (E01), which no total has",
    "repatriation_estimates": "its key has a form of its own (R01), and cumulative "
    "counts are its matter",
    "testimony_counts": "its key has a form of its own (T01), and counts of records are its matter",
    "legal_instruments": "its rows are texts of law; nothing in it is counted",
    "border_measures": "its key holds sentences, and its values have units that do not add up",
    "policy_us": "its key holds sentences, and its values have units that do not add up",
    "deterrence": "its key holds sentences, each of them one dated event",
    "events_since_2018": "its rows are events in sentences; nothing in it is counted",
    "disagreements": "it sets totals beside parts on purpose, and is not added up",
    "corrections": "its rows are corrections; nothing in it is counted",
    "readings": "its rows say where figures stand; nothing in it is counted",
}
# published rows whose key holds such a word and that are no totals: a ratio of everybody
NO_TOTAL = {
    ("profile_korea", "category", "all"): ("indicator", "wage ratio to general population"),
}


def words_of(text: str) -> str:
    """A cell without case, width, brackets, colons and double spaces: "(TOTAL :)" is "total"."""
    text = unicodedata.normalize("NFKC", text[: MAX_WORDS * 2]).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", text.replace("∑", "σ")).split())


def is_total(text: str) -> bool:
    """Whether a cell names a total of other rows."""
    if not text.strip() or len(text) > MAX_WORDS:
        return False
    words = words_of(text)
    together = words.replace(" ", "")
    return bool(
        words in TOTAL_WORDS
        or together in TOTAL_WORDS
        or TOTAL_PHRASE.fullmatch(words)
        or KOREAN_TOTAL.fullmatch(together)
    )


def set_apart(
    name: str, rows: list[tuple[int, dict]], columns: list[Column], file: str
) -> tuple[list[tuple[int, dict]], list[Problem]]:
    """The rows ({column: text}, with their numbers) without those that a word or a code shows to be
    totals, and these as problems.
    """
    checks = TABLES.get(name)
    if checks is None:
        return rows, []
    named = [c.name for c in columns if c.key or c.name in checks.labels]
    kept, problems = [], []
    for number, cells in rows:
        problem = total_by_name(name, cells, named, checks, file, number)
        if problem is None:
            kept.append((number, cells))
        elif len(problems) < MAX_PROBLEMS:
            problems.append(problem)
    return kept, problems


def total_by_name(
    name: str, cells: dict[str, str], named: list[str], checks: Checks, file: str, number: int
) -> Problem | None:
    """What shows a row to be a total: a word in one of the named columns, or a code that is no
    country's.
    """
    for column in named:
        if is_total(cells[column]) and not is_published(name, cells, column):
            found = f"a row of totals ({cells[column].strip()!r})"
            allowed = "rows of one year, place or group each"
            return Problem(file, found, allowed, number, column, HELP)
    code = cells[checks.codes].strip() if checks.codes else ""
    if re.fullmatch("[A-Z]{3}", code) and code not in COUNTRY_CODES:
        found = f"{code!r}, which is no country's code (a total, a group of countries, or unknown)"
        return Problem(file, found, "ISO 3166 codes, as AUS", number, checks.codes, HELP)
    return None


def is_published(name: str, cells: dict[str, str], column: str) -> bool:
    """Whether the published table holds this word in this place, where it means no total."""
    beside = NO_TOTAL.get((name, column, cells[column].strip()))
    return beside is not None and cells[beside[0]].strip() == beside[1]


def sums(table: Table, columns: list[Column], file: str) -> list[Problem]:
    """The rows that are the sum of the other rows of their group, by every count that they fill."""
    checks = TABLES.get(table.name)
    if checks is None or not checks.group:
        return []
    place = {column: index for index, column in enumerate(table.columns)}
    beside = [c.name for c in columns if c.key and c.name != checks.group]
    if "unit" in place:
        beside.append("unit")
    counts = [place[column] for column in checks.counts]
    groups = defaultdict(list)
    for number, row in zip(table.lines, table.rows):
        groups[tuple(row[place[column]] for column in beside)].append((number, row))
    problems = []
    for key, members in groups.items():
        whole = [sum(row[index] or 0 for _, row in members) for index in counts]
        filled = [sum(bool(row[index]) for _, row in members) for index in counts]
        for number, row in members:
            if is_sum([row[index] for index in counts], whole, filled):
                of = ", ".join(str(part) for part in key if part is not None) or "the table"
                found = f"a row that is the sum of the other {len(members) - 1} rows of {of}"
                allowed = "rows of one place or group each"
                problems.append(Problem(file, found, allowed, number, checks.group, HELP))
    return problems[:MAX_PROBLEMS]


def is_sum(values: list, whole: list, filled: list[int]) -> bool:
    """Whether a row's counts are half of their group's (the other half being its parts), beyond
    coincidence.

    Counts of a few people coincide now and then, the more so rounded to five: three different sums
    are asked for, or two of three parts at least, or one of three parts and fifty people at least.
    """
    if any(v is not None and abs(2 * v - w) > 1e-6 * abs(w) for v, w in zip(values, whole)):
        return False
    different = {value for value in values if value}
    parts = max((f - 1 for v, f in zip(values, filled) if v), default=0)
    if parts < 2:
        return False
    if parts == 2:
        return len(different) >= 3
    return len(different) >= 2 or (bool(different) and max(different) >= 50)

"""The tables in data/ hold what their manifests say, add up where they must, and name nobody.

Every rule is a function that returns what is wrong, in words. One test asks it about the published tables, another
feeds it something broken and sees it object.
"""

from __future__ import annotations

import csv
import hashlib
import re

import apsw
import pandas
import pytest
import yaml

from brief import paths
from brief.tables import schema

DATA = paths.DATA
SCHEMA = DATA.parent / "analysis" / "schema.sql"
NAMES = sorted(path.stem for path in DATA.glob("*.csv"))
TABLES = [name for name in NAMES if name not in ("sources", "parameters")]
PROVENANCE = ["source_id", "confidence", "note"]
MANIFEST_KEYS = {
    "title",
    "description",
    "key",
    "columns",
    "license",
    "must_not_be_concluded",
    "rows",
    "sha256",
    "updated",
}

# Two roll calls of the data set differ by one vote from the counts published elsewhere (disagreements unga_2007 and
# unga_2009): (for, against, abstaining) by country less recorded. When a source is fixed this stops being true.
ROLL_CALL_DIFFERENCES = {"A/RES/62/167": (1, 0, -1), "A/RES/64/175": (-1, 0, 0)}

# Officials, politicians, published authors and heads of groups. Anybody else who looks like a person is refused.
PUBLIC_FIGURES = {
    "Kim Jong-il",
    "Kim Jong-un",
    "Kim Jong Un",
    "Kim Jung Un",
    "Kim Yo-jong",
    "Roh Tae-woo",
    "Kim Young-sam",
    "Kim Dae-jung",
    "Roh Moo-hyun",
    "Lee Myung-bak",
    "Park Geun-hye",
    "Moon Jae-in",
    "Yoon Suk-yeol",
    "Lee Jae-myung",
    "Hwang Jang-yop",
    "Choe Ryong Hae",
    "Lee Jung-hoon",
    "Lee Shin-wha",
    "Park Byeong-seug",
    "Jang Se-yul",
    "Yoon Yeo-sang",
    "Jeong Il Young",
}
SURNAMES = (
    "Ahn|An|Bae|Baek|Chang|Cho|Choe|Choi|Chung|Ha|Han|Hong|Hwang|Hyeon|Hyon|Jang|Jeong|Ji|Jo|Joo|Jung|Kang|Kim|Ko|Kwon|"
    "Lee|Lim|Min|Moon|Nam|Noh|O|Oh|Pae|Paek|Pak|Park|Ri|Roh|Ryu|Seo|Shin|Sin|So|Son|Song|Thae|Tae|Yang|Yi|Yoo|Yoon|Yu"
)
KOREAN_NAME = re.compile(rf"\b(?:{SURNAMES}) (?:[A-Z][a-z]+-[a-z]+|[A-Z][a-z]+ [A-Z][a-z]+)\b")
AGE_OR_HOME = re.compile(
    r"\b\d{1,2}-year-old\b|\baged \d\d\b(?!-)|\b(?:born in|hometown|native of)\b", re.I
)
# A group that is counted, as the schools count theirs, traces nobody: many children, or a number of them.
COUNTED_GROUP = re.compile(
    r"(?:\b(?:children|children of defectors|pupils|those|share|percent)(?: in \d{4})?|\b\d[\d,]*(?: of (?:them|[\d,]+))?) (?:not )?"
    r"born in (?:the North|the South|China|other|(?:a )?third countr(?:y|ies)|3rd countries)\b",
    re.I,
)


def rows_of(name: str) -> list[dict]:
    """The rows of a table as text, cell by cell, as people wrote them."""
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def manifest_of(name: str) -> dict:
    return yaml.safe_load((DATA / f"{name}.yml").read_text(encoding="utf-8"))


def numbers(name: str) -> pandas.DataFrame:
    """A table with its numbers as numbers and its holes as missing values."""
    return pandas.read_csv(DATA / f"{name}.csv", keep_default_na=False, na_values=[""])


def insert(database: apsw.Connection, name: str, rows: list[dict]) -> None:
    """Insert rows as the schema allows it: an empty cell is a hole."""
    for row in rows:
        marks = ", ".join("?" * len(row))
        database.execute(
            f"insert into {name} ({', '.join(row)}) values ({marks})",
            [value or None for value in row.values()],
        )


def load(tables: dict[str, list[dict]]) -> apsw.Connection:
    """A database with these tables in it, the sources first."""
    database = apsw.Connection(":memory:")
    database.execute(schema.completed(SCHEMA.read_text(encoding="utf-8")))
    for name in sorted(tables, key=lambda name: name != "sources"):
        insert(database, name, tables[name])
    return database


@pytest.fixture(scope="module")
def published() -> dict[str, list[dict]]:
    return {name: rows_of(name) for name in NAMES}


@pytest.fixture(scope="module")
def loaded(published) -> apsw.Connection:
    return load(published)


# Manifests


def manifest_problems(name: str, manifest: dict, header: list[str], raw: bytes) -> list[str]:
    """What a manifest says that its table does not bear out."""
    found = [f"no {key}" for key in sorted(MANIFEST_KEYS - set(manifest))]
    if list(manifest.get("columns", {})) != header:
        found.append(f"columns {list(manifest.get('columns', {}))} but the table has {header}")
    found += [
        f"column {column} without unit or meaning"
        for column, entry in manifest.get("columns", {}).items()
        if not (entry.get("unit") and entry.get("meaning"))
    ]
    if manifest.get("sha256") != hashlib.sha256(raw).hexdigest():
        found.append("another sha256 than the file's")
    if b"\r" in raw or not raw.endswith(b"\n"):
        found.append("line ends other than LF")
    if not manifest.get("must_not_be_concluded"):
        found.append("nothing that must not be concluded")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_manifest_describes_the_table(name, published):
    raw = (DATA / f"{name}.csv").read_bytes()
    found = manifest_problems(
        name, manifest_of(name), raw.decode("utf-8").splitlines()[0].split(","), raw
    )
    if manifest_of(name).get("rows") != len(published[name]):
        found.append(f"rows: is {len(published[name])}")
    assert not found, (
        f"data/{name}.yml: {'; '.join(found)}. Mend the manifest; the hash is printed by: sha256sum data/{name}.csv"
    )


def test_manifest_of_a_changed_table_is_refused():
    raw = (DATA / "routes.csv").read_bytes()
    header = raw.decode("utf-8").splitlines()[0].split(",")
    manifest = manifest_of("routes")
    assert manifest_problems("routes", manifest, header, raw + b"x\n") == [
        "another sha256 than the file's"
    ]
    assert manifest_problems("routes", manifest, header[1:], raw)[0].startswith("columns ")
    assert manifest_problems("routes", {**manifest, "must_not_be_concluded": []}, header, raw) == [
        "nothing that must not be concluded"
    ]


def test_manifests_name_known_disagreements(published):
    known = {row["disagreement_id"] for row in published["disagreements"]}
    listed = {name: set(manifest_of(name).get("disagreements", [])) for name in TABLES}
    unknown = {name: sorted(ids - known) for name, ids in listed.items() if ids - known}
    unlisted = {
        row["disagreement_id"]
        for row in published["disagreements"]
        if row["subject"] not in listed or row["disagreement_id"] not in listed[row["subject"]]
    }
    assert not unknown and not unlisted, (
        f"unknown {unknown}, not listed by their table {sorted(unlisted)}. "
        "Mend `disagreements:` in the manifest of the table that `subject` names."
    )


# Provenance


def test_tables_match_the_schema(loaded):
    declared = {
        name for (name,) in loaded.execute("select name from sqlite_schema where type = 'table'")
    } - {"row_sources"}
    assert declared == set(NAMES), (
        f"only one side has {sorted(declared ^ set(NAMES))}. Add the table to analysis/schema.sql, or the file to data/."
    )
    for name in NAMES:
        columns = [row[1] for row in loaded.execute(f"pragma table_info({name})")]
        header = list(rows_of(name)[0])
        assert columns == header, (
            f"data/{name}.csv has {header}, the schema {columns}. Give both the same columns in the same order."
        )
        assert name not in TABLES or header[-3:] == PROVENANCE, (
            f"data/{name}.csv must end with {PROVENANCE}. Add the columns."
        )


def test_every_row_rests_on_a_source(loaded, published):
    for name in TABLES:
        (linked,) = loaded.execute(
            "select count(distinct row_key) from row_sources where table_name = ?", (name,)
        ).fetchone()
        assert linked == len(published[name]), (
            f"{name}: {len(published[name])} rows, {linked} with sources. Fill source_id in data/{name}.csv."
        )


def orphans(tables: dict[str, list[dict]]) -> list[str]:
    """Sources that no row of any table rests on."""
    used = {
        source
        for name in tables
        if name not in ("sources", "parameters")
        for row in tables[name]
        for source in row["source_id"].split(";")
    }
    return sorted({row["source_id"] for row in tables["sources"]} - used)


def test_no_source_is_an_orphan(published):
    assert not orphans(published), (
        f"unused: {orphans(published)}. Cite them in a row, or take them out of data/sources.csv."
    )
    extra = {**published, "sources": [*published["sources"], {"source_id": "nobody_cites_me"}]}
    assert orphans(extra) == ["nobody_cites_me"]


UNSOURCED = re.compile(
    r"\brecall\b|\bfrom memory\b|\bunverified\b|\bnot verified\b|\bassumed\b|\bto be checked\b",
    re.I,
)


def unsourced(rows: list[dict]) -> list[str]:
    """Cells that own up to having no source."""
    return [
        f"{column}: {value}"
        for row in rows
        for column, value in row.items()
        if UNSOURCED.search(value or "")
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stands_from_memory(name, published):
    assert not unsourced(published[name]), (
        f"data/{name}.csv: {unsourced(published[name])[:3]}. Find a source, or empty the cell."
    )


def test_a_remembered_cell_is_seen():
    assert (
        unsourced([{"note": "day is recall"}])
        and unsourced([{"note": "from memory"}])
        and not unsourced([{"note": "recalled ambassador"}])
    )


BROKEN = {
    "unknown source": (
        "arrivals_korea_yearly",
        {"source_id": "nobody_2020", "confidence": "one_source"},
        "FOREIGN KEY",
    ),
    "remembered": ("arrivals_korea_yearly", {"confidence": "recall"}, "confidence_is_known"),
    "no source": ("arrivals_korea_yearly", {"source_id": ""}, "NOT NULL"),
    "two sources that are one": (
        "arrivals_korea_yearly",
        {"source_id": "newsis_2026"},
        "two_sources_are_named",
    ),
    "women and men do not add up": (
        "arrivals_korea_yearly",
        {"female": "216"},
        "women_and_men_add_up",
    ),
    "fewer than none": (
        "arrivals_korea_yearly",
        {"persons": "-1", "male": "", "female": ""},
        "persons_not_negative",
    ),
    "text for a number": ("arrivals_korea_yearly", {"persons": "many"}, "cannot store TEXT"),
    "the same year twice": ("arrivals_korea_yearly", {"year": "2024"}, "UNIQUE"),
    "a day that does not exist": (
        "arrivals_korea_checkpoints",
        {"date": "2023-02-30"},
        "date_is_an_iso_date",
    ),
    "returned and let go": (
        "repatriation_episodes",
        {"event_id": "E99", "was_let_go": "1", "outcome": "returned_to_dprk"},
        "let_go_follows_from_outcome",
    ),
    "low above high": (
        "repatriation_episodes",
        {"event_id": "E99", "persons_low": "9", "persons_high": "2"},
        "persons_low_not_above_persons_high",
    ),
    "a parameter out of range": (
        "parameters",
        {"name": "another", "value": "99999"},
        "value_within_min_and_max",
    ),
    "half a year": (
        "parameters",
        {"name": "another", "value": "2002.5"},
        "value_is_whole_where_it_must_be",
    ),
    "a note without end": (
        "routes",
        {"place": "Elsewhere", "note": "x" * 1001},
        "note_not_too_long",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_schema_refuses(case, loaded, published):
    name, change, words = BROKEN[case]
    row = {
        **published[name][0],
        **({"year": "2099"} if name == "arrivals_korea_yearly" else {}),
        **change,
    }
    loaded.execute("savepoint before")
    try:
        with pytest.raises(apsw.ConstraintError, match=words):
            insert(loaded, name, [row])
    finally:
        loaded.execute("rollback to before")


# Sums


def cumulative(year: int, column: str = "persons") -> int:
    """All arrivals in South Korea since 1953 to the end of a year, from the yearly and the early table."""
    yearly, early = numbers("arrivals_korea_yearly"), numbers("arrivals_korea_early")
    return int(early[column].sum() + yearly[yearly.year <= year][column].sum())


def test_arrivals_add_up_to_the_published_total():
    total = {column: cumulative(2025, column) for column in ("persons", "male", "female")}
    assert total == {"persons": 34537, "male": 9593, "female": 24944}, (
        f"{total}. Compare data/arrivals_korea_yearly.csv and _early.csv with the newest release."
    )


def test_three_single_years_add_up_to_their_block():
    block = numbers("arrivals_korea_early").query("period_from == 1999").persons.item()
    assert numbers("arrivals_korea_1999_2001").persons.sum() == block, (
        "Mend data/arrivals_korea_1999_2001.csv."
    )


def test_dated_totals_agree_with_the_years():
    points = numbers("arrivals_korea_checkpoints").query("is_provisional == 0")
    wrong = [
        (p.date, column, int(p[column]), cumulative(int(p.date[:4]), column))
        for _, p in points.iterrows()
        for column in ("persons", "male", "female")
        if p.date.endswith("-12-31")
        and pandas.notna(p[column])
        and p[column] != cumulative(int(p.date[:4]), column)
    ]
    assert not wrong, (
        f"(date, column, dated total, years added up): {wrong}. Mend data/arrivals_korea_checkpoints.csv or the years."
    )


def test_dated_totals_grow_by_the_year_to_date():
    points = (
        numbers("arrivals_korea_checkpoints")
        .query("is_provisional == 0 and date >= '2016'")
        .dropna(subset=["persons", "year_to_date_persons"])
    )
    wrong = [
        (p.date, int(p.persons - p.year_to_date_persons), cumulative(int(p.date[:4]) - 1))
        for p in points.itertuples()
        if p.persons - p.year_to_date_persons != cumulative(int(p.date[:4]) - 1)
    ]
    assert len(points) > 10 and not wrong, (
        f"(date, total less year to date, end of the year before): {wrong}. Mend data/arrivals_korea_checkpoints.csv."
    )


def test_full_quarters_add_up_to_the_year():
    quarters, yearly = (
        numbers("arrivals_korea_quarterly"),
        numbers("arrivals_korea_yearly").set_index("year"),
    )
    full = {
        year: group
        for year, group in quarters.groupby("year")
        if group.persons.notna().all() and len(group) == 4
    }
    assert sorted(full) == [2019, 2020, 2021, 2022, 2023, 2024], (
        f"full years are {sorted(full)}. Fill the quarter, then list the year here."
    )
    wrong = [
        (year, column)
        for year, group in full.items()
        for column in ("persons", "male", "female")
        if group[column].notna().all() and group[column].sum() != yearly.loc[year, column]
    ]
    assert not wrong, f"quarters and year differ: {wrong}. Mend data/arrivals_korea_quarterly.csv."


def test_fiscal_years_add_up_to_the_dated_totals():
    fiscal = numbers("admissions_us").query("basis == 'fiscal_year'").set_index("year").persons
    points = numbers("admissions_us_checkpoints")
    ends = points[points.date.str.endswith("-09-30")]
    wrong = [
        (p.date, p.persons, fiscal.loc[: int(p.date[:4])].sum())
        for p in ends.itertuples()
        if fiscal.loc[: int(p.date[:4])].sum() != p.persons
    ]
    assert len(ends) >= 5 and not wrong, (
        f"(date, dated total, years added up): {wrong}. Mend data/admissions_us.csv."
    )
    assert points.set_index("date").persons.is_monotonic_increasing, (
        "A cumulative total falls. Mend data/admissions_us_checkpoints.csv."
    )


def test_states_add_up_to_the_dated_total():
    total = numbers("admissions_us_checkpoints").set_index("date").persons["2015-11-18"]
    assert numbers("admissions_us_by_state").persons.sum() == total, (
        "Mend data/admissions_us_by_state.csv."
    )


def test_known_returns_add_up_to_the_published_total():
    total = numbers("returns_known_checkpoints").query("measure == 'since 2012'").persons.item()
    assert numbers("returns_known_yearly").persons.sum() == total, (
        "The two zeros rest on this sum. Mend data/returns_known_yearly.csv."
    )


# Votes


def roll_call_differences() -> dict[str, tuple[int, int, int]]:
    """By resolution: votes by country less the recorded count, where they are not the same."""
    cast = (
        numbers("votes_general_assembly_by_country")
        .groupby(["resolution", "vote"])
        .size()
        .unstack(fill_value=0)
    )
    recorded = (
        numbers("votes_general_assembly").query("body == 'UNGA plenary'").set_index("resolution")
    )
    missing = set(cast.index) - set(recorded.index)
    assert not missing, (
        f"no recorded count for {sorted(missing)}. Add it to data/votes_general_assembly.csv."
    )
    found = {
        r: tuple(int(cast.loc[r, v] - recorded.loc[r, v]) for v in ("yes", "no", "abstain"))
        for r in cast.index
    }
    return {resolution: difference for resolution, difference in found.items() if any(difference)}


def test_roll_calls_differ_only_as_declared():
    assert roll_call_differences() == ROLL_CALL_DIFFERENCES, (
        f"{roll_call_differences()}. If a source was fixed, take the disagreement out of data/disagreements.csv and ROLL_CALL_DIFFERENCES."
    )


def test_votes_fit_the_body():
    votes = numbers("votes_general_assembly")
    members = {
        "UNGA plenary": 193,
        "UNGA Third Committee": 193,
        "UN Commission on Human Rights": 53,
        "ECOSOC": 54,
        "UN Human Rights Council": 47,
    }
    cast = votes[["yes", "no", "abstain"]].sum(axis=1)
    wrong = votes[cast > votes.body.map(members)]
    assert wrong.empty, (
        f"more votes than members: {wrong[['body', 'year']].values.tolist()}. Mend data/votes_general_assembly.csv."
    )


# Corrections and disagreements


def broken_corrections(corrections: list[dict], tables: dict[str, list[dict]]) -> list[str]:
    """Corrections whose value does not stand in the cell they name."""
    found = []
    for entry in corrections:
        key = manifest_of(entry["table_name"])["key"]
        cells = [
            row[entry["column_name"]]
            for row in tables[entry["table_name"]]
            if "|".join(row[k] for k in key) == entry["row_key"]
        ]
        if cells != [entry["value_used"]] or entry["value_in_source"] == entry["value_used"]:
            found.append(
                f"{entry['correction_id']}: {entry['table_name']} {entry['row_key']} {entry['column_name']} is {cells}, expected {entry['value_used']}"
            )
    return found


def test_corrections_stand_in_their_cells(published):
    found = broken_corrections(published["corrections"], published)
    assert not found, (
        f"{found}. Put the value back, or close the entry in data/corrections.csv when the source is fixed."
    )
    undone = [
        {**entry, "value_used": entry["value_in_source"]} for entry in published["corrections"]
    ]
    assert len(broken_corrections(undone, published)) == len(undone)


def test_disagreements_have_two_sides(published):
    sides = (
        pandas.DataFrame(published["disagreements"])
        .groupby("disagreement_id")
        .agg(rows=("who", "size"), subjects=("subject", "nunique"), subject=("subject", "first"))
    )
    wrong = sides[(sides.rows < 2) | (sides.subjects > 1) | ~sides.subject.isin(TABLES)]
    assert wrong.empty, (
        f"{wrong.index.tolist()}. Give every disagreement in data/disagreements.csv two rows and one table."
    )


# People


def private_persons(text: str) -> list[str]:
    """What looks like a Korean personal name outside the list of public figures, or like a trace of one person."""
    return [m for m in KOREAN_NAME.findall(text) if m not in PUBLIC_FIGURES] + [
        m.group(0) for m in AGE_OR_HOME.finditer(COUNTED_GROUP.sub("", text))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_private_person_is_named(name):
    text = (DATA / f"{name}.csv").read_text(encoding="utf-8") + (DATA / f"{name}.yml").read_text(
        encoding="utf-8"
    )
    found = private_persons(text)
    assert not found, (
        f"data/{name}: {found}. Take the name out, or add a public figure to PUBLIC_FIGURES with care."
    )


def test_a_private_name_is_seen():
    assert private_persons("Kim Chol Su crossed") == ["Kim Chol Su"]
    assert private_persons("Ri Yong-hui, a 24-year-old") == ["Ri Yong-hui", "24-year-old"]
    assert private_persons("Hwang Jang-yop left Beijing") == []
    assert (
        private_persons("in 2019 a woman born in the North, and one born in China")
        == ["born in"] * 2
    )
    assert private_persons("1,257 of the pupils born in third countries") == []


def test_no_state_singles_out_a_few():
    states = numbers("admissions_us_by_state")
    assert states.persons.min() >= 5, (
        "Pool states with fewer than five arrivals in data/admissions_us_by_state.csv."
    )

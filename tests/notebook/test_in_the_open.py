"""A chapter shows its work: charts over DataFrames, and every number of a claim by two roads."""

from __future__ import annotations

import random

import pytest

from brief.editions import edition
from brief.site import live
from brief.tables import database
from brief.words import InputError
from tests import random_alterations
from tests.notebook import in_the_open

EDITIONS = 12  # altered at random, for each chapter


@pytest.fixture(scope="module")
def published(opened) -> dict[str, in_the_open.Run]:
    return {name: in_the_open.run(name, opened) for name in in_the_open.NAMES}


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_every_value_that_data_decide_has_a_second_road(opened, published, name):
    wanted = {
        key
        for key, claim in opened.claims.items()
        if claim.entry["chapter"] == name and claim.value is not None
    }
    assert wanted and not wanted - set(published[name].agreements)


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_both_roads_lead_to_one_number_on_published_data(published, name):
    found = published[name].agreements.values()
    assert [a.sentence for a in found if a.agrees is False] == []
    assert sum(a.agrees is True for a in found) >= 10


def tables_behind(opened, name: str, done: in_the_open.Run) -> list[str]:
    """The tables that a chapter's cells read, by either road, but for those that all others need."""
    numbers = f"numbers_{name[3:]}"
    read = {t for v in {numbers, *done.views} for t in database.tables_read(opened.connection, v)}
    found = sorted(read - set(edition.NEEDED))
    assert len(found) >= 5
    return found


def emptied(opened, table: str) -> edition.Edition:
    columns = opened.tables[table].columns
    return edition.edition_with({table: database.Table(table, columns, [], [], f"{table}.csv")})


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_an_empty_table_leaves_specs_and_agreement(opened, published, name):
    for table in tables_behind(opened, name, published[name]):
        done = in_the_open.run(name, emptied(opened, table))
        assert done.disagreements == [], table
        assert done.specs == published[name].specs, table


def unknown_throughout(opened, table: str) -> edition.Edition | None:
    """The edition in which a table says nothing beyond its key, as far as the schema allows; None
    where that is not at all.
    """
    columns = database.table_columns(opened.connection)[table]
    stays = ("confidence", "source_id")
    emptied_columns = [c.name for c in columns if not (c.required or c.key or c.name in stays)]
    known = opened.tables[table]
    for names in (emptied_columns, [n for n in emptied_columns if n != "note"]):
        rows = [
            tuple(None if name in names else cell for name, cell in zip(known.columns, row))
            for row in known.rows
        ]
        changed = database.Table(table, known.columns, rows, [], f"{table}.csv")
        try:
            return edition.edition_with({table: changed}) if names else None
        except InputError:
            continue
    return None


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_a_table_of_unknowns_leaves_specs_and_agreement(opened, published, name):
    tried = 0
    for table in tables_behind(opened, name, published[name]):
        altered = unknown_throughout(opened, table)
        if altered is None or altered.is_published:
            continue
        done = in_the_open.run(name, altered)
        assert done.disagreements == [], table
        assert done.specs == published[name].specs, table
        tried += 1
    assert tried >= 3


def altered_at_random(opened, seed: str) -> list[edition.Edition]:
    """Some editions that the schema takes."""
    schema = database.table_columns(opened.connection)
    scenarios = random_alterations.generate(opened.tables, schema)
    random.Random(seed).shuffle(scenarios)
    found = []
    for scenario in scenarios:
        try:
            found.append(edition.edition_with(live.altered_tables(opened.tables, scenario, schema)))
        except InputError:
            continue
        if len(found) == EDITIONS:
            break
    return found


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_both_roads_agree_on_altered_editions(opened, published, name):
    editions = altered_at_random(opened, name)
    assert len(editions) == EDITIONS
    for altered in editions:
        done = in_the_open.run(name, altered)
        assert done.disagreements == [], altered.differs_in
        assert done.specs == published[name].specs, altered.differs_in


# Editions at which the SQL once went another way than pandas, or may


def rows_with(opened, table: str, picks, **values) -> edition.Edition:
    """The edition in which the rows that `picks(row)` picks hold these values."""
    known = opened.tables[table]
    rows = []
    for row in known.rows:
        cells = dict(zip(known.columns, row))
        cells |= values if picks(cells) else {}
        rows.append(tuple(cells.values()))
    changed = database.Table(table, known.columns, rows, [], f"{table}.csv")
    return edition.edition_with({table: changed})


def is_group_of_2016(row: dict) -> bool:
    return row["event_id"] == "E42"


def is_assembly_2012(row: dict) -> bool:
    return row["year"] == 2012 and row["body"] == "UNGA plenary"


EPISODES, VOTES = "repatriation_episodes", "votes_general_assembly"
EDGES = {
    "a note in small letters": (
        "inter_korean",
        lambda row: (row["note"] or "").startswith("To the end of"),
        {"note": "to the end of August only"},
    ),
    "a foundation in capitals": (
        "stance_korea",
        lambda row: (row["rights_foundation"] or "").startswith("not launched"),
        {"rights_foundation": "NOT LAUNCHED"},
    ),
    "a court in small letters": (
        "events_since_2018",
        lambda row: row["what"].startswith("Constitutional Court strikes down leaflet ban"),
        {"what": "constitutional court strikes down leaflet ban by 7 to 2"},
    ),
    "two polls of one year": (
        "opinion",
        lambda row: row["year"] == 2021 and row["answer"] == "very or somewhat",
        {
            "topic": "NK human rights",
            "answer": "raising it would hurt inter-Korean relations",
            "pollster": "A Pollster",
            "year": 2022,
        },
    ),
    "half a crossing": (
        "inter_korean",
        lambda row: row["indicator"] == "people_crossing" and row["year"] == 2021,
        {"value": 0.5},
    ),
    "no lower ends of estimates": (
        "repatriation_estimates",
        lambda row: row["category"] == "population_in_china",
        {"value_low": 0},
    ),
    "a fact over two lines": (
        "border_measures",
        lambda row: (row["fact"] or "").startswith("fenced length"),
        {"fact": "fenced length \nsatellite sample"},
    ),
    "a summit of a bare year": (
        "policy_us",
        lambda row: row["kind"] == "summit" and row["date_from"].startswith("2018"),
        {"date_from": "2018", "date_to": None},
    ),
    "direct arrivals of three years in one row": (
        "routes",
        lambda row: row["place"].startswith("direct") and row["period_from"] == "2025",
        {"period_from": "2023"},
    ),
    "one of three waiting places uncounted": (
        "routes",
        lambda row: row["place"] == "Thailand" and row["period_from"] == "2006-11",
        {"persons": None},
    ),
    "women uncounted in 2021": (
        "arrivals_korea_yearly",
        lambda row: row["year"] == 2021,
        {"female": None, "male": None},
    ),
    "one of two British years unknown": (
        "asylum_national",
        lambda row: (
            row["basis"] == "Home Office table to Parliament" and row["period_from"] == "2007"
        ),
        {"persons": None},
    ),
    "blocks of years that overlap": (
        "arrivals_korea_early",
        lambda row: row["period_from"] == 1990,
        {"period_from": 1989, "period_to": 1997},
    ),
    "a month": (
        EPISODES,
        is_group_of_2016,
        {"date": "2016-04", "date_precision": "month"},
    ),
    "a year": (EPISODES, is_group_of_2016, {"date": "2016", "date_precision": "year"}),
    "the day of an event": (EPISODES, is_group_of_2016, {"date": "2016-03-15"}),
    "Seoul outside the consensus": (
        VOTES,
        is_assembly_2012,
        {"south_korea": "outside consensus"},
    ),
    "Seoul no member": (VOTES, is_assembly_2012, {"south_korea": "not_member"}),
    "Beijing in a group": (VOTES, is_assembly_2012, {"china": "dissociated group"}),
    "talks to a bare year": (
        "talks_korea_totals",
        lambda row: row["period_to"] == "2021-09" and row["measure"] == "official talks",
        {"period_to": "2021"},
    ),
    "a ban of a bare year": (
        "events_since_2018",
        lambda row: row["what"] == "leaflet ban passed",
        {"date": "2020"},
    ),
    "an envoy on the day that the post fell vacant": (
        "policy_us",
        lambda row: row["kind"] == "special_envoy" and row["date_from"] == "2023-10",
        {"date_from": "2025-01", "what": "a new envoy"},
    ),
}


@pytest.mark.parametrize("edge", EDGES)
def test_both_roads_agree_at_the_edges_of_dates_and_answers(opened, edge):
    table, picks, values = EDGES[edge]
    altered = rows_with(opened, table, picks, **values)
    assert not altered.is_published
    for name in in_the_open.NAMES:
        assert in_the_open.run(name, altered).disagreements == []


# Dates


def scales_of_dates(spec) -> list:
    """The scale of every channel that shows a date."""
    if isinstance(spec, list):
        return [scale for part in spec for scale in scales_of_dates(part)]
    if not isinstance(spec, dict):
        return []
    own = [spec.get("scale", {})] if spec.get("type") == "temporal" else []
    return own + scales_of_dates(list(spec.values()))


def test_a_day_is_the_same_day_in_every_time_zone(published):
    scales = [
        scale
        for done in published.values()
        for spec in done.specs.values()
        for scale in scales_of_dates(spec)
    ]
    assert scales and all(scale.get("type") == "utc" for scale in scales)


def test_a_sentence_does_not_count_down(opened):
    """Found false: 31,827 by the end of June 2018, and 31,739 by the end of the year."""
    year = {"persons": 400, "female": 368, "male": 32}
    altered = rows_with(opened, "arrivals_korea_yearly", lambda row: row["year"] == 2018, **year)
    june, by_end = (altered.numbers[f"arrivals_{k}"][0] for k in ("june_2018", "total_commentary"))
    assert june is None and by_end == 31_739
    assert opened.numbers["arrivals_june_2018"][0] < opened.numbers["arrivals_total_commentary"][0]

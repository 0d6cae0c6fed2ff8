"""A chapter shows its work: charts over DataFrames, and every number of a claim by two roads."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from brief.editions import edition
from brief.notebook import agreement, chapter, frames
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


def emptied(opened, table: str) -> edition.Edition:
    columns = opened.tables[table].columns
    return edition.edition_with({table: database.Table(table, columns, [], [], f"{table}.csv")})


@pytest.mark.parametrize("name", in_the_open.NAMES)
def test_an_empty_table_leaves_specs_and_agreement(opened, published, name):
    for table in database.table_columns(opened.connection):
        if table in edition.NEEDED:
            continue
        done = in_the_open.run(name, emptied(opened, table))
        assert done.disagreements == [], table
        assert done.specs == published[name].specs, table


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

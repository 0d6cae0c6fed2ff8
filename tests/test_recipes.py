"""The three recipes of CONTRIBUTING.md, followed in a copy: a table, a claim and a chapter are added, and the checks agree.

What the recipe calls a step is done here by the same functions that its commands call; nothing is built.
"""

from __future__ import annotations

import json
import shutil

import pytest

from brief import paths
from brief.analysis import claims
from brief.build import execute
from brief.editions import edition
from brief.tables import alterations, database
from brief.upkeep import refresh
from tests.tables import test_data

TABLE = "meals_served"
CSV = "year,meals,source_id,confidence,note\n2017,100,{source},one_source,\n2018,150,{source},one_source,counted at noon\n"
SCHEMA = """
-- meals_served: Meals served in a calendar year, one a row. Unit: meals.
create table meals_served (
  year integer not null constraint year_in_range check (year between 1990 and 2100),
  meals integer not null constraint meals_not_negative check (meals >= 0),
  primary key (year)
) strict;
"""
MANIFEST = """\
title: Meals served
description: 'Each row: meals in a calendar year.'
key: [year]
columns:
  year: {unit: calendar year, meaning: the year}
  meals: {unit: meals, meaning: how many were served}
  source_id: {unit: ids, meaning: what the row rests on}
  confidence: {unit: 'two_sources, one_source or derived', meaning: how well it is sourced}
  note: {unit: text, meaning: what else a reader must know}
coverage: {period: 2017-2018, places: nowhere}
class: invented for a test
license: {source_data: unknown, verified: unknown}
holes: []
must_not_be_concluded: [Anything at all.]
rows: 0
sha256: '0'
updated: '2026-11-22'
"""
VIEWS = """
-- meals_years: the two years side by side. One row. Unit: meals.
create view meals_years (before, after) as
select (select meals from meals_served where year = 2017), (select meals from meals_served where year = 2018);

create view numbers_meals (key, value, text) as
select 'meals_growth', after - before, printf('%,d', after - before) from meals_years;
"""
WORDINGS = """\
claims:
  meals.rose:
    question: Did meals rise in 2018?
    origin: brief
    over: meals_years
    value: after
    bound: before
    true_when: value > bound
    unit: meals
    holds: "Meals rose by {meals_growth}."
    fails: Meals did not rise in that year.
    unknown: Whether meals rose cannot be told.
    evidence: {meals_served: "true"}

alterations:
  meals_halved:
    what: Half of the meals of 2018 were served.
    sql:
      - update meals_served set meals = meals / 2 where year = 2018
    flips: {meals.rose: fails}
    keeps: [scale.us_total]
"""
CHAPTER = [
    'data = ""',
    "from brief import charts, open_chapter\nchapter = open_chapter(data)",
    'chapter.claim("meals.rose")',
]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of data/, analysis/, chapters/ and README.md that the code takes for the checkout."""
    for name, folder in (("DATA", "data"), ("ANALYSIS", "analysis"), ("CHAPTERS", "chapters")):
        shutil.copytree(getattr(paths, name), tmp_path / folder)
        monkeypatch.setattr(paths, name, tmp_path / folder)
    shutil.copyfile(paths.ROOT / "README.md", tmp_path / "README.md")
    shutil.copytree(paths.EDITIONS, tmp_path / "editions")
    monkeypatch.setattr(paths, "EDITIONS", tmp_path / "editions")
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    monkeypatch.setattr(paths, "KEPT", tmp_path / "build" / "kept")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(test_data, "DATA", tmp_path / "data")
    return tmp_path


def add_table(checkout) -> None:
    with (checkout / "data" / "sources.csv").open(encoding="utf-8") as file:
        source = file.read().splitlines()[1].split(",")[0]
    (checkout / "data" / f"{TABLE}.csv").write_text(CSV.format(source=source), encoding="utf-8")
    with (checkout / "analysis" / "schema.sql").open("a", encoding="utf-8") as file:
        file.write(SCHEMA)
    (checkout / "data" / f"{TABLE}.yml").write_text(MANIFEST, encoding="utf-8")


def add_claim(checkout) -> None:
    (checkout / "analysis" / "70_meals.sql").write_text(VIEWS, encoding="utf-8")
    (checkout / "analysis" / "70_meals.yml").write_text(WORDINGS, encoding="utf-8")


def test_a_table_is_added_as_the_recipe_says(checkout):
    add_table(checkout)
    name, raw = TABLE, (checkout / "data" / f"{TABLE}.csv").read_bytes()
    header = raw.decode().splitlines()[0].split(",")
    assert "another sha256 than the file's" in test_data.manifest_problems(
        name, test_data.manifest_of(name), header, raw
    ), "refresh has not run yet"
    refresh.refresh()
    manifest = test_data.manifest_of(name)
    assert test_data.manifest_problems(name, manifest, header, raw) == [] and manifest["rows"] == 2
    assert TABLE.replace("_", "-") in [
        r["name"]
        for r in json.loads((checkout / "data" / "datapackage.json").read_text(encoding="utf-8"))[
            "resources"
        ]
    ]
    found = edition.open_edition()
    assert found.tables[TABLE].rows[1][1] == 150
    assert found.connection.execute(
        "select count(*) from row_sources where table_name = ?", (TABLE,)
    ).fetchone() == (2,)
    assert not found.is_published and f"data/{TABLE}.csv" in found.differs_in


def test_a_table_without_its_trigger_or_its_file_is_seen(checkout):
    add_table(checkout)
    (checkout / "data" / f"{TABLE}.csv").unlink()
    with pytest.raises(database.InputError, match=f"{TABLE}.csv.*no such file"):
        edition.open_edition()


def test_a_claim_is_added_flipped_and_traced(checkout):
    add_table(checkout)
    add_claim(checkout)
    found = edition.open_edition()
    claim = found.claims["meals.rose"]
    assert (claim.case, claim.sentence) == ("holds", "Meals rose by 50.")
    assert len(claims.evidence(found.connection, claim.entry)) == 2
    killer = found.wordings["alterations"]["meals_halved"]
    for changes, case in (
        (killer["sql"], "fails"),
        (["delete from meals_served where year = 2018"], "unknown"),
    ):
        with alterations.altered(found.connection, changes):
            assert (
                claims.load_claims(
                    found.connection, found.wordings, claims.load_numbers(found.connection)
                )["meals.rose"].case
                == case
            )


@pytest.mark.forks
def test_a_chapter_is_added_and_executed(checkout):
    import nbformat

    add_table(checkout)
    add_claim(checkout)
    cells = [
        nbformat.v4.new_code_cell(CHAPTER[0], metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell("# How many meals?"),
        *map(nbformat.v4.new_code_cell, CHAPTER[1:]),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}),
        checkout / "chapters" / "70_meals.ipynb",
    )
    assert "70_meals" in execute.chapter_names()
    if execute.default_engine() != "forked":
        pytest.skip(
            "a kernel of its own would not see the copy: only forked children inherit the paths"
        )
    execute.execute_all(checkout / "data", checkout / "out", 1, ["70_meals"])
    assert "Meals rose by 50." in (checkout / "out" / "70_meals.ipynb").read_text(encoding="utf-8")


def test_the_recipes_name_what_there_is():
    """Each recipe's files, commands and views are those that this file uses."""
    text = (paths.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for heading in ("## Add a table", "## Add a claim", "## Add a chapter"):
        assert heading in text
    for words in (
        "python3 run.py refresh",
        "analysis/schema.sql",
        "true_when",
        "alterations",
        "numbers_question",
        "`parameters`",
        "open_chapter(data)",
    ):
        assert words in text, words

"""Resettlement compares like with like, says how sure a small number is, and takes no rule from thin air."""

from __future__ import annotations

import math

import pytest

from brief.tables import alterations, database


def one(opened, view: str) -> dict:
    (row,) = database.rows(opened.connection, view)
    return dict(row)


def poisson_at_least(seen: int, mean: float) -> float:
    """How often chance gives this many or more."""
    return 1 - sum(math.exp(-mean + i * math.log(mean) - math.lgamma(i + 1)) for i in range(seen))


def exact_lower(seen: int) -> float:
    """The mean at which so many or more come 2.5 times in 100."""
    low, high = 0.001, float(seen)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if poisson_at_least(seen, middle) < 0.025 else (low, middle)
    return low


def test_interval_of_suicides_is_near_the_exact_one(opened):
    rate = one(opened, "resettlement_suicide_rate")
    per_person = rate["rate"] / rate["suicides"]
    assert rate["low"] == pytest.approx(exact_lower(int(rate["suicides"])) * per_person, rel=0.01)
    assert rate["low"] < rate["rate"] < rate["high"]


def test_suicides_are_set_against_as_many_women(opened):
    """With the sexes of the South at large the bar is higher: that is what the ministry's rate hides."""
    with alterations.altered(
        opened.connection,
        [
            "update profile_korea set male = value, female = value"
            " where indicator = 'suicide rate' and category = 'general population' and length(as_of) = 4"
        ],
    ):
        blind = one(opened, "resettlement_suicide_rate")["rate_general"]
    assert blind > one(opened, "resettlement_suicide_rate")["rate_general"] * 1.1


def test_interval_of_women_holds_the_share_and_narrows_with_people(opened):
    sealed = one(opened, "resettlement_sealed")
    assert sealed["women_low"] < sealed["women_lowest"] < sealed["women_high"]
    year = int(sealed["women_lowest_year"])
    with alterations.altered(
        opened.connection,
        [
            "update arrivals_korea_yearly set male = 100 * male, female = 100 * female,"
            f" persons = 100 * persons where year = {year}"
        ],
    ):
        many = one(opened, "resettlement_sealed")
    assert many["women_lowest"] == pytest.approx(sealed["women_lowest"])
    assert many["women_high"] - many["women_low"] < 3


@pytest.mark.parametrize("years", [2, 5, 9, 11, 25])
def test_no_other_number_of_years_fits_the_british_stock_as_well(opened, years):
    """UNHCR's notes give ten; the claim must not hold for a number that somebody would like better."""
    with alterations.altered(
        opened.connection,
        [f"update parameters set value = {years} where name = 'uk_stock_window_years'"],
    ):
        fit = one(opened, "resettlement_uk_stock_fit")
    assert fit["other_years"] == 10 and fit["deviation_pct"] > fit["other_pct"]


def test_budget_lines_are_of_one_stage(opened):
    """A proposal beside a budget of another stage would show a cut that nobody made."""
    line = one(opened, "resettlement_line")
    stages = {
        stage
        for (stage,) in opened.connection.execute(
            "select stage from budget_korea where item = 'defector_support_total'"
            " and budget_bn_won in (?, ?) and fiscal_year in (2017, 2024)",
            (line["line_2017_bn"], line["line_2024_bn"]),
        )
    }
    assert stages == {"proposal"}


def test_south_and_others_are_counted_over_the_same_years(opened):
    """Neither arrivals before 2006 nor grants before 2006 move the share."""
    before = opened.claims["scale.south_dominates"].value
    with alterations.altered(
        opened.connection,
        [
            "update arrivals_korea_yearly set female = female + 500, persons = persons + 500 where year = 2005",
            "update asylum_decisions_unhcr set recognized = recognized + 500, decisions = decisions + 500"
            " where year = 2002 and country_code = 'DEU'",
        ],
    ):
        found = {r["id"]: r["value"] for r in database.gathered(opened.connection, "claims")}
    assert found["scale.south_dominates"] == before


def ways_on(opened) -> list[str]:
    rows = database.rows(opened.connection, "fig_resettlement_routes")
    return [row["counted"] for row in rows if row["way"] == "on"]


def test_the_map_draws_the_way_on_where_a_row_counts_people_waiting_for_it(opened):
    (counted,) = ways_on(opened)
    assert counted.startswith("480 waited")
    unwaited = "delete from routes where measure = 'waiting for entry to the ROK'"
    with alterations.altered(opened.connection, [unwaited]):
        assert ways_on(opened) == []

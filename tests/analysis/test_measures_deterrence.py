"""Key measures of chapter 20, recomputed with pandas from the CSV files, not through the SQL."""

from __future__ import annotations

import pandas
import pytest

from brief import paths


def table(name: str) -> pandas.DataFrame:
    return pandas.read_csv(
        paths.ROOT / "data" / f"{name}.csv", keep_default_na=False, na_values=[""]
    )


def parameter(name: str) -> float:
    return table("parameters").set_index("name").value[name]


@pytest.fixture(scope="module")
def arrivals() -> pandas.Series:
    return table("arrivals_korea_yearly").set_index("year").persons


def number(opened, key: str) -> float:
    return opened.numbers[key][0]


@pytest.mark.parametrize(
    "key, first, last",
    [
        ("deter_baseline_mean", "border_baseline_first_year", "border_baseline_last_year"),
        ("deter_kim_mean", "kim_jong_un_first_year", "before_covid_year"),
        ("deter_sealed_mean", "covid_first_year", "covid_last_year"),
    ],
)
def test_period_means(opened, arrivals, key, first, last):
    expected = arrivals.loc[parameter(first) : parameter(last)].mean()
    assert number(opened, key) == pytest.approx(expected), (
        f"{key}: the view deterrence_period_arrivals differs from arrivals_korea_yearly.csv"
    )


def test_falls(opened, arrivals):
    falls = -arrivals.pct_change() * 100
    closure, last = int(parameter("covid_first_year")), int(parameter("before_covid_year"))
    assert number(opened, "deter_drop_closure") == pytest.approx(falls[closure]), (
        "the view deterrence_drops: closure"
    )
    assert number(opened, "deter_drop_before") == pytest.approx(falls.loc[:last].max()), (
        "the view deterrence_drops: steepest"
    )
    assert number(opened, "deter_drop_before_year") == falls.loc[:last].idxmax(), (
        "the view deterrence_drops: year of the steepest"
    )
    assert number(opened, "deter_peak_year") == arrivals.loc[:last].idxmax(), (
        "the view deterrence_drops: peak"
    )


def test_known_returns_against_arrivals(opened, arrivals):
    returns = table("returns_known_yearly").set_index("year").persons
    first, last = parameter("press_campaign_first_year"), parameter("press_campaign_last_year")
    assert number(opened, "deter_returns") == returns.sum(), "the view deterrence_returned: all"
    assert number(opened, "deter_returns_per_thousand") == pytest.approx(
        1000 * returns.sum() / arrivals[returns.index].sum()
    ), "the view deterrence_returned: share"
    assert number(opened, "deter_returns_campaign_mean") == pytest.approx(
        returns.loc[first:last].mean()
    ), "the view deterrence_returned: campaign"
    assert number(opened, "deter_returns_later_mean") == pytest.approx(
        returns.loc[last + 1 :].mean()
    ), "the view deterrence_returned: later"


def test_soldiers_on_the_military_line(opened):
    soldiers = table("crossings_military_line").query("is_soldier == 1")
    assert number(opened, "deter_soldiers") == soldiers.persons.sum(), (
        "the view deterrence_crossings: soldiers"
    )
    assert number(opened, "deter_soldiers_hit") == soldiers.query("was_shot == 1").persons.sum(), (
        "the view deterrence_crossings: hit"
    )
    assert (
        number(opened, "deter_soldiers_unhurt") == soldiers.query("was_shot == 0").persons.sum()
    ), "the view deterrence_crossings: unhurt"


def test_direct_arrivals(opened, arrivals):
    routes = table("routes")
    direct = routes[routes.place.str.startswith("direct")]
    counted = direct.persons.fillna(direct.persons_high).sum()
    assert number(opened, "deter_direct_high") == counted, (
        "the view deterrence_direct_arrivals: direct"
    )
    assert number(opened, "deter_direct_share") == pytest.approx(
        100 * counted / arrivals[direct.period_from.astype(int)].sum()
    ), "the view deterrence_direct_arrivals: share"


def test_price_of_the_whole_trip(opened):
    prices = (
        table("broker_prices")
        .query("leg == 'whole trip' and currency == 'USD'")
        .set_index("period")
    )
    assert number(opened, "deter_price_ratio") == pytest.approx(
        prices.price_low["2024"] / prices.price_high["2019"]
    ), "the view deterrence_trip_prices: prices"


def test_measures_at_the_border_under_kim(opened):
    measures = table("border_measures")
    inside = measures[
        (measures.date >= "2011-12")
        & (measures.date.str[:4] <= "2019")
        & ~measures.fact.str.contains("sample")
    ]
    for actor, key in (
        ("North Korea", "deter_measures_north"),
        ("China", "deter_measures_china"),
        ("both", "deter_measures_both"),
    ):
        assert number(opened, key) == (inside.actor == actor).sum(), (
            f"the view deterrence_actors: {actor}"
        )

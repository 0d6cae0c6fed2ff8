"""Key measures of chapter 50, recomputed with pandas from the CSV files, not through the SQL."""

from __future__ import annotations

import pandas
import pytest

from brief import paths
from brief.tables import database


def table(name: str) -> pandas.DataFrame:
    return pandas.read_csv(
        paths.ROOT / "data" / f"{name}.csv", keep_default_na=False, na_values=[""]
    )


def number(opened, key: str) -> float:
    return opened.numbers[key][0]


def test_summits_and_events_on_engagement(opened):
    summits = table("policy_us").query("kind == 'summit'")
    assert (
        number(opened, "since_summits") == summits.date_from.str[:4].isin(["2018", "2019"]).sum()
    ), "the view since_summits: summits"
    assert number(opened, "since_summits_later") == (summits.date_from.str[:4] > "2019").sum(), (
        "the view since_summits: later summits"
    )
    events = table("events_since_2018")
    late = events[(events.theme == "engagement") & (events.date.str[:4] >= "2020")]
    assert number(opened, "since_door_events") == len(late), "the view since_listed_events: events"
    assert number(opened, "since_door_north") == (late.place == "North Korea").sum(), (
        "the view since_listed_events: events by Pyongyang"
    )


def test_missile_flights(opened):
    flights = (
        table("weapons_tests").query("is_complete_year == 1").set_index("year").missile_flights
    )
    after = flights.loc[2019:]
    assert number(opened, "since_flights_after") == pytest.approx(after.mean()), (
        "the view since_flights: flights since"
    )
    assert number(opened, "since_flights_before") == pytest.approx(
        flights.loc[2018 - len(after) + 1 : 2018].mean()
    ), "the view since_flights: flights before"


def test_arrivals_against_2018(opened):
    arrivals = table("arrivals_korea_yearly").set_index("year").persons
    assert number(opened, "since_arrivals_share") == pytest.approx(
        100 * arrivals.loc[2024:].mean() / arrivals[2018]
    ), "the view since_people: arrivals"


def test_mass_returns(opened):
    episodes = table("repatriation_episodes").query(
        "setting == 'mass_return' and outcome == 'returned_to_dprk'"
    )
    after = episodes[episodes.date >= "2023-08-27"]
    assert number(opened, "since_mass_after") == len(after), (
        "the view since_people: mass returns since"
    )
    assert (
        number(opened, "since_mass_before") == episodes.date.between("2018-11", "2023-08-26").sum()
    ), "the view since_people: mass returns before"
    first_year = after[after.date.str[:4] == "2023"]
    assert (number(opened, "since_back_low"), number(opened, "since_back_high")) == (
        first_year.persons_low.sum(),
        first_year.persons_high.sum(),
    ), "the view since_people: persons"


def test_seoul_and_the_sponsors(opened):
    stance = table("stance_korea").set_index("year").un_score.loc[2019:]
    off = stance[stance < 2]
    assert (number(opened, "since_seoul_left"), number(opened, "since_seoul_years_off")) == (
        off.index.min(),
        len(off),
    ), "the view since_seoul_at_un: off the list"
    assert (
        number(opened, "since_seoul_back")
        == stance[(stance == 2) & (stance.index > off.index.min())].index.min()
    ), "the view since_seoul_at_un: back"


def test_words_on_rights(opened):
    later = table("attention_us").query("year > 2018").rights_words.dropna()
    assert (number(opened, "since_rights_words"), number(opened, "since_addresses")) == (
        later.sum(),
        len(later),
    ), "the view since_washington: addresses"


def test_measures_beside_2018(opened):
    """Then and now of every measure, picked from its own file."""
    inter, budget = table("inter_korean"), table("budget_korea").query("stage == 'proposal'")
    arrivals, trade = (
        table("arrivals_korea_yearly").set_index("year").persons,
        table("trade_china").set_index("year").customs_trade_usd_m,
    )
    poll = (
        table("opinion")
        .query(
            "pollster == 'IPUS/Gallup Korea' and topic == 'unification necessary' and answer == 'very or somewhat'"
        )
        .set_index("year")
        .share_pct
    )
    grant = (
        table("settlement_grants")
        .query("grant_name == 'basic settlement grant' and stage == 'in force'")
        .set_index("year")
        .amount_high
        / 1e6
    )
    words = table("attention_us").set_index("year").rights_words

    def of(frame: pandas.DataFrame, column: str, name: str, year: str, value: str) -> pandas.Series:
        return frame[frame[column] == name].set_index(year)[value]

    line, fund = (
        of(budget, "item", name, "fiscal_year", "budget_bn_won")
        for name in ("defector_support_total", "cooperation_fund")
    )
    crossings, between = (
        of(inter, "indicator", name, "year", "value") for name in ("people_crossing", "trade")
    )
    expected = {
        "Arrivals in the South": (arrivals[2018], arrivals[2025]),
        "North–South crossings": (crossings[2018], crossings[2024]),
        "North–South trade": (between[2018], between[2024]),
        "Words on rights in US address": (words[2018], words[2026]),
        "Calling unification necessary": (poll[2018], poll[2025]),
        "Defector budget": (line[2019], line[2026]),
        "Cooperation fund": (fund[2019], fund[2026]),
        "Customs trade with China": (trade[2018], trade[2025]),
        "Basic settlement grant": (grant[2013], grant[2024]),
    }
    found = {
        row["label"]: (row["then_value"], row["latest_value"])
        for row in database.rows(opened.connection, "since_measures")
    }
    assert found == expected, "the view since_measures differs from the CSV files"

"""Key measures of chapter 10, worked out again from the CSVs with pandas, not through the SQL."""

from __future__ import annotations

import pandas
import pytest

from brief import paths

THEN = 2018


def table(name: str) -> pandas.DataFrame:
    return pandas.read_csv(paths.DATA / f"{name}.csv")


def parameter(name: str) -> float:
    return table("parameters").set_index("name").value[name]


def total_to(year: int) -> int:
    yearly = table("arrivals_korea_yearly")
    return int(
        table("arrivals_korea_early").persons.sum() + yearly[yearly.year <= year].persons.sum()
    )


def women_share(year: int) -> float:
    row = table("arrivals_korea_yearly").set_index("year").loc[year]
    return 100 * row.female / row.persons


def admissions(first: int, last: int) -> int:
    rows = table("admissions_us").query("basis == 'fiscal_year' and @first <= year <= @last")
    return int(rows.persons.sum())


def protected(code: str, first: int, last: int, columns=("recognized", "other_protection")) -> int:
    rows = table("asylum_decisions_unhcr").query(
        "country_code == @code and @first <= year <= @last"
    )
    return int(rows[list(columns)].sum().sum())


def british_deviation() -> float:
    """Mean distance between the British stock and a rolling sum of grants, in percent of the stock."""
    window = int(parameter("uk_stock_window_years"))
    granted = (
        table("asylum_decisions_unhcr")
        .query("country_code == 'GBR'")
        .set_index("year")[["recognized", "other_protection"]]
        .sum(axis=1)
    )
    granted = granted.reindex(range(1980, 2101), fill_value=0)
    stock = (
        table("refugee_stock_unhcr")
        .query("country_code == 'GBR' and refugees > 0")
        .set_index("year")
        .refugees
    )
    return (
        100 * (stock - granted.rolling(window).sum().reindex(stock.index)).abs().sum() / stock.sum()
    )


def added_share(province: str) -> float:
    homes = (
        table("profile_korea")
        .query("indicator == 'province of origin'")
        .set_index(["as_of", "category"])
    )
    now, before = homes.loc[("2024-09", province)], homes.loc[("2018-08", province)]
    return 100 * (now.value - before.value) / (now.base_persons - before.base_persons)


def largest_revision() -> float:
    rows = table("disagreements")
    rows = rows[rows.disagreement_id.str.startswith("arrivals_revised_")]
    used = rows[rows.is_used == 1].set_index("disagreement_id").value
    earlier = rows[rows.is_used == 0]
    return (
        100
        * (earlier.value - earlier.disagreement_id.map(used)).abs()
        / earlier.disagreement_id.map(used)
    ).max()


def british_grants() -> int:
    rows = table("asylum_national").query(
        "country == 'United Kingdom' and measure == 'asylum grants'"
    )
    return int(rows[rows.period_from.astype(str) == "1979"].persons.item())


def waiting_share(place: str) -> float:
    waiting = (
        table("routes")
        .query("measure == 'waiting for entry to the ROK'")
        .set_index("place")
        .persons
    )
    return 100 * waiting[place] / waiting.sum()


MEASURES = {
    "arrivals_total": lambda: total_to(table("arrivals_korea_yearly").year.max()),
    "arrivals_total_commentary": lambda: total_to(THEN),
    "arrivals_since_commentary": lambda: (
        table("arrivals_korea_yearly").query("year > @THEN").persons.sum()
    ),
    "arrivals_women_share_commentary": lambda: women_share(THEN),
    "arrivals_women_share_lowest": lambda: min(women_share(year) for year in (2020, 2021, 2022)),
    "arrivals_largest_revision_share": largest_revision,
    "us_total_commentary": lambda: admissions(2006, THEN),
    "us_after_peak": lambda: admissions(2010, THEN),
    "us_share_since_2006": lambda: 100 * admissions(2006, THEN) / (total_to(THEN) - total_to(2005)),
    "uk_us_ratio": lambda: british_grants() / admissions(2006, THEN),
    "uk_after_peak": lambda: protected("GBR", 2010, THEN, ["recognized"]),
    "canada_high": lambda: protected("CAN", 2000, THEN, ["recognized"]),
    "uk_stock_deviation": british_deviation,
    "origin_ryanggang_added_share": lambda: added_share("Ryanggang"),
    "origin_north_hamgyong_added_share": lambda: added_share("North Hamgyong"),
    "route_mongolia_waiting_share": lambda: waiting_share("Mongolia"),
}


@pytest.mark.parametrize("key", MEASURES)
def test_measure_agrees_with_pandas(opened, key):
    value, expected = opened.numbers[key][0], float(MEASURES[key]())
    assert value == pytest.approx(expected, rel=1e-9), (
        f"numbers_resettlement, {key}: the SQL says {value}, pandas {expected}. Mend analysis/10_resettlement.sql"
    )


def test_european_share_adds_the_states_of_europe(opened):
    """Every country with a decision is either in resettlement_europe or known to lie elsewhere: a new one must be placed."""
    europe = {
        code
        for (code,) in opened.connection.execute("select country_code from resettlement_europe")
    }
    elsewhere = {
        "AUS",
        "BLR",
        "BRA",
        "CAN",
        "CHL",
        "ISR",
        "KGZ",
        "KHM",
        "KWT",
        "NZL",
        "PHL",
        "RUS",
        "THA",
        "UKR",
        "USA",
    }
    codes = set(table("asylum_decisions_unhcr").country_code)
    assert codes <= europe | elsewhere, (
        f"place {codes - europe - elsewhere} in the view resettlement_europe, or in this list"
    )
    expected = sum(protected(code, 2000, THEN) for code in codes & europe)
    assert opened.numbers["europe_total_commentary"][0] == expected, (
        "numbers_resettlement, europe_total_commentary: mend resettlement_europe_then"
    )

"""The figures beneath chapter 50's balance, which have no number of their own to agree with in the
chapter: each is picked with pandas from its CSV file, not through the SQL.
"""

from __future__ import annotations

import pandas

from brief import paths
from brief.tables import database


def table(name: str) -> pandas.DataFrame:
    return pandas.read_csv(
        paths.ROOT / "data" / f"{name}.csv", keep_default_na=False, na_values=[""]
    )


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

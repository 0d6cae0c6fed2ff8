"""Key measures of 40_engagement, computed a second time with pandas from the CSV files, never through the SQL."""

from __future__ import annotations

import pandas as pd
import pytest

from brief import paths

COMMENTARY = 2018


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(paths.DATA / f"{name}.csv")


def amount(year: int, stage: str, item: str) -> float:
    """One amount of budget_korea in billion won."""
    rows = table("budget_korea").query("fiscal_year == @year and stage == @stage and item == @item")
    return rows["budget_bn_won"].item()


def change(item: str) -> float:
    """Percent change from the enacted budget of the commentary's year to the next proposal."""
    return 100 * (
        amount(COMMENTARY + 1, "proposal", item) / amount(COMMENTARY, "enacted", item) - 1
    )


def support_steps() -> pd.Series:
    """Change of the proposed defector line where two years in a row have a proposal, by fiscal year."""
    proposals = (
        table("budget_korea")
        .query("item == 'defector_support_total' and stage == 'proposal'")
        .set_index("fiscal_year")["budget_bn_won"]
    )
    return (proposals - proposals.rename(lambda year: year + 1)).dropna()


def best_execution() -> float:
    """Highest share of the fund spent in a whole year since 2008, published or computed."""
    contact = table("inter_korean").set_index("year")
    published = contact[
        (contact["indicator"] == "cooperation_fund_execution")
        & ~contact["note"].fillna("").str.startswith("To the end of")
    ]["value"]
    spent = contact[contact["indicator"] == "cooperation_fund_spent"]["value"]
    enacted = (
        table("budget_korea")
        .query("item == 'cooperation_fund' and stage == 'enacted'")
        .set_index("fiscal_year")["budget_bn_won"]
    )
    computed = (100 * spent / enacted).dropna().drop(published.index, errors="ignore")
    return pd.concat([published, computed]).loc[lambda shares: shares.index >= 2008].max()


def tweets_in_judged_months(column: str) -> int:
    months = table("tweets_us_monthly")
    return int(
        months[months["month"].between(f"{COMMENTARY}-02", f"{COMMENTARY}-10")][column].sum()
    )


def cosponsored(camp: str) -> int:
    return int(table("stance_korea").query("camp == @camp")["un_action"].eq("co-sponsor").sum())


def speech(column: str) -> int:
    return int(table("attention_us").set_index("year").loc[COMMENTARY, column])


def months_vacant() -> int:
    """Months without an envoy from the first vacancy to December 2025."""
    months = set()
    for row in (
        table("policy_us").query("kind == 'special_envoy' and status == 'vacant'").itertuples()
    ):
        end = "2026-01" if pd.isna(row.date_to) else row.date_to
        months |= set(pd.period_range(row.date_from, end, freq="M")[:-1])
    return len(months)


MEASURES = {
    "engagement_fund_change": lambda: change("cooperation_fund"),
    "engagement_cash_change": lambda: change("defector_settlement_cash"),
    "engagement_line_change": lambda: change("defector_support_total"),
    "engagement_support_steps": lambda: len(support_steps()),
    "engagement_support_falls": lambda: int((support_steps() < 0).sum()),
    "engagement_spent_since_high": best_execution,
    "engagement_conservative_cosponsored": lambda: cosponsored("conservative"),
    "engagement_progressive_cosponsored": lambda: cosponsored("progressive"),
    "engagement_tweets_after": lambda: tweets_in_judged_months("korea_tweets"),
    "engagement_tweets_after_rights": lambda: tweets_in_judged_months("rights_tweets"),
    "engagement_address_share": lambda: 100 * speech("korea_passage_words") / speech("total_words"),
    "engagement_address_spike_share": lambda: (
        100 * speech("rights_words") / table("attention_us")["rights_words"].sum()
    ),
    "engagement_envoy_vacant_months": months_vacant,
}


@pytest.mark.parametrize("key", MEASURES)
def test_measure_equals_pandas_over_the_tables(opened, key):
    expected, found = MEASURES[key](), opened.numbers[key][0]
    assert found == pytest.approx(expected), (
        f"numbers_engagement says {key} = {found}, pandas over data/*.csv says {expected}. See its steps in analysis/40_engagement.sql."
    )

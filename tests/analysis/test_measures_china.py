"""Key measures of chapter 30 recomputed with pandas from the CSV files, not through the SQL."""

from __future__ import annotations

from math import comb

import pandas as pd
import pytest

from brief import paths


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(paths.DATA / f"{name}.csv")


def number(opened, key: str) -> float:
    return opened.numbers[key][0]


def day(text: str) -> pd.Timestamp:
    """A year stands for 1 July, a month for its 15th day."""
    return pd.Timestamp({4: f"{text}-07-01", 7: f"{text}-15"}.get(len(text), text))


def field_cases() -> pd.DataFrame:
    episodes = table("repatriation_episodes")
    return episodes[
        (episodes.setting_group == "in the field") & episodes.was_let_go.notna()
    ].assign(day=lambda f: f.date.map(day))


def weather(days: float) -> pd.DataFrame:
    """The latest event with either Korea before each case in the field, within the window: -1, 1, or none."""
    events = table("relations_timeline").assign(day=lambda f: f.date.map(day)).sort_values("day")
    cases = field_cases()
    for column, dyad in (("north", "China-North Korea"), ("south", "China-South Korea")):
        theirs = events[events.dyad == dyad]
        cases[column] = [
            next(
                iter(
                    theirs[
                        (theirs.day <= d) & (theirs.day >= d - pd.Timedelta(days=days))
                    ].direction.iloc[::-1]
                ),
                None,
            )
            for d in cases.day
        ]
    return cases[cases.north.notna() | cases.south.notna()].assign(
        lenient=lambda f: (f.north == -1) | (f.south == 1)
    )


@pytest.fixture(scope="module")
def thesis(opened) -> pd.DataFrame:
    parameters = table("parameters").set_index("name").value
    return weather(parameters["relations_window_days"])


def test_outcomes_by_setting(opened):
    episodes = table("repatriation_episodes")
    known = (
        episodes[episodes.was_let_go.notna()]
        .groupby("setting_group")
        .was_let_go.agg(["sum", "count"])
    )
    for group, stem in (("diplomatic premises", "china_embassy"), ("in the field", "china_field")):
        found = (number(opened, f"{stem}_go"), number(opened, f"{stem}_known"))
        assert found == tuple(known.loc[group]), f"china_settings differs from the CSV for {group}"


def test_worst_case_of_unknown_fates(opened):
    field = table("repatriation_episodes").query("setting_group == 'in the field'")
    best = 100 * (field.was_let_go.fillna(1).sum()) / len(field)
    assert number(opened, "china_field_best") == pytest.approx(best), (
        "china_settings: unknown fates in the field"
    )
    assert number(opened, "china_field_back_least") == pytest.approx(100 - best), (
        "china_settings: the least share returned"
    )


def test_thesis_at_published_window(opened, thesis):
    for lenient, stem in ((True, "china_lenient"), (False, "china_return")):
        group = thesis[thesis.lenient == lenient]
        assert (number(opened, f"{stem}_go"), number(opened, f"{stem}_known")) == (
            group.was_let_go.sum(),
            len(group),
        ), f"china_thesis differs from the CSV, {stem}"


def test_thesis_by_capital(opened, thesis):
    for column, sign, stem in (
        ("north", -1, "china_north_cold"),
        ("north", 1, "china_north_warm"),
        ("south", 1, "china_south_warm"),
        ("south", -1, "china_south_cold"),
    ):
        group = thesis[thesis[column] == sign]
        assert (number(opened, f"{stem}_go"), number(opened, f"{stem}_known")) == (
            group.was_let_go.sum(),
            len(group),
        ), f"china_capitals differs from the CSV, {stem}"


def test_chance_is_the_hypergeometric_tail(opened, thesis):
    n, m, k = thesis.lenient.sum(), (~thesis.lenient).sum(), int(thesis.was_let_go.sum())
    found = int(thesis[thesis.lenient].was_let_go.sum())
    tail = sum(comb(n, x) * comb(m, k - x) for x in range(found, min(n, k) + 1)) / comb(n + m, k)
    assert number(opened, "china_chance") == pytest.approx(100 * tail), (
        "china_thesis: the share of chance"
    )


def test_returns_before_and_after_reopening(opened):
    measures = table("border_measures").query("actor == 'North Korea'")
    closed = measures.query("kind == 'closure'").date.min()  # noqa: F841  named in the query
    opened_on = pd.Timestamp(
        measures.query("kind == 'reopening' and date_precision == 'day'").date.min()
    )
    backs = field_cases().query("was_let_go == 0 and date >= @closed")
    backs = backs[backs.date.str.len() == 10]
    after = (backs.day - opened_on).dt.days
    window = table("parameters").set_index("name").value["door_window_days"]
    assert number(opened, "china_back_while_shut") == backs[after < 0].persons_high.sum(), (
        "china_door: while the border was shut"
    )
    assert (
        number(opened, "china_back_after")
        == backs[(after >= 0) & (after <= window)].persons_low.sum()
    ), "china_door: after its reopening"
    assert number(opened, "china_days_to_first") == after[after >= 0].min(), (
        "china_door: days to the first return"
    )


def test_widest_gap_between_producers(opened):
    people = table("repatriation_estimates").query("category == 'population_in_china'")
    least, most = (
        people.value_low.fillna(people.value_mid),
        people.value_high.fillna(people.value_mid),
    )
    widest = max(
        least[a] / most[b]
        for a in people.index
        for b in people.index
        if people.producer[a] != people.producer[b]
        and pd.notna(least[a])
        and pd.notna(most[b])
        and people.year_from[a] <= people.year_to[b]
        and people.year_from[b] <= people.year_to[a]
    )
    assert number(opened, "china_fog_times") == pytest.approx(widest), (
        "china_fog differs from the CSV"
    )


def test_records_of_trade_part_in_2014(opened):
    trade = table("trade_china").set_index("year")
    gap = trade.kotra_trade_usd_m - trade.customs_trade_usd_m
    assert number(opened, "china_oil_gap") == pytest.approx(gap[2014]), "china_oil: the gap of 2014"
    assert number(opened, "china_oil_gap_before") == pytest.approx(
        gap[gap.index < 2014].abs().max()
    ), "china_oil: the widest gap before"


def test_changes_of_answer_in_assembly(opened):
    votes = table("votes_general_assembly").query("body == 'UNGA plenary'").sort_values("year")
    sponsored = votes.south_korea.isin(["yes", "joined"]) & (
        votes.is_cosponsored_by_south_korea == 1
    )
    seoul = votes.south_korea.mask(sponsored, "co-sponsor")
    assert number(opened, "china_seoul_changes") == (seoul != seoul.shift()).sum() - 1, (
        "china_votes: changes of Seoul"
    )
    recorded = votes[votes["mode"] == "recorded vote"].china.dropna()
    assert (number(opened, "china_assembly_no"), number(opened, "china_assembly_recorded")) == (
        (recorded == "no").sum(),
        len(recorded),
    ), "china_votes: Beijing"

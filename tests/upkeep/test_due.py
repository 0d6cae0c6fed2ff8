"""Which official series have had news: told from the manifests' rhythm and the day they were last looked at."""

from __future__ import annotations

import datetime

import pytest

from brief import cli
from brief.notebook import catalogue
from brief.upkeep import due
from brief.words import BriefError


def manifest(every_months: int, month: int, updated: str) -> dict:
    rhythm = {"every_months": every_months, "month": month}
    return {"title": "Meals", "updated": updated, "due": rhythm}


@pytest.mark.parametrize(
    "every_months, month, today, published",
    [
        (12, 6, "2026-06-01", "2026-06"),
        (12, 6, "2026-05-31", "2025-06"),
        (12, 12, "2027-01-02", "2026-12"),
        (3, 1, "2026-11-29", "2026-10"),
        (3, 1, "2026-01-01", "2026-01"),
        (6, 11, "2026-04-30", "2025-11"),
        (1, 1, "2026-04-30", "2026-04"),
    ],
)
def test_the_last_publication(every_months, month, today, published):
    found = due.last_published(every_months, month, datetime.date.fromisoformat(today))
    assert f"{found:%Y-%m}" == published and found.day == 1


def test_a_series_is_due_once_its_publisher_had_news():
    meals = {"meals": manifest(12, 6, "2026-05-30"), "routes": {"title": "Routes"}}
    assert due.due(meals, datetime.date(2026, 5, 31)) == []
    (found,) = due.due(meals, datetime.date(2026, 6, 1))
    assert (found.table, found.published, found.updated) == ("meals", "2026-06", "2026-05-30")
    looked_at = {"meals": manifest(12, 6, "2026-06-20")}
    assert due.due(looked_at, datetime.date(2027, 5, 31)) == []
    assert "run.py take" in due.as_text([found], 1) and "meals" in due.as_text([found], 1)


@pytest.mark.parametrize(
    "rhythm", [{"every_months": 0, "month": 1}, {"every_months": 12, "month": 13}, "yearly", {}]
)
def test_a_rhythm_that_is_none_is_told(rhythm):
    meals = {"meals": {"title": "Meals", "updated": "2026-01-01", "due": rhythm}}
    with pytest.raises(BriefError, match="data/meals.yml, due"):
        due.due(meals, datetime.date(2026, 6, 1))


def test_the_series_that_recipes_feed_say_how_often_they_come():
    described = catalogue.manifests()
    assert {name for name, one in described.items() if "due" in one} >= {
        "arrivals_korea_yearly",
        "arrivals_korea_checkpoints",
        "asylum_decisions_unhcr",
        "refugee_stock_unhcr",
        "admissions_us",
        "trade_china",
        "votes_general_assembly_by_country",
    }
    due.due(described, datetime.date(2026, 12, 1))


def test_the_command_ends_with_one_where_a_series_is_due(monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "manifests", lambda: {"meals": manifest(1, 1, "2001-01-01")})
    assert cli.main(["due"]) == 1
    assert "1 of 1 official series are due" in capsys.readouterr().out
    monkeypatch.setattr(catalogue, "manifests", lambda: {"meals": manifest(1, 1, "2999-01-01")})
    assert cli.main(["due"]) == 0

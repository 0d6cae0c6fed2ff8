"""A coding rule is written once, beside the SQL or the table that it governs, and the methods show it from there."""

from __future__ import annotations

import json

import pytest

from brief import paths
from brief.analysis import rules
from brief.notebook import catalogue, chapter
from brief.tables.entries import WordingError


def test_rules_stand_over_the_views_that_apply_them(opened):
    found = rules.of_sql() + rules.of_tables(catalogue.manifests())
    views = {
        name
        for (name,) in opened.connection.execute(
            "select name from sqlite_schema where type = 'view'"
        )
    }
    tables = {f"{name}.csv" for name in opened.tables}
    assert len(found) > 5 and {rule.where for rule in found} <= views | tables
    assert len({(rule.subject, rule.words) for rule in found}) == len(found)
    shown = chapter.Chapter(opened).rules()
    assert len(shown.rows) == len(found) and not any("{" in row[1] for row in shown.rows)


def test_methods_show_the_rules_and_tell_none_of_their_own():
    notebook = json.loads((paths.CHAPTERS / "90_methods.ipynb").read_text(encoding="utf-8"))
    text = [
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"
    ]
    assert any("chapter.rules()" in "".join(cell["source"]) for cell in notebook["cells"])
    told = [
        line
        for part in text
        for line in part.splitlines()
        if "latest event" in line or "is coded" in line
    ]
    assert told == [], "write the rule beside its SQL, as a comment `-- Rule (about): …`"


SQL = """-- what: a view. Unit: none.
-- Rule (rain): a day is wet from {least_mm} mm on,
-- and dry below.
create view wet_days as
select 1;
"""


def test_a_rule_is_read_with_its_view(tmp_path):
    file = tmp_path / "weather.sql"
    file.write_text(SQL, encoding="utf-8")
    (rule,) = rules.of_sql([file])
    assert rule == rules.Rule(
        "rain", "a day is wet from {least_mm} mm on, and dry below.", "wet_days"
    )


@pytest.mark.parametrize(
    "text", [SQL.replace("create view wet_days as\n", ""), "-- Rule (rain): none.\n"]
)
def test_a_rule_over_no_view_is_refused(tmp_path, text):
    file = tmp_path / "weather.sql"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WordingError, match="no view"):
        rules.of_sql([file])


def test_a_rule_with_an_unknown_parameter_is_refused():
    assert chapter.filled_in("from {least_mm} mm", {"least_mm": 0.5}) == "from 0.5 mm"
    with pytest.raises(WordingError, match="least_mm"):
        chapter.filled_in("from {least_mm} mm", {})

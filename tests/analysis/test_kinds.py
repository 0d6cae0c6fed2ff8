"""Who speaks beneath the claims: a record that somebody answers for, and what each new figure says where it stands."""

from __future__ import annotations

import json
import re

import yaml

from brief import paths
from brief.analysis import kinds
from brief.editions import publish, row_marks
from brief.tables import database

PINNED = paths.ROOT / "tests" / "copies_alone.yml"
FIRST = "2026.1"  # the edition that recorded no readings


def entries(opened) -> dict[str, dict]:
    return {key: claim.entry for key, claim in opened.claims.items()}


def test_a_row_counts_by_its_best_source(opened):
    connection = opened.connection
    of_kind = {
        kind: next(
            iter(connection.execute("select source_id from sources where kind = ?", (kind,)))
        )[0]
        for kind in kinds.KINDS
    }
    rows = [
        {
            "table": "t",
            "row_key": "1",
            "confidence": "",
            "sources": [of_kind["copy"], of_kind["official"]],
        },
        {"table": "t", "row_key": "2", "confidence": "", "sources": [of_kind["copy"]]},
    ]
    counted = kinds.best_kinds(connection, rows)
    assert counted == {"official": 1, "copy": 1}
    assert kinds.in_words(counted) == "best sources: 1 official, 1 copy"
    assert kinds.in_words({}) == ""


def claims_up_front() -> set[str]:
    """The claims that landing page and summary print."""
    notebook = json.loads((paths.CHAPTERS / "00_summary.ipynb").read_text(encoding="utf-8"))
    text = "".join("".join(cell["source"]) for cell in notebook["cells"])
    text += (paths.ROOT / "index.md").read_text(encoding="utf-8")
    return set(re.findall(r"\{claim\}`([a-z_.0-9]+)`", text)) | set(
        re.findall(r"chapter\.claim\(\"([a-z_.0-9]+)\"\)", text)
    )


def on_copies_alone(opened, keys) -> list[str]:
    """The claims that have rows, and none with better than a copy."""
    found = []
    for key in sorted(keys):
        rows = opened.connection, kinds.claims.evidence(opened.connection, entries(opened)[key])
        if list(kinds.best_kinds(*rows)) == ["copy"]:
            found.append(key)
    return found


def test_no_claim_up_front_rests_on_copies(opened):
    assert len(claims_up_front()) > 4
    assert on_copies_alone(opened, claims_up_front()) == []


def test_rows_on_copies_alone_are_pinned_with_a_reason(opened):
    """The list is what it is: a row that has found a better source leaves it."""
    pinned = yaml.safe_load(PINNED.read_text(encoding="utf-8")) or {}
    found: dict[str, set] = {}
    for entry in entries(opened).values():
        for table, key in kinds.copies_alone(opened.connection, entry):
            found.setdefault(table, set()).add(key)
    listed = {
        table: {row for part in parts for row in part["rows"]} for table, parts in pinned.items()
    }
    assert found == listed, (
        "Give these rows a source that somebody answers for, or pin them in tests/copies_alone.yml with the reason."
    )
    assert all(len(part["why"]) > 40 for parts in pinned.values() for part in parts)


def test_a_copy_alone_is_seen(opened):
    some = entries(opened)["scale.south_total"]
    copied = database.from_image(database.image_of(opened.connection))
    assert kinds.copies_alone(copied, some) == []
    copied.execute("update sources set kind = 'copy'")
    assert len(kinds.copies_alone(copied, some)) == len(kinds.claims.evidence(copied, some))


# Readings


def unread(tables, schema, changed: dict[str, row_marks.Revised]) -> list[tuple]:
    """(table, row, sources) without a reading: of a row that is new or whose figures changed each source, of a row
    that found another source one at least."""
    columns = {name: list(table.columns) for name, table in tables.items()}
    read = {
        tuple(
            row[columns["readings"].index(name)] for name in ("table_name", "row_key", "source_id")
        )
        for row in tables["readings"].rows
    }
    missing = []
    for name, became in changed.items():
        revised = {
            key for key, found in became["revised"].items() if set(found) - set(publish.PROVENANCE)
        }
        whole, part = {*became["new"], *revised}, set(became["revised"]) - revised
        for row in tables[name].rows if whole or part else []:
            key = database.row_key(schema[name], row)
            sources = row[columns[name].index("source_id")].split(";")
            left = [source for source in sources if (name, key, source) not in read]
            if (key in whole and left) or (key in part and left == sources):
                missing.append((name, key, left))
    return missing


def test_each_new_or_changed_row_says_where_its_figure_stands(opened):
    schema = database.table_columns(opened.connection)
    changed = row_marks.since(FIRST, row_marks.of_tables(opened.tables, schema))
    assert unread(opened.tables, schema, changed) == [], (
        "Say in data/readings.csv where in its source each of these figures stands."
    )
    name, column = "arrivals_korea_yearly", "year"
    key = str(opened.tables[name].rows[-1][opened.tables[name].columns.index(column)])
    altered = {name: {"new": [], "revised": {key: ["persons"]}, "gone": []}}
    known = {row[1] for row in opened.tables["readings"].rows if row[0] == name}
    assert key in known or unread(opened.tables, schema, altered), "nothing can fail here"


def test_readings_are_of_rows_and_of_their_sources(opened):
    links = set(opened.connection.execute("select table_name, row_key, source_id from row_sources"))
    columns = opened.tables["readings"].columns
    named = [
        tuple(row[columns.index(name)] for name in ("table_name", "row_key", "source_id"))
        for row in opened.tables["readings"].rows
    ]
    assert [reading for reading in named if reading not in links] == []
    assert len(named) == len(set(named)), "a source is read twice for one row"


def test_marks_tell_new_revised_and_gone_rows_apart(opened):
    schema = database.table_columns(opened.connection)
    now = row_marks.of_tables({"opinion": opened.tables["opinion"]}, schema)
    rows = dict(now["opinion"]["rows"])
    first, second = list(rows)[:2]
    before = {
        "opinion": {
            **now["opinion"],
            "rows": {**rows, first: "0" * len(rows[first]), "gone": rows[second]},
        }
    }
    del before["opinion"]["rows"][second]
    became = row_marks.became(before["opinion"], now["opinion"])
    assert became["new"] == [second] and became["gone"] == ["gone"]
    assert became["revised"] == {first: list(opened.tables["opinion"].columns)}

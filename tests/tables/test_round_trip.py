"""The analyst's round trip: a folder to alter, what is wrong with it, what it changes, how it is compared."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from brief import paths
from brief.build import verify
from brief.editions import changes, edition, ledgers, publish, receipts
from brief.site import preview
from brief.tables import database


def copy_with(folder, table: str, *edits: tuple[str, str]):
    """Put a published table into the folder, with texts in it replaced."""
    text = (paths.DATA / f"{table}.csv").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / f"{table}.csv").write_text(text, encoding="utf-8")


# Everything that is wrong, at once


def test_problems_of_all_files_and_of_the_schema_are_told_at_once(tmp_path):
    """What cannot be read in one table, what the schema refuses in another, a parameter: one report."""
    copy_with(tmp_path, "arrivals_korea_yearly", ("2018,", "2018x,"))
    copy_with(tmp_path, "trade_china", ("2000,", "1800,"))
    copy_with(tmp_path, "opinion", ("year,", "yeer,"))
    with pytest.raises(database.InputError) as refused:
        edition.open_edition(tmp_path, {"relations_window_days": "1"})
    assert {p.file for p in refused.value.problems} == {
        "arrivals_korea_yearly.csv",
        "trade_china.csv",
        "opinion.csv",
        "parameters.csv",
    }


def test_kept_tables_are_those_of_the_present_files(tmp_path, monkeypatch):
    """A kept copy that is damaged, or made from other files, is not used."""
    shutil.copytree(paths.DATA, tmp_path / "data")
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "KEPT", tmp_path / "kept")
    first = edition.open_edition().fingerprint
    (kept,) = paths.KEPT.glob("tables-*")
    for damage in (b"", kept.read_bytes()[:-5] + b"xxxxx"):
        kept.write_bytes(damage)
        assert edition.open_edition().fingerprint == first
    copy_with(tmp_path / "data", "trade_china", ("37.21", "37.22"))
    assert edition.open_edition().fingerprint != first


def test_altered_tables_load_as_a_whole_load_does(tmp_path):
    """Putting one table into the kept database gives the same rows and links as loading everything."""
    lines = (paths.DATA / "trade_china.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "trade_china.csv").write_text("\n".join(lines[:-2]) + "\n", encoding="utf-8")
    opened = edition.open_edition(tmp_path)
    whole = database.load(opened.tables)
    for name in [*database.table_columns(whole), "row_sources"]:
        assert sorted(opened.connection.execute(f"select * from {name}"), key=str) == sorted(
            whole.execute(f"select * from {name}"), key=str
        ), name


# The commands


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """A folder of editions of this module's own, in which the present content is published as a draft."""
    folder = tmp_path_factory.mktemp("editions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "EDITIONS", folder)
        publish.publish("2026.1", "2026-11-22")
    return folder


@pytest.fixture
def published(editions, monkeypatch):
    monkeypatch.setattr(paths, "EDITIONS", editions)
    return editions


RUN = """
import sys
from pathlib import Path
from brief import paths
paths.EDITIONS = Path(sys.argv.pop(1))
from brief.cli import main
code = main(sys.argv[1:])
heavy = sorted({m.split(".")[0] for m in sys.modules} & {"pandas", "numpy", "altair", "sphinx", "docutils", "jupyter_book", "papermill", "nbformat", "IPython", "yaml", "openpyxl", "myst_nb", "vl_convert"})
print("heavy:", *heavy, file=sys.stderr)
raise SystemExit(code)
"""


def run(editions, *arguments):
    return subprocess.run(
        [sys.executable, "-c", RUN, editions, *map(str, arguments)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_new_folder_checks_as_the_published_edition(editions, tmp_path):
    done = run(editions, "new", tmp_path / "mine")
    assert done.returncode == 0 and "check" in done.stdout
    text = (tmp_path / "mine/README.md").read_text(encoding="utf-8")
    assert (
        "relations_window_days" in text and "arrivals_korea_yearly.csv" in text and "{" not in text
    )
    done = run(editions, "check", tmp_path / "mine", "--json")
    found = json.loads(done.stdout)
    assert (
        found["is_published"]
        and not found["flips"]
        and not found["moved"]
        and not found["tables"]
        and not found["unlisted"]
    )
    assert run(editions, "new", tmp_path / "mine").returncode == 2


def test_check_is_quick_and_loads_nothing_heavy(editions, tmp_path):
    copy_with(tmp_path, "trade_china", ("37.21", "137.21"))
    run(editions, "check", tmp_path)
    before = os.times()
    done = run(editions, "check", tmp_path)
    after = os.times()
    seconds = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    assert done.returncode == 0 and "heavy:\n" in done.stderr, done.stderr
    assert "37.21 → 137.21" in done.stdout
    # Processor time, which a busy machine stretches by half; Windows counts none for children.
    assert seconds < 0.8, (
        f"{seconds:.2f} s of processor time for a check: something heavy has crept in"
    )


def test_check_tells_flips_moves_and_rows(editions, tmp_path):
    """A year of arrivals ten times as large: cells, numbers and verdicts are all told, in text and as JSON; --strict says it by its code."""
    lines = (paths.DATA / "arrivals_korea_yearly.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    for row in rows[1:]:
        row[1:4] = [str(10 * int(v)) if v else v for v in row[1:4]]
    (tmp_path / "arrivals_korea_yearly.csv").write_text(
        "\n".join(map(",".join, rows[:-1])) + "\n", encoding="utf-8"
    )
    found = json.loads(
        run(editions, "check", tmp_path, "--set", "relations_window_days=180", "--json").stdout
    )
    change = found["tables"]["arrivals_korea_yearly"]
    assert len(change["removed"]) == 1 and change["revised"] and not change["added"]
    assert found["tables"]["parameters"]["revised"] == [
        {"row": "relations_window_days", "column": "value", "was": 365.0, "now": 180.0}
    ]
    assert (
        found["flips"]
        and found["moved"]
        and found["stayed"] == len(edition.open_edition().claims) - len(found["flips"])
    )
    assert [m["score"] for m in found["moved"]] == sorted(
        (m["score"] for m in found["moved"]), reverse=True
    ) and all(0 <= m["score"] <= 1 for m in found["moved"])
    done = run(editions, "check", tmp_path, "--strict")
    assert done.returncode == 1 and "Sentences that flip" in done.stdout and "was:" in done.stdout


def test_check_refuses_in_words_and_in_json(editions, tmp_path):
    copy_with(tmp_path, "trade_china", ("2000,", "MM,"))
    done = run(editions, "check", tmp_path, "--json")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    (problem,) = json.loads(done.stdout)["refused"]
    assert (problem["file"], problem["row"], problem["column"]) == ("trade_china.csv", 2, "year")


def test_check_before_any_edition_is_refused(tmp_path):
    done = run(tmp_path / "none", "check")
    assert done.returncode == 2 and "publish" in done.stderr


def test_readings_are_printed(editions, tmp_path):
    text = (paths.DATA / "trade_china.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    with (tmp_path / "trade_china.csv").open("w", encoding="utf-16", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [
                [c.replace(".", ",") if i and 1 <= n <= 9 else c for n, c in enumerate(r)]
                for i, r in enumerate(rows)
            ]
        )
    done = run(editions, "check", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "trade_china.csv: UTF-16, semicolons" in done.stdout
        and "decimal commas" in done.stdout
        and "Nothing differs" in done.stdout
    )


def test_compare_takes_folders_ledgers_and_receipts(published, tmp_path):
    copy_with(tmp_path, "trade_china", ("37.21", "137.21"))
    ledger = published / "2026.1.json"
    by_ledger = changes.between(changes.side_of(ledger), changes.side_of(tmp_path))
    assert by_ledger["unlisted"] == ["data/trade_china.csv"] and not by_ledger["tables"]
    by_folder = changes.between(changes.side_of(paths.DATA), changes.side_of(tmp_path))
    assert list(by_folder["tables"]) == ["trade_china"] and by_folder["moved"] == by_ledger["moved"]
    with pytest.raises(database.InputError, match="no such folder"):
        changes.side_of(tmp_path / "nowhere")


# Marks


def test_altered_tables_bear_their_mark_and_can_be_handed_in_again(published, tmp_path):
    (tmp_path / "mine").mkdir()
    copy_with(tmp_path / "mine", "trade_china", ("37.21", "137.21"))
    opened = edition.open_edition(tmp_path / "mine")
    edition.write_tables(opened, tmp_path / "out", marked=True)
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert len(names) == len(opened.tables) and all(
        n.startswith(f"ALTERED-{opened.fingerprint[:12]}-") for n in names
    )
    for path in (tmp_path / "out").iterdir():
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
        assert all("not the published figures" in row["edition"] for row in rows)
    again = edition.open_edition(tmp_path / "out")
    assert again.fingerprint == opened.fingerprint and not again.readings
    edition.write_tables(edition.open_edition(), tmp_path / "plain", marked=True)
    assert not [p for p in (tmp_path / "plain").iterdir() if p.name.startswith("ALTERED")]


def test_reverting_brings_back_the_published_fingerprint(published, tmp_path):
    copy_with(tmp_path, "trade_china", ("37.21", "137.21"))
    assert not edition.open_edition(tmp_path).is_published
    copy_with(tmp_path, "trade_china")
    opened = edition.open_edition(tmp_path)
    assert (
        opened.is_published
        and opened.mark == ""
        and opened.fingerprint == edition.open_edition().fingerprint
    )


# Publishing


@pytest.fixture
def sandbox(monkeypatch, tmp_path):
    """A checkout of its own, as far as publishing writes: editions, data and change log."""
    shutil.copytree(paths.DATA, tmp_path / "data")
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "EDITIONS", tmp_path / "editions")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return tmp_path


def test_draft_is_rewritten_and_a_released_edition_is_not(sandbox):
    path, said = publish.publish("2026.1", "2026-11-22")
    assert "draft" in said[0] and edition.open_edition().is_published
    copy_with(sandbox / "data", "trade_china", ("37.21", "38.21"))
    assert not edition.open_edition().is_published
    publish.publish()
    assert edition.open_edition().is_published
    publish.publish(release=True)
    assert "nothing to do" in publish.publish()[1][0]
    released = path.read_bytes()
    copy_with(sandbox / "data", "trade_china", ("38.21", "39.21"))
    with pytest.raises(database.InputError, match="--revise REASON"):
        publish.publish()
    assert path.read_bytes() == released
    publish.publish(reason="The ministry corrected the figure for 2000.")
    assert edition.open_edition().is_published
    first, second = ledgers.revisions()
    assert (
        first["reason"] == "The first edition."
        and second["reason"].startswith("The ministry")
        and "Against 2026.1" in second["direction"]
    )
    assert second["reason"] in (sandbox / "CHANGELOG.md").read_text(encoding="utf-8")


def test_next_edition_is_compared_with_the_last_released(sandbox):
    publish.publish("2026.1", "2026-11-22", release=True)
    copy_with(sandbox / "data", "trade_china", ("37.21", "38.21"))
    publish.publish("2026.2", "2027-02-01")
    with pytest.raises(database.InputError, match="no reason for trade_china 2000"):
        publish.publish(release=True)
    reasons = "rows: {trade_china: {'2000': The customs office revised it.}}"
    (sandbox / "editions" / "2026.2.reasons.yml").write_text(reasons, encoding="utf-8")
    publish.publish(release=True)
    assert ledgers.revisions()[-1]["revised"][0]["why"] == "The customs office revised it."
    assert [(r["edition"], r["date"]) for r in ledgers.revisions()] == [
        ("2026.1", "2026-11-22"),
        ("2026.2", "2027-02-01"),
    ]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("../x", None), "--edition"),
        (("2026.1", "today"), "--date"),
        ((None, None, False, "because"), "--revise"),
    ],
)
def test_bad_usage_of_publish_is_refused(sandbox, arguments, words):
    with pytest.raises(database.InputError, match=words):
        publish.publish(*arguments)


# Receipts, serving


def test_receipts_are_compared_in_words(published, tmp_path):
    folders = []
    for name in ("one", "two"):
        (tmp_path / name / "html").mkdir(parents=True)
        (tmp_path / name / "html/index.html").write_text("same")
        receipts.write(
            edition.open_edition(
                settings={"relations_window_days": "180"} if name == "two" else None
            ),
            tmp_path / name,
        )
        folders.append(tmp_path / name)
    lines, agrees = verify.verify(folders[0], folders[0])
    assert agrees and lines[-1] == "The two agree in every byte."
    lines, agrees = verify.verify(*folders)
    assert (
        not agrees
        and "differs: data/parameters.csv, an input" in lines
        and "agrees: 1 of 1 output files to the byte" in lines
    )
    with pytest.raises(database.InputError, match="no receipt"):
        verify.verify(tmp_path / "nowhere")


def test_serve_answers_on_this_machine_alone(tmp_path):
    (tmp_path / "html").mkdir()
    (tmp_path / "html/index.html").write_text("the book")
    (tmp_path / "secret").write_text("x")
    web = preview.server(tmp_path / "html", 0)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{web.server_address[1]}"
        with urllib.request.urlopen(f"{address}/") as answer:
            assert (
                answer.read() == b"the book"
                and answer.headers["X-Content-Type-Options"] == "nosniff"
            )
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{address}/../secret")
        assert web.server_address[0] == "127.0.0.1"
    finally:
        web.shutdown()
        web.server_close()
    with pytest.raises(database.InputError, match="no built edition"):
        preview.serve(tmp_path / "nowhere", 0)

"""The analyst's round trip: a folder to alter, what is wrong with it, what it changes, how it is compared."""
from __future__ import annotations

import shutil

import pytest

from brief import database, edition, paths


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
    assert {p.file for p in refused.value.problems} == {"arrivals_korea_yearly.csv", "trade_china.csv", "opinion.csv", "parameters.csv"}


def test_kept_tables_are_those_of_the_present_files(tmp_path, monkeypatch):
    """A kept copy that is damaged, or made from other files, is not used."""
    shutil.copytree(paths.DATA, tmp_path / "data")
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    first = edition.open_edition().fingerprint
    (kept,) = (tmp_path / "build/kept").glob("tables-*")
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
        assert sorted(opened.connection.execute(f"select * from {name}"), key=str) == sorted(whole.execute(f"select * from {name}"), key=str), name

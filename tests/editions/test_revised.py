"""Cells that an official file revised in data/: on record until a release, which shows the reason of each."""

from __future__ import annotations

import shutil

import pytest
import yaml

from brief import cli, paths
from brief.editions import edition, ledgers, publish, revised
from brief.notebook import changed_pages
from brief.words import InputError
from tests.editions.test_take import STOCK, row_text, stock_file
from tests.editions.test_take import known as known  # noqa: F401  (a fixture)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """data/ and editions/ of a checkout of one's own."""
    shutil.copytree(paths.DATA, tmp_path / "data")
    (tmp_path / "editions").mkdir()
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "EDITIONS", tmp_path / "editions")
    publish.publish("2026.1", "2026-11-22", release=True)
    (tmp_path / "editions" / "revisions.yml").unlink()
    return tmp_path


def explain(reason: str, **changed) -> None:
    cells = [cell | {"reason": reason} | changed for cell in revised.read()]
    revised.path().write_text(yaml.safe_dump(cells, allow_unicode=True), encoding="utf-8")


def test_publish_asks_for_the_reason_of_each_revised_cell(checkout, known, tmp_path, capsys):  # noqa: F811
    (tmp_path / "in").mkdir()
    path = stock_file(tmp_path / "in", row_text(known, 7))
    assert cli.main(["take", str(path), "--into", str(paths.DATA)]) == 0
    assert "data/revised.yml" in capsys.readouterr().out
    key = f"{known['year']}|{known['country_code']}"
    (cell,) = revised.read()
    assert (cell["table"], cell["row"], cell["column"]) == (STOCK, key, "refugees")
    assert (cell["was"], cell["now"]) == (known["refugees"], known["refugees"] + 7)
    assert (cell["source_was"], cell["reason"]) == (known["source_id"], "")
    edition.open_edition()  # the tables are still whole

    with pytest.raises(
        InputError, match=f"no reason for {STOCK} {key.replace('|', '.')}, refugees"
    ):
        publish.publish("2026.2", "2026-12-01", release=True)
    assert not (paths.EDITIONS / "2026.2.json").exists()

    explain("short")
    with pytest.raises(InputError, match="ten letters|10 letters"):
        publish.publish("2026.2", "2026-12-01")
    explain("UNHCR took back a double count.", now=1)
    with pytest.raises(InputError, match="where the table holds"):
        publish.publish("2026.2", "2026-12-01")

    explain("UNHCR took back a double count.", now=known["refugees"] + 7)
    publish.publish("2026.2", "2026-12-01")  # a draft: the record stays
    assert revised.path().exists()
    publish.publish("2026.2", "2026-12-01", release=True)
    assert not revised.path().exists()
    (change,) = ledgers.revisions()
    assert change["cells"][0]["reason"] == "UNHCR took back a double count."
    page = changed_pages.ChangedPages(edition.open_edition()).revisions()
    was, now = known["refugees"], known["refugees"] + 7
    assert f"{key}, refugees: {was} → {now}" in str(page.rows)
    assert "UNHCR took back a double count." in str(page.rows)


def test_a_cell_that_is_set_back_is_off_the_record(checkout, known, tmp_path):  # noqa: F811
    (tmp_path / "in").mkdir()
    for more in (7, 9):
        path = stock_file(tmp_path / "in", row_text(known, more))
        assert cli.main(["take", str(path), "--into", str(paths.DATA)]) == 0
    (cell,) = revised.read()
    assert (cell["was"], cell["now"]) == (known["refugees"], known["refugees"] + 9)
    assert cell["source_was"] == known["source_id"]
    path = stock_file(tmp_path / "in", row_text(known))
    assert cli.main(["take", str(path), "--into", str(paths.DATA)]) == 0
    assert revised.read() == []


@pytest.mark.parametrize("text", ["a: [", "[1]", "[{table: x}]", "nothing: here"])
def test_a_record_of_a_wrong_shape_is_refused(text, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "DATA", tmp_path)
    (tmp_path / "revised.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="data/revised.yml"):
        revised.read()

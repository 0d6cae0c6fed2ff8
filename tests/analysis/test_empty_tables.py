"""Any one table may be empty: what is said of such an edition, its chapters too, comes to its end."""

from __future__ import annotations

import pytest

from brief.analysis import claims
from brief.build import execute
from brief.editions import edition
from brief.tables import database
from brief.words import InputError
from tests.build.test_engines import needs_fork

# Tables that others cannot do without: every row cites a source, every threshold is a parameter.
NEEDED = {"sources": "the published sources stand", "parameters": "the published parameters stand"}


def emptied(folder, name: str, columns: list[database.Column]):
    """A folder that holds one table, its header alone."""
    folder.mkdir(exist_ok=True)
    header = ",".join(column.name for column in columns)
    (folder / f"{name}.csv").write_text(f"{header}\n", encoding="utf-8")
    return folder


def test_numbers_claims_and_wordings_of_an_edition_with_any_one_table_empty(opened, tmp_path):
    schema = database.table_columns(opened.connection)
    unknown = {}
    for name, columns in schema.items():
        folder = emptied(tmp_path / name, name, columns)
        if name in NEEDED:
            with pytest.raises(InputError, match=NEEDED[name]):
                edition.open_edition(folder)
            continue
        found = edition.open_edition(folder)
        assert not found.tables[name].rows and not found.is_published
        assert set(found.claims) == set(opened.claims) and set(found.numbers) == set(opened.numbers)
        for key in found.wordings["figures"]:
            words = claims.figure_words(key, found.wordings, found.claims, found.numbers)
            assert words["title"] and words["alt"]
        unknown[name] = sum(claim.case == "unknown" for claim in found.claims.values())
    published = sum(claim.case == "unknown" for claim in opened.claims.values())
    assert unknown["arrivals_korea_yearly"] > published, "an empty table must leave claims open"


@needs_fork
@pytest.mark.parametrize("name", ["arrivals_korea_yearly", "repatriation_episodes"])
def test_every_chapter_runs_on_an_empty_table(opened, tmp_path, name):
    columns = database.table_columns(opened.connection)[name]
    folder = emptied(tmp_path / "data", name, columns)
    execute.execute_all(folder, tmp_path / "executed")
    assert len(list((tmp_path / "executed").glob("*.ipynb"))) == len(execute.chapter_names())

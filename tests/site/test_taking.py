"""What is dropped on the panel: which files of a folder are tables, what they come to together, and whose own file one is.

The page's scripts answer under Node, and are held against what the command makes of the same folder.
"""

from __future__ import annotations

import pytest

from brief.editions import edition
from brief.site import live, official
from brief.tables import database, readers
from tests.site.test_two_doors import ask_page

YEARLY = "arrivals_korea_yearly"
EDITS = "year,persons,female\n2018,1140,972\n"
FOLDERS = {  # name: the files of a folder
    "as_taken": [
        f"{YEARLY}.csv",
        "sources.csv",
        "README.md",
        "taken.txt",
        "differences.html",
        ".DS_Store",
        "desktop.ini",
        "~$book.xlsx",
    ],
    "as_downloaded": [f"ALTERED-0123456789ab-{YEARLY}.csv", "datapackage.json", "README.md"],
    "other_kinds": ["Weapons_Tests.TSV", "trade_china.tab", "opinion.txt", "notes.txt", "noend"],
    "with_strangers": ["a.pdf", "b.docx", "c.html", "d", "e.zipped", "f.tex", f"{YEARLY}.csv"],
    "a_table_twice": [f"{YEARLY}.csv", f"{YEARLY}.tsv"],
    "an_unknown_table": ["unhcr.csv", f"{YEARLY}.csv"],
    "an_old_workbook": ["old.xls", f"{YEARLY}.csv"],
    "a_table_of_no_kind": [f"{YEARLY}.docx", "weapons_tests.csv"],
    "a_table_in_parquet": [f"{YEARLY}.parquet"],
    "nothing": ["README.md", "notes.txt"],
}
ROWS = {
    YEARLY: EDITS,
    "sources": "source_id,title\nct_2025,Arrivals\n",
    "weapons_tests": "year,missile_flights\n1998,2\n",
    "trade_china": "year,note\n2000,x\n",
    "opinion": "pollster,year,topic,answer,respondents\n",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    return lambda *asked: ask_page(tmp_path_factory.mktemp("taking"), list(asked))


def command_on(folder, names: list[str], schema: dict) -> tuple[list[str], str, list[str]]:
    """What the command makes of a folder with these files: its tables, what it passed over, and which files it refuses."""
    for name in names:
        stem = readers.MARKED.sub("", name.rpartition(".")[0]).lower()
        text = ROWS.get(stem, "something")
        text = text.replace(",", "\t") if name.lower().endswith(("tsv", "tab")) else text
        if stem == "opinion":
            text += "Gallup,2010,x,y,1\n"
        (folder / name).write_text(text)
    tables, problems = readers.read_source(folder, schema)
    said = [line for table in tables.values() for line in table.readings]
    passed = [line for line in said if line.endswith("passed over")]
    return sorted(tables), "".join(passed), sorted({problem.file for problem in problems})


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_sorted_as_the_command_sorts_it(opened, ask, tmp_path, name):
    schema = database.table_columns(opened.connection)
    tables, passed, refused = command_on(tmp_path, FOLDERS[name], schema)
    (page,) = ask({"names": FOLDERS[name], "tables": list(schema)})
    assert sorted({table for table, _ in page["taken"]}) == tables
    assert sorted(page["refused"]) == refused
    if tables:  # else the command refuses the folder, and passes nothing over
        assert page["passed"] == passed


def folder_of(opened) -> dict[str, str]:
    """What a folder of `take` holds: edits by key, a whole table with rows more and fewer, the sources, parameters."""
    names = opened.tables["sources"].columns
    source = {name: "x" for name in names} | {
        "source_id": "zz_new",
        "url": "https://example.org/",
        "read_at": "",
        "date": "2026",
    }
    known = dict(zip(names, opened.tables["sources"].rows[0]))
    source |= {name: known[name] for name in names if name in ("kind",)}
    new = [
        "year,persons,source_id,confidence,note",
        "1999,149,zz_new,one_source,revised",
        "2001,583,zz_new,one_source,",
    ]
    return {
        "arrivals_korea_1999_2001": "\n".join(new),
        YEARLY: EDITS,
        "sources": ",".join(names) + "\n" + ",".join(source[name] or "" for name in names),
        "parameters": "name,value\nborder_baseline_first_year,2003\n",
    }


def with_sources(opened, files: dict[str, str]) -> dict[str, str]:
    """The files, the new source below all that are known."""
    columns = opened.tables["sources"].columns
    quoted = [
        ",".join('"' + str(cell or "").replace('"', '""') + '"' for cell in row)
        for row in opened.tables["sources"].rows
    ]
    last = files["sources"].splitlines()[-1]
    return files | {"sources": "\n".join([",".join(columns), *quoted, last])}


def test_a_folder_comes_to_what_the_command_makes_of_it(opened, ask, tmp_path):
    files = with_sources(opened, folder_of(opened))
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    built = edition.open_edition(tmp_path)
    schema = database.table_columns(opened.connection)
    wanted = {
        name: live.difference_of(opened.tables[name], built.tables[name], schema[name])
        for name in files
        if name != "parameters"
    }
    assert [len(wanted["sources"][part]) for part in ("set", "cut", "add")] == [0, 0, 1]
    (page,) = ask({"files": list(files.items()), "pack": live.pack(opened)})
    assert page["scenario"] == {"p": {"border_baseline_first_year": 2003}, "t": wanted}
    stay = len(opened.tables[YEARLY].rows) - 1
    assert (
        f"only year, female and persons, so merged by key: 1 row edited, their sources as before, "
        f"{stay} rows as published"
    ) in page["said"]


PARAMETERS = {
    "name,value\nno_such,3\n": "a new row",
    "name,max\nborder_baseline_first_year,2100\n": "another max",
    "name,value\nborder_baseline_first_year,\n": "an empty cell",
}


@pytest.mark.parametrize("text", PARAMETERS)
def test_of_parameters_only_values_are_taken(opened, ask, text):
    (page,) = ask({"files": [["parameters", text]], "pack": live.pack(opened)})
    assert PARAMETERS[text] in page["refusals"][0]["found"]


def test_edits_in_the_page_lie_over_what_the_reader_altered(opened, ask):
    """A second file of edits does not undo the first, and says that it lies over altered rows."""
    files = [[YEARLY, EDITS], [YEARLY, "year,note\n2018,again\n2017,more\n"]]
    (page,) = ask({"files": files, "pack": live.pack(opened)})
    change = {key: cells for key, cells in page["scenario"]["t"][YEARLY]["set"]}
    assert change["2018"] == {"female": 972, "persons": 1140, "note": "again"}
    assert set(change["2017"]) == {"note"}
    assert page["said"][1].endswith("rows as they were")


# A publisher's own file

RECIPE = """
title: asylum decisions by stage
seen: 2026-11
header: [Year, Country of origin (ISO), "Stage of procedure", "/cases ?.{1,3} ?persons/"]
without: [Refugees]
source: {source_id: u, publisher: UNHCR}
takes: {}
"""
ACROSS = """
title: arrivals, years across
header: [구분, "/~?'[0-9]{2}/"]
turned: true
source: {publisher: Ministry of Unification}
"""
JOINED = """
title: first-instance decisions
header: [freq, unit, geo]
first_column: joined
source: {publisher: Eurostat}
"""
STAGE = 'Year,"Country of origin (ISO)","Stage of procedure","Cases / Persons"'
OFFICIAL = {  # name: (text, the recipe that knows it)
    "as_published": (f"{STAGE}\n2018,PRK,FI,P\n", "stages"),
    "below_a_title_block": (
        '"Extracted:","UNHCR"\n\n"a, b"\n' + STAGE + "\n2018,PRK,FI,P\n",
        "stages",
    ),
    "in_capitals_with_spaces": (STAGE.upper().replace(" ", "  ") + "\n", "stages"),
    "semicolons": (STAGE.replace(",", ";") + "\n2018;PRK;FI;P\n", "stages"),
    "with_what_it_has_not": (f"{STAGE},Refugees\n2018,PRK,FI,P,1\n", None),
    "one_column_gone": ("Year,Country of origin (ISO),Cases / Persons\n2018,PRK,P\n", None),
    "across": ("구분,~'98,~'01,'02\n남,831,565,510\n", "across"),
    "down": ("x,구분,y\n,'98,\n,'02,\n", "across"),
    "joined": ("freq,unit,geo\\TIME_PERIOD\t2008\t2009\nA,PER,BE\t1\t2\n", "joined"),
    "our_own": ("year,persons\n2018,3\n", None),
    "broken": ('"Year,x\n', None),
    "empty": ("", None),
    "large": (f"{STAGE}\n" + "2018,PRK,FI,P\n" * 20_000, "stages"),
}


def test_a_publishers_own_file_is_known_by_its_header(ask, tmp_path):
    for name, text in (("stages", RECIPE), ("across", ACROSS), ("joined", JOINED)):
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    known = official.signatures(tmp_path)
    assert [signature["name"] for signature in known] == ["across", "joined", "stages"]
    pages = ask(
        *({"text": text, "official": known, "name": "a.csv"} for text, _ in OFFICIAL.values())
    )
    found = {name: page["official"] for name, page in zip(OFFICIAL, pages, strict=True)}
    assert found == {name: wanted for name, (_, wanted) in OFFICIAL.items()}
    assert "(UNHCR): asylum decisions by stage." in pages[0]["said"]
    assert "`python3 run.py take a.csv --into mine`" in pages[0]["said"]


@pytest.mark.parametrize(
    "file, name",
    [
        ("asylum decisions.csv", '"asylum decisions.csv"'),
        ("통일부.csv", "통일부.csv"),
        ("$(rm -rf ~).csv", "FILE"),
        ('a"; b.csv', "FILE"),
    ],
)
def test_a_strangers_file_name_makes_no_command(ask, tmp_path, file, name):
    (tmp_path / "stages.yml").write_text(RECIPE, encoding="utf-8")
    known = official.signatures(tmp_path)
    (page,) = ask({"text": OFFICIAL["as_published"][0], "official": known, "name": file})
    assert f"run.py take {name} --into mine`" in page["said"]


def test_every_recipe_has_what_the_page_needs():
    for signature in official.signatures():
        assert signature["publisher"] and signature["what"], signature["name"]
        assert all(isinstance(heading, str) for heading in signature["header"]), signature["name"]

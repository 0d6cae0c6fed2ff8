"""One reader, two doors: what the page takes is decoded, split and judged as `check` does it, cell by cell.

The same bytes go through `delimited.read_delimited` and, under Node, through the page's own scripts. Values, row numbers
and what is said of them must agree, or both refuse, at the same row and column and in the same words.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import random
import subprocess

import pytest

from brief import paths, words
from brief.notebook import catalogue
from brief.site import live
from brief.tables import database, delimited, edits
from tests import PATIENCE, hostile
from tests.site.test_parity import node_of_wheel
from tests.tables import test_advice, test_edits, test_header_advice
from tests.tables.test_hostile import as_csv, shown
from tests.tables.test_readers import (
    HEADER,
    READ,
    REFUSED,
    SCHEMA,
    SHARES,
    csv_text,
    german,
    one,
)

KOREAN = ",".join(HEADER) + "\n2018,1,,,ct,통일부 발표 자료\n"


# The files


def many_forms(chance: random.Random, count: int = 400) -> list[bytes]:
    """Files whose numbers and dates are written in every way that a spreadsheet has, several of them in one file at times."""
    numbers = "7 -7 +7 1,234 1.234 12,5 12.5 1,234.5 1.234,5 1 234 1'234 1\u202f234 0,125 0.125 1e3 1,5e2 .5 5. 7.0 7.000 0.000 1400.000 12% − −3 1.2.3 1,,2 ,5 00012 123456789012345 1234567890123456 ١٢٣ 1_48 ⁵ n/a".split()
    numbers += ["1 234", "1 234,5", "\u00a07", " 7 ", "7\u2009000", "1-Mar", "####", "#N/A"]
    dates = "2018년 2018년11월 2018년11월6일 2018.11.6. 2018.11. Nov-6 2018 2018-11 2018-11-06 6/11/2018 13/11/2018 11/13/2018 6.11.2018 06/11/18 6/11/18 13.05.28 98.5.13 18.11.6 0/1/99 2018-11-31 2018/11/06 43410 43405 06-Nov-18 Nov-18 6-November-2018 n.d. 2018-13 31/2/2018 2018-11-06T00:00 2018-11-01 1/1/2018 0000/1/1".split()
    texts = [
        "",
        "x",
        "10-19",
        "19-Oct",
        "=1+1",
        "@a",
        "-b",
        "Zürich",
        "a  b",
        '"',
        "x\ry",
        "\ufeffx",
        "\u200bx",
        "x\x85",
        "e\u0301",
    ]
    files = []
    for _ in range(count):
        few_numbers, few_dates = chance.sample(numbers, 3), chance.sample(dates, 2)
        rows = [
            [
                chance.choice(few_dates),
                chance.choice(few_numbers),
                chance.choice(few_numbers),
                chance.choice(texts),
                "ct",
                chance.choice(texts),
            ]
            for _ in range(chance.randint(1, 5))
        ]
        delimiter = chance.choice(",,;\t|")
        text = csv_text(rows, delimiter=delimiter, end=chance.choice(["\n", "\n", "\r\n", "\r"]))
        if chance.random() < 0.2:
            text = f"sep={delimiter}\r\n{text}"
        files.append(text.encode(chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"])))
    return files


def torn(chance: random.Random, count: int = 400) -> list[bytes]:
    """Sound files with a few bytes, delimiters, quotes or line ends put in or taken out."""
    pieces = [
        b'"',
        b'""',
        b",",
        b";",
        b"\n",
        b"\r",
        b"\r\n",
        b"\t",
        b"\n\n",
        b" ",
        b"\xc7\xd1",
        b"\x80",
        b"\x00",
        b"sep=;\n",
    ]
    sound = [raw for raw, _ in READ.values()] + [KOREAN.encode("cp949")]
    files = []
    for _ in range(count):
        raw = bytearray(chance.choice(sound))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.choice([0, 0, 1])] = chance.choice(pieces)
        files.append(bytes(raw))
    return files


HEADERS = {
    "missing": "date,persons,trade_usd_m,ages,source_id\n2018,1,,,ct\n",
    "misspelt": "date,person,trade_usd_m,ages,source_id,note\n2018,1,,,ct,\n",
    "in_capitals": ",".join(HEADER).upper() + "\n2018,1,,,ct,\n",
    "twice": ",".join([*HEADER, "note", "persons"]) + "\n2018,1,,,ct,,,\n",
    "without_name": ",".join([*HEADER, "", "more"]) + "\n2018,1,,,ct,x,y,z\n",
    "too_many_cells": ",".join(HEADER) + "\n2018,1,,,ct,a, b\n2019,1,,,ct,c,,\n2017,x,,,ct,a,b\n",
    "too_few_cells": ",".join(HEADER) + "\n2018,1\n2019\n",
    "blank_lines_between": ",".join(HEADER) + "\n\n\n2018,x,,,ct,\n\n,,,\n2019,y,,,ct,\n",
    "title_above": "Arrivals\n\n" + ",".join(HEADER) + "\n2018,1,,,ct,\n",
    "only_a_header": ",".join(HEADER) + "\n",
    "blank": " \n,\n\t\n",
    "wide": ",".join([*HEADER, *(f"c{i}" for i in range(600))]) + "\n",
    "spaces_around_names": " date , persons,trade_usd_m,ages,source_id,note \n2018,1,,,ct,\n",
    "quoted_names": ";".join(f'"{h}"' for h in HEADER) + "\n2018;1;;;ct;\n",
    "sep_in_quotes": '"sep=|"\n' + csv_text(delimiter="|"),
    "sep_alone": "sep=;\n",
    "quotes_inside": ",".join(HEADER) + '\n2018,1,,,ct,he said "so"\n',
    "text_behind_quotes": ",".join(HEADER) + '\n2018,1,,,ct,"he said" so\n',
    "many_wrong_rows": ",".join(HEADER) + "\n" + "2018,x,,,ct,\n" * 300,
    "a_long_number": one(trade="1" * 4000 + "x"),
    "a_longer_number": one(trade="1" * 60_000 + "x"),
    "a_cell_too_long": one(note="x" * 5001),
    "a_cell_as_long_as_may_be": one(note="😀" * 5000),
    "a_field_beyond_the_limit": one(note="x" * 131_073),
}
CODE_PAGES = {
    "korean": KOREAN.encode("cp949"),
    "korean_one_word": one(note="북한").encode("cp949"),
    "korean_extended": one(note="똠방각하 펲시콜라").encode("cp949"),
    "korean_one_syllable": one(note="북").encode("cp949"),
    "korean_with_marks": one(note="“통일부” · ① ※ 자료").encode("cp949"),
    "korean_cut_off": one(note="통일부").encode("cp949")[:-2],
    "korean_semicolons": csv_text(
        [["2018", 12345, 1234.5, "", "ct", "통일부 발표"]], delimiter=";", number=german
    ).encode("cp949"),
    "western": one(note="Zürich – naïve €").encode("cp1252"),
    "western_with_a_hole": one(note="Z\x81rich").encode("latin-1"),
    "western_other": one(note="Œuvre ¶").encode("cp1252"),
    "half_a_character": one(note="x").encode()[:-1] + b"\xed\xa0\x80\n",
    "utf16_big": csv_text().encode("utf-16-be"),
    "utf16_marked_big": b"\xfe\xff" + csv_text().encode("utf-16-be"),
    "utf16_cut_off": csv_text().encode("utf-16")[:-1],
    "utf16_half_a_pair": b"\xff\xfe" + one(note="x").encode("utf-16-le") + b"\x00\xd8",
    "replacement_sign": one(note="통\ufffd부").encode(),
}


@pytest.fixture(scope="module")
def schema() -> dict:
    return database.table_columns(database.empty_database(SCHEMA))


@pytest.fixture(scope="module")
def files(opened, schema) -> dict[str, tuple[list, bytes]]:
    """{name: (columns, bytes)}: every file that both doors are given."""
    talks, chance = schema["talks"], random.Random("two doors 2026")
    found = {f"read/{name}": (talks, raw) for name, (raw, _) in READ.items()}
    found |= {
        f"refused/{name}": (talks, entry[0] if isinstance(entry[0], bytes) else entry[0].encode())
        for name, entry in REFUSED.items()
    }
    found |= {f"header/{name}": (talks, text.encode()) for name, text in HEADERS.items()}
    found |= {f"code page/{name}": (talks, raw) for name, raw in CODE_PAGES.items()}
    found |= {f"form/{i}": (talks, raw) for i, raw in enumerate(many_forms(chance))}
    found |= {f"torn/{i}": (talks, raw) for i, raw in enumerate(torn(chance))}
    found |= edits_of(opened)
    votes = database.table_columns(database.empty_database(SHARES))["votes"]
    for number, text in enumerate(("0.4,1 0.55,1 0.9,1", "0.4,WAHR x,TRUE", "0,1 0,1 0,1")):
        lines = [f"{2000 + i},{cells}" for i, cells in enumerate(text.split())]
        raw = "\n".join(["year,for_pct,adopted", *lines]).encode()
        found[f"shares/{number}"] = (votes, raw)
    real = database.table_columns(opened.connection)
    arrivals = real["arrivals_korea_yearly"]
    for kind, text in test_advice.CASES:
        raw = as_csv([c.name for c in test_advice.COLUMNS], [["2018", *[text] * 5, ""]]).encode()
        found[f"advice/{kind}/{text}"] = (test_advice.COLUMNS, raw)
    for name, (text, _) in test_header_advice.WHOLE.items():
        found[f"header/{name}"] = (arrivals, text.encode())
    for name, (text, *_) in {**test_advice.NOTES, **test_advice.BETWEEN}.items():
        text = f"{test_advice.NAMES}\n{test_advice.ROW}\n{text}"
        found[f"notes/{name}"] = (arrivals, text.encode())
    found |= {
        f"published/{name}": (columns, (paths.DATA / f"{name}.csv").read_bytes())
        for name, columns in real.items()
    }
    for number, (name, row) in enumerate(rows_of_totals(opened)):
        rows = [[shown(v) for v in own] for own in opened.tables[name].rows]
        raw = as_csv([c.name for c in real[name]], [*rows, row]).encode()
        found[f"total/{name}/{number}"] = (real[name], raw)
    for kind, texts in hostile.CORPUS.items():
        for number in range(60):
            text = texts[number] if number < len(texts) else hostile.variant(kind, chance)
            name = chance.choice([n for n in real if opened.tables[n].rows])
            cells = [shown(v) for v in chance.choice(opened.tables[name].rows)]
            cells[chance.randrange(len(cells))] = text
            raw = as_csv([c.name for c in real[name]], [cells]).encode("utf-8", "surrogatepass")
            found[f"hostile/{kind}/{number}"] = (real[name], raw)
    return found


def edits_of(opened) -> dict[str, tuple[list, bytes]]:
    """{edits/table/name: (columns, bytes)}: files that hold the key and some of the columns, sound and torn."""
    chance = random.Random("edits by key 2026")
    schema = database.table_columns(opened.connection)
    found = {
        f"edits/{table}/{name}": (schema[table], text.replace("{sum}", "212").encode())
        for name, (table, text, *_) in test_edits.REFUSED.items()
    }
    for number in range(120):
        table = chance.choice([name for name in schema if opened.tables[name].rows])
        columns = schema[table]
        others = [c.name for c in columns if not c.key]
        few = chance.sample(others, chance.randint(0, len(others)))
        names = [c.name for c in columns if c.key or c.name in few]
        chance.shuffle(names)
        if chance.random() < 0.15:
            names[chance.randrange(len(names))] = chance.choice(["persns", "edition", "", names[0]])
        rows = []
        for row in chance.sample(opened.tables[table].rows, min(5, len(opened.tables[table].rows))):
            cells = dict(zip(opened.tables[table].columns, map(shown, row)))
            cells = [cells.get(name, "") for name in names]
            if chance.random() < 0.5:
                other = chance.choice(["", "7", "2031", "Kentuckу", "x", "Total", "n/a", "1,5"])
                cells[chance.randrange(len(cells))] = other
            rows.append(cells)
        rows += chance.sample(rows, chance.choice([0, 0, 0, 1]))
        found[f"edits/{table}/{number}"] = (columns, as_csv(names, rows).encode())
    return found


TOTALS = "Total TOTALS: (total) Grand_total Subtotal World worldwide All Σ ∑ 합계 합_계 총계: 누계 소계 전체 ＴＯＴＡＬ Total_2018 All_countries Sum".split()
HONEST = "Germany Various All_northward whole_trip Totalitarian Tonga 1,137".split()


def rows_of_totals(opened) -> list[tuple[str, list[str]]]:
    """(table, a row more): totals by word, by code and by sum, and rows that are none."""
    rows = []
    for word in [*TOTALS, *HONEST]:
        word = word.replace("_", " ")
        rows.append(("arrivals_korea_yearly", [word, "1", "2", "3", "ct_2025", "one_source", ""]))
        decisions = ["2014", word, "LUX", *"123456", "unhcr_refugees", "one_source", ""]
        rows.append(("asylum_decisions_unhcr", decisions))
    for code in ("WLD", "EUR", "XXX", "LUX", "wld", "W1"):
        decisions = ["2014", "Somewhere", code, *"123456", "unhcr_refugees", "one_source", ""]
        rows.append(("asylum_decisions_unhcr", decisions))
    names = opened.tables["asylum_decisions_unhcr"].columns
    for year in (2008, 2014, 2017):
        own = [r for r in opened.tables["asylum_decisions_unhcr"].rows if r[0] == year]
        sums = [sum(r[i] or 0 for r in own) for i in range(3, names.index("source_id"))]
        for more in (0, 1):
            counts = [str(value + more) for value in sums]
            decisions = [str(year), "Elsewhere", "LUX", *counts, "unhcr_refugees", "one_source", ""]
            rows.append(("asylum_decisions_unhcr", decisions))
    return rows


# The two doors


def ask_page(folder, asked: list[dict]) -> list[dict]:
    """What the page's scripts answer under Node."""
    korean = {}
    for first in range(0x81, 0x100):
        for second in range(0x100):
            pair = bytes([first, second])
            try:
                korean[pair.hex()] = pair.decode("cp949")
            except UnicodeDecodeError:
                continue
    lines = [{"cells": live.cells(), "korean": korean}, *asked]
    (folder / "asked.jsonl").write_text("\n".join(json.dumps(a) for a in lines), encoding="utf-8")
    subprocess.run(
        [
            node_of_wheel() or "node",
            str(paths.ROOT / "tests" / "reading.cjs"),
            str(folder / "asked.jsonl"),
            str(folder / "answers.jsonl"),
        ],
        check=True,
        timeout=PATIENCE,
    )
    return [
        json.loads(line)
        for line in (folder / "answers.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]


def table_in(name: str) -> str:
    """The table that a file of the corpus is handed in as: `total/…`, `edits/…` and `published/…` name one of the brief's."""
    kind, _, rest = name.partition("/")
    return rest.partition("/")[0] if kind in ("total", "edits", "published") else "t"


def known_rows(name: str, opened) -> list | None:
    """The rows that a file of edits is laid over; None for other files."""
    return opened.tables[table_in(name)].rows if name.startswith("edits/") else None


def described(name: str, columns: list) -> list[dict]:
    """The columns as the page knows them: those of the brief's own tables with their units."""
    units = {}
    if name.startswith("edits/"):
        units = catalogue.manifests()[table_in(name)]["columns"]
    return [
        dataclasses.asdict(c) | ({"unit": str(units[c.name]["unit"])} if units else {})
        for c in columns
    ]


def question(name: str, columns: list, raw: bytes, opened) -> dict:
    return {
        "over": known_rows(name, opened),
        "name": table_in(name),
        "bytes": base64.b64encode(raw).decode(),
        "columns": described(name, columns),
        "most": live.MOST_ROWS,
    }


def command_answer(name: str, columns: list, raw: bytes, opened) -> dict:
    try:
        table, problems = delimited.read_delimited(table_in(name), raw, columns, "t.csv")
        if known_rows(name, opened) is not None:
            table, wrong = edits.laid_over(table, opened.tables[table.name], columns)
            problems += wrong
    except words.InputError as error:
        return {"refusals": error.problems}
    return {
        "rows": [list(row) for row in table.rows],
        "lines": table.lines,
        "readings": ", ".join(line.removeprefix("t.csv: ") for line in table.readings),
        "refusals": problems,
    }


@pytest.fixture(scope="module")
def answers(files, opened, tmp_path_factory) -> dict[str, tuple[dict, dict]]:
    """{name: (what the command says, what the page says)}."""
    asked = [question(name, columns, raw, opened) for name, (columns, raw) in files.items()]
    pages = ask_page(tmp_path_factory.mktemp("doors"), asked)
    return {
        name: (command_answer(name, *file, opened), page)
        for (name, file), page in zip(files.items(), pages, strict=True)
    }


def test_totals_are_refused_at_both_doors(answers):
    """Not by chance of agreement: the command refuses most of what the corpus calls a total."""
    told = [
        name
        for name, (command, _) in answers.items()
        if name.startswith("total/")
        and any("totals" in attribute(r, "help") for r in command["refusals"])
    ]
    assert len(told) > len(TOTALS), told


def test_edits_by_key_are_merged_and_refused_at_both_doors(answers):
    """Not by chance of agreement: of the files of edits some are merged, and each fault is met."""
    commands = [command for name, (command, _) in answers.items() if name.startswith("edits/")]
    merged = [c for c in commands if "merged by key" in c.get("readings", "")]
    assert sum(not command["refusals"] for command in merged) > 20
    found = {r.found.split(" (")[0] for command in commands for r in command["refusals"]}
    assert {"a new row", "an empty cell", "a header and no rows"} <= found, found


def differing(answers, part) -> list[str]:
    return [
        f"{name}: the command {part(command)!r}, the page {part(page)!r}"
        for name, (command, page) in answers.items()
        if part(command) != part(page)
    ]


def attribute(refusal, name: str):
    return refusal[name] if isinstance(refusal, dict) else getattr(refusal, name)


def test_the_same_cells_are_read(answers):
    found = differing(answers, lambda a: (a.get("rows"), a.get("lines")))
    assert not found, f"{len(found)} of {len(answers)} differ:\n" + "\n".join(found)[:6000]
    read = sum(not command["refusals"] for command, _ in answers.values())
    assert read > 500 and len(answers) - read > 500, (read, len(answers))


def test_what_is_refused_is_refused_at_the_same_place_in_the_same_words(answers):
    for parts in (("row", "column"), ("row", "column", "allowed")):
        found = differing(
            answers,
            lambda a: [tuple(attribute(r, part) for part in parts) for r in a["refusals"]],
        )
        assert not found, f"{len(found)} of {len(answers)} differ:\n" + "\n".join(found)[:6000]


def test_the_same_help_is_given(answers):
    """But for the marks around a name: the page has typographic ones."""
    plain = str.maketrans("“”", "''")
    found = differing(
        answers, lambda a: [attribute(r, "help").translate(plain) for r in a["refusals"]]
    )
    assert not found, f"{len(found)} of {len(answers)} differ:\n" + "\n".join(found)[:6000]


def test_the_same_is_said_of_what_was_read(answers):
    found = [
        f"{name}: the command {command['readings']!r}, the page {', '.join(page['readings'])!r}"
        for name, (command, page) in answers.items()
        if "rows" in command and command["readings"] != ", ".join(page["readings"])
    ]
    assert not found, f"{len(found)} of {len(answers)} differ:\n" + "\n".join(found)[:6000]


def test_no_sign_is_replaced(answers, files):
    for name, (_, page) in answers.items():
        if "\ufffd" in json.dumps(page.get("rows"), ensure_ascii=False):
            assert "\ufffd".encode() in files[name][1], name

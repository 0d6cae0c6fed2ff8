"""Every gate of the book, seen red: what is broken, and the test that shows the suite or the build stop at it.

`ELSEWHERE` names the tests of other files that show a gate red, so that the list is whole and cannot rot; the other
gates are broken here, one at a time, by calling the very function that checks.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from brief import paths
from brief.analysis import claims
from brief.site import extras
from brief.tables import entries
from tests import PATIENCE, prose
from tests.analysis import test_claims
from tests.tables import test_data, test_database

HERE = Path(__file__).parent

ELSEWHERE = {  # the gate: the test that sees it red
    "a failing cell": "build/test_engines.py::test_failing_chapter_stops_the_build",
    "a failing cell, under papermill's own engine": "build/test_engines.py::test_failing_cell_stops_the_build_under_papermills_own_engine",
    "stderr in a cell": "build/test_engines.py::test_failing_chapter_stops_the_build",
    "a cell that hangs": "build/test_engines.py::test_hanging_cell_is_stopped_and_the_limit_named",
    "a typed number in prose": "test_prose.py::test_lint_finds_typed_figures_and_lets_dates_stand",
    "a comparison outside a claim": "test_prose.py::test_lint_finds_comparisons_outside_claims",
    "an unsourced row": "tables/test_data.py::test_the_schema_refuses",
    "a private name": "tables/test_data.py::test_a_private_name_is_seen",
    "a stale manifest": "tables/test_data.py::test_manifest_of_a_changed_table_is_refused",
    "a stale README": "test_docs.py::test_a_stale_generated_file_is_seen",
    "a chart that is not Vega-Lite's": "notebook/test_figures.py::test_a_chart_that_is_not_vega_lites_is_refused_in_altairs_words",
    "a label that touches a mark, or is not seen": "notebook/test_labels.py::test_what_is_wrong_with_a_picture_is_seen",
    "a year written as an amount": "notebook/test_figures.py::test_a_column_of_years_under_another_name_is_seen",
    "a figure without alt, in the PDF": "pdf/test_pdf.py::test_missing_alt_stops_the_build",
    "an untagged PDF figure": "pdf/test_pdf.py::test_rule_goes_red",
    "a node that the PDF does not know": "pdf/test_pdf.py::test_unknown_node_stops_the_build",
    "a stranger's URL in a page": "site/test_pages.py::test_the_checks_see_what_is_broken",
    "a console error": "site/test_pages.py::test_the_checks_see_what_is_broken",
    "a color under 4.5:1": "site/test_pages.py::test_the_checks_see_what_is_broken",
    "a broken link": "site/test_pages.py::test_the_checks_see_what_is_broken",
    "a head at the end of a PDF page, parted from its text": "pdf/test_pdf.py::test_a_parted_head_is_seen",
    "staged tables that do not hold what was read": "editions/test_editions.py::test_a_staged_table_that_does_not_hold_what_was_read_is_seen",
    "bad input": "editions/test_editions.py::test_bad_input_is_refused_before_anything_runs",
    "an altered edition over the published one": "editions/test_editions.py::test_altered_edition_is_refused_the_published_folder",
    "a full disk": "build/test_never_half_done.py::test_full_disk_is_said_and_leaves_the_last_good_edition",
}


def test_names(file: str) -> set[str]:
    """The tests that a file defines, without running it."""
    return {
        n.name
        for n in ast.parse((HERE / file).read_text(encoding="utf-8")).body
        if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")
    }


test_names.__test__ = False


@pytest.mark.parametrize("gate", ELSEWHERE)
def test_gate_is_seen_red_in_another_file(gate):
    file, name = ELSEWHERE[gate].split("::")
    assert (HERE / file).exists() and name in test_names(file), (
        f"{gate}: {ELSEWHERE[gate]} is gone; show this gate red somewhere and name the test here"
    )


def test_a_lost_test_is_noticed():
    assert "test_nothing_of_the_kind" not in test_names(
        "build/test_engines.py"
    ) and "test_failing_chapter_stops_the_build" in test_names("build/test_engines.py")


# A key that does not exist


def tiny_book(folder: Path, text: str, opened) -> None:
    """Sphinx over one page, with the book's own extensions and -W."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    (folder / "index.md").write_text(f"# Tiny\n\n{text}\n", encoding="utf-8")
    settings = {
        "extensions": ["myst_parser", "brief.site.roles", "brief.site.option_cards"],
        "myst_enable_extensions": ["colon_fence", "deflist"],
        "nitpicky": True,
        "numfig": True,
        "source_suffix": {".md": "markdown"},
    }  # said here, or Sphinx writes it into the default that every later book of this process would have
    with docutils_namespace(), patch_docutils():
        app = Sphinx(
            folder,
            None,
            folder / "out",
            folder / "trees",
            "text",
            settings,
            status=None,
            warning=io.StringIO(),
            warningiserror=True,
        )
        app.brief_edition = opened
        app.build()


@pytest.mark.parametrize(
    "text, words",
    [
        ("{number}`no_such_number`", "no number"),
        ("{claim}`no.such_claim`", "no claim"),
        ("{source}`no_such_source`", "no source"),
        ("{ground}`no_such_option`", "no option"),
        ("{nosuchrole}`x`", "Unknown interpreted text role"),
        ("[nowhere](no/such/page.md)", "not found|no_such|cross-reference"),
    ],
    ids=["number", "claim", "source", "ground", "role", "page"],
)
def test_a_missing_key_stops_the_build(tmp_path, opened, text, words):
    with pytest.raises(Exception, match=words):
        tiny_book(tmp_path, text, opened)


def test_known_keys_build(tmp_path, opened):
    number, claim = next(iter(opened.numbers)), next(iter(opened.claims))
    tiny_book(tmp_path, f"{{number}}`{number}` and {{claim}}`{claim}`", opened)
    said = " ".join((tmp_path / "out" / "index.txt").read_text(encoding="utf-8").split())
    assert opened.numbers[number][1] in said and opened.claims[claim].sentence[:30] in said


# Claims and wordings


def test_a_claim_that_no_alteration_can_flip_is_named():
    known = {key: "holds" for entry in test_claims.ALTERATIONS.values() for key in entry["flips"]}
    test_claims.test_every_computed_claim_is_flipped_by_an_alteration(known)
    with pytest.raises(AssertionError, match="always.true"):
        test_claims.test_every_computed_claim_is_flipped_by_an_alteration(
            known | {"always.true": "holds"}
        )


def test_an_alteration_that_flips_nothing_is_named(opened, monkeypatch):
    monkeypatch.setitem(
        test_claims.ALTERATIONS,
        "idle",
        {
            "sql": ["update parameters set value = value where name = 'tolerance_pct'"],
            "flips": {"china.setting_decides": "fails"},
        },
    )
    with pytest.raises(AssertionError, match="idle"):
        test_claims.test_alteration_flips_what_it_names_and_nothing_that_must_stay(
            opened, test_claims.cases(opened), "idle"
        )


def test_a_claim_without_wording_stops_everything(opened):
    broken = {
        **opened.wordings,
        "claims": {k: v for k, v in list(opened.wordings["claims"].items())[1:]},
    }
    with pytest.raises(entries.WordingError, match="claims without wording"):
        claims.load_claims(opened.connection, broken, opened.numbers)


@pytest.mark.parametrize("part", ["title", "alt"])
def test_a_figure_without_alt_or_title_stops_its_chapter(opened, part):
    key = next(iter(opened.wordings["figures"]))
    broken = {"figures": {key: {**opened.wordings["figures"][key], part: ""}}}
    with pytest.raises(entries.WordingError, match=f"no {part}"):
        claims.figure_words(key, broken, opened.claims, opened.numbers)


def test_a_wording_that_names_no_number_stops_everything(opened):
    with pytest.raises(entries.WordingError, match="no_such_number"):
        claims.fill("It was {no_such_number}.", opened.numbers)


def test_a_typed_number_in_a_chapter_is_named():
    text = next(iter(prose.notebook_prose().values()))
    assert not prose.loose_digits(text) and prose.loose_digits(text + " About 1,137 came.") == [
        "1,137"
    ]


# Data


@pytest.fixture
def copied(tmp_path, monkeypatch) -> Path:
    """A copy of data/ that the data tests take for the real one."""
    shutil.copytree(paths.DATA, tmp_path / "data")
    monkeypatch.setattr(test_data, "DATA", tmp_path / "data")
    return tmp_path / "data"


def replace_cell(folder: Path, table: str, row: int, column: str, value: str) -> None:
    import csv

    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    "table, column, test",
    [
        ("arrivals_korea_yearly", "persons", "test_arrivals_add_up_to_the_published_total"),
        ("arrivals_korea_yearly", "persons", "test_dated_totals_agree_with_the_years"),
        ("arrivals_korea_1999_2001", "persons", "test_three_single_years_add_up_to_their_block"),
        ("admissions_us_by_state", "persons", "test_states_add_up_to_the_dated_total"),
        ("returns_known_yearly", "persons", "test_known_returns_add_up_to_the_published_total"),
    ],
)
def test_a_wrong_total_is_named(copied, table, column, test):
    check = getattr(test_data, test)
    check()
    replace_cell(copied, table, 1, column, "123456")
    with pytest.raises(AssertionError):
        check()


# The suite itself


def reasonless(text: str) -> list[int]:
    """The lines at which a test is skipped or expected to fail and nobody says why."""
    found = []
    for node in ast.walk(ast.parse(text)):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if re.fullmatch(
            r"(pytest\.)?(mark\.)?(skip|xfail|skipif|importorskip)|pytest\.mark\.(skip|xfail|skipif)",
            called,
        ):
            reasons = [k.value for k in node.keywords if k.arg in ("reason", "msg")] + (
                [node.args[0]]
                if called in ("pytest.skip", "pytest.xfail", "pytest.mark.skip") and node.args
                else []
            )
            if not any(
                isinstance(r, (ast.Constant, ast.JoinedStr, ast.Name)) and len(ast.unparse(r)) > 12
                for r in reasons
            ):
                found.append(node.lineno)
        if isinstance(node, ast.FunctionDef):
            found += [
                d.lineno
                for d in node.decorator_list
                if re.fullmatch(r"pytest\.mark\.(skip|xfail)", ast.unparse(d))
            ]
    return found


def test_no_test_is_skipped_without_a_reason():
    found = {
        path.name: lines
        for path in sorted(HERE.rglob("*.py"))
        if (lines := reasonless(path.read_text(encoding="utf-8")))
    }
    assert not found, f"{found}: say why with reason="


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_x(): pass",
        "@pytest.mark.skipif(True)\ndef test_x(): pass",
        "@pytest.mark.xfail()\ndef test_x(): pass",
        "def test_x():\n    pytest.skip()",
        "@pytest.mark.skipif(True, reason='')\ndef test_x(): pass",
    ],
)
def test_a_skip_without_a_reason_is_seen(text):
    assert reasonless(text) and not reasonless(
        "@pytest.mark.skipif(True, reason='Windows has no fork')\ndef test_x(): pass"
    )


def test_another_sql_engine_is_noticed(monkeypatch):
    test_database.test_engine_is_the_pinned_version()
    monkeypatch.setattr(test_database.apsw, "sqlite_lib_version", lambda: "3.46.0")
    with pytest.raises(AssertionError, match="move both pins together"):
        test_database.test_engine_is_the_pinned_version()


def test_a_strangers_address_in_a_page_breaks_the_policy():
    """The page's own policy is the last gate: no host but the site may answer."""
    from brief.site.page import POLICY

    assert "default-src 'none'" in POLICY and not re.search(
        r"https?:|\*|'unsafe-(inline|eval)'", POLICY
    )
    assert not extras.is_web_address("javascript:alert(1)")


def files_collected(folder: Path) -> set[str]:
    """The test files that pytest finds below a folder, told by itself."""
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        timeout=PATIENCE,
    ).stdout
    return set(re.findall(r"^(tests/\S+\.py)(?:::|: \d)", said, re.M))


def test_no_file_of_tests_is_passed_over(tmp_path):
    there = {p.relative_to(paths.ROOT).as_posix() for p in HERE.rglob("test_*.py")}
    assert files_collected(paths.ROOT) == there
    (tmp_path / "tests" / "build").mkdir(parents=True)
    for name in ("tests/test_a.py", "tests/build/test_b.py"):
        (tmp_path / name).write_text("def test_x(): pass\n", encoding="utf-8")
    assert files_collected(tmp_path) == {"tests/test_a.py"}, "pytest no longer passes over build"


def test_the_list_of_gates_is_long_enough():
    here = {n for n in test_names("test_gates.py")}
    assert len(ELSEWHERE) + len(here) >= 30


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the time that a host takes")
def test_the_clock_leaves_out_what_the_host_took(monkeypatch):
    import os

    import tests

    at = lambda ticks: monkeypatch.setattr(
        tests,
        "open",
        lambda *_, **__: io.StringIO(f"cpu 1 2 3 4 5 6 7 {ticks} 0 0\n"),
        raising=False,
    )
    monkeypatch.setattr(tests.time, "monotonic", lambda: 1000.0)
    at(0)
    before = tests.clock()
    at(50 * os.sysconf("SC_CLK_TCK") * os.cpu_count())
    assert before - tests.clock() == 50

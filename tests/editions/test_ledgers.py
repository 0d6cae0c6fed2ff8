"""Ledgers, sweeps and revisions under editions/: a broken one is refused by name, and `publish` writes none by halves."""

from __future__ import annotations

import json
import shutil

import pytest

from brief import cli, ending, paths, words
from brief.editions import edition, ledgers, publish, row_marks

NEWEST = ledgers.ledger_files()[-1].stem
NEXT = f"{NEWEST}.9"


@pytest.fixture
def editions(tmp_path, monkeypatch):
    """A copy of editions/, and a change log of its own."""
    shutil.copytree(paths.EDITIONS, tmp_path / "editions")
    monkeypatch.setattr(paths, "EDITIONS", tmp_path / "editions")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    shutil.copy(paths.CHAPTERS.parent / "README.md", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## Before\n", encoding="utf-8")
    return tmp_path / "editions"


def rewritten(path, *place, to) -> None:
    """A JSON file with one value changed, or taken out (`to` is ...)."""
    found = json.loads(path.read_text(encoding="utf-8"))
    inner = found
    for key in place[:-1]:
        inner = inner[key]
    if to is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = to
    path.write_text(json.dumps(found), encoding="utf-8")


BROKEN = ["", "{", "[]", "null", "5", "{}", "[" * 100_000, '{"edition": "1.1"}', "\xff"]
COMMANDS = [["check"], ["trace", "data_cut_off"], ["publish"], ["refresh"], ["build"], ["sweep"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_broken_ledger_is_refused_by_every_command(editions, command, capsys):
    (editions / f"{NEWEST}.json").write_text('{"edition": ', encoding="utf-8")
    assert cli.main(command) == 2
    said = capsys.readouterr().err
    assert f"editions/{NEWEST}.json" in said and "broken JSON" in said and "Traceback" not in said


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:12] or "empty")
def test_broken_ledger_or_sweep_is_refused_in_words(editions, text, opened):
    for path, read in (
        (editions / f"{NEWEST}.json", ledgers.newest_ledger),
        (editions / f"{NEWEST}.sweep.json", lambda: ledgers.read_sweep(path)),
    ):
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(words.InputError, match=rf"editions/{path.name}"):
            read()


CLAIM = "arrivals.entries_not_residents"
LEDGER_SHAPES = [
    (("edition",), NEXT, "edition"),
    (("date",), "20261122", "date"),
    (("date",), "2026-W48-1", "date"),
    (("date",), None, "date"),
    (("fingerprint",), "abc", "fingerprint"),
    (("cut_off",), ..., "cut_off"),
    (("draft",), "no", "draft"),
    (("hashes",), [], "hashes"),
    (("hashes", "data/opinion.csv"), 5, "hashes, data/opinion.csv"),
    (("claims",), {CLAIM: []}, f"claims, {CLAIM}"),
    (("claims", CLAIM, "case"), "maybe", f"claims, {CLAIM}, case"),
    (("claims", CLAIM, "sentence"), ["x"], f"claims, {CLAIM}, sentence"),
    (("claims", CLAIM, "value"), {}, f"claims, {CLAIM}, value"),
    (("numbers", "arrivals_2002"), 1142, "numbers, arrivals_2002"),
    (("numbers", "arrivals_2002", "text"), None, "numbers, arrivals_2002, text"),
    (("numbers", "arrivals_2002", "value"), True, "numbers, arrivals_2002, value"),
]


@pytest.mark.parametrize("place, to, named", LEDGER_SHAPES, ids=lambda part: str(part)[:40])
def test_ledger_of_a_wrong_shape_is_refused_by_its_place(editions, place, to, named):
    rewritten(editions / f"{NEWEST}.json", *place, to=to)
    with pytest.raises(words.InputError) as refused:
        edition.open_edition()
    (problem,) = refused.value.problems
    assert problem.file == f"editions/{NEWEST}.json" and problem.column == named


SWEEP_SHAPES = [
    (("draws",), "80", "draws"),
    (("claims",), [], "claims"),
    (("claims", CLAIM), None, f"claims, {CLAIM}"),
    (("claims", CLAIM, "draws"), None, f"claims, {CLAIM}, draws"),
    (("claims", CLAIM, "stays_in"), 0.5, f"claims, {CLAIM}, stays_in"),
    (("claims", CLAIM, "stays"), "all", f"claims, {CLAIM}, stays"),
    (("claims", CLAIM, "first"), {"what": 5}, f"claims, {CLAIM}, first, what"),
]


@pytest.mark.parametrize("place, to, named", SWEEP_SHAPES, ids=lambda part: str(part)[:40])
def test_sweep_of_a_wrong_shape_is_refused_before_a_chapter_runs(
    editions, place, to, named, tmp_path
):
    rewritten(editions / f"{NEWEST}.sweep.json", *place, to=to)
    with pytest.raises(words.InputError) as refused:
        edition.hold_open(tmp_path, edition.open_edition())
    assert refused.value.problems[0].column == named


@pytest.mark.parametrize("text", ["a: [", "5", "- 5", "- {edition: 1}", "- {edition: '1'}"])
def test_revisions_of_a_wrong_shape_are_refused(editions, text):
    (editions / "revisions.yml").write_text(text, encoding="utf-8")
    with pytest.raises(words.InputError, match="editions/revisions.yml"):
        ledgers.revisions()


# What publish takes and writes


@pytest.mark.parametrize(
    "date",
    ["20261122", "2026-W48-1", "2026-11-31", "2026-11-22 ", "0001-01-01", "", "２０２６-11-22"],
)
def test_only_a_day_is_taken_as_a_date(editions, date):
    before = (editions / f"{NEWEST}.json").read_bytes()
    assert cli.main(["publish", "--date", date]) == 2
    assert (editions / f"{NEWEST}.json").read_bytes() == before


def test_publish_writes_what_it_reads(editions):
    publish.publish(NEXT, "2098-11-28", release=True)
    assert ledgers.newest_ledger()["date"] == "2098-11-28"
    assert ledgers.revisions()[-1]["edition"] == NEXT
    log = (paths.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert log.index(f"## Edition {NEXT}") < log.index("## Before")


def test_a_file_that_cannot_be_written_stays_as_it_was(editions, monkeypatch):
    """The disk is full when half is written; and a stop in between waits."""
    path, write = editions / f"{NEWEST}.json", type(editions).write_bytes
    rewritten(path, "draft", to=True)
    before, names = path.read_bytes(), sorted(p.name for p in editions.iterdir())

    def full(self, raw):
        assert ending._deferred, "a stop would come between"
        write(self, raw[: len(raw) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(editions), "write_bytes", full)
    with pytest.raises(OSError):
        publish.publish(date="2026-11-29")
    assert path.read_bytes() == before
    assert sorted(p.name for p in editions.iterdir()) == names


def two_ledgers() -> tuple[dict, dict]:
    said = {"case": "holds", "sentence": "It rained."}
    before = {"edition": "1", "claims": {"a.rain": said, "b.snow": said, "c.hail": said}}
    now = {
        "edition": "2",
        "claims": {"a.rain": said | {"case": "fails"}, "b.snow": said, "d.new": said},
    }
    return before, now


def test_a_verdict_does_not_turn_without_a_reason(editions):
    """Nor does a claim go; one that is new needs none."""
    turned = publish.turns(*two_ledgers())
    with pytest.raises(words.InputError) as refused:
        publish.ask_for_reasons(turned, [], "2")
    found = [problem.found for problem in refused.value.problems]
    assert ["a.rain" in found[0], "c.hail" in found[1], len(found)] == [True, True, 2]
    reasons = "claims:\n  a.rain: The gauge leaked.\n  c.hail: Nobody saw it.\n"
    (editions / "2.reasons.yml").write_text(reasons)
    turned = publish.turns(*two_ledgers())
    publish.ask_for_reasons(turned, [], "2")
    assert [(turn["claim"], turn["now"], turn["why"]) for turn in turned] == [
        ("a.rain", "fails", "The gauge leaked."),
        ("c.hail", "absent", "Nobody saw it."),
    ]


def test_a_figure_is_not_revised_without_a_reason(editions, opened):
    """Another source or note is no revision; a new row needs no reason, one that goes does."""
    columns = ["year", "rain_mm", "note"]
    before = {"rain": {"columns": columns, "rows": {}}}
    now = {"rain": {"columns": columns, "rows": {}}}
    for table, rows in (
        (before, [(1, 5, "a"), (2, 5, "a"), (3, 5, "a")]),
        (now, [(1, 6, "a"), (2, 5, "b"), (4, 5, "a")]),
    ):
        table["rain"]["rows"] = {str(row[0]): "".join(map(row_marks.mark, row)) for row in rows}
    row_marks.path_of("1").write_text(row_marks.as_text(before))
    revised = publish.revised_rows({"edition": "1"}, "2", now)
    assert [(row["row"], row["columns"]) for row in revised] == [("1", ["rain_mm"]), ("3", [])]
    with pytest.raises(words.InputError) as refused:
        publish.ask_for_reasons([], revised, "2")
    assert len(refused.value.problems) == 2
    (editions / "2.reasons.yml").write_text(
        "rows:\n  rain:\n    '1': The gauge leaked.\n    '3': It was counted twice.\n"
    )
    revised = publish.revised_rows({"edition": "1"}, "2", now)
    publish.ask_for_reasons([], revised, "2")


BROKEN_REASONS = ["- a", "claims: {a.rain: [5]}", "claims: {", "claims: 7", "rows: {a: b}"]


@pytest.mark.parametrize("text", BROKEN_REASONS)
def test_broken_reasons_are_refused_by_name(editions, text):
    (editions / "2.reasons.yml").write_text(text)
    with pytest.raises(words.InputError, match=r"editions/2\.reasons\.yml"):
        ledgers.reasons("2")


def test_a_year_as_a_rows_key_needs_no_quotes(editions):
    (editions / "2.reasons.yml").write_text("rows:\n  rain:\n    2012: The gauge leaked.\n")
    assert ledgers.reasons("2")["rows"] == {"rain": {"2012": "The gauge leaked."}}


def test_a_reason_for_what_did_not_change_is_refused(editions):
    """A claim, a table or a key that is spelt otherwise would leave its reason unread."""
    (editions / "2.reasons.yml").write_text(
        "claims:\n  a.rain: The gauge leaked.\n  c.hail: Nobody saw it.\n  a.rian: A slip.\n"
        "rows:\n  rain:\n    '*': All of it.\n    '9': Nothing.\n  snow:\n    '*': None of it.\n"
    )
    row = {"table": "rain", "row": "1", "columns": ["rain_mm"], "why": "All of it."}
    with pytest.raises(words.InputError) as refused:
        publish.ask_for_reasons(publish.turns(*two_ledgers()), [row], "2")
    found = [problem.found for problem in refused.value.problems]
    assert found == ["a reason for a.rian", "a reason for rain 9", "a reason for snow *"]


def test_an_edition_is_not_dated_before_the_last(editions):
    with pytest.raises(words.InputError, match="not before the last edition's"):
        publish.publish(NEXT, "1999-01-01")

"""Killed at any moment, twice at once, on a full disk: the last good edition stays, and the next run cleans up."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from brief import locks, paths
from brief.build import staging
from tests import PATIENCE, clock, small_editions

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="Windows and macOS fork nothing, and Windows has no SIGTERM"
)
FILES = 12
# Builds of small editions, one after the other, through the same stage and swap as a real one. Killed builds leave stages behind.
LOOP = """
import sys, time
from pathlib import Path
from brief import locks
from brief.build import staging
target, exchanges = Path(sys.argv[1]), sys.argv[2] == "exchange"
if not exchanges:
    locks.exchange = lambda one, other: False
print("ready", flush=True)
number = 0
while number < int(sys.argv[3]):
    number += 1
    with staging.stage_for(target) as stage:
        (stage / "whole" / "html").mkdir(parents=True)
        for i in range(12):
            (stage / "whole" / "html" / f"{i}.txt").write_text(f"{sys.argv[4]}-{number}")
        staging.swap(stage / "whole", target)
"""


def loop(target, way: str, times: int = 10**9, name: str = "a"):
    process = subprocess.Popen(
        [sys.executable, "-c", LOOP, str(target), way, str(times), name],
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n"
    return process


def assert_whole(target) -> str:
    """All files of one and the same build; returns which."""
    found = {p.name: p.read_text() for p in (target / "html").iterdir()}
    assert len(found) == FILES and len(set(found.values())) == 1, f"half an edition: {found}"
    return next(iter(found.values()))


def leftovers(target) -> list:
    return [p for p in target.parent.iterdir() if p.is_dir() and p != target]


@pytest.mark.skipif(
    os.name == "nt",
    reason="Windows has no SIGKILL; TerminateProcess is tried by test_stopped_build_leaves_nothing",
)
@pytest.mark.parametrize("way, kills", [("exchange", 40), ("two renames", 40)])
def test_killed_at_any_moment(tmp_path, way, kills):
    """Where the system exchanges folders in one step the edition stands at every moment; elsewhere the next run puts it back."""
    target, chance, gaps, stages = tmp_path / "published", random.Random(1), 0, 0
    loop(target, way, 1).wait()
    for _ in range(kills):
        process = loop(target, way)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.wait()
        gaps += not target.exists()
        stages += len(leftovers(target))
        if way == "exchange" and sys.platform == "linux":
            assert_whole(target)
        with locks.locked(staging.gate(target)):
            staging.clean_up(target)
        assert_whole(target)
        assert not leftovers(target)
    print(
        f"{way}: {kills} kills, {stages} stages left behind, {gaps} times nothing stood there before the clean-up"
    )
    assert stages > 0, "no kill hit a build: the test proves nothing"


def test_several_builds_of_one_edition_at_once(tmp_path):
    """Each of three processes swaps in forty editions; what stands there at the end is one of the last, whole."""
    target = tmp_path / "published"
    processes = [loop(target, "exchange", 40, name) for name in "abc"]
    assert [p.wait() for p in processes] == [0, 0, 0]
    assert assert_whole(target) in {f"{name}-40" for name in "abc"}
    assert not leftovers(target)


def test_stage_of_a_living_build_is_left_alone(tmp_path):
    with staging.stage_for(tmp_path / "published") as stage:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                f"from brief.build import staging; from pathlib import Path; print(len(staging.clean_up(Path({str(tmp_path / 'published')!r}))))",
            ],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == "0" and stage.exists()
    assert not stage.exists()


# The command, with a book that is quick to make

QUICK = """
import errno, multiprocessing, sys, time
from brief import ending, paths
from brief.build import book
from brief.editions import receipts
from brief.notebook import assets
from brief.cli import main
ending.stop_on_signals()
how = sys.argv.pop(1)

def make(opened, stage, *_):
    whole = stage / "whole"
    whole.mkdir()
    (whole / "edition.json").write_text("{}")
    (whole / "new").write_text("new")
    if how == "full":
        with open("/dev/full", "w") as file:
            file.write("x")
    if how.startswith("dropped"):
        class Dropped:
            def __del__(self):
                print("child", multiprocessing.current_process().pid, file=sys.stderr, flush=True)
                while True:
                    time.sleep(0.01)
        Dropped()
    if how == "slow":
        child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(1000,))
        child.start()
        print("child", child.pid, file=sys.stderr, flush=True)
        time.sleep(1000)

book.make, assets.prepare, book.report = make, lambda: None, lambda *_: None
raise SystemExit(main(sys.argv[1:]))
"""


def quick(how: str, out, **options):
    command = [
        sys.executable,
        "-c",
        QUICK,
        how,
        "build",
        "--set",
        "relations_window_days=180",
        "--out",
        str(out),
    ]
    return subprocess.Popen(command, cwd=paths.ROOT, stderr=subprocess.PIPE, text=True, **options)


@pytest.fixture
def good(tmp_path):
    """An edition that stands from before."""
    return small_editions.write(tmp_path / "out", {"good": "good"})


def assert_untouched(out):
    assert sorted(p.name for p in out.iterdir()) == ["edition.json", "good", "receipt.json"]
    assert (out / "good").read_text() == "good"


@pytest.mark.skipif(
    not os.path.exists("/dev/full"),
    reason="only Linux has /dev/full, a device on which every write finds the disk full",
)
def test_full_disk_is_said_and_leaves_the_last_good_edition(good):
    process = quick("full", good)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and "No space left" in said and "Traceback" not in said
    assert_untouched(good)
    assert not leftovers(good)


@pytest.mark.skipif(
    not os.path.exists("/dev/full"),
    reason="only Linux has /dev/full, a device on which every write finds the disk full",
)
@pytest.mark.parametrize("waits", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_an_answer_that_cannot_be_written_is_no_success(waits):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"} | waits
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "brief", "check"],
            cwd=paths.ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
    assert (
        done.returncode == 1 and "No space left" in done.stderr and "Traceback" not in done.stderr
    ), done.stderr


def test_a_reader_who_has_gone_is_not_told():
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "brief", "check"],
        cwd=paths.ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(
    sys.platform != "linux", reason="chapters run in forked children on Linux alone"
)
@pytest.mark.parametrize(
    "number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)]
)
def test_stopped_build_leaves_nothing(good, number, code):
    """Ctrl-C, SIGTERM, SIGKILL: it ends at once, its children with it; what a killed one leaves goes at the next run."""
    process = quick("slow", good)
    child = next(int(line.split()[1]) for line in process.stderr if line.startswith("child"))
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    assert gone(child), "a child outlives its build"
    assert_untouched(good)
    assert bool(leftovers(good)) is (number == signal.SIGKILL)
    assert quick("well", good).wait() == 0
    assert (good / "new").exists() and not leftovers(good)


@ON_LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop_in_a_callback_that_drops_what_is_raised_there_is_heard(good, number):
    """As in a hook of a fork, a weak reference, `__del__`: Python prints an exception raised there, and goes on."""
    process = quick("dropped", good)
    next(line for line in process.stderr if line.startswith("child"))
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (130, "Stopped; the last good edition stays.\n")
    assert_untouched(good)
    assert not leftovers(good)


HOOK = """
import os, sys
from brief import ending
ending.stop_on_signals()
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), int(sys.argv[1])))
if os.fork() == 0:
    import time
    time.sleep(1000)
print("went on")
"""


@ON_LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop_while_a_process_forks_is_heard(number):
    done = subprocess.run(
        [sys.executable, "-c", HOOK, str(int(number))],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        130,
        "",
        "Stopped.\n",
    )


GRANDCHILD = """
import os, subprocess, sys, time
from brief import ending
ending.stop_on_signals()
if os.fork() == 0:
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(program.pid, flush=True)
    time.sleep(1000)
time.sleep(1000)
"""


@ON_LINUX
def test_what_a_child_started_has_ended_when_the_command_has():
    command = [sys.executable, "-c", GRANDCHILD]
    process = subprocess.Popen(
        command, cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    program = int(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 130
    assert gone(program, seconds=0.001), "a child's own program outlives the command"


DEAF = """
import os, signal, sys, time
from pathlib import Path
from brief import ending
from brief.build import staging
ending.stop_on_signals()
target = Path(sys.argv[1])
with staging.stage_for(target) as stage:
    (stage / "whole").mkdir()
    with ending.undisturbed():
        os.kill(os.getpid(), signal.SIGTERM)
        print("done whole", flush=True)
    print("went on", flush=True)
"""


@ON_LINUX
def test_stop_waits_for_what_must_be_done_whole(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", DEAF, str(tmp_path / "out")],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (130, "done whole\n")
    assert not leftovers(tmp_path / "out")


def test_who_is_waited_for_is_said(tmp_path, capsys):
    held = locks.try_lock(tmp_path / "gate")

    def give_way(_):
        nonlocal waits
        waits += 1
        if waits == 50:
            held.close()

    waits = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", give_way)
        with locks.locked(tmp_path / "gate", held_by="another build"):
            pass
    assert capsys.readouterr().err == "  another build is at work; waiting for it …\n"


def gone(pid: int, seconds: float = PATIENCE) -> bool:
    """Whether a process has ended (a zombie whose parent has not asked for it has ended too). It is
    looked for once at least: reading the clock may take longer than `seconds`.
    """
    end = clock() + seconds
    while not has_ended(pid):
        if clock() >= end:
            return False
        time.sleep(0.05)
    return True


def has_ended(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@ON_LINUX
def test_whether_a_process_has_gone_is_looked_at_however_little_time_there_is():
    """Seen red on a busy machine: a millisecond had passed before the first look."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    assert not gone(process.pid, seconds=-1)
    process.kill()
    process.wait()
    assert gone(process.pid, seconds=-1)


@ON_LINUX
def test_ten_stops_of_real_builds_are_obeyed(tmp_path):
    """At forks and at random moments, to the command and to its group; `benchmarks/stops.py` sends more, under load."""
    script = paths.ROOT / "benchmarks" / "stops.py"
    options = ["--stops", "10", "--idle", "--longest", "8", "--scratch", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, str(script), *options],
        stdout=subprocess.PIPE,
        text=True,
        timeout=10 * PATIENCE,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see that no process is left")
def test_real_build_killed_while_chapters_run_leaves_no_process(good):
    command = [
        sys.executable,
        "-m",
        "brief",
        "build",
        "--set",
        "relations_window_days=180",
        "--out",
        str(good),
    ]
    process = subprocess.Popen(command, cwd=paths.ROOT, stderr=subprocess.PIPE, text=True)
    heard = []
    for line in process.stderr:
        heard.append(line)
        if line.startswith("Executing the chapters"):
            break
    assert heard and heard[-1].startswith("Executing"), "".join(heard)
    time.sleep(2)
    process.kill()
    process.communicate(timeout=PATIENCE)
    end = clock() + PATIENCE
    while (left := processes_naming(str(good))) and clock() < end:
        time.sleep(0.1)
    assert not left, left
    assert_untouched(good)


def processes_naming(text: str) -> list[str]:
    """Command lines of living processes that name a path."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().replace(b"\0", b" ").decode(errors="replace")
            if text in line and int(pid) != os.getpid():
                found.append(line)
        except OSError:
            continue
    return found

"""`serve --watch`: pages that follow what is saved, while nothing of that lies in an edition."""

from __future__ import annotations

import functools
import http.client
import json
import sys
import threading
from pathlib import Path

import pytest

from brief.build import watching
from brief.editions import as_built
from brief.site import preview
from brief.words import InputError
from tests import PATIENCE

PAGE = "<html><body><p>It says {}.</p></body></html>"
# In the place of `build`: the page says what the table does, and a table that says so is refused.
BUILD = """
import sys
from pathlib import Path
text = Path(sys.argv[1], "talks.csv").read_text()
print("Checking the data \\u2026", file=sys.stderr)
if "wrong" in text:
    print("  talks.csv, row 2: found wrong", file=sys.stderr)
    raise SystemExit(2)
html = Path(sys.argv[2], "html")
html.mkdir(parents=True, exist_ok=True)
(html / "index.html").write_text(sys.argv[4].format(text))
Path(sys.argv[2], sys.argv[3]).write_text(text)
"""


class QuickBuilder(watching.Builder):
    """Builds a page of one sentence."""

    def command(self) -> list[str]:
        given = [str(self.folder), str(self.target), as_built.RECEIPT, PAGE]
        return [sys.executable, "-c", BUILD, *given]


class Watched:
    """A folder that is watched, and what its server answers."""

    def __init__(self, folder: Path):
        self.tables, self.target = folder / "mine", folder / "book"
        self.tables.mkdir()
        self.state = watching.State()
        self.save("one")
        handler = functools.partial(
            watching.Handler, directory=str(self.target / "html"), state=self.state
        )
        self.web = preview.listening(handler, 0)
        self.builder = QuickBuilder(self.tables, self.target, self.state)

    def save(self, text: str) -> None:
        (self.tables / "talks.csv").write_text(text)

    def asked(self, path: str, host: str = "localhost:{}") -> tuple[int, str]:
        port = self.web.server_address[1]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host.format(port))
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def followed(self, until) -> dict:
        """The first state for which `until(state)` is true, as a page asks for it."""
        state = {"serial": -1}
        while not until(state):
            state = json.loads(self.asked(f"/-/state?seen={state['serial']}")[1])
        return state


@pytest.fixture
def watched(tmp_path):
    found = Watched(tmp_path)
    threading.Thread(target=found.web.serve_forever, daemon=True).start()
    yield found
    found.builder.stop()
    found.web.shutdown()
    found.web.server_close()


def is_done(state: dict) -> bool:
    return state.get("isBuilding") is False and state.get("serial", 0) > 0


def test_a_save_is_built_and_a_mistake_is_told_while_the_last_good_page_stays(watched):
    watched.builder.start()
    first = watched.followed(is_done)
    assert first["version"] == 1 and "It says one." in watched.asked("/")[1]
    watched.save("two")
    second = watched.followed(lambda s: is_done(s) and s["version"] > 1)
    assert second["problem"] == "" and "It says two." in watched.asked("/")[1]
    watched.save("wrong")
    wrong = watched.followed(lambda s: is_done(s) and s["problem"])
    assert wrong["problem"] == "talks.csv, row 2: found wrong"
    assert wrong["version"] == second["version"] and "It says two." in watched.asked("/")[1]
    watched.save("three")
    mended = watched.followed(lambda s: is_done(s) and not s["problem"])
    assert mended["version"] > wrong["version"] and "It says three." in watched.asked("/")[1]


def test_the_script_is_in_the_page_that_is_sent_and_never_on_disk(watched):
    status, page = watched.asked("/")
    assert status == 200 and "no page yet" in page and watching.SCRIPT_ADDRESS in page
    watched.builder.build()
    for address in ("/", "/index.html"):
        assert watched.asked(address)[1].count(watching.SCRIPT_ADDRESS) == 1
    assert watched.asked("/-/watch.js") == (200, watching.SCRIPT.read_text(encoding="utf-8"))
    on_disk = [p.read_text() for p in watched.target.rglob("*") if p.is_file()]
    assert on_disk and not any("/-/" in text for text in on_disk)


@pytest.mark.parametrize("path", ["/", "/-/watch.js", "/-/state"])
def test_another_name_is_answered_nothing(watched, path):
    assert watched.asked(path, "evil.example:{}")[0] == 421


def test_only_inputs_are_watched():
    for name in ("data/a.csv", "analysis/10.sql", "analysis/10.yml", "chapters/10.ipynb", "b.xlsx"):
        assert watching.is_input(None, name), name
    for name in ("data/.a.csv.swp", "chapters/.ipynb_checkpoints/10.ipynb", "~$b.xlsx", "a.pyc"):
        assert not watching.is_input(None, name), name


def test_what_stopped_a_build_is_all_that_follows_its_last_step():
    assert watching.problem_in("Checking …\n  read: x\nStaging …\nwhy\n  and where\n") == (
        "why\n  and where"
    )
    assert watching.problem_in("") == "The build stopped."


def test_a_folder_that_is_none_or_a_built_edition_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        watching.serve_and_watch(tmp_path / "not there", 0)
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "index.html").write_text("")
    with pytest.raises(InputError, match="a built edition"):
        watching.serve_and_watch(tmp_path, 0)
    with pytest.raises(InputError, match="--port"):
        watching.serve_and_watch(None, 70_000)

"""Do the sources still answer: asked of a server of our own, politely, and recorded without loss."""

from __future__ import annotations

import http.server
import json
import threading
import time

import pytest

from brief.upkeep import sources


class Server(http.server.BaseHTTPRequestHandler):
    """Answers by path, and writes down what it was asked."""

    def do_HEAD(self):
        self.reply(self.path)

    def do_GET(self):
        self.reply({"/no-head": "/ok"}.get(self.path, self.path))

    def reply(self, path: str) -> None:
        server = self.server
        with server.lock:
            server.asked.append((self.command, self.path))
            server.busy += 1
            server.most = max(server.most, server.busy)
        time.sleep(0.02)
        if path == "/slow":
            server.over.wait()
        code = {
            "/ok": 200,
            "/gone": 404,
            "/guarded": 403,
            "/no-head": 405,
            "/slow": 200,
            "/broken": 500,
            "/moved": 301,
        }.get(path, 404)
        with server.lock:
            server.busy -= 1
        try:
            self.send_response(code)
            if path == "/moved":
                self.send_header("Location", "/ok")
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    made.asked, made.busy, made.most, made.lock, made.over = (
        [],
        0,
        0,
        threading.Lock(),
        threading.Event(),
    )
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()


def rows(server, *names: str) -> list[dict]:
    return [
        {
            "source_id": name.strip("/").replace("-", "_"),
            "url": f"http://127.0.0.1:{server.server_port}{name}",
        }
        for name in names
    ]


def test_each_answer_is_told_apart(server):
    found = sources.check(
        rows(server, "/ok", "/moved", "/gone", "/guarded", "/no-head", "/broken", "/slow")
        + [{"source_id": "book", "url": None}],
        seconds=2,
    )
    assert found["slow"].startswith("no answer") and found.pop("slow")
    assert found == {
        "ok": "ok",
        "moved": "ok",
        "gone": "gone 404",
        "guarded": "guarded 403",
        "no_head": "ok",
        "broken": "gone 500",
    }


def test_one_request_a_host_at_a_time_and_each_address_once(server):
    asked = rows(server, "/ok", "/gone", "/moved") + [
        {"source_id": "again", "url": rows(server, "/ok")[0]["url"]}
    ]
    found = sources.check(asked)
    assert server.most == 1, "a host is asked one thing at a time"
    assert (
        found["again"] == "ok" and server.asked.count(("HEAD", "/ok")) == 1
    )  # /moved leads there too, by GET


def test_addresses_that_are_none_are_told_and_stop_nothing():
    assert sources.answer("http://127.0.0.1:9/", 1).startswith("no answer")
    assert sources.answer("http://no host/", 1).startswith("no answer")


def test_the_record_keeps_the_day_of_the_last_answer_and_since_when_none_came():
    first = sources.recorded({}, {"a": "ok", "b": "gone 404", "c": "guarded 403"}, "2026-11-01")
    assert first == {
        "a": {"answered": "2026-11-01", "now": "ok"},
        "b": {"answered": "never", "now": "gone 404", "since": "2026-11-01"},
        "c": {"answered": "2026-11-01", "now": "guarded 403"},
    }
    later = sources.recorded(first, {"a": "gone 404", "b": "gone 410", "c": "ok"}, "2026-11-08")
    assert later["a"] == {"answered": "2026-11-01", "now": "gone 404", "since": "2026-11-08"}
    assert (
        later["b"] == {"answered": "never", "now": "gone 410", "since": "2026-11-01"}
        and later["c"]["now"] == "ok"
    )


def test_reading_changes_nothing_and_recording_writes_one_file(
    server, tmp_path, monkeypatch, opened
):
    from brief.editions import edition
    from brief.tables import database

    monkeypatch.setattr(edition, "open_edition", lambda: opened)
    monkeypatch.setattr(database, "rows", lambda *_: rows(server, "/ok", "/gone"))
    said, wrong = sources.run(path=tmp_path / "sources.json")
    assert (
        wrong == 1
        and "1 of 2 addresses answer" in said
        and "gone: gone 404" in said
        and not list(tmp_path.iterdir())
    )
    sources.run(record=True, path=tmp_path / "sources.json")
    assert set(json.loads((tmp_path / "sources.json").read_text())) == {"ok", "gone"}

"""`serve` answers this machine's own names alone, with files of one folder."""

from __future__ import annotations

import http.client
import socket
import threading

import pytest

from brief.site import preview


@pytest.fixture
def web(tmp_path):
    html = tmp_path / "html"
    (html / "assets").mkdir(parents=True)
    (html / "index.html").write_text("the page", encoding="utf-8")
    (html / "assets" / "a.js").write_text("1", encoding="utf-8")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (html / "out").symlink_to(tmp_path)
    (html / "link.txt").symlink_to(tmp_path / "secret")
    served = preview.server(html, 0)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


def asked(web, path: str, host: str | None = None, method: str = "GET"):
    port = web.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", (host or "localhost:{}").format(port))
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.getheader("Content-Type")


def test_its_own_names_alone_are_answered(web):
    for host in ("localhost:{}", "127.0.0.1:{}", "[::1]:{}", "LOCALHOST:{}"):
        assert asked(web, "/", host)[:2] == (200, b"the page")
    for host in (
        "evil.example",
        "evil.example:{}",
        "localhost",
        "localhost:1",
        "127.0.0.1.evil:{}",
    ):
        assert asked(web, "/", host)[0] == 421, host


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets",
        "/link.txt",
        "/out/secret",
        "/%00",
        "/index.html%00",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/..%5csecret",
        "/" + "a" * 5000,
        "/%ff",
    ],
)
def test_what_is_not_a_file_of_the_folder_is_not_found(web, path, capfd):
    assert asked(web, path)[0] == 404
    assert "Traceback" not in capfd.readouterr().err


def test_head_and_types(web):
    assert asked(web, "/", method="HEAD")[:2] == (200, b"")
    assert asked(web, "/assets/a.js")[2] == "text/javascript"


def test_connections_that_say_nothing_are_bounded_and_end(web, monkeypatch):
    monkeypatch.setattr(preview.Handler, "timeout", 0.2)
    silent = [
        socket.create_connection(web.server_address, 10)
        for _ in range(preview.MOST_CONNECTIONS + 5)
    ]
    assert [one.recv(1) for one in silent] == [b""] * len(silent)  # each is closed by the server
    assert asked(web, "/")[0] == 200

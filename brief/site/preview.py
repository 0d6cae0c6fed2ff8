"""`serve`: a built edition in the browser, from this machine to this machine.

A page of somebody else's that is open in the same browser can send requests here too, under a name
that it has led to this address. So only requests for this machine's own names are answered, with
files of the edition's folder and nothing else.
"""

from __future__ import annotations

import functools
import http.server
import os
import socket
import threading
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from brief import paths
from brief.words import InputError, Problem

TYPES = {
    ".wasm": "application/wasm",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".csv": "text/csv; charset=utf-8",
}
SECONDS = 20  # a connection that sends or takes nothing for so long is closed
MOST_CONNECTIONS = 32  # a browser opens six


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, never cached, never listed, never served as another type than
    they are.
    """

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}
    timeout = SECONDS

    def send_head(self):
        if not self.is_for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "not a name of this server")
            return None
        if self.file_of(self.path) is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def is_for_us(self) -> bool:
        """Whether the request names this server, once, as a browser on this machine would."""
        port = self.server.server_address[1]
        names = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
        return {host.lower() for host in self.headers.get_all("Host", [])} <= names and len(
            self.headers.get_all("Host", [])
        ) == 1

    def file_of(self, address: str) -> str | None:
        """The file that an address names; None when the folder holds none, or it lies elsewhere
        behind a link.
        """
        folder = os.path.realpath(self.directory)
        parts = unquote(urlsplit(address).path, errors="surrogateescape").split("/")
        if any(
            part in (".", "..") or "\0" in part or "\\" in part or ":" in part for part in parts
        ):
            return None
        try:
            found = os.path.realpath(os.path.join(folder, *parts))
            if os.path.isdir(found) and parts[-1] == "":
                found = os.path.realpath(os.path.join(found, "index.html"))
            is_ours = os.path.commonpath([folder, found]) == folder
            # A folder without its slash is redirected to the address with it, if it has a page.
            page = os.path.join(found, "index.html") if os.path.isdir(found) else found
            return found if is_ours and os.path.isfile(page) else None
        except (OSError, ValueError):
            return None

    def translate_path(self, path: str) -> str:
        return self.file_of(path) or os.path.join(self.directory, "404")

    def list_directory(self, path):
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_):
        """Say nothing of each request."""


class Server(http.server.ThreadingHTTPServer):
    """A thread a connection, so many at the most; those above are closed at once."""

    def __init__(self, address, handler):
        self.places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, handler)

    def process_request(self, request, client_address):
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address):
        # The limit of a thread's whole time, for one that sends a byte now and then.
        end = threading.Timer(SECONDS, self.cut, [request])
        end.daemon = True
        end.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            end.cancel()
            self.places.release()

    @staticmethod
    def cut(request) -> None:
        try:
            request.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself

    def handle_error(self, request, client_address):
        """A connection that broke is its client's affair."""


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of the folder's files on the loopback address, at `port` or at a free one when it is
    taken.
    """
    return listening(functools.partial(Handler, directory=str(folder)), port)


def listening(handler, port: int) -> http.server.ThreadingHTTPServer:
    """A server on the loopback address, at `port` or at a free one when it is taken; `handler`
    makes what answers a request.
    """
    try:
        return Server(("127.0.0.1", port), handler)
    except OSError:
        return Server(("127.0.0.1", 0), handler)


def check_port(port: int) -> None:
    """Raises InputError for a number that is no port."""
    if not 0 <= port <= 65535:
        raise InputError([Problem("--port", str(port), "a number from 0 to 65535")])


def serve(edition: Path | None, port: int) -> int:
    """Serve a built edition until Ctrl-C. Raises InputError when nothing is built there."""
    folder = (edition or paths.PUBLISHED).resolve()
    html = folder / "html" if (folder / "html" / "index.html").exists() else folder
    if not (html / "index.html").exists():
        raise InputError(
            [
                Problem(
                    str(edition or "build/published"),
                    "no built edition",
                    "a folder that holds html/index.html",
                    help="`python3 run.py build` makes one.",
                )
            ]
        )
    check_port(port)
    with server(html, port) as web:
        print(f"http://127.0.0.1:{web.server_address[1]}/  (Ctrl-C stops)", flush=True)
        try:
            web.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped serving.")
    return 0

"""`serve`: a built edition in the browser, from this machine to this machine."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path

from brief import paths
from brief.inputs import InputError, Problem

TYPES = {
    ".wasm": "application/wasm",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".csv": "text/csv; charset=utf-8",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, never cached, never listed as another type than they are."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_):
        """Say nothing of each request."""


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of the folder's files on the loopback address, at `port` or at a free one when it is taken."""
    handler = functools.partial(Handler, directory=str(folder))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        return http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)


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
    if not 0 <= port <= 65535:
        raise InputError([Problem("--port", str(port), "a number from 0 to 65535")])
    with server(html, port) as web:
        print(f"http://127.0.0.1:{web.server_address[1]}/  (Ctrl-C stops)", flush=True)
        try:
            web.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0

"""`serve --watch`: a book that is built anew on every save, in a page that follows.

The pages on disk are those of any build. What makes them follow is put into them on their way to
the browser, and only by this server, which answers this machine alone as `serve` does.
"""

from __future__ import annotations

import functools
import io
import json
import re
import subprocess
import sys
import threading
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from brief import paths
from brief.editions import as_built
from brief.site import preview
from brief.words import InputError, Problem

SCRIPT = paths.WEB / "watch" / "watch.js"
SCRIPT_ADDRESS, STATE_ADDRESS = "/-/watch.js", "/-/state"
TAG = f'<script src="{SCRIPT_ADDRESS}" defer></script>'.encode()
LONGEST_WAIT = 10  # seconds that a question for the state waits for news
KINDS = (".csv", ".tsv", ".xlsx", ".json", ".sqlite", ".yml", ".sql", ".ipynb", ".md")
NO_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>No page yet</title>
<body><p>There is no page yet: it comes with the first build that ends well.</p></body></html>"""


class State:
    """What the pages follow: `version` counts the builds that ended well, `problem` says why the
    last one did not, `serial` counts all news.
    """

    def __init__(self):
        self.serial = self.version = 0
        self.problem, self.is_building = "", False
        self.news = threading.Condition()

    def tell(self, *, is_building: bool, problem: str = "", is_new: bool = False) -> None:
        with self.news:
            self.serial += 1
            self.version += is_new
            self.is_building, self.problem = is_building, problem
            self.news.notify_all()

    def after(self, seen: int) -> dict:
        """The state as JSON, as soon as there is news after `seen`, or after LONGEST_WAIT."""
        with self.news:
            self.news.wait_for(lambda: self.serial != seen, LONGEST_WAIT)
            return {
                "serial": self.serial,
                "version": self.version,
                "problem": self.problem,
                "isBuilding": self.is_building,
            }


class Handler(preview.Handler):
    """Files of the built edition; its pages with the script that follows, and what that asks."""

    def __init__(self, *arguments, state: State, **named):
        self.state = state
        super().__init__(*arguments, **named)

    def send_head(self):
        if not self.is_for_us():
            return super().send_head()  # which refuses it
        address = urlsplit(self.path)
        if address.path == STATE_ADDRESS:
            seen = parse_qs(address.query).get("seen", ["-1"])[0]
            number = int(seen) if re.fullmatch("[0-9]{1,9}", seen) else -1
            return self.answer(json.dumps(self.state.after(number)).encode(), "application/json")
        if address.path == SCRIPT_ADDRESS:
            return self.answer(SCRIPT.read_bytes(), "text/javascript")
        page = self.page_of(address.path)
        if page is None:
            return super().send_head()
        return self.answer(page.replace(b"</body>", TAG + b"</body>", 1), "text/html")

    def page_of(self, address: str) -> bytes | None:
        """The page that an address names, or None where it names another file or nothing."""
        file = self.file_of(self.path)
        if file is None:
            return None if Path(self.directory, "index.html").is_file() else NO_PAGE
        if address.endswith("/"):
            return Path(file).read_bytes()
        return Path(file).read_bytes() if file.endswith(".html") else None

    def answer(self, content: bytes, kind: str):
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


class Builder(threading.Thread):
    """Builds at once, and again whenever a table, the SQL, a wording or a chapter is saved."""

    def __init__(self, folder: Path | None, target: Path, state: State):
        super().__init__(name="builder", daemon=True)
        self.folder, self.target, self.state = folder, target, state
        self.stopped = threading.Event()
        self.process: subprocess.Popen | None = None

    def run(self) -> None:
        import watchfiles

        watched = [paths.DATA, paths.ANALYSIS, paths.CHAPTERS]
        if self.folder and self.folder.resolve() != paths.DATA:
            watched.append(self.folder)
        self.build()
        for _ in watchfiles.watch(
            *watched,
            watch_filter=is_input,
            stop_event=self.stopped,
            raise_interrupt=False,
        ):
            self.build()

    def build(self) -> None:
        """Build in a process of its own, which reads all code and data anew."""
        self.state.tell(is_building=True)
        before = self.built_when()
        self.process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        said = self.process.communicate()[1]
        if self.stopped.is_set():
            return
        is_built = self.built_when() != before  # also where two roads to a number disagree
        problem = problem_in(said) if self.process.returncode else ""
        print(problem or "Built.", file=sys.stderr, flush=True)
        self.state.tell(is_building=False, problem=problem, is_new=is_built)

    def command(self) -> list[str]:
        given = [str(self.folder)] if self.folder else []
        return [sys.executable, "-m", "brief", "build", *given, "--out", str(self.target)]

    def built_when(self) -> int | None:
        """The time of the edition that stands, or None."""
        receipt = self.target / as_built.RECEIPT
        return receipt.stat().st_mtime_ns if receipt.is_file() else None

    def stop(self) -> None:
        self.stopped.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def is_input(_, path: str) -> bool:
    """Whether a file that changed is one that a book is made from, and no program's own."""
    parts = Path(path).parts
    is_hidden = any(part.startswith((".", "~$")) for part in parts[-2:])
    return Path(path).suffix in KINDS and not is_hidden


def problem_in(said: str) -> str:
    """What a build wrote about why it stopped: all that follows its last step."""
    lines = said.rstrip().split("\n")
    steps = [number for number, line in enumerate(lines) if line.endswith(" …")]
    return "\n".join(lines[steps[-1] + 1 if steps else 0 :]).strip() or "The build stopped."


def serve_and_watch(folder: Path | None, port: int) -> int:
    """Serve the book of the tables in `folder` (of data/ without one) until Ctrl-C, built anew on
    every save. Raises InputError where there is no such folder.
    """
    if folder is not None and not folder.is_dir():
        allowed = "a folder of tables, which may hold only some"
        raise InputError([Problem(str(folder), "no such folder", allowed)])
    if folder is not None and (folder / "html" / "index.html").exists():
        help = "Without --watch it is shown as it is."
        raise InputError([Problem(str(folder), "a built edition", "a folder of tables", help=help)])
    preview.check_port(port)
    target = paths.BUILD / f"watched-{folder.resolve().name if folder else 'published'}"
    state = State()
    handler = functools.partial(Handler, directory=str(target / "html"), state=state)
    builder = Builder(folder, target, state)
    with preview.listening(handler, port) as web:
        print(f"http://127.0.0.1:{web.server_address[1]}/  (Ctrl-C stops)", flush=True)
        builder.start()
        try:
            web.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped serving.")
        finally:
            builder.stop()
    return 0

"""A real browser for the page tests: finding one, serving the site on loopback, and noting what a page does.

`observe` loads a page and writes down what a reader would suffer: requests to other hosts, console errors, bytes,
layout shift, figures that are not drawn, text cut off. The tests judge the notes; broken pages prove that they can.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from brief import locks, paths
from tests import PATIENCE, clock

SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
# No network of its own: the browser talks to the test's server and to nobody else.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = paths.NODE_MODULES / "axe-core" / "axe.min.js"
SHOTS = paths.BUILD / "shots"
HELP = "No Chromium or Chrome was found, and none could be fetched. Install one, or run: python -m playwright install chromium"


# Finding a browser


def on_path(commands: tuple[str, ...]) -> str | None:
    return next((found for found in map(shutil.which, commands) if found), None)


def shell_of_playwright(own: Path) -> str | None:
    """The headless shell that Playwright fetches beside its Chromium, given where that one would be."""
    folder = next((p for p in own.parents if p.name.startswith("chromium-")), None)
    if folder is None:
        return None
    beside = folder.with_name(folder.name.replace("chromium-", "chromium_headless_shell-"))
    return next((str(found) for found in beside.rglob("*headless?shell*") if found.is_file()), None)


def shell_of_apt(say) -> str | None:
    """Debian's headless shell, installed where that is allowed without asking: as root, as in a container."""
    if not (shutil.which("apt-get") and getattr(os, "geteuid", lambda: 1)() == 0):
        return None
    say("No headless Chromium on this system: installing chromium-headless-shell with apt-get …")
    # The font: a letter that no face of ours has measures nothing where the system has none.
    for command in (
        ["update"],
        ["install", "-y", "--no-install-recommends", SHELLS[0], "fonts-liberation"],
    ):
        subprocess.run(
            [
                "apt-get",
                "-q",
                "-o",
                "Acquire::http::Timeout=20",
                "-o",
                "Acquire::Retries=1",
                *command,
            ],
            check=False,
            stdout=subprocess.DEVNULL,
        )
    return on_path(SHELLS)


def whole(own: Path) -> str | None:
    """A whole Chromium or Chrome, of the system or Playwright's."""
    return on_path(WHOLE) or next(
        (place for place in (*PLACES, str(own)) if Path(place).is_file()), None
    )


def fetched(own: Path, say) -> str | None:
    say("No Chromium could be installed: fetching Playwright's own …")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return shell_of_playwright(own) or whole(own)


def find_browser(playwright, say=lambda text: print(text, file=sys.stderr)) -> str:
    """A Chromium's headless shell, which takes a third of the whole browser's processor time, or else a whole one. Raises RuntimeError."""
    own = Path(playwright.chromium.executable_path)
    with locks.locked(
        paths.BUILD / ".tests.browser"
    ):  # the suite's processes look at the same time
        found = (
            on_path(SHELLS)
            or shell_of_playwright(own)
            or shell_of_apt(say)
            or whole(own)
            or fetched(own, say)
        )
    if not found:
        raise RuntimeError(HELP)
    return found


# Serving a folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing; JavaScript and WebAssembly get the types that browsers insist on."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
    }

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """A browser that closes a page in the middle of a file is no error."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serving(folder: Path):
    """The folder on a free port of loopback, from a thread; yields its address."""
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


# Looking at a page


@dataclass
class Notes:
    """What one visit to a page showed."""

    page: str
    width: int
    scheme: str
    strangers: list[str] = field(default_factory=list)  # requests to anywhere but the site
    errors: list[str] = field(default_factory=list)  # console errors, exceptions, failed requests
    requests: dict[str, int] = field(
        default_factory=dict
    )  # address: bytes, as a server that compresses would send them
    shift: float = 0.0  # Chrome's measure of what moved, all in all
    late_shift: float = 0.0  # and after the page was loaded
    undrawn: list[str] = field(default_factory=list)  # figures without a visible picture
    wider_by: int = 0  # px that the page is wider than the window
    cut_off: list[str] = field(default_factory=list)  # texts whose box is smaller than they are
    axe: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(self.requests.values())

    @property
    def name(self) -> str:
        return f"{self.page} at {self.width} px, {self.scheme}"


WATCH_SHIFT = """window.shifted = 0; window.shiftedLate = 0;
new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) {
  window.shifted += e.value;
  const loaded = performance.getEntriesByType("navigation")[0].loadEventStart;
  if (loaded && e.startTime > loaded) window.shiftedLate += e.value;
} }).observe({type: "layout-shift", buffered: true});"""
LOOK = """() => {
  const drawn = (chart) => {
    const svg = [...chart.querySelectorAll("svg")].find((s) => s.getBoundingClientRect().width > 0);
    if (!svg) return "no picture is shown";
    const box = svg.getBoundingClientRect();
    if (box.height < 60 || box.width > innerWidth) return `the picture measures ${box.width} by ${box.height}`;
    const marks = [...svg.querySelectorAll(".role-mark path, .role-mark rect, .role-mark line")].filter((m) => !m.closest("defs") && m.getBoundingClientRect().width + m.getBoundingClientRect().height > 0.5);
    if (!marks.length && !svg.querySelector(".role-mark text")) return "no mark is drawn";
    const paint = (m) => { const s = getComputedStyle(m); return s.fill !== "none" || s.stroke !== "none"; };
    const bare = marks.filter((m) => !paint(m)).length;
    if (bare) return `${bare} of ${marks.length} marks have neither fill nor stroke`;
    const out = [...svg.querySelectorAll("text")].filter((t) => { const b = t.getBoundingClientRect(); return b.width && (b.right > Math.min(box.right + 16, innerWidth) || b.left < Math.max(box.left - 16, 0)); });
    return out.length ? `text runs out of the picture: ${out[0].textContent}` : "";
  };
  const undrawn = [...document.querySelectorAll(".brief-chart")].map((c) => [c.id, drawn(c)]).filter(([, why]) => why).map(([id, why]) => `${id}: ${why}`);
  const cut = [...document.querySelectorAll("p, li, h1, h2, h3, h4, figcaption, caption, summary, a.quiet, button")].filter((e) => {
    if (!e.offsetParent || e.closest(".unseen, .table-scroll, .source-box, pre")) return false;
    const s = getComputedStyle(e);
    return s.display !== "inline" && e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 0;
  }).map((e) => e.textContent.trim().slice(0, 60));
  return { undrawn, cut, wider: document.documentElement.scrollWidth - document.documentElement.clientWidth };
}"""
# Charts are emptied first: they are hidden from screen readers behind one label, and tests/notebook/test_figures.py measures their colours.
# Of a block of code one token of each kind is asked about: thousands of them made up two thirds of axe's time.
RUN_AXE = """async (rules) => {
  for (const block of document.querySelectorAll(".highlight code")) {
    const kinds = new Set();
    for (const token of [...block.querySelectorAll("span")]) {
      if (kinds.has(token.className)) token.replaceWith(...token.childNodes);
      kinds.add(token.className);
    }
    block.normalize();
  }
  document.querySelectorAll(".figure-tools").forEach((tools, i) => { tools.querySelectorAll("details")[i % 5].open = true; });
  document.querySelectorAll(".code-fold").forEach((fold) => { fold.open = true; });
  document.querySelectorAll(".brief-chart svg").forEach((svg) => svg.replaceChildren());
  // Off by itself since axe 4.11; voices list what stands beside the text as a landmark all the same.
  const more = rules.type === "tag" ? { "landmark-complementary-is-top-level": { enabled: true } } : {};
  const found = await axe.run(document, { runOnly: rules, rules: more, resultTypes: ["violations"], preload: false });
  return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " (" + n.failureSummary.split("\\n").slice(1, 2).join("") + ")").join("; ")}`);
}"""
# "experimental" has rules that axe leaves out by itself: a paragraph that passes for a heading, a stop of the keyboard
# that says nothing of what it does.
EVERY_RULE = {
    "type": "tag",
    "values": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
        "experimental",
    ],
}
COLOR_RULES = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block"],
}  # all that a change of theme can break


def sent_size(body: bytes, address: str) -> int:
    """The bytes that a server with ordinary compression sends."""
    packed = address.split("?")[0].endswith((".woff2", ".png", ".zip", ".pdf", ".wasm"))
    return len(body) if packed else len(gzip.compress(body, 6))


def patient(context):
    """The browser context, with waits as long as the tests' patience."""
    context.set_default_timeout(PATIENCE * 1000)
    return context


class Traffic:
    """What a page has asked for and not yet got. Made before the page is opened.

    Playwright's own "networkidle" may come before a page is parsed, where that takes long, and then never again:
    https://github.com/microsoft/playwright/issues/42598
    """

    def __init__(self, page):
        self.page, self.underway, self.seen = page, set(), 0
        page.on("request", self.begins)
        page.on("requestfinished", self.ends)
        page.on("requestfailed", self.ends)

    def begins(self, request) -> None:
        self.underway.add(request)
        self.seen += 1

    def ends(self, request) -> None:
        self.underway.discard(request)

    def rest(self, looks: int = 10) -> None:
        """Wait until so many looks in a row, 50 ms apart, find the loaded page waiting for nothing."""
        end, quiet, seen = time.monotonic() + PATIENCE, 0, -1
        while quiet < looks:
            self.page.wait_for_timeout(50)
            loaded = self.page.evaluate("document.readyState") == "complete"
            quiet = quiet + 1 if loaded and not self.underway and seen == self.seen else 0
            seen = self.seen
            assert time.monotonic() < end, (
                f"still on its way after {PATIENCE} s: {[r.url for r in self.underway] or 'the page'}"
            )


def new_page(browser, notes: Notes, root: str, **options):
    """A page of the given width and color scheme that writes what it does into `notes`."""
    context = browser.new_context(
        viewport={"width": notes.width, "height": 900}, color_scheme=notes.scheme, **options
    )
    page = patient(context).new_page()
    page.add_init_script(WATCH_SHIFT)
    page.on(
        "console",
        lambda m: (
            notes.errors.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda e: notes.errors.append(f"exception: {e}"))
    page.on("requestfailed", lambda r: notes.errors.append(f"failed: {r.url} ({r.failure})"))

    def on_request(request):
        if not request.url.startswith((root, "data:", "blob:", "about:")):
            notes.strangers.append(request.url)

    def on_response(response):
        if response.status >= 400:
            notes.errors.append(f"{response.status}: {response.url}")

    def on_finished(request):
        response = request.response()
        if response and response.status < 300 and request.url.startswith(root):
            notes.requests[request.url.removeprefix(root)] = sent_size(response.body(), request.url)

    page.on("request", on_request)
    page.on("response", on_response)
    page.on("requestfinished", on_finished)
    return page


def observe(
    browser,
    root: str,
    name: str,
    width: int = 1440,
    scheme: str = "light",
    rules: dict | None = None,
    shot: Path | None = None,
) -> Notes:
    """Load one page, let it settle, scroll through it, and write down what it did."""
    notes = Notes(name, width, scheme)
    page = new_page(browser, notes, root)
    traffic = Traffic(page)
    try:
        page.goto(root + name, wait_until="load")
        traffic.rest()
        page.evaluate("() => document.fonts.ready.then(() => undefined)")
        page.evaluate(
            "async () => { for (let y = 0; y < document.body.scrollHeight; y += 3000) { scrollTo(0, y); await new Promise(requestAnimationFrame); } scrollTo(0, 0); }"
        )
        seen = page.evaluate(LOOK)
        notes.undrawn, notes.cut_off, notes.wider_by = seen["undrawn"], seen["cut"], seen["wider"]
        notes.shift, notes.late_shift = page.evaluate("[window.shifted, window.shiftedLate]")
        if shot:
            take_picture(page, shot)
        if rules:
            page.evaluate(AXE.read_text(encoding="utf-8"))
            notes.axe = page.evaluate(RUN_AXE, rules)
    finally:
        page.context.close()
    return notes


def wait_until(page, expression: str, arg=None, seconds: float = PATIENCE) -> None:
    """Wait until an expression is true in the page. Playwright's own wait evaluates it inside the page from its second look on, which our CSP forbids."""
    end = clock() + seconds
    while not page.evaluate(expression, arg):
        assert clock() < end, f"not true after {seconds} s: {expression}"
        page.wait_for_timeout(50)


def take_picture(page, shot: Path, most: int = 60_000) -> None:
    """The whole page as JPEG; of one that is taller than the format allows (65,535 px), what a window of `most` px shows."""
    shot.parent.mkdir(parents=True, exist_ok=True)
    window, height = page.viewport_size, page.evaluate("document.documentElement.scrollHeight")
    if height > most:
        page.set_viewport_size({"width": window["width"], "height": most})
    page.screenshot(path=shot, full_page=height <= most, type="jpeg", quality=80)
    page.set_viewport_size(window)


def observe_all(root: str, jobs: list[tuple], workers: int = 2) -> list[Notes]:
    """`observe` for many (page, width, scheme, rules, shot), in several browsers at a time; notes in the order of the jobs."""
    from concurrent.futures import ThreadPoolExecutor

    waiting, done = queue.SimpleQueue(), {}
    for number, job in enumerate(jobs):
        waiting.put((number, job))

    def work() -> None:
        from playwright.sync_api import (
            sync_playwright,
        )  # one to a thread: its objects must not cross

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_browser(playwright), args=FLAGS
            )
            with contextlib.suppress(queue.Empty):
                while True:
                    number, job = waiting.get_nowait()
                    done[number] = observe(browser, root, *job)
            browser.close()

    with ThreadPoolExecutor(workers) as pool:
        for result in [pool.submit(work) for _ in range(workers)]:
            result.result()
    return [done[number] for number in range(len(jobs))]

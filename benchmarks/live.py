"""How long the live page takes in this machine's Chromium, on the real tables: from click to first recomputed page, from edit to page.

    python benchmarks/live.py [FOLDER WITH html/]

An edit is timed inside the page, from the wish to the last changed text, then to the charts in view, then to all charts.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from brief import paths  # noqa: E402
from tests import browser as real  # noqa: E402

PAGES = (
    "chapters/10_resettlement.html",
    "chapters/20_deterrence.html",
    "chapters/30_china.html",
    "chapters/40_engagement.html",
)
OPENINGS, EDITS = 5, 20
# Timed in the page: the driver's own click waits up to half a second for the button to stand still.
CLICK = """() => new Promise((done) => {
  const start = performance.now(), root = document.documentElement;
  new MutationObserver((_, observer) => { if (root.classList.contains("live-ready")) { observer.disconnect(); done(performance.now() - start); } }).observe(root, { attributes: true });
  [...document.querySelectorAll(".live-open-button")].find((button) => button.offsetParent).click();
})"""
EDIT = """async (i) => {
  const panel = briefLivePanel, name = panel.tables.own[i % panel.tables.own.length], table = panel.pack.tables[name];
  const column = table.columns.findIndex((c, at) => c.kind !== "TEXT" && !c.key && table.rows[0][at] !== null);
  if (column < 0) return null;
  const entry = rowOf(table, i, column);
  if (!entry) return null;
  const refused = await panel.propose({ p: {}, t: { [name]: { set: [[table.keyOf(entry), { [table.names[column]]: entry[column] + 1 }]], cut: [], add: [] } } }, {});
  if (refused) return null;
  await panel.drawn;
  return { ...panel.timing, changes: panel.changes.length };
  function rowOf(table, i, column) { for (let k = 0; k < table.rows.length; k++) { const row = table.rows[(i * 7 + k) % table.rows.length]; if (row[column] !== null) return row; } }
}"""
SLIDE = """async (i) => {
  const panel = briefLivePanel, names = panel.tables.parameters, table = panel.pack.tables.parameters;
  const row = table.rows.find((r) => r[0] === names[i % names.length]), cell = (c) => row[table.names.indexOf(c)];
  const value = Math.min(cell("max"), Math.max(cell("min"), cell("value") + (i % 2 ? 1 : -1)));
  if (await panel.propose({ p: { [row[0]]: value }, t: {} }, {})) return null;
  await panel.drawn;
  return { ...panel.timing, changes: panel.changes.length };
}"""


def measure(folder: Path) -> dict:
    """Milliseconds, page by page: openings (click to first recomputed page) and edits {text, seen, whole}."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright, real.serving(folder) as root:
        browser = playwright.chromium.launch(
            executable_path=real.find_browser(playwright), args=real.FLAGS
        )
        for name in PAGES:
            openings, edits = [], []
            for _ in range(OPENINGS):
                page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
                traffic = real.Traffic(page)
                page.goto(root + name)
                traffic.rest()
                openings.append(page.evaluate(CLICK))
                if len(openings) < OPENINGS:
                    page.context.close()
            for i in range(EDITS):
                edits += [
                    timing for timing in (page.evaluate(EDIT, i), page.evaluate(SLIDE, i)) if timing
                ]
            page.context.close()
            found[name] = {"openings": openings, "edits": edits}
        browser.close()
    return found


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.PUBLISHED / "html"
    found = measure(folder)
    quantile = lambda values, q: sorted(values)[min(len(values) - 1, int(q * len(values)))]
    print(
        "| page | click to page, median (worst) | edit to text | edit to charts in view, median (95 %) | edit to all charts |\n|---|---|---|---|---|"
    )
    for name, times in found.items():
        edits = {
            part: [e[part] for e in times["edits"] if e.get(part)]
            for part in ("text", "seen", "whole")
        }
        print(
            f"| {Path(name).stem} | {statistics.median(times['openings']):.0f} ms ({max(times['openings']):.0f}) | {statistics.median(edits['text']):.0f} ms "
            f"| {statistics.median(edits['seen']):.0f} ms ({quantile(edits['seen'], 0.95):.0f}) | {statistics.median(edits['whole']):.0f} ms |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

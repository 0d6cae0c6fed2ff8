"""What each page costs a reader in this machine's Chromium: bytes as a compressing server sends them, requests, time to first paint.

python benchmarks/pages.py [FOLDER WITH html/]
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from brief import paths  # noqa: E402
from tests import browser as real  # noqa: E402

VISITS = 3
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def measure(folder: Path) -> dict[str, dict]:
    """{page: {bytes, requests, paint}}: first contentful paint in ms, the median of some visits with an empty cache."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright, real.serving(folder) as root:
        browser = playwright.chromium.launch(
            executable_path=real.find_browser(playwright), args=real.FLAGS
        )
        for path in sorted(folder.rglob("*.html")):
            name, paints = path.relative_to(folder).as_posix(), []
            for _ in range(VISITS):
                notes = real.Notes(name, 1440, "light")
                page = real.new_page(browser, notes, root)
                traffic = real.Traffic(page)
                page.goto(root + name)
                traffic.rest()
                paints.append(page.evaluate(PAINT))
                page.context.close()
            found[name] = {
                "bytes": notes.bytes,
                "requests": len(notes.requests),
                "paint": statistics.median(paints),
            }
        browser.close()
    return found


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.PUBLISHED / "html"
    print("| page | bytes | requests | first paint |\n|---|---|---|---|")
    for name, cost in measure(folder).items():
        print(f"| {name} | {cost['bytes']:,} | {cost['requests']} | {cost['paint']:.0f} ms |")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Charts that draw themselves in JupyterLab, offline.

JupyterLab knows no Vega-Lite 6, and Altair's own HTML asks a CDN for it. So the book's own bundle
of Vega travels with the first chart that a kernel shows, and each chart holds its still picture,
which stays where scripts do not run (a notebook that is not trusted, one seen on the web). There
drawings are taken out of the HTML as well, and images are not.
"""

from __future__ import annotations

import base64
import html
import itertools
import json
import os

from brief import paths

BUILDS = "BRIEF_BUILDS"  # set while a book is made, which draws its figures in its own way
BUNDLE = paths.ASSETS / "web" / "vega.js"
_numbers = itertools.count(1)
_bundled: tuple[str | None, str] | None = None  # the cell and the request that got the bundle

DRAW = """(function draw(tries) {
  const place = document.getElementById(%s);
  if (!place) return;
  if (!window.briefVega) {
    if (tries) setTimeout(draw, 200, tries - 1);
    return;
  }
  const drawing = document.createElement("div");
  window.briefVega
    .embed(drawing, %s, { actions: false, renderer: "svg", ast: true })
    .then(() => place.replaceChildren(drawing));
})(50);"""


def is_building() -> bool:
    """Whether this process makes a book."""
    return BUILDS in os.environ


def html_of(spec: dict, still: str, label: str) -> str:
    """A Vega-Lite spec with its rows as HTML that draws itself over its still picture (SVG)."""
    name = f"brief-chart-{os.getpid()}-{next(_numbers)}"
    on_white = still.replace("<svg ", '<svg style="background:#fff" ', 1)
    address = f"data:image/svg+xml;base64,{base64.b64encode(on_white.encode()).decode()}"
    picture = f'<img alt="{html.escape(label, quote=True)}" src="{address}">'
    script = DRAW % (in_script(name), in_script(spec))
    return f'<div id="{name}">{picture}</div>{bundle_once()}<script>{script}</script>'


def bundle_once() -> str:
    """The bundle for the page, where this kernel has not sent it yet and a setup has made it. A
    cell that is run again loses what it showed, and gets it again.
    """
    global _bundled
    if not BUNDLE.is_file():
        return ""
    cell, request = asked_by()
    if _bundled is not None and (cell is None or cell != _bundled[0] or request == _bundled[1]):
        return ""
    _bundled = cell, request
    code = BUNDLE.read_text(encoding="utf-8").replace("</script", "<\\/script")
    return f"<script>if (!window.briefVega) {{ {code} }}</script>"


def asked_by() -> tuple[str | None, str]:
    """The id of the cell that runs (None where the front end does not say), and of its request."""
    from IPython import get_ipython

    shell = get_ipython()
    message = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = message.get("metadata", {}).get("cellId")
    return cell, message.get("header", {}).get("msg_id", "")


def in_script(value) -> str:
    """A value as JSON that may stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")

"""The notebook to start with in a real JupyterLab, in a browser, over a copy that may be changed."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd
import pytest

from brief import paths
from brief.notebook import assets, lab, own_charts
from tests import PATIENCE, clock
from tests.browser import patient, wait_until

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("jupyterlab") is None,
    reason="JupyterLab is an extra: `python3 run.py lab` adds it",
)
CHARTS = """() => [...document.querySelectorAll("[id^=brief-chart]")].map(
  (place) => place.querySelectorAll("svg.marks .role-mark :is(path, text)").length)"""
COMPLETIONS = """() => [...document.querySelectorAll(".jp-Completer-item .jp-Completer-match")].map(
  (item) => item.textContent)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A copy of examples/, and a notebook with a chart that somebody else has run."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(paths.ROOT / "examples", root / "examples")
    (root / "examples" / "brief.py").unlink()  # it looks for the package beside its folder
    rows = pd.DataFrame({"year": [2024, 2025], "persons": [236, 223]})
    chart = alt.Chart(rows).mark_bar().encode(x="year:O", y="persons:Q")
    output = nbformat.v4.new_output("display_data", own_charts.show(chart.to_dict()))
    cell = nbformat.v4.new_code_cell("chart", outputs=[output], execution_count=1)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), root / "stranger.ipynb")
    return root


@pytest.fixture(scope="module")
def server(folder):
    """JupyterLab as `lab` starts it, but over the copy, and with no settings of this user's."""
    assets.prepare()
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", *lab.options(0, False, folder)]
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            command,
            env={**os.environ, **own, "BRIEF_DATA": ""},
            stdout=said,
            stderr=said,
        )
    try:
        yield facts_of(process, folder)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def facts_of(process, folder: Path) -> dict:
    """What a server that has started writes down of itself: its url and token among others."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        for path in (folder / "RUNTIME").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # it is being written
                return json.loads(path.read_text(encoding="utf-8"))
        time.sleep(0.1)
    pytest.fail((folder / "said.txt").read_text(encoding="utf-8"))


@pytest.fixture
def opened(chrome, server):
    """Opens a notebook in JupyterLab: the page, and the addresses of others that it asks."""
    context = patient(chrome.new_context(viewport={"width": 1400, "height": 1000}))

    def open_notebook(name: str):
        page, strangers = context.new_page(), []
        ours = (server["url"], server["url"].replace("http", "ws", 1), "data:", "blob:", "about:")
        note = lambda asked: None if asked.url.startswith(ours) else strangers.append(asked.url)
        page.on("request", note)
        page.on("websocket", note)
        page.goto(f"{server['url']}lab/tree/{name}?token={server['token']}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        return page, strangers

    yield open_notebook
    context.close()


def completions(page) -> list[str]:
    """What Tab offers where the cursor stands. The first answer may come too late for JupyterLab."""
    end = clock() + PATIENCE
    while not page.evaluate(COMPLETIONS) and clock() < end:
        page.keyboard.press("Tab")
        page.wait_for_timeout(6000)
    return page.evaluate(COMPLETIONS)


def wait_for_kernel(page, server) -> None:
    """Wait until the page talks to a kernel that waits for work: before, Run All asks for one."""
    end = clock() + PATIENCE
    talking = []
    while not talking and clock() < end:
        page.wait_for_timeout(200)
        kernels = page.request.get(f"{server['url']}api/kernels?token={server['token']}").json()
        talking = [k for k in kernels if k["connections"] and k["execution_state"] == "idle"]
    wait_until(page, "() => document.body.innerText.includes('| Idle')")


def test_all_cells_run_charts_draw_and_nobody_is_asked(opened, server):
    page, strangers = opened("examples/start_here.ipynb")
    wait_for_kernel(page, server)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    wait_until(page, f"() => ({CHARTS})().filter((marks) => marks > 5).length == 3")
    shown = page.text_content(".jp-Notebook")
    assert "2 claims flip" in shown and "by SQL and by pandas" in shown
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("chapter.")
    names = completions(page)
    assert "what_if" in names and not [name for name in names if name.startswith("_")]
    assert strangers == []


def test_a_notebook_that_is_not_trusted_shows_the_still_picture(opened):
    page, strangers = opened("stranger.ipynb")
    picture = ".jp-OutputArea-output img"
    wait_until(page, f"() => document.querySelector('{picture}')?.naturalWidth > 50")
    assert page.evaluate("window.briefVega") is None
    assert strangers == []

"""Builds the real book both ways in one run, turn and turn about, and prints ratios with their spread.

Baselines are what people do by hand with the same tools: papermill a chapter at a time (A) or two at a time (B), then
`jupyter-book build` for HTML and PDF; or jupyter-book executing by itself (C). A ratio counts only when the altered value
stands in the pages that print it. Then one build of each case is broken down by step. Writes build/bench.json, build/bench.md
and build/bench.svg; what is worth keeping goes into benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from brief import paths

CHAPTERS = sorted(p.stem for p in paths.CHAPTERS.glob("[0-9][0-9]_*.ipynb"))
TOOLS = Path(sys.executable).parent
# Which baselines a case is timed against. What each of them does in the other cases takes it as long as in these.
CASES = {
    "cold": ("A", "B", "ours"),
    "table": ("A", "ours"),
    "parameter": ("A", "B", "C", "ours"),
    "prose": ("A", "ours"),
    "nothing": ("C", "ours"),
    "check": ("ours",),
}


class Checkout:
    """A copy of the checkout in which a contestant builds. Tables are altered in its data/, as a user by hand would."""

    def __init__(self, root: Path):
        self.root = root
        listed = subprocess.run(
            ["git", "ls-files"], cwd=paths.ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\n")
        for name in filter(None, listed):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(paths.ROOT / name, root / name)
        os.symlink(paths.NODE_MODULES, root / "web" / "node_modules")
        shutil.copytree(
            paths.ASSETS, root / "build" / "assets"
        )  # set-up, the same for all, not timed
        self.environment = {**os.environ, "PYTHONPATH": str(root), "BRIEF_DATA": str(root / "data")}

    def run(self, *command: str, **environment: str) -> tuple[float, float, float]:
        """Wall and CPU seconds of one command, and the MB that its largest process held; fails when it fails."""
        start = time.monotonic()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                command, cwd=self.root, env=self.environment | environment, stdout=said, stderr=said
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                raise RuntimeError(
                    f"{' '.join(command)[:200]}\n{said.read().decode(errors='replace')[-4000:]}"
                )
        return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def papermill_then_book(checkout: Checkout, at_a_time: int) -> tuple[float, float, float]:
    """A (one at a time) and B (two): papermill onto copies, then both builders."""
    stage = checkout.root / "by-hand"
    shutil.rmtree(stage, ignore_errors=True)
    (stage / "chapters").mkdir(parents=True)
    for name in ("_toc.yml", "index.md"):
        shutil.copy2(checkout.root / name, stage / name)
    for name in ("web", "extra"):
        if (checkout.root / name).exists():
            os.symlink(checkout.root / name, stage / name)
    settings = (
        (checkout.root / "_config.yml")
        .read_text(encoding="utf-8")
        .replace("execute_notebooks: auto", "execute_notebooks: 'off'")
    )
    (stage / "_config.yml").write_text(settings, encoding="utf-8")
    mill = f"{TOOLS / 'papermill'} --no-progress-bar --log-level ERROR --cwd {checkout.root / 'chapters'} -k python3 chapters/{{}}.ipynb by-hand/chapters/{{}}.ipynb"
    lines = "\n".join(mill.replace("{}", name) for name in CHAPTERS)
    book = f"{TOOLS / 'jupyter-book'} build by-hand -q"
    return checkout.run(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        f"printf '%s\\n' '{lines}' | xargs -P {at_a_time} -I LINE bash -c LINE\n{book}\n{book} --builder custom --custom-builder briefpdf",
    )


def jupyter_book_alone(checkout: Checkout) -> tuple[float, float, float]:
    """C: jupyter-book executes by itself, with its cache of unchanged notebooks."""
    book = f"{TOOLS / 'jupyter-book'} build . -q"
    return checkout.run(
        "bash", "-euc", f"{book}\n{book} --builder custom --custom-builder briefpdf"
    )


def ours(checkout: Checkout, **environment: str) -> tuple[float, float, float]:
    return checkout.run(
        sys.executable, "-m", "brief", "build", "--out", "build/bench", **environment
    )


def check(checkout: Checkout) -> tuple[float, float, float]:
    return checkout.run(sys.executable, "-m", "brief", "check", "data")


def alter(checkout: Checkout, case: str, turn: int) -> tuple[str, list[str]]:
    """Make the case's change; returns the text that must then stand in the chapter pages named."""
    if case == "table":
        path = checkout.root / "data" / "admissions_us_checkpoints.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        return alter_checkpoint(path, lines, turn)
    if case == "parameter":
        value = 300 + turn
        path = checkout.root / "data" / "parameters.csv"
        lines = [
            f"relations_window_days,{value}" + line[line.index(",integer") :]
            if line.startswith("relations_window_days,")
            else line
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return f"{value}", ["30_china", "92_rerun"]
    if case == "prose":
        mark = f"Turn {'x' * (turn + 1)} of the benchmark."
        path = checkout.root / "chapters" / "90_methods.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][0]["source"] = ["# Methods\n", "\n", mark]
        path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
        return mark, ["90_methods"]
    return "", []


def alter_checkpoint(path: Path, lines: list[str], turn: int) -> tuple[str, list[str]]:
    """Raise the American total at the end of fiscal year 2018, which the chapter on resettlement prints."""
    for number, line in enumerate(lines):
        if line.startswith("2018-09-30,"):
            cells = line.split(",")
            cells[1] = str(218 + turn)
            lines[number] = ",".join(cells)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return f"{218 + turn}", ["10_resettlement"]
    raise RuntimeError("admissions_us_checkpoints.csv has no row of 2018-09-30")


def stands(pages: Path, text: str, chapters: list[str]) -> bool:
    """Whether a text stands in each of these pages."""
    return all(
        text in (pages / "chapters" / f"{name}.html").read_text(encoding="utf-8")
        for name in chapters
    )


CONTESTANTS = {
    "A": (lambda c: papermill_then_book(c, 1), "by-hand/_build/html"),
    "B": (lambda c: papermill_then_book(c, 2), "by-hand/_build/html"),
    "C": (jupyter_book_alone, "_build/html"),
    "ours": (ours, "build/bench/html"),
}


def measure(pairs: int, cases: list[str], contestants: list[str]) -> tuple[dict, dict]:
    """{case: {contestant: [{wall, cpu, memory, is_right}]}}, and `steps`; contestants take turns, so that a slow minute hits them all."""
    results: dict = {
        case: {name: [] for name in contestants if name in CASES[case]} for case in cases
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        checkouts = {name: Checkout(Path(folder) / name) for name in contestants}
        for turn in range(pairs):
            for case in cases:
                for name in results[case]:
                    results[case][name].append(one(checkouts[name], name, case, turn))
                    shown = results[case][name][-1]
                    print(
                        f"{case:9} {name:5} {shown['wall']:7.2f} s wall {shown['cpu']:7.2f} s CPU {'' if shown['is_right'] else ' STALE'}",
                        file=sys.stderr,
                        flush=True,
                    )
        return results, steps(checkouts["ours"], cases) if "ours" in checkouts else {}


def make_cold(checkout: Checkout) -> None:
    for built in ("by-hand", "_build", "build/bench", "build/cache", "build/kept"):
        shutil.rmtree(checkout.root / built, ignore_errors=True)


def one(checkout: Checkout, name: str, case: str, turn: int) -> dict:
    """One timed run of one contestant."""
    if case == "cold":
        make_cold(checkout)
    if case == "nothing":
        CONTESTANTS[name][0](checkout)  # not timed: it must stand there before nothing has changed
    text, chapters = alter(checkout, case, turn)
    if case == "check":
        wall, cpu, memory = check(checkout)
        return {"wall": wall, "cpu": cpu, "memory": memory, "is_right": True}
    wall, cpu, memory = CONTESTANTS[name][0](checkout)
    return {
        "wall": wall,
        "cpu": cpu,
        "memory": memory,
        "is_right": stands(checkout.root / CONTESTANTS[name][1], text, chapters),
    }


def table(results: dict) -> str:
    """Medians, and the ratio of each baseline to ours: median over pairs, worst pair in brackets."""
    lines = [
        "| case | contestant | wall s (median) | CPU s | MB, largest process | ratio to ours, median (worst pair) | altered value on its pages |",
        "|---|---|---|---|---|---|---|",
    ]
    for case, by_name in results.items():
        for name, runs in by_name.items():
            if not runs:
                continue
            rivals = (
                results.get("table", {}).get("A", []) if case == "check" else runs
            )  # a check answers what A answers with a build
            ratios = [
                r["wall"] / o["wall"]
                for r, o in zip(rivals, by_name["ours"])
                if r["is_right"] and o["is_right"]
            ]
            shown = (
                ""
                if not ratios or name == "ours" and case != "check"
                else f"{statistics.median(ratios):.1f}× ({min(ratios):.1f}×)"
            )
            lines.append(
                f"| {case} | {name} | {statistics.median(r['wall'] for r in runs):.2f} | {statistics.median(r['cpu'] for r in runs):.2f} | {max(r['memory'] for r in runs):.0f} "
                f"| {shown} | {'yes' if all(r['is_right'] for r in runs) else '**no**'} |"
            )
    return "\n".join(lines)


# What a build's spans (brief/spans.py) belong to, by how their titles begin.
STEPS = {
    "data: read, checked, staged": ("Checking", "Staging"),
    "imports for the chapters": ("imports for chapters",),
    "imports of Sphinx": ("imports of Sphinx",),
    "chapters: cells and claims": ("chapter ",),
    "charts drawn": ("a chart", "start of the drawing"),
    "Sphinx: HTML, with figure files": ("builder html",),
    "of that, figure files and cards": ("files of figures", "work done ahead"),
    "of that, the live page's files": ("files that the builders need",),
    "Sphinx: PDF, with Typst": ("builder briefpdf",),
    "of that, Typst": ("Typst",),
    "of that, packing": ("packing",),
    "zip, receipt": ("zip", "receipt"),
}


def steps(checkout: Checkout, cases: list[str]) -> dict[str, dict[str, float]]:
    """CPU seconds by step, {case: {step: seconds}}, of one build each; `all of it` has the whole, start and imports of the command included."""
    found = {}
    for number, case in enumerate(c for c in cases if c in ("cold", "table", "parameter", "prose")):
        if case == "cold":
            make_cold(checkout)
        alter(checkout, case, 50 + number)
        file = checkout.root / "build" / f"spans-{case}.jsonl"
        file.parent.mkdir(exist_ok=True)
        wall, cpu, _ = ours(checkout, BRIEF_SPANS=str(file))
        spans = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        found[case] = {
            step: sum(s["cpu"] for s in spans if s["title"].startswith(begins))
            for step, begins in STEPS.items()
        } | {"all of it": cpu, "wall": wall}
    return found


def steps_table(found: dict[str, dict[str, float]]) -> str:
    lines = [f"| CPU seconds of one build | {' | '.join(found)} |", "|---|" + "---|" * len(found)]
    return "\n".join(
        lines
        + [
            f"| {step} | {' | '.join(f'{by_step[step]:.2f}' for by_step in found.values())} |"
            for step in [*STEPS, "all of it", "wall"]
        ]
    )


def chart(results: dict) -> str:
    """Median wall seconds by case and contestant, as SVG; without who served stale pages."""
    import altair as alt

    from brief.notebook import figures

    names = {
        "A": "by hand, one chapter at a time",
        "B": "by hand, two at a time",
        "C": "jupyter-book alone",
        "ours": "run.py build",
    }
    rows = [
        {
            "case": case,
            "how": names[name],
            "seconds": round(statistics.median(r["wall"] for r in runs), 2),
        }
        for case, by_name in results.items()
        if case != "check"
        for name, runs in by_name.items()
        if runs and all(r["is_right"] for r in runs)
    ]
    base = alt.Chart(alt.Data(name="rows")).encode(
        x=alt.X("seconds:Q", title="seconds until the book stands, median"),
        y=alt.Y("how:N", title=None, sort=list(names.values())),
    )
    drawn = base.mark_bar().encode(
        color=alt.Color("how:N", sort=list(names.values()), legend=None)
    ) + base.mark_text(align="left", dx=4).encode(text="seconds:Q")
    spec = figures.to_spec(
        drawn.properties(height=alt.Step(18))
        .facet(row=alt.Row("case:N", title=None, sort=list(results)))
        .resolve_scale(y="independent")
    )
    spec |= {
        "background": "#ffffff",
        "datasets": {"rows": rows},
        "title": {"text": "The same book, built in four ways"},
    }
    return figures.alone(
        figures.picture(spec, figures.WIDE),
        "Bars of the table's median seconds, by case and contestant.",
    )


def main() -> int:
    top = argparse.ArgumentParser(prog="run.py bench", description=__doc__.splitlines()[0])
    top.add_argument("--pairs", type=int, default=5)
    top.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    top.add_argument(
        "--contestants", nargs="*", default=list(CONTESTANTS), choices=list(CONTESTANTS)
    )
    arguments = top.parse_args()
    results, by_step = measure(arguments.pairs, arguments.cases, arguments.contestants)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {len(CHAPTERS)} chapters, {arguments.pairs} pairs"
    text = f"{machine}\n\n{table(results)}\n\n{steps_table(by_step)}\n"
    (paths.BUILD / "bench.md").write_text(text, encoding="utf-8")
    (paths.BUILD / "bench.json").write_text(
        json.dumps({"machine": machine, "results": results, "steps": by_step}, indent=1) + "\n",
        encoding="utf-8",
    )
    (paths.BUILD / "bench.svg").write_text(chart(results), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

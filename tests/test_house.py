"""The house: imports run down the list of packages, never up, and there is no circle.

The whole graph is read: imports inside functions included, since these hide a circle and do not undo it.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest

from brief import paths

# From the top of the house down. A package imports from those below it and from itself.
FLOORS = (
    "cli",
    "upkeep",
    "sweep",
    "build",
    "pdf",
    "site",
    "notebook",
    "editions",
    "analysis",
    "tables",
    "ground",
)
# A package's front: a chapter imports `open_chapter` and `charts` from `brief` itself, which loads them when asked.
FRONT = {("brief", "brief.notebook.chapter")}


def modules_of(root: Path) -> dict[str, Path]:
    """Every module below `root`/brief by its dotted name."""
    found = {}
    for path in sorted((root / "brief").rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def import_graph(root: Path) -> dict[str, set[str]]:
    """{module: modules of ours that it imports}, wherever in its text the import stands."""
    modules = modules_of(root)

    def nearest(name: str) -> str:
        while name not in modules:
            name = name.rpartition(".")[0]
        return name

    graph = {}
    for module, path in modules.items():
        asked = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                asked |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                asked |= {f"{node.module}.{alias.name}" for alias in node.names}
        graph[module] = {nearest(name) for name in asked if name.split(".")[0] == "brief"} - {
            module
        }
    return graph


def floor_of(module: str) -> str:
    """The package of a module; `ground` for what stands beside the packages and is used by all."""
    parts = module.split(".")
    if len(parts) > 1 and parts[1] in ("cli", "cli_editions", "__main__"):
        return "cli"
    return parts[1] if len(parts) > 1 and parts[1] in FLOORS else "ground"


def imports_that_run_up(graph: dict[str, set[str]]) -> list[str]:
    return [
        f"{module} imports {other}"
        for module, others in graph.items()
        for other in sorted(others)
        if FLOORS.index(floor_of(other)) < FLOORS.index(floor_of(module))
        and (module, other) not in FRONT
    ]


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, directly or by others."""
    reach = {module: set(others) for module, others in graph.items()}
    grows = True
    while grows:
        grows = False
        for module, others in reach.items():
            further = set().union(*(reach[other] for other in others)) if others else set()
            if not further <= others:
                reach[module] = others | further
                grows = True
    tied = {module for module in reach if module in reach[module]}
    groups = {frozenset(m for m in tied if m in reach[one] and one in reach[m]) for one in tied}
    return sorted(sorted(group) for group in groups)


def test_imports_run_down_the_list_of_packages():
    wrong = imports_that_run_up(import_graph(paths.ROOT))
    assert not wrong, "an import runs up; move what is shared down:\n" + "\n".join(wrong)


def test_no_modules_import_each_other():
    assert not circles(import_graph(paths.ROOT)), "take what they share into a module below both"


def house(tmp_path: Path, files: dict[str, str]) -> dict[str, set[str]]:
    for name, text in files.items():
        path = tmp_path / "brief" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return import_graph(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "from brief.build import book",
        "import brief.build.book",
        "from brief.build.book import build",
        "def read():\n    from brief.build import book\n",
    ],
)
def test_an_import_that_runs_up_is_seen(tmp_path, text):
    files = {"__init__.py": "", "tables/__init__.py": "", "build/__init__.py": ""}
    graph = house(tmp_path, files | {"build/book.py": "", "tables/readers.py": text})
    assert imports_that_run_up(graph) == ["brief.tables.readers imports brief.build.book"]


def test_a_circle_is_seen_inside_functions(tmp_path):
    files = {"__init__.py": "", "tables/__init__.py": ""}
    one = "from brief.tables import two"
    two = "def later():\n    from brief.tables import one\n"
    graph = house(tmp_path, files | {"tables/one.py": one, "tables/two.py": two})
    assert circles(graph) == [["brief.tables.one", "brief.tables.two"]]


def test_every_package_says_what_comes_in_and_what_goes_out():
    silent = []
    for floor in FLOORS[1:-1]:
        text = (paths.ROOT / "brief" / floor / "__init__.py").read_text(encoding="utf-8")
        said = ast.get_docstring(ast.parse(text)) or ""
        if not ("In:" in said and "Out:" in said and 4 <= len(said.splitlines()) <= 7):
            silent.append(floor)
    assert not silent, f"the __init__ of {silent}: five lines, with In: and Out:"


def test_contributing_draws_these_floors_in_this_order():
    text = (paths.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^  (\w+)(?:/|\.py)", text.split("```")[3], re.M)
    assert [name for name in drawn if name in FLOORS] == list(FLOORS[:-1])


def undescribed(root: Path) -> list[str]:
    """Functions that other modules call and that say nothing of themselves."""
    texts = {module: path.read_text(encoding="utf-8") for module, path in modules_of(root).items()}
    found = []
    for module, text in texts.items():
        leaf = module.rpartition(".")[2]
        others = "\n".join(other for name, other in texts.items() if name != module)
        for node in ast.parse(text).body:
            if not isinstance(node, ast.FunctionDef) or ast.get_docstring(node):
                continue
            called = rf"\b{leaf}\.{node.name}\b|import [^\n]*\b{node.name}\b"
            if not node.name.startswith("_") and re.search(called, others):
                found.append(f"{module}.{node.name}")
    return found


def test_functions_that_other_modules_call_say_what_they_do(tmp_path):
    assert undescribed(paths.ROOT) == []
    house(tmp_path, {"a.py": "def f():\n    return 1\n", "b.py": "from brief import a\na.f()\n"})
    assert undescribed(tmp_path) == ["brief.a.f"]

"""How the page knows a publisher's own file by its header, so that it can name the command that
takes it: the recipes without their SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from brief import paths


class Signature(TypedDict):
    """What of a recipe the page needs. `header`: headings that all stand in one row of the file, as
    they are or as /patterns/; `without`: headings that do not. `is_joined`: the first cell holds
    several headings (Eurostat); `is_turned`: the headings may stand in a column.
    """

    name: str
    publisher: str
    what: str
    header: list[str]
    without: list[str]
    is_joined: bool
    is_turned: bool


def signatures(folder: Path | None = None) -> list[Signature]:
    """One for each recipe, by name; none where there is no recipe."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Signature] = []
    for path in sorted((folder or paths.RECIPES).glob("*.yml")):
        recipe = yaml.load(path.read_text(encoding="utf-8"), loader)
        found.append(
            {
                "name": path.stem,
                "publisher": recipe["source"]["publisher"],
                "what": recipe["title"],
                "header": recipe["header"],
                "without": recipe.get("without", []),
                "is_joined": recipe.get("first_column") == "joined",
                "is_turned": bool(recipe.get("turned")),
            }
        )
    return found

"""Recipes: how an official file is recognized by its header, and what of it goes to which table.

A recipe is data, `recipes/NAME.yml`: the headings that a file of its kind has, SQL over the file's
cells as text that gives rows of the book's tables, and what must add up. CONTRIBUTING.md, *Add a
recipe*, explains every key; a new recipe needs no code.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path

from brief import paths
from brief.tables.raw_sheets import RawSheet
from brief.words import BriefError, InputError, Problem, printable

HEADER_WITHIN = 60  # filled rows in which a header is looked for, titles standing above it
NEAR = 0.6  # of a recipe's headings: the file is of its kind, or was until its header changed
COLUMN_SAID = 12  # headings that a refusal lists

TEXT, LIST, FIELDS = (str,), (list,), (dict,)
MUST = {"title": TEXT, "seen": TEXT, "header": LIST, "source": FIELDS, "takes": FIELDS}
MAY = {
    "without": LIST,
    "may": LIST,
    "labels": LIST,
    "first_column": TEXT,
    "turned": (bool,),
    "marks": FIELDS,
    "lines": TEXT,
    "keeps": TEXT,
    "once": LIST,
    "named": FIELDS,
    "holds": FIELDS,
    "year_ends": TEXT,
    "checks": LIST,
    "against": TEXT,
    "scope": FIELDS,
    "left": TEXT,
    "says": TEXT,
}
SOURCE = {"source_id", "kind", "publisher", "title", "url", "license"}
IN_WORDS = {str: "text", dict: "keys with values", list: "a list", bool: "true or false"}


class RecipeError(BriefError):
    """A recipe that is none. The message names the file and the key."""


@dataclass
class Recipe:
    """One recipe: its name, and what its file says (see CONTRIBUTING.md)."""

    name: str
    entry: dict

    @property
    def title(self) -> str:
        return self.entry["title"]

    def get(self, key: str, otherwise=None):
        return self.entry.get(key, otherwise)

    def sql(self) -> str:
        """All SQL of the recipe in one text: what it names has to be there."""
        texts = [*self.entry["takes"].values(), *(c["sql"] for c in self.get("checks", []))]
        texts += [self.get(key, "") for key in ("lines", "keeps", "against", "left", "says")]
        texts += [self.entry["source"].get("date", ""), *self.get("scope", {}).values()]
        return "\n".join(texts)


@dataclass
class Match:
    """A sheet of which a recipe knows the header: `headings` by place, in the row `header_row`."""

    recipe: Recipe
    sheet: RawSheet
    header_row: int  # the number that a spreadsheet shows
    headings: list[str]
    below: list[tuple[int, list[str]]]
    above: list[tuple[int, list[str]]] = field(default_factory=list)


def load(folder: Path | None = None) -> list[Recipe]:
    """All recipes, by name. Raises RecipeError for one that is unsound."""
    import yaml

    folder = folder or paths.RECIPES
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    recipes = []
    for path in sorted(folder.glob("*.yml")):
        try:
            entry = yaml.load(path.read_text(encoding="utf-8"), loader)
        except yaml.YAMLError as error:
            raise RecipeError(f"recipes/{path.name}: no YAML ({error})") from None
        wrong = wrong_with(entry)
        if wrong:
            raise RecipeError(f"recipes/{path.name}: {wrong}")
        recipes.append(Recipe(path.stem, entry))
    return recipes


def wrong_with(entry) -> str:
    """What is wrong with a recipe, naming the key; '' where nothing is."""
    if not isinstance(entry, dict):
        return f"found {entry!r}; a recipe has the keys {', '.join(MUST)}"
    for name in MUST:
        if name not in entry:
            return f"no key {name!r}"
    for name, value in entry.items():
        types = (MUST | MAY).get(name)
        if types is None:
            return f"the unknown key {name!r}; allowed: {', '.join([*MUST, *MAY])}"
        if not isinstance(value, types):
            return f"{name}: found {value!r}; allowed: {IN_WORDS[types[0]]}"
    missing = SOURCE - set(entry["source"])
    if missing:
        return f"source: no key {sorted(missing)[0]!r}"
    for column, texts in entry.get("holds", {}).items():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            return f"holds: found {column}: {texts!r}; allowed: a list of texts and /patterns/"
    for check in entry.get("checks", []):
        if not isinstance(check, dict) or set(check) != {"must", "sql"}:
            return f"checks: found {check!r}; allowed: the keys must and sql"
    return ""


# Which recipe fits


def tidy(heading: str) -> str:
    """A heading as it is compared: one space between words, no mark of a line's end."""
    return " ".join(heading.split()).casefold()


def fits(wanted: str, heading: str) -> bool:
    """Whether a heading is the one that a recipe names; /…/ is a pattern over the whole of it."""
    if len(wanted) > 2 and wanted[0] == wanted[-1] == "/":
        return re.fullmatch(wanted[1:-1], " ".join(heading.split()), re.I) is not None
    return tidy(wanted) == tidy(heading)


def found_in(wanted: list[str], texts: list[str]) -> list[str]:
    """Those of the wanted headings that stand among these texts."""
    plain = {tidy(text) for text in texts}
    return [
        one
        for one in wanted
        if tidy(one) in plain or (one[:1] == "/" and any(fits(one, text) for text in texts))
    ]


def headings_of(recipe: Recipe, texts: list[str]) -> list[str]:
    """A row's cells as headings; where the first holds several (Eurostat), as so many."""
    if recipe.get("first_column") != "joined":
        return texts
    first = texts[0].split("\\")[0].split(",")
    return [part.strip() for part in first] + texts[1:]


def match(recipe: Recipe, sheet: RawSheet) -> Match | None:
    """The sheet as the recipe reads it; None where its header is not there."""
    for rows in [sheet.rows] + ([turned(sheet.rows)] if recipe.get("turned") else []):
        for place, (number, texts) in enumerate(rows[:HEADER_WITHIN]):
            headings = headings_of(recipe, texts)
            known = found_in(recipe.entry["header"], headings)
            if len(known) < len(recipe.entry["header"]):
                continue
            if found_in(recipe.get("without", []), headings):
                return None
            below = rows[place + 1 :]
            if recipe.get("first_column") == "joined":
                below = [(row, taken_apart(cells)) for row, cells in below]
            return Match(recipe, sheet, number, headings, below, rows[:place])
    return None


def taken_apart(cells: list[str]) -> list[str]:
    """A row whose first cell holds several."""
    return [part.strip() for part in cells[0].split(",")] + cells[1:]


def turned(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """A table with its rows as columns. Small ones alone: the years of one series."""
    if len(rows) > 300:
        return []
    width = max(len(cells) for _, cells in rows)
    padded = [cells + [""] * (width - len(cells)) for _, cells in rows]
    return [(place + 1, list(column)) for place, column in enumerate(zip(*padded))]


@dataclass
class Near:
    """How far a recipe is from a sheet: what of its header stands there, and what does not."""

    recipe: Recipe
    row: int
    share: float
    missing: list[str]
    unknown: list[str]


def nearest(recipes: list[Recipe], sheet: RawSheet) -> Near | None:
    """The recipe whose header is most like a row of the sheet; None for a sheet like no other."""
    best = None
    for recipe in recipes:
        wanted = recipe.entry["header"]
        for number, texts in sheet.rows[:HEADER_WITHIN]:
            headings = headings_of(recipe, texts)
            known = found_in(wanted, headings)
            share = len(known) / len(wanted)
            if len(known) > 1 and (best is None or share > best.share):
                missing = [one for one in wanted if one not in known]
                of_recipe = [*wanted, *recipe.get("may", [])]
                strange = [
                    one
                    for one in headings
                    if one and not any(fits(wanted_one, one) for wanted_one in of_recipe)
                ]
                best = Near(recipe, number, share, missing, strange)
    return best


def recognized(sheet: RawSheet, recipes: list[Recipe]) -> Match | Near | None:
    """What knows the sheet's header: one recipe; or one that is near it, whose header may have
    changed; or none. Raises InputError where two fit.
    """
    found = [one for one in (match(recipe, sheet) for recipe in recipes) if one]
    if len(found) > 1:
        named = " and ".join(f"{one.recipe.name} ({one.recipe.title})" for one in found)
        raise InputError(
            [
                Problem(
                    sheet.file,
                    f"a header that {len(found)} recipes know: {named}",
                    "a header that one recipe knows",
                    found[0].header_row,
                    help="Tell them apart in recipes/ by `without`, or by one more heading.",
                )
            ]
        )
    if found:
        return found[0]
    near = nearest(recipes, sheet)
    return near if near and near.share >= NEAR else None


def changed_header(sheet: RawSheet, near: Near) -> Problem:
    """The refusal of a file that is almost of a known kind."""
    meant = []
    for heading in near.missing:
        like = difflib.get_close_matches(heading, near.unknown, 1, 0.5)
        meant += [f"Is {like[0]!r} what was {heading!r}?"] if like else []
    strange = printable(", ".join(near.unknown[:COLUMN_SAID]), 300)
    missing = ", ".join(shown_heading(heading) for heading in near.missing)
    return Problem(
        sheet.file,
        f"no column {missing}" + (f", but {strange}" if strange else ""),
        f"the header of {near.recipe.title} (recipe {near.recipe.name}): "
        + ", ".join(shown_heading(one) for one in near.recipe.entry["header"]),
        near.row,
        help=" ".join(
            [
                *meant,
                "A column that was renamed may count something else now, or in another unit: read "
                f"the publisher's notes, then change recipes/{near.recipe.name}.yml.",
            ]
        ),
    )


def shown_heading(wanted: str) -> str:
    """A heading of a recipe in words."""
    return f"one like {wanted}" if wanted.startswith("/") else repr(wanted)


def unknown_header(sheet: RawSheet, recipes: list[Recipe], tables: dict[str, list[str]]) -> Problem:
    """The refusal of a file of no known kind: what it has, what is known, and what can be done."""
    widest = max(sheet.rows[:HEADER_WITHIN], key=lambda row: sum(map(bool, row[1])), default=None)
    names = [text for text in widest[1] if text] if widest else []
    own = [name for name, columns in tables.items() if set(columns) <= set(names)]
    if own:
        help = f"It is the book's own table {own[0]}: `python3 run.py check` reads it as it is."
    else:
        help = (
            "Turn it into one of the book's tables by hand (`python3 run.py new DIR` writes them "
            "with what may stand in them), or write a recipe: CONTRIBUTING.md, Add a recipe."
        )
    return Problem(
        sheet.file,
        f"a header that no recipe knows: {printable(', '.join(names[:COLUMN_SAID]), 300)}",
        f"one of {len(recipes)} official files: {'; '.join(r.title for r in recipes)}",
        widest[0] if widest else None,
        help=help,
    )

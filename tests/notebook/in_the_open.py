"""The code cells of a chapter run in this process, over any edition, with no picture drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from brief import paths
from brief.editions import edition
from brief.notebook import chapter as chapters
from brief.notebook.agreement import Agreement

NAMES = ["10_resettlement", "20_deterrence", "30_china", "40_engagement", "50_since_2018"]


@dataclass
class Run:
    """What a chapter did: its figures' specs without rows, and its numbers by both roads."""

    specs: dict[str, dict] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    views: set[str] = field(default_factory=set)  # and tables, that its cells asked for

    @property
    def disagreements(self) -> list[str]:
        return [a.sentence for a in self.agreements.values() if a.agrees is False]


def run(name: str, opened: edition.Edition) -> Run:
    """Run the code cells of a chapter over an edition."""
    done = Run()
    figure, agrees = chapters.Chapter.figure, chapters.Chapter.agrees
    view = chapters.Chapter.view

    def noted_figure(self, key, chart):
        made = figure(self, key, chart)
        done.specs[key] = {part: v for part, v in made.spec.items() if part in SPEC_PARTS}
        return made

    def noted_agreement(self, key, *value):
        both = agrees(self, key, *value)
        if isinstance(both, Agreement):
            done.agreements[key] = both
        return both

    def noted_view(self, name):
        frame = view(self, name)
        done.views.add(name)
        return frame

    def no_card(self, key):
        """A card looks for its claim's margin, which takes most of a chapter's time."""
        return self.edition.claims[key]

    place = Path("/an/edition/of/a/test").resolve()
    notebook = json.loads((paths.CHAPTERS / f"{name}.ipynb").read_text(encoding="utf-8"))
    with (
        mock.patch.object(chapters.Chapter, "figure", noted_figure),
        mock.patch.object(chapters.Chapter, "agrees", noted_agreement),
        mock.patch.object(chapters.Chapter, "view", noted_view),
        mock.patch.object(chapters.Chapter, "claim", no_card),
        mock.patch.dict(edition.ALREADY_OPEN, {place: opened}),
    ):
        names: dict = {}
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            if "parameters" in cell["metadata"].get("tags", []):
                names["data"] = str(place)
            else:
                exec("".join(cell["source"]), names)
    return done


# Title and description are words, which the data choose.
SPEC_PARTS = (
    "$schema",
    "config",
    "data",
    "encoding",
    "height",
    "hconcat",
    "layer",
    "mark",
    "resolve",
    "transform",
    "vconcat",
    "width",
)

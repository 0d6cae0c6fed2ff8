"""Options: what somebody could do. They are judgments, written as wordings; data pick none, but can
take its ground away.

An option of `analysis/*.yml` names the claims that it rests on, and the one that would defeat it,
each with the case (holds, fails) that it needs or fears. Their order in the file is their rank.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from brief.analysis.claims import PLACEHOLDER, Claim, WordingError, fill
from brief.analysis.translations import ENGLISH, Catalogue, NumbersIn, needs, translated

PARTS = (
    "actor",
    "action",
    "owner",
    "hook",
    "cost",
    "by",
    "risk",
    "rests_on",
    "in_words",
    "defeat",
    "defeated_by",
    "lost",
)
SHORT = ("action", "owner", "hook", "cost", "by")  # of the table, in its order
SHORT_NAMES = {
    "Brussels and London": "Europe",
    "The United Nations": "UN",
    "Nongovernmental organizations": "NGOs",
}
STANDS = "What it rests on holds."
UNKNOWN = "Whether what it rests on holds cannot be told on these data."


@dataclass(frozen=True)
class Option:
    """One option as an edition finds it. `state` is stands, lost or unknown; `sentence` says so."""

    id: str
    state: str
    sentence: str
    entry: dict = field(compare=False, repr=False)


def state_of(entry: dict, claims: dict[str, Claim]) -> str:
    """Lost when a claim it rests on turned, or one it fears came true; unknown when one it rests on
    cannot be computed.
    """
    needed = [(claims[key].case, case) for key, case in entry["rests_on"].items()]
    feared = [(claims[key].case, case) for key, case in entry["defeated_by"].items()]
    if any(found == case for found, case in feared) or any(
        found in ("holds", "fails") and found != case for found, case in needed
    ):
        return "lost"
    return "unknown" if any(found != case for found, case in needed) else "stands"


def said(entry: dict, claim: str) -> str | None:
    """A claim that the option rests on, in the few words that its table has room for."""
    return (entry.get("in_words") or {}).get(claim)


def load_options(
    wordings: dict, claims: dict[str, Claim], numbers: dict, language: str = ENGLISH
) -> dict[str, Option]:
    """Every option of the wordings. Raises WordingError for a missing part, a claim that does not
    exist, and an option without words in the language.
    """
    found = {}
    numbers, catalogue = NumbersIn(numbers, language), Catalogue(wordings, language)
    for key, english in wordings.get("options", {}).items():
        needs("options", key, english, language)
        entry = translated(english, language)
        missing = [part for part in PARTS if not entry.get(part)]
        missing += [f"words for {c}" for c in entry.get("rests_on") or {} if not said(entry, c)]
        strangers = [
            c
            for c in {**(entry.get("rests_on") or {}), **(entry.get("defeated_by") or {})}
            if c not in claims
        ]
        if missing or strangers:
            raise WordingError(
                (
                    f"the option {key!r} lacks {missing} and names the unknown claims "
                    f"{strangers}: mend it in analysis/{entry['chapter']}.yml"
                )
            )
        state = state_of(entry, claims)
        sentences = {
            "stands": catalogue.say(STANDS),
            "unknown": catalogue.say(UNKNOWN),
            "lost": fill(entry["lost"], numbers),
        }
        found[key] = Option(key, state, sentences[state], entry)
    return found


def live(text: str) -> str:
    """A wording with its numbers as roles, so that the page refills them."""
    return PLACEHOLDER.sub(lambda place: f"{{number}}`{place[0].strip('{}')}`", text)


class OptionTable:
    """Every option in one line: who does what, for what reason, by when, and what would defeat it.

    `places` are the numbers of the wordings by key; the claims that an option rests on are linked.
    """

    KEY = "tbl-options"
    CAPTION = "What could be done in our judgment, by whom, for what reason"
    HEADINGS = (
        "Who",
        "What",
        "Owner",
        "Legal hook",
        "Cost",
        "By when",
        "Rests on",
        "Drop it if",
    )

    def __init__(
        self, options: list[Option], claims: dict[str, Claim], numbers: dict, catalogue: Catalogue
    ):
        self.options, self.claims, self.numbers = options, claims, numbers
        self.headings = [catalogue.say(heading) for heading in self.HEADINGS]
        self.caption = catalogue.say(self.CAPTION)
        # Names of tables are the whole book's.
        is_english = catalogue.language == ENGLISH
        self.key = self.KEY if is_english else f"{self.KEY}-{catalogue.language}"

    def linked(self, entry: dict, claim: str) -> str:
        """A claim in the option's own words, linked to its chapter."""
        return f"[{said(entry, claim)}]({self.claims[claim].entry['chapter']}.ipynb)"

    def markdown(self) -> str:
        rows = [
            [
                SHORT_NAMES.get(o.entry["actor"], o.entry["actor"]),
                *(live(o.entry[part]) for part in SHORT),
                "; ".join(self.linked(o.entry, claim) for claim in o.entry["rests_on"]),
                live(o.entry["defeat"]),
            ]
            for o in self.options
        ]
        lines = [self.headings, [":---"] * len(self.headings), *rows]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f":::{{table}} {self.caption}\n:name: {self.key}\n:class: lookup\n\n{table}\n:::\n"

    def _repr_mimebundle_(self, **_):
        rows = [
            [
                SHORT_NAMES.get(o.entry["actor"], o.entry["actor"]),
                *(fill(o.entry[part], self.numbers) for part in SHORT),
                "; ".join(said(o.entry, claim) for claim in o.entry["rests_on"]),
                fill(o.entry["defeat"], self.numbers),
            ]
            for o in self.options
        ]
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        head = "".join(f"<th>{html.escape(heading)}</th>" for heading in self.headings)
        return {
            "text/markdown": self.markdown(),
            "text/plain": f"[table] {self.caption}",
            "text/html": (
                f"<table><caption>{html.escape(self.caption)}</caption>"
                f"<tr>{head}</tr>{body}</table>"
            ),
        }


class OptionList:
    """The options of one actor, each by its action, with whether its ground holds, and its risk.
    What it rests on, the table says.
    """

    def __init__(self, options: list[Option], numbers: dict, catalogue: Catalogue):
        self.options, self.numbers, self.risk = options, numbers, catalogue.say("Risk:")

    def markdown(self) -> str:
        return "\n\n".join(self.definition(option) for option in self.options) + "\n"

    def definition(self, option: Option) -> str:
        return (
            f"**{live(option.entry['action'])}**\n"
            f": {{ground}}`{option.id}`\n"
            f": *{self.risk}* {live(option.entry['risk'])}"
        )

    def _repr_mimebundle_(self, **_):
        lines = [f"{fill(o.entry['action'], self.numbers)}. {o.sentence}" for o in self.options]
        return {"text/markdown": self.markdown(), "text/plain": "\n".join(lines)}

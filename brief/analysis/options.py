"""Options: what somebody could do. They are judgments, written as wordings; data pick none, but can
take its ground away.

An option of `analysis/*.yml` names the claims that it rests on, and those that would defeat it,
each with the case (holds, fails) that it needs or fears.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from brief.analysis.claims import Claim, WordingError, fill

PARTS = (
    "actor",
    "option",
    "cost_or_risk",
    "who_must_move",
    "rests_on",
    "defeated_by",
    "stands",
    "lost",
)
UNKNOWN = "Whether its ground holds cannot be told on these data."
ANSWERS = {
    "holds": "holds",
    "fails": "does not hold",
    "unknown": "cannot be computed",
    "untestable": "cannot be tested",
}


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


def load_options(wordings: dict, claims: dict[str, Claim], numbers: dict) -> dict[str, Option]:
    """Every option of the wordings. Raises WordingError for a missing part or a claim that does not
    exist.
    """
    found = {}
    for key, entry in wordings.get("options", {}).items():
        missing = [part for part in PARTS if not entry.get(part)]
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
        found[key] = Option(
            key, state, UNKNOWN if state == "unknown" else fill(entry[state], numbers), entry
        )
    return found


class OptionList:
    """The options of one actor, each with its cost, who must move, and whether its ground holds."""

    def __init__(self, options: list[Option], claims: dict[str, Claim], numbers: dict):
        self.options, self.claims, self.numbers = options, claims, numbers

    def answer(self, key: str) -> str:
        """A claim by the question that it answers, linked to its chapter, with how it stands."""
        entry = self.claims[key].entry
        return f"[{entry['question']}]({entry['chapter']}.ipynb) ({{standing}}`{key}`)"

    def markdown(self) -> str:
        return "\n\n".join(self.definition(option) for option in self.options) + "\n"

    def definition(self, option: Option) -> str:
        entry = option.entry
        feared = [
            f"{self.answer(key)}, were it to {'hold' if case == 'holds' else 'fail'}"
            for key, case in entry["defeated_by"].items()
        ]
        return (
            f"**{fill(entry['option'], self.numbers)}**\n"
            f": {{ground}}`{option.id}`\n"
            f": *Costs or risks:* {fill(entry['cost_or_risk'], self.numbers)} *Who must "
            f"move:* {fill(entry['who_must_move'], self.numbers)}\n"
            f": *Rests on the answers to:* {', '.join(map(self.answer, entry['rests_on']))}. "
            f"*Defeated by the answer to:* {'; '.join(feared)}."
        )

    def _repr_mimebundle_(self, **_):
        lines = [f"{fill(o.entry['option'], self.numbers)} {o.sentence}" for o in self.options]
        return {"text/markdown": self.markdown(), "text/plain": "\n".join(lines)}

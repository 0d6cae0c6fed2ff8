"""The part of README.md that data write: the findings, as the published ledger has them."""

from __future__ import annotations

from brief import paths
from brief.editions import edition

FINDINGS = (
    "scale.south_dominates",
    "deter.border_tightened",
    "china.setting_decides",
    "china.pyongyang_holds_door",
    "engagement.cosponsor_swings",
    "engagement.support_trails_plans",
)
BEGIN, END = (
    "<!-- findings: written by `python3 run.py refresh` from the published ledger -->",
    "<!-- end of findings -->",
)


def with_findings(text: str) -> str:
    """README's text with its findings written anew. Raises ValueError when the marks are gone."""
    ledger = edition.newest_ledger() or {"claims": {}}
    lines = [
        f"- {ledger['claims'][key]['sentence']}" for key in FINDINGS if key in ledger["claims"]
    ]
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md must hold the two marks {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{tail}"


def fresh() -> tuple:
    """README's path and the text that it should have."""
    path = paths.ROOT / "README.md"
    return path, with_findings(path.read_text(encoding="utf-8"))

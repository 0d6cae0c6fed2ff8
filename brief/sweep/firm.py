"""What a sweep says of each claim: in what share of draws it holds and keeps its verdict, its
value's spread, what breaks it first.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

from brief.analysis.claims import Claim
from brief.notebook import figures
from brief.sweep import touched
from brief.sweep.draws import KINDS
from brief.words import printable

CASES = {1: "holds", 0: "fails", None: "unknown"}
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def summarize(asker, answers: dict[int, dict], claims: dict[str, Claim]) -> dict[str, dict]:
    """{claim: {case, draws, stays_in, holds, stays, by_kind, value, first}}, from firm to fragile:
    `draws` are those that touch what the claim reads, `stays` is a mean in which every kind of
    them weighs alike.
    """
    published = {key: found for view in asker.views for key, found in asker.published[view].items()}
    reach = touched.Touched(asker.plan, {key: claims[key].entry for key in published})
    answers_to: dict[str, dict] = {key: {} for key in published}
    for number, changed in answers.items():
        for key in reach.by(number) | changed.keys():
            answers_to[key][number] = changed
    found = {
        key: one_claim(key, was, answers_to[key], asker.plan) for key, was in published.items()
    }
    order = sorted(found, key=lambda k: (-found[k]["stays"], k))
    return {key: {"rank": rank, **found[key]} for rank, key in enumerate(order, 1)}


def one_claim(key: str, was: tuple, answers: dict[int, dict], plan) -> dict:
    """`answers`: those to the draws that touch this claim."""
    single = plan.single
    kinds = {n: single[n].kind if n < len(single) else "range" for n in answers}
    by_kind = {
        kind: {"draws": 0, "holds": 0, "fails": 0, "unknown": 0}
        for kind in KINDS
        if kind in kinds.values()
    }
    values, first = [], None
    for number, changed in answers.items():
        holds, value = changed.get(key, was)
        count = by_kind[kinds[number]]
        count["draws"] += 1
        count[CASES[holds]] += 1
        if holds != was[0] and first is None:
            first = {"kind": kinds[number], "what": plan[number].label, "then": CASES[holds]}
        if kinds[number] == "range" and isinstance(value, (int, float)):
            values.append(value)
    case = CASES[was[0]]
    stays = {
        kind: count[case] / count["draws"] for kind, count in by_kind.items() if count["draws"]
    }
    total = sum(c["draws"] for c in by_kind.values())
    return {
        "case": case,
        "draws": total,
        "stays_in": sum(c[case] for c in by_kind.values()),
        "holds": sum(c["holds"] for c in by_kind.values()) / total if total else float(was[0] == 1),
        "stays": sum(stays.values()) / len(stays) if stays else 1.0,
        "by_kind": {k: {**c, "stays": stays.get(k)} for k, c in by_kind.items()},
        "value": {"published": was[1], **quantiles(values)},
        "first": first,
    }


def quantiles(values: list[float]) -> dict[str, float]:
    """The value's distribution over the random draws, as quantiles between which lie nine draws of
    ten and one of two.
    """
    ordered = sorted(values)
    return (
        {
            f"p{int(q * 100):02d}": ordered[min(int(q * len(ordered)), len(ordered) - 1)]
            for q in QUANTILES
        }
        if ordered
        else {}
    )


def small(opened, settings: dict, found: dict[str, dict], draws: int) -> dict:
    """What the ledger of claims needs, and of which edition it is true: for
    editions/NUMBER.sweep.json.
    """
    claims = {
        key: {
            "draws": c["draws"],
            "stays": round(c["stays"], 4),
            "stays_in": c["stays_in"],
            "holds": round(c["holds"], 4),
            "first": c["first"],
        }
        for key, c in found.items()
    }
    return {
        "fingerprint": opened.fingerprint,
        "settings": settings,
        "draws": draws,
        "claims": claims,
    }


def write(opened, settings: dict, found: dict[str, dict], out: Path, draws: int) -> list[Path]:
    """claims.csv, sweep.json and sweep.svg in the folder `out`; an altered edition's bear its
    mark.
    """
    prefix = "" if opened.is_published else f"ALTERED-{opened.fingerprint[:12]}-"
    files = [out / f"{prefix}{name}" for name in ("sweep-claims.csv", "sweep.json", "sweep.svg")]
    rows = [
        [
            c["rank"],
            key,
            c["case"],
            c["draws"],
            f"{c['holds']:.4f}",
            f"{c['stays']:.4f}",
            *(
                f"{c['by_kind'][k]['stays']:.4f}"
                if k in c["by_kind"] and c["by_kind"][k]["stays"] is not None
                else ""
                for k in KINDS
            ),
            c["value"].get("published"),
            *(c["value"].get(f"p{int(q * 100):02d}") for q in QUANTILES),
            c["first"]["kind"] if c["first"] else "",
            c["first"]["what"] if c["first"] else "",
            opened.name,
        ]
        for key, c in found.items()
    ]
    head = [
        "rank",
        "claim",
        "case",
        "draws",
        "share_holds",
        "share_stays",
        *(f"stays_{k}" for k in KINDS),
        "value",
        "p05",
        "p25",
        "p50",
        "p75",
        "p95",
        "broken_first_by_kind",
        "broken_first_by",
        "edition",
    ]
    with files[0].open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    files[1].write_text(
        json.dumps(
            {
                "edition": opened.name,
                "mark": opened.mark,
                **small(opened, settings, {}, draws),
                "claims": found,
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n",
        encoding="utf-8",
    )
    title = f"Share of draws in which each verdict stays, {opened.name}" + (
        f". {opened.mark}" if opened.mark else ""
    )
    files[2].write_text(
        figures.alone(figures.picture(spec(found, title), figures.WIDE), title), encoding="utf-8"
    )
    return files


def spec(found: dict[str, dict], title: str) -> dict:
    """One row a claim, from firm to fragile; one point for each kind of draw."""
    rows = [
        {"claim": key, "kind": kind, "stays": count["stays"]}
        for key, c in found.items()
        for kind, count in c["by_kind"].items()
        if count["stays"] is not None
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": title},
        "config": figures.theme(),
        "data": {"values": rows},
        "height": {"step": 14},
        "mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.85},
        "encoding": {
            "y": {
                "field": "claim",
                "type": "nominal",
                "sort": list(found),
                "title": None,
                "axis": {"grid": True},
            },
            "x": {
                "field": "stays",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": {"format": "%"},
                "title": "share of draws in which the verdict stays",
            },
            "color": {"field": "kind", "type": "nominal", "sort": list(KINDS)},
            "shape": {"field": "kind", "type": "nominal", "sort": list(KINDS)},
        },
    }


def as_text(found: dict[str, dict], most: int = 15) -> str:
    """The most fragile claims, for a terminal."""
    fragile = sorted(found.items(), key=lambda item: item[1]["stays"])[:most]
    wide = max((len(k) for k, _ in fragile), default=0)
    lines = [
        (
            f"  {math.floor(1000 * c['stays']) / 10:5.1f}%  {key:<{wide}}  "
            f"{printable(c['first']['what']) if c['first'] else ''}"
        )
        for key, c in fragile
        if c["stays"] < 1
    ]
    firm = sum(c["stays"] == 1 for c in found.values())
    head = [f"{firm} of {len(found)} claims keep their verdict in every draw."]
    return "\n".join(
        head
        + (
            [
                (
                    "The most fragile (share of draws in which the verdict stays; what breaks "
                    "it first):"
                ),
                *lines,
            ]
            if lines
            else []
        )
    )

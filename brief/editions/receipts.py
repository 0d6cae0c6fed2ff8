"""The receipt of a build: what went in and what came out, by hash; and two of them compared in
words.

`receipt.json` lies beside the outputs: versions, lock hash, the edition's ledger (data and text
hashes, verdicts, numbers), and the hash of every file of the book.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path

from brief import paths
from brief.editions import as_built, changes, edition
from brief.words import printable

NAME = as_built.RECEIPT
PACKAGES = (
    "jupyter-book",
    "sphinx",
    "myst-nb",
    "papermill",
    "pandas",
    "altair",
    "vl-convert-python",
    "apsw",
    "typst",
    "fonttools",
)


def versions() -> dict[str, str]:
    """Python, the system, and the packages that shape the outputs."""
    from importlib import metadata

    found = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def locks() -> dict[str, str]:
    """The hash of each lock file, by its path in the checkout."""
    files = (paths.ROOT / "requirements.txt", paths.WEB / "package-lock.json")
    return {
        path.relative_to(paths.ROOT).as_posix(): edition.digest(path.read_bytes())
        for path in files
        if path.exists()
    }


def outputs(folder: Path) -> dict[str, str]:
    """The hash of every file of a built edition, but for the receipt itself."""
    return {
        p.relative_to(folder).as_posix(): edition.digest(p.read_bytes())
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p != folder / NAME
    }


def write(opened: edition.Edition, folder: Path) -> Path:
    """Write the receipt of the edition whose outputs lie in `folder`."""
    ledger = edition.ledger(opened, opened.name, (opened.published_ledger or {}).get("date", ""))
    content = {
        "receipt": 1,
        "versions": versions(),
        "locks": locks(),
        "ledger": ledger,
        "outputs": outputs(folder),
    }
    path = folder / NAME
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def compare(was: dict, now: dict) -> tuple[list[str], bool]:
    """Two receipts in words, and whether everything that matters (what readers see, inputs,
    outputs) agrees.

    Versions and lock files are told of, and may differ.
    """
    lines = []
    for part, words in (("versions", "version"), ("locks", "lock file")):
        lines += capped(
            (
                f"differs: {words} {k}: {was[part].get(k, 'none')[:20]} → "
                f"{now[part].get(k, 'none')[:20]}"
            )
            for k in sorted({*was[part], *now[part]})
            if was[part].get(k) != now[part].get(k)
        )
    said, agrees = ledgers_in_words(was["ledger"], now["ledger"])
    before, after = seen_by_readers(was["outputs"]), seen_by_readers(now["outputs"])
    files = outputs_in_words(before, after)
    agrees = agrees and before == after
    verdict = "The two agree in every byte." if agrees else "The two differ."
    return [printable(line, 1000) for line in [*lines, *said, *files, verdict]], agrees


def seen_by_readers(outputs: dict[str, str]) -> dict[str, str]:
    """The outputs without edition.json: the ledger in it is compared part by part, and beside it
    stands a hash of the very files that it was made from, which are others where the tables of an
    altered edition are taken from its downloads.
    """
    return {name: found for name, found in outputs.items() if name != as_built.DESCRIPTION}


def ledgers_in_words(was: dict, now: dict) -> tuple[list[str], bool]:
    """Every part of two ledgers that readers see, compared in words; and whether all agree."""
    found = changes.between(changes.Side(was, None), changes.Side(now, None))
    inputs = [f"{key}, an input" for key in [*found["unlisted"], *found["texts"]]]
    verdicts = [
        f"the verdict of {f['id']}: {f['was']} → {f['now']}"
        f" ({changes.turned(f['id'], f['was'], f['now'])})"
        for f in found["flips"]
    ]
    sentences = [
        f"the sentence of {r['id']}: {r['sentence_was']} → {r['sentence_now']}"
        for r in found["reworded"]
    ]
    figures = [
        f"the {part} of {key}: {claim[part]} → {now['claims'][key][part]}"
        for key, claim in was["claims"].items()
        for part in ("value", "bound")
        if key in now["claims"] and claim[part] != now["claims"][key][part]
    ]
    numbers = [f"the number {m['key']}: {m['was']} → {m['now']}" for m in found["moved"]]
    kinds = (
        ([f"the {s['part']}: {s['was']} → {s['now']}" for s in found["said"]], ""),
        (inputs, f"all {len(now['hashes'])} tables and texts"),
        ([*verdicts, *sentences, *figures], f"all {len(now['claims'])} verdicts"),
        (numbers, f"all {len(now['numbers'])} numbers"),
    )
    lines = []
    for differing, all_of_them in kinds:
        lines += capped(f"differs: {words}" for words in differing)
        if all_of_them and not differing:
            lines.append(f"agrees: {all_of_them}")
    return lines, not any(differing for differing, _ in kinds)


def outputs_in_words(was: dict[str, str], now: dict[str, str]) -> list[str]:
    """Files that differ, are missing or are new; those that agree are counted."""
    differing = (
        f"differs: {k}" if k in was and k in now else f"{'missing' if k in was else 'new'}: {k}"
        for k in sorted({*was, *now})
        if was.get(k) != now.get(k)
    )
    same = len([k for k in was if was[k] == now.get(k)])
    return [f"agrees: {same} of {len(was)} output files to the byte", *capped(differing)]


def capped(lines, most: int = 20) -> list[str]:
    """The first lines, and how many more there are."""
    lines = list(lines)
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return lines[:most] + more

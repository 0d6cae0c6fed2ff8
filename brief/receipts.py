"""The receipt of a build: what went in and what came out, by hash; and `verify`, which rebuilds and compares in words.

`receipt.json` lies beside the outputs: versions, lock hash, the edition's ledger (data and text hashes, verdicts, numbers),
and the hash of every file of the book.
"""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
from pathlib import Path

from brief import changes, edition, ending, paths
from brief.inputs import InputError, Problem

NAME = "receipt.json"
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


def read(path: Path) -> dict:
    """A receipt from its file or its edition's folder. Raises InputError for anything else."""
    file = path / NAME if path.is_dir() else path
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not all(
        isinstance(content.get(k), dict) for k in ("versions", "locks", "ledger", "outputs")
    ):
        raise InputError(
            [
                Problem(
                    str(path),
                    "no receipt",
                    "receipt.json of a built edition, or its folder",
                    help="`python3 run.py build` writes one.",
                )
            ]
        )
    return content


def compare(was: dict, now: dict) -> tuple[list[str], bool]:
    """Two receipts in words, and whether everything that matters (inputs, verdicts, outputs) agrees."""
    lines = []
    for part, words in (("versions", "version"), ("locks", "lock file")):
        lines += [
            f"differs: {words} {k}: {was[part].get(k, 'none')[:20]} → {now[part].get(k, 'none')[:20]}"
            for k in sorted({*was[part], *now[part]})
            if was[part].get(k) != now[part].get(k)
        ]
    found = changes.between(changes.Side(was["ledger"], None), changes.Side(now["ledger"], None))
    inputs = [*found["unlisted"], *found["texts"]]
    lines += [f"differs: {k}, an input" for k in inputs] or [
        f"agrees: all {len(now['ledger']['hashes'])} tables and texts"
    ]
    lines += [
        f"differs: the verdict of {f['id']}: {changes.CASE_WORDS[f['was']]} → {changes.CASE_WORDS[f['now']]}"
        for f in found["flips"]
    ] or [f"agrees: all {len(now['ledger']['claims'])} verdicts"]
    lines += [
        f"differs: the number {m['key']}: {m['was']} → {m['now']}" for m in found["moved"]
    ] or [f"agrees: all {len(now['ledger']['numbers'])} numbers"]
    files = outputs_in_words(was["outputs"], now["outputs"])
    differs = bool(inputs or found["flips"] or found["moved"] or was["outputs"] != now["outputs"])
    return lines + files + [
        "The two differ." if differs else "The two agree in every byte."
    ], not differs


def outputs_in_words(was: dict[str, str], now: dict[str, str], most: int = 20) -> list[str]:
    """Files that differ, are missing or are new; those that agree are counted."""
    differing = [
        f"differs: {k}" if k in was and k in now else f"{'missing' if k in was else 'new'}: {k}"
        for k in sorted({*was, *now})
        if was.get(k) != now.get(k)
    ]
    same = len([k for k in was if was[k] == now.get(k)])
    more = [f"and {len(differing) - most} more files"] if len(differing) > most else []
    return [f"agrees: {same} of {len(was)} output files to the byte", *differing[:most], *more]


def verify(path: Path, other: Path | None = None) -> tuple[list[str], bool]:
    """Rebuild what the receipt describes (or take another receipt) and compare. Raises InputError without a receipt."""
    was = read(path)
    if other:
        return compare(was, read(other))
    folder = path if path.is_dir() else path.parent
    kept = folder / "html" / "downloads" / "data"
    beside = outputs(folder) if (folder / "html").is_dir() else None
    lines = (
        []
        if beside in (None, was["outputs"])
        else [
            "The files beside the receipt are not those that it lists:",
            *outputs_in_words(was["outputs"], beside)[1:],
            "",
        ]
    )
    from brief import book

    paths.BUILD.mkdir(exist_ok=True)
    with ending.undisturbed():
        fresh = Path(tempfile.mkdtemp(prefix="verify-", dir=paths.BUILD))
        ending.removed_when_stopped(fresh)
    try:
        is_altered = was["ledger"]["edition"].startswith("altered")
        built = book.build(
            kept if is_altered and kept.is_dir() else None,
            out=fresh / "edition",
            how=book.How(afresh=True),
        )
        said, agrees = compare(was, read(built))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return lines + said, agrees and not lines

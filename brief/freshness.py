"""Is what stands there made from exactly what lies here? Answered from the bytes of all inputs, before anything is imported."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from brief import paths

# Everything of the checkout that a book is made from. A file that is not named here must not be read by a build.
FOLDERS = {
    "data": "",
    "analysis": "",
    "chapters": ".ipynb",
    "editions": "",
    "brief": (".py", ".typ"),
    "web": "",
    "tests/alterations": ".yml",
}  # and how their files end, at any depth
FILES = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "requirements.txt",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "LICENSE-DATA",
)
SKIPPED = {"node_modules", "__pycache__", ".ipynb_checkpoints"}


def files() -> list[Path]:
    """Every input file of the checkout, sorted."""
    found = [paths.ROOT / name for name in FILES if (paths.ROOT / name).is_file()]
    for folder, ends in FOLDERS.items():
        for place, below, names in os.walk(paths.ROOT / folder):
            below[:] = [name for name in below if name not in SKIPPED]
            found += [
                Path(place, name)
                for name in names
                if name.endswith(ends) and os.path.isfile(os.path.join(place, name))
            ]  # an editor's lock is a link to nothing
    return sorted(found)


def made_from(source: Path | None = None, settings: dict[str, str] | None = None) -> str:
    """One hash over the checkout's inputs, an analyst's folder or file, the parameter settings, and the Python that runs."""
    digest = hashlib.sha256(f"{sys.version} {sorted((settings or {}).items())}".encode())
    for path in files():
        digest.update(f"\0{path.relative_to(paths.ROOT).as_posix()}\0".encode() + path.read_bytes())
    if source is not None:
        given = (
            sorted(p for p in source.iterdir() if p.is_file()) if source.is_dir() else [source]
        )  # the readers look no deeper
        for path in given:
            digest.update(
                f"\0given {path.name}\0".encode("utf-8", "surrogateescape") + content(path)
            )
    return digest.hexdigest()


def content(path: Path) -> bytes:
    """A given file's bytes; of one that is too large to be a table, its size and date, since it is refused or passed over."""
    if not path.is_file():
        return b"missing"
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        return b"a link"  # the readers refuse it; what it leads to may have no end
    found = path.stat()
    return (
        path.read_bytes()
        if found.st_size <= 100_000_000
        else f"{found.st_size} {found.st_mtime_ns}".encode()
    )


def stands(target: Path, inputs: str) -> bool:
    """Whether the edition in `target` was made from these inputs and every file of it is as the build left it."""
    try:
        if (
            json.loads((target / "edition.json").read_text(encoding="utf-8")).get("inputs")
            != inputs
        ):
            return False
        outputs = json.loads((target / "receipt.json").read_text(encoding="utf-8"))["outputs"]
        return bool(outputs) and all(
            hashlib.sha256((target / name).read_bytes()).hexdigest() == known
            for name, known in outputs.items()
        )
    except (OSError, ValueError, KeyError, AttributeError):
        return False

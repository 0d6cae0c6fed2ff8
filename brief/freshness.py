"""Is what stands there made from exactly what lies here? Answered from the bytes of all inputs, before anything is imported."""
from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from brief import paths

# Everything of the checkout that a book is made from. A file that is not named here must not be read by a build.
INPUTS = ("data/*", "analysis/*", "chapters/*.ipynb", "editions/*", "brief/**/*.py", "brief/**/*.typ", "web/**/*",
          "tests/alterations/*.yml", "_config.yml", "_toc.yml", "index.md", "requirements.txt", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE*")
SKIPPED = {"node_modules", "__pycache__"}


def files() -> list[Path]:
    """Every input file of the checkout, sorted."""
    found = {p for pattern in INPUTS for p in paths.ROOT.glob(pattern) if p.is_file() and not SKIPPED & set(p.relative_to(paths.ROOT).parts)}
    return sorted(found)


def made_from(source: Path | None = None, settings: dict[str, str] | None = None) -> str:
    """One hash over the checkout's inputs, an analyst's folder or file, the parameter settings, and the Python that runs."""
    digest = hashlib.sha256(f"{sys.version} {sorted((settings or {}).items())}".encode())
    for path in files():
        digest.update(f"\0{path.relative_to(paths.ROOT).as_posix()}\0".encode() + path.read_bytes())
    if source is not None:
        given = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        for path in given:
            digest.update(f"\0given {path.name}\0".encode() + (path.read_bytes() if path.exists() else b"missing"))
    return digest.hexdigest()

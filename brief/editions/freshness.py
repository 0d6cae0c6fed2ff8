"""Is what stands there made from exactly what lies here? Answered from the bytes of all inputs,
before anything is imported.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from brief import kept, paths
from brief.editions import as_built
from brief.editions.ledgers import newest_ledger
from brief.words import InputError

# Everything of the checkout that a book is made from. A file that is not named here must not be
# read by a build.
FOLDERS = {
    "data": "",
    "analysis": "",
    "chapters": ".ipynb",
    "editions": "",
    "brief": (".py", ".typ"),
    "web": "",
}  # and how their files end, at any depth
FILES = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "requirements.txt",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-DATA",
)
MOST_BUILT = 60  # editions that are vouched for
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
    """One hash over the checkout's inputs, an analyst's folder or file, the parameter settings, and
    the Python that runs.
    """
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
    """A given file's bytes; of one that is too large to be a table, its size and date, since it is
    refused or passed over.
    """
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


def vouch(target: Path) -> None:
    """Remember, under this checkout's seal, that a build has just written the receipt that lies in
    `target`.
    """
    if (target / as_built.RECEIPT).is_file():
        kept.write(receipt_seal(target), True)
        kept.forget("built-*", MOST_BUILT)


def receipt_seal(target: Path) -> Path:
    """Where it is kept that a build wrote this very receipt; by its content, so that an edition may
    be moved.
    """
    receipt = as_built.read_bytes(target / as_built.RECEIPT, as_built.MAX_JSON_BYTES)
    return kept.place(f"built-{hashlib.sha256(receipt).hexdigest()[:32]}")


def stands(target: Path, inputs: str) -> bool:
    """Whether the edition in `target` was made from these inputs and nothing lies there but what
    the build left, as it left it.

    A build of this checkout must have written its receipt: one can be forged together with a page.
    Its description and its receipt must say the same of it, and one that calls itself published
    must say what the newest ledger under editions/ does.
    """
    try:
        description = as_built.read_json(target / as_built.DESCRIPTION)
        receipt = as_built.read_receipt(target)
        return (
            description == receipt["ledger"] | {"inputs": inputs}
            and is_what_it_says(receipt["ledger"], as_published=is_same(target, paths.PUBLISHED))
            and kept.read(receipt_seal(target), lambda found: found is True) is True
            and not as_built.not_as_listed(target, receipt["outputs"])
        )
    except InputError:
        return False


def is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def is_what_it_says(ledger: dict, as_published: bool = False) -> bool:
    """Whether an edition is the newest published one, by its hashes, or calls itself altered, by
    its fingerprint.

    `as_published`: only the published one will do, since it stands in its place.
    """
    if ledger["fingerprint"] != as_built.fingerprint_of(ledger["hashes"]):
        return False
    published = newest_ledger() or {}
    if ledger["fingerprint"] != published.get("fingerprint"):
        return not as_published and ledger["edition"] == f"altered {ledger['fingerprint'][:12]}"
    return all(ledger[part] == published.get(part) for part in ("edition", "date", "hashes"))

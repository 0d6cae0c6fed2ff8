"""What is worked out once and kept under build/kept, by a hash of what it was made from: parsed tables, parsed wordings.

A kept thing is a shortcut and never a source: one that is missing, damaged or made from anything else is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from pathlib import Path

from brief import paths

MOST = 12  # kept files of one kind; older ones are deleted


@contextlib.contextmanager
def nothing_of_before(folder: Path):
    """Within the block nothing that was kept is taken; what is worked out is kept in `folder`."""
    was = paths.KEPT, paths.PICTURES
    paths.KEPT, paths.PICTURES = folder / "kept", folder / "pictures"
    try:
        yield
    finally:
        paths.KEPT, paths.PICTURES = was


def key_of(*parts: str | bytes | Path) -> str:
    """One hash over texts and files' bytes, and the Python that would read them back."""
    digest = hashlib.sha256(f"{sys.version} {marshal.version}".encode())
    for part in parts:
        raw = (
            part.read_bytes()
            if isinstance(part, Path)
            else part.encode()
            if isinstance(part, str)
            else part
        )
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def place(name: str) -> Path:
    return paths.KEPT / name


def keep(kind: str, key: str, make, most: int = MOST):
    """The kept thing of this kind and key, or what `make()` returns, which is then kept. Plain lists, dicts, texts, numbers, bytes only."""
    path = place(f"{kind}-{key[:32]}")
    if (found := read(path)) is None:
        found = make()
        write(path, found)
        forget(f"{kind}-*", most)
    return found


def forget(pattern: str, most: int) -> None:
    """Delete all but the newest `most` kept things that match."""
    with contextlib.suppress(OSError):  # another command deletes the same ones
        found = list(place("").glob(pattern))
        if len(found) > most:  # only then is it asked how old each is
            for old in sorted(found, key=lambda p: p.stat().st_mtime)[:-most]:
                old.unlink(missing_ok=True)


def read(path: Path):
    """What was written to `path`, or None where nothing was, or something else, or not all of it."""
    try:
        raw = path.read_bytes()
        return marshal.loads(raw[32:]) if hashlib.sha256(raw[32:]).digest() == raw[:32] else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def write(path: Path, found) -> None:
    """Write in one go (two commands may do so at once); a folder that cannot be written to only costs time."""
    raw = marshal.dumps(found)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(hashlib.sha256(raw).digest() + raw)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)

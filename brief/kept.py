"""What is worked out once and kept under build/kept, by a hash of what it was made from: parsed tables, parsed wordings.

A kept thing is a shortcut and never a source: one that is missing, damaged or made from anything else is made again.
"""
from __future__ import annotations

import hashlib
import marshal
import os
import sys
from pathlib import Path

from brief import paths

MOST = 12        # kept files of one kind; older ones are deleted


def key_of(*parts: str | bytes | Path) -> str:
    """One hash over texts and files' bytes, and the Python that would read them back."""
    digest = hashlib.sha256(f"{sys.version} {marshal.version}".encode())
    for part in parts:
        raw = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def keep(kind: str, key: str, make, most: int = MOST):
    """The kept thing of this kind and key, or what `make()` returns, which is then kept. Plain lists, dicts, texts, numbers, bytes only."""
    path = paths.BUILD / "kept" / f"{kind}-{key[:32]}"
    if (found := read(path)) is None:
        found = make()
        write(path, found)
        try:
            for old in sorted(path.parent.glob(f"{kind}-*"), key=lambda p: p.stat().st_mtime)[:-most]:
                old.unlink(missing_ok=True)
        except OSError:                    # another command deletes the same ones
            pass
    return found


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

"""What is worked out once and kept under build/kept, by a hash of what it was made from: parsed
tables, parsed wordings.

A kept thing is a shortcut and never a source: one that is missing, damaged or made from anything
else is made again.

Each is sealed with a secret that this checkout draws once (paths.SECRET). So a file that was
edited, renamed, or copied from another checkout is not taken, and nothing is unpacked before its
seal was looked at. That protects from files, not from people: whoever can read the secret (the same
user, a copy of the whole of build/) can seal what they like, and whoever can write to the checkout
can change the code. Tables are therefore hashed anew each time they are opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import marshal
import os
import sys
from functools import lru_cache
from pathlib import Path

from brief import paths
from brief.plain_files import open_plain
from brief.words import InputError, printable

SEAL = 32  # bytes of a seal, and of the secret
MOST_BYTES = 200_000_000  # of a kept thing; ours have a tenth of that at most
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


@contextlib.contextmanager
def nothing_kept():
    """Within the block nothing that was kept is taken, and nothing is kept for later."""
    from brief import ending

    with ending.temporary_folder() as folder, nothing_of_before(folder):
        yield


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
    """Where a kept thing of this name lies, or would lie."""
    return paths.KEPT / name


def keep(kind: str, key: str, make, is_sound, most: int = MOST):
    """The kept thing of this kind and key, or what `make()` returns, which is then kept.

    Plain lists, dicts, texts, numbers, bytes only. `is_sound(found)` says whether what was kept has
    the form that is used.
    """
    path = place(f"{kind}-{key[:32]}")
    found = read(path, is_sound)
    if found is None:
        found = make()
        write(path, found)
        forget(f"{kind}-*", most)
    return found


def forget(pattern: str, most: int) -> None:
    """Delete all but the newest `most` kept things that match."""
    with contextlib.suppress(OSError):  # another command deletes the same ones
        found = list(place("").glob(pattern))
        if len(found) > most:  # only then is it asked how old each is
            for old in newest_first(found)[most:]:
                old.unlink(missing_ok=True)


def newest_first(files: list[Path]) -> list[Path]:
    """These files by age; one that another command has deleted meanwhile is left out."""
    ages = {}
    for path in files:
        with contextlib.suppress(OSError):
            ages[path] = path.stat().st_mtime
    return sorted(ages, key=ages.get, reverse=True)


# What a file holds: the seal of its name and content, then the content


def read(path: Path, is_sound):
    """What was written to `path`, or None where nothing was, or something else, or not all of it,
    or what has another form.
    """
    try:
        with open_plain(path) as file:
            raw = file.read(MOST_BYTES)
    except (OSError, InputError):  # nothing, or a pipe
        return None
    if hmac.compare_digest(raw[:SEAL], seal(path.name.encode(), raw[SEAL:])):
        with contextlib.suppress(Exception):  # whatever a wrong form makes the question fail with
            found = marshal.loads(raw[SEAL:])
            if is_sound(found):
                return found
    say_damaged(path)
    return None


def write(path: Path, found) -> None:
    """Write in one go (two commands may do so at once); a folder that cannot be written to only
    costs time.
    """
    raw = marshal.dumps(found)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(seal(path.name.encode(), raw) + raw)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)


def seal(*parts: bytes) -> bytes:
    """What only this checkout can say of these bytes, which cannot be moved from one part to
    another.
    """
    signer = hmac.new(secret(paths.SECRET), digestmod=hashlib.sha256)
    for part in parts:
        signer.update(len(part).to_bytes(8, "big") + part)
    return signer.digest()


@lru_cache(maxsize=8)
def secret(path: Path) -> bytes:
    """This checkout's secret, drawn where there is none. One that cannot be written holds for this
    process alone.
    """
    drawn = os.urandom(SEAL)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.stat().st_size != SEAL:
            fresh = path.with_name(f".{path.name}.{os.getpid()}")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(drawn)
            fresh.replace(path)
        drawn = path.read_bytes()
    return drawn


def say_damaged(path: Path) -> None:
    """A word to the person at the prompt; in a chapter, where whatever is said fails the run, to
    nobody.
    """
    if not in_a_chapter():
        print(
            (
                f"  kept file {printable(paths.shown(path))}: damaged, or not written by this "
                "checkout; made anew"
            ),
            file=sys.stderr,
        )


def in_a_chapter() -> bool:
    """Whether a notebook's cell runs. A build has made its shell by the time that it divides; it
    runs cells in its children.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return bool(shell) and sys.modules["__main__"] is shell.user_module

"""Files that can be read to their end: no device, no pipe, no link that was exchanged meanwhile."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from brief.words import InputError, Problem

MAX_FILE_BYTES = (
    5_000_000  # of text; the largest table of ours has 138 kB, all of them together 0.5 MB
)


def open_plain(path: Path) -> BinaryIO:
    """A plain file, open for reading. Raises InputError for a device or a pipe, which may have no
    end, and for what may not be read.

    What was looked at may be another thing by now: a link is not followed, and what was opened is
    looked at again.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        opened = os.open(path.resolve(), flags | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise
    except OSError as error:
        found = f"a file that cannot be opened ({error.strerror})"
        raise InputError([Problem(path.name, found, "a file that you may read")]) from None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise InputError([Problem(path.name, "a device or a pipe", "a plain file")])
    return os.fdopen(opened, "rb")


def bytes_of(path: Path, most: int = MAX_FILE_BYTES) -> bytes:
    """A file's bytes, one more than are allowed at most (the size that it had a moment ago proves
    nothing).
    """
    with open_plain(path) as file:
        return file.read(most + 1)


def too_large(file: str, most: int = MAX_FILE_BYTES) -> Problem:
    """The refusal of a file of more than `most` bytes."""
    return Problem(file, f"more than {most:,} bytes", f"at most {most:,} bytes")

"""What lies in a built edition's folder, and what its receipt says should lie there.

A receipt is a stranger's file, and so is the folder: nothing is read before its kind and size are
known, no link is followed, and a receipt is used only when every part has its shape. On the
standard library alone, since it is asked before anything else is imported.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import re
import stat
from pathlib import Path

from brief.words import UNSHOWABLE, InputError, Problem, json_fault

RECEIPT, DESCRIPTION = "receipt.json", "edition.json"
MAX_JSON_BYTES = 10_000_000  # a receipt of ours has 0.1 MB
MAX_FILE_BYTES = 200_000_000  # the largest file of an edition of ours has 8 MB
MAX_BYTES = 2_000_000_000  # all files of an edition of ours have 25 MB
MAX_FILES = 20_000  # an edition of ours has some 300
BY_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini"}  # laid down by whoever looks at a folder

CASES = ("holds", "fails", "unknown", "untestable")
HASH = re.compile("[0-9a-f]{64}")
UNSHOWN = "a text that no screen shows as it is: "
ALLOWED = "receipt.json of a built edition, or its folder"
BUILT = "a folder as a build leaves it"
HELP = "`python3 run.py build` writes one."


def refusal(path: Path, found: str, allowed: str = ALLOWED, help: str = HELP) -> InputError:
    """The refusal of a receipt or of what lies beside it, to be raised."""
    return InputError([Problem(str(path), found, allowed, help=help)])


# Files


def read_bytes(path: Path, most: int) -> bytes:
    """A regular file of at most so many bytes. Raises OSError, or ValueError with what it is
    instead.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(kind_of(found.st_mode))
        if found.st_size > most:
            raise ValueError(f"{found.st_size:,} bytes")
        raw = file.read(most + 1)  # it may grow while it is read
        if len(raw) > most:
            raise ValueError("a file without end")
        return raw


def kind_of(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISLNK(mode):
        return "a link"
    return "a file" if stat.S_ISREG(mode) else "no file, but a device or a pipe"


def lying_in(folder: Path) -> dict[str, os.stat_result]:
    """Every file, link and device in a folder, by its path there, sorted. No link is followed.

    Raises InputError where there are more than any edition has, or where we are not let in.
    """
    found, waiting = {}, [""]
    try:
        while waiting:
            above = waiting.pop()
            for entry in os.scandir(folder / above):
                name = f"{above}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{name}/")
                else:
                    found[name] = entry.stat(follow_symlinks=False)
                if len(found) + len(waiting) > MAX_FILES:
                    raise refusal(folder, f"more than {MAX_FILES:,} files", BUILT, "")
    except FileNotFoundError:  # a folder that goes while we look holds nothing
        return found
    except OSError as error:
        raise refusal(folder / above, error.strerror or str(error), BUILT, "") from None
    return dict(sorted(found.items()))


def not_as_listed(folder: Path, outputs: dict[str, str]) -> dict[str, str]:
    """What in a folder is not as its receipt lists it: {path in the folder: what is wrong, in
    words}.

    Only what is listed is read. Raises InputError for a file that is too large for an edition.
    """
    wrong, lying = {name: "missing" for name in outputs}, lying_in(folder)
    total = sum(status.st_size for name, status in lying.items() if name in outputs)
    if total > MAX_BYTES:
        raise refusal(folder, f"{total:,} bytes", BUILT, "")
    for name, status in lying.items():
        wrong.pop(name, None)
        if not stat.S_ISREG(status.st_mode):
            wrong[name] = kind_of(status.st_mode)
        elif name not in outputs:
            wrong[name] = "not in the receipt"
        elif digest_of(folder / name) != outputs[name]:
            wrong[name] = "another content"
    if wrong.get(RECEIPT) == "not in the receipt":
        del wrong[RECEIPT]
    return wrong


def digest_of(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path, MAX_FILE_BYTES)).hexdigest()
    except FileNotFoundError:  # it went while we looked
        return ""
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        allowed = f"a file of at most {MAX_FILE_BYTES:,} bytes, as a build makes them"
        raise refusal(path, found, allowed, "") from None


def lost_with(folder: Path) -> dict[str, str]:
    """What would be lost with a folder although no build put it there, or not with this content:
    {path: in words}.

    Where another build swaps in its edition meanwhile, it is looked at anew.
    """
    listed = listed_in(folder)
    while True:
        if listed is None:
            return {name: "not of a build" for name in lying_in(folder)}
        wrong = not_as_listed(folder, listed)
        before, listed = listed, listed_in(folder)
        if listed == before:
            break
    return {
        name: words
        for name, words in wrong.items()
        if words != "missing" and name.rpartition("/")[2] not in BY_THE_SYSTEM
    }


def listed_in(folder: Path) -> dict[str, str] | None:
    """The files that the receipt in a folder lists, or None where none of ours lies there."""
    try:
        content = read_json(folder / RECEIPT)
    except InputError:
        return None
    is_ours = isinstance(content, dict) and content.get("receipt") == 1
    return content["outputs"] if is_ours and is_outputs(content.get("outputs")) else None


# Receipts


def read_json(path: Path, allowed: str = ALLOWED):
    """The JSON of a file of sane size. Raises InputError, with what was found, for
    anything else.
    """
    try:
        return json.loads(read_bytes(path, MAX_JSON_BYTES))
    except RecursionError:
        found = "brackets within brackets without end"
    except json.JSONDecodeError as error:
        found = f"broken JSON ({json_fault(error)})"
    except (ValueError, OSError) as error:
        is_link = getattr(error, "errno", None) == errno.ELOOP
        found = "a link" if is_link else getattr(error, "strerror", None) or str(error)
    raise refusal(path, found, allowed)


def checked_ledger(ledger: dict, path: Path) -> dict:
    """The ledger, if every part of it has its shape. Raises InputError."""
    unshowable = text_that_steers(ledger)
    wrong = UNSHOWN + unshowable if unshowable is not None else wrong_in_ledger(ledger)
    if wrong:
        raise refusal(path, f"no ledger: {wrong}", "the ledger of an edition, or its receipt")
    return ledger


def read_receipt(path: Path) -> dict:
    """A receipt from its file or its edition's folder, every part of it in its shape. Raises
    InputError for anything else.
    """
    if not os.path.lexists(path):
        raise refusal(path, "no receipt")
    file = path / RECEIPT if os.path.isdir(path) else Path(os.path.realpath(path))
    content = read_json(file)
    wrong = wrong_in_receipt(content)
    if wrong:
        raise refusal(file, f"no receipt: {wrong}")
    return content


def wrong_in_receipt(content) -> str:
    """What in a receipt has not the shape that a build gives it, in words; '' where all has."""
    if not isinstance(content, dict):
        return f"{kind(content)} instead of an object"
    if content.get("receipt") != 1:
        return 'no "receipt": 1, which says what it is'
    unshowable = text_that_steers(content)
    if unshowable is not None:
        return UNSHOWN + unshowable
    for part in ("versions", "locks"):
        if not is_texts(content.get(part)):
            return f"{part} is {kind(content.get(part))} instead of an object of texts"
    if not is_outputs(content.get("outputs")):
        return (
            "outputs is not an object of paths within the folder, each with 64 hexadecimal digits"
        )
    return wrong_in_ledger(content.get("ledger"))


def wrong_in_ledger(ledger) -> str:
    """What in a ledger has not its shape, in words; '' where all has."""
    if not isinstance(ledger, dict):
        return f"ledger is {kind(ledger)} instead of an object"
    for part in ("edition", "date", "cut_off"):
        if not isinstance(ledger.get(part), str):
            return f"{part} is {kind(ledger.get(part))} instead of a text"
    if not is_hash(ledger.get("fingerprint")):
        return "fingerprint is not 64 hexadecimal digits"
    hashes = ledger.get("hashes")
    if not is_texts(hashes) or not all(map(is_hash, hashes.values())):
        return "hashes is not an object with 64 hexadecimal digits each"
    if ledger["fingerprint"] != fingerprint_of(hashes):
        return "a fingerprint that does not follow from its hashes"
    for part, fits in (("claims", is_claim), ("numbers", is_number)):
        found = ledger.get(part)
        if not isinstance(found, dict):
            return f"{part} is {kind(found)} instead of an object"
        wrong = [key for key, entry in found.items() if not fits(entry)]
        if wrong:
            return (
                f"{part}, {wrong[0]}: {kind(found[wrong[0]])} that is none of an edition's {part}"
            )
    return ""


def fingerprint_of(hashes: dict[str, str]) -> str:
    """The one hash over the hashes of all tables and texts that an edition is known by."""
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def is_outputs(found) -> bool:
    return is_texts(found) and all(is_inside(k) and is_hash(v) for k, v in found.items())


def is_inside(name: str) -> bool:
    """Whether a path in a receipt is a plain one within the folder."""
    parts = name.split("/")
    return not any(part in ("", ".", "..") for part in parts) and not re.search(r"[\\:\0]", name)


def is_texts(found) -> bool:
    return isinstance(found, dict) and all(isinstance(v, str) for v in found.values())


def is_hash(found) -> bool:
    return isinstance(found, str) and HASH.fullmatch(found) is not None


def is_value(found) -> bool:
    """Whether a value is nothing, or a number that one can calculate with."""
    if type(found) is int:
        return abs(found) < 2**63
    return found is None or (type(found) is float and math.isfinite(found))


def text_that_steers(found) -> str | None:
    """The first text, at any depth, with a sign that steers a terminal or hides; None where there
    is none.
    """
    waiting = [found]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and (UNSHOWABLE.search(part) or "\n" in part or "\r" in part):
            return part
    return None


def is_claim(found) -> bool:
    return (
        isinstance(found, dict)
        and found.get("case") in CASES
        and isinstance(found.get("sentence"), str)
        and is_value(found.get("value"))
        and is_value(found.get("bound"))
    )


def is_number(found) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("text"), str)
        and is_value(found.get("value"))
    )


def kind(found) -> str:
    """What a part of a JSON file is, in words."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "yes or no"}
    return "nothing" if found is None else names.get(type(found), "a number")

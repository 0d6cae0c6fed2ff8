"""Where an edition may be built: anywhere but in folders of the checkout's own, of the user's, and
of the published edition.
"""

from __future__ import annotations

import os
from pathlib import Path

from brief import paths
from brief.editions import as_built

ALLOWED = "a folder under build/, or one of its own elsewhere"
# The checkout's folders; the test of them asks the version control for new ones.
OWN = (
    ".ci",
    ".devcontainer",
    ".git",
    ".github",
    ".venv",
    "analysis",
    "benchmarks",
    "binder",
    "brief",
    "chapters",
    "data",
    "docs",
    "editions",
    "examples",
    "recipes",
    "tests",
    "upkeep",
    "web",
)
MADE = (
    paths.ASSETS.name,
    paths.KEPT.name,
    paths.PICTURES.parent.name,
)  # what builds make for themselves, in build/


def refused(out: Path, given: Path | None, is_published: bool) -> str:
    """Why an edition may not go to `out`, as words for what was found there; '' where it may.

    `given`: the folder or file that it is made from, if any. Both are resolved; links above them
    lead nowhere new.
    """
    name = out.name or str(out)
    if out == out.parent:
        return "the root of the file system"
    if is_in(Path(os.path.expanduser("~")), out):
        return f"{name}, which is or holds your home folder"
    if is_in(paths.ROOT, out):
        return f"{name}, which is or holds this checkout"
    if given is not None and lies_with(out, given):
        return f"{name}, which is, holds or lies in the data that the edition is made from"
    for own in OWN:
        if is_in(out, paths.ROOT / own):
            return f"{name}, which is or lies in the checkout's own folder {own}"
    for made in MADE:
        if is_in(out, paths.BUILD / made):
            return (
                f"{name}, which is or lies in build/{made}, where builds keep what they make again"
            )
    for above in out.parents:
        if (above / as_built.RECEIPT).is_file() and not is_in(above, paths.PUBLISHED):
            return f"{name}, which lies in the edition {above.name}"
    in_published, holds_published = is_in(out, paths.PUBLISHED), is_in(paths.PUBLISHED, out)
    if in_published and holds_published:
        return "" if is_published else f"{name}, the published edition's, for another edition"
    if in_published or holds_published:
        return f"{name}, which {'lies in' if in_published else 'holds'} the published edition"
    return ""


def lies_with(out: Path, given: Path) -> bool:
    """Whether `out` is or holds what is given, or lies in it; but build/ may lie in a folder of
    tables.
    """
    lies_in = given.is_dir() and is_in(out, given) and not is_in(out, paths.BUILD)
    return lies_in or is_in(given, out)


def is_in(inner: Path, outer: Path) -> bool:
    """Whether a path is another or lies in it: by name with all links resolved, and by what the
    system says is the same.
    """
    inner, outer = Path(os.path.realpath(inner)), Path(os.path.realpath(outer))
    return inner.is_relative_to(outer) or any(
        path.exists() and outer.exists() and path.samefile(outer)
        for path in (inner, *inner.parents)
    )

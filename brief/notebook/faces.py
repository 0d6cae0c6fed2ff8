"""How wide the letters of the book's fonts are. Reading that from a font takes a tenth of a second,
so it lies beside each.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from brief import kept


def measure(path: Path) -> None:
    """Write the widths of a font's letters beside it."""
    kept.write(path.with_suffix(".widths"), {"of": digest(path), "widths": read(path)})


@lru_cache(maxsize=16)
def advances(path: Path) -> dict[int, float]:
    """Code point → width in em, for every character that the font has a glyph for; from the font
    where nothing, or another font's, lies beside it.
    """
    found = kept.read(path.with_suffix(".widths"), are_widths)
    return found["widths"] if found and found["of"] == digest(path) else read(path)


def are_widths(found) -> bool:
    """Whether something kept is {of: digest, widths: {code point: em}}."""
    return isinstance(found["of"], str) and all(
        isinstance(code, int) and isinstance(width, float)
        for code, width in found["widths"].items()
    )


def digest(path: Path) -> str:
    """Of the font, and of how it is read."""
    return hashlib.sha256(path.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def read(path: Path) -> dict[int, float]:
    """The widths, from the font itself."""
    from fontTools.ttLib import TTFont

    font = TTFont(path, lazy=True)
    units, widths = font["head"].unitsPerEm, font["hmtx"]
    return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}

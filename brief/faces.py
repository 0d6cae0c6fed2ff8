"""How wide the letters of the book's fonts are. Reading that from a font takes a third of a second, so it is kept."""
from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from brief import kept


@lru_cache(maxsize=16)
def advances(path: Path) -> dict[int, float]:
    """Code point → width in em, for every character that the font has a glyph for."""
    return kept.keep("advances", kept.key_of(Path(__file__), path), lambda: read(path))


def read(path: Path) -> dict[int, float]:
    """The same, from the font itself."""
    from fontTools.ttLib import TTFont
    font = TTFont(path, lazy=True)
    units, widths = font["head"].unitsPerEm, font["hmtx"]
    return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}

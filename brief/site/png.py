"""PNG files put together from horizontal bands, each drawn once and kept by all that it depends on.

The sheet of a figure consists of its finding, its picture, its credit and a stamp, one under the
other. When a table is altered the stamp changes on every sheet and the picture on a few, and a
picture takes a quarter of a second to draw.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from functools import lru_cache

from zlib_ng import zlib_ng

from brief import kept, paths
from brief.notebook import assets

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BASE = 65521  # of Adler-32, the checksum at the end of a PNG's pixels
NONE, SUB, UP, AVERAGE, PAETH = range(5)
# Typst draws them: the library that draws the charts took four times as long for the same pixels
# (95 bands, 11.0 and 2.6 CPU seconds).
PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg")"""
PIXELS = 96  # to the inch, as SVG counts them


def image(bands: list[str], scale: float, texts: dict[str, str]) -> bytes:
    """SVGs of one width as one PNG, one under the other, with texts inside: tEXt where Latin-1 can
    write it, iTXt otherwise.
    """
    drawn = [band(svg, scale) for svg in bands]
    width = drawn[0]["width"]
    if any(b["width"] != width for b in drawn):
        raise ValueError(f"bands of different widths: {[b['width'] for b in drawn]}")
    said = [
        (b"tEXt", keyword.encode() + b"\0" + text.encode("latin-1"))
        if all(ord(c) < 256 for c in text)
        else (b"iTXt", keyword.encode() + b"\0\0\0\0\0" + text.encode())
        for keyword, text in texts.items()
    ]
    check = 1
    for b in drawn:
        check = adler_of_both(check, b["adler"], b["bytes"])
    pixels = (
        b"\x78\x9c"
        + b"".join(b["deflated"] for b in drawn)
        + b"\x03\x00"
        + struct.pack(">I", check)
    )
    head = struct.pack(">IIBBBBB", width, sum(b["height"] for b in drawn), 8, 6, 0, 0, 0)
    return SIGNATURE + b"".join(
        chunk(*c) for c in [(b"IHDR", head), *said, (b"IDAT", pixels), (b"IEND", b"")]
    )


def band(svg: str, scale: float) -> dict:
    """One SVG drawn: {width, height, bytes, adler, deflated}, its pixel rows packed so that another
    band can follow them.
    """
    depends = json.dumps([svg, scale, assets.drawing_tools(__file__, "typst", "zlib-ng")])
    path = paths.PICTURES / f"{hashlib.sha256(depends.encode()).hexdigest()}.band"
    found = kept.read(path, is_band)
    if found is None:
        found = draw(svg, scale)
        kept.write(path, found)
    return found


def is_band(found) -> bool:
    """Whether something kept is a band, as `draw` returns it."""
    numbers = ("width", "height", "bytes", "adler")
    return all(isinstance(found[name], int) for name in numbers) and isinstance(
        found["deflated"], bytes
    )


def draw(svg: str, scale: float) -> dict:
    """The same, drawn anew. Raises ValueError when the drawing comes in another form than bands
    need.
    """
    found = list(
        chunks_of(
            _compiler().compile(PICTURE, format="png", ppi=scale * PIXELS, sys_inputs={"svg": svg})
        )
    )
    width, height, depth, color = struct.unpack(">IIBB", dict(found)[b"IHDR"][:10])
    if (depth, color) != (8, 6):
        raise ValueError(
            f"the drawing library gave {depth} bits of color type {color}; 8 bits RGBA are expected"
        )
    rows = bytearray(
        zlib_ng.decompress(b"".join(content for kind, content in found if kind == b"IDAT"))
    )
    stand_alone(rows, 4 * width)
    # Not Python's own zlib: for the pixels of 26 figures it took 1.24 CPU seconds to unpack them
    # and pack them at level 4, this one 0.35 at level 6, with 3 % fewer bytes.
    packer = zlib_ng.compressobj(6, zlib_ng.DEFLATED, -15)
    deflated = packer.compress(bytes(rows)) + packer.flush(zlib_ng.Z_FULL_FLUSH)
    return {
        "width": width,
        "height": height,
        "bytes": len(rows),
        "adler": zlib_ng.adler32(rows),
        "deflated": deflated,
    }


@lru_cache(maxsize=1)
def _compiler():
    import typst  # here: no process may be forked off one that has imported it

    return typst.Compiler(font_paths=[str(paths.FONTS)], ignore_system_fonts=True)


def stand_alone(rows: bytearray, length: int) -> None:
    """Rewrite the first row, in place, so that it does not refer to the row above it (which is
    empty only in the first band).
    """
    kind = rows[0]
    if kind == UP:
        rows[0] = NONE
    elif kind == PAETH:
        rows[0] = SUB
    elif kind == AVERAGE:
        rows[0] = NONE
        for i in range(1, length + 1):
            rows[i] = (rows[i] + (rows[i - 4] >> 1 if i > 4 else 0)) & 255


def adler_of_both(first: int, second: int, length: int) -> int:
    """The Adler-32 of two texts one after the other, from the checksum of each and the length of
    the second.
    """
    a = (first & 0xFFFF) + (second & 0xFFFF) - 1
    b = (first >> 16) + (second >> 16) + length * ((first & 0xFFFF) - 1)
    return (b % BASE) << 16 | a % BASE


def chunks_of(content: bytes):
    """The chunks of a PNG as (kind, content)."""
    at = 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )

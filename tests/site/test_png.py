"""Sheets as PNG: bands drawn apart join to the same pixels as one drawing, and a rewritten row keeps its pixels."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, strategies

from brief.notebook import figures
from brief.site import png, sheets

WIDTH = 40


def svg(color: str, height: int, y: float = 0) -> str:
    return (
        sheets.OPENING.format(WIDTH, height, "")
        + f'<rect width="{WIDTH}" height="{height}" fill="#fff"/><circle cx="20" cy="{5 + y}" r="4" fill="{color}"/></svg>'
    )


def pixels(content: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGBA bytes of a PNG, as a library of another house reads them."""
    from PIL import Image

    found = Image.open(io.BytesIO(content))
    return (*found.size, found.convert("RGBA").tobytes())


def test_bands_join_to_the_pixels_of_each_and_a_reader_of_another_house_opens_them():
    one, other = svg("#c24d55", 12), svg("#1f6fae", 20)
    both = pixels(png.image([one, other], 2.0, {"Title": "both, 서울"}))
    apart = [pixels(png.image([s], 2.0, {})) for s in (one, other)]
    assert both == (2 * WIDTH, 2 * 32, apart[0][2] + apart[1][2])
    assert apart[0][2] != apart[1][2]


def test_a_picture_placed_in_another_is_scaled_and_moved_as_an_svg_within_it_would_be():
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30"><rect x="2" y="4" width="30" height="20" fill="currentColor"/></svg>'
    around = lambda content: (
        sheets.OPENING.format(WIDTH, 30, "")
        + f'<rect width="{WIDTH}" height="30" fill="#fff"/>{content}</svg>'
    )
    nested = (
        picture.replace("<svg ", '<svg x="8" y="3" ', 1)
        .replace('width="40" height="30"', 'width="20" height="15"', 1)
        .replace("currentColor", sheets.INK)
    )
    placed = sheets.placed(picture, 8, 3, 20)
    assert "<svg" not in placed
    assert (
        pixels(png.image([around(placed)], 2.0, {}))
        == pixels(png.image([around(nested)], 2.0, {}))
        != pixels(png.image([around("")], 2.0, {}))
    )


def test_a_mark_is_taken_off_a_picture_again_and_nothing_else_is():
    picture = '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="660" height="30.5" viewBox="0 0 660 30.5"><g><text x="1">a label</text></g></svg>'
    words, room, found = figures.from_under_mark(
        figures.under_mark(picture, ["ALTERED <b>", "second line"])
    )
    assert (
        found == picture
        and room == 38
        and words.count("<text ") == 2
        and "ALTERED &lt;b&gt;" in words
    )
    assert figures.from_under_mark(picture) == ("", 0, picture)


def test_bands_of_different_widths_are_refused():
    with pytest.raises(ValueError, match="different widths"):
        png.image([svg("#000", 12), sheets.OPENING.format(WIDTH + 1, 12, "") + "</svg>"], 1.0, {})


@given(strategies.binary(max_size=2000), strategies.binary(max_size=2000))
def test_checksum_of_both_is_that_of_the_joined_bytes(one, other):
    assert png.adler_of_both(zlib.adler32(one), zlib.adler32(other), len(other)) == zlib.adler32(
        one + other
    )


def unfiltered(row: bytes, above: bytes) -> bytes:
    """One row's pixels, by the PNG standard's own rules (four bytes a pixel)."""
    found = bytearray()
    for i, value in enumerate(row[1:]):
        a, b, c = found[i - 4] if i > 3 else 0, above[i], above[i - 4] if i > 3 else 0
        p = a + b - c
        nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        found.append((value + (0, a, b, (a + b) // 2, nearest)[row[0]]) & 255)
    return bytes(found)


@pytest.mark.parametrize("kind", [png.NONE, png.SUB, png.UP, png.AVERAGE, png.PAETH])
def test_a_first_row_reads_the_same_under_any_row_once_it_stands_alone(kind):
    chance = random.Random(kind)
    row, above = (
        bytearray([kind, *(chance.randrange(256) for _ in range(48))]),
        bytes(chance.randrange(256) for _ in range(48)),
    )
    meant = unfiltered(bytes(row), bytes(48))
    png.stand_alone(row, 48)
    assert unfiltered(bytes(row), above) == meant


def test_a_drawing_in_another_form_is_refused(monkeypatch):
    grey = (
        png.SIGNATURE
        + png.chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + png.chunk(b"IDAT", zlib.compress(b"\0\0"))
        + png.chunk(b"IEND", b"")
    )
    monkeypatch.setattr(
        png,
        "_compiler",
        lambda: type("Compiler", (), {"compile": staticmethod(lambda *_, **__: grey)}),
    )
    with pytest.raises(ValueError, match="color type 0"):
        png.draw("<svg/>", 1.0)

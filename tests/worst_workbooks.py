"""Workbooks that ask the most of a reader: each small enough to be handed in, each read or refused within bounds.

`write(folder)` writes them all; `benchmarks/` measures them, the tests look at what becomes of each.
"""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

NAME = "arrivals_korea_yearly"
COLUMNS = ["year", "male", "female", "persons", "source_id", "confidence", "note"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


# What cannot be packed, so that a part is not refused for being packed too well.
NOISE = f"<!--{random.Random(1).randbytes(330_000).hex()}-->"
HEADER = "<row>" + "".join(map(text, COLUMNS)) + "</row>"


def package(
    path: Path,
    sheets: list[str | Iterable[str]],
    parts: dict[str, str | Iterable[str]] | None = None,
    main: str = MAIN,
    kinds: str = KINDS,
    names: list[str] | None = None,
    how: int = zipfile.ZIP_DEFLATED,
    workbook: str = "",
    states: list[str] | None = None,
) -> Path:
    """A workbook from the XML within each sheet's root, and further parts; written by hand, so that it may say anything."""
    numbers = range(1, len(sheets) + 1)
    names = names or [f"S{i}" for i in numbers]
    states = states or ["visible" for _ in numbers]
    extra = parts or {}
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{kinds}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in numbers
    ) + "".join(
        f'<Relationship Id="{kind}" Type="{kinds}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "sharedStrings")
        if f"xl/{kind}.xml" in extra
    )
    content = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}">{workbook}<sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{i}" state="{state}" r:id="r{i}"/>'
            for i, name, state in zip(numbers, names, states)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
    }
    for i, sheet in zip(numbers, sheets):
        pieces = [sheet] if isinstance(sheet, str) else sheet
        content[f"xl/worksheets/sheet{i}.xml"] = enclosed(
            f'<worksheet xmlns="{main}">', pieces, "</worksheet>"
        )
    content.update(extra)
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, pieces in content.items():
            with archive.open(name, "w") as part:
                for piece in [pieces] if isinstance(pieces, (str, bytes)) else pieces:
                    part.write(piece.encode() if isinstance(piece, str) else piece)
    return path


def enclosed(start: str, pieces: Iterable[str], end: str) -> Iterator[str]:
    yield start
    yield from pieces
    yield end


def data(rows: Iterable[str]) -> Iterator[str]:
    """Rows under the header, as a sheet's data."""
    return enclosed(f"<sheetData>{HEADER}{NOISE}", rows, "</sheetData>")


def good_row(number: int, more: str = "") -> str:
    return (
        f"<row><c><v>{number}</v></c><c/><c/><c><v>{number % 97}</v></c>"
        f"{text('mou_cn_2020q3')}{text('one_source')}{text(f'row {number}')}{more}</row>"
    )


def formatted_empty_rows(path: Path) -> None:
    rows = (f'<row r="{i}"><c r="A{i}" s="0"/></row>' for i in range(3, 1_048_577))
    package(path, [data(["<row>" + good_row(2002)[5:], *rows])])


def many_cells(path: Path) -> None:
    package(path, [data(good_row(i) for i in range(83_000))])


def wide_rows(path: Path) -> None:
    rows = (f"<row>{'<c><v>1</v></c>' * 480}</row>" for _ in range(1_400))
    package(path, [data(rows)])


def one_row_of_cells(path: Path) -> None:
    package(path, [data(["<row>", *("<c><v>1</v></c>" for _ in range(2_000_000)), "</row>"])])


def empty_cells(path: Path) -> None:
    package(path, [data(["<row>", *("<c/>" * 1_000 for _ in range(12_000)), "</row>"])])


def many_styles(path: Path) -> None:
    styles = (f'<xf numFmtId="{i}" fontId="{i % 7}"/>' for i in range(900_000))
    parts = {
        "xl/styles.xml": enclosed(
            f'<styleSheet xmlns="{MAIN}"><cellXfs>', styles, "</cellXfs></styleSheet>"
        )
    }
    package(path, [data([good_row(2002)])], parts)


def many_strings(path: Path) -> None:
    strings = (f"<si><t>{i:x}</t></si>" for i in range(1_400_000))
    parts = {"xl/sharedStrings.xml": enclosed(f'<sst xmlns="{MAIN}">{NOISE}', strings, "</sst>")}
    package(path, [data([good_row(2002)])], parts)


def long_string(path: Path) -> None:
    strings = ["<si><t>", *("0123456789abcdef " * 60 for _ in range(50_000)), "</t></si>"]
    parts = {"xl/sharedStrings.xml": enclosed(f'<sst xmlns="{MAIN}">{NOISE}', strings, "</sst>")}
    rows = ('<row><c t="s"><v>0</v></c></row>' for _ in range(100_000))
    package(path, [data(rows)], parts)


def deep_elements(path: Path) -> None:
    package(path, [data(["<x>" * 1_000_000])])


def many_attributes(path: Path) -> None:
    names = (f' a{i:x}=""' for i in range(4_000_000))
    package(path, [data(["<row", *names, "/>"])])


def many_names(path: Path) -> None:
    package(path, [data(f"<n{i:x}/>" for i in range(2_500_000))])


def many_merged(path: Path) -> None:
    ranges = (f'<mergeCell ref="A{i}:B{i}"/>' for i in range(2, 1_000_000))
    package(
        path,
        [enclosed("<sheetData>" + HEADER + "</sheetData><mergeCells>", ranges, "</mergeCells>")],
    )


def merged_over_everything(path: Path) -> None:
    ranges = (f'<mergeCell ref="A{i}:G1048576"/>' for i in range(2, 5_000))
    sheet = [
        "<sheetData>",
        HEADER,
        *(good_row(i) for i in range(60_000)),
        "</sheetData><mergeCells>",
    ]
    package(path, [[*sheet, *ranges, "</mergeCells>"]])


def many_sheets(path: Path) -> None:
    sheet = (
        "<sheetData>" + "".join(f"<row>{text('x')}</row>" for _ in range(8_000)) + "</sheetData>"
    )
    package(path, [sheet] * 60)


def all_wrong(path: Path) -> None:
    cells = '<c t="e"><v>#N/A</v></c>' * 7
    package(path, [data(f"<row>{cells}</row>" for _ in range(90_000))])


def small_claim(path: Path) -> None:
    """Its directory claims a kilobyte for a sheet that unpacks to sixty megabytes."""
    package(path, [data("<row>" + "<c/>" * 1_000 + "</row>" for _ in range(15_000))])
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\1\2")
    while raw[at : at + 4] == b"PK\1\2":
        lengths = struct.unpack_from("<HHH", raw, at + 28)
        if b"sheet1" in raw[at + 46 : at + 46 + lengths[0]]:
            struct.pack_into("<I", raw, at + 24, 1_000)
        at += 46 + sum(lengths)
    path.write_bytes(raw)


def great_claim(path: Path) -> None:
    """Its directory claims gigabytes, as does the file: almost nothing of it is on the disk."""
    package(path, [data([good_row(2002)])])
    raw = path.read_bytes()
    at = raw.rindex(b"PK\5\6")
    size = 3_900_000_000
    with path.open("wb") as file:
        file.write(raw[:at])
        file.seek(size)
        file.write(raw[at : at + 12] + struct.pack("<II", size, 0) + b"\0\0")


def packed_otherwise(path: Path) -> None:
    """Packed by another method, megabytes come out of a few hundred bytes at once."""
    package(
        path,
        [data("<row>" + "<c/>" * 1_000 + "</row>" for _ in range(1_000))],
        how=zipfile.ZIP_BZIP2,
    )


def many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(150_000):
            archive.writestr(f"xl/{i}", b"")


def long_prolog(path: Path) -> None:
    parts = {f"xl/x{i}.xml": "<!--" + " " * 900_000 + "--><x/>" for i in range(60)}
    package(path, [data([good_row(2002)])], parts)


def long_formats(path: Path) -> None:
    codes = (
        f'<numFmt numFmtId="{i}" formatCode="{"0" * 20}&quot;{i}&quot;"/>'
        for i in range(164, 60_000)
    )
    styles = (f'<xf numFmtId="{i}"/>' for i in range(164, 60_000))
    pieces = ["<numFmts>", *codes, "</numFmts><cellXfs>", *styles, "</cellXfs>"]
    parts = {"xl/styles.xml": enclosed(f'<styleSheet xmlns="{MAIN}">', pieces, "</styleSheet>")}
    rows = (f'<row><c s="{i}"><v>{i}</v></c></row>' for i in range(59_000))
    package(path, [data(rows)], parts)


def long_numbers(path: Path) -> None:
    rows = (f"<row><c><v>{'9' * 4_000}</v></c></row>" for _ in range(10_000))
    package(path, [data(rows)])


WORST: dict[str, Callable[[Path], None]] = {
    name: value
    for name, value in list(globals().items())
    if getattr(value, "__annotations__", {}) == {"path": "Path", "return": "None"}
}


def write(folder: Path) -> list[Path]:
    """Every one of them, each in a folder of its own named for it; the paths."""
    written = []
    for name, make in WORST.items():
        (folder / name).mkdir(parents=True)
        written.append(folder / name / f"{NAME}.xlsx")
        make(written[-1])
    return written

"""The parts of an .xlsx package, read as far as they are needed and never further than is allowed.

What a package says of its own sizes proves nothing: bytes, elements, names and depth are counted
while they are read.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from brief.plain_files import MAX_FILE_BYTES
from brief.words import InputError, Problem

MAX_UNPACKED = 60_000_000  # a table of ours unpacks to less than 1 MB
MAX_PARTS = 500
MAX_RATIO = 200  # honest sheets pack about twenty to one, a bomb a thousand
MAX_ELEMENTS = 2_500_000  # of all parts that are read: about 4 s
MAX_TAG = 1_000_000  # bytes: an element's attributes are in memory at once
MAX_NAMES = 20_000  # different names of elements and attributes; spreadsheets use some two hundred
MAX_DEPTH = 100
CHUNK = 65_536
DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError)
UNPARSED = (expat.ExpatError, LookupError, ValueError)  # the last two of unknown encodings
REPAIR = "Open it in a spreadsheet and save it again, without a password, or as CSV UTF-8."


class Package:
    """A package whose parts are parsed one at a time. Raises InputError for whatever is wrong with
    it.
    """

    def __init__(self, raw: bytes, file: str):
        self.file = file
        self.unpacked = self.elements = 0
        if len(raw) > MAX_FILE_BYTES:
            raise self.refusal(
                f"more than {MAX_FILE_BYTES:,} bytes", f"at most {MAX_FILE_BYTES:,} bytes"
            )
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(raw))
        except DAMAGE as error:
            raise self.refusal(
                f"no .xlsx workbook ({error})", "an .xlsx file as spreadsheets save it", REPAIR
            ) from None
        entries = self.archive.infolist()
        self.entries = {entry.filename.lower(): entry for entry in entries}
        size = sum(entry.file_size for entry in entries)
        if (
            len(entries) > MAX_PARTS
            or size > MAX_UNPACKED
            or any(
                entry.file_size > 1_000_000
                and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
                for entry in entries
            )
        ):
            raise self.refusal(
                f"a workbook of {len(entries)} parts that unpacks to {size:,} bytes",
                (
                    f"at most {MAX_PARTS} parts and {MAX_UNPACKED:,} bytes, packed at most "
                    f"{MAX_RATIO} to 1"
                ),
                "Save the sheet as CSV UTF-8.",
            )
        if len(self.entries) < len(entries):
            raise self.refusal(
                "two parts of one name in the package", "a workbook as spreadsheets save it"
            )

        for part in self.entries:
            if part.endswith((".xml", ".rels")):
                self.check_prolog(part)
        self.unpacked = 0  # what was only looked at does not count

    def check_prolog(self, part: str) -> None:
        """Refuse an entity declaration, as a parser sees it in any encoding, in a part that nothing
        may read as well.
        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self.doctype_handler(part)
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
                break  # it stands at the beginning; parse() looks further
        except UNPARSED:
            pass  # told when the part is read

    def doctype_handler(self, part: str):
        def refuse(*_) -> None:
            raise self.refusal(
                f"an entity declaration in {part}", "a workbook as spreadsheets save it"
            )

        return refuse

    def refusal(self, found: str, allowed: str, help: str = "") -> InputError:
        return InputError([Problem(self.file, found, allowed, help=help)])

    def damaged(self, error: object) -> InputError:
        return self.refusal(
            f"a workbook that cannot be read ({error})",
            "an .xlsx file as spreadsheets save it",
            REPAIR,
        )

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part's bytes, a piece at a time, counted as they come out."""
        entry = self.entries[part.lower()]
        # Only deflate hands out its content in pieces: the other ways unfold a gigabyte at once.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged(f"{part} is packed in an unusual way")
        try:
            with self.archive.open(entry) as file:
                while chunk := file.read(CHUNK):
                    self.unpacked += len(chunk)
                    if self.unpacked > MAX_UNPACKED:
                        raise self.refusal(
                            f"a workbook that unpacks to more than {MAX_UNPACKED:,} bytes",
                            f"at most {MAX_UNPACKED:,} bytes",
                            "Save the sheet as CSV UTF-8.",
                        )
                    yield chunk
        except DAMAGE as error:
            raise self.damaged(error) from None

    def has(self, part: str) -> bool:
        return part.lower() in self.entries

    def parse(self, part: str, reader) -> None:
        """Tell a reader of a part's elements: `start(name, attributes)`, `end(name)`,
        `text(characters)`.

        Names come without their namespaces: Open XML and Strict Open XML differ in these alone.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        locals_: dict[str, str] = {}
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self.elements += 1
            if depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
                raise self.too_much(part)
            local = locals_.get(name)
            if local is None:
                local = locals_[name] = name.rpartition(":")[2]
            reader.start(local, attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            reader.end(locals_[name])

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = self.doctype_handler(part)
        fed = 0
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > MAX_TAG or len(parser.intern) > MAX_NAMES:
                    raise self.too_much(part)
            parser.Parse(b"", True)
        except UNPARSED as error:
            raise self.damaged(f"{part}: {error}") from None

    def too_much(self, part: str) -> InputError:
        return self.refusal(
            (
                f"more than {MAX_ELEMENTS:,} elements, or an element of more than {MAX_TAG:,} "
                f"bytes, in {part}"
            ),
            "a workbook of tables as spreadsheets save it",
            "Copy the table into a new workbook, or save the sheet as CSV UTF-8.",
        )

    def related(self, part: str) -> list[tuple[str, str, str]]:
        """What a part refers to within the package, as (id, kind, part)."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        relations = Relations()
        if self.has(source):
            self.parse(source, relations)
        return [
            (
                id,
                kind.rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, target))[1:],
            )
            for id, kind, target in relations.found
        ]


class Relations:
    """Reads a part of relationships."""

    def __init__(self):
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.found.append(
                (attributes.get("Id", ""), attributes.get("Type", ""), attributes.get("Target", ""))
            )

    def end(self, name: str) -> None:
        pass

    def text(self, characters: str) -> None:
        pass

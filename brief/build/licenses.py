"""The licenses of other people's work that the site ships, with the texts that these demand.

They are read from what is installed, at build time; nothing is asked of a network.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from brief import paths

NOTICES = "LICENSES.txt"
LICENSE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice|ofl)[^/]*$", re.I)
OFL = "SIL Open Font License 1.1"


class Work(NamedTuple):
    """A work of other people that lies in the site."""

    name: str
    where: str  # in the site
    registry: str  # npm or python
    package: str
    terms: str
    more: str = ""  # what its license text leaves out


SHIPPED = [
    Work(
        "IBM Plex Sans KR (subset)",
        "assets/faces.css, assets/faces-ko.css and assets/fonts, inside the PDF",
        "npm",
        "@expo-google-fonts/ibm-plex-sans-kr",
        OFL,
    ),
    Work(
        "Source Serif 4 (subset)",
        "assets/faces.css and assets/fonts, inside the PDF",
        "npm",
        "@expo-google-fonts/source-serif-4",
        OFL,
    ),
    Work(
        "sql.js, with SQLite (public domain) inside",
        "the SQL engine of the page",
        "npm",
        "sql.js",
        "MIT",
    ),
    Work(
        "Vega, Vega-Lite and Vega-Embed, as packed by vl-convert",
        "assets/vega.js",
        "python",
        "vl-convert-python",
        "BSD-3-Clause",
        " It holds Vega, Vega-Lite and Vega-Embed: copyright University of Washington Interactive "
        "Data Lab, under the same BSD-3-Clause terms.",
    ),
]


def license_texts(work: Work) -> list[str]:
    """The license texts that a work's package brings, in the order of their files' names."""
    if work.registry == "npm":
        brought = {path.name: path for path in (paths.NODE_MODULES / work.package).glob("*")}
    else:
        package = metadata.distribution(work.package)
        brought = {file.as_posix(): file.locate() for file in package.files or []}
    return [
        Path(brought[name]).read_text(encoding="utf-8", errors="replace").strip()
        for name in sorted(brought)
        if LICENSE_FILE.search(name) and Path(brought[name]).is_file()
    ]


def font_notice(work: Work) -> list[str]:
    """What a font's own name table says of its owner and its terms, where its package brings no
    file of them.
    """
    from fontTools.ttLib import TTFont

    fonts = sorted((paths.NODE_MODULES / work.package).glob("*.ttf"))
    if not fonts:
        return []
    names = TTFont(fonts[0], lazy=True)["name"]
    copyright, trademark, terms = (names.getDebugName(number) for number in (0, 7, 13))
    if not terms:
        return []
    elsewhere = "The text of that license stands in this file, with the other font."
    return ["\n".join(line for line in (copyright, trademark, terms, elsewhere) if line)]


def notices() -> str:
    """What the site ships of other people's work, each with the terms that come with it, after our
    own. Raises FileNotFoundError for a work whose package brings none.
    """
    data_terms = (paths.ROOT / "LICENSE-DATA").read_text(encoding="utf-8").strip()
    code_terms = (paths.ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    parts = [
        "What this site holds, and under which terms.",
        f"Text, tables and figures: CC BY 4.0 (LICENSE-DATA).\n\n{data_terms}",
        f"Code of the brief: MIT.\n\n{code_terms}",
    ]
    for work in SHIPPED:
        texts = license_texts(work) or font_notice(work)
        if not texts:
            raise FileNotFoundError(
                f"{work.package} brings no license text: mend SHIPPED in brief/build/licenses.py"
            )
        head = (
            f"{work.name}: {work.terms}. In this site: {work.where}. "
            f"Package: {work.package}.{work.more}"
        )
        parts.append("\n\n".join([head, *texts]))
    return f"\n\n{'-' * 78}\n\n".join(parts) + "\n"


def write_notices(downloads: Path) -> None:
    """Write `notices()` into the folder of the site's downloads."""
    (downloads / NOTICES).write_text(notices(), encoding="utf-8", newline="\n")

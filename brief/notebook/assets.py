"""What page and PDF need beside our own files: fonts (subset), the Vega bundle, the SQL engine.
Kept in build/assets.

Made once and kept by a hash of what went in; nothing is fetched here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from brief import korean as forms
from brief import languages, locks, paths
from brief.notebook import faces

SANS, SERIF = "@expo-google-fonts/ibm-plex-sans-kr", "@expo-google-fonts/source-serif-4"
FACES = {  # our file name: (package, file in it)
    "plex-sans-kr-400": (SANS, "IBMPlexSansKR_400Regular.ttf"),
    "plex-sans-kr-600": (SANS, "IBMPlexSansKR_600SemiBold.ttf"),
    "source-serif-400": (SERIF, "400Regular/SourceSerif4_400Regular.ttf"),
    "source-serif-400-italic": (SERIF, "400Regular_Italic/SourceSerif4_400Regular_Italic.ttf"),
    "source-serif-600": (SERIF, "600SemiBold/SourceSerif4_600SemiBold.ttf"),
}
FAMILIES = {  # what the page's style calls each: family, weight, style
    "source-serif-400": ("Brief Serif", 400, "normal"),
    "source-serif-400-italic": ("Brief Serif", 400, "italic"),
    "source-serif-600": ("Brief Serif", 600, "normal"),
    "plex-sans-kr-400": ("IBM Plex Sans KR", 400, "normal"),
    "plex-sans-kr-600": ("IBM Plex Sans KR", 600, "normal"),
}
STAMP = "made-from.sha256"  # beside what was made, the hash of what it was made from
WITH_HANGUL, MORE = ("plex-sans-kr-400", "plex-sans-kr-600"), "-more"  # for pages in Korean
INLINE = ("source-serif-400", "plex-sans-kr-400", "plex-sans-kr-600")
# Latin with its accents, punctuation, arrows, signs; Hangul only as far as the brief's own texts
# use it.
ALWAYS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    0x2030,
    0x2032,
    0x2033,
    0x20A9,
    0x20AC,
    0x2116,
    0x2122,
    *range(0x2190, 0x2196),
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    *(0x25A0, 0x25A1, 0x25A3, 0x25A8, 0x25CB),  # the signs of claims, with 0x25CF
    0x25B2,
    0x25BC,
    0x25CF,
    0x2713,
    0x2717,
]


def characters(korean: bool = False) -> list[int]:
    """The code points that the fonts must show: the fixed Latin set, and every letter that our
    texts and tables use. `korean`: those that a page in Korean needs beside them, which every
    other page would carry for nothing.
    """
    own, in_korean = set(ALWAYS), set()
    for folder, pattern in (
        (paths.DATA, "*.csv"),
        (paths.ANALYSIS, "*.yml"),
        (paths.CHAPTERS, "*.ipynb"),
    ):
        for path in folder.glob(pattern):
            text = path.read_text(encoding="utf-8")
            is_translation = languages.of_page(path.stem) == "ko"
            english = "" if is_translation else KOREAN_WORDINGS.sub("", text)
            own.update(c for c in map(ord, english) if c > 0x17F)
            in_korean.update(c for c in map(ord, text) if c > 0x17F)
    # Units and counts are put into Korean sentences by code.
    own_words = Path(forms.__file__).read_text(encoding="utf-8")
    in_korean.update(c for c in map(ord, own_words) if c > 0x17F)
    return sorted(in_korean - own if korean else own)


# In analysis/*.yml: an entry's `ko`, with all that stands deeper, and the catalogue of strings.
KOREAN_WORDINGS = re.compile(r"^( *)ko:\n(?:\1 +.*\n|\n)+|^korean\w*:\n(?: .*\n|\n)+", re.M)


def prepare() -> Path:
    """Make build/assets if its inputs changed; returns it. Builds at the same time wait for the
    first. Raises FileNotFoundError when set-up has not run.
    """
    with locks.locked(
        paths.BUILD / ".assets.gate", held_by="another command, which prepares fonts and scripts,"
    ):
        return made()


def made() -> Path:
    """build/assets, made anew if its inputs changed. Only `prepare` calls it, one process at a
    time.
    """
    key = hashlib.sha256(
        json.dumps(
            [
                characters(),
                characters(korean=True),
                sorted(FACES.items()),
                Path(__file__).read_text(encoding="utf-8"),
                Path(faces.__file__).read_text(encoding="utf-8"),
                (paths.WEB / "package-lock.json").read_text(encoding="utf-8"),
            ]
        ).encode()
    ).hexdigest()
    if made_from() == key:
        return paths.ASSETS
    fresh = paths.ASSETS.with_name("assets.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "fonts").mkdir(parents=True)
    make_fonts(fresh)
    write_faces(fresh / "web")
    scripts(fresh)
    (fresh / STAMP).write_text(key)
    shutil.rmtree(paths.ASSETS, ignore_errors=True)
    fresh.rename(paths.ASSETS)
    return paths.ASSETS


def made_from() -> str:
    """The hash of what build/assets was made from; empty where there is none."""
    stamp = paths.ASSETS / STAMP
    return stamp.read_bytes().decode() if stamp.exists() else ""


@lru_cache
def drawing_tools(module: str, *libraries: str) -> list[str]:
    """What a drawing depends on beside its content: the versions of the libraries, the text of the
    module (its file) that draws with them, the fonts.
    """
    return [*map(version, libraries), Path(module).read_text(encoding="utf-8"), made_from()]


def make_fonts(folder: Path) -> None:
    """Each face twice: whole as TTF for charts and PDF (fonts/), beside it the widths of its
    letters, and subset as WOFF2 for the page (web/fonts/).
    """
    from concurrent.futures import ProcessPoolExecutor

    (folder / "web" / "fonts").mkdir(parents=True)
    for name, (package, file) in FACES.items():
        shutil.copyfile(paths.NODE_MODULES / package / file, folder / "fonts" / f"{name}.ttf")
    wanted, in_korean = characters(), characters(korean=True)
    whole, small = folder / "fonts", folder / "web" / "fonts"
    jobs = [(whole / f"{name}.ttf", small / f"{name}.woff2", wanted) for name in FACES]
    jobs += [(whole / f"{n}.ttf", small / f"{n}{MORE}.woff2", in_korean) for n in WITH_HANGUL]
    with ProcessPoolExecutor() as pool:
        list(pool.map(subset_face, jobs))
        list(pool.map(faces.measure, [whole / f"{name}.ttf" for name in FACES]))


def subset_face(job: tuple[Path, Path, list[int]]) -> None:
    """Write one face with only the wanted characters, and the features that text and tables use."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    source, target, wanted = job
    font = TTFont(source, recalcTimestamp=False, lazy=True)
    features = ["kern", "liga", "tnum", "lnum", "pnum", "locl", "ccmp", "mark", "mkmk", "sups"]
    worker = subset.Subsetter(
        subset.Options(layout_features=features, name_IDs=["*"], notdef_outline=True, hinting=False)
    )
    worker.populate(unicodes=wanted)
    worker.subset(font)
    font.flavor = "woff2"
    font.save(target)


def write_faces(folder: Path) -> None:
    """The style sheet of the faces, web/faces.css.

    The three that every page needs are inside it, and theme.js has them ready before the first
    paint: a face that is a file of its own comes after the first lines are set, and then the page
    moves (a shift of 0.03 to 0.10, measured). The two rarer ones are files, and optional: one that
    is not there at once waits for the next page, and nothing moves.
    """
    rules = []
    for name in FAMILIES:
        file = folder / "fonts" / f"{name}.woff2"
        source = inlined(file) if name in INLINE else f"fonts/{file.name}"
        rules.append(face_rule(name, source, "swap" if name in INLINE else "optional"))
    (folder / "faces.css").write_text("".join(rules), encoding="utf-8")
    points = ",".join(f"U+{code:X}" for code in characters(korean=True))
    rules = [
        face_rule(
            name,
            inlined(folder / "fonts" / f"{name}{MORE}.woff2"),
            "swap",
            f"unicode-range:{points};",
        )
        for name in WITH_HANGUL
    ]
    (folder / "faces-ko.css").write_text("".join(rules), encoding="utf-8")


def inlined(file: Path) -> str:
    """A font as an address that holds it; the file goes."""
    content = base64.b64encode(file.read_bytes()).decode()
    file.unlink()
    return f"data:font/woff2;base64,{content}"


def face_rule(name: str, source: str, shown: str, more: str = "") -> str:
    family, weight, style = FAMILIES[name]
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'font-display:{shown};{more}src:url("{source}") format("woff2")}}\n'
    )


def scripts(folder: Path) -> None:
    """The Vega bundle, under a name of our own; the SQL engine travels with the live page
    (brief/site/live.py).

    Bundled by a process of its own: a process that has run the library's engine cannot be forked
    any more, and chapters are.
    """
    bundler = (
        "import sys, vl_convert; "
        'sys.stdout.write(vl_convert.javascript_bundle("window.briefVega = { embed: vegaEmbed, '
        'vega, vegaLite };"))'
    )
    done = subprocess.run(
        [sys.executable, "-c", bundler],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"vl-convert could not bundle Vega for the page: {done.stderr[-2000:]}")
    # The bundle's top-level names collide with the search page's underscore, hence the function
    # around it.
    (folder / "web" / "vega.js").write_text(f"(function(){{{done.stdout}\n}})();", encoding="utf-8")

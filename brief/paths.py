"""Where things are: every path of the checkout is written down here and nowhere else."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
ANALYSIS = ROOT / "analysis"
CHAPTERS = ROOT / "chapters"
EDITIONS = ROOT / "editions"
RECIPES = ROOT / "recipes"  # how official files are taken, see brief/tables/recipes.py
WEB = ROOT / "web"
NODE_MODULES = WEB / "node_modules"
BUILD = ROOT / "build"
PUBLISHED = BUILD / "published"
FONTS = BUILD / "assets" / "fonts"  # subset at build time, see brief/notebook/assets.py
ASSETS = BUILD / "assets"
PICTURES = BUILD / "cache" / "pictures"  # drawn charts, by the hash of all that they depend on
KEPT = BUILD / "kept"  # what is worked out once, see brief/kept.py
SECRET = BUILD / "kept.secret"  # what kept things are sealed with: never copied, never shipped
SECONDS = BUILD / "cache" / "seconds.json"  # how long each chapter took last

PDF_NAME = "north-korean-defectors.pdf"
PDF_KOREAN = "north-korean-defectors-ko.pdf"  # the summary, translated, on A4
PDF_LETTER = "north-korean-defectors-letter.pdf"  # the same on American paper
PDF_SHORT = "north-korean-defectors-short.pdf"  # the short edition, on both papers as well
PDF_SHORT_LETTER = "north-korean-defectors-short-letter.pdf"
PDFS = (PDF_NAME, PDF_LETTER, PDF_SHORT, PDF_SHORT_LETTER)
DATABASE_NAME = "north-korean-defectors.sqlite"
SITE_ZIP = "site.zip"


def shown(path: Path) -> str:
    """A path as a person at this prompt would type it: relative, unless it lies on another drive
    (Windows).
    """
    try:
        return os.path.relpath(path)
    except ValueError:
        return os.path.abspath(path)

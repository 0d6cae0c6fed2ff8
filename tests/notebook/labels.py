"""The still pictures of figures in a browser, in both themes: what is wrong with their labels and marks."""

from __future__ import annotations

import base64
from pathlib import Path

from brief import paths
from brief.notebook import figures
from tests.browser import patient

THEMES = {"light": ("#ffffff", "#1b1f24"), "dark": ("#14181d", "#e4e6e9")}  # ground, ink: brief.css
PHONE = 325  # px that a page of 360 px leaves a picture
SMALLEST = 11  # px of a label, as a phone shows it
SCRIPT = Path(__file__).with_name("picture.js")


def faces() -> str:
    """The book's font, as the page has it."""
    found = []
    for weight in (400, 600):
        file = paths.FONTS / f"plex-sans-kr-{weight}.ttf"
        content = base64.b64encode(file.read_bytes()).decode()
        found.append(
            f'@font-face {{ font-family: "{figures.FONT}"; font-weight: {weight}; '
            f"src: url(data:font/ttf;base64,{content}); }}"
        )
    return "\n".join(found)


def faults(chrome, pictures: dict[str, str], theme: str) -> list[str]:
    """What is wrong with some pictures, {name: SVG}; a name with "narrow" in it is a phone's."""
    ground, ink = THEMES[theme]
    shown = "".join(
        f'<div data-picture="{name}" style="margin: 40px">{svg}</div>'
        for name, svg in pictures.items()
    )
    context = patient(chrome.new_context(viewport={"width": 900, "height": 900}))
    try:
        page = context.new_page()
        page.set_content(
            f"<!doctype html><style>{faces()} body {{ background: {ground}; color: {ink}; }} "
            f"svg {{ display: block; overflow: visible; }}</style>{shown}"
        )
        page.evaluate("() => document.fonts.ready.then(() => undefined)")
        rules = {"ground": rgb(ground), "phone": PHONE, "smallest": SMALLEST}
        return page.evaluate(SCRIPT.read_text(encoding="utf-8"), rules)
    finally:
        context.close()


def rgb(color: str) -> str:
    return f"rgb({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))})"

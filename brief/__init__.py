"""North Korean Defectors between Engagement and Rights: the code that the chapters share.

A chapter imports two names, `open_chapter` and `charts`; both load when they are first used, so
that commands which need neither pandas nor Altair stay quick.
"""

from __future__ import annotations


def __getattr__(name: str):
    """Load `open_chapter` and `charts` on first use."""
    if name == "open_chapter":
        from brief.notebook.chapter import open_chapter

        return open_chapter
    if name == "charts":
        import importlib

        return importlib.import_module("brief.notebook.charts")
    raise AttributeError(f"module 'brief' has no attribute {name!r}")

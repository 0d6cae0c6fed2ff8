"""Every page of the site: edition line and banner, downloads, inline charts; nothing from strangers."""
from __future__ import annotations

import html
import json

from docutils import nodes

from brief import paths
from brief.extensions.bound import brief_chart, opened

STRANGERS = ("thebe", "unpkg", "mathjax", "require.js")


def visit_chart(self, node):
    """Both still pictures (CSS shows the one that fits) behind one label, and the spec that makes them live."""
    spec = json.dumps(node["spec"], ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    stills = "".join(f'<div class="brief-{size}" aria-hidden="true">{node[size]}</div>' for size in ("wide", "narrow"))
    self.body.append(f'<div class="brief-chart" id="{html.escape(node["key"])}-chart" role="img" tabindex="0" aria-label="{html.escape(node["alt"], quote=True)}">'
                     f'{stills}<script type="application/json" class="brief-spec">{spec}</script></div>')
    raise nodes.SkipNode


def skip(self, node):
    raise nodes.SkipNode


def drop_strangers(app, pagename, templatename, context, doctree):
    """Remove the theme's leftovers that name other hosts or raise script errors (thebe; MathJax, which no page needs)."""
    def is_ours(entry) -> bool:
        text = f"{getattr(entry, 'filename', entry)} {getattr(entry, 'attributes', {}).get('body', '')}".lower()
        return not any(name in text for name in STRANGERS)
    for key in ("script_files", "css_files"):
        context[key] = [entry for entry in context.get(key, []) if is_ours(entry)]


def drop_thebe_config(app, doctree, docname):
    for node in list(doctree.findall(nodes.raw)):
        if "thebe" in node.astext():
            node.parent.remove(node)


def describe_edition(app, pagename, templatename, context, doctree):
    """What the templates say of the edition: {name, mark, cut_off, fingerprint, pdf, database}."""
    edition = opened(app)
    context["brief"] = {
        "name": edition.name, "mark": edition.mark, "cut_off": edition.cut_off, "fingerprint": edition.fingerprint[:12],
        "is_published": edition.is_published, "pdf": file_name(edition, paths.PDF_NAME), "database": file_name(edition, paths.DATABASE_NAME),
    }


def file_name(edition, name: str) -> str:
    """A download's name; an altered edition's begins with ALTERED and its fingerprint."""
    return name if edition.is_published else f"ALTERED-{edition.fingerprint[:12]}-{name}"


def setup(app):
    app.setup_extension("brief.extensions.bound")
    app.add_node(brief_chart, html=(visit_chart, None), latex=(skip, None), text=(skip, None))
    app.connect("html-page-context", describe_edition)
    app.connect("html-page-context", drop_strangers, priority=900)
    app.connect("doctree-resolved", drop_thebe_config, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

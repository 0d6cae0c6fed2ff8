"""What the book is made with and what it ships: an SBOM (CycloneDX) of the environment, and the
licences of what the site holds.

Both are read from what is installed, at build time; nothing is asked of a network.
"""

from __future__ import annotations

import json
import re
import uuid
from email.message import Message
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path

from brief import paths
from brief.notebook import lab

NAME = "sbom.cdx.json"
NOTICES = "LICENSES.txt"
LICENSE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice|ofl)[^/]*$", re.I)
OFL = "SIL Open Font License 1.1"
# What of other people's work lies in the site: (what, where in the site, package, its files of
# terms).
SHIPPED = [
    (
        "IBM Plex Sans KR (subset)",
        "assets/faces.css and assets/fonts, inside the PDF",
        "npm",
        "@expo-google-fonts/ibm-plex-sans-kr",
        OFL,
    ),
    (
        "Source Serif 4 (subset)",
        "assets/faces.css and assets/fonts, inside the PDF",
        "npm",
        "@expo-google-fonts/source-serif-4",
        OFL,
    ),
    (
        "sql.js, with SQLite (public domain) inside",
        "the SQL engine of the page",
        "npm",
        "sql.js",
        "MIT",
    ),
    (
        "Vega, Vega-Lite and Vega-Embed, as packed by vl-convert",
        "assets/vega.js",
        "python",
        "vl-convert-python",
        "BSD-3-Clause",
    ),
]
BUNDLED = (
    "It holds Vega, Vega-Lite and Vega-Embed: copyright University of Washington Interactive "
    "Data Lab, under the same BSD-3-Clause terms."
)


def headers_of(found) -> Message:
    """The head of a package's METADATA. The library that reads it would read each line of the
    README below as well: 0.32 instead of 0.05 s for all.
    """
    return HeaderParser().parsestr(
        (found.read_text("METADATA") or found.read_text("PKG-INFO") or "").split("\n\n", 1)[0]
    )


def license_of(meta: Message) -> list[dict]:
    """A Python package's license as CycloneDX writes it: an expression, else the name that the
    package gives, else its classifiers.
    """
    if meta.get("License-Expression"):
        return [{"expression": meta["License-Expression"]}]
    if meta.get("License") and len(meta["License"]) < 80 and "\n" not in meta["License"]:
        return [{"license": {"name": meta["License"]}}]
    classified = sorted(
        {
            c.rsplit(" :: ", 1)[1]
            for c in meta.get_all("Classifier") or []
            if c.startswith("License :: ")
        }
    )
    return [{"license": {"name": name}} for name in classified] or [
        {"license": {"name": "unknown"}}
    ]


def python_components() -> list[dict]:
    """Every installed Python package by name, but this checkout and what JupyterLab added."""
    found, left_out = {}, {"defectors-brief", *lab.added_packages()}
    for package in metadata.distributions():
        meta = headers_of(package)
        name, version = re.sub(r"[-_.]+", "-", meta["Name"]).lower(), meta["Version"]
        if name not in left_out:
            found[name] = {
                "type": "library",
                "name": name,
                "version": version,
                "bom-ref": f"pkg:pypi/{name}@{version}",
                "purl": f"pkg:pypi/{name}@{version}",
                "licenses": license_of(meta),
            }
    return [found[name] for name in sorted(found)]


def web_components() -> list[dict]:
    """Every web package of the lock, with the hash that its lock demands."""
    import base64

    found = []
    for place, entry in sorted(
        json.loads((paths.WEB / "package-lock.json").read_text(encoding="utf-8"))[
            "packages"
        ].items()
    ):
        if not place:
            continue
        name, ref = (
            place.removeprefix("node_modules/"),
            f"pkg:npm/{place.removeprefix('node_modules/').replace('@', '%40', 1)}"
            f"@{entry['version']}",
        )
        kind, _, digest = entry.get("integrity", "").partition("-")
        hashes = (
            [
                {
                    "alg": kind.upper().replace("SHA", "SHA-"),
                    "content": base64.b64decode(digest).hex(),
                }
            ]
            if digest
            else []
        )
        found.append(
            {
                "type": "library",
                "name": name,
                "version": entry["version"],
                "bom-ref": ref,
                "purl": ref,
                "hashes": hashes,
                "licenses": [{"license": {"name": entry.get("license", "unknown")}}],
                **({"scope": "excluded"} if entry.get("dev") else {}),
            }
        )
    return found


def sbom(opened, timestamp: str) -> dict:
    """The bill of materials of one edition. The same environment and edition give the same text:
    its number is drawn from the content.
    """
    components = [*python_components(), *web_components()]
    body = {
        "metadata": {
            "timestamp": timestamp,
            "component": {
                "type": "application",
                "name": "north-korean-defectors",
                "version": opened.name,
                "bom-ref": "north-korean-defectors",
                "licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "CC-BY-4.0"}}],
            },
        },
        "components": components,
        "dependencies": [
            {"ref": "north-korean-defectors", "dependsOn": [c["bom-ref"] for c in components]}
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **body,
    }


def terms_of(kind: str, package: str) -> list[tuple[str, str]]:
    """The license texts that a package brings: [(file, text)]."""
    if kind == "npm":
        files = sorted(
            p
            for p in (paths.NODE_MODULES / package).glob("*")
            if p.is_file() and LICENSE_FILE.search(p.name)
        )
        return [(p.name, p.read_text(encoding="utf-8", errors="replace").strip()) for p in files]
    found = metadata.distribution(package)
    files = sorted(
        {f.as_posix(): f for f in found.files or [] if LICENSE_FILE.search(f.as_posix())}.items()
    )
    return [
        (
            Path(name).name,
            found.locate_file(file).read_text(encoding="utf-8", errors="replace").strip(),
        )
        for name, file in files
    ]


def font_notice(package: str) -> list[str]:
    """What a font's own name table says of its owner and its terms, where its package brings no
    file of them.
    """
    from fontTools.ttLib import TTFont

    fonts = sorted((paths.NODE_MODULES / package).glob("*.ttf"))
    if not fonts:
        return []
    names = TTFont(fonts[0], lazy=True)["name"]
    said = [names.getDebugName(number) for number in (0, 7, 13)]
    return (
        [
            "\n".join(
                [
                    *(s for s in said if s),
                    "The text of that license stands in this file, with the other font.",
                ]
            )
        ]
        if said[2]
        else []
    )


def notices() -> str:
    """What the site ships of other people's work, each with the terms that come with it, after our
    own.
    """
    parts = [
        "What this site holds, and under which terms.",
        (
            "Text, tables and figures: CC BY 4.0 "
            f"(LICENSE-DATA).\n\n"
            f"{(paths.ROOT / 'LICENSE-DATA').read_text(encoding='utf-8').strip()}"
        ),
        (
            "Code of the brief: "
            f"MIT.\n\n{(paths.ROOT / 'LICENSE').read_text(encoding='utf-8').strip()}"
        ),
    ]
    for what, where, kind, package, terms in SHIPPED:
        texts = [text for _, text in terms_of(kind, package)] or font_notice(package)
        if not texts:
            raise FileNotFoundError(
                f"{package} brings no license text: mend SHIPPED in brief/build/sbom.py"
            )
        parts.append(
            (
                f"{what}: {terms}. In this site: {where}. Package: "
                f"{package}.{' ' + BUNDLED if package == 'vl-convert-python' else ''}\n\n"
            )
            + "\n\n".join(texts)
        )
    return f"\n\n{'-' * 78}\n\n".join(parts) + "\n"


def write(opened, whole: Path) -> None:
    """Write the bill of materials beside the receipt, and the licenses into the site's
    downloads.
    """
    from datetime import datetime, timezone

    from brief.editions.edition import source_date

    stamp = datetime.fromtimestamp(source_date(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    (whole / NAME).write_text(
        json.dumps(sbom(opened, stamp), indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
        newline="\n",
    )
    (whole / "html" / "downloads").mkdir(parents=True, exist_ok=True)
    (whole / "html" / "downloads" / NOTICES).write_text(notices(), encoding="utf-8", newline="\n")

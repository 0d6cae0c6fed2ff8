"""The commands. Each loads only what it needs, so that `check` stays quick.

Exit codes: 0 fine; 1 a check failed; 2 bad usage or bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from brief import cli_editions, ending, paths


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="run.py",
        description="North Korean Defectors between Engagement and Rights: "
        "a reproducible policy brief.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = commands.add_parser(
        "build", help="build HTML and PDF: of the published data, or of the altered tables in DATA"
    )
    build.add_argument(
        "data",
        nargs="?",
        type=Path,
        help="a folder with altered tables; it may hold only the changed ones",
    )
    build.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="override a parameter of data/parameters.csv",
    )
    build.add_argument(
        "--out",
        type=Path,
        help="where the edition goes (default: build/published, or build/altered-…)",
    )
    build.add_argument(
        "--workers",
        type=cli_editions.count,
        help="chapters executed at a time (default: three for each core)",
    )
    build.add_argument(
        "--engine",
        choices=["nbclient", *(["forked"] if sys.platform == "linux" else [])],
        help=(
            "how chapters run: nbclient, in a Jupyter kernel each, as papermill does by "
            "itself; forked (the default on Linux), in children of one process"
        ),
    )
    build.add_argument(
        "--force",
        action="store_true",
        help="build even where nothing has changed, and take nothing that earlier builds have kept",
    )
    test = commands.add_parser(
        "test", help="run the whole test suite; further arguments go to pytest"
    )
    test.set_defaults(arguments=[])
    trace = commands.add_parser(
        "trace", help="walk a claim or a number back to its rows and sources"
    )
    trace.add_argument("key", help="the id of a claim, or the key of a number")
    trace.add_argument("data", nargs="?", type=Path, help="a folder with altered tables")
    sources = commands.add_parser(
        "sources",
        help=(
            "ask every source's address once whether it still answers (the one command that "
            "uses the network)"
        ),
        description=(
            "Exit code 0: all answer; 1: some do not, each is named. Takes some minutes: one "
            "request a host at a time."
        ),
    )
    sources.add_argument(
        "--record", action="store_true", help="write the answers to upkeep/sources.json"
    )
    sources.add_argument("--only", default="", metavar="ID", help="only sources whose id begins so")
    commands.add_parser(
        "due",
        help="which official series have had news since their tables were last looked at",
        description="Exit code 0: none; 1: some have, each is named. Asks nobody.",
    )
    commands.add_parser(
        "refresh", help="rewrite the generated files: manifest hashes, data/datapackage.json"
    )
    bench = commands.add_parser(
        "bench",
        help=(
            "time builds against papermill and jupyter-book by hand, turn and turn about; "
            "further arguments go to benchmarks/bench.py"
        ),
    )
    bench.set_defaults(arguments=[])
    cli_editions.add_parsers(commands)
    lock = commands.add_parser(
        "lock", help="resolve requirements.in and requirements-lab.in for all systems"
    )
    lock.add_argument(
        "--upgrade",
        action="store_true",
        help="take the newest versions that they allow (default: keep what is locked)",
    )
    return top


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The command line. What `test` and `bench` do not know goes on to what they run; any other
    command refuses it (exit code 2).
    """
    argv = sys.argv[1:] if argv is None else argv
    top = parser()
    arguments, rest = top.parse_known_args(argv)
    if rest and arguments.command not in ("test", "bench"):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    if hasattr(arguments, "arguments"):
        arguments.arguments = rest
    return arguments


def run_build(arguments) -> int:
    """Build, unless the whole edition stands there, made from exactly these inputs."""
    settings = {}
    if arguments.set:
        from brief.editions.edition import settings_of

        settings = settings_of(arguments.set)
    target = arguments.out or (
        paths.PUBLISHED
        if arguments.data is None and not settings
        else paths.BUILD / f"altered-{arguments.data.resolve().name}"
        if arguments.data
        else None
    )
    if target and not arguments.force:
        from brief.editions import freshness

        if freshness.stands(target, freshness.made_from(arguments.data, settings)):
            (pdf,) = target.glob("*.pdf")
            print(
                (
                    "Nothing has changed since this edition was built.\nHTML: "
                    f"{paths.shown(target / 'html' / 'index.html')}\nPDF:  {paths.shown(pdf)}"
                )
            )
            return told_disagreements(target)
    from brief.build.book import How, build

    target = build(
        arguments.data,
        settings,
        arguments.out,
        How(arguments.workers, arguments.engine, arguments.force),
    )
    return told_disagreements(target)


def told_disagreements(target: Path) -> int:
    """Say where SQL and pandas gave two values for one number of a built edition: exit code 1 if
    they did, else 0.
    """
    from brief.notebook.agreement import read_disagreements

    found = read_disagreements(target)
    for one in found:
        print(f"  {one['sentence']}", file=sys.stderr)
    return 1 if found else 0


WHOLE_SUITE = ("--dist", "loadfile", "--no-loadscope-reorder", "--durations", "15")


def run_test(arguments) -> int:
    """The suite, one process more than there are cores (browsers make them wait); with tests named,
    pytest on these alone.
    """
    import subprocess

    given = arguments.arguments
    names_tests = any(os.path.exists(argument.split("::")[0]) for argument in given)
    processes = str((os.cpu_count() or 1) + 1)
    options = () if names_tests else ("-n", processes, *WHOLE_SUITE)
    return subprocess.call([sys.executable, "-m", "pytest", *options, *given], cwd=paths.ROOT)


def run_bench(arguments) -> int:
    import subprocess

    return subprocess.call(
        [sys.executable, str(paths.ROOT / "benchmarks" / "bench.py"), *arguments.arguments],
        cwd=paths.ROOT,
    )


def run_trace(arguments) -> int:
    from brief.analysis import provenance
    from brief.editions import edition

    print(provenance.as_text(provenance.trace(edition.open_edition(arguments.data), arguments.key)))
    return 0


def run_sources(arguments) -> int:
    from brief.upkeep import sources

    said, wrong = sources.run(
        arguments.record, arguments.only, say=lambda text: print(text, file=sys.stderr, flush=True)
    )
    print(said)
    return 1 if wrong else 0


def run_due(arguments) -> int:
    from brief.upkeep import due

    said, count = due.run()
    print(said)
    return 1 if count else 0


def run_refresh(arguments) -> int:
    from brief.upkeep.refresh import refresh

    changed = refresh()
    print("\n".join(f"rewritten: {name}" for name in changed) or "All generated files are fresh.")
    return 0


LOCKS = {"requirements.in": (), "requirements-lab.in": ("requirements.txt",)}  # and what binds each


def run_lock(arguments) -> int:
    """Write requirements.txt, and requirements-lab.txt with the same versions of what both hold;
    the index that pip is set to use answers, its address stays out of the files.
    """
    for name, bound_by in LOCKS.items():
        code = resolve(paths.ROOT / name, bound_by, arguments.upgrade)
        if code:
            return code
    return 0


def resolve(asked: Path, bound_by: tuple[str, ...], upgrade: bool) -> int:
    """Write the lock beside a list of packages; returns the resolver's exit code. `bound_by`: locks
    whose versions hold here too. Unless `upgrade`, so do those that are locked.
    """
    import subprocess

    from brief.editions import ledgers

    lock = asked.with_suffix(".txt")
    with ending.temporary_folder() as folder:
        fresh = folder / lock.name
        if not upgrade and lock.is_file():
            fresh.write_bytes(lock.read_bytes())
        code = subprocess.call(
            [
                sys.executable,
                "-m",
                "uv",
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
                "--generate-hashes",
                "--no-header",
                "--no-annotate",
                str(asked),
                *[f"--constraints={paths.ROOT / name}" for name in bound_by],
                "-o",
                str(fresh),
            ]
        )
        if code == 0:
            ledgers.write_whole(lock, fresh.read_text(encoding="utf-8"))
    return code


COMMANDS = {
    "build": run_build,
    "test": run_test,
    "bench": run_bench,
    "refresh": run_refresh,
    "trace": run_trace,
    "sources": run_sources,
    "due": run_due,
    "lock": run_lock,
    **cli_editions.COMMANDS,
}


MAKES = {
    "build": "built",
    "publish": "published",
}  # commands that put an edition in the place of another


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors are told in words, without a traceback."""
    arguments = parse(argv)
    if arguments.command in MAKES:
        ending.say_when_stopped(ending.LAST_STAYS)
    try:
        return COMMANDS[arguments.command](arguments)
    except Exception as error:
        code = told(error, getattr(arguments, "json", False), MAKES.get(arguments.command, ""))
        if code is None:
            raise
        return code


def told(error: Exception, as_json: bool, made: str = "") -> int | None:
    """Tell in words why a command ended; returns its exit code, or None for an error that we have
    no words for.

    `made`: what a command that makes editions would have done to one.
    """
    stays = " The last good edition stays." if made else ""
    from brief.words import BriefError, InputError

    if isinstance(error, InputError):
        return refuse(error, as_json, made)
    if isinstance(error, BrokenPipeError):  # the reader of our output has gone
        sys.stderr.close()
        return 1
    if isinstance(error, OSError):
        print(
            f"{error.filename or 'the system'}: {error.strerror or error}.{stays}",
            file=sys.stderr,
        )
        return 1
    if not isinstance(error, BriefError):
        return None
    print(f"{error}\n{stays.strip()}".rstrip(), file=sys.stderr)
    return 1


def refuse(error, as_json: bool, made: str = "") -> int:
    """Tell every problem, one a line; with --json as JSON."""
    if as_json:
        import dataclasses
        import json

        print(
            json.dumps(
                {"refused": [dataclasses.asdict(p) for p in error.problems]},
                ensure_ascii=False,
                indent=1,
            )
        )
    count = len(error.problems)
    refused = f"Refused, nothing was {made}" if made else "Refused"
    print(f"{refused} ({count} problem{'s' if count > 1 else ''}):", file=sys.stderr)
    for problem in error.problems:
        print(f"  {problem}", file=sys.stderr)
    return 2

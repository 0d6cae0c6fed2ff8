"""The commands about editions: new, check, compare, serve, lab, verify, publish, sweep. Each
imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from pathlib import Path

MOST_DRAWS = 1_000_000  # of a sweep, random ones or points of a grid


def count(text: str) -> int:
    """A whole number from 1, as an option gives it."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1000")
    return int(text)


def draws(text: str) -> int:
    """How many random draws: a whole number from 0 to MOST_DRAWS."""
    if not text.isascii() or not text.isdigit() or not 0 <= int(text[:9]) <= MOST_DRAWS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {MOST_DRAWS}")
    return int(text)


def add_parsers(commands) -> None:
    """Their options."""
    new = commands.add_parser(
        "new", help="write a folder to alter: the tables, and what may be changed and how"
    )
    new.add_argument("folder", type=Path)
    check = commands.add_parser(
        "check",
        help="what altered tables would change: verdicts and numbers, in a moment, without a build",
        description=(
            "Exit code 0: it can be built, whatever flips; 1: with --strict, a verdict flips; "
            "2: refused."
        ),
    )
    check.add_argument(
        "data",
        nargs="?",
        type=Path,
        help="a folder with altered tables, or one .csv, .xlsx, .json or .sqlite file",
    )
    check.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="override a parameter of data/parameters.csv",
    )
    check.add_argument("--json", action="store_true", help="print everything as JSON")
    check.add_argument("--strict", action="store_true", help="exit code 1 when a verdict flips")
    take = commands.add_parser(
        "take",
        help="take official files as published: what they change, and the tables that hold them",
        description=(
            "A file is recognized by its header; recipes/ has those that are known. Without --into "
            "nothing is written. Exit code 0: taken; 2: refused, nothing was written."
        ),
    )
    take.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a file as downloaded (CSV, TSV, .xlsx, .zip), or a folder of such files",
    )
    take.add_argument(
        "--into", type=Path, metavar="FOLDER", help="write the tables that change into this folder"
    )
    take.add_argument(
        "--dry-run", action="store_true", help="say what would be written, and write nothing"
    )
    take.add_argument("--json", action="store_true", help="print everything as JSON")
    compare = commands.add_parser(
        "compare", help="what differs between two editions: data folders, built editions or ledgers"
    )
    compare.add_argument("was", type=Path)
    compare.add_argument("now", type=Path)
    compare.add_argument("--json", action="store_true", help="print everything as JSON")
    serve = commands.add_parser(
        "serve", help="show a built edition in the browser, on this machine alone"
    )
    serve.add_argument(
        "edition",
        nargs="?",
        type=Path,
        help="the folder of a built edition (default: the published one); with --watch, of tables",
    )
    serve.add_argument(
        "--watch",
        action="store_true",
        help="build the tables in that folder (without one, those of data/) on every save",
    )
    serve.add_argument("--port", type=int, default=8000, help="default 8000, or the next free one")
    lab = commands.add_parser(
        "lab",
        help="open the notebooks in JupyterLab, over the published data or the tables in DATA",
        description=(
            "The first time it fetches JupyterLab by requirements-lab.txt, into the book's "
            "environment. JupyterLab itself asks nobody anything, and answers this machine alone."
        ),
    )
    lab.add_argument(
        "data",
        nargs="?",
        type=Path,
        help="a folder with altered tables, or one .csv, .xlsx, .json or .sqlite file",
    )
    lab.add_argument("--port", type=int, default=8888, help="default 8888, or the next free one")
    lab.add_argument(
        "--no-browser", action="store_true", help="print the address, and open no browser"
    )
    verify = commands.add_parser(
        "verify",
        help="rebuild what a receipt describes and say what agrees and what differs",
        description="Exit code 0: all agrees; 1: something differs; 2: no receipt.",
    )
    verify.add_argument(
        "receipt", type=Path, help="receipt.json of a built edition, or the edition's folder"
    )
    verify.add_argument(
        "other", nargs="?", type=Path, help="another receipt to compare with, instead of rebuilding"
    )
    publish = commands.add_parser(
        "publish", help="freeze the present content as a published edition"
    )
    publish.add_argument("--edition", help="its number (default: that of the newest ledger)")
    publish.add_argument(
        "--date", help="its date, YYYY-MM-DD (default: that of the newest ledger, else today)"
    )
    publish.add_argument(
        "--release", action="store_true", help="from now on this edition is not overwritten"
    )
    publish.add_argument(
        "--sweep",
        action="store_true",
        help=(
            "also write editions/NUMBER.sweep.json, from which the ledger of claims takes its order"
        ),
    )
    publish.add_argument(
        "--revise",
        metavar="REASON",
        help="overwrite a released edition, and say why on its page of revisions",
    )
    sweep = commands.add_parser(
        "sweep",
        help=(
            "many altered editions at once: which claims are firm, which fragile, and what "
            "breaks them first"
        ),
    )
    sweep.add_argument(
        "data",
        nargs="?",
        type=Path,
        help="a folder with altered tables (default: the published data)",
    )
    sweep.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="override a parameter of data/parameters.csv",
    )
    sweep.add_argument(
        "--out",
        type=Path,
        help="where results go, and where a stopped sweep goes on (default: build/sweep)",
    )
    sweep.add_argument(
        "--draws",
        type=draws,
        default=1000,
        help="random draws within the rows' ranges (default 1000)",
    )
    sweep.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same draws (default 1)"
    )
    sweep.add_argument(
        "--only",
        action="append",
        choices=["parameter", "source", "row", "range"],
        help="only this kind of draw; may be given again",
    )
    sweep.add_argument(
        "--grid",
        action="append",
        default=[],
        metavar="NAME=A,B,…",
        help="a grid over parameters instead of each on its own",
    )
    sweep.add_argument(
        "--books", action="store_true", help="build the whole book at each point of the grid"
    )
    sweep.add_argument("--workers", type=count, help="processes (default: one a core)")
    sweep.add_argument(
        "--scheduler", metavar="ADDRESS", help="run on a Dask cluster, as tcp://host:8786"
    )


def run_new(arguments) -> int:
    from brief.editions.handout import new

    new(arguments.folder)
    print(
        f"{arguments.folder}: the published tables and a README.md that says what may be changed.\n"
        f"Then: python3 run.py check {arguments.folder}"
    )
    return 0


def run_check(arguments) -> int:
    from brief.editions import changes, edition
    from brief.editions.edition import settings_of
    from brief.words import printable

    opened = edition.open_edition(arguments.data, settings_of(arguments.set))
    found = changes.against_published(opened)
    ahead = changes.not_over(opened)
    if arguments.json:
        print(
            json.dumps(
                {
                    "edition": opened.name,
                    "fingerprint": opened.fingerprint,
                    "is_published": opened.is_published,
                    "readings": opened.readings,
                    "not_over": ahead,
                    **found,
                },
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        print(
            "\n".join(
                [
                    f"{opened.name}{' — ' + opened.mark if opened.mark else ''}",
                    *(f"  read: {printable(line, 1000)}" for line in opened.readings),
                    *(f"  look at this: {line}" for line in ahead),
                ]
            )
        )
        print("\n" + changes.as_text(found))
    return 1 if arguments.strict and found["flips"] else 0


def run_take(arguments) -> int:
    import dataclasses

    from brief.editions import take

    report = take.take(arguments.files, arguments.into, arguments.dry_run)
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report), ensure_ascii=False, indent=1, default=str))
    else:
        print(take.as_text(report))
    return 0


def run_compare(arguments) -> int:
    from brief.editions import changes

    found = changes.between(changes.side_of(arguments.was), changes.side_of(arguments.now))
    print(
        json.dumps(found, ensure_ascii=False, indent=1)
        if arguments.json
        else changes.as_text(found)
    )
    return 0


def run_serve(arguments) -> int:
    if arguments.watch:
        from brief.build.watching import serve_and_watch

        return serve_and_watch(arguments.edition, arguments.port)
    from brief.site.preview import serve

    return serve(arguments.edition, arguments.port)


def run_lab(arguments) -> int:
    from brief.notebook import lab

    return lab.run(arguments.data, arguments.port, not arguments.no_browser)


def run_verify(arguments) -> int:
    from brief.build import verify

    lines, agrees = verify.verify(arguments.receipt, arguments.other)
    print("\n".join(lines))
    return 0 if agrees else 1


def run_publish(arguments) -> int:
    from brief.build.two_roads import refuse_disagreements
    from brief.editions.publish import publish

    path, said = publish(
        arguments.edition,
        arguments.date,
        arguments.release,
        arguments.revise,
        check=refuse_disagreements,
    )
    print(path)
    if arguments.sweep:
        from brief import paths
        from brief.editions import edition, ledgers
        from brief.sweep import firm
        from brief.sweep.sweep import sweep

        settings = {"kinds": list(firm.KINDS), "ranges": 1000, "seed": 1, "grid": None}
        opened = edition.open_edition()
        asker, answers = sweep(opened, paths.BUILD / "sweep", settings)
        found = firm.summarize(asker, answers, opened.claims)
        ledgers.write_whole(
            path.with_suffix(".sweep.json"),
            json.dumps(
                firm.small(opened, settings, found, len(asker.plan)), indent=1, ensure_ascii=False
            )
            + "\n",
        )
    for line in said:
        print(line, file=sys.stderr)
    return 0


def run_sweep(arguments) -> int:
    from brief import paths
    from brief.editions import edition
    from brief.editions.edition import settings_of
    from brief.sweep import firm
    from brief.sweep.sweep import sweep

    if arguments.out is not None:
        refuse_sweep_place(arguments.out, arguments.data)
    grid = grid_of(arguments.grid)
    opened = edition.open_edition(arguments.data, settings_of(arguments.set))
    if arguments.books:
        return sweep_books(arguments, grid)
    settings = {
        "kinds": arguments.only or (["parameter"] if grid else list(firm.KINDS)),
        "ranges": arguments.draws,
        "seed": arguments.seed,
        "grid": grid or None,
    }
    out = arguments.out or paths.BUILD / "sweep"
    asker, answers = sweep(opened, out, settings, arguments.workers, arguments.scheduler)
    found = firm.summarize(asker, answers, opened.claims)
    print(firm.as_text(found))
    for path in firm.write(opened, settings, found, out, len(asker.plan)):
        print(path)
    return 0


def refuse_sweep_place(out: Path, data: Path | None) -> None:
    """Raises InputError where results would lie among the published edition's files, the checkout's
    or the analyst's own.
    """
    from brief.editions import places
    from brief.words import InputError, Problem

    given = data.resolve() if data else None
    refused = places.refused(Path(os.path.realpath(out)), given, False)
    if refused:
        raise InputError([Problem("--out", refused, places.ALLOWED)])


def grid_of(pairs: list[str]) -> dict[str, list[float]]:
    """`NAME=A,B,…` as {name: [values]}, each checked like a --set. Raises InputError."""
    from brief.editions import edition
    from brief.editions.edition import settings_of
    from brief.words import InputError, Problem

    tables, _, _ = edition.published_tables()
    grid = {}
    for name, text in settings_of(pairs).items():
        for value in text.split(","):
            edition.with_settings(tables["parameters"], {name: value})
            grid.setdefault(name, []).append(float(value))
    points = math.prod(map(len, grid.values()))
    if points > MOST_DRAWS:
        raise InputError([Problem("--grid", f"{points} points", f"at most {MOST_DRAWS}")])
    return grid


def sweep_books(arguments, grid: dict[str, list[float]]) -> int:
    """One whole book a point of the grid, each in its own folder."""
    import itertools

    from brief import paths
    from brief.build import book
    from brief.editions.edition import settings_of
    from brief.words import InputError, Problem

    if not grid:
        raise InputError([Problem("--books", "no grid", "--grid NAME=A,B,… at least once")])
    for values in itertools.product(*grid.values()):
        point = {name: f"{value:g}" for name, value in zip(grid, values)}
        folder = "-".join(f"{name}-{value}" for name, value in point.items())
        book.build(
            arguments.data,
            settings_of(arguments.set) | point,
            (arguments.out or paths.BUILD / "sweep-books") / folder,
        )
    return 0


COMMANDS = {
    "new": run_new,
    "check": run_check,
    "take": run_take,
    "compare": run_compare,
    "serve": run_serve,
    "lab": run_lab,
    "verify": run_verify,
    "publish": run_publish,
    "sweep": run_sweep,
}

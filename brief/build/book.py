"""Build a book: check the data, execute the chapters, compile HTML and PDF, swap the whole result
in.

A build works in a stage of its own and is swapped into place when all of it is there; until then
the last good edition stays (brief/build/staging.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from brief import kept, paths
from brief.build import compiling, execute, staging, unchanged
from brief.editions import as_built, edition, freshness, places, receipts
from brief.editions.edition import source_date
from brief.notebook import agreement, assets
from brief.site import live, sheets
from brief.spans import span
from brief.tables import database
from brief.tables.database import InputError, Problem
from brief.words import BriefError, printable

STAGED = ("_config.yml", "_toc.yml", "index.md", "web")
EXECUTES = "execute_notebooks: auto"


class BuildFailed(BriefError):
    """A step of the build that did not end well. The message says which, and what helps."""


class Steps:
    """Names each step on stderr as it begins and keeps its time."""

    def __init__(self):
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def step(self, title: str):
        print(f"{title} …", file=sys.stderr, flush=True)
        start = time.monotonic()
        with span(title):
            yield
        self.seconds[title] = time.monotonic() - start

    def summary(self) -> str:
        return "\n".join(f"  {seconds:6.1f} s  {title}" for title, seconds in self.seconds.items())


@dataclass(frozen=True)
class How:
    """How to build. None of it changes a byte of the edition."""

    workers: int | None = None  # chapters executed at a time
    engine: str | None = None  # what executes them, see execute.py
    # with nothing that earlier builds have kept: drawn pictures, executed chapters, margins
    afresh: bool = False


def build(
    folder: Path | None = None,
    settings: dict[str, str] | None = None,
    out: Path | None = None,
    how: How = How(),
) -> Path:
    """Build the edition of data/, or of `folder` and `settings` over it; returns the folder that
    holds html/ and the PDF.

    Raises InputError (bad input, nothing begun), execute.ExecutionFailed or BuildFailed (the last
    good edition stays).
    """
    steps = Steps()
    inputs = freshness.made_from(folder, settings)
    with (
        compiling.Compiler() as compiler,  # it imports beside all that comes before the pages
        kept.nothing_kept() if how.afresh else contextlib.nullcontext(),
    ):
        with steps.step("Checking the data"):
            opened = opened_for(folder, settings, out)
            _ = opened.claims  # every wording must find its numbers before anything runs
            target = destination(opened, folder, out)
            refuse_unreadable_name(target)
        for line in opened.readings:
            print(f"  read: {printable(line, 1000)}", file=sys.stderr)
        with steps.step("Preparing fonts and scripts"):
            assets.prepare()
        target.parent.mkdir(parents=True, exist_ok=True)
        with staging.stage_for(target) as stage, compiler:
            make(opened, stage, inputs, how, steps, compiler)
            if freshness.made_from(folder, settings) != inputs:
                raise BuildFailed(
                    (
                        "a table, chapter or module changed while the book was being built: "
                        "build it again"
                    )
                )
            refuse_to_take_away(target)  # somebody may have laid a file there meanwhile
            staging.swap(stage / "whole", target)
    freshness.vouch(target)
    report(opened, target, steps)
    return target


def make(
    opened: edition.Edition,
    stage: Path,
    inputs: str,
    how: How,
    steps: Steps,
    compiler: compiling.Compiler,
) -> None:
    """Everything of one edition, in the folder `whole` of its stage."""
    book = stage / "book"
    edition.hold_open(book / "data", opened)  # before the processes divide
    with steps.step("Staging"):
        stage_inputs(opened, book)
        compiler.take(
            compiling.Job(
                book,
                source_date(),
                partial(take_over, opened, book, paths.KEPT, paths.PICTURES),
                needed=partial(live.write, opened, book / "extra" / "assets"),
                ahead=partial(sheets.draw_ahead, book / "chapters"),
            )
        )
    with steps.step("Executing the chapters"):
        execute.execute_all(
            book / "data",
            book / "chapters",
            how.workers,
            engine_name=how.engine,
            kept=unchanged.KeptChapters(opened),
        )
        note_disagreements(book, stage / "whole")
    with steps.step("Compiling HTML and PDF"):
        compiler.compile(
            meanwhile=lambda: gather(opened, book, stage / "whole"),
            when_html=lambda: take_html(opened, book, stage / "whole"),
        )
    with steps.step("Finishing"):
        finish(opened, stage / "book", stage / "whole", inputs)


def note_disagreements(book: Path, whole: Path) -> None:
    """Write down where SQL and pandas gave two values for one number, if anywhere: for the pages,
    which mark it, and into the edition.
    """
    found = [
        one
        for notebook in sorted((book / "chapters").glob("*.ipynb"))
        for one in agreement.in_file(notebook)
    ]
    if found:
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        whole.mkdir(exist_ok=True)
        for folder in (book, whole):
            (folder / agreement.FILE).write_text(text, encoding="utf-8")


def take_over(opened: edition.Edition, book: Path, kept_in: Path, pictures_in: Path) -> None:
    """In the process that compiles, which began before there was an edition: the edition and the
    folders of kept things that this build uses.
    """
    paths.KEPT, paths.PICTURES = kept_in, pictures_in
    edition.hold_open(book / "data", opened)


def opened_for(
    folder: Path | None, settings: dict[str, str] | None, out: Path | None
) -> edition.Edition:
    """The edition to be built. Raises InputError with what is wrong with its data, and with its
    place as well where that is given.
    """
    try:
        return edition.open_edition(folder, settings)
    except InputError as error:
        problems = list(error.problems)
        if out is not None:
            given = Path(folder).resolve() if folder else None
            try:
                refuse_place(Path(os.path.realpath(out)), given, is_published=False)
            except InputError as also:
                problems += also.problems
        raise InputError(problems) from None


def destination(opened: edition.Edition, folder: Path | None, out: Path | None) -> Path:
    """Where the edition goes: resolved, and never where it would take the place of anything but an
    edition as it was built.

    Raises InputError for a folder of ours, of the user's, or with somebody's files in it.
    """
    given = Path(folder).resolve() if folder else None
    if out is None:
        name = f"altered-{given.name if given else opened.fingerprint[:12]}"
        out = paths.PUBLISHED if opened.is_published else paths.BUILD / name
    out = Path(os.path.realpath(out))
    differs = f"It differs in: {', '.join(opened.differs_in[:6])}."
    refuse_place(out, given, opened.is_published, "" if opened.is_published else differs)
    return out


def refuse_place(out: Path, given: Path | None, is_published: bool, help: str = "") -> None:
    """Raises InputError where an edition may not go to `out`, which is resolved as the folder
    `given` is.
    """
    refused = places.refused(out, given, is_published)
    if refused:
        raise InputError([Problem("--out", refused, places.ALLOWED, help=help)])
    refuse_to_take_away(out)


def refuse_to_take_away(out: Path, most: int = 5) -> None:
    """Raises InputError where something stands that no build put there, or that somebody has
    changed since, naming up to `most`.
    """
    if os.path.lexists(out) and not out.is_dir():
        raise InputError([Problem("--out", f"{out.name}, which is no folder", places.ALLOWED)])
    lost = as_built.lost_with(out) if out.is_dir() else {}
    if lost:
        names = [f"{name} ({words})" for name, words in lost.items()]
        more = f" and {len(lost) - most} more" if len(lost) > most else ""
        raise InputError(
            [
                Problem(
                    "--out",
                    f"the folder {out.name} with {', '.join(names[:most])}{more}",
                    "a new or empty folder, or an edition as it was built",
                    help=(
                        "A build takes the whole folder's place, and these files would be "
                        "lost: move them, or the folder, elsewhere."
                    ),
                )
            ]
        )


def stage_inputs(opened: edition.Edition, stage: Path) -> None:
    """Lay out what jupyter-book reads: its settings, the edition's tables, the page's own files."""
    stage.mkdir(parents=True)
    for name in STAGED:
        source = paths.ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, stage / name, ignore=shutil.ignore_patterns("node_modules", "package*.json")
            )
        elif source.exists():
            shutil.copy2(source, stage / name)
    settings = (stage / "_config.yml").read_text(encoding="utf-8")
    if EXECUTES not in settings:
        raise BuildFailed(
            (
                f"_config.yml must say {EXECUTES!r}: a staged book holds executed chapters and "
                "turns it off"
            )
        )
    (stage / "_config.yml").write_text(
        settings.replace(EXECUTES, "execute_notebooks: 'off'"), encoding="utf-8"
    )
    shutil.copytree(paths.ASSETS / "web", stage / "extra" / "assets")
    edition.write_tables(opened, stage / "data")


def refuse_unreadable_name(target: Path) -> None:
    """Raises InputError for a path that is not UTF-8: SQLite opens no database there, which would
    be told after all chapters.
    """
    try:
        str(target).encode("utf-8")
    except UnicodeEncodeError:
        found = os.fsencode(target).decode("utf-8", "backslashreplace")
        raise InputError(
            [
                Problem(
                    "--out",
                    f"{found}, a name that is not UTF-8",
                    "a folder whose name, and those of the folders above it, can be read as UTF-8",
                )
            ]
        ) from None


def gather(opened: edition.Edition, stage: Path, whole: Path) -> None:
    """The outputs that need no page: the database, the tables, the chapters as they were run, the
    licenses.

    Raises BuildFailed when the staged tables, read again, are not those that the book was made
    from.
    """
    from brief.build import licenses
    from brief.editions.imprint import file_name

    downloads = whole / "html" / "downloads"
    downloads.mkdir(parents=True)
    write_database(opened, downloads / file_name(opened, paths.DATABASE_NAME))
    edition.write_tables(opened, downloads / "data", marked=True)
    for notebook in sorted((stage / "chapters").glob("*.ipynb")):
        for folder in (downloads / "chapters", whole / "executed"):
            folder.mkdir(exist_ok=True)
        shutil.copy2(paths.CHAPTERS / notebook.name, downloads / "chapters" / notebook.name)
        shutil.copy2(notebook, whole / "executed" / notebook.name)
    licenses.write_notices(downloads)
    with span("staged tables, read again"):
        if wrong := [
            name for name in opened.tables if not is_staged_as_read(opened, name, stage / "data")
        ]:
            raise BuildFailed(
                (
                    "the staged tables are not those that were read: write_tables and the "
                    f"reader disagree about {', '.join(wrong)}"
                )
            )


def is_staged_as_read(opened: edition.Edition, name: str, folder: Path) -> bool:
    """Whether a staged table, read again, holds what the edition does. One that is a file of data/
    to the byte has been read already.
    """
    key, raw = f"data/{name}.csv", (folder / f"{name}.csv").read_bytes()
    if key in opened.known_hashes and raw == (paths.DATA / f"{name}.csv").read_bytes():
        return True
    try:
        return (
            edition.table_hash(
                database.parse_table(
                    name, raw, database.table_columns(opened.connection)[name], key
                )
            )
            == opened.hashes[key]
        )
    except InputError:
        return False


def take_html(opened: edition.Edition, stage: Path, whole: Path) -> None:
    """The pages, beside the downloads that are there; and all of it as one file."""
    from brief.editions.imprint import file_name
    from brief.site import extras

    for name in (".buildinfo", "objects.inv"):
        (stage / "_build" / "html" / name).unlink(missing_ok=True)
    move_into(stage / "_build" / "html", whole / "html")
    with span("zip of the site"):
        extras.zip_site(whole / "html", file_name(opened, paths.SITE_ZIP))


def finish(opened: edition.Edition, stage: Path, whole: Path, inputs: str) -> None:
    """The PDF and its short edition on both papers, and then the edition's description."""
    from brief.editions.imprint import file_name
    from brief.site import extras

    downloads, printed = whole / "html" / "downloads", stage / "_build" / "briefpdf"
    pdfs = [*paths.PDFS]
    pdfs += [paths.PDF_KOREAN] if (printed / paths.PDF_KOREAN).exists() else []
    for name in pdfs:
        shutil.copy2(printed / name, downloads / file_name(opened, name))
    for name in (paths.PDF_NAME, paths.PDF_SHORT):
        shutil.copy2(printed / name, whole / file_name(opened, name))
    extras.zip_also(
        whole / "html",
        file_name(opened, paths.SITE_ZIP),
        [downloads / file_name(opened, name) for name in pdfs],
    )
    description = edition.ledger(
        opened, opened.name, (opened.published_ledger or {}).get("date", "")
    ) | {"inputs": inputs}
    (whole / "edition.json").write_text(
        json.dumps(description, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    with span("receipt"):
        receipts.write(opened, whole)


def move_into(folder: Path, target: Path) -> None:
    """Move what a folder holds into another that may hold something already; both lie in one
    stage.
    """
    for path in folder.iterdir():
        if (target / path.name).is_dir():
            move_into(path, target / path.name)
        else:
            path.rename(target / path.name)


def write_database(opened: edition.Edition, path: Path) -> None:
    """The edition as one SQLite file, tables and views; an altered one says so in its own table
    `edition`.

    Filled anew, table by table: in a database in which tables were replaced the rows of
    `row_sources` have another order, and the same edition would have other bytes.
    """
    import apsw

    connection = database.load(opened.tables)
    image = apsw.Connection(str(path))
    with image.backup("main", connection, "main") as backup:
        backup.step()
    image.execute("create table edition (name text, mark text, cut_off text, fingerprint text)")
    image.execute(
        "insert into edition values (?, ?, ?, ?)",
        (opened.name, opened.mark, opened.cut_off, opened.fingerprint),
    )
    image.execute("vacuum")
    image.close()


def report(opened: edition.Edition, target: Path, steps: Steps) -> None:
    from brief.editions.imprint import file_name

    shown = paths.shown
    print(
        f"\n{opened.name}{' — ' + opened.mark if opened.mark else ''}\n{steps.summary()}\n "
        f" {sum(steps.seconds.values()):6.1f} s  in all\n"
        f"HTML: {shown(target / 'html' / 'index.html')}\n"
        f"PDF:  {shown(target / file_name(opened, paths.PDF_NAME))}\n"
        f"      {shown(target / file_name(opened, paths.PDF_SHORT))}, the short edition"
    )

"""The worst files that anyone has thought of: each is read or refused within 10 seconds and 500 MB.

    .venv/bin/python benchmarks/worst_files.py

Each file lies in a folder of its own, `check` runs on it in a process of its own. Exit code 1 when one takes more.
Columns: what it is, bytes, seconds of the processor, seconds by the clock, peak memory, exit code, first words.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS, MOST_MB = 10, 500  # by the clock, on a machine that does nothing else
TABLE = "arrivals_korea_1999_2001"
HEAD = "year,persons,source_id,confidence,note\n"
NAMES = HEAD.strip().split(",")
PROBE = """
import resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run([sys.executable, "-m", "brief", "check", sys.argv[1]], capture_output=True, text=True, errors="replace")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
said = (done.stdout + done.stderr).strip().splitlines()
print(f"{used.ru_utime + used.ru_stime:.1f}", f"{time.monotonic() - start:.1f}", used.ru_maxrss // 1024, done.returncode, max(said[:2], key=len)[:110], sep="\\t")
"""


def text(name: str, content: str, encoding: str = "utf-8"):
    return lambda folder: (folder / name).write_text(content, encoding=encoding)


def csv(content: str, encoding: str = "utf-8"):
    return text(f"{TABLE}.csv", content, encoding)


def database(*statements: str):
    def write(folder: Path) -> None:
        connection = sqlite3.connect(folder / "mine.sqlite", isolation_level=None)
        connection.execute("pragma synchronous = off")
        connection.execute("begin")
        for statement in statements:
            connection.execute(statement)
        connection.execute("commit")
        connection.close()

    return write


def sparse(name: str):
    def write(folder: Path) -> None:
        with (folder / name).open("wb") as file:
            file.truncate(60_000_000_000)

    return write


def many_files(folder: Path) -> None:
    for number in range(40_000):
        (folder / f"{number}.csv").touch()


def many_tables(folder: Path) -> None:
    for path in (ROOT / "data").glob("*.csv"):
        (folder / path.name).write_bytes(
            path.read_bytes()[:200].split(b"\n")[0] + b"\nx" * 1_600_000
        )


FULL = 4_900_000  # a little below the largest file that is read at all
COUNT = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {})"
ROW = "1999,148,ct_2025,one_source,\n"
FILES = {
    "480 nameless columns, 13 MB": csv(
        HEAD.strip() + "," * 480 + "\n" + ("1" + "," * 484 + "\n") * 27_000
    ),
    "480 nameless columns, 4.9 MB": csv(
        HEAD.strip() + "," * 480 + "\n" + ("1" + "," * 484 + "\n") * (FULL // 486)
    ),
    "480 named columns, all full": csv(
        HEAD.strip()
        + "".join(f",c{i}" for i in range(480))
        + "\n"
        + ("12," * 484 + "1\n") * (FULL // 1454)
    ),
    "9.9 million rows": csv(HEAD + "1\n" * 9_900_000),
    "49,000 rows": csv(HEAD + ROW * 49_000),
    "20 million blank lines": csv(HEAD + "\n" * 20_000_000),
    "4.9 million blank lines": csv(HEAD + "\n" * FULL),
    "4.9 million lone CR": csv(HEAD.strip() + "\r" * FULL),
    "half a million quotes": csv(HEAD + '1999,1,ct,one_source,"' + '"' * 500_001),
    "one line": csv("x" * FULL),
    "one line of commas": csv("," * FULL),
    "one line of quoted cells": csv('"",' * (FULL // 3)),
    "numbers of 100,000 digits": csv(HEAD + ("1999," + "9" * 100_000 + "x,ct,one_source,\n") * 45),
    "dates of many digits": csv(HEAD + ("1" * 90_000 + ",1,ct,one_source,\n") * 50),
    "every cell wrong": csv(HEAD + "x,x,x,x,x\n" * (FULL // 10)),
    "every row too long": csv(HEAD + "1,2,3,4,5,6\n" * (FULL // 12)),
    "notes of 4,999 letters": csv(HEAD + ("1999,1,ct,one_source," + "é" * 2_400 + "\n") * 1_000),
    "accents in Windows-1252": csv(
        HEAD + "".join(f"1999,1,ct,one_source,{i}é\n" for i in range(190_000)), "cp1252"
    ),
    "accents alone in Windows-1252": csv(HEAD + "é" * FULL, "cp1252"),
    "signs in Windows-1252": csv(HEAD + "²°" * (FULL // 2), "cp1252"),
    "Korean throughout": csv(HEAD + "가나다라 " * (FULL // 10), "cp949"),
    "UTF-16": csv(HEAD + ROW * (FULL // 60), "utf-16"),
    "UTF-32": csv(HEAD + ROW * (FULL // 120), "utf-32"),
    "combining marks": csv(HEAD + "1999,1,ct,one_source," + "a" + "\u0301\u0323" * 60_000 + "\n"),
    "JSON of 800,000 tables": text(
        "mine.json", "{" + ",".join(f'"t{i}":[]' for i in range(800_000)) + "}"
    ),
    "JSON of 300,000 tables": text(
        "mine.json", "{" + ",".join(f'"t{i}":[]' for i in range(300_000)) + "}"
    ),
    "JSON columns times rows": text(
        f"{TABLE}.json", json.dumps([{f"c{i}": 1 for i in range(490)}] + [{}] * 190_000)
    ),
    "JSON of empty rows": text(f"{TABLE}.json", "[" + "{}," * (FULL // 3) + "{}]"),
    "JSON lines of empty rows": text(f"{TABLE}.json", "{}\n" * (FULL // 3)),
    "JSON of one-key rows": text(
        f"{TABLE}.json", "[" + ",".join(f'{{"{i}":1}}' for i in range(400_000)) + "]"
    ),
    "JSON of brackets": text(f"{TABLE}.json", "[" * FULL),
    "JSON of pairs of brackets": text(f"{TABLE}.json", "[" + "[]," * (FULL // 3) + "[]]"),
    "JSON number of many digits": text(f"{TABLE}.json", '[{"year":' + "9" * FULL + "}]"),
    "JSON float of many digits": text(f"{TABLE}.json", '[{"year":0.' + "9" * FULL + "}]"),
    "database that computes a gigabyte": database(
        f"create table {TABLE} (year, persons, source_id, confidence, note as (hex(zeroblob(400000000))))",
        f"insert into {TABLE} (year) values (1999)",
    ),
    "database that computes many cells": database(
        f"create table {TABLE} (year, persons, source_id, confidence, note as (hex(zeroblob(400000))))",
        f"insert into {TABLE} (year) {COUNT.format(900)} select i from n",
    ),
    "database that never ends": database(
        f"create table {TABLE} (year, persons, source_id, confidence, note as ("
        + "length(replace(hex(zeroblob(499999)), '0', '00')) + " * 200
        + "1))",
        f"insert into {TABLE} (year) {COUNT.format(9000)} select i from n",
    ),
    "database of many rows": database(
        f"create table {TABLE} ({', '.join(NAMES)})",
        f"insert into {TABLE} (year) {COUNT.format(1_500_000)} select 1 from n",
    ),
    "database of 4,500 tables": database(*(f"create table t{i} (a)" for i in range(4_500))),
    "database of 2,000 columns": database(
        f"create table {TABLE} ({', '.join(f'c{i}' for i in range(1_990))})"
    ),
    "sparse CSV of 60 GB": sparse(f"{TABLE}.csv"),
    "sparse JSON of 60 GB": sparse(f"{TABLE}.json"),
    "sparse database of 60 GB": sparse("mine.sqlite"),
    "sparse workbook of 60 GB": sparse(f"{TABLE}.xlsx"),
    "folder of 40,000 files": many_files,
    "pipe named like a table": lambda folder: os.mkfifo(folder / f"{TABLE}.csv"),
    "link to a device": lambda folder: (folder / f"{TABLE}.csv").symlink_to("/dev/zero"),
}


def measured(name: str, write) -> bool:
    """Write one file, check it, print its line; whether it kept within the bounds."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mine"
        folder.mkdir()
        write(folder)
        given = folder / "mine.json" if (folder / "mine.json").exists() else folder
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
        done = subprocess.run(
            [sys.executable, "-c", PROBE, str(given)], capture_output=True, text=True, cwd=ROOT
        )
    seconds, waited, megabytes, code, words = done.stdout.strip().split("\t")
    is_well = float(waited) <= MOST_SECONDS and int(megabytes) <= MOST_MB and code in ("0", "2")
    mark = "" if is_well else "  TOO MUCH"
    print(
        f"{name:36} {size:>14,} {seconds:>6} s {waited:>6} s {megabytes:>5} MB  {code}  {words}{mark}",
        flush=True,
    )
    return is_well


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from tests.worst_workbooks import NAME, WORST

    files = dict(FILES)
    for name, write in WORST.items():
        files[f"workbook, {name}"] = lambda folder, write=write: write(folder / f"{NAME}.xlsx")
    only = sys.argv[1:]
    chosen = {n: w for n, w in files.items() if not only or any(o in n for o in only)}
    results = [measured(name, write) for name, write in chosen.items()]
    print(f"{sum(results)} of {len(results)} within {MOST_SECONDS} s and {MOST_MB} MB")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())

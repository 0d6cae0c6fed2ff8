"""Do the sources still answer? Each address is asked once, politely: HEAD, then GET where HEAD is
refused, one request a host at a time.

Asking changes nothing. With `--record` the answers are written to `upkeep/sources.json`: for each
source the day of the last answer, and what is wrong since when. A source that is gone is no error
of ours: the figure stays as it was read, and the record says that it can no longer be looked up
there.
"""

from __future__ import annotations

import datetime
import json
import urllib.error
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from brief import paths

RECORD = paths.ROOT / "upkeep" / "sources.json"  # no input of a book
SECONDS = 20  # a host that needs longer is asked again next week
HOSTS = 8  # hosts at a time
AGENT = (
    "Mozilla/5.0 (compatible; north-korean-defectors brief; checks that its sources still answer)"
)
NOT_HEAD = (
    400,
    401,
    403,
    404,
    405,
    406,
    429,
    500,
    501,
    503,
)  # what servers say to HEAD although they would answer GET
GUARDED = (401, 403, 406, 418, 429, 451, 999)  # there, but not for a program


def answer(url: str, seconds: float = SECONDS) -> str:
    """What became of one address: 'ok', 'guarded 403', 'gone 404', 'no answer: …'."""
    status = 0
    for method in ("HEAD", "GET"):
        try:
            with urllib.request.urlopen(
                urllib.request.Request(
                    url, method=method, headers={"User-Agent": AGENT, "Accept": "*/*"}
                ),
                timeout=seconds,
            ) as found:
                return "ok" if found.status < 400 else f"gone {found.status}"
        except urllib.error.HTTPError as error:
            status = error.code
            if method == "HEAD" and status in NOT_HEAD:
                continue
            break
        except (
            Exception
        ) as error:  # a broken certificate, an unknown host, a timeout, an address that is none
            if method == "GET":
                return f"no answer: {getattr(error, 'reason', None) or type(error).__name__}"[:120]
    return f"guarded {status}" if status in GUARDED else f"gone {status}"


def check(sources: list[dict], seconds: float = SECONDS, say=lambda text: None) -> dict[str, str]:
    """{source_id: answer} of all sources with an address, or else with that of the copy that was
    read; each address once, a host's addresses one after the other.
    """
    addresses = {row["source_id"]: row["url"] or row.get("read_at") for row in sources}
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(url for url in addresses.values() if url):
        by_host[urlsplit(url).netloc.lower()].append(url)
    found: dict[str, str] = {}

    def ask(urls: list[str]) -> None:
        for url in urls:
            found[url] = answer(url, seconds)
            say(f"{len(found)} of {sum(map(len, by_host.values()))}  {found[url]:<12} {url}")

    with ThreadPoolExecutor(HOSTS) as pool:
        list(pool.map(ask, sorted(by_host.values(), key=len, reverse=True)))
    return {source: found[url] for source, url in addresses.items() if url}


def recorded(before: dict, answers: dict[str, str], today: str) -> dict:
    """The record after these answers: {source_id: {answered: day, now: answer, since: day}};
    `since` only while something is wrong.
    """
    after = {}
    for key in sorted(answers):
        old, now = before.get(key, {}), answers[key]
        if now == "ok" or now.startswith("guarded"):
            after[key] = {"answered": today, "now": now}
        else:
            after[key] = {
                "answered": old.get("answered", "never"),
                "now": now,
                "since": old.get("since", today),
            }
    return after


def report(answers: dict[str, str], record: dict) -> str:
    """In words: how many answer, and which do not, since when."""
    wrong = {k: a for k, a in answers.items() if a != "ok" and not a.startswith("guarded")}
    guarded = sum(a.startswith("guarded") for a in answers.values())
    lines = [
        (
            f"{len(answers) - len(wrong) - guarded} of {len(answers)} addresses answer, "
            f"{guarded} answer no program, {len(wrong)} do not answer."
        )
    ]
    lines += [
        f"  {key}: {wrong[key]}"
        + (
            f" (since {record[key]['since']}, last answered: {record[key]['answered']})"
            if "since" in record.get(key, {})
            else ""
        )
        for key in sorted(wrong)
    ]
    return "\n".join(lines)


def load(path: Path = RECORD) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def run(
    record: bool = False,
    only: str = "",
    seconds: float = SECONDS,
    path: Path = RECORD,
    say=lambda text: None,
) -> tuple[str, int]:
    """Ask all sources (or those whose id begins with `only`); returns the report and how many do
    not answer.
    """
    from brief.editions import edition
    from brief.tables import database

    sources = [
        row
        for row in database.rows(edition.open_edition().connection, "sources")
        if row["source_id"].startswith(only)
    ]
    answers = check(sources, seconds, say)
    kept = load(path)
    after = kept | recorded(kept, answers, datetime.date.today().isoformat())
    if record:
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps(after, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
            encoding="utf-8",
            newline="\n",
        )
    return report(answers, after), sum("since" in after[key] for key in answers)

"""What every sourced table has, written once: the columns source_id, confidence and note, the rule
that two sources are named where they are claimed, and the trigger that notes which row rests on
which source.

`analysis/schema.sql` declares the rest of each table, and the three tables that have none of this.
"""

from __future__ import annotations

import re

UNSOURCED = ("sources", "row_sources", "parameters")
TABLE = re.compile(r"(?ms)^create table (\w+) \(\n(.*?)^\) strict;\n")
COLUMN = re.compile(r"(?m)^  (\w+) (text|integer|real)\b")
RULES = re.compile(r"(?m)^  (?:constraint|primary key) ")
SOURCED = """\
  source_id text not null
    constraint source_id_lists_ids check (source_id not glob '*[^a-z0-9_;]*' and source_id <> '')
    constraint source_id_not_too_long check (length(source_id) <= 400),
  confidence text not null
    constraint confidence_is_known check (confidence in ('two_sources', 'one_source', 'derived')),
  note text constraint note_not_too_long check (length(note) <= 1000),
"""
TWO_SOURCES = """\
  constraint two_sources_are_named check (confidence <> 'two_sources' or instr(source_id, ';') > 0),
"""
TRIGGER = """
create trigger {name}_rest_on_sources after insert on {name}
begin
  insert into row_sources (table_name, row_key, source_id)
  select '{name}', {key}, value
  from json_each('["' || replace(new.source_id, ';', '","') || '"]');
end;
"""


class SchemaError(ValueError):
    """A table that cannot be completed. The message names it."""


def completed(text: str) -> str:
    """The schema's text with what every sourced table has."""
    return TABLE.sub(lambda m: m[0] if m[1] in UNSOURCED else table(m[1], m[2]), text)


def table(name: str, body: str) -> str:
    """One sourced table: its columns, the shared ones, its rules, its trigger. Raises SchemaError
    without a primary key.
    """
    rules = RULES.search(body)
    key = re.search(r"(?m)^  primary key \(([\w, ]+)\)$", body)
    if not rules or not key:
        raise SchemaError(f"the table {name} in analysis/schema.sql: no line `  primary key (…)`")
    kinds = dict(COLUMN.findall(body))
    columns, own_rules = body[: rules.start()], body[rules.start() : key.start()]
    parts = [part.strip() for part in key[1].split(",")]
    unknown = [part for part in parts if part not in kinds]
    if unknown:
        raise SchemaError(f"the table {name} in analysis/schema.sql: no column {unknown[0]}")
    created = (
        f"create table {name} (\n{columns}{SOURCED}{own_rules}{TWO_SOURCES}{key[0]}\n) strict;\n"
    )
    return created + TRIGGER.format(name=name, key=key_of(parts, kinds))


def key_of(parts: list[str], kinds: dict[str, str]) -> str:
    """A new row's key, its parts joined by a bar; in texts a backslash stands before each bar and
    backslash.
    """
    if len(parts) == 1:
        return f"new.{parts[0]}"
    escaped = r"replace(replace(new.{0}, '\', '\\'), '|', '\|')"
    return " || '|' || ".join(
        escaped.format(part) if kinds[part] == "text" else f"new.{part}" for part in parts
    )

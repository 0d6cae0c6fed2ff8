"""Alterations: named, small changes to the data, written as SQL so that Python and the page apply
the same text.

`analysis/*.yml` holds, under alterations, those that must flip a claim (its killers). Each is a
list of update, insert or delete statements over the schema's tables; the schema's own rules refuse
what is impossible.
"""

from __future__ import annotations

import contextlib
import re

import apsw

from brief.tables import database
from brief.words import BriefError

ALLOWED = re.compile(r"\s*(update|insert\s+into|delete\s+from)\b", re.I)


class AlterationError(BriefError):
    """An alteration that is not one, or that the schema refuses."""


def apply(connection: apsw.Connection, statements: list[str], bindings: dict | None = None) -> int:
    """Run the statements; returns how many rows changed. Raises AlterationError, leaving what was
    applied to the caller's savepoint.
    """
    before = connection.total_changes()
    for statement in statements:
        if not ALLOWED.match(statement):
            raise AlterationError(f"not an update, insert or delete: {statement[:80]}")
        try:
            connection.execute(statement, bindings)
        except (apsw.ConstraintError, apsw.MismatchError, apsw.SQLError) as error:
            raise AlterationError(f"refused by the schema ({error}): {statement[:120]}") from None
    return connection.total_changes() - before


@contextlib.contextmanager
def altered(connection: apsw.Connection, statements: list[str], bindings: dict | None = None):
    """Within the block the database is altered; after it, it is as before. Yields the number of
    rows changed.
    """
    connection.execute("savepoint alteration")
    try:
        yield apply(connection, statements, bindings)
    finally:
        connection.execute("rollback to alteration")
        connection.execute("release alteration")


def export_tables(connection: apsw.Connection, names: list[str]) -> dict[str, database.Table]:
    """Tables of a (possibly altered) database as parsed tables, ready to be written as CSV."""
    schema = database.table_columns(connection)
    found = {}
    for name in names:
        columns = [c.name for c in schema[name]]
        rows = list(connection.execute(f'select {",".join(columns)} from "{name}" order by rowid'))
        found[name] = database.Table(name, columns, rows, [], f"{name}.csv")
    return found

"""What PostgreSQL spells in another way than the portable SQL of the world, each at its one place."""

from __future__ import annotations

import re
from functools import cache

from emulator.world.store.schema import DEFINITION

_TOKEN = re.compile(r"\?|'[^']*'")
_WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
ANY_TABLE = "*"
_TEXT = re.compile(r"\bTEXT\b")
_BYTES = re.compile(r"^\s*(\w+) BYTEA", re.MULTILINE)


@cache
def native_sql(sql: str) -> bytes:
    """The statement with its placeholders numbered as the server numbers them: ``$1``, ``$2`` and so on."""
    number = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal number
        if match[0] != "?":
            return match[0]
        number += 1
        return f"${number}"

    return _TOKEN.sub(mark, sql).encode()


@cache
def written_table(sql: str) -> str:
    """The table that a statement writes to; ``ANY_TABLE`` for a statement of another form."""
    match = _WRITE.match(sql)
    return match[1] if match else ANY_TABLE


def native_schema(sql: str) -> str:
    """The schema's standard spelling as PostgreSQL is to read it.

    Texts are compared byte by byte, as SQLite does whatever the language of the database is. Bodies stay in
    their row as long as a page has room for them, and are not compressed: they are read far more often.
    """
    text = _TEXT.sub('TEXT COLLATE "C"', sql)
    for table, columns in DEFINITION.findall(sql):
        names = _BYTES.findall(columns)
        if names:
            storage = ", ".join(f"ALTER COLUMN {name} SET STORAGE EXTERNAL" for name in names)
            text += f"\nALTER TABLE {table} SET (toast_tuple_target = 8160);\nALTER TABLE {table} {storage};"
    return text


def quote_name(name: str) -> str:
    """A name of a schema or table as it stands in a statement."""
    return '"' + name.replace('"', '""') + '"'


def one_line(fault: Exception) -> str:
    """What the driver says, as one line without the full stop."""
    return " ".join(str(fault).split()).rstrip(".") or type(fault).__name__

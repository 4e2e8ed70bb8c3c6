"""Where a world is kept on a PostgreSQL server, and how that is named to a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from secrets import token_hex
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

SCHEMES = ("postgresql://", "postgres://")
SCHEMA = "trendyol_emulator"
PRIVATE = f"{SCHEMA}_w_"
_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,29}")


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A schema of a PostgreSQL database; a private one goes with the process that opened it."""

    url: str
    schema: str = SCHEMA
    private: bool = False

    def __str__(self) -> str:
        """Name the place without its password."""
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        netloc = f"{user.partition(':')[0]}{at}{host}"
        return f"{urlunsplit((parts.scheme, netloc, parts.path, '', ''))} (schema {self.schema})"

    @property
    def lock_key(self) -> int:
        """The number of the lock on its name."""
        return key_of(self.schema)

    def private_one(self) -> PostgresPlace:
        """A schema beside this one under a name that nobody else has."""
        return replace(self, schema=f"{PRIVATE}{token_hex(6)}", private=True)


def key_of(name: str) -> int:
    """The number of the advisory lock on a name; PostgreSQL takes 64 bits with a sign."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def postgres_place(url: str) -> PostgresPlace:
    """Read a URL of PostgreSQL; ``schema`` among its parameters is ours, all others are the driver's.

    Errors: ValueError in one sentence.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    schema = dict(query).get("schema", SCHEMA)
    if not _SCHEMA_NAME.fullmatch(schema) or schema.startswith("pg_"):
        raise ValueError(
            f"--database: schema={schema} cannot be used:"
            " write up to 30 small letters, digits and _, beginning with a letter"
        )
    rest = urlencode([pair for pair in query if pair[0] != "schema"], quote_via=quote)
    return PostgresPlace(urlunsplit((parts.scheme, parts.netloc, parts.path, rest, "")), schema)

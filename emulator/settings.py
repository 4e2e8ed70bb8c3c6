"""What can be set from outside, in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from emulator.world.store.place import PostgresPlace


@dataclass(frozen=True, slots=True)
class Settings:
    """How an emulator starts.

    Units: ``now_ms`` epoch milliseconds UTC; ``journal_bytes`` and ``body_bytes`` in bytes,
    what ends in ``_s`` in seconds.
    """

    world: str = "demo"
    """The name of a recipe in fixtures/worlds, or the path of one."""
    recipes: Path | None = None
    """A folder of further recipes, which are worlds by the names of their files."""
    seed: int | None = None
    """The number all chance comes from; the recipe's own where it is None."""
    now_ms: int | None = None
    """Where the clock starts; real time where it is None."""
    orders_per_hour: int | None = None
    """How many orders an hour the first world brings; as its recipe says where it is None."""
    database: Path | PostgresPlace | None = None
    """A SQLite file or a place on a PostgreSQL server to keep the world in; None for a private file."""
    limits: Literal["on", "off", "count"] = "on"
    """Whether limits refuse; ``count`` counts every request and refuses none."""
    strict: bool = False
    """Whether a malformed User-Agent is refused."""
    check_answers: bool = False
    """Whether every answer is held to its schema, and a breach answered as our fault."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    """The option chosen for each decision."""
    control_token: str | None = None
    """Who may use the control API: the bearer of it, or this machine (None)."""
    insecure_control: bool = False
    """Whether every address may use the control API without a token."""
    host: str = "127.0.0.1"
    """The address that is listened on: one of the names by which the control API may be asked."""
    control_hosts: tuple[str, ...] = ()
    """Further names by which it may be asked."""
    allowed_origins: tuple[str, ...] = ()
    """Origins whose pages may use it."""
    failures: Path = Path("trendyol-findings")
    """The folder in which the contract kit keeps failures, for the pages."""
    emulator_headers: bool = True
    """Whether X-Emulator- headers explain answers."""
    journal_entries: int = 20_000
    """How many exchanges a journal keeps."""
    journal_bytes: int = 64 * 2**20
    """How many bytes of bodies it keeps."""
    body_bytes: int = 10 * 2**20
    """The longest request body that is read."""
    body_timeout_s: float = 30.0
    """How long a client may pause within a body."""
    webhook_hosts: tuple[str, ...] = ()
    """Hosts whose webhooks are called beside those at loopback addresses."""
    webhook_connect_s: float = 5.0
    """How long a connection to a subscriber may take."""
    webhook_answer_s: float = 10.0
    """How long a subscriber's answer may take."""
    folder: Path | None = None
    """Where private files go; a temporary folder where it is None."""
    cache: Path | None = None
    """Where seeded worlds stay between runs; the user's cache where it is None."""

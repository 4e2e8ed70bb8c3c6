"""A client as a value: how it synchronises, what it shows, how it writes, reads and waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.patience import PATIENCE, Clock, Patience
from contract_tests.clients.protocol import CODEC, Codec, Row
from contract_tests.clients.session import Service, new_session, prepare_session

if TYPE_CHECKING:
    import requests

Export = Callable[[LocalCopy], Iterator[Row]]
Listen = Callable[[Mapping[str, str], LocalCopy, threading.Event], None]


@dataclass(frozen=True, slots=True)
class Client:
    """The client of one profile; another client of it is this one with something replaced."""

    sync: Callable[[SyncContext], None]
    """Synchronises once; raises Problem when anything was left unread or undone."""

    exports: Mapping[str, Export]
    """What it shows of its copy, by the kind of rows."""

    listen: Listen | None = None
    """Takes calls until it has to stop; None for one that nobody calls."""

    protocol: Codec = CODEC
    """How it writes requests and reads answers."""

    patience: Patience = PATIENCE
    """How often, and how soon, it asks again."""


@dataclass(frozen=True, slots=True)
class SyncContext:
    """What one synchronisation works with."""

    environment: Mapping[str, str]
    copy: LocalCopy
    client: Client
    session: requests.Session
    clock: Clock

    def service(self, base_url: str, auth: tuple[str, str] | None = None) -> Service:
        """A session with a service, with the client's own protocol and patience."""
        return Service(
            base_url.rstrip("/"),
            auth=auth,
            session=prepare_session(self.session, base_url),
            patience=self.client.patience,
            clock=self.clock,
            protocol=self.client.protocol,
        )


def sync(
    client: Client,
    environment: Mapping[str, str],
    copy: LocalCopy,
    session: requests.Session | None = None,
    clock: Clock | None = None,
) -> None:
    """Synchronise once.

    Errors: Problem when anything was left unread or undone; what was read by halves is not saved.
    """
    with session or new_session() as open_session:
        client.sync(SyncContext(environment, copy, client, open_session, clock or Clock()))


def export(client: Client, kind: str, copy: LocalCopy) -> list[Row]:
    """Show the rows of one kind; none of a kind that this client does not know.

    Units: money as decimal strings.
    """
    rows = client.exports[kind](copy) if kind in client.exports else iter(())
    return [_plain(row) for row in rows]


def _plain(row: Row) -> Row:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}

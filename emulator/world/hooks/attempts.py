"""The log of attempts: what came of each, and what was said to the seller about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.world.core.ids import next_number
from emulator.world.hooks.model import Outcome, Result

if TYPE_CHECKING:
    from emulator.world.core.world import World

ATTEMPT = "webhook attempt"
CAPACITY = 20_000
INSERT = (
    "INSERT INTO webhook_attempt"
    " (id, delivery_id, event_id, webhook_id, at_ms, outcome, http_status, duration_ms, note)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the log.

    Shapes: ``delivery_id`` and what comes of the event are None where a line is about the webhook alone.
    Units: ``at_ms`` the world's time, epoch milliseconds UTC; ``duration_ms`` milliseconds of real time.
    """

    id: int
    """Its number, rising with time."""
    webhook_id: str
    """The webhook."""
    at_ms: int
    """When it was."""
    outcome: Outcome
    """What came of it."""
    delivery_id: int | None
    """The call that was tried."""
    package_id: int | None
    """The package it was about."""
    status: str | None
    """The status it was about."""
    http_status: int | None
    """What the subscriber answered."""
    duration_ms: int
    """How long it took."""
    note: str
    """A sentence about it; empty where there is nothing to say."""


def record_attempts(world: World, results: Iterable[Result]) -> None:
    """Write down what came of attempts, and forget the oldest beyond CAPACITY."""
    now_ms, rows = world.clock.now_ms(), []
    batch = tuple(results)
    first_id = next_number(world.store, ATTEMPT, count=len(batch))
    for number, result in enumerate(batch, first_id):
        delivery = result.delivery
        rows.append(
            (number, delivery.id, delivery.event_id, delivery.webhook.id, now_ms, result.outcome,
             result.http_status, result.duration_ms, result.note)
        )  # fmt: skip
    world.store.executemany(INSERT, rows)
    _forget_oldest(world, first_id + len(batch) - CAPACITY)


def note(world: World, webhook_id: str, outcome: Outcome, sentence: str) -> None:
    """Write down what concerns a webhook and is no attempt."""
    number = next_number(world.store, ATTEMPT)
    row = (number, None, None, webhook_id, world.clock.now_ms(), outcome, None, 0, sentence)
    world.store.execute(INSERT, row)


def attempts(world: World, webhook_id: str | None, since: int, limit: int) -> list[Attempt]:
    """The newest lines of the log with numbers above ``since``, in order; of one webhook or of all."""
    rows = world.store.rows(
        "SELECT a.id, a.webhook_id, a.at_ms, a.outcome, a.delivery_id, e.package_id, e.status, a.http_status,"
        " a.duration_ms, a.note FROM webhook_attempt a LEFT JOIN webhook_event e ON e.id = a.event_id"
        " WHERE a.id > ? AND a.webhook_id = COALESCE(?, a.webhook_id) ORDER BY a.id DESC LIMIT ?",
        (since, webhook_id, limit),
    )
    return [Attempt(*row) for row in reversed(rows)]


def event_of_delivery(world: World, delivery_id: int) -> tuple[str, int, int] | None:
    """The webhook, the event and the package of a call that was tried; None where nothing is known of it."""
    row = world.store.row(
        "SELECT a.webhook_id, a.event_id, e.package_id FROM webhook_attempt a"
        " JOIN webhook_event e ON e.id = a.event_id WHERE a.delivery_id = ? LIMIT 1",
        (delivery_id,),
    )
    return None if row is None else (str(row[0]), int(row[1]), int(row[2]))


def _forget_oldest(world: World, last_id: int) -> None:
    if last_id <= 0:
        return
    world.store.execute("DELETE FROM webhook_attempt WHERE id <= ?", (last_id,))
    world.store.execute(
        "DELETE FROM webhook_event WHERE id < (SELECT MIN(event_id) FROM webhook_attempt)"
        " AND id NOT IN (SELECT event_id FROM webhook_delivery)"
    )

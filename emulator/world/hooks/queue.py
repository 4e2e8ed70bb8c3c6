"""The calls that wait: one for each webhook that wants to hear of a status, in order for each package."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from emulator.world.core.calendar import NEVER
from emulator.world.core.ids import next_number
from emulator.world.hooks.attempts import note
from emulator.world.hooks.model import Delivery, State, Trouble, Webhook
from emulator.world.hooks.subscriptions import Webhooks, all_webhooks, remove_webhook, set_state

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

EVENT, DELIVERY = "webhook event", "webhook delivery"
FORGET = "lost"
SELECT_DUE = (
    "SELECT d.id, d.event_id, d.package_id, e.status, d.failures, d.trouble, d.webhook_id, e.body"
    " FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id"
    " WHERE d.due_ms <= ? ORDER BY d.due_ms, d.id LIMIT ?"
)


class QueueState:
    """How many calls wait, and when the next one is due, epoch milliseconds UTC; NEVER where none is."""

    def __init__(self, store: Store) -> None:
        row = store.row("SELECT COUNT(*), MIN(due_ms) FROM webhook_delivery")
        count, due_ms = row or (0, None)
        self.waiting = int(count)
        self.next_due_ms = NEVER if due_ms is None else int(due_ms)


def announce(
    world: World, seller_id: int, storefront: str, package_id: int, status: str, body: Callable[[], bytes]
) -> None:
    """Queue a call to each webhook that wants to hear that a package has come to a status.

    Shapes: ``body`` makes the package as it stands, in documented JSON; it is called when somebody wants it.
    """
    webhooks = [each for each in all_webhooks(world) if each.wants(seller_id, storefront, status)]
    if world.decisions["webhook-passive"] == FORGET:
        webhooks = [each for each in webhooks if each.state == "active"]
    if not webhooks:
        return
    event_id, now_ms = next_number(world.store, EVENT), world.clock.now_ms()
    world.store.execute(
        "INSERT INTO webhook_event (id, package_id, status, at_ms, body) VALUES (?, ?, ?, ?, ?)",
        (event_id, package_id, status, now_ms, body()),
    )
    for webhook in webhooks:
        add_delivery(world, webhook, event_id, package_id)


def add_delivery(world: World, webhook: Webhook, event_id: int, package_id: int) -> int:
    """Queue one call behind those that wait for the same webhook and package; give its number."""
    is_free = webhook.state == "active" and not _is_blocked(world, webhook.id, package_id)
    number = next_number(world.store, DELIVERY)
    world.store.execute(
        "INSERT INTO webhook_delivery (id, event_id, webhook_id, package_id, due_ms, failures)"
        " VALUES (?, ?, ?, ?, ?, 0)",
        (number, event_id, webhook.id, package_id, world.clock.now_ms() if is_free else NEVER),
    )
    world.forget(QueueState)
    world.on_webhook()
    return number


def due_deliveries(world: World, count: int, other_ids: Collection[int]) -> Iterator[Delivery]:
    """The calls that are due by now, at most so many, but for those of some numbers."""
    webhooks = world.read(Webhooks).by_id
    rows = world.store.rows(SELECT_DUE, (world.clock.now_ms(), count + len(other_ids)))
    for number, event_id, package_id, status, failures, trouble, webhook_id, body in rows:
        if number not in other_ids and webhook_id in webhooks and webhooks[webhook_id].state == "active":
            yield Delivery(
                number, event_id, package_id, status, failures, trouble, webhooks[webhook_id], body
            )


def waiting_by_webhook(world: World) -> dict[str, int]:
    """How many calls wait for each webhook."""
    rows = world.store.rows("SELECT webhook_id, COUNT(*) FROM webhook_delivery GROUP BY webhook_id")
    return {str(webhook_id): int(count) for webhook_id, count in rows}


def next_due_after(world: World) -> int:
    """When the next call falls due that is not due yet, epoch milliseconds UTC; NEVER where none does."""
    sql = "SELECT MIN(due_ms) FROM webhook_delivery WHERE due_ms > ?"
    row = world.store.row(sql, (world.clock.now_ms(),))
    return NEVER if row is None or row[0] is None else int(row[0])


def remove_deliveries(world: World, deliveries: Sequence[Delivery]) -> None:
    """Take calls out of the queue and let the next ones for the same webhooks and packages go."""
    world.store.executemany("DELETE FROM webhook_delivery WHERE id = ?", [(each.id,) for each in deliveries])
    _free_next(world, deliveries)


def postpone(world: World, delivery: Delivery, until_ms: int) -> None:
    """Have a call wait until a moment; those behind it wait, too."""
    world.store.execute("UPDATE webhook_delivery SET due_ms = ? WHERE id = ?", (until_ms, delivery.id))
    world.forget(QueueState)


def let_overtake(world: World, delivery: Delivery) -> None:
    """Have a call that is marked so wait until the next one for the same webhook and package was made."""
    postpone(world, delivery, NEVER)
    _free_next(world, [delivery], "AND trouble IS NULL")


def mark(world: World, delivery: Delivery, trouble: Trouble) -> None:
    """Note what a planned fault does to a call."""
    world.store.execute("UPDATE webhook_delivery SET trouble = ? WHERE id = ?", (trouble, delivery.id))


def switch(world: World, webhook: Webhook, state: State) -> None:
    """Switch a webhook on or off: what waits for one that is off is lost, or sent once it is on again.

    Which of the two is the decision webhook-passive.
    """
    set_state(world, webhook, state)
    if state == "active":
        world.store.execute(
            "UPDATE webhook_delivery SET due_ms = ? WHERE id IN"
            " (SELECT MIN(id) FROM webhook_delivery WHERE webhook_id = ? GROUP BY package_id)",
            (world.clock.now_ms(), webhook.id),
        )
    elif world.decisions["webhook-passive"] == FORGET:
        count = world.store.execute("DELETE FROM webhook_delivery WHERE webhook_id = ?", (webhook.id,))
        if count:
            note(world, webhook.id, "dropped", f"calls that waited and will not be made: {count}")
    else:
        world.store.execute(
            "UPDATE webhook_delivery SET due_ms = ?, failures = 0 WHERE webhook_id = ?", (NEVER, webhook.id)
        )
    world.forget(QueueState)


def remove(world: World, webhook: Webhook) -> None:
    """Take a webhook away, and the calls that wait for it."""
    remove_webhook(world, webhook)
    world.store.execute("DELETE FROM webhook_delivery WHERE webhook_id = ?", (webhook.id,))
    world.forget(QueueState)


def _is_blocked(world: World, webhook_id: str, package_id: int) -> bool:
    """Whether a call for the same webhook and package has to be made first."""
    row = world.store.row(
        "SELECT 1 FROM webhook_delivery WHERE webhook_id = ? AND package_id = ?"
        " AND (trouble IS NULL OR trouble <> 'overtaken') LIMIT 1",
        (webhook_id, package_id),
    )
    return row is not None


def _free_next(world: World, deliveries: Iterable[Delivery], condition: str = "") -> None:
    world.forget(QueueState)
    webhooks, now_ms = world.read(Webhooks).by_id, world.clock.now_ms()
    world.store.executemany(
        "UPDATE webhook_delivery SET due_ms = ? WHERE due_ms > ? AND id ="
        f" (SELECT MIN(id) FROM webhook_delivery WHERE webhook_id = ? AND package_id = ? {condition})",
        [
            (now_ms, now_ms, each.webhook.id, each.package_id)
            for each in deliveries
            if each.webhook.id in webhooks and webhooks[each.webhook.id].state == "active"
        ],
    )

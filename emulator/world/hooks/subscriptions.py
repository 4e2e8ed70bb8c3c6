"""The webhooks of sellers: made, changed, switched on and off, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import orjson

from emulator.world.core.ids import next_number, seeded_uuid
from emulator.world.core.listing import Listing
from emulator.world.hooks.model import MOST_WEBHOOKS, State, Target, Webhook

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row, Store

COLUMNS = "id, seller_id, storefront, status, facts, created_ms, modified_ms"


class TooManyWebhooks(ValueError):
    """A seller has as many webhooks as may be."""


class Webhooks:
    """The webhooks of a world as the queue needs them: in memory over the table, in the order of making."""

    def __init__(self, store: Store) -> None:
        rows = store.rows(f"SELECT {COLUMNS} FROM webhook ORDER BY webhook_no")
        self.by_id = {webhook.id: webhook for webhook in map(_webhook, rows)}


def all_webhooks(world: World) -> Sequence[Webhook]:
    """Every webhook, in the order of making."""
    return tuple(world.read(Webhooks).by_id.values())


def webhooks_of(world: World, seller_id: int) -> list[Webhook]:
    """The webhooks of a seller, in the order of making."""
    return [webhook for webhook in all_webhooks(world) if webhook.seller_id == seller_id]


def webhook_by_id(world: World, webhook_id: str) -> Webhook | None:
    """The webhook of an id, or None."""
    return world.read(Webhooks).by_id.get(webhook_id)


def create_webhook(world: World, listing: Listing, target: Target) -> Webhook:
    """Make a webhook, which is called from now on.

    Errors: TooManyWebhooks.
    """
    if len(webhooks_of(world, listing.seller_id)) >= MOST_WEBHOOKS:
        raise TooManyWebhooks(str(MOST_WEBHOOKS))
    number = next_number(world.store, "webhook")
    webhook_id = seeded_uuid(world.seed, "webhook", number)
    webhook = Webhook(webhook_id, *listing, "active", target, world.clock.now_ms())
    world.store.execute(
        "INSERT INTO webhook (id, webhook_no, seller_id, storefront, status, facts, created_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (webhook.id, number, *listing, webhook.state, orjson.dumps(asdict(target)), webhook.created_ms),
    )
    world.forget(Webhooks)
    world.on_webhook()
    return webhook


def update_webhook(world: World, webhook: Webhook, target: Target) -> Webhook:
    """Put something else in the place of all that the seller has said; it stays as active as it was."""
    return _write(world, replace(webhook, target=target))


def set_state(world: World, webhook: Webhook, state: State) -> Webhook:
    """Switch a webhook on or off; what this does to calls that wait is the queue's."""
    return _write(world, replace(webhook, state=state))


def remove_webhook(world: World, webhook: Webhook) -> None:
    """Take a webhook away; the calls that wait for it are the queue's."""
    world.store.execute("DELETE FROM webhook WHERE id = ?", (webhook.id,))
    world.forget(Webhooks)


def _write(world: World, webhook: Webhook) -> Webhook:
    changed_webhook = replace(webhook, modified_ms=world.clock.now_ms())
    facts = orjson.dumps(asdict(webhook.target))
    world.store.execute(
        "UPDATE webhook SET status = ?, facts = ?, modified_ms = ? WHERE id = ?",
        (webhook.state, facts, changed_webhook.modified_ms, webhook.id),
    )
    world.forget(Webhooks)
    return changed_webhook


def _webhook(row: Row) -> Webhook:
    webhook_id, seller_id, storefront, state, facts_json, created_ms, modified_ms = row
    facts = orjson.loads(facts_json)
    target = Target(**{**facts, "statuses": tuple(facts["statuses"]), "countries": tuple(facts["countries"])})
    return Webhook(webhook_id, seller_id, storefront, state, target, created_ms, modified_ms)

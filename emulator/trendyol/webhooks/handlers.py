"""Webhooks as a seller manages them."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.webhooks import parse, wire
from emulator.world.core.listing import Listing
from emulator.world.hooks import queue, subscriptions
from emulator.world.hooks.model import MOST_WEBHOOKS, Webhook

OK_REPLY = Reply((b"200 OK",), content_type="text/plain")


def create_webhook(call: Call) -> Reply:
    """Make a webhook.

    Errors: webhook-limit and those of ``parse.target``.
    """
    listing = Listing(call.path["sellerId"], call.caller.storefront)
    target = parse.target(call)
    try:
        webhook = subscriptions.create_webhook(call.world, listing, target)
    except subscriptions.TooManyWebhooks as fault:
        raise Refusal("webhook-limit", most=MOST_WEBHOOKS) from fault
    return json_reply({"id": webhook.id})


def get_webhooks(call: Call) -> Reply:
    """The webhooks of the seller."""
    assert call.caller.seller is not None
    rows = subscriptions.webhooks_of(call.world, call.path["sellerId"])
    return json_reply([wire.webhook(each, call.caller.seller.edition) for each in rows])


def update_webhook(call: Call) -> Reply:
    """Replace all that was said of a webhook.

    Errors: webhook-unknown and those of ``parse.target``.
    """
    subscriptions.update_webhook(call.world, _webhook(call), parse.target(call))
    return OK_REPLY


def delete_webhook(call: Call) -> Reply:
    """Take a webhook away.

    Errors: webhook-unknown.
    """
    queue.remove(call.world, _webhook(call))
    return OK_REPLY


def activate_webhook(call: Call) -> Reply:
    """Have a webhook called again.

    Errors: webhook-unknown.
    """
    queue.switch(call.world, _webhook(call), "active")
    return OK_REPLY


def deactivate_webhook(call: Call) -> Reply:
    """Have a webhook called no longer.

    Errors: webhook-unknown.
    """
    queue.switch(call.world, _webhook(call), "passive")
    return OK_REPLY


def _webhook(call: Call) -> Webhook:
    """The webhook that the path names.

    Errors: webhook-unknown for one that is not there or is another seller's.
    """
    webhook = subscriptions.webhook_by_id(call.world, call.path["id"])
    if webhook is None or webhook.seller_id != call.path["sellerId"]:
        raise Refusal("webhook-unknown", value=call.path["id"])
    return webhook

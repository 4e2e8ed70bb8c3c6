"""Webhooks and attempts as the documented JSON of the control API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.secret_texts import mask_secrets
from emulator.stage.stage import Stage
from emulator.world.accounts.sellers import Seller
from emulator.world.hooks.attempts import Attempt
from emulator.world.hooks.model import Webhook
from emulator.world.hooks.queue import QueueState


def webhook_view(webhook: Webhook, seller: Seller | None, waiting: int) -> dict[str, Any]:
    """Show a webhook without its secrets."""
    api_secrets = {seller.key, seller.secret} if seller else set()
    return {
        "id": webhook.id,
        "seller": webhook.seller_id,
        "storefront": webhook.storefront,
        "state": webhook.state,
        "url": mask_secrets(webhook.target.url),
        "authentication": webhook.target.authentication,
        "reuses_api_secret": bool(api_secrets & {webhook.target.password, webhook.target.api_key}),
        "statuses": list(webhook.target.statuses),
        "countries": list(webhook.target.countries),
        "created_ms": webhook.created_ms,
        "modified_ms": webhook.modified_ms,
        "waiting": waiting,
    }


def attempt_view(attempt: Attempt, translate: Callable[[str], str]) -> dict[str, Any]:
    """Show one line of the log."""
    return {
        "id": attempt.id,
        "webhook": attempt.webhook_id,
        "at_ms": attempt.at_ms,
        "outcome": attempt.outcome,
        "delivery": attempt.delivery_id,
        "package": attempt.package_id,
        "status": attempt.status,
        "http_status": attempt.http_status,
        "duration_ms": attempt.duration_ms,
        "note": translate(attempt.note),
    }


def waiting_calls(stage: Stage) -> int:
    """How many calls wait; as last seen while somebody else has the world, so that nobody waits to know."""
    if stage.lock.acquire(blocking=False):
        try:
            stage.waiting_calls = stage.world.read(QueueState).waiting
        finally:
            stage.lock.release()
    return stage.waiting_calls

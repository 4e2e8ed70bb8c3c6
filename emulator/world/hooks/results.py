"""What an attempt leads to: the next call, the same one again, or a webhook that is passive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.world.hooks.attempts import note, record_attempts
from emulator.world.hooks.model import Delivery, Result
from emulator.world.hooks.queue import postpone, remove_deliveries, switch
from emulator.world.hooks.subscriptions import webhook_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

# A call that failed is made again so often. Source: docs/webhook-model, D (every 5 minutes); that a webhook
# is passive after 13 failures by the questions and answers of 9 April 2026, D; that they are those of one
# call, I.
RETRY_MS = 5 * 60_000
MOST_FAILURES = 13
# Two messages go out, a warning and a notice, D; after how many failures the first one does is I.
WARNING_AT = 7
_OVER = frozenset({"delivered", "dropped"})
"""Outcomes after which a call is not made again."""


def record_results(world: World, results: Sequence[Result]) -> None:
    """Write down what came of attempts, and lead each call on; one that is gone meanwhile leads nowhere."""
    record_attempts(world, results)
    remove_deliveries(world, [each.delivery for each in results if each.outcome in _OVER])
    for result in results:
        if result.outcome not in (*_OVER, "probe"):
            _fail(world, result.delivery)


def _fail(world: World, delivery: Delivery) -> None:
    webhook, failures = webhook_by_id(world, delivery.webhook.id), delivery.failures + 1
    if webhook is None or webhook.state == "passive":
        return
    statement = "UPDATE webhook_delivery SET failures = ? WHERE id = ?"
    if not world.store.execute(statement, (failures, delivery.id)):
        return
    if failures == WARNING_AT:
        left = MOST_FAILURES - failures
        note(world, webhook.id, "warning", f"{failures} failures in a row; after {left} more it is passive")
    if failures < MOST_FAILURES:
        postpone(world, delivery, world.clock.now_ms() + RETRY_MS)
        return
    note(world, webhook.id, "passive", f"{failures} failures in a row: the webhook is PASSIVE")
    switch(world, webhook, "passive")

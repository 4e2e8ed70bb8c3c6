"""Calls to the subscribers of webhooks: who they are, what became of each, pause, and once more."""

from __future__ import annotations

from emulator.control import webhook_views as views
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.accounts.sellers import seller_by_id
from emulator.world.hooks import attempts, queue
from emulator.world.hooks.subscriptions import all_webhooks, webhook_by_id


def list_subscriptions(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the webhooks, and how many calls wait."""
    with stage.lock:
        counts = queue.waiting_by_webhook(stage.world)
        webhooks = [
            views.webhook_view(each, seller_by_id(stage.world, each.seller_id), counts.get(each.id, 0))
            for each in all_webhooks(stage.world)
        ]
        return json_reply({**_state(stage), "webhooks": webhooks})


def list_attempts(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List what became of calls."""
    query = call.query
    with stage.lock:
        rows = attempts.attempts(stage.world, query.get("webhook"), query["since"], query["limit"])
    say = stages.translator_into(call.caller.language)
    return json_reply({"attempts": [views.attempt_view(row, say) for row in rows]})


def redeliver(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Make a call once more.

    Errors: delivery-unknown.
    """
    number = call.path["deliveryId"]
    with stage.lock, stage.world.transaction():
        event = attempts.event_of_delivery(stage.world, number)
        webhook = None if event is None else webhook_by_id(stage.world, event[0])
        if event is None or webhook is None:
            raise Refusal("delivery-unknown", id=number)
        new_number = queue.add_delivery(stage.world, webhook, *event[1:])
    return json_reply({"delivery": new_number})


def pause_calls(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Call nobody for now."""
    return _set_paused(stages, stage, is_paused=True)


def resume_calls(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Call again."""
    return _set_paused(stages, stage, is_paused=False)


def _set_paused(stages: Stages, stage: Stage, *, is_paused: bool) -> Reply:
    with stage.lock:
        stage.calls_paused = is_paused
        stage.world.forget(queue.QueueState)
        state = _state(stage)
    if not is_paused and stages.outgoing is not None and all_webhooks(stage.world):
        stages.outgoing.wake()
    return json_reply(state)


def _state(stage: Stage) -> dict[str, object]:
    return {"paused": stage.calls_paused, "waiting": stage.world.read(queue.QueueState).waiting}

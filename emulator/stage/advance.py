"""Moving a stage's clock on while subscribers of webhooks are called at the moments that are theirs."""

from __future__ import annotations

from emulator.stage.stage import Stage
from emulator.stage.stages import Outgoing
from emulator.world.core.calendar import NEVER
from emulator.world.hooks.queue import QueueState
from emulator.world.hooks.subscriptions import all_webhooks


def advance(stage: Stage, ms: int, outgoing: Outgoing | None) -> None:
    """Move a stage's clock on; at each call that falls due on the way it waits for the real result.

    The stage's lock is free while it waits; whoever calls this must not hold it.
    """
    rest_ms = ms
    while True:
        with stage.lock:
            if outgoing is None or not all_webhooks(stage.world):
                stage.world.advance(rest_ms)
                return
            stage.world.catch_up()
            if not _is_due(stage):
                step_ms = min(rest_ms, _until_next_stop_ms(stage))
                stage.world.advance(step_ms)
                rest_ms -= step_ms
            is_due = _is_due(stage)
        if is_due:
            outgoing.settle(stage)
        elif not rest_ms:
            return


def _is_due(stage: Stage) -> bool:
    return _next_call_ms(stage) <= stage.world.clock.now_ms()


def _next_call_ms(stage: Stage) -> int:
    return NEVER if stage.calls_paused else stage.world.read(QueueState).next_due_ms


def _until_next_stop_ms(stage: Stage) -> int:
    """How far off the next work of the calendar or the next call is."""
    stop_ms = min(stage.world.next_due_ms, _next_call_ms(stage))
    return max(stop_ms - stage.world.clock.now_ms(), 0)

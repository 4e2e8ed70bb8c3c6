"""The world's time."""

from __future__ import annotations

from emulator.control import wire
from emulator.exchange import Call, Reply, json_reply
from emulator.stage.advance import advance
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages


def get_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell the world's time."""
    return json_reply(wire.clock_view(stage.world.clock))


def advance_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Move the time on, and call subscribers of webhooks on the way."""
    advance(stage, wire.body_members(call)["ms"], stages.outgoing)
    return json_reply(wire.clock_view(stage.world.clock))


def freeze_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Stop the time."""
    stage.world.clock.freeze(wire.body_members(call).get("at_ms"))
    stage.world.catch_up()
    return json_reply(wire.clock_view(stage.world.clock))


def run_clock(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Let the time run."""
    stage.world.clock.run()
    return json_reply(wire.clock_view(stage.world.clock))

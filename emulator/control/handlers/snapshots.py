"""Saved states of a world."""

from __future__ import annotations

from dataclasses import asdict

from emulator.control import wire
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.core.snapshots import OtherSnapshot, UnknownSnapshot, all_snapshots


def list_snapshots(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the saved states by name."""
    return json_reply({"snapshots": [asdict(each) for each in all_snapshots(stage.world.store)]})


def save_snapshot(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Save the world as it is now."""
    snapshot = stage.world.save_snapshot(wire.body_members(call)["name"])
    return wire.created_reply(asdict(snapshot), f"{wire.prefix(stage)}/_emulator/snapshots/{snapshot.name}")


def load_snapshot(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Take the world back to a saved state.

    Errors: snapshot-unknown, snapshot-foreign.
    """
    try:
        return json_reply(asdict(stage.load_snapshot(call.path["snapshot"])))
    except UnknownSnapshot as fault:
        raise Refusal("snapshot-unknown", name=call.path["snapshot"]) from fault
    except OtherSnapshot as fault:
        raise Refusal("snapshot-foreign", why=fault) from fault


def delete_snapshot(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Forget a saved state.

    Errors: snapshot-unknown.
    """
    if not stage.world.store.delete_snapshot(call.path["snapshot"]):
        raise Refusal("snapshot-unknown", name=call.path["snapshot"])
    return json_reply({"deleted": call.path["snapshot"]})

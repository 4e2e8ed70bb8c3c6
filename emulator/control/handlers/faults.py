"""Planned faults, who waits for them, and what they did."""

from __future__ import annotations

from emulator.control import spec_views, wire
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.fault import ANY_OPERATION, WEBHOOK_CALL
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages


def list_faults(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List the faults."""
    return json_reply(
        {"faults": [wire.fault_view(fault, count) for fault, count in stage.faults.with_counts()]}
    )


def add_fault(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Plan a fault.

    Errors: operation-unknown, error-unknown, fault-malformed.
    """
    fault = wire.planned_fault(wire.body_members(call))
    operations = {ANY_OPERATION, WEBHOOK_CALL, *spec_views.vendor_operations(stages.contract)}
    if fault.operation not in operations:
        raise Refusal("operation-unknown", name=fault.operation)
    if fault.error is not None and fault.error not in stages.contract.catalogue.errors:
        raise Refusal("error-unknown", name=fault.error)
    if fault.framing_names and not fault.malformed:
        raise Refusal("fault-malformed", names=", ".join(fault.framing_names))
    planned_fault = stage.plan(fault, stages.folder())
    return wire.created_reply(
        wire.fault_view(planned_fault, 0), f"{wire.prefix(stage)}/_emulator/faults/{planned_fault.id}"
    )


def remove_fault(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Take one fault back.

    Errors: fault-unknown.
    """
    if not stage.remove_fault(call.path["faultId"]):
        raise Refusal("fault-unknown", id=call.path["faultId"])
    return json_reply({"cleared": 1})


def clear_faults(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Take every fault back."""
    return json_reply({"cleared": stage.clear_faults()})


def list_holds(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Tell who waits."""
    return json_reply({"holds": wire.holds_view(stage.holds.waiting())})


def release_hold(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Let go what waits under a name."""
    name = call.path["name"]
    count = stage.holds.release(name=name)
    stage.fault_log.record(stage.world.clock.now_ms(), f"released {name}: {count}")
    return json_reply({"released": count})


def list_fault_events(call: Call, stages: Stages, stage: Stage) -> Reply:
    """List what faults have done."""
    events = stage.fault_log.since(call.query["since"])
    translate = stages.translator_into(call.query["language"])
    return json_reply({"events": [wire.fault_event_view(event, translate) for event in events]})

"""Planned faults meet the calls of webhooks: late, twice, out of order, not at all, or after a false one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import orjson

from emulator.stage.fault import CallTrouble, Fault
from emulator.stage.stage import Stage
from emulator.world.hooks.model import Delivery, Result
from emulator.world.hooks.queue import let_overtake, mark, postpone
from emulator.world.hooks.results import record_results

# A status that no page has: who subscribes to all has subscribed to those that are added later, too.
UNKNOWN_STATUS = "Repacked"


def meet_faults(stage: Stage, due: Iterable[Delivery]) -> list[Delivery]:
    """The calls that are made now of those that are due; the others are put off or dropped as faults say.

    A call is counted once, before its first attempt.
    """
    if not stage.faults:
        return list(due)
    met = (_meet(stage, delivery) for delivery in due)
    return [delivery for delivery in met if delivery is not None]


def _meet(stage: Stage, delivery: Delivery) -> Delivery | None:
    if delivery.failures or delivery.trouble:
        return delivery
    now_ms = stage.world.clock.now_ms()
    fault = stage.faults.match_call(now_ms)
    if fault is None or fault.call is None:
        return delivery
    effect, delivery_now = TROUBLES[fault.call](stage, delivery, fault)
    what = f"{delivery.status.upper()} of package {delivery.package_id} to webhook {delivery.webhook.id}"
    stage.fault_log.record(now_ms, f"call {delivery.id}, {what}: {effect}", fault=fault.id)
    return delivery_now


def _never(stage: Stage, delivery: Delivery, fault: Fault) -> tuple[str, Delivery | None]:
    record_results(stage.world, [Result(delivery, "dropped", note=f"by fault {fault.id}")])
    return "never made", None


def _late(stage: Stage, delivery: Delivery, fault: Fault) -> tuple[str, Delivery | None]:
    mark(stage.world, delivery, "late")
    postpone(stage.world, delivery, stage.world.clock.now_ms() + fault.late_ms)
    return f"made {fault.late_ms} ms later", None


def _twice(stage: Stage, delivery: Delivery, fault: Fault) -> tuple[str, Delivery | None]:
    mark(stage.world, delivery, "twice")
    return "made twice", replace(delivery, trouble="twice")


def _out_of_order(stage: Stage, delivery: Delivery, fault: Fault) -> tuple[str, Delivery | None]:
    mark(stage.world, delivery, "overtaken")
    let_overtake(stage.world, delivery)
    return "made after the next one for the same package", None


def _wrong_key(stage: Stage, delivery: Delivery, fault: Fault) -> tuple[str, Delivery | None]:
    mark(stage.world, delivery, "wrong-key")
    return "one with a wrong key went before", replace(delivery, trouble="wrong-key")


def _unknown_status(stage: Stage, delivery: Delivery, fault: Fault) -> tuple[str, Delivery | None]:
    mark(stage.world, delivery, "unknown-status")
    return f"one about the status {UNKNOWN_STATUS} went before", replace(delivery, trouble="unknown-status")


def probe_of(delivery: Delivery) -> Delivery | None:
    """The call that goes before a call, as a planned fault has it: not by the vendor, or of a later day."""
    if delivery.failures:
        return None
    if delivery.trouble == "wrong-key":
        target = delivery.webhook.target
        wrong_target = replace(target, password=f"wrong {target.password}", api_key=f"wrong {target.api_key}")
        return replace(delivery, webhook=replace(delivery.webhook, target=wrong_target))
    if delivery.trouble == "unknown-status":
        package = orjson.loads(delivery.body)
        # The package was changed right before it came to its status, so that what follows is newer.
        changed_ms = package["lastModifiedDate"] - 1
        words = {"status": UNKNOWN_STATUS, "shipmentPackageStatus": UNKNOWN_STATUS}
        return replace(delivery, body=orjson.dumps(package | words | {"lastModifiedDate": changed_ms}))
    return None


TROUBLES: Mapping[CallTrouble, Callable[[Stage, Delivery, Fault], tuple[str, Delivery | None]]] = {
    "never": _never,
    "late": _late,
    "twice": _twice,
    "out-of-order": _out_of_order,
    "wrong-key": _wrong_key,
    "unknown-status": _unknown_status,
}

"""A planned fault meets a request: delays before it, side effects, and how its answer goes out."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from emulator.exchange import Delay, Reply, Transmission
from emulator.pipeline.context import RequestContext
from emulator.pipeline.responses import response_after_fault
from emulator.stage.fault import Fault, Injection
from emulator.stage.stage import Stage
from emulator.world.accounts import access_tokens
from emulator.world.core.world import World

_LOG = logging.getLogger("emulator")
_HOW = {"reset": "connection reset", "truncated": "answer cut short"}


def match_fault(stage: Stage, operation: str) -> Injection | None:
    """Say which planned fault this request meets, if any."""
    if not stage.faults:
        return None
    with stage.lock:
        fault = stage.faults.match(operation, stage.world.clock.now_ms())
        return None if fault is None else Injection(fault, stage.journal.open())


def delays_before(stage: Stage, injection: Injection) -> tuple[Delay, ...]:
    """Give the delays before the request is served."""
    fault = injection.fault
    late = (Delay(fault.delay_ms / 1000),) if fault.delay_ms else ()
    return late if fault.after else (*late, *_hold(stage, injection))


def before_request(context: RequestContext) -> None:
    """Have happen what comes before the work, and find the world that a stale answer is read from."""
    stage, injection = context.stage, context.injection
    if injection is None:
        return
    fault = injection.fault
    if fault.delay_ms:
        _record(stage, injection, f"delayed {fault.delay_ms} ms")
    if not fault.after:
        apply_side_effects(stage, injection)
        context.now_ms = stage.world.clock.now_ms()
    context.read_from = stage.faults.frozen_world(fault.id)
    if context.read_from is None:
        return
    access_tokens.follow_generation(context.read_from, stage.world)
    if context.request.method in ("GET", "HEAD") and not fault.prevents:
        _record(stage, injection, "stale answer")


def apply_side_effects(stage: Stage, injection: Injection) -> None:
    """Move time, marketplace and tokens as the fault says; what cannot be done is noted and undone."""
    for apply in (_advance, _move, _expire):
        try:
            effect = apply(stage.world, injection.fault)
        except (ValueError, OverflowError) as no:
            effect = f"could not be done: {no}"
        except Exception as error:
            _LOG.exception("fault %d of stage %s broke the emulator", injection.fault.id, stage.name)
            effect = f"broke the emulator: {error!r}"
        if effect is not None:
            _record(stage, injection, effect)


def after_response(context: RequestContext, reply: Reply) -> Reply:
    """Give the answer that goes out once the request was served, and how; let go what waits for it."""
    stage, injection = context.stage, context.injection
    if injection is None:
        return reply
    fault = injection.fault
    if fault.after:
        apply_side_effects(stage, injection)
        reply = response_after_fault(context, fault, reply)
    for effect in _effects(injection, reply):
        _record(stage, injection, effect)
    if fault.release is not None:
        count = stage.holds.release(name=fault.release)
        _record(stage, injection, f"released {fault.release}: {count}")
    delays = _hold(stage, injection) if fault.after else ()
    if not (delays or fault.cut or fault.slow_ms):
        return reply
    transmission = Transmission(delays, fault.cut, fault.slow_ms / 1000)
    return Reply(reply.parts, reply.status, reply.content_type, reply.headers, transmission)


def _advance(world: World, fault: Fault) -> str | None:
    if not fault.advance_ms:
        return None
    world.advance(fault.advance_ms)
    return f"clock moved on {fault.advance_ms} ms"


def _move(world: World, fault: Fault) -> str | None:
    if fault.move is None:
        return None
    from emulator.world.moves import perform

    with world.transaction():
        return f"moved: {perform(world, fault.move)}"


def _expire(world: World, fault: Fault) -> str | None:
    if not fault.expire_tokens:
        return None
    access_tokens.expire(world)
    return "tokens expired"


def _effects(injection: Injection, reply: Reply) -> Iterator[str]:
    fault = injection.fault
    when = " after the work" if fault.after else ""
    if fault.answers and fault.cut != "reset":
        yield f"answered {reply.status}{when}"
    elif fault.after and fault.headers:
        yield "headers changed"
    if fault.cut is not None:
        yield f"{_HOW[fault.cut]}{when if fault.cut == 'reset' else ''}"
    if fault.slow_ms and fault.cut != "reset":
        yield f"body sent over {fault.slow_ms} ms"


def _hold(stage: Stage, injection: Injection) -> tuple[Delay, ...]:
    fault = injection.fault
    if fault.hold is None:
        return ()
    hold = stage.holds.hold(fault.hold, injection.number, fault.id)
    _record(stage, injection, f"held as {hold.name}")

    def note_end() -> None:
        if stage.holds.leave(hold):
            _record(stage, injection, f"held as {hold.name} for all of its {fault.hold_ms} ms")

    return (Delay(fault.hold_ms / 1000, hold.release, note_end),)


def _record(stage: Stage, injection: Injection, what: str) -> None:
    stage.fault_log.record(
        stage.world.clock.now_ms(), what, request=injection.number, fault=injection.fault.id
    )

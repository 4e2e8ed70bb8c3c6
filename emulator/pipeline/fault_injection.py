"""Trouble striking a request: the waits before it, what happens to the world, and how its answer goes out."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from emulator.exchange import Delay, Reply, RequestContext, Transmission
from emulator.pipeline.responses import response_after_fault
from emulator.stage.fault import Fault, Injection
from emulator.stage.stage import Stage, Stages
from emulator.world import moves
from emulator.world.accounts import access_tokens
from emulator.world.core.world import World

_LOG = logging.getLogger("emulator")
_HOW = {"reset": "connection reset", "truncated": "answer cut short"}


def match_fault(stage: Stage, operation: str) -> Injection | None:
    """Say which injected fault strikes this request, if any."""
    if not stage.faults:
        return None
    with stage.lock:
        fault = stage.faults.match(operation, stage.world.clock.now_ms())
        return None if fault is None else Injection(fault, stage.journal.open())


def waits(stage: Stage, strike: Injection) -> tuple[Delay, ...]:
    """Give the waits before the request is served."""
    fault = strike.fault
    late = (Delay(fault.delay_ms / 1000),) if fault.delay_ms else ()
    return late if fault.after else (*late, *_hold(stage, strike))


def before_request(stage: Stage, strike: Injection, visit: RequestContext) -> None:
    """Have happen what comes before the work, and find the world that a stale answer is read from."""
    fault = strike.fault
    if fault.delay_ms:
        _record(stage, strike, f"delayed {fault.delay_ms} ms")
    if not fault.after:
        apply_side_effects(stage, strike)
        visit.now_ms = stage.world.clock.now_ms()
    visit.read_from = stage.faults.frozen(fault.id)
    if visit.read_from is None:
        return
    access_tokens.follow_generation(visit.read_from, stage.world)
    if visit.request.method in ("GET", "HEAD") and not fault.prevents:
        _record(stage, strike, "stale answer")


def apply_side_effects(stage: Stage, strike: Injection) -> None:
    """Move time, marketplace and tokens as the fault says; what cannot be done is noted and undone."""
    for deed in (_advance, _move, _expire):
        try:
            told = deed(stage.world, strike.fault)
        except (ValueError, OverflowError) as no:
            told = f"could not be done: {no}"
        except Exception as broken:
            _LOG.exception("fault %d of stage %s broke the emulator", strike.fault.id, stage.name)
            told = f"broke the emulator: {broken!r}"
        if told is not None:
            _record(stage, strike, told)


def after_response(
    stages: Stages, stage: Stage, visit: RequestContext, strike: Injection, reply: Reply
) -> Reply:
    """Give the answer that goes out once the request was served, and how; let go what waits for it."""
    fault = strike.fault
    if fault.after:
        apply_side_effects(stage, strike)
        reply = response_after_fault(stages, visit, strike.number, fault, reply)
    for deed in _effects(strike, reply):
        _record(stage, strike, deed)
    if fault.release is not None:
        count = stage.holds.release(name=fault.release)
        _record(stage, strike, f"released {fault.release}: {count}")
    pauses = _hold(stage, strike) if fault.after else ()
    if not (pauses or fault.cut or fault.slow_ms):
        return reply
    sending = Transmission(pauses, fault.cut, fault.slow_ms / 1000)
    return Reply(reply.parts, reply.status, reply.content_type, reply.headers, sending)


def _advance(world: World, fault: Fault) -> str | None:
    if not fault.advance_ms:
        return None
    world.advance(fault.advance_ms)
    return f"clock moved on {fault.advance_ms} ms"


def _move(world: World, fault: Fault) -> str | None:
    if fault.move is None:
        return None
    with world.transaction():
        return f"moved: {moves.perform(world, fault.move)}"


def _expire(world: World, fault: Fault) -> str | None:
    if not fault.expire_tokens:
        return None
    access_tokens.expire(world)
    return "tokens expired"


def _effects(strike: Injection, reply: Reply) -> Iterator[str]:
    fault = strike.fault
    when = " after the work" if fault.after else ""
    if fault.answers and fault.cut != "reset":
        yield f"answered {reply.status}{when}"
    elif fault.after and fault.headers:
        yield "headers changed"
    if fault.cut is not None:
        yield f"{_HOW[fault.cut]}{when if fault.cut == 'reset' else ''}"
    if fault.slow_ms and fault.cut != "reset":
        yield f"body sent over {fault.slow_ms} ms"


def _hold(stage: Stage, strike: Injection) -> tuple[Delay, ...]:
    fault = strike.fault
    if fault.hold is None:
        return ()
    held = stage.holds.hold(fault.hold, strike.number, fault.id)
    _record(stage, strike, f"held as {held.name}")

    def over() -> None:
        if stage.holds.leave(held):
            _record(stage, strike, f"held as {held.name} for all of its {fault.hold_ms} ms")

    return (Delay(fault.hold_ms / 1000, held.released, over),)


def _record(stage: Stage, strike: Injection, what: str) -> None:
    stage.fault_log.record(stage.world.clock.now_ms(), what, request=strike.number, fault=strike.fault.id)

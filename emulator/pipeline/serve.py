"""The straight line: journal, faults, gates, spec, handler, spec, journal. Nothing calls back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial

from emulator.contract.bodies import decode_body
from emulator.contract.operations import Operation
from emulator.contract.parameters import BadParameter, decode_path, decode_query
from emulator.exchange import Call, Refusal, Reply, Request, RequestContext
from emulator.pipeline import unusual
from emulator.pipeline.fault_injection import after_response, before_request
from emulator.pipeline.gates import (
    auth,
    bearer,
    buyer_auth,
    client_credentials,
    control_token,
    ip_allowlist,
    quota,
    rate_limit,
    storefront,
    user_agent,
)
from emulator.pipeline.record import record
from emulator.pipeline.responses import fault_reply, refuse, schema_violation
from emulator.pipeline.routes import Route
from emulator.stage.fault import Injection
from emulator.stage.stage import Stage, Stages

_SAFE = frozenset({"GET", "HEAD"})
_LOG = logging.getLogger("emulator")
_GATES: Mapping[str, Callable[[RequestContext], None]] = {
    "ip_allowlist": ip_allowlist.check,
    "auth": auth.check,
    "user_agent": user_agent.check,
    "storefront": storefront.check,
    "rate_limit": rate_limit.check,
    "buyer_auth": buyer_auth.check,
    "client_credentials": client_credentials.check,
    "bearer": bearer.check,
    "quota": quota.check,
    "control_token": control_token.check,
}


def serve(
    stages: Stages,
    stage: Stage,
    bound: Route,
    segments: Mapping[str, str],
    request: Request,
    strike: Injection | None,
) -> Reply:
    """Take one vendor request through every station and give its answer; the journal has it afterwards."""
    opened = time.perf_counter_ns()
    number = strike.number if strike else stage.journal.open()
    with stage.lock:
        stage.world.catch_up()
        visit = _visit(stages, stage, bound.operation, segments, request)
        reply = _answer(stages, stage, visit, number, partial(_in_one_go, bound.handler), strike)
        if strike is not None:
            reply = after_response(stages, stage, visit, strike, reply)
        took_ns = time.perf_counter_ns() - opened
        return record(stages, stage, visit, bound.operation, reply, number, took_ns, strike)


def _in_one_go(handler: Callable[[Call], Reply], call: Call) -> Reply:
    """Move the world in one transaction, or read it in one view; a refusal undoes what was moved."""
    with call.world.reading() if call.reads else call.world.transaction():
        return handler(call)


def serve_control(
    stages: Stages, stage: Stage, bound: Route, segments: Mapping[str, str], request: Request
) -> Reply:
    """Take one control request through gates, spec and handler; it meets no faults and leaves no trace."""
    visit = _visit(stages, stage, bound.operation, segments, request)
    return _answer(stages, stage, visit, 0, lambda call: bound.handler(call, stages, stage))


def refuse_unrouted(
    stages: Stages, stage: Stage, nearby: Operation, request: Request, error_id: str, facts: Mapping[str, str]
) -> Reply:
    """Refuse a request that reached no operation, in the manner of the document nearby."""
    opened = time.perf_counter_ns()
    number = stage.journal.open()
    visit = _visit(stages, stage, nearby, {}, request)
    reply = refuse(stages, visit, number, error_id, facts)
    if "allow" in facts:
        reply = reply.with_headers(("Allow", facts["allow"]))
    return record(stages, stage, visit, None, reply, number, time.perf_counter_ns() - opened)


def _answer(
    stages: Stages,
    stage: Stage,
    visit: RequestContext,
    number: int,
    handler: Callable[[Call], Reply],
    strike: Injection | None = None,
) -> Reply:
    try:
        if strike is not None:
            before_request(stage, strike, visit)
        if strike is not None and strike.fault.prevents:
            return fault_reply(stages, visit, number, strike.fault)
        for name in visit.operation.gates:
            _GATES[name](visit)
        reply = unusual.vary_response(visit, number, handler(_call(visit)))
    except (Refusal, BadParameter) as no:
        reply = refuse(stages, visit, number, no.error_id, no.facts)
    except Exception:
        _LOG.exception("request %d of stage %s broke the emulator", number, stage.name)
        return refuse(stages, visit, number, "internal-error", {})
    if visit.headers:
        reply = reply.with_headers(*visit.headers)
    breach = schema_violation(stages, stage, visit.operation, reply)
    if breach is None:
        return reply
    _LOG.error("request %d of stage %s: our own answer breaks the spec: %s", number, stage.name, breach)
    return refuse(stages, visit, number, "internal-error", {}) if stages.settings.check_answers else reply


def _visit(
    stages: Stages, stage: Stage, operation: Operation, segments: Mapping[str, str], request: Request
) -> RequestContext:
    return RequestContext(
        request=request,
        operation=operation,
        world=stage.world,
        counters=stage.counters,
        segments=segments,
        now_ms=stage.world.clock.now_ms(),
        limits=stage.limits,
        strict=stages.settings.strict,
        control_token=stages.settings.control_token,
        language="tr" if operation.edition == "tr" else "en",
    )


def _call(visit: RequestContext) -> Call:
    operation, request = visit.operation, visit.request
    reads = request.method in _SAFE
    return Call(
        operation=operation.id,
        reads=reads,
        world=visit.read_from if reads and visit.read_from is not None else visit.world,
        now_ms=visit.now_ms,
        path=decode_path(operation, visit.segments),
        query=decode_query(operation, request.query),
        body=decode_body(operation, request.headers.get("content-type", ""), request.body),
        headers=request.headers,
        seller=visit.seller,
        buyer=visit.buyer,
        client=visit.client,
        edition=operation.edition,
        storefront=visit.storefront,
        language=visit.language,
        decisions=visit.world.decisions,
        unusual=unusual.variations(visit),
    )

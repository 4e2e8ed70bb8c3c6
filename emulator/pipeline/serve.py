"""One request, station by station: journal, faults, gates, spec, handler, spec, faults, journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from emulator.contract.bodies import decode_body
from emulator.contract.operations import operation_at
from emulator.contract.parameters import decode_path, decode_query
from emulator.exchange import Call, Caller, Refusal, Reply
from emulator.pipeline.context import RequestContext
from emulator.pipeline.fault_injection import after_response, before_request
from emulator.pipeline.gates.quota import complete_headers
from emulator.pipeline.record import record
from emulator.pipeline.responses import fault_reply, omit_fields, refuse, schema_violation
from emulator.pipeline.routes import Route
from emulator.pipeline.unusual import variations, vary_response
from emulator.world.store.interface import StoreUnreachable

_LOG = logging.getLogger("emulator")
_WORLD_WORK = frozenset(
    {
        "listSellers",
        "addSeller",
        "updateSeller",
        "getTruth",
        "listPackages",
        "listPayouts",
        "makeMove",
        "listSnapshots",
        "saveSnapshot",
        "loadSnapshot",
        "deleteSnapshot",
        "freezeClock",
        "runClock",
    }
)


def serve(context: RequestContext, route: Route) -> Reply:
    """Take one vendor request through every station and give its answer; the journal has it afterwards."""
    open_exchange(context)
    with context.stage.lock:
        try:
            context.world.catch_up()
        except StoreUnreachable as fault:
            return record(context, refuse_without_store(context, fault))
        context.now_ms = context.world.clock.now_ms()
        if context.operation.moments:
            context.operation = operation_at(context.operation, context.now_ms)
        reply = answer(context, route, call_vendor)
        reply = after_response(context, reply)
        return record(context, reply)


def serve_control(context: RequestContext, route: Route) -> Reply:
    """Take one control request through gates, spec and handler; it meets no faults and leaves no trace."""
    try:
        context.world.look_elsewhere()
    except StoreUnreachable as fault:
        return refuse_without_store(context, fault)
    context.now_ms = context.world.clock.now_ms()
    return answer(context, route, call_control)


def refuse_unrouted(context: RequestContext, error_id: str, facts: Mapping[str, str]) -> Reply:
    """Refuse a request that reached no operation, in the manner of the document nearby."""
    open_exchange(context)
    with context.stage.lock:
        reply = refuse_request(context, error_id, facts)
        if "allow" in facts:
            reply = reply.with_headers(("Allow", facts["allow"]))
        return record(context, reply)


def open_exchange(context: RequestContext) -> None:
    """Give the request its number in the journal and its time."""
    context.opened_ns = time.perf_counter_ns()
    context.number = context.injection.number if context.injection else context.stage.journal.open()
    context.now_ms = context.world.clock.now_ms()


def answer(
    context: RequestContext, route: Route, handle: Callable[[RequestContext, Route, Call], Reply]
) -> Reply:
    """Give what the request is answered with: the handler's reply, a refusal, or the fault planned for it."""
    try:
        before_request(context)
        if context.injection is not None and context.injection.fault.prevents:
            return fault_reply(context, context.injection.fault)
        if context.request.body_error is not None:
            return refuse_request(context, context.request.body_error, {})
        for gate in route.gates:
            gate(context)
        call = decode(context, route)
        reply = omit_fields(context, handle(context, route, call))
        reply = vary_response(context, reply)
    except Refusal as no:
        return check_response(context, refuse_request(context, no.error_id, no.facts))
    except StoreUnreachable as fault:
        return refuse_without_store(context, fault)
    except Exception:
        if context.stages.get(context.stage.name) is not context.stage:
            raise  # the world was closed meanwhile, which is no fault of ours
        _LOG.exception("request %d of stage %s broke the emulator", context.number, context.stage.name)
        return refuse(context, "internal-error", {})
    return check_response(context, reply.with_headers(*context.headers) if context.headers else reply)


def refuse_without_store(context: RequestContext, fault: StoreUnreachable) -> Reply:
    """Refuse a request whose database does not answer; what it had moved is undone."""
    _LOG.error("request %d of stage %s: %s", context.number, context.stage.name, fault)
    return refuse(context, "service-unavailable", {})


def refuse_request(context: RequestContext, error_id: str, facts: Mapping[str, Any]) -> Reply:
    """Refuse a request, with the headers that its document promises for every answer."""
    try:
        complete_headers(context)
    except Refusal as no:
        error_id, facts = no.error_id, no.facts
    return refuse(context, error_id, facts).with_headers(*context.headers)


def decode(context: RequestContext, route: Route) -> Call:
    """Read path, query and body by the spec.

    Errors: Refusal for a value that the spec does not allow.
    """
    operation, request = context.operation, context.request
    stale = context.read_from if route.reads else None
    refuses_names = "400" in operation.tree.get("responses", {})  # where it can say so
    return Call(
        operation=operation.id,
        world=context.world if stale is None else stale,
        now_ms=context.now_ms,
        path=decode_path(operation, context.segments),
        query=decode_query(operation, request.query, strict=context.is_strict and refuses_names),
        body=decode_body(operation, request.headers.get("content-type", ""), request.body),
        caller=Caller(context.seller, context.buyer, context.client, context.storefront, context.language),
        variations=variations(context),
        find_origin=request.origin,
    )


def call_vendor(context: RequestContext, route: Route, call: Call) -> Reply:
    """Move the world in one transaction, or read it in one view; a refusal undoes what was moved."""
    with call.world.reading() if route.reads else call.world.transaction():
        return route.handler(call)


def call_control(context: RequestContext, route: Route, call: Call) -> Reply:
    """Let the control API do its work, on all stages or the one that is meant."""
    if context.operation.id in _WORLD_WORK:
        # Nobody may read a database that another thread closes to take it back to its seed.
        with context.stage.lock:
            return route.handler(call, context.stages, context.stage)
    return route.handler(call, context.stages, context.stage)


def check_response(context: RequestContext, reply: Reply) -> Reply:
    """Hold a reply to its schema; a breach is logged, and in strict mode answered as our own fault."""
    violation = schema_violation(context, reply)
    if violation is None:
        return reply
    number, name = context.number, context.stage.name
    _LOG.error("request %d of stage %s: our own answer breaks the spec: %s", number, name, violation)
    return refuse(context, "internal-error", {}) if context.stages.settings.check_answers else reply

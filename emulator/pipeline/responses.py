"""Answers that no handler gives: refusals, injected faults, and our own violations of the spec."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson

from emulator.contract.dated_fields import remove_field
from emulator.contract.errors import Answer
from emulator.contract.schemas import response_breach
from emulator.exchange import Reply
from emulator.pipeline.context import RequestContext
from emulator.stage.fault import Fault

_CHECK_EVERY = 256
_REASONS = frozenset({"why", "value"})
"""The facts of our own API's refusals that may be sentences."""


def refuse(context: RequestContext, error_id: str, facts: Mapping[str, Any]) -> Reply:
    """Render a catalogue entry in the envelope of the operation's document."""
    stages, world = context.stages, context.world
    catalogue = stages.contract.catalogue
    error_id = catalogue.resolve_date(error_id, context.operation.edition, context.now_ms, world.decisions)
    answer = catalogue.render(
        catalogue.resolve_decision(error_id, world.decisions),
        context.operation.envelope,
        context.language,
        {**_circumstances(context), **_with_reasons(context, facts)},
    )
    headers = [*answer.headers]
    if "retry_after" in facts and world.decisions["retry-after"] == "seconds":
        headers.append(("Retry-After", str(facts["retry_after"])))
    if stages.settings.emulator_headers:
        headers.extend(_explanation(answer))
    return Reply((answer.body,), answer.status, answer.content_type, tuple(headers))


def omit_fields(context: RequestContext, reply: Reply) -> Reply:
    """Leave out of an answer the fields that are not there at its moment; most operations have none."""
    paths = context.operation.absent_fields
    if not paths or str(reply.status) not in paths:
        return reply
    body = orjson.loads(b"".join(reply.parts))
    for path in paths[str(reply.status)]:
        remove_field(body, path)
    return replace(reply, parts=(orjson.dumps(body),))


def fault_reply(context: RequestContext, fault: Fault) -> Reply:
    """Render an injected fault: its own body, or the entry that it or its status names."""
    if not fault.answers:
        return Reply(())
    headers = (*fault.headers, *_retry_after(context, fault))
    error_id = fault.error or context.stages.contract.catalogue.for_status(fault.status or 500)
    facts = {} if fault.status is None else {"status": fault.status}
    plain = refuse(context, error_id, facts)
    status = fault.status or plain.status
    if fault.body is not None:
        return Reply((fault.body.encode(),), status, fault.content_type, headers)
    return Reply(plain.parts, status, plain.content_type, (*plain.headers, *headers))


def response_after_fault(context: RequestContext, fault: Fault, reply: Reply) -> Reply:
    """Put an injected fault in the place of an answer that is lost; else only its headers change."""
    if fault.answers:
        return fault_reply(context, fault)
    replaced_names = {name.lower() for name, _ in fault.headers}
    others = (pair for pair in reply.headers if pair[0].lower() not in replaced_names)
    return replace(reply, headers=(*others, *fault.headers))


def _retry_after(context: RequestContext, fault: Fault) -> list[tuple[str, str]]:
    """Tell how long to wait; a date is the client's own time, never earlier than the seconds are over."""
    if fault.retry_after is None:
        return []
    if fault.retry_after_as == "seconds":
        return [("Retry-After", str(fault.retry_after))]
    # The modules of e-mail are slow to import, and few faults give a date.
    from email.utils import formatdate

    now_s = -(-context.stages.wall() // 1000)
    return [("Retry-After", formatdate(now_s + fault.retry_after, usegmt=True))]


def schema_violation(context: RequestContext, reply: Reply) -> str | None:
    """Hold an answer to the operation's own response schema: each one in strict mode, else one in 256.

    A long one, as a whole journal is, would stop all others meanwhile: it is held to it in strict mode alone.
    """
    stage, operation = context.stage, context.operation
    count = stage.answers.get((operation.id, reply.status), 0)
    stage.answers[operation.id, reply.status] = count + 1
    is_sample = count % _CHECK_EVERY == 0 and not reply.is_long
    if not context.stages.settings.check_answers and not is_sample:
        return None
    body = b"".join(reply.parts)
    return response_breach(operation, reply.status, reply.content_type, body, unusual=stage.world.unusual)


def _circumstances(context: RequestContext) -> dict[str, Any]:
    path = context.request.path
    return {
        "now_ms": context.now_ms,
        "method": context.request.method,
        "uri": path[max(path.find("/sellers/"), 0) :],
        "correlation_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{context.world.seed}/{context.number}")),
    }


def _with_reasons(context: RequestContext, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say the sentences among the facts of our own API in the language of the answer."""
    if context.operation.family != "control":
        return facts
    say = context.stages.translator_into(context.language)
    return {
        name: say(str(value)) if name in _REASONS and " " in str(value) else value
        for name, value in facts.items()
    }


def _explanation(answer: Answer) -> list[tuple[str, str]]:
    source = answer.source
    page = source.get("page")
    headers = [("X-Emulator-Rule", answer.error_id)]
    if "confidence" in source:
        headers.append(("X-Emulator-Confidence", source["confidence"]))
    # Headers are ASCII, and many of the vendor's pages have Turkish letters in their address.
    return [*headers, ("X-Emulator-Source", quote(page, safe="/ "))] if page else headers

"""Answers that no handler gives: refusals, injected faults, and our own breaches of the spec."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from emulator.contract.errors import Answer
from emulator.contract.operations import Operation
from emulator.contract.schemas import response_breach
from emulator.exchange import Reply, RequestContext
from emulator.stage.fault import Fault
from emulator.stage.stage import Stage, Stages

_CHECK_EVERY = 256


def refuse(
    stages: Stages, visit: RequestContext, number: int, error_id: str, facts: Mapping[str, Any]
) -> Reply:
    """Render a catalogue entry in the envelope of the operation's document."""
    catalogue = stages.contract.catalogue
    answer = catalogue.render(
        catalogue.decided(error_id, visit.world.decisions),
        visit.operation.envelope,
        visit.language,
        {**_circumstances(visit, number), **facts},
    )
    headers = [*answer.headers]
    if "retry_after" in facts and visit.world.decisions["retry-after"] == "seconds":
        headers.append(("Retry-After", str(facts["retry_after"])))
    if stages.settings.emulator_headers:
        headers.extend(_explanation(answer))
    return Reply((answer.body,), answer.status, answer.content_type, tuple(headers))


def fault_reply(stages: Stages, visit: RequestContext, number: int, fault: Fault) -> Reply:
    """Render injected trouble: its own body, or a catalogue entry, the one it names or that of its status."""
    if not fault.answers:
        return Reply(())
    headers = (*fault.headers, *_retry_after(stages, fault))
    error_id = fault.error or stages.contract.catalogue.for_status(fault.status or 500)
    told = {} if fault.status is None else {"status": fault.status}
    plain = refuse(stages, visit, number, error_id, told)
    status = fault.status or plain.status
    if fault.body is not None:
        return Reply((fault.body.encode(),), status, fault.content_type, headers)
    return Reply(plain.parts, status, plain.content_type, (*plain.headers, *headers))


def response_after_fault(
    stages: Stages, visit: RequestContext, number: int, fault: Fault, reply: Reply
) -> Reply:
    """Put injected trouble in the place of an answer that is lost; else only its headers change."""
    if fault.answers:
        return fault_reply(stages, visit, number, fault)
    replaced = {name.lower() for name, _ in fault.headers}
    kept = (pair for pair in reply.headers if pair[0].lower() not in replaced)
    return replace(reply, headers=(*kept, *fault.headers))


def _retry_after(stages: Stages, fault: Fault) -> list[tuple[str, str]]:
    """Tell how long to wait; a date is the client's own time, never earlier than the seconds are over."""
    if fault.retry_after is None:
        return []
    if fault.retry_after_as == "seconds":
        return [("Retry-After", str(fault.retry_after))]
    now_s = -(-stages.wall() // 1000)
    return [("Retry-After", formatdate(now_s + fault.retry_after, usegmt=True))]


def schema_violation(stages: Stages, stage: Stage, operation: Operation, reply: Reply) -> str | None:
    """Hold an answer to the operation's own response schema: each one in strict mode, else one in 256."""
    count = stage.answers.get((operation.id, reply.status), 0)
    stage.answers[operation.id, reply.status] = count + 1
    if not stages.settings.check_answers and count % _CHECK_EVERY:
        return None
    body = b"".join(reply.parts)
    return response_breach(operation, reply.status, reply.content_type, body, unusual=stage.world.unusual)


def _circumstances(visit: RequestContext, number: int) -> dict[str, Any]:
    path = visit.request.path
    return {
        "now_ms": visit.now_ms,
        "method": visit.request.method,
        "uri": path[max(path.find("/sellers/"), 0) :],
        "correlation_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{visit.world.seed}/{number}")),
    }


def _explanation(answer: Answer) -> list[tuple[str, str]]:
    source = answer.source
    page = source.get("page")
    told = [("X-Emulator-Rule", answer.error_id), ("X-Emulator-Confidence", source["confidence"])]
    return [*told, ("X-Emulator-Source", page)] if page and page.isascii() else told

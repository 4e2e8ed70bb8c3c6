"""Writes an exchange into the journal and tells the client under which number."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.contract.operations import Operation
from emulator.exchange import Reply, RequestContext, api_key_of
from emulator.stage.fault import Injection
from emulator.stage.journal import Exchange, Headers
from emulator.stage.stage import Stage, Stages


def record(
    stages: Stages,
    stage: Stage,
    visit: RequestContext,
    operation: Operation | None,
    reply: Reply,
    number: int,
    took_ns: int,
    strike: Injection | None = None,
) -> Reply:
    """Keep an exchange; ``operation`` is None when the request reached none. Control requests leave no trace.

    Units: ``took_ns`` nanoseconds of real time.
    """
    if visit.operation.family == "control":
        return reply
    request = visit.request
    told = dict(reply.headers)
    if stages.settings.emulator_headers:
        reply = reply.with_headers(("X-Emulator-Request", str(number)))
    status, headers, parts = _on_the_wire(reply)
    stage.journal.close(
        Exchange(
            id=number,
            operation=operation.id if operation else None,
            document=operation.document if operation else None,
            edition=operation.edition if operation else None,
            seller_id=_seller_id(visit),
            api_key=visit.client.id if visit.client else api_key_of(request.headers.get("authorization", "")),
            method=request.method,
            target=request.address,
            request_headers=tuple(request.headers.items()),
            request_body=request.body or b"",
            started_at=stages.wall() / 1000 - took_ns / 1e9,
            now_ms=visit.now_ms,
            duration_ns=took_ns,
            status=status,
            response_headers=headers,
            parts=parts,
            refusal=told.get("X-Emulator-Rule"),
            source=told.get("X-Emulator-Source"),
            fault=strike.fault.id if strike else None,
        )
    )
    return reply


def _on_the_wire(reply: Reply) -> tuple[int, Headers, Sequence[bytes]]:
    """What the client gets of an answer: status, headers, body; nothing where the connection is reset."""
    headers = (("content-type", reply.content_type), *reply.headers)
    if reply.transmission is None or reply.transmission.cut is None:
        return reply.status, headers, reply.parts
    if reply.transmission.cut == "reset":
        return 0, (), ()
    body = b"".join(reply.parts)
    promised = ("content-length", str(reply.transmission.promised_length(body)))
    return reply.status, (*headers, promised), (reply.transmission.sent_part(body),)


def _seller_id(visit: RequestContext) -> int | None:
    """The seller who asks, or whose goods a buyer or an API client deals in."""
    if visit.seller is not None:
        return visit.seller.id
    linked = visit.buyer or visit.client
    return linked.seller_id if linked else None

"""Writes an exchange into the journal and tells the client under which number."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from urllib.parse import unquote

from emulator.contract.operations import Operation
from emulator.exchange import Reply, api_key_of
from emulator.pipeline.context import RequestContext
from emulator.pipeline.routes import seller_id_in
from emulator.secret_texts import mask_secrets
from emulator.stage.journal import Exchange, Headers

_LOG = logging.getLogger("emulator")


def record(context: RequestContext, reply: Reply) -> Reply:
    """Keep an exchange and give its answer with the number it stands under."""
    took_ns = time.perf_counter_ns() - context.opened_ns
    stages, operation = context.stages, _operation(context)
    request = context.request
    explanation = dict(reply.headers)
    if stages.settings.emulator_headers:
        reply = reply.with_headers(("X-Emulator-Request", str(context.number)))
    status, headers, parts = _on_the_wire(reply)
    exchange = Exchange(
        id=context.number,
        operation=operation.id if operation else None,
        document=operation.document if operation else None,
        edition=_edition(context),
        seller_id=_seller_id(context),
        api_key=context.client.id if context.client else api_key_of(request.headers.get("authorization", "")),
        method=request.method,
        target=request.address,
        request_headers=tuple(request.headers.items()),
        request_body=request.body,
        started_at=stages.wall() / 1000 - took_ns / 1e9,
        now_ms=context.now_ms,
        duration_ns=took_ns,
        status=status,
        response_headers=headers,
        parts=parts,
        refusal=explanation.get("X-Emulator-Rule"),
        source=unquote(explanation["X-Emulator-Source"]) if "X-Emulator-Source" in explanation else None,
        fault=context.injection.fault.id if context.injection else None,
    )
    context.stage.journal.close(exchange)
    if _LOG.isEnabledFor(logging.INFO):
        log_exchange(context.stage.name, exchange)
    return reply


def log_exchange(stage_name: str, exchange: Exchange) -> None:
    """Write a line about an exchange, without secrets."""
    target = mask_secrets(exchange.target)
    facts = {
        "world": stage_name,
        "request": exchange.id,
        "operation": exchange.operation,
        "seller": exchange.seller_id,
        "method": exchange.method,
        "target": target,
        "status": exchange.status,
        "refusal": exchange.refusal,
        "duration_ms": exchange.duration_ms,
    }
    line = "%s %s %d %.1f ms"
    values = (exchange.method, target, exchange.status, exchange.duration_ms)
    _LOG.info(line, *values, extra={"facts": facts})


def _operation(context: RequestContext) -> Operation | None:
    """The operation that answered; None where there is none, or none is built."""
    return context.operation if context.route and context.route.is_emulated else None


def _edition(context: RequestContext) -> str | None:
    """The edition of the operation, else of the seller who asks; None where the vendor could not know it.

    An address without a seller that is asked with no key, or an unknown one, is answered by a guess.
    """
    if context.route:
        is_nobody = _seller_id(context) is None and seller_id_in(context.segments) is None
        is_guess = is_nobody and context.operation.document.startswith("trendyol/")
        return None if is_guess else context.operation.edition
    return context.seller.edition if context.seller else None


def _on_the_wire(reply: Reply) -> tuple[int, Headers, Sequence[bytes]]:
    """What the client gets of an answer: status, headers, body; nothing where the connection is reset."""
    headers = (("content-type", reply.content_type), *reply.headers)
    if reply.transmission is None or reply.transmission.cut is None:
        return reply.status, headers, reply.parts
    if reply.transmission.cut == "reset":
        return 0, (), ()
    body = b"".join(reply.parts)
    length_header = ("content-length", str(reply.transmission.promised_length(body)))
    return reply.status, (*headers, length_header), (reply.transmission.sent_part(body),)


def _seller_id(context: RequestContext) -> int | None:
    """The seller who asks, or whose goods a buyer or an API client deals in."""
    if context.seller is not None:
        return context.seller.id
    account = context.buyer or context.client
    return account.seller_id if account else None

"""The journal as HTTP Archive 1.2; loaded by the first who wants one, for its library takes long to load."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from harfile import HAR_VERSION, Content, PostData, Record, Request, Response, Timings

from emulator.secret_texts import mask_secrets
from emulator.stage.journal import Exchange, Headers
from emulator.stage.masking import masked_headers, masked_pairs, masked_text

_PRODUCT = "trendyol-emulator"
_PROTOCOL = "HTTP/1.1"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def archive(exchanges: Iterable[Exchange]) -> list[bytes]:
    """Write exchanges as one HAR document, in pieces of one entry each.

    Shapes: every entry carries the extension ``_emulator`` with what HTTP does not say: the journal id, the
    operation, the seller, the API key the request named, the refusal and its source, the fault it met,
    the world's time. The status is 0 where no answer came.
    """
    parts = [_head()]
    for exchange in exchanges:
        parts.append((b"," if len(parts) > 1 else b"") + orjson.dumps(entry(exchange)))
    return [*parts, b"]}}"]


@cache
def _head() -> bytes:
    from importlib.metadata import version

    creator = orjson.dumps({"name": _PRODUCT, "version": version(_PRODUCT)})
    return b'{"log":{"version":"%s","creator":%s,"entries":[' % (HAR_VERSION.encode(), creator)


def entry(exchange: Exchange) -> dict[str, Any]:
    """Write one exchange as a HAR entry."""
    return {
        "startedDateTime": exchange.started_at_iso,
        "time": exchange.duration_ms,
        "request": _request(exchange).asdict(),
        "response": _response(exchange).asdict(),
        "cache": {},
        "timings": Timings(send=0, wait=exchange.duration_ms, receive=0).asdict(),
        "_emulator": _extension(exchange),
    }


def _extension(exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "operation": exchange.operation,
        "document": exchange.document,
        "edition": exchange.edition,
        "seller": exchange.seller_id,
        "key": exchange.api_key,
        "refusal": exchange.refusal,
        "source": exchange.source,
        "fault": exchange.fault,
        "now_ms": exchange.now_ms,
        "body_dropped": exchange.body_dropped,
    }


def _request(exchange: Exchange) -> Request:
    headers = masked_headers(exchange)
    return Request(
        method=exchange.method,
        url=_url(exchange, headers),
        httpVersion=_PROTOCOL,
        headers=[Record(name, value) for name, value in headers],
        queryString=[Record(name, value) for name, value in _query(mask_secrets(exchange.target))],
        postData=_post_data(exchange, _header(headers, "content-type")),
        bodySize=exchange.request_bytes,
    )


def _url(exchange: Exchange, headers: Headers) -> str:
    return f"http://{_host(headers)}{mask_secrets(exchange.target)}"


def _host(headers: Headers) -> str:
    return _header(headers, "host") or "localhost"


def _query(target: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(target).query, keep_blank_values=True, errors="replace")


def _post_data(exchange: Exchange, media_type: str) -> PostData | None:
    if not exchange.request_body:
        return None
    body, encoding = masked_text(exchange.request_body)
    return PostData(mimeType=media_type, text=body, comment=encoding)


def _response(exchange: Exchange) -> Response:
    body, encoding = masked_text(b"".join(exchange.parts))
    media_type = _header(exchange.response_headers, "content-type")
    return Response(
        status=exchange.status,
        statusText=_PHRASES.get(exchange.status, ""),
        httpVersion=_PROTOCOL,
        headers=[Record(name, value) for name, value in masked_pairs(exchange.response_headers)],
        content=Content(size=exchange.response_bytes, mimeType=media_type, text=body, encoding=encoding),
        redirectURL=mask_secrets(_header(exchange.response_headers, "location")),
        bodySize=exchange.response_bytes,
    )


def _header(headers: Headers, lower_name: str) -> str:
    return next((value for name, value in headers if name.lower() == lower_name), "")

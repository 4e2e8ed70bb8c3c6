"""What judges read of a journal: a row an exchange, without secrets, sizes and phrases."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from emulator.secret_texts import mask_secrets
from emulator.stage.journal import Exchange, Headers
from emulator.stage.masking import masked_pairs, masked_text

_LONG_PAGE = 16_384
# Of a purchase the judges read the rows as well.
_WHOLE_PAGES = frozenset({"b2b/gateway"})
_NO_GAPS, _NO_BODY = frozenset[str](), frozenset({"body"})


def judge_rows(exchanges: Iterable[Exchange]) -> Iterator[dict[str, Any]]:
    """Yield what judges read of each exchange; of the lists in a long page there is only how long they are.

    Shapes: headers by lower-case names; ``account`` is the key that the request names; ``gaps`` holds "body"
    where the journal has let go of the bodies.
    Units: ``at_ms`` the world's time, ``real_ms`` the real one, in epoch milliseconds.
    """
    text_of = lru_cache(64)(_text_of)  # many requests are answered with the same page
    for exchange in exchanges:
        host, headers = _host_and_headers(tuple(exchange.request_headers))
        is_page = exchange.method == "GET" and exchange.document not in _WHOLE_PAGES
        yield {
            "number": exchange.id,
            "method": exchange.method,
            "url": f"http://{host}{mask_secrets(exchange.target)}",
            "headers": headers,
            "request_body": masked_text(exchange.request_body)[0] if exchange.request_body else "",
            "status": exchange.status,
            "response_headers": _by_lower_name(exchange.response_headers),
            "body": text_of(b"".join(exchange.parts), is_page=is_page),
            "gaps": _NO_BODY if exchange.body_dropped else _NO_GAPS,
            "at_ms": exchange.now_ms,
            "real_ms": exchange.started_at * 1000,
            "took_ms": exchange.duration_ms,
            "edition": exchange.edition,
            "account": exchange.api_key or "",
            "refusal": exchange.refusal or "",
        }


@lru_cache(256)
def _host_and_headers(headers: tuple[tuple[str, str], ...]) -> tuple[str, Mapping[str, str]]:
    """Give the host and the headers of a request; most requests have the same."""
    headers_by_name = _by_lower_name(headers)
    return headers_by_name.get("host") or "localhost", headers_by_name


def _by_lower_name(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in masked_pairs(headers) if name}


def _text_of(body: bytes, *, is_page: bool) -> str:
    if is_page and len(body) > _LONG_PAGE:
        body = _without_rows(body)
    text, encoding = masked_text(body)
    return text if encoding is None else base64.b64decode(text).decode(errors="replace")


def _without_rows(body: bytes) -> bytes:
    """Put a zero for each row of the lists of a page; what is no JSON object stays as it is."""
    try:
        page = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    if not isinstance(page, dict):
        return body
    return orjson.dumps(
        {name: [0] * len(value) if isinstance(value, list) else value for name, value in page.items()}
    )

"""One entry of an HTTP Archive as an exchange, with what the recording lacks of it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contract_tests.records.history import Body, Exchange, Pairs
from contract_tests.records.paths import vendor_path

# What tools write in the place of a value that nobody may see.
REDACTION = re.compile(
    r"\W*(redacted|filtered|removed|hidden|masked|sanitized|scrubbed|x{4,})\W*|[*\u2022]{3,}", re.I
)
NO_BODY_STATUSES = frozenset({204, 205, 304})
# So many requests at one and the same moment were not recorded with their times.
FEWEST_AT_ONCE = 5


Entry = Mapping[str, Any]


class OddEntry(Exception):
    """An entry that cannot be read; the text says why, in a few words."""


def exchange_of(number: int, entry: Any) -> Exchange | str:
    """Make the exchange of an entry; of one that is not with the vendor give its host.

    Errors: OddEntry.
    """
    request = _mapping(_mapping(entry).get("request"))
    if not request.get("url") or not request.get("method"):
        raise OddEntry("it names no method and URL")
    url = str(request["url"]).encode("utf-8", "replace").decode()
    host, path, query = place_of(url)
    if path is None or str(request["method"]).upper() == "CONNECT":
        return host or "a URL without a host"
    return _vendor_exchange(number, entry, url, path, query)


def _vendor_exchange(number: int, entry: Entry, url: str, path: str, query: str) -> Exchange:
    request, response = _mapping(entry.get("request")), _mapping(entry.get("response"))
    own = _mapping(entry.get("_emulator")) or _mapping(entry.get("_recorder"))
    real_ms = _moment_ms(entry.get("startedDateTime"))
    text = _text(response)
    exchange = Exchange(
        number=own.get("id") or number,
        method=str(request["method"]).upper(),
        url=url,
        path=path,
        raw_query=query,
        query=pairs_of(query),
        headers=_headers(request),
        request_body=str(_mapping(request.get("postData")).get("text") or ""),
        status=_integer(response.get("status")),
        response_headers=_headers(response),
        body=Body("" if own.get("body_dropped") else text or ""),
        at_ms=own.get("now_ms") or real_ms or 0.0,
        real_ms=real_ms or 0.0,
        took_ms=max(0.0, _number(entry.get("time"))),
        edition=own.get("edition"),
        account=own.get("key") or own.get("account") or "",
        refusal=own.get("refusal") or "",
    )
    gaps = frozenset(_gaps(exchange, own, has_body=text is not None))
    return exchange.with_fields(gaps=gaps) if gaps else exchange


def _gaps(exchange: Exchange, own: Entry, *, has_body: bool) -> Iterator[str]:
    """List what a recording lacks of an exchange; a journal or recording of ours lacks bodies alone."""
    if own:
        yield from ["body"] if own.get("body_dropped") else []
        return
    lacks = {
        "body": not has_body or _lacks_body(exchange),
        "headers": not exchange.headers,
        "answer headers": bool(exchange.status) and not exchange.response_headers,
        "time": not exchange.real_ms,
        "seller": any(is_redaction(unquote(segment)) for segment in exchange.path.split("/")),
    }
    yield from (name for name, is_missing in lacks.items() if is_missing)
    values = {f"header {name}": value for name, value in exchange.headers.items()}
    values |= {f"query {name}": value for name, value in exchange.query}
    yield from (name for name, value in values.items() if is_redaction(value))


def without_false_times(exchanges: list[Exchange]) -> list[Exchange]:
    """Note that times are missing where a tool wrote one and the same for everything."""
    if len(exchanges) < FEWEST_AT_ONCE or any(
        one.real_ms != exchanges[0].real_ms or one.at_ms != exchanges[0].at_ms for one in exchanges
    ):
        return exchanges
    return [one.with_fields(gaps=one.gaps | {"time"}) for one in exchanges]


def is_redaction(value: str) -> bool:
    """Tell whether a value, or the credentials behind a scheme, is a redactor's mark."""
    words = value.strip().split(" ", 1)
    return any(REDACTION.fullmatch(word) for word in {value.strip(), words[-1]})


def place_of(url: str) -> tuple[str, str | None, str]:
    """Give the host of a URL, its path from the vendor's prefix on, None without one, and its query.

    Errors: OddEntry.
    """
    start, _, query = url.partition("?")
    is_plain = "#" not in url and query.isprintable()
    try:
        host, path = _host_and_path(start if is_plain else url)
        return host, path, query if is_plain else urlsplit(url).query
    except ValueError as error:
        raise OddEntry("its URL cannot be read") from error


@lru_cache(4096)
def _host_and_path(url: str) -> tuple[str, str | None]:
    """Read the host and the vendor's path; many requests go to one path."""
    address = urlsplit(url)
    host = address.hostname or ""
    return host, vendor_path(address.path, host)


def pairs_of(query: str) -> Pairs:
    """Decode a query into its names and values, in their order."""
    if "%" in query or "+" in query:
        return tuple(parse_qsl(query, keep_blank_values=True, errors="replace"))
    parts = [pair.partition("=") for pair in query.split("&") if pair]
    return tuple([(name, value) for name, _, value in parts])


def _lacks_body(exchange: Exchange) -> bool:
    may_be_empty = exchange.status in NO_BODY_STATUSES or exchange.method == "HEAD"
    return exchange.is_success and not exchange.body.text and not may_be_empty


def _text(response: Mapping[str, Any]) -> str | None:
    """Read the text of an answer; None when it is there and cannot be read."""
    content = _mapping(response.get("content"))
    text = str(content.get("text") or "")
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except binascii.Error:
        return None


def _headers(message: Mapping[str, Any]) -> dict[str, str]:
    rows = message.get("headers")
    return {
        str(one["name"]).lower(): str(one.get("value") or "")
        for one in (rows if isinstance(rows, list) else ())
        if isinstance(one, dict) and one.get("name")
    }


def _moment_ms(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(str(value)).timestamp() * 1000
    except (ValueError, OverflowError):
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _integer(value: Any) -> int:
    return int(_number(value))


def _number(value: Any) -> float:
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        return 0.0
    return number if abs(number) < float("inf") else 0.0

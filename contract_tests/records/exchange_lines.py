"""Exchanges in lines that people read: what was asked, what came, and never a secret."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson

from contract_tests.records.counts import count_of
from contract_tests.records.history import Exchange
from contract_tests.records.masking import MASK, SECRET_IN_QUERY, mask_secrets

VALUE_CHARS, REASON_CHARS, MAX_SHORT_ITEMS = 40, 120, 3
QUERY_VALUE = re.compile(r"([?&]|^)([^=&#]+)=([^&#]*)")
EPOCH_MS = re.compile(r"(?<![\d.])1[5-9]\d{11}(?![\d.])")
SHORTEST_SECRET = 6


def without_secrets(text: str, exchange: Exchange) -> str:
    """Mask what must not stand in a report: user and password, values of secret names, the secret itself."""
    clean_text = mask_secrets(QUERY_VALUE.sub(_mask_value, text))
    for secret in _secrets_of(exchange):
        clean_text = clean_text.replace(secret, MASK).replace(quote(secret, safe=""), MASK)
    return clean_text


def _mask_value(pair: re.Match[str]) -> str:
    return f"{pair[1]}{pair[2]}={MASK}" if pair[3] and SECRET_IN_QUERY.fullmatch(pair[2]) else pair[0]


def _secrets_of(exchange: Exchange) -> Iterator[str]:
    credentials = exchange.headers.get("authorization", "").partition(" ")[2].strip()
    try:
        name_and_secret = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    secret = name_and_secret.partition(":")[2]
    if len(secret) >= SHORTEST_SECRET:
        yield from (credentials, secret)


def with_dates(text: str) -> str:
    """Write the date, UTC, beside each moment in epoch milliseconds."""
    return EPOCH_MS.sub(lambda moment: f"{moment[0]} ({date_of(int(moment[0]))})", text)


def date_of(epoch_ms: float) -> str:
    """Write a moment as people read it, UTC, to the second."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def request_line(exchange: Exchange) -> str:
    """Name an exchange in one line, with the reason of a refusal."""
    target = exchange.path + ("?" + exchange.raw_query if exchange.raw_query else "")
    line = f"#{exchange.number} {exchange.method} {without_secrets(target, exchange)}"
    return f"{line} -> {exchange.status or 'no answer'}{refusal_of(exchange)}"


def describe_exchange(exchange: Exchange) -> str:
    """Describe a request and its answer in one line: parameters with their dates, rows, what was refused."""
    pairs = (f"{name}={_value(name, value)}" for name, value in exchange.query if value)
    name = exchange.operation or f"{exchange.method} {exchange.path}"
    return without_secrets(f"{name} {' '.join(pairs)}".rstrip(), exchange) + f" -> {_answer(exchange)}"


def _value(name: str, value: str) -> str:
    if SECRET_IN_QUERY.fullmatch(name):
        return MASK
    return with_dates(value[:VALUE_CHARS]) if "date" in name.lower() else value[:VALUE_CHARS]


def refusal_of(exchange: Exchange) -> str:
    """Say why a request was refused: the emulator's rule, and what the answer says."""
    if not exchange.status or exchange.is_success:
        return ""
    reason = _reason(exchange.body.json)
    rule = f" {exchange.refusal}" if exchange.refusal else ""
    return f"{rule}: {reason[:REASON_CHARS]}" if reason else rule


def _reason(body: Any) -> str:
    """Find the message of an error answer, in whatever envelope it is."""
    if isinstance(body, list):
        return next(filter(None, map(_reason, body)), "")
    if not isinstance(body, Mapping):
        return ""
    for name in ("message", "errorMessage", "detail", "error_description", "title"):
        if isinstance(body.get(name), str) and body[name]:
            return str(body[name])
    return next(filter(None, (_reason(body.get(name)) for name in ("errors", "error"))), "")


def _answer(exchange: Exchange) -> str:
    if not exchange.status:
        return "no answer"
    body = exchange.body.json if exchange.is_success else None
    if not isinstance(body, Mapping):
        return f"{exchange.status}{refusal_of(exchange)}"
    lists = [one for one in body.values() if isinstance(one, list)]
    total = exchange.body.facts.get("totalElements", exchange.body.facts.get("meta.total_items"))
    parts = [str(exchange.status)]
    if lists:
        parts.append(count_of(len(lists[0]), "row") + (f" of {total}" if total is not None else ""))
    return ", ".join([*parts, *_shortfalls(body), *_failures(body)])


def _shortfalls(body: Mapping[str, Any]) -> list[str]:
    """Name the items of which fewer came than were asked for."""
    short_items = [
        f"{one.get('barcode')}: {one['availableQuantity']} of {one['requestedQuantity']}"
        for one in _rows(body.get("items"))
        if _is_short(one)
    ]
    return _first_of(short_items)


def _is_short(item: Mapping[str, Any]) -> bool:
    values = item.get("availableQuantity"), item.get("requestedQuantity")
    return all(isinstance(one, int) for one in values) and values[0] != values[1]


def _failures(body: Mapping[str, Any]) -> list[str]:
    """Say what a 2xx admits not to have done."""
    messages = [_failure(one) for one in _rows(body.get("errors"))]
    flag = ["hasError true"] if body.get("hasError") is True else []
    return [*flag, *_first_of([f"not done: {one[:REASON_CHARS]}" for one in messages])]


def _failure(row: Mapping[str, Any]) -> str:
    names = " ".join(str(row[word]) for word in ("sku", "barcode", "product_id") if row.get(word))
    message = str(row.get("message") or row.get("error") or orjson.dumps(row).decode())
    return f"{names}: {message}" if names else message


def _rows(value: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _first_of(texts: Sequence[str]) -> list[str]:
    more = len(texts) - MAX_SHORT_ITEMS
    return [*texts[:MAX_SHORT_ITEMS], *([f"{more} more"] if more > 0 else [])]

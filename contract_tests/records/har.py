"""HTTP Archive 1.2: read from a journal, a browser or a proxy as history, and written from a journal."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from contract_tests.records.history import Body, Exchange, History
from contract_tests.records.paths import vendor_path
from contract_tests.records.rulebook import Rulebook

Entry = Mapping[str, Any]


class NotAnArchive(Exception):
    """The text is no HTTP Archive; the message is one sentence for people."""


def read_archive(text: bytes | str, rulebook: Rulebook, edition: str | None = None) -> History:
    """Read the exchanges with the vendor out of a HAR; everything else in it is passed over.

    Shapes: ``edition`` int or tr holds for every entry that does not say its own.
    Errors: NotAnArchive.
    """
    try:
        entries = orjson.loads(text)["log"]["entries"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise NotAnArchive("this is no HTTP Archive (HAR 1.2): no log.entries in it") from error
    return history_of(entries, rulebook, edition)


def write_archive(entries: Iterable[Entry]) -> bytes:
    """Write entries as one HTTP Archive 1.2."""
    creator = {"name": "trendyol-emulator", "version": "1"}
    log = {"version": "1.2", "creator": creator, "entries": list(entries)}
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2)


def history_of(entries: Iterable[Entry], rulebook: Rulebook, edition: str | None = None) -> History:
    """Make a history of the entries of a HAR.

    Errors: NotAnArchive when an entry lacks what HAR 1.2 requires.
    """
    vendor_exchanges = []
    for number, entry in enumerate(entries, start=1):
        try:
            exchange = _exchange(number, entry)
        except (KeyError, TypeError, ValueError) as error:
            raise NotAnArchive(f"entry {number} of the archive is no HAR 1.2 entry: {error!r}") from error
        if exchange:
            vendor_exchanges.append(exchange)
    edition_of = edition_by_seller(vendor_exchanges)
    exchanges = (
        _with_operation(exchange, rulebook, exchange.edition or edition or edition_of(exchange))
        for exchange in vendor_exchanges
    )
    return History(tuple(sorted(exchanges, key=lambda exchange: (exchange.at_ms, exchange.number))))


def edition_by_seller(exchanges: list[Exchange]) -> Any:
    """Guess editions: a seller that ever names a foreign storefront works in the international one."""
    foreign = {
        _seller(exchange)
        for exchange in exchanges
        if exchange.headers.get("storefrontcode", "TR").upper() not in ("", "TR", "1")
    }
    return lambda exchange: "int" if _seller(exchange) in foreign else "tr"


def _seller(exchange: Exchange) -> str:
    neighbours = pairwise(exchange.path.split("/"))
    return next((after for word, after in neighbours if word in ("sellers", "suppliers")), "")


def _with_operation(exchange: Exchange, rulebook: Rulebook, edition: str) -> Exchange:
    match = rulebook.operation_at(exchange.method, exchange.path, edition)
    if not match:
        return replace(exchange, edition=edition)
    operation, values = match
    query = exchange.query
    if operation.names_by_lower_case:
        query = tuple((operation.names_by_lower_case.get(name.lower(), name), value) for name, value in query)
    return replace(
        exchange,
        operation=operation.id,
        document=operation.document,
        edition=edition,
        segments=values,
        query=query,
    )


def _exchange(number: int, entry: Entry) -> Exchange | None:
    request, response, own = entry["request"], entry["response"], entry.get("_emulator") or {}
    address = urlsplit(request["url"])
    path = vendor_path(address.path, address.hostname or "")
    if path is None:
        return None
    real_ms = datetime.fromisoformat(entry["startedDateTime"]).timestamp() * 1000
    return Exchange(
        number=own.get("id") or number,
        method=request["method"].upper(),
        url=request["url"],
        path=path,
        raw_query=address.query,
        query=tuple(parse_qsl(address.query, keep_blank_values=True, errors="replace")),
        headers=_headers(request),
        request_body=str((request.get("postData") or {}).get("text") or ""),
        status=int(response["status"]),
        response_headers=_headers(response),
        body=Body("" if own.get("body_dropped") else _text(response.get("content") or {})),
        at_ms=own.get("now_ms") or real_ms,
        real_ms=real_ms,
        took_ms=max(0.0, float(entry.get("time") or 0)),
        edition=own.get("edition"),
        account=own.get("key") or "",
    )


def _headers(message: Mapping[str, Any]) -> dict[str, str]:
    return {str(one["name"]).lower(): str(one["value"]) for one in message.get("headers") or ()}


def _text(content: Mapping[str, Any]) -> str:
    text = str(content.get("text") or "")
    return base64.b64decode(text).decode(errors="replace") if content.get("encoding") == "base64" else text

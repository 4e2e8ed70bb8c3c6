"""HTTP Archive 1.2: read from a journal, a browser or a proxy as history, and written from a journal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise, product
from operator import attrgetter
from typing import Any

import orjson

from contract_tests.records.days import beginning_ms
from contract_tests.records.har_entry import OddEntry, exchange_of, without_false_times
from contract_tests.records.har_stream import JsonStream, NotJson, Readable, entries_of, find_entries
from contract_tests.records.history import Body, Exchange, History, parse_body
from contract_tests.records.paths import match, system_of
from contract_tests.records.rulebook import Operation, Rule, Rulebook
from contract_tests.records.spill import Spill, with_stored_texts
from contract_tests.records.systems import B2B

NO_ARCHIVE = "this is no HTTP Archive (HAR 1.2): no log.entries in it"
# A page larger than this is kept without its rows when a recording is read.
LARGE_BODY_CHARS = 16_384

Entry = Mapping[str, Any]
FindOperation = Callable[[str, str, str], tuple[Operation, Mapping[str, str]] | None]


class NotAnArchive(Exception):
    """The text is no HTTP Archive; the message is one sentence for people."""


def read_archive(
    text: bytes | str | Readable, rulebook: Rulebook, edition: str | None = None, *, compact: bool = True
) -> History:
    """Read the exchanges with the vendor out of a HAR; everything else in it is passed over.

    Shapes: ``edition`` int or tr holds for every entry that does not say its own; a file is read piece by
    piece; a ``compact`` history leaves the rows out of large pages. An entry that cannot be read is counted,
    and the others are read.
    Errors: NotAnArchive.
    """
    raw = text.encode() if isinstance(text, str) else text
    try:
        stream = JsonStream(io.BytesIO(raw) if isinstance(raw, bytes) else raw)
        is_archive = find_entries(stream)
    except (NotJson, UnicodeError) as error:
        raise NotAnArchive(NO_ARCHIVE) from error
    if not is_archive:
        raise NotAnArchive(NO_ARCHIVE)
    return _history(entries_of(stream), rulebook, edition, compact=compact)


def write_archive(entries: Iterable[Entry]) -> bytes:
    """Write entries as one HTTP Archive 1.2."""
    creator = {"name": "trendyol-emulator", "version": "1"}
    log = {"version": "1.2", "creator": creator, "entries": list(entries)}
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2)


def history_of(
    entries: Iterable[Entry], rulebook: Rulebook, edition: str | None = None, *, compact: bool = False
) -> History:
    """Make a history of the entries of a HAR; one that cannot be read is counted.

    Shapes: a ``compact`` one leaves the rows out of large pages.
    Errors: NotAnArchive when none can be read.
    """
    return _history(entries, rulebook, edition, compact=compact)


def _history(entries: Iterable[Any], rulebook: Rulebook, edition: str | None, *, compact: bool) -> History:
    oddities: Counter[str] = Counter()
    exchanges_by_host: Counter[str] = Counter()
    vendor_exchanges: list[Exchange] = []
    spill = Spill() if compact else None
    for number, entry in enumerate(_all_readable(entries, oddities), start=1):
        try:
            exchange = exchange_of(number, entry)
        except OddEntry as odd:
            oddities[str(odd)] += 1
            continue
        if isinstance(exchange, Exchange):
            vendor_exchanges.append(
                with_stored_texts(compact_exchange(exchange), spill) if spill else exchange
            )
        else:
            exchanges_by_host[exchange] += 1
    if oddities and not vendor_exchanges and not exchanges_by_host:
        reasons = "; ".join(oddities)
        raise NotAnArchive(f"this is no HTTP Archive (HAR 1.2): of its entries none can be read: {reasons}")
    exchanges = with_operations(vendor_exchanges, rulebook, edition)
    return History(exchanges, oddities, exchanges_by_host)


def with_operations(
    vendor_exchanges: list[Exchange], rulebook: Rulebook, edition: str | None = None
) -> tuple[Exchange, ...]:
    """Give exchanges in the order of their times, each with the operation that it reached.

    Shapes: ``edition`` holds for those that do not say their own.
    """
    timed_exchanges = without_false_times(vendor_exchanges)
    edition_of = edition_by_seller(timed_exchanges)
    operation_at, closures = cache(rulebook.operation_at), rulebook.rules_by("path_current")
    exchanges = (
        _with_operation(
            exchange,
            rulebook,
            operation_at,
            current_path(exchange, closures),
            exchange.edition or edition or edition_of(exchange),
        )
        for exchange in timed_exchanges
    )
    return tuple(sorted(exchanges, key=attrgetter("at_ms", "number")))


def _all_readable(entries: Iterable[Any], oddities: Counter[str]) -> Iterator[Any]:
    try:
        yield from entries
    except NotJson:
        oddities["the file is broken or cut from there on"] += 1


def compact_exchange(exchange: Exchange) -> Exchange:
    """Leave the rows out of a large page: what a recording is judged by is their number."""
    body = exchange.body
    if exchange.method != "GET" or len(body.text) < LARGE_BODY_CHARS or system_of(exchange.path) is B2B:
        return exchange
    value = parse_body(body.text)
    if isinstance(value, list):
        return exchange.with_fields(body=Body(_numbers(len(value))))
    if not isinstance(value, dict):
        return exchange.with_fields(body=Body(body.text[:LARGE_BODY_CHARS]))
    text = orjson.dumps({name: _outline(one) for name, one in value.items()})
    return exchange.with_fields(body=Body(text.decode()))


def _outline(member: Any) -> Any:
    if isinstance(member, str):
        return member[:LARGE_BODY_CHARS]
    return [0] * len(member) if isinstance(member, list) else member


def _numbers(count: int) -> str:
    return orjson.dumps([0] * count).decode()


def edition_by_seller(exchanges: list[Exchange]) -> Any:
    """Guess editions: a seller that ever names a foreign storefront works in the international one."""
    foreign = {
        _seller_in(exchange.path)
        for exchange in exchanges
        if exchange.headers.get("storefrontcode", "TR").upper() not in ("", "TR", "1")
    }
    return lambda exchange: "int" if _seller_in(exchange.path) in foreign else "tr"


@lru_cache(4096)
def _seller_in(path: str) -> str:
    neighbours = pairwise(path.split("/"))
    return next((after for word, after in neighbours if word in ("sellers", "suppliers")), "")


def current_path(exchange: Exchange, closures: Iterable[Rule]) -> str:
    """Give the path that took the place of one which was open when it was asked, else the path itself."""
    for rule in closures:
        retired_prefixes = tuple(rule.facts["retired"])
        if exchange.path.startswith(retired_prefixes) and 0 < exchange.at_ms < beginning_ms(
            rule.facts["until"]
        ):
            for prefix, (old_path, new_path) in product(retired_prefixes, rule.facts["current"].items()):
                values = match(prefix + old_path, exchange.path)
                if values is not None:
                    return str(new_path.format_map(values))
    return exchange.path


def _with_operation(
    exchange: Exchange, rulebook: Rulebook, operation_at: FindOperation, path: str, edition: str
) -> Exchange:
    place = operation_at(exchange.method, path, edition)
    if not place:
        unbuilt = rulebook.is_unbuilt(exchange.method, exchange.path, edition)
        return exchange.with_fields(edition=edition, is_emulated=not unbuilt)
    operation, values = place
    query = exchange.query
    if operation.names_by_lower_case:
        query = tuple((operation.names_by_lower_case.get(name.lower(), name), value) for name, value in query)
    return exchange.with_fields(
        operation=operation.id,
        document=operation.document,
        edition=edition,
        segments=values,
        query=query,
        query_names=operation.query_names,
    )

"""Purchases through the buyer gateway: ordered once, read to the end, cancelled within what was reserved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# After so long a second purchase of the same items is somebody else's, if no reference tells them apart.
SAME_MOMENT_MS = 120_000


def not_repeated_after_loss(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A write whose answer was ``lost`` is not sent again blindly: it may have done its work.

    Shapes: the ``reference`` tells writes apart. Without one, only a repeat soon after a loss is a violation;
    with one, a repeat after a 2xx as well. After a refusal that says it was not done it may be repeated, and
    after a loss once a successful read of ``read_back`` has shown what came of it. Under one reference a line
    of a lost write is a repeat too, alone or beside others.
    """
    writes: dict[tuple[str, ...], Exchange] = {}
    for exchange in history.all_around(rule):
        if exchange.operation in rule.facts["read_back"] and exchange.is_success:
            writes = {key: write for key, write in writes.items() if write.status not in rule.facts["lost"]}
        if not history.covers(rule, exchange):
            continue
        reference = exchange.query_value(rule.facts["reference"]) or ""
        earlier = writes.get(key := (exchange.path, reference, exchange.body_key))
        earlier = earlier or _lost_write_of_a_line(exchange, reference, writes.values(), rule)
        yield Evaluation(
            (earlier, exchange) if earlier else (exchange,), _describe_repeat(exchange, earlier, rule)
        )
        if exchange.is_success or exchange.status in rule.facts["lost"]:
            writes[key] = exchange


def _lost_write_of_a_line(
    exchange: Exchange, reference: str, writes: Iterable[Exchange], rule: Rule
) -> Exchange | None:
    lost_writes = (
        write
        for write in writes
        if reference and write.status in rule.facts["lost"] and write.path == exchange.path
    )
    barcodes = requested_items(exchange).keys()
    return next(
        (
            write
            for write in lost_writes
            if write.query_value(rule.facts["reference"]) == reference
            and barcodes & requested_items(write).keys()
        ),
        None,
    )


def _describe_repeat(exchange: Exchange, earlier: Exchange | None, rule: Rule) -> str | None:
    name = rule.facts["reference"]
    reference = exchange.query_value(name)
    if earlier is None or not (reference or _soon_after_loss(exchange, earlier, rule)):
        return None
    answer = "no answer" if not earlier.status else f"a {earlier.status}"
    which = f"{name} {reference} was sent" if reference else f"a request without {name} was sent"
    return f"{which} again after {answer}, though the first one may be reserved"


def _soon_after_loss(exchange: Exchange, earlier: Exchange, rule: Rule) -> bool:
    answer_lost = earlier.status in rule.facts["lost"]
    return answer_lost and exchange.ms_since(earlier) < SAME_MOMENT_MS


def short_not_asked_again(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Of what was short not more than the rest is asked for again under the same ``reference``."""
    short: dict[tuple[str, str], tuple[Exchange, int, int]] = {}
    for exchange in history.operations_of(rule):
        reference = exchange.query_value(rule.facts["reference"])
        items = requested_items(exchange) if reference else {}
        for barcode, quantity in items.items():
            first, requested_quantity, reserved_quantity = short.get(
                (reference or "", barcode), (exchange, quantity, 0)
            )
            sentence = (
                f"{reserved_quantity} of {requested_quantity} were reserved as {reference}, "
                f"and {quantity} were asked for again"
            )
            if quantity > requested_quantity - reserved_quantity:
                yield Evaluation((first, exchange), sentence)
        for barcode, requested_quantity, reserved_quantity in reserved_items(exchange):
            if reference and reserved_quantity < requested_quantity:
                short[reference, barcode] = (exchange, requested_quantity, reserved_quantity)
                yield Evaluation((exchange,))


def cancels_within_reserved(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Of one item of a request not more is cancelled than ``given_by`` said was reserved."""
    reserved_by_item: defaultdict[tuple[str, str], int] = defaultdict(int)
    cancelled_by_item: defaultdict[tuple[str, str], int] = defaultdict(int)
    for exchange in history.all_around(rule):
        if exchange.operation == rule.facts["given_by"]:
            for barcode, _, quantity_there in reserved_items(exchange):
                reserved_by_item[request_number(exchange), barcode] += quantity_there
        elif history.covers(rule, exchange):
            number, (barcode, quantity) = exchange.segments.get("requestNumber", ""), cancelled_item(exchange)
            if (number, barcode) in reserved_by_item:
                yield Evaluation(
                    (exchange,), _too_many(quantity, reserved_by_item, cancelled_by_item, (number, barcode))
                )
                cancelled_by_item[number, barcode] += cancelled_quantity(exchange)


def _too_many(
    quantity: int,
    reserved_by_item: Mapping[Any, int],
    cancelled_by_item: Mapping[Any, int],
    item: tuple[str, str],
) -> str | None:
    left = reserved_by_item[item] - cancelled_by_item.get(item, 0)
    sentence = f"{quantity} of {item[1]} were to be cancelled, {left} are reserved"
    return sentence if quantity > left else None


def cancelled_quantity(exchange: Exchange) -> int:
    """Read how many pieces an answer says are cancelled."""
    quantity = exchange.body.facts.get("cancelledQuantity")
    return quantity if exchange.is_success and isinstance(quantity, int) else 0


def flag_read(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A 200 whose ``flag`` is true has failed; the same request is not sent more than ``times`` again."""
    failures: dict[tuple[str, str], list[Exchange]] = {}
    for exchange in history.operations_of(rule):
        earlier = failures.get(key := (exchange.path, exchange.body_key), [])
        if earlier:
            again = len(earlier) > rule.facts["times"]
            sentence = f"sent {len(earlier)} more times although the answer said {rule.facts['flag']}"
            yield Evaluation((earlier[0], exchange), sentence if again else None)
        if exchange.is_success and exchange.body.facts.get(rule.facts["flag"]) is True:
            failures.setdefault(key, []).append(exchange)


def number_given(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A path is asked with a number that ``given_by`` gave; one from an earlier recording is not refused."""
    known_numbers = set()
    for exchange in history.all_around(rule):
        if exchange.operation == rule.facts["given_by"]:
            known_numbers.add(request_number(exchange))
        elif history.covers(rule, exchange):
            number = exchange.segments.get(rule.facts["segment"], "")
            unknown = number not in known_numbers and exchange.status in (400, 404)
            sentence = f"{number} is no number that {rule.facts['given_by']} gave"
            yield Evaluation((exchange,), sentence if unknown else None)


def requested_items(exchange: Exchange) -> dict[str, int]:
    """Read the items of a purchase: barcode and quantity."""
    rows = parse_json(exchange.request_body)
    items = rows if isinstance(rows, list) else []
    pairs = ((one.get("barcode"), one.get("requestedQuantity")) for one in items if isinstance(one, dict))
    return {str(barcode): quantity for barcode, quantity in pairs if isinstance(quantity, int)}


def reserved_items(exchange: Exchange) -> Iterator[tuple[str, int, int]]:
    """Read what an answer reserved: barcode, how many were asked for, how many were there."""
    body = exchange.body.json if exchange.is_success else None
    rows = body.get("items") if isinstance(body, dict) else None
    for one in rows if isinstance(rows, list) else []:
        requested_quantity, quantity_there = one.get("requestedQuantity"), one.get("availableQuantity")
        if isinstance(requested_quantity, int) and isinstance(quantity_there, int):
            yield str(one.get("barcode")), requested_quantity, min(requested_quantity, quantity_there)


def cancelled_item(exchange: Exchange) -> tuple[str, int]:
    """Read what is to be cancelled: barcode and quantity."""
    body = parse_json(exchange.request_body)
    if not isinstance(body, dict):
        return "", 0
    quantity = body.get("quantity")
    return str(body.get("barcode")), quantity if isinstance(quantity, int) else 0


def request_number(exchange: Exchange) -> str:
    """Read the number a purchase was given; empty when it was not."""
    return str(exchange.body.facts.get("requestNumber", "")) if exchange.is_success else ""


def parse_json(text: str) -> Any:
    """Parse a request's body; null when it is no JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None

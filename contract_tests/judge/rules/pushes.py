"""Items that are written in batches, and the results of those batches."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.judge.rules.purchases import parse_json
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

IN_PROGRESS, FAILED_STATUS = "IN_PROGRESS", "FAILED"
MAX_EXAMPLES = 3


def body_items_at_most(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A body holds at most ``maximum`` items."""
    maximum = rule.facts["maximum"]
    for exchange in history.operations_of(rule):
        count = len(items_of(exchange))
        sentence = f"{count} items in one request, at most {maximum} are allowed"
        yield Evaluation((exchange,), sentence if count > maximum else None)


def body_not_repeated(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A body that was accepted is not sent again, unchanged, within ``within_ms``."""
    accepted_bodies: dict[tuple[str, str], Exchange] = {}
    for exchange in history.operations_of(rule):
        earlier = accepted_bodies.get(key := (exchange.path, exchange.body_key))
        apart_ms = _ms_apart(earlier, exchange) if earlier else 0.0
        again = earlier is not None and apart_ms < rule.facts["within_ms"]
        minutes = round(apart_ms / 60_000, 1)
        sentence = f"the same body was sent again {minutes} minutes after it was accepted"
        yield Evaluation((earlier, exchange) if earlier else (exchange,), sentence if again else None)
        if batch_id_of(exchange):
            accepted_bodies[key] = exchange


def _ms_apart(earlier: Exchange, exchange: Exchange) -> float:
    """Milliseconds between two requests, on the clock that went further."""
    return max(exchange.at_ms - earlier.at_ms, exchange.real_ms - earlier.real_ms)


def items_changed(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An item names what has changed: one alike in every field was not accepted before.

    Not judged: items whose batch failed them, or whose answer was lost, may be sent again.
    """
    last_items: dict[tuple[str, str], str] = {}
    failures = _failed_items(history)
    for exchange in history.operations_of(rule):
        items = {str(item.get("barcode")): repr(sorted(item.items())) for item in items_of(exchange)}
        same = [code for code, text in items.items() if last_items.get((exchange.path, code)) == text]
        sentence = f"{len(same)} of {len(items)} items had not changed: {', '.join(same[:MAX_EXAMPLES])}"
        yield Evaluation((exchange,), sentence if same else None)
        batch_failures = failures.get(batch_id_of(exchange), frozenset())
        if batch_id_of(exchange):
            last_items |= {(exchange.path, code): text for code, text in items.items()}
            for code in batch_failures:
                last_items.pop((exchange.path, code), None)


def item_fields_together(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An item with one of the ``fields`` has all of them."""
    fields = rule.facts["fields"]
    for exchange in history.operations_of(rule):
        wrong = [
            item for item in items_of(exchange) if 0 < sum(name in item for name in fields) < len(fields)
        ]
        yield Evaluation((exchange,), _examples(wrong, f"without all of {' and '.join(fields)}"))


def item_values_within(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Each of the ``fields`` lies between ``minimum`` and ``maximum``, or ``above`` a value."""
    for exchange in history.operations_of(rule):
        wrong = [item for item in items_of(exchange) if any(_is_outside(item, rule))]
        yield Evaluation((exchange,), _examples(wrong, rule.facts["sentence"]))


def _is_outside(item: Mapping[str, Any], rule: Rule) -> Iterator[bool]:
    facts = rule.facts
    for name in facts["fields"]:
        value = item.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            too_low = value <= facts["above"] if "above" in facts else value < facts.get("minimum", value)
            yield too_low or value > facts.get("maximum", value)


def item_order(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The field ``less`` of an item is not above its field ``more``."""
    less, more = rule.facts["less"], rule.facts["more"]
    for exchange in history.operations_of(rule):
        numbers = [(item, item.get(less), item.get(more)) for item in items_of(exchange)]
        wrong = [
            item
            for item, low, high in numbers
            if isinstance(low, int | float) and isinstance(high, int | float) and low > high
        ]
        yield Evaluation((exchange,), _examples(wrong, f"with {less} above {more}"))


def items_distinct(history: History, rule: Rule) -> Iterator[Evaluation]:
    """No two items of a body have the same ``key``."""
    for exchange in history.operations_of(rule):
        values = [str(item.get(rule.facts["key"])) for item in items_of(exchange)]
        twice = sorted({value for value in values if values.count(value) > 1}) if len(values) <= 1000 else []
        sentence = f"{', '.join(twice[:MAX_EXAMPLES])} stands in it more than once"
        yield Evaluation((exchange,), sentence if twice else None)


def item_changes_within(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The ``field`` of one barcode is changed at most ``changes`` times in ``per_ms``."""
    field, most, per_ms = rule.facts["field"], rule.facts["changes"], rule.facts["per_ms"]
    moments: defaultdict[str, deque[float]] = defaultdict(deque)
    last_values: dict[str, Any] = {}
    for exchange in history.operations_of(rule):
        too_often = ""
        for item in items_of(exchange) if exchange.is_success else ():
            code = str(item.get("barcode"))
            if field not in item or last_values.get(code) == item[field]:
                continue
            last_values[code] = item[field]
            times = moments[code]
            times.append(exchange.at_ms)
            while times[0] <= exchange.at_ms - per_ms:
                times.popleft()
            too_often = code if len(times) > most else too_often
        sentence = f"{field} of {too_often} was changed more than {most} times in {per_ms // 1000} s"
        yield Evaluation((exchange,), sentence if too_often else None)


def results_read(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The result of each accepted batch is asked for (``by``), in the same run or in a later one.

    Not judged: what was sent within ``grace_ms`` of the end of the recording.
    """
    exchanges = list(history.operations_of(rule))
    ids = {one.segments.get("batchRequestId") for one in history.calls_of({rule.facts["by"]})}
    end_ms = max(one.at_ms for one in history.exchanges) if exchanges else 0.0
    for exchange in exchanges:
        batch_id = batch_id_of(exchange)
        if batch_id in ids:
            yield Evaluation((exchange,))
        elif batch_id and end_ms - exchange.ended_ms > rule.facts["grace_ms"]:
            yield Evaluation((exchange,), f"the result of batch {batch_id} was never asked for")


def asked_apart(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A result that is not there yet is asked for again after at least ``least_ms``."""
    last: dict[str, Exchange] = {}
    for exchange in history.operations_of(rule):
        earlier = last.get(batch_id := exchange.segments.get("batchRequestId", ""))
        if earlier is not None and is_unfinished(earlier):
            wait_ms = exchange.ms_since(earlier)
            sentence = f"a batch in progress was asked for again after {wait_ms:.0f} ms"
            yield Evaluation((earlier, exchange), sentence if wait_ms < rule.facts["least_ms"] else None)
        last[batch_id] = exchange


def not_asked_when_expired(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A result whose time is over (``life_ms`` after sending) is not asked for more than ``times``."""
    writes = {batch_id_of(one): one for one in history.calls_of(rule.facts["writes"])}
    counts: defaultdict[str, int] = defaultdict(int)
    for exchange in history.operations_of(rule):
        batch_id = exchange.segments.get("batchRequestId", "")
        write = writes.get(batch_id)
        if write is not None and exchange.at_ms - write.ended_ms > rule.facts["life_ms"]:
            counts[batch_id] += 1
            again = counts[batch_id] > rule.facts["times"]
            sentence = f"batch {batch_id} was asked for {counts[batch_id]} times after its result had expired"
            yield Evaluation((write, exchange), sentence if again else None)


def items_of(exchange: Exchange) -> list[Mapping[str, Any]]:
    """Read the items of a write; none where its body holds none."""
    body = parse_json(exchange.request_body)
    items = body.get("items") if isinstance(body, dict) else None
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def batch_id_of(exchange: Exchange) -> str:
    """Read the id of the batch that a write was answered with; empty where it was not accepted."""
    return str(exchange.body.facts.get("batchRequestId") or "") if exchange.is_success else ""


def result_items(exchange: Exchange) -> list[Mapping[str, Any]]:
    """Read the items of a result."""
    body = exchange.body.json if exchange.is_success else None
    items = body.get("items") if isinstance(body, dict) else None
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def is_unfinished(exchange: Exchange) -> bool:
    """Tell whether an answer is a result with items in progress."""
    return any(item.get("status") == IN_PROGRESS for item in result_items(exchange))


def failed_barcodes(exchange: Exchange) -> frozenset[str]:
    """Name the items that a result says have failed."""
    items = (item for item in result_items(exchange) if item.get("status") == FAILED_STATUS)
    return frozenset(code_of(item.get("requestItem") or {}) for item in items)


def code_of(item: Mapping[str, Any]) -> str:
    """Name what an item is about: a barcode, of changes of contents the content."""
    return str(item.get("barcode") or item.get("contentId"))


def _failed_items(history: History) -> dict[str, frozenset[str]]:
    return {
        one.segments["batchRequestId"]: failed_barcodes(one)
        for one in history.exchanges
        if "batchRequestId" in one.segments and failed_barcodes(one)
    }


def _examples(items: list[Mapping[str, Any]], sentence: str) -> str | None:
    names = ", ".join(str(item.get("barcode")) for item in items[:MAX_EXAMPLES])
    return f"{names} {sentence}" if items else None

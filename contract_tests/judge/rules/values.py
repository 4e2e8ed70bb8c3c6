"""What single parameters may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# In between lie the instants that are written in seconds; below, those that mean "from the beginning on".
BEGINNING_MS, FIRST_MS, LAST_MS = 10**8, 10**11, 10**13
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\S+)?$")


def at_most(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A number is not above its ``maximum``."""
    name, maximum = rule.facts["parameter"], rule.facts["maximum"]
    for exchange in history.operations_of(rule):
        number = integer(exchange, name)
        if number is not None:
            is_above = number > maximum
            yield Evaluation(
                (exchange,), f"{name}={number}, at most {maximum} is allowed" if is_above else None
            )


def at_least(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A number is not below its ``minimum``."""
    name, minimum = rule.facts["parameter"], rule.facts["minimum"]
    for exchange in history.operations_of(rule):
        number = integer(exchange, name)
        if number is not None:
            is_below = number < minimum
            yield Evaluation(
                (exchange,), f"{name}={number}, at least {minimum} is meant" if is_below else None
            )


def one_of(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Each comma-separated value of a parameter is one of the allowed ``values``."""
    name = rule.facts["parameter"]
    fold = str.lower if rule.facts.get("ignore_case") else str
    allowed_values = {fold(str(value)) for value in rule.facts["values"]}
    for exchange in history.operations_of(rule):
        value_list = exchange.query_value(name)
        if value_list is not None:
            wrong = [value for value in value_list.split(",") if fold(value.strip()) not in allowed_values]
            yield Evaluation((exchange,), f"{name}={wrong[0]}" if wrong else None)


def given(history: History, rule: Rule) -> Iterator[Evaluation]:
    """All of the ``parameters`` are sent, ``unless`` another one makes them idle."""
    for exchange in history.operations_of(rule):
        if not idle(exchange, rule):
            missing = [name for name in rule.facts["parameters"] if exchange.query_value(name) is None]
            yield Evaluation((exchange,), f"{' and '.join(missing)} not sent" if missing else None)


def given_any(history: History, rule: Rule) -> Iterator[Evaluation]:
    """At least one of the ``parameters`` is sent."""
    names = rule.facts["parameters"]
    for exchange in history.operations_of(rule):
        missing = all(exchange.query_value(name) is None for name in names)
        yield Evaluation((exchange,), f"{' or '.join(names)} not sent" if missing else None)


def items_at_most(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A list, repeated or joined by commas, has at most ``maximum`` items."""
    name, maximum = rule.facts["parameter"], rule.facts["maximum"]
    for exchange in history.operations_of(rule):
        items = [item for key, value in exchange.query if key == name for item in value.split(",") if item]
        if items:
            violation = f"{name} has {len(items)} items, at most {maximum} are allowed"
            yield Evaluation((exchange,), violation if len(items) > maximum else None)


def every_value_asked(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Who asks a list by ``parameter`` (several at once by ``or_list``) asks for each of the ``values``.

    Shapes: ``aliases`` maps other spellings to the values they mean. Whoever never got an answer was only
    stopped on the way.
    """
    names, aliases = {rule.facts["parameter"], rule.facts.get("or_list")}, rule.facts.get("aliases", {})
    groups: dict[tuple[str, str | None], list[Exchange]] = {}
    for exchange in history.operations_of(rule):
        groups.setdefault((exchange.seller, exchange.operation), []).append(exchange)
    for exchanges in groups.values():
        if not any(exchange.is_success for exchange in exchanges):
            continue
        pairs = [pair for exchange in exchanges for pair in exchange.query]
        items = {item.strip() for name, value in pairs if name in names for item in value.split(",")}
        requested_values = {aliases.get(item, item) for item in items}
        never = [str(value) for value in rule.facts["values"] if value not in requested_values]
        yield Evaluation(tuple(exchanges[-1:]), f"never asked for {', '.join(never)}" if never else None)


def asked_beside(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A client of one list reads another one ``beside`` it as well."""
    exchanges = [exchange for exchange in history.operations_of(rule) if exchange.is_success]
    if exchanges:
        other = rule.facts["beside"]
        never = not history.calls_of({other})
        yield Evaluation(tuple(exchanges[-1:]), f"never asked for {other}" if never else None)


def epoch_ms(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An instant is written in epoch milliseconds: 13 digits, 12 before 2001, or the epoch itself."""
    for exchange in history.operations_of(rule):
        for name in rule.facts["parameters"]:
            text = exchange.query_value(name)
            if text is not None:
                number = integer(exchange, name)
                right = number is not None and (FIRST_MS <= number < LAST_MS or 0 <= number < BEGINNING_MS)
                yield Evaluation(
                    (exchange,), None if right else f"{name}={text} is not in epoch milliseconds"
                )


def iso_instant(history: History, rule: Rule) -> Iterator[Evaluation]:
    """An instant is written in ISO 8601, with its zone where ``zone`` is true."""
    for exchange in history.operations_of(rule):
        for name in rule.facts["parameters"]:
            text = exchange.query_value(name)
            if text is not None:
                yield Evaluation((exchange,), _iso_violation(name, text, zone=rule.facts.get("zone", False)))


def _iso_violation(name: str, text: str, *, zone: bool) -> str | None:
    if not ISO_DATE.match(text):
        return f"{name}={text} is not in ISO 8601"
    if "T" not in text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return f"{name}={text} is not in ISO 8601"
    return f"{name}={text} does not say its zone" if zone and instant.tzinfo is None else None


def integer(exchange: Exchange, name: str) -> int | None:
    """Read a query parameter as a whole number; None when it is absent or something else."""
    return exchange.numbers.get(name)


def instant_ms(exchange: Exchange, name: str) -> int | None:
    """Read an instant, in epoch milliseconds or in ISO 8601 with its zone; None when it is neither."""
    number = exchange.numbers.get(name)
    if number is not None or name not in exchange.query_values:
        return number
    moments = exchange.moments
    if name not in moments:
        moments[name] = _moment_ms(exchange.query_values[name])
    return moments[name]


def _moment_ms(text: str) -> int | None:
    if not ISO_DATE.match(text):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return round(instant.timestamp() * 1000) if instant.tzinfo else None


def idle(exchange: Exchange, rule: Rule) -> bool:
    """Tell whether a parameter named in ``unless`` makes the others idle."""
    names = rule.facts.get("unless", ())
    return bool(names) and not exchange.query_values.keys().isdisjoint(names)

"""Writes to shipment packages: to which packages, in which order, with what, and how often.

What a client knew of a package is what the lists had shown it by then, and what it had sent itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from contract_tests.judge.rules.knowledge import with_knowledge
from contract_tests.judge.rules.purchases import parse_json
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# Answers that say nothing of the package: the request did not get to it.
TURNED_AWAY = frozenset({401, 403, 429, 503})
LISTS_KEPT = 256


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package as a list showed it; ``quantities`` are those of its lines by lineId."""

    status: str
    quantities: Mapping[str, int]


@dataclass(slots=True)
class Knowledge:
    """What a client knew when it sent a request."""

    packages: dict[str, ListedPackage] = field(default_factory=dict)
    """The packages that the lists have shown, by their numbers, as they were last."""

    requested_statuses: dict[str, set[str]] = field(default_factory=dict)
    """The statuses that it has sent to each package, unless it was turned away."""

    is_whole: bool = True
    """Whether the recording has every row of every list."""

    def read(self, exchange: Exchange) -> None:
        """Take in what a list shows."""
        packages, is_whole = listed_packages(exchange)
        self.packages |= packages
        self.is_whole = self.is_whole and is_whole

    def write(self, exchange: Exchange) -> None:
        """Take in what a write has done to a package, or may have done."""
        number, status = package_number(exchange), body_value(exchange, "status")
        if isinstance(status, str) and exchange.status not in TURNED_AWAY:
            self.requested_statuses.setdefault(number, set()).add(status)
        if exchange.is_success and isinstance(status, str) and number in self.packages:
            self.packages[number] = replace(self.packages[number], status=status)


def not_written_when(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A package is not written to while it has one of ``statuses``, as the client last read it.

    Shapes: ``with_status`` means the writes that set it alone; ``unless_sent`` is a status that the client
    has sent before, whatever a stale list says.
    """
    for exchange, knowledge in _writes(history, rule):
        number = package_number(exchange)
        package = knowledge.packages.get(number)
        if package is None or rule.facts.get("with_status") not in (None, body_value(exchange, "status")):
            continue
        has_sent = rule.facts.get("unless_sent") in knowledge.requested_statuses.get(number, ())
        is_wrong = package.status in rule.facts["statuses"] and not has_sent
        sentence = f"package {number} was {package.status} when {exchange.operation} was sent"
        yield Evaluation((exchange,), sentence if is_wrong else None)


def listed_package(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A package in a path is one that a list has shown; one that was refused and never shown is none."""
    for exchange, knowledge in _writes(history, rule):
        number = package_number(exchange)
        if knowledge.packages and knowledge.is_whole:
            is_unknown = number not in knowledge.packages and exchange.status in rule.facts["statuses"]
            sentence = f"{number} was refused with {exchange.status}, and no list has shown it"
            yield Evaluation((exchange,), sentence if is_unknown else None)


def lines_whole(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A write names every line of its package, each with its whole quantity."""
    for exchange, knowledge in _writes(history, rule):
        package = knowledge.packages.get(package_number(exchange))
        if package is not None and package.quantities:
            quantities = written_quantities(exchange)
            sentence = f"lines {quantities or 'left out'}, the package has {dict(package.quantities)}"
            yield Evaluation((exchange,), sentence if quantities != package.quantities else None)


def not_repeated_unread(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A write answered with one of ``statuses`` is not sent again as it was before a list was read."""
    answers: dict[tuple[str, ...], Exchange] = {}
    for exchange in history.all_around(rule):
        if exchange.operation in rule.facts["read_back"] and exchange.is_success:
            answers.clear()
        if not history.covers(rule, exchange):
            continue
        key = (exchange.method, exchange.path, exchange.raw_query, _body_without_boundary(exchange))
        earlier = answers.get(key)
        answer = f"a {earlier.status}" if earlier and earlier.status else "no answer"
        number = package_number(exchange) or exchange.segments.get("id", exchange.path)
        sentence = f"{exchange.operation} of {number} was sent again unread after {answer}"
        exchanges = (earlier, exchange) if earlier else (exchange,)
        yield Evaluation(exchanges, sentence if earlier else None)
        if exchange.status in rule.facts["statuses"]:
            answers[key] = exchange


def _body_without_boundary(exchange: Exchange) -> str:
    """Give a request's body without what parts a form, which many libraries draw anew each time."""
    boundary = exchange.request_body.partition("\r\n")[0]
    is_form = boundary.startswith("--")
    return exchange.request_body.replace(boundary, "") if is_form else exchange.request_body


def changes_apart(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Between two changes of one package that were made lie ``per_ms``."""
    last: dict[str, Exchange] = {}
    for exchange in history.operations_of(rule):
        number = package_number(exchange)
        earlier = last.get(number)
        wait_ms = exchange.ms_since(earlier) if earlier else rule.facts["per_ms"]
        sentence = f"package {number} was changed again after {wait_ms / 1000:.0f} s"
        yield Evaluation((exchange,), sentence if wait_ms < rule.facts["per_ms"] else None)
        if exchange.is_success:
            last[number] = exchange


def body_one_of(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The ``field`` of a body is one of ``values``."""
    for exchange in history.operations_of(rule):
        value = body_value(exchange, rule.facts["field"])
        if value is not None:
            sentence = f"{rule.facts['field']} is {value!r}"
            yield Evaluation((exchange,), sentence if value not in rule.facts["values"] else None)


def body_items_one_of(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Each item of the list in ``field`` of a body is one of ``values``."""
    for exchange in history.operations_of(rule):
        items = body_value(exchange, rule.facts["field"])
        if isinstance(items, list) and items:
            odd_items = [item for item in items if item not in rule.facts["values"]]
            sentence = f"{rule.facts['field']} has {odd_items[0]!r}" if odd_items else None
            yield Evaluation((exchange,), sentence)


def body_text(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The ``field`` of a body is text in the form of ``pattern``."""
    pattern = re.compile(rule.facts["pattern"])
    for exchange in history.operations_of(rule):
        value = body_value(exchange, rule.facts["field"])
        if value is not None:
            is_right = isinstance(value, str) and pattern.fullmatch(value)
            yield Evaluation((exchange,), None if is_right else f"{rule.facts['field']} is {value!r}")


def _writes(history: History, rule: Rule) -> Iterator[tuple[Exchange, Knowledge]]:
    """Go through the writes that a rule speaks of, each with what the client knew before it."""
    return with_knowledge(history, rule, Knowledge(), package_number)


@lru_cache(maxsize=LISTS_KEPT)
def listed_packages(exchange: Exchange) -> tuple[Mapping[str, ListedPackage], bool]:
    """Read the packages of a list, and whether the recording has all of its rows."""
    body = exchange.body.json if exchange.is_success and "/order/" in exchange.path else None
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(content, list):
        return {}, True
    rows = [row for row in content if isinstance(row, dict) and "shipmentPackageId" in row]
    return {str(row["shipmentPackageId"]): _package_of(row) for row in rows}, len(rows) == len(content)


def _package_of(row: Mapping[str, Any]) -> ListedPackage:
    lines = row.get("lines")
    quantities = {
        str(line.get("lineId")): line.get("quantity", 0)
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict)
    }
    return ListedPackage(str(row.get("status")), quantities)


def package_number(exchange: Exchange) -> str:
    """Give the number of the package in a path, empty when it has none."""
    return exchange.segments.get("packageId", "")


def body_value(exchange: Exchange, name: str) -> Any:
    """Give a value of a request's body; a dot leads into an object. None when it is not there."""
    value = parse_json(exchange.request_body)
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def written_quantities(exchange: Exchange) -> dict[str, int]:
    """Give the quantities of the lines that a write names, by lineId."""
    lines = body_value(exchange, "lines")
    rows = [one for one in (lines if isinstance(lines, list) else ()) if isinstance(one, dict)]
    return {str(one.get("lineId")): one.get("quantity", 0) for one in rows}

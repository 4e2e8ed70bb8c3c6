"""The limits of requests: which of them a value passes, and what reality takes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.drift.spec_tree import Cursor, SpecTree
from contract_tests.drift.values import Edit, SpecLine
from contract_tests.records.history import Exchange

MAXIMUM, PRODUCT, SPAN = "maximum", "page window", "window"


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit, and what reality did at it."""

    name: str
    """The parameter or parameters that it is about."""
    documents: str
    """The limit that the documents give."""
    reality: str
    """The value that shows another one."""
    line: SpecLine
    """Where it stands."""
    edits: tuple[Edit, ...]
    """The limit that reality shows."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a request has of one limit, beside the limit itself. Shapes: ``error`` is what refuses more."""

    kind: str
    name: str
    size: int
    limit: int
    error: str


@dataclass(slots=True)
class Bounds:
    """The sizes that reality has taken and refused, by operation and limit."""

    tree: SpecTree
    accepted_sizes: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def learn(self, operation: Any, exchange: Exchange) -> None:
        """Take note of the sizes of a request that was answered well."""
        for one in measures_of(operation, exchange) if exchange.is_success else ():
            key = (operation.document, operation.id, f"{one.kind} {one.name}")
            self.accepted_sizes[key] = max(one.size, self.accepted_sizes.get(key, 0))

    def refused_by(self, operation: Any, exchange: Exchange, refusal: str) -> Bound | None:
        """Find the limit by which the emulator refuses what reality takes."""
        for one in measures_of(operation, exchange):
            if one.size > one.limit and one.error == refusal:
                size = self.accepted_sizes.get(_key(operation, one), one.size)
                return self._bound(operation, one, size, f"took {size}")
        return None

    def beyond_accepted(self, operation: Any, exchange: Exchange) -> Bound | None:
        """Find the limit that a refused request is nearest to, above all that reality has taken."""
        candidates = [
            one
            for one in measures_of(operation, exchange)
            if one.limit >= one.size > max(self.accepted_sizes.get(_key(operation, one), 0), 1)
        ]
        if not candidates:
            return None
        nearest = max(candidates, key=lambda one: one.size / one.limit)
        size = self.accepted_sizes.get(_key(operation, nearest), 0)
        return self._bound(operation, nearest, size or nearest.size - 1, f"refused {nearest.size}:")

    def _bound(self, operation: Any, measure: Measure, size: int, reality: str) -> Bound | None:
        place = self._place(operation, measure)
        if place is None:
            return None
        documents = f"{measure.kind} {measure.limit}"
        return Bound(measure.name, documents, reality, place.line, (place.edit(str(size)),))

    def _place(self, operation: Any, measure: Measure) -> Cursor | None:
        if measure.kind == MAXIMUM:
            parameter = self.tree.parameter(operation, measure.name)
            return parameter.walk(["schema", "maximum"]) if parameter else None
        word = "x-page-window" if measure.kind == PRODUCT else "x-window"
        window = self.tree.word(operation, word)
        return window.resolve().child("max" if measure.kind == PRODUCT else "max_ms") if window else None


def _key(operation: Any, measure: Measure) -> tuple[str, str, str]:
    return operation.document, operation.id, f"{measure.kind} {measure.name}"


def measures_of(operation: Any, exchange: Exchange) -> Iterator[Measure]:
    """Yield what a request has of each limit of its operation."""
    values = _numbers(exchange.query)
    for name, parameter in operation.queries.items():
        if "maximum" in parameter.schema and name in values and not parameter.many:
            limit = int(parameter.schema["maximum"])
            yield Measure(MAXIMUM, name, values[name], limit, parameter.on_invalid)
    pages = operation.words.get("x-page-window")
    if pages and pages["page"] in values:
        size = values.get(pages["size"], operation.defaults.get(pages["size"], 0))
        rows = (values[pages["page"]] + bool(pages.get("whole_page"))) * size
        yield Measure(PRODUCT, f"{pages['page']} times {pages['size']}", rows, pages["max"], pages["error"])
    window = operation.words.get("x-window")
    if window and "max_ms" in window and {window["from"], window["to"]} <= values.keys():
        span_ms = values[window["to"]] - values[window["from"]]
        name = f"{window['from']} to {window['to']}"
        yield Measure(SPAN, name, span_ms, window["max_ms"], window.get("error", ""))


def _numbers(query: Iterable[tuple[str, str]]) -> Mapping[str, int]:
    return {name: int(value) for name, value in query if value.isascii() and value.isdigit()}

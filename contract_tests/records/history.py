"""A recorded history: the requests of a client with their answers, in the order of the requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from contract_tests.records.paths import system_of

if TYPE_CHECKING:
    from contract_tests.records.rulebook import Rule

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Body:
    """The text of an answer. What was never recorded, or is no JSON, counts as null."""

    text: str

    @property
    def json(self) -> Any:
        """Parse the whole text; not cached, for a page is large."""
        try:
            return orjson.loads(self.text)
        except orjson.JSONDecodeError:
            return None

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What stands at the top of a JSON object: totals, page numbers, tokens.

        Shapes: what stands in an object at the top is named with a dot, such as ``meta.total_items``.
        """
        value = self.json
        if not isinstance(value, dict):
            return {}
        inner = {
            f"{name}.{key}": one
            for name, part in value.items()
            if isinstance(part, dict)
            for key, one in part.items()
        }
        return {name: one for name, one in (value | inner).items() if not isinstance(one, list | dict)}


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One request and its answer.

    Units: ``at_ms`` and ``ended_ms`` are the world's time where it was recorded, else the real time, which
    ``real_ms`` always is; epoch milliseconds.
    """

    number: int
    """Its number in the journal or archive."""
    method: str
    """In capital letters."""
    url: str
    """The whole address as it was called."""
    path: str
    """The path from the vendor's prefix on."""
    raw_query: str
    """The query as it was sent."""
    query: Pairs
    """The query decoded, in its order."""
    headers: Mapping[str, str]
    """The request's headers by lower-case names."""
    request_body: str
    """The request's body, empty when it has none."""
    status: int
    """The status of the answer, 0 when no answer came."""
    response_headers: Mapping[str, str]
    """The answer's headers by lower-case names."""
    body: Body
    """The answer's body."""
    at_ms: float
    """When the request was made."""
    real_ms: float
    """When the request was made by the real clock."""
    took_ms: float
    """How long the answer took."""
    operation: str | None = None
    """The operationId; None on a path that no spec has."""
    document: str | None = None
    """The document of the operation; None on a path that no spec has."""
    edition: str | None = None
    """The edition it was made in: int or tr."""
    segments: Mapping[str, str] = field(default_factory=dict)
    """The values of the path's braces."""
    query_names: tuple[str, ...] = ()
    """The names that the operation's document has for its query."""
    account: str = ""
    """The key or client it was made for, where the recording says it."""
    refusal: str = ""
    """The emulator's id of the refusal, where its journal says it."""
    is_emulated: bool = True
    """Whether its address is not one that is documented and not emulated yet; those are not judged by it."""
    gaps: frozenset[str] = frozenset()
    """What the recording lacks of it: body, headers, answer headers, time, seller, and the names of headers
    and query values that a redactor's mark replaces, such as "header authorization"."""

    @property
    def ended_ms(self) -> float:
        """When the answer was there."""
        return self.at_ms + self.took_ms

    @property
    def seller(self) -> str:
        """The seller id of the path, empty when the path has none."""
        return self.segments.get("sellerId", "")

    @property
    def scope(self) -> str:
        """The document it belongs to; for a path that no spec has the folder of its system's documents."""
        return self.document or f"{system_of(self.path).name}/"

    @property
    def is_success(self) -> bool:
        """Whether the answer was a 2xx."""
        return 200 <= self.status < 300

    def query_value(self, name: str) -> str | None:
        """Give the first value of a query parameter; None when it is absent or empty."""
        return next((value for key, value in self.query if key == name and value), None)

    def follows(self, earlier: Exchange) -> bool:
        """Tell whether this request was sent after an answer had come, be it at the same moment."""
        wait_ms = self.ms_since(earlier)
        return wait_ms > 0 or (wait_ms == 0 and self.number > earlier.number)

    def ms_since(self, earlier: Exchange) -> float:
        """Milliseconds between an answer and this request, on the clock that went further."""
        return max(self.at_ms - earlier.ended_ms, self.real_ms - earlier.real_ms - earlier.took_ms)


@dataclass(frozen=True)
class History:
    """Exchanges with the vendor, earliest first.

    Shapes: ``oddities`` counts entries that could not be read, by reason; ``other_hosts`` those that were
    passed over, by host.
    """

    exchanges: tuple[Exchange, ...] = ()
    oddities: Mapping[str, int] = field(default_factory=dict)
    other_hosts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str | None], list[tuple[int, Exchange]]]:
        """The exchanges of each document and operation, with their places in the whole."""
        # A long history has few places; to ask a rule for each exchange would take most of a verdict.
        places: dict[tuple[str, str | None], list[tuple[int, Exchange]]] = {}
        for index, exchange in enumerate(self.exchanges):
            places.setdefault((exchange.scope, exchange.operation), []).append((index, exchange))
        return places

    def of(self, rule: Rule) -> Iterator[Exchange]:
        """Yield what a rule speaks of."""
        parts = [part for place, part in self._by_place.items() if rule.covers(*place)]
        in_order = parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts), key=itemgetter(0))
        return map(itemgetter(1), in_order)

    def operations_of(self, rule: Rule) -> Iterator[Exchange]:
        """Yield what a rule speaks of, without the paths that no spec has."""
        return (exchange for exchange in self.of(rule) if exchange.operation)

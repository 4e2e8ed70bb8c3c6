"""A recorded history: the requests of a client with their answers, in the order of the requests."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from contract_tests.records.computed import computed_once
from contract_tests.records.paths import system_of

if TYPE_CHECKING:
    from contract_tests.records.rulebook import Rule

Pairs = tuple[tuple[str, str], ...]
# Python refuses to read numbers of more than 4,300 digits, and no parameter has one of a hundred.
_MOST_DIGITS = 100
# A key that is kept for each of many requests holds no longer text than this.
_LONG_KEY_CHARS = 1_024
LATEST_BODIES = 32
"""How many bodies stay parsed: many rules ask for the same page, and a quiet run brings it twice."""


@dataclass(frozen=True)
class Body:
    """The text of an answer. What was never recorded, or is no JSON, counts as null."""

    text: str

    @property
    def json(self) -> Any:
        """Parse the whole text, which nobody changes; of a page, which is large, only the latest are kept."""
        return _latest_values(self.text)

    @computed_once
    def keys_by_path(self) -> dict[str, frozenset[str]]:
        """The values that stand at the end of the paths of member names that were looked at so far."""
        return {}

    def keys_at(self, path: str) -> frozenset[str]:
        """Gather what stands at the end of a path of member names, joined by dots; lists are gone through.

        Many rules ask this of the same page, once for each run.
        """
        if path not in self.keys_by_path:
            self.keys_by_path[path] = frozenset(map(str, values_at(self.json, path.split("."))))
        return self.keys_by_path[path]

    @computed_once
    def row_count(self) -> int:
        """The number of rows: of a bare array, or of the longest array in an envelope."""
        return self._outline[0]

    @computed_once
    def facts(self) -> Mapping[str, Any]:
        """What stands at the top of a JSON object: totals, page numbers, tokens.

        Shapes: what stands in an object at the top is named with a dot, such as ``meta.total_items``.
        """
        return self._outline[1]

    @computed_once
    def _outline(self) -> tuple[int, Mapping[str, Any]]:
        """The number of rows and the facts: a page is large, and is read once for both."""
        value = self.json
        if not isinstance(value, dict):
            return len(value) if isinstance(value, list) else 0, {}
        row_count = max((len(one) for one in value.values() if isinstance(one, list)), default=0)
        inner = {
            f"{name}.{key}": one
            for name, part in value.items()
            if isinstance(part, dict)
            for key, one in part.items()
        }
        return row_count, {
            name: one for name, one in (value | inner).items() if not isinstance(one, list | dict)
        }


def parse_body(text: str) -> Any:
    """Parse the text of an answer, None where it is no JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


_latest_values = lru_cache(LATEST_BODIES)(parse_body)


def values_at(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    """Yield what stands at the end of a path of member names; lists are gone through."""
    if isinstance(value, list):
        for one in value:
            yield from values_at(one, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict) and steps[0] in value:
        yield from values_at(value[steps[0]], steps[1:])


@dataclass(frozen=True, eq=False)
class Exchange:
    """One request and its answer.

    What many rules ask of it is worked out once and kept with it.
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

    def with_fields(self, **values: Any) -> Exchange:
        """Give it with other values of some fields, much faster than the usual way: there are thousands."""
        copy, own = object.__new__(type(self)), self.__dict__
        # What was worked out of the fields stays behind; of one that was just read there is nothing.
        fields_alone = own if len(own) == len(_FIELDS) else {name: own[name] for name in _FIELDS}
        copy.__dict__.update(fields_alone, **values)
        return copy

    @property
    def ended_ms(self) -> float:
        """When the answer was there."""
        return self.at_ms + self.took_ms

    @computed_once
    def seller(self) -> str:
        """The seller id of the path, empty when the path has none."""
        return self.segments.get("sellerId", "")

    @computed_once
    def scope(self) -> str:
        """The document it belongs to; for a path that no spec has the folder of its system's documents."""
        return self.document or f"{system_of(self.path).name}/"

    @computed_once
    def is_success(self) -> bool:
        """Whether the answer was a 2xx."""
        return 200 <= self.status < 300

    @property
    def is_unclear(self) -> bool:
        """Whether nobody can tell by the answer if the request took effect: none came, or a fault's."""
        return not self.status or self.status >= 500

    @computed_once
    def query_values(self) -> Mapping[str, str]:
        """The first value of each query parameter that is not empty."""
        return {name: value for name, value in reversed(self.query) if value}

    def query_value(self, name: str) -> str | None:
        """Give the first value of a query parameter; None when it is absent or empty."""
        return self.query_values.get(name)

    @computed_once
    def numbers(self) -> Mapping[str, int]:
        """The whole numbers among these values."""
        return {
            name: int(value)
            for name, value in self.query_values.items()
            if (value.isdecimal() or value.removeprefix("-").isdecimal()) and len(value) <= _MOST_DIGITS
        }

    @property
    def body_key(self) -> str:
        """What makes two request bodies the same one: the text, or the digest of a long one."""
        text = self.request_body
        if len(text) < _LONG_KEY_CHARS:
            return text
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @computed_once
    def request_key(self) -> tuple[str, ...]:
        """What makes two requests the same one; the order of the query's pairs does not."""
        pairs = [f"{name}={value}" for name, value in self.query if value]
        storefront = self.headers.get("storefrontcode", "")
        return (self.method, self.path, storefront, self.body_key, *sorted(pairs))

    @computed_once
    def moments(self) -> dict[str, int | None]:
        """The instants in its query that are no whole numbers and were read so far, by name."""
        return {}

    def follows(self, earlier: Exchange) -> bool:
        """Tell whether this request was sent after an answer had come, be it at the same moment."""
        wait_ms = self.ms_since(earlier)
        return wait_ms > 0 or (wait_ms == 0 and self.number > earlier.number)

    def ms_since(self, earlier: Exchange) -> float:
        """Milliseconds between an answer and this request, on the clock that went further."""
        took_ms = earlier.took_ms
        by_world_ms = self.at_ms - (earlier.at_ms + took_ms)
        by_real_ms = self.real_ms - earlier.real_ms - took_ms
        return by_real_ms if by_real_ms > by_world_ms else by_world_ms


_FIELDS = tuple(one.name for one in fields(Exchange))


@dataclass(frozen=True)
class History:
    """Exchanges with the vendor, earliest first.

    Shapes: ``oddities`` counts entries that could not be read, by reason; ``other_hosts`` those that were
    passed over, by host.
    """

    exchanges: tuple[Exchange, ...] = ()
    oddities: Mapping[str, int] = field(default_factory=dict)
    other_hosts: Mapping[str, int] = field(default_factory=dict)

    @computed_once
    def _by_place(self) -> Mapping[tuple[str, str | None], list[tuple[int, Exchange]]]:
        """The exchanges of each document and operation, with their places in the whole."""
        # A long history has few places; to ask a rule for each exchange would take most of a verdict.
        places: defaultdict[tuple[str, str | None], list[tuple[int, Exchange]]] = defaultdict(list)
        for place in enumerate(self.exchanges):
            exchange = place[1]
            places[exchange.scope, exchange.operation].append(place)
        return dict(places)

    @computed_once
    def memory(self) -> dict[Hashable, Any]:
        """What rules have worked out of it and others may need: each has keys of its own."""
        return {}

    @computed_once
    def by_seller(self) -> Mapping[str, list[Exchange]]:
        """The exchanges of each seller, in their order."""
        groups: dict[str, list[Exchange]] = {}
        for exchange in self.exchanges:
            groups.setdefault(exchange.seller, []).append(exchange)
        return groups

    def of(self, rule: Rule) -> Iterator[Exchange]:
        """Yield what a rule speaks of."""
        return iter(self._at(self._covered_places(rule)))

    def calls_of(self, operations: Collection[str]) -> Sequence[Exchange]:
        """List the calls of operations, in whichever document, in their order."""
        return self._at(tuple(place for place in self._by_place if place[1] in operations))

    def at_addresses(self, is_meant: Callable[[str, str], bool]) -> Iterator[Exchange]:
        """Yield what was sent to the addresses, each method and path, that are meant."""
        addresses = {address for address in self._addresses if is_meant(*address)}
        exchanges = self.exchanges if addresses else ()
        return (one for one in exchanges if (one.method, one.path) in addresses)

    @computed_once
    def _addresses(self) -> frozenset[tuple[str, str]]:
        """Every method and path in it, of which there are few."""
        return frozenset([(one.method, one.path) for one in self.exchanges])

    def all_around(self, rule: Rule) -> Iterator[Exchange]:
        """Yield all exchanges where a rule speaks of one of them, else none."""
        return iter(self.exchanges if self._covered_places(rule) else ())

    def operations_of(self, rule: Rule) -> Iterator[Exchange]:
        """Yield what a rule speaks of, without the paths that no spec has."""
        return iter(self._at(self.places_of(rule)))

    def places_of(self, rule: Rule) -> tuple[tuple[str, str | None], ...]:
        """List the documents and operations in it that a rule speaks of."""
        return tuple(place for place in self._covered_places(rule) if place[1])

    def covers(self, rule: Rule, exchange: Exchange) -> bool:
        """Tell whether a rule speaks of an exchange."""
        return (exchange.scope, exchange.operation) in self._covered_places(rule)

    def _covered_places(self, rule: Rule) -> tuple[tuple[str, str | None], ...]:
        """List all places in it that a rule speaks of; some judges ask for each of its lists."""
        if id(rule) not in self._places_by_rule:
            places = tuple(place for place in self._by_place if rule.covers(*place))
            self._places_by_rule[id(rule)] = rule, places
        return self._places_by_rule[id(rule)][1]

    @computed_once
    def _places_by_rule(self) -> dict[int, tuple[Rule, tuple[tuple[str, str | None], ...]]]:
        """The places of each rule that was asked for so far, kept with it so that its id stays its own."""
        return {}

    @computed_once
    def _by_gaps(self) -> Mapping[tuple[str, str | None], list[list[Exchange]]]:
        """The exchanges of each place that lack something, those together that lack the same."""
        places: dict[tuple[str, str | None], list[list[Exchange]]] = {}
        for place, exchanges in self._by_place.items():
            groups: defaultdict[tuple[frozenset[str], bool], list[Exchange]] = defaultdict(list)
            for _, one in exchanges:
                if one.gaps:
                    groups[one.gaps, one.is_success].append(one)
            places[place] = list(groups.values())
        return places

    def with_gaps(self, rule: Rule) -> Iterator[list[Exchange]]:
        """Yield those of a rule's exchanges that lack something, those together that lack the same."""
        for place, groups in self._by_gaps.items():
            if groups and rule.covers(*place):
                yield from groups

    def _at(self, places: tuple[tuple[str, str | None], ...]) -> Sequence[Exchange]:
        """List the exchanges at places, in their order; many rules speak of the same places."""
        key = ("at", *places)
        if key not in self.memory:
            parts = [self._by_place[place] for place in places]
            in_order = parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts), key=itemgetter(0))
            self.memory[key] = [exchange for _, exchange in in_order]
        exchanges: Sequence[Exchange] = self.memory[key]
        return exchanges

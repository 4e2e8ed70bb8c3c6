"""The questions that a provider is asked: reads alone, at each documented bound and beyond, with mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DAY_MS = 86_400_000
NO_VALUE = "NoSuchValue"
RIGHT, WRONG, ABSENT = "right", "wrong", "absent"
# Of a span without a largest one a week is asked.
USUAL_SPAN_MS = 7 * DAY_MS
MOST_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Probe:
    """One read. Shapes: ``credentials`` right, wrong or absent."""

    operation: Any
    path: str
    query: tuple[tuple[str, str], ...] = ()
    credentials: str = RIGHT
    has_agent: bool = True

    @property
    def target(self) -> str:
        """Write path and query."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.path}?{query}" if query else self.path


@dataclass(slots=True)
class Prober:
    """Makes the probes of one seller; what answers show is used in the paths of later ones.

    Units: ``now_ms`` epoch milliseconds UTC.
    """

    seller: str
    now_ms: int
    examples: dict[str, str] = field(default_factory=dict)

    def probes(self, operations: Iterable[Any]) -> Iterator[Probe]:
        """Yield the probes of operations: those with a number in their path last, who may ask at the end."""
        reads = [one for one in operations if one.method == "GET"]
        every = sorted(reads, key=lambda one: len(_own_segments(one)))
        first: Probe | None = None
        for operation in every:
            plain = self.plain(operation)
            if plain is None:
                continue
            first = first or (plain if "{sellerId}" in operation.path else None)
            yield plain
            yield from self._beyond(operation, plain)
        if first is not None:
            yield from access_probes(first, self.seller)

    def plain(self, operation: Any) -> Probe | None:
        """Ask as the documents have it; None where a value is needed that nobody knows."""
        values = {"sellerId": self.seller, **self.examples}
        names = [one.name for one in operation.parameters if one.place == "path"]
        query = dict(self._window(operation, _span_ms(operation)))
        for one in operation.queries.values():
            if one.required and one.name not in query:
                value = _value_of(one) or self.examples.get(one.name)
                if value is None:
                    return None
                query[one.name] = value
        if not set(names) <= values.keys():
            return None
        path = operation.path.format_map({name: values[name] for name in names})
        return Probe(operation, path, tuple(query.items()))

    def learn(self, body: Any, depth: int = 0) -> None:
        """Keep the first value of each member, for paths that name it."""
        if depth > MOST_DEPTH:
            return
        if isinstance(body, Mapping):
            for name, value in body.items():
                if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                    self.examples.setdefault(str(name), str(value))
                self.learn(value, depth + 1)
        elif isinstance(body, list) and body:
            self.learn(body[0], depth + 1)

    def _window(self, operation: Any, span_ms: int) -> Sequence[tuple[str, str]]:
        window = operation.words.get("x-window")
        if not window:
            return ()
        return ((window["from"], str(self.now_ms - span_ms)), (window["to"], str(self.now_ms)))

    def _beyond(self, operation: Any, plain: Probe) -> Iterator[Probe]:
        """Yield the probes at and beyond the bounds of an operation."""
        for name, parameter in operation.queries.items():
            for value in _edges(parameter):
                yield _with(plain, {name: value})
        yield from _page_probes(operation, plain)
        window = operation.words.get("x-window")
        if window and "max_ms" in window:
            yield _with(plain, dict(self._window(operation, window["max_ms"] + DAY_MS)))
        if window and window.get("order_error"):
            (start, from_ms), (end, to_ms) = self._window(operation, DAY_MS)
            yield _with(plain, {start: to_ms, end: from_ms})


def access_probes(probe: Probe, seller: str) -> Iterator[Probe]:
    """Ask without what every request has to have: once each, for a stage may block who does so often."""
    operation, path, query = probe.operation, probe.path, probe.query
    yield Probe(operation, path, query, credentials=ABSENT)
    yield Probe(operation, path, query, has_agent=False)
    yield Probe(operation, path, query, credentials=ABSENT, has_agent=False)
    yield Probe(operation, path, query, credentials=WRONG)
    yield Probe(operation, path.replace(f"/{seller}/", "/1/"), query)


def _page_probes(operation: Any, plain: Probe) -> Iterator[Probe]:
    """Ask for the last page that pages reach, and for the one behind it."""
    pages = operation.words.get("x-page-window")
    size = operation.queries.get(pages["size"]) if pages else None
    if pages is None or size is None or "maximum" not in size.schema:
        return
    rows = int(size.schema["maximum"])
    last = pages["max"] // rows - bool(pages.get("whole_page"))
    for page in (last, last + 1):
        yield _with(plain, {pages["page"]: str(page), pages["size"]: str(rows)})


def _edges(parameter: Any) -> Iterator[str]:
    """Yield the values at the bounds of a parameter and beyond."""
    schema = parameter.schema
    if "enum" in schema:
        yield str(schema["enum"][0])
        yield NO_VALUE
    if "maximum" in schema and schema.get("type") == "integer" and schema["maximum"] < 2**31 - 1:
        yield str(schema["maximum"])
        yield str(schema["maximum"] + 1)
    if schema.get("minimum") == 1 and "maximum" in schema:
        yield "0"


def _value_of(parameter: Any) -> str | None:
    schema = parameter.schema
    values = [*schema.get("enum", ()), *([schema["default"]] if "default" in schema else ())]
    values += schema.get("examples", ())
    return str(values[0]) if values else None


def _span_ms(operation: Any) -> int:
    return int(operation.words.get("x-window", {}).get("max_ms", USUAL_SPAN_MS))


def _with(probe: Probe, values: Mapping[str, str]) -> Probe:
    query = {**dict(probe.query), **values}
    return Probe(probe.operation, probe.path, tuple(query.items()), probe.credentials, probe.has_agent)


def _own_segments(operation: Any) -> list[str]:
    return [one.name for one in operation.parameters if one.place == "path" and one.name != "sellerId"]

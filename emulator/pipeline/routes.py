"""From a path to the operations that live there. The rules are the paths of the specs, nothing else.

An operation with its gates and its handler is made when it is first asked for, so that a start costs as much
however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from emulator.contract.addresses import Address
from emulator.contract.operations import Operation
from emulator.exchange import Reply

Handler = Callable[..., Reply]
Gate = Callable[..., None]
_CACHE_SIZE = 4096
_GATEWAY = "integration"
_MOST_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Route:
    """An operation with its gates and the function that answers it.

    Shapes: ``reads`` where that changes nothing; ``is_emulated`` where it is more than documented.
    """

    operation: Operation
    handler: Handler
    gates: tuple[Gate, ...] = ()
    reads: bool = False
    is_emulated: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A path that exists: its raw segments, and by method and edition what gives the route that answers."""

    segments: Mapping[str, str]
    methods: Mapping[str, Mapping[str, Callable[[], Route]]]


def seller_id_in(segments: Mapping[str, str]) -> int | None:
    """Give the number of the seller that a path names, None where it names none."""
    number = segments.get("sellerId", "")
    return int(number) if number.isdecimal() and len(number) <= _MOST_DIGITS else None


class Routes:
    """Finds places by path; paths seen lately are remembered.

    Shapes: ``bind`` makes the route of an address; ``retired_paths`` leads from the first segment of paths
    that are closed to the error that says so, ``old_paths`` from a closed path to the one in its place and
    the moment of its closing.
    """

    def __init__(
        self,
        addresses: Iterable[Address],
        bind: Callable[[Address], Route],
        retired_paths: Mapping[str, str],
        old_paths: Mapping[str, tuple[str, int]],
    ) -> None:
        self._methods: dict[str, dict[str, dict[str, Callable[[], Route]]]] = {}
        self._areas: dict[str, Callable[[], Route]] = {}
        for address in addresses:
            editions = self._methods.setdefault(address.path, {}).setdefault(address.method, {})
            route = editions[address.edition] = cache(partial(bind, address))
            self._areas.setdefault(_area(address.path), route)
        self._vendor = next(entry for area, entry in self._areas.items() if area.startswith(_GATEWAY))
        self._templates: dict[int, list[tuple[str, ...]]] = {}
        # Fixed segments sort before parameters, so that they are tried first.
        for template in sorted(map(_segments, self._methods), key=lambda parts: [*map(_is_parameter, parts)]):
            self._templates.setdefault(len(template), []).append(template)
        self._cache: dict[str, Match | None] = {}
        self._loaded: set[tuple[str, str]] = set()
        self._bound: set[Callable[[], Route]] = set()
        self._retired_paths = retired_paths
        self._old_paths = [(_segments(path), *entry) for path, entry in old_paths.items()]

    def find(self, path: str) -> Match | None:
        """Find what lives at a path, None when nothing does."""
        if path not in self._cache:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            self._cache[path] = self._match(path)
        return self._cache[path]

    def loading(self, method: str, path: str) -> Callable[[], None] | None:
        """Give what has to be loaded before a path can be answered, once for each; None where nothing.

        It takes much longer than an answer, so a server does it where it holds nobody up.
        """
        if (method, path) in self._loaded:
            return None
        if len(self._loaded) >= _CACHE_SIZE:
            self._loaded.clear()
        self._loaded.add((method, path))
        match = self.find(path)
        editions = match.methods.get(method, {}) if match else {}
        routes = [route for route in editions.values() if route not in self._bound]
        self._bound.update(routes)
        return partial(_call_each, routes) if routes else None

    def nearest_operation(self, path: str) -> Operation:
        """Find an operation of the same area, else a vendor's: its manners answer for a lost path."""
        return self._areas.get(_area(path), self._vendor)().operation

    def not_found_error(self, path: str) -> str:
        """Name the error of a path where nothing lives: one that the vendor has closed, or one unheard of."""
        first = path[1:].partition("/")[0]
        return self._retired_paths.get(f"/{first}", "path-unknown")

    def current_path(self, path: str, now_ms: int) -> str | None:
        """Give the path in whose place a closed one stood, while that was open; None for any other."""
        segments = _segments(path)
        for template, new_path, until_ms in self._old_paths:
            values = _parameters(template, segments) if len(template) == len(segments) else None
            if values is not None and now_ms < until_ms:
                return new_path.format_map(values)
        return None

    def _match(self, path: str) -> Match | None:
        segments = _segments(path)
        for template in self._templates.get(len(segments), ()):
            values = _parameters(template, segments)
            if values is not None:
                return Match(values, self._methods["/" + "/".join(template)])
        return None


def _call_each(routes: Iterable[Callable[[], Route]]) -> None:
    for route in routes:
        route()


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.lstrip("/").split("/"))


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{")


def _parameters(template: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    """Read a path's parameters by a template of the same length; None where it is another path."""
    values: dict[str, str] = {}
    for part, segment in zip(template, segments, strict=True):
        if _is_parameter(part) and segment:
            values[part[1:-1]] = segment
        elif part != segment:
            return None
    return values


def _area(path: str) -> str:
    first, _, rest = path.lstrip("/").partition("/")
    return first if first != _GATEWAY else f"{first}/{rest.partition('/')[0]}"

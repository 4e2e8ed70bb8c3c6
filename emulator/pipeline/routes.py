"""From a path to the operations that live there. The rules are the paths of the specs, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from emulator.contract.operations import Operation
from emulator.exchange import Reply

Handler = Callable[..., Reply]
Gate = Callable[..., None]
_CACHE_SIZE = 4096
_GATEWAY = "integration"


class MatchRule(Rule):
    """A rule that is matched and never built.

    Werkzeug compiles two functions a rule for building addresses, a third of the start-up of this room; where
    a later version names the step otherwise they are compiled again, and nothing else changes.
    """

    def _compile_builder(self, *_: Any, **__: Any) -> Callable[..., tuple[str, str]]:
        return _build_nothing


def _build_nothing(*_: Any, **__: Any) -> tuple[str, str]:
    raise LookupError("addresses are matched here, never built")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation with its gates and the function that answers it; ``reads`` where that changes nothing."""

    operation: Operation
    handler: Handler
    gates: tuple[Gate, ...] = ()
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A path that exists: its raw segments, and by method and edition what answers there."""

    segments: Mapping[str, str]
    methods: Mapping[str, Mapping[str, Route]]


class Routes:
    """Finds places by path; paths seen lately are remembered.

    Shapes: ``retired`` leads from the first segment of paths that are closed to the error that says so.
    """

    def __init__(self, bound: Iterable[Route], retired_paths: Mapping[str, str]) -> None:
        self._methods: dict[str, dict[str, dict[str, Route]]] = {}
        self._areas: dict[str, Operation] = {}
        for entry in bound:
            operation = entry.operation
            editions = self._methods.setdefault(operation.path, {}).setdefault(operation.method, {})
            editions[operation.edition] = entry
            self._areas.setdefault(_area(operation.path), operation)
        self._vendor = next(entry for area, entry in self._areas.items() if area.startswith(_GATEWAY))
        rules = [
            MatchRule(path.replace("{", "<").replace("}", ">"), endpoint=path, merge_slashes=False)
            for path in self._methods
        ]
        self._map = Map(rules, merge_slashes=False, redirect_defaults=False).bind("emulator")
        self._cache: dict[str, Match | None] = {}
        self._retired_paths = retired_paths

    def find(self, path: str) -> Match | None:
        """Find what lives at a path, None when nothing does."""
        if path not in self._cache:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            self._cache[path] = self._match(path)
        return self._cache[path]

    def nearest_operation(self, path: str) -> Operation:
        """Find an operation of the same area, else a vendor's: its manners answer for a lost path."""
        return self._areas.get(_area(path)) or self._vendor

    def not_found_error(self, path: str) -> str:
        """Name the error of a path where nothing lives: one that the vendor has closed, or one unheard of."""
        first = path[1:].partition("/")[0]
        return self._retired_paths.get(f"/{first}", "path-unknown")

    def _match(self, path: str) -> Match | None:
        try:
            template, segments = self._map.match(path, method="GET")
        except HTTPException:
            return None
        path_values: dict[str, Any] = dict(segments)
        return Match(path_values, self._methods[template])


def _area(path: str) -> str:
    first, _, rest = path.lstrip("/").partition("/")
    return first if first != _GATEWAY else f"{first}/{rest.partition('/')[0]}"

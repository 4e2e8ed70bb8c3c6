"""The door: finds out which stage and operation a request means, and what its answer has to wait for.

The server adapters (`wsgi`, `rsgi`) read requests off the wire, wait, and write replies out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from emulator.exchange import Pause, Reply, Request
from emulator.pipeline import fault_injection
from emulator.pipeline import serve as pipeline
from emulator.pipeline.routes import Bound, Place, Routes
from emulator.stage.stage import DEFAULT, Stage, Stages
from emulator.world.accounts.sellers import seller_by_id

_WORLD_PREFIX = "/w/"
_SHORTCUTS = {"/healthz": "/_emulator/health"}
_PAGES = ("/_emulator/docs",)
_LONG = 20


@dataclass(frozen=True, slots=True)
class Errand:
    """An admitted request: what to wait for first, how to get its answer, whether that may take long."""

    answer: Callable[[], Reply]
    pauses: tuple[Pause, ...] = ()
    slow: bool = False


class Front:
    """Admits requests to the stages of one emulator."""

    def __init__(self, stages: Stages, routes: Routes) -> None:
        self.stages = stages
        self._routes = routes

    def is_page(self, path: str) -> bool:
        """Say whether a path belongs to the pages for people, which Flask serves."""
        return path in {"/", "/favicon.ico"} or path.startswith(_PAGES)

    def admit(self, name: str, request: Request) -> Errand:
        """Take a request in at the stage of that name."""
        stage = self.stages.get(name)
        if stage is None:
            return self._lost(self.stages.default, request, "world-unknown", name=name)
        place = self._routes.find(request.path)
        if place is None:
            return self._lost(stage, request, self._routes.absence(request.path))
        editions = place.methods.get("GET" if request.method == "HEAD" else request.method)
        if editions is None:
            return self._lost(stage, request, "method-not-allowed", allow=", ".join(sorted(place.methods)))
        bound = editions.get(edition_of(stage, place, editions))
        if bound is None:
            return self._lost(stage, request, "path-unknown")
        if bound.operation.family == "control":
            return Errand(
                partial(pipeline.govern, self.stages, stage, bound, place.segments, request), slow=True
            )
        strike = fault_injection.struck(stage, bound.operation.id)
        serve = partial(pipeline.serve, self.stages, stage, bound, place.segments, request, strike)
        return Errand(serve, fault_injection.waits(stage, strike) if strike else ())

    def _lost(self, stage: Stage, request: Request, error_id: str, **facts: str) -> Errand:
        nearby = self._routes.neighbour(request.path)
        return Errand(partial(pipeline.turn_away, self.stages, stage, nearby, request, error_id, facts))


def edition_of(stage: Stage, place: Place, editions: Mapping[str, Bound]) -> str:
    """Tell which edition answers: that of the seller in the path, else the first that has the operation."""
    asked = place.segments.get("sellerId", "")
    seller = seller_by_id(stage.world, int(asked)) if asked.isdecimal() and len(asked) < _LONG else None
    return seller.edition if seller else next(iter(editions))


def split_world(path: str) -> tuple[str, str]:
    """Split ``/w/name/rest`` into the stage's name and the path within it."""
    path = _SHORTCUTS.get(path, path)
    if not path.startswith(_WORLD_PREFIX):
        return DEFAULT, path
    name, slash, rest = path[len(_WORLD_PREFIX) :].partition("/")
    return name, _SHORTCUTS.get(slash + rest, slash + rest)

"""Finds out which stage and operation a request means, and what its answer has to wait for.

The server adapters (`wsgi`, `asgi`) read requests off the wire, wait, and write replies out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from threading import RLock

from emulator.contract.bodies import BIG_BODY
from emulator.contract.operations import Operation
from emulator.exchange import Delay, Reply, Request, api_key_of
from emulator.pipeline import fault_injection, serve
from emulator.pipeline.context import RequestContext
from emulator.pipeline.gates.control_origin import preflight_headers
from emulator.pipeline.gates.storefront import preferred_language
from emulator.pipeline.routes import Match, Routes, seller_id_in
from emulator.stage.stage import Stage
from emulator.stage.stages import DEFAULT, Stages
from emulator.world.accounts.sellers import Seller, seller_by_id, seller_by_key
from emulator.world.store.interface import StoreUnreachable

_WORLD_PREFIX = "/w/"
_SHORTCUTS = {
    "/": "/_emulator/",
    "/_emulator": "/_emulator/",
    "/healthz": "/_emulator/health",
    "/readyz": "/_emulator/ready",
}
_CONTROL, _PAGES = "/_emulator/", ("/_emulator/docs", "/_emulator/ui")
_LANGUAGES = ("en", "tr")
_READING = frozenset({"GET", "HEAD"})
# These are answered on the loop: it costs less than a thread.
_LITTLE_WORK = frozenset({"getIndex", "getHealth", "getReady", "getClock", "listFaults"})
_VENDOR, _DECISION = "/integration/", "unknown-path"
_UNKNOWN, _UNKNOWN_AT_THE_EDGE = "path-unknown", "path-unknown-edge"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An admitted request: what to wait for first, how to get its answer, whether that may take long."""

    answer: Callable[[], Reply]
    delays: tuple[Delay, ...] = ()
    slow: bool = False


class Dispatcher:
    """Admits requests to the stages of one emulator."""

    def __init__(self, stages: Stages, routes: Routes) -> None:
        self.stages = stages
        self._routes = routes

    def is_page(self, method: str, path: str, accept: Callable[[], str]) -> bool:
        """Say whether a path belongs to the pages for people, which Flask serves; so does the index in HTML.

        Shapes: ``accept`` gives the header of that name, and is asked where it matters.
        """
        if path == _CONTROL:
            return method in _READING and "text/html" in accept()
        return path == "/favicon.ico" or path.startswith(_PAGES)

    def locate(self, port: int, path: str) -> tuple[str, str]:
        """Tell the stage's name and the path within it: by the port that was asked, else by the path."""
        name = self.stages.ports.worlds.get(int(port))
        return split_world(path) if name is None else (name, _SHORTCUTS.get(path, path))

    def prefix_of(self, port: int, name: str) -> str:
        """Give what stands before the paths of a world at the port that was asked."""
        return "" if int(port) in self.stages.ports.worlds else prefix_of(name)

    def lock_of(self, name: str, path: str) -> RLock | None:
        """Give the lock of the world that a request reads or moves; None where it can do without.

        A server that finds it held does something else meanwhile.
        """
        stage = self.stages.get(name)
        return None if stage is None or path.startswith(_CONTROL) else stage.lock

    def loading(self, method: str, path: str) -> Callable[[], None] | None:
        """Give what has to be loaded before the first request of a kind is dispatched; None where nothing."""
        return self._routes.loading(method, path)

    def dispatch(self, name: str, request: Request) -> Dispatch:
        """Take a request in at the stage of that name; one that closes meanwhile is not there any more."""
        stage = self.stages.get(name)
        try:
            dispatch = self._dispatch(stage, name, request)
        except StoreUnreachable:
            return self._refuse_without_store(stage or self.stages.default, request)
        except Exception:
            if stage is None or self._is_open(stage):
                raise
            return self._refuse_closed(stage, request)
        if stage is None or stage.name == DEFAULT:
            return dispatch
        return replace(dispatch, answer=partial(self._answer, stage, request, dispatch.answer))

    def _answer(self, stage: Stage, request: Request, answer: Callable[[], Reply]) -> Reply:
        try:
            return answer()
        except Exception:
            if self._is_open(stage):
                raise
            return self._refuse_closed(stage, request).answer()

    def _is_open(self, stage: Stage) -> bool:
        return self.stages.get(stage.name) is stage

    def _refuse_closed(self, stage: Stage, request: Request) -> Dispatch:
        return self._refuse(self.stages.default, request, "world-unknown", name=stage.name)

    def _refuse_without_store(self, stage: Stage, request: Request) -> Dispatch:
        context = self._context(stage, request, self._routes.nearest_operation(request.path), {})
        return Dispatch(partial(serve.refuse_unrouted, context, "service-unavailable", {}))

    def _dispatch(self, stage: Stage | None, name: str, request: Request) -> Dispatch:
        if request.head_error is not None:
            return self._refuse(stage or self.stages.default, request.beginning(), request.head_error)
        if stage is None:
            return self._refuse(self.stages.default, request, "world-unknown", name=name)
        match = self._routes.find(request.path)
        if match is None:
            match = self._find_old(stage, request.path)
        if match is None:
            return self._refuse(stage, request, self._not_found_error(stage, request.path))
        editions = match.methods.get("GET" if request.method == "HEAD" else request.method)
        if editions is None:
            methods = allowed_methods(stage, match)
            if request.method == "OPTIONS" and self._is_allowed_page(request):
                return Dispatch(partial(preflight_reply, request.headers["origin"], methods))
            if not methods:
                return self._refuse(stage, request, self._not_found_error(stage, request.path))
            return self._refuse(stage, request, "method-not-allowed", allow=", ".join(methods))
        route_of_edition = editions.get(edition_of(stage, request, match, editions))
        if route_of_edition is None:
            return self._refuse(stage, request, self._not_found_error(stage, request.path))
        route = route_of_edition()
        context = self._context(stage, request, route.operation, match.segments)
        context.route = route
        if route.operation.family == "control":
            slow = route.operation.id not in _LITTLE_WORK
            return Dispatch(partial(serve.serve_control, context, route), slow=slow)
        context.injection = fault_injection.match_fault(stage, route.operation.id)
        delays = fault_injection.delays_before(stage, context.injection) if context.injection else ()
        return Dispatch(partial(serve.serve, context, route), delays, slow=is_slow(context))

    def _find_old(self, stage: Stage, path: str) -> Match | None:
        """Find what took the place of a path that was not closed yet by the world's clock."""
        if self._routes.not_found_error(path) == _UNKNOWN:
            return None
        new_path = self._routes.current_path(path, stage.world.clock.now_ms())
        return None if new_path is None else self._routes.find(new_path)

    def _is_allowed_page(self, request: Request) -> bool:
        origin = request.headers.get("origin", "")
        return request.path.startswith(_CONTROL) and origin in self.stages.settings.allowed_origins

    def _refuse(self, stage: Stage, request: Request, error_id: str, **facts: str) -> Dispatch:
        context = self._context(stage, request, self._routes.nearest_operation(request.path), {})
        context.seller = seller_of_key(stage, request)
        return Dispatch(partial(serve.refuse_unrouted, context, error_id, facts))

    def _not_found_error(self, stage: Stage, path: str) -> str:
        error_id = self._routes.not_found_error(path)
        edge = error_id == _UNKNOWN and path.startswith(_VENDOR) and stage.world.decisions[_DECISION] == "556"
        return _UNKNOWN_AT_THE_EDGE if edge else error_id

    def _context(
        self, stage: Stage, request: Request, operation: Operation, segments: Mapping[str, str]
    ) -> RequestContext:
        language = language_of(request, operation)
        return RequestContext(self.stages, stage, request, operation, segments, language=language)


def language_of(request: Request, operation: Operation) -> str:
    """Tell the language of an answer until a gate knows better: of our own API what its reader prefers."""
    if operation.family == "control":
        return preferred_language(request.headers.get("accept-language", ""), _LANGUAGES)
    return "tr" if operation.edition == "tr" else "en"


def is_slow(context: RequestContext) -> bool:
    """Say whether answering may take long: a big body, work that fell due, a fault that moves the world."""
    world, injection = context.stage.world, context.injection
    moves = injection is not None and (injection.fault.advance_ms or injection.fault.move is not None)
    return bool(moves) or len(context.request.body) > BIG_BODY or world.clock.now_ms() >= world.next_due_ms


def preflight_reply(origin: str, methods: list[str]) -> Reply:
    """Tell a browser what pages of an origin may send."""
    return Reply((), 204, headers=tuple(preflight_headers(origin, ", ".join(methods))))


def edition_of(stage: Stage, request: Request, match: Match, editions: Iterable[str]) -> str:
    """Tell which edition answers: of the seller in the path, else of the key's seller, else the first."""
    first, *others = editions
    if not others and "sellerId" not in match.segments:
        return first
    number = seller_id_in(match.segments)
    seller = seller_of_key(stage, request) if number is None else seller_by_id(stage.world, number)
    return seller.edition if seller else first


def allowed_methods(stage: Stage, match: Match) -> list[str]:
    """List the methods that a path has in the edition of its seller, built or not; all without a seller."""
    number = seller_id_in(match.segments)
    seller = None if number is None else seller_by_id(stage.world, number)
    return sorted(
        method for method, editions in match.methods.items() if seller is None or seller.edition in editions
    )


def seller_of_key(stage: Stage, request: Request) -> Seller | None:
    """Find the seller whose key a request carries, whether its secret is right or not."""
    key = api_key_of(request.headers.get("authorization", ""))
    return None if key is None else seller_by_key(stage.world, key)


def prefix_of(name: str) -> str:
    """Give what stands before the paths of a world where worlds are told apart by them."""
    return "" if name == DEFAULT else f"{_WORLD_PREFIX}{name}"


def split_world(path: str) -> tuple[str, str]:
    """Split ``/w/name/rest`` into the stage's name and the path within it."""
    path = _SHORTCUTS.get(path, path)
    if not path.startswith(_WORLD_PREFIX):
        return DEFAULT, path
    name, slash, rest = path[len(_WORLD_PREFIX) :].partition("/")
    return name, _SHORTCUTS.get(slash + rest, slash + rest)

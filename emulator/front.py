"""The door: a WSGI request becomes a Request, goes through the pipeline, and its Reply is written out.

Vendor and control operations enter the pipeline here; everything else is a page and goes on to Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from emulator import pipeline
from emulator.exchange import Reply, Request
from emulator.routes import Bound, Place, Routes
from emulator.stage import DEFAULT, Stage, Stages
from emulator.world.accounts import seller_by_id

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_LONG = 20
_WORLD_PREFIX = "/w/"
_SHORTCUTS = {"/healthz": "/_emulator/health"}


class Front:
    """A WSGI application in front of the pages."""

    def __init__(self, stages: Stages, routes: Routes, pages: Callable[..., Iterable[bytes]]) -> None:
        self._stages = stages
        self._routes = routes
        self._pages = pages

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one WSGI request."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        name, path = split_world(_SHORTCUTS.get(path, path))
        place = self._routes.find(path)
        if place is None and is_page(path):
            return self._pages(environ, start_response)
        request = read_request(environ, path, self._stages.settings.body_bytes)
        return write(self._reply(name, place, request), start_response)

    def _reply(self, name: str, place: Place | None, request: Request) -> Reply:
        stage = self._stages.get(name)
        if stage is None:
            return self._lost(self._stages.default, request, "world-unknown", name=name)
        if place is None:
            return self._lost(stage, request, "path-unknown")
        editions = place.methods.get("GET" if request.method == "HEAD" else request.method)
        if editions is None:
            return self._lost(stage, request, "method-not-allowed", allow=", ".join(sorted(place.methods)))
        bound = editions.get(edition_of(stage, place, editions))
        if bound is None:
            return self._lost(stage, request, "path-unknown")
        walk = pipeline.govern if bound.operation.family == "control" else pipeline.serve
        return walk(self._stages, stage, bound, place.segments, request)

    def _lost(self, stage: Stage, request: Request, error_id: str, **facts: str) -> Reply:
        nearby = self._routes.neighbour(request.path)
        return pipeline.turn_away(self._stages, stage, nearby, request, error_id, facts)


def edition_of(stage: Stage, place: Place, editions: Mapping[str, Bound]) -> str:
    """Tell which edition answers: that of the seller in the path, else the first that has the operation."""
    asked = place.segments.get("sellerId", "")
    seller = seller_by_id(stage.world, int(asked)) if asked.isdecimal() and len(asked) < _LONG else None
    return seller.edition if seller else next(iter(editions))


def split_world(path: str) -> tuple[str, str]:
    """Split ``/w/name/rest`` into the stage's name and the path within it."""
    if not path.startswith(_WORLD_PREFIX):
        return DEFAULT, path
    name, slash, rest = path[len(_WORLD_PREFIX) :].partition("/")
    return name, slash + rest


def is_page(path: str) -> bool:
    """Say whether a path belongs to the pages for people."""
    return path in {"/", "/favicon.ico"} or path.startswith("/_emulator/docs")


def read_request(environ: Environ, path: str, most: int) -> Request:
    """Read a request off the wire; a body longer than ``most`` bytes is not read and becomes None."""
    query = environ.get("QUERY_STRING", "")
    headers = {
        key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")
    }
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(key):
            headers[name] = environ[key]
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query.encode("latin-1").decode("utf-8", "replace"),
        headers=headers,
        body=read_body(environ, most),
        client=environ.get("REMOTE_ADDR", ""),
        address=environ["PATH_INFO"] + (f"?{query}" if query else ""),
    )


def read_body(environ: Environ, most: int) -> bytes | None:
    """Read a body of known length or in chunks; None when it is longer than ``most`` bytes."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        return environ["wsgi.input"].read(int(length)) if int(length) <= most else None
    if "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    body: bytes = environ["wsgi.input"].read(most + 1)
    return body if len(body) <= most else None


def write(reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    """Write a reply out as one body with its length."""
    body = reply.parts[0] if len(reply.parts) == 1 else b"".join(reply.parts)
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(body))), *reply.headers]
    start_response(_STATUS.get(reply.status) or f"{reply.status} Unknown", headers)
    return [body]

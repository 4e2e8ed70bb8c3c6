"""The WSGI adapter: any WSGI server, Flask's test client and Schemathesis enter here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from emulator.exchange import Reply, Request
from emulator.front import Front, split_world

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def wsgi_door(front: Front, pages: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Make a WSGI application of the door, with ``pages`` behind it for people."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name, path = split_world(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"))
        if front.is_page(path):
            return pages(environ, start_response)
        errand = front.admit(name, read_request(environ, path, front.stages.settings.body_bytes))
        if errand.delay_s:
            time.sleep(errand.delay_s)
        return write(errand.answer(), start_response)

    return application


def read_request(environ: Environ, path: str, most: int) -> Request:
    """Read a request off the wire; a body longer than ``most`` bytes is not read and becomes None."""
    query = environ.get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace")
    headers = {
        key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")
    }
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(key):
            headers[name] = environ[key]
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query,
        headers=headers,
        body=read_body(environ, most),
        client=environ.get("REMOTE_ADDR", ""),
        address=quote(environ["PATH_INFO"].encode("latin-1")) + (f"?{query}" if query else ""),
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
    body = b"".join(reply.parts)
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(body))), *reply.headers]
    start_response(_STATUS.get(reply.status) or f"{reply.status} Unknown", headers)
    return [body]

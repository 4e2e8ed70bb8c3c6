"""The WSGI adapter: any WSGI server, Flask's test client and Schemathesis enter here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import quote

from emulator.adapters.headers import decoded_value, encoded_value
from emulator.adapters.pages import WsgiApplication, page_environ
from emulator.exchange import FOLLOW_S, BodyError, Delay, Reply, Request, Transmission
from emulator.pipeline.dispatch import Dispatcher, prefix_of, split_world

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def wsgi_application(dispatcher: Dispatcher, pages: WsgiApplication) -> WsgiApplication:
    """Make a WSGI application of a dispatcher, with ``pages`` behind it for people."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name, path = split_world(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"))
        if dispatcher.is_page(environ["REQUEST_METHOD"], path, lambda: environ.get("HTTP_ACCEPT", "")):
            return pages(page_environ(environ, name, prefix_of(name), path), start_response)
        dispatch = dispatcher.dispatch(
            name, read_request(environ, path, dispatcher.stages.settings.body_bytes)
        )
        for delay in dispatch.delays:
            wait(delay)
        reply = dispatch.answer()
        if reply.follow is not None:
            return follow_reply(reply, reply.follow, start_response)
        if reply.transmission is None:
            return write(reply, start_response)
        return send(reply, reply.transmission, environ, start_response)

    return application


def read_request(environ: Environ, path: str, most: int) -> Request:
    """Read a request off the wire; a body longer than ``most`` bytes is not kept."""
    query = environ.get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace")
    headers = {header_name(key): text_of(value) for key, value in environ.items() if key.startswith("HTTP_")}
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(key):
            headers[name] = text_of(environ[key])
    body, body_error = read_body(environ, most)
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query,
        headers=headers,
        body=body,
        client=environ.get("REMOTE_ADDR", ""),
        address=quote(environ["PATH_INFO"].encode("latin-1")) + (f"?{query}" if query else ""),
        body_error=body_error,
        is_encrypted=environ.get("wsgi.url_scheme") == "https",
    )


def text_of(value: str) -> str:
    """Read a header's value, whose bytes WSGI hands on as Latin-1."""
    return value if value.isascii() else decoded_value(value.encode("latin-1"))


@lru_cache(maxsize=256)
def header_name(key: str) -> str:
    """Give the header that a key of the environment stands for: HTTP_USER_AGENT is user-agent."""
    return key.removeprefix("HTTP_").replace("_", "-").lower()


def read_body(environ: Environ, most: int) -> tuple[bytes, BodyError | None]:
    """Read a body of known length or in chunks, or say why it is not there."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() and "HTTP_TRANSFER_ENCODING" not in environ:
        return b"", None
    size = int(length) if length.isdecimal() else None
    if size is not None and size > most:
        return b"", "body-too-large"
    try:
        body: bytes = environ["wsgi.input"].read(most + 1 if size is None else size)
    except OSError:
        return b"", "body-incomplete"
    if len(body) > most:
        return b"", "body-too-large"
    return (b"", "body-incomplete") if len(body) < (size or 0) else (body, None)


def write(reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    """Write a reply out as one body with its length."""
    body = b"".join(reply.parts)
    start(reply, len(body), start_response)
    return [body]


def follow_reply(
    reply: Reply, follow: Callable[[], bytes | None], start_response: StartResponse
) -> Iterator[bytes]:
    """Write out what comes, until nothing more does; a server ends it when its client is gone."""
    start(reply, None, start_response)
    yield b"".join(reply.parts)
    while (piece := follow()) is not None:
        yield piece
        time.sleep(FOLLOW_S)


def start(reply: Reply, length: int | None, start_response: StartResponse) -> None:
    """Write status and headers out; one without a length has no end yet."""
    sizes = () if length is None else (("Content-Length", str(length)),)
    pairs = (("Content-Type", reply.content_type), *sizes, *reply.headers)
    headers = [(name, wire_text_of(value)) for name, value in pairs]
    start_response(_STATUS.get(reply.status) or f"{reply.status} Unknown", headers)


def wire_text_of(value: str) -> str:
    """Write a header's value, whose bytes WSGI takes as Latin-1."""
    return value if value.isascii() else encoded_value(value).decode("latin-1")


def wait(delay: Delay) -> None:
    """Let time pass until a delay is over."""
    if delay.release is None:
        time.sleep(delay.longest_s)
    else:
        with suppress(TimeoutError):
            delay.release.result(delay.longest_s)
    delay.on_end()


def send(
    reply: Reply, transmission: Transmission, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    """Write a reply out as its transmission says.

    Errors: ConnectionResetError where the connection ends: before ``start_response``, or after half the body.
    """
    for delay in transmission.delays:
        wait(delay)
    if transmission.cut == "reset":
        reset_connection(environ)
        raise ConnectionResetError("the connection was reset by a planned fault")
    body = b"".join(reply.parts)
    start(reply, transmission.promised_length(body), start_response)
    return dribble(transmission, body)


def dribble(transmission: Transmission, body: bytes) -> Iterator[bytes]:
    """Give a body in its pieces, at their pace."""
    pieces = transmission.pieces(body)
    for piece in pieces:
        time.sleep(transmission.dribble_s / len(pieces))
        yield piece
    if transmission.cut is not None:
        raise ConnectionResetError("the answer was cut short by a planned fault")


def reset_connection(environ: Environ) -> None:
    """End the connection where the server lends it: some would wait for the next request on it."""
    for name in ("werkzeug.socket", "gunicorn.socket"):
        if name in environ:
            with suppress(OSError):
                environ[name].shutdown(SHUT_RDWR)

"""The ASGI adapter, which `serve` runs on granian: one loop, where a late answer holds back no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import RLock
from typing import Any, TypeVar
from urllib.parse import quote

from emulator.adapters.connections import reset_connection
from emulator.adapters.headers import encoded_value, joined_headers
from emulator.adapters.pages import WsgiApplication, page_reply
from emulator.adapters.waits import result_of
from emulator.exchange import FOLLOW_S, BodyError, Delay, Reply, Request, Transmission
from emulator.pipeline.dispatch import Dispatch, Dispatcher
from emulator.settings import Settings

T = TypeVar("T")
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# What an address may hold as it is: everything that was escaped stays escaped the way the client wrote it.
_AS_SENT = "%/:@!$&'()*+,;=~?[]"
_MOMENT_S = 0.001
"""How long the loop waits for a world that is in use: most work on one is over by then."""
_TURN_S = 0.002
"""How often a request looks whether longer work on its world is over."""
_THREADS = ThreadPoolExecutor(32, "slow-work")
_PIECE = 2**18
_FLUSH_S = 0.02
"""What the server needs to put a last piece on the wire: an answer that ends too soon takes it along."""


def asgi_application(dispatcher: Dispatcher, pages: Callable[[], WsgiApplication]) -> Callable[..., Any]:
    """Make an ASGI application of a dispatcher; ``pages`` gives Flask's when it is first asked for."""

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        name, path = dispatcher.locate(scope["server"][1], scope["path"])
        if dispatcher.is_page(scope["method"], path, partial(accept_of, scope)):
            page_request = await read_request(scope, receive, path, dispatcher.stages.settings)
            prefix = dispatcher.prefix_of(scope["server"][1], name)
            return await send_reply(
                await off_loop(lambda: page_reply(pages(), page_request, name, prefix)), send
            )
        request = await read_request(scope, receive, path, dispatcher.stages.settings)
        if (load := dispatcher.loading(scope["method"], path)) is not None:
            await off_loop(load)
        lock = dispatcher.lock_of(name, path)
        dispatch = await in_turn(lock, partial(dispatcher.dispatch, name, request))
        reply = await fetch_reply(dispatch, lock)
        if reply.follow is not None:
            return await result_of(send_endless(reply, reply.follow, receive, send))
        if reply.transmission is None:
            return await send_reply(reply, send)
        return await transmit(reply, reply.transmission, scope, send)

    return application


async def fetch_reply(dispatch: Dispatch, lock: RLock | None) -> Reply:
    """Wait for a dispatch's answer: its delays first, off the loop when it may take long."""
    for delay in dispatch.delays:
        await wait(delay)
    if dispatch.slow:
        return await off_loop(dispatch.answer)
    return await in_turn(lock, dispatch.answer)


async def off_loop(work: Callable[[], T]) -> T:
    """Do work in a thread, while the loop serves others."""

    async def work_in_thread() -> T:
        return await asyncio.get_running_loop().run_in_executor(_THREADS, work)

    return await result_of(work_in_thread())


async def in_turn(lock: RLock | None, work: Callable[[], T]) -> T:
    """Do work on the loop under a world's lock; while a thread has it, other worlds go on."""
    if lock is None:
        return work()
    if not lock.acquire(timeout=_MOMENT_S):
        return await result_of(work_in_turn(lock, work))
    try:
        return work()
    finally:
        lock.release()


async def work_in_turn(lock: RLock, work: Callable[[], T]) -> T:
    """Do work on the loop once a world's lock is free."""
    while not lock.acquire(blocking=False):
        await asyncio.sleep(_TURN_S)
    try:
        return work()
    finally:
        lock.release()


async def wait(delay: Delay) -> None:
    """Let time pass on the loop until a delay is over."""
    if delay.release is None:
        await result_of(asyncio.sleep(delay.longest_s))
    else:
        await result_of(release_or_timeout(delay.release, delay.longest_s))
    delay.on_end()


async def release_or_timeout(release: Future[None], longest_s: float) -> None:
    """Wait until an answer is released, but no longer than so many seconds."""
    await asyncio.wait([asyncio.wrap_future(release)], timeout=longest_s)


async def read_request(scope: Message, receive: Receive, path: str, settings: Settings) -> Request:
    """Read a request off the wire, its body as far as the settings allow."""
    query = scope["query_string"].decode("utf-8", "replace")
    headers = joined_headers(scope["headers"])
    is_chunked = "transfer-encoding" in headers
    has_body = scope["method"] not in _BODILESS or is_chunked or headers.get("content-length", "0") != "0"
    body, body_error = await result_of(read_body(receive, settings)) if has_body else (b"", None)
    return Request(
        method=scope["method"],
        path=path,
        query=query,
        headers=headers,
        body=body,
        client=scope["client"][0],
        address=quote(scope["raw_path"], safe=_AS_SENT) + (f"?{query}" if query else ""),
        body_error=body_error,
        is_encrypted=scope.get("scheme", "http") == "https",
    )


async def read_body(receive: Receive, settings: Settings) -> tuple[bytes, BodyError | None]:
    """Read a body of known length or in chunks, or say why it is not there.

    The rest of one that is too long is read and dropped, up to the same length again: a client that is still
    sending when the connection ends would not see the answer.
    """
    body, size, most = bytearray(), 0, settings.body_bytes
    now_s = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(settings.body_timeout_s) as limit:
            while size <= 2 * most:
                message = await receive()
                if message["type"] != "http.request":
                    return b"", "body-incomplete"
                size += len(message.get("body", b""))
                if size <= most:
                    body += message.get("body", b"")
                if not message.get("more_body", False):
                    break
                limit.reschedule(now_s() + settings.body_timeout_s)
    except TimeoutError:
        return b"", "body-late"
    return (bytes(body), None) if size <= most else (b"", "body-too-large")


async def send_reply(reply: Reply, send: Send) -> None:
    """Write a reply out as one body, to which the server adds its length; a long one piece by piece."""
    if reply.is_long:
        await result_of(send_pieces(reply, send))
        return
    await send({"type": "http.response.start", "status": reply.status, "headers": header_pairs(reply)})
    await send({"type": "http.response.body", "body": b"".join(reply.parts)})


async def send_pieces(reply: Reply, send: Send) -> None:
    """Write a long reply out in pieces, between which the loop serves others: a journal has 100 MB."""
    headers = [*header_pairs(reply), (b"content-length", b"%d" % reply.size)]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    for piece in pieces_of(reply.parts):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


def pieces_of(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Gather short parts, and cut long ones, into pieces of about the same length."""
    gathered = bytearray()
    for part in parts:
        for start in range(0, len(part), _PIECE):
            gathered += part[start : start + _PIECE]
            if len(gathered) >= _PIECE:
                yield bytes(gathered)
                gathered.clear()
    if gathered:
        yield bytes(gathered)


def header_pairs(reply: Reply) -> list[tuple[bytes, bytes]]:
    """Write a reply's headers as they go over the wire."""
    pairs = (("content-type", reply.content_type), *reply.headers)
    return [(name.lower().encode("latin-1"), encoded_value(value)) for name, value in pairs]


async def transmit(reply: Reply, transmission: Transmission, scope: Message, send: Send) -> None:
    """Write a reply out as its transmission says; the server ends a connection that got less than promised.

    Where the connection cannot be ended before the answer, status and headers go out, and then it ends.
    """
    for delay in transmission.delays:
        await wait(delay)
    host, port = scope["client"]
    if transmission.cut == "reset" and reset_connection(host, int(port)):
        await send_reply(Reply((), 500), send)
        return
    body = b"".join(reply.parts)
    length = (b"content-length", b"%d" % transmission.promised_length(body))
    headers = [*header_pairs(reply), length]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    pieces = transmission.pieces(body)
    for piece in pieces:
        await result_of(asyncio.sleep(transmission.dribble_s / len(pieces)))
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if transmission.cut is None:
        await send({"type": "http.response.body", "body": b""})
    else:
        await result_of(asyncio.sleep(_FLUSH_S))


async def send_endless(
    reply: Reply, follow: Callable[[], bytes | None], receive: Receive, send: Send
) -> None:
    """Write out what comes, until nothing more does or the client is gone."""
    await send({"type": "http.response.start", "status": reply.status, "headers": header_pairs(reply)})
    await send({"type": "http.response.body", "body": b"".join(reply.parts), "more_body": True})
    hang_up = asyncio.ensure_future(disconnect(receive))
    try:
        while not hang_up.done() and (piece := follow()) is not None:
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.wait([hang_up], timeout=FOLLOW_S)
    finally:
        hang_up.cancel()
    await send({"type": "http.response.body", "body": b""})


async def disconnect(receive: Receive) -> None:
    """Wait until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def accept_of(scope: Message) -> str:
    """Give what a client says it takes."""
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")

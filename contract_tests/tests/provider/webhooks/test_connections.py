"""One call over HTTP: time-outs, connections that stay open or were closed, answers that cannot be read."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from emulator.outbox.connections import Connections, NoAnswer
from emulator.outbox.targets import Place, head_of, is_allowed, place_of
from emulator.world.hooks.model import Target

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
MESSAGE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
Serve = Callable[[StreamReader, StreamWriter, int], Awaitable[None]]


@asynccontextmanager
async def subscriber(serve: Serve) -> AsyncIterator[tuple[Place, list[int]]]:
    """Listen for a block; ``serve`` answers each connection, which it is told the number of."""
    numbers: list[int] = []

    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        numbers.append(len(numbers) + 1)
        try:
            await serve(reader, writer, numbers[-1])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield Place("127.0.0.1", server.sockets[0].getsockname()[1], is_secure=False), numbers


def post(serve: Serve, times: int = 1, answer_s: float = 2.0) -> tuple[list[int], int]:
    """Make calls one after another; give their statuses and how many connections they took."""

    async def run() -> tuple[list[int], int]:
        async with subscriber(serve) as (place, numbers):
            connections = Connections(connect_s=2.0, answer_s=answer_s)
            try:
                statuses = [await connections.post(place, MESSAGE) for _ in range(times)]
            finally:
                connections.close()
            return statuses, len(numbers)

    return asyncio.run(run())


def always(answer: bytes) -> Serve:
    async def serve(reader: StreamReader, writer: StreamWriter, number: int) -> None:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()

    return serve


def once(answer: bytes) -> Serve:
    async def serve(reader: StreamReader, writer: StreamWriter, number: int) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return serve


def test_connection_stays_open_for_further_calls() -> None:
    assert post(always(OK), times=3) == ([200, 200, 200], 1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nok",
    ],
)
def test_answer_whose_end_is_not_plain_takes_its_connection_along(answer: bytes) -> None:
    assert post(always(answer), times=2) == ([200, 200], 2)


@pytest.mark.parametrize("status", [204, 304])
def test_answer_without_a_body_needs_no_length(status: int) -> None:
    answer = b"HTTP/1.1 %d X\r\nServer: x\r\n\r\n" % status
    assert post(always(answer), times=2) == ([status, status], 1)


def test_interim_answers_are_passed_over() -> None:
    assert post(always(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)) == ([200], 1)


def test_connection_that_was_closed_meanwhile_is_opened_anew() -> None:
    assert post(once(OK), times=3) == ([200, 200, 200], 3)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"SSH-2.0-x\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nServer", "within the head"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "too long"),
    ],
)
def test_answer_that_cannot_be_read_is_none(answer: bytes, sentence: str) -> None:
    with pytest.raises(NoAnswer, match=sentence):
        post(once(answer))


def test_connection_that_ends_at_once_is_an_error_and_not_tried_for_ever() -> None:
    with pytest.raises(ConnectionError):
        post(once(b""))


@pytest.mark.parametrize("drip", [b"", b"H"])
def test_answer_that_does_not_end_in_time_is_given_up(drip: bytes) -> None:
    async def serve(reader: StreamReader, writer: StreamWriter, number: int) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(drip)
            await writer.drain()
            await asyncio.sleep(0.01)

    with pytest.raises(TimeoutError):
        post(serve, answer_s=0.1)


@pytest.mark.parametrize(
    ("url", "allowed", "is_right"),
    [
        ("http://127.0.0.1:1/", (), True),
        ("http://127.9.9.9/", (), True),
        ("http://[::1]:1/", (), True),
        ("http://receiver/", (), False),
        ("http://Receiver/", ("receiver",), True),
        ("http://receiver.evil.example/", ("receiver",), False),
        ("http://receiver@10.0.0.1/", ("receiver",), False),
        ("http://10.0.0.1/", ("10.0.0.1",), True),
        ("http://0.0.0.0/", (), False),
        ("http://2130706433/", (), False),
        ("http://169.254.169.254/", (), False),
    ],
)
def test_only_loopback_and_named_hosts_are_called(
    url: str, allowed: tuple[str, ...], *, is_right: bool
) -> None:
    assert is_allowed(place_of(url), allowed) == is_right


def test_credentials_cannot_add_a_header() -> None:
    head = head_of(Target("http://127.0.0.1/a?b=1", "api_key", api_key="k\r\nX-Evil: 1"))
    assert b"\r\nX-Evil" not in head
    assert head.startswith(b"POST /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n")

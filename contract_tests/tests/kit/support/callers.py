"""One request through each HTTP library a client may be written with, its answer in the same words."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import aiohttp
import httpx
import requests
import urllib3
from yarl import URL


@dataclass(frozen=True, slots=True)
class Answer:
    """What a library gave."""

    status: int
    text: str
    headers: Mapping[str, str]


Caller = Callable[[str, str, bytes | None, float], Answer]
"""Shapes: method, address, body. Units: the seconds it waits for an answer."""


def by_requests(method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with requests."""
    answer = requests.request(method, url, data=body, timeout=limit_s)
    return Answer(answer.status_code, answer.text, dict(answer.headers))


def by_urllib3(method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with urllib3."""
    with urllib3.PoolManager() as pool:
        answer = pool.request(method, url, body=body, timeout=limit_s, retries=False)
    return Answer(answer.status, answer.data.decode(), dict(answer.headers))


def by_urllib(method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with the standard library."""
    request = urllib.request.Request(url, data=body, method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=limit_s)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        return Answer(answer.status, answer.read().decode(), dict(answer.headers))


def by_httpx(method: str, url: str, body: bytes | None, limit_s: float, library: Any = httpx) -> Answer:
    """Ask with httpx, or a library like it."""
    answer = library.request(method, url, content=body, timeout=limit_s)
    return Answer(answer.status_code, answer.text, dict(answer.headers))


async def ask_on_a_loop(library: Any, method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with the asynchronous client of httpx, or of a library like it."""
    async with library.AsyncClient(timeout=limit_s) as client:
        answer = await client.request(method, url, content=body)
    return Answer(answer.status_code, answer.text, dict(answer.headers))


def by_httpx_on_a_loop(
    method: str, url: str, body: bytes | None, limit_s: float, library: Any = httpx
) -> Answer:
    """Ask with httpx on an event loop."""
    return asyncio.run(ask_on_a_loop(library, method, url, body, limit_s))


def by_httpx_on_trio(
    method: str, url: str, body: bytes | None, limit_s: float, library: Any = httpx
) -> Answer:
    """Ask with httpx on trio."""
    answer: Answer = import_module("trio").run(ask_on_a_loop, library, method, url, body, limit_s)
    return answer


def by_aiohttp(method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with aiohttp."""

    async def ask() -> Answer:
        limit = aiohttp.ClientTimeout(sock_read=limit_s)
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
            session.request(method, URL(url, encoded=True), data=body) as answer,
        ):
            return Answer(answer.status, await answer.text(), dict(answer.headers))

    return asyncio.run(ask())


CALLERS: dict[str, Caller] = {
    "requests": by_requests,
    "urllib3": by_urllib3,
    "urllib": by_urllib,
    "httpx": by_httpx,
    "httpx-async": by_httpx_on_a_loop,
    "aiohttp": by_aiohttp,
}
HAS_TRIO = find_spec("trio") is not None
if HAS_TRIO:
    CALLERS["httpx-trio"] = by_httpx_on_trio
if find_spec("httpx2") is not None:
    HTTPX2 = import_module("httpx2")
    CALLERS["httpx2"] = partial(by_httpx, library=HTTPX2)
    CALLERS["httpx2-async"] = partial(by_httpx_on_a_loop, library=HTTPX2)
    CALLERS |= {"httpx2-trio": partial(by_httpx_on_trio, library=HTTPX2)} if HAS_TRIO else {}


def failure(caller: Caller, url: str, limit_s: float = 5) -> list[str]:
    """Name the kinds of the error a call ends with, and its first cause: what clients go by."""
    try:
        answer = caller("GET", url, None, limit_s)
    except Exception as error:
        cause: BaseException = error
        while following := cause.__cause__ or cause.__context__:
            cause = following
        return [kind.__name__ for kind in type(error).__mro__] + [type(cause).__name__]
    raise AssertionError(f"it gave {answer}")

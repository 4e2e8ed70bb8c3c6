"""One request through each HTTP library a client may be written with, told in the same words."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests
import urllib3


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
    told = requests.request(method, url, data=body, timeout=limit_s)
    return Answer(told.status_code, told.text, dict(told.headers))


def by_urllib3(method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with urllib3."""
    with urllib3.PoolManager() as pool:
        told = pool.request(method, url, body=body, timeout=limit_s, retries=False)
    return Answer(told.status, told.data.decode(), dict(told.headers))


def by_urllib(method: str, url: str, body: bytes | None, limit_s: float) -> Answer:
    """Ask with the standard library."""
    asked = urllib.request.Request(url, data=body, method=method)
    try:
        told = urllib.request.urlopen(asked, timeout=limit_s)
    except urllib.error.HTTPError as refusal:
        told = refusal
    with told:
        return Answer(told.status, told.read().decode(), dict(told.headers))


CALLERS: dict[str, Caller] = {
    "requests": by_requests,
    "urllib3": by_urllib3,
    "urllib": by_urllib,
}


def failure(caller: Caller, url: str, limit_s: float = 5) -> list[str]:
    """Name the error a call ends with and what it came from: what the ``except`` of a client goes by."""
    names: list[str] = []
    try:
        told = caller("GET", url, None, limit_s)
    except Exception as error:
        left: BaseException | None = error
        while left is not None:
            if type(left).__name__ not in names:
                names.append(type(left).__name__)
            left = left.__cause__ or left.__context__
        return names
    raise AssertionError(f"it gave {told}")

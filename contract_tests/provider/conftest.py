"""One emulator for the provider suite: each answer held to its spec, limits off, a fresh world a test."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from emulator import Settings, create_app
from emulator.stage import Stages

NOW_MS = 1_795_305_600_000
"""2026-11-22T00:00:00Z, where every world of the suite starts."""
_NUMBERS = itertools.count(1)


def basic(key: str, secret: str) -> str:
    """Write an Authorization header."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


INT = {
    "Authorization": basic("demo-int-key", "demo-int-secret"),
    "User-Agent": "2748 - SelfIntegration",
    "storeFrontCode": "RO",
}
TR = {"Authorization": basic("demo-tr-key", "demo-tr-secret"), "User-Agent": "2738 - SelfIntegration"}


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    """Make the suite's emulator."""
    made = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
    yield made
    stages: Stages = made.extensions["stages"]
    stages.close_all()


class Ask:
    """Asks one world, vendor and control paths alike; every answer but a wanted 5xx is below 500."""

    def __init__(self, app: Flask, prefix: str) -> None:
        self.client = app.test_client()
        self.prefix = prefix

    def __call__(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        """GET a path as the international demo seller, or with the given headers."""
        chosen = INT if headers is None else headers
        return self.client.get(self.prefix + path, headers=chosen, query_string=query)

    def send(self, method: str, path: str, **rest: Any) -> Any:
        """Send any other request."""
        return self.client.open(self.prefix + path, method=method, **rest)

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Use the control API of this world and give the JSON it answers."""
        answer = self.client.open(
            f"{self.prefix}/_emulator{path}", method=method, json=body, query_string=query
        )
        assert answer.status_code < 300, answer.text
        return answer.json


Opener = Callable[..., Ask]


@pytest.fixture
def open_world(app: Flask) -> Iterator[Opener]:
    """Open isolated worlds; they are closed after the test."""
    stages: Stages = app.extensions["stages"]
    opened: list[str] = []

    def open_one(world: str = "demo", **options: Any) -> Ask:
        name = f"t{next(_NUMBERS)}"
        stages.open(name, world, **options)
        opened.append(name)
        return Ask(app, f"/w/{name}")

    yield open_one
    for name in opened:
        stages.close(name)


@pytest.fixture
def ask(open_world: Opener) -> Ask:
    """Ask a fresh demo world."""
    return open_world()

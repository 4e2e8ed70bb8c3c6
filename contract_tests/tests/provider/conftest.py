"""One emulator for the provider suite: each answer held to its spec, limits off, a fresh world a test."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from emulator import Settings, create_app
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages
from emulator.world.store.place import postgres_place

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that are marked so on both stores."""
    is_marked = metafunc.definition.get_closest_marker("both_stores") is not None
    if is_marked and "store" in metafunc.fixturenames and metafunc.config.getoption("--store") == "sqlite":
        metafunc.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> str:
    """Where the worlds of a test are."""
    return str(getattr(request, "param", request.config.getoption("--store")))


@pytest.fixture(scope="session")
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Make the suite's emulator."""
    is_second = request.config.getoption("--store") == "postgresql"
    with emulator_on(request.getfixturevalue("postgres_url") if is_second else None) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def postgres_app(postgres_url: str) -> Iterator[Flask]:
    """Make the emulator on PostgreSQL for the tests that run on both stores."""
    with emulator_on(postgres_url) as emulator:
        yield emulator


@contextmanager
def emulator_on(url: str | None) -> Iterator[Flask]:
    """Make an emulator whose worlds are files, or schemas of PostgreSQL; its first must stay well."""
    decisions = {"product-v1": "open"}
    database = None if url is None else postgres_place(url).private_one()
    app = create_app(
        Settings(
            world="demo",
            now_ms=NOW_MS,
            limits="off",
            check_answers=True,
            decisions=decisions,
            database=database,
        )
    )
    yield app
    stages: Stages = app.extensions["stages"]
    broken = failures(stages.default)
    stages.close_all()
    assert broken == [], "the default world broke"


def failures(stage: Stage) -> list[str]:
    """The answers of 500 and more in a journal, but for planned faults and what is not emulated yet."""
    values = {fault.id for fault, _ in stage.faults.with_counts() if fault.answers}
    return [
        f"{entry.method} {entry.target} -> {entry.status} {entry.refusal}"
        for entry in stage.journal.select()
        if entry.status >= 500 and entry.fault not in values and entry.refusal != "not-emulated"
    ]


class Ask:
    """Asks one world, vendor and control paths alike."""

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
def open_world(app: Flask, request: pytest.FixtureRequest, store: str) -> Iterator[Opener]:
    """Open isolated worlds, their clocks frozen unless they are to run; they are closed after the test.

    What falls due in a running world falls due between two requests of a test.
    Errors: a 5xx that no fault planned fails the test, unless it is marked server_error.
    """
    if store != request.config.getoption("--store"):
        app = request.getfixturevalue("postgres_app")
    stages: Stages = app.extensions["stages"]
    opened: list[Stage] = []

    def open_one(world: str = "demo", *, clock_runs: bool = False, **options: Any) -> Ask:
        opened.append(stages.open(f"t{next(_NUMBERS)}", world, **options))
        if not clock_runs:
            opened[-1].world.clock.freeze(options.get("now_ms", NOW_MS))
        return Ask(app, f"/w/{opened[-1].name}")

    yield open_one
    values = [line for stage in opened for line in failures(stage)]
    for stage in opened:
        stages.close(stage.name)
    announced = request.node.get_closest_marker("server_error") is not None
    assert announced or values == [], "an answer of 500 or more that the test did not announce"


@pytest.fixture
def ask(open_world: Opener) -> Ask:
    """Ask a fresh demo world."""
    return open_world()

"""Tools that patch the same libraries, before the block or in it, break neither it nor what follows."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from contract_tests.inprocess import reaching
from contract_tests.inprocess.reaching import reached
from contract_tests.pytest_plugin.hosting import Emulator
from contract_tests.tests.kit.support.callers import CALLERS, Caller
from contract_tests.tests.kit.support.wires import answer_here
from contract_tests.virtual_time.clock import travelled
from emulator import Settings, create_app

ADDRESS = "https://apigw.trendyol.com/x"
pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no call that slips through reach the vendor."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a call went out")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(params=CALLERS)
def caller(request: pytest.FixtureRequest) -> Caller:
    return CALLERS[request.param]


@pytest.fixture
def cassette(tmp_path: Path) -> AbstractContextManager[Any]:
    """A recording of vcrpy, not yet begun."""
    vcr = pytest.importorskip("vcr")
    recorder: AbstractContextManager[Any] = vcr.use_cassette(str(tmp_path / "cassette.yaml"))
    return recorder


def fetch(caller: Caller) -> str:
    return caller("GET", ADDRESS, None, 5).text


def fetch_later(caller: Caller) -> str:
    """What a test after this one gets."""
    with reached(answer_here):
        return fetch(caller)


def test_block_within_a_cassette_is_answered(caller: Caller, cassette: AbstractContextManager[Any]) -> None:
    with cassette, reached(answer_here):
        assert fetch(caller) == "here"
    assert fetch_later(caller) == "here"


def test_cassette_within_a_block_records_what_is_answered(
    caller: Caller, cassette: AbstractContextManager[Any], tmp_path: Path
) -> None:
    with reached(answer_here):
        with cassette:
            assert fetch(caller) == "here"
        assert "here" in (tmp_path / "cassette.yaml").read_text()
        assert fetch(caller) == "here"
    assert fetch_later(caller) == "here"


def test_block_and_cassette_may_end_in_any_order(
    caller: Caller, cassette: AbstractContextManager[Any]
) -> None:
    block = reached(answer_here)
    block.__enter__()
    cassette.__enter__()
    block.__exit__(None, None, None)
    cassette.__exit__(None, None, None)
    assert fetch_later(caller) == "here"


class Slower(http.client.HTTPConnection):
    """What another tool may put in the place of http.client's own."""


class Wrapper:
    """The same without a common ancestor."""

    def __init__(self, host: str, **_: Any) -> None:
        self.inner = OWN(host)


OWN = http.client.HTTPConnection


@pytest.mark.parametrize("kind", [Slower, Wrapper])
def test_class_in_the_place_of_http_clients_own_breaks_nothing(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http.client, "HTTPConnection", kind)
    for _ in range(2):
        with reached(answer_here):
            outer = http.client.HTTPConnection("apigw.trendyol.com")
            connection = getattr(outer, "inner", outer)
            connection.request("GET", "/x")
            assert connection.getresponse().read() == b"here"


def test_patch_that_was_put_on_top_stays_and_asks_what_stood_there_before() -> None:
    ours = OWN.__dict__["connect"]
    with reached(answer_here):
        inner = OWN.__dict__["connect"]
        OWN.connect = lambda self: inner(self)  # type: ignore[method-assign]
    try:
        assert OWN.__dict__["connect"] is not ours
        with pytest.raises(AssertionError, match="a call went out"):
            OWN("apigw.trendyol.com").connect()
    finally:
        OWN.connect = ours  # type: ignore[method-assign]


def test_set_up_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    seams = {**reaching.CLIENT_LIBRARIES, "json": "contract_tests.inprocess.no_such_seam"}
    before, finders = dict(vars(OWN)), list(sys.meta_path)
    with monkeypatch.context() as patch:
        patch.setattr(reaching, "CLIENT_LIBRARIES", seams)
        with pytest.raises(ModuleNotFoundError), reached(answer_here):
            pass
    assert (dict(vars(OWN)), sys.meta_path) == (before, finders)
    assert fetch_later(CALLERS["urllib"]) == "here"


@pytest.mark.skipif("httpx-trio" not in CALLERS, reason="trio is not installed")
def test_time_travels_at_once_after_a_call_on_trio() -> None:
    assert fetch_later(CALLERS["httpx-trio"]) == "here"
    began = time.perf_counter()
    with travelled():
        time.sleep(3600)
    assert time.perf_counter() - began < 5


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    host = Emulator(create_app(Settings(world="empty")))
    yield host
    host.stop()


def names_of_worlds(emulator: Emulator) -> list[str]:
    body = emulator.app.test_client().get("/_emulator/worlds").get_data()
    return [row["name"] for row in json.loads(body)["worlds"]]


def test_world_without_the_seller_is_not_left_behind(emulator: Emulator) -> None:
    before = names_of_worlds(emulator)
    with pytest.raises(AssertionError, match="no seller 7"):
        emulator.open("empty", seller=7)
    assert names_of_worlds(emulator) == before


WRONG_FAULT = """
    import time
    import pytest

    @pytest.mark.trendyol(world="empty", travel=True, now=1_790_000_000_000, faults=[{"status": "no"}])
    def test_wrong(trendyol):
        pass

    @pytest.mark.trendyol(world="empty", travel=True, now=1_790_000_000_000)
    def test_right(trendyol, trendyol_emulator):
        rows = trendyol_emulator.app.test_client().get("/_emulator/worlds").json["worlds"]
        assert [row["name"] for row in rows if row["name"].startswith("test-")] == ["test-2"]
        assert time.time() == 1_790_000_000
"""


def test_fixture_whose_set_up_fails_leaves_nothing_behind(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WRONG_FAULT)
    pytester.runpytest_inprocess().assert_outcomes(errors=1, passed=1)

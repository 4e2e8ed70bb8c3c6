"""Worlds and their clock: isolated, back to the seed at once, moved only by whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.control import DAY_MS, SALES, SETTLEMENTS, refusal


def test_health_tells_what_runs(ask: Ask) -> None:
    health = ask.control("GET", "/health")
    assert (health["status"], health["world"], health["documents"]["control"]) == ("ok", "demo", "1")


def test_healthz_is_health(app: Flask) -> None:
    assert app.test_client().get("/healthz").get_json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/_emulator/", "/_emulator"])
def test_root_says_what_is_here(ask: Ask, app: Flask, path: str) -> None:
    index = app.test_client().get(path).get_json()
    assert index["systems"]["trendyol"] == "/integration"
    assert index["systems"]["pazarsync"] == "/api"
    for name in ("control", "docs", "requests", "operations", "health"):
        assert app.test_client().get(index[name]).status_code in {200, 308}
    assert ask("/", {}).get_json()["systems"]["trendyol"] == f"{ask.prefix}/integration"


def test_ready_says_so(ask: Ask) -> None:
    assert ask.control("GET", "/ready") == {"ready": True}


def test_reset_goes_back_to_the_seed(ask: Ask) -> None:
    before = ask.control("GET", "/sellers")
    ask.control("POST", "/sellers", {"id": 77, "edition": "int", "storefronts": ["RO"]})
    ask.control("POST", "/reset")
    assert ask.control("GET", "/sellers") == before


def test_reset_takes_the_clock_back(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS + 7 * DAY_MS})
    clock = ask.control("POST", "/reset")["clock"]
    assert clock["mode"] == "running"
    assert clock["now_ms"] < NOW_MS + DAY_MS


def test_reset_empties_journal_and_faults(ask: Ask) -> None:
    ask(SETTLEMENTS, **SALES)
    ask.control("POST", "/faults", {"operation": "*", "status": 503})
    ask.control("POST", "/reset")
    assert ask.control("GET", "/requests")["count"] == 0
    assert ask.control("GET", "/faults") == {"faults": []}


def test_created_world_is_served_under_its_path(app: Flask) -> None:
    root = Ask(app, "")
    body = root.control("POST", "/worlds", {"name": "made", "world": "empty", "seed": 5, "now_ms": NOW_MS})
    assert (body["path"], body["seed"]) == ("/w/made", 5)
    assert root("/w/made" + SETTLEMENTS, **SALES).status_code == 200
    root.control("DELETE", "/worlds/made")
    assert root("/w/made" + SETTLEMENTS, **SALES).status_code == 404


def test_worlds_do_not_share_clock_journal_or_sellers(open_world: Opener) -> None:
    one, other = (open_world("empty", clock_runs=True) for _ in range(2))
    one.control("POST", "/clock/freeze", {"at_ms": NOW_MS + DAY_MS})
    one.control("POST", "/sellers", {"id": 77, "edition": "int", "storefronts": ["RO"]})
    one(SETTLEMENTS, **SALES)
    assert other.control("GET", "/clock")["mode"] == "running"
    assert other.control("GET", "/requests")["count"] == 0
    assert 77 not in [seller["id"] for seller in other.control("GET", "/sellers")["sellers"]]


def test_open_worlds_are_listed(ask: Ask) -> None:
    names = [world["name"] for world in ask.control("GET", "/worlds")["worlds"]]
    assert "default" in names
    assert ask.prefix.removeprefix("/w/") in names


def test_world_takes_limits_and_decisions(app: Flask) -> None:
    root = Ask(app, "")
    decisions = {"retry-after": "seconds"}
    body = root.control(
        "POST", "/worlds", {"name": "made", "world": "empty", "limits": "count", "decisions": decisions}
    )
    assert root.control("GET", "/worlds/made") | {"clock": None} == body | {"clock": None}
    assert (body["limits"], body["decisions"]["retry-after"]) == ("count", "seconds")
    root.control("DELETE", "/worlds/made")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"name": "default"}, 409, "world-exists"),
        ({"name": "other", "own_port": True}, 409, "port-unavailable"),
        ({"name": "other", "world": "atlantis"}, 404, "recipe-unknown"),
        ({"name": "other", "decisions": {"retry-after": "never"}}, 404, "decision-unknown"),
        ({"name": "other", "decisions": {"no-such": "never"}}, 404, "decision-unknown"),
        ({"name": "With Blanks"}, 400, "body-invalid"),
        ({"name": "other", "colour": "red"}, 400, "body-invalid"),
        ({}, 400, "body-invalid"),
    ],
)
def test_world_that_cannot_be_made_is_refused(ask: Ask, body: Any, status: int, error: str) -> None:
    assert refusal(ask, "POST", "/worlds", body) == (status, error)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_world_is_refused(ask: Ask, method: str) -> None:
    assert refusal(ask, method, "/worlds/nowhere") == (404, "world-unknown")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_impossible_world_name_is_refused(ask: Ask, method: str) -> None:
    assert refusal(ask, method, "/worlds/NOWHERE") == (400, "invalid.parameter")


def test_default_world_cannot_be_closed(ask: Ask) -> None:
    assert refusal(ask, "DELETE", "/worlds/default") == (409, "world-permanent")


def test_frozen_clock_moves_only_when_told(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    assert ask.control("POST", "/clock/advance", {"ms": 1500}) == {"now_ms": NOW_MS + 1500, "mode": "frozen"}
    assert ask.control("GET", "/clock") == {"now_ms": NOW_MS + 1500, "mode": "frozen"}


def test_clock_freezes_where_it_stands(ask: Ask) -> None:
    body = ask.control("POST", "/clock/freeze")
    assert ask.control("GET", "/clock") == body


def test_clock_runs_on_from_where_it_was_frozen(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS + 30 * DAY_MS})
    running = ask.control("POST", "/clock/run")
    assert running["mode"] == "running"
    assert 0 <= running["now_ms"] - NOW_MS - 30 * DAY_MS < DAY_MS


@pytest.mark.parametrize(
    "body", [{}, {"ms": -1}, {"ms": "1"}, {"ms": 1.5}, {"ms": True}, [], {"ms": 1, "s": 1}]
)
def test_clock_refuses_what_is_no_advance(ask: Ask, body: Any) -> None:
    assert refusal(ask, "POST", "/clock/advance", body) == (400, "body-invalid")


def test_clock_takes_a_whole_number_written_with_a_point(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": float(NOW_MS)})
    assert isinstance(ask.control("POST", "/clock/advance", {"ms": 5.0})["now_ms"], int)

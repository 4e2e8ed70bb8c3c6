"""A planned fault makes no malformed HTTP by accident."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask

FRAMING: list[dict[str, str]] = [
    {"Content-Type": "text/html"},
    {"content-length": "3"},
    {"Content-Length": "99999"},
    {"Transfer-Encoding": "chunked"},
    {"CONNECTION": "close"},
    {"X-A": "1", "x-a": "2"},
]


@pytest.mark.parametrize("headers", FRAMING)
def test_headers_that_frame_an_answer_are_refused(ask: Ask, headers: dict[str, str]) -> None:
    body: dict[str, Any] = {"operation": "*", "status": 503, "headers": headers}
    answer = ask.send("POST", "/_emulator/faults", json=body)
    assert (answer.status_code, answer.json["error"]) == (400, "fault-malformed")
    assert all(name.lower() in answer.json["message"] for name in headers)
    assert ask.control("GET", "/faults")["faults"] == []


@pytest.mark.parametrize("headers", FRAMING)
def test_malformed_faults_are_planned_when_they_say_so(ask: Ask, headers: dict[str, str]) -> None:
    fault = ask.control(
        "POST", "/faults", {"operation": "*", "status": 503, "headers": headers, "malformed": True}
    )
    assert fault["malformed"] is True


def test_other_headers_are_planned(ask: Ask) -> None:
    body = {"operation": "*", "status": 503, "headers": {"Retry-After": "1"}}
    assert ask.control("POST", "/faults", body)["malformed"] is False

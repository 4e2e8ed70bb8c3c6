"""However long a server is asked, it holds no more than when its journal was full."""

from __future__ import annotations

import socket
from itertools import cycle

import pytest

from contract_tests.tests.attack.soak import ROUND, Faults, Soak, ask_many, soak
from contract_tests.tests.coverage import Coverage

REQUESTS, MOST_PERCENT, SLACK = 2_000_000, 5, 2


def check_growth(coverage: Coverage, result: Soak) -> Soak:
    """Count a run among the attacks; no answer of it is a fault, and nothing but memory has grown."""
    faults = result.faults
    coverage.add_attack(requests=result.requests, answers_5xx=faults.answers_5xx, hangs=faults.hangs)
    assert (faults.answers_5xx, faults.hangs) == (0, 0)
    assert result.after.files <= result.before.files + SLACK, result.line()
    assert result.after.threads <= result.before.threads + SLACK, result.line()
    assert result.after.folders <= result.before.folders, result.line()
    return result


def test_server_leaves_nothing_open(coverage: Coverage) -> None:
    check_growth(coverage, soak(2 * ROUND, filling=ROUND))


@pytest.mark.nightly
def test_server_stays_as_large_as_it_is(coverage: Coverage) -> None:
    result = check_growth(coverage, soak(REQUESTS))
    coverage.add_attack(rss_percent=result.widest_percent)
    assert abs(result.widest_percent) <= MOST_PERCENT, result.line()


def test_answer_that_never_comes_is_counted_and_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_tests.tests.attack.soak.PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        faults = Faults()
        ask_many(silent.getsockname(), cycle([b"GET / HTTP/1.1\r\n\r\n"]), ROUND, faults)
    assert faults == Faults(answers_5xx=0, hangs=1)

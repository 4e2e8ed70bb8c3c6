"""However long a server is asked, it holds no more than when its journal was full."""

from __future__ import annotations

import pytest

from contract_tests.tests.attack.soak import ROUND, Soak, soak
from contract_tests.tests.coverage import Coverage

REQUESTS, MOST_PERCENT, SLACK = 2_000_000, 5, 2


def check_growth(coverage: Coverage, result: Soak) -> Soak:
    """Count a run among the attacks; no answer of it is a fault, and nothing but memory has grown."""
    coverage.add_attack(requests=result.requests, answers_5xx=result.answers_5xx)
    assert result.answers_5xx == 0
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

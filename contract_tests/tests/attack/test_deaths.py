"""Killed processes leave nothing behind, and lose nothing that was answered."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from contract_tests.tests.attack.served import Served
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.effort import is_nightly
from contract_tests.tests.hangup import hangup_set_to

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs POSIX processes")
KILLS = 30 if is_nightly() else 2
SELLER = {"edition": "int", "storefronts": ["RO"]}


@pytest.mark.parametrize("what", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_worker_ends_with_its_command(coverage: Coverage, what: signal.Signals) -> None:
    with hangup_set_to(signal.SIG_DFL):
        served = Served(coverage)
    assert served.target.ask("GET /healthz").status == 200
    assert served.end(what)


def test_kill_loses_and_doubles_nothing_answered(coverage: Coverage, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'stage.db'}"
    answered: list[int] = []
    for number in range(KILLS):
        served = Served(coverage, "--database", database, "--limits", "off")
        for seller_id in range(5_000 + number * 10, 5_000 + number * 10 + 5):
            if served.target.ask("POST /_emulator/sellers", {"id": seller_id, **SELLER}).status == 201:
                answered.append(seller_id)
        assert served.end(signal.SIGKILL)
        coverage.add_attack(kills=1)
    served = Served(coverage, "--database", database)
    rows = [row["id"] for row in served.target.ask("GET /_emulator/sellers").json["sellers"]]
    assert served.end(signal.SIGTERM)
    lost, doubled = set(answered) - set(rows), len(rows) - len(set(rows))
    coverage.add_attack(lost=len(lost), doubled=doubled)
    assert len(answered) == 5 * KILLS
    assert (lost, doubled) == (set(), 0)

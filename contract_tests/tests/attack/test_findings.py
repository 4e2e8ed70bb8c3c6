"""A full journal is judged beside the server: what it holds and whom it answers stays as it was."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.findings import finding_row
from contract_tests.records.har import history_of
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.provider.conftest import INT, Ask
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS
from emulator.stage.har import entry
from emulator.stage.journal import Exchange
from emulator.stage.judging import FEW, judge_exchanges


def process_id(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"process": os.getpid(), "rows": sum(1 for _ in rows)}]


def broken_process(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    os._exit(7)


def exchanges(ask: Ask, count: int) -> list[Exchange]:
    for number in range(count):
        ask(SETTLEMENTS, headers=INT | {"User-Agent": "curl/8" if number % 2 else ""}, **SALES)
    stages = ask.client.application.extensions["stages"]
    return list(stages.get(ask.prefix.removeprefix("/w/")).journal.select())


def test_many_exchanges_are_judged_in_another_process(ask: Ask) -> None:
    many = exchanges(ask, FEW + 1)
    (row,) = judge_exchanges(many, process_id)
    assert (row["process"] != os.getpid(), row["rows"]) == (True, FEW + 1)
    assert judge_exchanges(many[:FEW], process_id) == [{"process": os.getpid(), "rows": FEW}]


def test_findings_of_a_journal_are_those_of_its_archive(ask: Ask) -> None:
    rulebook = installed_rulebook()
    history = history_of(map(entry, exchanges(ask, FEW + 1)), rulebook, compact=True)
    rows = [finding_row(one) for one in judge_traffic(history, rulebook).findings]
    assert ask.control("GET", "/findings")["findings"] == rows != []


def test_process_that_breaks_off_while_judging_is_a_fault_and_no_hang(ask: Ask) -> None:
    many = exchanges(ask, 1) * (FEW + 1)
    with pytest.raises(ChildProcessError, match="ended with 7"):
        judge_exchanges(many, broken_process)

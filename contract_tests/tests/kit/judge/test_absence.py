"""Why rows were never sent, by what was asked: each cause is a finding of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.clients.in_process import client_driver
from contract_tests.clients.patience import Patience
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.engine.check import join_outcomes
from contract_tests.engine.outcome import outcome_of
from contract_tests.engine.replay import profile_run_of
from contract_tests.profiles.finance.broken import window_unless_refused, without_returns
from contract_tests.profiles.finance.reference import Steps, client
from contract_tests.profiles.worlds import recipe
from contract_tests.records.scenario import Scenario, Step
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host
from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by, sync
from contract_tests.tests.kit.support.recording import DAY_MS, NOON_MS, SETTLEMENTS, Entry, asked

FIRST_MS = NOON_MS - 30 * DAY_MS
HALF_MS = 15 * DAY_MS


def row(number: int, kind: str = "sale", day: float = 1) -> dict[str, Any]:
    """A settlement of the truth."""
    label = "Satış" if kind == "sale" else "İade"
    moment = int(FIRST_MS + day * DAY_MS)
    return {"id": str(number), "type": kind, "transactionType": label, "transactionDate": moment}


def page(
    *numbers: int,
    kind: str = "Sale",
    start_ms: int = FIRST_MS,
    end_ms: int = FIRST_MS + HALF_MS,
    number: int = 0,
    size: int = 500,
    total: int | None = None,
    **more: Any,
) -> Entry:
    """A page of a window."""
    dates = {"startDate": start_ms, "endDate": end_ms}
    rows = [{"id": str(one)} for one in numbers]
    body = {"totalElements": len(rows) if total is None else total, "size": size, "content": rows}
    query = {"transactionType": kind, **dates, "page": number, "size": size}
    return asked(SETTLEMENTS, query, **{"body": body, **more})


def causes(rows: list[dict[str, Any]], *entries: Entry) -> dict[str, str]:
    """What is said of rows that were not sent, by cause."""
    run = sync(0, len(entries), truths={"settlements": held_by(rows)})
    evidence = played.findings("finance", run, entries=entries)
    return {one.cause: one.evidence for one in evidence if one.rule.id == "TY-FIN-901"}


SALES = [row(number) for number in range(4)]
RETURNS = page(kind="Return")


def test_list_that_was_never_asked_for_is_a_cause() -> None:
    (sentence,) = causes(SALES).values()
    assert sentence.endswith("0, 1, 2; getSettlements was never asked for")


def test_refused_page_and_a_page_never_asked_are_two_causes() -> None:
    pages = page(0, size=1, total=4), page(number=1, size=1, status=429)
    evidence = causes(SALES, *pages, RETURNS)
    assert set(evidence) == {"getSettlements: refused", "getSettlements: a page never asked"}
    assert "and was never read" in evidence["getSettlements: refused"]
    assert "; page 1 of the window from " in evidence["getSettlements: refused"]
    assert evidence["getSettlements: a page never asked"].endswith(
        "; row 3 of 4 and what follows was never asked for"
    )


def test_first_page_that_was_left_out_says_nothing_of_the_later_ones() -> None:
    (sentence,) = causes(SALES, page(2, 3, number=1, size=2, total=4), RETURNS).values()
    assert sentence.endswith("; row 1 of 4 was never asked for")


def test_refused_page_that_was_read_later_is_no_cause() -> None:
    pages = page(0, size=1, total=4), page(number=1, size=1, status=429), page(1, number=1, size=1, total=4)
    assert set(causes(SALES, *pages, RETURNS)) == {"getSettlements: a page never asked"}


def test_type_never_asked_for_is_not_hidden_behind_a_refused_window() -> None:
    rows = [*SALES, row(7, "return")]
    evidence = causes(rows, page(status=503), page(0, 1, start_ms=FIRST_MS + HALF_MS, end_ms=NOON_MS))
    assert set(evidence) == {"getSettlements: refused", "a type never asked for"}
    assert "1 of 5 settlements were never sent to it (İade 1): 7" in evidence["a type never asked for"]
    assert evidence["a type never asked for"].endswith("; it never asked for Return")
    assert "Return" not in evidence["getSettlements: refused"]


def test_border_of_windows_and_a_window_never_asked_are_two_causes() -> None:
    rows = [*SALES, row(5, day=15.2), row(6, day=40)]
    later = FIRST_MS + HALF_MS + DAY_MS // 2
    evidence = causes(rows, page(0, 1, 2, 3), page(start_ms=later, end_ms=later + HALF_MS), RETURNS)
    assert {cause: sentence.rpartition(": ")[2] for cause, sentence in evidence.items()} == {
        "getSettlements: a border of windows": "5; they lie between one window and the next",
        "getSettlements: a window never asked": "6; no window that was asked for holds them",
    }


def test_web_page_inside_a_success_is_another_cause_than_a_refusal() -> None:
    html = page(start_ms=FIRST_MS + HALF_MS, end_ms=NOON_MS)
    html["response"]["content"]["text"] = "<html>"
    rows = [*SALES, row(5, day=20)]
    assert set(causes(rows, page(status=429), html, RETURNS)) == {
        "getSettlements: refused",
        "getSettlements: unreadable",
    }


def test_list_that_moved_between_two_pages_is_a_cause() -> None:
    pages = page(0, 1, size=2, total=5), page(3, number=1, size=2, total=3)
    (cause,) = causes(SALES, *pages, RETURNS)
    assert cause == "getSettlements: a list that moved"


def test_row_that_complete_reads_did_not_hold_has_no_cause_that_shows() -> None:
    assert causes(SALES, page(0, 1, 2), RETURNS) == {
        "": "exit 0 although 1 of 4 settlements were never sent to it (Satış 1): 3"
    }


def test_row_lost_in_an_earlier_run_keeps_its_cause_in_the_next() -> None:
    runs = [sync(0, until, truths={"settlements": held_by(SALES)}) for until in (2, 4)]
    later = page(start_ms=FIRST_MS + HALF_MS, end_ms=NOON_MS)
    entries = (page(status=429), RETURNS, later, RETURNS)
    evidence = played.findings("finance", *runs, entries=entries)
    counts = {one.cause: one.count for one in evidence if one.rule.id == "TY-FIN-901"}
    assert counts == {"getSettlements: refused": 2}


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=True) as host:
        yield host


def test_client_with_two_faults_of_one_rule_has_two_findings_with_the_counts_of_all_scenarios(
    place: EmulatorHost,
) -> None:
    steps = Steps(questions=without_returns, read_window=window_unless_refused)
    careless = replace(client(steps), patience=Patience(refusals=0))
    profile_run = profile_run_of(place, ConfiguredIntegration(client_driver(careless)), "finance", "int")
    refusal = {"operation": "getSettlements", "at": 3, "status": 429}
    quiet = Scenario("quiet", "finance", "int", now_ms=START_MS, world=recipe("int", "", {"money": 400}))
    refusal_scenario = replace(
        quiet, name="refused", events=(refusal,), plan=(Step(), Step(60_000, quiet=True))
    )
    whole = join_outcomes(profile_run, [outcome_of(profile_run, one) for one in (quiet, refusal_scenario)])
    counts = {
        one.cause: dict(one.counts_by_scenario)
        for one in whole.verdict.findings
        if one.rule.id == "TY-FIN-901"
    }
    assert counts == {
        "a type never asked for": {"quiet": 1, "refused": 2},
        "getSettlements: refused": {"refused": 1},
    }

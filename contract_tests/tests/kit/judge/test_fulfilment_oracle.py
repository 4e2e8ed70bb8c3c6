"""What became of the packages that a shop wanted worked on, judged by recordings made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.records.findings import Finding
from contract_tests.records.recording import Sync, Truth
from contract_tests.tests.kit.support.package_writes import PACKAGE, cancellation, status
from contract_tests.tests.kit.support.played import findings, held_by, said, sync

ORDER = "10667900300"
WANT = {"orderNumber": ORDER, "action": "Invoiced"}
DONE, MOVED = "TY-PKG-901", "TY-PKG-902"


def row(word: str, *, package: int = PACKAGE, order: str = ORDER) -> dict[str, Any]:
    """A package of the world."""
    return {"shipmentPackageId": package, "orderNumber": order, "status": word}


def run(truth: Truth, state: str | None = "done", exit_code: int = 0, **more: Any) -> Sync:
    """A run that wants one order invoiced and shows what it makes of it."""
    rows = [] if state is None else [WANT | {"state": state}]
    return sync(exit_code, wants=[WANT], truths={"orders": truth}, exports={"fulfilment": rows}, **more)


def sentences(*runs: Sync) -> dict[str, str]:
    """What is said of runs, where exit 1 may be honest throughout."""
    return said("fulfilment", *runs, may_fail=True)


def over(word: str) -> Truth:
    """A world in which the order's only package stands there all the time."""
    return held_by([row(word)])


@pytest.mark.parametrize("word", ["Invoiced", "Shipped", "Delivered", "Returned", "Cancelled", "UnPacked"])
def test_package_at_the_status_past_it_or_over_is_right(word: str) -> None:
    assert sentences(run(over(word))) == {}


@pytest.mark.parametrize("word", ["Created", "Picking"])
def test_package_short_of_the_status_is_found(word: str) -> None:
    sentence = sentences(run(over(word)))[DONE]
    assert sentence == f"exit 0 although package {PACKAGE} of order {ORDER} is {word}, wanted was Invoiced"


def test_each_live_package_of_an_order_counts() -> None:
    rows = [row("UnPacked"), row("Invoiced", package=1), row("Created", package=2)]
    assert "package 2 of" in sentences(run(held_by(rows)))[DONE]


def test_want_without_a_row_is_found_only_when_success_is_reported() -> None:
    assert DONE in sentences(run(over("Created"), None))
    assert sentences(run(over("Created"), None, 1)) == {}


@pytest.mark.parametrize("state", ["unclear", "pending", "refused", "failed"])
def test_not_knowing_excuses_a_run_with_faults_alone(state: str) -> None:
    assert sentences(run(over("Created"), state, quiet=False)) == {}
    assert DONE in sentences(run(over("Created"), state, quiet=True))
    assert sentences(run(over("Created"), state, 1, quiet=True)) == {}


def test_run_that_fails_may_not_show_as_done_what_never_was() -> None:
    assert DONE in sentences(run(over("Created"), "done", 1))


def test_run_that_fails_may_show_as_done_what_was_done_before_a_split() -> None:
    parts = held_by([row("UnPacked"), row("Created", package=1)])
    assert sentences(run(over("Invoiced")), run(parts, "done", 1)) == {}


def test_what_came_or_changed_during_the_run_is_held_against_nobody() -> None:
    split = held_by([row("UnPacked"), row("Created", package=1)], before=[row("Invoiced")])
    paid = held_by([row("Created")], before=[row("Awaiting")])
    assert sentences(run(split)) == sentences(run(paid)) == {}


def movements(*entries: Any, word: str = "Invoiced") -> list[Finding]:
    """What is said of the writes of a run, by the ledger alone."""
    rows = [row(word), row("Created", package=7, order="2")]
    every = findings("fulfilment", run(held_by(rows), until=len(entries)), entries=entries, may_fail=True)
    return [one for one in every if one.rule.id == MOVED]


def test_wanted_writes_are_right() -> None:
    assert movements(status("Picking", package=PACKAGE), status("Invoiced", package=PACKAGE)) == []


def test_write_to_an_order_that_nobody_wants_is_found_once_it_was_accepted() -> None:
    (finding,) = movements(status("Picking", package=7))
    assert finding.evidence == "package 7 of order 2 was brought to Picking, which nobody wanted"
    assert movements(status("Picking", package=7, status=400)) == []


def test_cancelled_pieces_are_found() -> None:
    (finding,) = movements(cancellation(package=PACKAGE))
    assert finding.evidence == f"cancelPackageItems of package {PACKAGE} was never wanted"

"""The oracle of delivery, on recordings made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.engine.outcome import split_at_success
from contract_tests.judge.oracles.delivery import compare_keys, expected_rows
from contract_tests.records.account import Account
from contract_tests.records.history import Body
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.scenario import Scenario
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by
from contract_tests.tests.kit.support.recording import (
    DAY_MS,
    NOON_MS,
    SETTLEMENTS,
    Entry,
    asked,
    recorded,
    settlements,
)

(RULE,) = (rule for rule in installed_rulebook().rules_by("everything_delivered") if rule.id == "TY-CAT-901")
ROWS = [{"id": str(number), "transactionType": "Satış"} for number in range(4)]
SCENARIO, ACCOUNT = Scenario("by hand", "finance", "int"), Account("int", 2748, "", "", "RO")


def sent(*ids: str, **more: object) -> Entry:
    window = {"transactionType": "Sale", "startDate": 1795219200000, "endDate": 1795305600000}
    rows = {"totalElements": len(ids), "size": 500, "content": [{"id": one} for one in ids]}
    return asked(SETTLEMENTS, window, body=rows, **more)  # type: ignore[arg-type]  # the keywords are the builder's own


WEEK = {"transactionType": "Return", "startDate": 1795219200000, "endDate": 1795305600000}
ASKED = asked(SETTLEMENTS, WEEK, body={"totalElements": 0, "size": 500, "content": []})


def sync(exit_code: int | None, until: int, *, quiet: bool = True, **more: Any) -> Sync:
    return played.sync(
        exit_code, until, quiet=quiet, truths={"settlements": held_by(ROWS, **more)}, exports={}
    )


def seen(*entries: Entry, syncs: tuple[Sync, ...]) -> dict[str, str]:
    return played.said("finance", *syncs, entries=entries)


def test_rows_that_came_or_went_while_the_client_ran_are_not_expected() -> None:
    assert seen(sent("0", "1"), syncs=(sync(0, 1, before=ROWS[:2]),)) == {}
    assert seen(sent("0", "1"), syncs=(sync(0, 1, within=ROWS[:2]),)) == {}


def test_rows_that_a_client_may_leave_out_at_first_are_not_expected() -> None:
    rule = next(
        one for one in installed_rulebook().rules_by("everything_delivered") if one.id == "TY-ORD-901"
    )

    def package(status: str) -> dict[str, Any]:
        return {"shipmentPackageId": "1", "status": status}

    for status, expected_count in (("Awaiting", 0), ("Created", 1)):
        truth = held_by([package("Created")], before=[package(status)])
        assert len(expected_rows(truth, rule)) == expected_count


def test_everything_sent_is_right() -> None:
    assert seen(sent("0", "1"), sent("2", "3", "2"), syncs=(sync(0, 2),)) == {}


def test_rows_never_sent_are_found() -> None:
    found = seen(sent("0", "1"), ASKED, syncs=(sync(0, 2),))
    assert found == {"TY-FIN-901": "exit 0 although 2 of 4 settlements were never sent to it (Satış 2): 2, 3"}


def test_types_never_asked_for_are_told_with_the_rows_that_were_never_sent() -> None:
    assert seen(sent("0"), syncs=(sync(0, 1),))["TY-FIN-901"].endswith("; it never asked for Return")


def test_rows_of_a_refused_answer_were_not_sent() -> None:
    assert "TY-FIN-901" in seen(sent("0", "1"), sent("2", "3", status=503), syncs=(sync(0, 2),))


def test_loss_that_the_next_run_heals_is_found_all_the_same() -> None:
    runs = (sync(0, 1, quiet=False), sync(0, 2))
    for rest, heals in (("1", "2", "3"), "heals with the next run"), (("1", "2"), "never heals"):
        found = seen(sent("0"), sent(*rest), ASKED, syncs=runs)
        assert found["TY-FIN-901"].endswith(heals)


def test_admitting_failure_is_honest_when_the_next_run_is_complete() -> None:
    assert seen(sent("0"), sent("1", "2", "3"), syncs=(sync(1, 1, quiet=False), sync(0, 2))) == {}


def test_failing_without_any_trouble_is_found() -> None:
    assert "gave up" in seen(sent("0", "1", "2", "3"), syncs=(sync(1, 1),))["TY-PLT-901"]


def test_failing_without_any_trouble_is_honest_when_a_later_run_ends_well() -> None:
    whole = sent("0", "1", "2", "3")
    assert seen(sent("0"), whole, syncs=(sync(1, 1), sync(0, 2))) == {}
    assert "gave up" in seen(whole, whole, syncs=(sync(0, 1), sync(1, 2)))["TY-PLT-901"]


def test_failing_for_ever_after_trouble_is_found() -> None:
    assert "TY-PLT-901" in seen(sent("0"), syncs=(sync(1, 1, quiet=False), sync(1, 1)))


def test_run_without_an_end_is_found() -> None:
    assert "did not end" in seen(sent("0"), syncs=(sync(None, 1),))["TY-PLT-901"]


def test_run_that_reports_success_answers_for_itself() -> None:
    went_on = [settlements(60 - 15 * step, 45 - 15 * step) for step in range(4)]
    entries = [settlements(75, 60, status=429), *went_on, settlements(75, 60)]
    told = (sync(0, 5, quiet=False), sync(0, 6))
    admitted = (sync(1, 5, quiet=False), sync(0, 6))
    assert "TY-PLT-008" in seen(*entries, syncs=told)
    assert "TY-PLT-008" not in seen(*entries, syncs=admitted)


def test_history_is_cut_after_each_run_that_reports_success() -> None:
    recording = Recording(SCENARIO, ACCOUNT, (sync(0, 1), sync(1, 2)), recorded(*[sent("0")] * 3))
    assert [len(part.exchanges) for part in split_at_success(recording)] == [1, 2]
    assert [len(part.exchanges) for part in split_at_success(replace(recording, syncs=()))] == [3]


def test_value_is_found_through_lists() -> None:
    body = {"content": [{"variants": [{"barcode": 1}, {"barcode": 2}]}, {"variants": []}, {}]}
    page = Body(json.dumps(body))
    assert page.keys_at("content.variants.barcode") == page.keys_at("content.variants.barcode") == {"1", "2"}


def test_shortfall_without_groups_names_the_first_keys() -> None:
    missing = compare_keys(RULE, {str(number): {} for number in range(5)}, {"0"})
    assert str(missing) == "4 of 5 products were never sent to it: 1, 2, 3"


@pytest.mark.parametrize(("sent_days", "suggests"), [({2, 3, 4}, True), ({0, 3, 4}, False), (set(), False)])
def test_gap_at_the_old_end_alone_suggests_the_span(sent_days: set[int], *, suggests: bool) -> None:
    rows = {str(day): {"transactionDate": NOON_MS + day * DAY_MS} for day in range(5)}
    shortfall = compare_keys(RULE, rows, {str(day) for day in sent_days})
    assert ("--span-days" in str(shortfall)) is suggests

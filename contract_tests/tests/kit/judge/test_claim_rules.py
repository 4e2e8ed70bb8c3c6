"""Judges of decisions about claim items, and what became of the items that a shop wanted decided."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.records.recording import Sync
from contract_tests.tests.kit.support.played import findings, held_by, said, sync
from contract_tests.tests.kit.support.recording import NOON_MS, SELLER, Entry, asked, broken

LIST = f"/integration/order/sellers/{SELLER}/claims"
CLAIM, ITEM, OTHER_ITEM = "claim-1", "item-1", "item-2"
WAITING = "WaitingInAction"
HOUR_MS = 3_600_000
ONLY_WAITING, ITEM_IDS, FILE, REASON, SHORT, LATE = (f"TY-CLM-{number:03}" for number in range(11, 17))
LOST_ANSWER, WANTED_DONE, NOTHING_ELSE = "TY-CLM-017", "TY-CLM-903", "TY-CLM-904"
WANT = {"claimItemId": ITEM, "action": "approve", "reasonId": None}


def listing(status: str = WAITING, until_ms: int | None = None) -> Entry:
    """A page of the list with one claim of two items."""
    items = [
        {"id": item, "claimItemStatus": {"name": status}, "autoApproveDate": until_ms}
        for item in (ITEM, OTHER_ITEM)
    ]
    row = {"id": CLAIM, "claimId": CLAIM, "items": [{"orderLine": {}, "claimItems": items}]}
    body = {"totalElements": 1, "totalPages": 1, "page": 0, "size": 50, "content": [row]}
    return asked(LIST, {"page": 0, "size": 50}, body=body)


def approval(*items: str, claim: str = CLAIM, **more: Any) -> Entry:
    """An approval of items."""
    entry = asked(f"{LIST}/{claim}/items/approve", body="", **more)
    text = json.dumps({"claimLineItemIdList": list(items or (ITEM,)), "params": {}})
    entry["request"] |= {"method": "PUT", "postData": {"text": text}}
    return entry


def issue(reason: object = 51, *, boundary: str = "x", with_file: bool = True, **more: Any) -> Entry:
    """An issue with its values in the query."""
    description = more.pop("description", "used")
    query = {"claimIssueReasonId": reason, "claimItemIdList": ITEM, "description": description}
    entry = asked(f"{LIST}/{CLAIM}/issue", query, body="", **more)
    head = 'Content-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Type: text/plain'
    text = f"--{boundary}\r\n{head}\r\n\r\nx\r\n--{boundary}--\r\n" if with_file else ""
    entry["request"] |= {"method": "POST", "postData": {"text": text}}
    return entry


def issue_in_form(reason: int, description: str) -> Entry:
    """An issue with all in its form, and no file."""
    values = {"claimIssueReasonId": reason, "claimItemIdList": ITEM, "description": description}
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    )
    entry = asked(f"{LIST}/{CLAIM}/issue", body="")
    entry["request"] |= {"method": "POST", "postData": {"text": f"{parts}--x--\r\n"}}
    return entry


@pytest.mark.parametrize("status", ["Created", "Accepted", "Unresolved", "Cancelled"])
def test_decision_of_what_does_not_wait_is_found(status: str) -> None:
    assert ONLY_WAITING in broken(listing(status), approval(status=400))
    assert ONLY_WAITING in broken(listing(status), issue(status=400))
    assert ONLY_WAITING not in broken(listing(status), listing(), approval())


def test_items_are_named_by_their_own_ids_under_their_claim() -> None:
    assert ITEM_IDS in broken(listing(), approval(CLAIM, status=400))
    assert ITEM_IDS in broken(listing(), approval(claim="claim-2", status=404))
    assert ITEM_IDS not in broken(listing(), approval(ITEM, OTHER_ITEM))


@pytest.mark.parametrize("reason", [1651, 451, 2101])
def test_three_reasons_need_no_file(reason: int) -> None:
    assert FILE not in broken(listing(), issue(reason, with_file=False))
    assert FILE in broken(listing(), issue(51, with_file=False, status=400))
    assert FILE in broken(listing(), issue_in_form(51, "used"))
    assert FILE not in broken(listing(), issue(51))


def test_reason_is_one_of_the_list() -> None:
    reasons = asked("/integration/order/claim-issue-reasons", body=[{"id": 51, "name": "x"}])
    assert REASON in broken(listing(), issue(301, status=400))
    assert REASON in broken(reasons, listing(), issue(251, status=400))
    assert REASON not in broken(reasons, listing(), issue(51))


def test_description_has_five_hundred_characters_wherever_it_stands() -> None:
    assert SHORT in broken(listing(), issue(description="x" * 501, status=400))
    assert SHORT in broken(listing(), issue_in_form(451, "x" * 501))
    assert SHORT not in broken(listing(), issue(description="x" * 500))


def test_parcel_that_never_came_is_reported_on_the_second_day() -> None:
    assert LATE in broken(listing(until_ms=NOON_MS + 30 * HOUR_MS), issue(1651, status=400))
    assert LATE not in broken(listing(until_ms=NOON_MS + 20 * HOUR_MS), issue(1651))
    assert LATE not in broken(listing(until_ms=NOON_MS + 30 * HOUR_MS), issue(51))


def test_lost_decision_is_read_before_it_is_sent_again_whatever_parts_its_form() -> None:
    assert LOST_ANSWER in broken(listing(), issue(status=504), issue(boundary="y"))
    assert LOST_ANSWER in broken(listing(), approval(status=504), approval(status=400))
    assert LOST_ANSWER not in broken(listing(), issue(status=504), listing(), issue(boundary="y"))
    assert LOST_ANSWER not in broken(listing(), approval(ITEM, status=504), approval(OTHER_ITEM))


def row(status: str = WAITING, **members: Any) -> dict[str, Any]:
    """An item of the world."""
    usual = {"claimItemId": ITEM, "waitingSince": 0, "issueReason": None, "sellerSteps": []}
    return {**usual, "status": status, **members}


def run(after: dict[str, Any], exit_code: int = 0, *, state: str = "", want: Any = None, **more: Any) -> Sync:
    """A run that wants one item decided, and what it shows of it."""
    export = [{"claimItemId": ITEM, "status": after["status"], **({"state": state} if state else {})}]
    truth = held_by([after], before=[row()])
    wants = [WANT if want is None else want]
    return sync(exit_code, wants=wants, truths={"claims": truth}, exports={"claims": export}, **more)


def test_item_that_still_waits_is_found_when_success_is_reported() -> None:
    assert WANTED_DONE in said("claims", run(row()), may_fail=True)
    assert WANTED_DONE not in said("claims", run(row(), 1), may_fail=True)
    assert WANTED_DONE in said("claims", run(row(), 1, state="done"), may_fail=True)
    assert WANTED_DONE not in said("claims", run(row(), state="unclear", quiet=False), may_fail=True)
    assert WANTED_DONE in said("claims", run(row(), state="unclear", quiet=True), may_fail=True)


def test_parcel_that_cannot_be_reported_yet_is_held_against_nobody() -> None:
    want = {**WANT, "action": "issue", "reasonId": 1651}
    assert WANTED_DONE not in said("claims", run(row(), want=want, ended_ms=HOUR_MS), may_fail=True)
    assert WANTED_DONE in said("claims", run(row(), want=want, ended_ms=25 * HOUR_MS), may_fail=True)


@pytest.mark.parametrize(
    ("members", "want"),
    [
        ({"sellerSteps": ["Unresolved"], "issueReason": 51}, WANT),
        ({"sellerSteps": ["Accepted"]}, {**WANT, "action": "issue", "reasonId": 51}),
        ({"sellerSteps": ["Unresolved"], "issueReason": 201}, {**WANT, "action": "issue", "reasonId": 51}),
        ({"sellerSteps": ["Accepted"]}, {**WANT, "claimItemId": OTHER_ITEM}),
    ],
)
def test_decision_that_nobody_wanted_is_found(members: dict[str, Any], want: dict[str, Any]) -> None:
    assert NOTHING_ELSE in {
        one.rule.id for one in findings("claims", run(row("Accepted", **members), want=want))
    }


def test_decision_that_was_wanted_is_right() -> None:
    issue_facts = {"sellerSteps": ["Unresolved"], "issueReason": 51}
    want = {**WANT, "action": "issue", "reasonId": 51}
    assert said("claims", run(row("Accepted", sellerSteps=["Accepted"]))) == {}
    assert said("claims", run(row("Unresolved", **issue_facts), want=want)) == {}

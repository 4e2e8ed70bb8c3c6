"""Sellers do not take items back: for a reason of the list, with a file where it needs one, in time."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.claims import (
    EDITIONS,
    SELLERS,
    claims,
    first,
    ids_of,
    issue,
    items_of,
    recipe,
    refusal,
    send,
    status_of,
)
from contract_tests.tests.provider.support.moves import move

HOUR_MS = 3_600_000
OPEN = ("Unresolved", "InAnalysis", "WaitingFraudCheck")


@pytest.fixture
def still(open_world: Opener) -> Ask:
    """A demo world whose clock stands."""
    ask = open_world(recipe=recipe())
    ask.control("POST", "/clock/freeze")
    return ask


def reasons(ask: Ask, edition: str, storefront: str = "") -> set[int]:
    headers = {**SELLERS[edition][1], **({"storeFrontCode": storefront} if storefront else {})}
    return {row["id"] for row in ask("/integration/order/claim-issue-reasons", headers).json}


@pytest.mark.parametrize("in_form", [False, True])
@pytest.mark.parametrize("edition", EDITIONS)
def test_issue_leads_to_a_dispute_that_is_decided(still: Ask, edition: str, *, in_form: bool) -> None:
    claim = first(still, "WaitingInAction", edition)
    assert issue(still, claim, 51, edition, in_form=in_form).status_code == 200
    assert status_of(still, claim, edition) == {"Unresolved"}
    assert {item["note"] for item in items_of(claims(still, edition, claimIds=claim["id"])[0])} == {"used"}
    still.control("POST", "/clock/advance", {"ms": 72 * HOUR_MS})
    assert status_of(still, claim, edition) <= {"Accepted", "Rejected"}


@pytest.mark.parametrize(("reason", "status"), [(2101, "Accepted"), (451, "InAnalysis")])
def test_reason_without_a_file_is_taken(still: Ask, reason: int, status: str) -> None:
    claim = first(still, "WaitingInAction")
    assert issue(still, claim, reason, with_file=False).status_code == 200
    assert status_of(still, claim) == {status}


def test_exchange_sends_another_one(still: Ask) -> None:
    claim = first(still, "WaitingInAction")
    issue(still, claim, 2101, with_file=False)
    (row,) = claims(still, claimIds=claim["id"])
    assert row["replacementOutboundpackageinfo"]["items"] == ids_of(claim)
    assert {item["acceptDetail"] for item in items_of(row)} == {"SUPPLIER"}


def test_parcel_that_never_came_is_reported_after_a_day(still: Ask) -> None:
    claim = first(still, "WaitingInAction")
    assert refusal(issue(still, claim, 1651, with_file=False)) == (400, "claim-issue-too-early")
    still.control("POST", "/clock/advance", {"ms": 24 * HOUR_MS})
    assert issue(still, claim, 1651, with_file=False).status_code == 200
    items = still.control("GET", "/truth/claims", seller=2738)["rows"]
    waiting_rows = [
        row for row in items if row["status"] in ("Unresolved", "InAnalysis", "WaitingFraudCheck")
    ]
    for _ in waiting_rows:
        move(still, "claim-decided", status="rejected")
    (row,) = claims(still, claimIds=claim["id"])
    assert row["rejectedpackageinfo"]["dontShipBack"] is True


@pytest.mark.parametrize(
    ("reason", "values", "error"),
    [
        (401, {"with_file": False}, "claim-issue-file-missing"),
        (251, {}, "claim-issue-reason-invalid"),
        (9, {}, "claim-issue-reason-invalid"),
        (51, {"description": "x" * 501}, "claim-description-too-long"),
        (51, {"description": None}, "claim-issue-incomplete"),
        ("none", {"in_form": True}, "claim-issue-reason-invalid"),
    ],
)
def test_issue_that_breaks_a_rule_is_refused(
    still: Ask, reason: object, values: dict[str, object], error: str
) -> None:
    claim = first(still, "WaitingInAction")
    assert refusal(issue(still, claim, reason, **values)) == (400, error)  # type: ignore[arg-type]
    assert status_of(still, claim) == {"WaitingInAction"}


def test_form_without_a_part_is_a_form(still: Ask) -> None:
    claim = first(still, "WaitingInAction")
    query = {"claimIssueReasonId": 451, "claimItemIdList": ids_of(claim)[0], "description": "used"}
    form: dict[str, Any] = {"data": b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}
    assert send(still, "POST", f"/{claim['id']}/issue", query_string=query, **form).status_code == 200


def test_issue_of_what_does_not_wait_is_refused(still: Ask) -> None:
    claim = first(still, "Accepted")
    assert refusal(issue(still, claim, 51)) == (400, "claim-items-not-waiting")
    assert refusal(issue(still, claim, 51, claimItemIdList="x")) == (400, "claim-item-unknown")


def test_reasons_are_those_of_the_day_and_the_edition(open_world: Opener) -> None:
    now, before = open_world(recipe=recipe()), open_world(recipe=recipe(), now_ms=1_790_000_000_000)
    assert {251, 1701, 1751, 2201, 2001, 2151} <= reasons(before, "tr")
    assert not {251, 1701, 1751, 2201, 2001, 2151} & reasons(now, "tr")
    assert {2077, 2078, 2079} <= reasons(now, "tr")
    assert (2001 in reasons(now, "int"), 2077 in reasons(now, "int")) == (True, False)
    assert {451, 2051} <= reasons(now, "int", "GR")


def test_rejected_package_is_named_as_on_production_when_it_is_decided_so(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(), decisions={"claim-keys": "live"})
    rows = claims(ask, claimItemStatus="Rejected")
    assert all("packageId" in row["rejectedPackageInfo"] for row in rows)
    assert all("rejectedpackageinfo" not in row for row in rows)

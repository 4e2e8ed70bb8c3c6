"""Claims are listed by their dates, statuses and ids; sellers approve them, and time does."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.claims import (
    EDITIONS,
    SELLERS,
    UNKNOWN,
    approve,
    claims,
    delivered_order,
    first,
    ids_of,
    items_of,
    new_claim,
    path_of,
    recipe,
    refusal,
    return_rows,
    send,
    status_of,
)
from contract_tests.tests.provider.support.moves import move

HOUR_MS = 3_600_000
STATUSES = {
    "Created", "WaitingInAction", "WaitingFraudCheck", "Accepted", "Unresolved", "Rejected", "Cancelled",
    "InAnalysis",
}  # fmt: skip


@pytest.fixture
def ask(open_world: Opener) -> Ask:
    """A small world with a claim in every status."""
    return open_world(recipe=recipe())


@pytest.fixture
def still(open_world: Opener) -> Ask:
    """The same, its clock at rest, in which nothing that is approved is checked for fraud."""
    ask = open_world(recipe=recipe(), decisions={"claim-fraud-check": "none"})
    ask.control("POST", "/clock/freeze")
    return ask


@pytest.mark.parametrize("edition", EDITIONS)
def test_world_has_a_claim_in_every_status_and_each_is_found_by_it(ask: Ask, edition: str) -> None:
    rows = claims(ask, edition)
    assert {item["claimItemStatus"]["name"] for row in rows for item in items_of(row)} == STATUSES
    for status in STATUSES:
        rows_found = claims(ask, edition, claimItemStatus=status)
        assert rows_found
        assert all(
            status in {item["claimItemStatus"]["name"] for item in items_of(row)} for row in rows_found
        )
    moments = [row["lastModifiedDate"] for row in rows]
    assert moments == sorted(moments, reverse=True)


def test_dates_select_by_the_day_of_the_claim_both_ends_included(ask: Ask) -> None:
    row = claims(ask)[0]
    at_ms = row["claimDate"]
    assert row in claims(ask, startDate=at_ms, endDate=at_ms)
    assert row not in claims(ask, startDate=at_ms + 1)
    assert row not in claims(ask, endDate=at_ms - 1)
    assert claims(ask, orderNumber=row["orderNumber"]) == [row]


def test_dates_select_by_the_last_change_when_it_is_decided_so(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(), decisions={"claim-dates": "modified"})
    row = next(each for each in claims(ask) if each["lastModifiedDate"] > each["claimDate"])
    assert row in claims(ask, startDate=row["lastModifiedDate"], endDate=row["lastModifiedDate"])


def test_claim_ids_leave_every_other_filter_aside(ask: Ask) -> None:
    one, two, *_ = claims(ask)
    query: dict[str, Any] = {
        "claimIds": f"{one['id']},{two['id']}",
        "claimItemStatus": "Created",
        "startDate": 1,
        "endDate": 2,
    }
    assert {row["id"] for row in claims(ask, **query)} == {one["id"], two["id"]}


def test_pages_of_claims_are_cut_alike(ask: Ask) -> None:
    every = [row["id"] for row in claims(ask)]
    pages = [claims(ask, size=3, page=number) for number in range(4)]
    assert [row["id"] for page in pages for row in page] == every[:12]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"size": 201}, "claim-parameter-invalid"),
        ({"claimItemStatus": "accepted"}, "claim-parameter-invalid"),
        ({"startDate": 2, "endDate": 1}, "claim-window-order"),
    ],
)
def test_list_refuses_what_no_claim_list_takes(ask: Ask, query: dict[str, Any], error: str) -> None:
    assert refusal(ask(path_of("tr"), SELLERS["tr"][1], **query)) == (400, error)


def test_long_windows_and_empty_lists_are_answered_as_decided(open_world: Opener) -> None:
    day = 24 * HOUR_MS
    ask = open_world(recipe=recipe(), decisions={"claim-window": "refuse", "claim-none": "404"})
    headers = SELLERS["tr"][1]
    answer = ask(path_of("tr"), headers, startDate=1, endDate=15 * day)
    assert refusal(answer) == (400, "claim-window-too-long")
    assert refusal(ask(path_of("tr"), headers, orderNumber="none")) == (404, "claim-none")
    short_world = open_world(recipe=recipe(), decisions={"claim-window": "clamp"})
    first_ms = min(row["claimDate"] for row in claims(short_world)) - 14 * day - 1
    assert claims(short_world, startDate=first_ms) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_approved_items_are_accepted_by_their_seller_and_their_sales_taken_back(
    still: Ask, edition: str
) -> None:
    claim, before = first(still, "WaitingInAction", edition), len(return_rows(still, edition))
    assert approve(still, claim, edition).status_code == 200
    (row,) = claims(still, edition, claimIds=claim["id"])
    details = {
        (item["acceptDetail"], item["acceptedBySeller"], item["autoAccepted"]) for item in items_of(row)
    }
    assert details == {("SUPPLIER", True, False)}
    assert len(return_rows(still, edition)) == before + len(ids_of(claim))
    steps = send(still, "GET", f"/items/{ids_of(claim)[0]}/audit", edition).json
    assert [step["newStatus"] for step in steps] == ["Accepted", "WaitingInAction", "Created"]
    assert steps[0]["userInfoDocument"]["executorApp"] == "SellerIntegrationApi"


def test_item_is_decided_by_itself(still: Ask) -> None:
    package = next(
        row
        for row in still(
            "/integration/order/sellers/2738/v2/orders", SELLERS["tr"][1], status="Delivered"
        ).json["content"]
        if row["lines"][0]["quantity"] > 1
    )
    claim_id = send(still, "POST", "/create", json=new_claim(package, 2)).json["claimId"]
    still.control("POST", "/clock/advance", {"ms": 49 * HOUR_MS})
    (claim,) = claims(still, claimIds=claim_id)
    assert approve(still, claim, ids=ids_of(claim)[:1]).status_code == 200
    assert status_of(still, claim) == {"Accepted", "WaitingInAction"}


def test_fraud_check_ends_with_the_acceptance_of_the_seller(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(), decisions={"claim-fraud-check": "all"})
    claim = first(ask, "WaitingInAction")
    approve(ask, claim)
    assert status_of(ask, claim) == {"WaitingFraudCheck"}
    ask.control("POST", "/clock/advance", {"ms": 9 * HOUR_MS})
    assert status_of(ask, claim) <= {"Accepted", "Rejected"}


def test_return_that_nobody_decides_is_accepted_by_the_system_after_48_hours(still: Ask) -> None:
    claim = first(still, "WaitingInAction")
    (deadline,) = {item["autoApproveDate"] for item in items_of(claim)}
    now_ms = still.control("GET", "/clock")["now_ms"]
    still.control("POST", "/clock/advance", {"ms": deadline - now_ms - 1})
    assert status_of(still, claim) == {"WaitingInAction"}
    still.control("POST", "/clock/advance", {"ms": 1})
    (row,) = claims(still, claimIds=claim["id"])
    assert {(item["acceptDetail"], item["autoAccepted"]) for item in items_of(row)} == {("SYSTEM", True)}


def test_what_does_not_wait_is_not_approved(still: Ask) -> None:
    for status in STATUSES - {"WaitingInAction"}:
        assert refusal(approve(still, first(still, status))) == (400, "claim-items-not-waiting")


def test_approval_names_items_of_the_claim(still: Ask) -> None:
    claim = first(still, "WaitingInAction")
    assert refusal(approve(still, claim, ids=[claim["id"]])) == (400, "claim-item-unknown")
    assert refusal(approve(still, claim, ids=[])) == (400, "claim-body-invalid")
    assert refusal(approve(still, {**claim, "id": UNKNOWN})) == (404, "claim-unknown")
    assert refusal(send(still, "GET", f"/items/{UNKNOWN}/audit")) == (404, "claim-item-not-found")
    assert status_of(still, claim) == {"WaitingInAction"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_claim_of_a_seller_begins_as_created_and_is_brought_back(still: Ask, edition: str) -> None:
    package = delivered_order(still, edition)
    answer = send(still, "POST", "/create", edition, json=new_claim(package)).json
    assert str(answer["cargoTrackingNumber"]).startswith("733")
    (claim,) = claims(still, edition, claimIds=answer["claimId"])
    assert (ids_of(claim), claim["orderOutboundPackageId"]) == (
        answer["claimItemIds"],
        package["shipmentPackageId"],
    )
    seller, headers = SELLERS[edition]
    body = {"shipmentPackageId": claim["orderShipmentPackageId"]}
    service = f"/integration/test/order/sellers/{seller}/claims/waiting-in-action"
    assert still.send("PUT", service, headers=headers, json=body).text == "200 OK"
    assert status_of(still, claim, edition) == {"WaitingInAction"}
    again = still.send("PUT", service, headers=headers, json=body)
    assert refusal(again) == (400, "claim-not-on-way")
    unknown = still.send("PUT", service, headers=headers, json={"shipmentPackageId": 1})
    assert refusal(unknown) == (404, "claim-package-unknown")


def test_unit_is_claimed_once(still: Ask) -> None:
    package = delivered_order(still)
    body = new_claim(package, package["lines"][0]["quantity"])
    assert send(still, "POST", "/create", json=body).status_code == 200
    assert refusal(send(still, "POST", "/create", json=body)) == (400, "claim-units-invalid")
    assert refusal(send(still, "POST", "/create", json=new_claim(package, reasonId=9))) == (
        400,
        "claim-reason-invalid",
    )
    unknown = {**body, "orderNumber": "none"}
    assert refusal(send(still, "POST", "/create", json=unknown)) == (404, "claim-order-unknown")


def test_claim_that_is_accepted_at_once_is_taken_back_in_the_account(still: Ask) -> None:
    body, before = new_claim(delivered_order(still, "int")), len(return_rows(still, "int"))
    answer = send(still, "POST", "/create-as-accepted", "int", json=body).json
    (claim,) = claims(still, "int", claimIds=answer["claimId"])
    assert {item["claimItemStatus"]["name"] for item in items_of(claim)} == {"Accepted"}
    assert len(return_rows(still, "int")) == before + 1


def test_what_came_back_undelivered_is_claimed_by_itself(still: Ask) -> None:
    move(still, "order-moved", status="returned")
    newest = claims(still)[0]
    reasons = {item["customerClaimItemReason"]["externalReasonId"] for item in items_of(newest)}
    assert (reasons, status_of(still, newest)) == ({2015}, {"Accepted"})
    (package,) = still(
        "/integration/order/sellers/2738/v2/orders",
        SELLERS["tr"][1],
        shipmentPackageIds=newest["orderOutboundPackageId"],
    ).json["content"]
    assert package["status"] == "Returned"


def test_moves_play_customers_carriers_and_disputes(still: Ask) -> None:
    move(still, "claim-opened", quantity=2)
    claim = claims(still)[0]
    assert status_of(still, claim) == {"Created"}
    count = len(claims(still, claimItemStatus="Created"))
    move(still, "claim-brought", pick=count - 1)
    assert status_of(still, claim) == {"WaitingInAction"}
    move(still, "claim-cancelled")
    assert len(claims(still, claimItemStatus="Created")) < count
    claim_in_dispute = first(still, "Unresolved")
    move(still, "claim-decided", status="rejected")
    rejected_rows = {row["id"]: row for row in claims(still, claimItemStatus="Rejected")}
    assert any("rejectedpackageinfo" in row for row in rejected_rows.values())
    assert claim_in_dispute

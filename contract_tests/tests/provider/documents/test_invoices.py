"""Invoices by link and as files: taken once, looked at, accepted or rejected, invoice_of on their package."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.documents.conftest import WORLD
from contract_tests.tests.provider.support.documents import (
    CHECK_MS,
    DATED_MS,
    JPEG,
    NUMBER,
    PDF,
    PNG,
    delete,
    number_of,
    post,
    send_file,
    send_link,
)
from contract_tests.tests.provider.support.moves import move
from contract_tests.tests.provider.support.packages import later, lines_of, package, refusal, write

PLAIN, OTHER, MICRO, ABROAD, AGENCY, AGENCY_TOO = 100, 101, 102, 200, 201, 202
DETAILS: dict[str, Any] = {"invoiceNumber": NUMBER, "invoiceDateTime": DATED_MS}


def invoice_of(ask: Ask, order: int) -> tuple[str, str, Any]:
    """What a package shows of its invoice."""
    row = package(ask, number_of(order))
    return row["invoiceStatus"], row["invoiceLink"], row["invoiceRejectedReasonKeys"]


def customer_of(ask: Ask, order: int) -> int:
    number: int = package(ask, number_of(order))["customerId"]
    return number


@pytest.mark.parametrize("order", [PLAIN, ABROAD])
def test_link_is_looked_at_and_then_shown(ask: Ask, order: int) -> None:
    answer = send_link(ask, order)
    assert (answer.status_code, answer.data) == (201, b"")
    assert invoice_of(ask, order) == ("Received", "", "")
    later(ask, CHECK_MS)
    assert invoice_of(ask, order) == ("Invoiced", f"https://shop.example/{order}.pdf", "")


@pytest.mark.parametrize("content", [PDF, PNG, JPEG])
def test_file_is_taken_by_its_beginning(ask: Ask, content: bytes) -> None:
    answer = send_file(ask, PLAIN, content)
    assert (answer.status_code, answer.data) == (201, b"")
    later(ask, CHECK_MS)
    status, link, _ = invoice_of(ask, PLAIN)
    assert (status, link.startswith("https://")) == ("Invoiced", True)


def test_package_has_one_invoice_and_a_link_one_package(ask: Ask) -> None:
    send_link(ask, PLAIN, "https://shop.example/a.pdf")
    assert refusal(send_link(ask, PLAIN)) == (409, "invoice-present")
    assert refusal(send_file(ask, PLAIN)) == (409, "invoice-present")
    answer = send_link(ask, OTHER, "https://shop.example/a.pdf")
    assert refusal(answer) == (409, "invoice-link-used")
    assert answer.json["error"] == "CONFLICT"
    assert (answer.json["status"], answer.json["path"]) == (409, "/sellers/2738/seller-invoice-links")
    assert invoice_of(ask, OTHER)[0] == "NotInvoiced"


def test_deleted_invoice_makes_room_for_another_one(ask: Ask) -> None:
    customer_id = customer_of(ask, PLAIN)
    send_link(ask, PLAIN, "https://shop.example/a.pdf")
    answer = delete(ask, PLAIN, customer_id)
    assert (answer.status_code, answer.data) == (202, b"")
    assert invoice_of(ask, PLAIN) == ("NotInvoiced", "", "")
    later(ask, CHECK_MS)
    assert invoice_of(ask, PLAIN)[0] == "NotInvoiced"
    assert send_link(ask, OTHER, "https://shop.example/a.pdf").status_code == 201
    assert refusal(delete(ask, PLAIN, customer_id)) == (404, "invoice-none")
    assert refusal(delete(ask, OTHER, customer_id + 1)) == (400, "invoice-customer-invalid")
    assert refusal(delete(ask, OTHER, customer_id, channelId=2)) == (400, "invoice-parameter-invalid")


def test_rejected_invoice_is_deleted_before_another_one_is_sent(ask: Ask) -> None:
    send_link(ask, PLAIN)
    move(ask, "invoice-rejected")
    assert invoice_of(ask, PLAIN) == ("Rejected", "", "")
    assert refusal(send_link(ask, PLAIN)) == (409, "invoice-present")
    delete(ask, PLAIN, customer_of(ask, PLAIN))
    assert send_link(ask, PLAIN).status_code == 201
    move(ask, "invoice-accepted")
    assert invoice_of(ask, PLAIN)[0] == "Invoiced"


@pytest.mark.parametrize(("order", "keys"), [(MICRO, ""), (AGENCY, ["INVOICE_TOTAL_MISMATCH"])])
def test_exported_package_gets_another_invoice_at_once(ask: Ask, order: int, keys: Any) -> None:
    send_link(ask, order, **DETAILS)
    move(ask, "invoice-rejected", seller=2748 if order >= 200 else 2738)
    assert invoice_of(ask, order) == ("Rejected", "", keys)
    assert send_link(ask, order, **DETAILS).status_code == 201
    later(ask, CHECK_MS)
    assert invoice_of(ask, order)[0] == "Invoiced"
    assert invoice_of(ask, order)[2] == ""


def test_agency_is_told_what_is_wrong_with_its_invoice(ask: Ask) -> None:
    members: dict[str, Any] = {"invoiceNumber": NUMBER, "invoiceDateTime": str(DATED_MS)}
    send_file(ask, AGENCY, **members)
    send_file(ask, AGENCY_TOO, invoiceNumber=NUMBER, invoiceDateTime="1700000000")
    later(ask, CHECK_MS)
    assert invoice_of(ask, AGENCY_TOO)[2] == ["INVOICE_NUMBER_ALREADY_EXISTS", "INVOICE_DATE_MISMATCH"]
    assert package(ask, number_of(AGENCY_TOO))["invoiceNumber"] == NUMBER


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({}, "invoice-details-missing"),
        ({"invoiceNumber": NUMBER}, "invoice-details-missing"),
        ({**DETAILS, "invoiceNumber": "ABC1999000000001"}, "invoice-number-invalid"),
        ({**DETAILS, "invoiceDateTime": 123}, "invoice-date-invalid"),
        ({**DETAILS, "invoiceDateTime": -1234567890}, "invoice-date-invalid"),
        ({**DETAILS, "invoiceDateTime": NOW_MS + 1000}, "invoice-date-future"),
    ],
)
def test_micro_export_needs_number_and_date(ask: Ask, members: dict[str, Any], error: str) -> None:
    assert refusal(send_link(ask, MICRO, **members)) == (400, error)
    fields: dict[str, Any] = {name: str(value) for name, value in members.items()}
    assert refusal(send_file(ask, MICRO, **fields)) == (400, error)
    assert send_link(ask, MICRO, **{**DETAILS, "invoiceDateTime": DATED_MS // 1000}).status_code == 201


def test_number_without_a_year_is_taken_by_decision(open_world: Opener) -> None:
    world = open_world(recipe={**WORLD, "name": "numbers"}, decisions={"invoice-number": "digits"})
    answer = send_link(world, MICRO, **{**DETAILS, "invoiceNumber": "ABC1999000000001"})
    assert answer.status_code == 201


@pytest.mark.parametrize("link", ["ftp://shop.example/a", "shop.example/a.pdf", "http://[1/"])
def test_link_that_is_no_address_is_refused(ask: Ask, link: str) -> None:
    assert refusal(send_link(ask, PLAIN, link)) == (400, "invoice-link-invalid")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, "invoice-file-missing"),
        (b"", "invoice-file-missing"),
        (b"GIF89a", "invoice-file-type"),
        (PDF + bytes(10_000_000), "invoice-file-too-large"),
    ],
    ids=["none", "empty", "gif", "large"],
)
def test_file_is_refused(ask: Ask, content: bytes | None, error: str) -> None:
    assert refusal(send_file(ask, PLAIN, content)) == (400, error)


def test_package_of_another_seller_and_one_that_nobody_has_are_refused(ask: Ask) -> None:
    body = {"invoiceLink": "https://shop.example/x.pdf", "shipmentPackageId": number_of(ABROAD)}
    answer = post(ask, "seller-invoice-links", json=body)
    assert refusal(answer) == (403, "invoice-package-foreign")
    assert answer.json["message"].endswith("2738")
    assert refusal(send_file(ask, 199)) == (404, "invoice-package-unknown")
    large = {**body, "shipmentPackageId": 2**63 - 1}
    assert refusal(post(ask, "seller-invoice-links", json=large)) == (404, "invoice-package-unknown")
    assert refusal(post(ask, "seller-invoice-links", json={})) == (400, "invoice-parameter-invalid")


def test_warranty_is_a_pdf_of_a_line(ask: Ask) -> None:
    line_id = str(package(ask, number_of(PLAIN))["lines"][0]["lineId"])
    for _ in range(2):
        answer = send_file(ask, PLAIN, path="warranty-documents", lineId=line_id)
        assert (answer.status_code, answer.data) == (201, b"")
    assert refusal(send_file(ask, PLAIN, PNG, "warranty-documents", lineId=line_id)) == (
        400, "invoice-file-type",
    )  # fmt: skip
    answer = send_file(ask, PLAIN, path="warranty-documents", lineId="7")
    assert refusal(answer) == (400, "warranty-line-unknown")


def test_parts_of_a_split_package_need_invoices_of_their_own(ask: Ask) -> None:
    send_link(ask, PLAIN)
    line = lines_of(package(ask, number_of(PLAIN)))[0]["lineId"]
    write(ask, number_of(PLAIN), "/split", {"orderLineIds": [line]}, method="POST")
    later(ask, 3_000)
    rows = ask("/integration/order/sellers/2738/v2/orders", TR, orderNumber="100").json["content"]
    states = {row["status"]: row["invoiceStatus"] for row in rows}
    assert states == {"UnPacked": "Received", "Created": "NotInvoiced"}

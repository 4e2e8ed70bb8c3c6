"""Labels of parcels: who may have one, one a box, what is on them; PDFs abroad; product labels; tickets."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.documents import (
    CHECK_MS,
    DATED_MS,
    NUMBER,
    edition_of,
    number_of,
    post,
    send_link,
)
from contract_tests.tests.provider.support.packages import SELLERS, later, package, refusal, world_of
from contract_tests.tests.provider.support.packages import order as new_order

TEX, ARAS, SURAT, EARLY, MICRO = 100, 105, 104, 103, 102
ABROAD, AGENCY = 200, 201
DETAILS: dict[str, Any] = {"invoiceNumber": NUMBER, "invoiceDateTime": DATED_MS}
FIELD = re.compile(r"\^FO\d+,\d+\^(?:A0N,36,36|BY3\^BCN,200,Y,N,N)\^FD[^^~]*\^FS")


def cargo_number(ask: Ask, order: int) -> int:
    number: int = package(ask, number_of(order))["cargoTrackingNumber"]
    return number


def create(ask: Ask, order: int, **members: Any) -> Any:
    body = {"format": "ZPL", **members}
    return post(ask, f"common-label/{cargo_number(ask, order)}", edition_of(order), json=body)


def read(ask: Ask, number: int, edition: str = "tr", rest: str = "common-label/{}", **query: Any) -> Any:
    seller, _, headers = SELLERS[edition]
    return ask(f"/integration/sellers/{seller}/{rest.format(number)}", headers, **query)


def labels(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["label"] for row in answer.json["data"]]


def accept_invoice(ask: Ask, order: int) -> None:
    send_link(ask, order, **DETAILS)
    later(ask, CHECK_MS)


@pytest.mark.parametrize("order", [TEX, ARAS])
def test_label_is_made_and_read_one_a_box(ask: Ask, order: int) -> None:
    number = cargo_number(ask, order)
    answer = create(ask, order, boxQuantity=3, volumetricHeight=2.5)
    assert (answer.status_code, answer.data) == (200, b"")
    pages = labels(read(ask, number))
    assert len(pages) == 3
    for box, page in enumerate(pages, 1):
        assert f"^BCN,200,Y,N,N^FD{number}^FS" in page
        assert f"^FD{box}/3^FS" in page


def test_label_is_zpl_of_a_hundred_by_a_hundred_and_thirty_millimetres(ask: Ask) -> None:
    create(ask, TEX)
    (page,) = labels(read(ask, cargo_number(ask, TEX)))
    head, tail = "^XA^CI28^PW800^LL1040", "^XZ"
    assert page.startswith(head)
    assert page.endswith(tail)
    assert FIELD.sub("", page[len(head) : -len(tail)]) == ""
    assert "Ada Demir" in page


def test_label_is_made_again_with_another_number_of_boxes(ask: Ask) -> None:
    create(ask, TEX, boxQuantity=3)
    create(ask, TEX, boxQuantity=2)
    assert len(labels(read(ask, cargo_number(ask, TEX)))) == 2


@pytest.mark.parametrize(
    ("order", "error"),
    [(SURAT, "label-carrier-refused"), (EARLY, "label-status-refused"), (MICRO, "label-invoice-missing")],
)
def test_label_is_refused_when_made_and_when_read(ask: Ask, order: int, error: str) -> None:
    answer = create(ask, order)
    assert refusal(answer) == (400, error)
    body = answer.json["error"]
    assert (body["status"], body["errors"][0]["code"], body["errors"][0]["type"]) == (
        400, 1001, "BadRequestException",
    )  # fmt: skip
    assert refusal(read(ask, cargo_number(ask, order))) == (400, error)


def test_label_of_an_export_comes_with_its_invoice(ask: Ask) -> None:
    accept_invoice(ask, MICRO)
    assert create(ask, MICRO).status_code == 200


def test_unknown_number_is_refused(ask: Ask) -> None:
    answer = post(ask, "common-label/7330000000000001", json={"format": "ZPL"})
    assert refusal(answer) == (404, "label-package-unknown")
    assert refusal(read(ask, 7330000000000001)) == (400, "label-unknown")
    assert refusal(read(ask, 7330000000000001, "int")) == (404, "label-package-unknown")
    assert refusal(read(ask, cargo_number(ask, TEX))) == (400, "label-missing")
    assert refusal(read(ask, 0)) == (400, "label-parameter-invalid")
    assert refusal(create(ask, TEX, format="PDF")) == (400, "label-parameter-invalid")


@pytest.mark.server_error
def test_unknown_number_gets_500_by_decision(open_world: Opener) -> None:
    world = open_world("empty", decisions={"label-unknown": "server-error"})
    assert refusal(read(world, 7330000000000001)) == (500, "label-unknown-fault")


def test_label_abroad_is_the_address_of_a_pdf(ask: Ask) -> None:
    number = cargo_number(ask, ABROAD)
    (row,) = read(ask, number, "int").json["data"]
    assert row["format"] == "PDF"
    address = row["label"].removeprefix("http://localhost")
    answer = ask.client.get(address)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-1.4")
    assert answer.data.endswith(b"%%EOF\n")
    assert f"({number}) Tj".encode() in answer.data
    start = int(answer.data.split()[-2])
    assert answer.data[start:].startswith(b"xref\n0 6\n")
    missing = ask.client.get(address.replace(str(number), "1"))
    assert refusal(missing) == (404, "label-pdf-unknown")


def test_label_of_the_agency_abroad_waits_for_its_invoice(ask: Ask) -> None:
    number = cargo_number(ask, AGENCY)
    assert refusal(read(ask, number, "int")) == (400, "label-invoice-missing")
    accept_invoice(ask, AGENCY)
    assert read(ask, number, "int").status_code == 200


def test_product_labels_stand_behind_that_of_the_parcel(open_world: Opener) -> None:
    orders = (new_order(100, "picking", export="agency"), new_order(101, "picking"))
    world = open_world(recipe={**world_of(*orders), "name": "agency"})
    number, both = cargo_number(world, TEX), "common-labels/{}/with-product-labels"
    assert refusal(read(world, number, rest=both)) == (400, "label-invoice-missing")
    accept_invoice(world, TEX)
    assert len(labels(read(world, number, rest=both))) == 3
    create(world, TEX)
    pages = labels(read(world, number, rest=both))
    assert [str(number) in page for page in pages] == [True, False, False, False]
    _, *products = read(world, number, rest=both, format="PDF").json["data"]
    assert {row["format"] for row in products} == {"PDF"}
    assert b64decode(products[0]["label"]).startswith(b"%PDF")
    plain = cargo_number(world, 101)
    assert refusal(read(world, plain, rest=both)) == (400, "label-not-agency")
    assert refusal(read(world, 7330000000000001, rest=both)) == (400, "label-unknown")


def test_ticket_of_each_parcel_that_came_back(open_world: Opener) -> None:
    orders = [new_order(100 + place, "returned", updated_ms=NOW_MS - place * 60_000) for place in range(3)]
    orders.append(new_order(110, "delivered"))
    world = open_world(recipe={**world_of(*orders), "name": "tickets"})
    path = "/integration/tex/compensation/sellers/2738/tickets"
    body = world(path, TR, size=2).json
    assert body["totalCount"] == 3
    assert [row["orderNumber"] for row in body["data"]] == ["100", "101"]
    assert [row["orderNumber"] for row in world(path, TR, size=2, page=1).json["data"]] == ["102"]
    later_rows = world(path, TR, startDate=NOW_MS - 60_000).json["data"]
    assert [row["orderNumber"] for row in later_rows] == ["100", "101"]
    assert refusal(world(path, TR, size=0)) == (400, "label-parameter-invalid")


def test_seller_without_that_carrier_gets_no_tickets(open_world: Opener) -> None:
    world = open_world(recipe={**world_of(new_order(100, "returned", carrier="aras")), "name": "no-tex"})
    answer = world("/integration/tex/compensation/sellers/2738/tickets", TR)
    assert refusal(answer) == (401, "compensation-refused")

"""What a seller does with a package before a carrier has it: status, cancelled items, costs, extra time."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.packages import (
    DAY_MS,
    EDITIONS,
    JEWELLERY,
    SELLERS,
    STATUSES,
    every_status,
    later,
    lines_of,
    number_in,
    order,
    package,
    refusal,
    statuses,
    world_of,
    write,
)
from emulator.trendyol.packages.parse import LABOUR_CATEGORIES

END_STATUSES = ("delivered", "returned", "cancelled", "unsupplied")
EXTRA_TIME = "/extended-agreed-delivery-date"


def status_body(document: dict[str, Any], status: str, **params: str) -> dict[str, Any]:
    return {"lines": lines_of(document), "params": params, "status": status}


@pytest.mark.parametrize("edition", EDITIONS)
def test_picking_is_one_step_of_the_history(packages: Ask, edition: str) -> None:
    number = number_in("created", edition)
    later(packages, 1234)
    before = package(packages, number)
    answer = write(packages, number, "", status_body(before, "Picking"), edition)
    after = package(packages, number)
    assert (answer.status_code, answer.data) == (200, b"")
    assert (after["status"], after["shipmentPackageStatus"]) == ("Picking", "Picking")
    assert statuses(after) == [*statuses(before), "Picking"]
    assert (
        after["lastModifiedDate"] == after["packageHistories"][-1]["createdDate"] > before["lastModifiedDate"]
    )


@pytest.mark.parametrize("at", ["created", "picking"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_invoiced_keeps_the_number_of_the_invoice(packages: Ask, at: str, edition: str) -> None:
    number = number_in(at, edition)
    body = status_body(package(packages, number), "Invoiced", invoiceNumber="EME2018000025208")
    assert write(packages, number, "", body, edition).status_code == 200
    after = package(packages, number)
    assert (after["status"], after["invoiceNumber"]) == ("Invoiced", "EME2018000025208")
    assert statuses(after)[-1:] == ["Invoiced"]


def test_lines_and_params_may_be_left_out(packages: Ask) -> None:
    assert write(packages, number_in("created"), "", {"status": "Picking"}).status_code == 200


@pytest.mark.parametrize("at", [status for status in STATUSES if status != "created"])
def test_picking_starts_from_created_alone(packages: Ask, at: str) -> None:
    number = number_in(at)
    before = package(packages, number)
    assert refusal(write(packages, number, "", {"status": "Picking"})) == (400, "package-transition-refused")
    assert package(packages, number) == before


@pytest.mark.parametrize("status", ["Shipped", "Cancelled", "picking", "", 1, None])
def test_other_status_is_refused(packages: Ask, status: Any) -> None:
    answer = write(packages, number_in("created"), "", {"status": status})
    assert refusal(answer) == (400, "package-status-invalid")
    assert answer.json.keys() == {"timestamp", "exception", "errors"}


@pytest.mark.parametrize(
    ("line", "quantity", "rule"),
    [(0, 2, "package-lines-invalid"), (7, 1, "package-lines-invalid"), (0, 0, "package-body-invalid")],
)
def test_lines_that_the_package_does_not_have_are_refused(
    packages: Ask, line: int, quantity: int, rule: str
) -> None:
    body = {"status": "Picking", "lines": [{"lineId": 1010 + line, "quantity": quantity}]}
    assert refusal(write(packages, number_in("created"), "", body)) == (400, rule)


def jewellery(status: str) -> dict[str, Any]:
    return world_of(
        order(300, status, line={"category_id": JEWELLERY, "category": "Ring"}), order(301, status)
    )


def test_labour_costs_are_kept_a_line(open_world: Opener) -> None:
    ask = open_world(recipe=jewellery("picking"))
    assert (
        write(
            ask, 3_300_000_000, "/labor-costs", [{"orderLineId": 3000, "laborCostPerItem": 11.11}]
        ).status_code
        == 200
    )
    after = package(ask, 3_300_000_000)
    assert [line["laborCost"] for line in after["lines"]] == [11.11, 0, 0]
    assert statuses(after) == ["Created", "Picking"]


@pytest.mark.parametrize(
    ("number", "line", "cost", "rule"),
    [
        (3_300_000_000, 3000, -0.01, "package-labor-cost-invalid"),
        (3_300_000_000, 3000, 100.01, "package-labor-cost-invalid"),
        (3_300_000_000, 3010, 1, "package-lines-invalid"),
        (3_301_000_000, 3010, 1, "package-labor-category-invalid"),
    ],
)
def test_labour_costs_beyond_their_limits_are_refused(
    open_world: Opener, number: int, line: int, cost: float, rule: str
) -> None:
    ask = open_world(recipe=jewellery("created"))
    answer = write(ask, number, "/labor-costs", [{"orderLineId": line, "laborCostPerItem": cost}])
    assert refusal(answer) == (400, rule)


@pytest.mark.parametrize("at", END_STATUSES)
def test_labour_costs_end_with_the_delivery(open_world: Opener, at: str) -> None:
    ask = open_world(recipe=jewellery(at))
    answer = write(ask, 3_300_000_000, "/labor-costs", [{"orderLineId": 3000, "laborCostPerItem": 1}])
    assert refusal(answer) == (400, "package-transition-refused")


def test_categories_with_labour_costs_are_those_of_the_page() -> None:
    assert len(LABOUR_CATEGORIES) == 44
    assert JEWELLERY in LABOUR_CATEGORIES
    assert 1233 not in LABOUR_CATEGORIES


@pytest.mark.parametrize("days", [1, 2, 3])
def test_extra_time_moves_the_agreed_date(packages: Ask, days: int) -> None:
    number = number_in("created")
    before = package(packages, number)
    assert write(packages, number, EXTRA_TIME, {"extendedDayCount": days}).status_code == 200
    after = package(packages, number)
    assert after["agreedDeliveryDate"] - before["agreedDeliveryDate"] == days * DAY_MS
    assert statuses(after) == statuses(before)


def test_extra_time_is_given_once(packages: Ask) -> None:
    number = number_in("created")
    answers = [write(packages, number, EXTRA_TIME, {"extendedDayCount": 1}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert refusal(answers[1]) == (400, "package-not-extendible")


@pytest.mark.parametrize("days", [0, 4, 1.5, "1", None])
def test_extra_time_is_one_to_three_days(packages: Ask, days: Any) -> None:
    answer = write(packages, number_in("created"), EXTRA_TIME, {"extendedDayCount": days})
    assert refusal(answer) == (400, "package-body-invalid")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("number", [1, 2**63 - 1])
def test_unknown_package_is_401(packages: Ask, edition: str, number: int) -> None:
    answer = write(packages, number, "", {"status": "Picking"}, edition)
    assert refusal(answer) == (401, "package-unknown")


def test_package_of_another_storefront_is_unknown(packages: Ask) -> None:
    seller, _, headers = SELLERS["int"]
    path = f"/integration/order/sellers/{seller}/shipment-packages/{number_in('created', 'int')}"
    answer = packages.send(
        "PUT", path, headers={**headers, "storeFrontCode": "GR"}, json={"status": "Picking"}
    )
    assert refusal(answer) == (401, "package-unknown")


def test_unknown_package_is_404_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=every_status(), decisions={"package-unknown": "404"})
    answer = write(ask, 1, "", {"status": "Picking"})
    assert refusal(answer) == (404, "package-not-found")
    assert answer.json["exception"] == "SellerIntegrationApiDomainNotFoundException"


@pytest.mark.parametrize("number", ["x", "0", str(2**63), "1.5"])
def test_number_that_is_none_is_400(packages: Ask, number: str) -> None:
    assert refusal(write(packages, number, "", {"status": "Picking"})) == (400, "package-parameter-invalid")


@pytest.mark.parametrize("rest", ["labor-costs", "extended-agreed-delivery-date"])
def test_turkish_service_is_none_of_the_international_edition(packages: Ask, rest: str) -> None:
    assert write(packages, number_in("created", "int"), f"/{rest}", {}, "int").status_code == 404


@pytest.mark.parametrize(
    ("rest", "method", "body", "holds"),
    [
        ("/items/unsupplied", "PUT", {"lines": [], "reasonId": 500}, 100),
        ("/split", "POST", {"orderLineIds": [1]}, 100),
    ],
)
def test_limit_of_a_minute_is_that_of_the_table(
    open_world: Opener, rest: str, method: str, body: Any, holds: int
) -> None:
    ask = open_world(recipe=every_status(), limits="on")
    codes = []
    for place in range(holds + 1):
        if place % 50 == 0:
            later(ask, 10_000)
        codes.append(write(ask, 1, rest, body, "tr", method).status_code)
    assert (codes.count(429), codes[-1]) == (1, 429)


def test_carrier_comes_for_what_the_seller_picked_early(ask: Ask) -> None:
    rows = ask.control("GET", "/truth/orders", seller=2738)["rows"]
    numbers = [row["shipmentPackageId"] for row in rows if row["status"] == "Created"]
    for number in numbers:
        assert write(ask, number, "", {"status": "Picking"}).status_code == 200
    later(ask, 9 * DAY_MS)
    rows = ask.control("GET", "/truth/orders", seller=2738)["rows"]
    at = {row["shipmentPackageId"]: row["status"] for row in rows}
    counts = Counter(at[number] for number in numbers)
    # No carrier comes for digital goods: they wait for their code.
    assert counts.pop("Picking") == 1
    assert counts.keys() <= {"Delivered", "UnSupplied", "Returned"}

"""A package on the wire: amounts, dates, masks, addresses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from contract_tests.tests.provider.support.orders import DAY_MS, INT_LIST, LIST, packages, window_of
from contract_tests.tests.provider.support.packages import DIGITAL, order, world_of

HOUR_MS = 3_600_000


def kurus(value: Any) -> Decimal:
    """An amount as the exact decimal it prints."""
    return Decimal(str(value))


@pytest.mark.parametrize(("path", "headers"), [(LIST, TR), (INT_LIST, INT)])
def test_amounts_add_up_to_the_kurus(ask: Ask, path: str, headers: dict[str, str]) -> None:
    for row in packages(ask, path, headers, **window_of(0)):
        units = [unit for line in row["lines"] for unit in line["discountDetails"]]
        discounts = sum(
            kurus(unit["lineItemSellerDiscount"]) + kurus(unit["lineItemTyDiscount"]) for unit in units
        )
        prices = sum(kurus(unit["lineItemPrice"]) for unit in units)
        assert kurus(row["packageTotalDiscount"]) == discounts
        assert kurus(row["packageTotalPrice"]) == prices
        assert kurus(row["packageGrossAmount"]) == discounts + prices


def test_each_unit_has_its_entry(ask: Ask) -> None:
    lines = [line for row in packages(ask) for line in row["lines"]]
    assert all(len(line["discountDetails"]) == line["quantity"] for line in lines)
    assert any(line["quantity"] > 1 for line in lines)


def test_order_date_is_three_hours_late_and_no_other_date_is(ask: Ask) -> None:
    for row in packages(ask):
        placed_ms = row["packageHistories"][0]["createdDate"]
        assert row["orderDate"] == placed_ms + 3 * HOUR_MS
        assert row["originShipmentDate"] == placed_ms
        assert row["lastModifiedDate"] == row["packageHistories"][-1]["createdDate"]


def test_package_that_is_not_paid_for_tells_nothing_of_its_customer(ask: Ask) -> None:
    row = packages(ask, status="Awaiting")[0]
    assert row["shipmentPackageStatus"] == "Approved"
    assert (row["customerFirstName"], row["shipmentAddress"]["fullName"]) == ("***", "***")
    assert (row["cargoTrackingNumber"], row["createdBy"]) == (0, "")
    assert [entry["status"] for entry in row["packageHistories"]] == ["Awaiting"]


def test_company_has_its_tax_office_in_the_invoice_address_alone(ask: Ask) -> None:
    rows = packages(ask, **window_of(0)) + packages(ask, **window_of(14))
    companies = [row for row in rows if row["commercial"]]
    assert companies
    for row in rows:
        assert ("taxOffice" in row["invoiceAddress"]) == row["commercial"]
        assert "taxOffice" not in row["shipmentAddress"]


def test_cargo_number_begins_with_the_carriers_prefix(ask: Ask) -> None:
    prefixes = {
        (row["cargoProviderName"], str(row["cargoTrackingNumber"])[:3])
        for row in packages(ask, **window_of(0))
        if row["cargoTrackingNumber"]
    }
    assert ("Trendyol Express", "733") in prefixes
    assert len({name for name, _ in prefixes}) == len(prefixes)


def test_field_of_who_pays_is_absent_where_trendyol_pays(ask: Ask) -> None:
    assert all("whoPays" not in row for row in packages(ask))


def test_ids_lie_beyond_32_bits(ask: Ask) -> None:
    assert min(row["shipmentPackageId"] for row in packages(ask)) > 2**31


def test_deposits_are_romanias_and_add_up(ask: Ask) -> None:
    rows = packages(ask, INT_LIST, INT, **window_of(0))
    assert any(row["totalSgrFee"] for row in rows)
    for row in rows:
        fees = sum(kurus(line["lineSgrFee"]) * line["quantity"] for line in row["lines"])
        assert kurus(row["totalSgrFee"]) == fees
    elsewhere = packages(ask) + packages(ask, INT_LIST, {**INT, "storeFrontCode": "GR"})
    assert not any("totalSgrFee" in row or "lineSgrFee" in row["lines"][0] for row in elsewhere)


def test_old_names_stand_in_the_place_of_the_new_ones_by_decision(open_world: Opener) -> None:
    shop = open_world(decisions={"package-names": "old"})
    row = shop(LIST, TR, size=1).json["content"][0]
    assert {"id", "grossAmount", "totalDiscount", "totalTyDiscount", "totalPrice"} <= row.keys()
    assert "shipmentPackageId" not in row
    line = row["lines"][0]
    assert {
        "id",
        "merchantSku",
        "productCode",
        "merchantId",
        "amount",
        "price",
        "vatBaseAmount",
    } <= line.keys()
    assert {"lineId", "stockCode", "lineGrossAmount"}.isdisjoint(line)
    assert "lineItemDiscount" in line["discountDetails"][0]


def test_package_has_each_field_from_its_day_on(open_world: Opener) -> None:
    in_august_ms = 1_786_000_000_000
    shop = open_world(now_ms=in_august_ms)
    window = {"startDate": in_august_ms - 14 * DAY_MS, "endDate": in_august_ms}
    (row, *_) = packages(shop, LIST, TR, **window)
    assert ("paymentMethod" in row, "channelId" in row, "createdBy" in row) == (False, True, True)
    units = [unit for line in row["lines"] for unit in line["discountDetails"]]
    assert not any("lineItemId" in unit for unit in units)


def test_old_names_come_with_what_was_taken_away(open_world: Opener) -> None:
    shop = open_world(decisions={"package-names": "old"})
    (row, *_) = packages(shop, LIST, TR, **window_of(0))
    former = {"scheduledDeliveryStoreId", "agreedDeliveryDateExtendible", "groupDeal"}
    assert former <= row.keys()
    assert all(line["sku"] == line["merchantSku"] for line in row["lines"])


def test_identity_number_is_real_where_an_order_is_dear_or_romanian(ask: Ask) -> None:
    rows = [*packages(ask, LIST, TR, **window_of(0)), *packages(ask, LIST, TR, **window_of(14))]
    dear_rows = [row for row in rows if row["packageTotalPrice"] > 5000 and not row["micro"]]
    cheap_rows = [row for row in rows if row["packageTotalPrice"] <= 5000]
    assert dear_rows
    assert all(row["identityNumber"] != "1" * 11 for row in dear_rows if not row["3pByTrendyol"])
    assert {row["identityNumber"] for row in cheap_rows} == {"1" * 11}
    assert {len(row["identityNumber"]) for row in packages(ask, INT_LIST, INT, **window_of(0))} == {13}


def test_promises_and_gift_boxes_are_said(ask: Ask) -> None:
    rows = [*packages(ask, LIST, TR, **window_of(0)), *packages(ask, LIST, TR, **window_of(14))]
    assert any(row["giftBoxRequested"] for row in rows)
    hasty_rows = [row for row in rows if row["fastDelivery"]]
    assert hasty_rows
    for row in rows:
        assert row["fastDelivery"] == (row["fastDeliveryType"] != "")
        assert all(bool(line["fastDeliveryOptions"]) == row["fastDelivery"] for line in row["lines"])


def test_digital_goods_come_without_a_phone(open_world: Opener) -> None:
    goods: dict[str, Any] = {"line": {"category_id": 1, "category": DIGITAL}}
    shop = open_world(recipe=world_of(order(300, "created", **goods), order(301, "created")))
    phones = {row["orderNumber"]: row["shipmentAddress"]["phone"] for row in packages(shop)}
    assert (phones["300"], bool(phones["301"])) == (None, True)

"""Products that a seller creates: queued, checked item by item, looked at, listed or rejected."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support import new_products as support
from contract_tests.tests.provider.support.new_products import (
    DAY_MS,
    EDITIONS,
    REVIEW_MS,
    SIZE,
    approve,
    approved_contents,
    attributes,
    finish,
    item,
    later,
    read,
    reasons,
    recipe,
    unapproved_rows,
    write,
)
from contract_tests.tests.provider.support.packages import refusal


@pytest.mark.parametrize("edition", EDITIONS)
def test_product_waits_until_it_is_approved(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    result = finish(ask, "create", [item(edition)], edition)
    assert (result["status"], result["batchRequestType"]) == ("COMPLETED", "ProductV2OnBoarding")
    (row,) = unapproved_rows(ask, edition)
    assert (row["barcode"], row["status"], row["rejectReasonDetails"]) == (
        "smoketest-1",
        "pendingApproval",
        [],
    )
    assert read(ask, "product/smoketest-1", edition)["approved"] is False
    later(ask, REVIEW_MS)
    assert unapproved_rows(ask, edition) == []
    (content,) = approved_contents(ask, edition)
    (variant,) = content["variants"]
    assert (content["title"], content["brand"]["name"]) == ("Pamuklu Tişört", "Aylinka")
    assert [each["attributeId"] for each in variant["attributes"]] == [SIZE]
    assert (variant["price"]["listPrice"], variant["price"]["salePrice"]) == (120, 99.9)
    assert variant["stock"]["quantity"] == 5
    base = read(ask, "product/smoketest-1", edition)
    assert (base["approved"], base["contentId"]) == (True, content["contentId"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_was_sent_is_repeated_with_the_result(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    (row,) = finish(ask, "create", [item(edition)], edition)["items"]
    product = row["requestItem"]["product"]
    assert row["requestItem"].keys() == {"product", "barcode"}
    assert product["attributes"][0] == {
        "attributeId": 47, "customAttributeValue": "Siyah", "attributeValueId": None
    }  # fmt: skip
    assert {**product, "attributes": attributes()} == item(edition)


def test_variants_of_a_line_are_one_content_and_colours_are_several(open_world: Opener) -> None:
    ask = open_world("empty")
    items = [
        item(barcode="black-m"),
        item(barcode="black-l", attributes=attributes(size=4593)),
        item(barcode="red-m", attributes=attributes("Kırmızı")),
        item(barcode="other-line", productMainId="another"),
    ]
    contents = approve(ask, items)
    assert [[each["barcode"] for each in content["variants"]] for content in contents] == [
        ["black-m", "black-l"],
        ["red-m"],
    ]
    assert len(approved_contents(ask)) == 3


def test_variant_joins_a_content_that_is_listed_already(open_world: Opener) -> None:
    ask = open_world("empty")
    (first,) = approve(ask, [item()])
    (content,) = approve(ask, [item(barcode="smoketest-2", attributes=attributes(size=4593))])
    assert content["contentId"] == first["contentId"]
    assert len({each["variantId"] for each in content["variants"]}) == 2


def test_blanks_in_a_barcode_are_taken_out(open_world: Opener) -> None:
    ask = open_world("empty")
    assert reasons(ask, "create", [item(barcode=" Şu 1.2-3_4 ")]) == [[]]
    assert [row["barcode"] for row in unapproved_rows(ask)] == ["Şu1.2-3_4"]


def test_both_forms_of_attributes_are_one(open_world: Opener) -> None:
    ask = open_world("empty")
    other_form = [
        {"attributeId": each["attributeId"], "attributeValueIds": [each["attributeValueId"]]}
        if "attributeValueId" in each
        else {"attributeId": each["attributeId"], "attributeValue": each["customAttributeValue"]}
        for each in attributes()
    ]
    both = [item(barcode="a"), item(barcode="b", attributes=other_form)]
    assert reasons(ask, "create", both) == [[], []]
    first, second = unapproved_rows(ask)
    assert first["attributes"] == second["attributes"]


def test_attribute_with_several_values_is_listed_with_each(open_world: Opener) -> None:
    ask = open_world("empty")
    materials = [*attributes(), {"attributeId": 14, "attributeValueIds": [82, 107]}]
    (content,) = approve(ask, [item(attributes=materials)])
    values = [each["attributeValueId"] for each in content["attributes"] if each["attributeId"] == 14]
    assert values == [82, 107]


@pytest.mark.parametrize("edition", EDITIONS)
def test_rejected_product_says_why_and_waits_again_once_it_is_changed(
    open_world: Opener, edition: str
) -> None:
    ask = open_world(recipe=recipe(rejected=1))
    assert reasons(ask, "create", [item(edition)], edition) == [[]]
    later(ask, REVIEW_MS)
    (row,) = unapproved_rows(ask, edition, status="rejected")
    (detail,) = row["rejectReasonDetails"]
    assert detail["rejectReason"]
    assert approved_contents(ask, edition) == []
    assert reasons(ask, "unapproved", [{"barcode": "smoketest-1", "title": "Yeni"}], edition) == [[]]
    (row,) = unapproved_rows(ask, edition, status="pendingApproval")
    assert (row["title"], row["rejectReasonDetails"], row["stockCode"]) == ("Yeni", [], "ST-1")
    assert unapproved_rows(ask, edition, status="rejected") == []


def test_change_puts_the_look_at_a_product_off(open_world: Opener) -> None:
    ask = open_world("empty")
    finish(ask, "create", [item()])
    later(ask, REVIEW_MS - 60_000)
    finish(ask, "unapproved", [{"barcode": "smoketest-1", "title": "Yeni"}])
    later(ask, 60_000)
    assert [row["title"] for row in unapproved_rows(ask)] == ["Yeni"]
    later(ask, REVIEW_MS)
    assert [row["title"] for row in approved_contents(ask)] == ["Yeni"]


@pytest.mark.parametrize(("share", "field"), [("locked", "locked"), ("blacklisted", "blacklisted")])
def test_approved_product_is_locked_or_blacklisted_by_the_recipe(
    open_world: Opener, share: str, field: str
) -> None:
    ask = open_world(recipe=recipe(delay_ms=1000, **{share: 1}))
    finish(ask, "create", [item()])
    later(ask, 1000)
    (variant,) = approved_contents(ask)[0]["variants"]
    assert (variant[field], variant["onSale"]) == (True, False)


@pytest.mark.parametrize("edition", EDITIONS)
def test_unapproved_product_is_deleted_at_any_time(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    finish(ask, "create", [item(edition)], edition)
    assert reasons(ask, "delete", [{"barcode": "smoketest-1"}], edition) == [[]]
    assert unapproved_rows(ask, edition) == []
    later(ask, DAY_MS)
    assert approved_contents(ask, edition) == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", ["create", "create-v1", "update-v1", "unapproved", "content", "variant"])
def test_what_is_no_list_of_items_is_refused_at_once(open_world: Opener, kind: str, edition: str) -> None:
    ask = open_world("empty")
    assert refusal(write(ask, kind, {}, edition)) == (400, "batch-body-invalid")
    wrong_type = [{"contentId": "1"} if kind == "content" else {"barcode": 1}]
    bodies: tuple[list[dict[str, Any]], ...] = ([], [{}] * 1001, wrong_type)
    for items in bodies:
        assert refusal(write(ask, kind, items, edition)) == (400, "batch-items-invalid")
    assert unapproved_rows(ask, edition) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_thousand_products_are_taken(open_world: Opener, edition: str) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    items = [item(edition, barcode=f"many-{number}") for number in range(1000)]
    assert finish(ask, "create", items, edition)["failedItemCount"] == 0
    first = read(ask, "products/unapproved", edition, size=1000)
    assert (first["totalElements"], len(first["content"])) == (1000, 1000)
    page = read(ask, "products/unapproved", edition, size=400, page=1)
    after = read(ask, "products/unapproved", edition, size=400, nextPageToken=page["nextPageToken"])
    assert (len(after["content"]), after["nextPageToken"]) == (200, None)
    barcodes = [row["barcode"] for row in (*page["content"], *after["content"])]
    assert barcodes == [f"many-{number}" for number in range(400, 1000)]


@pytest.mark.parametrize(
    ("query", "barcodes"),
    [
        ({"barcode": "b"}, ["b"]),
        ({"barcodes": "a,c,none"}, ["a", "c"]),
        ({"stockCode": "B-CODE"}, ["b"]),
        ({"productMainId": "line-c"}, ["c"]),
        ({"brandIds": "315037"}, ["c"]),
        ({"origin": "IT"}, ["a"]),
        ({"supplierId": 1}, []),
        ({"startDate": 1, "endDate": 2}, []),
        (
            {"startDate": 1, "endDate": 1_895_305_600_000, "dateQueryType": "LAST_MODIFIED_DATE"},
            ["a", "b", "c"],
        ),
    ],
)
def test_unapproved_products_can_be_narrowed(unapproved_world: Ask, query: Any, barcodes: list[str]) -> None:
    assert [row["barcode"] for row in unapproved_rows(unapproved_world, **query)] == barcodes


@pytest.mark.parametrize(
    ("query", "barcodes"),
    [
        ({"approved": "false"}, ["a", "b", "c"]),
        ({"approved": "false", "barcode": "b"}, ["b"]),
        ({"approved": "false", "rejected": "false", "size": 2}, ["a", "b"]),
        ({"rejected": "true"}, []),
        ({"approved": "true"}, []),
        ({"approved": "true", "rejected": "true"}, []),
    ],
)
def test_v1_lists_what_waits_when_it_is_asked_for(
    unapproved_world: Ask, query: Any, barcodes: list[str]
) -> None:
    page = read(unapproved_world, "products", **query)
    assert [row["barcode"] for row in page["content"]] == barcodes
    assert all((row["approved"], row["onSale"]) == (False, False) for row in page["content"])
    assert len({row["id"] for row in page["content"]}) == len(barcodes)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"size": 1001}, "size-invalid"),
        ({"page": 101, "size": 100}, "page-window-exceeded"),
        ({"status": "approved"}, "status-invalid"),
        ({"dateQueryType": "VARIANT_CREATED_DATE"}, "date-query-type-invalid"),
        ({"nextPageToken": "e30="}, "token-invalid"),
    ],
)
def test_unapproved_query_is_refused(unapproved_world: Ask, query: Any, error: str) -> None:
    seller, headers = support.SELLERS["tr"]
    answer = unapproved_world(f"{support.PRODUCT.format(seller)}/products/unapproved", headers, **query)
    assert refusal(answer) == (400, error)

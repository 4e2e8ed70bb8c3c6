"""What a buyer sees of the gateway: who may ask, offers, stock, pictures, ratings."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener, basic
from contract_tests.tests.provider.support.b2b import (
    BUYER,
    ITEMS,
    OFFERS,
    RIVAL,
    STOCK,
    TWO_BUYERS,
    bought,
    buy,
    in_stock,
    offers,
    recipe,
    refused,
)

APPROVED = "/integration/product/sellers/2738/products/approved"


@pytest.mark.parametrize("base", ["", "/b2bbuyergateway", "/b2bbuyergatewayapi"])
def test_gateway_answers_under_every_address(ask: Ask, base: str) -> None:
    health = ask(f"{base}/healthcheck", {})
    assert (health.status_code, health.text) == (200, "Healthy")
    assert ask(f"{base}{OFFERS}", BUYER).json == offers(ask)


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (None, "b2b-credentials-missing"),
        ("Basic ???", "b2b-credentials-invalid"),
        (basic("DEMO-BUYER", "wrong"), "b2b-credentials-invalid"),
        (basic("nobody", "demo-buyer-secret"), "b2b-credentials-invalid"),
        (INT["Authorization"], "b2b-credentials-invalid"),
        (TR["Authorization"], "b2b-credentials-invalid"),
    ],
)
def test_only_gateway_credentials_are_let_in(ask: Ask, header: str | None, rule: str) -> None:
    answer = ask(OFFERS, {} if header is None else {"Authorization": header})
    assert refused(answer) == (401, rule)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.json["hasError"] is True
    assert answer.json["messages"][0]["type"] == "error"


def test_gateway_credentials_open_no_seller_path(ask: Ask) -> None:
    headers = {**BUYER, "User-Agent": "2738 - SelfIntegration"}
    assert ask(APPROVED, headers).status_code == 401


def test_another_buyers_code_is_answered_like_one_nobody_has(open_world: Opener, tmp_path: Path) -> None:
    ask = open_world(recipe(tmp_path, buyers=TWO_BUYERS))
    assert ask("/v2/offers/RIVAL/stock-status", RIVAL).status_code == 200
    for code in ("RIVAL", "NOBODY"):
        asked = [
            ask(f"/v2/offers/{code}/stock-status", BUYER),
            ask(OFFERS, BUYER, buyerCode=code),
            ask.send("POST", ITEMS.replace("DEMO-BUYER", code), headers=BUYER, json=[]),
        ]
        assert {refused(answer) for answer in asked} == {(400, "b2b-buyer-unknown")}
        assert {answer.text.replace(code, "") for answer in asked} == {asked[0].text.replace(code, "")}


def test_buyers_see_the_offers_of_their_own_seller(open_world: Opener, tmp_path: Path) -> None:
    ask = open_world(recipe(tmp_path, buyers=TWO_BUYERS))
    mine, theirs = (
        {row["barcode"] for row in ask(f"/v2/offers/{code}/stock-status", headers).json}
        for code, headers in (("DEMO-BUYER", BUYER), ("RIVAL", RIVAL))
    )
    assert mine
    assert theirs
    assert not mine & theirs


def test_lost_paths_and_methods_are_refused_in_the_gateways_envelope(ask: Ask) -> None:
    lost, wrong = ask("/b2bbuyergateway/v3/offers", BUYER), ask.send("DELETE", OFFERS, headers=BUYER)
    assert [lost.status_code, wrong.status_code] == [404, 405]
    assert all(set(answer.json) == {"hasError", "messages"} for answer in (lost, wrong))


def test_offers_are_what_the_seller_sells_field_by_field(ask: Ask) -> None:
    by_barcode = {
        variant["barcode"]: (content, variant)
        for content in ask(APPROVED, TR, size=100).json["content"]
        for variant in content["variants"]
    }
    for row in offers(ask):
        content, variant = by_barcode[row["barcode"]]
        assert (row["modelNo"], row["name"]) == (content["productMainId"], content["title"])
        assert (row["brand"], row["subCategory"]) == (content["brand"]["name"], content["category"]["name"])
        assert row["stockQuantity"] == variant["stock"]["quantity"]
        assert (row["price"], row["originalSalesPrice"]) == (
            variant["price"]["salePrice"], variant["price"]["listPrice"],
        )  # fmt: skip
        assert row["size"] == variant["attributes"][0]["attributeValue"]
        assert row["imageUrl"] == content["images"][0]["url"]


def test_discount_is_what_the_prices_say(ask: Ask) -> None:
    for row in offers(ask, PageSize=20):
        percent = 100 * (1 - row["price"] / row["originalSalesPrice"])
        assert row["discountRate"] == pytest.approx(percent, abs=0.006)


def test_goods_that_may_not_be_sold_are_no_offers(ask: Ask) -> None:
    values = {row["barcode"] for row in ask(STOCK, BUYER).json}
    contents = [
        content for page in range(3) for content in ask(APPROVED, TR, size=100, page=page).json["content"]
    ]
    variants = [variant for content in contents for variant in content["variants"]]
    shut = {each["barcode"] for each in variants if each["archived"] or each["locked"] or each["blacklisted"]}
    assert shut
    assert values == {each["barcode"] for each in variants} - shut


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("by", ["id", "barcode", "lastModifiedDate"])
def test_pages_hold_every_offer_once_in_order(ask: Ask, by: str, order: str) -> None:
    walked: list[dict[str, Any]] = []
    numbers = count(1)
    while page := offers(ask, Page=next(numbers), PageSize=20, OrderBy=by, Order=order):
        walked += page
    barcodes = [row["barcode"] for row in walked]
    assert sorted(barcodes) == sorted(row["barcode"] for row in ask(STOCK, BUYER).json)
    if by != "id":
        values = [row[by] for row in walked]
        assert values == sorted(values, reverse=order == "desc")


def test_offers_are_filtered_by_barcode_model_and_date(ask: Ask) -> None:
    first, second, *_ = offers(ask)
    both = offers(ask, Barcodes=[first["barcode"], second["barcode"], "nothing"])
    assert both == [first, second]
    model = offers(ask, ModelNumber=first["modelNo"])
    assert first in model
    assert {row["modelNo"] for row in model} == {first["modelNo"]}
    day = {"LastModifiedDateFrom": first["lastModifiedDate"], "LastModifiedDateTo": first["lastModifiedDate"]}
    dated = offers(ask, **day)
    assert first in dated
    assert {row["lastModifiedDate"] for row in dated} == {first["lastModifiedDate"]}


@pytest.mark.parametrize("late_ms", [-1, 0, 1])
@pytest.mark.parametrize("zone", [None, "Europe/Istanbul", "UTC", "America/New_York"])
def test_date_without_zone_is_istanbuls(ask: Ask, zone: str | None, late_ms: int) -> None:
    first = offers(ask)[0]
    moment = datetime.fromisoformat(first["lastModifiedDate"]) + timedelta(milliseconds=late_ms)
    local = moment.astimezone(ZoneInfo(zone or "Europe/Istanbul"))
    text = (local if zone else local.replace(tzinfo=None)).isoformat(timespec="milliseconds")
    one = {"Barcodes": first["barcode"]}
    assert offers(ask, **one, LastModifiedDateFrom=text) == ([first] if late_ms <= 0 else [])
    assert offers(ask, **one, LastModifiedDateTo=text) == ([first] if late_ms >= 0 else [])


def test_day_without_time_begins_at_midnight_in_istanbul(ask: Ask) -> None:
    first = offers(ask)[0]
    day = datetime.fromisoformat(first["lastModifiedDate"]).astimezone(ZoneInfo("Europe/Istanbul")).date()
    one = {"Barcodes": first["barcode"]}
    assert offers(ask, **one, LastModifiedDateFrom=day.isoformat()) == [first]
    assert offers(ask, **one, LastModifiedDateTo=day.isoformat()) == []
    assert offers(ask, **one, LastModifiedDateTo=(day + timedelta(days=1)).isoformat()) == [first]


def test_query_names_are_read_in_any_case(ask: Ask) -> None:
    assert offers(ask, pagesize=3, PAGE=2) == offers(ask, PageSize=3, Page=2)
    assert len(offers(ask, pagesize=3)) == 3


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"Page": 0}, "page-invalid"),
        ({"PageSize": 21}, "size-invalid"),
        ({"Order": "up"}, "parameter-invalid"),
        ({"OrderBy": "colour"}, "parameter-invalid"),
        ({"ModelNumber": ["a", "b"]}, "parameter-repeated"),
        ({"LastModifiedDateFrom": "yesterday"}, "b2b-date-invalid"),
        ({"LastModifiedDateTo": "2026-11-01T00:00:00 Istanbul"}, "b2b-date-invalid"),
        ({"LastModifiedDateTo": "01.11.2026"}, "b2b-date-invalid"),
        ({"LastModifiedDateTo": "2026-11-01T25:00"}, "b2b-date-invalid"),
        ({"LastModifiedDateTo": "2026-02-30T00:00:00Z"}, "b2b-date-invalid"),
        (
            {"LastModifiedDateFrom": "2026-11-02T00:00:00Z", "LastModifiedDateTo": "2026-11-01T00:00:00Z"},
            "window-order",
        ),
    ],
)
def test_offers_refuse_what_they_cannot_read(ask: Ask, query: dict[str, Any], rule: str) -> None:
    assert refused(ask(OFFERS, BUYER, **query)) == (400, rule)


@pytest.mark.parametrize("shape", ["object", "envelope"])
def test_shape_of_the_offers_can_be_chosen(open_world: Opener, shape: str) -> None:
    bare, chosen = open_world(), open_world(decisions={"b2b-offers-shape": shape})
    rows, told = offers(bare), chosen(OFFERS, BUYER).json
    assert (told if shape == "object" else told["items"]) == (rows[0] if shape == "object" else rows)
    beyond = chosen(OFFERS, BUYER, Page=10_000).json
    assert (beyond if shape == "object" else beyond["items"]) in ({}, [])
    if shape == "envelope":
        assert told["totalCount"] == len(bare(STOCK, BUYER).json)


def test_stock_is_told_for_the_barcodes_asked(ask: Ask) -> None:
    row = offers(ask)[3]
    body = ask(STOCK, BUYER, BarcodeList=[row["barcode"], "nothing"]).json
    assert body == [{"barcode": row["barcode"], "availableQuantity": row["stockQuantity"]}]


def test_pictures_of_a_model_can_be_cut_down_to_variants(ask: Ask) -> None:
    row = offers(ask)[0]
    every = ask(f"/v2/products/{row['modelNo']}/images", BUYER).json
    some = ask(f"/v2/products/{row['modelNo']}/images", BUYER, Barcode=row["barcode"]).json
    assert {"imageUrl": row["imageUrl"]} in some
    assert all(picture in every for picture in some)
    assert ask(f"/v2/products/{row['modelNo']}/images", BUYER, barcode="nothing").json == []


def test_unknown_model_is_404_with_an_empty_object(ask: Ask) -> None:
    answer = ask("/v2/products/nothing/images", BUYER)
    assert refused(answer) == (404, "b2b-model-unknown")
    assert answer.json == {}


def test_ratings_add_up(ask: Ask) -> None:
    for row in offers(ask):
        body = ask(f"/v2/products/{row['barcode']}/rating", BUYER).json
        counts = {entry["rate"]: entry["count"] for entry in body["ratingCounts"]}
        points = sum(rate * count for rate, count in counts.items())
        assert set(counts) == {1, 2, 3, 4, 5}
        assert sum(counts.values()) == body["totalRatingCount"] >= body["totalCommentCount"]
        assert body["averageRating"] == pytest.approx(points / max(sum(counts.values()), 1), abs=0.006)


def test_ratings_come_from_the_seed(open_world: Opener) -> None:
    one, again, other = open_world(seed=1), open_world(seed=1), open_world(seed=2)
    rows = [row["barcode"] for row in offers(one)]
    values = [[ask(f"/v2/products/{code}/rating", BUYER).text for code in rows] for ask in (one, again)]
    assert values[0] == values[1]
    assert offers(other) != offers(one)


def test_unknown_rating_is_a_problem_document(ask: Ask) -> None:
    answer = ask("/v2/products/nothing/rating", BUYER)
    assert refused(answer) == (404, "b2b-rating-unknown")
    assert answer.content_type == "application/problem+json"
    assert (answer.json["status"], answer.json["instance"]) == (404, "/v2/products/nothing/rating")


def test_purchase_is_seen_in_approved_products_and_offers(ask: Ask) -> None:
    barcode = in_stock(ask)
    before = approved_stock(ask, barcode)
    buy(ask, (barcode, 3))
    assert approved_stock(ask, barcode) == before - 3
    assert offers(ask, Barcodes=barcode)[0]["stockQuantity"] == before - 3


def approved_stock(ask: Ask, barcode: str) -> int:
    """Read the stock of a barcode where its seller reads it."""
    (content,) = ask(APPROVED, TR, barcode=barcode).json["content"]
    return next(int(each["stock"]["quantity"]) for each in content["variants"] if each["barcode"] == barcode)


def test_gateway_keeps_no_request_limit_and_asks_for_no_user_agent(open_world: Opener) -> None:
    ask = open_world(limits="on")
    assert {ask(OFFERS, {**BUYER, "User-Agent": ""}, PageSize=1).status_code for _ in range(60)} == {200}


def test_operation_is_explained_once_though_served_under_three_addresses(ask: Ask) -> None:
    assert len(ask.control("GET", "/operations/requestItems")["editions"]) == 1


def test_planned_trouble_comes_in_the_operations_own_shape(ask: Ask) -> None:
    number = bought(ask, (in_stock(ask), 1))
    ask.control("POST", "/faults", {"operation": "*", "times": 2, "status": 503})
    assert ask(OFFERS, BUYER).json["messages"][0]["type"] == "error"
    answer = ask.send("POST", f"/v2/offers/{number}/cancel-items", headers=BUYER, json={})
    assert (answer.status_code, answer.json[0]["type"]) == (503, "error")

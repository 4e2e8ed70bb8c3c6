"""Sellers can be added and restricted, and the truth about them is told."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import INT, Ask, basic
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS, refusal


def test_added_seller_is_let_in(ask: Ask) -> None:
    body = ask.control("POST", "/sellers", {"id": 77, "edition": "int", "storefronts": ["RO"]})
    headers = {**INT, "Authorization": basic(body["key"], body["secret"])}
    assert ask(SETTLEMENTS.replace("2748", "77"), headers, **SALES).status_code == 200


def test_seller_added_twice_is_refused(ask: Ask) -> None:
    body = {"id": 2748, "edition": "int", "storefronts": ["RO"]}
    assert refusal(ask, "POST", "/sellers", body) == (409, "seller-exists")


def test_api_key_of_another_seller_is_refused(ask: Ask) -> None:
    body = {"id": 77, "edition": "int", "storefronts": ["RO"], "key": "demo-int-key"}
    assert refusal(ask, "POST", "/sellers", body) == (409, "seller-key-taken")


@pytest.mark.server_error
def test_seller_answers_only_reported_addresses(ask: Ask) -> None:
    ask.control("PATCH", "/sellers/2748", {"allowed_ips": ["10.0.0.7"]})
    assert ask(SETTLEMENTS, **SALES).status_code == 503
    ask.control("PATCH", "/sellers/2748", {"allowed_ips": []})
    assert ask(SETTLEMENTS, **SALES).status_code == 200


def test_turkish_seller_can_be_changed(ask: Ask) -> None:
    assert ask.control("PATCH", "/sellers/2738", {"allowed_ips": ["::1"]})["edition"] == "tr"


def test_unknown_seller_is_refused(ask: Ask) -> None:
    assert refusal(ask, "PATCH", "/sellers/5", {"allowed_ips": []}) == (404, "seller-unknown")
    assert refusal(ask, "PATCH", "/sellers/x", {"allowed_ips": []}) == (400, "invalid.parameter")
    assert refusal(ask, "GET", "/truth/products", seller=5) == (404, "seller-unknown")


@pytest.mark.parametrize(
    ("kind", "key"),
    [("products", "barcode"), ("settlements", "id"), ("otherfinancials", "id"), ("totals", "paymentOrderId")],
)
def test_truth_has_rows_of_each_kind(ask: Ask, kind: str, key: str) -> None:
    body = ask.control("GET", f"/truth/{kind}", seller=2748, storefront="RO")
    assert body["kind"] == kind
    assert all(key in row for row in body["rows"])
    assert body["rows"]


def test_truth_without_a_storefront_is_of_the_sellers_first(ask: Ask) -> None:
    body = ask.control("GET", "/truth/products", seller=2748, storefront="RO")
    assert ask.control("GET", "/truth/products", seller=2748) == body


def test_truth_needs_a_seller_and_a_known_kind(ask: Ask) -> None:
    assert refusal(ask, "GET", "/truth/products") == (400, "missing.parameter")
    assert refusal(ask, "GET", "/truth/gossip", seller=2748) == (400, "invalid.parameter")

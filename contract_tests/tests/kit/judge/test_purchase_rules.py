"""Judges of purchases through the buyer gateway."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.tests.kit.support.recording import Entry, asked, broken

GATEWAY = "/b2bbuyergateway"
ORDERS = f"{GATEWAY}/v2/offers/DEMO-BUYER/items"
OFFERS = f"{GATEWAY}/v1_1/offers"
STOCK = f"{GATEWAY}/v2/offers/DEMO-BUYER/stock-status"
JEANS, SHIRT = "8681200001503", "8681200001510"


def posted(path: str, sent: Any, query: dict[str, Any] | None = None, **more: Any) -> Entry:
    """A request with a JSON body."""
    entry = asked(path, query or {}, **more)
    entry["request"] |= {"method": "POST", "postData": {"text": json.dumps(sent)}}
    return entry


def ordered(
    reference: str = "A", wanted: int = 2, came: int | None = None, *, barcode: str = JEANS, **more: Any
) -> Entry:
    """A purchase of one item and its answer."""
    item = {"barcode": barcode, "requestedQuantity": wanted}
    answer = {"requestNumber": f"N-{reference}", "items": [item | {"availableQuantity": came or wanted}]}
    if more.get("status", 200) == 200:
        more.setdefault("body", answer)
    return posted(ORDERS, [item], {"vendorRef": reference} if reference else {}, **more)


def cancelled(quantity: int, *, number: str = "N-A", failed: bool = False, **more: Any) -> Entry:
    """A cancellation and its answer."""
    answer = {
        "requestedQuantity": quantity,
        "cancelledQuantity": 0 if failed else quantity,
        "hasError": failed,
    }
    path = f"{GATEWAY}/v2/offers/{number}/cancel-items"
    return posted(path, {"barcode": JEANS, "quantity": quantity}, body=answer | {"messages": []}, **more)


def offers(number: int, rows: int, **query: Any) -> Entry:
    """A page of offers."""
    page = [{"barcode": str(index)} for index in range(rows)]
    return asked(OFFERS, {"Page": number, "PageSize": 20} | query, body=page)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_purchase_repeated_after_a_lost_answer_is_found(status: int) -> None:
    assert broken(ordered(status=status), ordered()) == {"TY-B2B-010"}


@pytest.mark.parametrize("path", [f"{STOCK}", f"{GATEWAY}/v2/offers/N-A/B2Bs"])
def test_purchase_repeated_once_stock_or_packages_were_read_is_right(path: str) -> None:
    look = asked(path, {"barcodeList": JEANS} if path == STOCK else "", body=[])
    assert "TY-B2B-010" not in broken(ordered(status=504), look, ordered())
    refused_look = asked(path, {"barcodeList": JEANS} if path == STOCK else "", status=503)
    assert "TY-B2B-010" in broken(ordered(status=504), refused_look, ordered())
    assert "TY-B2B-010" in broken(ordered(), look, ordered())


def test_line_of_a_lost_purchase_repeated_by_itself_is_found() -> None:
    items = [{"barcode": barcode, "requestedQuantity": 2} for barcode in (JEANS, SHIRT)]
    both = posted(ORDERS, items, {"vendorRef": "A"}, status=504)
    assert broken(both, ordered(barcode=SHIRT)) == {"TY-B2B-010"}
    assert broken(both, ordered("B", barcode=SHIRT)) == set()
    refusal = posted(ORDERS, items, {"vendorRef": "A"}, status=400)
    assert broken(refusal, ordered(barcode=SHIRT)) == set()


def test_purchase_repeated_after_its_answer_is_found() -> None:
    assert broken(ordered(), ordered()) == {"TY-B2B-010"}


def test_purchase_without_a_reference_repeated_at_once_after_a_loss_is_found() -> None:
    assert "TY-B2B-010" in broken(ordered("", status=504), ordered(""))


def test_same_item_bought_by_two_customers_is_right() -> None:
    assert broken(ordered("A"), ordered("B")) == set()
    assert broken(ordered(""), ordered("")) == {"TY-B2B-012"}


@pytest.mark.parametrize("status", [401, 429, 503])
def test_purchase_repeated_after_a_refusal_is_right(status: int) -> None:
    assert broken(ordered(status=status), ordered()) == set()


def test_short_item_asked_for_again_in_full_is_found() -> None:
    assert broken(ordered(wanted=5, came=2), ordered(wanted=4)) == {"TY-B2B-011"}


def test_rest_of_a_short_item_is_right() -> None:
    assert broken(ordered(wanted=5, came=2), ordered(wanted=3)) == set()


def test_one_order_of_two_items_is_right() -> None:
    assert broken(ordered(wanted=5, came=2), ordered(wanted=5, barcode=SHIRT)) == set()


def test_cancelling_more_than_was_reserved_is_found() -> None:
    assert broken(ordered(wanted=5, came=2), cancelled(5)) == {"TY-B2B-015"}
    assert broken(ordered(wanted=5), cancelled(3), cancelled(3)) == {"TY-B2B-015"}


def test_cancelling_what_was_reserved_is_right() -> None:
    assert broken(ordered(wanted=5), cancelled(3), cancelled(2)) == set()


def test_cancelling_an_order_of_an_earlier_recording_is_not_judged() -> None:
    assert broken(cancelled(3)) == set()


def test_cancelling_again_and_again_although_it_failed_is_found() -> None:
    assert broken(ordered(), *(cancelled(2, failed=True) for _ in range(4))) == {"TY-B2B-016"}


def test_failed_cancellation_tried_once_more_is_right() -> None:
    assert broken(ordered(), cancelled(2, failed=True), cancelled(2, failed=True)) == set()


def test_packages_of_the_buyer_code_are_found() -> None:
    assert broken(asked(f"{GATEWAY}/v2/offers/DEMO-BUYER/B2Bs", status=400)) == {"TY-B2B-013"}
    assert broken(ordered(), asked(f"{GATEWAY}/v2/offers/N-A/B2Bs", body=[])) == set()


@pytest.mark.parametrize(
    ("query", "rule"),
    [({"PageSize": 50}, "TY-B2B-005"), ({"pagesize": 50}, "TY-B2B-005"), ({"Page": 0}, "TY-B2B-006")],
)
def test_page_beyond_the_documented_is_found(query: dict[str, Any], rule: str) -> None:
    assert broken(asked(OFFERS, query, status=400)) == {rule}


def test_list_left_after_a_full_page_is_found() -> None:
    assert broken(offers(1, 20), offers(2, 20)) == {"TY-B2B-007"}


def test_list_read_to_a_short_or_empty_page_is_right() -> None:
    assert broken(offers(1, 20), offers(2, 3)) == set()
    assert broken(offers(1, 20), offers(2, 0)) == set()
    assert broken(offers(2, 3), offers(1, 20)) == set()


def test_full_page_of_named_barcodes_is_right() -> None:
    assert broken(offers(1, 20, Barcodes=",".join(map(str, range(20))))) == set()


def test_list_given_up_after_a_refusal_is_right() -> None:
    assert broken(offers(1, 20), asked(OFFERS, {"Page": 2, "PageSize": 20}, status=500)) == set()


def test_stock_polled_one_by_one_is_advice() -> None:
    singly = [asked(STOCK, {"barcodeList": number}, body=[], after_ms=100) for number in range(12)]
    assert broken(*singly) == {"TY-B2B-009"}


def test_stock_polled_by_list_or_slowly_is_right() -> None:
    lists = [asked(STOCK, {"barcodeList": f"{number},x"}, body=[], after_ms=100) for number in range(30)]
    assert broken(*lists) == set()
    assert (
        broken(*(asked(STOCK, {"barcodeList": number}, body=[], after_ms=2_000) for number in range(12)))
        == set()
    )
    assert broken(*(asked(STOCK, {"barcodeList": 7}, body=[], after_ms=100) for _ in range(12))) == set()


def test_gateways_traffic_is_not_under_the_sellers_rules() -> None:
    assert broken(asked(OFFERS, {"PageSize": 20}, body=[], drop="User-Agent")) == set()
    assert broken(asked("/b2bbuyergateway/v3/unknown", drop="Authorization", status=404)) == set()

"""The product reads over HTTP: pages, tokens, filters, languages, and each refusal they can give."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from contract_tests.tests.provider.support.products import PRODUCTS, TURKISH, ids, read, walk

STOCK = f"{PRODUCTS}/inventory-and-price"
BASE = "/integration/product/sellers/2748/product/"
SAMPLE_TOKEN = "eyJzb3J0IjpbMTI3MTU4MTVdfQ=="


def refusal(ask: Ask, target: str) -> tuple[int, str | None]:
    answer = ask.send("GET", target, headers=TR if "2738" in target else INT)
    assert orjson.loads(answer.data)["errors"][0]["errorCode"] == str(answer.status_code)
    return answer.status_code, answer.headers.get("X-Emulator-Rule")


def first(ask: Ask, path: str = PRODUCTS, **query: Any) -> Any:
    return read(ask, path, **query)["content"][0]


def test_page_has_twenty_contents_unless_size_says_otherwise(ask: Ask) -> None:
    page = read(ask, PRODUCTS)
    assert (page["page"], page["size"], page["totalElements"], page["totalPages"]) == (0, 20, 250, 13)
    assert len(page["content"]) == 20
    assert len(read(ask, PRODUCTS, size=100)["content"]) == 100


def test_pages_by_number_hold_each_content_once(ask: Ask) -> None:
    values = [content for number in range(3) for content in ids(read(ask, PRODUCTS, size=100, page=number))]
    assert len(values) == len(set(values)) == 250
    assert values == sorted(values)


@pytest.mark.parametrize("path", [PRODUCTS, STOCK])
@pytest.mark.parametrize("query", [{}, {"status": "onSale"}, {"orderByDirection": "DESC"}])
def test_walk_by_token_holds_what_pages_by_number_hold(ask: Ask, path: str, query: dict[str, Any]) -> None:
    by_number = [
        content for number in range(9) for content in ids(read(ask, path, size=30, page=number, **query))
    ]
    assert walk(ask, path, size=30, **query) == by_number


def test_token_of_the_eleventh_page_goes_on_behind_page_ten(open_world: Opener) -> None:
    ask = open_world("wall")
    tenth = read(ask, PRODUCTS, page=10, size=100)
    eleventh = read(ask, PRODUCTS, size=100, nextPageToken=tenth["nextPageToken"])
    assert ids(eleventh) == ids(read(ask, PRODUCTS, page=11, size=100))
    assert eleventh["page"] == 0


def test_token_reads_beyond_ten_thousand_to_the_very_end(open_world: Opener) -> None:
    ask = open_world("wall")
    page = read(ask, PRODUCTS, page=100, size=100)
    content_ids: list[int] = []
    while page["nextPageToken"] is not None:
        page = read(ask, STOCK, size=100, nextPageToken=page["nextPageToken"])
        content_ids += ids(page)
    assert page["totalElements"] == 12_345
    assert len(set(content_ids)) == len(content_ids) == 12_345 - 10_100


def test_size_may_change_under_a_token(ask: Ask) -> None:
    token = read(ask, PRODUCTS, size=10)["nextPageToken"]
    assert ids(read(ask, PRODUCTS, size=7, nextPageToken=token)) == ids(read(ask, PRODUCTS, size=17))[10:]


def test_token_without_filter_is_the_sort_value_alone(ask: Ask) -> None:
    page = read(ask, PRODUCTS, size=3)
    assert orjson.loads(base64.b64decode(page["nextPageToken"])) == {"sort": [ids(page)[-1]]}


def test_last_page_has_a_null_token_and_the_page_behind_it_is_empty(ask: Ask) -> None:
    last, behind = (read(ask, PRODUCTS, size=50, page=number) for number in (4, 5))
    assert (len(last["content"]), last["nextPageToken"]) == (50, None)
    assert (behind["content"], behind["nextPageToken"], behind["totalElements"]) == ([], None, 250)


def test_last_page_has_a_token_when_every_page_has_one(open_world: Opener) -> None:
    ask = open_world(decisions={"next-page-token": "every-page"})
    last = read(ask, PRODUCTS, size=50, page=4)
    behind = read(ask, PRODUCTS, size=50, nextPageToken=last["nextPageToken"])
    assert (behind["content"], behind["nextPageToken"]) == ([], None)


def test_token_of_another_filter_is_refused(ask: Ask) -> None:
    plain = read(ask, PRODUCTS, size=5)["nextPageToken"]
    body = read(ask, PRODUCTS, size=5, status="onSale")["nextPageToken"]
    queries: tuple[dict[str, Any], ...] = (
        {"nextPageToken": plain, "status": "onSale"},
        {"nextPageToken": body},
    )
    for query in queries:
        answer = ask(PRODUCTS, size=5, **query)
        assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (400, "token-filter-changed")


@pytest.mark.parametrize("filters", [{}, {"status": "onSale"}])
def test_token_of_another_storefront_is_refused(ask: Ask, filters: dict[str, str]) -> None:
    greek = {**INT, "storeFrontCode": "GR"}
    headers = {"RO": INT, "GR": greek}
    tokens = {
        code: read(ask, PRODUCTS, each, size=5, **filters)["nextPageToken"] for code, each in headers.items()
    }
    for code, other in (("RO", "GR"), ("GR", "RO")):
        answer = ask(PRODUCTS, headers[code], size=5, nextPageToken=tokens[other], **filters)
        assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (400, "token-filter-changed")
        read(ask, PRODUCTS, headers[code], size=5, nextPageToken=tokens[code], **filters)


@pytest.mark.parametrize(
    "sort", ["", "no json", "{}", '{"sort": 5}', '{"sort": []}', '{"sort": [1.5]}', '{"sort": [null]}',
             '{"sort": [true]}', '{"sort": ["x"]}', '{"sort": [99999999999999999999]}', "[1]"],
)  # fmt: skip
def test_unreadable_token_is_refused(ask: Ask, sort: str) -> None:
    answer = ask(PRODUCTS, nextPageToken=base64.b64encode(sort.encode()).decode() or "&&&")
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (400, "token-invalid")


@pytest.mark.parametrize("path", [PRODUCTS, STOCK, TURKISH, f"{TURKISH}/inventory-and-price"])
@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("size=0", "size-invalid"), ("size=101", "size-invalid"), ("size=ten", "size-invalid"),
        ("page=-1", "page-invalid"), ("page=101&size=100", "page-window-exceeded"),
        ("nextPageToken=%25", "token-invalid"), ("status=sold", "status-invalid"),
        (f"status=onSale&nextPageToken={SAMPLE_TOKEN}", "token-filter-changed"),
        ("orderByDirection=UP", "order-direction-invalid"), ("contentId=abc", "parameter-invalid"),
        (f"barcodes={','.join(str(number) for number in range(51))}", "barcodes-too-many"),
        ("page=0&page=1", "parameter-repeated"),
    ],
)  # fmt: skip
def test_refusal_of_both_listings(ask: Ask, path: str, query: str, rule: str) -> None:
    assert refusal(ask, f"{path}?{query}") == (400, rule)


@pytest.mark.parametrize("path", [PRODUCTS, TURKISH])
@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("startDate=yesterday", "date-invalid"), ("startDate=2&endDate=1", "window-order"),
        ("dateQueryType=CREATED_DATE", "date-query-type-invalid"),
    ],
)  # fmt: skip
def test_refusal_of_dates(ask: Ask, path: str, query: str, rule: str) -> None:
    assert refusal(ask, f"{path}?{query}") == (400, rule)


def test_filter_finds_the_content_whole(ask: Ask) -> None:
    content = next(each for each in read(ask, PRODUCTS, size=100)["content"] if len(each["variants"]) > 2)
    variant = content["variants"][1]
    creation_ms, change_ms = variant["sellerCreatedDate"], content["lastModifiedDate"]
    for query in (
        {"barcode": variant["barcode"]},
        {"barcodes": f"{variant['barcode']},none"},
        {"stockCode": variant["stockCode"], "contentId": content["contentId"]},
        {"productMainId": content["productMainId"], "contentId": content["contentId"]},
        {"brandIds": [content["brand"]["id"], 1], "barcode": variant["barcode"]},
        {"startDate": creation_ms, "endDate": creation_ms, "barcode": variant["barcode"]},
        {"startDate": change_ms, "endDate": change_ms, "dateQueryType": "CONTENT_MODIFIED_DATE",
         "barcode": variant["barcode"]},
        {"origin": variant["origin"], "barcode": variant["barcode"], "supplierId": 2748},
    ):  # fmt: skip
        assert read(ask, PRODUCTS, **query)["content"] == [content]


def test_supplier_id_of_another_seller_finds_nothing(ask: Ask) -> None:
    assert read(ask, PRODUCTS, supplierId=2738)["totalElements"] == 0


def test_title_comes_in_the_language_asked_for(ask: Ask) -> None:
    english, romanian = (first(ask, headers={**INT, "Accept-Language": each}) for each in ("en", "ro"))
    assert english["contentId"] == romanian["contentId"]
    assert english["title"] != romanian["title"]
    assert english["category"]["name"] != romanian["category"]["name"]
    assert first(ask, headers={**INT, "Accept-Language": "el"}) == english


def test_storefronts_are_listings_of_their_own(ask: Ask) -> None:
    greek = read(ask, PRODUCTS, {**INT, "storeFrontCode": "GR"}, size=100)
    assert greek["totalElements"] == 60
    assert not set(ids(greek)) & set(ids(read(ask, PRODUCTS, size=100)))


def test_turkish_seller_reads_turkish_without_a_storefront(ask: Ask) -> None:
    page = read(ask, TURKISH, TR)
    assert page["totalElements"] == 250
    assert {variant["vatRate"] for content in page["content"] for variant in content["variants"]} <= {
        1,
        10,
        20,
    }


def test_stock_page_tells_the_same_stock_and_prices(ask: Ask) -> None:
    full, short = (read(ask, path, size=100)["content"] for path in (PRODUCTS, STOCK))
    assert short == [
        {
            "contentId": content["contentId"],
            "productMainId": content["productMainId"],
            "variants": [
                {
                    "variantId": variant["variantId"],
                    "barcode": variant["barcode"],
                    "salePrice": variant["price"]["salePrice"],
                    "listPrice": variant["price"]["listPrice"],
                    "quantity": variant["stock"]["quantity"],
                    "stockCode": variant["stockCode"],
                    "stockLastModifiedDate": variant["stock"]["lastModifiedDate"],
                }
                for variant in content["variants"]
            ],
        }
        for content in full
    ]


def test_variant_is_on_sale_only_with_stock_and_without_trouble(ask: Ask) -> None:
    for variant in (
        each for content in read(ask, PRODUCTS, size=100)["content"] for each in content["variants"]
    ):
        trouble = variant["archived"] or variant["locked"] or variant["blacklisted"]
        assert variant["onSale"] == (variant["stock"]["quantity"] > 0 and not trouble)
        assert variant["archived"] == (variant["archivedDate"] is not None)
        assert variant["locked"] == (variant["lockReason"] is not None) == (variant["lockDate"] is not None)


def test_fields_follow_the_decisions(open_world: Opener) -> None:
    decisions = {"delivery-field": "deliveryOption", "attribute-values-form": "list"}
    content = first(open_world(decisions=decisions))
    assert content["variants"][0]["deliveryOption"].keys() == {"deliveryDuration"}
    assert "deliveryOptions" not in content["variants"][0]
    assert content["attributes"][0]["attributeValues"][0]["attributeValueId"] is None


def test_base_tells_approval_archive_and_content_of_a_barcode(ask: Ask) -> None:
    content = first(ask, status="archived")
    for variant in content["variants"]:
        body = read(ask, BASE + variant["barcode"])
        assert (body["barcode"], body["approved"]) == (variant["barcode"], True)
        assert (body["contentId"], body["archived"]) == (content["contentId"], variant["archived"])


def test_base_of_an_unknown_barcode_is_404(ask: Ask) -> None:
    assert refusal(ask, BASE + "nobody-has-it") == (404, "product-not-found")


def test_truth_holds_every_barcode_of_the_pages(ask: Ask) -> None:
    rows = ask.control("GET", "/truth/products", seller=2748, storefront="RO")["rows"]
    by_barcode = {
        variant["barcode"]: (content["contentId"], content["title"], variant["stock"]["quantity"])
        for number in range(3)
        for content in read(ask, PRODUCTS, size=100, page=number)["content"]
        for variant in content["variants"]
    }
    assert {row["barcode"]: (row["contentId"], row["title"], row["quantity"]) for row in rows} == by_barcode

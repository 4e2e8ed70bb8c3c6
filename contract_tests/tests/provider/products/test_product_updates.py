"""Changes of products: of variants at once, of contents once people have looked, and all of both by V1."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.new_products import (
    EDITIONS,
    MATERIAL,
    PRODUCT,
    REVIEW_MS,
    SELLERS,
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

# 1 August 2026, and a minute into the first brown-out of V1.
WITH_V1_MS, BROWNOUT_MS = 1_785_574_800_000, 1_784_617_260_000
V1 = {"currencyType": "TRY", "cargoCompanyId": 10}


def audits(ask: Ask, content_id: int, edition: str = "tr", **query: Any) -> Any:
    return read(ask, f"products/{content_id}/update-audits", edition, **query)


@pytest.mark.parametrize("edition", EDITIONS)
def test_content_changes_once_people_have_looked_at_it(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    (content,) = approve(ask, [item(edition)], edition)
    number = content["contentId"]
    materials = [*attributes(), {"attributeId": MATERIAL, "attributeValueIds": [82]}]
    fields = {"contentId": number, "title": "Yeni", "description": "<p>Yeni</p>", "attributes": materials}
    fields["images"] = [{"url": "https://example.com/2.jpg"}]
    result = finish(ask, "content", [fields], edition)
    assert result["batchRequestType"] == "ApprovedProductContentUpdate"
    assert result["items"][0]["requestItem"] == fields
    (audit,) = audits(ask, number, edition, status="RUNNING")["content"]
    assert [each["type"] for each in audit["updates"]] == ["TITLE", "DESCRIPTION", "MEDIA", "ATTRIBUTE"]
    assert approved_contents(ask, edition)[0]["title"] == "Pamuklu Tişört"
    later(ask, REVIEW_MS)
    (content,) = approved_contents(ask, edition)
    assert (content["title"], content["description"]) == ("Yeni", "<p>Yeni</p>")
    assert content["images"] == [{"url": "https://example.com/2.jpg"}]
    assert [each["attributeValueId"] for each in content["attributes"] if each["attributeId"] == 14] == [82]
    (audit,) = audits(ask, number, edition, status="SUCCESS")["content"]
    title, *_ = audit["updates"]
    assert (title["changedTitle"], title["existingTitle"]) == ("Yeni", "Pamuklu Tişört")
    assert title["completedDate"].startswith("2026-11-22T")
    assert audits(ask, number, edition, status="RUNNING")["content"] == []


def test_change_that_changes_nothing_fails_in_its_audit(open_world: Opener) -> None:
    ask = open_world("empty")
    (content,) = approve(ask, [item()])
    assert reasons(ask, "content", [{"contentId": content["contentId"], "title": content["title"]}]) == [[]]
    (audit,) = audits(ask, content["contentId"], status="FAIL")["content"]
    (change,) = audit["updates"]
    assert change["rejectReasons"][0]["type"] == "CHANGES_NOT_FOUND"


def test_refused_change_leaves_the_content_as_it_is(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(review_failed=1))
    (content,) = approve(ask, [item()])
    finish(ask, "content", [{"contentId": content["contentId"], "title": "Kötü"}])
    later(ask, REVIEW_MS)
    assert approved_contents(ask)[0]["title"] == "Pamuklu Tişört"
    (audit,) = audits(ask, content["contentId"], status="FAIL")["content"]
    assert audit["updates"][0]["rejectReasons"][0]["parameters"] == {}


@pytest.mark.parametrize(("option", "base"), [("one", 1), ("zero", 0)])
def test_pages_of_audits_count_from_the_decided_number(open_world: Opener, option: str, base: int) -> None:
    ask = open_world("empty", decisions={"audit-page-base": option})
    (content,) = approve(ask, [item()])
    number = content["contentId"]
    for title in ("Bir", "İki", "Üç"):
        finish(ask, "content", [{"contentId": number, "title": title}])
    pages = [audits(ask, number, page=page, size=2) for page in (base, base + 1, base + 2)]
    assert [page["page"] for page in pages] == [base, base + 1, base + 2]
    assert [page["totalPage"] for page in pages] == [2, 2, 2]
    titles = [each["updates"][0]["changedTitle"] for page in pages for each in page["content"]]
    assert titles == ["Üç", "İki", "Bir"]
    assert audits(ask, number)["page"] == base


@pytest.mark.parametrize(
    ("query", "error"), [({"status": "x"}, "status-invalid"), ({"size": 0}, "size-invalid")]
)
def test_question_for_audits_is_refused(unapproved_world: Ask, query: dict[str, Any], error: str) -> None:
    seller, headers = SELLERS["tr"]
    path = f"{PRODUCT.format(seller)}/products/1/update-audits"
    assert refusal(unapproved_world(path, headers, **query)) == (400, error)


@pytest.mark.parametrize("edition", EDITIONS)
def test_variant_changes_with_its_batch(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    approve(ask, [item(edition)], edition)
    fields = {"barcode": "smoketest-1", "stockCode": "NEW", "origin": "IT", "dimensionalWeight": 2.5}
    result = finish(ask, "variant", [fields], edition)
    assert result["batchRequestType"] == "ApprovedProductVariantUpdate"
    (variant,) = approved_contents(ask, edition)[0]["variants"]
    assert (variant["stockCode"], variant["origin"]) == ("NEW", "IT")
    assert variant["vatRate"] == item(edition)["vatRate"]


def test_variant_update_wants_everything_as_decided(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"variant-update": "whole-only"})
    approve(ask, [item()])
    partial = {"barcode": "smoketest-1", "stockCode": "A", "vatRate": 1, "dimensionalWeight": 1}
    (failures,) = reasons(ask, "variant", [partial])
    assert failures == [
        "Zorunlu alan gönderilmedi: shipmentAddressId",
        "Zorunlu alan gönderilmedi: returningAddressId",
    ]


def test_unapproved_update_leaves_stock_and_price_alone(open_world: Opener) -> None:
    ask = open_world("empty")
    finish(ask, "create", [item()])
    fields = {"barcode": "smoketest-1", "quantity": 9, "salePrice": 1, "listPrice": 2, "vatRate": 20}
    assert reasons(ask, "unapproved", [fields, {"barcode": "none"}]) == [
        [],
        ["Ürün sistemde bulunamadı: none"],
    ]
    (row,) = unapproved_rows(ask)
    assert (row["quantity"], row["salePrice"], row["vatRate"]) == (5, 99.9, 20)


def test_new_category_comes_with_its_attributes(open_world: Opener) -> None:
    ask = open_world("empty")
    finish(ask, "create", [item()])
    (failures,) = reasons(ask, "unapproved", [{"barcode": "smoketest-1", "categoryId": 560}])
    assert failures == ["Zorunlu alan gönderilmedi: attributes"]
    whole = {"barcode": "smoketest-1", "categoryId": 560, "attributes": attributes()}
    assert reasons(ask, "unapproved", [whole]) == [[]]
    assert unapproved_rows(ask)[0]["category"] == {"id": 560, "name": "Elbise"}


@pytest.mark.server_error
def test_partial_unapproved_update_breaks_as_decided(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"unapproved-update": "whole-only"})
    finish(ask, "create", [item()])
    partial = write(ask, "unapproved", [{"barcode": "smoketest-1", "title": "Yeni"}])
    assert refusal(partial) == (500, "product-update-broken")
    assert reasons(ask, "unapproved", [item(title="Yeni")]) == [[]]


@pytest.mark.parametrize("edition", EDITIONS)
def test_v1_creates_and_changes_until_it_closes(open_world: Opener, edition: str) -> None:
    ask = open_world("empty", now_ms=WITH_V1_MS, decisions={"product-v1": "by-date"})
    assert reasons(ask, "create-v1", [item(edition, **V1)], edition) == [[]]
    assert reasons(ask, "update-v1", [{"barcode": "smoketest-1", "title": "Bir"}], edition) == [[]]
    assert unapproved_rows(ask, edition)[0]["title"] == "Bir"
    later(ask, REVIEW_MS)
    fields = {"barcode": "smoketest-1", "title": "İki", "vatRate": 0, "attributes": attributes()}
    assert reasons(ask, "update-v1", [fields, {"barcode": "none", "title": "x"}], edition) == [
        [],
        ["Ürün sistemde bulunamadı: none"],
    ]
    (content,) = approved_contents(ask, edition)
    assert (content["title"], content["variants"][0]["vatRate"]) == ("Bir", 0)
    later(ask, REVIEW_MS)
    assert approved_contents(ask, edition)[0]["title"] == "İki"
    closed_world = open_world("empty", decisions={"product-v1": "by-date"})
    for kind in ("create-v1", "update-v1"):
        assert refusal(write(closed_world, kind, [item(edition, **V1)], edition)) == (
            404,
            "product-v1-closed",
        )


def test_v1_cannot_change_what_makes_contents(open_world: Opener) -> None:
    ask = open_world("empty")
    approve(ask, [item()])
    (failures,) = reasons(ask, "update-v1", [{"barcode": "smoketest-1", "attributes": attributes("Mavi")}])
    assert failures == ["Onaylı ürünün bu özelliği değiştirilemez: 47"]


@pytest.mark.server_error
def test_v1_writes_have_brown_outs(open_world: Opener) -> None:
    ask = open_world("empty", now_ms=BROWNOUT_MS, decisions={"product-v1": "by-date"})
    for kind in ("create-v1", "update-v1"):
        assert refusal(write(ask, kind, [item()])) == (503, "product-v1-brownout")

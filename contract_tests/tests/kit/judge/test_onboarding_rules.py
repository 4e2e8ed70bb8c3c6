"""Judges of onboarding: what is sent of products, and where each stands in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by, sync
from contract_tests.tests.kit.support.recording import SELLER, Entry, asked, broken

PRODUCTS = f"/integration/product/sellers/{SELLER}/products"
CREATIONS = f"/integration/product/sellers/{SELLER}/v2/products"
CATEGORIES = "/integration/product"
HOUR_MS = 3_600_000
ITEM: dict[str, Any] = {
    "barcode": "ışğİ-1", "title": "Tişört", "categoryId": 604, "quantity": 5, "salePrice": 10.5,
    "listPrice": 12, "vatRate": 21, "description": "<p>Pamuklu</p>", "images": [{"url": "https://example.com/1.jpg"}],
    "attributes": [{"attributeId": 47, "customAttributeValue": "Mavi"}],
}  # fmt: skip
TREE = [{"id": 522, "name": "Giyim", "subCategories": [{"id": 604, "name": "T-Shirt", "subCategories": []}]}]


def write(path: str, *items: dict[str, Any], method: str = "POST", **more: Any) -> Entry:
    """A write of items and its answer."""
    if more.get("status", 200) == 200:
        more.setdefault("body", {"batchRequestId": "B-1"})
    entry = asked(path, **more)
    entry["request"] |= {"method": method, "postData": {"text": json.dumps({"items": items})}}
    return entry


def create(*items: dict[str, Any], **more: Any) -> Entry:
    return write(CREATIONS, *(items or (ITEM,)), **more)


def result(status: str = "SUCCESS", code: str = "ışğİ-1") -> Entry:
    item = {"requestItem": {"barcode": code}, "status": status, "failureReasons": []}
    return asked(f"{PRODUCTS}/batch-requests/B-1", body={"batchRequestId": "B-1", "items": [item]})


def rows_of(name: str, *rows: dict[str, Any]) -> Entry:
    body = {"totalElements": len(rows), "totalPages": 1, "page": 0, "size": 100, "content": rows}
    return asked(f"{PRODUCTS}/{name}", {"page": 0, "size": 100}, body=body)


def tree() -> Entry:
    return asked(f"{CATEGORIES}/product-categories", body=TREE)


def attributes_of(*numbers: int, query: str = "") -> Entry:
    attributes = [{"attribute": {"id": number, "name": "x"}, "required": True} for number in numbers]
    path = f"{CATEGORIES}/categories/604/attributes"
    return asked(path, query, body={"id": 604, "categoryAttributes": attributes})


def test_creation_whose_result_is_read_is_right() -> None:
    assert broken(tree(), attributes_of(47), create(), result()) == set()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"barcode": "A/1"}, "TY-PRD-005"),
        ({"barcode": "A" * 41}, "TY-PRD-005"),
        ({"title": "x" * 101}, "TY-PRD-006"),
        ({"salePrice": 12.01}, "TY-PRD-007"),
        ({"quantity": 20_001}, "TY-PRD-008"),
        ({"images": [{"url": "http://example.com/1.jpg"}]}, "TY-PRD-009"),
        ({"images": ITEM["images"] * 9}, "TY-PRD-009"),
        ({"vatRate": 18}, "TY-PRD-010"),
        ({"description": "<p>a</p><IFRAME src=x>"}, "TY-PRD-011"),
        ({"categoryId": 522}, "TY-PRD-003"),
        ({"attributes": [{"attributeId": 14, "attributeValueId": 1}]}, "TY-PRD-004"),
    ],
)
def test_item_beyond_a_limit_is_found(fields: dict[str, Any], rule: str) -> None:
    assert broken(tree(), attributes_of(47), create({**ITEM, **fields}), result()) == {rule}


@pytest.mark.parametrize(
    "fields",
    [
        {"barcode": "A B 1"},
        {"barcode": "A" * 40},
        {"title": "x" * 100},
        {"images": ITEM["images"] * 8},
        {"description": "<p>" + "x" * 29_997},
        {"attributes": [{"attributeId": 47, "attributeValue": "Mavi"}]},
    ],
)
def test_item_at_its_limit_is_right(fields: dict[str, Any]) -> None:
    assert broken(tree(), attributes_of(47), create({**ITEM, **fields}), result()) == set()


def test_category_and_attributes_that_nobody_looked_up_are_not_judged() -> None:
    assert broken(create({**ITEM, "categoryId": 522, "attributes": []}), result()) == set()
    assert (
        broken(attributes_of(47, query="required=false"), create({**ITEM, "attributes": []}), result())
        == set()
    )


def test_more_than_a_thousand_products_are_found() -> None:
    items = [{**ITEM, "barcode": str(number)} for number in range(1_001)]
    assert broken(create(*items), result()) == {"TY-PRD-001"}
    assert broken(create(*items[1:]), result()) == set()


def test_result_that_is_never_asked_for_is_found() -> None:
    assert broken(create(), rows_of("approved"), asked(f"{PRODUCTS}/unapproved", after_ms=60_000)) == {
        "TY-PRD-002"
    }


def test_creation_sent_again_without_a_look_is_advised_against() -> None:
    assert broken(create(status=504), create(), result()) == {"TY-PRD-013"}
    assert broken(create(status=504), rows_of("unapproved"), create(), result()) == set()
    assert broken(create(status=429), create(), result()) == set()


def test_deletion_within_a_day_of_archiving_is_advised_against() -> None:
    archive = write(f"{PRODUCTS}/archive-state", {"barcode": "1", "archived": True}, method="PUT")

    def deletion(after_ms: int) -> Entry:
        return write(PRODUCTS, {"barcode": "1"}, method="DELETE", after_ms=after_ms)

    assert broken(archive, deletion(HOUR_MS)) == {"TY-PRD-014"}
    assert broken(archive, deletion(25 * HOUR_MS)) == set()
    page = rows_of("approved", {"variants": [{"barcode": "1", "archived": False}]})
    assert broken(page, deletion(1_000)) == {"TY-PRD-014"}
    assert broken(rows_of("unapproved", {"barcode": "1", "status": "rejected"}), deletion(1_000)) == set()


def test_rejected_product_sent_again_as_it_was_is_advised_against() -> None:
    page = rows_of("unapproved", {"barcode": "ışğİ-1", "status": "rejected"})
    changes = f"{PRODUCTS}/unapproved-bulk-update"
    first = [create(), result(), page]
    assert broken(*first, write(changes, {"barcode": "ışğİ-1", "title": "Tişört"}), result()) == {
        "TY-PRD-015"
    }
    assert broken(*first, write(changes, {"barcode": "ışğİ-1", "title": "Yeni"}), result()) == set()


def test_name_looked_up_again_and_again_is_advised_against() -> None:
    assert broken(*[tree()] * 5) == {"TY-LKP-001"}
    assert broken(*[tree()] * 4) == set()


# Where products stand in the end.

Rows = list[dict[str, Any]]
DAY_MS = 86_400_000
WANT = {
    "barcode": "1", "wanted": "listed", "title": "Tişört", "brand": "Aylinka",
    "category": ["Giyim", "T-Shirt"], "attributes": {"Renk": "Mavi"}, "salePrice": "10.50",
    "listPrice": "12.00",
    "productMainId": "A", "stockCode": "A-1", "vatRate": 10,
}  # fmt: skip


def product(state: str | None = "pending", *kinds: str, waits: bool = False, **fields: Any) -> dict[str, Any]:
    """A product as the world has it, with the writes that named it."""
    batch_state = "waiting" if waits else "done"
    writes = [{"batch": "B-1", "kind": kind, "state": batch_state, "doneDate": 1} for kind in kinds]
    values = {**WANT, "titles": ["Tişört"], "contentId": None, "archivedDate": None, **fields}
    return {**(values if state else {"barcode": values["barcode"]}), "state": state, "writes": writes}


def after(*rows: dict[str, Any], before: Rows | None = None, **more: Any) -> set[str]:
    """What is said of a run that wrote something; the world holds these products afterwards."""
    more = {"exit_code": 0, "quiet": True, "wants": [WANT], "export": None, **more}
    entries = [create({**ITEM, "barcode": "1"}), result(code="1")]
    truths = {"onboarding": held_by(list(rows), before=before or [])}
    exports = {"onboarding": more["export"] or []}
    run = sync(more["exit_code"], 2, quiet=more["quiet"], truths=truths, exports=exports, wants=more["wants"])
    findings = played.findings("product-onboarding", run, entries=entries, may_fail=True)
    return {f"{each.rule.id}:{each.difference}" for each in findings}


def export_of(state: str, number: int | None = None) -> Rows:
    return [{"barcode": "1", "state": state, "contentId": number}]


@pytest.mark.parametrize("state", ["pending", "approved", "locked", "blacklisted"])
def test_product_that_was_created_is_right(state: str) -> None:
    assert after(product(state, "create"), export=export_of("created")) == set()


def test_product_that_is_not_there_is_found_after_success_only() -> None:
    assert after() == {"TY-PRD-901:missing"}
    assert after(exit_code=1) == set()
    assert after(export=export_of("failed")) == set()
    assert after(product(None, "create", waits=True)) == set()


def test_product_shown_as_waiting_that_was_never_sent_is_found_where_nothing_was_in_the_way() -> None:
    assert after(export=export_of("pending")) == {"TY-PRD-901:missing"}
    assert after(export=export_of("pending"), quiet=False) == set()


def test_product_shown_where_it_does_not_stand_is_found_whatever_the_exit() -> None:
    assert after(product("pending", "create"), export=export_of("approved"), exit_code=1) == {
        "TY-PRD-901:wrong"
    }
    assert after(export=export_of("created"), exit_code=1) == {"TY-PRD-901:wrong"}
    row = product("approved", "create", contentId=7)
    assert after(row, export=export_of("approved", 7)) == set()
    assert after(row, export=export_of("approved", 8)) == {"TY-PRD-901:wrong"}


def test_rejected_product_is_right_where_it_is_shown_so() -> None:
    row = product("rejected", "create")
    assert after(row, before=[row], export=export_of("rejected")) == set()
    assert after(row, before=[row], export=export_of("pending")) == {"TY-PRD-901:missing"}


def test_what_others_changed_meanwhile_is_held_against_nobody() -> None:
    before = product("approved")
    assert after(product("archived"), before=[before], export=export_of("approved")) == set()


def test_product_that_is_blacklisted_while_it_is_archived_is_archived_too() -> None:
    want = {**WANT, "wanted": "deleted"}
    row = product("blacklisted", "archive", archivedDate=1)
    assert after(row, before=[row], wants=[want], export=export_of("archived"), quiet=False) == set()
    neither = product("blacklisted")
    assert after(neither, before=[neither], export=export_of("archived")) == {"TY-PRD-901:wrong"}


@pytest.mark.parametrize(("archived_ms", "difference"), [(DAY_MS, set()), (1, {"TY-PRD-901:missing"})])
def test_day_of_a_product_that_came_late_into_the_archive_begins_when_it_is_seen(
    archived_ms: int, difference: set[str]
) -> None:
    want = {**WANT, "wanted": "deleted"}
    first, row = product("approved", "archive", waits=True), product("archived", archivedDate=archived_ms)
    runs = (
        sync(0, 2, truths={"onboarding": held_by([first], before=[first])}, wants=[want], ended_ms=10),
        sync(0, 2, truths={"onboarding": held_by([row], before=[row])}, wants=[want], started_ms=3 * DAY_MS),
    )
    entries = [create({**ITEM, "barcode": "1"}), result(code="1")]
    rows = played.findings("product-onboarding", *runs, entries=entries, may_fail=True)
    assert {f"{each.rule.id}:{each.difference}" for each in rows} == difference


@pytest.mark.parametrize(
    ("fields", "difference"), [({}, set()), ({"archivedDate": 1}, {"TY-PRD-901:missing"})]
)
def test_day_of_a_product_begins_when_it_is_seen_where_no_answer_dates_its_archive(
    fields: dict[str, Any], difference: set[str]
) -> None:
    variant = {"barcode": "1", "archived": True, **fields}
    entries = [
        create({**ITEM, "barcode": "1"}),
        result(code="1"),
        rows_of("approved", {"variants": [variant]}),
    ]
    row = product("archived", archivedDate=-(10**9))
    truths = {"onboarding": held_by([row], before=[row])}
    run = sync(0, 3, truths=truths, wants=[{**WANT, "wanted": "deleted"}])
    rows = played.findings("product-onboarding", run, entries=entries, may_fail=True)
    assert {f"{each.rule.id}:{each.difference}" for each in rows} & {"TY-PRD-901:missing"} == difference


def test_product_created_otherwise_than_wanted_is_found() -> None:
    for fields in ({"brand": "Berlis"}, {"salePrice": "10.00"}, {"attributes": {"Renk": "Siyah"}}):
        assert after(product("pending", "create", **fields)) == {"TY-PRD-901:wrong"}, fields


def test_title_that_was_never_asked_for_is_found() -> None:
    assert after(product("approved", titles=["Eski"]), before=[product("approved")]) == {"TY-PRD-901:missing"}


def test_product_nobody_wanted_is_found() -> None:
    other = product("pending", "create", barcode="2")
    assert after(product("pending", "create"), other) == {"TY-PRD-901:ghost"}
    away = product("archived", "archive")
    assert "TY-PRD-901:ghost" in after(away, before=[product("approved")])


@pytest.mark.parametrize(
    ("state", "archived_ms", "words"),
    [("archived", 1, set()), ("deleted", 10**15, set()), ("deleted", -(10**9), {"TY-PRD-901:missing"})],
)
def test_archived_product_waits_a_day_for_its_end(state: str, archived_ms: int, words: set[str]) -> None:
    row = product("archived", archivedDate=archived_ms)
    assert after(row, before=[row], wants=[{**WANT, "wanted": state}]) == words


def test_failed_creation_of_what_is_there_is_no_failure() -> None:
    entries = [create({**ITEM, "barcode": "1"}), result("FAILED", "1")]

    def rules_of(*rows: dict[str, Any]) -> set[str]:
        truths = {"onboarding": held_by(list(rows), before=[])}
        run = sync(0, 2, truths=truths, exports={"onboarding": export_of("created")}, wants=[WANT])
        return set(played.said("product-onboarding", run, entries=entries, may_fail=True))

    assert rules_of(product("pending", "create")) == set()
    assert "TY-BAT-003" in rules_of()

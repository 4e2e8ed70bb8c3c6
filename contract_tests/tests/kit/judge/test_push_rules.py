"""Judges of stock and price: what is pushed, how results are read, and what was set in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by, sync
from contract_tests.tests.kit.support.recording import SELLER, Entry, asked, broken

PUSHES = f"/integration/inventory/sellers/{SELLER}/products/price-and-inventory"
RESULTS = f"/integration/product/sellers/{SELLER}/products/batch-requests"
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
WHOLE = {"barcode": "ışğİ-1", "quantity": 5, "salePrice": 10.5, "listPrice": 12}


def push(*items: dict[str, Any], batch: str = "B-1", **more: Any) -> Entry:
    """A push and its answer."""
    if more.get("status", 200) == 200:
        more.setdefault("body", {"batchRequestId": batch})
    entry = asked(PUSHES, **more)
    entry["request"] |= {"method": "POST", "postData": {"text": json.dumps({"items": items})}}
    return entry


def look(*statuses: str, batch: str = "B-1", code: str = "ışğİ-1", **more: Any) -> Entry:
    """A look at a batch; without statuses nobody knows it."""
    items = [
        {"requestItem": {"barcode": code}, "status": status, "failureReasons": []} for status in statuses
    ]
    body = {"batchRequestId": batch, "items": items} | ({} if items else {"status": "PROCESSING"})
    return asked(f"{RESULTS}/{batch}", body=body, **more)


def items(**fields: Any) -> dict[str, Any]:
    return {"barcode": "ışğİ-1", **fields}


def test_push_whose_result_is_read_is_right() -> None:
    assert broken(push(WHOLE), look("IN_PROGRESS"), look("SUCCESS", after_ms=3_000)) == set()


def test_more_than_a_thousand_items_are_found() -> None:
    rows = [{"barcode": str(number), "quantity": 1} for number in range(1_001)]
    assert broken(push(*rows), look("SUCCESS")) == {"TY-INV-001"}
    assert broken(push(*rows[:1_000]), look("SUCCESS")) == set()


def test_same_body_within_a_quarter_of_an_hour_is_found() -> None:
    second = push(WHOLE, batch="B-2", after_ms=14 * MINUTE_MS)
    assert "TY-INV-002" in broken(push(WHOLE), look("SUCCESS"), second, look("SUCCESS", batch="B-2"))


def test_same_body_later_or_after_no_answer_is_right() -> None:
    later = push(WHOLE, batch="B-2", after_ms=15 * MINUTE_MS)
    assert "TY-INV-002" not in broken(push(WHOLE), later, look("SUCCESS", batch="B-2"), look("SUCCESS"))
    for status in (429, 503, 504):
        assert "TY-INV-002" not in broken(push(WHOLE, status=status), push(WHOLE), look("SUCCESS"))


def test_row_that_has_not_changed_is_advised_against() -> None:
    other = {"barcode": "2", "quantity": 1}
    again = push(WHOLE, other, batch="B-2")
    assert broken(push(WHOLE), look("SUCCESS"), again, look("SUCCESS", batch="B-2")) == {"TY-INV-003"}


def test_row_that_failed_or_got_lost_may_be_sent_again() -> None:
    again = push(WHOLE, {"barcode": "2", "quantity": 1}, batch="B-2")
    assert broken(push(WHOLE), look("FAILED"), again, look("SUCCESS", batch="B-2")) == set()
    assert broken(push(WHOLE, status=504), again, look("SUCCESS", batch="B-2")) == set()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"salePrice": 9}, "TY-INV-004"),
        ({"listPrice": 9}, "TY-INV-004"),
        ({"quantity": 3, "salePrice": 0, "listPrice": 0}, "TY-INV-005"),
        ({"quantity": 20_001}, "TY-INV-006"),
        ({"quantity": -1}, "TY-INV-006"),
        ({"salePrice": 10.01, "listPrice": 10}, "TY-INV-007"),
    ],
)
def test_item_beyond_a_limit_is_found(fields: dict[str, Any], rule: str) -> None:
    assert broken(push(items(**fields)), look("SUCCESS")) == {rule}


@pytest.mark.parametrize(
    "fields", [{"quantity": 0}, {"quantity": 20_000}, {"salePrice": 10, "listPrice": 10}, WHOLE]
)
def test_item_on_a_limit_is_right(fields: dict[str, Any]) -> None:
    assert broken(push(items(**fields)), look("SUCCESS")) == set()


def test_result_that_nobody_asks_for_is_found() -> None:
    later = asked(f"{RESULTS}/B-0", body={"batchRequestId": "B-0", "items": []}, after_ms=MINUTE_MS)
    assert broken(push(WHOLE), later) == {"TY-INV-008"}


def test_result_read_in_a_later_run_or_sent_at_the_very_end_is_right() -> None:
    assert broken(push(WHOLE), look("SUCCESS", after_ms=HOUR_MS)) == set()
    assert broken(push(WHOLE)) == set()
    assert broken(push(WHOLE, status=429), push(WHOLE, after_ms=MINUTE_MS), look("SUCCESS")) == set()


def test_barcode_twice_in_a_request_is_advised_against() -> None:
    assert broken(push(items(quantity=1), items(quantity=2)), look("SUCCESS")) == {"TY-INV-009"}


def test_price_changed_more_than_thirty_times_a_minute_is_found() -> None:
    prices = [push(items(salePrice=10 + n, listPrice=99), batch=f"B-{n}", after_ms=1_000) for n in range(31)]
    looks = [look("SUCCESS", batch=f"B-{n}", after_ms=1_000) for n in range(31)]
    assert broken(*prices, *looks) == {"TY-INV-010"}
    assert broken(*prices[:30], *looks[:30]) == set()


def test_stock_changed_more_than_thirty_times_a_minute_is_right() -> None:
    stocks = [push(items(quantity=n), batch=f"B-{n}", after_ms=1_000) for n in range(40)]
    assert broken(*stocks, *(look("SUCCESS", batch=f"B-{n}") for n in range(40))) == set()


def test_batch_in_progress_asked_for_at_once_is_advised_against() -> None:
    hasty = look("IN_PROGRESS", after_ms=200)
    assert broken(push(WHOLE), look("IN_PROGRESS"), hasty, look("SUCCESS")) == {"TY-BAT-001"}
    assert broken(push(WHOLE), look("SUCCESS"), look("SUCCESS", after_ms=200)) == set()


def test_expired_batch_asked_for_again_and_again_is_advised_against() -> None:
    looks = [look(after_ms=6 * HOUR_MS)] + [look(after_ms=HOUR_MS)] * 3
    assert broken(push(WHOLE), look("IN_PROGRESS"), *looks) == {"TY-BAT-002"}
    assert broken(push(WHOLE), look("IN_PROGRESS"), *looks[:3]) == set()


# What was set in the end.

Rows = list[dict[str, Any]]
WANT = {"barcode": "1", "quantity": 5, "salePrice": "10.50", "listPrice": "12.00"}


def done_push(batch: str = "B-1", *, state: str = "done", before: int = 0, **fields: Any) -> dict[str, Any]:
    """A push as the world's ledger has it."""
    values = {"quantity": 5, "salePrice": "10.50", "listPrice": "12.00", **fields}
    earlier = {"quantityBefore": before, "salePriceBefore": "9.00", "listPriceBefore": "9.00"}
    return {"batch": batch, "state": state, "doneDate": int(batch[-1]), **values, **earlier}


def product(*pushes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A product as the world has it after those pushes."""
    values = {"quantity": 0, "salePrice": "9.00", "listPrice": "9.00"}
    for each in pushes:
        values |= {name: each[name] for name in values if each["state"] == "done" and each[name] is not None}
    return {"barcode": "1", **values, **fields, "pushes": list(pushes)}


def after(
    *rows: dict[str, Any],
    export: Rows | None = None,
    exit_code: int = 0,
    batches: int = 1,
    result: str = "SUCCESS",
) -> Any:
    """What is said of a run that pushed so many batches; the world holds these products afterwards."""
    entries: list[Entry] = []
    for number in range(1, batches + 1):
        own = push({**WHOLE, "quantity": number}, batch=f"B-{number}")
        entries += [own, look(result, batch=f"B-{number}")]
    truths = {"pushes": held_by(list(rows))}
    run = sync(exit_code, len(entries), truths=truths, exports={"stock": export or []}, wants=[WANT])
    words = played.findings("stock-price-push", run, entries=entries, may_fail=True)
    return {f"{each.rule.id}:{each.difference}" for each in words}


def own_rows(state: str = "pushed", **fields: Any) -> Rows:
    return [{**WANT, "state": state, **fields}]


def test_wanted_values_set_once_and_shown_are_right() -> None:
    assert after(product(done_push()), export=own_rows()) == set()


def test_value_that_was_not_set_is_found_after_success_only() -> None:
    row = product(done_push(state="failed"))
    assert after(row) == {"TY-INV-901:missing"}
    assert after(row, exit_code=1) == set()


@pytest.mark.parametrize("state", ["pending", "failed", "unclear"])
def test_value_that_is_shown_as_not_set_is_right(state: str) -> None:
    assert after(product(done_push(state="failed")), export=own_rows(state)) == set()


def test_value_shown_as_pushed_that_was_not_set_is_found_whatever_the_exit() -> None:
    assert after(product(done_push(state="failed")), export=own_rows(), exit_code=1) == {"TY-INV-901:wrong"}
    assert after(export=own_rows(), exit_code=1) == {"TY-INV-901:wrong"}


def test_stock_sold_after_the_push_is_right() -> None:
    assert after(product(done_push(), quantity=2), export=own_rows()) == set()


def test_stock_set_again_over_what_was_sold_is_found() -> None:
    both = product(done_push(), done_push("B-2", before=3))
    assert after(both, export=own_rows(), batches=2) == {"TY-INV-901:duplicate"}


def test_stock_set_again_is_right_where_nothing_was_sold_or_the_first_answer_was_lost() -> None:
    assert after(product(done_push(), done_push("B-2", before=5)), export=own_rows(), batches=2) == set()
    assert after(product(done_push("L-1"), done_push("B-2", before=3)), export=own_rows(), batches=2) == set()


@pytest.mark.parametrize(
    ("result", "before", "is_right"),
    [("IN_PROGRESS", 0, True), ("IN_PROGRESS", 3, False), ("SUCCESS", 0, False)],
)
def test_stock_set_again_is_right_where_a_push_of_unknown_result_seems_undone(
    result: str, before: int, *, is_right: bool
) -> None:
    both = product(done_push(), done_push("B-2", before=before))
    broken_rules = after(both, export=own_rows(), batches=2, result=result)
    assert ("TY-INV-901:duplicate" not in broken_rules) == is_right


def test_value_that_nobody_wanted_is_found() -> None:
    assert "TY-INV-901:ghost" in after(product(done_push(salePrice="10.00"), done_push("B-2")), batches=2)


def test_later_batch_that_was_done_first_does_not_count_as_the_last() -> None:
    overtaken = product(done_push("B-2"), done_push("B-1"), quantity=5)
    late = {**done_push("B-1", quantity=7), "doneDate": 9}
    assert after({**overtaken, "quantity": 7, "pushes": [late, done_push("B-2")]}) == {
        "TY-INV-901:missing",
        "TY-INV-901:ghost",
    }


def test_item_that_failed_and_was_forgotten_is_found() -> None:
    entries = [push({**WHOLE, "barcode": "1"}), look("FAILED", code="1")]
    truths = {"pushes": held_by([product(done_push())])}

    def rules_of(exit_code: int, export: Rows) -> set[str]:
        run = sync(exit_code, len(entries), truths=truths, exports={"stock": export}, wants=[WANT])
        return set(played.said("stock-price-push", run, entries=entries, may_fail=True))

    assert rules_of(0, []) == {"TY-BAT-003"}
    assert rules_of(1, []) == set()
    assert rules_of(0, own_rows("failed")) == set()


def test_client_that_never_pushes_is_not_judged_by_what_is_wanted() -> None:
    run = sync(0, truths={"pushes": held_by([product()])}, wants=[WANT])
    assert played.said("stock-price-push", run) == {}

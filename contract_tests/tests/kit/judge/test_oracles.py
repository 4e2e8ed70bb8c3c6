"""The oracles of effects, on recordings made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.engine.scenario_setup import resolve_header_times
from contract_tests.profiles.b2b_purchase.desired import (
    more_than_there_is,
    purchases,
    several_lines,
    several_lines_more_than_there_is,
)
from contract_tests.profiles.directed import place_event
from contract_tests.profiles.pazarsync.desired import one_unknown, stocks
from contract_tests.profiles.profile import withdraw
from contract_tests.records.scenario import Step
from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by, sync
from contract_tests.tests.kit.support.recording import Entry, asked

ORDER = {"vendorRef": "A", "barcode": "1", "quantity": 3}
Rows = list[dict[str, Any]]


def after_purchase(rows: Rows, held: Rows, *, exit_code: int = 0, may_fail: bool = False) -> dict[str, str]:
    """What is said of a run after which the world and the client hold these purchases."""
    truths = {"purchases": held_by(rows, [])}
    run = sync(exit_code, truths=truths, exports={"orders": held}, wants=[ORDER])
    return played.said("b2b-purchase", run, may_fail=may_fail)


def purchase(number: str = "N-1", *, wanted: int = 3, reserved: int = 3, **more: Any) -> dict[str, Any]:
    counts = {"requestedQuantity": wanted, "reservedQuantity": reserved}
    return {"requestNumber": number, "vendorRef": "A", "barcode": "1", **counts, **more}


def test_order_reserved_once_and_held_as_it_is_is_right() -> None:
    assert after_purchase([purchase()], [purchase(state="reserved")]) == {}


def test_order_reserved_twice_is_found_whatever_the_exit() -> None:
    both = [purchase(), purchase("N-2")]
    for code in (0, 1):
        assert after_purchase(both, [], exit_code=code, may_fail=True) == {
            "TY-B2B-902": "A was reserved 2 times"
        }


def test_order_never_made_is_found_after_success_only() -> None:
    assert after_purchase([], []) == {"TY-B2B-902": "exit 0 although A was never asked for"}
    assert after_purchase([], [], exit_code=1, may_fail=True) == {}


def test_order_of_another_quantity_is_found() -> None:
    assert "TY-B2B-902" in after_purchase([purchase(wanted=2, reserved=2)], [])


def test_short_order_taken_for_whole_is_found() -> None:
    held = [purchase(reserved=3, state="reserved")]
    assert after_purchase([purchase(reserved=1)], held) == {
        "TY-B2B-903": "exit 0 although A 1 is held with reservedQuantity 3, true is 1"
    }


def test_short_order_held_as_short_or_unclear_or_not_shown_is_right() -> None:
    for held in ([purchase(reserved=1, state="short")], [purchase(reserved=3, state="unclear")], []):
        assert after_purchase([purchase(reserved=1)], held) == {}


TWO_LINES = [ORDER, {**ORDER, "barcode": "2", "quantity": 1}]


def after_two_lines(*rows: dict[str, Any], wants: Rows = TWO_LINES, exit_code: int = 0) -> dict[str, str]:
    """What is said of a run that wants two lines in one purchase, after which the world holds these."""
    run = sync(exit_code, truths={"purchases": held_by(rows, [])}, exports={"orders": []}, wants=wants)
    return played.said("b2b-purchase", run, may_fail=True)


def second_line(number: str = "N-1", **more: Any) -> dict[str, Any]:
    return purchase(number, **{"wanted": 1, "reserved": 1, "barcode": "2", **more})


def test_lines_of_one_purchase_in_one_request_or_one_each_are_right() -> None:
    assert after_two_lines(purchase(), second_line()) == {}
    assert after_two_lines(purchase(), second_line("N-2")) == {}
    assert after_two_lines(purchase(reserved=1), second_line(reserved=0)) == {}


def test_one_line_of_a_purchase_that_was_never_made_or_made_twice_is_found() -> None:
    assert after_two_lines(purchase()) == {"TY-B2B-902": "exit 0 although A 2 was never asked for"}
    assert after_two_lines(purchase(), exit_code=1) == {}
    both = (purchase(), second_line(), second_line("N-2"))
    assert after_two_lines(*both) == {"TY-B2B-902": "A 2 was reserved 2 times"}


def test_line_that_was_never_wanted_is_found_in_a_purchase() -> None:
    sentences = after_two_lines(purchase(), second_line(), second_line(barcode="3"))
    assert sentences == {"TY-B2B-902": "A 3 was never wanted"}


def test_line_given_back_though_only_another_was_withdrawn_is_found() -> None:
    wants = [ORDER, {**TWO_LINES[1], "quantity": 0}]
    other_line = second_line(reserved=0, cancelledQuantity=1)
    assert after_two_lines(purchase(), other_line, wants=wants) == {}
    given_back = purchase(reserved=0, cancelledQuantity=3)
    assert after_two_lines(given_back, other_line, wants=wants) == {
        "TY-B2B-902": "exit 0 although A 1 is still wanted, and 3 of it were given back"
    }


def test_whole_purchase_given_back_because_a_line_of_it_was_short_is_right() -> None:
    given_back = purchase(reserved=0, cancelledQuantity=3)
    assert after_two_lines(given_back, second_line(wanted=1, reserved=0)) == {}


def test_missing_line_is_not_hidden_behind_one_bought_twice() -> None:
    run = sync(truths={"purchases": held_by([purchase(), purchase("N-2")], [])}, wants=TWO_LINES)
    evidence = {one.difference: one.evidence for one in played.findings("b2b-purchase", run)}
    assert evidence == {
        "duplicate": "A 1 was reserved 2 times",
        "missing": "exit 0 although A 2 was never asked for",
    }


def test_honest_failure_that_people_must_mend_is_right() -> None:
    assert after_purchase([purchase()], [], exit_code=1, may_fail=True) == {}
    assert "TY-B2B-901" in after_purchase([purchase()], [], exit_code=1)


def one_by_one(product: str, *, stock: int) -> Entry:
    """Stock set of one product."""
    entry = asked(f"/api/v1/products/{product}/stock", body={"id": product, "stock": stock})
    entry["request"] |= {
        "method": "PUT",
        "url": f"http://localhost/api/v1/products/{product}/stock",
        "postData": {"text": json.dumps({"stock": stock})},
        "headers": [{"name": "Authorization", "value": "Bearer a.b.c"}],
    }
    return entry


def batch(*skus: str, stock: int = 9, failed: tuple[str, ...] = (), status: int = 200) -> Entry:
    """Stock set in a batch; the names of the rows that failed."""
    errors = [{"index": 0, "product_id": None, "sku": sku, "error": "product_not_found"} for sku in failed]
    body = {"updated": 0, "failed": len(failed), "errors": errors}
    entry = asked("/api/v1/stocks/batch", status=status, body=body if status == 200 else None)
    items = {"items": [{"sku": sku, "stock": stock} for sku in skus]}
    request = {
        "method": "POST",
        "url": "http://localhost/api/v1/stocks/batch",
        "postData": {"text": json.dumps(items)},
    }
    entry["request"] |= request | {"headers": [{"name": "Authorization", "value": "Bearer a.b.c"}]}
    return entry


def product(sku: str, *, stock: int) -> Entry:
    """The list of products, which holds one."""
    row = {"id": "1", "sku": sku, "stock": stock}
    meta = {"current_page": 1, "total_items": 1, "total_pages": 1, "per_page": 100}
    entry = asked("/api/v1/products", body={"data": [row], "meta": meta})
    entry["request"] |= {
        "url": "http://localhost/api/v1/products?page=1&limit=100",
        "headers": [{"name": "Authorization", "value": "Bearer a.b.c"}],
    }
    return entry


def after_push(
    *entries: Entry, stock: int = 1, held: Rows | None = None, exit_code: int = 0
) -> dict[str, str]:
    """What is said of a run that set stock; the world holds ``stock`` of S afterwards."""
    products = held_by([{"id": "1", "sku": "S", "stock": stock}], [{"id": "1", "sku": "S", "stock": 0}])
    wants = [{"sku": "S", "stock": 1}]
    run = sync(
        exit_code,
        len(entries),
        truths={"account-products": products},
        exports={"stock": held or []},
        wants=wants,
    )
    return played.said("pazarsync", run, may_fail=True, entries=entries)


def test_stock_reached_is_right() -> None:
    assert after_push(batch("S")) == {}


def test_stock_not_reached_is_found_after_success_only() -> None:
    assert after_push(batch("S"), stock=7) == {"TY-PSY-904": "exit 0 although S has 7, wanted was 1"}
    assert after_push(batch("S"), stock=7, exit_code=1) == {}


def test_stock_that_customers_lowered_after_the_push_is_right() -> None:
    assert after_push(batch("S", stock=1), stock=0) == {}
    assert after_push(one_by_one("1", stock=1), stock=0) == {}


def test_stock_read_back_after_a_lost_answer_and_lowered_by_customers_since_is_right() -> None:
    push = batch("S", stock=1, status=504)
    assert after_push(push, product("S", stock=1), stock=0) == {}
    sentences = {"TY-PSY-904": "exit 0 although S has 0, wanted was 1"}
    assert after_push(push, product("S", stock=0), stock=0) == sentences
    assert after_push(product("S", stock=1), push, stock=0) == sentences


def test_stock_that_the_client_itself_set_otherwise_is_found() -> None:
    sentences = {"TY-PSY-904": "exit 0 although S has 0, wanted was 1"}
    assert after_push(batch("S", stock=1), batch("S", stock=0), stock=0) == sentences
    assert after_push(batch("S", stock=1), one_by_one("1", stock=0), stock=0) == sentences
    assert "TY-PSY-904" in after_push(batch("S", stock=1, failed=("S",)), stock=0)


def test_client_that_sets_no_stock_at_all_is_not_judged_by_it() -> None:
    assert after_push(stock=7) == {}


def test_row_that_failed_and_was_forgotten_is_found() -> None:
    assert "TY-PSY-015" in after_push(batch("S", "X", failed=("X",)))


def test_row_that_failed_and_was_sent_again_or_told_is_right() -> None:
    failing = batch("S", "X", failed=("X",))
    assert after_push(failing, batch("X")) == {}
    assert after_push(failing, held=[{"sku": "X", "state": "failed"}]) == {}
    assert after_push(failing, exit_code=1) == {}


def test_wants_are_the_same_for_the_same_world() -> None:
    offers = [{"barcode": str(number), "quantity": number} for number in range(30, 0, -1)]
    assert purchases(offers) == purchases(reversed(offers))
    assert {one["vendorRef"] for one in purchases(offers)} == {f"ORDER-{number}" for number in range(1, 7)}


def test_more_is_wanted_than_there_is_of_some_offers() -> None:
    offers = [{"barcode": str(number), "quantity": 5} for number in range(9)]
    assert [one["quantity"] > 5 for one in more_than_there_is(offers)].count(True) == 2


def test_several_lines_are_wanted_in_one_purchase_and_some_of_them_short() -> None:
    offers = [{"barcode": str(number), "quantity": 5} for number in range(9)]
    for select, short_count in ((several_lines, 0), (several_lines_more_than_there_is, 2)):
        rows = select(iter(offers))
        assert [row["vendorRef"][-1] for row in rows] == ["1", "1", "2", "2", "2", "3"]
        assert [row["quantity"] > 5 for row in rows].count(True) == short_count
        assert len({row["barcode"] for row in rows}) == len(rows)


def test_stock_is_wanted_that_is_not_there_yet() -> None:
    products = [{"sku": str(number), "stock": 5} for number in range(9)]
    assert all(one["stock"] != 5 for one in stocks(products))
    assert len(one_unknown(products)) == len(stocks(products)) + 1


def test_want_that_is_given_up_has_no_quantity_left() -> None:
    assert withdraw([ORDER, ORDER], {0}) == [{**ORDER, "quantity": 0}, ORDER]
    assert withdraw([ORDER], {7}) == [ORDER]


def test_header_of_an_event_is_so_many_seconds_from_now() -> None:
    told = resolve_header_times(
        {"headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "+3"}}, 1_700_000_000_900
    )
    assert told["headers"] == {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000003"}


@pytest.mark.parametrize("event", [{"operation": "requestItems"}, {}])
def test_event_without_a_quiet_run_strikes_the_first_request(event: dict[str, Any]) -> None:
    assert place_event(event, None, frozenset({"requestItems"}))["at"] == 1


CANCEL = "/v2/offers/N-1/cancel-items"


def given_up(
    left: int,
    *more: Entry,
    exit_code: int = 0,
    asks: bool = True,
    rows: Rows | None = None,
    status: int = 200,
) -> dict[str, str]:
    """What is said of a run that should give an order back, after which so many are still reserved."""
    run = sync(
        exit_code,
        1,
        truths={"purchases": held_by([purchase(reserved=left)])},
        exports={"orders": rows or []},
        wants=[{**ORDER, "quantity": 0}],
    )
    entry = asked(CANCEL, body={"hasError": left > 0}, status=status)
    entry["request"] |= {"method": "POST", "url": f"http://localhost{CANCEL}"}
    return played.said("b2b-purchase", run, may_fail=True, entries=[*more, entry] if asks else [])


def test_order_given_up_and_still_reserved_is_found_after_success_only() -> None:
    assert given_up(3)["TY-B2B-904"] == "exit 0 although A still has 3 reserved"
    assert "TY-B2B-904" not in given_up(3, exit_code=1)
    assert "TY-B2B-904" not in given_up(0)


@pytest.mark.parametrize("status", [200, 400])
def test_order_that_was_too_late_to_give_back_and_is_shown_as_reserved_is_right(status: int) -> None:
    assert given_up(3, rows=[purchase(state="reserved")], status=status) == {}
    assert "TY-B2B-904" in given_up(3, rows=[purchase(reserved=0)], status=status)


def test_order_whose_cancellation_was_lost_is_not_excused_by_showing_it() -> None:
    assert "TY-B2B-904" in given_up(3, rows=[purchase(state="reserved")], status=504)


def purchase_entry(status: int) -> Entry:
    """The purchase of what is given up later, answered with its number."""
    entry = asked("/v2/offers/2738/items?vendorRef=A", body={"requestNumber": "N-1"}, status=status)
    entry["request"]["method"] = "POST"
    return entry


@pytest.mark.parametrize("status", [0, 504])
def test_order_given_up_of_which_no_answer_brought_the_number_may_be_shown_as_unclear(status: int) -> None:
    no_claim, claim = purchase(state="unclear"), purchase(state="reserved")
    assert "TY-B2B-904" not in given_up(3, purchase_entry(status), rows=[no_claim], status=504)
    assert "TY-B2B-904" in given_up(3, purchase_entry(status), rows=[claim], status=504)
    assert "TY-B2B-904" in given_up(3, purchase_entry(status), status=504)


def test_order_given_up_of_which_the_number_is_known_is_not_excused_as_unclear() -> None:
    assert "TY-B2B-904" in given_up(3, purchase_entry(200), rows=[purchase(state="unclear")], status=504)


def test_line_that_is_still_wanted_is_not_to_be_given_back_with_another() -> None:
    wants = [ORDER, {**TWO_LINES[1], "quantity": 0}]
    truth = held_by([purchase(), second_line()])
    entry = asked(CANCEL, body={"hasError": True})
    body = {"text": json.dumps({"barcode": "1", "quantity": 3})}
    entry["request"] |= {"method": "POST", "url": f"http://localhost{CANCEL}", "postData": body}
    export = [purchase(state="reserved"), second_line(state="reserved")]
    run = sync(0, 1, truths={"purchases": truth}, exports={"orders": export}, wants=wants)
    sentences = played.said("b2b-purchase", run, may_fail=True, entries=[entry])
    # Only the other line was refused, so that this one is not excused.
    assert sentences["TY-B2B-904"] == "exit 0 although A 2 still has 1 reserved"


def test_client_that_never_cancels_is_not_judged_by_it() -> None:
    assert "TY-B2B-904" not in given_up(3, asks=False)


def test_run_stopped_by_its_own_pace_is_told_so() -> None:
    values = [asked("/integration/product/sellers/2748/products/approved", status=429) for _ in range(2)]
    found = played.said("catalog-pull", sync(1, 2), entries=values)["TY-PLT-901"]
    assert found.endswith("gave up (asking faster than allowed, it was refused 2 times with 429)")


def test_run_that_fails_and_is_continued_is_judged_by_the_last_one() -> None:
    plan = (Step(), Step(quiet=True, continues=True))
    assert played.said("catalog-pull", sync(1), sync(0), plan=plan) == {}
    for syncs in ((sync(1), sync(1)), (sync(1),)):
        of_one_step = plan[: len(syncs)]
        assert set(played.said("catalog-pull", *syncs, plan=of_one_step)) == {"TY-PLT-901"}

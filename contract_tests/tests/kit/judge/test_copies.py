"""The oracle of copies: what is missing, stale, twice, a ghost or wrong, and what is nobody's mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.records.recording import Sync, Truth
from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by
from contract_tests.tests.kit.support.recording import APPROVED, Entry, asked

Row = dict[str, Any]


def product(barcode: str = "A", **facts: Any) -> Row:
    usual = {"contentId": 7, "quantity": 3, "salePrice": "10.50", "listPrice": "12.00", "archived": False}
    titles = {"title": "Cup", "titles": {"en": "Cup", "ro": "Cană"}}
    return {"barcode": barcode, **usual, **titles, **facts}


def shown(rows: list[Row], truth: Truth, exit_code: int = 0, *, quiet: bool = True) -> Sync:
    # Everything was delivered: only what became of it is of interest here.
    return played.sync(exit_code, quiet=quiet, truths={"products": truth}, exports={"products": rows})


def sorts(*syncs: Sync, may_fail: bool = True) -> set[str]:
    findings_in_order = played.findings("catalog-pull", *syncs, may_fail=may_fail)
    return {finding.difference for finding in findings_in_order if finding.rule.id == "TY-CAT-902"}


def test_copy_that_is_the_truth_is_right() -> None:
    rows = [product("A"), product("B")]
    assert sorts(shown(rows, held_by(rows))) == set()


@pytest.mark.parametrize(
    ("rows", "sort"),
    [
        ([product("A")], "missing"),
        ([product("A"), product("B"), product("C")], "ghost"),
        ([product("A"), product("B"), product("B")], "duplicate"),
        ([product("A"), product("B", quantity=4)], "wrong"),
        ([product("A"), product("B", salePrice=10.5000001)], "wrong"),
        ([product("A"), product("B", title="Kupa")], "wrong"),
    ],
)
def test_difference_is_found_by_its_sort(rows: list[Row], sort: str) -> None:
    assert sorts(shown(rows, held_by([product("A"), product("B")]))) == {sort}


def test_two_fields_that_are_wrong_are_two_findings() -> None:
    rows = [product("A", quantity=4), product("C", salePrice="99.00")]
    copies = shown(rows, held_by([product("A"), product("C")]))
    sentences = {
        finding.cause: finding.evidence
        for finding in played.findings("catalog-pull", copies, may_fail=True)
        if finding.rule.id == "TY-CAT-902"
    }
    assert sentences == {
        "quantity": "exit 0 although A is held with quantity 4, true is 3",
        "salePrice": "exit 0 although C is held with salePrice 99.00, true is 10.50",
    }


def test_old_value_is_stale() -> None:
    first = [product("A", quantity=3)]
    then = [product("A", quantity=9)]
    assert sorts(shown(first, held_by(first)), shown(first, held_by(then))) == {"stale"}


@pytest.mark.parametrize(
    "same",
    [
        {"salePrice": 10.5},
        {"salePrice": "10.5"},
        {"archived": 0},
        {"contentId": "7"},
        {"title": "Cană"},
        {"more": "of the client's own"},
    ],
)
def test_same_value_in_another_form_is_right(same: Row) -> None:
    assert sorts(shown([product(**same)], held_by([product()]))) == set()


def test_field_left_out_is_not_judged() -> None:
    assert sorts(shown([{"barcode": "A"}], held_by([product("A")]))) == set()


def test_client_that_never_shows_a_row_is_not_judged() -> None:
    assert sorts(shown([], held_by([product("A")]))) == set()


def test_client_that_lost_all_it_had_shown_is_found() -> None:
    rows = [product("A")]
    assert sorts(shown(rows, held_by(rows)), shown([], held_by(rows))) == {"missing"}


def test_row_that_changed_while_the_client_ran_may_be_held_as_it_was() -> None:
    before, after = [product("A", quantity=3)], [product("A", quantity=9)]
    moved = held_by(after, before)
    for rows in (before, after):
        assert sorts(shown(rows, moved, quiet=False)) == set()


def test_row_that_came_or_went_while_the_client_ran_may_be_held_or_not() -> None:
    one, both = [product("A")], [product("A"), product("B")]
    for rows in (one, both):
        assert sorts(shown(rows, held_by(both, one), quiet=False)) == set()
        assert sorts(shown(rows, held_by(one, both), quiet=False)) == set()


def test_run_that_admits_failure_may_be_behind_but_not_wrong() -> None:
    truth = held_by([product("A"), product("B")])
    assert sorts(shown([product("A"), product("C")], truth, exit_code=1)) == set()
    assert sorts(shown([product("A"), product("A")], truth, exit_code=1)) == {"duplicate"}


def test_finding_tells_whether_a_later_run_heals() -> None:
    rows = [product("A"), product("B")]
    troubled, quiet = shown(rows[:1], held_by(rows), quiet=False), shown(rows, held_by(rows))
    (found,) = [
        one for one in played.findings("catalog-pull", troubled, quiet) if one.rule.id == "TY-CAT-902"
    ]
    assert found.evidence == "exit 0 although B is not held, though the world has it; heals with a later run"


def test_missing_rows_are_counted() -> None:
    rows = [product(name) for name in "ABCDE"]
    found = played.said("catalog-pull", shown(rows[:1], held_by(rows)))["TY-CAT-902"]
    assert found == "exit 0 although 4 of 5 rows are not held, though the world has them: B, C, D"


def catalogue(*barcodes: str) -> Entry:
    rows = [{"barcode": one} for one in barcodes]
    return asked(APPROVED, body={"totalElements": 1, "size": 20, "content": [{"variants": rows}]})


def test_row_that_was_never_sent_is_no_fault_of_the_copy() -> None:
    rows = [product("A"), product("B")]
    run = replace(shown(rows[:1], held_by(rows)), last_exchange=1)
    assert set(played.said("catalog-pull", run, entries=[catalogue("A")])) == {"TY-CAT-901"}


def test_row_that_was_sent_and_not_kept_is_the_fault_of_the_copy() -> None:
    rows = [product("A"), product("B")]
    run = replace(shown(rows[:1], held_by(rows)), last_exchange=1)
    assert set(played.said("catalog-pull", run, entries=[catalogue("A", "B")])) == {"TY-CAT-902"}


def settlement(key: str, **facts: Any) -> Row:
    return {"id": key, "transactionType": "Sale", "credit": "10.0000", "paymentOrderId": None, **facts}


def test_row_outside_the_span_is_not_expected_and_not_judged_by_its_values() -> None:
    old, new = settlement("1", paymentOrderId=5), settlement("2")
    truth = held_by([old, new], within=[new])
    for rows in ([new], [settlement("1"), new]):
        run = played.sync(truths={"settlements": truth}, exports={"settlements": rows})
        assert "TY-FIN-903" not in played.said("finance", run)


def test_payment_order_that_lies_half_outside_the_span_is_not_judged() -> None:
    whole, part = {"paymentOrderId": 1, "net": "30"}, {"paymentOrderId": 1, "net": "20"}
    run = played.sync(truths={"totals": held_by([whole], within=[part])}, exports={"totals": [part]})
    assert "TY-FIN-904" not in played.said("finance", run)


def totals_shown(*fields: str, **facts: str) -> dict[str, str]:
    """Play a client that shows some parts of one total; give what is said of it, rule by rule."""
    true = {"paymentOrderId": 1, "net": "9.00", "discounts": "3.00", "corrections": "0.40", "other": "-2.00"}
    shown_rows = [{"paymentOrderId": 1, **{name: true[name] for name in fields}, **facts}] if fields else []
    run = played.sync(truths={"totals": held_by([true])}, exports={"totals": shown_rows})
    return dict(played.said("finance", run, edition="tr"))


@pytest.mark.parametrize(
    ("rule", "part", "amount"),
    [
        ("TY-FIN-906", "discounts", "5.00"),
        ("TY-FIN-907", "corrections", "0.80"),
        ("TY-FIN-908", "other", "2.00"),
    ],
)
def test_wrong_part_of_a_total_is_held_against_its_rule(rule: str, part: str, amount: str) -> None:
    assert set(totals_shown("net", part, **{part: amount})) == {rule}
    assert totals_shown("net", part) == totals_shown("net") == {}


def test_payout_counted_as_revenue_is_found() -> None:
    truth = held_by([{"paymentOrderId": None, "net": "30.10"}])
    run = played.sync(
        truths={"totals": truth}, exports={"totals": [{"paymentOrderId": None, "net": "60.20"}]}
    )
    assert "net 60.20, true is 30.10" in played.said("finance", run)["TY-FIN-904"]

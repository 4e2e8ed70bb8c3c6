"""Judges of how requests are written."""

import pytest

from contract_tests.tests.kit.support.recording import (
    APPROVED,
    DAY_MS,
    NOON_MS,
    SETTLEMENTS,
    asked,
    broken,
    findings,
)

SALES = {"transactionType": "Sale", "startDate": NOON_MS - DAY_MS, "endDate": NOON_MS}


@pytest.mark.parametrize("query", ["%7B%22page%22:%200%7D", '{"page":0}', "barcode=a b", "barcode=Çiçek"])
def test_query_without_encoding_is_found(query: str) -> None:
    assert broken(asked(APPROVED, query)) == {"TY-PLT-013"}


@pytest.mark.parametrize("query", ["barcode=%C3%87i%C3%A7ek", "supplierId=2748&size=50", "barcode=x+y"])
def test_encoded_query_is_right(query: str) -> None:
    assert broken(asked(APPROVED, query)) == set()


def test_bracket_in_a_name_is_no_question_of_encoding() -> None:
    assert broken(asked(APPROVED, "a[]=1")) == {"TY-PLT-019"}


def test_capital_boolean_is_found() -> None:
    assert broken(asked(APPROVED, "approved=True")) == {"TY-PLT-014", "TY-PLT-019"}


def test_small_boolean_is_right() -> None:
    assert broken(asked(APPROVED, "approved=true")) == {"TY-PLT-019"}


def test_retired_paths_are_one_finding() -> None:
    old = [asked(f"/sapigw/suppliers/2748/{what}", status=404) for what in ("orders", "products", "claims")]
    assert [(one.rule.id, one.count) for one in findings(*old)] == [("TY-PLT-016", 3)]


def test_path_of_a_service_without_a_spec_is_not_called_wrong() -> None:
    assert broken(asked("/integration/sellers/2748/common-label/7330000000000001", "")) == set()


def test_forgotten_segment_is_found() -> None:
    (finding,) = findings(asked("/integration/finance/sellers/2748/settlements", SALES, status=404))
    assert finding.rule.id == "TY-FIN-008"
    assert SETTLEMENTS in finding.evidence


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"size": 101}, "TY-CAT-001"),
        ({"startDate": NOON_MS // 1000, "endDate": NOON_MS}, "TY-CAT-007"),
        ({"startDate": "2026-11-01"}, "TY-CAT-007"),
        ({"dateQueryType": "CREATED"}, "TY-CAT-008"),
        ({"status": "onsale"}, "TY-CAT-009"),
        ({"orderByDirection": "UP"}, "TY-CAT-010"),
        ({"barcodes": ",".join(map(str, range(51)))}, "TY-CAT-011"),
        ({"startDate": NOON_MS, "endDate": NOON_MS - 1}, "TY-CAT-012"),
    ],
)
def test_value_beyond_the_documented_ones_is_found(query: dict[str, object], rule: str) -> None:
    assert broken(asked(APPROVED, query, status=400)) == {rule}


@pytest.mark.parametrize(
    "query", [{"size": 100}, {"orderByDirection": "asc"}, {"status": "notOnSale"}, {"size": ""}]
)
def test_documented_value_is_right(query: dict[str, object]) -> None:
    assert broken(asked(APPROVED, query)) == set()


def test_finance_size_is_one_of_two() -> None:
    assert broken(asked(SETTLEMENTS, {**SALES, "size": 200}, status=400)) == {"TY-FIN-002"}
    assert broken(asked(SETTLEMENTS, {**SALES, "size": 1000})) == set()


def test_missing_type_and_dates_are_found() -> None:
    assert broken(asked(SETTLEMENTS, "page=0", status=400)) == {"TY-FIN-003", "TY-FIN-004"}


def test_turkish_edition_takes_several_types_or_a_payment_order() -> None:
    several = {**SALES, "transactionTypes": "Sale,Return"}
    del several["transactionType"]
    by_order = {"transactionType": "Sale", "paymentOrderId": 90001}
    assert broken(asked(SETTLEMENTS, several), asked(SETTLEMENTS, by_order), edition="tr") == set()


@pytest.mark.parametrize(
    ("start", "is_right"),
    [(0, True), (1, True), (946_684_800_000, True), (NOON_MS, True), (946_684_800, False), (-1, False)],
)
def test_instants_from_the_beginning_on_are_milliseconds_too(start: int, *, is_right: bool) -> None:
    query = {"startDate": start, "endDate": NOON_MS}
    assert ("TY-CAT-007" not in broken(asked(APPROVED, query))) is is_right

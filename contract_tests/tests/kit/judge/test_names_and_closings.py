"""Names that no document has, and addresses that are closed, are findings that name the right ones."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from contract_tests.cli.lint import rules
from contract_tests.records.days import beginning_ms
from contract_tests.tests.kit.support.recording import (
    APPROVED,
    NOON_MS,
    Entry,
    asked,
    broken,
    findings,
    recorded,
)

V1 = "/integration/product/sellers/2748/products"


@pytest.mark.parametrize(
    ("query", "name", "right"),
    [
        ("barcodes%5B%5D=a&barcodes%5B%5D=b", "barcodes[]", "barcodes"),
        ("barcodes%5B0%5D=a", "barcodes[0]", "barcodes"),
        ("Barcode=a", "Barcode", "barcode"),
        ("pageSize=50", "pageSize", "size"),
        ("page_size=50&next_page_token=x", "next_page_token", "nextPageToken"),
        ("approved=true", "approved", "status"),
    ],
)
def test_name_no_document_has_is_found_with_the_right_one(query: str, name: str, right: str) -> None:
    evidence = [one.evidence for one in findings(asked(APPROVED, query)) if one.rule.id == "TY-PLT-019"]
    assert evidence
    assert any(f"its name is {right}" in one for one in evidence)
    assert "TY-PLT-019" not in broken(asked(APPROVED, {"barcode": "a", "page": 0, "size": 20}))


def test_name_like_none_is_found_without_a_guess() -> None:
    (one,) = [one for one in findings(asked(APPROVED, "zzz=1")) if one.rule.id == "TY-PLT-019"]
    assert one.evidence == "zzz is no parameter of filterApprovedProducts"


@pytest.mark.parametrize(("status", "closed"), [(404, 1), (200, 0), (501, 0), (503, 0)])
def test_closed_v1_is_found_where_it_is_refused(status: int, closed: int) -> None:
    assert ("TY-PLT-020" in broken(asked(V1, "page=0", status=status))) == closed


OLD = "/sapigw/suppliers/2748/products"
ORDERS = "/integration/order/sellers/2748/orders"


def asked_on(day: str, path: str) -> Entry:
    """A page that was asked for a second after a day had begun in Istanbul."""
    return asked(path, "page=0", after_ms=beginning_ms(day) + 1_000 - NOON_MS)


@pytest.mark.parametrize(
    ("path", "day", "rule"),
    [
        (OLD, "2025-02-20", None),
        (OLD, "2025-05-25", "TY-PLT-022"),
        (OLD, "2025-05-26", "TY-PLT-016"),
        (ORDERS, "2026-07-16", None),
        (ORDERS, "2026-07-17", "TY-PLT-022"),
        (ORDERS, "2026-10-14", "TY-PLT-022"),
        (ORDERS, "2026-10-15", None),
        (V1, "2026-08-09", "TY-PLT-022"),
        (V1, "2026-08-10", None),
    ],
)
def test_address_that_answers_is_a_finding_from_ninety_days_before_its_end(
    path: str, day: str, rule: str | None
) -> None:
    ids = broken(asked_on(day, path))
    assert ids & {"TY-PLT-016", "TY-PLT-022"} == ({rule} if rule else set())


def test_old_path_is_the_operation_that_took_its_place_while_it_was_open() -> None:
    for day, operation in (("2025-05-01", "filterProducts"), ("2025-06-01", None)):
        (exchange,) = recorded(asked_on(day, OLD)).exchanges
        assert exchange.operation == operation


@pytest.mark.parametrize(("error_id", "text"), [("not-emulated", "501"), ("path-unknown-edge", "556")])
def test_rules_show_knows_the_emulators_own_ids(error_id: str, text: str) -> None:
    result = CliRunner().invoke(rules, ["show", error_id])
    assert result.exit_code == 0
    assert text in result.output

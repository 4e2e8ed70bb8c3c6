"""Names that no document has, and addresses that are closed, are findings that name the right ones."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from contract_tests.cli.lint import rules
from contract_tests.tests.kit.support.recording import APPROVED, asked, broken, findings

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


@pytest.mark.parametrize(("error_id", "text"), [("not-emulated", "501"), ("path-unknown-edge", "556")])
def test_rules_show_knows_the_emulators_own_ids(error_id: str, text: str) -> None:
    result = CliRunner().invoke(rules, ["show", error_id])
    assert result.exit_code == 0
    assert text in result.output

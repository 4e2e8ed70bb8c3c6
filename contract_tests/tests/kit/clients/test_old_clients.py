"""What lint says of traffic as old public clients send it: the one thing that matters, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, Entry, asked, broken, findings

RETIRED = "TY-PLT-016"
SELLERS = "/integration/product/sellers/2748"
PAYOUTS = "/integration/finance/che/sellers/2748/payment-order"
DOCUMENTED = installed_rulebook().rules_by("path_documented")[0].facts["documented"]
AS_JSON = "%7B%22approved%22:%20true,%20%22barcode%22:%20%22%22,%20%22page%22:%200,%20%22size%22:%2050%7D"


def sent(method: str, path: str, query: str = "", **more: Any) -> Entry:
    entry = asked(path, query, status=more.pop("status", 404), drop="storeFrontCode", **more)
    entry["request"]["method"] = method
    return entry


def old_run(prefix: str = "/sapigw") -> Iterator[Entry]:
    """A sync as it was written before May 2025, every answer a 404."""
    seller = f"{prefix}/suppliers/2748"
    for path in ("brands", "product-categories", "product-categories/411/attributes", "shipment-providers"):
        yield sent("GET", f"{prefix}/{path}")
    for page in range(40):
        yield sent("GET", f"{seller}/products", f"approved=true&page={page}&size=50", after_ms=20)
    for method, path in (
        ("POST", "v2/products"),
        ("PUT", "v2/products"),
        ("PUT", "9000/update-tracking-number"),
    ):
        yield sent(method, f"{seller}/{path}")
    for _ in range(20):
        yield sent("GET", f"{seller}/products/batch-requests/b1", after_ms=500)


@pytest.mark.parametrize("prefix", ["/sapigw", "/stagesapigw"])
def test_a_whole_run_on_retired_paths_is_one_finding(prefix: str) -> None:
    (finding,) = findings(*old_run(prefix))
    assert (finding.rule.id, finding.blocking, finding.count) == (RETIRED, True, len(list(old_run(prefix))))


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_retired_path_is_one_finding_whatever_the_old_host_answers(status: int) -> None:
    again = [sent("GET", "/sapigw/suppliers/2748/orders", "page=0", status=status, after_ms=50)] * 40
    values = [asked(APPROVED, {"page": page}, body={"totalElements": 20}) for page in range(5)]
    assert broken(*again, *values) == {RETIRED}


def test_who_asks_is_judged_on_a_retired_path_too() -> None:
    assert broken(sent("GET", "/sapigw/brands", User_Agent="Go-http-client/1.1")) == {RETIRED, "TY-PLT-002"}


def test_query_as_one_json_document_is_named_on_a_retired_path() -> None:
    by_id = {one.rule.id: one for one in findings(*[sent("GET", "/sapigw/brands", AS_JSON)] * 8)}
    assert by_id.keys() == {RETIRED, "TY-PLT-013"}
    assert by_id["TY-PLT-013"].evidence == "query parameters arrived as an encoded JSON object"
    assert by_id["TY-PLT-013"].count == 8


def test_query_as_one_json_document_is_named_where_it_is_answered() -> None:
    (finding,) = findings(asked(APPROVED, AS_JSON, body={"totalElements": 0}))
    assert finding.evidence == "query parameters arrived as an encoded JSON object"


def test_name_in_raw_bytes_is_named() -> None:
    by_id = {
        one.rule.id: one.evidence for one in findings(sent("GET", "/sapigw/brands/by-name", "name=Çiçek&Co"))
    }
    assert by_id["TY-PLT-013"] == "the query holds 'Ç' without percent-encoding"


def test_path_in_no_document_is_one_finding() -> None:
    dates = "startDate=1792713600000&endDate=1795305600000&size=50"
    asking = [sent("GET", f"{SELLERS}/statistics", f"{dates}&page={page % 2}") for page in range(12)]
    (finding,) = findings(*asking, edition="tr")
    assert (finding.rule.id, finding.count) == ("TY-PLT-017", 12)
    assert finding.evidence == f"GET {SELLERS}/statistics is in no document of the Turkish edition"


def test_path_of_the_other_edition_is_found() -> None:
    (finding,) = findings(asked(PAYOUTS, "page=0&size=100", status=404))
    assert finding.evidence == f"GET {PAYOUTS} is in no document of the international edition"


@pytest.mark.parametrize("path", ["/integration/webhook/y", "/integration/webhook/x", "/integration/x"])
def test_path_of_a_service_without_a_list_is_not_called_undocumented(path: str) -> None:
    assert broken(*[sent("GET", path)] * 12) == set()


@pytest.mark.parametrize(("address", "entry"), sorted(DOCUMENTED.items()))
def test_documented_path_is_right_wherever_it_is_refused(address: str, entry: Any) -> None:
    method, _, template = address.partition(" ")
    path = template.replace("{", "").replace("}", "")
    for edition in entry["editions"]:
        if installed_rulebook().operation_at(method, template, edition) is None:
            for status in (404, 405):
                assert "TY-PLT-017" not in broken(sent(method, path, status=status), edition=edition)


def test_path_that_somebody_answers_is_right() -> None:
    assert broken(sent("GET", f"{SELLERS}/statistics", status=200)) == set()

"""What is documented and not built yet says so, behind the gates of its neighbours."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from emulator.contract.addresses import addresses_of
from emulator.contract.contract import load_contract
from emulator.contract.operations import Operation

pytestmark = pytest.mark.server_error

UNBUILT = {(one.id, one.edition): one for one in load_contract().unbuilt}
CLAIMS = "/integration/order/sellers/2738/claims"


def path_of(operation: Operation) -> str:
    seller = "2748" if operation.edition == "int" else "2738"
    return operation.path.replace("{sellerId}", seller).replace("{", "").replace("}", "")


@pytest.mark.parametrize("key", sorted(UNBUILT), ids="-".join)
def test_documented_address_says_that_it_is_not_emulated(ask: Ask, key: tuple[str, str]) -> None:
    operation = UNBUILT[key]
    answer = ask.send(operation.method, path_of(operation), headers=INT if key[1] == "int" else TR)
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (501, "not-emulated")
    assert "X-Emulator-Confidence" not in answer.headers
    assert operation.tree["x-source"].get("page", "no public page") in answer.text


def test_envelope_is_that_of_the_family(ask: Ask) -> None:
    assert orjson.loads(ask(CLAIMS, TR).data).keys() == {"errors"}


def test_gates_come_first(open_world: Opener) -> None:
    ask = open_world(limits="on")
    assert ask(CLAIMS, {"User-Agent": "x"}).status_code == 401
    assert ask(CLAIMS, {**TR, "User-Agent": ""}).status_code == 403
    assert ask(CLAIMS, INT).status_code == 401
    statuses = [ask(CLAIMS, TR).status_code for _ in range(51)]
    assert (statuses.count(501), statuses[-1]) == (50, 429)


def test_allow_names_what_the_edition_documents(ask: Ask) -> None:
    products = ask.send("PATCH", "/integration/product/sellers/2738/products", headers=TR)
    assert (products.status_code, products.headers["Allow"]) == (405, "DELETE, GET, POST, PUT")
    packages = "/integration/order/sellers/{}/shipment-packages/1/warehouse"
    assert ask.send("GET", packages.format(2738), headers=TR).headers["Allow"] == "PUT"
    assert ask.send("GET", packages.format(2748), headers=INT).status_code == 404


def test_list_shrinks_when_an_operation_arrives() -> None:
    contract = load_contract()
    claims = UNBUILT["getClaims", "tr"]
    new_operation = replace(claims, tree={"responses": {}})
    addresses = addresses_of(contract.documents, [*contract.operations, new_operation])
    rest = {(one.operation, one.edition) for one in addresses if one.listed_in}
    assert rest == set(UNBUILT) - {("getClaims", "tr")}


def test_wrong_address_is_404_or_556_as_decided(open_world: Opener) -> None:
    wrong = "/integration/order/sellers/2738/health"
    assert open_world()(wrong, TR).status_code == 404
    edge_world = open_world("empty", decisions={"unknown-path": "556"})
    assert edge_world(wrong, TR).status_code == 556
    assert edge_world("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize(("headers", "seller", "edition"), [(TR, 2738, "tr"), (INT, 2748, "int")])
@pytest.mark.parametrize(
    "path", ["/sapigw/suppliers/1/products", "/integration/x", "/integration/order/sellers/{}/claims"]
)
def test_journal_keeps_who_asked_where_nothing_is(
    ask: Ask, headers: dict[str, str], seller: int, edition: str, path: str
) -> None:
    ask(path.format(seller), headers)
    entry = ask.control("GET", "/requests")["requests"][-1]
    assert (entry["operation"], entry["seller"], entry["edition"]) == (None, seller, edition)

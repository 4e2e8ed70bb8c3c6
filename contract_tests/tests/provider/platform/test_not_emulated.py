"""What is documented and not built yet says so, behind the gates of its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from emulator import Settings, app, create_app
from emulator.contract.addresses import addresses_of
from emulator.contract.contract import Contract, load_contract
from emulator.contract.operations import Operation

pytestmark = pytest.mark.server_error

LEFT_OUT = "trendyol.labels"
"""Everything that is documented is served; so this family is taken away before these tests look."""


def without_labels() -> Contract:
    """The law as it was before somebody served labels."""
    contract = load_contract()
    operations = [operation for operation in contract.operations if operation.family != LEFT_OUT]
    return replace(contract, addresses=tuple(addresses_of(contract.documents, operations)))


CONTRACT = without_labels()
UNBUILT = {(one.id, one.edition): one for one in CONTRACT.unbuilt}
LABEL = "/integration/sellers/2738/common-label/7330000000000001"


@pytest.fixture(scope="module")
def lesser_app() -> Iterator[Flask]:
    """An emulator without labels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "contract_with", lambda _: CONTRACT)
        lesser = create_app(Settings(world="empty", now_ms=NOW_MS, limits="on"))
    yield lesser
    lesser.extensions["stages"].close_all()


@pytest.fixture
def ask(lesser_app: Flask) -> Ask:
    return Ask(lesser_app, "")


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
    assert orjson.loads(ask(LABEL, TR).data).keys() == {"errors"}


def test_gates_come_first(ask: Ask) -> None:
    assert ask(LABEL, {"User-Agent": "x"}).status_code == 401
    assert ask(LABEL, {**TR, "User-Agent": ""}).status_code == 403
    assert ask(LABEL, INT).status_code == 401
    ask.control("POST", "/clock/advance", {"ms": 60_000})
    statuses = [ask(LABEL, TR).status_code for _ in range(51)]
    assert (statuses.count(501), statuses[-1]) == (50, 429)


def test_allow_names_what_the_edition_documents(ask: Ask) -> None:
    products = ask.send("PATCH", "/integration/product/sellers/2738/products", headers=TR)
    assert (products.status_code, products.headers["Allow"]) == (405, "DELETE, GET, POST, PUT")
    packages = "/integration/order/sellers/{}/shipment-packages/1/warehouse"
    assert ask.send("GET", packages.format(2738), headers=TR).headers["Allow"] == "PUT"
    assert ask.send("GET", packages.format(2748), headers=INT).status_code == 404


def test_list_shrinks_when_an_operation_arrives() -> None:
    tickets = UNBUILT["getCompensationTickets", "tr"]
    new_operation = replace(tickets, tree={"responses": {}})
    operations = [operation for operation in CONTRACT.operations if operation.family != LEFT_OUT]
    addresses = addresses_of(CONTRACT.documents, [*operations, new_operation])
    rest = {(one.operation, one.edition) for one in addresses if one.listed_in}
    assert rest == set(UNBUILT) - {("getCompensationTickets", "tr")}


def test_nothing_that_is_documented_is_left_out() -> None:
    assert load_contract().unbuilt == ()


def test_wrong_address_is_404_or_556_as_decided(open_world: Opener) -> None:
    wrong = "/integration/order/sellers/2738/health"
    assert open_world()(wrong, TR).status_code == 404
    edge_world = open_world("empty", decisions={"unknown-path": "556"})
    assert edge_world(wrong, TR).status_code == 556
    assert edge_world("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize(("headers", "seller", "edition"), [(TR, 2738, "tr"), (INT, 2748, "int")])
@pytest.mark.parametrize(
    "path", ["/sapigw/suppliers/1/products", "/integration/x", "/integration/sellers/{}/common-label/1"]
)
def test_journal_keeps_who_asked_where_nothing_is(
    ask: Ask, headers: dict[str, str], seller: int, edition: str, path: str
) -> None:
    ask(path.format(seller), headers)
    entry = ask.control("GET", "/requests")["requests"][-1]
    assert (entry["operation"], entry["seller"], entry["edition"]) == (None, seller, edition)

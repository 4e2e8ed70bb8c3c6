"""The allow-list that sellers keep themselves: it opens the gate of a stage that has a list."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from contract_tests.tests.provider.support.packages import refusal

SELLERS = {"tr": (2738, TR), "int": (2748, INT)}
EDITIONS = tuple(SELLERS)
HERE, DAY_MS = "127.0.0.1", 86_400_000


def path(edition: str, address: str = "") -> str:
    return f"/integration/product/sellers/{SELLERS[edition][0]}/ip-whitelists{address and '/'}{address}"


def add(ask: Ask, edition: str, address: Any) -> Any:
    return ask.send("POST", path(edition), json={"ip": address}, headers=SELLERS[edition][1])


def remove(ask: Ask, edition: str, address: str) -> Any:
    return ask.send("DELETE", path(edition, address), headers=SELLERS[edition][1])


def addresses(ask: Ask, edition: str) -> list[str]:
    return [row["ip"] for row in ask(path(edition), SELLERS[edition][1]).json]


def read_products(ask: Ask, edition: str) -> int:
    seller, headers = SELLERS[edition]
    status: int = ask(f"/integration/product/sellers/{seller}/products/approved", headers).status_code
    return status


@pytest.mark.server_error
@pytest.mark.parametrize("edition", EDITIONS)
def test_address_opens_the_gate_until_it_is_taken_off_or_ends(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    ask.control("PATCH", f"/sellers/{SELLERS[edition][0]}", {"allowed_ips": ["10.1.2.3"]})
    assert read_products(ask, edition) == 503
    answer = add(ask, edition, HERE)
    assert (answer.status_code, answer.json["ip"]) == (201, HERE)
    assert read_products(ask, edition) == 200
    assert remove(ask, edition, HERE).status_code == 204
    assert read_products(ask, edition) == 503
    add(ask, edition, HERE)
    ask.control("POST", "/clock/advance", {"ms": 30 * DAY_MS})
    assert (read_products(ask, edition), addresses(ask, edition)) == (503, [])


@pytest.mark.parametrize("edition", EDITIONS)
def test_there_are_seven_addresses_and_seven_additions_a_day(open_world: Opener, edition: str) -> None:
    ask = open_world("empty")
    numbers = [f"198.51.100.{number}" for number in range(7)]
    assert [add(ask, edition, each).status_code for each in numbers] == [201] * 7
    assert addresses(ask, edition) == numbers
    assert refusal(add(ask, edition, "198.51.100.9")) == (429, "ip-whitelist-full")
    assert remove(ask, edition, numbers[0]).status_code == 204
    assert refusal(add(ask, edition, "198.51.100.9")) == (429, "ip-whitelist-full")
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert add(ask, edition, "198.51.100.9").status_code == 201
    assert refusal(add(ask, edition, "198.51.100.10")) == (429, "ip-whitelist-full")
    assert addresses(ask, edition) == [*numbers[1:], "198.51.100.9"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("address", ["::1", "1.2.3", "host", 5])
def test_address_is_one_of_ipv4(open_world: Opener, edition: str, address: Any) -> None:
    assert refusal(add(open_world("empty"), edition, address)) == (400, "ip-whitelist-body-invalid")


@pytest.mark.parametrize("edition", EDITIONS)
def test_address_that_is_not_there_cannot_be_taken_off(open_world: Opener, edition: str) -> None:
    assert refusal(remove(open_world("empty"), edition, HERE)) == (404, "ip-whitelist-unknown")

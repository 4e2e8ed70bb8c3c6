"""Splits: taken on at once, done some seconds later; the parts hold what the whole held, to the kuruş."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.packages import (
    BEFORE_SHIPPING,
    EDITIONS,
    SPLIT_MS,
    STATUSES,
    every_status,
    later,
    lines_of,
    number_in,
    package,
    packages_of,
    refusal,
    statuses,
    units,
    write,
)

SPLITS: dict[str, Any] = {
    "/split-packages": lambda a, b, c: {
        "splitPackages": [{"packageDetails": [{"orderLineId": c, "quantities": 3}]}]
    },
    "/split": lambda a, b, c: {"orderLineIds": [a, b]},
    "/multi-split": lambda a, b, c: {"splitGroups": [{"orderLineIds": [a]}, {"orderLineIds": [b]}]},
    "/quantity-split": lambda a, b, c: {"quantitySplit": [{"orderLineId": c, "quantities": [2, 2]}]},
}
PARTS = {
    "/split-packages": [(0, 0, 3), (1, 2, 1)],
    "/split": [(1, 2, 0), (0, 0, 4)],
    "/multi-split": [(1, 0, 0), (0, 2, 0), (0, 0, 4)],
    "/quantity-split": [(0, 0, 2), (0, 0, 2), (1, 2, 0)],
}

NEW_IDS = [("/split", "newPackageId"), ("/multi-split", "results"), ("/quantity-split", "newPackageIds")]


def body_of(document: dict[str, Any], rest: str, **more: Any) -> dict[str, Any]:
    return {**SPLITS[rest](*(line["lineId"] for line in document["lines"])), **more}


def quantities(numbers: Any) -> dict[str, Any]:
    return {"quantitySplit": [{"orderLineId": 1012, "quantities": numbers}]}


def split(ask: Ask, number: int, rest: str, edition: str = "tr", **more: Any) -> Any:
    return write(ask, number, rest, body_of(package(ask, number), rest, **more), edition, "POST")


@pytest.mark.parametrize("rest", SPLITS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_split_is_answered_at_once_and_done_later(packages: Ask, rest: str, edition: str) -> None:
    number = number_in("picking", edition)
    before = package(packages, number)
    answer = split(packages, number, rest, edition)
    assert (answer.status_code, answer.data) == (200, b"")
    later(packages, SPLIT_MS - 1000)
    assert packages_of(packages, before["orderNumber"]) == [before]
    later(packages, 1000)
    parent, *parts = packages_of(packages, before["orderNumber"])
    assert (parent["shipmentPackageId"], parent["status"]) == (number, "UnPacked")
    assert statuses(parent) == [*statuses(before), "UnPacked"]
    ids = list(units(before))
    assert [tuple(units(part).get(line_id, 0) for line_id in ids) for part in parts] == PARTS[rest]
    assert {(part["status"], part["createdBy"], *part["originPackageIds"]) for part in parts} == {
        ("Created", "split", number)
    }
    assert len({each["cargoTrackingNumber"] for each in (parent, *parts)}) == len(parts) + 1


@pytest.mark.parametrize("rest", SPLITS)
def test_amounts_of_the_parts_are_those_of_the_whole(packages: Ask, rest: str) -> None:
    number = number_in("created")
    before = package(packages, number)
    split(packages, number, rest)
    later(packages)
    _, *parts = packages_of(packages, before["orderNumber"])
    for name in ("packageGrossAmount", "packageTotalDiscount", "packageTotalPrice"):
        assert round(sum(part[name] for part in parts), 2) == before[name]


@pytest.mark.parametrize(("edition", "status"), [("int", "Picking"), ("tr", "Created")])
@pytest.mark.parametrize("rest", SPLITS)
def test_parts_keep_the_status_in_the_international_edition_alone(
    packages: Ask, rest: str, edition: str, status: str
) -> None:
    number = number_in("picking", edition)
    before = package(packages, number)
    split(packages, number, rest, edition, shouldKeepPreviousStatus=True)
    later(packages)
    _, *parts = packages_of(packages, before["orderNumber"])
    assert {part["status"] for part in parts} == {status}


def test_part_of_a_part_names_the_first_package(packages: Ask) -> None:
    number = number_in("created")
    order_number = package(packages, number)["orderNumber"]
    split(packages, number, "/split")
    later(packages)
    part = packages_of(packages, order_number)[1]
    body = {"orderLineIds": [part["lines"][0]["lineId"]]}
    assert write(packages, part["shipmentPackageId"], "/split", body, method="POST").status_code == 200
    later(packages)
    whole = packages_of(packages, order_number)
    assert [each["originPackageIds"] for each in whole] == [None, *[[number]] * 4]
    assert [each["status"] for each in whole] == ["UnPacked", "UnPacked", "Created", "Created", "Created"]


@pytest.mark.parametrize(
    ("rest", "name"),
    [("/split", "newPackageId"), ("/multi-split", "results"), ("/quantity-split", "newPackageIds")],
)
def test_new_ids_by_decision_are_those_that_come(open_world: Opener, rest: str, name: str) -> None:
    ask = open_world(recipe=every_status(), decisions={"split-response": "new-ids"})
    number = number_in("created")
    order_number = package(ask, number)["orderNumber"]
    answer = split(ask, number, rest)
    later(ask)
    ids = [each["shipmentPackageId"] for each in packages_of(ask, order_number)[1:]]
    bodies = {
        "/split": ids[0],
        "/multi-split": [{"newPackageId": one} for one in ids],
        "/quantity-split": ids,
    }
    assert answer.json == {name: bodies[rest]}


def test_split_that_comes_too_late_is_dropped(packages: Ask) -> None:
    number = number_in("created")
    before = package(packages, number)
    split(packages, number, "/split")
    body = {"lines": lines_of(before), "reasonId": 500}
    assert write(packages, number, "/items/unsupplied", body).status_code == 200
    later(packages)
    (after,) = packages_of(packages, before["orderNumber"])
    assert after["status"] == "Cancelled"


def test_second_split_before_the_first_is_done_comes_to_nothing(packages: Ask) -> None:
    number = number_in("created")
    order_number = package(packages, number)["orderNumber"]
    assert [split(packages, number, "/split").status_code for _ in range(2)] == [200, 200]
    later(packages)
    assert [each["status"] for each in packages_of(packages, order_number)] == [
        "UnPacked",
        "Created",
        "Created",
    ]


@pytest.mark.parametrize("at", [status for status in STATUSES if status not in BEFORE_SHIPPING])
@pytest.mark.parametrize("rest", SPLITS)
def test_nothing_is_split_that_a_carrier_has(packages: Ask, rest: str, at: str) -> None:
    answer = split(packages, number_in(at), rest)
    assert refusal(answer) == (400, "package-transition-refused")


@pytest.mark.parametrize(
    ("rest", "body", "rule"),
    [
        ("/split", {"orderLineIds": [7]}, "package-lines-invalid"),
        ("/split", {"orderLineIds": [1010, 1011, 1012]}, "package-split-empty"),
        ("/multi-split", {"splitGroups": [{"orderLineIds": [1010, 1011, 1012]}]}, "package-split-empty"),
        ("/multi-split", {"splitGroups": [{"orderLineIds": [1010]}] * 2}, "package-lines-invalid"),
        (
            "/quantity-split",
            {"quantitySplit": [{"orderLineId": 1012, "quantities": [4, 1]}]},
            "package-lines-invalid",
        ),
        (
            "/quantity-split",
            {"quantitySplit": [{"orderLineId": 1012, "quantities": 2}]},
            "package-body-invalid",
        ),
        ("/split-packages", {"splitPackages": []}, "package-body-invalid"),
        ("/split", {}, "package-body-invalid"),
        ("/split", [], "package-body-invalid"),
    ],
)
def test_split_that_does_not_fit_the_package_is_refused(
    packages: Ask, rest: str, body: Any, rule: str
) -> None:
    number = number_in("created")
    before = package(packages, number)
    assert refusal(write(packages, number, rest, body, method="POST")) == (400, rule)
    later(packages)
    assert packages_of(packages, before["orderNumber"]) == [before]

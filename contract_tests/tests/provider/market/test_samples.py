"""The bodies the vendor prints: they keep the specs, and the world `samples` serves them as printed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from contract_tests.tests.places import ROOT
from contract_tests.tests.provider.conftest import TR, Ask, Opener, basic
from emulator.contract.contract import load_contract
from emulator.contract.operations import Operation
from emulator.contract.schemas import response_breach, validator

FOLDER = ROOT / "fixtures" / "samples"
SAMPLES: list[dict[str, Any]] = [
    {**sample, "file": f"{index.parent.name}/{sample['file']}"}
    for index in sorted(FOLDER.glob("*/index.yaml"))
    for sample in yaml.safe_load(index.read_bytes())["samples"]
]
QUESTIONS = [sample for sample in SAMPLES if "asked" in sample]

# Answers that the world `demo` gives with values of its own, by their address: same members, same order.
ADDRESSES: dict[str, tuple[str, dict[str, Any]]] = {
    "filterInventoryAndPrice": (
        "/integration/product/sellers/2738/products/approved/inventory-and-price",
        {"size": 1},
    ),
    "getCategoryAttributes": ("/integration/product/categories/604/attributes", {}),
    "getCategoryAttributeValues": ("/integration/product/categories/604/attributes/295/values", {"size": 1}),
    "getCountries": ("/integration/member/countries", {}),
    "getCities": ("/integration/member/countries/SA/cities", {}),
    "getCitiesAz": ("/integration/member/countries/domestic/AZ/cities", {}),
    "getCitiesTr": ("/integration/member/countries/domestic/TR/cities", {}),
    "getExportOrigins": ("/integration/ecgw/v1/2738/lookup/origins", {}),
    "getExportCompositions": ("/integration/ecgw/v1/2738/lookup/compositions", {}),
    "getExportCareInstructions": ("/integration/ecgw/v1/2738/lookup/care-instructions", {}),
}
FORM, EMPTY, NOT_PRINTED = "a form, no JSON", "no JSON goes there or back", "no page prints a body of it"
# The operations of the vendor that have no sample, and why.
WITHOUT_SAMPLE: dict[str, str] = {
    **dict.fromkeys(("createBrand", "createClaimIssue", "uploadInvoiceFile", "uploadWarrantyDocument"), FORM),
    **dict.fromkeys(
        (
            "activateWebhook", "deactivateWebhook", "deleteWebhook", "deliveredByService", "manualDeliver",
            "manualDeliverByTrackingNumber", "manualInvoiceDelivery", "manualInvoiceDeliveryByTrackingNumber",
            "manualReturn", "manualReturnByTrackingNumber", "manualReturnPackageByTrackingNumber",
            "getHealthcheck", "deleteIpWhitelist",
        ),
        EMPTY,
    ),
    **dict.fromkeys(
        (
            "addIpWhitelist", "listIpWhitelists", "getVideos", "getPaymentOrders",
            "cancelItems", "getB2bPackages", "getOffers", "getProductImages", "getProductRating",
            "getStockStatus", "requestItems",
        ),
        NOT_PRINTED,
    ),
    "getShipmentPackagesV1": "the page prints one body for both addresses",
}  # fmt: skip


def label(sample: dict[str, Any]) -> str:
    return (
        Path(sample["file"]).stem if "edition" not in sample else f"{sample['edition']}-{sample['operation']}"
    )


def body_of(sample: dict[str, Any]) -> bytes:
    return FOLDER.joinpath(sample["file"]).read_bytes()


def operation_of(sample: dict[str, Any]) -> Operation:
    return next(
        entry
        for entry in load_contract().distinct()
        if entry.id == sample["operation"] and entry.edition == sample.get("edition", entry.edition)
    )


def place(body: Any, pointer: str) -> tuple[Any, Any]:
    """Find what holds a JSON Pointer's last step, and that step."""
    *way, last = [int(step) if step.isdecimal() else step for step in pointer.split("/")[1:]]
    for step in way:
        body = body[step]
    return body, last


def as_served(sample: dict[str, Any]) -> Any:
    """The printed body, with exactly the deviations that the index lists."""
    body = copy.deepcopy(orjson.loads(body_of(sample)))
    for fault in sample["faults"]:
        if "served" in fault:
            holder, step = place(body, fault["pointer"])
            holder[step] = fault["served"]
    return body


def answer_to(ask: Ask, sample: dict[str, Any]) -> Any:
    question = sample["asked"]
    sellers = ask.control("GET", "/sellers")["sellers"]
    seller = next(one for one in sellers if one["id"] == question["seller"])
    headers = {
        "Authorization": basic(seller["key"], seller["secret"]),
        "User-Agent": f"{seller['id']} - SelfIntegration",
        "storeFrontCode": question["storefront"],
    }
    path = operation_of(sample).path.format(sellerId=seller["id"])
    return ask(path, headers, **question.get("query", {}))


def test_index_lists_every_sample_once() -> None:
    values = [sample["file"] for sample in SAMPLES]
    assert sorted(values) == sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json"))


def test_each_operation_of_the_vendor_has_a_sample_or_a_reason_for_none() -> None:
    operations = {
        entry.id for entry in load_contract().distinct() if not entry.document.startswith("control")
    }
    assert operations - {sample["operation"] for sample in SAMPLES} == WITHOUT_SAMPLE.keys()


def members(body: Any) -> Any:
    """The names in a body, in their order; of a list those of its first row."""
    if isinstance(body, dict):
        return [(name, members(value)) for name, value in body.items()]
    return [members(each) for each in body[:1]] if isinstance(body, list) else None


def test_world_answers_with_the_members_of_the_samples(open_world: Opener) -> None:
    ask = open_world("demo")
    samples = {sample["operation"]: sample for sample in SAMPLES if sample["status"] == 200}
    for name, (path, query) in ADDRESSES.items():
        answer = ask(path, TR, **query)
        assert members(answer.json) == members(orjson.loads(body_of(samples[name]))), name


@pytest.mark.parametrize("sample", SAMPLES, ids=label)
def test_sample_keeps_the_spec_of_its_operation(sample: dict[str, Any]) -> None:
    operation, body = operation_of(sample), body_of(sample)
    if sample["status"] == "request":
        schema = operation.tree["requestBody"]["content"]["application/json"]["schema"]
        assert validator(operation, "request body", schema).is_valid(orjson.loads(body))
    else:
        assert response_breach(operation, sample["status"], "application/json", body) is None


@pytest.mark.parametrize("sample", SAMPLES, ids=label)
def test_fault_points_into_the_sample_and_says_what_was_made_of_it(sample: dict[str, Any]) -> None:
    body = orjson.loads(body_of(sample))
    for fault in sample["faults"]:
        assert fault["printed"]
        assert fault["decided"]
        assert fault["why"]
        if fault["pointer"]:
            holder, step = place(body, fault["pointer"])
            assert "served" not in fault or json.dumps(holder[step]) != json.dumps(fault["served"])


@pytest.mark.parametrize("sample", QUESTIONS, ids=label)
def test_world_serves_the_printed_body_but_for_the_listed_deviations(
    open_world: Opener, sample: dict[str, Any]
) -> None:
    answer = answer_to(open_world(sample["world"]), sample)
    assert answer.status_code == sample["status"]
    assert json.dumps(orjson.loads(answer.data)) == json.dumps(as_served(sample))


def test_index_lists_where_the_printed_text_is_no_json() -> None:
    faults = [(sample["operation"], fault) for sample in SAMPLES for fault in sample["faults"]]
    places = [(operation, fault["pointer"]) for operation, fault in faults if fault.get("syntax")]
    assert places == [
        ("listProducts", "/data"),
        ("getProduct", "/categories"),
        ("getProduct", "/variants"),
        ("getProduct", "/attributes"),
        ("listOrders", "/data"),
        ("getOrder", "/items"),
        ("filterApprovedProducts", ""),
        ("filterApprovedProducts", "/content/0/variants/1/stock"),
        ("filterUnapprovedProducts", "/content/0/status"),
    ]

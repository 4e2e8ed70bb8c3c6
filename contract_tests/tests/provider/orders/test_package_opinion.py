"""A second reader of the law: openapi-core takes and refuses the same package writes as the emulator."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.packages import SELLERS, number_in, package
from contract_tests.tests.provider.support.second_reader import reader_of
from emulator.contract.contract import load_contract
from emulator.contract.operations import Operation

WRITES = [
    operation
    for operation in load_contract().operations
    if operation.family in ("trendyol.packages", "trendyol.delivery")
]
BY_SCHEMA = (
    "package-body-invalid", "package-parameter-invalid", "package-status-invalid", "package-reason-invalid",
    "tracking-provider-invalid", "cargo-provider-invalid",
)  # fmt: skip
WRONG: tuple[Any, ...] = (None, [], {}, "x", -1, 0, 1.5, True, "ABC12")


def label(operation: Operation) -> str:
    return f"{operation.edition}-{operation.id}"


def printed_bodies(operation: Operation) -> list[Any]:
    """The bodies that the document gives as examples; one None for an operation without a body."""
    content = operation.tree.get("requestBody", {}).get("content", {})
    return [each["value"] for each in content["application/json"]["examples"].values()] if content else [None]


def changed_bodies(body: Any) -> Iterator[Any]:
    """A body with each of its values replaced by wrong ones, or left out, however deep it stands."""
    is_object = isinstance(body, dict)
    places: list[Any] = list(body) if is_object else list(range(len(body))) if isinstance(body, list) else []
    for place in places:
        for other in (*WRONG, *changed_bodies(body[place])):
            yield _with(body, place, other)
        if is_object:
            yield {name: value for name, value in body.items() if name != place}


def _with(body: Any, place: Any, value: Any) -> Any:
    new_body = copy.deepcopy(body)
    new_body[place] = value
    return new_body


def exchanges(ask: Ask, operation: Operation) -> Iterator[tuple[Any, Request, Any]]:
    """Each body of an operation with the request as the reader sees it, and the emulator's answer."""
    seller, _, headers = SELLERS[operation.edition]
    number = number_in("picking", operation.edition)
    cargo_number = package(ask, number)["cargoTrackingNumber"]
    path = operation.path.format(sellerId=seller, packageId=number, cargoTrackingNumber=cargo_number)
    for body in printed_bodies(operation):
        for value in (body, *changed_bodies(body), *WRONG[:4]) if body is not None else (None,):
            data = None if body is None else orjson.dumps(value)
            words: dict[str, Any] = {"data": data, "content_type": "application/json"} if data else {}
            answer = ask.send(operation.method, path, headers=headers, **words)
            builder = EnvironBuilder(path, method=operation.method, headers=[*headers.items()], **words)
            yield value, Request(builder.get_environ()), answer


@pytest.mark.parametrize("operation", WRITES, ids=label)
def test_both_readers_take_and_refuse_the_same_bodies(packages: Ask, operation: Operation) -> None:
    reader, apart = reader_of(operation.document), []
    for body, request, answer in exchanges(packages, operation):
        request_view = WerkzeugOpenAPIRequest(request)
        faults = [str(fault) for fault in reader.iter_request_errors(request_view)]
        rule = answer.headers.get("X-Emulator-Rule")
        if (rule in BY_SCHEMA) != bool(faults):
            apart.append((body, rule, faults))
        if answer.data:
            assert [*reader.iter_response_errors(request_view, WerkzeugOpenAPIResponse(answer))] == []
    assert apart == []

"""A second reader of the law: openapi-core agrees with the emulator on every exchange of a rich run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from openapi_core.datatypes import RequestParameters
from openapi_core.templating.paths.exceptions import PathError
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.datastructures import Headers, ImmutableMultiDict

from contract_tests.tests.effort import is_nightly
from contract_tests.tests.provider.conftest import INT, NOW_MS, Ask
from contract_tests.tests.provider.support.questions import HEADERS, VENDOR, good_path, questions
from contract_tests.tests.provider.support.second_reader import reader_of
from emulator.contract.contract import load_contract
from emulator.contract.operations import Operation

DOCUMENTS = load_contract().documents
GATES = {
    "credentials-undecodable", "credentials-invalid", "seller-mismatch", "user-agent-missing",
    "storefront-invalid", "ip-not-allowed", "too-many-requests",
}  # fmt: skip
TOKENS = {"token-invalid", "token-filter-changed", "cursor-invalid", "cursor-filter-changed"}
STATE = {
    "product-not-found", "product-v1-closed", "order-v1-closed", "finance-cargo-invoice-unknown",
    "place-unknown", "claim-item-not-found", "export-not-enrolled",
    "export-category-unknown", "export-batch-unknown", "question-unknown", "label-package-unknown",
    "label-unknown", "compensation-refused",
    "category-unknown", "category-no-leaf", "attribute-unknown",
}  # fmt: skip
"""Refusals that depend on who asks, how often, on another answer, or on what the world holds."""

FEW = 2
Entry = Mapping[str, Any]


class Asked:
    """A recorded request, in the form that openapi-core reads."""

    host_url = "http://localhost"
    body = None
    content_type = "application/octet-stream"

    def __init__(self, entry: Entry, operation: Operation | None) -> None:
        target = urlsplit(entry["request"]["url"])
        pairs = parse_qsl(target.query, keep_blank_values=True)
        self.path = "/integration" + target.path.partition("/integration")[2]
        self.method = entry["request"]["method"].lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(list(plainly(pairs, operation)) if operation else pairs),
            header=headers(entry["request"]),
        )


class Answered:
    """A recorded answer, in the form that openapi-core reads."""

    def __init__(self, entry: Entry) -> None:
        response = entry["response"]
        self.status_code = response["status"]
        self.headers = headers(response)
        self.content_type = response["content"]["mimeType"]
        self.data = response["content"]["text"].encode()


def headers(message: Entry) -> Headers:
    return Headers([(header["name"], header["value"]) for header in message["headers"]])


def plainly(pairs: list[tuple[str, str]], operation: Operation) -> Iterator[tuple[str, str]]:
    """Spell a query as OpenAPI does: no empty value, no alias of x-aliases, a list in its declared style."""
    for name, text in pairs:
        parameter = operation.queries.get(name)
        if parameter is None or not parameter.many:
            values = [parameter.aliases.get(text, text) if parameter else text]
        else:
            values = [parameter.aliases.get(part.strip(), part.strip()) for part in text.split(",")]
            if not exploded(operation, name):
                values = [",".join(values)]
        yield from ((name, one) for one in values if one)


def exploded(operation: Operation, name: str) -> bool:
    return all(
        entry.get("explode", True) for entry in operation.tree["parameters"] if entry.get("name") == name
    )


def beyond(operation: Operation) -> set[str | None]:
    """The refusals that no OpenAPI schema can state: gates, tokens, state, our words across parameters."""
    words = operation.words
    window, pages = words.get("x-window", {}), words.get("x-page-window", {})
    across = {rule["error"] for rule in words.get("x-query-schema", ())}
    across |= {window.get("error"), window.get("order_error"), pages.get("error"), "parameter-repeated"}
    return GATES | TOKENS | STATE | across


def is_wrong_page_key(request: Asked, operation: Operation, refusal: str | None) -> bool:
    """Whether a page key of the export centre is one that no answer had, which no schema can say."""
    parameter = operation.queries.get("pageKey")
    if parameter is None or refusal != "export-parameter-invalid":
        return False
    return 0 < len(request.parameters.query.get("pageKey", "")) <= int(parameter.schema["maxLength"])


def token_too_long(asked: Asked, operation: Operation) -> bool:
    """Whether the token breaks its schema: then both readers refuse it, with the word for any bad token."""
    parameter = operation.queries.get("nextPageToken")
    return parameter is not None and len(asked.parameters.query.get("nextPageToken", "")) > int(
        parameter.schema["maxLength"]
    )


ALL_BODIES = 2**30


@pytest.fixture(scope="module")
def recorded(app: Flask) -> Iterator[list[Entry]]:
    """The journals of four worlds: every question, the limits, a locked-out address, other decisions."""
    stages = app.extensions["stages"]
    other_decisions = {
        "product-v1": "closed",
        "cargo-invoice-unknown": "not-found",
        "retry-after": "seconds",
        "orders-window": "refuse",
        "question-window": "refuse",
        "claim-window": "refuse",
    }
    opinion = stages.open("opinion", "demo", decisions={"order-v1": "open"})
    opinion.journal.max_body_bytes = ALL_BODIES
    stages.open("opinion-limits", "empty", limits="on")
    stages.open("opinion-locked", "empty")
    stages.open("opinion-other_decisions", "empty", decisions=other_decisions)
    names = ("opinion", "opinion-limits", "opinion-locked", "opinion-other_decisions")
    whole, limited, locked, otherwise = asks = [Ask(app, f"/w/{name}") for name in names]
    everything(whole)
    for _ in range(51):
        once(limited)
    locked.control("PATCH", "/sellers/2748", {"allowed_ips": ["10.1.2.3"]})
    once(locked)
    once(otherwise)
    journals = (ask.control("GET", "/requests", format="har") for ask in asks)
    yield [entry for journal in journals for entry in journal["log"]["entries"]]
    for name in names:
        stages.close(name)


def everything(ask: Ask) -> None:
    for operation in VENDOR:
        for question in questions(operation):
            ask.send("GET", question.path, headers=question.sent, query_string=list(question.query))
        if "nextPageToken" in operation.queries and operation.edition == "int":
            token = ask(good_path(operation), size=2).json["nextPageToken"]
            for size in (2, 3):
                ask(good_path(operation), nextPageToken=token, size=size)
            ask(good_path(operation), nextPageToken=token, size=2, stockCode="another filter")
        if "nextCursor" in operation.queries:
            seller_headers = HEADERS[operation.edition]
            cursor = ask(good_path(operation), seller_headers, size=2).json["nextCursor"]
            ask(good_path(operation), seller_headers, size=2, nextCursor=cursor)
            ask(good_path(operation), seller_headers, packageItemStatuses="Created", nextCursor=cursor)


def once(ask: Ask) -> None:
    for operation in VENDOR:
        question = next(questions(operation))
        ask.send("GET", question.path, headers=question.sent, query_string=list(question.query))
        window = operation.words.get("x-window", {})
        if window.get("over") == "clamp":
            ends = {window["from"]: NOW_MS - window["max_ms"] - 1, window["to"]: NOW_MS}
            ask(question.path, question.sent, **ends)


def of(recorded: list[Entry], operation: Operation) -> list[Entry]:
    wanted = (operation.document, operation.id)
    values = [(entry["_emulator"]["document"], entry["_emulator"]["operation"]) for entry in recorded]
    found = [entry for entry, place in zip(recorded, values, strict=True) if place == wanted]
    assert len(found) > 20
    return found if is_nightly() else cut(found)


def cut(entries: list[Entry]) -> list[Entry]:
    """The first few exchanges of each outcome."""
    counts: Counter[tuple[str | None, int]] = Counter()
    cut_entries = []
    for entry in entries:
        outcome = (entry["_emulator"]["refusal"], entry["response"]["status"])
        counts[outcome] += 1
        if counts[outcome] <= FEW:
            cut_entries.append(entry)
    return cut_entries


def label(operation: Operation) -> str:
    return f"{operation.edition}-{operation.id}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_bundled_document_is_openapi(name: str) -> None:
    assert [str(fault) for fault in OpenAPIV31SpecValidator(DOCUMENTS[name]).iter_errors()] == []


@pytest.mark.parametrize("operation", VENDOR, ids=label)
def test_both_readers_take_and_refuse_the_same_requests(recorded: list[Entry], operation: Operation) -> None:
    reader, apart = reader_of(operation.document), []
    for entry in of(recorded, operation):
        asked, refusal = Asked(entry, operation), entry["_emulator"]["refusal"]
        schema_kept = entry["response"]["status"] == 200 or (
            refusal in beyond(operation) and not token_too_long(asked, operation)
        )
        schema_kept = schema_kept or is_wrong_page_key(asked, operation, refusal)
        faults = [str(fault) for fault in reader.iter_request_errors(asked)]
        if schema_kept != (not faults):
            apart.append((entry["request"]["url"], refusal, faults))
    assert apart == []


@pytest.mark.parametrize("operation", VENDOR, ids=label)
def test_every_answer_keeps_its_schema_for_the_second_reader(
    recorded: list[Entry], operation: Operation
) -> None:
    reader = reader_of(operation.document)
    for entry in of(recorded, operation):
        faults = list(reader.iter_response_errors(Asked(entry, operation), Answered(entry)))
        assert faults == [], (entry["request"]["url"], entry["response"]["status"])


def test_run_is_rich_enough_to_disagree_about(recorded: list[Entry]) -> None:
    values = {entry["_emulator"]["refusal"] for entry in recorded}
    across = set().union(*(beyond(operation) for operation in VENDOR))
    by_schema = {
        error
        for operation in VENDOR
        for parameter in operation.queries.values()
        for error in (
            parameter.on_invalid,
            parameter.on_missing if parameter.required else "parameter-invalid",
        )
        if error != "parameter-invalid"
    }
    assert across - {None} <= values
    assert by_schema <= values
    assert {entry["response"]["status"] for entry in recorded} >= {200, 400, 401, 403, 404, 429, 503}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/integration/product/sellers/2748/products/approve"),
        ("GET", "/integration/finance/sellers/2748/settlements"),
        ("POST", "/integration/finance/che/sellers/2748/settlements"),
    ],
)
def test_both_readers_know_the_same_paths_and_methods(ask: Ask, method: str, path: str) -> None:
    ask.send(method, path, headers=INT)
    (entry,) = ask.control("GET", "/requests", format="har")["log"]["entries"]
    assert entry["_emulator"]["operation"] is None
    for name in {operation.document for operation in VENDOR}:
        (fault,) = reader_of(name).iter_request_errors(Asked(entry, None))
        assert isinstance(fault, PathError)

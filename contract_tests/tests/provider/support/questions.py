"""Many ways to ask each vendor read, right and wrong, drawn from what the specs say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, basic
from emulator.contract.contract import load_contract
from emulator.contract.operations import Operation, Parameter

DAY_MS = 86_400_000
SELLERS = {"int": "2748", "tr": "2738"}
HEADERS = {"int": INT, "tr": TR}
VENDOR = [
    entry
    for entry in load_contract().operations
    if entry.document.startswith("trendyol/") and entry.method == "GET"
]
REFUSED_HEADERS: tuple[dict[str, str | None], ...] = (
    {"Authorization": None},
    {"Authorization": "Basic ???"},
    {"Authorization": basic("nobody", "knows")},
    {"User-Agent": ""},
    {"storeFrontCode": "XX"},
    {"Accept-Language": "ar", "User-Agent": "python-requests/2.32"},
)


@dataclass(frozen=True, slots=True)
class Question:
    """One request: ``headers`` replace those of a well-behaved client, None leaves one out."""

    operation: Operation
    path: str
    query: tuple[tuple[str, Any], ...] = ()
    headers: dict[str, str | None] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, str]:
        """All headers."""
        whole = {**HEADERS[self.operation.edition], **self.headers}
        return {name: value for name, value in whole.items() if value is not None}


def questions(operation: Operation) -> Iterator[Question]:
    """The plain question, then one for each value of each parameter, each pair of dates, each header."""
    path, plain = good_path(operation), good_query(operation)
    yield Question(operation, path, tuple(plain.items()))
    for other in paths(operation):
        yield Question(operation, other, tuple(plain.items()))
    foreign = HEADERS["tr" if operation.edition == "int" else "int"]
    yield Question(operation, path, tuple(plain.items()), {"Authorization": foreign["Authorization"]})
    for headers in REFUSED_HEADERS:
        yield Question(operation, path, tuple(plain.items()), headers)
    for name, parameter in operation.queries.items():
        rest = tuple((key, value) for key, value in plain.items() if key != name)
        yield Question(operation, path, rest)
        for values in asked(parameter):
            yield Question(operation, path, (*rest, *((name, value) for value in values)))
    for query in together(operation, plain):
        yield Question(operation, path, tuple(query.items()))


def good_path(operation: Operation) -> str:
    """The path of the edition's demo seller."""
    return path_with(operation)


def path_with(operation: Operation, **values: str) -> str:
    """The path of the edition's demo seller, with some other values in it."""
    good = {
        "sellerId": SELLERS[operation.edition],
        "barcode": "8680000000017",
        "claimItemsId": "f9da2317-876b-4b86-b8f7-0535c3b65731",
        "cargoTrackingNumber": "7330000000000001",
        "id": "453000021",
        "invoiceSerialNumber": "DDF2026000000001",
        "countryCode": "RO",
        "cityId": "9001",
        "cityCode": "15001" if "/AZ/" in operation.path else "101",
        "districtCode": "10101",
        "ip": "198.51.100.7",
        "categoryId": "604",
        "contentId": "12009249",
        "batchRequestId": "aeef5fb1-0a3c-4b3c-8a5d-0123456789ab-1795320000",
        "attributeId": "14",
    }
    return operation.path.format_map({**good, **values})


def paths(operation: Operation) -> Iterator[str]:
    """Odd segments. A seller that is no number meets the gate for sellers before its schema."""
    if "invoiceSerialNumber" in operation.path:
        yield good_path(operation).replace("DDF2026", "DDF%202026")
        yield good_path(operation).replace("DDF2026", "DDF-2026")
    if "{barcode}" in operation.path:
        yield good_path(operation).replace("8680000000017", "%C3%87i%C3%A7ek%201")
    if "{cityCode}" in operation.path:
        yield path_with(operation, cityCode="1")
    if "{categoryId}" in operation.path:
        yield from (path_with(operation, categoryId=number) for number in ("1", "522"))
    if "{attributeId}" in operation.path:
        yield path_with(operation, attributeId="1")
    if "{countryCode}" in operation.path:
        yield path_with(operation, countryCode="FR")


def good_query(operation: Operation) -> dict[str, Any]:
    """What a question needs to be answered: a type and two days where they are asked for."""
    window = operation.words.get("x-window", {})
    dates = (NOW_MS - 2 * DAY_MS, NOW_MS)
    query: dict[str, Any] = (
        dict(zip((window["from"], window["to"]), dates, strict=True)) if "max_ms" in window else {}
    )
    if operation.id == "getBrandsByName":
        query["name"] = "Aylinka"
    if "batchId" in operation.queries:
        query["batchId"] = "57a7229a-e345-4232-88ac-f4169b864293"
    if "nextPageToken" in operation.queries:
        query["size"] = 2
    if "transactionType" in operation.queries:
        query["transactionType"] = operation.queries["transactionType"].schema["enum"][0]
    return query


def asked(parameter: Parameter) -> Iterator[tuple[Any, ...]]:
    """The values one parameter is sent with, several where it is repeated."""
    singles = list(values(parameter))
    yield from ((value,) for value in singles)
    yield (singles[0], singles[0])
    if parameter.many:
        yield tuple(singles[:3])
        for join in (",", ", "):
            yield (join.join(str(value) for value in singles[:3]),)
        yield tuple(f"{number}" for number in range(parameter.whole.get("maxItems", 50) + 1))


def values(parameter: Parameter) -> Iterator[Any]:
    """Right and wrong values of a schema."""
    schema = parameter.schema
    yield from schema.get("enum", ())
    yield from parameter.aliases
    if parameter.kind == "integer":
        edges = [schema.get("minimum", 0), schema.get("maximum", 2**31 - 1)]
        yield from (edge + step for edge in edges for step in (0, -1, 1))
        yield from (2**31, 2**63 - 1, 2**63, -(2**63) - 1, "1.0", "1e3", "0x1", "seven", "%201")
    elif parameter.kind == "boolean":
        # TRUE is not asked: openapi-core folds case, and nobody knows whether the vendor does.
        yield from ("true", "false", "True", "False", "1", "0", "perhaps", "2")
    else:
        yield from ("2026-11-22", "Sale", "2026-13-45", "22.11.2026", "İstanbul & Çiçek", "x" * 1025)
    yield ""


def together(operation: Operation, plain: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Right values that break, or just keep, a rule across parameters."""
    window, pages = operation.words.get("x-window"), operation.words.get("x-page-window")
    if window:
        longest = window.get("max_ms", 400 * DAY_MS)
        for span in (0, -1, longest, longest + 1):
            yield {**plain, window["from"]: 1_600_000_000_000, window["to"]: 1_600_000_000_000 + span}
    if pages:
        yield from ({**plain, "page": page, "size": 100} for page in (99, 100, 101, 2**31 - 1))
    if pages and "beyond" in pages:
        for token in ("e30=", "eyJzb3J0IjpbMV19", "no token", "x" * 1024, "x" * 1025):
            yield {**plain, "page": 101, "size": 100, pages["beyond"]: token}
    if "transactionTypes" in operation.queries:
        del plain["transactionType"]
        names = operation.queries["transactionTypes"].schema["enum"]
        yield from ({**plain, "transactionTypes": joint.join(names)} for joint in (",", ", "))
        days = {**plain, "transactionTypes": names[0]}
        without = {name: value for name, value in days.items() if name not in ("startDate", "endDate")}
        yield from ({**without, **one} for one in ({}, {"paymentDate": "2026-11-18"}, {"paymentOrderId": 7}))
        yield {**days, "transactionSubType": "PlatformServiceFee"}
        yield {**days, "transactionSubType": "PlatformServiceFee", "transactionTypes": ",".join(names)}

"""Fields, rules and errors that come and go by the world's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import INT, TR, Opener
from emulator.contract.bodies import decode_body
from emulator.contract.build.compiling import read
from emulator.contract.build.finding_fields import dated_fields
from emulator.contract.build.words import check_words
from emulator.contract.contract import load_contract
from emulator.contract.dates import DATING_WORDS
from emulator.contract.errors import Refusal
from emulator.contract.faults import SpecFault
from emulator.contract.operations import Operation, operation_at, operations_of
from emulator.contract.parameters import decode_query
from emulator.contract.schemas import response_breach
from emulator.contract.sources import folder
from emulator.control.changes_text import change_lines

DAY_MS = 86_400_000
SOURCE = {"confidence": "I", "note": "a test"}
SINCE = {"x-since": {"at": "2026-02-01", "what": "The test's field.", "x-source": SOURCE}}
UNTIL = {"x-until": {"at": "2026-03-01", "what": "The test's field.", "x-source": SOURCE}}
BEFORE, BETWEEN, AFTER = "2026-01-31", "2026-02-28", "2026-03-01"
ITEM = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "old", "new"],
    "properties": {"id": {}, "new": {"type": "string", **SINCE}, "old": {"type": "string", **UNTIL}},
}


def ms(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00+03:00").timestamp() * 1000)


def operation(**schemas: Any) -> Operation:
    """Give the one operation of a document whose answer is a map of lists of Item, and its body an Item."""
    answer = {"additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}
    document = {
        "servers": [{"url": ""}],
        "components": {"schemas": {"Item": ITEM, **schemas}},
        "paths": {
            "/x": {
                "post": {
                    "operationId": "x",
                    "parameters": [{"name": "a", "in": "query", "schema": {"type": "string"}}],
                    "x-query-schema": [{"schema": {"required": ["a"]}, "error": "no-a", **SINCE}],
                    "requestBody": {"content": {"application/json": {"schema": answer}}},
                    "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
                }
            }
        },
    }
    (one,) = operations_of("x", document, dated_fields("x", document))
    return one


@pytest.mark.parametrize(
    ("day", "names"), [(BEFORE, {"id", "old"}), (BETWEEN, {"id", "old", "new"}), (AFTER, {"id", "new"})]
)
def test_answer_is_held_to_the_fields_of_its_day(day: str, names: set[str]) -> None:
    variant = operation_at(operation(), ms(day))
    for member_names in ({"id"}, {"id", "old"}, {"id", "new"}, {"id", "old", "new"}):
        body = orjson.dumps({"any": [dict.fromkeys(member_names, "1")]})
        assert (response_breach(variant, 200, "application/json", body) is None) == (member_names == names)


def test_fields_of_a_closed_body_are_unknown_outside_their_days() -> None:
    variant = operation_at(operation(), ms(BEFORE))
    with pytest.raises(Refusal) as no:
        decode_body(variant, "application/json", b'{"any": [{"id": 1, "old": "1", "new": "2"}]}')
    assert "'new' was unexpected" in no.value.facts["value"]


@pytest.mark.parametrize(("day", "row"), [(BEFORE, {"id": 1, "old": "1"}), (AFTER, {"id": 1, "new": "2"})])
def test_fields_of_an_open_body_are_ignored_outside_their_days(day: str, row: dict[str, Any]) -> None:
    variant = operation_at(operation(Item={**ITEM, "additionalProperties": True}), ms(day))
    body = b'{"any": [{"id": 1, "old": "1", "new": "2"}], "none": []}'
    assert decode_body(variant, "application/json", body) == {"any": [row], "none": []}


def test_rule_over_the_query_comes_on_its_day() -> None:
    assert decode_query(operation_at(operation(), ms(BEFORE)), "") == {}
    with pytest.raises(Refusal, match="no-a"):
        decode_query(operation_at(operation(), ms(BETWEEN)), "")


def test_nothing_is_left_out_while_everything_is_there() -> None:
    one = operation()
    assert operation_at(one, ms(BETWEEN)).absent_fields == {}
    assert operation_at(one, ms(BETWEEN)).components is one.components
    assert operation_at(one, ms(BEFORE)).absent_fields == {"request": (("*", "new"),), "200": (("*", "new"),)}


def test_schema_that_contains_itself_has_its_fields_once() -> None:
    tree = {"properties": {"self": {"$ref": "#/components/schemas/Item"}, "new": {**SINCE}}}
    assert [one.name for one in operation(Item=tree).fields if one.place == "200"] == ["200 *.new"]


def rows(answer: Any) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = orjson.loads(answer.data)["content"]
    assert content
    return content


def test_settlements_name_their_package_from_the_day_on(open_world: Opener) -> None:
    now_ms = ms("2025-03-21") - 1000
    ask = open_world(now_ms=now_ms)
    question = {"transactionType": "Sale", "startDate": now_ms - 14 * DAY_MS, "endDate": now_ms}
    path = "/integration/finance/che/sellers/2748/settlements"
    assert not any("shipmentPackageId" in row for row in rows(ask(path, INT, **question)))
    ask.control("POST", "/clock/advance", {"ms": 1000})
    assert all(row["shipmentPackageId"] for row in rows(ask(path, INT, **question)))


@pytest.mark.parametrize(
    ("seller", "headers", "day", "has_origin"),
    [(2738, TR, "2026-05-12", False), (2738, TR, "2026-05-13", True), (2748, INT, "2026-05-12", True)],
)
def test_variants_name_their_origin_from_the_day_of_their_edition(
    open_world: Opener,
    seller: int,
    headers: dict[str, str],
    day: str,
    has_origin: bool,  # noqa: FBT001
) -> None:
    ask = open_world(now_ms=ms(day))
    contents = rows(ask(f"/integration/product/sellers/{seller}/products/approved", headers))
    assert any("origin" in each for content in contents for each in content["variants"]) is has_origin


def test_unusual_world_leaves_the_field_out_too(open_world: Opener) -> None:
    ask = open_world(now_ms=ms("2026-05-12"), unusual=True)
    contents = rows(ask("/integration/product/sellers/2738/products/approved", TR))
    assert not any("origin" in each for content in contents for each in content["variants"])


@pytest.mark.parametrize(
    ("word", "before", "after"),
    [
        ("x-since", "parameter-invalid", "finance-size-invalid"),
        ("x-until", "finance-size-invalid", "parameter-invalid"),
    ],
)
def test_error_gives_way_to_another_outside_its_dates(
    app: Flask, open_world: Opener, monkeypatch: pytest.MonkeyPatch, word: str, before: str, after: str
) -> None:
    entry = app.extensions["stages"].contract.catalogue.errors["finance-size-invalid"]
    monkeypatch.setitem(entry, word, {"at": "2026-02-01", "error": "parameter-invalid"})
    ask = open_world(now_ms=ms("2026-02-01") - 1000)
    path = "/integration/finance/che/sellers/2748/settlements"

    def rule() -> str:
        question = {"transactionType": "Sale", "startDate": ms("2026-01-20"), "endDate": ms("2026-01-30")}
        return str(ask(path, INT, size=7, **question).headers["X-Emulator-Rule"])

    assert rule() == before
    ask.control("POST", "/clock/advance", {"ms": 1000})
    assert rule() == after


def law_with(word: str, value: dict[str, Any]) -> dict[str, Any]:
    errors = {"gone": {"status": 400, word: value}, "other": {"status": 400}}
    vocabulary = read(folder("specs") / "vocabulary.yaml")
    return {"vocabulary": vocabulary, "documents": {}, "decisions": {}, "errors": errors}


@pytest.mark.parametrize("word", DATING_WORDS)
def test_dated_error_names_what_answers_in_its_place(word: str) -> None:
    value = SINCE["x-since"]
    with pytest.raises(SpecFault, match=rf"errors#/gone/{word}: name the error"):
        check_words(law_with(word, value))
    with pytest.raises(SpecFault, match="nothing is not in specs/errors/"):
        check_words(law_with(word, {**value, "error": "nothing"}))
    check_words(law_with(word, {**value, "error": "other"}))


def test_schema_with_dates_stops_start_up_with_its_place() -> None:
    with pytest.raises(SpecFault, match="x#/components/schemas/Other: a schema has no dates"):
        operation(Other={**SINCE})


def test_changes_list_fields_and_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = load_contract()
    monkeypatch.setitem(contract.catalogue.errors["finance-size-invalid"], "x-since", SINCE["x-since"])
    lines = list(change_lines(contract, ms("2026-06-01")))
    assert "2026-02-01  has come  Turkish edition: The test's field." in lines
    assert "  getSettlements finance-size-invalid, getOtherFinancials finance-size-invalid" in lines
    assert any("filterApprovedProducts 200 content.variants.origin" in line for line in lines)

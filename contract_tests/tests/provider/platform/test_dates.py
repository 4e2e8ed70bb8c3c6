"""What comes, closes and is browned out by the world's clock."""

from __future__ import annotations

from datetime import datetime

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from emulator.contract.contract import load_contract
from emulator.contract.dates import span_of
from emulator.contract.operations import operation_at, operations_of
from emulator.control.changes_text import change_lines, changes_of

pytestmark = pytest.mark.server_error

ROWS = "/integration/product/sellers/2738/products"
LIMIT = {"bucket": "a", "per": "operation", "per_ms": 1, "error": "e"}
CATEGORIES = "/integration/product/product-categories"
INT_ROWS = "/integration/product/sellers/2748/products"


def ms(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+03:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "option", "status", "rule"),
    [
        ("2026-07-20T10:05", "by-date", 200, None),
        ("2026-07-21T09:59", "by-date", 200, None),
        ("2026-07-21T10:00", "by-date", 503, "product-v1-brownout"),
        ("2026-10-14T18:14", "by-date", 503, "product-v1-brownout"),
        ("2026-10-14T23:59", "by-date", 200, None),
        ("2026-10-15T00:00", "by-date", 404, "product-v1-closed"),
        ("2026-10-15T00:00", "open", 200, None),
        ("2026-07-21T10:00", "open", 200, None),
        ("2026-07-20T10:05", "closed", 404, "product-v1-closed"),
    ],
)
def test_v1_closes_on_its_day(
    open_world: Opener, now: str, option: str, status: int, rule: str | None
) -> None:
    answer = open_world("empty", now_ms=ms(now), decisions={"product-v1": option})(ROWS, TR)
    assert (answer.status_code, answer.headers.get("X-Emulator-Rule")) == (status, rule)


def test_international_v1_closes_earlier(open_world: Opener) -> None:
    by_date = {"product-v1": "by-date"}
    assert (
        open_world("empty", now_ms=ms("2026-08-09T23:59"), decisions=by_date)(INT_ROWS, INT).status_code
        == 200
    )
    answer = open_world("empty", now_ms=ms("2026-08-10T00:00"), decisions=by_date)(INT_ROWS, INT)
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (404, "product-v1-closed")
    assert "products/approved" in orjson.loads(answer.data)["errors"][0]["message"]


@pytest.mark.parametrize(
    ("code", "language", "day", "word"),
    [
        ("RO", "ro", "2026-02-27", "Rochii"),
        ("SA", "ar", "2026-02-27", "فساتين"),
        ("GR", "el", "2026-06-01", "Φορέματα"),
        ("KW", "ar", "2026-06-01", "فساتين"),
    ],
)
def test_storefront_speaks_the_language_of_its_country_from_a_day_on(
    open_world: Opener, code: str, language: str, day: str, word: str
) -> None:
    ask = open_world("empty", now_ms=ms(f"{day}T00:00") - 1)
    headers = {**INT, "storeFrontCode": code, "Accept-Language": language}
    assert ask(CATEGORIES, headers, name=word).json == []
    ask.control("POST", "/clock/advance", {"ms": 1})
    assert word in {node["name"] for node in ask(CATEGORIES, headers, name=word).json}


def test_clock_that_passes_the_day_lives_through_it(open_world: Opener) -> None:
    ask = open_world("empty", now_ms=ms("2026-10-14T23:00"), decisions={"product-v1": "by-date"})
    assert ask(ROWS, TR).status_code == 200
    ask.control("POST", "/clock/advance", {"ms": 3_600_000})
    assert ask(ROWS, TR).status_code == 404


def test_parameter_and_limit_come_and_go() -> None:
    document = {
        "servers": [{"url": ""}],
        "x-limit": [
            {**LIMIT, "requests": 5, "x-until": {"at": "2026-02-01"}},
            {**LIMIT, "requests": 3, "x-since": {"at": "2026-02-01"}},
        ],
        "paths": {
            "/x": {
                "get": {
                    "operationId": "x",
                    "parameters": [
                        {"name": "new", "in": "query", "schema": {}, "x-since": {"at": "2026-01-01"}},
                        {"name": "old", "in": "query", "schema": {}, "x-until": {"at": "2026-02-01"}},
                    ],
                }
            }
        },
    }
    (operation,) = operations_of("x", document)
    assert len(operation.moments) == 2

    def at(day: str) -> tuple[list[str], list[int | None]]:
        variant = operation_at(operation, ms(day))
        return list(variant.queries), [one.requests for one in variant.buckets]

    assert at("2025-12-31") == (["old"], [5])
    assert at("2026-01-01") == (["new", "old"], [5])
    assert at("2026-02-01") == (["new"], [3])


def test_what_has_no_date_costs_nothing() -> None:
    assert span_of({}, "tr") is None
    contract = load_contract()
    places = [(place, one.edition) for one in changes_of(contract) for place in one.places]
    whole = {(place, edition) for place, edition in places if " " not in place}
    parts = {(place.partition(" ")[0], edition) for place, edition in places if " " in place}
    operations = {(one.id, one.edition): one for one in contract.operations}
    assert {key for key, one in operations.items() if one.span is not None} == whole & operations.keys()
    assert {key for key, one in operations.items() if one.moments} == parts & operations.keys()
    assert ("filterProducts", "tr") in whole
    assert ("filterApprovedProducts", "tr") in parts
    assert not {("getCountries", "int"), ("getCitiesTr", "tr")} & (whole | parts)


def test_world_starts_on_the_day_it_is_opened_as_of(open_world: Opener) -> None:
    ask = open_world()
    world = {"name": "as-of-test", "as_of": "2026-08-01", "decisions": {"product-v1": "by-date"}}
    try:
        clock = ask.control("POST", "/worlds", world)["clock"]
        assert 0 <= clock["now_ms"] - ms("2026-08-01T00:00") < 60_000
    finally:
        ask.control("DELETE", "/worlds/as-of-test")


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "yesterday"])
def test_day_that_there_is_not_is_refused(open_world: Opener, day: str) -> None:
    answer = open_world().send("POST", "/_emulator/worlds", json={"name": "as-of-test", "as_of": day})
    assert answer.status_code == 400


def test_changes_are_told_with_source_and_whether_they_have_come() -> None:
    before = "\n".join(change_lines(load_contract(), ms("2026-10-14T00:00")))
    after = "\n".join(change_lines(load_contract(), ms("2026-10-15T00:00")))
    assert "2026-10-15  lies ahead  Turkish edition: The Product V1 services close" in before
    assert "2026-10-15  has come  Turkish edition: The Product V1 services close" in after
    assert "[D] changelog/changelog" in after
    assert "filterProducts" in after


def test_serve_takes_one_start_of_the_clock() -> None:
    from emulator.start_up import clock_start

    assert clock_start(None, "2026-10-15") == ms("2026-10-15T00:00")
    with pytest.raises(ValueError, match="give one of them"):
        clock_start("1795305600000", "2026-10-15")
    with pytest.raises(ValueError, match="is no date"):
        clock_start(None, "soon")


def test_limit_says_until_when_it_counts(ask: Ask) -> None:
    operations = ask.control("GET", "/operations/getSuppliersAddresses")["editions"]
    for operation in operations:
        limits = {limit["bucket"]: (limit["since"], limit["until"]) for limit in operation["limits"]}
        assert limits == {
            "": (None, None),
            "product-read": ("2026-09-14", None),
            "supplier-addresses": (None, "2026-09-14"),
        }

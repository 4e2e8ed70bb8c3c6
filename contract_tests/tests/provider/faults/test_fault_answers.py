"""Trouble as an answer: an error by name, a wait told as a date, a connection that ends too soon."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask
from contract_tests.tests.provider.support.control import DAY_MS, PRODUCTS, SETTLEMENTS, refusal
from contract_tests.tests.provider.support.fault_requests import effects, plan
from contract_tests.tests.provider.support.pazarsync import PRODUCTS as ACCOUNT_PRODUCTS
from contract_tests.tests.provider.support.pazarsync import Account, bearer, refused
from emulator.contract.contract import load_contract

ERRORS = load_contract().catalogue.errors
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "trendyol": (PRODUCTS, INT),
    "finance": (SETTLEMENTS.replace("2748", "2738"), TR),
    "b2b": ("/v1_1/offers", {}),
    "pazarsync": (ACCOUNT_PRODUCTS, {}),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_error_of_the_catalogue_can_be_asked_for(ask: Ask, place: str) -> None:
    path, headers = PLACES[place]
    for number, error_id in enumerate(ERRORS, start=1):
        plan(ask, at=number, error=error_id)
    by_name = {error_id: ask(path, headers).status_code for error_id in ERRORS}
    expected = {error_id: entry["status"] for error_id, entry in ERRORS.items()}
    assert by_name == expected


def test_error_comes_in_the_envelope_and_with_the_headers_of_its_entry(ask: Ask) -> None:
    plan(ask, operation="listProducts", error="pazarsync-token-expired")
    answer = ask(ACCOUNT_PRODUCTS, bearer(ask))
    assert refused(answer) == (401, "pazarsync-token-expired")
    assert answer.json["error"] == "token_expired"
    assert 'error_description="expired"' in answer.headers["WWW-Authenticate"]


def test_error_that_does_not_exist_is_refused(ask: Ask) -> None:
    fault = {"operation": "*", "error": "no-such-error"}
    assert refusal(ask, "POST", "/faults", fault) == (404, "error-unknown")


def test_status_wins_over_that_of_the_error(ask: Ask) -> None:
    plan(ask, error="token-invalid", status=410)
    answer = ask(PRODUCTS)
    assert refused(answer) == (410, "token-invalid")


def test_body_wins_over_that_of_the_error(ask: Ask) -> None:
    plan(ask, error="token-invalid", body="{}")
    answer = ask(PRODUCTS)
    assert (answer.status_code, answer.text) == (400, "{}")


def test_error_may_replace_the_answer_after_the_work(ask: Ask) -> None:
    plan(ask, error="gateway-timeout", after=True)
    assert refused(ask(PRODUCTS)) == (504, "gateway-timeout")
    assert effects(ask) == ["answered 504 after the work"]


@pytest.mark.parametrize(("wall_ms", "second"), [(NOW_MS, 7), (NOW_MS + 1, 8), (NOW_MS + 999, 8)])
def test_wait_told_as_a_date_is_never_too_early(
    ask: Ask, app: Flask, monkeypatch: pytest.MonkeyPatch, wall_ms: int, second: int
) -> None:
    plan(ask, status=429, retry_after=7, retry_after_as="date")
    monkeypatch.setattr(app.extensions["stages"], "wall", lambda: wall_ms)
    told = ask(PRODUCTS).headers["Retry-After"]
    assert told.endswith(" GMT")
    assert parsedate_to_datetime(told).timestamp() == NOW_MS // 1000 + second


def test_fault_from_a_moment_strikes_when_the_clock_has_come_there(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    plan(ask, from_ms=NOW_MS + DAY_MS, status=503)
    assert ask(PRODUCTS).status_code == 200
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert ask(PRODUCTS).status_code == 503


@pytest.mark.parametrize("after", [False, True])
def test_work_is_done_before_a_reset_only_when_asked_for(ask: Ask, *, after: bool) -> None:
    account = Account(ask)
    product = account.products()[0]
    stocks = (product["stock"], product["stock"] + 7)
    plan(ask, operation="updateProductStock", cut="reset", after=after)
    with pytest.raises(ConnectionResetError):
        account.set_stock(product["id"], stocks[1])
    assert account.product(product["id"])["stock"] == stocks[after]


def test_truncated_answer_is_that_of_the_work(ask: Ask) -> None:
    account = Account(ask)
    product = account.products()[0]
    plan(ask, operation="updateProductStock", cut="truncated")
    answer = account.set_stock(product["id"], 7)
    with pytest.raises(ConnectionResetError):
        _ = answer.data
    assert account.product(product["id"])["stock"] == 7


def test_reset_comes_before_the_answer_is_started(ask: Ask, app: Flask) -> None:
    plan(ask, cut="reset")
    started: list[str] = []
    application: Any = app.wsgi_app
    with pytest.raises(ConnectionResetError):
        application(environ(ask), lambda status, *_: started.append(status))
    assert started == []


def test_truncated_answer_ends_after_half_of_what_it_promised(ask: Ask, app: Flask) -> None:
    whole = ask(PRODUCTS).data
    plan(ask, cut="truncated")
    parts, status, headers = run_wsgi_app(app.wsgi_app, environ(ask))
    got = bytearray()
    with pytest.raises(ConnectionResetError):
        drain(parts, got)
    assert bytes(got) == whole[: len(whole) // 2]
    assert (status, headers["Content-Length"]) == ("200 OK", str(len(whole)))


def environ(ask: Ask) -> dict[str, Any]:
    return EnvironBuilder(path=ask.prefix + PRODUCTS, headers=list(INT.items())).get_environ()


def drain(parts: Iterable[bytes], into: bytearray) -> None:
    for part in parts:
        into += part

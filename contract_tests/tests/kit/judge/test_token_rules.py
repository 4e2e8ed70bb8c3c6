"""Judges of tokens, quotas and lists on PazarSync."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.tests.kit.support.recording import NOON_MS, Entry, asked, broken

HOST = "http://localhost:8080"
TOKEN = {"access_token": "a.b.c", "token_type": "bearer", "expires_in": 3600}
HOUR_MS = 3_600_000


def called(path: str, query: Any = "", *, method: str = "GET", sent: Any = None, **more: Any) -> Entry:
    """A call with a bearer token."""
    more.setdefault("Authorization", "Bearer a.b.c")
    entry = asked(path, query, **more)
    request = entry["request"] | {"method": method}
    request["url"] = request["url"].replace("https://stageapigw.trendyol.com", HOST)
    return entry | {"request": request | ({"postData": {"text": json.dumps(sent)}} if sent else {})}


def token(**more: Any) -> Entry:
    """A token is asked for and given."""
    sent = {"client_id": "shop", "client_secret": "hidden-words", "grant_type": "client_credentials"}
    return called("/api/auth/token", method="POST", sent=sent, body=TOKEN, drop="Authorization", **more)


def product(number: int = 1, **more: Any) -> Entry:
    """One product is read."""
    return called(f"/api/v1/products/prod_{number}", body={}, **more)


def page(number: int, last: int = 3, **more: Any) -> Entry:
    """A page of products."""
    meta = {"current_page": number, "total_pages": last, "total_items": last * 100, "items_per_page": 100}
    more.setdefault("body", {"data": [], "meta": meta})
    return called("/api/v1/products", {"page": number, "limit": 100}, **more)


def quota(left: int, seconds: float) -> dict[str, str]:
    """What an answer tells of the quota at the given moment after noon."""
    return {"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(int(NOON_MS / 1000 + seconds))}


def test_token_for_each_call_is_found() -> None:
    assert broken(*(one for number in range(4) for one in (token(), product(number)))) == {"TY-PSY-002"}


def test_one_token_for_all_calls_is_right() -> None:
    assert broken(token(), *(product(number) for number in range(5))) == set()


def test_token_for_each_worker_or_run_is_right() -> None:
    assert broken(token(), token(), token(), token(), *(product(number) for number in range(4))) == set()
    runs = [one for number in range(4) for one in (token(after_ms=60_000), product(number))]
    assert broken(*runs) == set()


def test_new_token_after_each_hour_or_401_is_right() -> None:
    hourly = [one for number in range(4) for one in (token(after_ms=HOUR_MS), product(number))]
    assert broken(*hourly) == set()
    values = [one for number in range(2) for one in (token(), product(number, status=401))]
    assert "TY-PSY-002" not in broken(*values, token(), product())


def test_refused_token_shown_again_and_again_is_found() -> None:
    stubborn = (product(number, status=401) for number in range(4))
    assert broken(token(), *stubborn) == {"TY-PSY-003"}


def test_one_repeat_with_a_new_token_after_a_401_is_right() -> None:
    assert broken(token(), page(1), page(2, status=401), token(), page(2), page(3)) == set()


def test_workers_that_meet_a_401_together_are_right() -> None:
    together = [product(number, status=401, after_ms=5, took_ms=40) for number in range(6)]
    assert broken(token(), *together, token(), *(product(number) for number in range(6))) == set()


def test_call_without_bearer_is_found() -> None:
    assert broken(product(Authorization="Basic c2hvcDpzZWNyZXQ=")) == {"TY-PSY-001"}
    assert broken(product(drop="Authorization", Authorization="", status=401)) == {"TY-PSY-001"}


@pytest.mark.parametrize("name", ["access_token", "client_secret"])
def test_secret_in_the_address_is_found(name: str) -> None:
    assert broken(called("/api/v1/products/prod_1", {name: "a.b.c"}, body={})) == {"TY-PSY-004"}


def test_going_on_although_the_quota_is_used_up_is_found() -> None:
    on = [product(number, after_ms=300) for number in range(6)]
    assert broken(token(), product(9, told=quota(0, 60)), *on) == {"TY-PSY-005"}


def test_waiting_for_the_quota_is_right() -> None:
    assert broken(token(), product(9, told=quota(0, 30)), product(after_ms=30_000), product(2)) == set()


def test_quota_with_something_left_is_not_waited_for() -> None:
    assert broken(token(), product(9, told=quota(1, 60)), product(1), product(2), product(3)) == set()


def test_what_other_workers_send_before_they_know_is_let_pass() -> None:
    others = [product(number, after_ms=5) for number in range(3)]
    assert broken(token(), product(9, told=quota(0, 60)), *others) == set()


def test_asking_again_and_again_while_told_to_wait_is_found() -> None:
    hasty = [page(1, status=429, told={"Retry-After": "9"}, after_ms=50, body={}) for _ in range(3)]
    assert broken(token(), *hasty) == {"TY-PSY-006"}


def test_page_zero_and_a_limit_above_100_are_found() -> None:
    wrong = called("/api/v1/products", {"page": 0, "limit": 101}, status=400, body={})
    assert broken(token(), wrong) == {"TY-PSY-008", "TY-PSY-009"}


def test_list_left_before_its_last_page_is_found() -> None:
    assert broken(token(), page(1), page(2)) == {"TY-PSY-010"}


def test_list_read_to_its_last_page_in_any_order_is_right() -> None:
    assert broken(token(), page(1), page(3), page(2)) == set()


def test_page_dropped_after_a_refusal_is_found() -> None:
    on = [page(number, 6) for number in (3, 4, 5, 6)]
    assert broken(token(), page(1, 6), page(2, 6, status=503, body={}), *on) == {"TY-PSY-011"}


def orders(**query: str) -> Entry:
    """Orders in a span of time."""
    return called("/api/v1/orders", query, body={"data": [], "meta": {"total_items": 0, "total_pages": 0}})


@pytest.mark.parametrize("moment", ["1795305600000", "22.11.2026", "2026-11-22T25:00:00Z"])
def test_date_in_another_form_is_found(moment: str) -> None:
    assert "TY-PSY-012" in broken(token(), orders(from_date=moment))


def test_moment_without_zone_is_advice() -> None:
    assert broken(token(), orders(from_date="2026-11-22T10:00:00")) == {"TY-PSY-013"}


@pytest.mark.parametrize("moment", ["2026-11-22", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.5+03:00"])
def test_iso_8601_is_right(moment: str) -> None:
    assert broken(token(), orders(from_date=moment)) == set()


def test_stocks_put_one_by_one_are_advice() -> None:
    puts = (
        called(
            f"/api/v1/products/prod_{number}/stock", method="PUT", sent={"stock": 1}, body={}, after_ms=100
        )
        for number in range(12)
    )
    assert broken(token(), *puts) == {"TY-PSY-014"}


def test_other_sites_paths_of_that_form_are_passed_over() -> None:
    assert broken(asked("/api/v1/products", {"limit": 500})) == set()

"""The list of questions: windows, pages, statuses, order, and one question by its number."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.questions.conftest import WORLD
from contract_tests.tests.provider.support.customer_questions import DAY_MS, first, one, rows_of, send
from contract_tests.tests.provider.support.moves import move, number_in, truth
from contract_tests.tests.provider.support.packages import SELLERS, refusal

STATUSES = ("WAITING_FOR_ANSWER", "WAITING_FOR_APPROVE", "ANSWERED", "REPORTED", "REJECTED", "UNANSWERED")
MAY_MS = 1_746_046_800_000
"""1 May 2025."""


@pytest.mark.parametrize("edition", SELLERS)
def test_world_has_a_question_in_every_status(ask: Ask, edition: str) -> None:
    for status in STATUSES:
        rows = rows_of(ask, edition, status=status, startDate=NOW_MS - 13 * DAY_MS)
        assert {row["status"] for row in rows} == {status}


def test_list_without_dates_has_the_last_week(ask: Ask) -> None:
    rows = truth(ask, "questions")
    last_week = [row["id"] for row in rows if row["creationDate"] >= NOW_MS - 7 * DAY_MS]
    assert len(last_week) < len(rows)
    assert sorted(row["id"] for row in rows_of(ask, size=200)) == last_week


@pytest.mark.parametrize("edition", SELLERS)
def test_window_beyond_two_weeks_is_cut_at_its_end(ask: Ask, edition: str) -> None:
    start_ms = NOW_MS - 29 * DAY_MS
    rows = rows_of(ask, edition, size=50, startDate=start_ms, endDate=NOW_MS)
    assert rows == rows_of(ask, edition, size=50, startDate=start_ms, endDate=start_ms + 14 * DAY_MS)
    assert rows
    assert rows == rows_of(ask, edition, size=50, startDate=start_ms)


def test_both_ends_of_a_window_are_included(ask: Ask) -> None:
    row = one(ask, first(ask, "ANSWERED"))
    moment_ms = row["creationDate"]
    rows = rows_of(ask, startDate=moment_ms, endDate=moment_ms)
    assert [each["id"] for each in rows] == [row["id"]]
    assert row["id"] in {each["id"] for each in rows_of(ask, endDate=moment_ms, size=200)}
    assert row["id"] not in {each["id"] for each in rows_of(ask, endDate=moment_ms - 1, size=200)}


def test_pages_hold_every_question_once(ask: Ask) -> None:
    query: dict[str, Any] = {"startDate": NOW_MS - 14 * DAY_MS, "size": 7}
    page = send(ask, "GET", "/filter", **query).json
    numbers = [
        row["id"] for number in range(page["totalPages"]) for row in rows_of(ask, page=number, **query)
    ]
    assert len(numbers) == len(set(numbers)) == page["totalElements"] > 14
    assert numbers == sorted(numbers, reverse=True)


def test_list_can_be_ordered_by_the_last_change(ask: Ask) -> None:
    changes = {row["id"]: row["changedDate"] for row in truth(ask, "questions")}
    for name in ("LastModifiedDate", "PackageLastModifiedDate"):
        rows = rows_of(ask, size=200, orderByField=name, orderByDirection="ASC")
        moments = [changes[row["id"]] for row in rows]
        assert moments == sorted(moments)
        assert moments != sorted(moments, key=lambda moment: -moment)


def test_barcode_finds_the_questions_about_its_content(ask: Ask) -> None:
    move(ask, "question-asked", pick=3)
    newest = rows_of(ask)[0]
    products = ask("/integration/product/sellers/2738/products/approved", TR, size=100).json["content"]
    (content,) = [each for each in products if each["productMainId"] == newest["productMainId"]]
    rows = rows_of(ask, barcode=content["variants"][-1]["barcode"], size=200)
    assert newest["id"] in {row["id"] for row in rows}
    assert {row["productMainId"] for row in rows} == {content["productMainId"]}
    assert rows_of(ask, barcode="nobody has it") == []


@pytest.mark.parametrize("edition", SELLERS)
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"status": "WAITING"}, "question-parameter-invalid"),
        ({"page": "-1"}, "question-parameter-invalid"),
        ({"startDate": "2026-01-01"}, "question-parameter-invalid"),
        ({"orderByField": "x"}, "question-parameter-invalid"),
        ({"size": "201"}, "question-size-invalid"),
        ({"startDate": 2, "endDate": 1}, "question-window-order"),
    ],
)
def test_list_is_refused(ask: Ask, edition: str, query: dict[str, Any], error: str) -> None:
    assert refusal(send(ask, "GET", "/filter", edition=edition, **query)) == (400, error)


def test_refusal_has_the_body_that_clients_read(ask: Ask) -> None:
    body = send(ask, "GET", "/1").json
    assert body["exception"] == "BusinessRuleException"
    assert (body["status"], body["title"], body["requestMethod"]) == (404, "", "GET")
    assert body["requestUri"] == "/sellers/2738/questions/1"


def test_sizes_and_windows_are_refused_by_decision(open_world: Opener) -> None:
    decisions = {"question-size": "guide", "question-window": "refuse"}
    strict = open_world(recipe={**WORLD, "name": "strict-questions"}, decisions=decisions)
    assert refusal(send(strict, "GET", "/filter", size=51)) == (400, "question-size-invalid")
    assert send(strict, "GET", "/filter", size=50).status_code == 200
    dates: dict[str, Any] = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
    assert refusal(send(strict, "GET", "/filter", **dates)) == (400, "question-window-too-long")


def test_question_of_another_listing_is_unknown(ask: Ask) -> None:
    foreign = first(ask, "ANSWERED", "int")
    assert refusal(send(ask, "GET", f"/{foreign}")) == (404, "question-unknown")
    assert refusal(send(ask, "POST", f"/{foreign}/answers", {"text": "x" * 20})) == (404, "question-unknown")
    assert refusal(send(ask, "GET", "/0")) == (400, "question-parameter-invalid")


def test_one_question_is_as_it_is_listed(ask: Ask) -> None:
    for status in STATUSES:
        row = rows_of(ask, status=status)[0]
        assert one(ask, row["id"]) == row


def test_name_of_a_customer_is_masked_or_hidden(ask: Ask) -> None:
    rows = rows_of(ask, size=200)
    assert {row["showUserName"] for row in rows} == {True, False}
    for row in rows:
        assert bool(row["userName"]) == row["showUserName"]
        assert all(part.endswith("**") for part in row["userName"].split())


def test_international_list_names_products_in_the_language_asked_for(ask: Ask) -> None:
    number = first(ask, "ANSWERED", "int")

    def name_in(language: str) -> str:
        seller, _, headers = SELLERS["int"]
        path = f"/integration/qna/sellers/{seller}/questions/filter"
        rows = ask(path, {**headers, "Accept-Language": language}, status="ANSWERED").json["content"]
        return next(str(row["productName"]) for row in rows if row["id"] == number)

    assert name_in("en") != name_in("ro")
    assert name_in("el") == name_in("en")


def test_international_questions_begin_on_their_day(open_world: Opener) -> None:
    before = open_world("empty", now_ms=1_790_000_000_000)
    path = "/integration/qna/sellers/2748/questions/filter"
    assert before(path, INT).status_code == 404
    assert before("/integration/qna/sellers/2738/questions/filter", TR).status_code == 200
    assert open_world("empty")(path, INT).status_code == 200


def test_old_address_of_the_list_answers_until_it_closed(open_world: Opener) -> None:
    path = "/sapigw/suppliers/2738/questions/filter"
    assert open_world("empty", now_ms=MAY_MS)(path, TR).json["totalElements"] == 0
    assert open_world("empty")(path, TR).status_code == 404


def test_asked_question_is_there_to_be_answered(ask: Ask) -> None:
    number = number_in(move(ask, "question-asked"), "question")
    row = rows_of(ask)[0]
    assert (row["id"], row["status"], row["public"]) == (number, "WAITING_FOR_ANSWER", False)

"""Answers: taken once, checked, published or rejected; what ends a question; the stage's test question."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.questions.conftest import WORLD
from contract_tests.tests.provider.support.customer_questions import (
    CHECK_MS,
    DAY_MS,
    FORBIDDEN,
    TEXT,
    answer,
    first,
    one,
    rows_of,
    send,
    wait,
)
from contract_tests.tests.provider.support.moves import move, number_in, truth
from contract_tests.tests.provider.support.packages import SELLERS, refusal
from emulator.world.questions.deadline import deadline_ms

NEW = {"text": "Orijinal mi?", "userId": 4147346, "showUserName": True, "userFullName": "Ada Demir"}


@pytest.mark.parametrize("edition", SELLERS)
def test_answer_is_looked_at_and_then_published(ask: Ask, edition: str) -> None:
    number = first(ask, "WAITING_FOR_ANSWER", edition)
    reply = answer(ask, number, edition=edition)
    assert reply.status_code == 200
    (row,) = [each for each in rows_of(ask, edition, status="WAITING_FOR_APPROVE") if each["id"] == number]
    assert (row["answer"]["id"], row["answer"]["text"], row["public"]) == (
        reply.json["answerId"], TEXT, False,
    )  # fmt: skip
    wait(ask, CHECK_MS)
    (row,) = [each for each in rows_of(ask, edition, status="ANSWERED") if each["id"] == number]
    assert row["public"]
    assert row["answeredDateMessage"].endswith("cevaplandı")


def test_question_is_answered_once(ask: Ask) -> None:
    number = first(ask, "WAITING_FOR_ANSWER")
    answer(ask, number)
    assert refusal(answer(ask, number)) == (400, "question-already-answered")
    wait(ask, CHECK_MS)
    again = answer(ask, number)
    assert refusal(again) == (400, "question-already-answered")
    assert again.json["errors"][0]["key"] == "business.rule.question.has.already.answered"
    (row,) = [each for each in truth(ask, "questions") if each["id"] == number]
    assert row["given"] == [TEXT]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("ANSWERED", "question-already-answered"),
        ("WAITING_FOR_APPROVE", "question-already-answered"),
        ("REPORTED", "question-reported"),
        ("REJECTED", "question-rejected"),
        ("UNANSWERED", "question-time-limit"),
    ],
)
def test_question_that_does_not_wait_cannot_be_answered(ask: Ask, status: str, error: str) -> None:
    assert refusal(answer(ask, first(ask, status))) == (400, error)


@pytest.mark.parametrize("edition", SELLERS)
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": "Merhaba!!"}, "answer-too-short"),
        ({"text": "x" * 2001}, "answer-too-long"),
        ({"text": ""}, "answer-empty"),
        ({"text": " " * 20}, "answer-empty"),
        ({}, "answer-empty"),
        ({"text": None}, "question-body-invalid"),
        ({"text": 7}, "question-body-invalid"),
    ],
)
def test_text_of_an_answer_is_refused(ask: Ask, edition: str, body: dict[str, Any], error: str) -> None:
    number = first(ask, "WAITING_FOR_ANSWER", edition)
    assert refusal(send(ask, "POST", f"/{number}/answers", body, edition)) == (400, error)
    assert first(ask, "WAITING_FOR_ANSWER", edition) == number


@pytest.mark.parametrize("length", [10, 2000])
def test_shortest_and_longest_answers_are_taken(ask: Ask, length: int) -> None:
    assert answer(ask, first(ask, "WAITING_FOR_ANSWER"), "ş" * length).status_code == 200


@pytest.mark.parametrize("text", [FORBIDDEN, "Bizi 0555 000 00 00 numarasından arayın."])
def test_forbidden_words_give_the_question_back(ask: Ask, text: str) -> None:
    number = first(ask, "WAITING_FOR_ANSWER")
    answer(ask, number, text)
    assert one(ask, number)["answer"]["text"] == text
    wait(ask, CHECK_MS)
    row = one(ask, number)
    assert (row["status"], row["rejectedAnswer"]["text"]) == ("WAITING_FOR_ANSWER", text)
    assert row["rejectedAnswer"]["reason"]
    assert "answer" not in row
    assert answer(ask, number).status_code == 200


def test_question_is_closed_after_some_forbidden_answers(ask: Ask) -> None:
    number = number_in(move(ask, "question-asked"), "question")
    for status in ("WAITING_FOR_ANSWER", "WAITING_FOR_ANSWER", "UNANSWERED"):
        answer(ask, number, FORBIDDEN)
        wait(ask, CHECK_MS)
        assert one(ask, number)["status"] == status
    assert refusal(answer(ask, number)) == (400, "question-word-limit")


def test_question_is_closed_after_three_business_days(ask: Ask) -> None:
    number = number_in(move(ask, "question-asked"), "question")
    # NOW_MS is a Sunday: Monday, Tuesday and Wednesday are the days.
    wait(ask, 3 * DAY_MS - 1)
    assert one(ask, number)["status"] == "WAITING_FOR_ANSWER"
    wait(ask, 1)
    assert one(ask, number)["status"] == "UNANSWERED"
    assert refusal(answer(ask, number)) == (400, "question-time-limit")


def test_answer_rejected_after_the_deadline_leaves_no_more_time(ask: Ask) -> None:
    number = number_in(move(ask, "question-asked"), "question")
    wait(ask, 3 * DAY_MS - 1)
    answer(ask, number, FORBIDDEN)
    wait(ask, CHECK_MS)
    assert one(ask, number)["status"] == "UNANSWERED"


@pytest.mark.parametrize(
    ("asked_on", "closed_on"),
    [("2026-11-27", "2026-12-02"), ("2026-11-28", "2026-12-02"), ("2026-11-30", "2026-12-03")],
)
def test_weekends_do_not_count(asked_on: str, closed_on: str) -> None:
    noon = [datetime.fromisoformat(f"{day}T09:00:00+00:00").astimezone(UTC) for day in (asked_on, closed_on)]
    asked_ms, closed_ms = (round(moment.timestamp() * 1000) for moment in noon)
    assert deadline_ms(asked_ms) == closed_ms


def test_people_reject_an_answer_and_the_question_waits_again(ask: Ask) -> None:
    number = first(ask, "WAITING_FOR_APPROVE")
    while rows_of(ask, status="WAITING_FOR_APPROVE"):
        move(ask, "answer-rejected")
    row = one(ask, number)
    assert (row["status"], "answer" in row) == ("WAITING_FOR_ANSWER", False)
    assert row["rejectedAnswer"]["reason"]


def test_answer_is_checked_by_a_move(ask: Ask) -> None:
    number = first(ask, "WAITING_FOR_APPROVE")
    while rows_of(ask, status="WAITING_FOR_APPROVE"):
        move(ask, "answer-checked")
    assert one(ask, number)["status"] == "ANSWERED"
    wait(ask, 5 * DAY_MS)
    assert one(ask, number)["status"] == "ANSWERED"


def test_reported_question_is_closed_a_day_later(ask: Ask) -> None:
    number = number_in(move(ask, "question-reported"), "question")
    row = one(ask, number)
    assert (row["status"], row["reportedDate"], bool(row["reportReason"])) == ("REPORTED", NOW_MS, True)
    wait(ask, DAY_MS)
    row = one(ask, number)
    assert (row["status"], row["rejectedDate"], bool(row["reason"])) == ("REJECTED", NOW_MS + DAY_MS, True)


def test_question_is_closed_by_a_move(ask: Ask) -> None:
    number = number_in(move(ask, "question-closed"), "question")
    assert one(ask, number)["status"] == "UNANSWERED"


@pytest.mark.parametrize(
    ("option", "body"), [("object", None), ("sentence", '"Cevabınız kaydedildi."'), ("empty", "")]
)
def test_what_a_taken_answer_gets_is_decided(open_world: Opener, option: str, body: str | None) -> None:
    decisions = {"answer-reply": option, "question-check": "at-once"}
    ask = open_world(recipe={**WORLD, "name": "decided-questions"}, decisions=decisions)
    number = first(ask, "WAITING_FOR_ANSWER")
    reply = answer(ask, number)
    assert reply.status_code == 200
    assert reply.text == body if body is not None else reply.json["answerId"]
    assert one(ask, number)["status"] == "ANSWERED"


def test_test_question_is_shown_once_people_have_looked_at_it(ask: Ask) -> None:
    content = ask("/integration/product/sellers/2738/products/approved", TR, size=1).json["content"][0]
    number = send(ask, "POST", body={**NEW, "contentId": content["contentId"]}).json["questionId"]
    assert refusal(send(ask, "GET", f"/{number}")) == (404, "question-unknown")
    wait(ask, 5_000)
    row = one(ask, number)
    assert (row["text"], row["customerId"], row["userName"]) == (NEW["text"], 4147346, "A** D**")
    assert (row["status"], row["productMainId"]) == ("WAITING_FOR_ANSWER", content["productMainId"])


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"text": None}, "question-text-missing"),
        ({"text": " "}, "question-text-missing"),
        ({"text": ...}, "question-text-missing"),
        ({"contentId": ...}, "question-content-missing"),
        ({"userId": ...}, "question-user-missing"),
        ({"showUserName": ...}, "question-name-missing"),
        ({"userId": "x"}, "question-body-invalid"),
        ({"contentId": 7}, "question-content-unknown"),
        ({"contentId": 2**63}, "question-body-invalid"),
    ],
)
def test_test_question_is_refused(ask: Ask, members: dict[str, Any], error: str) -> None:
    body = {name: value for name, value in {**NEW, "contentId": 1, **members}.items() if value is not ...}
    assert refusal(send(ask, "POST", body=body)) == (400, error)

"""Broken clients of questions: how they write and read, what they answer, and what they take for done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import habits
from contract_tests.clients.client import Client
from contract_tests.clients.habits import no_rows_when, with_encode, with_query, with_retry_after
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE, Patience
from contract_tests.clients.problems import Lost, Passing, Refused, TooManyRequests
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN
from contract_tests.clients.windows import Window, Windows, windows_every
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.manners import faults_of_manners
from contract_tests.profiles.questions.reference import (
    DAY_MS,
    KEY,
    KIND,
    REFERENCE,
    STEPS,
    WINDOW_MS,
    answer_want,
    answer_wants,
    client,
    client_with,
    post_answer,
    question_row,
    read_questions,
    read_window,
    request_page,
    save_state,
    state_of,
    windows,
)
from contract_tests.profiles.variants import Broken

PROFILE = "questions"
SECOND_MS, NARROW, BLIND_REPEATS = 1000, 2**31, 3
SHORT_LENGTH = 60
of_thirty_days = windows_every(30 * DAY_MS)
a_second_apart = windows_every(WINDOW_MS, WINDOW_MS - SECOND_MS)

PostAnswer = Callable[[Marketplace, Row, str], None]


def works(**steps: Any) -> Client:
    """The reference, except for some steps."""
    return client(replace(STEPS, **steps))


def posts(post: PostAnswer) -> Client:
    """The reference, except for how it answers."""
    return works(post_answer=post)


def up_to_midnight(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of whole days, up to the day that is not over."""
    return windows(from_ms - from_ms % DAY_MS, to_ms - to_ms % DAY_MS)


def first_page(market: Marketplace, window: Window) -> list[Row]:
    """The first page of a window."""
    return request_page(market, window, 0).rows


def from_page_one(market: Marketplace, window: Window) -> list[Row]:
    """Pages count from 1."""
    return request_page(market, window, 1).rows


def window_unless_refused(market: Marketplace, window: Window) -> list[Row]:
    """The questions of one window; none of them when a page was refused."""
    try:
        return read_window(market, window)
    except TooManyRequests:
        return []


def any_length(question: Row | None, text: str) -> str:
    """A text may have any length."""
    state = state_of(question, text)
    return state_of(question, text.ljust(2000, "x")[:2000]) if state == "refused" else state


def whatever_the_status(question: Row | None, text: str) -> str:
    """Whatever has not this answer can be answered."""
    state = state_of(question, text)
    return "open" if state == "refused" and question and question["status"] != "WAITING_FOR_ANSWER" else state


def rejected_or_not(question: Row | None, text: str) -> str:
    """A question that waits again can be given the same text again."""
    if question is None:
        return "pending"
    return state_of({name: value for name, value in question.items() if name != "rejectedAnswer"}, text)


def twice(market: Marketplace, question: Row, text: str) -> None:
    """Answer, and answer again to be sure."""
    post_answer(market, question, text)
    try:
        post_answer(market, question, text)
    except Refused:
        return


def by_narrow_number(market: Marketplace, question: Row, text: str) -> None:
    """The question's number as 31 bits hold it."""
    post_answer(market, question | {KEY: question[KEY] % NARROW}, text)


def by_customer(market: Marketplace, question: Row, text: str) -> None:
    """The customer's number for the question's."""
    post_answer(market, question | {KEY: question["customerId"]}, text)


def cut_short(market: Marketplace, question: Row, text: str) -> None:
    """The beginning of a text says enough."""
    post_answer(market, question, text[:SHORT_LENGTH].upper())


def again_after_a_loss(market: Marketplace, question: Row, text: str) -> None:
    """What has no reply is sent again."""
    for _ in range(BLIND_REPEATS):
        try:
            return post_answer(market, question, text)
        except Lost:
            continue
    return None


def again_after_a_refusal(market: Marketplace, question: Row, text: str) -> None:
    """What is refused is sent again."""
    for _ in range(BLIND_REPEATS):
        try:
            return post_answer(market, question, text)
        except Refused:
            continue
    return None


def done_though_refused(market: Marketplace, question: Row, text: str) -> None:
    """What was refused is done as well."""
    try:
        post_answer(market, question, text)
    except (Passing, Refused):
        return


def done_though_lost(market: Marketplace, question: Row, text: str) -> None:
    """What has no reply is done."""
    try:
        post_answer(market, question, text)
    except Lost:
        return


def all_that_wait(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """Whatever waits is answered, wanted or not."""
    answer_wants(market, wants, copy)
    for row in read_questions(market, STEPS).values():
        if row["status"] == "WAITING_FOR_ANSWER":
            post_answer(market, row, "Merhaba, en kısa sürede dönüş yapacağız.")


def read_once(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """Questions are read once, as far as they come."""
    questions = read_questions(market, replace(STEPS, read_window=window_unless_refused))
    for want in wants:
        save_state(copy, want, answer_want(market, want, questions, STEPS))
    copy.replace(KIND, KEY, questions.values())


def held_for_ever(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """A question that was read once is not read again."""
    saved_rows = copy.rows(KIND)
    answer_wants(market, wants, copy)
    copy.merge(KIND, KEY, saved_rows)


def rejected_as_answer(copy: LocalCopy) -> Iterator[Row]:
    """A rejected answer is an answer."""
    for row in copy.rows(KIND):
        answer = row.get("answer") or row.get("rejectedAnswer")
        yield question_row(row) | {"answer": answer and answer["text"]}


def one_a_product(copy: LocalCopy) -> Iterator[Row]:
    """A product has one question."""
    rows: Iterable[Row] = copy.rows(KIND)
    return (question_row(row) for row in {row["productName"]: row for row in rows}.values())


def cuts(windows: Windows) -> Client:
    """The reference, except for its windows."""
    return works(windows=windows)


def writes(name: str, description: str, field_note: str, encode: habits.Encode, *judges: str) -> Broken:
    """A client that writes its requests otherwise."""
    return Broken(name, PROFILE, description, field_note, judges, with_encode(REFERENCE, encode))


def queries(name: str, description: str, field_note: str, *judges: str, **query: object) -> Broken:
    """A client that asks the list with other parameters."""

    def encode(request: requests.Request) -> requests.Request:
        return with_query(request, **query) if request.method == "GET" else request

    return writes(name, description, field_note, encode, *judges)


def answers(
    name: str, description: str, field_note: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A client that answers otherwise."""
    return Broken(name, PROFILE, description, field_note, caught_by, client, needs=needs)


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed, or no dates at all: 7 of 26"
AS_EMPTY = '401 treated as "no data", exit 0: 2 or more'
LOST_PAGE = "429 on one page or window silently dropped, exit 0: several"
MISSING = ("everything_delivered", "held_as_true:missing")
NO_ANSWER, GHOST = ("wanted_answered:missing",), ("only_wanted_answered:ghost",)
LOST_NOTE = "a write is committed and its answer is lost"

BROKEN = (
    *faults_of_manners("asks", writes),
    answers("hurries_an_answer", "sends a refused answer again at once", "ignores Retry-After: 2 of 26",
            ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    answers("questions_in_thirty_days", "asks for thirty days at once", WIDE, ("window_within",),
            cuts(of_thirty_days)),
    queries("questions_without_dates", "asks without dates", WIDE, *MISSING, startDate=None, endDate=None),
    queries("questions_by_three_hundred", "asks for pages of 300", "page size above the maximum: 3 of 26",
            "at_most", size=300),
    answers("questions_from_page_one", "counts pages from 1 and never sees page 0",
            "starts at page 1: 2 of 26", ("starts_at_page_zero", *MISSING),
            works(read_window=from_page_one)),
    answers("questions_first_page", "reads the first page of a window alone",
            "only the first page read: 3 of 26", ("reads_every_page", *MISSING),
            works(read_window=first_page), "more than 50 questions in a window"),
    answers("questions_a_second_apart", "leaves a second out between two windows",
            "off-by-one at the window border", ("windows_contiguous", *MISSING), cuts(a_second_apart)),
    answers("questions_up_to_midnight", "asks up to the last midnight and never sees today",
            "records on the day border", MISSING, cuts(up_to_midnight), "a question of this day"),
    answers("questions_of_two_weeks", "looks back on two weeks of eight", "window of history", MISSING,
            works(span_ms=WINDOW_MS)),
    writes("questions_in_seconds", "writes instants in seconds", "local time instead of epoch",
           habits.in_seconds, "epoch_ms"),
    writes("questions_backwards", "writes the later date first", "dates mixed up", habits.reversed_dates,
           "window_order"),
    queries("questions_in_small_letters", "writes a status in small letters", "status list misspelled",
            "one_of", status="waiting_for_answer"),
    queries("waiting_questions_only", "asks for questions that wait, and never for what becomes of them",
            "status filter", "held_as_true:stale", *MISSING, status="WAITING_FOR_ANSWER"),
    answers("skips_refused_questions", "skips a window that was refused with 429, and exits 0", LOST_PAGE,
            ("refused_read_repeated", *MISSING),
            replace(client_with(read_once), patience=Patience(refusals=0)), "a 429"),
    answers("questions_behind_401", "takes a 401 for a window without questions, and exits 0", AS_EMPTY,
            MISSING, no_rows_when(REFERENCE, AUTH_REFUSAL), "a 401 at the list"),
    answers("questions_behind_403", "takes a 403 for a window without questions, and exits 0", AS_EMPTY,
            MISSING, no_rows_when(REFERENCE, FORBIDDEN), "a 403 at the list"),
    answers("answers_of_any_length", "sends a text that is too short or too long", "a limit unread",
            ("body_text",), works(state_of=any_length), "a text of 9 or 2001 characters"),
    answers("answers_whatever_the_status", "answers questions that do not wait", "state ignored",
            ("answered_when_waiting",), works(state_of=whatever_the_status), "a question that does not wait"),
    answers("answers_twice", "answers, and answers again to be sure", "an effect doubled",
            ("answered_once",), posts(twice)),
    answers("sends_a_rejected_text_again", "sends a text again that was rejected", "rejection never read",
            ("rejected_text_changed",), works(state_of=rejected_or_not), "a text that was rejected"),
    answers("narrow_question_numbers", "answers question numbers of 31 bits", "32-bit ids",
            ("listed_question",), posts(by_narrow_number), "numbers beyond 31 bits"),
    answers("customer_for_question", "answers the customer's number", "one number taken for another",
            ("listed_question",), posts(by_customer)),
    answers("shortens_answers", "sends the beginning of a text in capitals", "a text not sent as it is",
            GHOST, posts(cut_short)),
    answers("answers_all_that_wait", "answers all that waits, wanted or not",
            "an effect on more rows than asked", GHOST, client_with(all_that_wait)),
    answers("answered_though_refused", "takes a refused answer for done", LOST_PAGE, NO_ANSWER,
            replace(posts(done_though_refused), patience=NO_PATIENCE), "a refused answer"),
    answers("answered_though_lost", "takes an answer without a reply for done",
            "error body returned to the caller as data: 2 or more", NO_ANSWER, posts(done_though_lost),
            "an answer that is lost before it was taken"),
    answers("questions_held_for_ever", "never reads a question again that it holds", "a copy never renewed",
            ("held_as_true:stale",), client_with(held_for_ever), "a question that goes on"),
    answers("rejected_answer_as_answer", "shows a rejected answer as the answer", "rejection never read",
            ("held_as_true:wrong",), client_with(answer_wants, rejected_as_answer),
            "an answer that was rejected"),
    answers("one_question_a_product", "holds one question of each product", "keyed by the wrong id",
            ("held_as_true:missing",), client_with(answer_wants, one_a_product),
            "two questions about one product"),
    Broken("repeats_a_lost_answer", PROFILE, "sends an answer without a reply again, unread", LOST_NOTE,
           ("not_repeated_unread",), posts(again_after_a_loss), needs="an answer whose reply is lost",
           advice=True),
    Broken("repeats_a_refused_answer", PROFILE, "sends a refused answer again, unread",
           "retries for ever: 2 of 26", ("not_repeated_unread",), posts(again_after_a_refusal),
           needs="a question closed before it is answered", advice=True),
    foreign_client(NODE, "thirty-days", PROFILE, "asks for thirty days at once", WIDE, ("window_within",)),
    foreign_client(NODE, "rejected-again", PROFILE, "sends a text again that was rejected",
                   "rejection never read", ("rejected_text_changed",), "a text that was rejected"),
    foreign_client(PHP, "bytes-for-characters", PROFILE, "counts the bytes of a text as its characters",
                   "a limit unread", ("body_text",), "a text of 9 letters of two bytes"),
    foreign_client(PHP, "up-to-a-date", PROFILE, "asks up to the date of today, and never sees today",
                   "records on the day border", MISSING, "a question of this day"),
)  # fmt: skip

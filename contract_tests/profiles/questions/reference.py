"""Questions of the last weeks read in windows, the wanted ones answered once, all of them read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests

from contract_tests.clients.account import desired_rows
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.paging import numbered_pages, read_at_rest
from contract_tests.clients.patience import Clock, endpoint
from contract_tests.clients.problems import Lost, Passing, Problem, Refused, Unreachable
from contract_tests.clients.protocol import Codec, Page, Row, read_document
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN
from contract_tests.clients.windows import Window, Windows, back_from_last

KIND, STATES, KEY = "questions", "answers", "id"
DAY_MS = 86_400_000
WINDOW_MS, SPAN_MS = 14 * DAY_MS, 56 * DAY_MS
SIZE = 50
FEWEST_CHARACTERS, MOST_CHARACTERS = 10, 2000
WAITING, CHECKING, ANSWERED_STATUS = "WAITING_FOR_ANSWER", "WAITING_FOR_APPROVE", "ANSWERED"
# How often the questions are read in one run, if an answer is refused.
LOOKS = 2

ReadWindow = Callable[[Marketplace, Window], list[Row]]
Questions = Mapping[str, Row]


# Source: docs/müşteri-sorularını-çekme, D: two weeks at most, a wider one is cut in silence.
windows = back_from_last(WINDOW_MS)


def read_window(market: Marketplace, window: Window) -> list[Row]:
    """Every question of a window, once.

    Errors: Moved when the pages do not come to rest.
    """
    return read_at_rest(lambda: numbered_pages(partial(request_page, market, window), SIZE, KEY))


def request_page(market: Marketplace, window: Window, number: int, **more: str | int) -> Page:
    """One page of a window, oldest first; ``more`` says it otherwise."""
    path = f"/qna/sellers/{market.account.seller_id}/questions/filter"
    paging: dict[str, str | int] = {"page": number, "size": SIZE, "orderByDirection": "ASC"}
    return market.page((endpoint("questions"),), path, window.query | paging | more)


def read_reply(answer: requests.Response, clock: Clock) -> Any:
    """Read a document; an answer that was taken gets its number, a sentence, or nothing at all.

    Source: docs/müşteri-sorularını-çekme and v2.0/reference/answerquestion, D: three forms are printed.
    """
    if answer.ok and answer.request.method == "POST":
        if not answer.content.strip():
            return None
        reply = read_document(answer, clock)
        if not isinstance(reply, str) and "answerId" not in reply:
            raise Unreachable(f"{answer.url}: {answer.status_code} that is no reply of this service")
        return reply
    return read_document(answer, clock)


def post_answer(market: Marketplace, question: Row, text: str) -> None:
    """Answer a question, once.

    Errors: Lost when nobody knows whether it was taken, Passing and Refused when it was not.
    """
    market.pace.take([endpoint("answerQuestion")], market.service.clock)
    path = f"/integration/qna/sellers/{market.account.seller_id}/questions/{question[KEY]}/answers"
    market.service.write(path, {"text": text})


def state_of(question: Row | None, text: str) -> str:
    """What a question says of a wanted answer: done, open, or refused for good.

    Source: docs/müşteri-sorularını-çekme, D: only what waits can be answered, with 10 to 2000 characters.
    """
    if question is None:
        return "pending"
    answer = question.get("answer") or {}
    if question["status"] in (CHECKING, ANSWERED_STATUS):
        return "done" if answer.get("text") == text else "refused"
    rejected_answer = question.get("rejectedAnswer") or {}
    has_length = FEWEST_CHARACTERS <= len(text) <= MOST_CHARACTERS
    if question["status"] != WAITING or rejected_answer.get("text") == text or not has_length:
        return "refused"
    return "open"


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of questions may do its own way."""

    windows: Windows = windows
    """Cuts a span of time into windows."""

    read_window: ReadWindow = read_window
    """Reads every question of a window."""

    state_of: Callable[[Row | None, str], str] = state_of
    """Says what a question says of a wanted answer."""

    post_answer: Callable[[Marketplace, Row, str], None] = post_answer
    """Answers a question."""

    span_ms: int = SPAN_MS
    """How far it looks back."""

    looks: int = LOOKS
    """How often the questions are read in one run, if an answer is refused."""


STEPS = Steps()


def read_questions(market: Marketplace, steps: Steps) -> dict[str, Row]:
    """Read every question of the span, by number."""
    now_ms = market.account.now_ms
    return {
        str(row[KEY]): row
        for window in steps.windows(now_ms - steps.span_ms, now_ms)
        for row in steps.read_window(market, window)
    }


def answer_want(market: Marketplace, want: Row, questions: Questions, steps: Steps) -> str:
    """Answer a wanted question if it waits, and say what is known of it then.

    Errors: Refused when no request is let through.
    """
    question = questions.get(str(want[KEY]))
    state = steps.state_of(question, want["text"])
    if question is None or state != "open":
        return state
    try:
        steps.post_answer(market, question, want["text"])
    except Lost:
        return "unclear"
    except Passing:
        return "pending"
    except Refused as refusal:
        # It was answered, reported or closed meanwhile: what it is now, the list says.
        if refusal.status in (AUTH_REFUSAL, FORBIDDEN):
            raise
        return "open"
    return "done"


def answer_wants(market: Marketplace, wants: Iterable[Row], copy: LocalCopy, steps: Steps = STEPS) -> None:
    """Answer what is wanted, and hold the questions as they are afterwards.

    Errors: Problem at the end while a want is not fulfilled; Refused at once when no request is let through.
    """
    wants = list(wants)
    questions = read_questions(market, steps)
    states: dict[str, str] = {}
    for _ in range(steps.looks):
        for want in wants:
            name = want_name(want)
            if states.get(name, "open") == "open":
                # Saved before anything is sent: a run that dies in between does not know.
                save_state(copy, want, "unclear")
                states[name] = answer_want(market, want, questions, steps)
                save_state(copy, want, states[name])
        if wants:
            questions = read_questions(market, steps)
        if "open" not in states.values():
            break
    copy.replace(KIND, KEY, questions.values())
    report_undone(states)


def report_undone(states: Mapping[str, str]) -> None:
    """Say which answers were not given.

    Errors: Problem.
    """
    undone = [f"{name}: it is {state}" for name, state in states.items() if state != "done"]
    if undone:
        raise Problem("\n".join(undone))


def want_name(want: Row) -> str:
    """What tells a want from others."""
    return json.dumps([want[KEY], want["text"]])


def save_state(copy: LocalCopy, want: Row, state: str) -> None:
    """Save what is known of a want."""
    row = {KEY: want[KEY], "text": want["text"], "state": "refused" if state == "open" else state}
    copy.merge(STATES, "want", [row | {"want": want_name(want)}])


def question_rows(copy: LocalCopy) -> Iterator[Row]:
    """The questions as they are exported, a wanted one with what became of its answer."""
    states = {str(row[KEY]): row["state"] for row in copy.rows(STATES)}
    for row in copy.rows(KIND):
        state = {"state": states[str(row[KEY])]} if str(row[KEY]) in states else {}
        yield question_row(row) | state


def question_row(row: Row) -> Row:
    """One question as it is exported."""
    answer = row.get("answer")
    return {
        KEY: row[KEY],
        "status": row["status"],
        "text": row["text"],
        "answer": None if answer is None else answer["text"],
    }


AnswerWants = Callable[[Marketplace, list[Row], LocalCopy], None]
Rows = Callable[[LocalCopy], Iterator[Row]]


def client_with(answer_wants: AnswerWants, rows: Rows = question_rows) -> Client:
    """Make a client of this profile from how it answers what is wanted, and what it shows."""

    def sync(context: SyncContext) -> None:
        wants = desired_rows(context.environment)
        read_marketplace(context, lambda market: answer_wants(market, wants, context.copy))

    return Client(sync, {KIND: rows}, protocol=Codec(decode=read_reply))


def client(steps: Steps = STEPS) -> Client:
    """Make a client that answers what the shop wants."""
    return client_with(lambda market, wants, copy: answer_wants(market, wants, copy, steps))


REFERENCE = client()

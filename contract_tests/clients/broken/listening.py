"""Listens wrongly: takes an error for an answer, and a pause for a suggestion."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import drops_429_window
from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import Clock, Patience
from contract_tests.clients.problems import Passing, Unreachable
from contract_tests.clients.protocol import CODEC, Page, Row, read_document
from contract_tests.clients.session import FORBIDDEN, UNAUTHORISED
from contract_tests.profiles.finance.reference import Question, read_window
from contract_tests.profiles.variants import Broken, speaking

NOTHING: Row = {"totalElements": 0, "content": []}
HASTY = Patience(refusals=40, failures=40, first_s=0.02, longest_s=0.02)


def hears(heard: Callable[[requests.Response, Clock], Any], patience: Patience | None = None) -> Client:
    """The reference, except for what it makes of an answer, and how long it waits."""
    client = speaking(replace(CODEC, decode=heard))
    return replace(client, patience=patience or client.patience)


def nothing_when(status: int) -> Client:
    """The reference, except that an answer of this status has no rows for it."""
    return hears(
        lambda answer, clock: NOTHING if answer.status_code == status else read_document(answer, clock)
    )


def whatever_it_says(answer: requests.Response, _clock: Clock) -> Any:
    """The JSON of any answer."""
    try:
        return json.loads(answer.content)
    except ValueError:
        return {"message": answer.text}


def rows_of_anything(body: Any) -> Page:
    """The rows of a body; of one without rows itself."""
    rows = body.get("content", [body])
    return Page(body.get("totalElements", len(rows)), [{"id": None, **row} for row in rows])


def none_when_unreadable(answer: requests.Response, clock: Clock) -> Any:
    """What is no JSON has no rows."""
    try:
        return json.loads(answer.content) if answer.ok else read_document(answer, clock)
    except ValueError:
        return NOTHING


def told_otherwise(change: Callable[[float | None], float | None]) -> Client:
    """The reference, except for how long it takes Retry-After to be; it hurries when it knows of none."""

    def heard(answer: requests.Response, clock: Clock) -> Any:
        try:
            return read_document(answer, clock)
        except Passing as trouble:
            trouble.retry_after_s = change(trouble.retry_after_s)
            raise

    return hears(heard, HASTY)


def seconds_alone(answer: requests.Response, clock: Clock) -> Any:
    """An answer whose Retry-After counts as told only in seconds."""
    try:
        return read_document(answer, clock)
    except Passing as trouble:
        if not answer.headers.get("Retry-After", "").isdecimal():
            trouble.retry_after_s = None
        raise


def window_unless_broken(api: Marketplace, question: Question) -> list[Row]:
    """The rows of one window; none of them when its page does not come."""
    try:
        return read_window(api, question)
    except Unreachable:
        return []


def keep_with_errors(held: LocalCopy, kind: str, rows: list[Row]) -> None:
    """Keep every row, an error too."""
    held.merge(kind, "id", rows)


LOST = ("everything_delivered", "held_as_true:missing")
PAGED = replace(CODEC, decode=whatever_it_says, read_page=rows_of_anything)

BROKEN = (
    Broken(
        "drops_429_window", "finance", "skips a window that was refused with 429, and exits 0",
        "429 on one window silently dropped, exit 0: several", ("refused_read_repeated", *LOST),
        drops_429_window.CLIENT, needs="a 429",
    ),
    Broken(
        "drops_a_broken_window", "finance", "skips a window whose answer did not come, and exits 0",
        "error dropped, exit 0: several", ("refused_read_repeated", *LOST),
        replace(REFERENCE, read_window=window_unless_broken, patience=Patience(failures=0)),
        needs="a 5xx, a reset or a truncated body",
    ),
    Broken(
        "takes_401_for_nothing", "finance", "takes a 401 for a window without rows, and exits 0",
        '401 treated as "no data", exit 0: 2 or more', LOST, nothing_when(UNAUTHORISED), needs="a 401",
    ),
    Broken(
        "takes_403_for_nothing", "finance", "takes a 403 for a window without rows, and exits 0",
        '401 treated as "no data", exit 0: 2 or more', LOST, nothing_when(FORBIDDEN), needs="a 403",
    ),
    Broken(
        "takes_a_web_page_for_nothing", "finance",
        "takes a 200 with HTML or nothing in it for one without rows",
        "error body returned as data: 2 or more", LOST, hears(none_when_unreadable),
        needs="a 200 without JSON",
    ),
    Broken(
        "keeps_errors", "finance", "keeps the body of an error as if it were a row",
        "error body returned to the caller as data: 2 or more", ("held_as_true:ghost", *LOST),
        replace(speaking(PAGED), keep_entries=keep_with_errors), needs="an error with a JSON body",
    ),
    Broken(
        "ignores_retry_after", "catalog-pull", "asks again at once, whatever Retry-After says",
        "ignores Retry-After: 2 of 26", ("backs_off_after",), told_otherwise(lambda _: None),
        needs="two refusals in a row with Retry-After",
    ),
    Broken(
        "seconds_for_milliseconds", "catalog-pull", "takes the seconds of Retry-After for milliseconds",
        "ignores Retry-After: 2 of 26", ("backs_off_after",),
        told_otherwise(lambda told: None if told is None else told / 1000),
        needs="two refusals in a row with Retry-After",
    ),
    Broken(
        "knows_no_dates", "catalog-pull", "does not read a Retry-After that is a date",
        "ignores Retry-After: 2 of 26", ("backs_off_after",), hears(seconds_alone, HASTY),
        needs="two refusals in a row with a date in Retry-After",
    ),
    Broken(
        "asks_without_pause", "catalog-pull", "asks a page that is refused again and again without any pause",
        "retries for ever: 2 of 26", ("backs_off_after", "repeats_at_most"),
        replace(told_otherwise(lambda _: 0.0), patience=Patience(refusals=200, failures=200, first_s=0.0)),
        needs="a few refusals in a row",
    ),
)  # fmt: skip

"""Broken clients of the stream: what they ask for, and where they take it to end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import requests

from contract_tests.clients import habits
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.habits import with_decode, with_encode, with_query, with_retry_after
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import DAY_MS, KEY, SPAN_MS, WINDOW_MS
from contract_tests.clients.patience import NO_PATIENCE, Clock
from contract_tests.clients.problems import Passing, Problem
from contract_tests.clients.protocol import Row, read_document
from contract_tests.clients.session import AUTH_REFUSAL
from contract_tests.clients.windows import Window, Windows, windows_every
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.orders_stream import broken_copies, broken_lists
from contract_tests.profiles.orders_stream.reference import (
    REFERENCE,
    STEPS,
    ReadStream,
    Steps,
    client,
    request_answer,
    windows,
)
from contract_tests.profiles.variants import Broken

PROFILE = "orders-stream"
SECOND_MS, HOUR_MS = 1000, 3_600_000
START, END = "lastModifiedStartDate", "lastModifiedEndDate"
NO_PACKAGES: Row = {"content": [], "size": 0, "hasMore": False, "nextCursor": ""}
of_thirty_days = windows_every(30 * DAY_MS)
of_two_days = windows_every(2 * DAY_MS)
a_second_apart = windows_every(WINDOW_MS, WINDOW_MS - SECOND_MS)


def last_two_weeks(_from_ms: int, to_ms: int) -> Iterator[Window]:
    """The latest window alone."""
    yield Window(to_ms - WINDOW_MS, to_ms)


def by_the_local_clock(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows up to now, where UTC is taken for Istanbul's time, three hours ahead of it."""
    return windows(from_ms - 3 * HOUR_MS, to_ms - 3 * HOUR_MS)


def first_answer(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """What the first answer has."""
    return request_answer(market, from_ms, to_ms, "").rows


def up_to_an_empty_answer(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Follow the stream until an answer has no packages."""
    answer = request_answer(market, from_ms, to_ms, "")
    rows = list(answer.rows)
    while answer.cursor and answer.rows:
        answer = request_answer(market, from_ms, to_ms, answer.cursor)
        rows += answer.rows
    return rows


def unless_empty(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Follow the stream; an answer without packages before its end is taken for a failure."""
    rows: list[Row] = []
    cursor, has_more = "", True
    while has_more:
        answer = request_answer(market, from_ms, to_ms, cursor)
        rows += answer.rows
        cursor, has_more = answer.cursor, bool(answer.cursor)
        if has_more and not answer.rows:
            raise Problem("an answer without packages")
    return rows


def from_the_beginning_again(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Ask for more without the cursor, until nothing new comes."""
    rows: dict[int, Row] = {}
    while True:
        answer = request_answer(market, from_ms, to_ms, "")
        came = {row[KEY]: row for row in answer.rows}
        if not answer.cursor or came.keys() <= rows.keys():
            return [*(rows | came).values()]
        rows |= came


def as_far_as_it_comes(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Follow the stream up to the first answer that is refused."""
    rows: list[Row] = []
    cursor, has_more = "", True
    while has_more:
        try:
            answer = request_answer(market, from_ms, to_ms, cursor)
        except Passing as problem:
            sys.stderr.write(f"skipped: {problem}\n")
            return rows
        rows += answer.rows
        cursor, has_more = answer.cursor, bool(answer.cursor)
    return rows


def without_dates_beside_a_cursor(request: requests.Request) -> requests.Request:
    """Take the cursor to know the dates."""
    return with_query(request, **{START: None, END: None}) if "nextCursor" in request.params else request


def in_seconds(request: requests.Request) -> requests.Request:
    """Write dates in seconds."""
    return with_query(request, **{name: int(request.params[name]) // 1000 for name in (START, END)})


def in_reverse(request: requests.Request) -> requests.Request:
    """Write the later date first."""
    return with_query(request, **{START: request.params[END], END: request.params[START]})


def nothing_when_locked_out(answer: requests.Response, clock: Clock) -> object:
    """A 401 has no packages."""
    return NO_PACKAGES if answer.status_code == AUTH_REFUSAL else read_document(answer, clock)


def nothing_when_unreadable(answer: requests.Response, clock: Clock) -> object:
    """What is no JSON has no packages."""
    try:
        return answer.json() if answer.ok else read_document(answer, clock)
    except ValueError:
        return NO_PACKAGES


def without_pauses(client: Client) -> Client:
    """The client without pauses between two requests; five seconds are longer than most waits."""

    def sync(context: SyncContext) -> None:
        client.sync(replace(context, environment={**context.environment, "CLIENT_PAUSE_SECONDS": "0"}))

    return replace(client, sync=sync)


def since_the_last_run(copy: LocalCopy, now_ms: int) -> int:
    """Read what has changed since the last run began, and nothing before it."""
    (span,) = copy.rows("span") or [{"to_ms": now_ms - SPAN_MS}]
    return int(span["to_ms"])


def cuts(windows: Windows) -> Client:
    """The reference, except for its windows."""
    return client(replace(STEPS, windows=windows))


def reads(read_stream: ReadStream) -> Client:
    """The reference, except for how it follows a stream."""
    return client(replace(STEPS, read_stream=read_stream))


def writes(name: str, description: str, field_note: str, encode: habits.Encode, *judges: str) -> Broken:
    """A client that writes its requests otherwise."""
    return Broken(name, PROFILE, description, field_note, judges, with_encode(REFERENCE, encode))


def queries(name: str, description: str, field_note: str, *judges: str, **query: object) -> Broken:
    """A client that asks with other parameters."""
    return writes(name, description, field_note, lambda request: with_query(request, **query), *judges)


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed, or no dates at all: 7 of 26"
FIRST_ONLY = "only the first page read: 3 of 26"
MANY = "more than 200 packages in a window"
MISSING = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    writes("stream_without_user_agent", "sends no User-Agent", "User-Agent missing: 7 of 26",
           habits.empty_user_agent, "user_agent_present"),
    writes("stream_under_another_name", "names another seller in its User-Agent",
           "several shops in one process", habits.user_agent_of_another_seller, "own_seller"),
    writes("stream_without_scheme", "does not say that its credentials are Basic",
           "Authorization built wrongly: several", habits.authorization_without_scheme,
           "basic_authorization"),
    writes("stream_with_a_secret", "sends its secret as a parameter", "secrets in logs: kit, severity",
           habits.secret_in_the_url, "secret_not_in_url"),
    writes("stream_of_no_storefront", "does not say which storefront it means",
           "an international client written at home", habits.without_storefront, "header_present"),
    writes("stream_by_the_old_path", "asks a path that was closed in 2025",
           "retired /sapigw paths: several", habits.by_the_old_path, "path_current"),
    Broken("hurries_a_stream", PROFILE, "asks again at once, whatever Retry-After says",
           "ignores Retry-After: 2 of 26", ("backs_off_after",),
           with_retry_after(without_pauses(REFERENCE), lambda _: None),
           needs="two refusals in a row with Retry-After"),
    Broken("first_answer_only", PROFILE, "reads the first answer of a stream alone, whatever hasMore says",
           FIRST_ONLY, ("cursor_followed", *MISSING), reads(first_answer), needs=MANY),
    Broken("stops_at_an_empty_answer", PROFILE, "takes an answer without packages for the end",
           "stops at the first short page: 2 of 26", ("cursor_followed", *MISSING),
           reads(up_to_an_empty_answer), needs="an empty answer with hasMore"),
    Broken("fails_at_an_empty_answer", PROFILE, "ends in an error where an answer has no packages",
           "kit, section 3: an empty stream page", ("sync_ends_clean",), reads(unless_empty),
           needs="an empty answer with hasMore"),
    Broken("begins_the_stream_again", PROFILE, "asks for more without the cursor", "cursor never sent",
           ("cursor_followed", *MISSING), reads(from_the_beginning_again), needs=MANY),
    Broken("cursor_alone", PROFILE, "leaves the dates out beside a cursor",
           "cursor reused with another filter", ("token_with_same_filter",),
           with_encode(REFERENCE, without_dates_beside_a_cursor), needs=MANY),
    queries("answers_of_five_hundred", "asks for 500 packages at once",
            "page size above the maximum: 3 of 26", "at_most", size=500),
    Broken("stream_of_a_month", PROFILE, "asks for thirty days at once", WIDE, ("window_within",),
           cuts(of_thirty_days)),
    queries("stream_without_dates", "asks without dates and sees the default two weeks", WIDE, *MISSING,
            **{START: None, END: None}),
    Broken("stream_of_two_weeks", PROFILE, "reads the latest window alone", WIDE, MISSING,
           cuts(last_two_weeks)),
    writes("stream_in_seconds", "writes dates in seconds", "local time instead of epoch", in_seconds,
           "epoch_ms"),
    writes("stream_in_reverse", "writes the later date first", "a window that ends before it begins",
           in_reverse, "window_order"),
    Broken("streams_windows_a_second_apart", PROFILE, "leaves a second out between two windows",
           "off-by-one at the window border", ("windows_contiguous", *MISSING), cuts(a_second_apart)),
    Broken("stream_from_the_last_run_on", PROFILE, "reads what changed since its last run began, and no more",
           "orders left out in silence: changelog, 2 and 8 Sep 2026", MISSING,
           client(replace(STEPS, begin=since_the_last_run)), needs="an order that shows up late"),
    Broken("stream_three_hours_behind", PROFILE,
           "takes UTC for local time and never sees the last three hours", "local time instead of epoch",
           MISSING, cuts(by_the_local_clock), needs="a package that changed in the last three hours"),
    queries("item_status_in_capitals", "writes a status in capital letters",
            "status words of the webhook sent to the list", "one_of", packageItemStatuses="CREATED"),
    queries("streams_new_packages_only", "asks for new packages alone", "statuses that the filter leaves out",
            *MISSING, packageItemStatuses="Created"),
    Broken("drops_a_refused_answer", PROFILE,
           "reads streams of two days, skips one that was refused, and exits 0",
           "429 on one page silently dropped, exit 0: several", ("refused_read_repeated", *MISSING),
           replace(
               client(Steps(windows=of_two_days, read_stream=as_far_as_it_comes)), patience=NO_PATIENCE
           ), needs="a 429"),
    Broken("locked_out_of_the_stream", PROFILE, "takes a 401 for an answer without packages, and exits 0",
           '401 treated as "no data", exit 0: 2 or more', MISSING,
           with_decode(REFERENCE, nothing_when_locked_out), needs="a 401"),
    Broken("stream_of_a_web_page", PROFILE, "takes a 200 with HTML in it for an answer without packages",
           "error body returned as data: 2 or more", MISSING,
           with_decode(REFERENCE, nothing_when_unreadable), needs="a 200 without JSON"),
    foreign_client(NODE, "first-answer-only", PROFILE, "reads the first answer of a stream alone", FIRST_ONLY,
                   ("cursor_followed", *MISSING), MANY),
    foreign_client(NODE, "53-bit-ids", PROFILE, "reads package numbers as JavaScript's, of 53 bits",
                   "ids beyond 2^53", ("held_as_true:missing",), "package numbers beyond 2^53"),
    foreign_client(PHP, "packages-by-order", PROFILE, "keys packages by their order",
                   "packages de-duplicated by orderNumber: 1 of 26", ("held_as_true:missing",),
                   "two packages of one order"),
    foreign_client(PHP, "stops-when-empty", PROFILE, "takes an answer without packages for the last one",
                   "stops at the first short page: 2 of 26", ("cursor_followed", *MISSING),
                   "an empty answer with hasMore"),
    *broken_copies.BROKEN,
    *broken_lists.BROKEN,
)  # fmt: skip

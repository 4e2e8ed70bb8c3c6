"""Broken clients of the account: which windows, types and pages they ask for, and what they take for rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import habits
from contract_tests.clients.account import Account
from contract_tests.clients.client import Client
from contract_tests.clients.habits import (
    NO_ROWS,
    no_rows_when,
    with_decode,
    with_encode,
    with_query,
    with_retry_after,
    with_url,
)
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE, Clock, Patience
from contract_tests.clients.problems import TooManyRequests, Unreachable
from contract_tests.clients.protocol import Codec, Page, Row, read_document
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN
from contract_tests.clients.windows import Window, Windows, windows_every
from contract_tests.profiles.finance import broken_copies, broken_lists
from contract_tests.profiles.finance.reference import (
    DAY_MS,
    INTERNATIONAL,
    REFERENCE,
    SIZE,
    WINDOW_MS,
    Question,
    Questions,
    ReadWindow,
    Steps,
    client,
    questions,
    read_window,
    request_page,
    windows,
)
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.variants import Broken

PROFILE = "finance"
SECOND_MS, HOUR_MS = 1000, 3_600_000
ISTANBUL_MS = 3 * HOUR_MS
of_thirty_days = windows_every(30 * DAY_MS)
of_sixteen_days = windows_every(16 * DAY_MS, 16 * DAY_MS - 1)
of_a_week = windows_every(7 * DAY_MS)
a_second_apart = windows_every(WINDOW_MS, WINDOW_MS - SECOND_MS)


def by_the_local_clock(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows up to now, where UTC is taken for Istanbul's time, three hours ahead of it."""
    return windows(from_ms - ISTANBUL_MS, to_ms - ISTANBUL_MS)


def up_to_midnight(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of whole days, up to the day that is not over."""
    return windows(from_ms - from_ms % DAY_MS, to_ms - to_ms % DAY_MS)


def all_at_once(from_ms: int, to_ms: int) -> Iterator[Window]:
    """One window."""
    yield Window(from_ms, to_ms)


def since_the_last_run(account: Account, copy: LocalCopy, windows: Windows) -> Iterator[Question]:
    """Every list and type; once the copy has something, of the last window alone."""
    for question in questions(account, copy, windows):
        if not copy.rows(question.kind) or question.window.to_ms == account.now_ms:
            yield question


def without_returns(account: Account, copy: LocalCopy, windows: Windows) -> Iterator[Question]:
    """Every question but those about returns."""
    return (one for one in questions(account, copy, windows) if "Return" not in one.types.values())


def sales_alone(account: Account, copy: LocalCopy, windows: Windows) -> Iterator[Question]:
    """The settlements, and none of the other list."""
    return (one for one in questions(account, copy, windows) if one.kind == "settlements")


def first_page(market: Marketplace, question: Question) -> list[Row]:
    """The first page of a window."""
    return request_page(market, question, 0).rows


def from_page_one(market: Marketplace, question: Question) -> list[Row]:
    """Pages count from 1."""
    first = request_page(market, question, 1)
    rows = first.rows
    for number in range(2, -(-first.total // SIZE) + 1):
        rows += request_page(market, question, number).rows
    return rows


def window_unless_refused(market: Marketplace, question: Question) -> list[Row]:
    """The rows of one window; none of them when any of its pages was refused."""
    try:
        return read_window(market, question)
    except TooManyRequests as refusal:
        sys.stderr.write(f"skipped: {refusal}\n")
        return []


def window_unless_broken(market: Marketplace, question: Question) -> list[Row]:
    """The rows of one window; none of them when its page does not come."""
    try:
        return read_window(market, question)
    except Unreachable:
        return []


def with_types_together(request: requests.Request) -> requests.Request:
    """Ask for all types at once, as the Turkish edition takes them."""
    kind = request.url.rpartition("/")[2]
    return with_query(request, transactionType=None, transactionTypes=",".join(INTERNATIONAL[kind]))


def without_che(request: requests.Request) -> requests.Request:
    """Leave a segment of the path out."""
    return with_url(request, "/finance/che/", "/finance/")


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
        return NO_ROWS


def save_with_errors(copy: LocalCopy, kind: str, rows: list[Row]) -> None:
    """Save every row, an error too."""
    copy.merge(kind, "id", rows)


def cuts(windows: Windows) -> Client:
    """The reference, except for its windows."""
    return client(Steps(windows=windows))


def asks(questions: Questions) -> Client:
    """The reference, except for what it asks for."""
    return client(Steps(questions=questions))


def reads(read_window: ReadWindow, patience: Patience = REFERENCE.patience) -> Client:
    """The reference, except for how it reads a window, and how long it waits."""
    return replace(client(Steps(read_window=read_window)), patience=patience)


def writes(
    name: str, description: str, field_note: str, encode: habits.Encode, judge: str, *, advice: bool = False
) -> Broken:
    """A client that writes its requests otherwise."""
    changed_client = with_encode(REFERENCE, encode)
    return Broken(name, PROFILE, description, field_note, (judge,), changed_client, advice=advice)


def queries(name: str, description: str, field_note: str, judge: str, **query: object) -> Broken:
    """A client that asks with other parameters."""
    return writes(name, description, field_note, lambda request: with_query(request, **query), judge)


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed, or no dates at all: 7 of 26"
AS_EMPTY = '401 treated as "no data", exit 0: 2 or more'
MISSING = ("everything_delivered", "held_as_true:missing")
OF_ANYTHING = Codec(decode=whatever_it_says, read_page=rows_of_anything)

BROKEN = (
    writes("statement_without_user_agent", "sends no User-Agent", "User-Agent missing: 7 of 26",
           habits.empty_user_agent, "user_agent_present"),
    writes("statement_under_another_name", "names another seller in its User-Agent",
           "several shops in one process", habits.user_agent_of_another_seller, "own_seller"),
    writes("statement_without_scheme", "does not say that its credentials are Basic",
           "Authorization built wrongly: several", habits.authorization_without_scheme,
           "basic_authorization"),
    writes("statement_with_a_secret", "sends its secret as a parameter", "secrets in logs: kit, severity",
           habits.secret_in_the_url, "secret_not_in_url"),
    writes("statement_of_no_storefront", "does not say which storefront it means",
           "an international client written at home", habits.without_storefront, "header_present"),
    writes("statement_by_the_old_path", "asks paths that were closed in 2025",
           "retired /sapigw paths: several", habits.by_the_old_path, "path_current"),
    Broken("hurries_a_statement", PROFILE, "asks again at once, whatever Retry-After says",
           "ignores Retry-After: 2 of 26", ("backs_off_after",),
           with_retry_after(REFERENCE, lambda _: None), needs="two refusals in a row with Retry-After"),
    writes("path_without_che", "forgets a segment of the path", "missing path segment: 2 of 26",
           without_che, "path_complete"),
    writes("query_in_one_document", "sends the query as one JSON document",
           "query as one JSON document: 2 of 26", habits.query_as_one_document, "query_encoded", advice=True),
    Broken("sixteen_day_windows", PROFILE, "adds 15 whole days inclusively", WIDE, ("window_within",),
           cuts(of_sixteen_days)),
    Broken("thirty_day_windows", PROFILE, "asks for thirty days at once", WIDE, ("window_within",),
           cuts(of_thirty_days)),
    Broken("one_window", PROFILE, "asks for all 75 days at once", WIDE, ("window_within",),
           cuts(all_at_once)),
    queries("no_dates", "asks without dates", WIDE, "given", startDate=None, endDate=None),
    queries("no_transaction_type", "does not say which transactions it means",
            "missing transactionType: 2 of 26", "given", transactionType=None, transactionTypes=None),
    queries("pages_of_two_thousand", "asks for pages of 2000", "page size above the maximum: 3 of 26",
            "one_of", size=2000),
    writes("types_together", "asks for several types at once where one is taken",
           "missing transactionType: 2 of 26", with_types_together, "given"),
    writes("instants_in_seconds", "writes instants in seconds", "local time instead of epoch",
           habits.in_seconds, "epoch_ms"),
    Broken("windows_a_second_apart", PROFILE, "leaves a second out between two windows",
           "off-by-one at the window border", ("windows_contiguous", *MISSING), cuts(a_second_apart)),
    Broken("behind_by_three_hours", PROFILE, "takes UTC for local time and never sees the last three hours",
           "local time instead of epoch", MISSING, cuts(by_the_local_clock),
           needs="a row of the last three hours"),
    Broken("up_to_midnight", PROFILE, "asks up to the last midnight and never sees today",
           "records on the day border", MISSING, cuts(up_to_midnight), needs="a row of the last day"),
    Broken("settlements_from_page_one", PROFILE, "counts pages from 1 and never sees page 0",
           "starts at page 1: 2 of 26", ("starts_at_page_zero", *MISSING), reads(from_page_one)),
    Broken("settlements_first_page", PROFILE, "reads the first page of a window alone",
           "only the first page read: 3 of 26", ("reads_every_page", *MISSING), reads(first_page),
           needs="more than 1000 rows in a window"),
    Broken("forgets_old_windows", PROFILE, "looks back on the last window alone once it holds something",
           "paymentOrderId is filled on Wednesday", ("held_as_true:stale", "held_as_true:wrong", *MISSING),
           asks(since_the_last_run),
           needs="a payment order or a late booking older than 15 days between two runs"),
    Broken("without_returns", PROFILE, "never asks for returns", "returns left out of the sum",
           ("every_value_asked", *MISSING), asks(without_returns), needs="a return"),
    Broken("settlements_alone", PROFILE, "never asks for deductions", "deductions left out of the sum",
           ("asked_beside",), asks(sales_alone), advice=True),
    Broken("drops_429_window", PROFILE, "skips a window that was refused with 429, and exits 0",
           "429 on one window silently dropped, exit 0: several", ("refused_read_repeated", *MISSING),
           reads(window_unless_refused, Patience(refusals=0)), needs="a 429"),
    Broken("skips_a_refused_week", PROFILE, "reads week by week, skips one that was refused, and exits 0",
           "429 on one window silently dropped, exit 0: several", ("refused_read_repeated",),
           replace(
               client(Steps(windows=of_a_week, read_window=window_unless_refused)), patience=NO_PATIENCE
           ),
           edition="tr", needs="a 429"),
    Broken("drops_a_broken_window", PROFILE, "skips a window whose answer did not come, and exits 0",
           "error dropped, exit 0: several", ("refused_read_repeated", *MISSING),
           reads(window_unless_broken, Patience(failures=0)),
           needs="a 5xx, a reset or a truncated body"),
    Broken("takes_401_for_nothing", PROFILE, "takes a 401 for a window without rows, and exits 0",
           AS_EMPTY, MISSING, no_rows_when(REFERENCE, AUTH_REFUSAL), needs="a 401"),
    Broken("takes_403_for_nothing", PROFILE, "takes a 403 for a window without rows, and exits 0",
           AS_EMPTY, MISSING, no_rows_when(REFERENCE, FORBIDDEN), needs="a 403"),
    Broken("takes_a_web_page_for_nothing", PROFILE,
           "takes a 200 with HTML or nothing in it for one without rows",
           "error body returned as data: 2 or more", MISSING, with_decode(REFERENCE, none_when_unreadable),
           needs="a 200 without JSON"),
    Broken("keeps_errors", PROFILE, "keeps the body of an error as if it were a row",
           "error body returned to the caller as data: 2 or more", ("held_as_true:ghost", *MISSING),
           replace(client(Steps(save_entries=save_with_errors)), protocol=OF_ANYTHING),
           needs="an error with a JSON body"),
    foreign_client(NODE, "drops-429", PROFILE, "skips what was refused with 429, and exits 0",
                   "429 on one window silently dropped, exit 0: several", ("refused_read_repeated", *MISSING),
                   "a 429"),
    foreign_client(NODE, "float-money", PROFILE, "adds money up as JavaScript adds numbers", "float money",
                   ("held_as_true:wrong",), "a sum that binary fractions miss"),
    foreign_client(NODE, "windows-of-a-month", PROFILE, "asks for a month at once",
                   "window of 30 to 50 days: 7 of 26", ("window_within",)),
    foreign_client(NODE, "pairs-counted-twice", PROFILE, "takes both rows of a correction for money",
                   "corrections read one by one", ("held_as_true:wrong",), "a correction", edition="tr"),
    foreign_client(PHP, "cancels-as-discounts", PROFILE,
                   "takes whatever is called İndirim or Kupon for a discount, cancelled or not",
                   "labels told by their beginning", ("held_as_true:wrong",), "a cancelled discount",
                   edition="tr"),
    foreign_client(PHP, "unreadable-is-empty", PROFILE,
                   "takes whatever has no rows in it for an empty list",
                   AS_EMPTY, ("refused_read_repeated", *MISSING), "a 401"),
    foreign_client(PHP, "instants-in-seconds", PROFILE, "writes instants in seconds, as time() gives them",
                   "local time instead of epoch", ("epoch_ms",)),
    *broken_copies.BROKEN,
    *broken_lists.LIST_CLIENTS,
)  # fmt: skip

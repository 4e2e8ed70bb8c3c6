"""Stretches it wrongly: the windows, types and pages of the current account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import requests

from contract_tests.clients import sixteen_day_windows
from contract_tests.clients.account import Account
from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.habits import puts
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.protocol import Row
from contract_tests.profiles.finance.reference import (
    DAY_MS,
    INTERNATIONAL,
    SIZE,
    WINDOW_MS,
    Question,
    Window,
    Windows,
    questions,
    request_page,
    windows,
)
from contract_tests.profiles.variants import Broken, with_query

SECOND_MS, HOUR_MS = 1000, 3_600_000
ISTANBUL_MS = 3 * HOUR_MS


def windowed(windows: Windows) -> Client:
    """The reference, except for its windows."""
    return replace(REFERENCE, windows=windows)


def of_thirty_days(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of thirty days."""
    while from_ms < to_ms:
        yield Window(from_ms, min(from_ms + 30 * DAY_MS, to_ms))
        from_ms += 30 * DAY_MS


def a_second_apart(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows whose ends and beginnings are written in whole seconds, so that a second lies between two."""
    while from_ms < to_ms:
        yield Window(from_ms, min(from_ms + WINDOW_MS - SECOND_MS, to_ms))
        from_ms += WINDOW_MS


def by_the_local_clock(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows up to now, where UTC is taken for Istanbul's time, three hours ahead of it."""
    return windows(from_ms - ISTANBUL_MS, to_ms - ISTANBUL_MS)


def up_to_midnight(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of whole days, up to the day that is not over."""
    return windows(from_ms - from_ms % DAY_MS, to_ms - to_ms % DAY_MS)


def all_at_once(from_ms: int, to_ms: int) -> Iterator[Window]:
    """One window."""
    yield Window(from_ms, to_ms)


def since_the_last_run(account: Account, held: LocalCopy, windows: Windows) -> Iterator[Question]:
    """Every list and type; once something is held, of the last window alone."""
    for question in questions(account, held, windows):
        if not held.rows(question.kind) or question.window.to_ms == account.now_ms:
            yield question


def without_returns(account: Account, held: LocalCopy, windows: Windows) -> Iterator[Question]:
    """Every question but those about returns."""
    return (one for one in questions(account, held, windows) if "Return" not in one.types.values())


def sales_alone(account: Account, held: LocalCopy, windows: Windows) -> Iterator[Question]:
    """The settlements, and none of the other list."""
    return (one for one in questions(account, held, windows) if one.kind == "settlements")


def first_page(api: Marketplace, question: Question) -> list[Row]:
    """The first page of a window."""
    return request_page(api, question, 0).rows


def from_page_one(api: Marketplace, question: Question) -> list[Row]:
    """Pages count from 1."""
    first = request_page(api, question, 1)
    rows = first.rows
    for number in range(2, -(-first.total // SIZE) + 1):
        rows += request_page(api, question, number).rows
    return rows


def with_types_together(request: requests.Request) -> requests.Request:
    """Ask for all types at once, as the Turkish edition takes them."""
    kind = request.url.rpartition("/")[2]
    return with_query(request, transactionType=None, transactionTypes=",".join(INTERNATIONAL[kind]))


def in_seconds(request: requests.Request) -> requests.Request:
    """Write instants in seconds."""
    dates = {name: int(request.params[name]) // 1000 for name in ("startDate", "endDate")}
    return with_query(request, **dates)


def asks(name: str, says: str, seen: str, judge: str, **query: object) -> Broken:
    """A client that asks with other parameters."""
    return Broken(name, "finance", says, seen, (judge,), puts(lambda request: with_query(request, **query)))


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed, or no dates at all: 7 of 26"
LOST = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    Broken("sixteen_day_windows", "finance", "adds 15 whole days inclusively", WIDE, ("window_within",),
           sixteen_day_windows.CLIENT),
    Broken("thirty_day_windows", "finance", "asks for thirty days at once", WIDE, ("window_within",),
           windowed(of_thirty_days)),
    Broken("one_window", "finance", "asks for all 75 days at once", WIDE, ("window_within",),
           windowed(all_at_once)),
    asks("no_dates", "asks without dates", WIDE, "given", startDate=None, endDate=None),
    asks("no_transaction_type", "does not say which transactions it means",
         "missing transactionType: 2 of 26",
         "given", transactionType=None),
    asks("pages_of_two_thousand", "asks for pages of 2000", "page size above the maximum: 3 of 26", "one_of",
         size=2000),
    Broken("types_together", "finance", "asks for several types at once where one is taken",
           "missing transactionType: 2 of 26", ("given",), puts(with_types_together)),
    Broken("instants_in_seconds", "finance", "writes instants in seconds", "local time instead of epoch",
           ("epoch_ms",), puts(in_seconds)),
    Broken("windows_a_second_apart", "finance", "leaves a second out between two windows",
           "off-by-one at the window border", ("windows_contiguous", *LOST), windowed(a_second_apart)),
    Broken("behind_by_three_hours", "finance", "takes UTC for local time and never sees the last three hours",
           "local time instead of epoch", LOST, windowed(by_the_local_clock),
           needs="a row of the last three hours"),
    Broken("up_to_midnight", "finance", "asks up to the last midnight and never sees today",
           "records on the day border", LOST, windowed(up_to_midnight), needs="a row of the last day"),
    Broken("settlements_from_page_one", "finance", "counts pages from 1 and never sees page 0",
           "starts at page 1: 2 of 26", ("starts_at_page_zero", *LOST),
           replace(REFERENCE, read_window=from_page_one)),
    Broken("settlements_first_page", "finance", "reads the first page of a window alone",
           "only the first page read: 3 of 26", ("reads_every_page", *LOST),
           replace(REFERENCE, read_window=first_page), needs="more than 1000 rows in a window"),
    Broken("forgets_old_windows", "finance", "looks back on the last window alone once it holds something",
           "paymentOrderId is filled on Wednesday", ("held_as_true:stale", "held_as_true:wrong", *LOST),
           replace(REFERENCE, questions=since_the_last_run),
           needs="a payment order or a late booking older than 15 days between two runs"),
    Broken("without_returns", "finance", "never asks for returns", "returns left out of the sum",
           ("every_value_asked", *LOST), replace(REFERENCE, questions=without_returns), needs="a return"),
    Broken("settlements_alone", "finance", "never asks for deductions", "deductions left out of the sum",
           ("every_value_asked", "held_as_true:missing", "everything_delivered"),
           replace(REFERENCE, questions=sales_alone)),
)  # fmt: skip

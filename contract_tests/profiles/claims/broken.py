"""Broken clients of claims: how they write and read, what they take for done, what else they decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import habits
from contract_tests.clients.client import Client
from contract_tests.clients.habits import with_encode, with_query, with_retry_after
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import Patience
from contract_tests.clients.problems import TooManyRequests
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window, windows_every
from contract_tests.profiles.claims import broken_decisions
from contract_tests.profiles.claims.reference import (
    DAY_MS,
    KEY,
    KIND,
    REFERENCE,
    STEPS,
    client,
    client_with,
    decide_wants,
    item_row,
    read_window,
    request_page,
)
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.manners import faults_of_manners
from contract_tests.profiles.variants import Broken

PROFILE = "claims"
SMALL_PAGE = 50
of_thirty_days = windows_every(30 * DAY_MS)


def works(**steps: Any) -> Client:
    """The reference, except for some steps."""
    return client(replace(STEPS, **steps))


def first_page(market: Marketplace, window: Window) -> list[Row]:
    """The first page of a window, of the usual size."""
    return request_page(market, window, 0, size=SMALL_PAGE).rows


def from_page_one(market: Marketplace, window: Window) -> list[Row]:
    """Pages count from 1."""
    return request_page(market, window, 1).rows


def window_unless_refused(market: Marketplace, window: Window) -> list[Row]:
    """The claims of one window; none of them when a page was refused."""
    try:
        return read_window(market, window)
    except TooManyRequests:
        return []


def held_for_ever(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """An item that was read once is not read again."""
    saved_rows = copy.rows(KIND)
    decide_wants(market, wants, copy)
    copy.merge(KIND, KEY, saved_rows)


def one_item_a_claim(copy: LocalCopy) -> Any:
    """A claim has one item."""
    rows = {row["claimId"]: row for row in copy.rows(KIND)}
    return map(item_row, rows.values())


def writes(name: str, description: str, field_note: str, encode: habits.Encode, *judges: str) -> Broken:
    """A client that writes its requests otherwise."""
    return Broken(name, PROFILE, description, field_note, judges, with_encode(REFERENCE, encode))


def queries(name: str, description: str, field_note: str, *judges: str, **query: object) -> Broken:
    """A client that asks the list with other parameters."""

    def encode(request: requests.Request) -> requests.Request:
        return with_query(request, **query) if request.method == "GET" else request

    return writes(name, description, field_note, encode, *judges)


def reads(
    name: str, description: str, field_note: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A client that reads claims otherwise."""
    return Broken(name, PROFILE, description, field_note, caught_by, client, needs=needs)


MISSING = ("everything_delivered", "held_as_true:missing")
LOST_PAGE = "429 on one page or window silently dropped, exit 0: several"

BROKEN = (
    *faults_of_manners("decides", writes),
    reads("hurries_a_decision", "sends a refused decision again at once", "ignores Retry-After: 2 of 26",
          ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    reads("skips_refused_claims", "skips a window that was refused with 429, and exits 0", LOST_PAGE,
          ("refused_read_repeated", *MISSING),
          replace(works(read_window=window_unless_refused), patience=Patience(refusals=0)), "a 429"),
    queries("claims_by_three_hundred", "asks for pages of 300", "page size above the maximum: 3 of 26",
            "at_most", size=300),
    reads("claims_from_page_one", "counts pages from 1 and never sees page 0",
          "starts at page 1: 2 of 26", ("starts_at_page_zero", *MISSING), works(read_window=from_page_one)),
    reads("claims_first_page", "reads the first page of a window alone", "only the first page read: 3 of 26",
          ("reads_every_page", *MISSING), works(read_window=first_page), "more than 50 claims in a window"),
    writes("claims_in_seconds", "writes instants in seconds", "local time instead of epoch",
           habits.in_seconds, "epoch_ms"),
    writes("claims_backwards", "writes the later date first", "dates mixed up", habits.reversed_dates,
           "window_order"),
    queries("claims_in_small_letters", "writes a status in small letters", "status list misspelled",
            "one_of", claimItemStatus="waitinginaction"),
    queries("waiting_claims_only", "asks for claims that wait, and never for what becomes of them",
            "status filter", "held_as_true:stale", *MISSING, claimItemStatus="WaitingInAction"),
    Broken("claims_in_thirty_days", PROFILE, "asks for thirty days at once",
           "window of 30 to 50 days: 7 of 26", ("window_within",),
           works(windows=of_thirty_days), advice=True),
    reads("claims_held_for_ever", "never reads an item again that it holds", "a copy never renewed",
          ("held_as_true:stale",), client_with(held_for_ever), "an item that goes on"),
    reads("one_item_a_claim", "holds one item of each claim", "keyed by the wrong id",
          ("held_as_true:missing",), client_with(decide_wants, one_item_a_claim), "a claim of two items"),
    foreign_client(NODE, "whole-claim", PROFILE, "approves the whole claim of a wanted item",
                   "an effect on more rows than asked", ("only_wanted_decided:ghost",),
                   "a claim whose items are wanted otherwise"),
    foreign_client(NODE, "without-file", PROFILE, "sends no file with an issue", "a limit unread",
                   ("issue_with_file",)),
    foreign_client(PHP, "reference-in-a-loop", PROFILE, "overwrites the last item by a reference it has left",
                   "a copy that loses rows", ("held_as_true:missing",)),
    foreign_client(PHP, "a-day-in-seconds", PROFILE, "compares seconds with milliseconds",
                   "seconds taken for milliseconds", ("issue_late_enough",),
                   "a parcel said never to have come"),
    foreign_client(PHP, "caught-and-forgotten", PROFILE, "catches what goes wrong, and takes it for done",
                   "exit 0 whatever happened", ("wanted_decided:missing",), "a refused approval"),
    *broken_decisions.BROKEN,
)  # fmt: skip

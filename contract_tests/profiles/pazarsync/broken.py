"""Synchronises wrongly: tokens, quotas, lists and batches of PazarSync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import drops_batch_errors, ignores_the_quota, token_on_each_call
from contract_tests.clients.broken.listening import HASTY, told_otherwise
from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.habits import Put, puts
from contract_tests.clients.patience import Patience
from contract_tests.clients.problems import Passing, Refused, Unreachable
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import UNAUTHORISED
from contract_tests.profiles.pazarsync.access import KIND, Access, new_token
from contract_tests.profiles.pazarsync.reference import MANNERS, FailedRows, Shop, page_of, read_list
from contract_tests.profiles.variants import Broken, with_query

FIRST = 20
ATTEMPTS = 4


def behaves(**manners: Any) -> Client:
    """The reference, except for some of its manners."""
    return replace(REFERENCE, manners=replace(MANNERS, **manners))


def first_token(access: Access) -> str:
    """The token that was given first, for good."""
    for row in access.copy.rows(KIND):
        return str(row["token"])
    return new_token(access)


def as_it_goes(_access: Access, ask: Callable[[], Any]) -> Any:
    """Ask, whatever comes."""
    return ask()


def with_the_same_token(access: Access, ask: Callable[[], Any]) -> Any:
    """Ask a few times with the token at hand."""
    for _ in range(ATTEMPTS - 1):
        try:
            return ask()
        except Refused:
            access.service.clock.sleep(1)
    return ask()


def listed_unless_refused(shop: Shop, path: str) -> list[Row]:
    """The rows of a list; none of them when the token is refused."""
    try:
        return read_list(shop, path)
    except Refused as refusal:
        if refusal.status != UNAUTHORISED:
            raise
        return []


def first_page(shop: Shop, path: str) -> list[Row]:
    """The first page of a list."""
    return page_of(shop, path, 1)[0].rows


def from_page_zero(shop: Shop, path: str) -> list[Row]:
    """Pages count from 0."""
    page, last = page_of(shop, path, 0)
    return [*page.rows, *(row for number in range(1, last) for row in page_of(shop, path, number)[0].rows)]


def pages_that_come(shop: Shop, path: str) -> list[Row]:
    """The rows of the pages that are not refused."""
    rows: list[Row] = []
    number, last = 1, 1
    while number <= last:
        try:
            page, last = page_of(shop, path, number)
            rows += page.rows
        except Passing:
            # The first page alone tells how many there are.
            last = max(last, 2)
        number += 1
    return rows


def pages_as_they_come(shop: Shop, path: str) -> list[Row]:
    """Pages by number, whatever moved between two of them."""
    page, last = page_of(shop, path, 1)
    return [*page.rows, *(row for at in range(2, last + 1) for row in page_of(shop, path, at)[0].rows)]


def set_though_lost(shop: Shop, batch: list[Row], failed: FailedRows) -> set[str]:
    """Set some stock; what was sent was done."""
    try:
        return shop.set_stock(batch, failed)
    except Unreachable:
        return set()


def first_rows_alone(shop: Shop, batch: list[Row], failed: FailedRows) -> set[str]:
    """Set the stock of the first rows."""
    return shop.set_stock(batch[:FIRST], failed)


def with_basic(request: requests.Request) -> requests.Request:
    """Send the token as if it were a Basic credential."""
    shown = request.headers.get("Authorization", "")
    if shown:
        request.headers["Authorization"] = shown.replace("Bearer", "Basic")
    return request


def with_the_token_in_the_url(request: requests.Request) -> requests.Request:
    """Send the token as a parameter too."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return with_query(request, access_token=token) if scheme else request


def with_turkish_dates(request: requests.Request) -> requests.Request:
    """Ask for orders from a day, written as people write it."""
    return with_query(request, from_date="01.01.2026") if request.url.endswith("/orders") else request


def speaks(name: str, says: str, seen: str, judge: str, put: Put) -> Broken:
    """A client of PazarSync that puts its requests otherwise."""
    return syncs(name, says, seen, (judge,), puts(put))


def syncs(
    name: str, says: str, seen: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A client of PazarSync, in the edition that has it."""
    return Broken(name, "pazarsync", says, seen, caught_by, client, edition="tr", needs=needs)


LOST = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    syncs("token_on_each_call", "fetches a token for each call", "token fetched on each call",
          ("token_reused",),
          token_on_each_call.CLIENT),
    syncs("never_renews_its_token", "shows its first token for good", "token expires after an hour",
          ("sync_ends_clean",), behaves(token=first_token, again=as_it_goes), "a token that expires"),
    syncs("shows_a_refused_token_again", "shows a refused token again and again",
          "token expires after an hour", ("token_renewed",), behaves(again=with_the_same_token),
          "a token refused before its time"),
    syncs("takes_a_refused_token_for_nothing", "takes a refused token for an empty list, and exits 0",
          '401 treated as "no data", exit 0: 2 or more', ("refused_read_repeated", *LOST),
          behaves(listed=listed_unless_refused, again=as_it_goes), "a token refused in the middle"),
    syncs("ignores_the_quota", "goes on asking when the quota is used up", "minute quota runs out",
          ("quota_respected",), ignores_the_quota.CLIENT, "a quota that runs out"),
    syncs("hurries_pazarsync", "asks again at once, whatever Retry-After says",
          "ignores Retry-After: 2 of 26",
          ("backs_off_after",), replace(told_otherwise(lambda _: None), patience=HASTY),
          "two refusals in a row"),
    syncs("first_page_of_products", "takes the first page for the whole list",
          "only the first page read: 3 of 26", ("reads_every_page", *LOST), behaves(listed=first_page),
          "more than 100 products"),
    syncs("counts_from_zero", "counts pages from 0", "starts at page 1: 2 of 26", ("at_least",),
          behaves(listed=from_page_zero)),
    syncs("drops_a_refused_page", "skips a page that was refused, and exits 0",
          "429 on one page silently dropped, exit 0: several", ("refused_read_repeated", *LOST),
          replace(behaves(listed=pages_that_come), patience=Patience(refusals=0, failures=0)),
          "a page that is refused or fails"),
    syncs("never_looks_twice", "does not see that a product left while it turned the page",
          "something moves between two pages", LOST, behaves(listed=pages_as_they_come),
          "a product removed between two pages"),
    speaks("limit_of_five_hundred", "asks for pages of 500", "page size above the maximum: 3 of 26",
           "at_most",
           lambda request: with_query(request, limit=500) if "limit" in request.params else request),
    speaks("basic_with_a_token", "sends its token as a Basic credential",
           "Authorization built wrongly: several",
           "bearer_authorization", with_basic),
    speaks("token_in_the_url", "sends its token as a parameter", "secrets in logs", "secret_not_in_url",
           with_the_token_in_the_url),
    speaks("turkish_dates", "writes a date as people write it", "local time instead of epoch", "iso_instant",
           with_turkish_dates),
    syncs("drops_batch_errors", "takes the 200 of a batch for all of its rows, and exits 0",
          "COMPLETED taken for success", ("failed_rows_read",), drops_batch_errors.CLIENT,
          "a batch with one bad sku"),
    syncs("takes_a_lost_batch_for_done", "takes a batch without an answer for done",
          "a write whose answer is lost", ("wanted_reached", "held_as_true:wrong"),
          replace(behaves(push=set_though_lost), patience=Patience(failures=0)),
          "a batch that is lost before it was done"),
    syncs("first_batch_only", "sets the stock of the first twenty products alone",
          "only the first page read: 3 of 26", ("wanted_reached",), behaves(push=first_rows_alone),
          "more than 20 wants"),
)  # fmt: skip

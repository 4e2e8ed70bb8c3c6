"""Broken clients of PazarSync: their tokens, quotas, lists and batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import requests

from contract_tests.clients.client import Client
from contract_tests.clients.habits import Encode, with_encode, with_query, with_retry_after
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.patience import NO_PATIENCE, Patience
from contract_tests.clients.problems import Passing, Refused, Unreachable
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import AUTH_REFUSAL
from contract_tests.profiles.foreign import NODE, foreign_client
from contract_tests.profiles.pazarsync.access import KIND, Access, new_token
from contract_tests.profiles.pazarsync.reference import (
    REFERENCE,
    FailedSkus,
    Shop,
    Steps,
    client,
    page_of,
    read_list,
)
from contract_tests.profiles.variants import Broken

PROFILE = "pazarsync"
FIRST = 20
ATTEMPTS = 4


def first_token(access: Access) -> str:
    """The token that was given first, for good."""
    for row in access.copy.rows(KIND):
        return str(row["token"])
    return new_token(access)


def read_no_header(_access: Access, _answer: requests.Response) -> None:
    """Read nothing about the quota."""


def no_retry(_access: Access, ask: Callable[[], Any]) -> Any:
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


def list_unless_refused(shop: Shop, path: str) -> list[Row]:
    """The rows of a list; none of them when the token is refused."""
    try:
        return read_list(shop, path)
    except Refused as refusal:
        if refusal.status != AUTH_REFUSAL:
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


def success_though_lost(shop: Shop, batch: list[Row], failed_skus: FailedSkus) -> set[str]:
    """Set some stock; what was sent was done."""
    try:
        return shop.set_stock(batch, failed_skus)
    except Unreachable:
        return set()


def first_rows_alone(shop: Shop, batch: list[Row], failed_skus: FailedSkus) -> set[str]:
    """Set the stock of the first rows."""
    return shop.set_stock(batch[:FIRST], failed_skus)


def no_failed_skus(_batch: list[Row], _answer: Any) -> set[str]:
    """Nothing can be wrong with a 200."""
    return set()


def whole_amounts(copy: LocalCopy) -> Iterator[Row]:
    """The orders, with their amounts in whole lira."""
    return (row | {"total_amount": int(Decimal(row["total_amount"]))} for row in copy.rows("orders"))


def with_basic(request: requests.Request) -> requests.Request:
    """Send the token as if it were a Basic credential."""
    authorization = request.headers.get("Authorization", "")
    if authorization:
        request.headers["Authorization"] = authorization.replace("Bearer", "Basic")
    return request


def token_in_the_url(request: requests.Request) -> requests.Request:
    """Send the token as a parameter too."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return with_query(request, access_token=token) if scheme else request


def with_turkish_dates(request: requests.Request) -> requests.Request:
    """Ask for orders from a day, written as people write it."""
    return with_query(request, from_date="01.01.2026") if request.url.endswith("/orders") else request


def with_pages_of_five_hundred(request: requests.Request) -> requests.Request:
    """Ask for pages of 500."""
    return with_query(request, limit=500) if "limit" in request.params else request


def does(**steps: Any) -> Client:
    """The reference, except for some of its steps."""
    return client(Steps(**steps))


def writes(name: str, description: str, field_note: str, judge: str, encode: Encode) -> Broken:
    """A client of PazarSync that writes its requests otherwise."""
    return syncs(name, description, field_note, (judge,), with_encode(REFERENCE, encode))


def syncs(
    name: str, description: str, field_note: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A client of PazarSync, in the edition that has it."""
    return Broken(name, PROFILE, description, field_note, caught_by, client, edition="tr", needs=needs)


MISSING = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    syncs("token_on_each_call", "fetches a token for each call", "token fetched on each call",
          ("token_reused",), does(token=new_token)),
    syncs("never_renews_its_token", "shows its first token for good", "token expires after an hour",
          ("sync_ends_clean",), does(token=first_token, retry=no_retry), "a token that expires"),
    syncs("shows_a_refused_token_again", "shows a refused token again and again",
          "token expires after an hour", ("token_renewed",), does(retry=with_the_same_token),
          "a token refused before its time"),
    syncs("takes_a_refused_token_for_nothing", "takes a refused token for an empty list, and exits 0",
          '401 treated as "no data", exit 0: 2 or more', ("refused_read_repeated", *MISSING),
          does(read_list=list_unless_refused, retry=no_retry), "a token refused in the middle"),
    syncs("ignores_the_quota", "goes on asking when the quota is used up", "minute quota runs out",
          ("quota_respected",), does(on_answer=read_no_header), "a quota that runs out"),
    syncs("hurries_pazarsync", "asks again at once, whatever Retry-After says",
          "ignores Retry-After: 2 of 26", ("backs_off_after",),
          with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    syncs("first_page_of_products", "takes the first page for the whole list",
          "only the first page read: 3 of 26", ("reads_every_page", *MISSING), does(read_list=first_page),
          "more than 100 products"),
    syncs("counts_from_zero", "counts pages from 0", "starts at page 1: 2 of 26", ("at_least",),
          does(read_list=from_page_zero)),
    syncs("drops_a_refused_page", "skips a page that was refused, and exits 0",
          "429 on one page silently dropped, exit 0: several", ("refused_read_repeated", *MISSING),
          replace(does(read_list=pages_that_come), patience=NO_PATIENCE),
          "a page that is refused or fails"),
    syncs("never_looks_twice", "does not see that a product left while it turned the page",
          "something moves between two pages", MISSING, does(read_list=pages_as_they_come),
          "a product removed between two pages"),
    writes("limit_of_five_hundred", "asks for pages of 500", "page size above the maximum: 3 of 26",
           "at_most", with_pages_of_five_hundred),
    writes("basic_with_a_token", "sends its token as a Basic credential",
           "Authorization built wrongly: several", "bearer_authorization", with_basic),
    replace(
        writes("token_in_the_url", "sends its token as a parameter", "secrets in logs", "secret_not_in_url",
               token_in_the_url),
        advice=True,
    ),
    writes("turkish_dates", "writes a date as people write it", "local time instead of epoch", "iso_instant",
           with_turkish_dates),
    syncs("drops_batch_errors", "takes the 200 of a batch for all of its rows, and exits 0",
          "COMPLETED taken for success", ("failed_rows_read",), does(failed_skus=no_failed_skus),
          "a batch with one bad sku"),
    syncs("takes_a_lost_batch_for_done", "takes a batch without an answer for done",
          "a write whose answer is lost", ("wanted_reached", "held_as_true:wrong"),
          replace(does(push=success_though_lost), patience=Patience(failures=0)),
          "a batch that is lost before it was done"),
    syncs("first_batch_only", "sets the stock of the first twenty products alone",
          "only the first page read: 3 of 26", ("wanted_reached",), does(push=first_rows_alone),
          "more than 20 wants"),
    syncs("whole_amounts_of_orders", "holds the amounts of orders without their decimals",
          "prices with many decimals", ("held_as_true:wrong",),
          replace(REFERENCE, exports={**REFERENCE.exports, "orders": whole_amounts}),
          "an amount with decimals"),
    foreign_client(NODE, "ok-is-done", PROFILE, "takes a batch that fetch calls ok for done, and exits 0",
                   "COMPLETED taken for success", ("failed_rows_read",), "a batch with one bad sku", "tr"),
)  # fmt: skip

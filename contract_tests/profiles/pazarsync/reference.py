"""A shop on PazarSync: its products and orders read whole, its stock set in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contract_tests.clients.account import desired_rows, now_ms, required_variables
from contract_tests.clients.client import Client, Export, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.paging import check_unmoved, gather, read_at_rest
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.session import Service
from contract_tests.profiles.pazarsync.access import (
    Access,
    OnAnswer,
    Retry,
    Token,
    bearer,
    note_quota,
    retry_with_new_token,
    saved_token,
)

SIZE = 100
BATCH = 500
STOCK = "stock"
BATCH_PATH = "/api/v1/stocks/batch"


@dataclass(frozen=True, slots=True)
class Shop:
    """A session with PazarSync that has its token."""

    service: Service
    with_token: Callable[[Callable[[], Any]], Any]

    def read(self, path: str, query: Row) -> tuple[Page, int]:
        """One page of a list, and the number of the last one."""
        page: tuple[Page, int] = self.with_token(partial(self.service.read, path, query, parse=page_in))
        return page

    def set_stock(self, batch: list[Row], failed_skus: FailedSkus) -> set[str]:
        """Set the stock of some products and name those of them that failed; twice is like once."""
        items = [{"sku": one["sku"], "stock": one["stock"]} for one in batch]
        parse = partial(failed_skus, batch)
        skus: set[str] = self.with_token(partial(self.service.set, BATCH_PATH, {"items": items}, parse=parse))
        return skus


FailedSkus = Callable[[list[Row], Any], set[str]]
ReadList = Callable[[Shop, str], list[Row]]
Push = Callable[[Shop, list[Row], FailedSkus], set[str]]


def page_in(body: Any) -> tuple[Page, int]:
    """A page of a list, and the number of the last one."""
    return Page(int(body["meta"]["total_items"]), list(body["data"])), int(body["meta"]["total_pages"])


def failed_skus(batch: list[Row], answer: Any) -> set[str]:
    """Which rows of a batch were not done; the answer is a 200 all the same."""
    return {str(one["sku"] or batch[one["index"]]["sku"]) for one in answer["errors"]}


def read_list(shop: Shop, path: str) -> list[Row]:
    """Every row of a list, once."""
    return read_at_rest(lambda: gather(unmoved_pages(shop, path), "id"))


def unmoved_pages(shop: Shop, path: str) -> Iterable[Page]:
    """The pages of a list, counted from 1; several are looked at a second time."""
    page, last = page_of(shop, path, 1)
    pages = [page]
    while len(pages) < last:
        page, last = page_of(shop, path, len(pages) + 1)
        pages.append(page)
    numbers = range(1, len(pages) + 1)
    check_unmoved(lambda number: page_of(shop, path, number)[0], numbers, pages, "id")
    return pages


def page_of(shop: Shop, path: str, number: int) -> tuple[Page, int]:
    """One page of a list, and the number of the last one."""
    return shop.read(path, {"page": number, "limit": SIZE})


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of PazarSync may do its own way."""

    token: Token = saved_token
    """Comes by the token that the next request carries."""

    on_answer: OnAnswer = note_quota
    """Reads the headers of each answer."""

    retry: Retry = retry_with_new_token
    """Asks, and asks again when the token is refused."""

    read_list: ReadList = read_list
    """Reads every row of a list."""

    push: Push = Shop.set_stock
    """Sets the stock of a batch."""

    failed_skus: FailedSkus = failed_skus
    """Reads which rows of a batch were not done."""


STEPS = Steps()


def sync_shop(access: Access, wants: list[Row], copy: LocalCopy, steps: Steps = STEPS) -> None:
    """Read products and orders, then set the stock that is wanted.

    Errors: Problem when anything was left unread or undone; a row the service cannot do is saved as failed.
    """
    service = replace(
        access.service,
        headers=lambda: bearer(access, steps.token),
        on_answer=lambda answer: steps.on_answer(access, answer),
    )
    shop = Shop(service, partial(steps.retry, access))
    lists = {kind: steps.read_list(shop, f"/api/v1/{kind}") for kind in ("products", "orders")}
    for kind, rows in lists.items():
        copy.replace(kind, "id", rows)
    push_stock(shop, wants, copy, steps)


def push_stock(shop: Shop, wants: list[Row], copy: LocalCopy, steps: Steps) -> None:
    """Set every wanted stock, many in a request.

    Errors: Problem at the end when rows failed.
    """
    failures: set[str] = set()
    for start in range(0, len(wants), BATCH):
        batch = wants[start : start + BATCH]
        skus = steps.push(shop, batch, steps.failed_skus)
        states = ((one, "failed" if one["sku"] in skus else "pushed") for one in batch)
        rows = [{"sku": one["sku"], "quantity": one["stock"], "state": state} for one, state in states]
        copy.merge(STOCK, "sku", rows)
        failures |= skus
    if failures:
        raise Problem(f"not set: {', '.join(sorted(failures))}")


def unchanged_rows(kind: str) -> Export:
    """The rows of a kind as they came."""
    return lambda copy: iter(copy.rows(kind))


def client(steps: Steps = STEPS) -> Client:
    """Make a client that reads the shop on PazarSync and sets its stock."""

    def sync(context: SyncContext) -> None:
        names = ("PAZARSYNC_BASE_URL", "PAZARSYNC_CLIENT_ID", "PAZARSYNC_CLIENT_SECRET")
        base_url, client_id, secret = required_variables(context.environment, *names)
        ahead_s = now_ms(context.environment, context.clock) / 1000 - context.clock.now()
        access = Access(context.service(base_url), client_id, secret, context.copy, ahead_s)
        sync_shop(access, desired_rows(context.environment), context.copy, steps)

    return Client(sync, {kind: unchanged_rows(kind) for kind in ("products", "orders", STOCK)})


REFERENCE = client()

"""A shop on PazarSync: its products and orders read whole, its stock set in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.paging import check_unmoved, gather, read_at_rest
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.session import Service
from contract_tests.profiles.pazarsync.access import (
    Access,
    OnAnswer,
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
    authorised: Callable[[Callable[[], Any]], Any]

    def read(self, path: str, query: Row) -> tuple[Page, int]:
        """One page of a list, and the number of the last one."""
        page: tuple[Page, int] = self.authorised(partial(self.service.read, path, query, parse=page_in))
        return page

    def set_stock(self, batch: list[Row], failed: FailedRows) -> set[str]:
        """Set the stock of some products and name those of them that failed; twice is like once."""
        items = [{"sku": one["sku"], "stock": one["stock"]} for one in batch]
        taken = partial(failed, batch)
        wrong: set[str] = self.authorised(
            partial(self.service.set, BATCH_PATH, {"items": items}, parse=taken)
        )
        return wrong


FailedRows = Callable[[list[Row], Any], set[str]]
ReadList = Callable[[Shop, str], list[Row]]


def page_in(body: Any) -> tuple[Page, int]:
    """A page of a list, and the number of the last one."""
    return Page(int(body["meta"]["total_items"]), list(body["data"])), int(body["meta"]["total_pages"])


def failed_rows(batch: list[Row], answer: Any) -> set[str]:
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
class Manners:
    """How a client comes by its token, heeds the quota, reads a list, and sees what failed in a batch."""

    token: Token = saved_token
    heed: OnAnswer = note_quota
    again: Callable[[Access, Callable[[], Any]], Any] = retry_with_new_token
    listed: ReadList = read_list
    push: Callable[[Shop, list[Row], FailedRows], set[str]] = Shop.set_stock
    failed: FailedRows = failed_rows


MANNERS = Manners()


def sync(access: Access, wants: list[Row], held: LocalCopy, manners: Manners = MANNERS) -> None:
    """Read products and orders, then set the stock that is wanted.

    Errors: Trouble when anything was left unread or undone; a row the service cannot do is held as failed.
    """
    service = replace(
        access.service,
        headers=lambda: bearer(access, manners.token),
        on_answer=lambda answer: manners.heed(access, answer),
    )
    shop = Shop(service, partial(manners.again, access))
    found = {kind: manners.listed(shop, f"/api/v1/{kind}") for kind in ("products", "orders")}
    for kind, rows in found.items():
        held.replace(kind, "id", rows)
    push(shop, wants, held, manners)


def push(shop: Shop, wants: list[Row], held: LocalCopy, manners: Manners) -> None:
    """Set every wanted stock, many in a request.

    Errors: Trouble at the end when rows failed.
    """
    failed: set[str] = set()
    for start in range(0, len(wants), BATCH):
        batch = wants[start : start + BATCH]
        wrong = manners.push(shop, batch, manners.failed)
        rows = ((one, "failed" if one["sku"] in wrong else "pushed") for one in batch)
        shown = [{"sku": one["sku"], "quantity": one["stock"], "state": state} for one, state in rows]
        held.merge(STOCK, "sku", shown)
        failed |= wrong
    if failed:
        raise Problem(f"not set: {', '.join(sorted(failed))}")

"""A shop on PazarSync: its products and orders read whole, its stock set in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from contract_tests.clients.reference.api import Page, Row
from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.paging import at_rest, gather
from contract_tests.clients.reference.session import UNAUTHORISED, Service
from contract_tests.clients.reference.tokens import (
    Access,
    Heed,
    Token,
    bearer,
    forget_token,
    heed_quota,
    kept_token,
)
from contract_tests.clients.reference.trouble import Refused, Trouble, Unreachable

SIZE = 100
BATCH = 500
STOCK = "stock"


Authorised = Callable[[Callable[[], Any]], Any]


def failed_rows(answer: Any) -> set[str]:
    """Which rows of a batch were not done; the answer is a 200 all the same."""
    return {str(one["sku"]) for one in answer["errors"]}


@dataclass(frozen=True, slots=True)
class Manners:
    """How a client comes by its token, heeds the quota, and reads which rows of a batch failed."""

    token: Token = kept_token
    heed: Heed = heed_quota
    failed: Callable[[Any], set[str]] = failed_rows


MANNERS = Manners()


def sync(access: Access, wants: list[Row], held: Held, manners: Manners = MANNERS) -> None:
    """Read products and orders, then set the stock that is wanted and not set yet.

    Errors: Trouble when anything was left unread or undone; a row the service cannot do is held as failed.
    """
    service = Service(
        access.base_url,
        headers=lambda: bearer(access, manners.token),
        heed=lambda answer: manners.heed(access, answer),
        session=access.session,
        clock=access.clock,
    )
    authorised = partial(once_more, access)
    for kind in ("products", "orders"):
        held.replace(kind, "id", listed(service, f"/api/v1/{kind}", authorised))
    push(service, wants, held, manners, authorised)


def once_more(access: Access, ask: Callable[[], Any]) -> Any:
    """Ask, and once more with a new token when the one at hand is refused.

    Errors: those of asking.
    """
    try:
        return ask()
    except Refused as refusal:
        if refusal.status != UNAUTHORISED:
            raise
        forget_token(access)
        return ask()


def listed(service: Service, path: str, authorised: Authorised) -> list[Row]:
    """Every row of a list, once."""
    return at_rest(lambda: gather(pages(service, path, authorised), "id"))


def pages(service: Service, path: str, authorised: Authorised) -> Iterator[Page]:
    """The pages of a list, counted from 1, to the last one."""
    number, last = 1, 1
    while number <= last:
        body = authorised(partial(service.read, path, page=number, limit=SIZE))
        try:
            last = body["meta"]["total_pages"]
            yield Page(body["meta"]["total_items"], body["data"], None)
        except (KeyError, TypeError) as unreadable:
            raise Unreachable(f"{path}: 200 without a page in it") from unreadable
        number += 1


def push(service: Service, wants: list[Row], held: Held, manners: Manners, authorised: Authorised) -> None:
    """Set every wanted stock, many in a request; to set it twice does no harm, so a lost answer is repeated.

    Errors: Trouble at the end when rows failed.
    """
    failed: set[str] = set()
    for start in range(0, len(wants), BATCH):
        batch = wants[start : start + BATCH]
        items = [{"sku": one["sku"], "stock": one["stock"]} for one in batch]
        answer = authorised(partial(service.set, "/api/v1/stocks/batch", {"items": items}))
        wrong = manners.failed(answer)
        rows = ((one, "failed" if one["sku"] in wrong else "pushed") for one in batch)
        shown = [{"sku": one["sku"], "quantity": one["stock"], "state": state} for one, state in rows]
        held.merge(STOCK, "sku", shown)
        failed |= wrong
    if failed:
        raise Trouble(f"not set: {', '.join(sorted(failed))}")

"""Odd clients of packages that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from contract_tests.clients.client import Client
from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import DAY_MS, KEY, SPAN_MS, WINDOW_MS
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import NO_PATIENCE, endpoint
from contract_tests.clients.problems import Lost, Passing
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window, windows_every
from contract_tests.profiles.fulfilment.reference import (
    A_MINUTE,
    REFERENCE,
    SIZE,
    STEPS,
    client,
    client_with,
    find_packages,
    fulfil,
    put_status,
    save_state,
    status_change,
    statuses_to,
    sync_wants,
)
from contract_tests.profiles.variants import Odd

PROFILE = "fulfilment"
of_two_weeks = windows_every(WINDOW_MS)


def works(**steps: Any) -> Client:
    """The reference, except for some steps."""
    return client(replace(STEPS, **steps))


def read_back(market: Marketplace, package: Row, status: str) -> None:
    """Write to a package, and read its order again to see that it is there."""
    put_status(market, package, status)
    find_packages(market, package["orderNumber"])


def read_back_after_a_loss(market: Marketplace, package: Row, status: str) -> None:
    """Read the order after a lost answer, and send the status again where the package is not there yet."""
    try:
        put_status(market, package, status)
    except Lost:
        rows = find_packages(market, package["orderNumber"])
        (now,) = [row for row in rows if row[KEY] == package[KEY]] or [package]
        if status in statuses_to(now, status):
            put_status(market, package, status)


def without_lines(market: Marketplace, package: Row, status: str) -> None:
    """Leave the lines out, which the definition lets one do."""
    path = f"/integration/order/sellers/{market.account.seller_id}/shipment-packages/{package[KEY]}"
    body = {name: value for name, value in status_change(package, status).items() if name != "lines"}
    market.service.write(path, body, method="PUT")


def picking_first(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
    """Pick everything that is wanted, then go through all of it again and invoice."""
    for want in wants:
        fulfil(market, want | {"action": "Picking"})
    sync_wants(market, wants, copy)


def by_windows(market: Marketplace) -> list[Row]:
    """Every package of the last weeks by the list."""
    path = f"/order/sellers/{market.account.seller_id}/v2/orders"
    now_ms = market.account.now_ms + DAY_MS

    def read(window: Window) -> list[Row]:
        return read_at_rest(partial(read_pages, window))

    def read_pages(window: Window) -> list[Row]:
        query = window.query | {"size": SIZE, "orderByDirection": "ASC"}
        pages = [market.page((endpoint("orders"), A_MINUTE), path, query | {"page": 0})]
        while len(pages) * SIZE < pages[0].total:
            pages.append(market.page((endpoint("orders"), A_MINUTE), path, query | {"page": len(pages)}))
        return gather(pages, KEY)

    spans = of_two_weeks(now_ms - SPAN_MS, now_ms)
    return [row for window in spans for row in read(window)]


def finds(read: Callable[[Marketplace], list[Row]]) -> Client:
    """The reference, except that it reads all packages at once and finds those of an order among them."""

    def sync(market: Marketplace, wants: list[Row], copy: LocalCopy) -> None:
        rows = {row[KEY]: row for row in read(market)}

        def find(_market: Marketplace, order_number: str) -> list[Row]:
            return [row for row in rows.values() if row["orderNumber"] == order_number]

        sync_wants(market, wants, copy, replace(STEPS, find_packages=find, looks=1))

    return client_with(sync)


def tells_by_states(market: Marketplace, wants: Iterable[Row], copy: LocalCopy) -> None:
    """Say in the rows what is unclear, and exit 0 all the same; the next run looks again."""
    for want in wants:
        try:
            save_state(copy, want, fulfil(market, want))
        except Lost:
            save_state(copy, want, "unclear")
        except Passing:
            save_state(copy, want, "pending")


ODD = (
    Odd("reads_each_write_back", PROFILE, "reads the order again after each write",
        works(put_status=read_back)),
    Odd("reads_back_and_sends_again", PROFILE,
        "reads back after a lost answer and sends again what is not there",
        works(put_status=read_back_after_a_loss), edition="tr"),
    Odd("writes_without_lines", PROFILE, "leaves the lines out", works(put_status=without_lines)),
    Odd("picks_all_first", PROFILE, "picks all that is wanted before it invoices any of it",
        client_with(picking_first), edition="tr"),
    Odd("finds_orders_in_windows", PROFILE, "reads all packages by windows and finds the orders among them",
        finds(by_windows)),
    Odd("tells_by_states", PROFILE, "says in its rows what is unclear, and exits 0",
        client_with(tells_by_states), edition="tr"),
    Odd("gives_a_want_up", PROFILE, "gives a want up at the first refusal, for a later run",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("fulfils_slowly", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
)  # fmt: skip

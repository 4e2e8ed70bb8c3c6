"""Broken clients of packages: which they work on, how far they bring them, and what they take for done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from contract_tests.clients import habits
from contract_tests.clients.client import Client
from contract_tests.clients.habits import with_encode, with_retry_after
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.fulfilment import broken_beside, broken_writes
from contract_tests.profiles.fulfilment.reference import (
    OVER,
    REFERENCE,
    STEPS,
    client,
    client_with,
    fulfil,
    live_packages,
    save_state,
    statuses_to,
    sync_wants,
    want_rows,
)
from contract_tests.profiles.manners import faults_of_manners
from contract_tests.profiles.variants import Broken

PROFILE = "fulfilment"
Fulfil = Callable[[Marketplace, Row], str]


def works(**steps: Any) -> Client:
    """The reference, except for some steps."""
    return client(replace(STEPS, **steps))


def takes(fulfil_want: Fulfil) -> Client:
    """The reference, except for what it takes for done; whatever that is, it reports success."""

    def sync(market: Marketplace, wants: Iterable[Row], copy: LocalCopy) -> None:
        for want in wants:
            save_state(copy, want, fulfil_want(market, want))

    return client_with(sync)


def first_package(packages: Iterable[Row]) -> list[Row]:
    """An order is one package, the first one that is not over."""
    return live_packages(packages)[:1]


def with_cancelled(packages: Iterable[Row]) -> list[Row]:
    """Packages that are cancelled wait to be picked like the others."""
    return [row | {"status": "Created"} if row["status"] in OVER - {"UnPacked"} else row for row in packages]


def with_parents(packages: Iterable[Row]) -> list[Row]:
    """Packages that were split wait to be picked like their parts."""
    rows = [row | {"status": "Created"} if row["status"] == "UnPacked" else row for row in packages]
    return live_packages(rows)


def done_though_refused(market: Marketplace, want: Row) -> str:
    """What was refused is done as well."""
    try:
        return fulfil(market, want)
    except (Passing, Refused):
        return "done"


def done_though_locked_out(market: Marketplace, want: Row) -> str:
    """A 401 has nothing to do with the order."""
    try:
        return fulfil(market, want)
    except Refused:
        return "done"


def done_though_lost(market: Marketplace, want: Row) -> str:
    """What has no answer is done."""
    try:
        return fulfil(market, want)
    except Lost:
        return "done"


def done_though_not_listed(market: Marketplace, want: Row) -> str:
    """An order without packages has nothing left to be done."""
    state = fulfil(market, want)
    return "done" if state == "pending" else state


def unless_the_list_is_refused(market: Marketplace, want: Row) -> str:
    """An order whose packages could not be read is passed over."""
    try:
        return fulfil(market, want)
    except Passing:
        return "done"


def never_again(market: Marketplace, wants: Iterable[Row], copy: LocalCopy) -> None:
    """What was done once is done for ever."""
    done_wants = {(row["orderNumber"], row["action"]) for row in want_rows(copy) if row["state"] == "done"}
    sync_wants(market, [one for one in wants if (one["orderNumber"], one["action"]) not in done_wants], copy)


def unclear_for_ever(market: Marketplace, wants: Iterable[Row], copy: LocalCopy) -> None:
    """What was unclear once is left to people, and that is a success."""
    states = {(row["orderNumber"], row["action"]): row["state"] for row in want_rows(copy)}
    for want in wants:
        if states.get((want["orderNumber"], want["action"])) != "unclear":
            try:
                save_state(copy, want, fulfil(market, want))
            except Problem:
                save_state(copy, want, "unclear")


def all_new_orders(market: Marketplace, wants: Iterable[Row], copy: LocalCopy) -> None:
    """Whatever is new is picked, too."""
    sync_wants(market, wants, copy)
    path = f"/order/sellers/{market.account.seller_id}/v2/orders"
    for package in market.page((), path, {"status": "Created", "size": 200}).rows:
        STEPS.put_status(market, package, "Picking")


def one_further(package: Row, _action: str) -> list[str]:
    """Whatever is picked is invoiced as well."""
    return statuses_to(package, "Invoiced")


def straight_there(package: Row, action: str) -> list[str]:
    """The wanted status, without those before it."""
    return statuses_to(package, action)[-1:]


def writes(name: str, description: str, field_note: str, encode: habits.Encode, *judges: str) -> Broken:
    """A client that writes its requests otherwise."""
    return Broken(name, PROFILE, description, field_note, judges, with_encode(REFERENCE, encode))


def fulfils(
    name: str, description: str, field_note: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A client that works on packages otherwise."""
    return Broken(name, PROFILE, description, field_note, caught_by, client, needs=needs)


UNDONE, GHOST = ("wanted_done:missing",), ("only_wanted_done:ghost",)
SPLIT = "packages de-duplicated by orderNumber, losing split orders: 1 of 26"
PARENTS = "split parents counted as live"
AS_DATA = "error body returned to the caller as data: 2 or more"

BROKEN = (
    *faults_of_manners("fulfils", writes),
    fulfils("hurries_a_write", "sends a refused write again at once", "ignores Retry-After: 2 of 26",
            ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None), "two refusals in a row"),
    fulfils("first_package_of_an_order", "works on the first package of an order alone", SPLIT, UNDONE,
            works(live_packages=first_package), "an order of two packages"),
    fulfils("picks_cancelled_packages", "picks packages that are cancelled", PARENTS, ("not_written_when",),
            works(live_packages=with_cancelled), "a package that is cancelled in part"),
    fulfils("picks_split_parents", "picks packages that were split", PARENTS, ("not_written_when",),
            works(live_packages=with_parents), "a package that was split"),
    fulfils("invoices_at_once", "invoices packages that it never picked", "a step of two left out",
            ("not_written_when",), works(statuses_to=straight_there)),
    fulfils("invoices_what_is_to_be_picked", "invoices packages that are wanted picked",
            "an effect beyond what was asked", GHOST, works(statuses_to=one_further)),
    fulfils("picks_every_new_order", "picks all that is new, wanted or not",
            "an effect on more rows than asked", GHOST, client_with(all_new_orders)),
    fulfils("done_though_refused", "takes a refused write for done", "429 dropped, exit 0: several", UNDONE,
            replace(takes(done_though_refused), patience=NO_PATIENCE), "a refused write"),
    fulfils("done_though_locked_out", "takes a 401 for done", '401 treated as "no data", exit 0: 2 or more',
            UNDONE, takes(done_though_locked_out), "a 401"),
    fulfils("done_though_lost", "takes a write without an answer for done", AS_DATA, UNDONE,
            takes(done_though_lost), "a write that is lost before it was done"),
    fulfils("done_though_not_listed", "takes an order without packages for done",
            "orders left out in silence: changelog, 2 and 8 Sep 2026", UNDONE, takes(done_though_not_listed),
            "a list that leaves orders out"),
    fulfils("passes_over_a_refused_list", "passes over orders whose list was refused, and exits 0",
            "429 on one page silently dropped, exit 0: several", ("refused_read_repeated", *UNDONE),
            replace(takes(unless_the_list_is_refused), patience=NO_PATIENCE), "a refused list"),
    fulfils("done_for_ever", "never looks again at what was done once", SPLIT, UNDONE,
            client_with(never_again), "a package split between two runs"),
    fulfils("unclear_for_ever", "never looks again at what was unclear, and exits 0",
            "a write whose answer is lost", UNDONE, client_with(unclear_for_ever), "a lost write"),
    foreign_client(NODE, "first-package", PROFILE, "works on the first package of an order alone", SPLIT,
                   UNDONE, "an order of two packages"),
    foreign_client(NODE, "lost-is-done", PROFILE, "takes a write without an answer for done", AS_DATA, UNDONE,
                   "a write that is lost before it was done"),
    foreign_client(NODE, "53-bit-packages", PROFILE, "writes to package numbers that JavaScript has rounded",
                   "ids beyond 2^53", ("listed_package",), "package numbers beyond 2^53"),
    foreign_client(PHP, "done-for-ever", PROFILE, "never looks again at what was done once", SPLIT, UNDONE,
                   "a package split between two runs"),
    foreign_client(PHP, "invoices-at-once", PROFILE, "invoices packages that it never picked",
                   "a step of two left out", ("not_written_when",)),
    *broken_writes.BROKEN,
    *broken_beside.BROKEN,
)  # fmt: skip

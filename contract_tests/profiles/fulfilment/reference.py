"""Packages picked and invoiced: read in each run, brought on step by step, never on suspicion."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract_tests.clients.account import desired_rows
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.packages import KEY
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import Clock, Limit, endpoint
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Codec, Row, read_document
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN

if TYPE_CHECKING:
    import requests

KIND = "fulfilment"
SIZE = 200
# docs/1-servis-limitleri, D: 30 requests a minute to the list for the smallest sellers; two are left unused.
A_MINUTE = Limit("orders a minute", requests=28, per_s=60.0)
STEPS_IN_ORDER = ("Awaiting", "Created", "Picking", "Invoiced")
OVER = {"Cancelled", "UnSupplied", "UnPacked"}
DONE_BODIES = {b"", b"200 OK"}
# How often an order is read whose packages are not as they were when they were written to.
LOOKS = 2


def read_answer(answer: requests.Response, clock: Clock) -> Any:
    """Read a document; a write that was done is answered by an empty body.

    Source: 200 and no body was measured on the stage, 200 OK is printed elsewhere, C.
    """
    if answer.ok and answer.content.strip() in DONE_BODIES:
        return None
    return read_document(answer, clock)


def find_packages(market: Marketplace, order_number: str) -> list[Row]:
    """Every package of an order: those that were split or cancelled stand beside those they became.

    Source: packages that windows of dates had missed were found by orderNumber, C.
    """
    path = f"/order/sellers/{market.account.seller_id}/v2/orders"

    def read() -> list[Row]:
        query: dict[str, str | int] = {"orderNumber": order_number, "size": SIZE}
        return gather([market.page((endpoint("orders"), A_MINUTE), path, query | {"page": 0})], KEY)

    return read_at_rest(read)


def live_packages(packages: Iterable[Row]) -> list[Row]:
    """The packages that somebody still has to send, or has sent."""
    return [row for row in packages if row["status"] not in OVER]


def statuses_to(package: Row, action: str) -> list[str]:
    """The statuses that a package still has to be brought to; none where it is past them.

    Source: v2.0/docs/notify-packages-updatepackage, D: first Picking, then Invoiced.
    """
    if package["status"] not in STEPS_IN_ORDER:
        return []
    begin, end = STEPS_IN_ORDER.index(package["status"]), STEPS_IN_ORDER.index(action)
    return [status for status in STEPS_IN_ORDER[begin + 1 : end + 1] if status in ("Picking", "Invoiced")]


def status_change(package: Row, status: str) -> Row:
    """The body that brings a package to a status, with every line of it.

    The number of an invoice is the package's own, so that it is the same whenever it is sent.
    """
    lines = [{"lineId": line["lineId"], "quantity": line["quantity"]} for line in package["lines"]]
    params = {"invoiceNumber": f"EME2026{package[KEY] % 10**9:09d}"} if status == "Invoiced" else {}
    return {"lines": lines, "params": params, "status": status}


def put_status(market: Marketplace, package: Row, status: str) -> None:
    """Bring a package to a status, once.

    Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
    """
    seller = market.account.seller_id
    path = f"/integration/order/sellers/{seller}/shipment-packages/{package[KEY]}"
    market.pace.take([endpoint("updatePackage")], market.service.clock)
    market.service.write(path, status_change(package, status), method="PUT")


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client that works on packages may do its own way."""

    find_packages: Callable[[Marketplace, str], list[Row]] = find_packages
    """Reads the packages of an order."""

    live_packages: Callable[[Iterable[Row]], list[Row]] = live_packages
    """Leaves out the packages that are over."""

    statuses_to: Callable[[Row, str], list[str]] = statuses_to
    """Says which statuses a package still has to be brought to."""

    put_status: Callable[[Marketplace, Row, str], None] = put_status
    """Brings a package to a status."""

    looks: int = LOOKS
    """How often an order is read in one run, if a write is refused."""


STEPS = Steps()


def bring_on(market: Marketplace, packages: Iterable[Row], action: str, steps: Steps) -> None:
    """Bring packages as far as they are wanted.

    Errors: Lost, Passing and Refused.
    """
    for package in packages:
        for status in steps.statuses_to(package, action):
            steps.put_status(market, package, status)


def fulfil(market: Marketplace, want: Row, steps: Steps = STEPS) -> str:
    """Bring the packages of an order as far as it is wanted, and say what is known of it.

    Errors: Lost, Passing, and Refused when what was refused was not only a package.
    """
    for _ in range(steps.looks):
        packages = steps.find_packages(market, str(want["orderNumber"]))
        live = steps.live_packages(packages)
        if not live:
            return "refused" if packages else "pending"
        try:
            bring_on(market, live, want["action"], steps)
        except Refused as refusal:
            # It was split, cancelled or brought on by somebody else: what it is now, the list says.
            if refusal.status in (AUTH_REFUSAL, FORBIDDEN):
                raise
        else:
            return "done"
    return "refused"


def fulfil_or_say_why(market: Marketplace, want: Row, steps: Steps) -> tuple[str, str]:
    """Fulfil a want; give what is known of it, and what is wrong with it, if anything is.

    Errors: Refused when no request is let through.
    """
    try:
        state = fulfil(market, want, steps)
    except Lost as problem:
        return "unclear", str(problem)
    except Passing as problem:
        return "pending", str(problem)
    return state, "" if state == "done" else f"it is {state}"


def sync_wants(market: Marketplace, wants: Iterable[Row], copy: LocalCopy, steps: Steps = STEPS) -> None:
    """Fulfil each want and save what became of it, those of earlier runs too: an order may be split since.

    Errors: Problem at the end while a want is not fulfilled; Refused at once when no request is let through.
    """
    problems: list[str] = []
    for want in wants:
        # Saved before anything is sent: a run that dies in between does not know.
        save_state(copy, want, "unclear")
        state, problem = fulfil_or_say_why(market, want, steps)
        save_state(copy, want, state)
        problems += [f"order {want['orderNumber']}: {problem}"] if problem else []
    if problems:
        raise Problem("\n".join(problems))


def save_state(copy: LocalCopy, want: Row, state: str) -> None:
    """Save what is known of a want."""
    row = {"orderNumber": want["orderNumber"], "action": want["action"], "state": state}
    copy.merge(KIND, "want", [row | {"want": json.dumps([want["orderNumber"], want["action"]])}])


def want_rows(copy: LocalCopy) -> Iterator[Row]:
    """What became of each want, as it is exported."""
    return ({name: row[name] for name in ("orderNumber", "action", "state")} for row in copy.rows(KIND))


SyncWants = Callable[[Marketplace, list[Row], LocalCopy], None]


def client_with(sync_wants: SyncWants) -> Client:
    """Make a client of this profile from how it fulfils what is wanted."""

    def sync(context: SyncContext) -> None:
        wants = desired_rows(context.environment)
        read_marketplace(context, lambda market: sync_wants(market, wants, context.copy))

    return Client(sync, {KIND: want_rows}, protocol=Codec(decode=read_answer))


def client(steps: Steps = STEPS) -> Client:
    """Make a client that brings packages on as far as the shop wants."""
    return client_with(lambda market, wants, copy: sync_wants(market, wants, copy, steps))


REFERENCE = client()

"""Purchases through the cross-dock gateway: one request for each order, never a second one on suspicion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.account import desired_rows, required_variables
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.cancelling import CANCELLING, Cancelling, cancel_order
from contract_tests.profiles.b2b_purchase.saved_orders import (
    DONE_STATES,
    TO_DO_STATES,
    locked_out,
    new_order,
    order_rows,
    save_order,
    saved_orders,
)


def place_order(gateway: Service, buyer: str, want: Row) -> Any:
    """Ask for one item, once.

    Errors: Lost when nobody knows whether it was reserved, Passing and Refused when it was not.
    """
    items = [{"barcode": want["barcode"], "requestedQuantity": want["quantity"]}]
    return gateway.write(f"/v2/offers/{buyer}/items", items, {"vendorRef": want["vendorRef"]})


def reserved_quantity(item: Row) -> int:
    """Fewer than asked for may be there; the answer is a 200 all the same."""
    return min(int(item["availableQuantity"]), int(item["requestedQuantity"]))


@dataclass(frozen=True, slots=True)
class Steps:
    """What a partner of the gateway may do its own way."""

    earlier_orders: Callable[[LocalCopy], list[Row]] = saved_orders
    """Remembers what was ordered before."""

    place_order: Callable[[Service, str, Row], Any] = place_order
    """Orders an item."""

    reserved_quantity: Callable[[Row], int] = reserved_quantity
    """Reads how many pieces of it were reserved."""

    cancelling: Cancelling = CANCELLING
    """Gives pieces back."""


STEPS = Steps()


def sync_orders(
    gateway: Service, buyer: str, wants: list[Row], copy: LocalCopy, steps: Steps = STEPS
) -> None:
    """Look after packages, order what is wanted and not ordered yet, give back what is withdrawn.

    Errors: Problem at the end while an order is unclear, refused, or could not be given back; what became of
    each is saved.
    """
    follow_packages(gateway, copy)
    earlier = {row["vendorRef"]: row for row in steps.earlier_orders(copy)}
    problems = []
    for one in wants:
        problem = sync_order(gateway, buyer, one, earlier.get(one["vendorRef"], {}), copy, steps)
        problems += [f"{one['vendorRef']}: {problem}"] if problem else []
    if problems:
        raise Problem("\n".join(problems))


def sync_order(
    gateway: Service, buyer: str, want: Row, row: Row, copy: LocalCopy, steps: Steps
) -> Problem | str | None:
    """Do what one want still asks for, given the saved row of it; say what is wrong with it.

    Errors: Refused when the session is locked out: the rest is left for a later run.
    """
    state = row.get("state")
    if not want["quantity"]:
        is_open = state in {*DONE_STATES, "unclear"}
        return cancel_order(gateway, row, copy, steps.cancelling) if is_open else None
    if state in TO_DO_STATES:
        return buy(gateway, buyer, want, copy, steps)
    return "unclear whether it is reserved: an answer was lost" if state == "unclear" else None


def buy(gateway: Service, buyer: str, want: Row, copy: LocalCopy, steps: Steps) -> Problem | None:
    """Order one item and save what became of it; give back what went wrong.

    Errors: Refused when the session is locked out.
    """
    # Saved before it is sent: a run that dies in between must not order again.
    row = save_order(copy, new_order(want), state="unclear")
    try:
        answer = steps.place_order(gateway, buyer, want)
        (item,) = answer["items"]
        quantity, number = steps.reserved_quantity(item), str(answer["requestNumber"])
    except (Lost, LookupError, TypeError, ValueError) as error:
        return Problem(f"unclear whether it is reserved: {error}")
    except (Passing, Refused) as problem:
        will_pass = isinstance(problem, Passing) or locked_out(problem)
        save_order(copy, row, state="pending" if will_pass else "refused", reservedQuantity=0)
        if locked_out(problem):
            raise
        return problem
    state = "reserved" if quantity == want["quantity"] else "short"
    save_order(copy, row, state=state, reservedQuantity=quantity, requestNumber=number)
    return None


def follow_packages(gateway: Service, copy: LocalCopy) -> None:
    """Ask for the packages of earlier orders; there are none before the cut-off."""
    for row in saved_orders(copy):
        if row["state"] in DONE_STATES and row["reservedQuantity"] and not row.get("packages"):
            packages = gateway.read(f"/v2/offers/{row['requestNumber']}/B2Bs", parse=package_numbers)
            save_order(copy, row, packages=packages)


def package_numbers(packages: Any) -> list[int]:
    """The numbers of some packages."""
    return [one["b2BId"] for one in packages]


def client(steps: Steps = STEPS) -> Client:
    """Make a client that orders what the shop wants; the gateway's user name is the buyer code too."""

    def sync(context: SyncContext) -> None:
        names = ("B2B_BASE_URL", "B2B_USER", "B2B_PASSWORD")
        base_url, user, password = required_variables(context.environment, *names)
        gateway = context.service(base_url, (user, password))
        sync_orders(gateway, user, desired_rows(context.environment), context.copy, steps)

    return Client(sync, {"orders": order_rows})


REFERENCE = client()

"""Purchases through the cross-dock gateway: one request for each order, never a second one on suspicion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.cancelling import CANCELLING, Cancelling, cancel_order
from contract_tests.profiles.b2b_purchase.saved_orders import (
    DONE,
    TO_DO,
    locked_out,
    new_order,
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
    """What a partner remembers, how it orders an item, reads how many were reserved, and gives them back."""

    earlier_orders: Callable[[LocalCopy], list[Row]] = saved_orders
    order: Callable[[Service, str, Row], Any] = place_order
    reserved: Callable[[Row], int] = reserved_quantity
    cancelling: Cancelling = CANCELLING


STEPS = Steps()


def sync(gateway: Service, buyer: str, wants: list[Row], held: LocalCopy, buying: Steps = STEPS) -> None:
    """Look after packages, order what is wanted and not ordered yet, give back what is wanted no longer.

    Errors: Trouble at the end while an order is unclear, refused, or could not be given back; what became of
    each is held.
    """
    follow_packages(gateway, held)
    known = {row["vendorRef"]: row for row in buying.earlier_orders(held)}
    troubles = []
    for want in wants:
        trouble = settle(gateway, buyer, want, known.get(want["vendorRef"], {}), held, buying)
        troubles += [f"{want['vendorRef']}: {trouble}"] if trouble else []
    if troubles:
        raise Problem("\n".join(troubles))


def settle(
    gateway: Service, buyer: str, want: Row, row: Row, held: LocalCopy, buying: Steps
) -> Problem | str | None:
    """Do what one want still asks for, given what is held of it; say what is wrong with it.

    Errors: Refused when the session is locked out: the rest is left for a later run.
    """
    state = row.get("state")
    if not want["quantity"]:
        held_still = state in {*DONE, "unclear"}
        return cancel_order(gateway, row, held, buying.cancelling) if held_still else None
    if state in TO_DO:
        return buy(gateway, buyer, want, held, buying)
    return "unclear whether it is reserved: an answer was lost" if state == "unclear" else None


def buy(gateway: Service, buyer: str, want: Row, held: LocalCopy, buying: Steps) -> Problem | None:
    """Order one item and hold what became of it; give back what went wrong.

    Errors: Refused when the session is locked out.
    """
    # Held before it is sent: a run that dies in between must not order again.
    row = save_order(held, new_order(want), state="unclear")
    try:
        answer = buying.order(gateway, buyer, want)
        (item,) = answer["items"]
        came, number = buying.reserved(item), str(answer["requestNumber"])
    except (Lost, LookupError, TypeError, ValueError) as lost:
        return Problem(f"unclear whether it is reserved: {lost}")
    except (Passing, Refused) as trouble:
        passing = isinstance(trouble, Passing) or locked_out(trouble)
        save_order(held, row, state="pending" if passing else "refused", reservedQuantity=0)
        if locked_out(trouble):
            raise
        return trouble
    state = "reserved" if came == want["quantity"] else "short"
    save_order(held, row, state=state, reservedQuantity=came, requestNumber=number)
    return None


def follow_packages(gateway: Service, held: LocalCopy) -> None:
    """Ask for the packages of earlier orders; there are none before the cut-off."""
    for row in saved_orders(held):
        if row["state"] in DONE and row["reservedQuantity"] and not row.get("packages"):
            packages = gateway.read(f"/v2/offers/{row['requestNumber']}/B2Bs", parse=numbers)
            save_order(held, row, packages=packages)


def numbers(packages: Any) -> list[int]:
    """The numbers of some packages."""
    return [one["b2BId"] for one in packages]

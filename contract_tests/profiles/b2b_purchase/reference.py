"""Purchases through the cross-dock gateway: one request for each order, never a second one on suspicion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.local_copy import Held
from contract_tests.clients.problems import Lost, Passing, Refused, Trouble
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.cancelling import CANCELLING, Cancelling, give_back
from contract_tests.profiles.b2b_purchase.saved_orders import DONE, TO_DO, begun, keep, locked_out, rows


def order(gateway: Service, buyer: str, want: Row) -> Any:
    """Ask for one item, once.

    Errors: Lost when nobody knows whether it was reserved, Passing and Refused when it was not.
    """
    items = [{"barcode": want["barcode"], "requestedQuantity": want["quantity"]}]
    return gateway.write(f"/v2/offers/{buyer}/items", items, {"vendorRef": want["vendorRef"]})


def reserved(item: Row) -> int:
    """Fewer than asked for may be there; the answer is a 200 all the same."""
    return min(int(item["availableQuantity"]), int(item["requestedQuantity"]))


@dataclass(frozen=True, slots=True)
class Buying:
    """What a partner remembers, how it orders an item, reads how many were reserved, and gives them back."""

    known: Callable[[Held], list[Row]] = rows
    order: Callable[[Service, str, Row], Any] = order
    reserved: Callable[[Row], int] = reserved
    cancelling: Cancelling = CANCELLING


BUYING = Buying()


def sync(gateway: Service, buyer: str, wants: list[Row], held: Held, buying: Buying = BUYING) -> None:
    """Look after packages, order what is wanted and not ordered yet, give back what is wanted no longer.

    Errors: Trouble at the end while an order is unclear, refused, or could not be given back; what became of
    each is held.
    """
    follow_packages(gateway, held)
    known = {row["vendorRef"]: row for row in buying.known(held)}
    troubles = []
    for want in wants:
        trouble = settle(gateway, buyer, want, known.get(want["vendorRef"], {}), held, buying)
        troubles += [f"{want['vendorRef']}: {trouble}"] if trouble else []
    if troubles:
        raise Trouble("\n".join(troubles))


def settle(
    gateway: Service, buyer: str, want: Row, row: Row, held: Held, buying: Buying
) -> Trouble | str | None:
    """Do what one want still asks for, given what is held of it; say what is wrong with it.

    Errors: Refused when the session is locked out: the rest is left for a later run.
    """
    state = row.get("state")
    if not want["quantity"]:
        held_still = state in {*DONE, "unclear"}
        return give_back(gateway, row, held, buying.cancelling) if held_still else None
    if state in TO_DO:
        return buy(gateway, buyer, want, held, buying)
    return "unclear whether it is reserved: an answer was lost" if state == "unclear" else None


def buy(gateway: Service, buyer: str, want: Row, held: Held, buying: Buying) -> Trouble | None:
    """Order one item and hold what became of it; give back what went wrong.

    Errors: Refused when the session is locked out.
    """
    # Held before it is sent: a run that dies in between must not order again.
    row = keep(held, begun(want), state="unclear")
    try:
        answer = buying.order(gateway, buyer, want)
        (item,) = answer["items"]
        came, number = buying.reserved(item), str(answer["requestNumber"])
    except (Lost, LookupError, TypeError, ValueError) as lost:
        return Trouble(f"unclear whether it is reserved: {lost}")
    except (Passing, Refused) as trouble:
        passing = isinstance(trouble, Passing) or locked_out(trouble)
        keep(held, row, state="pending" if passing else "refused", reservedQuantity=0)
        if locked_out(trouble):
            raise
        return trouble
    state = "reserved" if came == want["quantity"] else "short"
    keep(held, row, state=state, reservedQuantity=came, requestNumber=number)
    return None


def follow_packages(gateway: Service, held: Held) -> None:
    """Ask for the packages of earlier orders; there are none before the cut-off."""
    for row in rows(held):
        if row["state"] in DONE and row["reservedQuantity"] and not row.get("packages"):
            packages = gateway.read(f"/v2/offers/{row['requestNumber']}/B2Bs", taken=numbers)
            keep(held, row, packages=packages)


def numbers(packages: Any) -> list[int]:
    """The numbers of some packages."""
    return [one["b2BId"] for one in packages]

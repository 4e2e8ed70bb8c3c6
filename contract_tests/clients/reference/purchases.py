"""Purchases through the cross-dock gateway: one request for each order, never a second one on suspicion."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.clients.reference.api import Row
from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.session import Service
from contract_tests.clients.reference.trouble import Lost, Passing, Refused, Trouble

HELD = "purchases"
# Not asked for yet, or known not to have been done.
TO_DO = {None, "pending"}
DONE = {"reserved", "short"}


@dataclass(frozen=True, slots=True)
class Buying:
    """How a partner orders one item, and how it reads how many of it were reserved."""

    order: Callable[[Service, str, Row], Any]
    reserved: Callable[[Row], int]


def order(gateway: Service, buyer: str, want: Row) -> Any:
    """Ask for one item, once.

    Errors: Lost when nobody knows whether it was reserved, Passing and Refused when it was not.
    """
    items = [{"barcode": want["barcode"], "requestedQuantity": want["quantity"]}]
    return gateway.write(f"/v2/offers/{buyer}/items", items, vendorRef=want["vendorRef"])


def reserved(item: Row) -> int:
    """Fewer than asked for may be there; the answer is a 200 all the same."""
    return min(int(item["availableQuantity"]), int(item["requestedQuantity"]))


BUYING = Buying(order, reserved)


def sync(gateway: Service, buyer: str, wants: list[Row], held: Held, buying: Buying = BUYING) -> None:
    """Order what is wanted and not ordered yet, and look after the packages of what is.

    Errors: Trouble at the end when an order was refused or its answer lost; what became of each is held.
    """
    follow_packages(gateway, held)
    known = {row["vendorRef"]: row for row in held.rows(HELD)}
    troubles = []
    for want in wants:
        if known.get(want["vendorRef"], {}).get("state") in TO_DO:
            trouble = buy(gateway, buyer, want, held, buying)
            troubles += [f"{want['vendorRef']}: {trouble}"] if trouble else []
    if troubles:
        raise Trouble("\n".join(troubles))


def buy(gateway: Service, buyer: str, want: Row, held: Held, buying: Buying) -> Trouble | None:
    """Order one item and hold what became of it; give back what went wrong."""
    # Held before it is sent: a run that dies in between must not order again.
    keep(held, want, state="unclear")
    try:
        answer = buying.order(gateway, buyer, want)
        item, number = answer["items"][0], answer["requestNumber"]
        came = buying.reserved(item)
    except (Lost, KeyError, IndexError, TypeError, ValueError) as lost:
        return Trouble(f"unclear whether it is reserved: {lost}")
    except Passing as trouble:
        keep(held, want, state="pending")
        return trouble
    except Refused as trouble:
        keep(held, want, state="refused", reservedQuantity=0)
        return trouble
    state = "reserved" if came == want["quantity"] else "short"
    keep(held, want, state=state, reservedQuantity=came, requestNumber=number)
    return None


def keep(held: Held, want: Row, **known: Any) -> None:
    """Hold what is known of an order."""
    row = {"vendorRef": want["vendorRef"], "barcode": want["barcode"], "requestedQuantity": want["quantity"]}
    held.merge(HELD, "vendorRef", [row | known])


def follow_packages(gateway: Service, held: Held) -> None:
    """Ask for the packages of earlier orders; there are none before the cut-off."""
    for row in list(held.rows(HELD)):
        if row["state"] in DONE and not row.get("packages"):
            packages = gateway.read(f"/v2/offers/{row['requestNumber']}/B2Bs")
            held.merge(HELD, "vendorRef", [row | {"packages": [one["b2BId"] for one in packages]}])


def orders(held: Held) -> Iterator[Row]:
    """One row for each order, as the shop would compare it."""
    for row in held.rows(HELD):
        yield {name: value for name, value in row.items() if name != "packages"}


def wanted(environment: Mapping[str, str]) -> list[Row]:
    """Read what the shop wants from the file that CLIENT_WANTED names, a JSON object a line."""
    path = environment.get("CLIENT_WANTED")
    lines = Path(path).read_text(encoding="utf-8").splitlines() if path else []
    return [json.loads(line) for line in lines if line.strip()]


def from_environment(environment: Mapping[str, str], held: Held, buying: Buying) -> None:
    """Run with the account that B2B_BASE_URL, B2B_USER and B2B_PASSWORD name.

    Errors: Trouble naming the variables that are missing, or what went wrong.
    """
    names = ("B2B_BASE_URL", "B2B_USER", "B2B_PASSWORD")
    if missing := [name for name in names if not environment.get(name)]:
        raise Trouble(f"not set: {', '.join(missing)}")
    base_url, user, password = (environment[name] for name in names)
    gateway = Service(base_url.rstrip("/"), auth=(user, password))
    with gateway.session:
        # The gateway's user name is the buyer code too.
        sync(gateway, user, wanted(environment), held, buying)

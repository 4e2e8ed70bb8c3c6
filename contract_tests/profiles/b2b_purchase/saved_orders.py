"""What the client holds of its orders at the gateway: a row for each vendorRef, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.clients.local_copy import Held
from contract_tests.clients.problems import Refused, Trouble
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import FORBIDDEN, UNAUTHORISED

HELD = "purchases"
# Something is reserved, or as much of it as there was.
DONE = {"reserved", "short"}
# Not asked for yet, or known not to have been done; what was refused is offered again by a later run.
TO_DO = {None, "pending", "refused"}
SHOWN = (
    "vendorRef", "barcode", "requestedQuantity", "reservedQuantity", "cancelledQuantity", "requestNumber",
    "state",
)  # fmt: skip


def rows(held: Held) -> list[Row]:
    """Every order, by vendorRef."""
    return held.rows(HELD)


def keep(held: Held, row: Row, **known: Any) -> Row:
    """Hold an order as it was known, with what is known now."""
    held.merge(HELD, "vendorRef", [row | known])
    return row | known


def begun(want: Row) -> Row:
    """The row of an order before anything became of it."""
    return {"vendorRef": want["vendorRef"], "barcode": want["barcode"], "requestedQuantity": want["quantity"]}


def locked_out(trouble: Trouble) -> bool:
    """Whether no request of this session will be let through."""
    return isinstance(trouble, Refused) and trouble.status in {UNAUTHORISED, FORBIDDEN}


def orders(held: Held) -> Iterator[Row]:
    """One row for each order, as the shop would compare it."""
    return ({name: row[name] for name in SHOWN if name in row} for row in rows(held))

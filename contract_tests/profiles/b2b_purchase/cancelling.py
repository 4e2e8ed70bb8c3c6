"""Giving back what was reserved: within what was given, and never again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.saved_orders import locked_out, save_order


@dataclass(frozen=True, slots=True)
class CancelResult:
    """How many pieces were given back, and whether a part of it or all failed."""

    quantity: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Cancelling:
    """How a partner says how many it gives back, asks for it, and reads what became of it."""

    quantity: Callable[[Row], int]
    ask: Callable[[Service, Row, int], Any]
    read: Callable[[Any], CancelResult]


def all_that_is_reserved(row: Row) -> int:
    """As many as the order still holds."""
    return int(row["reservedQuantity"])


def request_cancel(gateway: Service, row: Row, quantity: int) -> Any:
    """Give pieces of an order back, once.

    Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
    """
    unwanted = {"barcode": row["barcode"], "quantity": quantity}
    return gateway.write(f"/v2/offers/{row['requestNumber']}/cancel-items", unwanted)


def read_cancel(answer: Any) -> CancelResult:
    """A cancellation may have failed inside a 200."""
    return CancelResult(int(answer["cancelledQuantity"]), bool(answer["hasError"]))


CANCELLING = Cancelling(all_that_is_reserved, request_cancel, read_cancel)


def cancel_order(gateway: Service, row: Row, held: LocalCopy, cancelling: Cancelling) -> Problem | str | None:
    """Give back what an order still holds and hold what became of it; say what went wrong.

    Once it failed inside an answer it is not asked for again: after the cut-off it never succeeds.
    Errors: Refused when the session is locked out.
    """
    if "requestNumber" not in row:
        return "unclear whether there is anything to give back: the answer of the order was lost"
    if row.get("final"):
        return "cannot be given back any more"
    if not row["reservedQuantity"]:
        save_order(held, row, state="cancelled")
        return None
    return _ask_for_it(gateway, row, held, cancelling)


def _ask_for_it(gateway: Service, row: Row, held: LocalCopy, cancelling: Cancelling) -> Problem | str | None:
    save_order(held, row, state="unclear")
    quantity = cancelling.quantity(row)
    try:
        told = cancelling.read(cancelling.ask(gateway, row, quantity))
    except (Lost, LookupError, TypeError, ValueError) as lost:
        return Problem(f"unclear whether it is given back: {lost}")
    except (Passing, Refused) as trouble:
        save_order(held, row, final=isinstance(trouble, Refused) and not locked_out(trouble))
        if locked_out(trouble):
            raise
        return trouble
    after = save_order(held, row, **_after(row, quantity, told))
    return f"only {told.quantity} of {quantity} were given back" if after["state"] != "cancelled" else None


def _after(row: Row, quantity: int, told: CancelResult) -> Row:
    came = row.get("cancelledQuantity", 0) + told.quantity
    left = {"reservedQuantity": row["reservedQuantity"] - told.quantity, "cancelledQuantity": came}
    if told.quantity >= quantity and not told.failed:
        return left | {"state": "cancelled"}
    # After a lost answer, less than was asked for may be what that one had left.
    return left | {"state": row["state"], "final": True}

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
    has_failed: bool


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What a partner may do its own way when it gives something back."""

    quantity: Callable[[Row], int]
    """Says how many pieces of an order are given back."""

    request_cancel: Callable[[Service, Row, int], Any]
    """Asks for it."""

    read_cancel: Callable[[Any], CancelResult]
    """Reads what became of it."""


def all_that_is_reserved(row: Row) -> int:
    """As many as the order still has."""
    return int(row["reservedQuantity"])


def request_cancel(gateway: Service, row: Row, quantity: int) -> Any:
    """Give pieces of an order back, once.

    Errors: Lost when nobody knows whether it was done, Passing and Refused when it was not.
    """
    item = {"barcode": row["barcode"], "quantity": quantity}
    return gateway.write(f"/v2/offers/{row['requestNumber']}/cancel-items", item)


def read_cancel(answer: Any) -> CancelResult:
    """A cancellation may have failed inside a 200."""
    return CancelResult(int(answer["cancelledQuantity"]), bool(answer["hasError"]))


CANCELLING = Cancelling(all_that_is_reserved, request_cancel, read_cancel)


def cancel_order(gateway: Service, row: Row, copy: LocalCopy, cancelling: Cancelling) -> Problem | str | None:
    """Give back what an order still has and save what became of it; say what went wrong.

    Once it failed inside an answer it is not asked for again: after the cut-off it never succeeds.
    Errors: Refused when the session is locked out.
    """
    if "requestNumber" not in row:
        return "unclear whether there is anything to give back: the answer of the order was lost"
    if row.get("final"):
        return "cannot be given back any more"
    if not row["reservedQuantity"]:
        save_order(copy, row, state="cancelled")
        return None
    return _send_cancel(gateway, row, copy, cancelling)


def _send_cancel(gateway: Service, row: Row, copy: LocalCopy, cancelling: Cancelling) -> Problem | str | None:
    save_order(copy, row, state="unclear")
    quantity = cancelling.quantity(row)
    try:
        result = cancelling.read_cancel(cancelling.request_cancel(gateway, row, quantity))
    except (Lost, LookupError, TypeError, ValueError) as error:
        return Problem(f"unclear whether it is given back: {error}")
    except (Passing, Refused) as problem:
        save_order(copy, row, final=isinstance(problem, Refused) and not locked_out(problem))
        if locked_out(problem):
            raise
        return problem
    after = save_order(copy, row, **_changes(row, quantity, result))
    return f"only {result.quantity} of {quantity} were given back" if after["state"] != "cancelled" else None


def _changes(row: Row, quantity: int, result: CancelResult) -> Row:
    quantities = {
        "reservedQuantity": row["reservedQuantity"] - result.quantity,
        "cancelledQuantity": row.get("cancelledQuantity", 0) + result.quantity,
    }
    if result.quantity >= quantity and not result.has_failed:
        return quantities | {"state": "cancelled"}
    # After a lost answer, less than was asked for may be what that one had left.
    return quantities | {"state": row["state"], "final": True}

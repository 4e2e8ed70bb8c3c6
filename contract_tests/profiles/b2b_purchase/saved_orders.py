"""What the client saves of its orders at the gateway: a row for each line, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN

KIND = "purchases"
# Something is reserved, or as much of it as there was.
DONE_STATES = {"reserved", "short"}
# Not asked for yet, or known not to have been done; what was refused is offered again by a later run.
TO_DO_STATES = {None, "pending", "refused"}
EXPORT_FIELDS = (
    "vendorRef", "barcode", "requestedQuantity", "reservedQuantity", "cancelledQuantity", "requestNumber",
    "state",
)  # fmt: skip


def saved_orders(copy: LocalCopy) -> list[Row]:
    """Every line that was ordered, by vendorRef and barcode."""
    return copy.rows(KIND)


def line_key(row: Row) -> list[str]:
    """Name a line of a purchase: its vendorRef and its barcode."""
    return [row["vendorRef"], row["barcode"]]


def save_orders(copy: LocalCopy, rows: Iterable[Row], **changes: Any) -> list[Row]:
    """Save lines as they were, with what is known of all of them now."""
    new_rows = [row | changes | {"line": line_key(row)} for row in rows]
    copy.merge(KIND, "line", new_rows)
    return new_rows


def save_order(copy: LocalCopy, row: Row, **changes: Any) -> Row:
    """Save one line as it was, with what is known of it now."""
    return save_orders(copy, [row], **changes)[0]


def new_order(want: Row) -> Row:
    """The row of a line before anything became of it."""
    return {
        "vendorRef": want["vendorRef"],
        "barcode": want["barcode"],
        "requestedQuantity": want["quantity"],
    }


def locked_out(problem: Problem) -> bool:
    """Whether no request of this session will be let through."""
    return isinstance(problem, Refused) and problem.status in {AUTH_REFUSAL, FORBIDDEN}


def order_rows(copy: LocalCopy) -> Iterator[Row]:
    """One row for each line, as the shop would compare it."""
    return ({name: row[name] for name in EXPORT_FIELDS if name in row} for row in saved_orders(copy))

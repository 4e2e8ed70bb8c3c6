"""Purchases through the cross-dock gateway: one request for each vendorRef, no second one on suspicion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    line_key,
    locked_out,
    new_order,
    order_rows,
    save_orders,
    saved_orders,
)


def place_order(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Ask for the lines of one purchase, once.

    Errors: Lost when nobody knows whether it was reserved, Passing and Refused when it was not.
    """
    path = f"/v2/offers/{buyer}/items"
    return gateway.write(path, requested_items(lines), {"vendorRef": lines[0]["vendorRef"]})


def requested_items(lines: Iterable[Row]) -> list[Row]:
    """Write the lines of a purchase as the gateway reads them."""
    return [{"barcode": one["barcode"], "requestedQuantity": one["quantity"]} for one in lines]


def reserved_quantity(item: Row) -> int:
    """Fewer than asked for may be there; the answer is a 200 all the same."""
    return min(int(item["availableQuantity"]), int(item["requestedQuantity"]))


def purchases_of(wants: Iterable[Row]) -> list[list[Row]]:
    """Gather the lines of each purchase: the wants of one vendorRef."""
    lines_by_reference: dict[str, list[Row]] = {}
    for want in wants:
        lines_by_reference.setdefault(want["vendorRef"], []).append(want)
    return list(lines_by_reference.values())


@dataclass(frozen=True, slots=True)
class Steps:
    """What a partner of the gateway may do its own way."""

    purchases_of: Callable[[list[Row]], list[list[Row]]] = purchases_of
    """Reads which lines go into one request."""

    earlier_orders: Callable[[LocalCopy], list[Row]] = saved_orders
    """Remembers what was ordered before."""

    place_order: Callable[[Service, str, list[Row]], Any] = place_order
    """Orders the lines of a purchase."""

    reserved_quantity: Callable[[Row], int] = reserved_quantity
    """Reads how many pieces of an item were reserved."""

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
    rows = {tuple(line_key(row)): row for row in steps.earlier_orders(copy)}
    problems: list[str] = []
    for lines in steps.purchases_of(wants):
        problems += sync_purchase(gateway, buyer, lines, rows, copy, steps)
    if problems:
        raise Problem("\n".join(problems))


def sync_purchase(
    gateway: Service,
    buyer: str,
    lines: list[Row],
    rows: Mapping[tuple[str, ...], Row],
    copy: LocalCopy,
    steps: Steps,
) -> list[str]:
    """Do what the lines of one purchase still ask for, given the saved rows; say what is wrong with it.

    Errors: Refused when the session is locked out: the rest is left for a later run.
    """
    problems: list[Problem | str | None] = []
    lines_to_buy: list[Row] = []
    for want in lines:
        row = rows.get(tuple(line_key(want)), {})
        if want["quantity"] and row.get("state") in TO_DO_STATES:
            lines_to_buy.append(want)
        else:
            problems.append(settle_line(gateway, want, row, copy, steps))
    if lines_to_buy:
        problems.append(buy(gateway, buyer, lines_to_buy, copy, steps))
    return [f"{lines[0]['vendorRef']}: {problem}" for problem in problems if problem]


def settle_line(gateway: Service, want: Row, row: Row, copy: LocalCopy, steps: Steps) -> Problem | str | None:
    """Give a line back that is no longer wanted; say what is wrong with one that is, or was, ordered.

    Errors: Refused when the session is locked out.
    """
    state = row.get("state")
    if not want["quantity"]:
        is_open = state in {*DONE_STATES, "unclear"}
        return cancel_order(gateway, row, copy, steps.cancelling) if is_open else None
    return "unclear whether it is reserved: an answer was lost" if state == "unclear" else None


def buy(gateway: Service, buyer: str, lines: list[Row], copy: LocalCopy, steps: Steps) -> Problem | None:
    """Order the lines of one purchase and save what became of each; give back what went wrong.

    Errors: Refused when the session is locked out.
    """
    # Saved before it is sent: a run that dies in between must not order again.
    rows = save_orders(copy, map(new_order, lines), state="unclear")
    try:
        save_orders(copy, bought_rows(rows, steps.place_order(gateway, buyer, lines), steps))
    except (Lost, LookupError, TypeError, ValueError) as error:
        return Problem(f"unclear whether it is reserved: {error}")
    except (Passing, Refused) as problem:
        will_pass = isinstance(problem, Passing) or locked_out(problem)
        save_orders(copy, rows, state="pending" if will_pass else "refused", reservedQuantity=0)
        if locked_out(problem):
            raise
        return problem
    return None


def bought_rows(rows: Iterable[Row], answer: Any, steps: Steps) -> list[Row]:
    """Write what an answer says of each line: all of one may be reserved, a part of it, or nothing.

    Errors: LookupError, TypeError and ValueError when it says nothing of a line.
    """
    items = {item["barcode"]: item for item in answer["items"]}
    number = str(answer["requestNumber"])
    return [
        bought_row(row, steps.reserved_quantity(items[row["barcode"]])) | {"requestNumber": number}
        for row in rows
    ]


def bought_row(row: Row, quantity: int) -> Row:
    """Write how many pieces of a line are reserved."""
    state = "reserved" if quantity == row["requestedQuantity"] else "short"
    return row | {"state": state, "reservedQuantity": quantity}


def follow_packages(gateway: Service, copy: LocalCopy) -> None:
    """Ask for the packages of earlier purchases; there are none before the cut-off."""
    rows_by_number: dict[str, list[Row]] = {}
    for row in saved_orders(copy):
        if row["state"] in DONE_STATES and row["reservedQuantity"] and not row.get("packages"):
            rows_by_number.setdefault(row["requestNumber"], []).append(row)
    for number, rows in rows_by_number.items():
        packages = gateway.read(f"/v2/offers/{number}/B2Bs", parse=package_numbers)
        save_orders(copy, rows, packages=packages)


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

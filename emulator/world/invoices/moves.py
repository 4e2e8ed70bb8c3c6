"""Moves of invoices: one that waits is accepted or rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.core.move import Move
from emulator.world.invoices.documents import decide_invoice
from emulator.world.orders.search import package_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

SOME_FAULT = "INVOICE_TOTAL_MISMATCH"


def accept_invoice(world: World, move: Move) -> str:
    """An invoice that waits is accepted.

    Errors: ValueError when none waits.
    """
    return _decide(world, move, ())


def reject_invoice(world: World, move: Move) -> str:
    """An invoice that waits is rejected, as one whose total is not that of the package.

    Errors: ValueError when none waits.
    """
    return _decide(world, move, (SOME_FAULT,))


def _decide(world: World, move: Move, faults: tuple[str, ...]) -> str:
    rows = world.store.rows(
        "SELECT i.package_id FROM invoice i JOIN package p ON p.id = i.package_id"
        " WHERE p.seller_id = ? AND p.storefront = ? ORDER BY i.package_id",
        move.listing,
    )
    packages = [package for (number,) in rows if (package := package_by_id(world, number)) is not None]
    waiting_packages = [each for each in packages if each.dispatch.invoice_status == "received"]
    package = decide_invoice(world, move.choose(waiting_packages, "invoice that waits"), faults)
    return f"the invoice of package {package.id} on {move.where} is {package.dispatch.invoice_status}"

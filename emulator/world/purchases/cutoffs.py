"""Order cycles of buyers: open until the cut-off, then consolidated into packages, then on their way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Literal

from emulator.world.core import ids
from emulator.world.core.istanbul import next_time

if TYPE_CHECKING:
    from emulator.world.core.world import World

State = Literal["unavailable", "reserved", "partly-cancelled", "cancelled", "consolidated", "shipped"]
KIND = "b2b-cutoff"
FIRST_PACKAGE = 8_400_001
HOUR_MS = 3_600_000
# Source: international-cross-dock-api-usage: 4pm is its example and the 19 hours are D. That the order cycle
# starts at the cut-off is I: 11 o'clock is the "next morning" it speaks of.
CUTOFF = "16:00"
ORDER_TO_SHIPMENT_MS = 19 * HOUR_MS
WAREHOUSES: Mapping[int, str] = {501: "Gebze", 502: "Dilovası", 503: "Ömerli"}


@dataclass(frozen=True, slots=True)
class Package:
    """One B2B package. Units: epoch milliseconds UTC."""

    id: int
    warehouse_id: int
    created_ms: int

    @property
    def warehouse(self) -> str:
        """The name of the warehouse that packed it."""
        return WAREHOUSES[self.warehouse_id]


def open_batch(world: World, buyer_code: str) -> int:
    """The batch that collects a buyer's requests now; a new one waits for the next cut-off time."""
    row = world.store.row(
        "SELECT batch_id FROM purchase_batch WHERE buyer_code = ? AND closed_ms IS NULL", (buyer_code,)
    )
    if row is not None:
        return int(row[0])
    batch_id, now_ms = ids.next_number(world.store, "purchase-batch"), world.clock.now_ms()
    world.store.execute(
        "INSERT INTO purchase_batch (batch_id, buyer_code, opened_ms) VALUES (?, ?, ?)",
        (batch_id, buyer_code, now_ms),
    )
    world.schedule(next_time(now_ms, time.fromisoformat(_terms(world).get("cutoff", CUTOFF))), KIND, batch_id)
    return batch_id


def is_closed(world: World, batch_id: int) -> bool:
    """Whether the cut-off of a batch has passed."""
    row = world.store.row("SELECT closed_ms FROM purchase_batch WHERE batch_id = ?", (batch_id,))
    return row is not None and row[0] is not None


def cut_off_when_full(world: World, batch_id: int) -> None:
    """Cut a batch off at once when it holds the quantity that was agreed on, if one was."""
    full = _terms(world).get("cutoff_quantity")
    if full is not None and sum(count for *_, count in _reserved_lines(world, batch_id)) >= full:
        cut_off(world, world.clock.now_ms(), batch_id)


def cut_off(world: World, at_ms: int, batch_id: int) -> None:
    """Close a batch and pack what is still reserved, a package for each warehouse that has some of it."""
    if is_closed(world, batch_id):
        return
    world.store.execute("UPDATE purchase_batch SET closed_ms = ? WHERE batch_id = ?", (at_ms, batch_id))
    packages: dict[int, int] = {}
    together: dict[str, int] = {}
    for number, package_type, barcode, _ in _reserved_lines(world, batch_id):
        warehouse_id = _warehouse(world, barcode)
        if package_type == "single":
            warehouse_id = together.setdefault(number, warehouse_id)
        if warehouse_id not in packages:
            packages[warehouse_id] = _new_package(world, at_ms, batch_id, warehouse_id)
        world.store.execute(
            "INSERT INTO b2b_package_line (request_number, barcode, package_id) VALUES (?, ?, ?)",
            (number, barcode, packages[warehouse_id]),
        )


def packages_of(world: World, number: str) -> list[Package]:
    """The packages that hold some of a request; none before the cut-off."""
    rows = world.store.rows(
        "SELECT DISTINCT p.package_id, p.warehouse_id, p.created_ms FROM b2b_package_line l"
        " JOIN b2b_package p ON p.package_id = l.package_id WHERE l.request_number = ? ORDER BY p.package_id",
        (number,),
    )
    return [Package(*row) for row in rows]


def state_of(reserved_count: int, cancelled_count: int, closed_ms: int | None, now_ms: int) -> State:
    """Where an item of a request stands."""
    if reserved_count == cancelled_count:
        return "cancelled" if reserved_count else "unavailable"
    if closed_ms is not None:
        return "shipped" if now_ms >= closed_ms + ORDER_TO_SHIPMENT_MS else "consolidated"
    return "partly-cancelled" if cancelled_count else "reserved"


def _terms(world: World) -> Mapping[str, Any]:
    terms: Mapping[str, Any] = world.plan.recipe.get("b2b", {})
    return terms


def _reserved_lines(world: World, batch_id: int) -> list[tuple[str, str | None, str, int]]:
    return world.store.rows(
        "SELECT p.request_number, p.package_type, l.barcode, l.reserved - l.cancelled FROM purchase p"
        " JOIN purchase_line l ON l.request_number = p.request_number"
        " WHERE p.batch_id = ? AND l.reserved > l.cancelled ORDER BY p.request_number, l.barcode",
        (batch_id,),
    )


def _warehouse(world: World, barcode: str) -> int:
    return ids.pick(ids.chance(world.seed, "warehouse", barcode), tuple(WAREHOUSES))


def _new_package(world: World, at_ms: int, batch_id: int, warehouse_id: int) -> int:
    package_id = ids.next_number(world.store, "b2b-package", FIRST_PACKAGE)
    world.store.execute(
        "INSERT INTO b2b_package (package_id, batch_id, warehouse_id, created_ms) VALUES (?, ?, ?, ?)",
        (package_id, batch_id, warehouse_id, at_ms),
    )
    return package_id

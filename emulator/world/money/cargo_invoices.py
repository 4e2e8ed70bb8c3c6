"""The parcels behind a cargo invoice; their amounts add up to the invoice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.core.rendering import Rendering
from emulator.world.money.ledger import Bodies

if TYPE_CHECKING:
    from emulator.world.core.world import World

Direction = Literal["outbound", "return"]


@dataclass(frozen=True, slots=True)
class CargoItem:
    """One parcel. Units: ten-thousandths of the storefront's currency; ``desi`` is volume weight."""

    seller_id: int
    invoice_serial: str
    direction: Direction
    parcel_id: int
    order_number: str
    amount_e4: int
    desi: int


CARGO_ITEM: Rendering[[CargoItem]] = Rendering("cargo_item")


def add_cargo_items(world: World, items: Iterable[CargoItem]) -> None:
    """Write parcels, each with its documented JSON."""
    world.store.executemany(
        "INSERT INTO cargo_item"
        " (seller_id, invoice_serial, direction, parcel_id, order_number, amount_e4, desi, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((*astuple(item), world.renderer(CARGO_ITEM)(item)) for item in items),
    )


def find_cargo_items(world: World, seller_id: int, serial: str, offset: int, limit: int) -> Bodies:
    """A page of the parcels of a seller's invoice, in the order they were written."""
    values = (seller_id, serial)
    where = "FROM cargo_item WHERE seller_id = ? AND invoice_serial = ?"
    counted = world.store.row(f"SELECT COUNT(*) {where}", values)
    assert counted is not None
    found = world.store.rows(
        f"SELECT body {where} ORDER BY item_no LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return Bodies(int(counted[0]), [body for (body,) in found])

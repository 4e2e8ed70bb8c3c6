"""The parcels behind a cargo invoice; their amounts add up to the invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from emulator.world.core.listing import Listing
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import marks
from emulator.world.money.ledger_query import Page, read_page
from emulator.world.money.sold import SoldPackage

if TYPE_CHECKING:
    from emulator.world.core.world import World

Direction = Literal["outbound", "return"]


@dataclass(frozen=True, slots=True)
class CargoItem:
    """One parcel on a cargo invoice.

    Units: ten-thousandths of the storefront's currency.
    """

    seller_id: int
    """Who pays the invoice."""
    invoice_serial: str
    """The id of the invoice's row."""
    direction: Direction
    """To the customer or back."""
    parcel_id: int
    """The carrier's number of the parcel; to the customer it is the package's cargo number."""
    order_number: str
    """The order that was in it."""
    amount_e4: int
    """What the carrier asks for it."""
    desi: int
    """Its volume weight."""


class ReturnParcel(NamedTuple):
    """A parcel that brought goods back to their seller: the order they were of, the carrier's number."""

    order_number: str
    parcel_id: int


# The parcels of a listing that came back last before a moment, so many at most, oldest first.
ReturnParcels = Callable[["World", Listing, int, int], Sequence[ReturnParcel]]

CARGO_ITEM: Rendering[[CargoItem]] = Rendering("cargo_item")


def add_cargo_items(world: World, items: Iterable[CargoItem]) -> None:
    """Write parcels, each with its documented JSON."""
    world.store.executemany(
        "INSERT INTO cargo_item"
        " (seller_id, invoice_serial, direction, parcel_id, order_number, amount_e4, desi, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((*astuple(item), world.renderer(CARGO_ITEM)(item)) for item in items),
    )


def uncharged_returns(world: World, seller_id: int, parcels: Sequence[ReturnParcel]) -> list[ReturnParcel]:
    """Those of some parcels of a seller that stand on no cargo invoice yet."""
    if not parcels:
        return []
    rows = world.store.rows(
        "SELECT parcel_id FROM cargo_item WHERE seller_id = ? AND direction = 'return'"
        f" AND parcel_id IN ({marks(parcels)})",
        (seller_id, *(parcel.parcel_id for parcel in parcels)),
    )
    charged_ids = {row[0] for row in rows}
    return [parcel for parcel in parcels if parcel.parcel_id not in charged_ids]


def charged_fees(world: World, packages: Sequence[SoldPackage]) -> list[int]:
    """What carriers have asked for parcels of some packages, the latest last."""
    if not packages:
        return []
    numbers = [package.order_number for package in packages]
    rows = world.store.rows(
        "SELECT amount_e4 FROM cargo_item WHERE seller_id = ?"
        f" AND order_number IN ({marks(numbers)}) ORDER BY item_no",
        (packages[0].seller_id, *numbers),
    )
    return [row[0] for row in rows]


def find_cargo_items(world: World, seller_id: int, serial: str, offset: int, limit: int) -> Page:
    """A page of the parcels of a seller's invoice, in the order they were written."""
    source = "FROM cargo_item WHERE seller_id = ? AND invoice_serial = ?"
    return read_page(world, source, (seller_id, serial), "item_no", offset, limit)

"""The parcels behind a cargo invoice; their amounts add up to the invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from random import Random
from typing import TYPE_CHECKING, Literal, NamedTuple

from emulator.world.core.ids import below, between, happens
from emulator.world.core.listing import Listing
from emulator.world.core.money import KURUS_E4
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import marks
from emulator.world.money.ledger_query import Page, read_page
from emulator.world.money.span import Span

if TYPE_CHECKING:
    from emulator.world.core.world import World

Direction = Literal["outbound", "return"]
# How many parcels an invoice charges at most, how many of them came back, and among how many of the latest
# it looks for them; I.
MOST_PARCELS, RETURN_SHARE, RECENT_PARCELS = 4, 0.15, 50
# What a carrier asks for any parcel and for each desi, in kuruş, and how many desi it has at most; I.
PARCEL_FEE, DESI_FEE, MOST_DESI = 950, 500, 12


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


CARGO_ITEM: Rendering[[CargoItem]] = Rendering("cargo_item")


class Parcel(NamedTuple):
    """What a carrier has brought, to a customer or back: the order it was of, the carrier's number."""

    order_number: str
    parcel_id: int


# The parcels of a listing that were brought last before a moment, so many at most, oldest first.
FindParcels = Callable[["World", Listing, int, int], Sequence[Parcel]]


class ParcelFinders(NamedTuple):
    """Where the parcels of a cargo invoice are found: those that customers got, those that came back."""

    deliveries: FindParcels
    returns: FindParcels


class Charge(NamedTuple):
    """What a carrier asks for one parcel. Units: ten-thousandths of the storefront's currency."""

    direction: Direction
    parcel: Parcel
    desi: int

    @property
    def amount_e4(self) -> int:
        """A fee for any parcel, and one for each desi."""
        return (PARCEL_FEE + DESI_FEE * self.desi) * KURUS_E4

    def item(self, seller_id: int, serial: str) -> CargoItem:
        """The same on an invoice of a seller."""
        parcel = self.parcel
        return CargoItem(
            seller_id=seller_id,
            invoice_serial=serial,
            direction=self.direction,
            parcel_id=parcel.parcel_id,
            order_number=parcel.order_number,
            amount_e4=self.amount_e4,
            desi=self.desi,
        )


def draw_charges(
    world: World, listing: Listing, at_ms: int, find: ParcelFinders, rng: Random
) -> Iterator[Charge]:
    """A few of the latest parcels that stand on no invoice yet; those that came back oldest first."""
    outbound = list(_uncharged_parcels(world, listing, at_ms, "outbound", find.deliveries))
    back = _uncharged_parcels(world, listing, at_ms, "return", find.returns)
    for _ in range(between(rng, 1, MOST_PARCELS)):
        parcel = next(back, None) if happens(rng, RETURN_SHARE) or not outbound else None
        if parcel is not None:
            yield Charge("return", parcel, between(rng, 1, MOST_DESI))
        elif outbound:
            yield Charge("outbound", outbound.pop(below(rng, len(outbound))), between(rng, 1, MOST_DESI))


def _uncharged_parcels(
    world: World, listing: Listing, at_ms: int, direction: Direction, find: FindParcels
) -> Iterator[Parcel]:
    """The latest parcels that stand on no cargo invoice yet, looked for once one is wanted."""
    parcels = find(world, listing, at_ms, RECENT_PARCELS)
    if not parcels:
        return
    rows = world.store.rows(
        "SELECT parcel_id FROM cargo_item WHERE seller_id = ? AND direction = ?"
        f" AND parcel_id IN ({marks(parcels)})",
        (listing.seller_id, direction, *(parcel.parcel_id for parcel in parcels)),
    )
    charged_ids = {row[0] for row in rows}
    yield from (parcel for parcel in parcels if parcel.parcel_id not in charged_ids)


def add_cargo_items(world: World, items: Iterable[CargoItem]) -> None:
    """Write parcels, each with its documented JSON."""
    world.store.executemany(
        "INSERT INTO cargo_item"
        " (seller_id, invoice_serial, direction, parcel_id, order_number, amount_e4, desi, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((*astuple(item), world.renderer(CARGO_ITEM)(item)) for item in items),
    )


def charged_fees(world: World, listing: Listing, span: Span) -> list[int]:
    """What carriers have asked for each parcel on the invoices of a span of time."""
    rows = world.store.rows(
        "SELECT c.amount_e4 FROM ledger_entry e JOIN cargo_item c ON c.seller_id = e.seller_id"
        " AND c.invoice_serial = e.id WHERE e.seller_id = ? AND e.storefront = ? AND e.ledger = 'other'"
        " AND e.transaction_at_ms > ? AND e.transaction_at_ms <= ? AND e.sub_type = 'cargo'"
        " ORDER BY c.item_no",
        (*listing, *span),
    )
    return [row[0] for row in rows]


def find_cargo_items(world: World, seller_id: int, serial: str, offset: int, limit: int) -> Page:
    """A page of the parcels of a seller's invoice, in the order they were written."""
    source = "FROM cargo_item WHERE seller_id = ? AND invoice_serial = ?"
    return read_page(world, source, (seller_id, serial), "item_no", offset, limit)

"""Claims are opened: by a customer, by a seller who got a parcel without a code, by the system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from emulator.world.claims.life import ARRIVAL, move_items
from emulator.world.claims.model import Actor, Claim, ClaimItem, Parcel, Unit
from emulator.world.claims.rows import claimed_units, next_claim_number, put_claims
from emulator.world.core.ids import seeded_uuid
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.carriers import cargo_number
from emulator.world.orders.model import OWN_MARKETPLACE, Line, Package
from emulator.world.orders.rows import next_package_id, packages_where

if TYPE_CHECKING:
    from emulator.world.core.world import World

# How long a parcel takes back to its seller; I.
ARRIVAL_MS = 2 * DAY_MS
# Who brings what a seller opened a claim for. Source: the numbers of such claims begin with 733, D.
OWN_CARRIER = "trendyol_express"
# Why the system sends back what was not delivered. Source: Undelivered Shipment in both lists, D.
UNDELIVERED_REASON = 2015
# A unit that is claimed, why, and what the customer wrote.
ClaimedUnit = tuple[Unit, int, str]


class NoSuchUnits(ValueError):
    """An order has fewer units of a barcode that could be claimed; its text is the barcode."""


def units_of(package: Package) -> Iterator[Unit]:
    """The units of a package, one by one, under the numbers that its list gives them."""
    for line in package.lines:
        yield from _units_of_line(line)


def _units_of_line(line: Line) -> Iterator[Unit]:
    place = 0
    for units in line.units:
        for _ in range(units.count):
            yield Unit(
                id=line.id * 1000 + place + 1,
                line_id=line.id,
                place=place,
                barcode=line.barcode,
                stock_code=line.stock_code,
                name=line.name,
                colour=line.colour,
                size=line.size,
                category=line.category,
                vat_rate=line.vat_rate,
                price_e4=units.price_e4,
                platform_discount_e4=units.platform_discount_e4,
                deposit_e4=line.deposit_e4,
            )
            place += 1


def free_units(world: World, package: Package) -> list[Unit]:
    """The units of a package that nobody has claimed."""
    claimed_ids = claimed_units(world, [package.id])
    return [unit for unit in units_of(package) if unit.id not in claimed_ids]


def delivered_packages(world: World, listing: Listing, order_number: str) -> list[Package]:
    """The packages of an order that have come to the customer."""
    condition = (
        "p.seller_id = ? AND p.storefront = ? AND p.marketplace = ? AND p.order_number = ?"
        " AND p.status = 'delivered' ORDER BY p.id"
    )
    return packages_where(world, condition, (*listing, OWN_MARKETPLACE, order_number))


def choose_units(units: Iterable[Unit], barcode: str, count: int) -> list[Unit]:
    """So many units of a barcode.

    Errors: NoSuchUnits when there are fewer.
    """
    chosen_units = [unit for unit in units if unit.barcode == barcode][:count]
    if len(chosen_units) < count:
        raise NoSuchUnits(barcode)
    return chosen_units


def draft_claim(
    world: World,
    package: Package,
    items: Sequence[ClaimedUnit],
    number: int,
    claimed_ms: int,
    by: Actor,
    *,
    carrier: str | None = None,
    parcel_id: int | None = None,
) -> Claim:
    """A claim that is just made, not written down.

    Shapes: ``carrier`` is the package's own when not given, ``parcel_id`` the next number of a package.
    """
    order = package.order
    claim_id = seeded_uuid(world.seed, "claim", number)
    rows = tuple(
        ClaimItem(
            id=seeded_uuid(world.seed, "claim item", number, place),
            unit=unit,
            reason_id=reason_id,
            note=note,
            status="created",
            history=(("created", claimed_ms, by),),
        )
        for place, (unit, reason_id, note) in enumerate(items)
    )
    parcel_id = next_package_id(world) if parcel_id is None else parcel_id
    brought_by = carrier or package.carrier
    return Claim(
        id=claim_id,
        number=number,
        seller_id=order.seller_id,
        storefront=order.storefront,
        order_number=order.order_number,
        ordered_ms=order.placed_ms,
        customer=(order.customer.first_name, order.customer.last_name),
        package_id=package.id,
        claimed_ms=claimed_ms,
        updated_ms=claimed_ms,
        parcel=Parcel(
            parcel_id, brought_by, cargo_number(brought_by, parcel_id), tuple(each.id for each in rows)
        ),
        items=rows,
    )


def open_claim(
    world: World,
    package: Package,
    items: Sequence[ClaimedUnit],
    by: Actor,
    *,
    carrier: str | None = None,
) -> Claim:
    """Open a claim now; a carrier brings the units in some days."""
    now_ms = world.clock.now_ms()
    with world.transaction():
        claim = draft_claim(world, package, items, next_claim_number(world), now_ms, by, carrier=carrier)
        put_claims(world, [claim])
        world.schedule(now_ms + ARRIVAL_MS, ARRIVAL, {"claim": claim.id})
    return claim


def open_accepted_claim(world: World, package: Package, items: Sequence[ClaimedUnit], by: Actor) -> Claim:
    """Open a claim that is accepted at once, without its units coming back."""
    with world.transaction():
        claim = draft_claim(world, package, items, next_claim_number(world), world.clock.now_ms(), by)
        put_claims(world, [claim])
        return move_items(world, claim, claim.parcel.item_ids, "accepted", "platform")


def claim_undelivered(world: World, package: Package) -> Claim | None:
    """The system takes back all units of a package that came back undelivered; None where it has."""
    units = free_units(world, package)
    if not units:
        return None
    return open_accepted_claim(world, package, [(unit, UNDELIVERED_REASON, "") for unit in units], "platform")

"""An account beside the packages and claims of its world, for tests that ask where each row comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from emulator.world.claims.model import Claim
from emulator.world.claims.rows import claims_where
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.money.ledger import Entry, entries_where
from emulator.world.orders.model import Line, Package, Units
from emulator.world.orders.rows import packages_where

PER_KURUS = 100
# The unit that a row is about: the number of its package, and its place in it.
Place = tuple[int | None, int | None]


class Charge(NamedTuple):
    """One parcel on a cargo invoice."""

    direction: str
    parcel_id: int
    order_number: str
    amount_e4: int
    desi: int


@dataclass(frozen=True, slots=True)
class Book:
    """An account, and what it has to follow from."""

    rows: list[Entry]
    """Its rows, the earliest first."""
    by_unit: dict[Place, list[Entry]]
    """Those of each unit."""
    packages: dict[int, Package]
    """Those of the listing's own marketplace, by their numbers."""
    claims: list[Claim]
    """What came back, or was to."""
    acceptances: dict[tuple[int, int, int], int]
    """When a unit was taken back, by package, line and place in the line."""
    charges: dict[str, list[Charge]]
    """The parcels of cargo invoices, by their serials."""
    payouts: dict[int | None, int]
    """When each payment order was made."""

    def before(self, row: Entry) -> int:
        """When the row before was booked that has the same type and sub type; 0 where it is the first."""
        kind = (row.type, row.sub_type)
        moments = [each.transaction_at_ms for each in self.rows if (each.type, each.sub_type) == kind]
        return max((at_ms for at_ms in moments if at_ms < row.transaction_at_ms), default=0)

    def total(self, types: Iterable[str], row: Entry, amount: Callable[[Entry], int]) -> int:
        """What rows of some types add up to since the row before."""
        after_ms, names = self.before(row), set(types)
        return sum(
            amount(each)
            for each in self.rows
            if each.type in names and after_ms < each.transaction_at_ms <= row.transaction_at_ms
        )

    def unpaid(self, due_ms: int, row: Entry) -> int:
        """What was due by a moment and not paid when a row was booked."""
        now_ms = row.transaction_at_ms
        return sum(
            each.net_e4
            for each in self.rows
            if each.due_at_ms <= due_ms
            and each is not row
            and each.type != "payment_order"
            and self.payouts.get(each.payment_order_id, 2**62) > now_ms
        )

    def unit(self, row: Entry) -> tuple[Line, int, Units]:
        """What a settlement is about: the line, the unit's place in it, and what the unit cost."""
        assert row.shipment_package_id is not None
        assert row.unit_no is not None
        place = row.unit_no
        for line in self.packages[row.shipment_package_id].lines:
            if place < line.quantity:
                units = [each for each in line.units for _ in range(each.count)]
                return line, place, units[place]
            place -= line.quantity
        raise AssertionError(f"package {row.shipment_package_id} has no unit {row.unit_no}")


def amount_of(row: Entry) -> int:
    """What a row says on the side where it stands."""
    return row.debt_e4 + row.credit_e4


def percent_of(amount_e4: int, percent: int) -> int:
    """So many hundredths of an amount, to the kuruş, a half rounded up."""
    whole = 100 * PER_KURUS
    return (2 * amount_e4 * percent + whole) // (2 * whole) * PER_KURUS


def open_book(world: World, listing: Listing) -> Book:
    """Read an account and what stands behind it, by the columns and facts of its world."""
    condition = "seller_id = ? AND storefront = ?"
    rows = sorted(
        entries_where(world, condition, listing), key=lambda row: (row.transaction_at_ms, row.entry_no)
    )
    by_unit: defaultdict[Place, list[Entry]] = defaultdict(list)
    for row in rows:
        by_unit[row.shipment_package_id, row.unit_no].append(row)
    packages = packages_where(
        world, "p.seller_id = ? AND p.storefront = ? AND p.marketplace = 'trendyol' ORDER BY p.id", listing
    )
    claims = claims_where(world, f"{condition} ORDER BY claim_no", listing)
    charges: defaultdict[str, list[Charge]] = defaultdict(list)
    for serial, *facts in world.store.rows(
        "SELECT invoice_serial, direction, parcel_id, order_number, amount_e4, desi FROM cargo_item"
        " WHERE seller_id = ? ORDER BY item_no",
        (listing.seller_id,),
    ):
        charges[serial].append(Charge(*facts))
    return Book(
        rows=rows,
        by_unit=by_unit,
        packages={package.id: package for package in packages},
        claims=claims,
        acceptances={
            (claim.package_id, item.unit.line_id, item.unit.place): item.changed_ms
            for claim in claims
            for item in claim.items
            if item.status == "accepted"
        },
        charges=charges,
        payouts=dict(
            world.store.rows(f"SELECT id, payout_at_ms FROM payment_order WHERE {condition}", listing)
        ),
    )

"""What may happen to a unit once it is delivered, each in its share of all sales, and what is booked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.accounts.sellers import Edition
from emulator.world.core.ids import between, chance
from emulator.world.core.listing import Listing
from emulator.world.core.money import KURUS_E4
from emulator.world.core.plan import DAY_MS
from emulator.world.core.select import marks
from emulator.world.money.ledger import (
    Account,
    Entry,
    Sale,
    account_of,
    add_blank_entries,
    add_entries,
    edition_of,
)
from emulator.world.money.package_rows import (
    PackageRow,
    is_of,
    row_of_draft,
    rows_of_package,
    undo,
    what_is_left,
)
from emulator.world.money.returns import return_drafts
from emulator.world.money.settlements import Draft, delivery_drafts, number_rows
from emulator.world.money.sold import SoldPackage, count_parts
from emulator.world.money.transaction_types import SALES, TYPES, settlement_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

# What happens to a sale, and what a customer sends back: that one is a claim first, in the room above.
KIND, SENT_BACK = "after-sale", "customer-return"
RETURN_EVENT = "returned"
# How long before its row a return is claimed: two days on the way, and 48 hours in which its seller may act.
CLAIM_MS = 4 * DAY_MS
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class SaleEvent:
    """Something that may happen to a unit after its delivery.

    Units: ``share`` of all sales, ``percent`` of the amount, ``days`` after the sale.
    """

    name: str
    """What happens."""
    share: float
    """To which share of sales; of those that ``after`` happened to, where that is said."""
    days: int
    """How many days after the delivery."""
    types: tuple[str, ...] = ()
    """The rows that are booked of a part of the amount; empty where rows are taken back."""
    percent: int = 0
    """Which part of the amount they are about."""
    after: tuple[str, ...] = ()
    """Of these events one has to have happened before."""


# What takes a correction of the commission back. Source: corrections stand in pairs that are to be read
# together, docs/cari-hesap-ekstresi-entegrasyonu, D; how often each event occurs is I.
CORRECTIONS = (
    "seller_revenue_positive", "commission_negative", "seller_revenue_negative", "commission_positive",
)  # fmt: skip
AFTER_SALE: Mapping[Edition, tuple[SaleEvent, ...]] = {
    "int": (SaleEvent(RETURN_EVENT, 0.08, 6),),
    "tr": (
        SaleEvent(RETURN_EVENT, 0.07, 7),
        SaleEvent("refunded_in_part", 0.025, 5, ("manual_refund",), 20),
        SaleEvent("weighed_heavier", 0.01, 3, ("provision_positive",), 3),
        SaleEvent("weighed_lighter", 0.01, 3, ("provision_negative",), 4),
        SaleEvent("commission_lowered", 0.014, 9, CORRECTIONS[:2], 2),
        SaleEvent("commission_raised", 0.014, 9, CORRECTIONS[2:], 3),
        SaleEvent("correction_withdrawn", 0.3, 16, after=("commission_lowered", "commission_raised")),
    ),
}


# When something happens, to which of the sales of its package, and what.
Event = tuple[int, int, SaleEvent]


def event_of(edition: Edition, name: str) -> SaleEvent | None:
    """The event of that name in an edition, or None."""
    return next((event for event in AFTER_SALE[edition] if event.name == name), None)


def event_drafts(event: SaleEvent, sale: Sale, package_rows: Sequence[PackageRow]) -> Iterator[Draft]:
    """The rows of something that happens to a sale; none once it has come back.

    Shapes: ``package_rows`` are the rows of its whole package.
    """
    if event.name == RETURN_EVENT:
        yield from return_drafts(sale, package_rows)
        return
    unit = [row for row in package_rows if is_of(sale, row)]
    left = what_is_left(unit)
    if "sale" not in left:
        return
    if not event.types:
        yield from ((sale, *undo(name, left[name], sale.rate_e2)) for name in CORRECTIONS if name in left)
        return
    amount_e4 = part_of(left["sale"].amount_e4, event.percent)
    for name in event.types:
        yield sale, name, settlement_amounts(TYPES[name], amount_e4, sale.rate_e2)


def part_of(amount_e4: int, percent: int) -> int:
    """So many percent of an amount; a part of whole kuruş is whole kuruş again."""
    smallest = 1 if amount_e4 % KURUS_E4 else KURUS_E4
    return amount_e4 * percent // (100 * smallest) * smallest


def draw_events(world: World, edition: Edition, rng: Random) -> list[SaleEvent]:
    """What happens to one unit after its delivery, each in its share; a recipe may set that of returns."""
    draw, return_share = rng.random, world.plan.recipe.get("return_share")
    shares = {} if return_share is None else {RETURN_EVENT: return_share}
    events = [event for event in AFTER_SALE[edition] if draw() < shares.get(event.name, event.share)]
    names = {event.name for event in events}
    return [event for event in events if not event.after or names.intersection(event.after)]


def event_moment(event: SaleEvent, sold_ms: int, rng: Random) -> int:
    """When an event after a sale comes about."""
    return sold_ms + event.days * DAY_MS + between(rng, 1, 20) * HOUR_MS


def expect_events(world: World, package: SoldPackage) -> None:
    """Put on the calendar what will happen to the units of a package that is delivered now."""
    listing = Listing(package.seller_id, package.storefront)
    events = _events(world, package, edition_of(world, listing), world.clock.now_ms())
    if events:
        sales = _sales_of(delivery_drafts(edition_of(world, listing), package, world.decisions["sale-rows"]))
        for at_ms, place, event in events:
            schedule_event(world, listing, sales[place], event, at_ms)


def book_past_events(world: World, sales: Iterable[tuple[int, SoldPackage]]) -> None:
    """Write what has happened to sales of one listing by now, in the order of time; the rest waits.

    One row of the calendar each would say the same, and take as long as all the sales.
    """
    past: list[tuple[int, Draft]] = []
    account: Account | None = None
    for sold_ms, package in sales:
        listing = Listing(package.seller_id, package.storefront)
        account = account or account_of(world, listing)
        events = _events(world, package, account.edition, sold_ms)
        if events:
            drafts = list(delivery_drafts(account.edition, package, world.decisions["sale-rows"]))
            package_rows = list(map(row_of_draft, drafts))
            past += _past_drafts(world, listing, package_rows, events)
    if account is not None:
        past.sort(key=itemgetter(0))
        add_blank_entries(world, (row for at_ms, each in past for row in number_rows(account, [each], at_ms)))


def _past_drafts(
    world: World, listing: Listing, package_rows: list[PackageRow], events: Iterable[Event]
) -> Iterator[tuple[int, Draft]]:
    """The rows of what has happened to a package by now; what is yet to come is put on the calendar."""
    sales = [row.sale for row in package_rows if row.type in SALES]
    for at_ms, place, event in events:
        if at_ms > world.anchor_ms:
            schedule_event(world, listing, sales[place], event, at_ms)
            continue
        for draft in list(event_drafts(event, sales[place], package_rows)):
            package_rows.append(row_of_draft(draft))
            yield at_ms, draft


def _sales_of(drafts: Iterable[Draft]) -> list[Sale]:
    return [sale for sale, name, _ in drafts if name in SALES]


def _events(world: World, package: SoldPackage, edition: Edition, sold_ms: int) -> list[Event]:
    """What happens to the sales of a package that is delivered at a moment, in the order of time."""
    rng = chance(world.seed, "after-sale", package.package_id)
    events = [
        (event_moment(event, sold_ms, rng), place, event)
        for place in range(count_parts(package, world.decisions["sale-rows"]))
        for event in draw_events(world, edition, rng)
    ]
    return sorted(events, key=itemgetter(0))


def packages_with_events(world: World, listing: Listing) -> set[int]:
    """The packages of a listing to whose units something has happened since, returns aside."""
    names = sorted({name for event in AFTER_SALE[edition_of(world, listing)] for name in event.types})
    if not names:
        return set()
    rows = world.store.rows(
        "SELECT DISTINCT shipment_package_id FROM ledger_entry WHERE seller_id = ? AND storefront = ?"
        f" AND ledger = 'settlement' AND type IN ({marks(names)})",
        (*listing, *names),
    )
    return {row[0] for row in rows}


def schedule_event(world: World, listing: Listing, sale: Sale, event: SaleEvent, at_ms: int) -> None:
    """Put what is to happen to a sale on the calendar; of what is sent back, the claim that leads to it."""
    payload = {
        "seller": listing.seller_id,
        "storefront": listing.storefront,
        "order": sale.order_number,
        "package": sale.package_id,
        "barcode": sale.barcode,
        "unit": sale.unit,
        "event": event.name,
    }
    if event.name == RETURN_EVENT:
        world.schedule(at_ms - CLAIM_MS, SENT_BACK, payload)
    else:
        world.schedule(at_ms, KIND, payload)


def event_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """Something happens to a sale, if it has come about and has not come back; its rate may have changed."""
    listing = Listing(payload["seller"], payload["storefront"])
    event = event_of(edition_of(world, listing), payload["event"])
    package_rows = rows_of_package(world, listing, payload["order"], payload["package"])
    place = (payload["barcode"], payload["unit"])
    sale = next(
        (
            row.sale
            for row in package_rows
            if row.type in SALES and (row.sale.barcode, row.sale.unit) == place
        ),
        None,
    )
    if event is not None and sale is not None:
        book_event(world, listing, event, sale, package_rows, at_ms)


def book_event(
    world: World,
    listing: Listing,
    event: SaleEvent,
    sale: Sale,
    package_rows: Sequence[PackageRow],
    at_ms: int,
) -> list[Entry]:
    """Write the rows of something that happens to a sale at a moment; give them."""
    rows = number_rows(account_of(world, listing), event_drafts(event, sale, package_rows), at_ms)
    add_entries(world, rows)
    return rows

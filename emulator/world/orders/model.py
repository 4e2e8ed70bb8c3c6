"""What customers ordered, on whichever marketplace: order, package, line and unit as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from emulator.world.core.money import KURUS_E4
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.parties import Address, Customer

Status = Literal[
    "awaiting", "created", "picking", "invoiced", "shipped", "at_collection_point", "delivered",
    "undelivered", "returned", "cancelled", "unsupplied", "unpacked",
]  # fmt: skip
# What made a package: the order itself, a partial cancellation, a split, another seller's transfer.
Origin = Literal["order", "cancel", "split", "transfer"]
# How far the invoice of a package has come.
InvoiceStatus = Literal["not_invoiced", "received", "invoiced", "rejected"]
# How goods leave the country: not at all, in the seller's name, through the marketplace, through its agency.
Export = Literal["none", "micro", "partner", "agency"]
# How fast an order is promised to come: today, sent on the day it is placed, or faster than usual.
Haste = Literal["today", "same_day", "fast"]
# The marketplace whose packages the seller's own services list, and whose sales are in the current account.
OWN_MARKETPLACE = "trendyol"
# By when a package leaves, counted from the order; I.
AGREED_MS = 37 * 3_600_000
Step = tuple[Status, int]
Route = tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What one customer ordered of one seller at one moment.

    Units: ten-thousandths of the storefront's currency; epoch milliseconds UTC.
    """

    id: int
    """The number of the order in its world."""
    order_number: str
    """The number that customer and seller know, unique on its marketplace."""
    marketplace: str
    """Where it was ordered."""
    seller_id: int
    """Whose goods they are."""
    storefront: str
    """On which storefront the seller sold them."""
    placed_ms: int
    """When it was placed."""
    customer: Customer
    """Who ordered."""
    address: Address
    """Where it goes."""
    shipping_fee_e4: int = 0
    """What the customer pays for the carriage, beside the goods."""
    invoice_address: Address | None = None
    """Where the invoice goes; None for the address the goods go to."""
    export: Export = "none"
    """How it leaves the country."""
    pays_cash: bool = False
    """Whether the customer pays whoever brings it."""
    haste: Haste | None = None
    """How fast it has been promised to come; None where nothing is promised."""
    wants_gift_box: bool = False
    """Whether the customer wants it in a gift box."""
    has_seller_coupon: bool = False
    """Whether what the seller takes off its prices is a coupon's."""
    has_platform_coupon: bool = False
    """Whether what the marketplace pays of its prices is a coupon's."""
    pays_by_link: bool = False
    """Whether the customer pays through a link."""


@dataclass(frozen=True, slots=True)
class Units:
    """Units of a line that cost alike; where a discount leaves a rest, some of a line's cost a kuruş less.

    Units: ten-thousandths of the storefront's currency, VAT contained.
    """

    count: int
    gross_e4: int
    seller_discount_e4: int = 0
    platform_discount_e4: int = 0

    @property
    def price_e4(self) -> int:
        """What the customer pays for one of them."""
        return self.gross_e4 - self.seller_discount_e4 - self.platform_discount_e4


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing in a package.

    Units: ``vat_rate`` in percent, ``commission_e2`` in hundredths of a percent.
    """

    id: int
    """The number of the line."""
    variant_id: int
    """The variant's when it was ordered, like the four that follow."""
    content_id: int | None
    """The content's."""
    barcode: str
    """The barcode."""
    stock_code: str
    """The seller's own code."""
    name: str
    """The name as the customer saw it."""
    vat_rate: int
    """The VAT that is contained in the price."""
    commission_e2: int
    """The commission rate that the marketplace takes."""
    units: tuple[Units, ...]
    """How many, and what each costs."""
    size: str = ""
    """The size it has, empty where it has none."""
    colour: str = ""
    """The colour it has, empty where it has none."""
    category_id: int = 0
    """The number of its category, 0 in an order that a recipe writes out."""
    category: str = ""
    """The name of its category."""
    made_in: str = ""
    """The country it was made in, empty where it is not known."""
    labour_cost_e4: int = 0
    """What the work on one of them costs, where the seller has said it."""
    deposit_e4: int = 0
    """The deposit on the packaging of one of them, beside its price."""
    cancelled_by: str = ""
    """Who cancelled it, empty while nobody has."""
    cancel_reason: int = 0
    """The number of the reason it was cancelled for, 0 while nobody has."""

    @property
    def quantity(self) -> int:
        """How many units it has."""
        return sum([each.count for each in self.units])

    @property
    def gross_e4(self) -> int:
        """What its units cost together before discounts."""
        return sum([each.count * each.gross_e4 for each in self.units])

    @property
    def discount_e4(self) -> int:
        """The discounts on its units together."""
        return sum([each.count * (each.gross_e4 - each.price_e4) for each in self.units])

    @property
    def tax_e4(self) -> int:
        """The VAT contained in what its units cost, to the kuruş, a half rounded up."""
        whole = (100 + self.vat_rate) * KURUS_E4
        return (self.gross_e4 * self.vat_rate * 2 + whole) // (2 * whole) * KURUS_E4


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What the seller has said of how a package is sent.

    Units: names in ``_ms`` epoch milliseconds UTC, ``deci_e2`` hundredths of a deci.
    """

    invoice_number: str = ""
    """The number of the invoice, once there is one."""
    invoice_status: InvoiceStatus = "not_invoiced"
    """How far the invoice has come that the seller has sent."""
    invoice_link: str = ""
    """Where the invoice can be read, once one was sent."""
    invoice_faults: tuple[str, ...] = ()
    """What the invoice was rejected for, keys of the vendor."""
    sender_number: str = ""
    """The number of the carrier that the seller pays."""
    provider_code: str = ""
    """The code of the carrier that the seller chose."""
    return_number: str = ""
    """The carrier's number for the way back."""
    tracking_info: str = ""
    """A link or a phone number, for a delivery of the seller's own."""
    by_seller: bool = False
    """Whether the seller delivers it some other way than by a carrier."""
    by_service: bool = False
    """Whether an authorised service delivers it."""
    box_count: int | None = None
    """How many boxes it has."""
    deci_e2: int | None = None
    """Its volumetric weight."""
    warehouse_id: int | None = None
    """The warehouse it leaves from."""
    extra_days: int = 0
    """How many days later than agreed it may leave."""
    carrier_changed_ms: int | None = None
    """When its carrier was last changed."""


@dataclass(frozen=True, slots=True)
class Package:
    """What of an order travels together, and how far it has come.

    Units: ten-thousandths of the storefront's currency; names in ``_ms`` epoch milliseconds UTC.
    """

    id: int
    """The number of the package, beyond 32 bits."""
    order: Order
    """The order it belongs to."""
    status: Status
    """How far it has come."""
    updated_ms: int
    """When it last changed."""
    carrier: str
    """Who brings it, a name of CARRIERS."""
    cargo_number: int
    """The carrier's number of its parcel, 16 digits."""
    lines: tuple[Line, ...]
    """What is in it."""
    history: tuple[Step, ...]
    """Each status it has had, and since when."""
    tax_e4: int
    """The VAT that it contains."""
    origin: Origin = "order"
    """What made it."""
    parent_id: int | None = None
    """The package it was part of."""
    first_id: int | None = None
    """The package that all its parents were part of."""
    dispatch: Dispatch = Dispatch()
    """What the seller has said of how it is sent."""

    @property
    def gross_e4(self) -> int:
        """What its goods cost before discounts."""
        return sum(line.gross_e4 for line in self.lines)

    @property
    def discount_e4(self) -> int:
        """All discounts on its goods."""
        return sum(line.discount_e4 for line in self.lines)

    @property
    def total_e4(self) -> int:
        """What the customer pays for its goods."""
        return self.gross_e4 - self.discount_e4

    @property
    def agreed_ms(self) -> int:
        """By when it has to leave, with the days that the seller has asked for beside."""
        return self.order.placed_ms + AGREED_MS + self.dispatch.extra_days * DAY_MS

    @property
    def quantity(self) -> int:
        """How many units it holds."""
        return sum(line.quantity for line in self.lines)


def spread(count: int, gross_e4: int, discount_e4: int, platform_discount_e4: int = 0) -> tuple[Units, ...]:
    """So many units at a price, discounts on all of them spread so that each adds up exactly.

    Shapes: ``discount_e4`` is what the seller pays for, ``platform_discount_e4`` what the marketplace does.
    Source: the printed package of two units has discounts of 13.00 and 12.99, D.
    """
    if not (discount_e4 or platform_discount_e4):
        return (Units(count, gross_e4),)
    parts = [divmod(each // KURUS_E4, count) for each in (discount_e4, platform_discount_e4)]
    borders = sorted({0, count, *(rest for _, rest in parts)})
    return tuple(
        Units(end - start, gross_e4, *((each + (start < rest)) * KURUS_E4 for each, rest in parts))
        for start, end in pairwise(borders)
    )


def with_discount(lines: tuple[Line, ...], discount_e4: int) -> Iterator[Line]:
    """The lines with a discount on all of them, each taking the part of it that its price has."""
    left_e4, gross_e4 = discount_e4, sum(line.gross_e4 for line in lines)
    for line in lines:
        share_e4 = left_e4 * line.gross_e4 // gross_e4 // KURUS_E4 * KURUS_E4 if gross_e4 else 0
        left_e4, gross_e4 = left_e4 - share_e4, gross_e4 - line.gross_e4
        yield replace(line, units=spread(line.quantity, line.units[0].gross_e4, share_e4))

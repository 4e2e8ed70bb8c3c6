"""What the export centre keeps as values: accounts, products, packages and their items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["new", "pending", "completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Account:
    """A seller who is enrolled."""

    seller_id: int
    """Who."""
    currency: str
    """What Trendyol pays in, chosen at enrolment."""


@dataclass(frozen=True, slots=True)
class ExportAttribute:
    """One attribute of a product; ``value_id`` is None where it is free text."""

    id: int
    name: str
    value_id: int | None
    value: str


@dataclass(frozen=True, slots=True)
class ExportProduct:
    """One product that is open for sale abroad.

    Units: prices in hundredths of the account's currency; names in ``_ms`` are epoch milliseconds UTC.
    """

    number: int
    """Its place among all that were opened."""
    seller_id: int
    """Whose it is."""
    barcode: str
    """Its barcode on the marketplace."""
    opened_ms: int
    """When it was opened."""
    buying_price: int
    """What Trendyol pays for one, VAT included."""
    rrp: int | None
    """What customers are advised to pay; None where nothing was sent."""
    priced_ms: int
    """When its price was last sent."""
    stock: int
    """How many there are."""
    gtip: str | None
    """Its number in the customs tariff, 4 to 12 digits."""
    origin: str
    """The code of the country it was made in."""
    category_id: int
    """Its category on the marketplace."""
    attributes: tuple[ExportAttribute, ...]
    """What the category asks of it."""


@dataclass(frozen=True, slots=True)
class Item:
    """How many of a product are in a package.

    Units: ``unit_price`` in hundredths of the account's currency; names in ``_ms`` epoch milliseconds UTC.
    """

    number: int
    """Its place among all items."""
    package_number: int
    """The package it is in."""
    seller_id: int
    """Whose it is."""
    id: str
    """What the seller knows it by."""
    barcode: str
    """The barcode that has to be on the thing."""
    name: str
    """What it is called."""
    seller_barcode: str
    """The seller's own code."""
    unit_price: int
    """What Trendyol pays for one."""
    created_ms: int
    """When the first of them was ordered."""
    modified_ms: int
    """When anything of it last changed."""
    units_new: int = 0
    """Ordered, not waited for yet."""
    units_pending: int = 0
    """Waited for."""
    units_completed: int = 0
    """Taken in by the warehouse."""
    units_unsupplied: int = 0
    """Not waited for any longer."""
    units_cancelled: int = 0
    """Cancelled while they were waited for."""

    @property
    def units(self) -> int:
        """All of them, whatever became of each."""
        return (
            self.units_new
            + self.units_pending
            + self.units_completed
            + self.units_unsupplied
            + self.units_cancelled
        )

    @property
    def state(self) -> State:
        """How far it has come.

        Source: docs/trendyol-autoft/paket-entegrasyonu/paket-listeleme-v3, D.
        """
        if self.units_new:
            return "new"
        if self.units_pending:
            return "pending"
        return "completed" if self.units_completed or self.units_unsupplied else "cancelled"


@dataclass(frozen=True, slots=True)
class Package:
    """What Trendyol buys of a seller in a day.

    Units: names in ``_ms`` are epoch milliseconds UTC.
    """

    number: int
    """Its place among all packages."""
    id: str
    """A uuid."""
    seller_id: int
    """Whose it is."""
    boutique_id: int
    """The sale that it belongs to."""
    created_ms: int
    """When its first item was ordered."""
    modified_ms: int
    """When anything of it last changed."""
    approved_ms: int | None = None
    """When it was closed; None while orders still come in."""
    tracking_number: int | None = None
    """What has to be written on the box; None until it is closed."""
    cargo_code: str | None = None
    """The carrier's number, where the seller gave one in the panel."""


def state_of(package: Package, items: Sequence[Item]) -> State:
    """How far a package has come, by its items.

    Source: docs/trendyol-autoft/paket-entegrasyonu/paket-listeleme-v2, D: pending while one thing is waited
    for, cancelled once all are.
    """
    states = {each.state for each in items}
    if states == {"cancelled"}:
        return "cancelled"
    if package.approved_ms is None:
        return "new"
    return "pending" if "pending" in states else "completed"

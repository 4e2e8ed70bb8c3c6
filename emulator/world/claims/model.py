"""What customers send back: claim and claim item as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "created", "waiting_in_action", "waiting_fraud_check", "accepted", "unresolved", "rejected", "cancelled",
    "in_analysis",
]  # fmt: skip
Actor = Literal["customer", "carrier", "seller", "platform"]
# Who an accepted item was accepted by: its seller, a decided dispute, the system when time ran out.
Acceptance = Literal["", "seller", "dispute", "system"]
# Statuses in which nobody can claim the same unit again.
LIVE: tuple[Status, ...] = (
    "created", "waiting_in_action", "waiting_fraud_check", "accepted", "unresolved", "in_analysis",
)  # fmt: skip
Step = tuple[Status, int, Actor]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a package as it was sold.

    Units: ten-thousandths of the storefront's currency, VAT contained; ``vat_rate`` in percent.
    """

    id: int
    """The number of the unit, as the package's line lists it."""
    line_id: int
    """The number of its line."""
    place: int
    """Which of its line's units it is, from 0."""
    barcode: str
    """Its barcode when it was ordered, like the six that follow."""
    stock_code: str
    """The seller's own code."""
    name: str
    """The name as the customer saw it."""
    colour: str
    """The colour it has, empty where it has none."""
    size: str
    """The size it has, empty where it has none."""
    category: str
    """The name of its category."""
    vat_rate: int
    """The VAT that is contained in the price."""
    price_e4: int
    """What the customer paid for it."""
    platform_discount_e4: int = 0
    """What the marketplace paid of it."""
    deposit_e4: int = 0
    """The deposit on its packaging."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a seller does not take a unit back."""

    reason_id: int
    """The number of the reason, of the list of issue reasons."""
    description: str
    """What the seller wrote."""
    file_count: int
    """How many files were sent with it."""


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """One unit that comes back.

    Units: epoch milliseconds UTC.
    """

    id: str
    """Its uuid."""
    unit: Unit
    """What comes back."""
    reason_id: int
    """Why the customer sends it back."""
    note: str
    """What the customer wrote."""
    status: Status
    """How far it has come."""
    history: tuple[Step, ...]
    """Each status it has had, since when, and who brought it there."""
    acceptance: Acceptance = ""
    """Who it was accepted by."""
    issue: Issue | None = None
    """Why the seller does not take it back."""

    @property
    def changed_ms(self) -> int:
        """When it came to its status."""
        return self.history[-1][1]

    @property
    def waiting_ms(self) -> int | None:
        """Since when its seller has to act, or had to; None while it never was so."""
        return next((at_ms for status, at_ms, _ in self.history if status == "waiting_in_action"), None)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package that carries units of a claim: back to the customer, or others in their place."""

    id: int
    """Its number."""
    carrier: str
    """Who brings it, a name of CARRIERS."""
    cargo_number: int
    """The carrier's number of it."""
    item_ids: tuple[str, ...]
    """The claim items that it is about."""
    stays: bool = False
    """Whether nothing has to be sent, because the unit never came."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a customer sends back of one package.

    Units: epoch milliseconds UTC.
    """

    id: str
    """Its uuid."""
    number: int
    """The number of the claim in its world, in the order of making."""
    seller_id: int
    """Whose goods they are."""
    storefront: str
    """Where they were sold."""
    order_number: str
    """The order they belong to."""
    ordered_ms: int
    """When that was placed."""
    customer: tuple[str, str]
    """First and last name of who ordered."""
    package_id: int
    """The package that brought them."""
    claimed_ms: int
    """When the claim was made."""
    updated_ms: int
    """When one of its items last changed."""
    parcel: Parcel
    """What brings them back."""
    items: tuple[ClaimItem, ...]
    """The units."""
    rejected: Parcel | None = None
    """What brings back to the customer what was not taken."""
    replacement: Parcel | None = None
    """What brings others in their place."""

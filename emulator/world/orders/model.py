"""What customers ordered, on whichever marketplace: the value, its life, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from emulator.world.core.world import World

OrderStatus = Literal[
    "awaiting", "created", "picking", "invoiced", "shipped", "at_collection_point", "delivered",
    "undelivered", "returned", "cancelled", "unsupplied",
]  # fmt: skip
# Source: docs of the order services, D (statuses and the ways between them); awaiting ends with the payment.
TRANSITIONS: Mapping[OrderStatus, tuple[OrderStatus, ...]] = {
    "awaiting": ("created", "cancelled"),
    "created": ("picking", "invoiced", "cancelled", "unsupplied"),
    "picking": ("invoiced", "shipped", "cancelled", "unsupplied"),
    "invoiced": ("shipped", "cancelled", "unsupplied"),
    "shipped": ("at_collection_point", "delivered", "undelivered"),
    "at_collection_point": ("delivered", "undelivered"),
    "undelivered": ("returned", "delivered"),
    "delivered": (),
    "returned": (),
    "cancelled": (),
    "unsupplied": (),
}
INSERT = (
    "INSERT INTO placed_order (id, seller_id, storefront, marketplace, order_number, status, placed_ms,"
    " updated_ms, facts, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
UPDATE = "UPDATE placed_order SET status = ?, updated_ms = ?, facts = ?, summary = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who ordered."""

    first_name: str
    last_name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes."""

    line1: str
    line2: str
    district: str
    city: str
    postal_code: str
    country: str = "TR"


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing ordered.

    Shapes: ``variant_id``, ``barcode``, ``stock_code`` and ``name`` are the variant's when it was ordered.
    Units: ``unit_price`` in hundredths, VAT contained; ``vat_rate`` in percent.
    """

    id: int
    variant_id: int
    barcode: str
    stock_code: str
    name: str
    quantity: int
    unit_price: int
    vat_rate: int

    @property
    def total(self) -> int:
        """What its units cost together, in hundredths."""
        return self.quantity * self.unit_price

    @property
    def tax(self) -> int:
        """The VAT contained in its total, a half rounded up, in hundredths."""
        whole = 100 + self.vat_rate
        return (self.total * self.vat_rate * 2 + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one seller's goods.

    Units: amounts in hundredths of the storefront's currency, ``tax`` contained in the total; names in
    ``_ms`` epoch milliseconds UTC.
    """

    id: int
    order_number: str
    marketplace: str
    seller_id: int
    storefront: str
    status: OrderStatus
    placed_ms: int
    updated_ms: int
    customer: Customer
    address: Address
    lines: tuple[Line, ...]
    shipping_fee: int
    discount: int
    tax: int

    @property
    def total(self) -> int:
        """What the customer pays, in hundredths."""
        return sum(line.total for line in self.lines) + self.shipping_fee - self.discount

    @property
    def units(self) -> int:
        """How many things it holds."""
        return sum(line.quantity for line in self.lines)


def put_orders(world: World, orders: Iterable[Order]) -> None:
    """Write down orders that are new."""
    draw = world.renderers["order_summary"]
    world.store.executemany(
        INSERT,
        [
            (order.id, order.seller_id, order.storefront, order.marketplace, order.order_number, order.status,
             order.placed_ms, order.updated_ms, packed(order), draw(order))
            for order in orders
        ],
    )  # fmt: skip
    world.forget_listings()


def move_order(world: World, order: Order, status: OrderStatus) -> Order:
    """Bring an order to its next status, now.

    Errors: ValueError when no way leads there.
    """
    if status not in TRANSITIONS[order.status]:
        raise ValueError(f"order {order.order_number} is {order.status}; from there no way leads to {status}")
    moved = replace(order, status=status, updated_ms=world.clock.now_ms())
    with world.transaction():
        drawn = world.renderers["order_summary"](moved)
        world.store.execute(UPDATE, (status, moved.updated_ms, packed(moved), drawn, moved.id))
        world.forget_listings()
    return moved


def packed(order: Order) -> bytes:
    """An order as the bytes the store keeps."""
    return orjson.dumps(order)


def order_from(facts: Mapping[str, Any]) -> Order:
    """An order from plain data under its field names, as the store and hand-written recipes have it."""
    parts = {
        "customer": Customer(**facts["customer"]),
        "address": Address(**facts["address"]),
        "lines": tuple(Line(**line) for line in facts["lines"]),
    }
    return Order(**{**facts, **parts})

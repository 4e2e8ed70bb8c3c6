"""Orders and packages as plain data and back: what no column holds, and what waits on the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from emulator.world.orders.model import Dispatch, Line, Order, Package, Units
from emulator.world.orders.parties import Address, Customer, Recipient


def order_bytes(order: Order) -> bytes:
    """What no column of an order holds, as the store keeps it."""
    return orjson.dumps(
        {
            "customer": order.customer,
            "address": order.address,
            "shipping_fee_e4": order.shipping_fee_e4,
            "invoice_address": order.invoice_address,
            "export": order.export,
            "pays_cash": order.pays_cash,
            "haste": order.haste,
            "wants_gift_box": order.wants_gift_box,
            "has_seller_coupon": order.has_seller_coupon,
            "has_platform_coupon": order.has_platform_coupon,
            "pays_by_link": order.pays_by_link,
        }
    )


def package_bytes(package: Package) -> bytes:
    """What no column of a package holds, as the store keeps it."""
    return orjson.dumps(
        {
            "carrier": package.carrier,
            "lines": package.lines,
            "history": package.history,
            "tax_e4": package.tax_e4,
            "origin": package.origin,
            "parent_id": package.parent_id,
            "first_id": package.first_id,
            "dispatch": package.dispatch,
        }
    )


def package_from(facts: Mapping[str, Any]) -> Package:
    """A package from plain data under its field names."""
    parts = {
        "order": order_from(facts["order"]),
        "lines": tuple(_line(line) for line in facts["lines"]),
        "history": tuple((status, at_ms) for status, at_ms in facts["history"]),
        "dispatch": _dispatch(facts["dispatch"]),
    }
    return Package(**{**facts, **parts})


def order_from(facts: Mapping[str, Any]) -> Order:
    """An order from plain data under its field names."""
    invoice_address = facts.get("invoice_address")
    parts = {
        "customer": Customer(**facts["customer"]),
        "address": _address(facts["address"]),
        "invoice_address": None if invoice_address is None else _address(invoice_address),
    }
    return Order(**{**facts, **parts})


def _dispatch(facts: Mapping[str, Any]) -> Dispatch:
    return Dispatch(**{**facts, "invoice_faults": tuple(facts.get("invoice_faults", ()))})


def _address(facts: Mapping[str, Any]) -> Address:
    recipient = facts.get("recipient")
    return Address(**{**facts, "recipient": None if recipient is None else Recipient(**recipient)})


def _line(facts: Mapping[str, Any]) -> Line:
    return Line(**{**facts, "units": tuple(Units(**each) for each in facts["units"])})

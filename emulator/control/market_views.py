"""Packages and payouts as the documented JSON of the control API."""

from __future__ import annotations

from typing import Any

from emulator.world.core.money import CURRENCY_OF, exact
from emulator.world.money.payout_parts import Payout
from emulator.world.orders.model import Package


def package_view(package: Package) -> dict[str, Any]:
    """Show a package with its lines and its life."""
    return {
        "id": package.id,
        "order_number": package.order.order_number,
        "status": package.status,
        "placed_ms": package.order.placed_ms,
        "updated_ms": package.updated_ms,
        "carrier": package.carrier,
        "cargo_number": package.cargo_number,
        "origin": package.origin,
        "parent": package.parent_id,
        "currency": CURRENCY_OF[package.order.storefront],
        "gross": exact(package.gross_e4),
        "discount": exact(package.discount_e4),
        "total": exact(package.total_e4),
        "lines": [
            {
                "barcode": line.barcode,
                "name": line.name,
                "quantity": line.quantity,
                "gross": exact(line.gross_e4),
            }
            for line in package.lines
        ],
        "history": [{"status": status, "at_ms": at_ms} for status, at_ms in package.history],
    }


def payout_view(payout: Payout) -> dict[str, Any]:
    """Show a payout, and what it is made of."""
    net_e4 = sum(part.net_e4 for part in payout.parts)
    return {
        "id": payout.id,
        "at_ms": payout.payout_at_ms,
        "amount": exact(payout.amount_e4),
        "rounding": exact(payout.amount_e4 - net_e4),
        "parts": [
            {
                "ledger": part.ledger,
                "type": part.type,
                "count": part.count,
                "debt": exact(part.debt_e4),
                "credit": exact(part.credit_e4),
                "net": exact(part.net_e4),
            }
            for part in payout.parts
        ],
    }

"""The partners who buy through the cross-dock gateway."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Buyer:
    """One buyer account of the gateway.

    Shapes: ``code`` is the buyer code of its paths; the offers it sees are what ``seller_id`` sells on
    ``storefront``.
    """

    code: str
    user: str
    password: str
    seller_id: int
    storefront: str

"""The API clients of PazarSync."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Plan = Literal["temel", "isletme", "kurumsal"]


@dataclass(frozen=True, slots=True)
class ApiClient:
    """One client of the PazarSync API, linked to a seller of the marketplace.

    Shapes: ``plan`` decides its quotas.
    """

    id: str
    secret: str
    plan: Plan
    seller_id: int
    storefront: str

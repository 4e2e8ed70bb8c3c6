"""Whose shop a client runs for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Whose shop the client runs for; ``storefront`` is empty in the Turkish edition."""

    edition: str
    seller: int
    key: str
    secret: str
    storefront: str

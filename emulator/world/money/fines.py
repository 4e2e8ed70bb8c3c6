"""What a seller is fined for, package by package; a deduction charges the fines since the one before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.listing import Listing
from emulator.world.money.span import Span

if TYPE_CHECKING:
    from emulator.world.core.world import World


class Fine(NamedTuple):
    """What one package costs its seller for one offence.

    Units: epoch milliseconds UTC, ten-thousandths of the storefront's currency.
    """

    seller_id: int
    """Who is fined."""
    storefront: str
    """On which storefront."""
    offence: str
    """The sub type of the deduction that charges it."""
    at_ms: int
    """When it was committed."""
    package_id: int
    """With which package."""
    amount_e4: int
    """What it costs, in whole kuruş."""


def add_fines(world: World, fines: Iterable[Fine]) -> None:
    """Write fines down."""
    world.store.executemany(
        "INSERT INTO fine (seller_id, storefront, offence, at_ms, package_id, amount_e4)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        fines,
    )


def fined_e4(offence: str, world: World, listing: Listing, span: Span) -> int:
    """What the offences of one kind come to that were committed in a span of time."""
    row = world.store.row(
        "SELECT CAST(SUM(amount_e4) AS BIGINT) FROM fine WHERE seller_id = ? AND storefront = ?"
        " AND offence = ? AND at_ms > ? AND at_ms <= ?",
        (*listing, offence, *span),
    )
    return int(row[0] or 0) if row else 0

"""The partners who buy through the cross-dock gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

COLUMNS = "code, user_name, password, seller_id, storefront"


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


class Buyers:
    """The buyers as the gate needs them: a dictionary in memory over the table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.refresh()

    def refresh(self) -> None:
        """Read the table again, after a change."""
        rows = self._store.rows(f"SELECT {COLUMNS} FROM buyer ORDER BY code")
        self.by_user = {buyer.user: buyer for buyer in (Buyer(*row) for row in rows)}


def buyer_by_user(world: World, user: str) -> Buyer | None:
    """The buyer of that user name, or None."""
    return world.buyers.by_user.get(user)


def all_buyers(world: World) -> Sequence[Buyer]:
    """Every buyer, by code."""
    return tuple(world.buyers.by_user.values())


def add_buyer(world: World, buyer: Buyer) -> None:
    """Let a buyer into the world."""
    with world.transaction():
        world.store.execute(f"INSERT INTO buyer ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", astuple(buyer))
        world.buyers.refresh()


def buyer_from(told: Mapping[str, Any]) -> Buyer:
    """One buyer as a recipe writes it down; the user name is the code unless it says otherwise."""
    return Buyer(
        code=told["code"],
        user=told.get("user", told["code"]),
        password=told["password"],
        seller_id=told["seller"],
        storefront=told["storefront"],
    )

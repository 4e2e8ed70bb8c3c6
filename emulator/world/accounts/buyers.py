"""The partners who buy through the cross-dock gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from emulator.world.core.listing import Listing

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

    @property
    def listing(self) -> Listing:
        """Whose listing it buys from."""
        return Listing(self.seller_id, self.storefront)


class Buyers:
    """The buyers as the gate needs them: a dictionary in memory over the table."""

    def __init__(self, store: Store) -> None:
        rows = store.rows(f"SELECT {COLUMNS} FROM buyer ORDER BY code")
        self.by_user = {buyer.user: buyer for buyer in (Buyer(*row) for row in rows)}


def buyer_by_user(world: World, user: str) -> Buyer | None:
    """The buyer of that user name, or None."""
    return world.read(Buyers).by_user.get(user)


def all_buyers(world: World) -> Sequence[Buyer]:
    """Every buyer, by code."""
    return tuple(world.read(Buyers).by_user.values())


def seed_buyers(world: World) -> None:
    """Let the buyers of the recipe in."""
    for facts in world.plan.recipe.get("buyers", ()):
        add_buyer(world, buyer_from(facts))


def add_buyer(world: World, buyer: Buyer) -> None:
    """Let a buyer into the world."""
    with world.transaction():
        world.store.execute(f"INSERT INTO buyer ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", astuple(buyer))
        world.forget(Buyers)


def buyer_from(facts: Mapping[str, Any]) -> Buyer:
    """One buyer as a recipe writes it down; the user name is the code unless it says otherwise."""
    return Buyer(
        code=facts["code"],
        user=facts.get("user", facts["code"]),
        password=facts["password"],
        seller_id=facts["seller"],
        storefront=facts["storefront"],
    )

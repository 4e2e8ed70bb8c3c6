"""The sellers of a world: who they are, what key they hold, where they may call from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

Edition = Literal["int", "tr"]
COLUMNS = "id, name, edition, storefronts, api_key, api_secret, tier, allowed_ips"


@dataclass(frozen=True, slots=True)
class Seller:
    """One seller account.

    Shapes: ``tier`` is the listing limit that decides the rate limits; no ``allowed_ips`` means anywhere.
    """

    id: int
    name: str
    edition: Edition
    storefronts: tuple[str, ...]
    key: str
    secret: str
    tier: str
    allowed_ips: tuple[str, ...] = ()


class Accounts:
    """The sellers as the gates need them: two dictionaries in memory over the table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.refresh()

    def refresh(self) -> None:
        """Read the table again, after a change."""
        sellers = [_from_row(*row) for row in self._store.rows(f"SELECT {COLUMNS} FROM seller ORDER BY id")]
        self.by_id = {seller.id: seller for seller in sellers}
        self.by_key = {seller.key: seller for seller in sellers}


def seller_by_id(world: World, seller_id: int) -> Seller | None:
    """The seller of that number, or None."""
    return world.accounts.by_id.get(seller_id)


def seller_by_key(world: World, key: str) -> Seller | None:
    """The seller who holds that API key, or None."""
    return world.accounts.by_key.get(key)


def all_sellers(world: World) -> Sequence[Seller]:
    """Every seller, by number."""
    return tuple(world.accounts.by_id.values())


def add_seller(world: World, seller: Seller) -> None:
    """Let a seller into the world, or replace the one of the same number."""
    with world.transaction():
        world.store.execute("DELETE FROM seller WHERE id = ?", (seller.id,))
        world.store.execute(
            f"INSERT INTO seller ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seller.id, seller.name, seller.edition, " ".join(seller.storefronts), seller.key, seller.secret,
             seller.tier, " ".join(seller.allowed_ips)),
        )  # fmt: skip
        world.accounts.refresh()


def set_allowed_ips(world: World, seller_id: int, addresses: Sequence[str]) -> None:
    """Say from which addresses a seller may call; none means from everywhere."""
    with world.transaction():
        world.store.execute(
            "UPDATE seller SET allowed_ips = ? WHERE id = ?", (" ".join(addresses), seller_id)
        )
        world.accounts.refresh()


def _from_row(
    number: int, name: str, edition: Edition, storefronts: str, key: str, secret: str, tier: str, ips: str
) -> Seller:
    return Seller(number, name, edition, tuple(storefronts.split()), key, secret, tier, tuple(ips.split()))

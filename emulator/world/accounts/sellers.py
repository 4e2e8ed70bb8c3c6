"""The sellers of a world: who they are, what key they hold, where they may call from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

Edition = Literal["int", "tr"]
COLUMNS = "id, name, edition, storefronts, api_key, api_secret, tier, allowed_ips"


@dataclass(frozen=True, slots=True)
class Seller:
    """One seller account."""

    id: int
    """The number that its paths name."""
    name: str
    """What it is called."""
    edition: Edition
    """Which of the two APIs answers it."""
    storefronts: tuple[str, ...]
    """Where it sells, its first one before others."""
    key: str
    """The API key."""
    secret: str
    """The secret of the key."""
    tier: str
    """The listing limit that decides its rate limits."""
    allowed_ips: tuple[str, ...] = ()
    """Where it may call from; none means anywhere."""


class Sellers:
    """The sellers as the gates need them: two dictionaries in memory over the table."""

    def __init__(self, store: Store) -> None:
        sellers = [_from_row(*row) for row in store.rows(f"SELECT {COLUMNS} FROM seller ORDER BY id")]
        self.by_id = {seller.id: seller for seller in sellers}
        self.by_key = {seller.key: seller for seller in sellers}


def seller_by_id(world: World, seller_id: int) -> Seller | None:
    """The seller of that number, or None."""
    return world.read(Sellers).by_id.get(seller_id)


def seller_by_key(world: World, key: str) -> Seller | None:
    """The seller who holds that API key, or None."""
    return world.read(Sellers).by_key.get(key)


def all_sellers(world: World) -> Sequence[Seller]:
    """Every seller, by number."""
    return tuple(world.read(Sellers).by_id.values())


def seed_sellers(world: World) -> None:
    """Let the sellers of the recipe in."""
    for facts in world.plan.recipe.get("sellers", ()):
        add_seller(world, seller_from(facts))


def seller_from(facts: Mapping[str, Any]) -> Seller:
    """One seller as a recipe writes it down."""
    return Seller(
        id=facts["id"],
        name=facts["name"],
        edition=facts["edition"],
        storefronts=tuple(facts["storefronts"]),
        key=facts["key"],
        secret=facts["secret"],
        tier=facts["tier"],
        allowed_ips=tuple(facts.get("allowed_ips", ())),
    )


def add_seller(world: World, seller: Seller) -> None:
    """Let a seller into the world, or replace the one of the same number."""
    with world.transaction():
        world.store.execute("DELETE FROM seller WHERE id = ?", (seller.id,))
        world.store.execute(
            f"INSERT INTO seller ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seller.id, seller.name, seller.edition, " ".join(seller.storefronts), seller.key, seller.secret,
             seller.tier, " ".join(seller.allowed_ips)),
        )  # fmt: skip
        world.forget(Sellers)


def set_allowed_ips(world: World, seller_id: int, addresses: Sequence[str]) -> None:
    """Say from which addresses a seller may call; none means from everywhere."""
    with world.transaction():
        world.store.execute(
            "UPDATE seller SET allowed_ips = ? WHERE id = ?", (" ".join(addresses), seller_id)
        )
        world.forget(Sellers)


def _from_row(
    number: int, name: str, edition: Edition, storefronts: str, key: str, secret: str, tier: str, ips: str
) -> Seller:
    return Seller(number, name, edition, tuple(storefronts.split()), key, secret, tier, tuple(ips.split()))

"""The API clients of PazarSync: who they are, which plan they are on, whose listing they look after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

Plan = Literal["temel", "isletme", "kurumsal"]
COLUMNS = "id, secret, plan, seller_id, storefront"


@dataclass(frozen=True, slots=True)
class ApiClient:
    """One client of the PazarSync API, linked to a seller of the marketplace.

    Shapes: ``plan`` decides its quotas; clients linked to one listing work on one account.
    """

    id: str
    secret: str
    plan: Plan
    seller_id: int
    storefront: str

    @property
    def listing(self) -> Listing:
        """Whose listing it looks after, and where."""
        return Listing(self.seller_id, self.storefront)


class ApiClients:
    """The clients as the gates need them, in memory over the table; ``listings`` are what they look after."""

    def __init__(self, store: Store) -> None:
        rows = store.rows(f"SELECT {COLUMNS} FROM api_client ORDER BY id")
        self.by_id = {row[0]: ApiClient(*row) for row in rows}
        self.listings = frozenset(client.listing for client in self.by_id.values())


def client_by_id(world: World, client_id: str) -> ApiClient | None:
    """The client of that id, or None."""
    return world.read(ApiClients).by_id.get(client_id)


def all_clients(world: World) -> Sequence[ApiClient]:
    """Every client, by id."""
    return tuple(world.read(ApiClients).by_id.values())


def has_account(world: World, listing: Listing) -> bool:
    """Whether a client looks after a listing, so that what is there is in an account."""
    return listing in world.read(ApiClients).listings


def seed_clients(world: World) -> None:
    """Let the clients of the recipe in."""
    for facts in world.plan.recipe.get("clients", ()):
        add_client(world, client_from(facts))


def add_client(world: World, client: ApiClient) -> None:
    """Let a client into the world before anything is listed where it looks."""
    with world.transaction():
        world.store.execute(
            f"INSERT INTO api_client ({COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            (client.id, client.secret, client.plan, client.seller_id, client.storefront),
        )
        world.forget(ApiClients)


def client_from(facts: Mapping[str, Any]) -> ApiClient:
    """One client as a recipe writes it down."""
    return ApiClient(facts["id"], facts["secret"], facts["plan"], facts["seller"], facts["storefront"])

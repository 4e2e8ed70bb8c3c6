"""The API clients of PazarSync: who they are, which plan they are on, whose listing they look after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

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


class ApiClients:
    """The clients as the gates need them, in memory over the table; ``linked`` are the listings they see."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.refresh()

    def refresh(self) -> None:
        """Read the table again, after a change."""
        rows = self._store.rows(f"SELECT {COLUMNS} FROM api_client ORDER BY id")
        self.by_id = {row[0]: ApiClient(*row) for row in rows}
        self.linked = frozenset((client.seller_id, client.storefront) for client in self.by_id.values())


def client_by_id(world: World, client_id: str) -> ApiClient | None:
    """The client of that id, or None."""
    return world.clients.by_id.get(client_id)


def all_clients(world: World) -> Sequence[ApiClient]:
    """Every client, by id."""
    return tuple(world.clients.by_id.values())


def add_client(world: World, client: ApiClient) -> None:
    """Let a client into the world before anything is listed where it looks."""
    with world.transaction():
        world.store.execute(
            f"INSERT INTO api_client ({COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            (client.id, client.secret, client.plan, client.seller_id, client.storefront),
        )
        world.clients.refresh()


def client_from(told: Mapping[str, Any]) -> ApiClient:
    """One client as a recipe writes it down."""
    return ApiClient(told["id"], told["secret"], told["plan"], told["seller"], told["storefront"])

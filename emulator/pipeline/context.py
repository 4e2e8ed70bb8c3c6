"""One request on its way: what the stations share, and what each adds for the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.contract.operations import Operation
    from emulator.exchange import Request
    from emulator.pipeline.routes import Route
    from emulator.stage.fault import Injection
    from emulator.stage.stage import Stage
    from emulator.stage.stages import Stages
    from emulator.world.accounts.api_clients import ApiClient
    from emulator.world.accounts.buyers import Buyer
    from emulator.world.accounts.sellers import Seller
    from emulator.world.core.world import World


@dataclass(slots=True)
class RequestContext:
    """One request with the stage that serves it.

    Units: ``opened_ns`` nanoseconds of the process's counter, ``now_ms`` epoch milliseconds of the world.
    """

    stages: Stages
    """Every stage of the emulator, with its settings and its contract."""
    stage: Stage
    """The one that the request means."""
    request: Request
    """The request as it came over the wire."""
    operation: Operation
    """The operation it means, or the nearest one where it reached none."""
    segments: Mapping[str, str]
    """The raw values of its path."""
    route: Route | None = None
    """The operation's gates and handler; None where the request reached no operation."""
    injection: Injection | None = None
    """The planned fault that it meets."""
    number: int = 0
    """Its number in the journal; 0 for a control request, which leaves no trace."""
    opened_ns: int = 0
    """When serving it began."""
    now_ms: int = 0
    """The world's time while it is served."""
    read_from: World | None = None
    """The world that a read sees in the place of the live one."""
    seller: Seller | None = None
    """The seller who asks."""
    buyer: Buyer | None = None
    """The gateway's buyer who asks."""
    client: ApiClient | None = None
    """The PazarSync client that asks."""
    storefront: str = "TR"
    """The storefront it speaks of."""
    language: str = "en"
    """The language its answer is written in."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    """What goes out with its answer, whatever that will be."""

    @property
    def world(self) -> World:
        """The live world of the stage."""
        return self.stage.world

    @property
    def is_strict(self) -> bool:
        """Whether names that no document has are refused; our own API and what is not built know none."""
        route = self.route
        return self.stages.settings.strict and (route is None or route.is_emulated)

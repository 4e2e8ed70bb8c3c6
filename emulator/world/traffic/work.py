"""The kinds of work on the calendar of a world that lives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.world.orders.model import Package

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
HOUR, ORDER, PAYMENT, CHANGE_OF_MIND, ROUND, ARRIVAL = (
    "traffic-hour", "traffic-order", "traffic-payment", "traffic-change-of-mind", "traffic-round",
    "traffic-arrival",
)  # fmt: skip


def schedule_life(world: World, package: Package, plan: Mapping[str, tuple[int, Any]]) -> None:
    """Put on the calendar what becomes of a package: by the kind of work its moment and what it takes."""
    for kind, (at_ms, detail) in plan.items():
        world.schedule(at_ms, kind, [package.id, detail])

"""Work that waits for a moment: rows with a due time, worked off in order, the clock standing at each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.world.core.istanbul import next_wednesday
from emulator.world.money import payouts, settlements
from emulator.world.orders import due
from emulator.world.purchases import cutoffs

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Store

NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Duty:
    """What a kind of due work does, and when it comes again.

    Shapes: ``work(world, at_ms, payload)`` moves the world; ``again(at_ms)`` is the next moment, if any.
    """

    work: Callable[[World, int, Any], None]
    again: Callable[[int], int] | None = None


DUTIES: Mapping[str, Duty] = {
    payouts.KIND: Duty(payouts.cut_payment_orders, next_wednesday),
    settlements.FOLLOW_UP: Duty(settlements.follow_up_due),
    due.ORDER: Duty(due.order_due),
    due.PACKAGE: Duty(due.package_due),
    due.BOOKING: Duty(due.booking_due),
    cutoffs.KIND: Duty(cutoffs.cut_off),
}


def arm(store: Store, at_ms: int, kind: str, payload: Any = None) -> None:
    """Put work of a kind on the calendar; ``payload`` is any JSON value."""
    store.execute(
        "INSERT INTO due (at_ms, kind, payload) VALUES (?, ?, ?)", (at_ms, kind, json.dumps(payload))
    )


def next_moment(store: Store) -> int:
    """The earliest due moment, ``NEVER`` when nothing waits."""
    found = store.row("SELECT at_ms FROM due ORDER BY at_ms, seq LIMIT 1")
    return NEVER if found is None else int(found[0])


def work_off(world: World, until_ms: int) -> None:
    """Do everything that fell due up to ``until_ms``, earliest first, new rows on the way included."""
    while True:
        found = world.store.row(
            "SELECT seq, at_ms, kind, payload FROM due WHERE at_ms <= ? ORDER BY at_ms, seq LIMIT 1",
            (until_ms,),
        )
        if found is None:
            return
        _do(world, *found)


def _do(world: World, seq: int, at_ms: int, kind: str, payload: str) -> None:
    duty = DUTIES[kind]
    world.store.execute("DELETE FROM due WHERE seq = ?", (seq,))
    with world.clock.standing_at(at_ms):
        duty.work(world, at_ms, json.loads(payload))
    if duty.again is not None:
        arm(world.store, duty.again(at_ms), kind, json.loads(payload))

"""What waits of claims: parcels come back, sellers run out of time, checks and disputes end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.world.claims.life import ARRIVAL, DEADLINE, DECISION, move_items
from emulator.world.claims.model import Claim, Status
from emulator.world.claims.opening import claim_undelivered
from emulator.world.claims.returns import send_back_due
from emulator.world.claims.rows import claim_by_id
from emulator.world.core.calendar import Job
from emulator.world.core.ids import chance, happens
from emulator.world.money.after_sale import SENT_BACK
from emulator.world.orders.life import RETURNED
from emulator.world.orders.search import package_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

# How often a fraud check fails, and a dispute or an analysis ends for the seller; I.
FRAUD_SHARE, REJECTED_SHARE = 0.1, 0.5


def arrival_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """The carrier brings what the customer sends back, unless it was brought or taken back before."""
    claim = claim_by_id(world, payload["claim"])
    if claim is not None:
        bring_back(world, claim)


def bring_back(world: World, claim: Claim) -> Claim:
    """Bring the units of a claim to its seller that are still on their way."""
    on_way_ids = tuple(each.id for each in claim.items if each.status == "created")
    if not on_way_ids:
        return claim
    return move_items(world, claim, on_way_ids, "waiting_in_action", "carrier")


def deadline_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A return that its seller has left alone for 48 hours is accepted."""
    _move_on(world, payload, "accepted")


def decision_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A fraud check, a dispute or an analysis ends."""
    share = FRAUD_SHARE if payload["status"] == "waiting_fraud_check" else REJECTED_SHARE
    is_rejected = happens(chance(world.seed, "claim decision", payload["item"], payload["status"]), share)
    _move_on(world, payload, "rejected" if is_rejected else "accepted")


def returned_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """What came back undelivered is claimed by the system."""
    package = package_by_id(world, payload["package"])
    if package is not None:
        claim_undelivered(world, package)


def _move_on(world: World, payload: Mapping[str, Any], to: Status) -> None:
    """Bring an item on, if it is still where it was when this was put on the calendar."""
    claim = claim_by_id(world, payload["claim"])
    item = next((each for each in claim.items if each.id == payload["item"]), None) if claim else None
    if claim is not None and item is not None and item.status == payload["status"]:
        move_items(world, claim, (item.id,), to, "platform")


JOBS: Mapping[str, Job[World]] = {
    ARRIVAL: Job(arrival_due),
    DEADLINE: Job(deadline_due),
    DECISION: Job(decision_due),
    RETURNED: Job(returned_due),
    SENT_BACK: Job(send_back_due),
}

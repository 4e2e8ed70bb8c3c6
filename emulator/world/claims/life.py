"""The life of a claim item: from which status to which, who goes that way, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.world.claims.model import Acceptance, Actor, Claim, ClaimItem, Issue, Parcel, Status
from emulator.world.claims.rows import update_claim
from emulator.world.core.life import Life, Way, step
from emulator.world.core.plan import DAY_MS
from emulator.world.money import returns
from emulator.world.money.returns import UnitPlace
from emulator.world.orders.carriers import cargo_number
from emulator.world.orders.life import sold_package
from emulator.world.orders.rows import next_package_id
from emulator.world.orders.search import package_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
# Source: without action for 48 hours a return is accepted, D.
ACTION_MS = 48 * HOUR_MS
# A fraud check takes nine hours at most, D; how long here is I, like how long a dispute and an analysis take.
FRAUD_CHECK_MS, DISPUTE_MS, ANALYSIS_MS = 3 * HOUR_MS, 3 * DAY_MS, 5 * DAY_MS
# Kinds of rows of the calendar.
ARRIVAL, DEADLINE, DECISION = "claim-arrival", "claim-deadline", "claim-decision"
# The customer asked for another one in its place, and the seller sends it: that counts as taken back, D.
EXCHANGE = 2101
# The parcel never came, so there is nothing to send back.
NOT_RECEIVED = 1651
ANALYSIS = 451


@dataclass(frozen=True, slots=True)
class Turn:
    """One item of a claim that has just come to its status."""

    claim: Claim
    item: ClaimItem


def expect_action(world: World, turn: Turn) -> None:
    """Have it accepted when its seller does not act in time."""
    _schedule(world, turn, DEADLINE, ACTION_MS)


def expect_fraud_check(world: World, turn: Turn) -> None:
    """Have it looked at for fraud."""
    _schedule(world, turn, DECISION, FRAUD_CHECK_MS)


def expect_decision(world: World, turn: Turn) -> None:
    """Have people decide between seller and customer."""
    _schedule(world, turn, DECISION, DISPUTE_MS)


def expect_analysis(world: World, turn: Turn) -> None:
    """Have it looked at by who made it."""
    _schedule(world, turn, DECISION, ANALYSIS_MS)


def book_return(world: World, turn: Turn) -> None:
    """Undo its sale in the seller's account, where it was booked."""
    package = package_by_id(world, turn.claim.package_id)
    if package is not None:
        returns.book_return(world, sold_package(package), [unit_place(turn.item)], turn.item.changed_ms)


def unit_place(item: ClaimItem) -> UnitPlace:
    """Which unit of its package an item is, as the ledger calls it."""
    return UnitPlace(item.unit.line_id, item.unit.place)


# Source: docs of the claim services, D (statuses, 48 hours, fraud check, dispute); who leads to and out of
# the analysis is I. The seller moves what waits for action, and nothing else, D.
LIFE: Life[Status, Turn] = {
    "created": (
        Way("waiting_in_action", by="carrier", then=(expect_action,)),
        Way("cancelled", by="customer"),
        Way("accepted", by="platform", then=(book_return,)),
    ),
    "waiting_in_action": (
        Way("accepted", by="seller", then=(book_return,)),
        Way("waiting_fraud_check", by="seller", then=(expect_fraud_check,)),
        Way("unresolved", by="seller", then=(expect_decision,)),
        Way("in_analysis", by="seller", then=(expect_analysis,)),
        Way("accepted", by="platform", then=(book_return,)),
    ),
    "waiting_fraud_check": (
        Way("accepted", by="platform", then=(book_return,)),
        Way("rejected", by="platform"),
    ),
    "unresolved": (
        Way("accepted", by="platform", then=(book_return,)),
        Way("rejected", by="platform"),
        Way("in_analysis", by="platform", then=(expect_analysis,)),
    ),
    "in_analysis": (
        Way("accepted", by="platform", then=(book_return,)),
        Way("rejected", by="platform"),
    ),
    "accepted": (),
    "rejected": (),
    "cancelled": (),
}


def move_items(
    world: World, claim: Claim, item_ids: tuple[str, ...], to: Status, by: Actor, issue: Issue | None = None
) -> Claim:
    """Bring items of a claim to their next status, now, with everything that follows.

    Errors: NoWay, a ValueError, when no way leads there for one of them; then none has moved_items.
    """
    now_ms = world.clock.now_ms()
    ways = {each.id: step(LIFE, each.status, to, by) for each in claim.items if each.id in item_ids}
    items = tuple(
        moved_item(each, to, now_ms, by, issue) if each.id in ways else each for each in claim.items
    )
    claim_now = with_parcels(world, replace(claim, items=items, updated_ms=now_ms), item_ids, to)
    with world.transaction():
        update_claim(world, claim_now)
        for each in claim_now.items:
            for follow in ways[each.id].then if each.id in ways else ():
                follow(world, Turn(claim_now, each))
    return claim_now


def moved_item(item: ClaimItem, to: Status, at_ms: int, by: Actor, issue: Issue | None = None) -> ClaimItem:
    """An item that has gone a way; what follows from it is the caller's."""
    return replace(
        item,
        status=to,
        history=(*item.history, (to, at_ms, by)),
        acceptance=acceptance_by(item.status, by) if to == "accepted" else "",
        issue=issue or item.issue,
    )


def acceptance_by(status: Status, by: Actor) -> Acceptance:
    """Who accepts what had a status: its seller, also where a fraud check lay between; else others."""
    if by == "seller" or status == "waiting_fraud_check":
        return "seller"
    return "system" if status in ("created", "waiting_in_action") else "dispute"


def with_parcels(world: World, claim: Claim, item_ids: tuple[str, ...], to: Status) -> Claim:
    """The claim with the package that goes to its customer, where the items have come to one.

    Source: rejected items get a package of their own; an exchange sends another one, D.
    """
    moved_items = [each for each in claim.items if each.id in item_ids]
    if to == "rejected":
        all_ids = tuple(each.id for each in claim.items if each.status == "rejected")
        stays = all(each.issue is not None and each.issue.reason_id == NOT_RECEIVED for each in moved_items)
        return replace(claim, rejected=_parcel(world, claim, claim.rejected, all_ids, stays=stays))
    exchange_flags = [each.issue is not None and each.issue.reason_id == EXCHANGE for each in moved_items]
    if to == "accepted" and any(exchange_flags):
        kept_ids = claim.replacement.item_ids if claim.replacement else ()
        return replace(
            claim, replacement=_parcel(world, claim, claim.replacement, (*kept_ids, *item_ids), stays=False)
        )
    return claim


def _parcel(
    world: World, claim: Claim, parcel: Parcel | None, item_ids: tuple[str, ...], *, stays: bool
) -> Parcel:
    if parcel is not None:
        return replace(parcel, item_ids=item_ids, stays=parcel.stays and stays)
    number = next_package_id(world)
    carrier = claim.parcel.carrier
    return Parcel(number, carrier, cargo_number(carrier, number), item_ids, stays)


def _schedule(world: World, turn: Turn, kind: str, wait_ms: int) -> None:
    payload = {"claim": turn.claim.id, "item": turn.item.id, "status": turn.item.status}
    world.schedule(turn.item.changed_ms + wait_ms, kind, payload)

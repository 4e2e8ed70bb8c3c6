"""Moves of claims: customers send back and change their minds, carriers bring, disputes are decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.world.claims.due import bring_back
from emulator.world.claims.life import move_items
from emulator.world.claims.model import Claim, ClaimItem, Status
from emulator.world.claims.opening import free_units, open_claim
from emulator.world.claims.reasons import customer_reasons
from emulator.world.claims.returns import ReturnedUnits, open_items, returned_units
from emulator.world.claims.rows import claim_by_id, claims_where
from emulator.world.claims.seed import put_returned
from emulator.world.core import ids
from emulator.world.core.move import Move
from emulator.world.core.select import marks
from emulator.world.money.ledger import next_entry_no
from emulator.world.orders.model import OWN_MARKETPLACE
from emulator.world.orders.search import package_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

UNDECIDED_STATUSES: tuple[Status, ...] = ("unresolved", "in_analysis", "waiting_fraud_check")
DECISIONS: tuple[Status, ...] = ("accepted", "rejected", "in_analysis")
SELECT_UNCLAIMED = (
    "SELECT id FROM package WHERE seller_id = ? AND storefront = ? AND marketplace = ?"
    " AND status = 'delivered' AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.package_id = package.id)"
    " ORDER BY id"
)


def open_by_customer(world: World, move: Move) -> str:
    """A customer sends back units of a delivered package that nothing was claimed of, one unless given.

    Errors: ValueError when there is none.
    """
    (number,) = move.choose(
        world.store.rows(SELECT_UNCLAIMED, (*move.listing, OWN_MARKETPLACE)), "delivered package to send back"
    )
    package = package_by_id(world, number)
    assert package is not None
    reason_id = ids.pick(move.rng, customer_reasons(world, move.listing))
    units = free_units(world, package)[: max(move.quantity or 1, 1)]
    claim = open_claim(world, package, [(unit, reason_id, "") for unit in units], "customer")
    return (
        f"claim {claim.id} of order {claim.order_number} was opened on {move.where}"
        f" for {len(units)} of its units"
    )


def with_claims(book: Callable[[World, Move], str]) -> Callable[[World, Move], str]:
    """A move of the account, and behind each return that it books the accepted claim.

    A claim that is open for the unit ends with it, accepted by who accepts what nobody acts on.
    """

    def book_with_claims(world: World, move: Move) -> str:
        last_no = next_entry_no(world) - 1
        summary = book(world, move)
        for _, returns in returned_units(world, last_no):
            for goods in returns:
                _accept(world, goods)
        return summary

    return book_with_claims


def _accept(world: World, goods: ReturnedUnits) -> None:
    open_by_claim = open_items(world, goods.package, goods.units)
    for claim, item in open_by_claim:
        move_items(world, claim_by_id(world, claim.id) or claim, (item.id,), "accepted", "platform")
    claimed_ids = {item.unit.id for _, item in open_by_claim}
    units = tuple(unit for unit in goods.units if unit.id not in claimed_ids)
    if units:
        put_returned(world, goods._replace(units=units))


def bring(world: World, move: Move) -> str:
    """A carrier brings the units of a claim to their seller, who has 48 hours from then on.

    Errors: ValueError when nothing is on its way.
    """
    claim = move.choose(_claims_with(world, move, ("created",)), "claim on its way")
    bring_back(world, claim)
    return f"claim {claim.id} of order {claim.order_number} arrived at its seller on {move.where}"


def cancel(world: World, move: Move) -> str:
    """A customer keeps a unit after all that is not back at its seller.

    Errors: ValueError when nothing is on its way.
    """
    claim, item = _choose_item(world, move, ("created",))
    move_items(world, claim, (item.id,), "cancelled", "customer")
    return f"claim item {item.id} of order {claim.order_number} was cancelled on {move.where}"


def decide(world: World, move: Move) -> str:
    """A dispute, an analysis or a fraud check ends as the move says, accepted unless given.

    Errors: ValueError when there is none, or it cannot end like that.
    """
    to = next((status for status in DECISIONS if status == (move.status or "accepted")), None)
    if to is None:
        raise ValueError(f"a claim is decided to be {', '.join(DECISIONS)}, not {move.status}")
    claim, item = _choose_item(world, move, UNDECIDED_STATUSES)
    move_items(world, claim, (item.id,), to, "platform")
    return f"claim item {item.id} of order {claim.order_number} on {move.where} is {to}, not {item.status}"


def _choose_item(world: World, move: Move, statuses: tuple[Status, ...]) -> tuple[Claim, ClaimItem]:
    pairs = [
        (claim, item)
        for claim in _claims_with(world, move, statuses)
        for item in claim.items
        if item.status in statuses
    ]
    return move.choose(pairs, f"claim item that is {' or '.join(statuses)}")


def _claims_with(world: World, move: Move, statuses: tuple[Status, ...]) -> list[Claim]:
    condition = (
        "seller_id = ? AND storefront = ? AND EXISTS (SELECT 1 FROM claim_item i WHERE i.claim_id = claim.id"
        f" AND i.status IN ({marks(statuses)})) ORDER BY claim_no"
    )
    return claims_where(world, condition, (*move.listing, *statuses))

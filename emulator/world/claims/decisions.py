"""What a seller decides of items that wait for it: they are taken back, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.claims.life import ANALYSIS, EXCHANGE, HOUR_MS, LIFE, NOT_RECEIVED, move_items
from emulator.world.claims.model import Claim, Issue, Status
from emulator.world.core.ids import chance, happens
from emulator.world.core.life import step

if TYPE_CHECKING:
    from emulator.world.core.world import World

# How often what a seller takes back is checked for fraud where that is done for some; I.
CHECKED_SHARE = 0.2
# Source: that a parcel never came cannot be said in the first 24 hours, D.
NOT_RECEIVED_AFTER_MS = 24 * HOUR_MS
# What an issue leads to. Source: an exchange counts as taken back, D; the others are I.
ENDS: dict[int, Status] = {EXCHANGE: "accepted", ANALYSIS: "in_analysis"}


class TooEarly(ValueError):
    """It is too early to say that a parcel never came."""


def approve(world: World, claim: Claim, item_ids: tuple[str, ...], checks: str) -> None:
    """Take items back; ``checks`` says how many are checked for fraud: none, some or all.

    Errors: NoWay where one of them does not wait; then none has moved.
    """
    _check_waiting(claim, item_ids)
    checked_ids = tuple(each for each in item_ids if _is_checked(world, each, checks))
    accepted_ids = tuple(each for each in item_ids if each not in checked_ids)
    if checked_ids:
        claim = move_items(world, claim, checked_ids, "waiting_fraud_check", "seller")
    if accepted_ids:
        move_items(world, claim, accepted_ids, "accepted", "seller")


def refuse_to_take_back(world: World, claim: Claim, item_ids: tuple[str, ...], issue: Issue) -> None:
    """Do not take items back; people decide then, but for an exchange.

    Errors: NoWay where one of them does not wait, TooEarly; then none has moved.
    """
    _check_waiting(claim, item_ids)
    earliest_ms = world.clock.now_ms() - NOT_RECEIVED_AFTER_MS
    waiting = [item.waiting_ms or 0 for item in claim.items if item.id in item_ids]
    if issue.reason_id == NOT_RECEIVED and any(since_ms > earliest_ms for since_ms in waiting):
        raise TooEarly(claim.id)
    move_items(world, claim, item_ids, ENDS.get(issue.reason_id, "unresolved"), "seller", issue)


def _check_waiting(claim: Claim, item_ids: tuple[str, ...]) -> None:
    for item in claim.items:
        if item.id in item_ids:
            step(LIFE, item.status, "accepted", "seller")


def _is_checked(world: World, item_id: str, checks: str) -> bool:
    if checks == "some":
        return happens(chance(world.seed, "fraud check", item_id), CHECKED_SHARE)
    return checks == "all"

"""Seeding claims: drawn ones of packages that were delivered before, and one in every status."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.claims.life import (
    ACTION_MS,
    ARRIVAL,
    DEADLINE,
    DECISION,
    DISPUTE_MS,
    LIFE,
    moved_item,
    unit_place,
    with_parcels,
)
from emulator.world.claims.model import Actor, Claim, Issue, Status
from emulator.world.claims.opening import draft_claim, units_of
from emulator.world.claims.reasons import customer_reasons
from emulator.world.claims.rows import next_claim_number, put_claims
from emulator.world.core.ids import below, between, chance, pick
from emulator.world.core.life import step
from emulator.world.core.listing import Listing
from emulator.world.money.returns import book_return
from emulator.world.orders.life import sold_package
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import packages_where

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
Stage = tuple[Status, Actor]
ARRIVAL_STEP: Stage = ("waiting_in_action", "carrier")
ISSUE_STEP: Stage = ("unresolved", "seller")
# How claims have gone, by their name in a recipe: the steps of each item, and how many hours ago the last.
COURSES: Mapping[str, tuple[tuple[Stage, ...], tuple[int, int]]] = {
    "waiting_in_action": ((ARRIVAL_STEP,), (1, 20)),
    "created": ((), (1, 40)),
    "waiting_fraud_check": ((ARRIVAL_STEP, ("waiting_fraud_check", "seller")), (0, 2)),
    "unresolved": ((ARRIVAL_STEP, ISSUE_STEP), (1, 60)),
    "in_analysis": ((ARRIVAL_STEP, ("in_analysis", "seller")), (1, 60)),
    "accepted": ((ARRIVAL_STEP, ("accepted", "seller")), (24, 0)),
    "accepted_by_system": ((ARRIVAL_STEP, ("accepted", "platform")), (24, 0)),
    "accepted_by_dispute": ((ARRIVAL_STEP, ISSUE_STEP, ("accepted", "platform")), (24, 0)),
    "rejected": ((ARRIVAL_STEP, ISSUE_STEP, ("rejected", "platform")), (24, 0)),
    "cancelled": ((("cancelled", "customer"),), (24, 0)),
}
# What the drawn ones have become, as often as each stands here; I.
DRAWN_COURSES: tuple[str, ...] = (
    *("accepted",) * 12, *("accepted_by_system",) * 3, "accepted_by_dispute", "rejected", "cancelled",
    "unresolved", "created", *("waiting_in_action",) * 2,
)  # fmt: skip
STEP_MS = 20 * HOUR_MS
# So many packages delivered last before a claim may be the one it is of.
CHOICE = 50
SEED_ISSUE = Issue(51, "Ürün kullanılmış görünüyor", 1)
MOST_UNITS = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim that is to be drawn: how it has gone, and when it was made.

    Units: epoch milliseconds UTC.
    """

    course: str
    claimed_ms: int
    last_ms: int


def seed_claims(world: World) -> None:
    """Draw the claims of each part of the recipe's ``claims``, and take back the sales of what was accepted.

    They come of a chance of their own. Those that others decide go on three days after the world begins, so
    that each status can be met; the 48 hours of a seller are what they are.
    A listing that has not delivered enough has fewer.
    """
    for part in world.plan.recipe.get("claims", ()):
        listing = Listing(part["seller"], part["storefront"])
        rng = chance(world.seed, "claims", *listing)
        drafts = sorted(_drafts(world.anchor_ms, part, rng), key=attrgetter("claimed_ms"))
        drafts, packages = _with_packages(world, listing, drafts, rng)
        claims = list(_claims(world, packages, drafts, rng))
        put_claims(world, claims)
        for claim, package in zip(claims, packages, strict=True):
            _schedule_onward(world, claim)
            units = [unit_place(item) for item in claim.items if item.status == "accepted"]
            if units:
                book_return(world, sold_package(package), units, claim.updated_ms)


def _drafts(anchor_ms: int, part: Mapping[str, Any], rng: Random) -> Iterator[Draft]:
    names = [pick(rng, part.get("courses", DRAWN_COURSES)) for _ in range(part["count"])]
    names += ["waiting_in_action"] * part.get("waiting", 0)
    if part.get("every_status"):
        names += COURSES
    for name in names:
        steps, (least, most) = COURSES[name]
        hours = between(rng, least, most or part["days"] * 24)
        last_ms = anchor_ms - hours * HOUR_MS - below(rng, HOUR_MS) - 1
        span_ms = ACTION_MS if name == "accepted_by_system" else STEP_MS
        yield Draft(name, last_ms - span_ms * len(steps), last_ms)


def _claims(
    world: World, packages: Sequence[Package], drafts: Sequence[Draft], rng: Random
) -> Iterator[Claim]:
    numbers = next_claim_number(world, len(drafts))
    for number, (draft, package) in enumerate(zip(drafts, packages, strict=True), numbers):
        units = list(units_of(package))[: between(rng, 1, MOST_UNITS)]
        order = package.order
        reason_id = pick(rng, customer_reasons(world, Listing(order.seller_id, order.storefront)))
        items = [(unit, reason_id, "") for unit in units]
        claim = draft_claim(world, package, items, number, draft.claimed_ms, "customer")
        yield _after(world, claim, draft)


def _after(world: World, claim: Claim, draft: Draft) -> Claim:
    """A claim as the steps of its course have left it.

    Errors: NoWay.
    """
    steps = COURSES[draft.course][0]
    for place, (to, by) in enumerate(steps, 1):
        at_ms = draft.claimed_ms + (draft.last_ms - draft.claimed_ms) * place // len(steps)
        for item in claim.items:
            step(LIFE, item.status, to, by)
        issue = SEED_ISSUE if to in ("unresolved", "in_analysis") else None
        items = tuple(moved_item(item, to, at_ms, by, issue) for item in claim.items)
        claim_now = replace(claim, items=items, updated_ms=at_ms)
        claim = with_parcels(world, claim_now, claim.parcel.item_ids, to)
    return claim


def _with_packages(
    world: World, listing: Listing, drafts: Sequence[Draft], rng: Random
) -> tuple[list[Draft], list[Package]]:
    """The claims for which something was delivered before, and a package of its own for each."""
    rows = world.store.rows(
        "SELECT updated_ms, id FROM package WHERE seller_id = ? AND storefront = ? AND marketplace = ?"
        " AND status = 'delivered' ORDER BY updated_ms, id",
        (*listing, OWN_MARKETPLACE),
    )
    pairs = [(row[0], row[1]) for row in rows]
    numbers: list[int] = []
    made_drafts: list[Draft] = []
    for draft in drafts:
        end = bisect_right(pairs, (draft.claimed_ms, 0))
        if not end:
            continue
        made_drafts.append(draft)
        place = max(0, end - 1 - below(rng, min(end, CHOICE)))
        numbers.append(pairs.pop(place)[1])
    by_id = {package.id: package for package in _packages_by_id(world, numbers)}
    return made_drafts, [by_id[number] for number in numbers]


def _packages_by_id(world: World, numbers: Sequence[int]) -> Iterator[Package]:
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        yield from packages_where(world, f"p.id IN ({', '.join('?' * len(some))})", some)


def _schedule_onward(world: World, claim: Claim) -> None:
    """Put what still waits of a claim on the calendar, the deadlines of sellers where they are."""
    if any(item.status == "created" for item in claim.items):
        world.schedule(world.anchor_ms + DISPUTE_MS, ARRIVAL, {"claim": claim.id})
    for item in claim.items:
        payload = {"claim": claim.id, "item": item.id, "status": item.status}
        if item.status == "waiting_in_action":
            world.schedule(item.changed_ms + ACTION_MS, DEADLINE, payload)
        if item.status in ("waiting_fraud_check", "unresolved", "in_analysis"):
            world.schedule(world.anchor_ms + DISPUTE_MS, DECISION, payload)

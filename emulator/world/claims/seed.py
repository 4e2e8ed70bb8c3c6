"""Seeding claims: one behind each return, drawn ones of delivered packages, and one in every status."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.claims.life import (
    ACTION_MS,
    ARRIVAL,
    DEADLINE,
    DECISION,
    DISPUTE_MS,
    LIFE,
    acceptance_by,
    unit_place,
    with_parcels,
)
from emulator.world.claims.model import Acceptance, Actor, Claim, Issue, Status, Unit
from emulator.world.claims.opening import draft_claim, units_of
from emulator.world.claims.reasons import customer_reasons
from emulator.world.claims.returns import ReturnedUnits, packages_by_id, returned_units
from emulator.world.claims.rows import next_claim_number, put_claims
from emulator.world.core.ids import below, between, chance, pick
from emulator.world.core.life import step
from emulator.world.core.listing import Listing
from emulator.world.money.after_sale import packages_with_events
from emulator.world.money.returns import book_return
from emulator.world.orders.life import sold_package
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import next_package_id

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
ACCEPTED_COURSES = tuple(name for name in DRAWN_COURSES if name.startswith("accepted"))
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


class ClaimPlan(NamedTuple):
    """A draft with what it is of: a package, its units, why they come back, and whether that is booked."""

    draft: Draft
    package: Package
    units: Sequence[Unit]
    reason_id: int
    is_booked: bool = False


def seed_claims(world: World) -> None:
    """Write the claim behind each return that is booked, and draw those of the recipe's ``claims``.

    They come of a chance of their own. Those that others decide go on three days after the world begins, so
    that each status can be met; the 48 hours of a seller are what they are.
    A listing that has not delivered enough has fewer. What a drawn one accepts is taken back in the account.
    """
    plans = {
        listing: list(_plans_of_returns(world, listing, returns))
        for listing, returns in returned_units(world)
    }
    for part in world.plan.recipe.get("claims", ()):
        of_listing = plans.setdefault(Listing(part["seller"], part["storefront"]), [])
        of_listing += _drawn_plans(world, part, of_listing)
    for of_listing in plans.values():
        _put_plans(world, sorted(of_listing, key=lambda plan: plan.draft.claimed_ms))


def put_returned(world: World, goods: ReturnedUnits) -> Claim:
    """Write the claim behind units whose sales were taken back: nobody acted, and the system accepted it."""
    listing = Listing(goods.package.order.seller_id, goods.package.order.storefront)
    claimed_ms = max(goods.at_ms - 2 * ACTION_MS, goods.package.updated_ms)
    draft = Draft("accepted_by_system", claimed_ms, goods.at_ms)
    rng = chance(world.seed, "returned", goods.package.id, goods.units[0].id)
    reason_id = pick(rng, customer_reasons(world, listing))
    return _put_plans(world, [ClaimPlan(draft, goods.package, goods.units, reason_id, is_booked=True)])[0]


def _put_plans(world: World, plans: Sequence[ClaimPlan]) -> list[Claim]:
    numbers, parcel_ids = next_claim_number(world, len(plans)), next_package_id(world, len(plans))
    claims = []
    for place, plan in enumerate(plans):
        items = [(unit, plan.reason_id, "") for unit in plan.units]
        claim = draft_claim(
            world,
            plan.package,
            items,
            numbers + place,
            plan.draft.claimed_ms,
            "customer",
            parcel_id=parcel_ids + place,
        )
        claims.append(_after(world, claim, plan.draft))
    put_claims(world, claims)
    for claim, plan in zip(claims, plans, strict=True):
        _schedule_onward(world, claim)
        units = [unit_place(item) for item in claim.items if item.status == "accepted"]
        if units and not plan.is_booked:
            book_return(world, sold_package(plan.package), units, claim.updated_ms)
    return claims


def _plans_of_returns(
    world: World, listing: Listing, returns: Iterable[ReturnedUnits]
) -> Iterator[ClaimPlan]:
    """The claims behind what came back: accepted by who accepts, at the moment of the rows."""
    rng, reasons = chance(world.seed, "returns", *listing), customer_reasons(world, listing)
    for package, units, at_ms in returns:
        draft = _draft(pick(rng, ACCEPTED_COURSES), at_ms)
        yield ClaimPlan(draft, package, units, pick(rng, reasons), is_booked=True)


def _drawn_plans(world: World, part: Mapping[str, Any], others: Sequence[ClaimPlan]) -> list[ClaimPlan]:
    """The claims of a part of the recipe; accepted ones only where the account has fewer returns.

    They are of packages to which nothing else has happened, since it might be after they came back.
    """
    listing = Listing(part["seller"], part["storefront"])
    rng, reasons = chance(world.seed, "claims", *listing), customer_reasons(world, listing)
    drafts = sorted(_drafts(world.anchor_ms, part, rng, len(others)), key=attrgetter("claimed_ms"))
    other_ids = {plan.package.id for plan in others} | packages_with_events(world, listing)
    pairs = _with_packages(world, listing, drafts, other_ids, rng)
    plans = []
    for draft, package in pairs:
        units = list(units_of(package))[: between(rng, 1, MOST_UNITS)]
        plans.append(ClaimPlan(draft, package, units, pick(rng, reasons)))
    return plans


def _drafts(anchor_ms: int, part: Mapping[str, Any], rng: Random, return_count: int) -> Iterator[Draft]:
    names = [pick(rng, part.get("courses", DRAWN_COURSES)) for _ in range(part["count"])]
    if "courses" not in part:
        names = _without_accepted(names, return_count)
    names += ["waiting_in_action"] * part.get("waiting", 0)
    if part.get("every_status"):
        names += COURSES
    for name in names:
        least, most = COURSES[name][1]
        hours = between(rng, least, most or part["days"] * 24)
        yield _draft(name, anchor_ms - hours * HOUR_MS - below(rng, HOUR_MS) - 1)


def _without_accepted(names: Sequence[str], count: int) -> list[str]:
    """Some courses without the first accepted ones, so many of them: the returns of the account are those."""
    others: list[str] = []
    for name in names:
        if count and name in ACCEPTED_COURSES:
            count -= 1
        else:
            others.append(name)
    return others


def _draft(course: str, last_ms: int) -> Draft:
    span_ms = ACTION_MS if course == "accepted_by_system" else STEP_MS
    return Draft(course, last_ms - span_ms * len(COURSES[course][0]), last_ms)


def _after(world: World, claim: Claim, draft: Draft) -> Claim:
    """A claim as the steps of its course have left it, all taken at once.

    Errors: NoWay.
    """
    steps = COURSES[draft.course][0]
    if not steps:
        return claim
    status: Status = "created"
    acceptance: Acceptance = ""
    history = claim.items[0].history
    for place, (to, by) in enumerate(steps, 1):
        step(LIFE, status, to, by)
        acceptance = acceptance_by(status, by) if to == "accepted" else ""
        at_ms = draft.claimed_ms + (draft.last_ms - draft.claimed_ms) * place // len(steps)
        status, history = to, (*history, (to, at_ms, by))
    issue = SEED_ISSUE if {"unresolved", "in_analysis"} & {to for to, _ in steps} else None
    items = tuple(
        replace(item, status=status, history=history, acceptance=acceptance, issue=issue)
        for item in claim.items
    )
    claim_now = replace(claim, items=items, updated_ms=draft.last_ms)
    return with_parcels(world, claim_now, claim.parcel.item_ids, status)


def _with_packages(
    world: World, listing: Listing, drafts: Sequence[Draft], other_ids: Container[int], rng: Random
) -> list[tuple[Draft, Package]]:
    """The claims for which something was delivered before, and a package of its own for each."""
    rows = world.store.rows(
        "SELECT updated_ms, id FROM package WHERE seller_id = ? AND storefront = ? AND marketplace = ?"
        " AND status = 'delivered' ORDER BY updated_ms, id",
        (*listing, OWN_MARKETPLACE),
    )
    free_packages = [(row[0], row[1]) for row in rows if row[1] not in other_ids]
    pairs: list[tuple[Draft, int]] = []
    for draft in drafts:
        end = bisect_right(free_packages, (draft.claimed_ms, 0))
        if end:
            place = max(0, end - 1 - below(rng, min(end, CHOICE)))
            pairs.append((draft, free_packages.pop(place)[1]))
    by_id = {package.id: package for package in packages_by_id(world, [number for _, number in pairs])}
    return [(draft, by_id[number]) for draft, number in pairs]


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

"""Packages picked and invoiced: their scenarios, what the shop wants, what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.directed import (
    OTHER_ZONES,
    QUIET,
    DirectedScenario,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import transport_faults_at
from contract_tests.profiles.fulfilment.desired import (
    both_steps,
    every_order,
    few_orders,
    orders_done,
    orders_of_several,
)
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace
from contract_tests.records.scenario import Event, Row

WRITE, LIST, STREAM = "updatePackage", "getShipmentPackages", "getShipmentPackagesStream"
FEW, EVERY, SEVERAL, DONE, BOTH = (
    "few orders", "every order", "orders of several packages", "orders done already", "both steps",
)  # fmt: skip
# Few packages, most of them on hand, so that whatever the marketplace does concerns a wanted one.
SMALL = {"contents": 20, "orders": {"count": 10, "days": 1}}
# Two orders that nobody has worked on, the second one of several units in both editions.
PAIR = {"contents": 20, "orders": {"count": 2, "days": 1}}
LONG_IDS = {**SMALL, "long_ids": True}
LONGER_IDS = {**SMALL, "long_ids": "beyond-doubles"}
LOST_WRITE: Event = {"operation": WRITE, "status": 504, "after": True}
LOST_CANCELLATION: Event = {"operation": "cancelPackageItems", "at": 1, "status": 504, "after": True}
CUT_WRITE: Event = {"operation": WRITE, "cut": "reset", "after": True}
# changelog of 2 and 8 September 2026, D: orders were missing from the list without a word.
NO_PACKAGES = '{"totalElements": 0, "totalPages": 0, "page": 0, "size": 200, "content": []}'
NO_ANSWERS = '{"content": [], "size": 0, "hasMore": false, "nextCursor": ""}'
LEFT_OUT: tuple[Event, ...] = (
    {"operation": LIST, "at": 1, "times": 200, "status": 200, "body": NO_PACKAGES},
    {"operation": STREAM, "at": 1, "times": 200, "status": 200, "body": NO_ANSWERS},
)
STALE: tuple[Event, ...] = tuple(
    {"operation": operation, "at": 1, "times": 200, "stale": True} for operation in (LIST, STREAM)
)


def before_a_write(name: str, move: Row, at: int = 2) -> DirectedScenario:
    """Let the marketplace move the second order between a client's reading and its writing to it."""
    event = {"operation": WRITE, "at": at, "move": {**move, "pick": 1}}
    return replace(with_fault(name, event, may_fail=True, selection=EVERY), recipe_part=PAIR)


def between_runs(name: str, move: Row) -> DirectedScenario:
    """Let something become of packages between two runs."""
    return with_changes_between(name, move, selection=EVERY, recipe_part=SMALL, may_fail=True)


FULFILMENT = Profile(
    "fulfilment",
    # A carrier is chosen by who packs: what is said of the delivery services holds here too.
    frozenset({WRITE, "changeCargoProvider"}),
    (
        QUIET,
        *transport_faults_at(WRITE),
        with_fault("answer lost after a write", LOST_WRITE),
        with_fault("connection lost after a write", CUT_WRITE),
        with_fault("answer lost after the first Picking", {**LOST_WRITE, "at": 1}),
        with_fault("answer lost after a write, packages read late", LOST_WRITE, *STALE),
        with_fault("packages read late", *STALE),
        with_fault("answer lost after items were cancelled", LOST_CANCELLATION, may_fail=True),
        with_fault("the list is refused in the middle", {"operation": LIST, "status": 429, "retry_after": 1}),
        with_fault("the list is locked in the middle", {"operation": LIST, "status": 401}),
        with_fault("orders left out of the list", *LEFT_OUT),
        before_a_write("a package is split before it is written to", {"what": "package-split"}),
        before_a_write("a unit is cancelled before a write", {"what": "unit-cancelled"}),
        before_a_write(
            "cancelled by the customer before Picking", {"what": "order-moved", "status": "cancelled"}
        ),
        before_a_write(
            "a package is sent before it is invoiced", {"what": "order-moved", "status": "shipped"}, at=3
        ),
        between_runs("a package was split since the last run", {"what": "package-split"}),
        between_runs("a unit was cancelled since the last run", {"what": "unit-cancelled", "pick": 1}),
        between_runs(
            "an order was cancelled since the last run", {"what": "order-moved", "status": "cancelled"}
        ),
        with_changes_between(
            "an order nobody wants shows up late", {"what": "order-placed", "ago_ms": 90 * 60_000}
        ),
        DirectedScenario("orders of several packages", selection=SEVERAL),
        DirectedScenario("orders done already", selection=DONE),
        DirectedScenario("an order wanted picked and wanted invoiced", selection=BOTH),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("ids that JavaScript rounds", recipe_part=LONGER_IDS),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
    ),
    SearchSpace(
        sizes={
            "contents": (12,),
            "orders": ({"count": 8, "days": 1}, {"count": 6, "days": 1, "kinds": True}),
        },
        latest=8,
        moves=(
            {"what": "package-split"},
            {"what": "unit-cancelled"},
            {"what": "order-moved", "status": "cancelled"},
            {"what": "order-moved", "status": "picking"},
            {"what": "order-placed"},
        ),
        events=(LOST_WRITE, CUT_WRITE, *STALE),
    ),
    desired_rows=DesiredRows(
        "orders",
        {
            FEW: few_orders,
            EVERY: every_order,
            SEVERAL: orders_of_several,
            DONE: orders_done,
            BOTH: both_steps,
        },
    ),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "answer lost after a write",
        "a package is split before it is written to",
        "cancelled by the customer before Picking",
    ),
)

"""Purchases through the gateway: their scenarios, what the shop wants, what the search may draw."""

from __future__ import annotations

from contract_tests.profiles.b2b_purchase.desired import (
    more_than_there_is,
    purchases,
    several_lines,
    several_lines_more_than_there_is,
)
from contract_tests.profiles.directed import (
    HOUR_MS,
    OTHER_ZONES,
    QUIET,
    DirectedScenario,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import transport_faults_at
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace

PURCHASE = "requestItems"
SEVERAL_LINES = "several lines"
SEVERAL_SHORT_LINES = "several lines, more than there is"
LOST_PURCHASE = {"operation": PURCHASE, "status": 504, "after": True}
CUT_PURCHASE = {"operation": PURCHASE, "cut": "reset", "after": True}
B2B_PURCHASE = Profile(
    "b2b-purchase",
    frozenset({PURCHASE}),
    (
        QUIET,
        *transport_faults_at(PURCHASE, may_fail=True),
        with_fault("answer lost after the purchase", LOST_PURCHASE, may_fail=True),
        with_fault("connection lost after the purchase", CUT_PURCHASE, may_fail=True),
        with_fault(
            "answer lost after the purchase, stock read late",
            LOST_PURCHASE,
            {"operation": "getStockStatus", "at": 1, "times": 20, "stale": True},
            {"operation": "getOffers", "at": 1, "times": 20, "stale": True},
            may_fail=True,
        ),
        with_fault(
            "offers refused in the middle",
            {"operation": "getOffers", "status": 429, "retry_after": 1, "times": 2},
        ),
        DirectedScenario("fewer in stock than wanted", selection="more than there is", may_fail=True),
        with_fault(
            "others buy first",
            {"operation": PURCHASE, "move": {"what": "stock-changed", "pick": 0, "quantity": 1}},
            may_fail=True,
        ),
        with_changes_between("no longer wanted", withdrawn=(0,)),
        with_changes_between(
            "fewer than wanted, and no longer wanted",
            selection="more than there is",
            withdrawn=(1,),
            may_fail=True,
        ),
        with_changes_between(
            "no longer wanted after the cut-off",
            pause_ms=25 * HOUR_MS,
            withdrawn=(0,),
            may_fail=True,
        ),
        DirectedScenario("several lines in a purchase", selection=SEVERAL_LINES),
        with_fault(
            "answer lost after a purchase of several lines",
            {**LOST_PURCHASE, "at": 2},
            may_fail=True,
            selection=SEVERAL_LINES,
        ),
        with_fault(
            "others buy a line of a purchase first",
            {"operation": PURCHASE, "at": 1, "move": {"what": "stock-changed", "pick": 0, "quantity": 1}},
            may_fail=True,
            selection=SEVERAL_LINES,
        ),
        with_changes_between(
            "one of several lines no longer wanted", selection=SEVERAL_LINES, withdrawn=(0,)
        ),
        with_changes_between(
            "some lines short, and one no longer wanted",
            selection=SEVERAL_SHORT_LINES,
            withdrawn=(1,),
            may_fail=True,
        ),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
    ),
    SearchSpace(
        sizes={"contents": (6, 12)},
        latest=8,
        withdrawals=3,
        moves=({"what": "stock-changed", "quantity": 1}, {"what": "stock-changed", "quantity": 0}),
        events=(LOST_PURCHASE, CUT_PURCHASE, {"operation": PURCHASE, "cut": "truncated"}),
        pauses=(60_000, 25 * HOUR_MS),
    ),
    edition="tr",
    system="b2b",
    desired_rows=DesiredRows(
        "offers",
        {
            "purchases": purchases,
            "more than there is": more_than_there_is,
            SEVERAL_LINES: several_lines,
            SEVERAL_SHORT_LINES: several_lines_more_than_there_is,
        },
    ),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "answer lost after the purchase",
        "fewer in stock than wanted",
        "others buy first",
    ),
)

"""Stock and prices pushed in batches: scenarios, what the shop wants, what the search may draw."""

from __future__ import annotations

from contract_tests.profiles.directed import (
    HOUR_MS,
    OTHER_ZONES,
    QUIET,
    UNUSUAL_BATCHES,
    DirectedScenario,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import transport_faults_at
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace
from contract_tests.profiles.stock_price_push.desired import changes, many, some_cannot_be, stock_alone
from contract_tests.records.scenario import Step

PUSH, RESULT = "updatePriceAndInventory", "getBatchRequestResult"
LOST_PUSH = {"operation": PUSH, "status": 504, "after": True}
CUT_PUSH = {"operation": PUSH, "cut": "reset", "after": True}
# Time enough for the same body to be taken again, and for a batch that comes a minute late.
LATER_MS = 16 * 60_000
SLOW = {"contents": 6, "batches": {"delay_ms": 5 * 60_000}}
MANY_PRODUCTS = {"contents": 620}
TURKISH = {"contents": {"contents": 6, "shares": {"turkish": 1, "own_barcode": 1}}}
SOLD_MOVE = {"what": "stock-changed", "pick": 0, "quantity": 1}
LATE = {"contents": 6, "batches": {"late": [1]}}
# The second run wants something else while the first one's batch waits; the third sees what came of both.
OVERTAKING = (
    Step(quiet=True),
    Step(1_000, quiet=True, gives_up=(0, 4)),
    Step(120_000, quiet=True),
    Step(120_000, quiet=True),
)
STOCK_PRICE_PUSH = Profile(
    "stock-price-push",
    frozenset({PUSH, RESULT}),
    (
        QUIET,
        *transport_faults_at(PUSH, may_fail=True),
        with_fault("answer lost after the push", LOST_PUSH, pause_ms=LATER_MS, may_fail=True),
        with_fault("connection lost after the push", CUT_PUSH, pause_ms=LATER_MS, may_fail=True),
        DirectedScenario(
            "answer lost after the push, and some sold since",
            (LOST_PUSH,),
            (Step(), Step(LATER_MS, quiet=True, moves=(SOLD_MOVE,))),
            may_fail=True,
        ),
        with_fault(
            "told to wait for the result", {"operation": RESULT, "status": 429, "retry_after": 1, "times": 2}
        ),
        with_fault("result unavailable", {"operation": RESULT, "status": 503, "times": 2}),
        DirectedScenario("some of the rows cannot be", selection="some cannot be", may_fail=True),
        DirectedScenario(
            "batch done in a later run",
            recipe_part=SLOW,
            plan=(Step(quiet=True), Step(6 * 60_000, quiet=True)),
        ),
        DirectedScenario(
            "result expired before it was read",
            recipe_part=SLOW,
            plan=(Step(quiet=True), Step(5 * HOUR_MS, quiet=True), Step(6 * 60_000, quiet=True)),
            may_fail=True,
        ),
        with_changes_between("one stock falls to nothing", withdrawn=(0,)),
        with_changes_between("nothing has changed"),
        with_changes_between("sold in between", SOLD_MOVE),
        with_changes_between(
            "sold in between, and another stock falls to nothing",
            SOLD_MOVE,
            withdrawn=(3,),
        ),
        with_fault(
            "locked before the push",
            {"operation": PUSH, "at": 1, "move": {"what": "product-locked", "pick": 1}},
            may_fail=True,
        ),
        with_fault(
            "archived before the push",
            {"operation": PUSH, "at": 1, "move": {"what": "product-archived", "pick": 1}},
            may_fail=True,
        ),
        with_changes_between(
            "archived in between", {"what": "product-archived", "pick": 0}, withdrawn=(0,), may_fail=True
        ),
        DirectedScenario("stock alone", selection="stock alone"),
        DirectedScenario(
            "more than a thousand changes", selection="many", recipe_part=MANY_PRODUCTS, long=True
        ),
        DirectedScenario(
            "a late batch is overtaken",
            recipe_part=LATE,
            plan=(
                Step(quiet=True),
                Step(1_000, quiet=True, gives_up=(0, 4)),
                *[Step(120_000, quiet=True)] * 2,
            ),
            may_fail=True,
        ),
        DirectedScenario("Turkish letters in barcodes", recipe_part=TURKISH),
        UNUSUAL_BATCHES,
        *OTHER_ZONES,
    ),
    SearchSpace(
        sizes={"contents": (5, 9)},
        latest=8,
        withdrawals=3,
        moves=(
            {"what": "stock-changed", "quantity": 1},
            {"what": "product-locked"},
            {"what": "product-archived"},
        ),
        events=(LOST_PUSH, CUT_PUSH, {"operation": PUSH, "cut": "truncated"}),
        pauses=(60_000, LATER_MS, 5 * HOUR_MS),
    ),
    desired_rows=DesiredRows(
        "pushes",
        {"changes": changes, "stock alone": stock_alone, "some cannot be": some_cannot_be, "many": many},
    ),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "answer lost after the push",
        "some of the rows cannot be",
        "one stock falls to nothing",
        "sold in between",
    ),
)

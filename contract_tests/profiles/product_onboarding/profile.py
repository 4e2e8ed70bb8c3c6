"""Products brought into a listing: scenarios, what the shop wants, what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.directed import (
    HOUR_MS,
    OTHER_ZONES,
    QUIET,
    UNUSUAL_BATCHES,
    DirectedScenario,
    with_fault,
)
from contract_tests.profiles.faults import transport_faults_at
from contract_tests.profiles.product_onboarding.desired import (
    many,
    new_and_changed,
    new_products,
    one_refused,
    some_cannot_be,
    some_deleted,
    turkish_barcodes,
    with_another_title,
)
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace
from contract_tests.records.scenario import Row, Step

CREATE, CHANGE, CONTENT = "createProducts", "updateUnapprovedProducts", "updateContentBulk"
RESULT, TREE = "getBatchRequestResult", "getCategoryTree"
LOST_CREATION = {"operation": CREATE, "status": 504, "after": True}
CUT_CREATION = {"operation": CREATE, "cut": "reset", "after": True}
# Time enough for people to have looked at a product, and for a batch that comes a minute late.
LATER_MS = 16 * 60_000
SMALL = {"contents": 10}
SLOW = {"contents": 10, "batches": {"delay_ms": 5 * 60_000}}
LATE = {"contents": 10, "batches": {"late": [1]}}
STRICT = {"contents": 10, "moderation": {"rejected": 1}}
REFUSED_CHANGES = {"contents": 10, "moderation": {"review_failed": 1}}
MANY_PRODUCTS = {"contents": 40}
NEW = "new products"


def seen_later(name: str, *moves: Row, withdrawn: tuple[int, ...] = (), **more: object) -> DirectedScenario:
    """A quiet run, and two more once people have looked at what it sent; the moves come before the second."""
    plan = (
        Step(quiet=True),
        Step(LATER_MS, quiet=True, moves=moves, gives_up=withdrawn),
        Step(LATER_MS, quiet=True),
    )
    return DirectedScenario(name, plan=plan, recipe_part=SMALL, **more)  # type: ignore[arg-type]  # its own fields


def moved_before_people_look(name: str, move: Row, *, withdrawn: tuple[int, ...] = ()) -> DirectedScenario:
    """A move a moment after the first run, while what it has sent still waits."""
    plan = (
        Step(quiet=True),
        Step(60_000, quiet=True, moves=(move,)),
        Step(60_000, quiet=True, gives_up=withdrawn),
        Step(LATER_MS, quiet=True),
    )
    return DirectedScenario(name, plan=plan, recipe_part=SMALL, selection=NEW, may_fail=True)


PRODUCT_ONBOARDING = Profile(
    "product-onboarding",
    frozenset({CREATE, CHANGE, CONTENT, RESULT, TREE}),
    (
        QUIET,
        *transport_faults_at(CREATE, may_fail=True),
        with_fault("answer lost after the creation", LOST_CREATION, pause_ms=LATER_MS, may_fail=True),
        with_fault("connection lost after the creation", CUT_CREATION, pause_ms=LATER_MS, may_fail=True),
        replace(
            with_fault("answer lost after the creation, batch late", LOST_CREATION, may_fail=True),
            recipe_part=SLOW,
            plan=(Step(), Step(60_000, quiet=True), Step(LATER_MS, quiet=True)),
        ),
        with_fault(
            "told to wait for the result", {"operation": RESULT, "status": 429, "retry_after": 1, "times": 2}
        ),
        with_fault("result unavailable", {"operation": RESULT, "status": 503, "times": 2}),
        with_fault("a lookup is refused", {"operation": TREE, "status": 429, "retry_after": 1}),
        seen_later("approved in a later run"),
        seen_later("wanted otherwise once it is approved", withdrawn=(0,)),
        replace(seen_later("rejected", selection=NEW, may_fail=True), recipe_part=STRICT),
        moved_before_people_look(
            "rejected, then mended", {"what": "product-rejected"}, withdrawn=(0, 1, 2, 3)
        ),
        moved_before_people_look("approved early", {"what": "product-approved"}),
        replace(seen_later("a change of a content is refused", may_fail=True), recipe_part=REFUSED_CHANGES),
        DirectedScenario("some of the products cannot be", selection="some cannot be", may_fail=True),
        DirectedScenario(
            "the batch refuses a product", recipe_part=SMALL, selection="one refused", may_fail=True
        ),
        DirectedScenario(
            "batch done in a later run",
            recipe_part=SLOW,
            plan=(Step(quiet=True), Step(6 * 60_000, quiet=True), Step(LATER_MS, quiet=True)),
        ),
        DirectedScenario(
            "result expired before it was read",
            recipe_part=SLOW,
            plan=(Step(quiet=True), Step(5 * HOUR_MS, quiet=True), Step(LATER_MS, quiet=True)),
            may_fail=True,
        ),
        DirectedScenario(
            "deleted a day after it was put away",
            recipe_part=SMALL,
            selection="some deleted",
            plan=(Step(quiet=True), Step(HOUR_MS, quiet=True), Step(25 * HOUR_MS, quiet=True)),
        ),
        DirectedScenario(
            "a day later", recipe_part=SMALL, plan=(Step(quiet=True), Step(25 * HOUR_MS, quiet=True))
        ),
        seen_later("archived by the market in between", {"what": "product-archived"}, may_fail=True),
        seen_later("locked by the market in between", {"what": "product-locked"}, may_fail=True),
        seen_later("blacklisted by the market in between", {"what": "product-blacklisted"}, may_fail=True),
        DirectedScenario(
            "more than a thousand products", selection="many", recipe_part=MANY_PRODUCTS, long=True
        ),
        DirectedScenario(
            "Turkish letters in barcodes",
            selection="Turkish letters",
            recipe_part=SMALL,
            plan=(Step(quiet=True), Step(LATER_MS, quiet=True)),
        ),
        DirectedScenario(
            "a late batch", recipe_part=LATE, plan=(Step(quiet=True), Step(LATER_MS, quiet=True))
        ),
        UNUSUAL_BATCHES,
        *OTHER_ZONES,
    ),
    SearchSpace(
        sizes={"contents": (10, 14), "moderation": ({}, {"rejected": 0.3}, {"review_failed": 1})},
        latest=8,
        withdrawals=3,
        moves=(
            {"what": "product-approved"},
            {"what": "product-rejected"},
            {"what": "product-locked"},
            {"what": "product-archived"},
            {"what": "product-blacklisted"},
        ),
        events=(LOST_CREATION, CUT_CREATION, {"operation": CREATE, "cut": "truncated"}),
        pauses=(60_000, LATER_MS, 5 * HOUR_MS, 25 * HOUR_MS),
    ),
    desired_rows=DesiredRows(
        "onboarding",
        {
            "new and changed": new_and_changed,
            NEW: new_products,
            "some cannot be": some_cannot_be,
            "one refused": one_refused,
            "some deleted": some_deleted,
            "Turkish letters": turkish_barcodes,
            "many": many,
        },
        with_another_title,
    ),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "answer lost after the creation",
        "some of the products cannot be",
        "wanted otherwise once it is approved",
        "rejected",
    ),
)

"""Claims read and decided: their scenarios, what the shop wants, what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.claims.desired import (
    every_item,
    few_items,
    items_of_every_status,
    items_that_never_came,
)
from contract_tests.profiles.directed import (
    OTHER_ZONES,
    QUIET,
    DirectedScenario,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import transport_faults_at
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace
from contract_tests.records.scenario import Event, Row

APPROVE, ISSUE, LIST = "approveClaimLineItems", "createClaimIssue", "getClaims"
FEW, EVERY, STATUSES, NEVER_CAME = (
    "few items", "every item", "items of every status", "items that never came",
)  # fmt: skip
# How many days a client looks back.
SPAN_DAYS = 56
HOUR_MS = 3_600_000
SHOP = {"contents": 12, "orders": {"count": 40, "days": 25}}
SMALL = {**SHOP, "claims": {"waiting": 4, "every_status": True}}
# Two claims that wait, so that whatever happens concerns a wanted one.
PAIR = {**SHOP, "claims": {"waiting": 2, "courses": ["created"], "count": 2}}
# More claims than a page of any size holds.
MANY = {
    "contents": 20,
    "orders": {"count": 420, "days": 40},
    "claims": {"count": 230, "waiting": 2, "days": 10},
}
LONG_IDS = {**SMALL, "long_ids": True}
LOST_APPROVAL: Event = {"operation": APPROVE, "status": 504, "after": True}
LOST_ISSUE: Event = {"operation": ISSUE, "status": 504, "after": True}
CUT: Event = {"operation": APPROVE, "cut": "reset", "after": True}
STALE: Event = {"operation": LIST, "at": 1, "times": 200, "stale": True}


def before_an_approval(name: str, move: Row) -> DirectedScenario:
    """Let something become of claims between a client's reading and its decision."""
    event = {"operation": APPROVE, "at": 1, "move": move}
    return replace(with_fault(name, event, may_fail=True, selection=EVERY), recipe_part=PAIR)


def between_runs(name: str, *moves: Row, pause_ms: int = 60_000) -> DirectedScenario:
    """Let something become of claims between two runs."""
    return with_changes_between(name, *moves, pause_ms=pause_ms, recipe_part=SMALL, may_fail=True)


def in_a_small_world(name: str, selection: str) -> DirectedScenario:
    """The shop wants something that cannot be done, beside what can."""
    return DirectedScenario(name, recipe_part=SMALL, selection=selection, may_fail=True)


CLAIMS = Profile(
    "claims",
    # What opens a claim is said here too: whoever decides claims may open them.
    frozenset({LIST, APPROVE, ISSUE, "createClaim"}),
    (
        QUIET,
        *transport_faults_at(APPROVE),
        with_fault("answer lost after an approval", LOST_APPROVAL),
        with_fault("connection lost after an approval", CUT),
        with_fault("answer lost after an issue", LOST_ISSUE),
        with_fault(
            "told to wait at an issue", {"operation": ISSUE, "status": 429, "retry_after": 1, "times": 2}
        ),
        with_fault("answer lost, claims read late", LOST_APPROVAL, STALE),
        with_fault("claims read late", STALE),
        with_fault("the list is refused in the middle", {"operation": LIST, "status": 429, "retry_after": 1}),
        with_fault("the list is locked in the middle", {"operation": LIST, "status": 401}),
        with_fault("the list is unavailable in the middle", {"operation": LIST, "status": 503}),
        with_fault(
            "a claim is opened while they are read", {"operation": LIST, "move": {"what": "claim-opened"}}
        ),
        before_an_approval("a claim arrives before an approval", {"what": "claim-brought"}),
        before_an_approval("a customer keeps a unit before an approval", {"what": "claim-cancelled"}),
        between_runs("a claim arrived since the last run", {"what": "claim-brought"}),
        between_runs(
            "a dispute was decided since the last run", {"what": "claim-decided", "status": "rejected"}
        ),
        between_runs("a claim was opened since the last run", {"what": "claim-opened", "quantity": 2}),
        between_runs("four days passed since the last run", pause_ms=96 * HOUR_MS),
        in_a_small_world("items that do not wait", STATUSES),
        # Whatever the hour, nothing else has surely waited less than a day.
        replace(
            with_fault(
                "a parcel said never to have come, on the first day",
                {"operation": LIST, "at": 1, "move": {"what": "claim-brought"}},
                may_fail=True,
                selection=NEVER_CAME,
            ),
            recipe_part=SMALL,
        ),
        DirectedScenario("several pages of claims", recipe_part=MANY),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
    ),
    SearchSpace(
        sizes={
            "contents": (8,),
            "orders": ({"count": 30, "days": 25},),
            "claims": ({"waiting": 2}, {"waiting": 2, "every_status": True}),
        },
        latest=8,
        moves=(
            {"what": "claim-opened"},
            {"what": "claim-brought"},
            {"what": "claim-decided", "status": "accepted"},
        ),
        events=(LOST_APPROVAL, LOST_ISSUE, CUT, STALE),
    ),
    spanned_kinds=frozenset({"claims"}),
    span_days=SPAN_DAYS,
    desired_rows=DesiredRows(
        "claims",
        {
            FEW: few_items,
            EVERY: every_item,
            STATUSES: items_of_every_status,
            NEVER_CAME: items_that_never_came,
        },
    ),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "answer lost after an approval",
        "answer lost after an issue",
        "a claim arrived since the last run",
    ),
)

"""Packages by webhook: the scenarios of a client that is called, and what the search may draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.profiles.directed import QUIET, DirectedScenario, with_fault
from contract_tests.profiles.faults import FAULTS, transport_faults_at
from contract_tests.profiles.package_worlds import PAUSES, SPAN_DAYS
from contract_tests.profiles.profile import Profile, SearchSpace
from contract_tests.records.scenario import Event, Row, Step

SUBSCRIBE, LIST, CALL = "createWebhook", "getShipmentPackages", "webhookCall"
SMALL = {"contents": 20, "orders": {"count": 10, "days": 2}}
# Two orders that nobody has worked on, so that it is known which package moves.
PAIR = {"contents": 20, "orders": {"count": 2, "days": 1}}
LONG_IDS = {**SMALL, "long_ids": True}
MINUTE_MS = 60_000
# Two retries fall into it, five minutes apart, and none on its end.
SHORT_MS = 12 * MINUTE_MS
# Thirteen failures take an hour.
LONG_MS = 65 * MINUTE_MS
PICK: Row = {"what": "order-moved", "status": "picking"}
INVOICE: Row = {"what": "order-moved", "status": "invoiced"}
CANCEL: Row = {"what": "order-moved", "status": "cancelled"}
ORDER: Row = {"what": "order-placed"}
NO_CALLS: Event = {"operation": CALL, "at": 1, "times": 1000, "call": "never"}
LOST_SUBSCRIPTION: Event = {"operation": SUBSCRIBE, "at": 1, "status": 504, "after": True}


def calls(name: str, *moves: Row, events: tuple[Event, ...] = (), **more: Any) -> DirectedScenario:
    """A run, then calls with trouble on the way, a run after them, and a quiet one in the end."""
    down_ms = more.pop("down_ms", 0)
    plan = (
        Step(),
        Step(MINUTE_MS, moves=moves, down_ms=down_ms),
        Step(MINUTE_MS, quiet=True, moves=more.pop("moves_after", ())),
    )
    planned_events = tuple({"sync": 2, **event} for event in events)
    return DirectedScenario(name, planned_events, plan, recipe_part=more.pop("recipe_part", SMALL), **more)


def small(scenario: DirectedScenario) -> DirectedScenario:
    """A scenario in a small world: what calls tell does not hang on how much there is to read."""
    return replace(scenario, recipe_part=SMALL)


def at_the_list(fault: Event) -> Event:
    """A fault while the first pages of the list are read."""
    return {"operation": LIST, "at": 2, **fault}


def call_fault(call: str, **facts: Any) -> Event:
    """Trouble for the first calls of a step."""
    return {"operation": CALL, "at": 1, "call": call, **facts}


ORDERS_WEBHOOK = Profile(
    "orders-webhook",
    frozenset({SUBSCRIBE}),
    (
        small(QUIET),
        calls("calls while orders go on", ORDER, PICK, INVOICE),
        calls("every call twice", PICK, ORDER, events=(call_fault("twice", times=10),)),
        calls(
            "a call overtakes the one before",
            PICK,
            INVOICE,
            events=(call_fault("out-of-order"),),
            recipe_part=PAIR,
        ),
        calls("a call comes after the next run", PICK, events=(call_fault("late", late_ms=90_000),)),
        calls("calls that never come", ORDER, PICK, ORDER, events=(NO_CALLS,)),
        calls("a call with a wrong key", PICK, ORDER, events=(call_fault("wrong-key", times=2),)),
        calls(
            "a status of later days",
            PICK,
            ORDER,
            ORDER,
            events=(call_fault("unknown-status", times=3),),
        ),
        calls("down for a while", ORDER, PICK, down_ms=SHORT_MS),
        calls(
            "down until its webhook is passive",
            ORDER,
            PICK,
            down_ms=LONG_MS,
            moves_after=(ORDER,),
        ),
        calls("a package is split while it is called", {"what": "package-split"}),
        calls("a customer cancels while it is called", CANCEL),
        small(with_fault("answer lost after it subscribed", LOST_SUBSCRIPTION)),
        small(with_fault("a package goes on while the list is read", at_the_list({"move": PICK}))),
        small(with_fault("an order comes while the list is read", at_the_list({"move": ORDER}))),
        *map(small, transport_faults_at(SUBSCRIBE)),
        *(
            small(with_fault(f"the list, {name}", at_the_list(FAULTS[name])))
            for name in ("told to wait in the middle", "locked out in the middle", "a web page inside a 200")
        ),
        calls("long ids", ORDER, PICK, recipe_part=LONG_IDS),
        calls("legal but unusual answers", ORDER, unusual=True),
    ),
    SearchSpace(
        sizes={"contents": (12,), "orders": (6, 12, {"count": 30, "edges": [14, 28]})},
        latest=6,
        moves=(
            ORDER,
            PICK,
            {"what": "order-moved"},
            {"what": "package-split"},
            {"what": "unit-cancelled"},
        ),
        events=(
            LOST_SUBSCRIPTION,
            NO_CALLS,
            call_fault("twice", times=10),
            call_fault("out-of-order", times=2),
            call_fault("late", late_ms=90_000),
            call_fault("wrong-key"),
            call_fault("unknown-status"),
        ),
        pauses=PAUSES,
    ),
    spanned_kinds=frozenset({"orders"}),
    span_days=SPAN_DAYS,
    listens=True,
    quick=(
        "every call twice",
        "a call overtakes the one before",
        "calls that never come",
        "a call with a wrong key",
        "down until its webhook is passive",
    ),
)

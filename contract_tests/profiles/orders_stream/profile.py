"""The packages of the last weeks read by the stream: its scenarios, and what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.directed import (
    OTHER_ZONES,
    QUIET,
    DirectedScenario,
    beyond_pages,
    with_fault,
)
from contract_tests.profiles.faults import TRANSPORT_FAULTS
from contract_tests.profiles.package_worlds import (
    BETWEEN_RUNS,
    BEYOND,
    LONG_IDS,
    LONGER_IDS,
    MANY,
    MOVES,
    ON_EDGES,
    PAUSES,
    SIZES,
    SPAN_DAYS,
    read_late,
)
from contract_tests.profiles.profile import Profile, SearchSpace
from contract_tests.records.scenario import Event


def between_answers(name: str, event: Event) -> DirectedScenario:
    """Make something happen between two answers of one stream, which takes more packages than demo has."""
    fault = with_fault(name, {"operation": "getShipmentPackagesStream", "at": 3, **event})
    return replace(fault, recipe_part=MANY)


ORDERS_STREAM = Profile(
    "orders-stream",
    frozenset({"getShipmentPackagesStream"}),
    (
        QUIET,
        *TRANSPORT_FAULTS,
        DirectedScenario("several answers in a window", recipe_part=MANY),
        between_answers("a cursor refused in the middle", {"expire_tokens": True}),
        between_answers(
            "a package goes on while the stream is read", {"move": {"what": "order-moved", "pick": 3}}
        ),
        between_answers("an order comes while the stream is read", {"move": {"what": "order-placed"}}),
        between_answers("a package is split while the stream is read", {"move": {"what": "package-split"}}),
        *BETWEEN_RUNS,
        read_late("getShipmentPackagesStream"),
        DirectedScenario("packages on the borders of windows", recipe_part=ON_EDGES),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("ids that JavaScript rounds", recipe_part=LONGER_IDS),
        DirectedScenario("legal but unusual answers", recipe_part=MANY, unusual=True),
        *OTHER_ZONES,
        beyond_pages("more than the list reaches", worlds=BEYOND),
    ),
    SearchSpace(
        sizes=SIZES,
        moves=MOVES,
        events=({"expire_tokens": True},),
        latest=4,
        pauses=PAUSES,
    ),
    spanned_kinds=frozenset({"orders"}),
    span_days=SPAN_DAYS,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "a web page inside a 200",
        "a cursor refused in the middle",
        "packages went on since the last run",
    ),
)

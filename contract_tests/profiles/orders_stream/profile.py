"""The packages of the last weeks read by the stream: its scenarios, and what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.directed import (
    OTHER_ZONES,
    QUIET,
    DirectedScenario,
    beyond_pages,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import TRANSPORT_FAULTS
from contract_tests.profiles.profile import Profile, SearchSpace
from contract_tests.records.scenario import Event

ON_EDGES = {"contents": 20, "orders": {"count": 60, "edges": [1, 7, 14, 15, 28]}}
LONG_IDS = {"contents": 20, "orders": {"count": 60, "days": 20}, "long_ids": True}
MANY = {"contents": 60, "orders": {"count": 420, "days": 13}}
FEW_ON_EDGES, TWO_ANSWERS = {"count": 30, "edges": [14, 28]}, {"count": 230, "days": 12}
BEYOND = {"int": "wall-orders", "tr": "wall-orders-tr"}


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
        with_changes_between(
            "packages went on since the last run",
            {"what": "order-moved", "status": "picking"},
            {"what": "order-moved", "status": "cancelled"},
            {"what": "order-moved", "status": "delivered"},
        ),
        with_changes_between("a package was split since the last run", {"what": "package-split"}),
        with_changes_between("a unit was cancelled since the last run", {"what": "unit-cancelled"}),
        DirectedScenario("packages on the borders of windows", recipe_part=ON_EDGES),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("legal but unusual answers", recipe_part=MANY, unusual=True),
        *OTHER_ZONES,
        beyond_pages("more than the list reaches", worlds=BEYOND),
    ),
    SearchSpace(
        sizes={"contents": (12,), "orders": (12, 60, FEW_ON_EDGES, TWO_ANSWERS)},
        moves=(
            {"what": "order-placed"},
            {"what": "order-moved"},
            {"what": "order-moved", "status": "cancelled"},
            {"what": "package-split"},
            {"what": "unit-cancelled"},
        ),
        events=({"expire_tokens": True},),
        latest=4,
        pauses=(60_000, 26 * 3_600_000),
    ),
    spanned_kinds=frozenset({"orders"}),
    span_days=29,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "a web page inside a 200",
        "a cursor refused in the middle",
        "packages went on since the last run",
    ),
)

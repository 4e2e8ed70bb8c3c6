"""The packages of the last weeks read by the list: its scenarios, and what the search may draw."""

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

# Packages that changed last on the borders of windows counted back from now, and beside them.
ON_EDGES = {"contents": 20, "orders": {"count": 60, "edges": [1, 7, 14, 15, 28]}}
LONG_IDS = {"contents": 20, "orders": {"count": 60, "days": 20}, "long_ids": True}
MANY = {"contents": 60, "orders": {"count": 420, "days": 13}}
# A day in which more packages changed than two pages hold, so that one may leave a page that was read.
BUSY_DAYS = {"contents": 60, "orders": {"count": 620, "days": 3}}
BETWEEN_PAGES = {"operation": "getShipmentPackages", "at": 4, "move": {"what": "order-moved", "pick": 60}}
FEW_ON_EDGES, TWO_PAGES = {"count": 30, "edges": [14, 28]}, {"count": 230, "days": 12}
BEYOND = {"int": "wall-orders", "tr": "wall-orders-tr"}

ORDERS_POLL = Profile(
    "orders-poll",
    frozenset({"getShipmentPackages", "getShipmentPackagesV1"}),
    (
        QUIET,
        *TRANSPORT_FAULTS,
        DirectedScenario("several pages in a window", recipe_part=MANY),
        with_fault("a package goes on between two pages", {"move": {"what": "order-moved", "pick": 3}}),
        with_fault("an order comes between two pages", {"move": {"what": "order-placed"}}),
        with_fault("a package is split between two pages", {"move": {"what": "package-split"}}),
        replace(with_fault("a package leaves a page that was read", BETWEEN_PAGES), recipe_part=BUSY_DAYS),
        with_changes_between(
            "packages went on since the last run",
            {"what": "order-moved", "status": "picking"},
            {"what": "order-moved", "status": "cancelled"},
            {"what": "order-moved", "status": "delivered"},
        ),
        with_changes_between("a package was split since the last run", {"what": "package-split"}),
        with_changes_between("a unit was cancelled since the last run", {"what": "unit-cancelled"}),
        with_changes_between("an order came since the last run", {"what": "order-placed"}),
        DirectedScenario("packages on the borders of windows", recipe_part=ON_EDGES),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
        beyond_pages("more than pages reach", worlds=BEYOND),
    ),
    SearchSpace(
        sizes={"contents": (12,), "orders": (12, 60, FEW_ON_EDGES, TWO_PAGES)},
        moves=(
            {"what": "order-placed"},
            {"what": "order-moved"},
            {"what": "order-moved", "status": "cancelled"},
            {"what": "package-split"},
            {"what": "unit-cancelled"},
        ),
        latest=6,
        pauses=(60_000, 26 * 3_600_000),
    ),
    spanned_kinds=frozenset({"orders"}),
    span_days=29,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "a web page inside a 200",
        "a package was split since the last run",
        "packages went on since the last run",
    ),
)

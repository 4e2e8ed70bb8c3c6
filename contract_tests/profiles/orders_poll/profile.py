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

# A day in which more packages changed than two pages hold, so that one may leave a page that was read.
BUSY_DAYS = {"contents": 60, "orders": {"count": 620, "days": 3}}
BETWEEN_PAGES = {"operation": "getShipmentPackages", "at": 4, "move": {"what": "order-moved", "pick": 60}}

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
        *BETWEEN_RUNS,
        read_late("getShipmentPackages"),
        with_changes_between("an order came since the last run", {"what": "order-placed"}),
        DirectedScenario("packages on the borders of windows", recipe_part=ON_EDGES),
        DirectedScenario("long ids", recipe_part=LONG_IDS),
        DirectedScenario("ids that JavaScript rounds", recipe_part=LONGER_IDS),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
        beyond_pages("more than pages reach", worlds=BEYOND),
    ),
    SearchSpace(
        sizes=SIZES,
        moves=MOVES,
        latest=6,
        pauses=PAUSES,
    ),
    spanned_kinds=frozenset({"orders"}),
    span_days=SPAN_DAYS,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "a web page inside a 200",
        "a package was split since the last run",
        "packages went on since the last run",
    ),
)

"""What both profiles of packages play in: worlds of orders, and what becomes of packages between runs."""

from __future__ import annotations

from contract_tests.profiles.directed import DirectedScenario, with_changes_between, with_fault
from contract_tests.records.scenario import Row

# Packages that changed last on the borders of windows counted back from now, and beside them.
ON_EDGES = {"contents": 20, "orders": {"count": 60, "edges": [1, 7, 14, 15, 28]}}
# Packages of every kind and status, those that are not paid for yet among them.
LONG_IDS = {"contents": 20, "orders": {"count": 60, "days": 20, "kinds": True}, "long_ids": True}
# The same, where a number of JavaScript has lost the last digits.
LONGER_IDS = {**LONG_IDS, "long_ids": "beyond-doubles"}
MANY = {"contents": 60, "orders": {"count": 420, "days": 13}}
# What the search draws a world of.
SIZES = {
    "contents": (12,),
    "orders": (12, 60, {"count": 30, "edges": [14, 28]}, {"count": 230, "days": 12}),
}
# More packages in two weeks than pages reach.
BEYOND = {"int": "wall-orders", "tr": "wall-orders-tr"}
# How many days a client looks back; the list keeps a month.
SPAN_DAYS = 29
LATE_MS = 90 * 60_000
MOVES: tuple[Row, ...] = (
    {"what": "order-placed"},
    {"what": "order-moved"},
    {"what": "order-moved", "status": "cancelled"},
    {"what": "package-split"},
    {"what": "unit-cancelled"},
)
PAUSES = (60_000, 26 * 3_600_000)
BETWEEN_RUNS: tuple[DirectedScenario, ...] = (
    with_changes_between(
        "packages went on since the last run",
        {"what": "order-moved", "status": "picking"},
        {"what": "order-moved", "status": "cancelled"},
        {"what": "order-moved", "status": "delivered"},
    ),
    with_changes_between("a package was split since the last run", {"what": "package-split"}),
    with_changes_between("a unit was cancelled since the last run", {"what": "unit-cancelled"}),
    # changelog of 2 and 8 September 2026, D: orders were missing for an hour and a half, then had to be read.
    with_changes_between(
        "an order shows up late, behind what was read", {"what": "order-placed", "ago_ms": LATE_MS}
    ),
)


def read_late(operation: str) -> DirectedScenario:
    """A package goes on while it is read, and every answer but the first is as old as the run."""
    return with_fault(
        "a package goes on, and later answers are stale",
        {"operation": operation, "at": 1, "move": {"what": "order-moved"}},
        {"operation": operation, "at": 2, "times": 50, "stale": True},
    )

"""The current account read whole: its scenarios, and what the search may draw."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.profiles.directed import (
    HOUR_MS,
    OTHER_ZONES,
    QUIET,
    WALL,
    DirectedScenario,
    beyond_pages,
    with_changes_between,
    with_fault,
)
from contract_tests.profiles.faults import TRANSPORT_FAULTS
from contract_tests.profiles.profile import Profile, SearchSpace

ON_EDGES = {"rows": 120, "edges": [15, 30, 45, 60, 75], "same_moment": 0.3}
FINANCE = Profile(
    "finance",
    frozenset({"getSettlements", "getOtherFinancials"}),
    (
        QUIET,
        *TRANSPORT_FAULTS,
        with_fault("a row is booked late between two pages", {"move": {"what": "entry-booked"}}),
        with_changes_between("returns since the last run", {"what": "return-booked", "pick": 9}),
        replace(
            with_changes_between("corrections since the last run", {"what": "correction-booked", "pick": 4}),
            worlds={"tr": "demo"},
        ),
        with_changes_between("a Wednesday pays since the last run", pause_ms=8 * 24 * HOUR_MS),
        DirectedScenario(
            "rows on the windows' edges, at one moment, with long ids",
            recipe_part={"money": ON_EDGES, "long_ids": True},
        ),
        DirectedScenario("legal but unusual answers", unusual=True),
        *OTHER_ZONES,
        beyond_pages("thirty thousand rows", worlds={"int": "wall"}),
        beyond_pages("twelve thousand rows", worlds={"tr": "wall-tr"}),
    ),
    SearchSpace(
        sizes={"money": (20, 0, 1, 120, ON_EDGES)},
        worlds=WALL,
        latest=30,
        moves=(
            {"what": "entry-booked"},
            {"what": "correction-booked"},
            {"what": "return-booked"},
        ),
        pauses=(60_000, 8 * 24 * HOUR_MS),
    ),
    spanned_kinds=frozenset({"settlements", "otherfinancials", "totals"}),
    span_days=75,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "a web page inside a 200",
        "body cut short",
        "a row is booked late between two pages",
    ),
)

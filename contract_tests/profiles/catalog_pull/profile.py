"""The catalogue read whole: its scenarios, and what the search may draw."""

from __future__ import annotations

from contract_tests.profiles.directed import (
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

ODD_ROWS = {"contents": {"contents": 40, "shares": {"same_moment": 0.5, "turkish": 1.0}}, "long_ids": True}
# An announced day is no proof that it came: a client that reads V1 too meets it open.
V1_OPEN = {"contents": 40, "decisions": {"product-v1": "open"}}

CATALOG_PULL = Profile(
    "catalog-pull",
    frozenset({"filterApprovedProducts", "filterInventoryAndPrice", "filterProducts"}),
    (
        QUIET,
        *TRANSPORT_FAULTS,
        with_fault("a product leaves between two pages", {"move": {"what": "content-removed"}}),
        with_fault(
            "a product comes between two pages", {"move": {"what": "content-added", "place": "first"}}
        ),
        with_fault("a product changes between two pages", {"move": {"what": "price-changed", "pick": 7}}),
        with_changes_between("a product left since the last run", {"what": "content-removed"}),
        with_changes_between(
            "products left, came and changed since the last run",
            {"what": "content-removed", "pick": 3},
            {"what": "content-added"},
            {"what": "price-changed", "pick": 11},
            {"what": "stock-changed", "pick": 5, "quantity": 17},
        ),
        DirectedScenario("long ids, equal moments, Turkish letters", recipe_part=ODD_ROWS),
        DirectedScenario("legal but unusual answers", unusual=True),
        DirectedScenario("Product V1 open beyond its day", recipe_part=V1_OPEN),
        *OTHER_ZONES,
        beyond_pages("more than pages reach"),
        beyond_pages("more than pages reach, in short pages", unusual=True),
        beyond_pages("a page token refused", {"error": "token-invalid", "at": 103}),
    ),
    SearchSpace(
        sizes={"contents": (3, 0, 1, 40, 101, 130, 205)},
        worlds=WALL,
        latest=4,
        moves=(
            {"what": "content-removed"},
            {"what": "content-added"},
            {"what": "content-added", "place": "first"},
            {"what": "content-changed"},
            {"what": "price-changed"},
            {"what": "stock-changed", "quantity": 7},
        ),
    ),
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "a web page inside a 200",
        "body cut short",
        "a product leaves between two pages",
    ),
)

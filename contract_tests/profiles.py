"""What a profile asks of an integration: declarations only, read by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of truth, and the operations any of which may deliver it to the client.

    Shapes: ``spanned`` kinds are cut to the span of days the client looks back.
    """

    name: str
    operations: tuple[str, ...]
    spanned: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One directed run in a world of its own.

    Shapes: ``worlds`` maps an edition to the recipe it runs on; an edition that is missing leaves it out.
    ``trouble`` is planned for the middle request of the busiest operation of the quiet run, and a quiet run
    follows then.
    """

    name: str
    worlds: Mapping[str, str]
    trouble: Fault | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One capability of an integration."""

    name: str
    kinds: tuple[Kind, ...]
    scenarios: tuple[Scenario, ...]
    span_days: int | None = None

    @property
    def operations(self) -> frozenset[str]:
        """Every operation that delivers something."""
        return frozenset(operation for kind in self.kinds for operation in kind.operations)


DEMO: Mapping[str, str] = {"int": "demo", "tr": "demo"}
QUIET = Scenario("quiet", DEMO)
# Waits are real time for a command, so what it is told to wait is kept to a second.
TOLD_TO_WAIT = Scenario("told to wait in the middle", DEMO, {"status": 429, "retry_after": 1, "times": 2})
UNAVAILABLE = Scenario("unavailable in the middle", DEMO, {"status": 503})
LOCKED_OUT = Scenario("locked out in the middle", DEMO, {"status": 401})
BEYOND_PAGES = Scenario("more than pages reach", {"int": "wall"})

DIRECTED = (QUIET, TOLD_TO_WAIT, UNAVAILABLE, LOCKED_OUT, BEYOND_PAGES)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "catalog-pull",
            (Kind("products", ("filterApprovedProducts", "filterInventoryAndPrice", "filterProducts")),),
            DIRECTED,
        ),
        Profile(
            "finance",
            (
                Kind("settlements", ("getSettlements",), spanned=True),
                Kind("otherfinancials", ("getOtherFinancials",), spanned=True),
            ),
            DIRECTED,
            span_days=75,
        ),
    )
}

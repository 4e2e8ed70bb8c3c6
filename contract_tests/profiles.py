"""What a profile asks of an integration: declarations only, read by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests import wants
from contract_tests.wants import Choose

Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of truth, and the operations any of which may deliver it to the client.

    Shapes: ``spanned`` kinds are cut to the span of days the client looks back; an ``optional`` one is not
    expected of a client that never asks for it.
    """

    name: str
    operations: tuple[str, ...]
    spanned: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One directed run in a world of its own.

    Shapes: ``worlds`` maps an edition to the recipe it runs on; an edition that is missing leaves it out.
    ``trouble`` is planned for the middle request of its operation, or of the busiest one of the quiet run,
    and a quiet run follows then; a header "+3" is the second of the world's time that much later. ``wants``
    chooses something else than the profile does. ``may_fail`` where exit 1 is honest even without trouble:
    something stays undone that only people can mend.
    Units: ``pause_ms`` milliseconds of the world's time between the runs.
    """

    name: str
    worlds: Mapping[str, str]
    trouble: Fault | None = None
    wants: Choose | None = None
    may_fail: bool = False
    # The client starts afresh with its next run, so the limits do too.
    pause_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the shop wants done: chosen from the rows of a kind of truth, written to CLIENT_WANTED."""

    kind: str
    choose: Choose


@dataclass(frozen=True, slots=True)
class Profile:
    """One capability of an integration.

    Shapes: ``writes`` are the operations that have effects; ``edition`` where only one has the service;
    ``environment`` what its clients find beside the usual, ``{url}`` standing for the world's address.
    """

    name: str
    kinds: tuple[Kind, ...]
    scenarios: tuple[Scenario, ...]
    span_days: int | None = None
    edition: str = ""
    writes: tuple[str, ...] = ()
    wanted: Wanted | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def operations(self) -> frozenset[str]:
        """Every operation that delivers or does something."""
        return frozenset((*self.writes, *(name for kind in self.kinds for name in kind.operations)))


DEMO: Mapping[str, str] = {"int": "demo", "tr": "demo"}
QUIET = Scenario("quiet", DEMO)
# Waits are real time for a command, so what it is told to wait is kept to a second.
TOLD_TO_WAIT = Scenario("told to wait in the middle", DEMO, {"status": 429, "retry_after": 1, "times": 2})
UNAVAILABLE = Scenario("unavailable in the middle", DEMO, {"status": 503})
LOCKED_OUT = Scenario("locked out in the middle", DEMO, {"status": 401})
BEYOND_PAGES = Scenario("more than pages reach", {"int": "wall"})

DIRECTED = (QUIET, TOLD_TO_WAIT, UNAVAILABLE, LOCKED_OUT, BEYOND_PAGES)

TURKISH: Mapping[str, str] = {"tr": "demo"}
AT_HOME = Scenario("quiet", TURKISH)
PURCHASE, BATCH = "requestItems", "updateStocks"
USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "+3"}

LOST_PURCHASE = Scenario(
    "answer lost after the purchase",
    TURKISH,
    {"operation": PURCHASE, "status": 504, "after": True},
    may_fail=True,
)
FEWER_IN_STOCK = Scenario(
    "fewer in stock than wanted", TURKISH, wants=wants.more_than_there_is, may_fail=True
)
BUYING = (
    AT_HOME,
    LOST_PURCHASE,
    Scenario("told to wait in the middle", TURKISH, {"operation": PURCHASE, **(TOLD_TO_WAIT.trouble or {})}),
    # A careful client may take a 503 for a lost answer.
    Scenario("unavailable in the middle", TURKISH, {"operation": PURCHASE, "status": 503}, may_fail=True),
    FEWER_IN_STOCK,
)

# The pause is longer than a token lives.
TOKEN_REFUSED = Scenario("token refused in the middle", TURKISH, {"status": 401}, pause_ms=3_700_000)
QUOTA_USED_UP = Scenario("quota used up in the middle", TURKISH, {"after": True, "headers": USED_UP})
BAD_ROW = Scenario("a row of the batch cannot be done", TURKISH, wants=wants.one_unknown, may_fail=True)
SYNCHRONISING = (
    AT_HOME,
    replace(TOLD_TO_WAIT, worlds=TURKISH),
    replace(UNAVAILABLE, worlds=TURKISH),
    TOKEN_REFUSED,
    QUOTA_USED_UP,
    Scenario("answer lost after the batch", TURKISH, {"operation": BATCH, "status": 504, "after": True}),
    BAD_ROW,
)

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
        Profile(
            "b2b-purchase",
            (),
            BUYING,
            edition="tr",
            writes=(PURCHASE,),
            wanted=Wanted("offers", wants.purchases),
            environment={
                "B2B_BASE_URL": "{url}/b2bbuyergateway",
                "B2B_USER": "DEMO-BUYER",
                "B2B_PASSWORD": "demo-buyer-secret",
            },
        ),
        Profile(
            "pazarsync",
            (
                Kind("goods", ("listProducts", "getProduct"), optional=True),
                Kind("pazarsync-orders", ("listOrders", "getOrder"), spanned=True, optional=True),
            ),
            SYNCHRONISING,
            span_days=30,
            edition="tr",
            writes=(BATCH,),
            wanted=Wanted("goods", wants.stocks),
            environment={
                "PAZARSYNC_BASE_URL": "{url}",
                "PAZARSYNC_CLIENT_ID": "demo-pazarsync-client",
                "PAZARSYNC_CLIENT_SECRET": "demo-pazarsync-secret",
            },
        ),
    )
}

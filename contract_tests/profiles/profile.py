"""What a profile asks of an integration: declarations only, read by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.profiles import faults as trouble
from contract_tests.profiles.directed import (
    HOUR_MS,
    WALL,
    DirectedScenario,
    beyond_pages,
    with_changes_between,
    with_fault,
)
from contract_tests.records.scenario import Row


@dataclass(frozen=True, slots=True)
class Desired:
    """What the shop wants done: chosen from the rows of a kind of truth, written to CLIENT_WANTED.

    Shapes: ``choices`` are names of ``wants.CHOICES``, the usual one first.
    """

    kind: str
    selections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """What the random search draws from, besides the transport troubles that every profile meets.

    Shapes: ``sizes`` of the recipe's parts, each with the values it may have, the simplest first; ``moves``
    of the marketplace, while the client runs or between its runs; ``events`` ready as they are; ``pauses``
    before the last sync; ``latest`` is the last request an event may strike; ``gives_up`` how many of the
    wants the shop may want no longer; ``worlds`` large ones, by edition, that are drawn now and then.
    Units: ``pauses`` milliseconds of the world's time.
    """

    sizes: Mapping[str, tuple[Any, ...]]
    moves: tuple[Row, ...]
    events: tuple[Row, ...] = ()
    pauses: tuple[int, ...] = (60_000,)
    latest: int = 12
    withdrawals: int = 0
    worlds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """One capability of an integration.

    Shapes: ``operations`` deliver or do what it is about; ``directed`` are played first, the first of them
    without trouble, ``palette`` is searched then; ``spanned`` kinds of truth are cut to the span of days that
    the client looks back; ``edition`` where only one has the service;
    ``search_may_fail`` where what is drawn may leave something that only people can mend; ``system`` names
    the one of SYSTEMS that its clients are told of beside the marketplace, and whose words its exports speak.
    """

    name: str
    operations: frozenset[str]
    directed: tuple[DirectedScenario, ...]
    search_space: SearchSpace
    spanned_kinds: frozenset[str] = frozenset()
    span_days: int | None = None
    edition: str = ""
    desired: Desired | None = None
    search_may_fail: bool = False
    system: str = "trendyol"

    def part(self, *names: str) -> Profile:
        """Give the profile with these directed scenarios alone."""
        by_name = {one.name: one for one in self.directed}
        return replace(self, directed=tuple(by_name[name] for name in names))


QUIET = DirectedScenario("quiet")
ODD = {"contents": {"contents": 40, "shares": {"same_moment": 0.5, "turkish": 1.0}}, "long_ids": True}

CATALOG_PULL = Profile(
    "catalog-pull",
    frozenset({"filterApprovedProducts", "filterInventoryAndPrice", "filterProducts"}),
    (
        QUIET,
        *trouble.TRANSPORT_FAULTS,
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
        DirectedScenario("long ids, equal moments, Turkish letters", recipe_part=ODD),
        DirectedScenario("legal but unusual answers", unusual=True),
        beyond_pages("more than pages reach"),
        beyond_pages("a page token refused", {"error": "token-invalid", "at": 110}),
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
)

ON_EDGES = {"rows": 120, "edges": [15, 30, 45, 60, 75], "same_moment": 0.3}
FINANCE = Profile(
    "finance",
    frozenset({"getSettlements", "getOtherFinancials"}),
    (
        QUIET,
        *trouble.TRANSPORT_FAULTS,
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
        beyond_pages("thirty thousand rows"),
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
)

PURCHASE = "requestItems"
LOST_PURCHASE = {"operation": PURCHASE, "status": 504, "after": True}
CUT_PURCHASE = {"operation": PURCHASE, "cut": "reset", "after": True}
B2B_PURCHASE = Profile(
    "b2b-purchase",
    frozenset({PURCHASE}),
    (
        QUIET,
        *trouble.transport_faults_at(PURCHASE, may_fail=True),
        with_fault("answer lost after the purchase", LOST_PURCHASE, may_fail=True),
        with_fault("connection lost after the purchase", CUT_PURCHASE, may_fail=True),
        with_fault(
            "answer lost after the purchase, stock read late",
            LOST_PURCHASE,
            {"operation": "getStockStatus", "at": 1, "times": 20, "stale": True},
            {"operation": "getOffers", "at": 1, "times": 20, "stale": True},
            may_fail=True,
        ),
        DirectedScenario("fewer in stock than wanted", selection="more than there is", may_fail=True),
        with_fault(
            "others buy first",
            {"operation": PURCHASE, "move": {"what": "stock-changed", "pick": 0, "quantity": 1}},
            may_fail=True,
        ),
        with_changes_between("no longer wanted", withdrawn=(0,)),
        with_changes_between(
            "fewer than wanted, and no longer wanted",
            selection="more than there is",
            withdrawn=(1,),
            may_fail=True,
        ),
        with_changes_between(
            "no longer wanted after the cut-off",
            pause_ms=25 * HOUR_MS,
            withdrawn=(0,),
            may_fail=True,
        ),
        DirectedScenario("legal but unusual answers", unusual=True),
    ),
    SearchSpace(
        sizes={"contents": (6, 12)},
        latest=8,
        withdrawals=3,
        moves=({"what": "stock-changed", "quantity": 1}, {"what": "stock-changed", "quantity": 0}),
        events=(LOST_PURCHASE, CUT_PURCHASE, {"operation": PURCHASE, "cut": "truncated"}),
        pauses=(60_000, 25 * HOUR_MS),
    ),
    edition="tr",
    system="b2b",
    desired=Desired("offers", ("purchases", "more than there is")),
    search_may_fail=True,
)

BATCH = "updateStocks"
LOST_BATCH = {"operation": BATCH, "status": 504, "after": True}
USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "+3"}
PAZARSYNC = Profile(
    "pazarsync",
    frozenset({"listProducts", "getProduct", "listOrders", "getOrder", BATCH}),
    (
        QUIET,
        *trouble.TRANSPORT_FAULTS,
        # The pause is longer than a token lives.
        with_fault("token refused in the middle", {"status": 401}, pause_ms=3_700_000),
        with_fault("token expired in the middle", {"expire_tokens": True}),
        with_fault("quota used up in the middle", {"after": True, "headers": USED_UP}),
        with_fault("answer lost after the batch", LOST_BATCH),
        with_fault("answer lost before the batch", {"operation": BATCH, "status": 504, "times": 5}),
        DirectedScenario("a row of the batch cannot be done", selection="one unknown", may_fail=True),
        with_fault(
            "products read late", {"operation": "listProducts", "times": 3, "stale": True, "after": False}
        ),
        with_fault(
            "an order comes between two pages", {"operation": "listOrders", "move": {"what": "order-placed"}}
        ),
        with_fault(
            "a product leaves between two pages",
            {"operation": "listProducts", "move": {"what": "content-removed"}},
        ),
        DirectedScenario("legal but unusual answers", unusual=True),
    ),
    SearchSpace(
        sizes={"contents": (4, 45), "orders": (2, 0, 105)},
        moves=(
            {"what": "order-placed"},
            {"what": "order-moved"},
            {"what": "content-removed"},
            {"what": "price-changed"},
            {"what": "stock-changed", "quantity": 7},
        ),
        events=(
            {"expire_tokens": True},
            LOST_BATCH,
            {"operation": BATCH, "cut": "reset", "after": True},
            {"operation": "listProducts", "times": 2, "stale": True},
            {"after": True, "headers": USED_UP},
        ),
        pauses=(60_000, 3_700_000),
    ),
    spanned_kinds=frozenset({"pazarsync-orders"}),
    span_days=30,
    edition="tr",
    system="pazarsync",
    desired=Desired("goods", ("stocks", "one unknown")),
    search_may_fail=True,
)

PROFILES: Mapping[str, Profile] = {one.name: one for one in (CATALOG_PULL, FINANCE, B2B_PURCHASE, PAZARSYNC)}

"""What a profile asks of an integration: declarations only, read by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.profiles import faults as trouble
from contract_tests.profiles.directed import HOUR_MS, WALL, Directed, beyond_pages, moved_since, struck
from contract_tests.records.scenario import Row


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the shop wants done: chosen from the rows of a kind of truth, written to CLIENT_WANTED.

    Shapes: ``choices`` are names of ``wants.CHOICES``, the usual one first.
    """

    kind: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Palette:
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
    gives_up: int = 0
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
    directed: tuple[Directed, ...]
    palette: Palette
    spanned: frozenset[str] = frozenset()
    span_days: int | None = None
    edition: str = ""
    wanted: Wanted | None = None
    search_may_fail: bool = False
    system: str = "trendyol"

    def part(self, *names: str) -> Profile:
        """Give the profile with these directed scenarios alone."""
        by_name = {one.name: one for one in self.directed}
        return replace(self, directed=tuple(by_name[name] for name in names))


QUIET = Directed("quiet")
ODD = {"contents": {"contents": 40, "shares": {"same_moment": 0.5, "turkish": 1.0}}, "long_ids": True}

CATALOG_PULL = Profile(
    "catalog-pull",
    frozenset({"filterApprovedProducts", "filterInventoryAndPrice", "filterProducts"}),
    (
        QUIET,
        *trouble.TRANSPORT,
        struck("a product leaves between two pages", {"move": {"what": "content-removed"}}),
        struck("a product comes between two pages", {"move": {"what": "content-added", "place": "first"}}),
        struck("a product changes between two pages", {"move": {"what": "price-changed", "pick": 7}}),
        moved_since("a product left since the last run", {"what": "content-removed"}),
        moved_since(
            "products left, came and changed since the last run",
            {"what": "content-removed", "pick": 3},
            {"what": "content-added"},
            {"what": "price-changed", "pick": 11},
            {"what": "stock-changed", "pick": 5, "quantity": 17},
        ),
        Directed("long ids, equal moments, Turkish letters", part=ODD),
        Directed("legal but unusual answers", unusual=True),
        beyond_pages("more than pages reach"),
        beyond_pages("a page token refused", {"error": "token-invalid", "at": 110}),
    ),
    Palette(
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
        *trouble.TRANSPORT,
        struck("a row is booked late between two pages", {"move": {"what": "entry-booked"}}),
        moved_since("returns since the last run", {"what": "return-booked", "pick": 9}),
        replace(
            moved_since("corrections since the last run", {"what": "correction-booked", "pick": 4}),
            worlds={"tr": "demo"},
        ),
        moved_since("a Wednesday pays since the last run", pause_ms=8 * 24 * HOUR_MS),
        Directed(
            "rows on the windows' edges, at one moment, with long ids",
            part={"money": ON_EDGES, "long_ids": True},
        ),
        Directed("legal but unusual answers", unusual=True),
        beyond_pages("thirty thousand rows"),
    ),
    Palette(
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
    spanned=frozenset({"settlements", "otherfinancials", "totals"}),
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
        *trouble.transport_at(PURCHASE, may_fail=True),
        struck("answer lost after the purchase", LOST_PURCHASE, may_fail=True),
        struck("connection lost after the purchase", CUT_PURCHASE, may_fail=True),
        struck(
            "answer lost after the purchase, stock read late",
            LOST_PURCHASE,
            {"operation": "getStockStatus", "at": 1, "times": 20, "stale": True},
            {"operation": "getOffers", "at": 1, "times": 20, "stale": True},
            may_fail=True,
        ),
        Directed("fewer in stock than wanted", shop="more than there is", may_fail=True),
        struck(
            "others buy first",
            {"operation": PURCHASE, "move": {"what": "stock-changed", "pick": 0, "quantity": 1}},
            may_fail=True,
        ),
        moved_since("no longer wanted", gives_up=(0,)),
        moved_since(
            "fewer than wanted, and no longer wanted",
            shop="more than there is",
            gives_up=(1,),
            may_fail=True,
        ),
        moved_since(
            "no longer wanted after the cut-off",
            pause_ms=25 * HOUR_MS,
            gives_up=(0,),
            may_fail=True,
        ),
        Directed("legal but unusual answers", unusual=True),
    ),
    Palette(
        sizes={"contents": (6, 12)},
        latest=8,
        gives_up=3,
        moves=({"what": "stock-changed", "quantity": 1}, {"what": "stock-changed", "quantity": 0}),
        events=(LOST_PURCHASE, CUT_PURCHASE, {"operation": PURCHASE, "cut": "truncated"}),
        pauses=(60_000, 25 * HOUR_MS),
    ),
    edition="tr",
    system="b2b",
    wanted=Wanted("offers", ("purchases", "more than there is")),
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
        *trouble.TRANSPORT,
        # The pause is longer than a token lives.
        struck("token refused in the middle", {"status": 401}, pause_ms=3_700_000),
        struck("token expired in the middle", {"expire_tokens": True}),
        struck("quota used up in the middle", {"after": True, "headers": USED_UP}),
        struck("answer lost after the batch", LOST_BATCH),
        struck("answer lost before the batch", {"operation": BATCH, "status": 504, "times": 5}),
        Directed("a row of the batch cannot be done", shop="one unknown", may_fail=True),
        struck(
            "products read late", {"operation": "listProducts", "times": 3, "stale": True, "after": False}
        ),
        struck(
            "an order comes between two pages", {"operation": "listOrders", "move": {"what": "order-placed"}}
        ),
        struck(
            "a product leaves between two pages",
            {"operation": "listProducts", "move": {"what": "content-removed"}},
        ),
        Directed("legal but unusual answers", unusual=True),
    ),
    Palette(
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
    spanned=frozenset({"pazarsync-orders"}),
    span_days=30,
    edition="tr",
    system="pazarsync",
    wanted=Wanted("goods", ("stocks", "one unknown")),
    search_may_fail=True,
)

PROFILES: Mapping[str, Profile] = {one.name: one for one in (CATALOG_PULL, FINANCE, B2B_PURCHASE, PAZARSYNC)}

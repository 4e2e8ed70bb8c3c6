"""A shop on PazarSync: its scenarios, the stock the shop wants, what the search may draw."""

from __future__ import annotations

from contract_tests.profiles.directed import OTHER_ZONES, QUIET, DirectedScenario, with_fault
from contract_tests.profiles.faults import TRANSPORT_FAULTS
from contract_tests.profiles.pazarsync.desired import one_unknown, stocks
from contract_tests.profiles.profile import DesiredRows, Profile, SearchSpace

BATCH = "updateStocks"
LOST_BATCH = {"operation": BATCH, "status": 504, "after": True}
USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "+3"}
PAZARSYNC = Profile(
    "pazarsync",
    frozenset({"listProducts", "getProduct", "listOrders", "getOrder", BATCH}),
    (
        QUIET,
        *TRANSPORT_FAULTS,
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
        *OTHER_ZONES,
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
    desired_rows=DesiredRows("account-products", {"stocks": stocks, "one unknown": one_unknown}),
    search_may_fail=True,
    quick=(
        "told to wait in the middle",
        "unavailable in the middle",
        "token expired in the middle",
        "answer lost after the batch",
        "a row of the batch cannot be done",
    ),
)

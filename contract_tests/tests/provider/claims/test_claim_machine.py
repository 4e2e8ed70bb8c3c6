"""Claims under many hands and jumps of the clock: each unit ends once; packages, account and claims agree."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract_tests.tests.effort import examples, is_nightly
from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.tests.provider.support.claims import (
    approve,
    claims,
    issue,
    items_of,
    new_claim,
    recipe,
    return_rows,
    send,
)
from contract_tests.tests.provider.support.closing import close_at_the_end
from emulator import Settings, create_app
from emulator.stage.stages import Stages
from emulator.world.core.world import World
from emulator.world.money.after_sale import SENT_BACK

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
SERVICE = "/integration/test/order/sellers/2738/claims/waiting-in-action"
# What the reasons of an issue lead to.
ENDS = {51: "Unresolved", 451: "InAnalysis", 2101: "Accepted"}
# How long an item stays where it is, in hours, and where it may be then.
LIMITS = {
    "Created": (48, ("WaitingInAction",)),
    "WaitingInAction": (48, ("Accepted",)),
    "Unresolved": (72, ("Accepted", "Rejected")),
    "InAnalysis": (120, ("Accepted", "Rejected")),
}
APP = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
STAGES.open("machine", recipe={**recipe(), "claims": []}, decisions={"claim-fraud-check": "none"})
ASK = Ask(APP, "/w/machine")


_closing = close_at_the_end(STAGES)


@dataclass
class Item:
    """A claim item as it should be."""

    claim_id: str
    package_id: int
    barcode: str
    status: str
    since_ms: int


def packages() -> list[dict[str, Any]]:
    """The delivered packages of two weeks."""
    query = {"status": "Delivered", "startDate": NOW_MS - 14 * DAY_MS, "endDate": NOW_MS, "size": 200}
    rows = ASK("/integration/order/sellers/2738/v2/orders", TR, **query).json["content"]
    return sorted(rows, key=lambda row: int(row["shipmentPackageId"]))


def sent_back(world: World) -> set[int]:
    """The packages of which customers send something back by themselves, now or later."""
    later = world.store.rows("SELECT payload FROM due WHERE kind = ?", (SENT_BACK,))
    by_now = world.store.rows("SELECT package_id FROM claim")
    return {json.loads(row[0])["package"] for row in later} | {row[0] for row in by_now}


class Claims(RuleBasedStateMachine):
    """Customers, carriers, sellers and time, beside a model of what they do."""

    picks = st.integers(0, 30)

    @initialize()
    def start(self) -> None:
        stage = STAGES.get("machine")
        assert stage is not None
        stage.reset()
        ASK.control("POST", "/clock/freeze")
        self.now_ms = ASK.control("GET", "/clock")["now_ms"]
        excluded_ids = sent_back(stage.world)
        self.packages = [row for row in packages() if row["shipmentPackageId"] not in excluded_ids]
        self.items: dict[str, Item] = {}

    def choose(self, pick: int, *statuses: str) -> str | None:
        """An item that has one of the statuses, any without."""
        ids = [key for key, item in self.items.items() if not statuses or item.status in statuses]
        return ids[pick % len(ids)] if ids else None

    def claim_of(self, key: str) -> dict[str, Any]:
        (row,) = claims(ASK, claimIds=self.items[key].claim_id)
        return row

    def move_to(self, key: str, status: str) -> None:
        self.items[key].status, self.items[key].since_ms = status, self.now_ms

    def make_move(self, what: str, status: str, pick: int, decision: str | None = None) -> None:
        """Make a move of one of all the claims; other customers have some as well."""
        body = {"what": what, "seller": 2738, "pick": pick} | ({"status": decision} if decision else {})
        summary = ASK.control("POST", "/moves", body)["summary"]
        key = summary.removeprefix("claim item ").partition(" ")[0]
        if key in self.items:
            self.move_to(key, status)

    @rule(pick=picks, quantity=st.integers(1, 2))
    def open_a_claim(self, pick: int, quantity: int) -> None:
        package = self.packages[pick % len(self.packages)]
        number, line = package["shipmentPackageId"], package["lines"][0]
        is_live = [item for item in self.items.values() if item.status not in ("Rejected", "Cancelled")]
        claimed_count = sum((item.package_id, item.barcode) == (number, line["barcode"]) for item in is_live)
        unit_count = sum(each["quantity"] for each in package["lines"] if each["barcode"] == line["barcode"])
        answer = send(ASK, "POST", "/create", json=new_claim(package, quantity))
        assert answer.status_code == (200 if claimed_count + quantity <= unit_count else 400)
        for key in answer.json.get("claimItemIds", ()):
            claim_id = answer.json["claimId"]
            self.items[key] = Item(claim_id, number, line["barcode"], "Created", self.now_ms)

    @precondition(lambda self: self.items)
    @rule(pick=picks)
    def bring_it_back(self, pick: int) -> None:
        key = self.choose(pick)
        assert key is not None
        row = self.claim_of(key)
        on_way = [item["id"] for item in items_of(row) if self.items[item["id"]].status == "Created"]
        body = {"shipmentPackageId": row["orderShipmentPackageId"]}
        answer = ASK.send("PUT", SERVICE, headers=TR, json=body)
        assert answer.status_code == (200 if on_way else 400)
        for each in on_way:
            self.move_to(each, "WaitingInAction")

    @precondition(lambda self: self.items)
    @rule(pick=picks, whole=st.booleans())
    def approve_items(self, pick: int, whole: bool) -> None:  # noqa: FBT001  # drawn by name
        key = self.choose(pick)
        assert key is not None
        row = self.claim_of(key)
        keys = [item["id"] for item in items_of(row)] if whole else [key]
        are_waiting = all(self.items[each].status == "WaitingInAction" for each in keys)
        assert approve(ASK, row, ids=keys).status_code == (200 if are_waiting else 400)
        for each in keys if are_waiting else ():
            self.move_to(each, "Accepted")

    @precondition(lambda self: self.items)
    @rule(pick=picks, reason=st.sampled_from([*ENDS, 1651]))
    def make_an_issue(self, pick: int, reason: int) -> None:
        key = self.choose(pick)
        assert key is not None
        item = self.items[key]
        is_early = reason == 1651 and self.now_ms < item.since_ms + 24 * HOUR_MS
        is_taken = item.status == "WaitingInAction" and not is_early
        answer = issue(ASK, self.claim_of(key), reason, claimItemIdList=key)
        assert answer.status_code == (200 if is_taken else 400)
        if is_taken:
            self.move_to(key, ENDS.get(reason, "Unresolved"))

    @rule(pick=picks)
    def keep_a_unit(self, pick: int) -> None:
        if self.choose(pick, "Created") is not None:
            self.make_move("claim-cancelled", "Cancelled", pick=pick)

    @rule(pick=picks, status=st.sampled_from(["accepted", "rejected"]))
    def decide_a_dispute(self, pick: int, status: str) -> None:
        if self.choose(pick, "Unresolved", "InAnalysis") is not None:
            self.make_move("claim-decided", status.title(), pick=pick, decision=status)

    @rule(hours=st.sampled_from([1, 23, 24, 47, 48, 100]))
    def let_time_pass(self, hours: int) -> None:
        ASK.control("POST", "/clock/advance", {"ms": hours * HOUR_MS})
        self.now_ms += hours * HOUR_MS
        statuses = self.listed_statuses()
        for key, item in self.items.items():
            self.follow(item, statuses[key])

    def follow(self, item: Item, status_now: str) -> None:
        """Bring an item as far as time has; where chance decides, the list says how."""
        while item.status in LIMITS:
            longest_hours, ends = LIMITS[item.status]
            if self.now_ms < item.since_ms + longest_hours * HOUR_MS:
                return
            item.since_ms += longest_hours * HOUR_MS
            item.status = status_now if status_now in ends else ends[0]

    def listed_statuses(self) -> dict[str, str]:
        """The items of these packages; what comes back undelivered meanwhile is claimed by itself."""
        numbers = {row["shipmentPackageId"] for row in self.packages}
        return {
            item["id"]: item["claimItemStatus"]["name"]
            for row in claims(ASK)
            if row["orderOutboundPackageId"] in numbers
            for item in items_of(row)
        }

    @invariant()
    def list_is_as_the_model_has_it(self) -> None:
        if hasattr(self, "items"):
            assert self.listed_statuses() == {key: item.status for key, item in self.items.items()}

    @invariant()
    def truth_and_list_agree(self) -> None:
        if hasattr(self, "items"):
            rows = ASK.control("GET", "/truth/claims", seller=2738)["rows"]
            statuses = {row["claimItemId"]: row["status"] for row in rows}
            assert self.listed_statuses().items() <= statuses.items()

    @invariant()
    def steps_of_an_item_form_a_chain(self) -> None:
        for key in list(getattr(self, "items", ()))[-1:]:
            steps = send(ASK, "GET", f"/items/{key}/audit").json[::-1]
            assert [step["previousStatus"] for step in steps] == [
                "",
                *(step["newStatus"] for step in steps[:-1]),
            ]
            assert steps[-1]["newStatus"] == self.items[key].status

    @invariant()
    def what_is_accepted_is_taken_back_in_the_account(self) -> None:
        if hasattr(self, "items"):
            orders = {row["shipmentPackageId"]: row["orderNumber"] for row in self.packages}
            counts = Counter((row["orderNumber"], row["barcode"]) for row in return_rows(ASK))
            accepted_counts = Counter(
                (orders[item.package_id], item.barcode)
                for item in self.items.values()
                if item.status == "Accepted"
            )
            assert accepted_counts <= counts

    @invariant()
    def packages_stay_delivered(self) -> None:
        # The list reaches back a month.
        if hasattr(self, "items") and self.now_ms < NOW_MS + 15 * DAY_MS:
            rows = {row["shipmentPackageId"]: row for row in packages()}
            assert [rows[row["shipmentPackageId"]] for row in self.packages] == self.packages


Claims.TestCase.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40 if is_nightly() else 12,
    deadline=None,
    derandomize=True,
)
TestClaims = Claims.TestCase

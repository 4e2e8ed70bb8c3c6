"""The life of products under many hands and jumps of the clock, against a model of a few lines."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract_tests.tests.effort import examples, is_nightly
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.inventory import write
from contract_tests.tests.provider.support.new_products import (
    BATCH_MS,
    DAY_MS,
    approved_contents,
    item,
    later,
    read,
    reasons,
    recipe,
    unapproved_rows,
)
from emulator import Settings, create_app
from emulator.stage.stages import Stages

CODES = ("a", "b", "c")
WEEKS_MS = 30 * DAY_MS
APP = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
STAGES.open("machine", recipe=recipe(delay_ms=WEEKS_MS))
ASK = Ask(APP, "/w/machine")
CODE = st.sampled_from(CODES)


_closing = close_at_the_end(STAGES)


class Products(RuleBasedStateMachine):
    """Three barcodes; people decide by moves alone, for they take longer than the machine runs."""

    @initialize()
    def begin(self) -> None:
        ASK.control("POST", "/reset")
        ASK.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
        self.states: dict[str, str] = {}
        self.archive_moments: dict[str, int] = {}
        self.locked_codes: set[str] = set()
        self.now_ms = NOW_MS

    def send(self, kind: str, fields: dict[str, object]) -> bool:
        """Send one item and say whether it was done."""
        (failures,) = reasons(ASK, kind, [fields])
        self.now_ms += BATCH_MS
        return not failures

    def send_state(self, kind: str, fields: dict[str, object]) -> int:
        status: int = write(ASK, kind, [fields]).status_code
        self.wait(BATCH_MS)
        return status

    def wait(self, ms: int) -> None:
        later(ASK, ms)
        self.now_ms += ms

    @rule(code=CODE)
    def create(self, code: str) -> None:
        is_new = code not in self.states
        assert self.send("create", item(barcode=code, productMainId=code)) == is_new
        if is_new:
            self.states[code] = "pending"

    @rule(code=CODE)
    def change(self, code: str) -> None:
        is_open = self.states.get(code) in ("pending", "rejected")
        assert self.send("unapproved", {"barcode": code, "title": f"Yeni {self.now_ms}"}) == is_open
        if is_open:
            self.states[code] = "pending"

    @rule(what=st.sampled_from(["approved", "rejected"]), pick=st.integers(0, 2))
    def decide(self, what: str, pick: int) -> None:
        codes = [row["barcode"] for row in unapproved_rows(ASK, status="pendingApproval")]
        body = {"what": f"product-{what}", "seller": 2738, "pick": pick}
        answer = ASK.send("POST", "/_emulator/moves", json=body)
        assert answer.status_code == (200 if codes else 409)
        if codes:
            self.states[codes[pick % len(codes)]] = what

    @rule(code=CODE, is_away=st.booleans())
    def archive(self, code: str, is_away: bool) -> None:  # noqa: FBT001  # Hypothesis passes names
        is_listed = self.states.get(code) in ("approved", "archived")
        status = self.send_state("archive", {"barcode": code, "archived": is_away})
        assert status == (200 if is_listed else 404)
        if is_listed:
            if is_away and self.states[code] == "approved":
                # Done within the seconds that were waited.
                self.archive_moments[code] = self.now_ms
            self.states[code] = "archived" if is_away else "approved"

    @rule(code=CODE)
    def delete(self, code: str) -> None:
        state = self.states.get(code)
        waited_ms = self.now_ms - self.archive_moments.get(code, self.now_ms)
        is_ripe = state == "archived" and waited_ms > DAY_MS and code not in self.locked_codes
        assert self.send("delete", {"barcode": code}) == (is_ripe or state in ("pending", "rejected"))
        if is_ripe or state in ("pending", "rejected"):
            del self.states[code]

    @rule(pick=st.integers(0, 2))
    def lock(self, pick: int) -> None:
        answer = ASK.send(
            "POST", "/_emulator/moves", json={"what": "product-locked", "seller": 2738, "pick": pick}
        )
        assert (answer.status_code == 200) == any(
            state in ("approved", "archived") for state in self.states.values()
        )
        if answer.status_code == 200:
            self.locked_codes.add(answer.json["summary"].split()[1])

    @rule(code=CODE)
    def unlock(self, code: str) -> None:
        is_listed = self.states.get(code) in ("approved", "archived")
        assert self.send_state("unlock", {"barcode": code}) == (200 if is_listed else 404)
        self.locked_codes.discard(code)

    def state_of(self, code: str) -> str:
        """Where a barcode stands: what is put away is so before it is locked."""
        is_locked = self.states[code] == "approved" and code in self.locked_codes
        return "locked" if is_locked else self.states[code]

    @rule(days=st.sampled_from([1, 2]))
    def pass_days(self, days: int) -> None:
        self.wait(days * DAY_MS)

    @invariant()
    def lists_and_truth_are_the_model(self) -> None:
        if not hasattr(self, "states"):
            return
        rows = ASK.control("GET", "/truth/product-states", seller=2738)["rows"]
        assert {row["barcode"]: row["state"] for row in rows} == {
            code: self.state_of(code) for code in self.states
        }
        listed_codes = {each["barcode"] for content in approved_contents(ASK) for each in content["variants"]}
        waiting_codes = {row["barcode"] for row in unapproved_rows(ASK)}
        by_state = {code for code, state in self.states.items() if state in ("approved", "archived")}
        assert listed_codes == by_state
        assert waiting_codes == self.states.keys() - listed_codes
        for code in self.states:
            assert read(ASK, f"product/{code}")["approved"] == (code in listed_codes)


Products.TestCase.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40 if is_nightly() else 14,
    deadline=None,
    derandomize=True,
)
TestProducts = Products.TestCase

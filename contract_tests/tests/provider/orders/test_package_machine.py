"""Packages under many hands and jumps of the clock: nothing ordered is lost, doubled or mispriced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract_tests.tests.effort import examples, is_nightly
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.package_model import Model, Pack
from contract_tests.tests.provider.support.packages import DAY_MS, SELLERS, order, world_of, write
from contract_tests.tests.provider.support.pazarsync import bearer
from emulator import Settings, create_app
from emulator.stage.stages import Stages

BY_LINK = {"isPhoneNumber": False, "trackingInfo": "https://tracking.example.com/1", "params": {}}
AMOUNTS = ("packageGrossAmount", "packageTotalDiscount", "packageTotalPrice")
PRODUCTS_PATH = "/integration/product/sellers/{}/products/approved"
LISTINGS = [
    {"seller": seller, "storefront": storefront, "contents": 6, "variants": [1, 2], "shares": {}}
    for seller, storefront, _ in SELLERS.values()
]


def stock_of(ask: Ask, edition: str) -> dict[str, int]:
    """How many there are of each variant that an edition's seller lists."""
    seller, _, headers = SELLERS[edition]
    page = ask(PRODUCTS_PATH.format(seller), headers, size=100).json
    variants = [variant for content in page["content"] for variant in content["variants"]]
    return {variant["barcode"]: variant["stock"].get("quantity") or 0 for variant in variants}


def recipe() -> dict[str, Any]:
    """Three orders of three listed things in each edition."""
    app = create_app(Settings(world="empty", now_ms=NOW_MS))
    app.extensions["stages"].open("listed", recipe={**world_of(), "listings": LISTINGS})
    ask, orders = Ask(app, "/w/listed"), []
    for base, edition in ((400, "tr"), (500, "int")):
        barcodes = sorted(stock_of(ask, edition))[:3]
        for number in range(base, base + 3):
            new_order = order(number, "created", edition)
            for line, barcode in zip(new_order["lines"], barcodes, strict=True):
                line["barcode"] = barcode
            orders.append(new_order)
    app.extensions["stages"].close_all()
    return {**world_of(*orders), "listings": LISTINGS}


APP = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
STAGES.open("machine", recipe=recipe())
ASK = Ask(APP, "/w/machine")


_closing = close_at_the_end(STAGES)


def rows_of(edition: str) -> list[dict[str, Any]]:
    """All packages of an edition's seller, awaiting ones aside."""
    seller, _, headers = SELLERS[edition]
    window = {"startDate": NOW_MS - 2 * DAY_MS, "endDate": NOW_MS + 12 * DAY_MS, "size": 200}
    page = ASK(f"/integration/order/sellers/{seller}/v2/orders", headers, **window).json
    assert page["totalPages"] <= 1
    rows: list[dict[str, Any]] = page["content"]
    return rows


def every_row() -> list[dict[str, Any]]:
    return [row for edition in SELLERS for row in rows_of(edition)]


def move(what: str, edition: str, **details: Any) -> None:
    """Move the market of an edition."""
    seller, storefront, _ = SELLERS[edition]
    ASK.control("POST", "/moves", {"what": what, "seller": seller, "storefront": storefront, **details})


class Packages(RuleBasedStateMachine):
    """Sellers, customers and carriers, who know nothing of each other, beside a model of what they do."""

    picks = st.integers(0, 30)
    sizes = st.lists(st.integers(1, 3), min_size=1, max_size=3)
    counts = st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 5))
    flags = st.booleans()

    @initialize()
    def start(self) -> None:
        stage = STAGES.get("machine")
        assert stage is not None
        stage.reset()
        ASK.control("POST", "/clock/freeze")
        self.bearer = bearer(ASK)
        self.model = Model(ASK.control("GET", "/clock")["now_ms"])
        for edition in SELLERS:
            for barcode, quantity in stock_of(ASK, edition).items():
                self.model.stock[edition, barcode] = quantity
            for row in rows_of(edition):
                self.model.add_order(edition, row)

    def pack(self, pick: int) -> Pack:
        packs = sorted(self.model.packs.values(), key=lambda pack: pack.number)
        return packs[pick % len(packs)]

    def send(self, pack: Pack, rest: str, body: Any = None, method: str = "PUT", *, is_allowed: bool) -> bool:
        """Send a write, which is done or refused as the model says."""
        answer = write(ASK, pack.number, rest, body, pack.edition, method)
        assert answer.status_code == (200 if is_allowed else 400), (pack, rest, body, answer.text)
        return is_allowed

    @rule(pick=picks, invoice=flags)
    def go_on(self, pick: int, invoice: bool) -> None:  # noqa: FBT001
        pack, status = self.pack(pick), "Invoiced" if invoice else "Picking"
        is_allowed = pack.status in (("Created", "Picking") if invoice else ("Created",))
        if self.send(pack, "", {"status": status, "params": {}}, is_allowed=is_allowed):
            pack.history.append(status)

    @rule(pick=picks, counts=counts, keeps_status=flags)
    def cancel(self, pick: int, counts: tuple[int, ...], keeps_status: bool) -> None:  # noqa: FBT001
        pack = self.pack(pick)
        units = {line: count for line, count in zip(pack.units, counts, strict=False) if count}
        lines = [{"lineId": line, "quantity": count} for line, count in units.items()]
        body = {"lines": lines, "reasonId": 500, "shouldKeepPreviousStatus": keeps_status}
        fits = bool(units) and all(count <= pack.units[line] for line, count in units.items())
        if self.send(pack, "/items/unsupplied", body, is_allowed=fits and pack.is_open):
            keeps_status = keeps_status and pack.edition == "int"
            self.model.cancel(pack, units, keeps_status=keeps_status, rows=rows_of(pack.edition))

    @rule(
        pick=picks,
        sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3),
        line=st.integers(0, 2),
        keep=flags,
    )
    def split_units(self, pick: int, sizes: list[int], line: int, keep: bool) -> None:  # noqa: FBT001
        pack = self.pack(pick)
        line_id = list(pack.units)[line % len(pack.units)]
        body = {
            "quantitySplit": [{"orderLineId": line_id, "quantities": sizes}],
            "shouldKeepPreviousStatus": keep,
        }
        size, whole = sum(sizes), sum(pack.units.values())
        fits = size <= pack.units[line_id] and len(sizes) + (size < whole) > 1
        self.plan(pack, "/quantity-split", body, [{line_id: each} for each in sizes], fits=fits)

    @rule(pick=picks, size=st.integers(1, 3), keep=flags)
    def split_lines(self, pick: int, size: int, keep: bool) -> None:  # noqa: FBT001
        pack = self.pack(pick)
        chosen_lines = list(pack.units)[:size]
        body = {"orderLineIds": chosen_lines, "shouldKeepPreviousStatus": keep}
        part = {line: pack.units[line] for line in chosen_lines}
        self.plan(pack, "/split", body, [part], fits=len(part) < len(pack.units))

    def plan(
        self, pack: Pack, rest: str, body: dict[str, Any], parts: list[dict[int, int]], *, fits: bool
    ) -> None:
        keeps_status = body["shouldKeepPreviousStatus"] and pack.edition == "int"
        if self.send(pack, rest, body, "POST", is_allowed=fits and pack.is_open):
            self.model.plan_split(pack, parts, keeps_status=keeps_status)

    @rule(pick=picks)
    def ship_alone(self, pick: int) -> None:
        pack = self.pack(pick)
        if self.send(pack, "/alternative-delivery", BY_LINK, is_allowed=pack.is_open):
            pack.history.append("Shipped")
            pack.alone = True

    @rule(pick=picks, back=flags)
    def end_alone(self, pick: int, back: bool) -> None:  # noqa: FBT001
        pack = self.pack(pick)
        if pack.edition == "tr":
            rest, status = ("/manual-return", "Returned") if back else ("/manual-deliver", "Delivered")
            if self.send(pack, rest, is_allowed=pack.alone and pack.status == "Shipped"):
                pack.history.append(status)

    @rule(pick=picks, edition=st.sampled_from(list(SELLERS)))
    @precondition(lambda self: any(pack.status == "Invoiced" for pack in self.model.packs.values()))
    def somebody_else_moves_a_package(self, pick: int, edition: str) -> None:
        candidates = [pack for pack in self.model.packs.values() if pack.edition == edition]
        if any(pack.status in ("Created", "Picking", "Invoiced", "Shipped") for pack in candidates):
            seller, storefront, _ = SELLERS[edition]
            ASK.control(
                "POST",
                "/moves",
                {"what": "order-moved", "seller": seller, "storefront": storefront, "pick": pick},
            )
            self.model.follow(rows_of(edition))

    @rule(pick=picks, edition=st.sampled_from(list(SELLERS)))
    def customer_cancels(self, pick: int, edition: str) -> None:
        if any(pack.is_open for pack in self.model.packs.values() if pack.edition == edition):
            move("order-moved", edition, pick=pick, status="cancelled")
            self.model.follow(rows_of(edition))

    @rule(quantity=st.integers(1, 4), pick=picks, edition=st.sampled_from(list(SELLERS)))
    def customer_orders(self, quantity: int, pick: int, edition: str) -> None:
        if not any(count for (of_edition, _), count in self.model.stock.items() if of_edition == edition):
            return
        move("order-placed", edition, pick=pick, quantity=quantity)
        (row,) = [row for row in rows_of(edition) if row["shipmentPackageId"] not in self.model.packs]
        pack = self.model.add_order(edition, row)
        for line, count in pack.units.items():
            self.model.stock[edition, self.model.barcodes[edition, line]] -= count

    @rule(ms=st.sampled_from([1, 1000, 3000, 300_000, 6 * 3_600_000]))
    def time_passes(self, ms: int) -> None:
        ASK.control("POST", "/clock/advance", {"ms": ms})
        self.bearer = bearer(ASK)
        self.model.advance(ms, every_row())

    @invariant()
    def each_ordered_unit_is_in_one_live_package(self) -> None:
        if hasattr(self, "model"):
            assert self.model.live_units() == self.model.orders

    @invariant()
    def stock_is_conserved(self) -> None:
        if hasattr(self, "model"):
            for edition in SELLERS:
                left = {
                    code: n for (of_edition, code), n in self.model.stock.items() if of_edition == edition
                }
                assert stock_of(ASK, edition) == left

    @invariant()
    def list_is_as_the_model_has_it(self) -> None:
        for row in every_row() if hasattr(self, "model") else ():
            pack = self.model.packs[row["shipmentPackageId"]]
            assert [step["status"] for step in row["packageHistories"]] == pack.history
            assert row["packageHistories"] == sorted(
                row["packageHistories"], key=lambda step: step["createdDate"]
            )
            assert {line["lineId"]: line["quantity"] for line in row["lines"]} == pack.units
            whole, discount = (
                Decimal(str(row[name])) for name in ("packageGrossAmount", "packageTotalDiscount")
            )
            assert whole - discount == Decimal(str(row["packageTotalPrice"]))

    @invariant()
    def truth_and_list_agree(self) -> None:
        for edition in SELLERS if hasattr(self, "model") else ():
            seller, storefront, _ = SELLERS[edition]
            truth = ASK.control("GET", "/truth/orders", seller=seller, storefront=storefront)["rows"]
            assert {row["shipmentPackageId"]: row["status"] for row in truth} == {
                pack.number: pack.status for pack in self.model.packs.values() if pack.edition == edition
            }

    @invariant()
    def stream_and_list_agree(self) -> None:
        for edition in SELLERS if hasattr(self, "model") else ():
            seller, _, headers = SELLERS[edition]
            window = {
                "lastModifiedStartDate": NOW_MS - 2 * DAY_MS,
                "lastModifiedEndDate": NOW_MS + 12 * DAY_MS,
            }
            page = ASK(f"/integration/order/sellers/{seller}/orders/stream", headers, size=200, **window).json
            by_number = {row["shipmentPackageId"]: row for row in rows_of(edition)}
            assert {row["shipmentPackageId"]: row for row in page["content"]} == by_number

    @invariant()
    def orders_of_pazarsync_hold_what_is_live(self) -> None:
        if hasattr(self, "model"):
            page = ASK("/api/v1/orders", self.bearer, limit=100).json
            counts = {row["order_number"]: row["items_count"] for row in page["data"]}
            live = self.model.live_counts("tr")
            assert {number: counts[number] for number in live} == live


Packages.TestCase.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40 if is_nightly() else 14,
    deadline=None,
    derandomize=True,
)
TestPackages = Packages.TestCase

"""A small model of orders and packages: what was ordered, what is in which package, and what is in stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.tests.provider.support.packages import BEFORE_SHIPPING, SPLIT_MS
from emulator.trendyol.orders.wire import STATUSES
from emulator.world.orders.life import LIFE

Units = Mapping[int, int]
Rows = Sequence[Mapping[str, Any]]
DEAD = ("Cancelled", "UnSupplied", "UnPacked")
OPEN = tuple(STATUSES[status] for status in LIFE if status in BEFORE_SHIPPING)
WAYS = {(STATUSES[at], STATUSES[way.to]) for at, ways in LIFE.items() for way in ways}


@dataclass
class Pack:
    """One package of the model. Shapes: ``units`` by line, ``history`` in the spelling of the list."""

    number: int
    edition: str
    order_number: str
    units: dict[int, int]
    history: list[str]
    alone: bool = False

    @property
    def status(self) -> str:
        """How far it has come."""
        return self.history[-1]

    @property
    def is_open(self) -> bool:
        """Whether no carrier has it yet."""
        return self.status in OPEN


@dataclass
class Split:
    """A split that is to be done. Shapes: ``groups`` are the units of each part."""

    due_ms: int
    pack: Pack
    groups: Sequence[Units]
    keeps_status: bool


@dataclass
class Model:
    """The whole market of the model.

    Shapes: ``ordered`` and ``cancelled`` count units by edition and line, ``stock`` by edition and barcode,
    ``barcodes`` lead from edition and line to the barcode.
    """

    now_ms: int
    stock: Counter[tuple[str, str]] = field(default_factory=Counter)
    barcodes: dict[tuple[str, int], str] = field(default_factory=dict)
    orders: dict[tuple[str, str], Counter[int]] = field(default_factory=dict)
    cancellations: Counter[tuple[str, int]] = field(default_factory=Counter)
    packs: dict[int, Pack] = field(default_factory=dict)
    splits: list[Split] = field(default_factory=list)

    def add_order(self, edition: str, document: Mapping[str, Any]) -> Pack:
        """Take up an order that has been placed, as the list shows it."""
        units = {line["lineId"]: line["quantity"] for line in document["lines"]}
        for line in document["lines"]:
            self.barcodes[edition, line["lineId"]] = line["barcode"]
        self.orders[edition, document["orderNumber"]] = Counter(units)
        history = [step["status"] for step in document["packageHistories"]]
        pack = Pack(document["shipmentPackageId"], edition, document["orderNumber"], units, history)
        self.packs[pack.number] = pack
        return pack

    def cancel(self, pack: Pack, units: Units, *, keeps_status: bool, rows: Rows) -> None:
        """Cancel units of a package; what is left is in the one package that is new."""
        before = pack.status
        pack.history.append("Cancelled")
        self.put_back(pack.edition, units)
        left = {line: count - units.get(line, 0) for line, count in pack.units.items()}
        rest = {line: count for line, count in left.items() if count}
        self.adopt(pack, [rest] if rest else [], before if keeps_status else "Created", rows, "cancel")

    def put_back(self, edition: str, units: Units) -> None:
        """Count units as cancelled, back in stock."""
        for line, count in units.items():
            self.cancellations[edition, line] += count
            self.stock[edition, self.barcodes[edition, line]] += count

    def plan_split(self, pack: Pack, parts: Sequence[Units], *, keeps_status: bool) -> None:
        """Note a split that is done some seconds later."""
        left = Counter(pack.units)
        for part in parts:
            left.subtract(part)
        rest = {line: count for line, count in left.items() if count}
        groups = [*parts, rest] if rest else parts
        self.splits.append(Split(self.now_ms + SPLIT_MS, pack, groups, keeps_status))

    def advance(self, ms: int, rows: Rows) -> None:
        """Let time pass: splits that are due are done, unless the package has gone another way."""
        self.now_ms += ms
        due_splits = [split for split in self.splits if split.due_ms <= self.now_ms]
        self.splits = [split for split in self.splits if split.due_ms > self.now_ms]
        for split in due_splits:
            if split.pack.is_open:
                status = split.pack.status if split.keeps_status else "Created"
                split.pack.history.append("UnPacked")
                self.adopt(split.pack, split.groups, status, rows, "split")

    def adopt(
        self,
        parent: Pack,
        groups: Sequence[Units],
        status: str,
        rows: Rows,
        origin: str,
    ) -> None:
        """Take up the packages that were made of another one, in the order of their numbers."""
        new_rows = sorted(
            (row for row in rows if row["orderNumber"] == parent.order_number),
            key=lambda row: int(row["shipmentPackageId"]),
        )
        fresh = [row for row in new_rows if row["shipmentPackageId"] not in self.packs][: len(groups)]
        assert len(fresh) == len(groups), (parent, groups)
        for row, units in zip(fresh, groups, strict=True):
            assert {line["lineId"]: line["quantity"] for line in row["lines"]} == dict(units)
            assert row["createdBy"] == origin
            history = [*parent.history[:-1], status]
            pack = Pack(row["shipmentPackageId"], parent.edition, parent.order_number, dict(units), history)
            self.packs[pack.number] = pack

    def follow(self, rows: Rows) -> None:
        """Take over what a carrier or a customer did: one step on a way that the life of a package has."""
        for row in rows:
            pack = self.packs[row["shipmentPackageId"]]
            if row["status"] != pack.status:
                assert (pack.status, row["status"]) in WAYS
                pack.history.append(row["status"])
                if row["status"] in ("Cancelled", "UnSupplied"):
                    self.put_back(pack.edition, pack.units)

    def stock_of(self, edition: str) -> dict[str, int]:
        """What there is of each barcode in an edition."""
        return {code: count for (of_edition, code), count in self.stock.items() if of_edition == edition}

    def live_counts(self, edition: str) -> dict[str, int]:
        """How many units the live packages of each order of an edition hold, where there are any."""
        counts: Counter[str] = Counter()
        for pack in self.packs.values():
            if pack.edition == edition and pack.status not in DEAD:
                counts[pack.order_number] += sum(pack.units.values())
        return dict(counts)

    def live_units(self) -> dict[tuple[str, str], Counter[int]]:
        """The units of live packages, and those that were cancelled, by order."""
        sums: dict[tuple[str, str], Counter[int]] = {key: Counter() for key in self.orders}
        for pack in self.packs.values():
            if pack.status not in DEAD:
                sums[pack.edition, pack.order_number].update(pack.units)
        for (edition, line), count in self.cancellations.items():
            for (of_edition, number), units in self.orders.items():
                if of_edition == edition and line in units:
                    sums[edition, number][line] += count
        return sums

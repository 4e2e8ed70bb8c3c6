"""What the figures must reach and what they aim at, as a table; each is a ratio or a span of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise about speed.

    Shapes: ``over`` divides ``figure`` by another figure of the same run; ``must`` fails a checked
    run, ``aim`` is where the work goes; either may be None.
    """

    says: str
    figure: str
    sense: Literal["at least", "at most"]
    must: float | None
    aim: float | None
    unit: str = "x"
    over: str | None = None

    def value(self, medians: Mapping[str, float]) -> float | None:
        """Compute the goal's value; None when this run did not measure it."""
        top, bottom = medians.get(self.figure), medians.get(self.over) if self.over else 1.0
        return None if top is None or not bottom else top / bottom

    def reached(self, value: float, bound: float | None) -> bool:
        """Say whether the value is on the good side of the bound."""
        return bound is None or (value >= bound if self.sense == "at least" else value <= bound)


GOALS = (
    Goal("W1 over Prism static", "W1.emulator", "at least", 15, 40, over="W1.prism"),
    Goal("W1 over nginx static", "W1.emulator", "at least", None, 0.6, over="W1.nginx"),
    Goal("W2 over Prism static", "W2.emulator", "at least", 3, 10, over="W2.prism"),
    Goal("W2 over nginx static", "W2.emulator", "at least", None, 0.6, over="W2.nginx"),
    Goal("a product by token over W2", "token.product", "at least", 0.8, 1, over="token.W2"),
    Goal("a batch of 1,000 stocks", "batch.1000", "at most", 60, 40, "ms"),
    Goal("W3 over Prism static", "W3.emulator", "at least", 1.5, 2, over="W3.prism"),
    Goal("100,000 rows applied, processor time", "applied.100000", "at most", 3, 2, "s"),
    Goal(
        "a page after a million writes over a fresh one",
        "page.written",
        "at most",
        1.5,
        1.2,
        over="page.fresh",
    ),
    Goal("calls to subscribers beside 200 requests a second", "calls.rate", "at least", 1000, 2000, "/s"),
    Goal("tail of these requests over one without calls", "tail.calls", "at most", 3, 2, over="tail.quiet"),
    Goal("200 packages over Prism static", "packages.emulator", "at least", 4, 8, over="packages.prism"),
    Goal("1M over 1k packages, a stream page", "stream.1000000", "at most", 1.5, 1.2, over="stream.1000"),
    Goal("a day of 5,000 orders, processor time", "day.5000", "at most", 15, 8, "s"),
    Goal("world wall made, processor time", "made.wall", "at most", 5, 4, "s"),
    Goal("world wall from the cache", "opened.wall", "at most", 1, 0.5, "s"),
    Goal("world busy made, processor time", "made.busy", "at most", 12, 8, "s"),
    Goal("world busy from the cache", "opened.busy", "at most", 2, 1, "s"),
    Goal("findings of a full journal, processor time", "findings.full", "at most", 2, 1, "s"),
    Goal("findings of a full journal, answered", "findings.answered", "at most", 2, 1, "s"),
    Goal("memory after findings", "findings.growth", "at most", 10, 2, "MiB"),
    Goal("slowest page beside a full journal, processor time", "pages.slowest", "at most", 200, 100, "ms"),
    Goal("largest page beside a full journal", "pages.largest", "at most", 100, 60, "kB"),
    Goal("cold start to first 200", "cold.emulator", "at most", 400, 350, "ms"),
    Goal("cold start over Prism", "cold.emulator", "at most", None, 0.2, over="cold.prism"),
    Goal("reset of the world demo", "reset.demo", "at most", 10, 5, "ms"),
    Goal(
        "W1 on PostgreSQL over SQLite",
        "stores.pages.postgresql",
        "at least",
        0.5,
        0.7,
        over="stores.pages.sqlite",
    ),
    Goal(
        "a write on PostgreSQL over SQLite",
        "stores.write.postgresql",
        "at most",
        3,
        2,
        over="stores.write.sqlite",
    ),
    Goal("a snapshot of demo loaded, SQLite", "stores.load.sqlite", "at most", 50, 20, "ms"),
    Goal("a snapshot of demo loaded, PostgreSQL", "stores.load.postgresql", "at most", 50, 30, "ms"),
    Goal("100k over 1k, a page by number", "depth.page.100000", "at most", 2, 2, over="depth.page.1000"),
    Goal("100k over 1k, a page by token", "depth.token.100000", "at most", 2, 2, over="depth.token.1000"),
    Goal(
        "100k over 1k, one barcode",
        "depth.barcode.100000",
        "at most",
        2,
        2,
        over="depth.barcode.1000",
    ),
    Goal("100k over 1k, one product's base", "depth.base.100000", "at most", 2, 2, over="depth.base.1000"),
    # 112 MiB before there were orders, and ten more.
    Goal("memory idle", "idle.emulator", "at most", 122, 80, "MiB"),
    Goal("memory after the load", "after.emulator", "at most", None, 250, "MiB"),
)

"""The packages of the last weeks, in windows of two weeks of their last change, each package once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.order_list import ReadWindow, read_window, windows
from contract_tests.clients.packages import SPAN_MS, order_row, order_rows, save_packages
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Windows


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of the list may do its own way."""

    windows: Windows = windows
    """Cuts a span of time into windows."""

    read_window: ReadWindow = read_window
    """Reads every package of a window."""

    save_packages: Callable[[LocalCopy, list[Row]], None] = save_packages
    """Adds packages to the copy."""

    row: Callable[[Row], Row] = order_row
    """Makes the exported row of a package."""

    span_ms: int = SPAN_MS
    """How far it looks back."""


STEPS = Steps()


def client(steps: Steps = STEPS) -> Client:
    """Make a client that reads every window of the span, then saves what came."""

    def sync(context: SyncContext) -> None:
        def read(market: Marketplace) -> None:
            now_ms = market.account.now_ms
            from_ms = now_ms - steps.span_ms
            packages = [
                row for window in steps.windows(from_ms, now_ms) for row in steps.read_window(market, window)
            ]
            steps.save_packages(context.copy, packages)
            context.copy.replace("span", "name", [{"name": "last run", "from_ms": from_ms}])

        read_marketplace(context, read)

    return Client(sync, {"orders": lambda copy: order_rows(copy, steps.row)})


REFERENCE = client()

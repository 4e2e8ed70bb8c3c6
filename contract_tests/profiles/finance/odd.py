"""Odd clients of the account that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.clients.marketplace import Marketplace, with_more_reading
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window, edge_to_edge, windows_every
from contract_tests.profiles.finance.lists_beside import read_lists_beside
from contract_tests.profiles.finance.reference import (
    DAY_MS,
    REFERENCE,
    WINDOW_MS,
    Question,
    Steps,
    client,
    read_window,
    window_pages,
    windows,
)
from contract_tests.profiles.variants import Odd

PROFILE = "finance"
overlapping = windows_every(10 * DAY_MS, WINDOW_MS)
side_by_side = edge_to_edge(WINDOW_MS)
of_a_week = windows_every(7 * DAY_MS)


def newest_window_first(from_ms: int, to_ms: int) -> Iterator[Window]:
    """The usual windows, the newest first."""
    return reversed([*windows(from_ms, to_ms)])


def every_window_twice(market: Marketplace, question: Question) -> list[Row]:
    """Read a window, and read it again."""
    read_at_rest(lambda: gather(window_pages(market, question), "id"))
    return read_window(market, question)


ODD = (
    Odd("overlapping_windows", PROFILE, "reads windows that overlap", client(Steps(windows=overlapping))),
    Odd("windows_edge_to_edge", PROFILE, "reads windows that do not share their edges",
        client(Steps(windows=side_by_side))),
    Odd("windows_of_a_week", PROFILE, "reads smaller windows", client(Steps(windows=of_a_week))),
    Odd("newest_window_first", PROFILE, "reads the newest window first",
        client(Steps(windows=newest_window_first))),
    Odd("every_window_twice", PROFILE, "reads every window twice",
        client(Steps(read_window=every_window_twice))),
    Odd("gives_a_statement_up", PROFILE, "gives the run up at the first refusal",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("reads_parcels_too", PROFILE, "reads payment orders and the parcels of cargo invoices too",
        with_more_reading(REFERENCE, read_lists_beside), edition="tr"),
)  # fmt: skip

"""Findings of a full journal: 20,000 requests of one client, judged beside the server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.processes import processor_s, resident_mib
from benchmarks.workloads import APPROVED, HEADERS, SELLER, Workload

_PROBE = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
_REQUESTS = 20_000
_DAY_MS, _STEP_MS = 86_400_000, 300_000
_FINDINGS = "/_emulator/findings"


def findings(folder: Path, tell: Told) -> Figures:
    """Fill a journal with pages of packages and of products and with windows that move on, and judge it.

    Units: seconds of processor time of the server and of the process that judges, which other work on the
    machine moves least; seconds until the answer; MiB that the server has grown by.
    """
    with started(contestants.emulator("demo"), _PROBE, folder) as server:
        line = Line(server.port, HEADERS)
        tell(f"a journal of {_REQUESTS:,} requests")
        for path in journal_paths(_REQUESTS):
            line.ask(path)
        before_s, before_mib, begun = processor_s(server.pid), resident_mib(server.pid), time.perf_counter()
        line.ask(_FINDINGS)
        return {
            "findings.answered": [time.perf_counter() - begun],
            "findings.full": [processor_s(server.pid) - before_s],
            "findings.growth": [resident_mib(server.pid) - before_mib],
        }


def journal_paths(count: int) -> Iterator[str]:
    """Give so many requests: pages of packages and of products, windows that move on."""
    packages = f"/integration/order/sellers/{SELLER}/v2/orders"
    money = f"/integration/finance/che/sellers/{SELLER}/settlements?transactionType=Sale&size=500"
    first_ms = time.time_ns() // 1_000_000 - 80 * _DAY_MS
    for place in range(count // 4):
        start_ms = first_ms + place * _STEP_MS
        yield f"{packages}?page={place % 5}&size=200"
        yield f"{APPROVED}?page={place % 5}&size=100"
        yield f"{packages}?startDate={start_ms}&endDate={start_ms + _STEP_MS}&page=0&size=50"
        yield f"{money}&startDate={start_ms}&endDate={start_ms + 15 * _DAY_MS}&page=0"

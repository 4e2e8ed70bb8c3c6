"""The pages for people beside a full journal: how long each takes, and how large it is."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.findings import journal_paths
from benchmarks.line import Line
from benchmarks.processes import processor_s
from benchmarks.workloads import APPROVED, HEADERS, Workload

_PROBE = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
_REQUESTS, _TIMES = 20_000, 5
_UI = "/_emulator/ui"
_VIEWS = ("orders", "products", "claims", "questions", "ledger", "payouts")
PAGES = (
    "/",
    f"{_UI}/worlds",
    f"{_UI}/traffic",
    f"{_UI}/traffic?status=2",
    f"{_UI}/traffic/{_REQUESTS - 1}",
    f"{_UI}/traffic/compare?id={_REQUESTS - 5}&id={_REQUESTS - 1}",
    f"{_UI}/findings",
    *(f"{_UI}/market?view={view}" for view in _VIEWS),
    f"{_UI}/faults",
    f"{_UI}/webhooks",
    f"{_UI}/rules",
    f"{_UI}/operations",
    f"{_UI}/operations/getSettlements",
)


def pages(folder: Path, tell: Told) -> Figures:
    """Fill a journal and read each page.

    Units: milliseconds of processor time of the server for the slowest page, the median of its reads after
    the first one; kB of the largest page.
    """
    with started(contestants.emulator("demo"), _PROBE, folder) as server:
        line, browser = Line(server.port, HEADERS), Line(server.port, {"Accept": "text/html"})
        tell(f"a journal of {_REQUESTS:,} requests")
        for path in journal_paths(_REQUESTS):
            line.ask(path)
        spans, sizes = {}, {}
        for path in PAGES:
            sizes[path] = len(browser.ask(path))
            spans[path] = _milliseconds(browser, server.pid, path)
            tell(f"{path}: {spans[path]:.0f} ms, {sizes[path] / 1000:.0f} kB")
        return {"pages.slowest": [max(spans.values())], "pages.largest": [max(sizes.values()) / 1000]}


def _milliseconds(browser: Line, pid: int, path: str) -> float:
    spans = []
    for _ in range(_TIMES):
        before_s = processor_s(pid)
        browser.ask(path)
        spans.append(1000 * (processor_s(pid) - before_s))
    return statistics.median(spans)

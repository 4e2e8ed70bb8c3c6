"""The measurements: each function measures one thing and answers figures by name."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import contestants
from benchmarks.contestants import Contestant, Server, started
from benchmarks.line import Line
from benchmarks.load import Broken, Target, throughput
from benchmarks.processes import resident_mib
from benchmarks.workloads import HEADERS, Workload

Figures = dict[str, list[float]]
Told = Callable[[str], None]

_COLD_STARTS = 5
_RESETS = 20


def under_load(
    rivals: Sequence[Contestant],
    loads: Sequence[Workload],
    rounds: int,
    seconds: int,
    folder: Path,
    tell: Told,
) -> Figures:
    """Load every server in turn, round by round, all of them up all the time.

    Shapes: ``W1.prism`` and so on hold one figure a round; ``idle.*`` and ``after.*`` one figure.
    Units: requests per second; memory in MiB.
    """
    figures: Figures = {}
    with contextlib.ExitStack() as stack:
        servers = [(rival, stack.enter_context(started(rival, loads[0], folder))) for rival in rivals]
        for _, server in servers:
            figures[f"idle.{server.name}"] = [resident_mib(server.pid)]
        for turn in range(rounds + 1):
            tell(f"round {turn} of {rounds}" if turn else "warming up")
            for name, rate in _round(servers, loads, seconds if turn else 1):
                figures.setdefault(name, []).extend([rate] if turn else [])
        for _, server in servers:
            figures[f"after.{server.name}"] = [resident_mib(server.pid)]
        _must_have_journalled(next(server for _, server in servers if server.name == contestants.EMULATOR))
    return figures


def _round(
    servers: Sequence[tuple[Contestant, Server]], loads: Sequence[Workload], seconds: int
) -> Iterator[tuple[str, float]]:
    for load in loads:
        for rival, server in servers:
            target = Target(server.port, rival.path(load), HEADERS)
            yield f"{load.name}.{server.name}", throughput(target, seconds)


def _must_have_journalled(server: Server) -> None:
    """Refuse to publish figures of an emulator that did not write down what it answered."""
    text = Line(server.port, HEADERS).ask("/_emulator/requests?format=ndjson&limit=1")
    if not text.strip():
        raise Broken("the journal is empty after the load")


def cold_starts(rivals: Sequence[Contestant], probe: Workload, folder: Path, tell: Told) -> Figures:
    """Start each server from nothing, in turn, until its first 200. Units: milliseconds."""
    figures: Figures = {f"cold.{rival.name}": [] for rival in rivals}
    for turn in range(_COLD_STARTS + 1):
        tell(f"cold start {turn} of {_COLD_STARTS}" if turn else "filling the disk cache")
        for rival in rivals:
            begun = time.perf_counter()
            with started(rival, probe, folder):
                span = (time.perf_counter() - begun) * 1000
            figures[f"cold.{rival.name}"].extend([span] if turn else [])
    return figures


def resets(world: str, probe: Workload, folder: Path) -> Figures:
    """Reset a world as a test suite does between tests. Units: milliseconds."""
    with started(contestants.emulator(world), probe, folder) as server:
        line = Line(server.port, HEADERS)
        return {f"reset.{world}": [line.milliseconds(["/_emulator/reset"] * _RESETS, "POST")]}


def medians(figures: Figures) -> dict[str, float]:
    """Take the median of each figure's rounds."""
    return {name: statistics.median(values) for name, values in figures.items() if values}

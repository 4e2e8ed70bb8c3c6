"""`python -m benchmarks`: run them, print the tables, keep the figures."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchmarks import against as two_trees
from benchmarks import (
    contestants,
    depth,
    figures,
    findings,
    orders,
    pages,
    pazarsync,
    pushes,
    report,
    seeding,
    stores,
    webhooks,
)
from benchmarks.figures import Figures
from benchmarks.line import Line
from benchmarks.load import Broken
from benchmarks.processes import NotStarted
from benchmarks.workloads import APPROVED, HEADERS, Workload, workloads

_DOCUMENT = "/_emulator/openapi.json?name=trendyol/products/int"
_PROBE = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
_RESULTS = Path(__file__).parent / "results"
_PARTS = (
    "cold", "reset", "depth", "pazarsync", "packages", "stream", "day", "pushes", "applying", "webhooks",
    "seeding", "stores", "findings", "pages", "load",
)  # fmt: skip


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "trendyol-emulator" / "benchmarks"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rounds", default=5, show_default=True, help="Rounds of load; the median counts.")
@click.option("--seconds", default=3, show_default=True, help="Length of one load on one server.")
@click.option("--world", default="demo", show_default=True, help="The world the loads and the reset run on.")
@click.option("--only", multiple=True, type=click.Choice(_PARTS), help="Measure just these parts.")
@click.option("--alone", is_flag=True, help="Leave the peers out.")
@click.option("--check", is_flag=True, help="End with 1 when a goal that must be reached is missed.")
@click.option("--against", metavar="REV", help="Measure this tree and a revision turn by turn, nothing else.")
def main(
    *,
    rounds: int,
    seconds: int,
    world: str,
    only: tuple[str, ...],
    alone: bool,
    check: bool,
    against: str | None,
) -> None:
    """Measure the emulator beside Prism and nginx, in one run, on this machine."""
    if against:
        _compare(against, world, rounds)
        return
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        try:
            loads, document = _asked(world, folder)
            rivals = _rivals(world, loads, document, folder, alone=alone)
            found = _measured(only or _PARTS, rivals, loads, folder, world, rounds, seconds, alone=alone)
        except (Broken, NotStarted) as fault:
            raise click.ClickException(str(fault)) from fault
    click.echo("\n".join(report.tables(found, loads)))
    _RESULTS.mkdir(exist_ok=True)
    kept = _RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    kept.write_bytes(report.as_json(found))
    _tell(f"kept in {kept}")
    if check and report.missed(found):
        sys.exit(1)


def _compare(revision: str, world: str, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        try:
            click.echo(two_trees.compare(revision, world, rounds, Path(name), _tell))
        except two_trees.NotMeasured as fault:
            raise click.ClickException(str(fault)) from fault


def _asked(world: str, folder: Path) -> tuple[tuple[Workload, ...], dict[str, Any]]:
    with contestants.started(contestants.emulator(world), _PROBE, folder) as server:
        line = Line(server.port, HEADERS)
        return workloads(line), line.read(_DOCUMENT)


def _rivals(
    world: str, loads: tuple[Workload, ...], document: dict[str, Any], folder: Path, *, alone: bool
) -> list[contestants.Contestant]:
    if alone:
        return [contestants.emulator(world)]
    peers = {
        contestants.PRISM: contestants.prism(_cache(), document, loads, folder),
        contestants.NGINX: contestants.nginx(loads, folder),
    }
    for name in (name for name, peer in peers.items() if peer is None):
        _tell(f"{name} cannot be had here: left out")
    return [contestants.emulator(world), *(peer for peer in peers.values() if peer)]


def _measured(
    parts: tuple[str, ...],
    rivals: list[contestants.Contestant],
    loads: tuple[Workload, ...],
    folder: Path,
    world: str,
    rounds: int,
    seconds: int,
    *,
    alone: bool,
) -> Figures:
    measures: dict[str, Callable[[], Figures]] = {
        "cold": lambda: figures.cold_starts(rivals, loads[1], folder, _tell),
        "reset": lambda: figures.resets(world, _PROBE, folder),
        "depth": lambda: depth.depth(folder, _tell),
        "pazarsync": lambda: pazarsync.pazarsync(rounds, seconds, folder, _tell),
        "packages": lambda: orders.page(_cache(), rounds, seconds, folder, _tell, alone=alone),
        "stream": lambda: orders.stream(folder, _tell),
        "day": lambda: orders.day(folder, _tell),
        "pushes": lambda: pushes.pushes(_cache(), rounds, seconds, folder, _tell, alone=alone),
        "applying": lambda: pushes.applying(folder, _tell),
        "webhooks": lambda: webhooks.webhooks(folder, _tell),
        "seeding": lambda: seeding.seeding(folder, _tell),
        "findings": lambda: findings.findings(folder, _tell),
        "pages": lambda: pages.pages(folder, _tell),
        "stores": lambda: stores.stores(rounds, folder, _tell),
        "load": lambda: figures.under_load(rivals, loads, rounds, seconds, folder, _tell),
    }
    found: Figures = {}
    for part in _PARTS:
        found |= measures[part]() if part in parts else {}
    return found


def _tell(sentence: str) -> None:
    click.secho(sentence, dim=True, err=True)


if __name__ == "__main__":
    main()

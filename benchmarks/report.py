"""A run told: a table of servers, a table of goals, and the raw figures as JSON."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks.contestants import EMULATOR, NGINX, PRISM, PRISM_VERSION
from benchmarks.figures import Figures, medians
from benchmarks.goals import GOALS, Goal
from benchmarks.load import loader
from benchmarks.workloads import Workload

_COLUMNS = ("W1", "W2", "cold", "idle", "after")
_HEADINGS = ("server", "W1 req/s", "W2 req/s", "cold ms", "idle MiB", "after load MiB")
_NAMES = {EMULATOR: "trendyol-emulator", PRISM: f"Prism {PRISM_VERSION} static", NGINX: "nginx, files"}


def tables(figures: Figures, loads: Sequence[Workload]) -> Iterator[str]:
    """Tell a run as Markdown lines."""
    found = medians(figures)
    yield from (f"{load.name}: {load.says}." for load in loads)
    yield ""
    yield from _table(_HEADINGS, ([_NAMES[name], *_cells(found, name)] for name in _NAMES))
    yield ""
    yield from _table(("goal", "measured", "must", "aim", ""), (_verdict(goal, found) for goal in GOALS))


def missed(figures: Figures) -> list[str]:
    """Name the goals that were measured and not reached."""
    found = medians(figures)
    values = ((goal, goal.value(found)) for goal in GOALS)
    return [goal.says for goal, value in values if value is not None and not goal.reached(value, goal.must)]


def as_json(figures: Figures) -> bytes:
    """Keep a run: every round's figure, and the machine it was taken on."""
    machine: dict[str, Any] = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "granian": importlib.metadata.version("granian"),
        "loader": loader(),
        "processor": _processor(),
    }
    kept = {"machine": machine, "medians": medians(figures), "rounds": figures}
    return orjson.dumps(kept, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def _cells(found: Mapping[str, float], server: str) -> Iterator[str]:
    for column in _COLUMNS:
        value = found.get(f"{column}.{server}")
        yield "-" if value is None else f"{value:,.0f}"


def _verdict(goal: Goal, found: Mapping[str, float]) -> list[str]:
    value = goal.value(found)
    if value is None:
        return [goal.says, "not measured", _bound(goal, goal.must), _bound(goal, goal.aim), ""]
    must, aim = goal.reached(value, goal.must), goal.reached(value, goal.aim)
    verdict = "reached" if aim else "below the aim" if must else "MISSED"
    return [goal.says, _quantity(goal, value), _bound(goal, goal.must), _bound(goal, goal.aim), verdict]


def _bound(goal: Goal, bound: float | None) -> str:
    return "-" if bound is None else f"{goal.sense} {_quantity(goal, bound)}"


def _quantity(goal: Goal, value: float) -> str:
    return f"{value:,.3g} {goal.unit}".replace(" x", "x")


def _table(head: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    lines = [list(head), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    names = path.read_text().splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in names if line.startswith("model name")), "")

"""Two commits side by side on this machine: this tree and another revision, turn by turn."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.workloads import APPROVED, BASE, HEADERS

ROOT = Path(__file__).parents[1]
PROGRAM = Path(__file__).with_name("one_tree.py")
PATHS = {
    "W1": f"{APPROVED}?page=0&size=100",
    "W2": f"{BASE}/{{barcode}}",
}
TIMES = {"W1": 200, "W2": 1000, "reset": 20}
Rounds = dict[str, list[float]]


class NotMeasured(Exception):
    """A revision that does not exist, or a tree that does not answer; the message is for people."""


def compare(revision: str, world: str, rounds: int, folder: Path, tell: Callable[[str], None]) -> str:
    """Measure both trees in turn; give a table of medians and ratios.

    Errors: NotMeasured.
    """
    here: Rounds = {}
    there: Rounds = {}
    with checked_out(revision, folder / "tree") as other:
        for turn in range(rounds + 1):
            tell(f"round {turn} of {rounds}" if turn else "seeding both caches")
            pair = [(ROOT, here), (other, there)]
            for tree, figures in pair if turn % 2 else reversed(pair):
                row = measure(tree, world, folder / f"cache-{tree.name}")
                for name, value in row.items() if turn else ():
                    figures.setdefault(name, []).append(value)
    return table(revision, here, there)


@contextmanager
def checked_out(revision: str, place: Path) -> Iterator[Path]:
    """Have a revision in a folder of its own for a block.

    Errors: NotMeasured.
    """
    git(["worktree", "add", "--detach", str(place), revision])
    try:
        yield place
    finally:
        git(["worktree", "remove", "--force", str(place)])


def git(words: list[str]) -> None:
    """Run git in this checkout.

    Errors: NotMeasured with what it said.
    """
    ended = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotMeasured(f"git {words[0]} {words[1]}: {ended.stderr.strip()}")


def measure(tree: Path, world: str, cache: Path) -> Mapping[str, float]:
    """Measure one tree in a process of its own, with compiled code, as in every start but the first.

    Errors: NotMeasured.
    """
    cache.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "PYTHONPYCACHEPREFIX": str(cache / "compiled"),
        "TRENDYOL_EMULATOR_CACHE": str(cache),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    order = {"world": world, "paths": PATHS, "times": TIMES, "headers": dict(HEADERS), "began_s": time.time()}
    ended = subprocess.run(
        [sys.executable, "-P", str(PROGRAM)],
        cwd=tree,
        env=environment,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise NotMeasured(f"{tree}: {ended.stderr.strip().splitlines()[-1]}")
    figures: Mapping[str, float] = json.loads(ended.stdout)
    return figures


def table(revision: str, here: Rounds, there: Rounds) -> str:
    """Write medians and ratios; under 1.00 this tree is faster or smaller."""
    lines = [f"{'median of':<14}{'this tree':>12}{revision[:12]:>14}{'ratio':>8}"]
    for name, values in here.items():
        new, old = statistics.median(values), statistics.median(there[name])
        lines.append(f"{name:<14}{new:>12.1f}{old:>14.1f}{new / old:>8.2f}")
    return "\n".join(lines)

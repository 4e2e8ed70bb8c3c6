"""A page deep in a big catalogue beside the same page of a small one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import orjson
import yaml

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.workloads import APPROVED, BASE, HEADERS, Workload

_SMALL, _BIG = 1_000, 100_000
_WALL = Path(__file__).parents[1] / "fixtures" / "worlds" / "wall.yaml"


def depth(folder: Path, tell: Told) -> Figures:
    """Time one page of a small and of a big catalogue: by page, by token, by barcode. Units: milliseconds."""
    figures: Figures = {}
    for contents in (_SMALL, _BIG):
        tell(f"a world of {contents:,} contents")
        begun = time.perf_counter()
        with _catalogue(_recipe(contents, folder), folder) as line:
            figures[f"ready.{contents}"] = [(time.perf_counter() - begun) * 1000]
            for way, paths in _ways(line, contents).items():
                line.milliseconds(paths[:10])
                figures[f"depth.{way}.{contents}"] = [line.milliseconds(paths)]
    return figures


def _recipe(contents: int, folder: Path) -> Path:
    """Write the recipe of the world `wall` with another number of contents, and without its money."""
    wall = yaml.safe_load(_WALL.read_text())
    listing = {**wall["listings"][0], "contents": contents}
    # Else pages that are read once are drawn, and those read again are not.
    del listing["documents"]
    told = {
        "name": f"catalogue-{contents}",
        "says": "One listing.",
        "sellers": wall["sellers"],
        "listings": [listing],
    }
    file = folder / f"catalogue-{contents}.json"
    file.write_bytes(orjson.dumps(told))
    return file


@contextlib.contextmanager
def _catalogue(recipe: Path, folder: Path) -> Iterator[Line]:
    probe = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
    with started(contestants.emulator(str(recipe)), probe, folder) as server:
        yield Line(server.port, HEADERS)


def _ways(line: Line, contents: int) -> Mapping[str, list[str]]:
    """Give the paths to a page far from the start: each way 100 requests."""
    last = min(contents, 10_000) // 100 - 1
    tokens = list(_tokens(line))[-100:]
    last_items = line.read(tokens[-1])["content"]
    barcodes = [quote(variant["barcode"]) for item in last_items for variant in item["variants"]] * 100
    return {
        "page": [f"{APPROVED}?page={last}&size=100"] * 100,
        "token": (tokens * 100)[:100],
        "barcode": [f"{APPROVED}?barcode={barcode}" for barcode in barcodes[:100]],
        "base": [f"{BASE}/{barcode}" for barcode in barcodes[:100]],
    }


def _tokens(line: Line) -> Iterator[str]:
    """Walk to the end by token; give each step's path whose page is a full one."""
    path = f"{APPROVED}?page=0&size=100"
    while True:
        page = line.read(path)
        if len(page["content"]) == 100 and "Token" in path:
            yield path
        if not page.get("nextPageToken") or not page["content"]:
            return
        path = f"{APPROVED}?size=100&nextPageToken={page['nextPageToken']}"

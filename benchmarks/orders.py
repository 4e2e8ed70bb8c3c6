"""Orders: a full page beside Prism, a stream over a million packages beside one over a thousand, a day."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import yaml

from benchmarks import contestants
from benchmarks.contestants import Contestant, started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.load import Target, throughput
from benchmarks.processes import processor_s
from benchmarks.workloads import HEADERS, SELLER, Workload

_ORDERS = f"/integration/order/sellers/{SELLER}"
_DOCUMENT = "/_emulator/openapi.json?name=trendyol/orders/int"
_WORLDS = Path(__file__).parents[1] / "fixtures" / "worlds"
_PROBE = Workload("probe", "", "", f"{_ORDERS}/v2/orders?page=0&size=1", b"")
_SMALL, _BIG = 1_000, 1_000_000
_DAY_MS, _HOUR_MS = 86_400_000, 3_600_000
_WALKS = 30
# So many orders an hour make 5,000 a day.
_ORDERS_AN_HOUR = 209


def page(cache: Path, rounds: int, seconds: int, folder: Path, tell: Told, *, alone: bool) -> Figures:
    """Load one page of 200 packages of the world `wall-orders`, the emulator and Prism turn by turn.

    Units: requests per second.
    """
    figures: Figures = {}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(started(contestants.emulator("wall-orders"), _PROBE, folder))
        line = Line(server.port, HEADERS)
        path = f"{_ORDERS}/v2/orders?page=0&size=200"
        load = Workload("packages", "a page of 200 packages", "getShipmentPackages", path, line.ask(path))
        assert len(orjson.loads(load.body)["content"]) == 200
        rivals: list[tuple[str, str, int]] = [(contestants.EMULATOR, path, server.port)]
        peer = None if alone else contestants.prism(cache, line.read(_DOCUMENT), [load], folder)
        if peer is not None:
            prism = stack.enter_context(started(peer, load, folder))
            rivals.append((peer.name, peer.path(load), prism.port))
        for turn in range(1, rounds + 1):
            tell(f"a page of packages, round {turn} of {rounds}")
            for name, place, port in rivals:
                rate = throughput(Target(port, place, HEADERS), seconds)
                figures.setdefault(f"packages.{name}", []).append(rate)
    return figures


def stream(folder: Path, tell: Told) -> Figures:
    """Time a page of 200 in a stream over a thousand packages, and over a million of which they are part.

    The million is cloned inside the database: the clones changed before and after the thousand, so that the
    pages that are read are the same in both. Units: milliseconds.
    """
    shop = _recipe(folder)
    servers, last_moments = {}, {}
    for count in (_SMALL, _BIG):
        tell(f"a stream over {count:,} packages")
        database = folder / f"packages-{count}.db"
        servers[count] = contestants.emulator(str(shop), "--database", f"sqlite:///{database}")
        with started(servers[count], _PROBE, folder):
            pass  # the world is made
        last_ms = _middle(database)
        if count == _BIG:
            _clone(database, count, last_ms)
        last_moments[count] = last_ms
    figures: Figures = {f"stream.{count}": [] for count in servers}
    with contextlib.ExitStack() as stack:
        lines = {}
        for count, contestant in servers.items():
            server = stack.enter_context(started(contestant, _PROBE, folder))
            line = Line(server.port, HEADERS)
            lines[count] = line, list(_pages(line, last_moments[count]))
        for _ in range(_WALKS):
            for count, (line, paths) in lines.items():
                figures[f"stream.{count}"].append(line.milliseconds(paths))
    return figures


def day(folder: Path, tell: Told) -> Figures:
    """Advance the clock of a world that gets 5,000 orders a day by one.

    Units: seconds of the server's processor time, which other work on the machine moves least.
    """
    tell("a day of 5,000 orders")
    shop: Contestant = contestants.emulator("demo", "--orders-per-hour", str(_ORDERS_AN_HOUR))
    with started(shop, _PROBE, folder) as server:
        line, before_s = Line(server.port, HEADERS), processor_s(server.pid)
        line.ask("/_emulator/clock/advance", "POST", orjson.dumps({"ms": _DAY_MS}))
        return {"day.5000": [processor_s(server.pid) - before_s]}


def _recipe(folder: Path) -> Path:
    """Write the recipe of the world `wall-orders` with a thousand orders."""
    wall = yaml.safe_load((_WORLDS / "wall-orders.yaml").read_text())
    orders = [{**wall["orders"][0], "count": _SMALL}]
    file = folder / "orders.json"
    file.write_bytes(orjson.dumps({**wall, "name": "orders", "orders": orders}))
    return file


def _middle(database: Path) -> int:
    """Have all packages change within one hour a week ago; give its last moment."""
    middle_ms = time.time_ns() // 1_000_000 - 7 * _DAY_MS
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE package SET updated_ms = ? - id % ?", (middle_ms, _HOUR_MS))
        connection.commit()
    return middle_ms


def _pages(line: Line, last_ms: int) -> Iterator[str]:
    """Walk the stream of that hour to its end; give the path of each full page."""
    window = f"lastModifiedStartDate={last_ms - 6 * _DAY_MS}&lastModifiedEndDate={last_ms}"
    path = first_path = f"{_ORDERS}/orders/stream?size=200&{window}"
    for _ in range(_SMALL // 200 - 1):
        yield path
        path = f"{first_path}&nextCursor={line.read(path)['nextCursor']}"


def _clone(database: Path, count: int, middle_ms: int) -> None:
    """Fill the table of packages up, half of them before that hour and half behind it, within the window.

    Clones have the columns by which packages are found, and an empty document: none of them is read.
    """
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (first_id,) = connection.execute("SELECT MAX(id) + 1 FROM package").fetchone()
        (number,) = connection.execute("SELECT COUNT(*) FROM package").fetchone()
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "INSERT INTO package (id, order_id, seller_id, storefront, marketplace, order_number, status,"
            " placed_ms, updated_ms, cargo_number, facts, document) WITH RECURSIVE clone (place) AS"
            " (SELECT 0 UNION ALL SELECT place + 1 FROM clone WHERE place + 1 < ?)"
            " SELECT ? + place, 0, ?, 'RO', 'trendyol', '1' || place, 'delivered', ?, ? + CASE place % 2"
            " WHEN 0 THEN place * 400 + 1 ELSE -3600001 - place * 400 END, 0, x'7b7d', x'7b7d' FROM clone",
            (count - number, first_id, SELLER, middle_ms, middle_ms),
        )
        connection.commit()

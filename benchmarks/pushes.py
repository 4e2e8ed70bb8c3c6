"""Stock and prices: 1,000 rows beside Prism, 100,000 rows applied, a page after a million writes."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import yaml

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.load import CONNECTIONS, Broken
from benchmarks.processes import processor_s
from benchmarks.workloads import APPROVED, HEADERS, SELLER, Workload

_PUSH = f"/integration/inventory/sellers/{SELLER}/products/price-and-inventory"
_STOCK = f"{APPROVED}/inventory-and-price"
_DEMO = Path(__file__).parents[1] / "fixtures" / "worlds" / "demo.yaml"
_PROBE = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
_CONTENTS, _ITEMS, _APPLIED, _WRITES = 8_000, 1_000, 100_000, 1_000_000
_HOUR_MS = 3_600_000
_READS = 60


def pushes(cache: Path, rounds: int, seconds: int, folder: Path, tell: Told, *, alone: bool) -> Figures:
    """Push 1,000 rows again and again, the emulator and Prism in turn: validated, and queued in a file.

    No two bodies are alike, and no batch is done meanwhile: what that takes is measured by itself.
    Units: requests per second.
    """
    figures: Figures = {}
    database = f"sqlite:///{folder / 'pushes.db'}"
    with contextlib.ExitStack() as stack:
        shop = contestants.emulator(str(_recipe(folder, delay_ms=24 * _HOUR_MS)), "--database", database)
        server = stack.enter_context(started(shop, _PROBE, folder))
        line = Line(server.port, HEADERS)
        codes = _barcodes(line)
        answer = line.ask(_PUSH, "POST", _body(codes, 0))
        load = Workload("W3", "1,000 rows of stock and price", "updatePriceAndInventory", _PUSH, answer)
        probe = Workload("probe", "", "filterApprovedProducts", _PROBE.path, line.ask(_PROBE.path))
        rivals = [(contestants.EMULATOR, _PUSH, server.port)]
        peer = None if alone else contestants.prism(cache, _document(line), [load, probe], folder)
        if peer is not None:
            prism = stack.enter_context(started(peer, probe, folder))
            rivals.append((peer.name, peer.path(load), prism.port))
        for turn in range(1, rounds + 1):
            tell(f"1,000 rows of stock and price, round {turn} of {rounds}")
            for name, path, port in rivals:
                rate = _throughput(port, path, seconds, codes, turn)
                figures.setdefault(f"W3.{name}", []).append(rate)
    return figures


def applying(folder: Path, tell: Told) -> Figures:
    """Apply 100,000 rows, then read a page of stock after a million writes and in a fresh world, in turn.

    Units: seconds of the server's processor time, which other work on the machine moves least; milliseconds.
    """
    # No batch is done before the clock is moved, however long it takes to send them.
    recipe, figures = str(_recipe(folder, delay_ms=_HOUR_MS // 2)), dict[str, list[float]]()
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(started(contestants.emulator(recipe), _PROBE, folder))
            for name in ("fresh", "written")
        }
        lines = {name: Line(server.port, HEADERS) for name, server in servers.items()}
        line, codes = lines["written"], _barcodes(lines["written"])
        tell("100,000 rows applied")
        figures["applied.100000"] = [_apply(line, codes, range(_APPLIED // _ITEMS), servers["written"].pid)]
        tell("a million rows applied")
        for start in range(_APPLIED, _WRITES, _APPLIED):
            turns = range(start // _ITEMS, (start + _APPLIED) // _ITEMS)
            _apply(line, codes, turns, servers["written"].pid)
        paths = [f"{_STOCK}?page={page}&size=100" for page in range(10)]
        for _ in range(_READS // len(paths)):
            for name, each in lines.items():
                figures.setdefault(f"page.{name}", []).append(each.milliseconds(paths))
    return figures


def _apply(line: Line, codes: Sequence[str], turns: range, pid: int) -> float:
    """Push so many requests of 1,000 rows; give the seconds of processor time that doing them takes."""
    for turn in turns:
        line.ask(_PUSH, "POST", _body(codes, turn))
    before_s = processor_s(pid)
    line.ask("/_emulator/clock/advance", "POST", orjson.dumps({"ms": _HOUR_MS}))
    return processor_s(pid) - before_s


def _recipe(folder: Path, delay_ms: int) -> Path:
    """Write the recipe of the world `demo` with more than 10,000 variants and batches that take so long."""
    demo = yaml.safe_load(_DEMO.read_text())
    listing = {"seller": SELLER, "storefront": "RO", "contents": _CONTENTS, "variants": [1, 4]}
    batches = {"delay_ms": delay_ms, "delay_ms_per_thousand": 0}
    file = folder / f"pushes-{delay_ms}.json"
    file.write_bytes(
        orjson.dumps(
            {"name": "pushes", "sellers": demo["sellers"], "listings": [listing], "batches": batches}
        )
    )
    return file


def _document(line: Line) -> dict[str, Any]:
    """The products and the pushes of the emulator's own documents in one, for Prism has one."""
    products, pushes = (
        line.read(f"/_emulator/openapi.json?name=trendyol/{name}/int") for name in ("products", "inventory")
    )
    parts = {
        name: {**part, **pushes["components"].get(name, {})} for name, part in products["components"].items()
    }
    components = {**pushes["components"], **parts}
    return {**products, "paths": {**products["paths"], **pushes["paths"]}, "components": components}


def _barcodes(line: Line) -> list[str]:
    pages = (line.read(f"{_STOCK}?page={page}&size=100")["content"] for page in range(80))
    return [variant["barcode"] for page in pages for content in page for variant in content["variants"]]


def _body(codes: Sequence[str], turn: int) -> bytes:
    """1,000 rows, other ones and other values with each turn."""
    start = turn * _ITEMS
    rows = [
        {
            "barcode": codes[(start + place) % len(codes)],
            "quantity": (turn * 7 + place) % 20_000,
            "salePrice": 10 + turn % 1000 + place / 100,
            "listPrice": 2_000 + turn % 1000,
        }
        for place in range(_ITEMS)
    ]
    return orjson.dumps({"items": rows})


def _throughput(port: int, path: str, seconds: int, codes: Sequence[str], turn: int) -> float:
    """Answers a second to pushes from a process of its own.

    Errors: Broken when one answer was not 200.
    """
    body = _body(codes, turn)
    words = [f"{name}={value}" for name, value in HEADERS.items()]
    command = [sys.executable, "-m", "benchmarks.pushes", str(port), path, str(seconds), str(turn), *words]
    done = subprocess.run(command, input=body, capture_output=True, check=False)
    if done.returncode:
        raise Broken(done.stderr.decode())
    return float(done.stdout)


def _loop(port: int, path: str, headers: Mapping[str, str], bodies: Iterator[bytes], deadline: float) -> int:
    connection, count = http.client.HTTPConnection("127.0.0.1", port), 0
    while time.monotonic() < deadline:
        connection.request("POST", path, next(bodies), headers=dict(headers))
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise Broken(f"{path}: {response.status} {answer[:300]!r}")
        count += 1
    return count


def _bodies(body: bytes, number: int) -> Iterator[bytes]:
    """The same rows, the first of them with another price each time."""
    head, tail = body.split(b'"salePrice":', 1)
    rest = tail[tail.index(b",") :]
    while True:
        number += 1
        yield head + b'"salePrice":%d.%02d' % (number // 100 % 2000, number % 100) + rest


def _main(port: str, path: str, seconds: str, turn: str, *words: str) -> None:
    headers = {**dict(word.split("=", 1) for word in words), "Content-Type": "application/json"}
    body, deadline = sys.stdin.buffer.read(), time.monotonic() + int(seconds)
    starts = [(int(turn) * CONNECTIONS + place) * 10_000 for place in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        counts = pool.map(
            lambda start: _loop(int(port), path, headers, _bodies(body, start), deadline), starts
        )
        sys.stdout.write(str(sum(counts) / int(seconds)))


if __name__ == "__main__":
    _main(*sys.argv[1:])

"""PazarSync: a small answer behind a bearer token beside W2 of the same server, and a batch of stocks."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import orjson
import yaml

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.load import Target, throughput
from benchmarks.workloads import APPROVED, HEADERS, Workload, workloads

_DEMO = Path(__file__).parents[1] / "fixtures" / "worlds" / "demo.yaml"
_CONTENTS, _ITEMS, _BATCHES = 500, 1_000, 15
_PROBE = Workload("probe", "", "", f"{APPROVED}?page=0&size=1", b"")
_CREDENTIALS = {
    "client_id": "demo-pazarsync-kurumsal",
    "client_secret": "demo-pazarsync-kurumsal-secret",
    "grant_type": "client_credentials",
}


def pazarsync(rounds: int, seconds: int, folder: Path, tell: Told) -> Figures:
    """Set 1,000 stocks in one request, again and again; then load one product by token and W2 in turn.

    Units: ``token.*`` requests per second; ``batch.1000`` milliseconds.
    """
    with started(contestants.emulator(str(_recipe(folder))), _PROBE, folder) as server:
        _, small = workloads(Line(server.port, HEADERS))
        line, bearer = _signed_in(server.port)
        skus = [row["sku"] for page in range(1, 11) for row in line.read(_page(page))["data"]]
        product = f"/api/v1/products/{_small_product(line)}"
        figures: Figures = {"batch.1000": [_batch_ms(line, skus)], "token.product": [], "token.W2": []}
        for turn in range(1, rounds + 1):
            tell(f"by token, round {turn} of {rounds}")
            figures["token.product"].append(throughput(Target(server.port, product, bearer), seconds))
            figures["token.W2"].append(throughput(Target(server.port, small.path, HEADERS), seconds))
        return figures


def _recipe(folder: Path) -> Path:
    """Write the recipe of the world `demo` with a Turkish listing of more than 1,000 variants."""
    demo = yaml.safe_load(_DEMO.read_text())
    listings = [
        {**told, "contents": _CONTENTS} if told["storefront"] == "TR" else told for told in demo["listings"]
    ]
    file = folder / "pazarsync.json"
    file.write_bytes(orjson.dumps({**demo, "name": "pazarsync", "listings": listings}))
    return file


def _signed_in(port: int) -> tuple[Line, dict[str, str]]:
    body = orjson.dumps(_CREDENTIALS)
    token = orjson.loads(Line(port, {}).ask("/api/auth/token", "POST", body))["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    return Line(port, bearer), bearer


def _small_product(line: Line) -> str:
    """Make a product that has no more than it must: as near to the size of W2's answer as a product comes."""
    told = orjson.dumps({"sku": "BENCH-1", "name": "Bench", "stock": 1, "price": 1})
    number: str = orjson.loads(line.ask("/api/v1/products", "POST", told))["id"]
    return number


def _page(number: int) -> str:
    return f"/api/v1/products?limit=100&page={number}"


def _batch_ms(line: Line, skus: list[str]) -> float:
    spans = []
    for turn in range(_BATCHES):
        items = [{"sku": sku, "stock": (turn * 7 + index) % 300} for index, sku in enumerate(skus[:_ITEMS])]
        body = orjson.dumps({"items": items})
        begun = time.perf_counter()
        told = orjson.loads(line.ask("/api/v1/stocks/batch", "POST", body))
        spans.append((time.perf_counter() - begun) * 1000)
        assert told["updated"] == _ITEMS, told
    return statistics.median(spans)

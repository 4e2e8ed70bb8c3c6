"""What is asked of every server: one big page, one small answer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.line import Line

SELLER = 2748
STOREFRONT = "RO"
APPROVED = f"/integration/product/sellers/{SELLER}/products/approved"
BASE = f"/integration/product/sellers/{SELLER}/product"
HEADERS: Mapping[str, str] = {
    "Authorization": "Basic " + base64.b64encode(b"demo-int-key:demo-int-secret").decode(),
    "User-Agent": f"{SELLER} - SelfIntegration",
    "storeFrontCode": STOREFRONT,
}


@dataclass(frozen=True, slots=True)
class Workload:
    """One request, and the bytes a server that knows only files answers to it."""

    name: str
    says: str
    operation: str
    path: str
    body: bytes


def workloads(line: Line) -> tuple[Workload, ...]:
    """Take both workloads from a running emulator, so that every server answers the same bytes."""
    first = line.read(f"{APPROVED}?page=0&size=100")["content"]
    page, base = f"{APPROVED}?page=0&size=100", f"{BASE}/{quote(first[0]['variants'][0]['barcode'])}"
    big, small = line.ask(page), line.ask(base)
    return (
        Workload(
            "W1",
            f"a page of {len(first)} products, {len(big) // 1000} KB",
            "filterApprovedProducts",
            page,
            big,
        ),
        Workload("W2", f"one product's base, {len(small)} B", "getProductBase", base, small),
    )

"""A public client nobody here wrote, run unmodified; skipped where its checkout is not at hand."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import requests

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.public import HOME, PYTHON, TURKISH, told_by, truth

CHECKOUT = HOME / "Trendyol-ELT"
KEY = TURKISH[1:]
FINANCE = "/integration/finance/che/sellers/2738"
IMPORTS = "import aiohttp, dotenv, google.cloud.bigquery, polars, requests"
# The client names the production host in its scripts, so the redirect comes from outside.
REDIRECTED = """
import json, os, runpy, sys
import aiohttp, requests
base, ask, get = os.environ["BASE"], requests.Session.request, aiohttp.ClientSession.get
there = lambda url: str(url).replace("https://apigw.trendyol.com", base)
requests.Session.request = lambda self, method, url, **more: ask(self, method, there(url), **more)
aiohttp.ClientSession.get = lambda self, url, **more: get(self, there(url), **more)
left = runpy.run_path(sys.argv[1] + ".py", run_name="__main__")
window = [left.get("OVERALL_START_DATE_MS"), left.get("OVERALL_END_DATE_MS")]
key = "barcode" if sys.argv[1] == "products" else "id"
print(json.dumps({"window": window, "ids": [row[key] for row in left[f"fetched_{sys.argv[1]}_list"]]}))
"""


@dataclass(frozen=True, slots=True)
class Haul:
    """What one run of a script ended with: the days it query for, the ids or barcodes it holds."""

    window: tuple[int, int]
    ids: list[str]


def ready() -> bool:
    """Say whether the checkout and what it imports are here."""
    return CHECKOUT.is_dir() and not subprocess.run([PYTHON, "-c", IMPORTS], check=False).returncode


pytestmark = pytest.mark.skipif(not ready(), reason="TRENDYOL_EMULATOR_REAL_CLIENTS names no Trendyol-ELT")


def run(script: str, base: str) -> Haul:
    """Run a script of the client against the emulator."""
    token = base64.b64encode(":".join(KEY).encode()).decode()
    account = {
        "TRENDYOL_SUPPLIER_ID": "2738",
        "TRENDYOL_API_TOKEN": token,
        "GCP_PROJECT_ID": "",
        "BASE": base,
    }
    result = told_by([PYTHON, "-c", REDIRECTED, script], account, CHECKOUT)
    return Haul((result["window"][0], result["window"][1]), result["ids"])


def ids_in_world(base: str, kind: str, window: tuple[int, int]) -> list[str]:
    """List the ids the world holds for the seller within a window."""
    query = {"from": window[0], "to": window[1]}
    return sorted(row["id"] for row in truth(base, kind, TURKISH[0], **query))


def paid_by_link(base: str, window: tuple[int, int]) -> list[str]:
    """List the ids of the one settlement type the client does not know."""
    middle = window[0] + 15 * 86_400_000
    numbers: list[str] = []
    for start, end in ((window[0], middle), (middle + 1, window[1])):
        query: Mapping[str, str | int] = {"startDate": start, "endDate": end, "transactionType": "PayByLink"}
        answer = requests.get(
            f"{base}{FINANCE}/settlements",
            params=query,
            auth=KEY,
            headers={"User-Agent": "2738 - Test"},
            timeout=10,
        )
        numbers += [row["id"] for row in answer.json()["content"]]
    return numbers


def test_trendyol_elt_gets_every_settlement_it_asks_for() -> None:
    with serving("--limits", "off") as base:
        haul = run("settlements", base)
        assert sorted(haul.ids + paid_by_link(base, haul.window)) == ids_in_world(
            base, "settlements", haul.window
        )


def test_trendyol_elt_gets_every_other_financial() -> None:
    with serving("--limits", "off") as base:
        haul = run("otherfinancials", base)
        assert sorted(haul.ids) == ids_in_world(base, "otherfinancials", haul.window)


def test_trendyol_elt_gets_every_product() -> None:
    with serving("--limits", "off", "--decide", "product-v1=open") as base:
        haul = run("products", base)
        assert sorted(haul.ids) == sorted(row["barcode"] for row in truth(base, "products", TURKISH[0]))


def test_trendyol_elt_loses_settlements_in_silence_when_it_is_refused() -> None:
    with serving("--limits", "on") as base:
        haul = run("settlements", base)
        assert 0 < len(haul.ids) < len(ids_in_world(base, "settlements", haul.window))

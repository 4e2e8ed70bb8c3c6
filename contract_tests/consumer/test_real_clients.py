"""A public client nobody here wrote, run unmodified; skipped where its checkout is not at hand."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from contract_tests.server import serving

HOME = os.environ.get("TRENDYOL_EMULATOR_REAL_CLIENTS", "")
PYTHON = os.environ.get("TRENDYOL_EMULATOR_REAL_CLIENTS_PYTHON", sys.executable)
CHECKOUT = Path(HOME) / "Trendyol-ELT"
KEY = ("demo-tr-key", "demo-tr-secret")
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
    """What one run of a script ended with: the days it asked for, the ids or barcodes it holds."""

    window: tuple[int, int]
    ids: list[str]


def ready() -> bool:
    """Say whether the checkout and what it imports are here."""
    return (
        bool(HOME)
        and CHECKOUT.is_dir()
        and not subprocess.run([PYTHON, "-c", IMPORTS], check=False).returncode
    )


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
    command = [PYTHON, "-c", REDIRECTED, script]
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **account}, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return Haul((told["window"][0], told["window"][1]), told["ids"])


def truth(base: str, kind: str, window: tuple[int, int]) -> list[str]:
    """List the ids the world holds for the seller within a window."""
    asked: Mapping[str, int] = {"seller": 2738, "from": window[0], "to": window[1]}
    rows = requests.get(f"{base}/_emulator/truth/{kind}", params=asked, timeout=10).json()["rows"]
    return sorted(row["id"] for row in rows)


def paid_by_link(base: str, window: tuple[int, int]) -> list[str]:
    """List the ids of the one settlement type the client does not know."""
    middle = window[0] + 15 * 86_400_000
    found: list[str] = []
    for start, end in ((window[0], middle), (middle + 1, window[1])):
        asked: Mapping[str, str | int] = {"startDate": start, "endDate": end, "transactionType": "PayByLink"}
        answer = requests.get(
            f"{base}{FINANCE}/settlements",
            params=asked,
            auth=KEY,
            headers={"User-Agent": "2738 - Test"},
            timeout=10,
        )
        found += [row["id"] for row in answer.json()["content"]]
    return found


def test_trendyol_elt_gets_every_settlement_it_asks_for() -> None:
    with serving("--limits", "off") as base:
        haul = run("settlements", base)
        assert sorted(haul.ids + paid_by_link(base, haul.window)) == truth(base, "settlements", haul.window)


def test_trendyol_elt_gets_every_other_financial() -> None:
    with serving("--limits", "off") as base:
        haul = run("otherfinancials", base)
        assert sorted(haul.ids) == truth(base, "otherfinancials", haul.window)


def test_trendyol_elt_gets_every_product() -> None:
    with serving("--limits", "off") as base:
        haul = run("products", base)
        answer = requests.get(f"{base}/_emulator/truth/products", params={"seller": 2738}, timeout=10)
        assert sorted(haul.ids) == sorted(row["barcode"] for row in answer.json()["rows"])


def test_trendyol_elt_loses_settlements_in_silence_when_it_is_refused() -> None:
    with serving("--limits", "on") as base:
        haul = run("settlements", base)
        assert 0 < len(haul.ids) < len(truth(base, "settlements", haul.window))

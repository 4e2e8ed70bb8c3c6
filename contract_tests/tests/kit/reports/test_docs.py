"""The curl lines of the pages on the other systems work as printed, with only the host changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import requests

from contract_tests.stages.server import serving
from contract_tests.tests.places import DOCS

BLOCK = re.compile(r"^```\n(.*?)^```$", re.M | re.S)
CURL = re.compile(r"^curl (?:[^\n]*\\\n|-d '\{\n(?:[^'\n]*\n)*\}'|[^\n'\\]|'[^']*')*", re.M)
CLIENT = {"client_id": "demo-pazarsync-client", "client_secret": "demo-pazarsync-secret"}
ITEM = [{"barcode": "8681200001503", "requestedQuantity": 2}]


def curls(page: str) -> list[str]:
    """Every curl command of a page, whole."""
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = (block.replace("\\\n", " ") for block in BLOCK.findall(text))
    return [line for block in blocks for line in CURL.findall(block)]


PRINTED = [(page, line) for page in ("b2b-gateway.md", "pazarsync.md") for line in curls(page)]
pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--limits", "off") as address:
        yield address


def environment(url: str) -> dict[str, str]:
    """What the pages' lines take from the shell."""
    answer = requests.post(
        f"{url}/api/auth/token", json=CLIENT | {"grant_type": "client_credentials"}, timeout=10
    )
    return {**os.environ, "TOKEN": answer.json()["access_token"], "B2B": f"{url}/b2bbuyergateway"}


def request_number(url: str) -> str:
    """Order something."""
    path = f"{url}/v2/offers/DEMO-BUYER/items"
    answer = requests.post(path, json=ITEM, auth=("DEMO-BUYER", "demo-buyer-secret"), timeout=10)
    return str(answer.json()["requestNumber"])


@pytest.mark.parametrize(("page", "line"), PRINTED, ids=lambda text: text.split("\n")[0][-40:])
def test_curl_line_of_a_page_is_answered(url: str, page: str, line: str) -> None:
    here = re.sub(r"(http://127\.0\.0\.1|localhost):8080", url, line)
    here = here.replace("REQUEST_NUMBER", request_number(url) if "REQUEST_NUMBER" in here else "")
    ran = subprocess.run(
        ["bash", "-c", f"{here} -sS --fail-with-body"],
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{here}\n{ran.stdout}{ran.stderr}"
    assert json.loads(ran.stdout) is not None
    requests.delete(f"{url}/_emulator/faults", timeout=10)


def test_pages_print_the_calls_they_speak_of() -> None:
    assert [page for page, _ in PRINTED].count("b2b-gateway.md") >= 6
    assert [page for page, _ in PRINTED].count("pazarsync.md") >= 4

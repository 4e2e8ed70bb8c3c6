"""A secret in any place of a request comes out nowhere."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.cli.lint import lint
from contract_tests.tests.attack.secrets_places import BODIES, PATHS, QUERIES, SECRET, UNNAMED, found_in
from contract_tests.tests.provider.conftest import INT, Opener
from contract_tests.tests.provider.support.pazarsync import TOKEN
from emulator import mask_secrets
from emulator.stage.masking import masked_text

PATH = "/integration/product/sellers/2748/products/approved"
FORMATS = ("json", "har", "ndjson")
REPORTS = ("json", "junit", "sarif", "markdown", "html")


def test_journal_shows_no_secret_wherever_it_stood(open_world: Opener) -> None:
    ask = open_world("empty")
    for name, value in UNNAMED:
        ask(PATH, {**INT, name: value})
    for query in QUERIES:
        ask.send("GET", f"{PATH}?{query}", headers=INT)
        ask.send("GET", f"/nowhere?{query}")
    for path in PATHS:
        ask(path, INT)
    for body, kind in BODIES:
        ask.send("POST", TOKEN, data=body, content_type=kind)
    outputs = {form: ask.send("GET", f"/_emulator/requests?format={form}").data for form in FORMATS}
    rows = json.loads(outputs["json"])["requests"]
    assert len(rows) == len(UNNAMED) + 2 * len(QUERIES) + len(PATHS) + len(BODIES)
    for row in rows:
        outputs[str(row["id"])] = ask.send("GET", f"/_emulator/requests/{row['id']}").data
    outputs["findings"] = ask.send("GET", "/_emulator/findings").data
    assert {name: found_in(output) for name, output in outputs.items() if found_in(output)} == {}


def entry(number: int, headers: dict[str, str], query: str = "", body: bytes = b"") -> dict[str, Any]:
    """One request of a recording that nobody masked."""
    named = [{"name": name, "value": value} for name, value in headers.items()]
    request = {
        "method": "POST" if body else "GET",
        "url": f"https://apigw.trendyol.com{PATH}?{query}",
        "headers": named,
        "postData": {"mimeType": "application/json", "text": body.decode("latin-1")},
    }
    return {
        "startedDateTime": f"2026-11-22T00:00:{number % 60:02}Z",
        "request": request,
        "response": {"status": 401, "headers": [], "content": {"text": "{}", "mimeType": "application/json"}},
    }


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording full of secrets."""
    entries = [entry(number, {name: value}) for number, (name, value) in enumerate(UNNAMED)]
    entries += [entry(number, {}, query) for number, query in enumerate(QUERIES)]
    entries += [entry(number, {}, body=body) for number, (body, _) in enumerate(BODIES)]
    place = tmp_path_factory.mktemp("secrets") / "traffic.har"
    place.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return place


def test_no_report_shows_a_secret_of_a_recording(recording: Path, tmp_path: Path) -> None:
    options = [word for form in REPORTS for word in ("--report", f"{form}={tmp_path / form}")]
    result = CliRunner().invoke(lint, [str(recording), *options])
    outputs = {form: (tmp_path / form).read_bytes() for form in REPORTS} | {"console": result.output.encode()}
    assert b"TY-PLT" in outputs["console"]
    assert {name: found_in(output) for name, output in outputs.items() if found_in(output)} == {}


@pytest.mark.parametrize(
    "text", [*(one.encode() for one in (*QUERIES, *PATHS)), *(body for body, _ in BODIES)]
)
def test_text_is_masked(text: bytes) -> None:
    assert found_in(masked_text(text)[0].encode()) == []


@pytest.mark.parametrize(
    "text",
    ["page=1&size=50", '{"nextPageToken": "abc"}', '{"title": "Secret garden", "key": "a"}',
     '{"message": "basic.authorization.failed"}', "2748 - SelfIntegration", '{"token_type": "bearer"}'],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask_secrets(text) == text


def test_secret_is_really_planted() -> None:
    planted = [value for _, value in UNNAMED] + list(QUERIES) + [str(body) for body, _ in BODIES]
    decoded = base64.b64decode(UNNAMED[0][1].split()[1]).decode()
    assert SECRET in decoded
    assert len(planted) > 40

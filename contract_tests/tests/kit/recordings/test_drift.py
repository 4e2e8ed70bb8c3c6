"""Where reality is another than documents and emulator is found, and nothing else is said."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from contract_tests.cli.drift import drift
from contract_tests.drift.compare import compare
from contract_tests.drift.patches import apply_edits
from contract_tests.drift.report import as_json, as_markdown, patch_of
from contract_tests.drift.values import Comparison, Edit
from contract_tests.records.har import read_archive
from contract_tests.stages.law import installed_law
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.altered_stage import (
    NOW_MS,
    alter_law,
    stage_of_another_law,
    with_other_answers,
)
from contract_tests.tests.kit.support.recorded_stage import ORDERS, recording, wsgi_server
from contract_tests.tests.places import ROOT
from emulator import Settings, create_app
from emulator.contract.build import compiling
from emulator.contract.sources import folder

SLOW_MS = 150.0
PRODUCTS = "/integration/product/sellers/2738/products/approved"
QUESTIONS = "/integration/qna/sellers/2738/questions/filter"
ADDRESSES = "/integration/sellers/2738/addresses"
TR, TR_PAIR = {"User-Agent": "2738 - SelfIntegration"}, ("demo-tr-key", "demo-tr-secret")
INT, INT_PAIR = (
    {"User-Agent": "2748 - SelfIntegration", "storeFrontCode": "GR"},
    ("demo-int-key", "demo-int-secret"),
)
LIMIT = 20


def ask(url: str, path: str, **others: Any) -> int:
    answer = requests.get(url + path, **{"headers": TR, "auth": TR_PAIR, "timeout": 30, **others})
    return answer.status_code


def ask_everything(url: str) -> None:
    """What a client may do, with its usual mistakes."""
    for query in ("size=100", "size=50", "size=150", "page=20&size=100", "page=60&size=100", "status=Foo"):
        ask(url, f"{ORDERS}?{query}")
    for query in ("size=100", "size=120"):
        ask(url, f"{PRODUCTS}?{query}")
    ask(url, ORDERS, headers={"User-Agent": ""}, auth=None)
    ask(url, ORDERS, auth=("nobody", "nothing"))
    for _ in range(LIMIT + 2):
        ask(url, QUESTIONS)
    for _ in range(3):
        ask(url, ADDRESSES)


def record_calls(app: Callable[..., Any], out: Path, client: Callable[[str], None]) -> Path:
    with wsgi_server(app) as stage, recording(stage, out) as url:
        client(url)
    return out


def comparison_of(out: Path, **options: Any) -> Comparison:
    history = read_archive(out.read_bytes(), installed_rulebook(), compact=False)
    return compare(history, installed_law(), NOW_MS, **options)


@pytest.fixture(scope="module")
def altered_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("drift") / "t.har"
    with stage_of_another_law(alter_law) as app:
        return record_calls(with_other_answers(app, SLOW_MS / 1000), out, ask_everything)


@pytest.fixture(scope="module")
def comparison(altered_recording: Path) -> Comparison:
    return comparison_of(altered_recording, slow_ms=SLOW_MS)


CHECKS = "credentials-missing and user-agent-missing"
DIFFERENCES: dict[tuple[str, str], str] = {
    ("undocumented field", "200 content/shipmentAddress/buildingName"): "specs/trendyol/orders/shared.yaml",
    ("missing field", "200 content/micro"): "specs/trendyol/orders/shared.yaml",
    ("other type", "200 content/cargoDeci"): "specs/trendyol/orders/shared.yaml",
    ("other type", "200 content/orderCountryCode"): "specs/trendyol/orders/shared.yaml",
    ("new value", "200 content/invoiceStatus"): "specs/trendyol/orders/shared.yaml",
    ("documented field never seen", "200 content/variants/commission"): "specs/trendyol/products/",
    ("narrower limit", "size"): "specs/trendyol/orders/parameters.yaml",
    ("wider limit", "size"): "specs/trendyol/products/parameters.yaml",
    ("narrower limit", "page times size"): "specs/trendyol/orders/tr.yaml",
    ("narrower limit", "requests in 10 s"): "specs/trendyol/shared/platform.yaml",
    ("other status", "status-invalid"): "specs/errors/products.yaml",
    ("other error", "401 credentials-invalid"): "specs/errors/platform.yaml",
    (
        "other order of checks",
        "credentials-missing and user-agent-missing",
    ): "specs/trendyol/shared/platform.yaml",
    ("slow answers", "3 answers"): "",
}


@pytest.mark.parametrize(("kind", "place"), DIFFERENCES)
def test_planted_difference_is_found_at_its_line(comparison: Comparison, kind: str, place: str) -> None:
    (difference,) = [one for one in comparison.differences if (one.kind, one.place) == (kind, place)]
    line = difference.line.place if difference.line else ""
    assert line.startswith(DIFFERENCES[kind, place])
    assert difference.documents
    assert difference.reality
    if difference.line:
        text = (ROOT / "specs" / difference.line.file).read_text(encoding="utf-8").splitlines()
        assert text[difference.line.line - 1].strip() == difference.line.text


def test_nothing_is_invented(comparison: Comparison) -> None:
    assert {(one.kind, one.place) for one in comparison.differences} == DIFFERENCES.keys()


def test_patch_says_what_was_planted_and_applies(comparison: Comparison, tmp_path: Path) -> None:
    patch = patch_of(comparison)
    added_lines = "\n".join(line for line in patch.splitlines() if line.startswith("+"))
    for words in (
        "buildingName: {type: string",
        "maximum: 120",
        "max: 2100",
        "requests: 20",
        "status: 422",
        "key: authentication.refused",
        "gates: [ip_allowlist, user_agent, auth, storefront, rate_limit]",
        "Archived]",
        'orderCountryCode: {type: [string, "null"]}',
    ):
        assert words in added_lines, words
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)
    assert "micro," not in (tmp_path / "specs/trendyol/orders/shared.yaml").read_text(encoding="utf-8")
    orders = compiling.read(tmp_path / "specs/trendyol/orders/shared.yaml")
    assert "buildingName" in orders["schemas"]["Address"]["properties"]


@pytest.mark.nightly
def test_specs_with_the_patch_are_law_again(comparison: Comparison, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    patch = patch_of(comparison).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, check=True)
    law = compiling.compile_all(tmp_path / "specs", folder("fixtures"))
    assert law["errors"]["status-invalid"]["status"] == 422


def test_reports_say_the_same(comparison: Comparison) -> None:
    document = json.loads(as_json(comparison))
    assert [one["kind"] for one in document["differences"]] == [one.kind for one in comparison.differences]
    assert document["patch"] == patch_of(comparison)
    text = as_markdown(comparison).decode()
    assert text.count("\n| ") == len(comparison.differences) + 1
    assert "```diff" in text


@pytest.fixture(scope="module")
def plain_recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("plain") / "t.har"
    app = create_app(Settings(world="demo", now_ms=NOW_MS, emulator_headers=False))

    def client(url: str) -> None:
        ask_everything(url)
        for path in ("order/sellers/2748/orders/stream?size=20", "order/sellers/2748/claims?size=50"):
            ask(url, f"/integration/{path}", headers=INT, auth=INT_PAIR)
        for path in ("product/product-categories", "product/brands?size=1000", "nowhere", "lookup/cities/TR"):
            ask(url, f"/integration/{path}")

    yield record_calls(app, out, client)
    app.extensions["stages"].close_all()


@pytest.fixture(scope="module")
def plain_comparison(plain_recording: Path) -> Comparison:
    return comparison_of(plain_recording)


def test_nothing_is_said_of_a_stage_that_is_as_documented(plain_comparison: Comparison) -> None:
    assert plain_comparison.differences == ()
    assert plain_comparison.exchange_count > 40


def test_inferred_line_that_is_borne_out_gains_confidence(plain_comparison: Comparison) -> None:
    confirmations = plain_comparison.confirmations
    assert {one.line.place for one in confirmations if "size-invalid" in one.sentence}
    assert all(one.line.confidence == "I" and one.edits for one in confirmations)
    assert "confidence: C" in patch_of(plain_comparison)


def test_verb_ends_with_its_documented_codes(plain_recording: Path, tmp_path: Path) -> None:
    entry = json.loads(plain_recording.read_bytes())["log"]["entries"][0]
    old, patch = tmp_path / "old.har", tmp_path / "specs.patch"
    entry["startedDateTime"] = "2026-11-22T10:00:00+00:00"
    old.write_text(json.dumps({"log": {"entries": [entry]}}))
    answer = CliRunner().invoke(drift, [str(old), "--max-age", "1", "--format", "json"])
    assert answer.exit_code == 1
    assert [one["kind"] for one in json.loads(answer.stdout)["differences"]] == ["stale recording"]
    answer = CliRunner().invoke(drift, [str(old), "--max-age", "100000", "--report", f"patch={patch}"])
    assert answer.exit_code == 0
    assert "no difference in 1 exchange" in answer.stdout
    assert patch.read_text() == ""
    old.write_text('{"log": {"entries": []}}')
    assert CliRunner().invoke(drift, [str(old)]).exit_code == 4
    assert CliRunner().invoke(drift, [str(tmp_path / "none.har")]).exit_code == 4
    assert CliRunner().invoke(drift, []).exit_code == 2


def test_edits_that_overlap_give_way_to_the_first() -> None:
    edits = [Edit("a", 2, 4, "XY"), Edit("a", 3, 5, "--"), Edit("a", 5, 5, "!")]
    assert apply_edits("abcdef", edits) == "abXYe!f"

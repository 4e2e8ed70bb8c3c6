"""The pages as a browser without a script gets them: whole, small, escaped, in two languages, and safe."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.patience import is_done_within
from contract_tests.tests.places import ROOT
from contract_tests.tests.provider.conftest import INT, NOW_MS, Ask
from contract_tests.tests.provider.pages.page_list import PAGES, PRODUCTS, SCRIPT_TEXT, UI, fill
from emulator import Settings, create_app
from emulator.stage.stages import Stages

HTML = {"Accept": "text/html,application/xhtml+xml"}
LONGEST_PAGE, LONGEST_S = 100_000, 0.2


@pytest.fixture(scope="module")
def stage(app: Flask) -> Iterator[Ask]:
    stages: Stages = app.extensions["stages"]
    stages.open("pages", "demo").world.clock.freeze(NOW_MS)
    ask = Ask(app, "/w/pages")
    fill(ask)
    yield ask
    stages.close("pages")


def read(ask: Ask, path: str, language: str = "en", **headers: str) -> Any:
    return ask.send("GET", path, headers={**HTML, "Accept-Language": language, **headers})


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=[pytest.mark.nightly] if "judge" in path else []) for path in PAGES]
)
def test_page_is_whole_small_and_escaped(stage: Ask, path: str) -> None:
    answer = read(stage, path)
    assert answer.status_code == 200
    assert len(answer.data) < LONGEST_PAGE
    assert answer.text.rstrip().endswith("</html>")
    assert SCRIPT_TEXT not in answer.text
    assert "style=" not in answer.text
    assert "http://cdn" not in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "demo-tr-secret" not in answer.text or path == "/_emulator/"


def test_every_page_is_quick_and_small_when_the_journal_is_full(app: Flask) -> None:
    stages: Stages = app.extensions["stages"]
    journal = stages.open("full", "demo").journal
    ask = Ask(app, "/w/full")
    fill(ask)
    models = journal.newest(3)
    for second in range(journal.max_entries):
        one = models[second % 3]
        started_at, now_ms = one.started_at + second, one.now_ms + 1000 * second
        journal.close(replace(one, id=journal.open(), started_at=started_at, now_ms=now_ms))
    newest = f"{UI}/traffic/{journal.newest(1)[0].id}"
    paths = [path for path in PAGES if "judge" not in path and "traffic/" not in path]
    slow = slow_pages(ask, [*paths, newest])
    ask.control("GET", "/findings")
    slow += slow_pages(ask, [path for path in PAGES if "findings" in path])
    assert f"Requests judged: {journal.max_entries:,}" in read(ask, f"{UI}/findings").text
    stages.close("full")
    assert slow == []


def slow_pages(ask: Ask, paths: Iterable[str]) -> list[str]:
    """Name the pages that take too long."""
    return [path for path in paths if not is_done_within(LONGEST_S, partial(took, ask, path))]


def took(ask: Ask, path: str) -> float:
    """How many seconds a page takes, which is small."""
    began = time.monotonic()
    answer = read(ask, path)
    assert (answer.status_code, len(answer.data) < LONGEST_PAGE) == (200, True), path
    return time.monotonic() - began


def test_text_of_a_client_is_shown_as_text(stage: Ask) -> None:
    assert read(stage, f"{UI}/traffic/2").text.count("&lt;script&gt;") >= 2
    assert "&lt;script&gt;" in read(stage, f"{UI}/traffic/3").text


@pytest.mark.parametrize(
    "place", ["/rules?q=TY-ORD-004", "/rules/TY-ORD-004", "/operations/getShipmentPackages"]
)
def test_rules_are_said_in_turkish(stage: Ask, place: str) -> None:
    assert "kısa sayfa son değildir" in read(stage, f"{UI}{place}", "tr").text


def test_language_follows_the_browser_and_the_switch(stage: Ask) -> None:
    assert '<html lang="en">' in read(stage, f"{UI}/market", "fr, en;q=0.8, tr;q=0.5").text
    turkish = read(stage, f"{UI}/market?view=payouts", "tr-TR,tr;q=0.9").text
    assert '<html lang="tr">' in turkish
    assert "Kas 2026 Çar" in turkish
    assert " TL</" in turkish
    answer = read(stage, f"{UI}/language/tr?to=/w/pages{UI}/faults")
    assert answer.headers["Location"] == f"/w/pages{UI}/faults"
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert '<html lang="tr">' in read(stage, f"{UI}/faults", "en", Cookie=cookie).text
    stage.client.delete_cookie("emulator-language")


@pytest.mark.parametrize(
    "place", ["//evil.example/", "https://evil.example", "/w/pages/_emulator//evil.example"]
)
def test_switch_leads_to_no_other_site(stage: Ask, place: str) -> None:
    answer = read(stage, f"{UI}/language/en?to={place}")
    assert answer.headers["Location"] == f"/w/pages{UI}/"
    stage.client.delete_cookie("emulator-language")


def test_index_is_a_page_for_browsers_alone(stage: Ask) -> None:
    assert read(stage, "/").mimetype == "text/html"
    for accept in ("*/*", "application/json", ""):
        answer = stage.send("GET", "/", headers={"Accept": accept})
        assert answer.json["docs"] == "/_emulator/docs/"


def test_request_explains_its_refusal_and_its_fault(stage: Ask) -> None:
    page = read(stage, f"{UI}/traffic/2").text
    assert "size-invalid" in page
    assert "The page size is not allowed: 9999</p>" in page
    assert "product-filter-approved-product-v2" in page
    page = read(stage, f"{UI}/traffic/3").text
    assert "Plan this fault again" in page
    assert "answered 503" in page
    assert "curl -sS" in page


@pytest.mark.parametrize("language", ["en", "tr"])
def test_page_with_nothing_to_show_says_what_to_do(
    app: Flask, language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    app.extensions["stages"].open("bare", "empty")
    ask = Ask(app, "/w/bare")
    empty_pages = [
        f"{UI}/{name}" for name in ("traffic", "findings", "market", "faults", "webhooks", "scenarios")
    ]
    for path in ("/_emulator/", *empty_pages, f"{UI}/traffic/compare", f"{UI}/rules?q=nowhere"):
        page = read(ask, path, language).text
        (advice, *_) = re.findall(r'class="empty"[^>]*><p><strong>[^<]+</strong></p>\s*<p>([^<]+)', page)
        assert len(advice) > 20, path
    app.extensions["stages"].close("bare")


def test_rows_of_the_market_lead_to_the_requests_that_touched_them(stage: Ask) -> None:
    page = read(stage, f"{UI}/market?view=products&seller=2748").text
    links = re.findall(r'href="(/w/pages/_emulator/ui/traffic\?mentions=[^"]+)"', page)
    assert len(links) > 20
    barcode = links[0].rpartition("=")[2]
    stage(PRODUCTS, headers=INT, barcode=barcode)
    assert f"barcode={barcode}" in read(stage, links[0].removeprefix("/w/pages")).text


def test_rules_and_operations_lead_to_each_other(stage: Ask) -> None:
    assert f'{UI}/operations/filterApprovedProducts"' in read(stage, f"{UI}/rules/TY-CAT-004").text
    assert f'{UI}/rules/TY-CAT-004"' in read(stage, f"{UI}/operations/filterApprovedProducts").text


def test_request_is_shown_in_full_without_its_secret(stage: Ask) -> None:
    page = read(stage, f"{UI}/traffic/2").text
    assert "Basic ***" in page
    assert INT["Authorization"] not in page
    for text in ("maximum 100", "not documented", "&#34;errors&#34;", "As it was sent"):
        assert text in page, text


def test_missing_page_says_what_to_do(stage: Ask) -> None:
    for path in (f"{UI}/nowhere", f"{UI}/traffic/99999", f"{UI}/rules/TY-NO-1", f"{UI}/operations/none"):
        answer = read(stage, path)
        assert (answer.status_code, "There is nothing here" in answer.text) == (404, True)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Host": "evil.example"}],
)
def test_page_of_another_site_gets_nothing(stage: Ask, headers: dict[str, str]) -> None:
    for path in ("/_emulator/", f"{UI}/traffic", "/_emulator/docs/", f"{UI}/language/en"):
        answer = read(stage, path, **headers)
        assert answer.status_code == 403
        assert "Demo International" not in answer.text


def test_pages_need_the_token_and_a_form_takes_it_without_a_script() -> None:
    app = create_app(Settings(world="empty", control_token="right"))
    client = app.test_client()
    assert client.get("/", headers=HTML).status_code == 401
    page = client.get(f"{UI}/traffic", headers=HTML)
    assert page.status_code == 401
    assert 'type="password"' in page.text
    own = {"Origin": "http://localhost"}
    form = {"token": "right"}
    assert client.post(f"{UI}/login", data=form).status_code == 403
    assert client.post(f"{UI}/login", data=form, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.post(f"{UI}/login", data={"token": "wrong"}, headers=own).status_code == 401
    assert client.post(f"{UI}/login", data=form, headers=own).status_code == 303
    assert client.get(f"{UI}/traffic", headers=HTML).status_code == 200
    app.extensions["stages"].close_all()


@pytest.mark.nightly
def test_findings_are_said_in_turkish(stage: Ask) -> None:
    assert "size=9999, en çok 100 olabilir" in read(stage, f"{UI}/findings?judge=1", "tr").text
    assert "size=9999, at most 100 is allowed" in read(stage, f"{UI}/findings?judge=1").text


def test_findings_are_shown_as_they_were_judged_last(stage: Ask) -> None:
    judgement = stage.control("GET", "/findings")
    assert (judgement["is_current"], judgement["requests"]) == (
        True,
        stage.control("GET", "/requests")["count"],
    )
    assert "TY-CAT-001" in read(stage, f"{UI}/findings").text
    stage(PRODUCTS, headers={})
    last = stage.control("GET", "/findings", judge="false")
    assert last == {**judgement, "is_current": False}
    assert "More have come since" in read(stage, f"{UI}/findings").text
    assert "More have come since" not in read(stage, f"{UI}/findings?judge=1").text


@pytest.mark.nightly
def test_findings_are_handed_out_as_reports(stage: Ask) -> None:
    sarif = stage.send("GET", "/_emulator/findings?format=sarif")
    assert (sarif.mimetype, json.loads(sarif.data)["version"]) == ("application/sarif+json", "2.1.0")
    page = stage.send("GET", "/_emulator/findings?format=html&language=tr")
    assert (page.mimetype, SCRIPT_TEXT in page.text) == ("text/html", False)
    assert '<html lang="tr">' in page.text
    assert str(ROOT) not in page.text

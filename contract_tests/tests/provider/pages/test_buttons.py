"""The buttons of the pages in a real browser: each does what it says, or says in one sentence why not."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from contract_tests.tests.patience import wait_until
from contract_tests.tests.places import ROOT
from contract_tests.tests.provider.conftest import INT, TR
from contract_tests.tests.provider.pages.page_list import PRODUCTS, UI, fill
from emulator.ui import words

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from contract_tests.tests.provider.pages import chromium  # noqa: E402  # it needs what may not be installed

pytestmark = [pytest.mark.skipif(not chromium.CHROMIUM, reason="there is no chromium"), pytest.mark.nightly]
TEMPLATES = ROOT / "emulator" / "ui" / "templates"
TEXT_OF_BUTTON = re.compile(r"""(?:act\("[A-Z]+", .*?|move\("[a-z-]+"), t\(["']([a-z_.]+)["']\)""")
APART = frozenset({"scenarios.play", "request.plan_again"})
"""The buttons that tests of their own press: one takes seconds, one needs a request that a fault has met."""
COUNT_CHANGES = """() => {
  window.changes = 0;
  const observer = new MutationObserver((records) => { window.changes += records.length; });
  observer.observe(document.getElementById("live"), {childList: true, subtree: true, characterData: true});
}"""
"""A script that counts what is changed in the part of a page that follows the events."""
ORDERS = "/integration/order/sellers/2738/v2/orders"


def have_worlds(stage: chromium.Remote) -> None:
    """Have another world and a saved state."""
    for path, body in (
        ("/worlds", {"name": "spare", "world": "empty"}),
        ("/snapshots", {"name": "saved"}),
    ):
        assert stage.send("POST", f"/_emulator{path}", json=body).status_code in {200, 201, 409}


def have_faults(stage: chromium.Remote) -> None:
    """Have a fault that waits for its turn, and a request that waits because of another one."""
    if not stage.control("GET", "/holds")["holds"]:
        stage.control("DELETE", "/faults")
        stage.control(
            "POST", "/faults", {"operation": "filterApprovedProducts", "hold": "gate", "hold_ms": 15_000}
        )
        Thread(target=stage, args=(PRODUCTS, INT), daemon=True).start()
        wait_until(lambda: stage.control("GET", "/holds")["holds"])
    stage.control("POST", "/faults", {"operation": "getSettlements", "status": 503})


def have_calls(stage: chromium.Remote) -> None:
    """Have a webhook that nobody answers, and a call to it."""
    if not stage.control("GET", "/webhooks/attempts")["attempts"]:
        fill(stage)
        stage.control("POST", "/moves", {"what": "order-placed", "seller": 2738, "storefront": "TR"})
        wait_until(lambda: stage.control("GET", "/webhooks/attempts")["attempts"])


NEEDS: Mapping[str, Callable[[chromium.Remote], None]] = {
    f"{UI}/worlds": have_worlds,
    f"{UI}/faults": have_faults,
    f"{UI}/webhooks": have_calls,
}
"""What has to be there for a page to show all its buttons."""


@pytest.fixture
def page(browser: Any) -> Any:
    return chromium.context_of(browser, 1280, "light", "en", accept_downloads=True).new_page()


@pytest.mark.parametrize("language", ["en", "tr"])
def test_every_button_works_or_says_why_not(remote: chromium.Remote, browser: Any, language: str) -> None:
    page = chromium.context_of(browser, 1280, "light", language).new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    pressed_texts: set[str] = set()
    for path in chromium.addresses():
        pressed_texts |= press_all(page, remote, path, language)
    remote.control("DELETE", "/faults")
    sources = "\n".join(file.read_text(encoding="utf-8") for file in TEMPLATES.glob("*.html"))
    keys = set(TEXT_OF_BUTTON.findall(sources))
    assert len(keys) > 30
    assert {words.say(language, key) for key in keys} - pressed_texts == set()


def press_all(page: Any, stage: chromium.Remote, path: str, language: str) -> set[str]:
    """Press one button of each text on a page, with those that appear meanwhile, and give their texts."""
    pressed_texts = {words.say(language, key) for key in APART}
    while True:
        if path in NEEDS:
            NEEDS[path](stage)
        page.goto(stage.address + path)
        forms = page.locator("form[data-send]").all()
        form = next((each for each in forms if text_of(each) not in pressed_texts), None)
        if form is None:
            return pressed_texts
        pressed_texts.add(text_of(form))
        press(page, form, f"{language}-{len(pressed_texts)}")


def text_of(form: Any) -> str:
    """Give what stands on the button of a form."""
    text: str = form.locator("button").inner_text()
    return text


def press(page: Any, form: Any, text: str) -> None:
    """Fill a form in and send it; what goes wrong is said in one sentence."""
    for field in form.locator("input[required]").all():
        if not field.input_value():
            field.fill(text)
    with page.expect_response(lambda answer: answer.request.method != "GET") as response:
        form.locator("button").click()
    assert response.value.status < 500
    if not response.value.ok:
        playwright.expect(page.locator("#message.bad")).not_to_be_empty()


def test_refusal_of_a_button_is_one_sentence_in_the_language_of_the_page(
    remote: chromium.Remote, browser: Any
) -> None:
    page = chromium.context_of(browser, 1280, "light", "tr").new_page()
    page.goto(f"{remote.address}{UI}/worlds")
    page.get_by_label("Ad", exact=True).fill("default")
    page.get_by_role("button", name="Aç", exact=True).click()
    message = page.locator("#message.bad")
    playwright.expect(message).to_have_text("default adında bir dünya zaten var.")


def test_two_requests_are_compared(remote: chromium.Remote, page: Any) -> None:
    for size in (1, 2):
        remote(PRODUCTS, headers=INT, size=size)
    page.goto(f"{remote.address}{UI}/traffic")
    for row in range(2):
        page.get_by_role("checkbox").nth(row).check()
    page.get_by_role("button", name="Compare two").click()
    playwright.expect(page.locator("h1")).to_have_text("Two requests")
    playwright.expect(page.locator("tr.differs", has_text="size=2")).to_contain_text("size=1")


def test_fault_is_planned_again_from_its_request(remote: chromium.Remote, page: Any) -> None:
    remote.control("DELETE", "/faults")
    remote.control("POST", "/faults", {"operation": "getShipmentPackages", "status": 503, "body": "later"})
    remote(ORDERS, headers=TR)
    newest = remote.control("GET", "/requests")["requests"][-1]
    page.goto(f"{remote.address}{UI}/traffic/{newest['id']}")
    page.get_by_role("button", name="Plan this fault again").click()
    page.wait_for_url("**/faults")
    playwright.expect(page.locator("tr", has_text="waits")).to_contain_text("body=later")
    assert remote(ORDERS, headers=TR).text == "later"


def test_har_of_one_request_and_of_a_filter_is_downloaded(remote: chromium.Remote, page: Any) -> None:
    remote(PRODUCTS, headers=INT, size=9999)
    newest = remote.control("GET", "/requests")["requests"][-1]
    (entry,) = entries_downloaded_from(page, f"{remote.address}{UI}/traffic/{newest['id']}")
    assert (entry["response"]["status"], "size=9999" in entry["request"]["url"]) == (400, True)
    entries = entries_downloaded_from(page, f"{remote.address}{UI}/traffic?status=4")
    assert {each["response"]["status"] // 100 for each in entries} == {4}


def entries_downloaded_from(page: Any, address: str) -> list[dict[str, Any]]:
    """Open a page, press HAR, and give what was downloaded."""
    page.goto(address)
    entries: list[dict[str, Any]] = json.loads(download(page, "HAR"))["log"]["entries"]
    return entries


def download(page: Any, name: str) -> str:
    """Press a link that downloads a file, and give its text."""
    with page.expect_download() as file:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(file.value.path()).read_text(encoding="utf-8")


def test_findings_are_downloaded(remote: chromium.Remote, page: Any) -> None:
    remote(PRODUCTS, headers=INT, size=9999)
    page.goto(f"{remote.address}{UI}/findings?judge=1")
    assert "TY-CAT-001" in str(json.loads(download(page, "SARIF"))["runs"][0]["results"])
    assert "TY-CAT-001" in download(page, "HTML")


def test_curl_line_of_an_account_is_copied_and_works(remote: chromium.Remote, browser: Any) -> None:
    context = chromium.context_of(browser, 1280, "light", "en")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{remote.address}/")
    button = page.locator(".account", has_text="2738").get_by_role("button")
    button.click()
    playwright.expect(button).to_have_text("Copied")
    line = page.evaluate("navigator.clipboard.readText()")
    shell = subprocess.run(["sh", "-c", f"{line} -sS"], capture_output=True, text=True, check=True)
    assert len(json.loads(shell.stdout)["content"]) == 5


def test_filter_and_language_stay_together(remote: chromium.Remote, page: Any) -> None:
    remote(PRODUCTS, headers={})
    page.goto(f"{remote.address}{UI}/traffic")
    page.get_by_label("Status").select_option("401")
    page.get_by_role("button", name="Filter").click()
    assert set(page.locator("table.requests .status").all_inner_texts()) == {"401"}
    page.get_by_role("link", name="Türkçe").click()
    playwright.expect(page.locator("html")).to_have_attribute("lang", "tr")
    assert page.get_by_label("Durum").input_value() == "401"


def test_nothing_is_drawn_anew_where_nothing_has_changed(remote: chromium.Remote, page: Any) -> None:
    remote.control("DELETE", "/faults")
    with page.expect_response("**/_emulator/events"):
        page.goto(f"{remote.address}{UI}/faults")
    page.evaluate(COUNT_CHANGES)
    with page.expect_response(f"{remote.address}{UI}/faults"):
        remote(PRODUCTS, headers={})
    page.wait_for_timeout(300)
    assert page.evaluate("window.changes") == 0


def test_keyboard_reaches_the_content_and_keeps_its_place(remote: chromium.Remote, page: Any) -> None:
    page.goto(f"{remote.address}/")
    page.keyboard.press("Tab")
    playwright.expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="+ 1 hour")
    playwright.expect(button).to_be_focused()
    now_ms = remote.control("GET", "/clock")["now_ms"]
    with page.expect_response("**/clock/advance"):
        page.keyboard.press("Enter")
    playwright.expect(page.get_by_role("button", name="+ 1 hour")).to_be_focused()
    assert remote.control("GET", "/clock")["now_ms"] - now_ms >= 3_600_000

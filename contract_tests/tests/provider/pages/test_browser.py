"""The pages in a real browser: accessible, free of errors, as wide as the screen, and safe."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from contract_tests.engine.listening import free_port
from contract_tests.stages.server import serving
from contract_tests.tests.places import ROOT
from contract_tests.tests.provider.pages.page_list import PRODUCTS, UI

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from contract_tests.tests.provider.pages import chromium  # noqa: E402  # it needs what may not be installed

pytestmark = pytest.mark.skipif(not chromium.CHROMIUM, reason="there is no chromium")
PICTURES = ROOT / "reports" / "pages"
MODES = tuple(product((1280, 390), ("light", "dark"), ("en", "tr")))


def test_page_on_a_phone_is_accessible_follows_the_traffic_and_moves_the_clock(
    remote: chromium.Remote, browser: Any
) -> None:
    page = chromium.context_of(browser, 390, "light", "en").new_page()
    complaints = chromium.listen(page)
    assert chromium.faults_of(page, remote, "/", complaints) == []
    row = page.locator("table.requests tbody tr").first
    before = row.inner_text()
    remote(PRODUCTS, headers={})
    playwright.expect(row).not_to_have_text(before, timeout=5000)
    playwright.expect(row).to_contain_text("401")
    now_ms = remote.control("GET", "/clock")["now_ms"]
    with page.expect_response("**/clock/advance"):
        page.get_by_role("button", name="+ 1 day").click()
    assert remote.control("GET", "/clock")["now_ms"] - now_ms >= 86_400_000


@pytest.mark.nightly
@pytest.mark.parametrize(("width", "scheme", "language"), MODES)
def test_every_page_is_right_in_every_mode(
    remote: chromium.Remote, browser: Any, width: int, scheme: str, language: str
) -> None:
    page = chromium.context_of(browser, width, scheme, language).new_page()
    complaints = chromium.listen(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    for path in chromium.addresses():
        faults += chromium.faults_of(page, remote, path, complaints)
        name = path.removeprefix("/_emulator/").replace("/", "-").replace("?", "-") or "overview"
        page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}-{language}.png", full_page=True)
    assert faults == []


@pytest.mark.nightly
def test_kept_failure_is_played_again_from_its_page(remote: chromium.Remote, browser: Any) -> None:
    page = chromium.context_of(browser, 1280, "light", "en").new_page()
    page.goto(remote.address + chromium.SCENARIO)
    page.get_by_role("button", name="Play it again").click()
    message = page.locator("#message")
    playwright.expect(message).to_have_text("Please wait …", timeout=3000)
    playwright.expect(message).to_contain_text("FAILED", timeout=60_000)
    playwright.expect(message).to_have_class("bad")
    playwright.expect(page.locator("#output")).to_contain_text("MUST TY-PLT-016")


@pytest.mark.nightly
def test_pages_can_be_read_without_a_script(remote: chromium.Remote, browser: Any) -> None:
    page = chromium.context_of(browser, 390, "light", "tr", java_script_enabled=False).new_page()
    for path in chromium.addresses():
        page.goto(remote.address + path)
        assert page.locator("h1").is_visible()
        for form in page.locator("form[data-send]").all():
            assert not form.locator("button").is_visible()
            assert "curl" in form.locator("code.line").inner_text()


@pytest.mark.nightly
def test_login_gives_a_session_and_keeps_the_token_out_of_the_page(browser: Any, tmp_path: Path) -> None:
    with serving("--world", "empty", "--control-token", "right") as address:
        context = chromium.context_of(browser, 390, "dark", "en")
        page = context.new_page()
        page.goto(f"{address}{UI}/traffic")
        page.get_by_label("Control token").fill("right")
        page.get_by_role("button", name="Log in").click()
        playwright.expect(page.locator("h1")).to_have_text("The stage at a glance")
        page.get_by_role("button", name="+ 1 hour").click()
        playwright.expect(page.locator("#message")).to_have_text("")
        (cookie,) = [each for each in context.cookies() if each["name"].startswith("emulator-session")]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert page.evaluate("document.cookie") == ""
        assert "right" not in str(context.cookies())


@pytest.mark.nightly
def test_session_given_over_tls_is_secure(browser: Any) -> None:
    tls_port = free_port()
    words = ("--world", "empty", "--control-token", "right", "--tls", "--tls-port", str(tls_port))
    with serving(*words):
        context = chromium.context_of(browser, 1280, "light", "en", ignore_https_errors=True)
        page = context.new_page()
        page.goto(f"https://127.0.0.1:{tls_port}{UI}/")
        page.get_by_label("Control token").fill("right")
        page.get_by_role("button", name="Log in").click()
        playwright.expect(page.locator("h1")).to_have_text("The stage at a glance")
        (cookie,) = context.cookies()
        assert (cookie["name"][:7], cookie["secure"]) == ("__Host-", True)


@pytest.mark.nightly
def test_page_of_another_port_cannot_act_with_the_session(browser: Any) -> None:
    with (
        serving("--world", "empty", "--control-token", "right") as address,
        serving("--world", "empty") as other,
    ):
        page = chromium.context_of(browser, 1280, "light", "en").new_page()
        page.goto(f"{address}{UI}/")
        page.get_by_label("Control token").fill("right")
        page.get_by_role("button", name="Log in").click()
        page.goto(f"{other}/_emulator/health")
        script = """async (target) => {
          const options = {method: "POST", mode: "no-cors", credentials: "include"};
          await fetch(target + "/_emulator/clock/freeze", options).catch(() => {});
          const reading = fetch(target + "/_emulator/clock", {credentials: "include"});
          return reading.then(() => "read", () => "refused");
        }"""
        assert page.evaluate(script, address) == "refused"
        headers = {"Authorization": "Bearer right"}
        assert chromium.Remote(address)("/_emulator/clock", headers).json()["mode"] == "running"

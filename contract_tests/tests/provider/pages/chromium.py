"""Debian's Chromium by Playwright, a server with something on every page, and what axe says of a page."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import orjson
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from contract_tests.stages.server import serving
from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.pages.page_list import PAGES, UI, fill

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES_OF_AXE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""WCAG 2.2 AA; without its tag axe leaves out the size of targets."""
LOCALES: Mapping[str, str] = {"en": "en-GB", "tr": "tr-TR"}
NOW_MS = 1_795_305_600_000
STORY = {
    "rules": ["TY-CAT-003"],
    "sentence": "250 rows match, the row number 20 and what follows was never asked for",
    "repeat": "trendyol-emulator replay trendyol-findings/catalog-pull-1/scenario.json",
    "moments": [
        {"at_ms": NOW_MS, "what": "sync", "text": "sync 1 begins", "request": None, "emphasis": False},
        {"at_ms": NOW_MS + 40, "what": "request", "text": "#1 GET", "request": 1, "emphasis": True},
        {"at_ms": NOW_MS + 90, "what": "event", "text": "answered 503", "request": 1, "emphasis": False},
        {"at_ms": NOW_MS + 900, "what": "verdict", "text": "TY-CAT-003", "request": None, "emphasis": True},
    ],
    "copies": [
        {
            "kind": "products",
            "sync": 1,
            "key": "barcode",
            "copy_rows": 20,
            "truth_rows": 250,
            "differing_rows": 2,
            "rows": [
                {"key": "868", "fields": ["quantity"], "copy": {"quantity": 1}, "truth": {"quantity": 2}},
                {"key": "869", "fields": [], "copy": None, "truth": {"quantity": 2}},
            ],
        }
    ],
}
QUIET_SCENARIO = {
    "version": 1,
    "name": "quiet",
    "profile": "catalog-pull",
    "edition": "int",
    "storefront": "RO",
    "now_ms": NOW_MS,
    "events": [],
    "plan": [{}],
}
NUMBERS_IN_PIECES = """() => [...document.querySelectorAll("td, th, td a")]
  .filter((cell) => !cell.children.length && /^[\\w.,+-]{1,24}$/.test(cell.textContent.trim()))
  .filter((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
  })
  .map((cell) => cell.textContent.trim())"""
"""A script that lists the words and numbers of tables which stand on more than one line."""
TABLES_TOO_WIDE = """() => [...document.querySelectorAll(".scroll:has(.flow)")]
  .filter((place) => place.scrollWidth > place.clientWidth)
  .map((place) => place.querySelector("th, td").textContent.trim())"""
"""A script that names the tables of which a part cannot be seen, by their first words."""
SCENARIO = f"{UI}/scenarios/catalog-pull-1"


class Remote(Ask):
    """Asks a server on a real port as ``Ask`` asks one in this process."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return requests.get(self.address + path, headers=headers, params=query, timeout=20)

    def send(self, method: str, path: str, **rest: Any) -> Any:
        return requests.request(method, self.address + path, timeout=20, **rest)

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.send(method, f"/_emulator{path}", json=body, params=query)
        assert answer.status_code < 300, answer.text
        return answer.json()


def keep_failure(folder: Path) -> None:
    """Write a failure as ``check`` keeps it, and a configuration whose client fails so."""
    place = folder / "trendyol-findings" / "catalog-pull-1"
    place.mkdir(parents=True)
    (place / "scenario.json").write_bytes(orjson.dumps(QUIET_SCENARIO))
    command = f"{sys.executable} -m contract_tests.clients.broken old_path catalog-pull"
    (folder / "trendyol-emulator.toml").write_text(f"[integration]\ncommand = '{command}'\n", "utf-8")
    (place / "story.json").write_bytes(orjson.dumps(STORY))


@contextmanager
def stage_with_pages(folder: Path, *options: str) -> Iterator[Remote]:
    """Run a server whose every page has something to show."""
    keep_failure(folder)
    with chdir(folder), serving("--world", "demo", "--limits", "off", *options) as address:
        stage = Remote(address)
        fill(stage)
        yield stage


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser for a block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def context_of(browser: Browser, width: int, scheme: Any, language: str, **more: Any) -> BrowserContext:
    """Open a window of that width, light or dark, in a language."""
    size: Any = {"width": width, "height": 900}
    return browser.new_context(viewport=size, color_scheme=scheme, locale=LOCALES[language], **more)


def addresses() -> tuple[str, ...]:
    """Give the address of every page."""
    return (*PAGES, SCENARIO)


def faults_of(page: Page, stage: Remote, path: str, complaints: list[str]) -> list[str]:
    """Open a page and say what is wrong with it: axe's violations, errors in the console, what sticks out."""
    complaints.clear()
    page.goto(stage.address + path)
    page.wait_for_load_state("networkidle") if "judge" in path else None
    violations = violations_on(page)
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    broken_numbers, wide_tables = page.evaluate(NUMBERS_IN_PIECES), page.evaluate(TABLES_TOO_WIDE)
    return [
        *(f"{path}: the table of {text} is wider than its place" for text in wide_tables),
        *(f"{path}: {text} is broken into several lines" for text in broken_numbers),
        *(f"{path}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations),
        *(f"{path}: {text}" for text in complaints),
        *([f"{path}: {width} pixels wider than the screen"] if width > 0 else []),
    ]


def violations_on(page: Page) -> list[dict[str, Any]]:
    """Ask axe for what breaks WCAG 2.2 AA on a page."""
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES_OF_AXE}}
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return violations


def listen(page: Page) -> list[str]:
    """Give the list to which a page's errors are added."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    return complaints

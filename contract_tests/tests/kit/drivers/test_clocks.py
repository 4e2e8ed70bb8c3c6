"""Whose time a client goes by, and that one with a clock of its own is not blamed for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.cli.check import effort_of
from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.engine.check import Plan, check, play_directed
from contract_tests.engine.replay import profile_run_of
from contract_tests.judge.oracles.delivery import APART_MS, OWN_CLOCK, behind_ms
from contract_tests.profiles.directed import QUIET
from contract_tests.profiles.finance.profile import FINANCE
from contract_tests.profiles.pazarsync.profile import PAZARSYNC
from contract_tests.records.run import Run
from contract_tests.stages.host import host_at
from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.recording import DAY_MS, NOON_MS, SETTLEMENTS, asked, recorded

WEEK_MS = 7 * DAY_MS
# How long the scenario "quota used up in the middle" leaves nothing.
QUOTA_S = 3.0
OPTIONS: dict[str, Any] = {"world": None, "seed": 0, "long": False, "quick": False, "keep_going": False}
OPTIONS |= {"examples": 0, "seconds": 0, "jobs": 1}
# Every settlement and other record of a month, in windows that end by the clock named.
CLIENT = """
import os, sys, time, urllib.parse, urllib.request
from base64 import b64encode

if sys.argv[2] != "sync":
    sys.exit(0)
told = os.environ
now = int(told["TRENDYOL_NOW_MS"])
now = {"own": int(time.time() * 1000), "told": now, "late": now - 86_400_000}[sys.argv[1]]
seller = told["TRENDYOL_SELLER_ID"]
secret = b64encode(f"{told['TRENDYOL_API_KEY']}:{told['TRENDYOL_API_SECRET']}".encode()).decode()
headers = {"Authorization": f"Basic {secret}", "User-Agent": f"{seller} - SelfIntegration"}
others = "PaymentOrder DeductionInvoices CreditNote CommissionInvocie"
for name, types in (("settlements", "Sale Return"), ("otherfinancials", others)):
    for kind in types.split():
        for end in (now, now - 15 * 86_400_000):
            query = {"startDate": end - 15 * 86_400_000 + 1, "endDate": end}
            query |= {"transactionType": kind, "size": 1000}
            path = f"/integration/finance/che/sellers/{seller}/{name}?{urllib.parse.urlencode(query)}"
            request = urllib.request.Request(told["TRENDYOL_BASE_URL"] + path, headers=headers)
            request.add_header("storeFrontCode", "RO")
            urllib.request.urlopen(request).read()
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("--world", "empty") as address:
        yield address


def behind(end_ms: int, ahead_ms: int, name: str = "endDate") -> int:
    """How far a request for a window is behind, made at the machine's noon in a world ahead of it."""
    entry = asked(SETTLEMENTS, {"startDate": end_ms - DAY_MS, "endDate": end_ms}, after_ms=0)
    entry["_emulator"] = {"id": 1, "now_ms": NOON_MS + ahead_ms}
    return behind_ms(recorded(entry).exchanges, {name})


@pytest.mark.parametrize(
    ("end_ms", "ahead_ms", "by_ms"),
    [
        (NOON_MS, WEEK_MS, WEEK_MS),
        (NOON_MS + DAY_MS, WEEK_MS, WEEK_MS),
        (NOON_MS, 60_000, 60_000),
        (NOON_MS, -WEEK_MS, -WEEK_MS),
        (NOON_MS, APART_MS - 1, 0),
        (NOON_MS + WEEK_MS, WEEK_MS, 0),
        (NOON_MS + WEEK_MS - DAY_MS, WEEK_MS, 0),
        (NOON_MS - WEEK_MS, WEEK_MS, 0),
        (NOON_MS - WEEK_MS, -WEEK_MS, 0),
    ],
)
def test_end_of_a_window_tells_whose_clock_it_goes_by(end_ms: int, ahead_ms: int, by_ms: int) -> None:
    assert behind(end_ms, ahead_ms) == by_ms


def test_request_without_a_window_is_not_behind() -> None:
    assert behind(NOON_MS, WEEK_MS, "until") == 0


def said(url: str, folder: Path, whose: str) -> tuple[set[str], set[str]]:
    """What is said of a client that goes by this clock when eight days pass between two runs."""
    script = folder / "client.py"
    script.write_text(CLIENT, encoding="utf-8")
    command = [sys.executable, str(script), whose]
    profile_run = profile_run_of(
        host_at(url), integration_of(command, None), "finance", "int", "RO", 30, "L1"
    )
    profile_run = replace(profile_run, profile=FINANCE.part("quiet", "a Wednesday pays since the last run"))
    (done,) = check([profile_run], plan=Plan(long=False))
    odd = {note for outcome in done.outcomes for sync in outcome.recording.syncs for note in sync.warnings}
    return {one.rule.id for one in done.verdict.findings if one.blocking}, odd


def test_client_with_a_clock_of_its_own_is_not_blamed_for_it(url: str, tmp_path: Path) -> None:
    assert said(url, tmp_path, "own") == (set(), {OWN_CLOCK})


def test_client_that_goes_by_the_clock_it_is_told_is_right(url: str, tmp_path: Path) -> None:
    assert said(url, tmp_path, "told") == (set(), set())


def test_client_that_leaves_out_the_last_day_is_found(url: str, tmp_path: Path) -> None:
    found, odd = said(url, tmp_path, "late")
    assert "TY-FIN-901" in found
    assert not odd


@pytest.mark.parametrize(
    ("words", "shrink_seconds"),
    [({}, 10.0), ({"seconds": 6.0}, 2.0), ({"seconds": 0.0}, 0.0), ({"quick": True}, 0.0)],
)
def test_time_to_shrink_is_a_third_of_the_time_to_search_and_none_when_quick(
    words: dict[str, Any], shrink_seconds: float
) -> None:
    effort = effort_of(integration_of(["true"], None), OPTIONS | {"seconds": None, "examples": None} | words)
    assert effort.shrink_seconds == shrink_seconds


@pytest.mark.parametrize(
    ("words", "jobs"),
    [({}, 6), ({"quick": True}, 5), ({"jobs": 2}, 2), ({"jobs": 2, "quick": True}, 2)],
)
def test_troubles_of_a_quick_check_are_played_together_unless_jobs_are_named(
    words: dict[str, Any], jobs: int
) -> None:
    effort = effort_of(integration_of(["true"], None), OPTIONS | {"jobs": None} | words)
    assert effort.jobs == jobs


def plan_of_check() -> Plan:
    return effort_of(integration_of(["true"], None), OPTIONS).plan


@pytest.mark.nightly
def test_client_that_ignores_the_quota_is_found_by_command_however_late_its_scenario_begins(url: str) -> None:
    plan = plan_of_check()
    command = [sys.executable, "-m", "contract_tests.clients.broken", "ignores_the_quota", "pazarsync"]
    profile_run = profile_run_of(host_at(url), integration_of(command, None), "pazarsync")
    time.sleep(QUOTA_S)
    profile_run = replace(profile_run, profile=PAZARSYNC.part("quiet", "quota used up in the middle"))
    (outcome,) = check([profile_run], plan=plan)
    assert "TY-PSY-005" in {one.rule.id for one in outcome.verdict.findings if one.blocking}


def test_world_of_a_command_client_goes_by_the_machines_clock_and_its_moment_is_kept(url: str) -> None:
    moments: list[tuple[float, float]] = []

    def take_note(verb: str, environment: Mapping[str, str]) -> Run:
        moments.append((int(environment["TRENDYOL_NOW_MS"]) / 1000, time.time()))
        return Run(0, 0.0)

    profile_run = profile_run_of(host_at(url), ConfiguredIntegration(take_note), "catalog-pull")
    opened_s = time.time()
    recording = play_directed(profile_run, QUIET, plan_of_check()).recording
    # No world of a test stands within a minute of the machine's clock by chance.
    assert all(abs(world_s - machine_s) < 60 for world_s, machine_s in moments)
    assert opened_s - 0.01 <= (recording.scenario.now_ms or 0) / 1000 <= moments[0][1]

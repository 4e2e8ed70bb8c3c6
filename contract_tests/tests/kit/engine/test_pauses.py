"""What the kit says of pauses: nobody is blamed for heeding it, and nobody waits longer than is needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from contract_tests.clients.in_process import client_driver
from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.replay import profile_run_of
from contract_tests.profiles.every import PROFILES, broken_client, reference_client
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host

UNTIL_A_DATE = "told to wait until a date"
SECOND_MS = 1000


@pytest.fixture(scope="module")
def in_process() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=True) as host:
        yield host


@pytest.mark.parametrize(
    ("profile", "advice"), [("orders-stream", "TY-ORD-025"), ("stock-price-push", "TY-BAT-001")]
)
def test_command_that_heeds_a_pause_of_nothing_gets_no_advice_on_pauses(profile: str, advice: str) -> None:
    command = (sys.executable, "-m", "contract_tests.clients.reference", profile)
    with emulator_host(in_process=False) as host:
        profile_run = profile_run_of(host, integration_of(command, None), profile, "tr")
        outcome = play_directed(profile_run, PROFILES[profile].scenarios[0], Plan())
    assert outcome.verdict.findings == ()
    assert advice not in outcome.verdict.counts


@pytest.mark.parametrize(
    ("profile", "advice"), [("orders-stream", "TY-ORD-025"), ("stock-price-push", "TY-BAT-001")]
)
def test_client_in_process_is_judged_by_its_pauses(
    in_process: EmulatorHost, profile: str, advice: str
) -> None:
    integration = ConfiguredIntegration(client_driver(reference_client(profile)), in_process=True)
    profile_run = profile_run_of(in_process, integration, profile, "tr")
    outcome = play_directed(profile_run, PROFILES[profile].scenarios[0], Plan(now_ms=START_MS))
    assert outcome.verdict.counts[advice]


def test_wait_until_a_date_costs_a_right_client_six_seconds_and_catches_one_that_reads_none(
    in_process: EmulatorHost,
) -> None:
    profile = PROFILES["catalog-pull"]
    declaration = next(one for one in profile.scenarios if one.name == UNTIL_A_DATE)
    plan = Plan(now_ms=START_MS)
    outcomes = []
    for client in (reference_client(profile.name), broken_client("knows_no_dates").client):
        assert client
        integration = ConfiguredIntegration(client_driver(client), in_process=True)
        profile_run = profile_run_of(in_process, integration, profile.name, "int")
        quiet = play_directed(profile_run, profile.scenarios[0], plan)
        outcomes.append(play_directed(profile_run, declaration, plan, quiet))
    right, hasty = outcomes
    first = right.recording.syncs[0]
    assert first.ended_ms - first.started_ms <= 6 * SECOND_MS
    assert len(right.recording.fault_log) == len(hasty.recording.fault_log) == 2
    assert (right.verdict.findings, [one.rule.judge for one in hasty.verdict.findings]) == (
        (),
        ["backs_off_after"],
    )

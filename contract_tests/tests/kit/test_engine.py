"""The engine as a whole, in process: the right client is clean in every scenario, directed or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from contract_tests.clients.catalogue_of_faults import broken
from contract_tests.clients.client import REFERENCE
from contract_tests.clients.in_process import client_driver
from contract_tests.clients.odd import ODD, Odd
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.drivers.python import ClientStage, callable_driver
from contract_tests.engine.check import Effort, Plan, examine, play_directed, smallest
from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.play import ProfileRun
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.search import Budget, search
from contract_tests.mutation.catch import profile_run_with, reason
from contract_tests.profiles.profile import PROFILES
from contract_tests.profiles.worlds import recipe
from contract_tests.records.scenario import Scenario, Step
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host

SHOPS = [
    ("catalog-pull", "int"),
    ("catalog-pull", "tr"),
    ("finance", "int"),
    ("finance", "tr"),
    ("b2b-purchase", "tr"),
    ("pazarsync", "tr"),
]
PLAN = Plan(now_ms=START_MS)
THREE = recipe("int", "RO", {"contents": 3})
SMALL = Scenario("small", "catalog-pull", "int", "RO", now_ms=START_MS, world=THREE)
ENGINE = (
    "engine/check", "engine/outcome", "engine/play", "engine/search", "engine/artefacts", "records/recording",
    "records/story", "judge/oracles/copies", "judge/oracles/effects",
)  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=True) as found:
        yield found


def reference(place: EmulatorHost, profile: str, edition: str) -> ProfileRun:
    return profile_run_of(place, ConfiguredIntegration(client_driver(REFERENCE, profile)), profile, edition)


@pytest.mark.parametrize(("profile", "edition"), SHOPS)
def test_reference_is_clean_in_every_directed_scenario(
    place: EmulatorHost, profile: str, edition: str
) -> None:
    profile_run = reference(place, profile, edition)
    quiet: Outcome | None = None
    here = [one for one in profile_run.profile.directed if edition in one.worlds]
    for directed in here:
        outcome = play_directed(profile_run, directed, PLAN, quiet)
        quiet = quiet or outcome
        assert outcome.verdict.findings == (), directed.name
        assert outcome.recording.history.exchanges
    assert len(here) > 15


@pytest.mark.parametrize(("profile", "edition"), SHOPS)
def test_reference_is_clean_in_drawn_scenarios(place: EmulatorHost, profile: str, edition: str) -> None:
    found = search(reference(place, profile, edition), Budget(60, seconds=120, now_ms=START_MS))
    assert found.smallest == {}
    assert found.examples > 50


@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.name)
def test_client_that_only_looks_odd_is_blamed_for_nothing(place: EmulatorHost, odd: Odd) -> None:
    profile_run = profile_run_of(
        place, ConfiguredIntegration(client_driver(odd.client, odd.profile)), odd.profile, odd.edition
    )
    quiet: Outcome | None = None
    for directed in profile_run.profile.directed:
        if odd.edition in directed.worlds and not directed.long:
            outcome = play_directed(profile_run, directed, PLAN, quiet)
            quiet = quiet or outcome
            assert outcome.blocking == (), directed.name


@pytest.mark.parametrize(("profile", "edition"), SHOPS)
def test_trouble_of_every_directed_scenario_strikes(place: EmulatorHost, profile: str, edition: str) -> None:
    profile_run = reference(place, profile, edition)
    first = profile_run.profile.directed[0]
    quiet = play_directed(profile_run, first, PLAN)
    for directed in profile_run.profile.directed:
        if directed.events and edition in directed.worlds and not directed.long:
            happened = play_directed(profile_run, directed, PLAN, quiet).recording.fault_log
            assert happened, directed.name
            assert not any("could not be done" in one["what"] for one in happened), directed.name


def test_same_scenario_gives_the_same_traffic_byte_for_byte(place: EmulatorHost) -> None:
    profile_run = reference(place, "finance", "tr")
    directed = next(one for one in profile_run.profile.directed if one.name == "told to wait in the middle")
    quiet = play_directed(profile_run, profile_run.profile.directed[0], PLAN)
    first, again = (play_directed(profile_run, directed, PLAN, quiet) for _ in range(2))
    assert first.recording.digest == again.recording.digest
    assert first.scenario == again.scenario


def test_another_seed_gives_another_world(place: EmulatorHost) -> None:
    profile_run = reference(place, "catalog-pull", "int")
    digests = {outcome_of(profile_run, replace(SMALL, seed=seed)).recording.digest for seed in (1, 2)}
    assert len(digests) == 2


def test_long_waits_cost_no_time(place: EmulatorHost) -> None:
    profile_run = reference(place, "catalog-pull", "int")
    told = {"operation": "*", "at": 1, "status": 429, "retry_after": 600}
    outcome = outcome_of(profile_run, replace(SMALL, events=(told,)))
    (sync,) = outcome.recording.syncs
    assert sync.ended_ms - sync.started_ms >= 600_000
    assert outcome.blocking == ()


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("keeps_what_is_gone", 1),
        ("takes_401_for_nothing", 1),
        ("drops_429_window", 1),
        ("first_page_only", 0),
    ],
)
def test_failure_is_shrunk_to_the_fewest_events(name: str, most: int) -> None:
    client = broken(name)
    found = search(
        profile_run_with(client), Budget(150, seconds=60, now_ms=START_MS, targets=client.caught_by)
    )
    least = min(found.smallest.values(), key=lambda one: one.scenario.size)
    assert reason(client, least)
    assert least.scenario.event_count <= most
    again = outcome_of(profile_run_with(client), least.scenario)
    assert reason(client, again)
    assert again.recording.digest == least.recording.digest


def test_examination_keeps_the_smallest_scenario_of_each_broken_must(place: EmulatorHost) -> None:
    client = broken("first_page_only")
    assert client.client
    driven = ConfiguredIntegration(client_driver(client.client, "catalog-pull"))
    profile_run = profile_run_of(place, driven, "catalog-pull", "int")
    part = replace(profile_run, profile=profile_run.profile.part("quiet", "told to wait in the middle"))
    (done,) = examine([part], Effort(PLAN, examples=10, seconds=30))
    assert not done.verdict.clean
    assert done.examples
    assert {one.scenario.event_count for one in done.smallest} == {0}
    assert smallest(done.outcomes)


def test_client_that_would_never_end_is_stopped(place: EmulatorHost) -> None:
    def sync(stage: ClientStage) -> None:
        while requests.get(f"{stage.base_url}/integration/nowhere", timeout=9).status_code:
            pass

    profile_run = replace(reference(place, "catalog-pull", "int"), driver=callable_driver(sync))
    outcome = outcome_of(profile_run, SMALL)
    assert [one.run.exit for one in outcome.recording.syncs] == [None]
    assert "TY-PLT-901" in {finding.rule.id for finding in outcome.blocking}


def test_wants_are_written_into_the_scenario_that_is_kept(place: EmulatorHost) -> None:
    profile_run = reference(place, "b2b-purchase", "tr")
    directed = next(one for one in profile_run.profile.directed if one.name == "no longer wanted")
    told = play_directed(profile_run, directed, PLAN).scenario
    assert told.wants
    played = outcome_of(profile_run, told).recording
    assert played.syncs[-1].wants[0]["quantity"] == 0
    assert played.digest == play_directed(profile_run, directed, PLAN).recording.digest


def test_step_can_move_the_marketplace_and_the_story_tells_it(place: EmulatorHost) -> None:
    profile_run = reference(place, "catalog-pull", "int")
    moves = ({"what": "content-removed"}, {"what": "content-removed"})
    plan = (Step(), Step(1_000, quiet=True, moves=moves))
    _, second = outcome_of(profile_run, replace(SMALL, plan=plan)).recording.syncs
    assert ["was removed" in one or "taken out" in one for one in second.move_summaries] == [True, True]
    assert len(second.truths["products"].before) < 9


def test_profiles_are_declarations_the_engine_knows_nothing_of() -> None:
    folder = Path(__file__).parents[2]
    for module in ENGINE:
        text = (folder / f"{module}.py").read_text(encoding="utf-8")
        assert not [name for name in PROFILES if f'"{name}"' in text], module

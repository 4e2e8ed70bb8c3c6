"""The engine as a whole, in process: the right client is clean in every scenario, directed or drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
import requests

from contract_tests.clients.in_process import client_driver
from contract_tests.config.file import RUN_S
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.drivers.python import ClientStage, callable_driver
from contract_tests.engine.check import Effort, Plan, examine, play_directed, smallest
from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.search import Budget, search
from contract_tests.mutation.catch import profile_run_with, reason
from contract_tests.profiles.directed import DirectedScenario
from contract_tests.profiles.every import PROFILES, broken_client, odd_clients, reference_client
from contract_tests.profiles.variants import Odd
from contract_tests.profiles.worlds import recipe
from contract_tests.records.run import Run
from contract_tests.records.scenario import Scenario, Step
from contract_tests.stages import host
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.effort import examples, in_the_cut, is_nightly
from contract_tests.tests.kit.support.concerns import ODD_CLIENTS_CONCERN
from contract_tests.tests.places import ROOT

ODD = odd_clients()
SHOPS = [
    (name, edition)
    for name, profile in PROFILES.items()
    for edition in ("int", "tr")
    if profile.edition in ("", edition)
]
PLAN = Plan(now_ms=START_MS)
REFERENCE_SCENARIOS = "scenarios of the reference"
# What is the same for every client: faults of transport, times of day, odd but legal answers.
SHARED = [
    name
    for name, count in Counter(one.name for profile in PROFILES.values() for one in profile.scenarios).items()
    if count == len(PROFILES)
]
THREE = recipe("int", "RO", {"contents": 3})
SMALL = Scenario("small", "catalog-pull", "int", "RO", now_ms=START_MS, world=THREE)
ENGINE = (
    "engine/check", "engine/outcome", "engine/play", "engine/scenario_run", "engine/scenario_setup",
    "engine/sync", "engine/search", "engine/artefacts", "records/recording", "records/story",
    "judge/oracles/copies", "judge/oracles/effects",
)  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=True) as found:
        yield found


class QuietRuns:
    """The right client's quiet runs, each played once for all tests that need it."""

    def __init__(self, place: EmulatorHost) -> None:
        self.place = place
        self.outcomes: dict[tuple[str, str], Outcome] = {}

    def of(self, profile: str, edition: str) -> Outcome:
        if (profile, edition) not in self.outcomes:
            profile_run = reference(self.place, profile, edition)
            outcome = play_directed(profile_run, profile_run.profile.scenarios[0], PLAN)
            self.outcomes[profile, edition] = outcome
        return self.outcomes[profile, edition]


@pytest.fixture(scope="module")
def quiet_runs(place: EmulatorHost) -> QuietRuns:
    return QuietRuns(place)


def reference(place: EmulatorHost, profile: str, edition: str) -> ProfileRun:
    return profile_run_of(
        place, ConfiguredIntegration(client_driver(reference_client(profile))), profile, edition
    )


@pytest.mark.parametrize(("profile", "edition"), SHOPS)
def test_reference_is_clean_in_every_directed_scenario_and_its_trouble_strikes(
    place: EmulatorHost, quiet_runs: QuietRuns, coverage: Coverage, profile: str, edition: str
) -> None:
    profile_run = reference(place, profile, edition)
    quiet = quiet_runs.of(profile, edition)
    here = [one for one in profile_run.profile.scenarios if edition in one.worlds]
    for directed in here if is_nightly() else cut(here, profile, edition):
        is_quiet = directed is profile_run.profile.scenarios[0]
        outcome = quiet if is_quiet else play_directed(profile_run, directed, PLAN, quiet)
        assert outcome.verdict.findings == (), directed.name
        assert outcome.recording.history.exchanges
        happened = outcome.recording.fault_log
        strikes = [one for one in directed.events if is_met(one, quiet)]
        assert happened or directed.long or not strikes, directed.name
        assert not any("could not be done" in one["effect"] for one in happened), directed.name
        coverage.add(REFERENCE_SCENARIOS, profile, edition, directed.name, of=scenarios_of(SHOPS))
    assert len(here) > 15


def is_met(event: Mapping[str, Any], quiet: Outcome) -> bool:
    """Say whether the right client asks the operation that a trouble befalls: some are only for others."""
    return "operation" not in event or bool(quiet.recording.count_requests(str(event["operation"])))


def cut(here: Sequence[DirectedScenario], profile: str, edition: str) -> list[DirectedScenario]:
    """Leave out the long ones: what all profiles share is met in one of SHOPS, the rest in one edition."""
    numbers = {one.name: number for number, one in enumerate(PROFILES[profile].scenarios)}
    chosen = [one for one in here if edition_of(one, numbers[one.name], profile) == edition and not one.long]
    return [one for one in here if one is here[0] or one in chosen]


def edition_of(directed: DirectedScenario, number: int, profile: str) -> str:
    """Name the edition of a profile in which the cut meets a scenario; empty where another profile does."""
    if directed.name in SHARED:
        name, edition = SHOPS[SHARED.index(directed.name) % len(SHOPS)]
        return edition if name == profile else ""
    editions = [edition for name, edition in SHOPS if name == profile and edition in directed.worlds]
    return editions[number % len(editions)]


def test_cut_meets_every_scenario_that_is_not_long_once() -> None:
    shops = [(profile, edition, PROFILES[profile]) for profile, edition in SHOPS]
    played = [
        (name, one.name)
        for name, edition, profile in shops
        for one in cut([one for one in profile.scenarios if edition in one.worlds], name, edition)
    ]
    assert {name for _, name in played} >= set(SHARED)
    for name, profile in PROFILES.items():
        own = {one.name for one in profile.scenarios if not one.long} - set(SHARED)
        assert own <= {scenario for known, scenario in played if known == name}, name


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("profile", "edition"), [("catalog-pull", "int"), ("orders-poll", "int"), ("orders-poll", "tr")]
)
def test_reference_reads_more_than_pages_reach_in_the_time_of_a_run(
    place: EmulatorHost, coverage: Coverage, profile: str, edition: str
) -> None:
    profile_run = reference(place, profile, edition)
    directed = next(one for one in profile_run.profile.scenarios if one.long)
    outcome = play_directed(profile_run, directed, PLAN)
    assert outcome.verdict.findings == ()
    assert all(one.ended_ms - one.started_ms < RUN_S * 1000 for one in outcome.recording.syncs)
    coverage.add(REFERENCE_SCENARIOS, profile, edition, directed.name, of=scenarios_of(SHOPS))


def drawn(profile: str, edition: str) -> Any:
    """A profile in an edition as parameters of a test; in the cut it is drawn for in one of its editions."""
    cut_edition = PROFILES[profile].edition or ("int", "tr")[list(PROFILES).index(profile) % 2]
    return in_the_cut(profile, edition, when=edition == cut_edition)


@pytest.mark.parametrize(("profile", "edition"), [drawn(*shop) for shop in SHOPS])
def test_reference_is_clean_in_drawn_scenarios(place: EmulatorHost, profile: str, edition: str) -> None:
    count = 60 if is_nightly() else 4
    search_result = search(reference(place, profile, edition), Budget(count, seconds=600, now_ms=START_MS))
    assert search_result.smallest == {}
    assert search_result.examples == count


@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.name)
def test_client_that_only_looks_odd_is_blamed_for_nothing(
    place: EmulatorHost, quiet_runs: QuietRuns, coverage: Coverage, odd: Odd
) -> None:
    profile_run = profile_run_of(
        place, ConfiguredIntegration(client_driver(odd.client)), odd.profile, odd.edition
    )
    here = [one for one in profile_run.profile.scenarios if odd.edition in one.worlds and not one.long]
    concern = ODD_CLIENTS_CONCERN.get(odd.name, ())[-1:] if not is_nightly() else ()
    quiet: Outcome | None = None
    chosen = [one for one in here if not concern or one.name in concern]
    # In the cut the right client's run says where a fault is placed; at night each has its own quiet run.
    if is_nightly():
        quiet = play_directed(profile_run, here[0], PLAN)
        assert quiet.blocking == ()
    elif any(one.events for one in chosen):
        quiet = quiet_runs.of(odd.profile, odd.edition)
    for directed in chosen:
        outcome = play_directed(profile_run, directed, PLAN, quiet)
        assert outcome.blocking == (), directed.name
        coverage.add("odd clients", odd.name, of=len(ODD))
        whole = scenarios_of([(one.profile, one.edition) for one in ODD], long=False)
        coverage.add("scenarios of odd clients", odd.name, directed.name, of=whole)


def scenarios_of(shops: Iterable[tuple[str, str]], *, long: bool = True) -> int:
    """How many directed scenarios there are for profiles in editions."""
    return sum(
        edition in one.worlds and (long or not one.long)
        for profile, edition in shops
        for one in PROFILES[profile].scenarios
    )


@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.name)
def test_scenarios_that_concern_an_odd_client_exist(odd: Odd) -> None:
    names = {
        one.name for one in PROFILES[odd.profile].scenarios if odd.edition in one.worlds and not one.long
    }
    assert set(ODD_CLIENTS_CONCERN.get(odd.name, ())) <= names


def test_same_scenario_gives_the_same_traffic_byte_for_byte(place: EmulatorHost) -> None:
    profile_run = reference(place, "finance", "tr")
    directed = next(one for one in profile_run.profile.scenarios if one.name == "told to wait in the middle")
    quiet = play_directed(profile_run, profile_run.profile.scenarios[0], PLAN)
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
        pytest.param("keeps_what_is_gone", 1, marks=pytest.mark.nightly),
        pytest.param("takes_401_for_nothing", 1, marks=pytest.mark.nightly),
        pytest.param("drops_429_window", 1, marks=pytest.mark.nightly),
        ("first_page_only", 0),
    ],
)
def test_failure_is_shrunk_to_the_fewest_events(name: str, most: int) -> None:
    client = broken_client(name)
    search_result = search(
        profile_run_with(client), Budget(examples(150), seconds=60, now_ms=START_MS, targets=client.caught_by)
    )
    least = min(search_result.smallest.values(), key=lambda one: one.scenario.size)
    assert reason(client, least)
    assert least.scenario.event_count <= most
    again = outcome_of(profile_run_with(client), least.scenario)
    assert reason(client, again)
    assert again.recording.digest == least.recording.digest


@pytest.mark.nightly
def test_examination_keeps_the_smallest_scenario_of_each_broken_must(place: EmulatorHost) -> None:
    client = broken_client("first_page_only")
    assert client.client
    driven = ConfiguredIntegration(client_driver(client.client))
    profile_run = profile_run_of(place, driven, "catalog-pull", "int")
    part = replace(profile_run, profile=profile_run.profile.part("quiet", "told to wait in the middle"))
    (done,) = examine([part], Effort(PLAN, examples=10, seconds=30))
    assert not done.verdict.clean
    assert done.examples
    assert {one.scenario.event_count for one in done.smallest} == {0}
    assert smallest(done.outcomes)


def test_client_that_would_never_end_is_stopped(place: EmulatorHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "MOST_REQUESTS", host.MOST_REQUESTS if is_nightly() else 500)

    def sync(stage: ClientStage) -> None:
        while requests.get(f"{stage.base_url}/integration/nowhere", timeout=9).status_code:
            pass

    profile_run = replace(reference(place, "catalog-pull", "int"), driver=callable_driver(sync))
    outcome = outcome_of(profile_run, SMALL)
    assert [one.run.exit for one in outcome.recording.syncs] == [None]
    assert "TY-PLT-901" in {finding.rule.id for finding in outcome.blocking}


def test_wants_are_written_into_the_scenario_that_is_kept(place: EmulatorHost) -> None:
    profile_run = reference(place, "b2b-purchase", "tr")
    directed = next(one for one in profile_run.profile.scenarios if one.name == "no longer wanted")
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


@pytest.mark.parametrize(("exits", "run_count"), [((0,), 1), ((1, 0), 2), ((1, 1, 1), 3)])
def test_step_that_continues_is_played_until_the_client_is_done(
    place: EmulatorHost, exits: tuple[int, ...], run_count: int
) -> None:
    left = iter(exits)
    profile_run = replace(
        reference(place, "catalog-pull", "int"),
        driver=lambda verb, _environment: Run(next(left) if verb == "sync" else 0, 0.0),
    )
    plan = (Step(), *[Step(1_000, quiet=True, continues=True)] * 2)
    assert len(outcome_of(profile_run, replace(SMALL, plan=plan)).recording.syncs) == run_count


def test_profiles_are_declarations_the_engine_knows_nothing_of() -> None:
    folder = ROOT / "contract_tests"
    for module in ENGINE:
        text = (folder / f"{module}.py").read_text(encoding="utf-8")
        assert not [name for name in PROFILES if f'"{name}"' in text], module

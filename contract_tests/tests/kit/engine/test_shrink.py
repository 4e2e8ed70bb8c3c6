"""Failures of directed scenarios are made smaller as drawn ones are: same cause, less of all else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from contract_tests.clients.in_process import client_driver
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.engine.check import Effort, Plan, examine, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.shrink import (
    Shrinker,
    cause_of,
    shrink,
    shrink_failures,
    smaller_scenarios,
    with_wants,
)
from contract_tests.profiles.every import broken_client
from contract_tests.records.scenario import Scenario, Step
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host

PLAN = Plan(now_ms=START_MS)
TROUBLE = "told to wait in the middle"
SECONDS = 60.0


@pytest.fixture(scope="module")
def place() -> Iterator[EmulatorHost]:
    with emulator_host(in_process=True) as host:
        yield host


def profile_run(place: EmulatorHost, name: str, *scenarios: str) -> ProfileRun:
    """The run of a broken client in some of its profile's scenarios."""
    client = broken_client(name)
    assert client.client
    integration = ConfiguredIntegration(client_driver(client.client), in_process=True)
    whole = profile_run_of(place, integration, client.profile, client.edition)
    return replace(whole, profile=whole.profile.part(*scenarios))


@pytest.fixture(scope="module")
def refusal(place: EmulatorHost) -> tuple[ProfileRun, Outcome]:
    """A client that drops a page it was refused, in a directed scenario of the whole demo world."""
    of = profile_run(place, "drops_a_refused_page", "quiet", TROUBLE)
    quiet, trouble = of.profile.scenarios
    return of, play_directed(of, trouble, PLAN, play_directed(of, quiet, PLAN))


def shrinker(of: ProfileRun, seconds: float = SECONDS) -> Shrinker:
    return Shrinker(of, time.perf_counter() + seconds, START_MS)


def test_failure_in_the_demo_world_shrinks_to_a_small_world_and_one_fault(
    refusal: tuple[ProfileRun, Outcome],
) -> None:
    of, outcome = refusal
    assert outcome.scenario.world == "demo"
    for finding in outcome.blocking:
        smaller = shrink(shrinker(of), outcome, cause_of(finding))
        assert cause_of(finding) in {cause_of(one) for one in smaller.blocking}
        assert not isinstance(smaller.scenario.world, str)
        assert smaller.scenario.size < outcome.scenario.size
        assert len(smaller.recording.entries) < len(outcome.recording.entries) // 2


def test_scenario_that_was_named_stays_in_its_world(refusal: tuple[ProfileRun, Outcome]) -> None:
    of, outcome = refusal
    keeping = replace(shrinker(of), keeps_world=True)
    for candidate in smaller_scenarios(outcome.scenario, outcome, keeping):
        assert candidate.world == "demo"


def test_nothing_is_played_when_no_time_is_left(refusal: tuple[ProfileRun, Outcome]) -> None:
    of, outcome = refusal
    late = shrinker(of, seconds=0)
    assert {id(one) for one in shrink_failures(late, [outcome])} == {id(outcome)}
    assert late.outcomes == {}


def test_cause_that_a_drawn_scenario_shows_already_is_left_to_it(
    refusal: tuple[ProfileRun, Outcome],
) -> None:
    of, outcome = refusal
    first = shrinker(of)
    (smaller, *_) = shrink_failures(first, [outcome])
    again = shrinker(of)
    rest = shrink_failures(again, [outcome], [smaller])
    causes = {cause_of(one) for one in smaller.blocking}
    assert len(rest) == len({cause_of(one) for one in outcome.blocking} - causes)


@pytest.mark.parametrize("seconds", [0.0, SECONDS])
def test_check_reports_the_smallest_only_when_it_has_time_to_shrink(
    place: EmulatorHost, seconds: float
) -> None:
    of = profile_run(place, "drops_a_refused_page", "quiet", TROUBLE)
    (result,) = examine([of], Effort(PLAN, shrink_seconds=seconds))
    assert {isinstance(one.scenario.world, str) for one in result.smallest} == {seconds == 0}
    # What is said of the client is said of the scenarios that were played, not of those that shrank.
    assert [one.scenario.name for one in result.outcomes] == ["quiet", TROUBLE]
    assert {name for one in result.verdict.findings for name in one.counts_by_scenario} == {TROUBLE}
    assert all(one.count <= 2 for one in result.verdict.findings)


def test_failure_that_needs_many_rows_shrinks_to_the_smallest_world_that_has_them(
    place: EmulatorHost,
) -> None:
    of = profile_run(place, "first_page_only", "quiet")
    outcome = play_directed(of, of.profile.scenarios[0], PLAN)
    contents = of.profile.search_space.sizes["contents"]
    for finding in outcome.blocking:
        world = shrink(shrinker(of), outcome, cause_of(finding)).scenario.world
        assert not isinstance(world, str)
        # A page has 100 contents.
        assert world["listings"][0]["contents"] == min(one for one in contents if one > 100)


def test_purchases_shrink_to_fewer_wants(place: EmulatorHost) -> None:
    of = profile_run(place, "one_line_a_reference", "several lines in a purchase")
    outcome = play_directed(of, of.profile.scenarios[0], PLAN)
    (finding,) = [one for one in outcome.blocking if one.rule.judge == "wanted_once"]
    smaller = shrink(shrinker(of), outcome, cause_of(finding))
    assert smaller.scenario.wants
    assert len(smaller.scenario.wants) == 2
    assert not isinstance(smaller.scenario.world, str)


def test_purchases_with_withdrawals_shrink_to_those_withdrawn(place: EmulatorHost) -> None:
    of = profile_run(place, "cancels_what_it_wanted", "fewer than wanted, and no longer wanted")
    outcome = play_directed(of, of.profile.scenarios[0], PLAN)
    assert len(outcome.scenario.wants or ()) > 1
    smaller = shrink(shrinker(of), outcome, cause_of(outcome.blocking[0])).scenario
    assert len(smaller.wants or ()) == 1
    assert {number for step in smaller.plan for number in step.gives_up} == {0}


def test_rows_that_are_left_keep_what_is_withdrawn_of_them() -> None:
    rows = tuple({"barcode": letter} for letter in "abcd")
    plan = (Step(), Step(gives_up=(1, 3)), Step(gives_up=(3,)))
    scenario = with_wants(Scenario("by hand", "b2b-purchase", "tr", plan=plan), rows, (0, 3))
    assert scenario.wants == ({"barcode": "a"}, {"barcode": "d"})
    assert [step.gives_up for step in scenario.plan] == [(), (1,), (1,)]


def test_each_part_of_a_scenario_is_left_out_in_turn(refusal: tuple[ProfileRun, Outcome]) -> None:
    of, outcome = refusal
    fault = {"operation": "listProducts", "at": 9, "status": 429, "times": 2}
    move = {"what": "order-placed"}
    plan = (Step(quiet=True), Step(25 * 3_600_000, quiet=True, moves=(move,), gives_up=(0,)))
    scenario = Scenario("by hand", "pazarsync", "tr", events=(fault,), plan=plan, unusual=True, world={})
    candidates = list(smaller_scenarios(scenario, outcome, shrinker(of)))
    assert any(len(one.plan) == 1 for one in candidates)
    assert any(not one.events for one in candidates)
    assert any("times" not in event for one in candidates for event in one.events)
    assert {event["at"] for one in candidates for event in one.events} == {1, 2, 9}
    assert any(not step.moves for one in candidates for step in one.plan[1:])
    assert any(not step.gives_up for one in candidates for step in one.plan[1:])
    assert {step.pause_ms for one in candidates for step in one.plan[1:]} == {60_000, 25 * 3_600_000}
    assert any(not one.unusual for one in candidates)

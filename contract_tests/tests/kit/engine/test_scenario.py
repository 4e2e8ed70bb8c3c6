"""A scenario is plain JSON under a published schema, and comes back as it was scenario_json."""

from __future__ import annotations

import jsonschema_rs
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.engine.strategies import scenarios
from contract_tests.profiles.every import PROFILES
from contract_tests.profiles.worlds import recipe
from contract_tests.records.scenario import NotAScenario, Scenario, Step, read_scenario, scenario_json, schema
from contract_tests.tests.effort import examples, in_the_cut
from emulator.contract.contract import load_contract

SMALL = Scenario("small", "catalog-pull", "int", "RO")
FULL = Scenario(
    "full",
    "b2b-purchase",
    "tr",
    seed=7,
    now_ms=1_795_599_000_000,
    world=recipe("tr", "", {"contents": 3}),
    limits="count",
    unusual=True,
    as_of="2026-11-01",
    wants=({"vendorRef": "A", "barcode": "1", "quantity": 2},),
    events=({"operation": "requestItems", "at": 2, "status": 504, "after": True}, {"sync": 2, "status": 503}),
    plan=(Step(), Step(60_000, quiet=True, moves=({"what": "stock-changed"},), gives_up=(0,))),
    may_fail=True,
)


@pytest.mark.parametrize("scenario", [SMALL, FULL])
def test_scenario_comes_back_as_it_was_written(scenario: Scenario) -> None:
    assert read_scenario(scenario_json(scenario)) == scenario


def test_scenario_says_only_what_is_not_usual() -> None:
    body = orjson.loads(scenario_json(SMALL))
    assert body == {
        "version": 1, "name": "small", "profile": "catalog-pull", "edition": "int", "storefront": "RO",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"{", "no JSON"),
        (b"[]", "the document"),
        (b'{"version": 2}', "no scenario"),
        (orjson.dumps({**orjson.loads(scenario_json(SMALL)), "seed": -1}), "seed"),
        (orjson.dumps({**orjson.loads(scenario_json(SMALL)), "plan": [{"pause": 1}]}), "plan/0"),
    ],
)
def test_other_documents_are_refused_with_their_place(text: bytes, sentence: str) -> None:
    with pytest.raises(NotAScenario, match=sentence):
        read_scenario(text)


def test_events_are_what_the_control_api_takes() -> None:
    fault = load_contract().documents["control"]["components"]["schemas"]["NewFault"]
    for profile in PROFILES.values():
        events = [event for one in profile.scenarios for event in one.events] + [*profile.search_space.events]
        for event in events:
            assert set(event) - {"sync"} <= set(fault["properties"]), event


@pytest.mark.parametrize("name", PROFILES)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_drawn_scenarios_fit_the_published_schema(name: str, data: st.DataObject) -> None:
    profile = PROFILES[name]
    scenario = data.draw(scenarios(profile, profile.edition or "int", ""))
    jsonschema_rs.validator_for(schema("scenario")).validate(orjson.loads(scenario_json(scenario)))
    assert read_scenario(scenario_json(scenario)) == scenario


@pytest.mark.parametrize(
    "name", [in_the_cut(name, when=number % 4 == 0) for number, name in enumerate(PROFILES)]
)
def test_smallest_drawn_scenario_is_one_quiet_run(name: str) -> None:
    from hypothesis import find

    profile = PROFILES[name]
    least = find(scenarios(profile, profile.edition or "int", ""), lambda _: True)
    assert least.event_count == 0
    assert len(least.plan) == 1

"""A failure's story in lines: nothing that matters is folded, and events are told by when they strike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.records import story
from contract_tests.records.scenario import Moment, Step
from contract_tests.tests.kit.support.sections import SCENARIO, timeline


def told(event: dict[str, Any]) -> str:
    (line,) = story.events(replace(SCENARIO, events=(event,)))
    return line


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            {"operation": "getSettlements", "at": 3, "status": 429, "retry_after": 1},
            "sync 1, request 3 of getSettlements: status 429, retry_after 1",
        ),
        (
            {"operation": "*", "times": 2, "status": 503, "sync": 2},
            "sync 2, requests 1 to 2 of any operation: status 503",
        ),
        (
            {"operation": "getOffers", "move": {"what": "content-removed", "pick": 1}},
            'sync 1, request 1 of getOffers: move {"what":"content-removed","pick":1}',
        ),
        ({"move": "return", "sync": 3}, "before sync 3: move return"),
    ],
)
def test_event_is_told_by_when_it_strikes_and_what_it_does(event: dict[str, Any], line: str) -> None:
    assert told(event) == line


def test_scenario_is_set_in_one_line() -> None:
    unusual = replace(SCENARIO, unusual=True, limits="off", world="demo", as_of="2026-12-01")
    assert story.setting(unusual) == (
        "catalog-pull, edition int RO, world demo, seed 7, limits off, unusual answers, as of 2026-12-01"
    )


def test_size_counts_in_the_singular_too() -> None:
    assert story.size(replace(SCENARIO, events=SCENARIO.events[:1])) == "1 event, 2 syncs"
    going_on = (*SCENARIO.plan, Step(continues=True))
    assert story.size(replace(SCENARIO, events=(), plan=going_on)) == "0 events, 2 syncs"


def test_every_moment_is_in_one_stretch_in_its_order() -> None:
    cut = [moment for stretch in story.stretches(timeline()) for moment in stretch.moments]
    assert cut == list(timeline())


def test_only_plain_requests_far_from_anything_are_folded() -> None:
    values = [one for stretch in story.stretches(timeline()) if stretch.is_folded for one in stretch.moments]
    assert len(values) == 8
    assert {one.what for one in values} == {"request"}
    assert not any(one.emphasis for one in values)


def test_story_of_plain_requests_alone_is_told_whole() -> None:
    plain = [Moment(at, "request", "read", at) for at in range(1, 40)]
    assert len(list(story.lines(plain))) == 39


def test_request_is_told_with_its_number_and_time() -> None:
    assert (
        story.line(Moment(3_723_004.5, "request", "read", 7, emphasis=True))
        == "> 01:02:03.004  request  #7 read"
    )


def test_number_of_a_request_is_not_told_twice_by_what_struck_it() -> None:
    assert story.text(Moment(0, "event", "answered with 429", 7)) == "answered with 429"

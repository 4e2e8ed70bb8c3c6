"""Tests hold bounds of real time through `patience`, which gives a busy machine more than one try."""

from __future__ import annotations

import re

import pytest

from contract_tests.tests.places import TESTS

BOUND = re.compile(r"assert time\.(?:monotonic|perf_counter)\(\) - \w+ < *(\S+)")
FAR_BOUNDS = {"LIMIT_S", "MOST_S", "5"}
"""Bounds many times what is needed: against waits of half a minute and more."""


def near_bounds(text: str) -> list[str]:
    return [bound for bound in BOUND.findall(text) if bound not in FAR_BOUNDS]


def test_near_bound_is_recognised() -> None:
    assert near_bounds("    assert time.monotonic() - began < 1\n") == ["1"]
    assert near_bounds("    assert time.perf_counter() - began < LIMIT_S\n") == []


@pytest.mark.parametrize("folder", ["provider", "kit"])
def test_no_test_holds_a_near_bound_of_real_time_once(folder: str) -> None:
    bounds = {path.name: near_bounds(path.read_text("utf-8")) for path in (TESTS / folder).rglob("test_*.py")}
    assert len(bounds) > 20
    assert {name: values for name, values in bounds.items() if values} == {}

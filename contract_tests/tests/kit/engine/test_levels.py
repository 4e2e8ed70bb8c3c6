"""How far an integration is judged."""

from __future__ import annotations

import pytest

from contract_tests.judge.verdict import JUDGES, LEVELS, up_to
from contract_tests.stages.rulebook import installed_rulebook

ORACLES = {name for name, judge in JUDGES.items() if judge.scope == "world"}


def judges(level: str) -> set[str]:
    return {rule.judge for rule in up_to(installed_rulebook(), level).rules}


def test_every_oracle_has_its_level() -> None:
    assert {JUDGES[name].level for name in ORACLES} == set(LEVELS) - {"L0"}
    assert {judge.level for name, judge in JUDGES.items() if name not in ORACLES} == {"L0"}


def test_traffic_alone_is_judged_without_any_oracle() -> None:
    assert judges("L0")
    assert not judges("L0") & ORACLES


@pytest.mark.parametrize(
    ("level", "judge"), [("L1", "everything_delivered"), ("L2", "held_as_true"), ("L3", "wanted_once")]
)
def test_level_adds_its_judges(level: str, judge: str) -> None:
    before = list(LEVELS)[list(LEVELS).index(level) - 1]
    assert judge in judges(level) - judges(before)


def test_highest_level_leaves_nothing_out() -> None:
    assert up_to(installed_rulebook(), "L3") == installed_rulebook()

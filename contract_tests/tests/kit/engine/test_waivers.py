"""What waivers do to a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contract_tests.config.waivers import Waiver, apply_waivers, unneeded_waivers
from contract_tests.records.findings import Finding, Verdict
from contract_tests.records.rulebook import Rule, Source

LAST = date(2027, 1, 31)
RULE = Rule("TY-PLT-001", "MUST", "Identify yourself.", "judge", {}, Source("page", "D"))
BROKEN = Finding(RULE, "filterApprovedProducts", "no User-Agent", 3, (), "curl")
ELSEWHERE = replace(BROKEN, operation="getSettlements")
WAIVER = Waiver("TY-PLT-001", "the gateway adds it, see SHOP-112", LAST)
HERE = replace(WAIVER, operation="filterApprovedProducts")


def after(*waivers: Waiver, today: date = LAST) -> Verdict:
    return apply_waivers(Verdict((BROKEN, ELSEWHERE)), waivers, today)


def test_waived_finding_decides_nothing_and_is_kept_with_its_reason() -> None:
    verdict = after(WAIVER)
    assert verdict.clean
    assert [(one.finding, one.reason, one.expires) for one in verdict.waived_findings] == [
        (BROKEN, "the gateway adds it, see SHOP-112", "2027-01-31"),
        (ELSEWHERE, "the gateway adds it, see SHOP-112", "2027-01-31"),
    ]


def test_waiver_of_an_operation_leaves_the_others() -> None:
    assert after(HERE).findings == (ELSEWHERE,)


def test_waiver_of_another_rule_changes_nothing() -> None:
    assert after(replace(WAIVER, rule="TY-PLT-002")) == Verdict((BROKEN, ELSEWHERE))


def test_expired_waiver_counts_again_and_says_so() -> None:
    verdict = after(WAIVER, today=LAST + timedelta(days=1))
    assert not verdict.clean
    assert verdict.findings[0].evidence == (
        "no User-Agent; its waiver expired on 2027-01-31: the gateway adds it, see SHOP-112"
    )
    assert verdict.waived_findings == ()


def test_longest_of_several_waivers_holds() -> None:
    expired_waiver = replace(WAIVER, expires=LAST - timedelta(days=9))
    assert after(expired_waiver, WAIVER).clean


def test_waiving_twice_is_waiving_once() -> None:
    once = after(WAIVER)
    assert apply_waivers(once, [WAIVER], LAST) == once


@pytest.mark.parametrize(
    ("today", "verdict", "told"),
    [
        (LAST, Verdict(), 0),
        (LAST + timedelta(days=1), Verdict(), 1),
        (LAST + timedelta(days=1), Verdict((BROKEN,)), 0),
        (LAST + timedelta(days=1), Verdict((ELSEWHERE,)), 1),
    ],
)
def test_only_an_expired_waiver_that_nothing_needs_is_left_over(
    today: date, verdict: Verdict, told: int
) -> None:
    sentences = list(unneeded_waivers([verdict], [HERE], today))
    assert len(sentences) == told
    assert all("TY-PLT-001 at filterApprovedProducts expired on 2027-01-31" in one for one in sentences)

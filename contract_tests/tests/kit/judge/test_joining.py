"""Findings of one cause become one; what has another cause stays apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_tests.judge.verdict import join_verdicts
from contract_tests.records.findings import Evaluation, Finding, Verdict, cause_of, group_violations
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, asked, findings, recorded

(COPY,) = {rule.id: rule for rule in installed_rulebook().rules if rule.id == "TY-CAT-902"}.values()


def finding(evidence: str, scenario: str, cause: str = "", count: int = 1) -> Finding:
    (only,) = group_violations(COPY, [Evaluation((), evidence, "wrong", cause)])
    return replace(only, scenario=scenario, count=count)


def join(*parts: Finding) -> tuple[Finding, ...]:
    return join_verdicts(Verdict((part,), {part.rule.id: 1}, (part.rule,)) for part in parts).findings


def test_one_cause_in_several_scenarios_is_one_finding_with_all_counts() -> None:
    (only,) = join(
        finding("A has 4", "quiet", "quantity", 2),
        finding("B has 5", "body cut short", "quantity"),
        finding("A has 4", "quiet", "quantity"),
    )
    assert (only.evidence, only.scenario, only.count) == ("A has 4", "quiet", 4)
    assert only.counts_by_scenario == {"quiet": 3, "body cut short": 1}


def test_second_cause_is_not_hidden_behind_the_sentence_of_the_first() -> None:
    both = join(finding("A has 4", "quiet", "quantity"), finding("A costs 5", "quiet", "salePrice"))
    assert [one.evidence for one in both] == ["A has 4", "A costs 5"]


def test_joined_verdicts_can_be_joined_again() -> None:
    first = Verdict(join(finding("A", "quiet"), finding("B", "slow body")))
    (only,) = join_verdicts([first, Verdict((finding("C", "slow body"),))]).findings
    assert (only.count, only.counts_by_scenario) == (3, {"quiet": 1, "slow body": 2})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("size=500, at most 100 is allowed", "size=200, at most 100 is allowed", True),
        ("/sapigw/orders is a retired path", "/sapigw/claims is a retired path", True),
        ('User-Agent is "shop"', 'User-Agent is "curl/8"', True),
        ("startDate=soon is not in ISO 8601", "endDate=soon is not in ISO 8601", False),
        ("the header User-Agent is missing", "the header storeFrontCode is missing", False),
    ],
)
def test_cause_is_the_sentence_without_its_values(one: str, other: str, *, same: bool) -> None:
    exchanges = recorded(asked(APPROVED)).exchanges
    causes = {cause_of(Evaluation(exchanges, sentence)) for sentence in (one, other)}
    assert len(causes) == (1 if same else 2)


def test_many_requests_of_one_mistake_are_one_finding() -> None:
    wrong = [asked(APPROVED, f"page=0&size={size}") for size in (150, 200, 500)]
    counts = [(one.rule.id, one.count) for one in findings(*wrong) if one.rule.judge == "at_most"]
    assert counts == [("TY-CAT-001", 3)]

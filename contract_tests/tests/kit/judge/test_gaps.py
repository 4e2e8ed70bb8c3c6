"""What a recording lacks is not judged: neither held nor broken, and said."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.findings import Verdict
from contract_tests.records.history import History
from contract_tests.reports.verdicts import State, section_of_traffic
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, NOON_MS, Entry, asked, contents, recorded

MARKS = ("[REDACTED]", "***", "xxxx", "<redacted>", "XXXXXXXX")


def verdict_on(history: History) -> Verdict:
    return judge_traffic(history, installed_rulebook())


def walk(*numbers: int) -> list[Entry]:
    """Pages of a list of 500 rows."""
    return [contents(number, 500) for number in numbers]


def without(part: str, entries: list[Entry]) -> list[Entry]:
    """The same without the answers' bodies or the requests' headers."""
    for entry in entries:
        if part == "bodies":
            entry["response"]["content"] = {"size": 40_000, "mimeType": "application/json"}
        else:
            entry["request"]["headers"] = []
    return entries


def test_walk_without_bodies_is_neither_held_nor_broken() -> None:
    history = recorded(*without("bodies", walk(0, 1)))
    verdict = verdict_on(history)
    assert "TY-CAT-003" not in verdict.counts
    assert verdict.unjudgeable["TY-CAT-003"] == "the bodies of 2 answers are not in the recording"
    section = section_of_traffic("x", history, verdict)
    assert section.state is State.GAP
    assert "the bodies of 2 answers" in section.gap


def test_walk_with_bodies_is_judged() -> None:
    verdict = verdict_on(recorded(*walk(0, 1)))
    assert "TY-CAT-003" in {finding.rule.id for finding in verdict.findings}
    assert verdict.unjudgeable == {}


def test_page_whose_body_is_missing_hides_no_fault_that_can_be_seen_without_it() -> None:
    entry = asked(APPROVED, "size=101")
    entry["response"]["content"] = {}
    assert "TY-CAT-001" in {finding.rule.id for finding in verdict_on(recorded(entry)).findings}


def test_headers_that_were_not_recorded_are_no_missing_user_agent() -> None:
    verdict = verdict_on(recorded(*without("headers", walk(0))))
    assert "TY-PLT-001" in verdict.unjudgeable
    assert "TY-PLT-001" not in {finding.rule.id for finding in verdict.findings}


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("header", "rule_id"), [("User-Agent", "TY-PLT-002"), ("Authorization", "TY-PLT-004")]
)
def test_redactors_mark_is_not_the_clients_value(mark: str, header: str, rule_id: str) -> None:
    entry = asked(APPROVED, "size=100", drop=header)
    entry["request"]["headers"].append({"name": header, "value": mark})
    verdict = verdict_on(recorded(entry))
    assert {finding.rule.id for finding in verdict.findings if finding.rule.id == rule_id} == set()
    assert "redactor's mark" in verdict.unjudgeable[rule_id]


def test_basic_with_a_mark_behind_it_is_not_the_clients_value() -> None:
    verdict = verdict_on(recorded(asked(APPROVED, "size=100", Authorization="Basic [REDACTED]")))
    assert "TY-PLT-004" in verdict.unjudgeable


def test_redacted_value_of_a_parameter_is_not_judged_and_others_are() -> None:
    verdict = verdict_on(recorded(asked(APPROVED, "size=%5BREDACTED%5D&barcode=1&page=0")))
    assert "TY-CAT-001" in verdict.unjudgeable
    assert "TY-CAT-004" not in {finding.rule.id for finding in verdict.findings}


def test_times_that_were_not_recorded_are_no_haste() -> None:
    from contract_tests.records.har import history_of

    instant = datetime.fromtimestamp(NOON_MS / 1000, UTC).isoformat()
    entries: list[Any] = [asked(APPROVED, f"page={n}") | {"startedDateTime": instant} for n in range(60)]
    verdict = judge_traffic(history_of(entries, installed_rulebook(), "int"), installed_rulebook())
    assert "TY-PLT-012" in verdict.unjudgeable
    assert "TY-PLT-012" not in {finding.rule.id for finding in verdict.findings}


def test_what_is_missing_is_said_by_rule() -> None:
    verdict = verdict_on(recorded(*without("bodies", walk(0))))
    assert json.dumps(dict(verdict.unjudgeable))
    assert set(verdict.unjudgeable).isdisjoint(verdict.counts)
    assert set(verdict.unjudgeable).isdisjoint(verdict.unexercised_ids)

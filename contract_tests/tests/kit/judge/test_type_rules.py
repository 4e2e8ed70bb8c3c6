"""The advice to ask an account statement for every documented type."""

from __future__ import annotations

import pytest

from contract_tests.judge.verdict import judge_traffic
from contract_tests.profiles.finance.reference import INTERNATIONAL, TURKISH
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import (
    DAY_MS,
    NOON_MS,
    SETTLEMENTS,
    Entry,
    asked,
    broken,
    findings,
    recorded,
)

OTHERS = SETTLEMENTS.replace("settlements", "otherfinancials")
PATHS = {"settlements": SETTLEMENTS, "otherfinancials": OTHERS}
RULES = {"int": {"settlements": "TY-FIN-014", "otherfinancials": "TY-FIN-015"},
         "tr": {"settlements": "TY-FIN-034", "otherfinancials": "TY-FIN-035"}}  # fmt: skip


def statement(kind: str, status: int = 200, **types: str) -> Entry:
    """One answered page of a list for some types."""
    body = {"totalElements": 0, "totalPages": 0, "page": 0, "size": 500, "content": []}
    dates = {"startDate": NOON_MS - DAY_MS, "endDate": NOON_MS}
    return asked(PATHS[kind], {**dates, **types}, body=body, status=status)


def one_by_one(kind: str, names: tuple[str, ...]) -> list[Entry]:
    return [statement(kind, transactionType=name) for name in names]


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize(("edition", "types"), [("int", INTERNATIONAL), ("tr", TURKISH)])
def test_type_that_is_never_asked_for_is_found(
    kind: str, edition: str, types: dict[str, tuple[str, ...]]
) -> None:
    *most, last = types[kind]
    (finding,) = findings(*one_by_one(kind, tuple(most)), edition=edition, whole=True)
    assert (finding.rule.id, finding.evidence) == (RULES[edition][kind], f"never asked for {last}")


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize(("edition", "types"), [("int", INTERNATIONAL), ("tr", TURKISH)])
def test_asking_for_every_type_one_by_one_is_right(
    kind: str, edition: str, types: dict[str, tuple[str, ...]]
) -> None:
    assert broken(*one_by_one(kind, types[kind]), edition=edition, whole=True) == set()


@pytest.mark.parametrize("separator", [",", ", "])
@pytest.mark.parametrize("kind", PATHS)
def test_turkish_list_of_all_types_is_right(kind: str, separator: str) -> None:
    listed = statement(kind, transactionTypes=separator.join(TURKISH[kind]))
    assert broken(listed, edition="tr", whole=True) == set()


def test_turkish_types_may_come_from_lists_and_from_single_requests() -> None:
    first, *rest = TURKISH["settlements"]
    entries = [
        statement("settlements", transactionType=first),
        statement("settlements", transactionTypes=",".join(rest)),
    ]
    assert broken(*entries, edition="tr", whole=True) == set()


def test_other_spelling_of_a_type_is_that_type() -> None:
    turkish = [name.replace("Ty", "TY").replace("Manual", "Manuel") for name in TURKISH["settlements"]]
    listed = statement("settlements", transactionTypes=",".join(turkish))
    assert broken(listed, edition="tr", whole=True) == set()
    values = [name.replace("Invocie", "Invoice") for name in INTERNATIONAL["otherfinancials"]]
    assert broken(*one_by_one("otherfinancials", tuple(values)), whole=True) == set()


def test_client_that_wants_sales_alone_gets_advice_and_breaks_no_must() -> None:
    for edition in ("int", "tr"):
        (finding,) = findings(statement("settlements", transactionType="Sale"), edition=edition, whole=True)
        assert (finding.rule.judge, finding.rule.level) == ("every_value_asked", "SHOULD")


def test_client_that_was_always_refused_gets_no_advice() -> None:
    assert broken(statement("settlements", 429, transactionType="Sale"), whole=True) == set()


def test_types_of_the_advice_are_those_the_parameter_takes() -> None:
    rules = [rule for rule in installed_rulebook().rules if rule.judge == "every_value_asked"]
    by_id = {rule.id: list(rule.facts["values"]) for rule in rules}
    by_name = {RULES[edition][kind]: list(types[kind])
              for edition, types in (("int", INTERNATIONAL), ("tr", TURKISH)) for kind in PATHS}  # fmt: skip
    assert by_id == by_name


@pytest.mark.parametrize("edition", ["int", "tr"])
def test_settlements_alone_are_right_and_get_advice(edition: str) -> None:
    history = recorded(statement("settlements", transactionType="Sale"), edition=edition)
    beside = [
        finding
        for finding in judge_traffic(history, installed_rulebook()).findings
        if finding.rule.judge == "asked_beside"
    ]
    assert [(one.rule.level, one.evidence) for one in beside] == [
        ("SHOULD", "never asked for getOtherFinancials")
    ]
    both = (statement(kind, transactionType="Sale") for kind in PATHS)
    verdict = judge_traffic(recorded(*both, edition=edition), installed_rulebook())
    assert not [finding for finding in verdict.findings if finding.rule.judge == "asked_beside"]

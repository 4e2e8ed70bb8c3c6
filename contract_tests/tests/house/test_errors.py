"""Every error the specs can give is seen by a test in an answer, and every one that is given is in the specs.

That each is seen is checked when a run of the whole provider folder ends, by `error_answers`.
"""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.coverage import Coverage
from contract_tests.tests.house.error_answers import (
    KIND,
    RULE,
    STAYS_SILENT,
    noting_errors,
    report_on,
    unseen,
)
from contract_tests.tests.places import ROOT
from emulator import Settings, create_app
from emulator.contract.contract import load_contract

CONTRACT = load_contract()
RAISED = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "emulator").rglob("*.py"))


def named_in_specs(node: Any) -> set[str]:
    """Collect every string of the documents that is an error's id."""
    if isinstance(node, dict):
        return set().union(*(named_in_specs(value) for value in node.values()), set())
    if isinstance(node, list):
        return set().union(*(named_in_specs(value) for value in node), set())
    return {node} & CONTRACT.catalogue.errors.keys() if isinstance(node, str) else set()


SPOKEN = named_in_specs(dict(CONTRACT.documents))
GATES = {"401", "403", "429", "500", "503"}
"""What the gates before every operation of a seller answer, whatever the operation does."""
METHODS = {"get", "put", "post", "patch", "delete"}
STATUS_ONLY = {"service-unavailable", "bad-gateway", "gateway-timeout"}
"""Never refused with by a rule: what an injected fault of that status says when it brings no body."""


def test_every_error_is_missing_when_nothing_was_recorded() -> None:
    report = report_on(Coverage())
    assert report
    assert report.failed
    assert all(error_id in str(report.longrepr) for error_id in unseen(()))
    assert set(unseen(())) == CONTRACT.catalogue.errors.keys() - STAYS_SILENT


def test_error_that_no_answer_named_is_missing() -> None:
    first, *rest = unseen(())
    assert unseen(rest) == [first]


def test_nothing_is_reported_when_every_error_was_seen() -> None:
    assert report_on(Coverage(items={KIND: set(unseen(()))})) is None


def test_answer_of_a_client_is_noted() -> None:
    coverage, app = Coverage(), create_app(Settings(world="empty"))
    with noting_errors(coverage):
        rule = app.test_client().get("/integration/nowhere").headers[RULE]
    app.extensions["stages"].close_all()
    assert coverage.items == {KIND: {rule}}


@pytest.mark.parametrize("error_id", CONTRACT.catalogue.errors)
def test_error_can_be_given(error_id: str) -> None:
    instead = {
        other
        for entry in CONTRACT.catalogue.errors.values()
        for options in entry.get("instead", {}).values()
        for other in options.values()
    }
    assert error_id in SPOKEN | instead | STATUS_ONLY or f'"{error_id}"' in RAISED


@pytest.mark.parametrize("document", [name for name in CONTRACT.documents if name.startswith("trendyol/")])
def test_operation_of_a_seller_declares_what_its_gates_answer(document: str) -> None:
    gaps = {
        operation["operationId"]: GATES - operation["responses"].keys()
        for path in CONTRACT.documents[document]["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    }
    assert {name: statuses for name, statuses in gaps.items() if statuses} == {}

"""Every error the specs can give is provoked by a test, and every one that is given is in the specs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.contract import load_contract

PROVIDER = Path(__file__).parents[1] / "provider"
CONTRACT = load_contract()
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in PROVIDER.glob("*.py"))
RAISED = "\n".join(
    path.read_text(encoding="utf-8") for path in (Path(__file__).parents[3] / "emulator").rglob("*.py")
)


def named_in_specs(node: Any) -> set[str]:
    """Collect every string of the documents that is an error's id."""
    if isinstance(node, dict):
        return set().union(*(named_in_specs(value) for value in node.values()), set())
    if isinstance(node, list):
        return set().union(*(named_in_specs(value) for value in node), set())
    return {node} & CONTRACT.catalogue.errors.keys() if isinstance(node, str) else set()


SPOKEN = named_in_specs(dict(CONTRACT.documents))
STATUS_ONLY = {"service-unavailable", "bad-gateway", "gateway-timeout"}
"""Never refused with by a rule: what an injected fault of that status says when it brings no body."""


@pytest.mark.parametrize("error_id", CONTRACT.catalogue.errors)
def test_error_is_provoked_by_a_provider_test(error_id: str) -> None:
    assert re.search(rf"[\"']{re.escape(error_id)}[\"']", TESTS), f"no provider test provokes {error_id}"


@pytest.mark.parametrize("error_id", CONTRACT.catalogue.errors)
def test_error_can_be_given(error_id: str) -> None:
    instead = {
        other
        for entry in CONTRACT.catalogue.errors.values()
        for options in entry.get("instead", {}).values()
        for other in options.values()
    }
    assert error_id in SPOKEN | instead | STATUS_ONLY or f'"{error_id}"' in RAISED

"""What a running emulator has of the kit by its entry points: findings of its traffic, and translations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contract_tests.judge.verdict import findings_of
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import speaking


def live_findings(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Make findings of the rows of a journal."""
    return findings_of(rows)


def translate(language: str, text: str) -> str:
    """Say in a language what was seen, or what a fault did."""
    with speaking(language):
        return say_evidence(text)

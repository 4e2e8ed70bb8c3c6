"""The findings of a running emulator's traffic, which asks for them through the entry point of judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contract_tests.judge.verdict import findings_of
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import LANGUAGES, speaking


def live_findings(entries: Iterable[Mapping[str, Any]], language: str = LANGUAGES[0]) -> list[dict[str, Any]]:
    """Make findings of the entries of a HAR; what was seen is said in a language."""
    with speaking(language):
        return [{**row, "seen": say_evidence(row["seen"])} for row in findings_of(entries)]

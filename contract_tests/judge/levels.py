"""How far an integration is judged: each level needs a little more of it than the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from contract_tests.records.rulebook import Law

LEVELS: Mapping[str, str] = {
    "L0": "its traffic",
    "L1": "and what it was sent, run by run",
    "L2": "and what it exports",
    "L3": "and what it did",
}
# The level at which a judge is first asked; one that is not named reads nothing but traffic.
FIRST_ASKED: Mapping[str, str] = {
    "everything_delivered": "L1",
    "sync_ends_clean": "L1",
    "held_as_true": "L2",
    "wanted_once": "L3",
    "wanted_reached": "L3",
    "given_up_returned": "L3",
    "failed_rows_read": "L3",
}


def up_to(law: Law, level: str) -> Law:
    """Keep the rules that are judged at a level, L0 to L3."""
    return replace(law, rules=tuple(rule for rule in law.rules if FIRST_ASKED.get(rule.judge, "L0") <= level))

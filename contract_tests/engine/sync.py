"""Drives one sync of a scenario and records it: its run, its exports, and the truth around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contract_tests.drivers.export import read_export
from contract_tests.engine.scenario_run import ScenarioRun, drive
from contract_tests.judge.oracles.delivery import OWN_CLOCK, behind_ms
from contract_tests.records.har import history_of
from contract_tests.records.recording import Sync, Truth
from contract_tests.records.run import Run
from contract_tests.records.scenario import Row
from contract_tests.stages.collector import copy_journal

DAY_MS = 86_400_000


def record_sync(scenario_run: ScenarioRun, wants: Sequence[Row], *, quiet: bool) -> Sync:
    """Let the client synchronise once, and record what it did, shows, and what the world held meanwhile.

    Errors: CannotDrive, NoAnswer.
    """
    profile_run, stage = scenario_run.profile_run, scenario_run.stage
    environment, receiver = scenario_run.environment(), scenario_run.receiver
    called_before = _exports_before(scenario_run, environment)
    calls_before = receiver.calls_since_last() if receiver else ()
    started_ms = stage.now_ms()
    before = {kind: _truth(scenario_run, kind, {}) for kind in profile_run.facts_named("kind")}
    run, behind = _drive_sync(scenario_run, environment)
    settle_calls(scenario_run)
    ended_ms = stage.now_ms()
    span = (started_ms - behind, ended_ms - behind)
    system = profile_run.profile.system
    exports = {
        kind: read_export(kind, drive(scenario_run, f"export {kind}", environment), system)
        for kind in profile_run.exports
    }
    return Sync(
        run,
        quiet,
        last_exchange=max(scenario_run.journal.entries, default=0),
        truths={kind: _truths(scenario_run, kind, rows, *span) for kind, rows in before.items()},
        exports={kind: export.rows for kind, export in exports.items()},
        export_faults=[export.fault for export in exports.values() if export.fault],
        wants=wants,
        warnings=[
            *stage.warnings,
            *stage.outside(),
            *(warning for export in exports.values() for warning in export.warnings),
            *([OWN_CLOCK] if behind else []),
        ],
        started_ms=started_ms,
        ended_ms=ended_ms,
        calls_before=calls_before,
        exports_before=called_before,
        **_calls_of(scenario_run),
    )


def settle_calls(scenario_run: ScenarioRun) -> None:
    """Wait until the calls of a run have their results, where the client is called."""
    if scenario_run.receiver is not None:
        with scenario_run.stage.within():
            scenario_run.receiver.settle()


def _exports_before(scenario_run: ScenarioRun, environment: Mapping[str, str]) -> dict[str, Sequence[Row]]:
    """Export what calls have left, where the client is called."""
    kinds = scenario_run.profile_run.exports if scenario_run.receiver else ()
    runs = {kind: drive(scenario_run, f"export {kind}", environment) for kind in kinds}
    return {kind: read_export(kind, run).rows for kind, run in runs.items()}


def _calls_of(scenario_run: ScenarioRun) -> dict[str, Any]:
    """What came of calls during a run, and the webhooks at its end, where the client is called."""
    receiver = scenario_run.receiver
    if receiver is None:
        return {}
    webhooks = scenario_run.stage.webhooks(scenario_run.account)
    return {"calls": receiver.calls_since_last(), "webhooks": webhooks}


def _drive_sync(scenario_run: ScenarioRun, environment: Mapping[str, str]) -> tuple[Run, int]:
    """Let the client synchronise; also give how many milliseconds its own clock is behind the world's."""
    profile_run, stage, journal = scenario_run.profile_run, scenario_run.stage, scenario_run.journal
    journal.skip(stage)
    earlier = set(journal.entries)
    with copy_journal(stage, journal, meanwhile=not stage.timeless):
        run = drive(scenario_run, "sync", environment)
    if stage.timeless or not profile_run.profile.spanned_kinds:
        return run, 0
    entries = [one for number, one in journal.entries.items() if number not in earlier]
    exchanges = history_of(entries, profile_run.rulebook, scenario_run.account.edition).exchanges
    ends = {str(rule.facts["to"]) for rule in profile_run.rulebook.rules if "to" in rule.facts}
    return run, behind_ms(exchanges, ends)


def _truth(scenario_run: ScenarioRun, kind: str, window: Mapping[str, int]) -> list[Row]:
    return list(scenario_run.stage.truth(kind, scenario_run.account, window))


def _truths(
    scenario_run: ScenarioRun, kind: str, before: Sequence[Row], started_ms: int, ended_ms: int
) -> Truth:
    after = _truth(scenario_run, kind, {})
    span_ms = (scenario_run.profile_run.span_days or 0) * DAY_MS
    if not span_ms or kind not in scenario_run.profile_run.profile.spanned_kinds:
        return Truth(before, after, after)
    # Rows that left the span or entered it while the client ran are held against nobody.
    return Truth(before, after, _truth(scenario_run, kind, {"from": ended_ms - span_ms, "to": started_ms}))

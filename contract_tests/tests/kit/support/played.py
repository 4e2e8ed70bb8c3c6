"""Recordings of whole scenarios made by hand, and what the engine says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from contract_tests.engine.outcome import judge_recording
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.profiles.every import PROFILES
from contract_tests.records.account import Account
from contract_tests.records.findings import Finding
from contract_tests.records.recording import Recording, Sync, Truth
from contract_tests.records.run import Run
from contract_tests.records.scenario import Scenario, Step
from contract_tests.stages.host import EmulatorHost
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import Entry, recorded

Rows = Sequence[Mapping[str, Any]]
NOWHERE = EmulatorHost(lambda *_: None, lambda *_: None, lambda _: nullcontext())  # type: ignore[arg-type]  # never asked


def profile_run(profile: str, edition: str = "") -> ProfileRun:
    """A run of a profile that is only judged, never played."""
    wanted = PROFILES[profile]
    edition = edition or wanted.edition or "int"
    law = installed_rulebook().for_operations(wanted.operations, edition)
    return ProfileRun(NOWHERE, law, wanted, lambda *_: Run(0, 0), edition, span_days=wanted.span_days)


def held_by(rows: Rows, before: Rows | None = None, within: Rows | None = None) -> Truth:
    """What the world holds; the same before a run and after it unless said otherwise."""
    return Truth(rows if before is None else before, rows, rows if within is None else within)


def sync(exit_code: int | None = 0, until: int = 0, *, quiet: bool = True, **known: Any) -> Sync:
    """A run of a client, ended with this exit."""
    return Sync(Run(exit_code, 1.0, "gave up"), quiet, until, **known)


def findings(
    profile: str,
    *syncs: Sync,
    entries: Sequence[Entry] = (),
    edition: str = "",
    may_fail: bool = False,
    plan: tuple[Step, ...] = (Step(),),
) -> list[Finding]:
    """What is said of a recording of these runs; kinds of truth that no run tells of are empty."""
    of = profile_run(profile, edition)
    told = tuple(completed(of, one) for one in syncs)
    scenario = Scenario("by hand", profile, of.edition, may_fail=may_fail, plan=plan)
    account = Account(of.edition, 1, "", "", "")
    recording = Recording(scenario, account, told, recorded(*entries, edition=of.edition))
    return [one for one in judge_recording(of, recording).findings if one.blocking]


def completed(of: ProfileRun, sync: Sync) -> Sync:
    """Fill in what a run was not told to have met."""
    truths = {kind: Truth() for kind in of.facts_named("kind")} | dict(sync.truths)
    exports: dict[str, Rows] = dict.fromkeys(of.facts_named("export"), ())
    return replace(sync, truths=truths, exports=exports | dict(sync.exports))


def said(*args: Any, **kwargs: Any) -> dict[str, str]:
    """The same as sentences by rule."""
    return {finding.rule.id: finding.evidence for finding in findings(*args, **kwargs)}

"""Runs one scenario of a profile in a world of its own and records how it went."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract_tests.archive import history_of
from contract_tests.collecting import Taken, taking
from contract_tests.completeness import Truth, truth_of
from contract_tests.drivers.driver import Driver, Run
from contract_tests.history import Exchange, History
from contract_tests.judge import EFFECTS
from contract_tests.law import Law, Rule
from contract_tests.profiles import Fault, Kind, Profile, Scenario
from contract_tests.stages import Account, Stage, opened_stage

DAY_MS = 86_400_000

WANTED = "wanted.ndjson"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is the same for every scenario of one profile.

    Shapes: ``law`` holds only the rules the profile can meet; without ``storefront`` the seller's first.
    """

    base_url: str
    law: Law
    profile: Profile
    driver: Driver
    edition: str
    storefront: str | None
    span_days: int | None

    def deliveries(self) -> Iterator[tuple[Kind, Rule]]:
        """Yield the kinds of truth, each with the rule that wants them delivered."""
        for kind in self.profile.kinds:
            for rule in self.law.judged_by("everything_delivered", kind=kind.name):
                yield kind, rule

    def named(self, word: str) -> list[str]:
        """List what the rules on effects name by a ``word``: kinds of truth, or exports of the client."""
        rules = (rule for rule in self.law.rules if rule.judge in EFFECTS)
        return sorted({str(rule.facts[word]) for rule in rules if word in rule.facts})


@dataclass(frozen=True, slots=True)
class Sync:
    """One run of the client.

    Shapes: ``quiet`` when no trouble was planned for it; ``truths`` by kind, as they stood at its end;
    ``until`` is the number of the last exchange before its end; ``effects`` are the rows of the kinds that
    the client changes, ``exports`` those that it shows itself, empty when it does not know the kind.
    """

    run: Run
    quiet: bool
    truths: Mapping[str, Truth]
    until: int
    effects: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    exports: Mapping[str, Sequence[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """All that is known of a scenario once it is over."""

    scenario: Scenario
    account: Account
    fault: Fault | None
    syncs: tuple[Sync, ...]
    history: History
    wants: Sequence[Row] = ()

    def until(self, sync: Sync) -> History:
        """Give the history as it was at the end of a run."""
        return History(tuple(one for one in self.history.exchanges if one.number <= sync.until))

    def busiest(self, profile: Profile) -> tuple[str, int]:
        """Name the operation of the profile that was asked most, and how often."""
        asked = Counter(dict.fromkeys(sorted(profile.operations), 0))
        asked.update(str(one.operation) for one in self.history.exchanges if one.operation in asked)
        return asked.most_common(1)[0]

    def asked(self, operation: str) -> int:
        """Count the requests of an operation."""
        return sum(one.operation == operation for one in self.history.exchanges)

    def during(self, sync: Sync) -> Iterator[Exchange]:
        """Yield the exchanges of one run."""
        earlier = [one.until for one in self.syncs if one.until < sync.until]
        first = max(earlier, default=0)
        return (one for one in self.history.exchanges if first < one.number <= sync.until)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What lasts through the runs of one scenario."""

    trial: Trial
    stage: Stage
    account: Account
    folder: Path
    taken: Taken = field(default_factory=Taken)

    def environment(self) -> dict[str, str]:
        """Write what the driven client finds in its environment."""
        own = self.trial.profile.environment
        return {
            **environment(self.stage, self.account, self.folder / "client.db", self.stage.now_ms()),
            **{name: value.format(url=self.stage.url) for name, value in own.items()},
            **({"CLIENT_WANTED": str(self.folder / WANTED)} if self.trial.profile.wanted else {}),
        }


def record(trial: Trial, scenario: Scenario, recipe: str, fault: Fault | None = None) -> Recording:
    """Run a scenario: one run with its trouble, and a quiet one after trouble.

    Errors: NoAnswer, NoSuchSeller, CannotDrive.
    """
    with opened_stage(trial.base_url, recipe) as stage, tempfile.TemporaryDirectory() as folder:
        account = stage.account(trial.edition, trial.storefront)
        rehearsal = Rehearsal(trial, stage, account, Path(folder))
        wants = _write_wants(rehearsal, scenario)
        if fault:
            stage.plan(timed(fault, stage.now_ms()))
        syncs = [_sync(rehearsal, quiet=fault is None)]
        if fault:
            stage.calm()
            stage.advance(scenario.pause_ms)
            syncs.append(_sync(rehearsal, quiet=True))
        history = history_of(rehearsal.taken.entries.values(), trial.law, account.edition)
        return Recording(scenario, account, fault, tuple(syncs), history, wants)


def _write_wants(rehearsal: Rehearsal, scenario: Scenario) -> list[dict[str, Any]]:
    wanted = rehearsal.trial.profile.wanted
    if wanted is None:
        return []
    choose = scenario.wants or wanted.choose
    wants = choose(rehearsal.stage.truth(wanted.kind, rehearsal.account, {}))
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in wants)
    (rehearsal.folder / WANTED).write_text("".join(lines), encoding="utf-8")
    return wants


def timed(fault: Fault, now_ms: int) -> Fault:
    """Turn the headers of a fault that say "so many seconds from now" into seconds since the epoch."""
    headers = {
        name: str(now_ms // 1000 + int(value)) if value.startswith("+") else value
        for name, value in fault.get("headers", {}).items()
    }
    return {**fault, "headers": headers}


def _sync(rehearsal: Rehearsal, *, quiet: bool) -> Sync:
    trial, stage, account = rehearsal.trial, rehearsal.stage, rehearsal.account
    environment = rehearsal.environment()
    started_ms = int(environment["TRENDYOL_NOW_MS"])
    with taking(stage, rehearsal.taken):
        run = trial.driver("sync", environment)
    ended_ms = stage.now_ms()
    truths = {}
    for kind, rule in trial.deliveries():
        # What slid out of the span, or came into it, while the client ran, is nobody's mistake.
        span_ms = (trial.span_days or 0) * DAY_MS if kind.spanned else None
        window = {"from": ended_ms - span_ms, "to": started_ms} if span_ms else {}
        truths[kind.name] = truth_of(stage.truth(kind.name, account, window), rule)
    return Sync(
        run,
        quiet,
        truths,
        max(rehearsal.taken.entries, default=0),
        effects={kind: stage.truth(kind, account, {}) for kind in trial.named("kind")},
        exports={kind: exported(trial, kind, environment) for kind in trial.named("export")},
    )


def exported(trial: Trial, kind: str, environment: Mapping[str, str]) -> list[Row]:
    """Have the client show its rows of a kind; a line that is no JSON object is passed over."""
    run = trial.driver(f"export {kind}", environment)
    rows = []
    for line in run.output.splitlines() if run.exit == 0 else ():
        with suppress(ValueError):
            rows.append(json.loads(line))
    return [row for row in rows if isinstance(row, dict)]


def environment(stage: Stage, account: Account, store: Path, now_ms: int) -> dict[str, str]:
    """Write what a driven client finds in its environment."""
    return {
        "TRENDYOL_BASE_URL": stage.url,
        "TRENDYOL_SELLER_ID": str(account.seller),
        "TRENDYOL_API_KEY": account.key,
        "TRENDYOL_API_SECRET": account.secret,
        "TRENDYOL_STOREFRONT": account.storefront,
        "TRENDYOL_NOW_MS": str(now_ms),
        "CLIENT_STORE": str(store),
        "NO_PROXY": "127.0.0.1,localhost",
    }

"""Runs one scenario of a profile in a world of its own and records how it went."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contract_tests.archive import history_of
from contract_tests.collecting import Taken, taking
from contract_tests.completeness import Truth, truth_of
from contract_tests.drivers.command import Driver, Run
from contract_tests.history import History
from contract_tests.law import Law, Rule
from contract_tests.profiles import Fault, Kind, Profile, Scenario
from contract_tests.stages import Account, Stage, opened_stage

DAY_MS = 86_400_000
# The client starts afresh with its next run, so the limits do too.
BETWEEN_RUNS_MS = 60_000


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


@dataclass(frozen=True, slots=True)
class Sync:
    """One run of the client.

    Shapes: ``quiet`` when no trouble was planned for it; ``truths`` by kind, as they stood at its end;
    ``until`` is the number of the last exchange before its end.
    """

    run: Run
    quiet: bool
    truths: Mapping[str, Truth]
    until: int


@dataclass(frozen=True, slots=True)
class Recording:
    """All that is known of a scenario once it is over."""

    scenario: Scenario
    account: Account
    fault: Fault | None
    syncs: tuple[Sync, ...]
    history: History

    def until(self, sync: Sync) -> History:
        """Give the history as it was at the end of a run."""
        return History(tuple(one for one in self.history.exchanges if one.number <= sync.until))

    def busiest(self, profile: Profile) -> tuple[str, int]:
        """Name the operation of the profile that was asked most, and how often."""
        asked = Counter(dict.fromkeys(sorted(profile.operations), 0))
        asked.update(str(one.operation) for one in self.history.exchanges if one.operation in asked)
        return asked.most_common(1)[0]


def record(trial: Trial, scenario: Scenario, recipe: str, fault: Fault | None = None) -> Recording:
    """Run a scenario: one run with its trouble, and a quiet one after trouble.

    Errors: NoAnswer, NoSuchSeller, CommandNotFound.
    """
    with opened_stage(trial.base_url, recipe) as stage, tempfile.TemporaryDirectory() as folder:
        account = stage.account(trial.edition, trial.storefront)
        store, taken = Path(folder) / "client.db", Taken()
        if fault:
            stage.plan(fault)
        syncs = [_sync(trial, stage, account, store, taken, quiet=fault is None)]
        if fault:
            stage.calm()
            stage.advance(BETWEEN_RUNS_MS)
            syncs.append(_sync(trial, stage, account, store, taken, quiet=True))
        history = history_of(taken.entries.values(), trial.law, account.edition)
        return Recording(scenario, account, fault, tuple(syncs), history)


def _sync(trial: Trial, stage: Stage, account: Account, store: Path, taken: Taken, *, quiet: bool) -> Sync:
    started_ms = stage.now_ms()
    with taking(stage, taken):
        run = trial.driver("sync", environment(stage, account, store, started_ms))
    ended_ms = stage.now_ms()
    truths = {}
    for kind, rule in trial.deliveries():
        # What slid out of the span, or came into it, while the client ran, is nobody's mistake.
        span_ms = (trial.span_days or 0) * DAY_MS if kind.spanned else None
        window = {"from": ended_ms - span_ms, "to": started_ms} if span_ms else {}
        truths[kind.name] = truth_of(stage.truth(kind.name, account, window), rule)
    return Sync(run, quiet, truths, max(taken.entries, default=0))


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

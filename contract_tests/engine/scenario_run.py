"""What is the same for every scenario of a profile, and for every sync of a scenario."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contract_tests.engine.listening import Receiver
from contract_tests.judge.verdict import needs_world
from contract_tests.profiles.profile import Profile
from contract_tests.records.account import Account
from contract_tests.records.har import history_of
from contract_tests.records.history import History
from contract_tests.records.rulebook import Rule, Rulebook
from contract_tests.records.run import Driver, Run
from contract_tests.records.scenario import Row
from contract_tests.records.systems import SYSTEMS, TRENDYOL
from contract_tests.stages.collector import JournalCopy
from contract_tests.stages.host import EmulatorHost
from contract_tests.stages.proxies import no_proxy
from contract_tests.stages.stage import Stage
from contract_tests.virtual_time.local_zone import local_zone

DESIRED_ROWS_FILE = "wanted.ndjson"
# What the page of the stream asks for; where time is real nobody is made to wait for it.
PAUSE_VARIABLE, PAUSE_S, NO_PAUSE_S = "CLIENT_PAUSE_SECONDS", "5", "0"


@dataclass(frozen=True, slots=True)
class ProfileRun:
    """What is the same for every scenario of one profile. Units: ``span_days`` in days."""

    host: EmulatorHost
    """Where worlds are opened."""
    rulebook: Rulebook
    """The rules that the profile can meet, no others."""
    profile: Profile
    """The capability under test and its scenarios."""
    driver: Driver
    """How the integration is called."""
    edition: str
    """The edition of the seller, int or tr."""
    storefront: str | None = None
    """The seller's storefront; None for its first one."""
    span_days: int | None = None
    """How far back the integration looks; None where it looks at everything."""
    known_exports: frozenset[str] | None = None
    """The kinds that the integration can export; None where nobody said."""

    @property
    def pause_s(self) -> str:
        """Tell what the client's environment says of pauses, in seconds."""
        return PAUSE_S if self.host.in_virtual_time else NO_PAUSE_S

    @property
    def rules(self) -> tuple[Rule, ...]:
        """List the rules that bind the client: none on a pause that its environment sets to nothing."""
        needless = {PAUSE_VARIABLE} if self.pause_s == NO_PAUSE_S else set()
        return tuple(rule for rule in self.rulebook.rules if rule.facts.get("pause") not in needless)

    @property
    def exports(self) -> list[str]:
        """List the exports to request: those the rules name, as far as the integration knows them."""
        kinds = self.facts_named("export")
        return [kind for kind in kinds if self.known_exports is None or kind in self.known_exports]

    def facts_named(self, word: str) -> list[str]:
        """List the values that the oracles' rules have for a ``word``: kinds of truth, or of exports."""
        rules = (rule for rule in self.rulebook.rules if needs_world(rule))
        return sorted({str(rule.facts[word]) for rule in rules if word in rule.facts})


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """What is the same for every sync of one scenario."""

    profile_run: ProfileRun
    """What is the same for every scenario."""
    stage: Stage
    """The world it is played in."""
    account: Account
    """The seller's access."""
    folder: Path
    """Where the client's copy and its desired rows are."""
    zone: str = ""
    """The time zone of the client's machine; empty for its own."""
    receiver: Receiver | None = None
    """What listens; None where nobody calls."""
    journal: JournalCopy = field(default_factory=JournalCopy)
    """The journal so far."""

    def environment(self) -> dict[str, str]:
        """Write the environment variables of the client."""
        profile = self.profile_run.profile
        desired_rows = {"CLIENT_WANTED": str(self.folder / DESIRED_ROWS_FILE)} if profile.desired_rows else {}
        return {
            **account_environment(self.stage, self.account, profile.system),
            PAUSE_VARIABLE: self.profile_run.pause_s,
            "CLIENT_STORE": store_path(self.folder),
            **self.stage.variables,
            **no_proxy(os.environ, self.stage.urls[TRENDYOL.name]),
            **desired_rows,
            **(self.receiver.variables if self.receiver else {}),
            **({"TZ": self.zone} if self.zone else {}),
        }


def account_environment(stage: Stage, account: Account, system_name: str) -> dict[str, str]:
    """Write the variables that say where a seller's client reaches a stage, and as whom."""
    system = SYSTEMS[system_name]
    return {
        **system.environment(stage.urls[system.name], system.demo_credentials),
        **TRENDYOL.environment(stage.urls[TRENDYOL.name], (account.key, account.secret)),
        "TRENDYOL_SELLER_ID": str(account.seller),
        "TRENDYOL_STOREFRONT": account.storefront,
        "TRENDYOL_NOW_MS": str(stage.now_ms()),
    }


def store_path(folder: str | Path) -> str:
    """Name the file in which the client of a scenario may keep its copy."""
    return str(Path(folder) / "client.db")


def drive(scenario_run: ScenarioRun, verb: str, environment: Mapping[str, str]) -> Run:
    """Let the integration do one verb while it can reach the stage."""
    with scenario_run.stage.within(), local_zone(scenario_run.zone if scenario_run.stage.timeless else ""):
        return scenario_run.profile_run.driver(verb, environment)


def har_entries(scenario_run: ScenarioRun) -> list[Row]:
    """List the entries of the journal in order; on a timeless stage no exchange takes any time."""
    entries = [entry for _, entry in sorted(scenario_run.journal.entries.items())]
    no_time = {"time": 0, "timings": {"send": 0, "wait": 0, "receive": 0}}
    return [{**entry, **no_time} for entry in entries] if scenario_run.stage.timeless else entries


def history_in(scenario_run: ScenarioRun, entries: Sequence[Row]) -> History:
    """Make the history of a journal; on a timeless stage its real time is the world's."""
    history = history_of(entries, scenario_run.profile_run.rulebook, scenario_run.account.edition)
    if not scenario_run.stage.timeless:
        return history
    still = (replace(one, real_ms=one.at_ms) for one in history.exchanges)
    return History(tuple(sorted(still, key=lambda one: one.number)))

"""Plays a scenario in a fresh world and records all that happened; nothing is judged here."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from contract_tests.drivers.export import read_export
from contract_tests.engine.listening import Receiver, play_calls, receiver_for, subscribe_for
from contract_tests.judge.oracles.delivery import OWN_CLOCK, behind_ms
from contract_tests.judge.verdict import needs_world
from contract_tests.profiles.profile import Profile, withdraw
from contract_tests.records.account import Account
from contract_tests.records.har import history_of
from contract_tests.records.history import History
from contract_tests.records.recording import Recording, Sync, Truth
from contract_tests.records.rulebook import Rulebook
from contract_tests.records.run import Driver, Run
from contract_tests.records.scenario import Row, Scenario
from contract_tests.records.systems import SYSTEMS, TRENDYOL
from contract_tests.stages.collector import JournalCopy, copy_journal
from contract_tests.stages.guard import ending_marked
from contract_tests.stages.host import EmulatorHost, open_world
from contract_tests.stages.proxies import no_proxy
from contract_tests.stages.stage import Stage
from contract_tests.virtual_time.local_zone import local_zone

DAY_MS = 86_400_000

DESIRED_ROWS_FILE = "wanted.ndjson"


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
            "CLIENT_PAUSE_SECONDS": "0",
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


def play(profile_run: ProfileRun, scenario: Scenario) -> Recording:
    """Play a scenario from its first sync to its last; the recording's scenario holds the desired rows.

    Errors: NoAnswer, NoSuchSeller, CannotDrive.
    """
    scenario = with_moment_of_day(scenario)
    body = {"limits": scenario.limits, **world_of(scenario)}
    with profile_run.host.time(scenario.now_ms) as time, open_world(profile_run.host, body, time) as stage:
        account = stage.account(scenario.edition, scenario.storefront)
        with tempfile.TemporaryDirectory() as folder, end_strays(profile_run.host, folder):
            receiver = receiver_for(profile_run.driver, stage) if profile_run.profile.listens else None
            scenario_run = ScenarioRun(profile_run, stage, account, Path(folder), scenario.zone, receiver)
            whole = complete_scenario(scenario_run, scenario)
            drive(scenario_run, "reset", scenario_run.environment())
            with listening(scenario_run):
                syncs = tuple(_play_plan(scenario_run, whole))
        entries = har_entries(scenario_run)
        history, endings = history_in(scenario_run, entries), tuple(receiver.endings if receiver else ())
        return Recording(whole, account, syncs, history, stage.fault_log(), entries, endings)


@contextmanager
def listening(scenario_run: ScenarioRun) -> Iterator[None]:
    """Have the client of a scenario listen during a block, where its profile has it listen at all.

    Errors: CannotDrive when it does not.
    """
    receiver = scenario_run.receiver
    if receiver is None:
        yield
        return
    try:
        with scenario_run.stage.within():
            receiver.start(scenario_run.environment())
        if not receiver.driver.subscribes:
            subscribe_for(receiver, scenario_run.account)
        yield
    finally:
        receiver.stop()


def store_path(folder: str | Path) -> str:
    """Name the file in which the client of a scenario may keep its copy."""
    return str(Path(folder) / "client.db")


def end_strays(host: EmulatorHost, folder: str) -> AbstractContextManager[None]:
    """End with a scenario what its client has left running in sessions of their own: its store marks it."""
    return ending_marked(f"CLIENT_STORE={store_path(folder)}") if host.own_ports else nullcontext()


def with_moment_of_day(scenario: Scenario) -> Scenario:
    """Start the clock at the beginning of the scenario's day in Istanbul, where no moment is given."""
    if scenario.as_of is None or scenario.now_ms is not None:
        return scenario
    moment = datetime.fromisoformat(f"{scenario.as_of}T00:00:00+03:00")
    return replace(scenario, now_ms=int(moment.timestamp()) * 1000)


def world_of(scenario: Scenario) -> dict[str, object]:
    """Write the body of POST /_emulator/worlds that opens a scenario's world."""
    world = scenario.world
    body: dict[str, object] = {"world": world} if isinstance(world, str) else {"recipe": dict(world)}
    body["seed"] = scenario.seed
    if scenario.now_ms is not None:
        body["now_ms"] = scenario.now_ms
    return body | ({"unusual": True} if scenario.unusual else {})


def complete_scenario(scenario_run: ScenarioRun, scenario: Scenario) -> Scenario:
    """Write the storefront, the moment at which the world opened, and the desired rows into a scenario."""
    now_ms = scenario_run.stage.now_ms() if scenario.now_ms is None else scenario.now_ms
    scenario = replace(scenario, storefront=scenario_run.account.storefront, now_ms=now_ms)
    selection = scenario_run.profile_run.profile.desired_rows
    if selection is None or scenario.wants is not None:
        return scenario
    rows = scenario_run.stage.truth(selection.kind, scenario_run.account, {})
    return replace(scenario, shop="", wants=selection.select(scenario.shop, rows))


def _play_plan(scenario_run: ScenarioRun, scenario: Scenario) -> Iterator[Sync]:
    last_exit: int | None = None
    for number, step in enumerate(scenario.plan, start=1):
        if step.continues and last_exit == 0:
            return
        sync = _play_step(scenario_run, scenario, number)
        last_exit = sync.run.exit
        yield sync


def _play_step(scenario_run: ScenarioRun, scenario: Scenario, number: int) -> Sync:
    stage, step = scenario_run.stage, scenario.plan[number - 1]
    seller, receiver = seller_words(scenario_run.account), scenario_run.receiver
    if step.quiet:
        stage.clear_faults()
    if receiver is not None:
        # Faults meet the calls that moves bring about, and these have their results before the sync.
        plan_events(stage, scenario_run.account, scenario, number)
        summaries = play_calls(receiver, step, seller)
    else:
        stage.advance(step.pause_ms)
        summaries = [stage.move({**seller, **move}) for move in step.moves]
        plan_events(stage, scenario_run.account, scenario, number)
    wants = desired_rows_before(scenario_run.profile_run.profile, scenario, number)
    write_desired_rows(scenario_run, wants)
    has_events = any(event.get("sync", 1) <= number for event in scenario.events)
    return replace(_sync(scenario_run, wants, quiet=step.quiet or not has_events), move_summaries=summaries)


def seller_words(account: Account) -> Row:
    """Name a seller as moves do."""
    return {"seller": account.seller, "storefront": account.storefront or "TR"}


def plan_events(stage: Stage, account: Account, scenario: Scenario, number: int) -> None:
    """Plan the faults of a scenario that belong to a sync, counted from 1."""
    for event in scenario.events_before(number):
        stage.add_fault(resolve_header_times(address_move(event, seller_words(account)), stage.now_ms()))


def address_move(event: Row, seller: Row) -> Row:
    """Let the move in an event concern a seller, unless it names another one."""
    return {**event, "move": {**seller, **event["move"]}} if event.get("move") else event


def desired_rows_before(profile: Profile, scenario: Scenario, number: int) -> Sequence[Row]:
    """List the desired rows at a sync, counted from 1, without those that were withdrawn by then."""
    withdrawn_places = {at for step in scenario.plan[:number] for at in step.gives_up}
    change = profile.desired_rows.withdraw if profile.desired_rows else withdraw
    return change(scenario.wants or (), withdrawn_places)


def write_desired_rows(scenario_run: ScenarioRun, wants: Iterable[Row]) -> None:
    """Write the desired rows to the file that CLIENT_WANTED names."""
    lines = (json.dumps(dict(one), ensure_ascii=False) + "\n" for one in wants)
    (scenario_run.folder / DESIRED_ROWS_FILE).write_text("".join(lines), encoding="utf-8")


def resolve_header_times(event: Row, now_ms: int) -> Row:
    """Turn the headers of an event that say "so many seconds from now" into seconds since the epoch."""
    headers = {
        name: str(now_ms // 1000 + int(value)) if value.startswith("+") else value
        for name, value in event.get("headers", {}).items()
    }
    return {**event, "headers": headers} if headers else event


def _sync(scenario_run: ScenarioRun, wants: Sequence[Row], *, quiet: bool) -> Sync:
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


def drive(scenario_run: ScenarioRun, verb: str, environment: Mapping[str, str]) -> Run:
    """Let the integration do one verb while it can reach the stage."""
    with scenario_run.stage.within(), local_zone(scenario_run.zone if scenario_run.stage.timeless else ""):
        return scenario_run.profile_run.driver(verb, environment)


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

"""Plays a scenario into a fresh world and records all that happened; nothing is judged here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contract_tests.drivers.export import check_rows, check_text, exported
from contract_tests.judge.oracles.delivery import OWN_CLOCK, behind_ms
from contract_tests.judge.verdict import needs_world
from contract_tests.profiles.profile import Profile, withdraw
from contract_tests.records.account import Account
from contract_tests.records.har import history_of
from contract_tests.records.history import History
from contract_tests.records.recording import Recording, Sync, Truth
from contract_tests.records.rulebook import Law
from contract_tests.records.run import Driver, Run
from contract_tests.records.scenario import Row, Scenario
from contract_tests.records.systems import SYSTEMS, TRENDYOL
from contract_tests.stages.collecting import Taken, taking
from contract_tests.stages.host import Venue, opened
from contract_tests.stages.stage import Stage

DAY_MS = 86_400_000

WANTED = "wanted.ndjson"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is the same for every scenario of one profile.

    Shapes: ``law`` holds only the rules the profile can meet; without ``storefront`` the seller's first;
    ``knows`` lists the kinds that the integration can export, None where nobody said.
    """

    venue: Venue
    law: Law
    profile: Profile
    driver: Driver
    edition: str
    storefront: str | None = None
    span_days: int | None = None
    knows: frozenset[str] | None = None

    @property
    def exports(self) -> list[str]:
        """List the exports that are asked for: those the rules name, as far as the integration knows them."""
        named = self.named("export")
        return [kind for kind in named if self.knows is None or kind in self.knows]

    def named(self, word: str) -> list[str]:
        """List what the oracles' rules name by a ``word``: kinds of truth, or exports of the client."""
        rules = (rule for rule in self.law.rules if needs_world(rule))
        return sorted({str(rule.facts[word]) for rule in rules if word in rule.facts})


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
        stage, account = self.stage, self.account
        system = SYSTEMS[self.trial.profile.system]
        return {
            **system.environment(stage.urls[system.name], system.demo_credentials),
            **TRENDYOL.environment(stage.urls[TRENDYOL.name], (account.key, account.secret)),
            "TRENDYOL_SELLER_ID": str(account.seller),
            "TRENDYOL_STOREFRONT": account.storefront,
            "TRENDYOL_NOW_MS": str(stage.now_ms()),
            "CLIENT_PAUSE_SECONDS": "0",
            "CLIENT_STORE": str(self.folder / "client.db"),
            "NO_PROXY": "127.0.0.1,localhost",
            **({"CLIENT_WANTED": str(self.folder / WANTED)} if self.trial.profile.desired else {}),
        }


def play(trial: Trial, scenario: Scenario) -> Recording:
    """Play a scenario from its first sync to its last; the recording's scenario holds what the shop wanted.

    Errors: NoAnswer, NoSuchSeller, CannotDrive.
    """
    wanted = {"limits": scenario.limits, **world_of(scenario)}
    with trial.venue.time(scenario.now_ms) as time, opened(trial.venue, wanted, time) as stage:
        account = stage.account(scenario.edition, scenario.storefront)
        with tempfile.TemporaryDirectory() as folder:
            rehearsal = Rehearsal(trial, stage, account, Path(folder))
            whole = with_wants(rehearsal, scenario)
            drive(rehearsal, "reset", rehearsal.environment())
            syncs = tuple(_step(rehearsal, whole, number) for number in range(1, len(whole.plan) + 1))
        return Recording(whole, account, syncs, history(rehearsal), stage.happenings())


def world_of(scenario: Scenario) -> dict[str, object]:
    """Write what POST /_emulator/worlds takes to open a scenario's world."""
    world = scenario.world
    told: dict[str, object] = {"world": world} if isinstance(world, str) else {"recipe": dict(world)}
    told["seed"] = scenario.seed
    if scenario.now_ms is not None:
        told["now_ms"] = scenario.now_ms
    return told | ({"unusual": True} if scenario.unusual else {})


def with_wants(rehearsal: Rehearsal, scenario: Scenario) -> Scenario:
    """Give the scenario with the shop's storefront and wants written into it."""
    scenario = replace(scenario, storefront=rehearsal.account.storefront)
    desired = rehearsal.trial.profile.desired
    if desired is None or scenario.wants is not None:
        return scenario
    rows = rehearsal.stage.truth(desired.kind, rehearsal.account, {})
    return replace(scenario, shop="", wants=desired.select(scenario.shop, rows))


def _step(rehearsal: Rehearsal, scenario: Scenario, number: int) -> Sync:
    stage, step = rehearsal.stage, scenario.plan[number - 1]
    if step.quiet:
        stage.calm()
    stage.advance(step.pause_ms)
    seller = {"seller": rehearsal.account.seller, "storefront": rehearsal.account.storefront or "TR"}
    moved = [stage.move({**seller, **move}) for move in step.moves]
    for event in scenario.planned_before(number):
        stage.plan(timed(addressed(event, seller), stage.now_ms()))
    wants = wants_before(scenario, number)
    write_wants(rehearsal, wants)
    troubled = any(event.get("sync", 1) <= number for event in scenario.events)
    return replace(_sync(rehearsal, wants, quiet=step.quiet or not troubled), moved=moved)


def addressed(event: Row, seller: Row) -> Row:
    return {**event, "move": {**seller, **event["move"]}} if event.get("move") else event


def wants_before(scenario: Scenario, number: int) -> Sequence[Row]:
    """List what the shop wants at a sync, counted from 1, without what it has given up by then."""
    given_up = {at for step in scenario.plan[:number] for at in step.gives_up}
    return withdraw(scenario.wants or (), given_up)


def write_wants(rehearsal: Rehearsal, wants: Iterable[Row]) -> None:
    """Write what the shop wants where CLIENT_WANTED points."""
    lines = (json.dumps(dict(one), ensure_ascii=False) + "\n" for one in wants)
    (rehearsal.folder / WANTED).write_text("".join(lines), encoding="utf-8")


def timed(event: Row, now_ms: int) -> Row:
    """Turn the headers of an event that say "so many seconds from now" into seconds since the epoch."""
    headers = {
        name: str(now_ms // 1000 + int(value)) if value.startswith("+") else value
        for name, value in event.get("headers", {}).items()
    }
    return {**event, "headers": headers} if headers else event


def _sync(rehearsal: Rehearsal, wants: Sequence[Row], *, quiet: bool) -> Sync:
    trial, stage = rehearsal.trial, rehearsal.stage
    environment = rehearsal.environment()
    started_ms = stage.now_ms()
    before = {kind: _truth(rehearsal, kind, {}) for kind in trial.named("kind")}
    run, behind = _driven(rehearsal, environment)
    ended_ms = stage.now_ms()
    looked = (started_ms - behind, ended_ms - behind)
    exports = {kind: drive(rehearsal, f"export {kind}", environment) for kind in trial.exports}
    return Sync(
        run,
        quiet,
        until=max(rehearsal.taken.entries, default=0),
        truths={kind: _truths(rehearsal, kind, rows, *looked) for kind, rows in before.items()},
        exports={kind: exported(shown) for kind, shown in exports.items()},
        wants=wants,
        odd=[*odd_rows(trial, exports), *([OWN_CLOCK] if behind else [])],
        started_ms=started_ms,
        ended_ms=ended_ms,
    )


def _driven(rehearsal: Rehearsal, environment: Mapping[str, str]) -> tuple[Run, int]:
    """Have the client synchronise; tell how far it is behind the world by a clock of its own as well."""
    trial, stage, taken = rehearsal.trial, rehearsal.stage, rehearsal.taken
    taken.skip(stage)
    earlier = set(taken.entries)
    with taking(stage, taken, meanwhile=not stage.timeless):
        run = drive(rehearsal, "sync", environment)
    if stage.timeless or not trial.profile.spanned_kinds:
        return run, 0
    entries = [one for number, one in taken.entries.items() if number not in earlier]
    exchanges = history_of(entries, trial.law, rehearsal.account.edition).exchanges
    ends = {str(rule.facts["to"]) for rule in trial.law.rules if "to" in rule.facts}
    return run, behind_ms(exchanges, ends)


def odd_rows(trial: Trial, exports: Mapping[str, Run]) -> list[str]:
    """Say what is odd about exports: lines that are no rows, rows that break their schema."""
    return [
        sentence
        for kind, shown in exports.items()
        for sentence in (*check_text(kind, shown), *check_rows(kind, exported(shown), trial.profile.system))
    ]


def drive(rehearsal: Rehearsal, verb: str, environment: Mapping[str, str]) -> Run:
    """Have the integration do one verb where it reaches the stage."""
    with rehearsal.stage.within():
        return rehearsal.trial.driver(verb, environment)


def _truth(rehearsal: Rehearsal, kind: str, window: Mapping[str, int]) -> list[Row]:
    return list(rehearsal.stage.truth(kind, rehearsal.account, window))


def _truths(rehearsal: Rehearsal, kind: str, before: Sequence[Row], started_ms: int, ended_ms: int) -> Truth:
    after = _truth(rehearsal, kind, {})
    span_ms = (rehearsal.trial.span_days or 0) * DAY_MS
    if not span_ms or kind not in rehearsal.trial.profile.spanned_kinds:
        return Truth(before, after, after)
    # What slid out of the span, or came into it, while the client ran, is nobody's mistake.
    return Truth(before, after, _truth(rehearsal, kind, {"from": ended_ms - span_ms, "to": started_ms}))


def history(rehearsal: Rehearsal) -> History:
    """Make the history of what was taken; where answering takes no time, none is told."""
    found = history_of(rehearsal.taken.entries.values(), rehearsal.trial.law, rehearsal.account.edition)
    if not rehearsal.stage.timeless:
        return found
    still = (replace(one, real_ms=one.at_ms, took_ms=0.0) for one in found.exchanges)
    return History(tuple(sorted(still, key=lambda one: one.number)))

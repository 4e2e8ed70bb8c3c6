"""Plays a scenario in a fresh world and records all that happened; nothing is judged here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from contract_tests.engine.listening import play_calls, receiver_for, subscribe_for
from contract_tests.engine.scenario_run import (
    DESIRED_ROWS_FILE,
    ProfileRun,
    ScenarioRun,
    drive,
    har_entries,
    history_in,
    store_path,
)
from contract_tests.engine.scenario_setup import (
    desired_rows_before,
    plan_events,
    seller_words,
    with_moment_of_day,
    world_of,
)
from contract_tests.engine.sync import record_sync
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.scenario import Row, Scenario
from contract_tests.stages.guard import ending_marked
from contract_tests.stages.host import EmulatorHost, open_world


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


def end_strays(host: EmulatorHost, folder: str) -> AbstractContextManager[None]:
    """End with a scenario what its client has left running in sessions of their own: its store marks it."""
    return ending_marked(f"CLIENT_STORE={store_path(folder)}") if host.own_ports else nullcontext()


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
    sync = record_sync(scenario_run, wants, quiet=step.quiet or not has_events)
    return replace(sync, move_summaries=summaries)


def write_desired_rows(scenario_run: ScenarioRun, wants: Iterable[Row]) -> None:
    """Write the desired rows to the file that CLIENT_WANTED names."""
    lines = (json.dumps(dict(one), ensure_ascii=False) + "\n" for one in wants)
    (scenario_run.folder / DESIRED_ROWS_FILE).write_text("".join(lines), encoding="utf-8")

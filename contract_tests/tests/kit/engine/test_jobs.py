"""Several profiles at a time: one whose quiet run is over waits for no other one's."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from contract_tests.engine import check as engine
from contract_tests.engine.jobs import as_they_end
from contract_tests.profiles.directed import DirectedScenario
from contract_tests.tests.patience import LONG_S


def test_jobs_are_given_as_they_end() -> None:
    futures: list[Future[int]] = [Future() for _ in range(3)]
    endings = as_they_end(futures)
    for place in (2, 0, 1):
        futures[place].set_result(place)
        assert next(endings).result() == place
    assert list(endings) == []


def test_profile_is_played_on_while_another_ones_quiet_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    is_played_on = Event()

    def play(profile_run: Any, declaration: DirectedScenario, *_: Any) -> str:
        if profile_run.name == "slow":
            assert is_played_on.wait(LONG_S)
        elif declaration.name != "quiet":
            is_played_on.set()
        return f"{profile_run.name} {declaration.name}"

    def end(work: Any, *_: Any) -> list[str]:
        return [one.result() for one in work.directed_futures]

    quiet = SimpleNamespace(scenarios=(DirectedScenario("quiet"),))
    runs: list[Any] = [SimpleNamespace(name=name, profile=quiet) for name in ("slow", "quick")]
    monkeypatch.setattr(engine, "play_directed", play)
    monkeypatch.setattr(engine, "later_scenarios", lambda *_: [DirectedScenario("later")])
    monkeypatch.setattr(engine, "_end", end)
    with ThreadPoolExecutor(2) as pool:
        jobs: Any = SimpleNamespace(submit=pool.submit)
        outcomes: Any = engine._play_all(runs, engine.Effort(jobs=2), jobs)
    assert outcomes == [["slow quiet", "slow later"], ["quick quiet", "quick later"]]

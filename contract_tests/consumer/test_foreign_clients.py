"""The right clients in Node and PHP are right, and each broken one gives a reason to catch it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.clients.broken.fault import Broken
from contract_tests.clients.broken.foreign import BROKEN, PROFILES, RIGHT
from contract_tests.consumer.market import ENVIRONMENT, contents
from contract_tests.consumer.situations import ELSEWHERE, SITUATIONS, situation
from contract_tests.consumer.stall import Meets, Stall, serving
from contract_tests.consumer.test_broken_clients import reasons
from contract_tests.consumer.trying import Situation, Tried, tried_as_command
from contract_tests.drivers.command import command_driver
from contract_tests.hosting import Emulator

RUN_S = 60.0
# The others wait too long in real time.
HERE = ("a 429", "a 401", "a 200 without JSON", "two runs")
MET = {
    f"{profile} {needs}": one
    for (profile, needs), one in SITUATIONS.items()
    if profile in PROFILES and needs in HERE
}
GONE = "a content removed between runs"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    made = Emulator()
    yield made
    made.stop()


@pytest.fixture(params=RIGHT)
def right(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return present(RIGHT[request.param])


def present(command: tuple[str, ...]) -> tuple[str, ...]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    return command


def at_the_stage(emulator: Emulator, command: tuple[str, ...], met: Situation, folder: Path) -> Tried:
    return tried_as_command(emulator, command_driver(command, RUN_S), met, folder)


def at_a_stall(command: tuple[str, ...], stall: Stall, folder: Path, runs: int = 1) -> list[str]:
    """The barcodes a client holds in the end; one row is gone before each further run."""
    drive = command_driver([*command, "catalog-pull"], RUN_S)
    with serving(stall) as url:
        environment = ENVIRONMENT | {"TRENDYOL_BASE_URL": url, "CLIENT_STORE": str(folder / "store")}
        for _ in range(runs - 1):
            drive("sync", environment)
            stall.rows.pop()
        drive("sync", environment)
        shown = drive("export products", environment).output
    return sorted(json.loads(line)["barcode"] for line in shown.splitlines())


@pytest.mark.parametrize("met", MET.values(), ids=MET)
def test_right_client_is_right_whatever_it_meets(
    right: tuple[str, ...], met: Situation, emulator: Emulator, tmp_path: Path
) -> None:
    went = at_the_stage(emulator, (*right, met.profile), met, tmp_path)
    assert (went.grave, went.differences, went.exits[-1]) == (set(), frozenset(), 0)


@pytest.mark.parametrize("edition", ["int", "tr"])
@pytest.mark.parametrize("profile", PROFILES)
def test_right_client_reads_both_editions(
    right: tuple[str, ...], profile: str, edition: str, emulator: Emulator, tmp_path: Path
) -> None:
    went = at_the_stage(emulator, (*right, profile), Situation(profile, edition), tmp_path)
    assert (went.judges, went.differences, went.exits) == (set(), frozenset(), (0,))


@pytest.mark.parametrize("broken_off", ["reset", "truncated", 502])
def test_right_client_reads_again_what_broke_off(
    right: tuple[str, ...], broken_off: str | int, tmp_path: Path
) -> None:
    meets: Meets = lambda number: broken_off if number == 2 else None  # noqa: E731 (named for its type)
    assert len(at_a_stall(right, Stall(contents(250), meets), tmp_path)) == 250


def test_right_client_begins_again_when_its_token_is_refused(right: tuple[str, ...], tmp_path: Path) -> None:
    stall = Stall(contents(250), lambda number: 400 if number == 2 else None)
    assert len(at_a_stall(right, stall, tmp_path)) == 250
    assert [query.get("page") for query in stall.asked] == ["0", None, "0", None, None]


def test_right_client_forgets_what_is_gone(right: tuple[str, ...], tmp_path: Path) -> None:
    assert at_a_stall(right, Stall(contents(3)), tmp_path, runs=2) == ["B0", "B1"]


def test_right_client_forgets_all_on_reset(right: tuple[str, ...], tmp_path: Path) -> None:
    at_a_stall(right, Stall(contents(3)), tmp_path)
    drive = command_driver([*right, "catalog-pull"], RUN_S)
    store = {"CLIENT_STORE": str(tmp_path / "store")}
    drive("reset", store)
    assert drive("export products", store).output == ""


@pytest.mark.parametrize(
    "broken", [one for one in BROKEN if one.needs not in ELSEWHERE], ids=lambda one: one.name
)
def test_broken_client_gives_a_right_reason_to_catch_it(
    broken: Broken, emulator: Emulator, tmp_path: Path
) -> None:
    met = situation(broken.profile, broken.needs, broken.edition)
    went = at_the_stage(emulator, present(broken.command), met, tmp_path)
    found = reasons(went, Tried((0,), (), frozenset(), frozenset()))
    assert set(broken.caught_by) & found, found


@pytest.mark.parametrize("broken", [one for one in BROKEN if one.needs == GONE], ids=lambda one: one.name)
def test_broken_client_never_forgets_what_is_gone(broken: Broken, tmp_path: Path) -> None:
    assert at_a_stall(present(broken.script), Stall(contents(3)), tmp_path, runs=2) == ["B0", "B1", "B2"]

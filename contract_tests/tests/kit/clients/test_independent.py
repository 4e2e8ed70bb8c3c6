"""The independent right clients: three or more for each profile, blamed for nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from contract_tests.mutation.independent import (
    LANGUAGES,
    STOREFRONTS,
    GuardResult,
    Independent,
    alarm_text,
    directed_outcomes,
    guard,
    independent_clients,
    main_driver,
    profile_run_with,
)
from contract_tests.profiles.every import PROFILES
from contract_tests.stages.control_api import http_client
from contract_tests.stages.server import serving
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.effort import is_nightly

CLIENTS = independent_clients()
LEAST_CLIENTS, LEAST_LANGUAGES = 3, 2
THIRD_PARTY = {"aiohttp", "httpx", "requests", "urllib3"}
QUICK = ("quiet", "told to wait in the middle", "stopped at the edge", "legal but unusual answers")
# Most of what a command costs is its start: of two neighbours one is told to wait, the other has a quiet run.
BY_COMMAND = ("told to wait in the middle", "quiet")
DRAWN_IN_PROCESS, DRAWN_BY_COMMAND = 500, 30


def editions_of(number: int, client: Independent) -> Sequence[str]:
    """Name the editions in which a client is played: in the cut one, and none for each second client."""
    if is_nightly():
        return client.editions
    return () if number % 2 else (client.editions[number // 2 % len(client.editions)],)


PLAYED = [
    (client, edition) for number, client in enumerate(CLIENTS) for edition in editions_of(number, client)
]


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_has_its_independent_clients(profile: str) -> None:
    files = [one.file for one in CLIENTS if one.profile == profile]
    assert len(files) >= LEAST_CLIENTS
    assert len({file.suffix for file in files}) >= LEAST_LANGUAGES


@pytest.mark.parametrize(
    "client", [one for one in CLIENTS if one.runs_in_process], ids=lambda one: str(one.name)
)
def test_client_knows_nothing_of_the_project(client: Independent) -> None:
    nodes = list(ast.walk(ast.parse(client.file.read_text(encoding="utf-8"))))
    imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) if not node.level}
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level]
    assert {name.partition(".")[0] for name in imported} <= THIRD_PARTY | sys.stdlib_module_names


@pytest.mark.parametrize(("client", "edition"), PLAYED, ids=lambda one: getattr(one, "name", one))
def test_right_client_is_blamed_for_nothing(client: Independent, edition: str, coverage: Coverage) -> None:
    if shutil.which(client.command[0]) is None:
        pytest.skip(f"{client.command[0]} is not here")
    if is_nightly():
        examples = DRAWN_IN_PROCESS if client.runs_in_process else DRAWN_BY_COMMAND
        result = guard(client, edition, examples)
        assert result.alarms == ()
        assert result.drawn_count >= examples
    else:
        number = CLIENTS.index(client)
        in_process = (QUICK[0], QUICK[1 + number % 3])
        names = in_process if client.runs_in_process else (BY_COMMAND[number // 2 % 2],)
        for outcome in directed_outcomes(profile_run_with(client, edition), names):
            assert outcome.blocking == (), alarm_text(outcome)
    coverage.add("independent clients", client.name, edition, of=len(CLIENTS) * len(STOREFRONTS))


BUYERS = [one for one in CLIENTS if one.profile == "b2b-purchase" and one.runs_in_process]


@pytest.mark.parametrize("client", BUYERS, ids=lambda one: str(one.name))
def test_right_client_is_blamed_for_nothing_in_purchases_of_several_lines(client: Independent) -> None:
    names = [one.name for one in PROFILES[client.profile].scenarios if "lines" in one.selection]
    assert len(names) >= 5
    part = names if is_nightly() else names[BUYERS.index(client) % 2 :: 2]
    for outcome in directed_outcomes(profile_run_with(client, "tr"), part):
        assert outcome.blocking == (), alarm_text(outcome)


WAITS = {
    ".mjs": """import { setTimeout as sleep } from "node:timers/promises";
    const now = () => [Date.now() / 1e3, performance.now() / 1e3, Number(process.hrtime.bigint()) / 1e9];
    const before = now();
    await sleep(40_000);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    console.log(now().map((moment, at) => Math.round(moment - before[at])).join(" "));""",
    ".php": """<?php $a = [time(), microtime(true), hrtime(true)]; sleep(40); usleep(20000000);
    echo time() - $a[0], ' ', round(microtime(true) - $a[1]), ' ', round((hrtime(true) - $a[2]) / 1e9);""",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving("--world", "empty") as url:
        yield url


def output_of(suffix: str, text: str, folder: Path, address: str) -> str:
    command = LANGUAGES[suffix]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here")
    program = folder / f"program{suffix}"
    program.write_text(text)
    environment = {**os.environ, "TRENDYOL_BASE_URL": address}
    return subprocess.check_output([*command, str(program)], env=environment, text=True)


@pytest.mark.parametrize("suffix", WAITS)
def test_waiting_moves_the_clock_of_the_world_and_costs_nothing(
    suffix: str, tmp_path: Path, address: str
) -> None:
    ask = http_client(address)
    before_ms, began_s = ask("GET", "/_emulator/clock")["now_ms"], time.monotonic()
    output = output_of(suffix, WAITS[suffix], tmp_path, address)
    assert ask("GET", "/_emulator/clock")["now_ms"] - before_ms >= 60_000
    assert (output.split(), time.monotonic() - began_s < 30) == (["60"] * 3, True)


NODE_ASKS = """
const began = Date.now();
const limit = new Promise((resolve) => setTimeout(() => resolve("late"), 5_000));
const answer = fetch(process.env.TRENDYOL_BASE_URL + "/_emulator/health").then((each) => each.text());
console.log(await Promise.race([limit, answer.then(() => "answered")]), Date.now() - began < 5_000);
process.exit();
"""


def test_time_limit_of_an_answer_under_way_takes_its_real_time_in_node(tmp_path: Path, address: str) -> None:
    assert output_of(".mjs", NODE_ASKS, tmp_path, address) == "answered true\n"


def test_program_in_this_process_ends_as_a_command_would() -> None:
    def program(arguments: list[str], environment: dict[str, str]) -> int:
        if arguments == ["export", "products"]:
            print('{"barcode": "1"}')  # noqa: T201  # programs export by printing
            return 0
        if arguments == ["reset"]:
            sys.exit("no")
        raise ValueError(environment["WHY"])

    drive = main_driver(program)
    export, reset, sync = (drive(verb, {"WHY": "bad"}) for verb in ("export products", "reset", "sync"))
    assert (export.exit, export.output) == (0, '{"barcode": "1"}\n')
    assert (reset.exit, sync.exit, sync.output) == (1, 1, "ValueError: bad")


def test_result_is_one_line_and_one_for_each_alarm() -> None:
    assert GuardResult("a/b", "int", 3, 4).line == "a/b int: clean in 3 directed and 4 drawn scenarios"
    assert GuardResult("a/b", "tr", 3, 4, ("TY-1",)).line == (
        "a/b tr: BLAMED 1 times in 3 directed and 4 drawn scenarios\n  TY-1"
    )

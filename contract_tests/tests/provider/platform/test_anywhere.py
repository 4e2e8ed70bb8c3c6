"""One server as a container runs it: every address, a team's recipes, a JSON log, asked for its health.

Its worker is a process that is started afresh, as where a system cannot fork.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from contract_tests.stages.processes import end_session
from contract_tests.tests.patience import is_done_within
from emulator.cli import main
from emulator.contract.faults import SpecFault
from emulator.contract.sources import read_recipes
from emulator.start_up import PlaceFault, recipe_folder

AFRESH = "import multiprocessing as m; m.set_start_method('spawn'); from emulator.cli import main; main()"
RECIPE = {"like": "empty"}
USAGE, ENVIRONMENT = 2, 4


@dataclass
class Server:
    """A running command and the lines of its log so far."""

    process: subprocess.Popen[str]
    log: Path
    first: dict[str, Any] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.first["url"].rpartition(":")[2])

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def get(self, path: str, host: str = "127.0.0.1") -> int:
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            answer.close()
            return int(answer.code)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("anywhere")
    recipes = folder / "worlds"
    recipes.mkdir()
    (recipes / "shop.json").write_text(json.dumps(RECIPE))
    options = ["--worlds", str(recipes), "--world", "shop", "--host", "::", "--insecure-control"]
    log = folder / "log"
    with log.open("w") as stderr:
        command = [sys.executable, "-c", AFRESH, "serve", "--port", "0", *options]
        process = subprocess.Popen(
            [*command, "--log-format", "json", "--log-level", "info"],
            stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            yield Server(process, log, json.loads(process.stdout.readline()))
        finally:
            end_session(process, 1)
            process.communicate()


def run(*words: str, **variables: str) -> Result:
    return CliRunner().invoke(main, words, env=variables)


def test_first_line_says_in_json_where_it_listens(server: Server) -> None:
    assert server.first["message"] == f"Listening on {server.first['url']}"
    assert server.first["level"] == "INFO"
    assert "secret" not in json.dumps(server.first)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_every_address_of_the_machine_is_listened_on(server: Server, host: str) -> None:
    assert server.get("/readyz", host) == 200


def test_recipe_of_the_folder_is_a_world_by_its_files_name(server: Server) -> None:
    assert server.first["world"] == "shop"
    body = json.dumps({"name": "second", "world": "shop"}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/_emulator/worlds", body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["world"] == "shop"


def test_request_is_a_line_of_the_log_without_secrets(server: Server) -> None:
    assert server.get("/integration/nowhere?secret=hidden") == 404
    assert is_done_within(5, lambda: any("nowhere" in line["target"] for line in server.lines()))
    line = next(line for line in server.lines() if "nowhere" in line["target"])
    assert (line["target"], line["status"], line["level"]) == ("/integration/nowhere?secret=***", 404, "INFO")


def test_health_reads_the_variables_of_serve(server: Server) -> None:
    result = run("health", TRENDYOL_EMULATOR_PORT=str(server.port), TRENDYOL_EMULATOR_HOST="0.0.0.0")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"http://127.0.0.1:{server.port} is ready: world shop, seed 1, version ")


def test_health_takes_an_address_and_forgives_a_foreign_host_variable(server: Server) -> None:
    assert run("health", "--url", f"http://localhost:{server.port}").exit_code == 0
    assert run("health", PORT=str(server.port), HOST="build-7.invalid").exit_code == 0


def test_signal_stops_a_worker_that_was_started_afresh(server: Server) -> None:
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert time.monotonic() - began < 5  # test_startup holds it to a second, best of several
    assert [line for line in server.log.read_text().splitlines() if not line.startswith("{")] == []


def test_health_of_nobody_is_one_sentence_and_exit_4() -> None:
    result = run("health", "--port", "1", "--within", "2")
    assert result.exit_code == ENVIRONMENT
    assert result.stderr.startswith("trendyol-emulator: http://127.0.0.1:1 is not ready: ")


@pytest.mark.parametrize("url", ["ftp://emulator", "http://", "http://[", "http://emulator:port"])
def test_health_of_what_is_no_address_is_one_sentence_and_exit_2(url: str) -> None:
    result = run("health", "--url", url)
    assert (result.exit_code, len(result.stderr.splitlines())) == (USAGE, 1)


def test_recipe_may_not_take_a_name(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(json.dumps(RECIPE))
    with pytest.raises(SpecFault, match="there is a world demo already"):
        read_recipes(tmp_path, {"demo"})
    (tmp_path / "demo.yaml").write_text("like: empty")
    with pytest.raises(SpecFault, match="there is a world demo already"):
        read_recipes(tmp_path, ())


def test_folder_of_recipes_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlaceFault, match=r"--worlds .*nowhere cannot be used: No such file"):
        recipe_folder(str(tmp_path / "nowhere"))


def options_of(command: click.Command, words: str) -> Iterator[tuple[str, click.Option]]:
    """Every option of a verb and of the verbs below it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from options_of(inner, f"{words} {name}")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "version":
            yield f"{words} {parameter.opts[0]}", parameter


def test_every_option_has_a_variable_of_its_own() -> None:
    """A service container cannot be given arguments."""
    missing = [
        words
        for words, option in options_of(main, "")
        if f"TRENDYOL_EMULATOR_{str(option.name).upper()}" not in (option.envvar or ())
    ]
    assert missing == []

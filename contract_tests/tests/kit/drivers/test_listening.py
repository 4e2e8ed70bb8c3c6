"""Clients that are called: the verb ``listen`` as a command, over HTTP and in Python, and what ends it."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract_tests.clients.in_process import client_driver
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.config.file import driver_of, read_config
from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.drivers.command import command_driver
from contract_tests.drivers.http import http_driver
from contract_tests.drivers.python import ClientStage, callable_driver
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.listening import free_port
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.profiles.clients import reference_client
from contract_tests.records.run import WEBHOOK_KEY, WEBHOOK_PORT, WEBHOOK_URL, CannotDrive, Run
from contract_tests.stages.host import START_MS, emulator_host
from contract_tests.virtual_time.ports import accepts

PROFILE = "orders-webhook"
SERVER = """
import http.server, os, sys
assert sys.argv[1] == "listen"
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["CLIENT_WEBHOOK_PORT"])),
    http.server.BaseHTTPRequestHandler).serve_forever()
"""
SHORT_S = 20.0


def environment() -> dict[str, str]:
    port = free_port()
    return {
        WEBHOOK_PORT: str(port),
        WEBHOOK_URL: f"http://127.0.0.1:{port}/webhook",
        WEBHOOK_KEY: "key",
        "TRENDYOL_SELLER_ID": "2738",
    }


def is_open(variables: dict[str, str]) -> bool:
    return accepts("127.0.0.1", int(variables[WEBHOOK_PORT]))


def test_command_listens_for_a_block_and_is_ended_with_it() -> None:
    variables, driver = environment(), command_driver([sys.executable, "-c", SERVER], SHORT_S)
    with driver.listen(variables) as ending:
        assert is_open(variables)
        assert ending() == ""
    assert not is_open(variables)


def test_command_that_ends_instead_of_listening_is_told_of_with_its_last_line() -> None:
    driver = command_driver([sys.executable, "-c", "raise SystemExit('no such verb')"], SHORT_S)
    with pytest.raises(CannotDrive, match=r"ended with exit 1: no such verb"), driver.listen(environment()):
        pytest.fail("it does not listen")


def test_command_that_never_listens_is_given_up() -> None:
    driver = command_driver([sys.executable, "-c", "import time; time.sleep(60)"], 0.3)
    with pytest.raises(CannotDrive, match=r"nobody listens at .* after 0.3 s"), driver.listen(environment()):
        pytest.fail("it does not listen")


class Shop:
    """An integration in Python that listens."""

    def sync(self, _: ClientStage) -> None:
        """Do nothing."""

    def listen(self, stage: ClientStage) -> None:
        """Listen until it has to stop."""
        with ThreadingHTTPServer(("127.0.0.1", stage.webhook_port), BaseHTTPRequestHandler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stage.stopping.wait()
            server.shutdown()
            thread.join()


def test_python_listens_in_a_thread_that_ends_with_the_block() -> None:
    variables, driver = environment(), callable_driver(Shop())
    with driver.listen(variables):
        assert is_open(variables)
    assert not is_open(variables)
    assert not [thread for thread in threading.enumerate() if thread.name == "listener"]


def test_python_without_listen_cannot_be_driven() -> None:
    driver = callable_driver(lambda _: None)
    with pytest.raises(CannotDrive, match="no listen"), driver.listen(environment()):
        pytest.fail("it does not listen")


def test_address_is_asked_to_listen_and_to_stop() -> None:
    verbs: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            verbs.append(f"{self.path} {body['environment'][WEBHOOK_KEY]}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        port = str(server.server_address[1])
        variables = environment() | {WEBHOOK_PORT: port, WEBHOOK_URL: f"http://127.0.0.1:{port}/"}
        with http_driver(f"http://127.0.0.1:{port}", SHORT_S).listen(variables):
            assert verbs == ["/listen key"]
        server.shutdown()
        thread.join()
    assert verbs == ["/listen key", "/stop key"]


def test_configuration_names_another_command_and_who_subscribes(tmp_path: Path) -> None:
    file = tmp_path / "trendyol-emulator.toml"
    (tmp_path / "receiver.py").write_text(SERVER)
    file.write_text(
        f"[integration]\ncommand = 'true'\nlisten = ['{sys.executable}', 'receiver.py']\nsubscribe = false\n"
    )
    driver, variables = driver_of(read_config(file)), environment()
    assert (driver.subscribes, driver("sync", {}).exit) == (False, 0)
    with driver.listen(variables):
        assert is_open(variables)


@pytest.fixture(scope="module")
def in_process() -> Iterator[ProfileRun]:
    driver = client_driver(reference_client(PROFILE))
    with emulator_host(in_process=True) as place:
        yield profile_run_of(place, ConfiguredIntegration(driver, in_process=True), PROFILE, "tr")


def play(profile_run: ProfileRun, name: str, now_ms: int | None = START_MS) -> Outcome:
    (scenario,) = profile_run.profile.part(name).scenarios
    return play_directed(profile_run, scenario, Plan(now_ms=now_ms), None)


def test_receiver_that_dies_is_blamed_and_told_of(in_process: ProfileRun) -> None:
    def dies(environment: Mapping[str, str], copy: LocalCopy, stopping: threading.Event) -> None:
        with ThreadingHTTPServer(
            ("127.0.0.1", int(environment[WEBHOOK_PORT])), BaseHTTPRequestHandler
        ) as one:
            one.handle_request()
        raise ValueError("no room on the disk")

    client = replace(reference_client(PROFILE), listen=dies)
    outcome = play(replace(in_process, driver=client_driver(client)), "calls while orders go on")
    (finding,) = [one for one in outcome.blocking if one.rule.id == "TY-WHK-006"]
    assert "no room on the disk" in finding.evidence


def test_kit_subscribes_for_a_client_that_leaves_it_to_people(in_process: ProfileRun) -> None:
    reference = client_driver(reference_client(PROFILE))

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        return Run(0, 0.0) if verb == "sync" else reference.drive(verb, environment)

    driver = replace(reference, drive=drive, subscribes=False)
    outcome = play(replace(in_process, driver=driver), "calls while orders go on")
    calls = [row["outcome"] for sync in outcome.recording.syncs for row in sync.calls_before]
    assert calls == ["delivered"] * 3
    assert "TY-WHK-004" not in {one.rule.id for one in outcome.verdict.findings}


@pytest.mark.nightly
def test_right_client_is_blamed_for_nothing_as_a_command() -> None:
    command = [sys.executable, "-m", "contract_tests.clients.reference", PROFILE]
    with emulator_host(in_process=False) as place:
        profile_run = profile_run_of(place, integration_of(command, None), PROFILE, "int")
        outcome = play(profile_run, "a call overtakes the one before", None)
    assert outcome.verdict.findings == ()
    assert [row["outcome"] for row in outcome.recording.syncs[1].calls_before] == ["delivered"] * 2


@pytest.mark.nightly
@pytest.mark.parametrize("edition", ["int", "tr"])
def test_right_client_is_clean_in_every_scenario_as_a_command(edition: str) -> None:
    command = [sys.executable, "-m", "contract_tests.clients.reference", PROFILE]
    quiet: Outcome | None = None
    with emulator_host(in_process=False) as place:
        profile_run = profile_run_of(place, integration_of(command, None), PROFILE, edition)
        for scenario in profile_run.profile.scenarios:
            outcome = play_directed(profile_run, scenario, Plan(), quiet)
            quiet = quiet or outcome
            assert outcome.blocking == (), scenario.name

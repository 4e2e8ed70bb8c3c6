"""Starting and stopping as people do: a wrong option gets one sentence and a documented exit code."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from click.testing import CliRunner

from contract_tests.stages.processes import end_session
from contract_tests.stages.server import serving
from contract_tests.tests.patience import is_done_within
from emulator import Settings, create_app
from emulator.cli import main
from emulator.contract.contract import load_contract
from emulator.contract.faults import SpecFault
from emulator.pipeline.verbs import check_handlers
from emulator.serve import _Server

USAGE, ENVIRONMENT = 2, 4
SERVE = [sys.executable, "-m", "emulator", "serve"]
LONGEST_S = 20


def refused(*options: str) -> tuple[int, str]:
    """Start with options that cannot work; give the exit code and the one sentence that is all it says."""
    process = subprocess.Popen(
        [*SERVE, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=LONGEST_S)
    finally:
        end_session(process, 1)
    (sentence,) = errors.splitlines()
    assert output == ""
    assert sentence.startswith("trendyol-emulator: ")
    return process.returncode, sentence.removeprefix("trendyol-emulator: ")


@pytest.fixture
def taken() -> Iterator[str]:
    """A port somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ["--world", "nowhere"],
            (
                "nowhere",
                "busy",
                "demo",
                "empty",
                "samples",
                "wall",
                "wall-orders",
                "wall-orders-tr",
                "wall-tr",
                "path",
            ),
        ),
        (["--world", "/no/such/shop.yaml"], ("/no/such/shop.yaml", "demo")),
        (["--now", "yesterday"], ("--now yesterday", "epoch milliseconds", "ISO 8601")),
        (["--database", "mysql://x/y"], ("--database mysql://x/y", "sqlite:///", "postgresql://")),
        (["--database", "sqlite:///"], ("--database sqlite:///", "sqlite:///path")),
        (["--decide", "nothing=at-all"], ("nothing",)),
        (["--decide", "retry-after=never"], ("retry-after", "never", "seconds")),
        (["--decide", "retry-after"], ("retry-after", "ID=OPTION")),
        (["--decide", "sale-rows=x"], ("--decide", "sale-rows has no option x; choose unit or line")),
        (["--host", "0.0.0.0"], ("0.0.0.0", "--control-token", "--insecure-control")),
    ],
)
def test_option_that_cannot_be_used_is_one_sentence_and_exit_2(
    options: list[str], told: tuple[str, ...]
) -> None:
    code, sentence = refused(*options)
    assert code == USAGE
    assert [word for word in told if word not in sentence] == []


@pytest.mark.parametrize(
    "recipe",
    ["sellers: [", "just words", "[1, 2]", "", "nonsense: {}", "sellers: 7", "sellers: [{id: 1}]", "\x07"],
)
def test_broken_recipe_is_one_sentence_with_its_path_and_exit_2(recipe: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(recipe)
    code, sentence = refused("--world", str(path))
    assert code == USAGE
    assert "shop.yaml: " in sentence


def test_file_that_is_no_database_is_one_sentence_and_exit_4(tmp_path: Path) -> None:
    path = tmp_path / "stage.db"
    path.write_text("no database")
    code, sentence = refused("--database", f"sqlite:///{path}")
    assert code == ENVIRONMENT
    assert str(path) in sentence


def test_database_in_a_place_that_cannot_be_written_is_one_sentence_and_exit_4(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, sentence = refused("--database", f"sqlite:///{tmp_path}/file/stage.db")
    assert code == ENVIRONMENT
    assert f"{tmp_path}/file" in sentence


def test_taken_port_is_one_sentence_and_exit_4(taken: str) -> None:
    assert refused("--port", taken) == (
        ENVIRONMENT,
        f"port {taken} is taken: choose another with --port, or --port 0",
    )


def test_other_seed_on_a_kept_database_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'stage.db'}"
    with serving("--world", "empty", "--seed", "7", "--database", database):
        pass
    code, sentence = refused("--world", "empty", "--seed", "8", "--database", database)
    assert code == USAGE
    assert "--world empty --seed 7" in sentence


def test_name_that_nobody_knows_is_one_sentence_and_exit_4() -> None:
    code, sentence = refused("--host", "nowhere.invalid")
    assert code == ENVIRONMENT
    assert "nobody knows the name nowhere.invalid" in sentence


def test_no_temporary_folder_is_one_sentence_and_exit_4(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_folder(**_: str) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", no_folder)
    result = CliRunner().invoke(main, ["serve", "--port", "0"])
    assert result.exit_code == ENVIRONMENT
    assert result.stderr.startswith("trendyol-emulator: no temporary folder: ")
    assert "TMPDIR" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2"])
def test_host_may_be_a_name_of_this_machine(host: str) -> None:
    with serving("--world", "empty", "--host", host) as address:
        assert address.startswith("http://127.0.0.")


def test_foreign_host_of_the_environment_is_ignored_with_a_warning() -> None:
    environment = {**os.environ, "HOST": "build-7.invalid"}
    environment.pop("TRENDYOL_EMULATOR_HOST", None)
    process = subprocess.Popen(
        [*SERVE, "--port", "0", "--world", "empty"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert process.stdout.readline().startswith("Listening on http://127.0.0.1:")
        warning = process.stderr.readline()
    finally:
        end_session(process, 5)
        process.communicate()
    assert "HOST=build-7.invalid is no address of this machine and is ignored" in warning


def test_host_that_is_meant_is_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRENDYOL_EMULATOR_HOST", "build-7.invalid")
    assert refused()[0] == ENVIRONMENT


def test_reader_of_the_first_line_alone_sees_no_traceback() -> None:
    process = subprocess.Popen(
        [*SERVE, "--port", "0", "--world", "empty"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stderr:
        process.stdout.close()
        time.sleep(1.5)
        end_session(process, 5)
        assert process.stderr.read() == ""


def test_worker_that_ends_by_the_same_signal_first_is_no_complaint() -> None:
    server = _Server("emulator")
    server.wrks.append(worker := SimpleNamespace(interrupt_by_parent=False))
    server.signal_handler_interrupt()
    assert worker.interrupt_by_parent
    assert server.interrupt_signal


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["serve", "--port", "abc"], "abc is no port: give a number from 0 to 65535; 0 takes a free one."),
        (["serve", "--port", "-1"], "-1 is no port: give a number from 0 to 65535; 0 takes a free one."),
        (
            ["frobnicate"],
            "No such command 'frobnicate'. The verbs are: changes, check, demo, doctor, drift, ",
        ),
    ],
)
def test_wrong_word_gets_a_sentence_with_what_to_do(words: list[str], sentence: str) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == USAGE
    assert sentence in result.stderr.splitlines()[-1]


def test_address_of_another_machine_is_one_sentence_and_exit_4() -> None:
    code, sentence = refused("--host", "192.0.2.1", "--insecure-control")
    assert code == ENVIRONMENT
    assert "192.0.2.1" in sentence


@pytest.mark.parametrize(
    "options", [["--port", "99999"], ["--limits", "maybe"], ["--seed", "lucky"], ["--no-such-option"]]
)
def test_option_of_the_wrong_kind_is_a_usage_error(options: list[str]) -> None:
    result = subprocess.run(
        [*SERVE, *options], capture_output=True, text=True, timeout=LONGEST_S, check=False
    )
    assert result.returncode == USAGE
    assert "Traceback" not in result.stderr
    assert "Error: " in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("is_watched", [False, True], ids=["alone", "watched"])
@pytest.mark.parametrize("what", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_command_and_worker_within_a_second(what: signal.Signals, *, is_watched: bool) -> None:
    def stop() -> float:
        command = [*SERVE, "--port", "0", "--world", "empty"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith("Listening on http://127.0.0.1:")
            if is_watched:
                events = requests.get(f"{line.split()[-1]}/_emulator/events", stream=True, timeout=LONGEST_S)
                assert next(events.iter_lines())
            began = time.monotonic()
            process.send_signal(what)
            # The pipe ends when the last process that holds it does.
            process.communicate(timeout=LONGEST_S)
            seconds = time.monotonic() - began
        finally:
            end_session(process, 1)
        assert process.returncode == os.EX_OK
        return seconds

    assert is_done_within(1, stop)


@pytest.mark.parametrize("module", ["flask", "werkzeug", "yaml", "granian", "click", "hypothesis"])
def test_importing_the_emulator_does_not_load(module: str) -> None:
    code = f"import emulator, sys; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == os.EX_OK


LATE_LOADED = {
    "flask", "werkzeug", "faker", "yaml", "http.client", "hypothesis", "harfile",
    "emulator.world.seeding", "emulator.world.moves", "emulator.world.core.people",
}  # fmt: skip
FAMILIES = sorted({address.family for address in load_contract().addresses})
OPEN = """
import sys
from emulator import Settings
from emulator.serve import open_dispatcher
dispatcher = open_dispatcher(Settings(world="empty"))
print(*sys.modules)
print(*dispatcher.stages.contract.operations_by_document)
dispatcher.stages.close_all()
"""


def test_serving_loads_nothing_that_few_need_and_no_family_before_its_first_request() -> None:
    create_app(Settings(world="empty")).extensions["stages"].close_all()  # now its files are in the cache
    run = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, check=True, text=True)
    loaded, documents = run.stdout.splitlines()
    assert "emulator.serve" in loaded.split()
    assert LATE_LOADED.isdisjoint(loaded.split())
    assert {f"emulator.{family}.handlers" for family in FAMILIES}.isdisjoint(loaded.split())
    assert documents == ""


def test_operation_without_handler_stops_the_start() -> None:
    address = load_contract().addresses[0]._replace(operation="sellTheShop")
    with pytest.raises(SpecFault, match=r"sellTheShop has no handler; write emulator\..*\.sell_the_shop"):
        check_handlers([*load_contract().addresses, address])


def test_handler_without_operation_stops_the_start() -> None:
    addresses = [one for one in load_contract().addresses if one.operation != "getHealth"]
    with pytest.raises(SpecFault, match="get_health: no operation of that name"):
        check_handlers(addresses)

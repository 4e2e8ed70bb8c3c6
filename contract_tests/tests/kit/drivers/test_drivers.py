"""The drivers of commands and of integrations that listen: verbs, environment, exits, output, time."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract_tests.drivers.command import command_driver
from contract_tests.drivers.export import read_rows
from contract_tests.drivers.http import http_driver
from contract_tests.records.run import CannotDrive, Run

LONG_S = 20.0


def ran(script: str, verb: str = "sync", timeout_s: float = LONG_S, folder: Path | None = None) -> Run:
    return command_driver([sys.executable, "-c", script], timeout_s, folder)(verb, {"TOLD": "ı"})


def test_command_gets_the_verb_as_its_last_words_and_the_environment() -> None:
    run = ran("import os, sys; print(sys.argv[1:], os.environ['TOLD'])", "export orders")
    assert run.output == "['export', 'orders'] ı\n"


def test_command_runs_in_the_folder_given(tmp_path: Path) -> None:
    assert ran("import os; print(os.getcwd())", folder=tmp_path).output.strip() == str(tmp_path.resolve())


def test_command_output_is_what_it_printed_and_complained() -> None:
    run = ran("import sys; print('read', flush=True); sys.exit('refused')")
    # Two pipes have no order between them, and one may be read in the middle of the other's line.
    assert run.exit == 1
    assert "read" in run.output
    assert "refused" in run.output


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_command_output_is_kept_from_both_ends_and_no_more(stream: str) -> None:
    script = f"""
import sys
sys.{stream}.write("first " + "x" * 20_000_000)
print("on the other", file=sys.stdout if {stream!r} == "stderr" else sys.stderr)
sys.{stream}.write("last")
"""
    output = ran(script).output
    # Two pipes have no order between them, and one may be read in the middle of the other's words.
    output_of_stream = output.replace("on the other", "").strip()
    assert output_of_stream.startswith("first x")
    assert "bytes left out" in output
    assert "on the other" in output
    assert output_of_stream.endswith("last")
    assert len(output) < 3 * 256 * 1024


def test_command_export_leaves_out_what_it_complained() -> None:
    assert ran("import sys; sys.stderr.write('hm'); print('{}')", "export orders").output == "{}\n"


def test_command_that_takes_too_long_did_not_end() -> None:
    run = ran("import time; time.sleep(60)", timeout_s=0.3)
    assert run.exit is None
    assert run.seconds < 10


def test_command_ends_when_the_kit_is_interrupted(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

    def interrupt() -> None:
        until = time.monotonic() + LONG_S
        while not (note.exists() and note.read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        ran(script)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_command_that_does_not_exist_cannot_be_driven() -> None:
    with pytest.raises(CannotDrive, match="/no/such/shop cannot be started"):
        command_driver(["/no/such/shop"], 1.0)("sync", {})


def test_line_in_quotation_marks_is_told_to_be_several_words() -> None:
    with pytest.raises(CannotDrive, match=r"'python shop.py' cannot be started: .*; leave out the quotation"):
        command_driver(["python shop.py"], 1.0)("sync", {})


@pytest.mark.parametrize("verb", ["reset", "sync", "export orders"])
def test_command_that_its_shell_does_not_find_cannot_be_driven(verb: str) -> None:
    with pytest.raises(CannotDrive, match=r"^sh -c 'no-such-shop .*' ended with exit 127: .* was not found"):
        command_driver(["sh", "-c", 'no-such-shop "$@"'], LONG_S)(verb, {})


def test_command_that_its_shell_may_not_run_cannot_be_driven(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("no program")
    with pytest.raises(CannotDrive, match="exit 126: what it starts is no program that may be run"):
        command_driver(["sh", "-c", "./shop"], LONG_S, tmp_path)("sync", {})


@dataclass(slots=True)
class Service:
    """An integration that listens; ``answers`` are status and body by path, or what writes both."""

    url: str
    answers: dict[str, tuple[int, str] | Callable[[BaseHTTPRequestHandler], None]]
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def run(self, verb: str, timeout_s: float = LONG_S) -> Run:
        return http_driver(self.url + "/", timeout_s)(verb, {"TRENDYOL_SELLER_ID": "2738"})


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append((self.path, json.loads(body)))
            answer = told.answers.get(self.path, (404, "nothing here"))
            if callable(answer):
                with suppress(ConnectionError):
                    answer(self)
                return
            self.send_response(answer[0])
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(answer[1].encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Service(f"http://127.0.0.1:{server.server_port}/shop", {})
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def test_service_is_told_the_environment_as_json(service: Service) -> None:
    service.answers["/shop/sync"] = (204, "")
    assert service.run("sync").exit == 0
    assert service.asked == [("/shop/sync", {"environment": {"TRENDYOL_SELLER_ID": "2738"}})]


@pytest.mark.parametrize("status", [302, 400, 401, 409, 422, 500, 503])
def test_service_that_refuses_a_sync_is_exit_1_with_what_it_said(service: Service, status: int) -> None:
    service.answers["/shop/sync"] = (status, '{"error": "page 3"}')
    run = service.run("sync")
    assert run.exit == 1
    assert run.output == f'POST {service.url}/sync answered {status}: {{"error": "page 3"}}'


@pytest.mark.parametrize("body", ['{"id": 1}\n{"id": 2}\n', '[{"id": 1}, {"id": 2}]'])
def test_service_exports_lines_or_an_array(service: Service, body: str) -> None:
    service.answers["/shop/export/orders"] = (200, body)
    assert read_rows(service.run("export orders")) == [{"id": 1}, {"id": 2}]


def test_service_that_does_not_know_a_kind_has_no_rows(service: Service) -> None:
    run = service.run("export claims")
    assert (run.exit, read_rows(run)) == (0, [])


def test_service_resets(service: Service) -> None:
    service.answers["/shop/reset"] = (200, "done")
    assert service.run("reset").exit == 0
    assert service.asked[0][0] == "/shop/reset"


def test_service_without_sync_cannot_be_driven(service: Service) -> None:
    with pytest.raises(CannotDrive, match="/shop/sync answers 404"):
        service.run("sync")


def test_service_that_is_silent_did_not_end(service: Service) -> None:
    service.answers["/shop/sync"] = lambda _: time.sleep(1.0)
    assert service.run("sync", 0.2).exit is None


def test_service_that_trickles_did_not_end(service: Service) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b".")
            time.sleep(0.03)

    service.answers["/shop/sync"] = trickle
    assert service.run("sync", 0.3).exit is None


def test_export_that_breaks_off_is_not_taken_for_whole(service: Service) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b'{"id": 1}\n')

    service.answers["/shop/export/orders"] = cut
    run = service.run("export orders")
    assert run.exit == 1
    assert "broke off" in run.output


def test_service_that_hangs_up_is_exit_1(service: Service) -> None:
    service.answers["/shop/sync"] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    assert service.run("sync").exit == 1


def test_service_that_nobody_runs_cannot_be_driven() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(CannotDrive, match="cannot be reached"):
            http_driver(f"http://127.0.0.1:{port}", 5.0)("sync", {})
